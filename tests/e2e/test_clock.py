"""The clock in a process of its own: stopped, doubled, frozen and started late."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.outbox import LetterState
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule, Rule
from bot.storage import Storage
from tests.e2e.served import assert_calm
from tests.standins import BotProcess, DiscordSim, TelegramSim

StartBot = Callable[..., BotProcess]
MESSAGES = "/channels/*/messages"


def remind(url: str, user: UserRef, *ins: float, rrule: str | None = None) -> None:
    """Have reminders fall due for `user`, each in so many seconds."""

    async def keep() -> None:
        now = datetime.now(UTC)
        async with await Storage.open(url, clock=lambda: now) as storage, storage.write() as uow:
            identity = await uow.people.meet(user, "en", now)
            for number, seconds in enumerate(ins):
                due = now + timedelta(seconds=seconds)
                rule = Rule(rrule, due.replace(tzinfo=None), "UTC") if rrule else None
                new = NewSchedule("reminder", due, {"text": f"reminder {number}"}, identity_id=identity.id, rule=rule)
                await uow.schedules.add(new, now)

    asyncio.run(keep())


def states(url: str) -> dict[LetterState, int]:
    """How many letters ended how."""

    async def ask() -> dict[LetterState, int]:
        now = datetime.now(UTC)
        async with await Storage.open(url, clock=lambda: now) as storage, storage.read() as uow:
            return dict(await uow.outbox.counts(now - timedelta(days=1)))

    return asyncio.run(ask())


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/shared.db"


def member(sim: DiscordSim, name: str) -> tuple[dict[str, Any], UserRef]:
    user = sim.join(name)
    return user, UserRef(Platform.DISCORD, user["id"])


def guest(sim: TelegramSim, name: str) -> tuple[dict[str, Any], UserRef]:
    user = sim.add_user(name)
    return user, UserRef(Platform.TELEGRAM, str(user["id"]))


def test_a_reminder_comes_when_it_is_due_on_both_platforms(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    (here, alice), (there, bob) = member(discord, "anna"), guest(telegram, "Bob")
    bot = bot_process(discord, telegram, env={"DATABASE_URL": url})
    for user in (alice, bob):
        remind(url, user, 0.5)
    discord.wait_for(lambda s: s.bot_messages(dm_with=here), timeout=10)
    telegram.wait_for(lambda s: s.bot_messages(there), timeout=10)
    assert "reminder 0" in discord.bot_messages(dm_with=here)[0]["content"]
    assert "reminder 0" in telegram.bot_messages(there)[0]["text"]
    assert_calm(bot)


def test_a4_sigterm_lets_letters_under_way_arrive_and_takes_up_no_more(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    people = [guest(telegram, f"Guest {number}") for number in range(10)]
    bot = bot_process(discord, telegram, env={"DATABASE_URL": url})
    telegram.fail("sendMessage", delay=1.0, times=10)
    for _, user in people:
        remind(url, user, 0.0, 60.0)
    telegram.wait_for(lambda s: len(s.calls("sendMessage")) >= 5, timeout=20)
    begun = time.monotonic()
    assert bot.stop(expect=0) == 0
    assert time.monotonic() - begun < 5
    sent = sum(bool(telegram.bot_messages(user)) for user, _ in people)
    counted = states(url)
    assert counted[LetterState.SENT] == sent >= 5, "what was under way arrived and is marked"
    assert LetterState.LEASED not in counted, "nothing is left in doubt"
    assert_calm(bot)


def test_a8_a_second_process_on_the_same_database_waits_quietly_and_takes_over(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    there, bob = guest(telegram, "Bob")
    first = bot_process(discord, telegram, env={"DATABASE_URL": url})
    second = bot_process(discord, telegram, env={"DATABASE_URL": url}, ready=False)
    second.wait_output("another process leads")
    remind(url, bob, 0.2)
    telegram.wait_for(lambda s: s.bot_messages(there), timeout=10)
    time.sleep(0.5)
    assert len(discord.gateway.identifies) == 1
    assert len(telegram.bot_messages(there)) == 1
    for sim in (discord, telegram):
        sim.expect_new_session()
    first.kill()
    second.wait_ready()
    remind(url, bob, 0.2)
    telegram.wait_for(lambda s: len(s.bot_messages(there)) == 2, timeout=10)
    assert "Conflict" not in second.output()
    assert_calm(second)


def test_a10_after_a_night_off_everything_comes_once_and_says_that_it_is_late(
    telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    there, bob = guest(telegram, "Bob")
    remind(url, bob, -6 * 3600.0, rrule="FREQ=HOURLY")
    bot_process(telegram, env={"DATABASE_URL": url})
    telegram.wait_for(lambda s: s.bot_messages(there), timeout=10)
    time.sleep(0.5)
    (message,) = telegram.bot_messages(there)
    assert "reminder 0" in message["text"]


def test_d9_a_process_that_stood_still_over_the_time_is_late_and_does_not_double(
    telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    there, bob = guest(telegram, "Bob")
    bot = bot_process(telegram, env={"DATABASE_URL": url})
    remind(url, bob, 1.0, 1.1, 1.2)
    bot.process.send_signal(signal.SIGSTOP)
    time.sleep(2)
    bot.process.send_signal(signal.SIGCONT)
    telegram.wait_for(lambda s: len(s.bot_messages(there)) == 3, timeout=15)
    time.sleep(0.5)
    assert len(telegram.bot_messages(there)) == 3
    assert states(url) == {LetterState.SENT: 3}


@pytest.mark.soak
def test_a9_a_leader_frozen_for_a_minute_gives_way_when_it_wakes(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, url: str
) -> None:
    """Twenty seconds are enough: a lease lasts fifteen. The frozen one lives, so nobody takes it for dead before."""
    there, bob = guest(telegram, "Bob")
    first = bot_process(discord, telegram, env={"DATABASE_URL": url})
    second = bot_process(discord, telegram, env={"DATABASE_URL": url}, ready=False)
    second.wait_output("another process leads")
    first.process.send_signal(signal.SIGSTOP)
    remind(url, bob, 1.0)
    telegram.wait_for(lambda s: s.bot_messages(there), timeout=60)
    first.process.send_signal(signal.SIGCONT)
    first.wait_output("another process took over", timeout=20)
    remind(url, bob, 0.5)
    telegram.wait_for(lambda s: len(s.bot_messages(there)) == 2, timeout=20)
    time.sleep(1)
    assert len(telegram.bot_messages(there)) == 2


@pytest.mark.parametrize("roles", ["discord,scheduler", "telegram"])
def test_a_process_does_what_its_roles_say(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, url: str, roles: str
) -> None:
    sim = discord if "discord" in roles else telegram
    bot = bot_process(discord, telegram, env={"DATABASE_URL": url, "ROLES": roles}, ready=False)
    sim.wait_ready()
    time.sleep(0.3)
    assert bool(discord.gateway.identifies) is ("discord" in roles)
    assert bool(telegram.calls("getMe")) is ("telegram" in roles)
    bot.stop()
    assert_calm(bot)
