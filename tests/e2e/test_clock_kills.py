"""The bot as a process of its own, killed at random moments while reminders fall due: what people see in the end.

On Discord everything comes once. On Telegram, which cannot be asked whether a message arrived, what was on its way at a
kill may come twice, and then says so and is shown as doubtful in the log.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.outbox import Letter, LetterState
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule, ScheduleId
from bot.i18n import Locale, texts
from bot.storage import Storage
from tests.e2e.served import assert_calm
from tests.postgres import new_database
from tests.standins import BotProcess, DiscordSim, TelegramSim

Json = dict[str, Any]
AGAIN = texts(Locale.EN)("remind.due.again")
ON_THE_WIRE = 4  # sends that one kill may catch between the platform and the line in the journal


@dataclass
class Town:
    """Two platforms full of people, and the database that remembers what they asked for."""

    discord: DiscordSim
    telegram: TelegramSim
    url: str
    members: list[Json]
    guests: list[Json]

    @property
    def sends(self) -> int:
        """How many messages the platforms were asked to take."""
        return len(self.discord.calls("/channels/*/messages", "POST")) + len(self.telegram.calls("sendMessage"))

    def remind(self, within: float) -> None:
        """Have a reminder fall due for everybody in the next seconds."""
        asyncio.run(self._remind(within))

    async def _remind(self, within: float) -> None:
        now = datetime.now(UTC)
        people = [UserRef(Platform.DISCORD, each["id"]) for each in self.members]
        people += [UserRef(Platform.TELEGRAM, str(each["id"])) for each in self.guests]
        async with await Storage.open(self.url, clock=lambda: now) as storage, storage.write() as uow:
            for number, user in enumerate(people):
                identity = await uow.people.meet(user, "en", now)
                due = now + timedelta(seconds=within * number / len(people))
                payload = {"text": f"for {user}"}
                await uow.schedules.add(NewSchedule("reminder", due, payload, identity_id=identity.id), now)

    def log(self) -> Mapping[str, Letter]:
        """The delivery log, by the text that was due."""
        return asyncio.run(self._log())

    async def _log(self) -> Mapping[str, Letter]:
        now = datetime.now(UTC)
        async with await Storage.open(self.url, clock=lambda: now) as storage, storage.read() as uow:
            due = await uow.schedules.due(now + timedelta(days=1), 1)
            assert not due, "nothing is left to fall due"
            schedules = map(ScheduleId, range(1, len(self.members + self.guests) + 1))  # letters' own numbers have gaps
            letters = [letter for each in schedules for letter in await uow.outbox.of_schedule(each)]
        return {letter.payload["text"]: letter for letter in letters}

    def done(self) -> bool:
        """Whether everybody has something."""
        return all(self.on_discord(each) for each in self.members) and all(self.on_telegram(e) for e in self.guests)

    def on_discord(self, user: Json) -> list[str]:
        return [message["content"] for message in self.discord.bot_messages(dm_with=user)]

    def on_telegram(self, user: Json) -> list[str]:
        return [message["text"] for message in self.telegram.bot_messages(user)]


@contextmanager
def town(url: str, people: int) -> Iterator[Town]:
    with DiscordSim() as discord, TelegramSim() as telegram:
        members = [discord.join(f"member{number}") for number in range(people)]
        guests = [telegram.add_user(f"Guest {number}") for number in range(people)]
        yield Town(discord, telegram, url, members, guests)
        for sim in (discord, telegram):
            sim.assert_clean()


def wait(condition: Any, seconds: float, bots: list[BotProcess]) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, bots[0].output()[-3000:]
        time.sleep(0.01)


def kill_often(place: Town, bots: list[BotProcess], kills: int, chance: random.Random) -> None:
    """Kill one of `bots` a random while after something was sent and start it again, `kills` times; then let it end."""
    for _ in range(kills):
        before = place.sends
        wait(lambda before=before: place.sends > before or place.done(), 30, bots)
        time.sleep(chance.uniform(0, 0.25))
        victim = chance.choice(bots)
        victim.kill()
        victim.start()
    wait(place.done, 60, bots)
    wait(lambda: {each.state for each in place.log().values()} == {LetterState.SENT}, 60, bots)
    for bot in bots:
        wait(lambda bot=bot: heeds(bot, signal.SIGTERM), 30, bots)  # no new session tells of it: the other may lead
        bot.stop(expect=0)
        bot.assert_no_leaks()
        assert_calm(bot)


def heeds(bot: BotProcess, number: signal.Signals) -> bool:
    """Say whether a process has begun to heed a signal; before that it ends as any program that has not begun."""
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def judge(place: Town, kills: int) -> None:
    """Nothing lost, nothing doubled on Discord; on Telegram what was on its way, and each of these in the log."""
    log = place.log()
    assert {letter.state for letter in log.values()} == {LetterState.SENT}
    assert len(log) == len(place.members) + len(place.guests)
    for user in place.members:
        messages = place.on_discord(user)
        assert len(messages) == 1, messages
        assert f"for discord:{user['id']}" in messages[0]
    twice: Counter[str] = Counter()
    for user in place.guests:
        first, *more = place.on_telegram(user)
        name = f"for telegram:{user['id']}"
        assert name in first
        twice[name] = len(more)
        assert all(AGAIN in text for text in more), "a second one says that it may be one"
        assert not more or log[name].doubted_since is not None, "and the log shows it"
    assert sum(twice.values()) <= ON_THE_WIRE * kills
    print(f"{kills} kills: {sum(twice.values())} doubled on Telegram")


@pytest.mark.parametrize(
    ("kills", "people"), [(10, 60), pytest.param(200, 1200, marks=pytest.mark.soak)], ids=["10", "200"]
)
def test_a3_killed_again_and_again_it_loses_nothing_and_doubles_nothing_on_discord(
    tmp_path: Path, kills: int, people: int
) -> None:
    with town(f"sqlite:///{tmp_path}/moim.db", people) as place:
        place.remind(within=kills / 2)
        bot = BotProcess.of_bot((place.discord, place.telegram), tmp_path, {"DATABASE_URL": place.url}, "run")
        try:
            bot.start()
            kill_often(place, [bot], kills, random.Random(4))
        finally:
            bot.kill()
        judge(place, kills)


@pytest.mark.parametrize(
    ("kills", "people"), [(4, 40), pytest.param(200, 1200, marks=pytest.mark.soak)], ids=["4", "200"]
)
def test_a3_the_same_with_two_processes_on_one_postgresql(
    tmp_path: Path, postgres: str, kills: int, people: int
) -> None:
    with new_database(postgres) as address, town(address, people) as place:
        place.remind(within=kills / 2)
        bots = []
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            settings = {"DATABASE_URL": address}
            bots.append(BotProcess.of_bot((place.discord, place.telegram), tmp_path / name, settings, "run"))
        try:
            for bot in bots:
                bot.start()
            kill_often(place, bots, kills, random.Random(4))
        finally:
            for bot in bots:
                bot.kill()
        judge(place, kills)
