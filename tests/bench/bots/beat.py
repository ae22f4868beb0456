"""A pulse and nothing else: how long this machine lets a process that has nothing to do wait for its turn.

`python -m tests.bench.bots.beat FILE` until told to end; the control of `tests.bench.bots.watched`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.bench.bots.watched import pulse


async def beat(late: list[float]) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    beating = asyncio.create_task(pulse(late))
    await told.wait()
    beating.cancel()


if __name__ == "__main__":
    waited: list[float] = []
    asyncio.run(beat(waited))
    Path(sys.argv[1]).write_text(json.dumps(sorted(waited)))
