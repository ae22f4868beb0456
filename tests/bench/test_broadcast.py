"""Many reminders due at once on both platforms: how near to the platforms' own limits they go out, and at what cost."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.outbox import LetterState
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule
from bot.storage import Storage
from tests.bench.figures import Figure, percentile
from tests.bench.load import cpu_seconds
from tests.standins import BotProcess, DiscordSim, TelegramSim
from tests.standins.descriptions import ROOT

pytestmark = pytest.mark.bench
Keep = Callable[[Figure], None]
Json = dict[str, Any]
BOTH = (Platform.DISCORD, Platform.TELEGRAM)
PEOPLE, FEW = 2_000, 300
ASKED, BREATH = 100, 0.05  # commands, and seconds between two: Telegram takes no more than thirty a second anyway
RATES = {Platform.DISCORD: 50, Platform.TELEGRAM: 30}  # messages a second that the platforms take
SENDS = {Platform.DISCORD: ("/channels/*/messages", "POST"), Platform.TELEGRAM: ("sendMessage", None)}
SETTLING = 5.0  # seconds in which a new process still builds its indexes
LEAD = 3.0  # seconds from the storing of the reminders until they are due
LOOKED_EVERY = 5.0  # seconds: what another process stores is seen that late
# What is allowed keeps watch over what was reached in November 2026; what is wanted is in the table.
PACE, ANSWERS, CPU, FIRST_MS, STALL_MS = (1.15, 1.05), (6.0, 1.5), (6.0, 3.5), 50, 5
STALLS = 10.0  # times what a process with nothing to do waits on this machine


@dataclass
class Crowd:
    """People on both platforms, and a bot that may write to them."""

    discord: DiscordSim
    telegram: TelegramSim
    url: str
    people: dict[Platform, list[Json]]

    def sims(self) -> dict[Platform, Any]:
        return {Platform.DISCORD: self.discord, Platform.TELEGRAM: self.telegram}

    def sent(self, platform: Platform) -> list[Any]:
        path, method = SENDS[platform]
        sim = self.sims()[platform]
        return list(sim.calls(path, method) if method else sim.calls(path))

    def chats(self, platform: Platform, number: int) -> list[str]:
        people = self.people[platform][:number]
        if platform is Platform.DISCORD:
            return [str(self.discord.world.dm_channel(each)["id"]) for each in people]
        return [str(each["id"]) for each in people]

    def remind(self, due: datetime, platforms: tuple[Platform, ...], number: int) -> None:
        """Have one reminder fall due for each of the first `number` people."""
        asyncio.run(self._remind(due, platforms, number))

    async def _remind(self, due: datetime, platforms: tuple[Platform, ...], number: int) -> None:
        now = datetime.now(UTC)
        async with await Storage.open(self.url, clock=lambda: now) as storage, storage.write() as uow:
            for platform in platforms:
                for person, chat in zip(self.people[platform], self.chats(platform, number), strict=False):
                    user = UserRef(platform, str(person["id"]))
                    identity = await uow.people.meet(user, "en", now)
                    if platform is Platform.DISCORD:
                        await uow.people.keep_chat(user, chat)
                    new = NewSchedule("reminder", due, {"text": "read lecture 5"}, identity_id=identity.id)
                    await uow.schedules.add(new, now)

    def states(self) -> dict[LetterState, int]:
        async def ask() -> dict[LetterState, int]:
            now = datetime.now(UTC)
            async with await Storage.open(self.url, clock=lambda: now) as storage, storage.read() as uow:
                return dict(await uow.outbox.counts(now - timedelta(days=1)))

        return asyncio.run(ask())


@contextmanager
def crowd(folder: Path, number: int) -> Iterator[Crowd]:
    with DiscordSim() as discord, TelegramSim() as telegram:
        discord.enforce_limits = True
        discord.deadline = 60.0
        people = {
            Platform.DISCORD: [discord.join(f"member{n}") for n in range(number)],
            Platform.TELEGRAM: [telegram.add_user(f"Guest {n}") for n in range(number)],
        }
        yield Crowd(discord, telegram, f"sqlite:///{folder}/moim.db", people)


WATCHED = ["-m", "tests.bench.bots.watched"]


@contextmanager
def served(place: Crowd, folder: Path, *platforms: Platform, argv: list[str] = WATCHED) -> Iterator[BotProcess]:
    """The bot on some platforms, by default both."""
    sims = [place.sims()[platform] for platform in platforms or BOTH]
    bot = BotProcess([sys.executable, *argv], sims, folder, {"DATABASE_URL": place.url, "LOG_LEVEL": "warning"})
    bot.start()
    try:
        bot.wait_ready(60)
        yield bot
    finally:
        bot.stop(expect=None)


@contextmanager
def beating(file: Path) -> Iterator[None]:
    """A process beside it that only beats: what it waits for its turn is the machine's doing."""
    beat = subprocess.Popen([sys.executable, "-m", "tests.bench.bots.beat", str(file)], cwd=ROOT)
    try:
        yield
    finally:
        beat.terminate()
        beat.wait(10)


def wait_for(place: Crowd, numbers: dict[Platform, int], seconds: float) -> None:
    end = time.monotonic() + seconds
    while any(len(place.sent(platform)) < number for platform, number in numbers.items()):
        assert time.monotonic() < end, {platform: len(place.sent(platform)) for platform in numbers}
        time.sleep(0.2)
    time.sleep(1.0)


def wait_until(moment: datetime) -> None:
    time.sleep(max((moment - datetime.now(UTC)).total_seconds(), 0.0))


def judge(place: Crowd, platforms: tuple[Platform, ...], number: int, keep: Keep) -> None:
    """Nothing lost, no 429, and near the floor."""
    for platform in platforms:
        sends = place.sent(platform)
        assert [call.status for call in sends if call.status == 429] == [], f"429 on {platform.value}"
        assert len(sends) == number, "none lost, none twice"
        started = min(call.at for call in sends)
        took = max(call.at for call in sends) - started
        floor = number / RATES[platform] * (1 + ROUND_TRIP)
        allowed, wanted = PACE
        what = f"{number:,} reminders on {platform.value}"
        keep(Figure(what, took, "the platform's floor", floor, allowed, wanted, unit="s"))


ROUND_TRIP = 0.01  # seconds: loopback, and what the stand-in takes


def have_sent_before(place: Crowd) -> None:
    """Have one reminder go out on both: a bot lives for weeks, and its first one ever is not what is measured."""
    place.remind(datetime.now(UTC), BOTH, 1)
    wait_for(place, dict.fromkeys(BOTH, 1), 60)
    for sim in place.sims().values():
        sim.reset_log()


def test_two_thousand_reminders_at_once_go_out_at_the_platforms_pace(keep: Keep, tmp_path: Path) -> None:
    with crowd(tmp_path, PEOPLE) as place, served(place, tmp_path) as bot:
        have_sent_before(place)
        due = datetime.now(UTC) + timedelta(seconds=LEAD + LOOKED_EVERY + PEOPLE / 50)
        place.remind(due, BOTH, PEOPLE)
        assert datetime.now(UTC) < due - timedelta(seconds=LOOKED_EVERY), "stored too late to be known"
        wait_until(due)
        (tmp_path / "pulse.clear").touch()
        before = time.monotonic()
        with beating(tmp_path / "beat.json"):
            wait_for(place, dict.fromkeys(BOTH, PEOPLE), 300)
        first = min(call.at for platform in BOTH for call in place.sent(platform)) - before
        bot.stop()
        late, beside = (json.loads((tmp_path / name).read_text()) for name in ("pulse.json", "beat.json"))
        judge(place, BOTH, PEOPLE, keep)
        assert place.states()[LetterState.SENT] == len(BOTH) * (PEOPLE + 1)
        keep(Figure("the first one leaves", max(first, 0.0) * 1000, "allowed", FIRST_MS, 20.0, 1.0))
        ours, control = (percentile(each, 0.999) * 1000 for each in (late, beside))
        told = "a bare beat beside it"
        keep(Figure("stall of the loop, p99.9", ours, told, max(control, STALL_MS / 4), STALLS, goal=STALL_MS))


def test_commands_during_a_broadcast_are_answered_as_when_idle(keep: Keep, tmp_path: Path) -> None:
    with crowd(tmp_path, FEW) as place, served(place, tmp_path):
        time.sleep(SETTLING)
        idle = {platform: answers(place, platform, ASKED) for platform in BOTH}
        place.remind(datetime.now(UTC), BOTH, FEW)
        while not all(place.sent(platform) for platform in BOTH):
            time.sleep(0.01)
        busy: dict[Platform, list[float]] = {}
        asking = [threading.Thread(target=lambda p=p: busy.update({p: answers(place, p, ASKED)})) for p in BOTH]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(120)
        for platform in BOTH:
            allowed, wanted = ANSWERS
            ours, control = (percentile(each[platform], 0.99) * 1000 for each in (busy, idle))
            keep(Figure(f"/help while it sends, {platform.value}, p99", ours, "idle", control, allowed, wanted))


def answers(place: Crowd, platform: Platform, number: int) -> list[float]:
    """Return how many seconds each of some commands takes."""
    found = []
    for person in place.people[platform][:number]:  # each in a chat of their own, which has its own pace
        begun = time.perf_counter()
        if platform is Platform.DISCORD:
            place.discord.slash("help", user=person, timeout=30)
        else:
            place.telegram.send("/help", user=person, expect=1, quiet=0.0, timeout=30)
        found.append(time.perf_counter() - begun)
        time.sleep(BREATH)
    return found


@pytest.mark.parametrize("platform", [Platform.DISCORD, Platform.TELEGRAM], ids=lambda each: each.value)
def test_a_sent_message_costs_little_more_than_a_post(platform: Platform, keep: Keep, tmp_path: Path) -> None:
    with crowd(tmp_path, FEW) as place:
        control = statistics.median(cry(place, tmp_path, platform, "raw")["cpu"] for _ in range(3)) / FEW * 1000
        with served(place, tmp_path, platform, argv=["-m", "bot", "run"]) as bot:
            time.sleep(SETTLING)
            due = datetime.now(UTC) + timedelta(seconds=LEAD)
            place.remind(due, (platform,), FEW)
            wait_until(due - timedelta(seconds=0.1))
            assert not place.sent(platform)
            before = cpu_seconds(bot)
            wait_for(place, {platform: FEW}, 60)
            ours = (cpu_seconds(bot) - before) / FEW * 1000
        allowed, wanted = CPU
        keep(
            Figure(
                f"CPU of a reminder, {platform.value}",
                ours,
                "raw aiohttp POST, as many a second",
                control,
                allowed,
                wanted,
            )
        )


@pytest.mark.parametrize("platform", [Platform.DISCORD, Platform.TELEGRAM], ids=lambda each: each.value)
def test_the_libraries_own_limiters_beside_it(platform: Platform, keep: Keep, tmp_path: Path) -> None:
    """They lose messages or take longer; ours takes its time on the same number, and loses none."""
    if platform is Platform.TELEGRAM:
        pytest.importorskip("aiolimiter", reason="PTB's limiter needs aiolimiter")
    with crowd(tmp_path, FEW) as place:
        took = cry(place, tmp_path, platform, platform.value)["seconds"]
        theirs = place.sent(platform)
        refused = sum(call.status == 429 for call in theirs)
        arrived = sum(call.status == 200 for call in theirs)
        place.sims()[platform].reset_log()
        time.sleep(3)
        with served(place, tmp_path, platform):
            place.remind(datetime.now(UTC), (platform,), FEW)
            wait_for(place, {platform: FEW}, 120)
        sends = place.sent(platform)
        assert [call.status for call in sends if call.status != 200] == []
        ours = max(call.at for call in sends) - min(call.at for call in sends)
        told = f"its library: {arrived} of {FEW} arrived, {refused} x 429"
        keep(Figure(f"{FEW} on {platform.value}", ours, told, took, 1e9, unit="s"))


def cry(place: Crowd, folder: Path, platform: Platform, how: str) -> dict[str, float]:
    """Have a bare library send to everybody, raw at the platform's pace as ours does, and return what that took."""
    home = folder / f"crier-{time.monotonic_ns()}"
    home.mkdir()
    limits = place.discord.enforce_limits
    flood = place.telegram.flood_limits
    if how == "raw":
        place.discord.enforce_limits, place.telegram.flood_limits = False, None
    (home / "chats.json").write_text(json.dumps(place.chats(platform, FEW)))
    argv = [sys.executable, "-m", "tests.bench.bots.crier", how, "chats.json", str(RATES[platform])]
    crier = BotProcess(argv, [place.sims()[platform]], home, {})
    crier.start()
    assert crier.wait_exit(180) == 0, crier.output()[-2000:]
    place.discord.enforce_limits, place.telegram.flood_limits = limits, flood
    if how == "raw":
        place.sims()[platform].reset_log()
    took: dict[str, float] = json.loads((home / "crier.json").read_text())
    return took
