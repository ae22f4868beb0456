"""The real bot on a clock that leaps from one due row to the next: `python -m tests.e2e.leaping_bot START`.

It serves people as ever, at the moment its clock stands at, and whatever they set going is carried at once. A moment
written into the file `leap` of its folder lets everything up to it fall due, in order and through the real adapters;
`leapt MOMENT` on its output says that it is done. Started again in the same folder it goes on at the moment at which it
ended. What it sent and changed unasked is noted in `carried`, a line of JSON each. A number in the file `die` is how
many times it may still write to the database or send before it kills itself.

With a file `feeds.json`, rows for the list of sources instead of the shipped ones, it also reads what is due of them
every half day that it leaps over, as a round does. With `WEB_PORT` it shows the pages of digests.

Network time-outs stay on real time; the pace that keeps a real bot below a platform's limits would too, and is off.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot import config, log
from bot.adapters.pace import Rate
from bot.adapters.telegram import wire
from bot.app import build_adapters, desk_of, listen, manner_of, open_house, serve_until_told
from bot.app import services as building
from bot.app.parts import Part
from bot.app.services import Services
from bot.chat.stores import Receipt
from bot.core.digest.sources import Cadence, FeedKind, FeedRow
from bot.scheduler.rehearsal import LeapingClock, Rehearsal
from bot.services import news
from bot.web.archive import serving
from bot.web.site import Site

T = TypeVar("T")
Rounds = Sequence[Callable[[], Awaitable[object]]]
ORDER, MOMENT, DEATH, CARRIED, FEEDS = (Path(name) for name in ("leap", "moment", "die", "carried", "feeds.json"))
BETWEEN_ROUNDS = timedelta(hours=12)
LOOKED_EVERY = 0.01  # seconds


class LastingClock(LeapingClock):
    """A clock that a new process finds where the last one left it."""

    def __init__(self, start: datetime) -> None:
        super().__init__(datetime.fromisoformat(MOMENT.read_text()) if MOMENT.exists() else start)

    def __setattr__(self, name: str, value: datetime) -> None:
        super().__setattr__(name, value)
        MOMENT.write_text(value.isoformat())


def one_step_nearer() -> None:
    """Count a step, and die at the one that was ordered: no chance to tidy up."""
    if not DEATH.exists():
        return
    left = int(DEATH.read_text()) - 1
    if left <= 0:
        DEATH.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    DEATH.write_text(str(left))


def note(act: str, now: datetime, receipt: Receipt) -> None:
    where = {"platform": receipt.place.platform.value, "channel": receipt.place.thread or receipt.place.channel}
    line = {"at": now.isoformat(), "act": act, "message": receipt.message} | where
    with CARRIED.open("a") as written:
        written.write(json.dumps(line) + "\n")


def noted(name: str, clock: LeapingClock, act: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Any]:
    """Return `act` as one that writes down what it did, and counts as a step before anybody has learnt of it."""

    async def done(to: Any, *args: Any, **kwargs: Any) -> T:
        outcome = await act(to, *args, **kwargs)
        note(name, clock.now, outcome if isinstance(outcome, Receipt) else to)
        one_step_nearer()
        return outcome

    return done


def order() -> datetime | None:
    """Take the moment that was written down, if one was."""
    if not ORDER.exists() or not (said := ORDER.read_text().strip()):
        return None
    ORDER.unlink()
    return datetime.fromisoformat(said)


async def leap_through(clock: LeapingClock, rehearsal: Rehearsal, until: datetime, rounds: Rounds) -> None:
    """Let everything up to `until` fall due, with the `rounds` gone from time to time, and once before the end."""
    while rounds and clock.now < until:
        step = min(clock.now + BETWEEN_ROUNDS, until)
        async for _ in rehearsal.until(step):
            pass
        clock.now = max(clock.now, step)
        for go in rounds:
            await go()
    async for _ in rehearsal.until(until):
        pass


async def leap_when_told(clock: LeapingClock, rehearsal: Rehearsal, news: asyncio.Event, rounds: Rounds) -> None:
    while True:
        until = order()
        if until is not None or news.is_set():
            news.clear()
            await leap_through(clock, rehearsal, until or clock.now, rounds if until is not None else ())
        if until is not None:
            clock.now = max(clock.now, until)
            print(f"leapt {until.isoformat()}", flush=True)
        await asyncio.sleep(LOOKED_EVERY)


def rounds_of(services: Services) -> Rounds:
    """Return what is done from time to time beside what falls due; nothing without a list of sources."""
    if not FEEDS.exists():
        return ()
    rows = [{name: _tuple(value) for name, value in row.items()} for row in json.loads(FEEDS.read_text("utf-8"))]
    kinds = ({"kind": FeedKind(row["kind"]), "cadence": Cadence(row["cadence"])} for row in rows)
    shipped = tuple(FeedRow(**row | kind) for row, kind in zip(rows, kinds, strict=True))
    vars(news)["load_feeds"] = lambda _data_dir=None: shipped
    return (services.groups.time_digests, services.news.read_due)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


async def main(start: datetime) -> None:
    wire.WHOLE = wire.A_CHAT = wire.A_GROUP = Rate(1000, 1.0)
    settings = config.load()
    log.configure(settings.log_format, settings.log_level, settings.secrets)
    clock, stirred = LastingClock(start), asyncio.Event()
    vars(building)["News"] = partial(news.News, chance=lambda: 0.0)  # sources are asked at the same moments every time
    async with open_house(settings, clock=clock) as house:
        adapters = build_adapters(settings, house)
        outlets = {adapter.platform: adapter for adapter in adapters}
        house.router.outlets |= outlets
        house.storage.wrote = lambda _: one_step_nearer()
        for adapter in adapters:
            for act in ("deliver", "revise"):
                setattr(adapter, act, noted(act, clock, getattr(adapter, act)))
        house.outbox.rings(stirred.set)
        await house.outbox.refresh()
        assert house.services is not None
        await house.services.papers.ensure()  # as a round does soon after the start
        rehearsal = Rehearsal(desk_of(house), clock, house.planners, outlets, outlets, manner_of)
        rounds = rounds_of(house.services)
        leaping = asyncio.create_task(leap_when_told(clock, rehearsal, stirred, rounds))
        parts: list[Part] = list(adapters)
        if settings.web_port is not None:
            parts.append(Site(settings.web_host, settings.web_port, [serving.routes(house.services.archives)]))
        try:
            await serve_until_told(parts, listen())
        finally:
            leaping.cancel()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(datetime.fromisoformat(sys.argv[1]))))
