"""Each update is handled once for a day, whatever Telegram repeats; and one that was not answered is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

import pytest

from bot.adapters.telegram import inbox
from bot.adapters.telegram.inbox import Inbox
from bot.core.refs import Platform
from bot.services.memory import Memory
from tests.adapters.served import now
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim

Serve = Callable[..., Served]


def test_b15_an_update_delivered_twice_is_handled_once_also_across_a_restart(
    sim: TelegramSim, bot: Served, serve: Serve
) -> None:
    sim.send("/echo once")
    sim.redeliver()
    sim.send("/start")
    assert bot.sample.diary.count(("echo", "once")) == 1
    update = sim.all_updates[0]
    bot.stop()
    again = serve()
    sim.redeliver(update)
    sim.send("/start")
    assert ("echo", "once") not in again.sample.diary


def test_b15_without_the_memory_of_updates_one_would_be_handled_twice(
    sim: TelegramSim, bot: Served, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""

    async def forgetful(*_: object) -> frozenset[str]:
        return frozenset()

    monkeypatch.setattr(Memory, "noted", forgetful)
    sim.send("/echo twice")
    update = sim.all_updates[0]
    bot.stop()
    again = serve()
    sim.redeliver(update)
    sim.wait_for(lambda _: again.sample.diary == [("echo", "twice")])


def test_b15_what_was_not_answered_when_the_bot_was_killed_is_answered_after_it(
    sim: TelegramSim, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = serve()
    monkeypatch.setattr("bot.adapters.telegram.client.CLOSING_SECONDS", 0.05)  # the end does not wait: it is a kill
    sim.send("/slow 1.0", expect=0)
    sim.wait_for(lambda s: s.updates)
    sim.send("/echo meanwhile", user=sim.add_user("Bob"))
    bot.stop()
    assert sim.bot_messages() == []
    serve()
    sim.wait_for(lambda s: s.bot_messages())
    assert [message["text"] for message in sim.bot_messages()] == ["done"]


def test_an_update_is_confirmed_once_it_was_answered(sim: TelegramSim, bot: Served) -> None:
    sim.send("/slow 0.4", expect=0)
    sim.wait_for(lambda s: s.calls("sendMessage"))
    sim.wait_for(lambda s: not s.updates)


def test_a_long_turn_is_confirmed_before_its_end_and_answered_once(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "HELD_SECONDS", 0.2)
    sim.send("/slow 1.0", expect=0)
    sim.wait_for(lambda s: not s.updates)
    assert sim.bot_messages() == []
    sim.wait_for(lambda s: s.bot_messages())
    sim.send("/start")
    assert [message["text"] for message in sim.bot_messages()] == ["done", "hello en"]


class Paper:
    """A memory of updates that counts how often it is read and written, and writes slowly."""

    def __init__(self, *before: str) -> None:
        self.names = set(before)
        self.reads = self.writes = 0

    async def note(self, platform: Platform, updates: Collection[str], now: datetime) -> None:
        await asyncio.sleep(0.01)
        self.writes += 1
        self.names |= set(updates)

    async def noted(self, platform: Platform, updates: Collection[str]) -> frozenset[str]:
        self.reads += 1
        return frozenset(self.names & set(updates))


async def test_answers_of_the_same_moment_share_a_write() -> None:
    paper = Paper()
    box = Inbox(paper, 7, now)
    await box.fresh(range(1, 51))
    await asyncio.gather(*(box.answering(number) for number in range(1, 51)))
    assert paper.names == {f"7:{number}" for number in range(1, 51)}
    assert paper.writes <= 2


async def test_the_database_is_asked_only_about_updates_that_may_be_from_before() -> None:
    paper = Paper("7:11")
    box = Inbox(paper, 7, now)
    assert await box.fresh([10, 11]) == {10}
    assert await box.fresh([12, 13]) == {12, 13}
    assert await box.fresh([10, 11, 12]) == frozenset(), "they are under way or known"
    assert paper.reads == 1
    assert await box.fresh([9]) == {9}, "late, and nobody remembers it"
    assert paper.reads == 2


async def test_only_what_is_unanswered_holds_back_the_confirmation() -> None:
    box = Inbox(Paper(), 7, now)
    await box.fresh([20, 21, 22])
    box.done(20)
    assert (box.offset(23), box.idle) == (21, False)
    box.done(22)
    assert box.offset(23) == 21
    box.done(21)
    assert (box.offset(23), box.idle) == (23, True)


async def test_a_full_batch_is_confirmed_at_once_since_more_may_wait_behind_it() -> None:
    box = Inbox(Paper(), 7, now)
    await box.fresh(range(1, 101))
    assert (box.offset(101), box.idle) == (101, True)
    await box.fresh([101])
    assert (box.offset(102), box.idle) == (101, False)


async def test_a_database_that_cannot_tell_does_not_silence_the_bot() -> None:
    class Broken(Paper):
        async def noted(self, *_: object) -> frozenset[str]:
            raise OSError("no disk")

        async def note(self, *_: object) -> None:
            raise OSError("no disk")

    box = Inbox(Broken(), 7, now)
    assert await box.fresh([1]) == {1}
    await box.answering(1)
    box.done(1)
    assert await box.fresh([1]) == frozenset()


def test_b15_an_update_that_comes_again_after_a_kill_is_the_same_turn(
    sim: TelegramSim, bot: Served, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what it adds is added once, although nothing tells that it was handled."""

    async def forgetful(*_: object) -> frozenset[str]:
        return frozenset()

    monkeypatch.setattr(Memory, "noted", forgetful)
    sim.send("/echo twice")
    sent = sim.all_updates[-1]
    bot.stop()
    again = serve()
    sim.redeliver(sent)
    sim.wait_for(lambda _: again.sample.turns)
    assert again.sample.turns == bot.sample.turns == [f"telegram:{sim.world.me['id']}:{sent['update_id']}"]
