"""One person with accounts on several apps: connected by a code that one side makes, the other types and both confirm.

Connecting moves accounts, never what was said from them, so that parting gives each its own again. While they are
connected one set of preferences holds, the same reminder comes once, and being away holds for all of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.linking import LINK_KEPT, Words, chosen_of, connected, wait_after, words_of
from bot.core.outbox import NewLetter
from bot.core.people import Identity, IdentityId, PersonId, Preferences
from bot.core.reading import Code, Purpose
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NOTICE
from bot.core.zones import guessed_zone
from bot.services.away import is_away, welcome
from bot.services.homes import ALPHABET, LENGTH, hash_of
from bot.services.outbox import Outbox
from bot.services.own_schedules import come_again, come_once, move_zone
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

ASKED_POST, JOINED_POST, DECLINED_POST, PARTED_POST = (
    "settings.asked",
    "settings.joined",
    "settings.declined",
    "settings.parted",
)
LONGEST_NAME = 32
_MOST_TRIERS = 10_000


class Seen(StrEnum):
    """What a typed code turned out to be. The values are keys of texts."""

    FOUND = "found"
    UNLIKE = "unlike"  # no code looks like that
    UNKNOWN = "unknown"  # wrong, over, or used
    OWN = "own"
    ALREADY = "already"  # the accounts are connected
    CHAT = "chat"  # it connects chats, not accounts
    WAIT = "wait"  # too many wrong ones


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is shown: its app and, where that is known, what it is called there."""

    platform: Platform
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a code leads to: `hashed` names it from then on, `account` is whose it is, `wait` how long to be patient."""

    seen: Seen
    hashed: str = ""
    account: Account | None = None
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that was typed and confirmed on the other side, by this `account`, and waits for this side's word."""

    hashed: str
    account: Account


@dataclass(frozen=True, slots=True)
class Joined:
    """Accounts that are one person's now: the other side's, by number, for undoing it; `account` is whose it was."""

    account: Account
    accounts: tuple[IdentityId, ...]


class Links:
    """Connects accounts and takes them apart."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], outbox: Outbox, default_zone: str = "UTC"
    ) -> None:
        """Keep in `storage`; each side hears of the other through `outbox`."""
        self._storage, self._clock, self._outbox, self._default_zone = storage, clock, outbox, default_zone
        self._wrong: dict[UserRef, tuple[int, datetime]] = {}  # how many in a row, and until when none is taken

    # the code

    async def offer(self, user: UserRef, language: str | None, name: str) -> str:
        """Return a new code for `user`, who is called `name` there; it ends the one they had before."""
        code, now = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            until = now + LINK_KEPT
            await uow.codes.make(hash_of(code), Purpose.PERSON, identity.id, None, until, _called(name))
        return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"

    async def look(self, user: UserRef, typed: str) -> Look:
        """Return what a typed code leads to, before anything is done. A few wrong ones in a row have to wait."""
        now = self._clock()
        wrong, until = self._wrong.get(user, (0, now))
        if until > now:
            return Look(Seen.WAIT, wait=until - now)
        plain = "".join(typed.upper().replace("-", " ").split())
        if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
            return Look(Seen.UNLIKE)
        async with self._storage.read() as uow:
            look = await self._look(uow, user, hash_of(plain))
        if look.seen is Seen.UNKNOWN:
            if len(self._wrong) >= _MOST_TRIERS:
                self._wrong.clear()
            self._wrong[user] = (wrong + 1, now + wait_after(wrong + 1))
        else:
            self._wrong.pop(user, None)
        return look

    async def claim(self, user: UserRef, language: str | None, name: str, hashed: str) -> Look:
        """Take the typing side's word that they mean this account; whoever made the code is asked in private."""
        now = self._clock()
        async with self._storage.write() as uow:
            look = await self._look(uow, user, hashed)
            if look.seen is not Seen.FOUND:
                return look
            identity = await uow.people.meet(user, language, now)
            code = await uow.codes.claim(hashed, identity.id, now, _called(name))
            host = await uow.people.identity(code.identity_id) if code is not None else None
            if host is None:
                return Look(Seen.UNKNOWN)
            letter = _letter(f"link:{hashed}", host, ASKED_POST, {"code": hashed})
            await self._outbox.put(uow, [letter])
        self._outbox.wake()
        return look

    async def withdraw(self, user: UserRef, hashed: str) -> None:
        """Take the typing side's word back: the code is used up."""
        async with self._storage.write() as uow:
            identity, code = await uow.people.of_identity(user), await uow.codes.get(hashed, self._clock())
            if identity is not None and code is not None and code.claimed_by == identity.id:
                await uow.codes.take(hashed, self._clock())

    async def _look(self, uow: UnitOfWork, user: UserRef, hashed: str) -> Look:
        code = await uow.codes.get(hashed, self._clock())
        if code is not None and code.purpose is Purpose.GROUP:
            return Look(Seen.CHAT)
        host = await uow.people.identity(code.identity_id) if code is not None else None
        if code is None or host is None:
            return Look(Seen.UNKNOWN)
        me = await uow.people.of_identity(user)
        if me is not None and me.person_id == host.person_id:
            return Look(Seen.OWN if me.id == host.id else Seen.ALREADY)
        if code.claimed_by is not None and (me is None or code.claimed_by != me.id):
            return Look(Seen.UNKNOWN)
        return Look(Seen.FOUND, hashed, Account(host.user.platform, code.name))

    # the other side's word

    async def waiting(self, user: UserRef, hashed: str | None = None) -> Waiting | None:
        """Return who would be connected to the person of `user`, by one code or by the one they made; None: nobody."""
        async with self._storage.read() as uow:
            found = await self._claimed(uow, user, hashed)
        return None if found is None else Waiting(found[0], Account(found[2].user.platform, found[1].claimed_name))

    async def confirm(self, user: UserRef, hashed: str, *, yes: bool) -> Joined | None:
        """Take the first side's word, once: the accounts are one person's, or the code is over.

        None when it is over already. The other side is told either way.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            found = await self._claimed(uow, user, hashed)
            if found is None:
                return None
            _, code, guest = found
            host = await uow.people.identity(code.identity_id)
            assert host is not None  # noqa: S101 - the code would have gone with it
            await uow.codes.take(hashed, now)
            joined = await self._connect(uow, host, guest, now) if yes else ()
            post, payload = DECLINED_POST, dict[str, object](platform=host.user.platform.value)
            if yes:
                post, payload = JOINED_POST, {**payload, "accounts": list(joined)}
            letter = _letter(f"linked:{hashed}", guest, post, payload)
            await self._outbox.put(uow, [letter])
        self._outbox.wake()
        return Joined(Account(guest.user.platform, code.claimed_name), joined)

    async def _claimed(self, uow: UnitOfWork, user: UserRef, hashed: str | None) -> tuple[str, Code, Identity] | None:
        """Return the code of the person of `user` that somebody else confirmed, and that account."""
        me, now = await uow.people.of_identity(user), self._clock()
        if me is None:
            return None
        theirs = {each.id for each in await uow.people.identities(me.person_id)}
        if hashed is None:
            made = await uow.codes.of(me.id, Purpose.PERSON, now)
        else:
            code = await uow.codes.get(hashed, now)
            made = (hashed, code) if code is not None else None
        if made is None or made[1].purpose is not Purpose.PERSON or made[1].identity_id not in theirs:
            return None
        guest = await uow.people.identity(made[1].claimed_by) if made[1].claimed_by is not None else None
        return None if guest is None or guest.id in theirs else (*made, guest)

    # one person, and two again

    async def accounts(self, user: UserRef) -> tuple[Identity, ...]:
        """Return every account of the person of `user`, the first met first."""
        async with self._storage.read() as uow:
            me = await uow.people.of_identity(user)
            return await uow.people.identities(me.person_id) if me is not None else ()

    async def part(self, user: UserRef, accounts: Collection[IdentityId]) -> tuple[Platform, ...] | None:
        """Take some of a person's accounts apart from the others, and return their platforms.

        None when they are apart already. The side that did not ask for it is told.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            me = await uow.people.of_identity(user)
            theirs = await uow.people.identities(me.person_id) if me is not None else ()
            going = [each for each in theirs if each.id in accounts]
            staying = [each for each in theirs if each.id not in accounts]
            if me is None or not going or not staying:
                return None
            await self._part(uow, me.person_id, staying, going, now)
            others = staying if me.id in accounts else going
            key = f"parted:{others[0].id}@{now:%Y%m%dT%H%M%S%f}"
            payload = {"platform": user.platform.value}
            await self._outbox.put(uow, [_letter(key, others[0], PARTED_POST, payload)])
        self._outbox.wake()
        return tuple(each.user.platform for each in going)

    async def _connect(self, uow: UnitOfWork, host: Identity, guest: Identity, now: datetime) -> tuple[IdentityId, ...]:
        hosts, guests = [await uow.people.identities(each.person_id) for each in (host, guest)]
        before = [await _chosen(uow, each) for each in (host, guest)]
        words = [
            await _words(uow, each.person_id, chosen, now) for each, chosen in zip((host, guest), before, strict=True)
        ]
        ours, theirs = connected(tuple(words[0].values()), tuple(words[1].values()))
        chosen = chosen_of((*ours, *theirs))
        for side, was in zip((hosts, guests), before, strict=True):
            await self._move(uow, side, was, chosen, now)
        away = [await is_away(uow, each.person_id) for each in (host, guest)]
        for each, is_here, other in ((host, not away[0], away[1]), (guest, not away[1], away[0])):
            if is_here and other:
                await uow.schedules.send_away(each.person_id)
        for each in guests:
            await uow.people.join(each.id, host.person_id)
        await uow.people.prefer(host.person_id, chosen)
        for number, own in zip((*words[0], *words[1]), (*ours, *theirs), strict=True):
            await uow.people.keep_words(number, own)
        await come_once(uow, host.person_id, now)
        return tuple(each.id for each in guests)

    async def _part(
        self,
        uow: UnitOfWork,
        person_id: PersonId,
        staying: Sequence[Identity],
        going: Sequence[Identity],
        now: datetime,
    ) -> None:
        words, chosen = await uow.people.words(person_id), await _chosen(uow, staying[0])
        alone = await uow.people.part(going[0].id, now)
        for each in going[1:]:
            await uow.people.join(each.id, alone)
        for person, side in ((person_id, staying), (alone, going)):
            said = [kept for each in side if (kept := words[each.id]) is not None]
            own = chosen_of(said) if said else chosen
            await uow.people.prefer(person, own)
            if len(side) == 1:
                await uow.people.keep_words(side[0].id, None)
            await come_again(uow, person, [each.id for each in side], now)
            await come_once(uow, person, now)
            if not await is_away(uow, person):
                await welcome(uow, person, now)
            await self._move(uow, side, chosen, own, now)

    async def _move(
        self, uow: UnitOfWork, side: Sequence[Identity], was: Preferences, chosen: Preferences, now: datetime
    ) -> None:
        """Take the reminders of one side along to the zone that holds for it from now on."""
        zone = self._zone(side, chosen)
        if zone != self._zone(side, was):
            person = await uow.people.identity(side[0].id)
            assert person is not None  # noqa: S101 - it was read in this unit
            await move_zone(uow, person.person_id, zone, now)

    def _zone(self, side: Sequence[Identity], chosen: Preferences) -> str:
        return chosen.timezone or guessed_zone(side[0].language, chosen.locale) or self._default_zone


async def _chosen(uow: UnitOfWork, identity: Identity) -> Preferences:
    person = await uow.people.visitor(identity.user)
    return person.preferences if person is not None else Preferences()


async def _words(
    uow: UnitOfWork, person_id: PersonId, chosen: Preferences, now: datetime
) -> Mapping[IdentityId, Words]:
    """Return what each account of a person chose; of one that is alone, that is all there is."""
    kept = await uow.people.words(person_id)
    if any(words is not None for words in kept.values()):
        return {number: words or {} for number, words in kept.items()}
    first = min(kept)
    return {number: words_of(chosen, now) if number == first else {} for number in kept}


def _letter(key: str, to: Identity, post: str, payload: Mapping[str, object]) -> NewLetter:
    return NewLetter(key, NOTICE, to.user, post, payload, identity_id=to.id)


def _called(name: str) -> str | None:
    return " ".join(name.split())[:LONGEST_NAME] or None
