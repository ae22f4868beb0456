"""The real bot on a clock that leaps from one due row to the next: `python -m tests.e2e.leaping_bot START`.

It serves people as ever, at the moment its clock stands at, and whatever they set going is carried at once. A moment
written into the file `leap` of its folder lets everything up to it fall due, in order and through the real adapters;
`leapt MOMENT` on its output says that it is done. Started again in the same folder it goes on at the moment at which it
ended. What it sent and changed unasked is noted in `carried`, a line of JSON each. A number in the file `die` is how
many times it may still write to the database or send before it kills itself.

Network time-outs stay on real time; the pace that keeps a real bot below a platform's limits would too, and is off.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot import config, log
from bot.adapters.pace import Rate
from bot.adapters.telegram import wire
from bot.app import build_adapters, desk_of, listen, manner_of, open_house, serve_until_told
from bot.chat.stores import Receipt
from bot.scheduler.rehearsal import LeapingClock, Rehearsal

T = TypeVar("T")
ORDER, MOMENT, DEATH, CARRIED = Path("leap"), Path("moment"), Path("die"), Path("carried")
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


async def leap_when_told(clock: LeapingClock, rehearsal: Rehearsal, news: asyncio.Event) -> None:
    while True:
        until = order()
        if until is not None or news.is_set():
            news.clear()
            async for _ in rehearsal.until(until or clock.now):
                pass
        if until is not None:
            clock.now = max(clock.now, until)
            print(f"leapt {until.isoformat()}", flush=True)
        await asyncio.sleep(LOOKED_EVERY)


async def main(start: datetime) -> None:
    wire.WHOLE = wire.A_CHAT = wire.A_GROUP = Rate(1000, 1.0)
    settings = config.load()
    log.configure(settings.log_format, settings.log_level, settings.secrets)
    clock, news = LastingClock(start), asyncio.Event()
    async with open_house(settings, clock=clock) as house:
        adapters = build_adapters(settings, house)
        outlets = {adapter.platform: adapter for adapter in adapters}
        house.router.outlets |= outlets
        house.storage.wrote = lambda _: one_step_nearer()
        for adapter in adapters:
            for act in ("deliver", "revise"):
                setattr(adapter, act, noted(act, clock, getattr(adapter, act)))
        house.outbox.rings(news.set)
        await house.outbox.refresh()
        assert house.services is not None
        await house.services.papers.ensure()  # as a round does soon after the start
        rehearsal = Rehearsal(desk_of(house), clock, house.planners, outlets, outlets, manner_of)
        leaping = asyncio.create_task(leap_when_told(clock, rehearsal, news))
        try:
            await serve_until_told(adapters, listen())
        finally:
            leaping.cancel()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(datetime.fromisoformat(sys.argv[1]))))
