"""Which spaces the bot works in. When the host wants to be asked (`OWNERS` is set), a new space waits for their tap.

Nothing is ever posted in a space by this service, and a space that the bot leaves keeps its decision for its return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.core.outbox import LetterState
from bot.core.people import Approval, Arrival
from bot.core.refs import SpaceRef, UserRef
from bot.storage import Storage, UnitOfWork

# Another process may decide; an open space is looked up again this often, a closed one every time.
REMEMBERED = timedelta(minutes=1)
ASKED_AGAIN = timedelta(hours=1)  # after letters that reached nobody
UNASKED = "unasked"  # the mark of a space: the occasion on which its hosts are to be asked
_CLOSED = (LetterState.UNDELIVERED, LetterState.WITHHELD)
_ASKED = "asked "  # before the occasion, once letters are on their way


class Doors:
    """Keeps the decisions about spaces."""

    def __init__(self, storage: Storage, owners: Iterable[UserRef], clock: Callable[[], datetime]) -> None:
        """Ask `owners` about new spaces; without any, every space is open."""
        self._storage, self._owners, self._clock = storage, tuple(owners), clock
        self._open_until: dict[SpaceRef, datetime] = {}

    @property
    def owners(self) -> tuple[UserRef, ...]:
        """Return the accounts of those who run this bot."""
        return self._owners

    def is_host(self, user: UserRef) -> bool:
        """Say whether `user` runs this bot."""
        return user in self._owners

    async def arrived(self, space: SpaceRef, title: str) -> Arrival:
        """Note that the bot is in `space`, and say who is to be asked; an unknown `title` is "".

        A platform tells of every space at every start: one that is known costs a read and asks nobody again, unless no
        host has been asked yet.
        """
        async with self._storage.read() as uow:
            before = await uow.spaces.of(space)
            mark = await uow.marks.get(_unasked(space)) or "" if before is not None else ""
            unasked = bool(mark) and not await self._were_asked(uow, space, mark)
        known = title or (before.title if before else space.id)
        stays = before is not None and before.left_at is None and not unasked
        if before is not None and stays and before.title == known:
            return Arrival(space, known, ())
        now = self._clock()
        approval = Approval.WAITING if self._owners else Approval.APPROVED
        asked_before = mark.startswith(_ASKED) or not mark
        occasion = now.isoformat() if asked_before else mark
        async with self._storage.write() as uow:
            if not title and (here := await uow.spaces.of(space)) is not None:
                known = here.title  # it may have come under its new id just now, and nobody but us asks for its name
            found = await uow.spaces.joined(space, known, added_by=None, approval=approval, now=now)
            ask = found.approval is Approval.WAITING and not stays
            if ask:
                await uow.marks.put(_unasked(space), occasion, now)
        return Arrival(space, known, self._owners if ask else (), occasion)

    async def waiting(self) -> tuple[SpaceRef, ...]:
        """Return the spaces that nobody has decided on yet."""
        async with self._storage.read() as uow:
            return tuple(each.ref for each in await uow.spaces.waiting())

    async def asked(self, space: SpaceRef) -> None:
        """Note that letters to the hosts about `space` are on their way."""
        async with self._storage.write() as uow:
            occasion = await uow.marks.get(_unasked(space)) or ""
            if occasion and not occasion.startswith(_ASKED):
                await uow.marks.put(_unasked(space), f"{_ASKED}{occasion}", self._clock())

    async def _were_asked(self, uow: UnitOfWork, space: SpaceRef, mark: str) -> bool:
        """Say whether a host was reached, or may still be; letters that all ended unsent asked nobody.

        They are written anew once somebody can be reached, and not at every command until then.
        """
        if not mark.startswith(_ASKED):
            return False
        arrival = Arrival(space, "", self._owners, mark.removeprefix(_ASKED))
        letters = (await uow.outbox.by_key([arrival.key(owner) for owner in self._owners])).values()
        if not letters or any(each.state is LetterState.SENT or each.ended_at is None for each in letters):
            return True
        blocked, lately = await uow.unreachable.among(self._owners), self._clock() - ASKED_AGAIN
        open_again = [each for each in letters if each.to not in blocked]
        return not any(each.state in _CLOSED or each.ended_at is None or each.ended_at <= lately for each in open_again)

    async def left(self, space: SpaceRef) -> None:
        """Note that the bot is no longer in `space`; nothing is deleted."""
        self._open_until.pop(space, None)
        async with self._storage.write() as uow:
            await uow.spaces.left(space, self._clock())

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Rewrite a changed id everywhere in one transaction."""
        self._open_until.pop(old, None)
        async with self._storage.write() as uow:
            await uow.spaces.moved(old, new)
            found = await uow.spaces.of(new)
            if found is not None and found.approval is Approval.WAITING:  # the question sent has the old id
                await uow.marks.put(_unasked(new), self._clock().isoformat(), self._clock())

    async def state(self, space: SpaceRef) -> str | None:
        """Return `approved`, `waiting`, `refused` or `left`, or None for a space never seen."""
        if not self._owners:
            return Approval.APPROVED.value
        now = self._clock()
        if self._open_until.get(space, now) > now:
            return Approval.APPROVED.value
        async with self._storage.read() as uow:
            found = await uow.spaces.of(space)
        if found is None:
            return None
        if found.state.value == Approval.APPROVED.value:
            self._open_until[space] = now + REMEMBERED
        return found.state.value

    async def decide(self, space: SpaceRef, by: UserRef, *, approved: bool) -> str:
        """Open or refuse `space` and return its title (its id when it was never seen)."""
        self._open_until.pop(space, None)
        approval = Approval.APPROVED if approved else Approval.REFUSED
        async with self._storage.write() as uow:
            found = await uow.spaces.decide(space, approval, by, self._clock())
        return found.title if found else space.id


def _unasked(space: SpaceRef) -> str:
    return f"{UNASKED}.{space.platform.value}.{space.id}"
