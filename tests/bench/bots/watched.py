"""The real bot, with a pulse: how long its event loop kept others waiting is written down at the end.

`python -m tests.bench.bots.watched` in a folder of its own, like `python -m bot run`; the pulse is in `pulse.json`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bot import app, cli

BEAT = 0.001
CLEAR = Path("pulse.clear")  # whoever measures makes this file, and the pulse begins anew


async def pulse(late: list[float]) -> None:
    """Note, again and again, how much later than asked for this task has its turn."""
    beats = 0
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(BEAT)
        late.append(time.perf_counter() - begun - BEAT)
        beats += 1
        if beats % 100 == 0:
            begin_anew(late)


def begin_anew(late: list[float]) -> None:
    if CLEAR.exists():
        CLEAR.unlink()
        late.clear()


def keep(late: list[float]) -> None:
    Path("pulse.json").write_text(json.dumps(sorted(late)))


def main() -> int:
    late: list[float] = []
    serve = app.serving.serve_until_told

    async def with_pulse(*args: object) -> None:
        beating = asyncio.create_task(pulse(late))
        try:
            await serve(*args)  # type: ignore[arg-type]
        finally:
            beating.cancel()
            keep(late)

    app.serving.serve_until_told = with_pulse  # type: ignore[assignment]
    return cli.main(["run"])


if __name__ == "__main__":
    sys.exit(main())
