"""Where a group lives: the chats its posts go to, on one platform or on both.

Another chat is connected by a code: asked for where the group lives, typed in the other chat by whoever runs that one,
and confirmed where it was asked for. Only the code's hash is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.groups import Group, GroupState, Home, channel_of
from bot.core.outbox import NewLetter
from bot.core.people import Approval, GroupId, HomeId, SpaceId
from bot.core.reading import Code, Purpose
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.retention import CODE_KEPT
from bot.core.schedule import NOTICE
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what looks alike
LENGTH = 8
ASKED_POST = "chats.asked"


class Settled(StrEnum):
    """What became of giving a group a place."""

    DONE = "done"
    SAME = "same"  # it lived there already
    TAKEN = "taken"  # another group lives there


class Claimed(StrEnum):
    """What became of a code that was typed."""

    ASKED = "asked"  # the other side is asked now
    UNKNOWN = "unknown"
    HERE = "here"  # typed where the group lives
    TAKEN = "taken"  # another group runs here


@dataclass(frozen=True, slots=True)
class Claim:
    """A chat that asks to be connected: which group it would join, from where and as what."""

    outcome: Claimed
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that was typed elsewhere and waits for this side's word: where, and what that chat is called."""

    group_id: GroupId
    place: Place
    title: str


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A home with the title of its space."""

    home: Home
    title: str


class Homes:
    """Settles, moves, connects and disconnects."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], outbox: Outbox) -> None:
        """Keep in `storage`; whoever asked for a code is written to through `outbox`."""
        self._storage, self._clock, self._outbox = storage, clock, outbox

    async def of(self, group_id: GroupId) -> tuple[Dwelling, ...]:
        """Return where a group lives, the first settled first."""
        async with self._storage.read() as uow:
            found = []
            for home in await uow.groups.homes(group_id):
                space = await uow.spaces.of(home.space)
                found.append(Dwelling(home, space.title if space is not None else home.space.id))
            return tuple(found)

    async def move(self, group_id: GroupId, home_id: HomeId, place: Place) -> Settled:
        """Have a home of a group be `place` from now on. Raises `LookupError` for a home that is not the group's."""
        async with self._storage.write() as uow:
            home = next((each for each in await uow.groups.homes(group_id) if each.id == home_id), None)
            if home is None or place.space is None:
                raise LookupError(f"no home {home_id} of group {group_id}")
            there = await _exactly_at(uow, place)
            if there is not None:
                return Settled.SAME if there.id == group_id else Settled.TAKEN
            await uow.groups.move_home(home_id, await _space_id(uow, place.space, self._clock()), channel_of(place))
        return Settled.DONE

    async def leave(self, group_id: GroupId, home_id: HomeId) -> bool:
        """Take a home from a group; False for the last one, which stays."""
        async with self._storage.write() as uow:
            homes = await uow.groups.homes(group_id)
            if len(homes) < 2 or all(home.id != home_id for home in homes):
                return False
            return await uow.groups.unsettle(home_id)

    # connecting by a code

    async def offer(self, group_id: GroupId, user: UserRef, language: str | None) -> str:
        """Return a new code by which another chat can ask to join a group; it ends the one `user` had before."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.codes.make(hash_of(code), Purpose.GROUP, identity.id, group_id, now + CODE_KEPT)
        return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"

    async def claim(self, code: str, place: Place, user: UserRef, language: str | None) -> Claim:
        """Ask for `place` to join the group that a code is for; whoever asked for the code is asked to confirm."""
        now, hashed = self._clock(), hash_of(code)
        if place.space is None:
            return Claim(Claimed.UNKNOWN)
        async with self._storage.write() as uow:
            known = await uow.codes.get(hashed, now)
            group = await _group_of(uow, known)
            if known is None or group is None:
                return Claim(Claimed.UNKNOWN)
            there = await _exactly_at(uow, place)
            if there is not None and there.id == group.id:
                return Claim(Claimed.HERE, group)
            if there is not None and there.state not in (GroupState.DRAFT, GroupState.ENDED):
                return Claim(Claimed.TAKEN, there)
            identity = await uow.people.meet(user, language, now)
            if await uow.codes.claim(hashed, identity.id, now) is None:
                return Claim(Claimed.UNKNOWN)
            space = await uow.spaces.of(place.space)
            title = space.title if space is not None else place.space.id
            await uow.marks.put(_mark(hashed), _packed(place, title), now)
            await self._ask(uow, known, hashed)
        self._outbox.wake()
        return Claim(Claimed.ASKED, group)

    async def waiting(self, hashed: str) -> Waiting | None:
        """Return what waits for a word about a code (its hash); None when nobody typed it, or it is over."""
        async with self._storage.read() as uow:
            code = await uow.codes.get(hashed, self._clock())
            return await _waiting(uow, code, hashed)

    async def confirm(self, hashed: str, *, yes: bool) -> Waiting | None:
        """Take this side's word, once: the chat becomes a home of the group, or not. None when it is over already.

        A group that was being set up in that chat gives way.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            code = await uow.codes.get(hashed, now)
            waiting = await _waiting(uow, code, hashed)
            if waiting is None:
                return None
            await uow.codes.take(hashed, now)
            await uow.marks.put(_mark(hashed), "", now)
            if not yes:
                return waiting
            there = await _exactly_at(uow, waiting.place)
            if there is not None and there.id != waiting.group_id:
                if there.state not in (GroupState.DRAFT, GroupState.ENDED):
                    return None
                for home in await uow.groups.homes(there.id):
                    await uow.groups.unsettle(home.id)
                await uow.groups.change(there.id, state=GroupState.ENDED)
            if there is None or there.id != waiting.group_id:
                assert waiting.place.space is not None  # noqa: S101 - it was claimed from a space
                space_id = await _space_id(uow, waiting.place.space, now)
                await uow.groups.settle(waiting.group_id, space_id, channel_of(waiting.place))
        return waiting

    async def _ask(self, uow: UnitOfWork, code: Code, hashed: str) -> None:
        """Write to whoever asked for a code, in private: they are waiting for it."""
        asker = await uow.people.identity(code.identity_id)
        if asker is not None:
            key = f"connect:{hashed}"
            letter = NewLetter(key, NOTICE, asker.user, ASKED_POST, {"code": hashed}, identity_id=asker.id)
            await self._outbox.put(uow, [letter])


def hash_of(code: str) -> str:
    """Return the name under which a typed code is kept; capitals, spaces and dashes make no difference."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())[:LENGTH]
    return hashlib.blake2b(plain.encode(), digest_size=12).hexdigest()


async def _group_of(uow: UnitOfWork, code: Code | None) -> Group | None:
    if code is None or code.purpose is not Purpose.GROUP or code.group_id is None:
        return None
    group = await uow.groups.get(code.group_id)
    return None if group is None or group.state is GroupState.ENDED else group


async def _waiting(uow: UnitOfWork, code: Code | None, hashed: str) -> Waiting | None:
    group = await _group_of(uow, code)
    said = await uow.marks.get(_mark(hashed))
    if code is None or group is None or code.claimed_by is None or not said:
        return None
    place, title = _unpacked(said)
    return Waiting(group.id, place, title)


async def _exactly_at(uow: UnitOfWork, place: Place) -> Group | None:
    """Return the group whose home is just this place, not its whole space."""
    if place.space is None:
        return None
    group = await uow.groups.at(place.space, channel_of(place))
    if group is None:
        return None
    here = (place.space, channel_of(place))
    homes = await uow.groups.homes(group.id)
    return group if any((home.space, home.channel) == here for home in homes) else None


async def _space_id(uow: UnitOfWork, space: SpaceRef, now: datetime) -> SpaceId:
    found = await uow.spaces.of(space)
    if found is None:
        found = await uow.spaces.joined(space, space.id, added_by=None, approval=Approval.APPROVED, now=now)
    return found.id


def _mark(hashed: str) -> str:
    return f"connect.{hashed}"


def _packed(place: Place, title: str) -> str:
    assert place.space is not None  # noqa: S101 - asked for before
    return json.dumps([place.platform.value, place.space.id, place.channel, place.thread, title])


def _unpacked(said: str) -> tuple[Place, str]:
    platform, space, channel, thread, title = json.loads(said)
    return Place(Platform(platform), channel, SpaceRef(Platform(platform), space), thread), title
