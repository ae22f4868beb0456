"""What an adapter is to the rest of the house, and what it may ask of it.

An adapter is finished when the contract suite (`tests/contract`) passes with its name in it. What it must remember goes
through the small stores below, which `app` fills; it never sees services or storage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from bot.chat.stores import Outlet
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Bilingual


class CannotServe(Exception):
    """The platform cannot be served and trying again will not help. `mend` is one line a host can act on."""

    def __init__(self, mend: Bilingual) -> None:
        """Carry the `mend`; `str()` is the English of it."""
        super().__init__(mend.en)
        self.mend = mend


class Adapter(Outlet, Protocol):
    """One platform: it answers, and it is the outlet for what nobody is waiting for."""

    platform: Platform

    async def serve(self) -> None:
        """Connect, and answer until cancelled or closed; reconnecting is the adapter's own business.

        Raises `CannotServe` for a refused token, a second instance on the same token and the like.
        """
        ...

    async def close(self) -> None:
        """Stop taking new turns, let those under way finish (at most 5 s), disconnect."""
        ...

    async def sync(self, force: bool = False) -> str:
        """Register the commands with the platform when they changed, or always with `force`. Returns a line to show."""
        ...


class Marks(Protocol):
    """A few words kept over restarts, such as the hash of the commands last registered."""

    async def get(self, name: str) -> str | None:
        """Return what was kept under `name`."""
        ...

    async def put(self, name: str, value: str) -> None:
        """Keep `value` under `name`."""
        ...


class Forms(Protocol):
    """Forms in progress where a form is a conversation. One a person and place; a new one replaces the old."""

    async def begin(self, user: UserRef, place: Place, state: Mapping[str, Any], now: datetime) -> None:
        """Keep the `state` (plain JSON) of the form; also its later steps."""
        ...

    async def pending(self, user: UserRef, place: Place, now: datetime) -> Mapping[str, Any] | None:
        """Return the state of the form in progress, or None when there is none or it has ended by itself."""
        ...

    async def end(self, user: UserRef, place: Place) -> None:
        """Forget it."""
        ...


class Seen(Protocol):
    """Which updates were handled in the last 24 hours."""

    async def note(self, platform: Platform, updates: Collection[str], now: datetime) -> None:
        """Note `updates` as handled."""
        ...

    async def noted(self, platform: Platform, updates: Collection[str]) -> frozenset[str]:
        """Return those of `updates` that were noted."""
        ...


class Session(Protocol):
    """A gateway session as it stood at event `seq`: enough to go on where a process stopped."""

    @property
    def session_id(self) -> str:
        """Return its id."""
        ...

    @property
    def seq(self) -> int:
        """Return the number of the last event that was dealt with."""
        ...

    @property
    def resume_url(self) -> str:
        """Return the address it goes on at."""
        ...


class Sessions(Protocol):
    """A gateway session that outlives the process, and how often one was begun today."""

    async def session(self) -> Session | None:
        """Return the session to go on with, or None when a new one must begin."""
        ...

    async def keep_session(self, session_id: str, seq: int, resume_url: str) -> None:
        """Keep where the session stands."""
        ...

    async def end_session(self) -> None:
        """Forget it: the gateway does not know it any more."""
        ...

    async def identified(self) -> None:
        """Count one new session, just before it begins."""
        ...

    async def identifies(self) -> int:
        """Return how many new sessions were begun this day (UTC)."""
        ...


class Chats(Protocol):
    """In which private chat a person is reached, where that is not simply their own id."""

    async def chat(self, user: UserRef) -> str | None:
        """Return the chat that was opened with `user`."""
        ...

    async def keep_chat(self, user: UserRef, chat: str) -> None:
        """Keep it; for somebody we have no reason to remember this does nothing."""
        ...

    async def forget_chat(self, user: UserRef) -> None:
        """Forget it: the platform does not know it any more."""
        ...
