"""How updates are taken in: in order inside a chat, side by side across chats, once each, over restarts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.adapters.telegram import turns
from bot.adapters.telegram.lanes import Lanes
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim


def test_the_order_inside_a_chat_is_kept(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    for number in range(6):
        sim.send(f"/echo {number}", expect=0)
    sim.wait_for(lambda s: len(s.bot_messages()) == 6)
    assert [message["text"] for message in sim.bot_messages()] == [str(number) for number in range(6)]
    assert bot.sample.most_running == 1


def test_chats_are_answered_side_by_side(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    users = [sim.add_user(f"User {number}") for number in range(20)]
    for user in users:
        sim.send("/echo hi", user=user, expect=0)
    sim.wait_for(lambda s: len(s.calls("sendMessage")) == 20)
    assert bot.sample.most_running > 5


def test_a_slow_chat_does_not_hold_up_another(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    sim.send("/slow 3.0", expect=0)
    sim.send("/echo hi", user=bob)
    assert sim.bot_messages() == [], "the other is still being prepared"
    sim.wait_for(lambda s: s.bot_messages())


def test_b16_updates_in_any_order_and_with_gaps_are_all_handled(sim: TelegramSim, bot: Served) -> None:
    sim.send("/echo first")
    late = {**sim.all_updates[-1], "update_id": 400_000}
    sim.redeliver(late)
    sim.wait_for(lambda s: len(s.bot_messages()) == 2)
    sim.send("/echo second")
    assert bot.sample.diary == [("echo", "first"), ("echo", "first"), ("echo", "second")]


def test_an_update_that_cannot_be_read_does_not_hold_up_the_next(sim: TelegramSim, bot: Served) -> None:
    sim.raw_update("message", {"message_id": "what", "date": None, "chat": None})
    sim.raw_update("my_chat_member", {"chat": sim.chat})
    (answer,) = sim.send("/start")
    assert answer["text"] == "hello en"
    sim.self_check.clear()  # the stand-in rightly finds these updates odd


def test_what_waits_at_the_end_of_a_life_is_answered_in_the_next(
    sim: TelegramSim, bot: Served, serve: Callable[..., Served]
) -> None:
    bot.stop()
    sim.send("/echo late", expect=0)
    serve()
    sim.wait_for(lambda s: s.bot_messages())
    assert sim.bot_messages()[0]["text"] == "late"


def test_a_turn_under_way_is_finished_before_the_end(sim: TelegramSim, bot: Served) -> None:
    sim.send("/slow 0.5", expect=0)
    time.sleep(0.2)
    bot.stop()
    assert [message["text"] for message in sim.bot_messages()] == ["done"]


def test_a_slow_command_shows_that_something_is_being_prepared(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.2)
    sim.send("/slow 0.4")
    assert sim.calls("sendChatAction")[0].body["action"] == "typing"


async def test_a_full_lane_refuses_and_the_others_go_on() -> None:
    done: list[str] = []

    async def work(item: str) -> None:
        done.append(item)

    lanes = Lanes(work, lane_limit=2)
    assert [await lanes.put("flood", f"f{number}") for number in range(4)] == [True, True, False, False]
    assert await lanes.put("calm", "c")
    await lanes.drain(1)
    assert sorted(done) == ["c", "f0", "f1"]


async def test_a_failing_item_does_not_end_its_lane() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item == 0:
            raise RuntimeError("broken")
        done.append(item)

    lanes = Lanes(work)
    for item in (0, 1):
        await lanes.put("lane", item)
    await lanes.drain(1)
    assert done == [1]


@pytest.mark.parametrize("limit", [1, 3])
async def test_a_full_house_makes_the_giver_wait(limit: int) -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        done.append(item)

    lanes = Lanes(work, limit=limit)
    for item in range(10):
        assert await lanes.put(str(item), item)
        assert item - len(done) < limit
    await lanes.drain(1)
    assert sorted(done) == list(range(10))
