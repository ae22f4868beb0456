"""Letters for the courier: put in from anywhere, and what became of one told to whoever waits for it.

Who could not be reached is remembered here too, until they are heard of. Nothing here sends; `wake` rings for those
who do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.outbox import Address, Letter, LetterState, NewLetter
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import NOTICE
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

_LOOKED_AGAIN = 0.5  # seconds: another process may carry the letter, and rings here for nobody
_ON_ITS_WAY = frozenset({LetterState.WAITING, LetterState.LEASED, LetterState.HELD})


Listener = Callable[[Sequence[tuple[Letter, LetterState, str | None]]], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: its last state, why it was not sent, and where it was."""

    state: LetterState
    reason: str | None
    place: Place | None
    message: str | None

    @property
    def sent(self) -> bool:
        """Say whether it arrived."""
        return self.state is LetterState.SENT


class Outbox:
    """The door to the courier."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Keep letters in `storage`."""
        self._storage, self._clock = storage, clock
        self._bells: list[Callable[[], None]] = []
        self._listeners: list[Listener] = []
        self._awaited: dict[str, asyncio.Event] = {}
        self._lost: frozenset[UserRef | SpaceRef] = frozenset()

    # waking

    def wake(self) -> None:
        """Have due schedules and letters looked at now. Call it after storing a nearer one, once it is kept."""
        for ring in self._bells:
            ring()

    def rings(self, ring: Callable[[], None]) -> None:
        """Call `ring` at every `wake`."""
        self._bells.append(ring)

    def listens(self, listener: Listener) -> None:
        """Tell `listener` of every letter that ends."""
        self._listeners.append(listener)

    # letters

    async def enqueue(
        self, post: str, to: Address, key: str, payload: Mapping[str, Any] | None = None, **more: Any
    ) -> bool:
        """Have `post` written to somebody or somewhere as soon as it can be; False when `key` is known already.

        `payload` is plain JSON, `more` are further fields of `NewLetter`.
        """
        letter = NewLetter(key, more.pop("kind", NOTICE), to, post, payload or {}, **more)
        async with self._storage.write() as uow:
            new = await self.put(uow, [letter])
        self.wake()
        return bool(new)

    async def put(self, uow: UnitOfWork, letters: Sequence[NewLetter]) -> set[str]:
        """Keep letters in a unit of work of yours, and return the keys that are new; `wake` when it is over."""
        return await uow.outbox.put(letters, self._clock())

    async def outcome(self, key: str, timeout: float = 2.0) -> Outcome | None:  # noqa: ASYNC109 - not an error to run out
        """Return what became of the letter of `key`; None for an unknown one, or when `timeout` seconds do not tell."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while True:
            event = self._awaited.setdefault(key, asyncio.Event())
            async with self._storage.read() as uow:
                letter = (await uow.outbox.by_key([key])).get(key)
            left = until - loop.time()
            if letter is None or letter.state not in _ON_ITS_WAY or left <= 0:
                self._awaited.pop(key, None)
                ended = letter is not None and letter.state not in _ON_ITS_WAY
                return _outcome(letter) if letter is not None and ended else None
            try:
                async with asyncio.timeout(min(left, _LOOKED_AGAIN)):
                    await event.wait()
            except TimeoutError:
                continue
            except asyncio.CancelledError:  # another who waits for it looks again by itself
                self._awaited.pop(key, None)
                raise

    def ended(self, ends: Sequence[tuple[Letter, LetterState, str | None]]) -> None:
        """Take from the courier which letters ended, and how."""
        for listen in self._listeners:
            listen(ends)
        for letter, state, _ in ends:
            if (event := self._awaited.pop(letter.key, None)) is not None:
                event.set()
            if state in (LetterState.UNDELIVERED, LetterState.WITHHELD):
                self._lost |= {_whom(letter.to)}

    # who cannot be reached

    def lost(self, who: UserRef | SpaceRef) -> bool:
        """Say, from memory, whether letters to them are held back because an earlier one could not be delivered."""
        return who in self._lost

    async def found(self, who: UserRef | SpaceRef) -> None:
        """They are here: letters go out to them again."""
        async with self._storage.write() as uow:
            await uow.unreachable.clear(who)
        self._lost -= {who}
        self.wake()

    async def gone(self, place: Place) -> None:
        """A channel or thread was deleted: hold back what goes there.

        Of a topic on Telegram everything goes to its group from now on. On Discord a thread's letters go to its
        channel's lane, and a deleted one is found out when one is sent.
        """
        if place.thread is not None:
            if place.platform is Platform.TELEGRAM and place.space is not None:
                async with self._storage.write() as uow:
                    await uow.spaces.topic_gone(place.space, place.thread)
            return
        async with self._storage.write() as uow:
            await uow.unreachable.mark(place, "gone", self._clock())
        self._lost |= {_whom(place)}

    async def refresh(self) -> None:
        """Read anew who cannot be reached: other processes find out, too."""
        async with self._storage.read() as uow:
            self._lost = frozenset(_whom(each.to) for each in await uow.unreachable.all())


def _whom(to: Address) -> UserRef | SpaceRef:
    """Return who shows a sign of life for an address: the person, or the space that a channel is in."""
    if isinstance(to, UserRef):
        return to
    return to.space or SpaceRef(to.platform, to.channel)


def _outcome(letter: Letter) -> Outcome:
    return Outcome(letter.state, letter.reason, letter.sent_place, letter.sent_message)
