"""The archive of a group's digest: who may read it under which address, and everything its pages show.

A page is drawn elsewhere. An address is a word that nobody can guess; the database finds it by its hash, and it follows
from a secret that is renewed at a tap. What is public is open to everybody under the group's number too.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from bot.core.digest.archive import Archive, Event, Front, Listed
from bot.core.digest.issue import KeptIssue
from bot.core.groups import GroupState
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.services.dates import Dates
from bot.services.groups import Groups
from bot.storage import Storage
from bot.storage.queries.archives import KeptArchive, Listing
from bot.storage.unit import UnitOfWork

WORD = re.compile(r"[a-z2-7]{32}")  # 160 bits
SECRET_BYTES, WORD_BYTES = 32, 20
MOST_LISTS = 1000


@dataclass(frozen=True, slots=True)
class Entrance:
    """How an archive is reached: by its `word`, and by everybody when it is `public`."""

    group_id: GroupId
    word: str
    public: bool

    @property
    def secret_path(self) -> str:
        """Return the path of its pages for those who know it."""
        return f"g/{self.word}/"

    @property
    def public_path(self) -> str:
        """Return the path of its pages for everybody, once it is public."""
        return f"g{self.group_id}/"

    @property
    def path(self) -> str:
        """Return the path to be passed on: the one without a secret where there is one."""
        return self.public_path if self.public else self.secret_path


class Archives:
    """Knows the archives of the groups of the house. An archive is public by an organiser's word alone."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        groups: Groups,
        base: str | None = None,
        local: str | None = None,
        default_locale: Locale = Locale.EN,
    ) -> None:
        """Keep in `storage`. `base` is where the pages are for people, `local` where they are on this machine."""
        self._storage, self._clock, self._groups = storage, clock, groups
        self._base, self._local, self._default_locale = base, local, default_locale
        self._dates = Dates(storage, clock, groups)
        self._lists: dict[GroupId, tuple[Listing, tuple[Listed, ...]]] = {}

    # who may read it

    async def entrance(self, group_id: GroupId) -> Entrance:
        """Return how a group's archive is reached; it gets one when it has none."""
        async with self._storage.read() as uow:
            kept = await uow.archives.of(group_id)
        if kept is None:
            async with self._storage.write() as uow:
                kept = await self._opened(uow, group_id)
        return _entrance(kept)

    async def renew(self, group_id: GroupId) -> Entrance:
        """Give an archive another address; the one before leads nowhere from now on."""
        async with self._storage.write() as uow:
            kept = await self._opened(uow, group_id)
            secret = secrets.token_hex(SECRET_BYTES)
            await uow.archives.renew(group_id, secret, _hash(_word(group_id, secret)), self._clock())
        return Entrance(group_id, _word(group_id, secret), kept.public)

    async def publish(self, group_id: GroupId, public: bool) -> Entrance:
        """Let everybody read an archive, or only those who know its address."""
        async with self._storage.write() as uow:
            kept = await self._opened(uow, group_id)
            await uow.archives.publish(group_id, public, self._clock())
        return Entrance(group_id, _word(group_id, kept.secret), public)

    async def behind(self, word: str) -> GroupId | None:
        """Return whose archive a word leads to; None for a wrong one, or one that was renewed."""
        if not WORD.fullmatch(word):
            return None
        async with self._storage.read() as uow:
            kept = await uow.archives.by_hash(_hash(word))
        return kept.group_id if kept is not None and hmac.compare_digest(word, _entrance(kept).word) else None

    async def is_public(self, group_id: GroupId) -> bool:
        """Say whether everybody may read a group's archive; False for a group that there is not."""
        async with self._storage.read() as uow:
            kept = await uow.archives.of(group_id)
        return kept is not None and kept.public

    # where it is

    @property
    def reachable(self) -> bool | None:
        """Say whether the pages are where people reach them; False: on this machine alone, None: nowhere."""
        return True if self._base is not None else False if self._local is not None else None

    def address(self, entrance: Entrance) -> str | None:
        """Return the whole address of an archive, ending in a slash; None when this bot serves no pages."""
        base = self._base or self._local
        return None if base is None else f"{base}/{entrance.path}"

    async def link(self, group_id: GroupId, number: int | None = None) -> str | None:
        """Return the address of an issue, or of all of them, to be passed on; None when people reach no page."""
        if self._base is None:
            return None
        page = "" if number is None else f"{number}.html"
        return f"{self._base}/{(await self.entrance(group_id)).path}{page}"

    # what it shows

    async def of(self, group_id: GroupId, *, openly: bool, address: str | None = None) -> Archive | None:
        """Return what a group's pages show; None for a group that is not there, is over, or has no archive yet.

        `openly`: as everybody sees it. `address` is where it will stand, when that is not where this bot serves it.
        """
        async with self._storage.read() as uow:
            group, kept = await uow.groups.get(group_id), await uow.archives.of(group_id)
            if group is None or kept is None or group.state is GroupState.ENDED:
                return None
            listed = await self._listed(uow, group_id)
        entrance = _entrance(kept)
        path = entrance.public_path if openly else entrance.secret_path
        return Archive(
            group_id=group_id,
            mark=kept.mark,
            name=group.name,
            locale=self._groups.locale_of(group),
            zone=self._groups.zone_of(group),
            public=openly,
            issues=listed,
            address=address or self._served(path),
        )

    async def issue(self, group_id: GroupId, number: int) -> KeptIssue | None:
        """Return an issue that was sent, by the number that people know; None for any other."""
        async with self._storage.read() as uow:
            kept = await uow.issues.numbered(group_id, number)
        return kept if kept is not None and kept.sent_at is not None else None

    async def latest(self, group_id: GroupId, limit: int) -> tuple[KeptIssue, ...]:
        """Return the issues sent last, the newest first."""
        async with self._storage.read() as uow:
            return await uow.issues.latest(group_id, limit)

    async def dates(self, archive: Archive) -> tuple[Event, ...]:
        """Return the dates of a group, a year back and half a year ahead; where it meets is not for everybody."""
        return await self._dates.of(archive)

    async def front(self, *, secret: bool = False, address: str | None = None) -> Front:
        """Return all archives that everybody may read, by the group's number; `secret`: the others too.

        `address` is where they will stand, each in its folder, when that is not where this bot serves them.
        """
        async with self._storage.read() as uow:
            numbers = {kept.group_id: True for kept in await uow.archives.public()}
            if secret:
                numbers |= {each.id: False for each in await uow.groups.all() if each.id not in numbers}
            oldest = await uow.archives.oldest_mark()
        found = []
        for number, openly in sorted(numbers.items()):
            if not openly:
                await self.entrance(number)
            stands = None if address is None else f"{address}g{number}/"
            found.append(await self.of(number, openly=openly, address=stands))
        mark = uuid5(UUID(oldest), "front") if oldest is not None else UUID(int=0)
        archives = tuple(each for each in found if each is not None and (each.public or each.issues))
        return Front(mark=mark.hex, locale=self._default_locale, archives=archives, address=address or self._served(""))

    async def _listed(self, uow: UnitOfWork, group_id: GroupId) -> tuple[Listed, ...]:
        """Return a group's issues; reading their languages out of them takes longer than all else about a page."""
        listing = await uow.archives.listing(group_id)
        known = self._lists.get(group_id)
        if known is not None and known[0] == listing:
            return known[1]
        if len(self._lists) >= MOST_LISTS:
            self._lists.clear()
        listed = await uow.archives.listed(group_id)
        self._lists[group_id] = (listing, listed)
        return listed

    def _served(self, path: str) -> str | None:
        return None if self._base is None else f"{self._base}/{path}"

    async def _opened(self, uow: UnitOfWork, group_id: GroupId) -> KeptArchive:
        kept = await uow.archives.of(group_id)
        if kept is None:
            secret = secrets.token_hex(SECRET_BYTES)
            word_hash = _hash(_word(group_id, secret))
            await uow.archives.open(group_id, uuid4().hex, secret, word_hash, self._clock())
            kept = await uow.archives.of(group_id)
        assert kept is not None  # noqa: S101 - opened a line ago
        return kept


def _entrance(kept: KeptArchive) -> Entrance:
    return Entrance(kept.group_id, _word(kept.group_id, kept.secret), kept.public)


def _word(group_id: GroupId, secret: str) -> str:
    made = hmac.digest(bytes.fromhex(secret), f"archive:{group_id}".encode(), hashlib.sha256)
    return b32encode(made[:WORD_BYTES]).decode().lower()


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
