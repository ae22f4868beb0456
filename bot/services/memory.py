"""What conversations need remembered for a while: who speaks, long presses, forms in progress, handled updates, marks.

Everything here ends by itself; the figures are in the constants.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.core.people import Person
from bot.core.refs import Place, Platform, UserRef
from bot.core.retention import FORM_KEPT, PRESS_KEPT
from bot.storage import Storage, UnitOfWork
from bot.storage.rows import GatewaySession

PRESS_RENEWED = timedelta(days=60)  # drawn again with less time left than this, it is prolonged
PURGED_EVERY = timedelta(hours=1)
SHARD = 0  # this version runs one


class Memory:
    """Short-lived state over storage."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], current: Callable[[str], str] | None = None
    ) -> None:
        """Remember in `storage`; `clock` gives aware UTC, `current` the id under which a resource is found now."""
        self._storage, self._clock, self._current = storage, clock, current
        self._purge_at = clock()

    async def visitor(self, user: UserRef) -> Person | None:
        """Return what is known of `user`, in one read; None for somebody we had no reason to remember.

        What they said of a resource whose id went is theirs under the id of today.
        """
        async with self._storage.read() as uow:
            return await uow.people.visitor(user, self._current)

    async def keep(self, wires: Mapping[str, str], now: datetime) -> None:
        """Keep each token's wire; one kept long enough already costs no write."""
        async with self._storage.read() as uow:
            lacking = await uow.tokens.lacking(tuple(wires), until=now + PRESS_RENEWED)
        if not lacking:
            return
        async with self._storage.write() as uow:
            await uow.tokens.put({token: wires[token] for token in lacking}, expires_at=now + PRESS_KEPT)
            await self._purge(uow, now)

    async def wire(self, token: str, now: datetime) -> str | None:
        """Return the wire of `token`, or None when it is unknown or has expired."""
        async with self._storage.read() as uow:
            kept = await uow.tokens.get(token)
        return kept.wire if kept is not None and kept.expires_at > now else None

    async def begin(self, user: UserRef, place: Place, state: Mapping[str, Any], now: datetime) -> None:
        """Keep the state of a form in progress."""
        async with self._storage.write() as uow:
            await uow.forms.begin(user, place, state, expires_at=now + FORM_KEPT)

    async def pending(self, user: UserRef, place: Place, now: datetime) -> Mapping[str, Any] | None:
        """Return the state of the form in progress, or None."""
        async with self._storage.read() as uow:
            return await uow.forms.pending(user, place, now)

    async def end(self, user: UserRef, place: Place) -> None:
        """Forget the form in progress."""
        async with self._storage.write() as uow:
            await uow.forms.end(user, place)

    async def note(self, platform: Platform, updates: Collection[str], now: datetime) -> None:
        """Note `updates` as handled, for 24 hours."""
        async with self._storage.write() as uow:
            await uow.seen.note(platform, updates, now)
            await self._purge(uow, now)

    async def noted(self, platform: Platform, updates: Collection[str]) -> frozenset[str]:
        """Return those of `updates` that were noted in the last 24 hours."""
        async with self._storage.read() as uow:
            return await uow.seen.noted(platform, updates)

    async def get(self, name: str) -> str | None:
        """Return the mark `name`."""
        async with self._storage.read() as uow:
            return await uow.marks.get(name)

    async def put(self, name: str, value: str) -> None:
        """Keep the mark `name`."""
        async with self._storage.write() as uow:
            await uow.marks.put(name, value, self._clock())

    async def chat(self, user: UserRef) -> str | None:
        """Return the private chat that was opened with `user`."""
        async with self._storage.read() as uow:
            return await uow.people.chat(user)

    async def keep_chat(self, user: UserRef, chat: str) -> None:
        """Keep the private chat of somebody we know."""
        async with self._storage.write() as uow:
            await uow.people.keep_chat(user, chat)

    async def forget_chat(self, user: UserRef) -> None:
        """Forget a private chat that the platform does not know any more."""
        async with self._storage.write() as uow:
            await uow.people.keep_chat(user, None)

    async def session(self) -> GatewaySession | None:
        """Return the gateway session to go on with."""
        async with self._storage.read() as uow:
            return await uow.sessions.of(SHARD)

    async def keep_session(self, session_id: str, seq: int, resume_url: str) -> None:
        """Keep where the gateway session stands."""
        async with self._storage.write() as uow:
            await uow.sessions.save(SHARD, session_id, seq, resume_url, self._clock())

    async def end_session(self) -> None:
        """Forget the gateway session."""
        async with self._storage.write() as uow:
            await uow.sessions.end(SHARD)

    async def identified(self) -> None:
        """Count one new gateway session."""
        async with self._storage.write() as uow:
            await uow.sessions.identified(SHARD, self._clock())

    async def identifies(self) -> int:
        """Return how many gateway sessions were begun this day (UTC)."""
        async with self._storage.read() as uow:
            return await uow.sessions.identifies(self._clock())

    async def _purge(self, uow: UnitOfWork, now: datetime) -> None:
        """Drop what has ended, at most once an hour, on the back of a write that happens anyway."""
        if now < self._purge_at:
            return
        self._purge_at = now + PURGED_EVERY
        await purge_ended(uow, now)


async def purge_ended(uow: UnitOfWork, now: datetime) -> int:
    """Drop the presses, forms, codes and updates that have ended, and return how many."""
    presses, forms, codes = await uow.tokens.purge(now), await uow.forms.purge(now), await uow.codes.purge(now)
    return presses + forms + codes + await uow.seen.purge(now)
