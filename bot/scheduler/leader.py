"""Who may: one process at a time serves a platform or lets things fall due, by a lease in the database.

A lease is renewed while its holder lives and given back at a clean stop. A holder on this machine that died is
replaced at once, one elsewhere when its lease runs out. Each new holder has a higher fence, and what writes asks
whether its fence is still the latest: one that was frozen and woke up changes nothing.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.core.errors import Unavailable
from bot.storage import Storage

log = structlog.get_logger(__name__)

TTL = timedelta(seconds=15)
RENEWED_EVERY = 5.0
ASKED_EVERY = 1.0  # by whoever waits for a lease
ENDING = 3.0  # seconds that the work of a lost lease has to end


class Superseded(Exception):
    """Another process leads by now: what was about to be written is not."""


class Lease:
    """The leadership called `name`, held by this process or waited for."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], name: str, holder: str) -> None:
        """Compete for `name` as `holder` (see `this_process`)."""
        self._storage, self._clock, self.name, self._holder = storage, clock, name, holder
        self.fence: int | None = None
        self._renewed_at = float("-inf")

    @property
    def fresh(self) -> bool:
        """Say whether the lease was renewed lately enough that nobody else can have taken it.

        By a clock that goes on while the process is frozen or the machine asleep.
        """
        return self.fence is not None and _running_time() - self._renewed_at < TTL.total_seconds()

    async def lead(self, work: Callable[[int], Awaitable[None]]) -> None:
        """Wait for the lease and do `work(fence)` while it is held; start over when it is lost.

        Returns or raises what the work does; the lease is then given back.
        """
        while True:
            fence = await self._taken()
            working = asyncio.ensure_future(work(fence))
            try:
                if await self._held(working):
                    return working.result()
            except Superseded:
                pass  # its work was told before the lease was asked
            finally:
                working.cancel()
                await asyncio.wait({working}, timeout=ENDING)
                await self._give_back()
            log.warning("another process took over", what=self.name)

    async def _taken(self) -> int:
        told = False
        while True:
            try:
                fence = await self._try()
            except Unavailable as error:
                log.error("the lease cannot be asked for: storage", what=self.name, error=str(error))
                fence = None
            if fence is not None:
                return fence
            if not told:
                log.info("another process leads; waiting to take over", what=self.name)
            told = True
            await asyncio.sleep(ASKED_EVERY)

    async def _try(self) -> int | None:
        now, begun = self._clock(), _running_time()
        async with self._storage.read() as uow:
            before = await uow.leases.holder(self.name)
        runs = before is not None and before.expires_at > now
        if before is not None and runs and is_alive(before.holder):
            return None
        async with self._storage.write() as uow:
            if before is not None and runs:
                await uow.leases.release(self.name, before.holder)
            fence = await uow.leases.take(self.name, self._holder, now, now + TTL)
        if fence is not None:
            self.fence, self._renewed_at = fence, begun
        return fence

    async def _held(self, working: asyncio.Future[None]) -> bool:
        """Renew until the work ends (True) or somebody else has the lease (False)."""
        while not working.done():
            await asyncio.wait({working}, timeout=RENEWED_EVERY)
            if working.done():
                return True
            try:
                if not await self._renewed():
                    return False
            except Unavailable as error:  # nobody else can take it either, as far as we know
                log.error("the lease cannot be renewed: storage", what=self.name, error=str(error))
        return True

    async def _renewed(self) -> bool:
        now, begun = self._clock(), _running_time()
        async with self._storage.write() as uow:
            held = await uow.leases.renew(self.name, self._holder, now, now + TTL)
        if held:
            self._renewed_at = begun
        return held

    async def _give_back(self) -> None:
        self.fence = None
        with suppress(Unavailable):
            async with self._storage.write() as uow:
                await uow.leases.release(self.name, self._holder)


def this_process() -> str:
    """Return this process's name among all that may share a database: machine, boot, process, and a random word."""
    pid = os.getpid()
    return "/".join([_machine(), str(pid), _born(pid) or "?", secrets.token_hex(4)])


def is_alive(holder: str) -> bool:
    """Say whether `holder` may still live: False only for a process of this very machine that is gone."""
    *machine, pid, born, _ = holder.split("/")
    if "/".join(machine) != _machine() or not pid.isdecimal() or born == "?":
        return True
    return _born(int(pid)) == born


def _machine() -> str:
    """Return host, boot and process namespace: numbers of processes mean something only within all three."""
    return "/".join([socket.gethostname(), _read("/proc/sys/kernel/random/boot_id"), _namespace()])


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return "?"


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return "?"


def _born(pid: int) -> str | None:
    """Return when the process `pid` began, in the kernel's ticks; None when there is none (or only its remains)."""
    stat = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return stat[19] if len(stat) > 19 and stat[0] not in ("Z", "X") else None  # fields 22 and 3 of proc(5)


def _running_time() -> float:
    """Return seconds that also pass while the machine sleeps, where the system tells them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
