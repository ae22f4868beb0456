"""Keeps the garbage collector's full rounds short: what a start loads stays, and is not looked at again and again.

A round over the catalogue and the libraries stops everything for a tenth of a second, in the midst of whatever goes on.
It knows nothing of what is loaded.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AGAIN_AFTER = (10.0, 50.0)  # seconds: what platforms and first questions load later stays, too


@asynccontextmanager
async def settled() -> AsyncIterator[None]:
    """Collect once, set aside what is left, and do without full rounds over it from now on."""
    gc.enable()
    gc.collect()
    gc.freeze()
    again = asyncio.create_task(_again(), name="settling")
    try:
        yield
    finally:
        again.cancel()


async def _again() -> None:
    for seconds in AGAIN_AFTER:
        await asyncio.sleep(seconds)
        gc.freeze()
