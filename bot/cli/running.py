"""Says whether a bot runs on a database just now, by the leases that a running one holds."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.scheduler.leader import is_alive
from bot.storage import Storage, StorageError
from bot.storage.look import look


async def who_runs(url: str) -> tuple[str, ...]:
    """Return what a living process does on the database at `url`; nothing for one that cannot be read."""
    now = datetime.now(UTC)
    try:
        seen = await look(url)
        if seen.revision != seen.newest:  # a bot that runs has brought it up to date
            return ()
        async with await Storage.open(url, clock=lambda: now) as storage, storage.read() as uow:
            held = await uow.leases.all()
    except StorageError:
        return ()
    return tuple(lease.name for lease in held if lease.expires_at > now and is_alive(lease.holder))
