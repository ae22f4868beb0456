"""The real bot on a clock that leaps from one due row to the next: `python -m tests.e2e.leaping_bot START`.

It serves people as ever, at the moment its clock stands at. A moment written into the file `leap` of its folder lets
everything up to it fall due, in order and through the real adapters; `leapt MOMENT` on its output says that it is done.
Network time-outs stay on real time.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot import config, log
from bot.app import build_adapters, desk_of, listen, open_house, serve_until_told
from bot.scheduler.rehearsal import LeapingClock, Rehearsal

ORDER = Path("leap")
LOOKED_EVERY = 0.02  # seconds


def order() -> datetime | None:
    """Take the moment that was written down, if one was."""
    if not ORDER.exists() or not (said := ORDER.read_text().strip()):
        return None
    ORDER.unlink()
    return datetime.fromisoformat(said)


async def leap_when_told(clock: LeapingClock, rehearsal: Rehearsal) -> None:
    while True:
        if (until := order()) is not None:
            async for _ in rehearsal.until(until):
                pass
            clock.now = max(clock.now, until)
            print(f"leapt {until.isoformat()}", flush=True)
        await asyncio.sleep(LOOKED_EVERY)


async def main(start: datetime) -> None:
    settings = config.load()
    log.configure(settings.log_format, settings.log_level, settings.secrets)
    clock = LeapingClock(start)
    async with open_house(settings, clock=clock) as house:
        adapters = build_adapters(settings, house)
        outlets = {adapter.platform: adapter for adapter in adapters}
        house.router.outlets |= outlets
        rehearsal = Rehearsal(desk_of(house), clock, house.planners, outlets, outlets)
        leaping = asyncio.create_task(leap_when_told(clock, rehearsal))
        try:
            await serve_until_told(adapters, listen())
        finally:
            leaping.cancel()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(datetime.fromisoformat(sys.argv[1]))))
