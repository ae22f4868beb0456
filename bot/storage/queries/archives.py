"""How the pages of groups' digests are reached, and the lists of issues that they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from bot.core.digest.archive import Listed
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.storage.run import AnyRow, Run
from bot.storage.tables import archives, edits, issues
from bot.storage.upsert import insert_or_leave

_this = archives.c.group_id == bindparam("of_group")

_OPEN = insert_or_leave(archives)
_OF = select(archives).where(_this)
_BY_HASH = select(archives).where(archives.c.word_hash == bindparam("hashed"))
_RENEW = update(archives).where(_this)
_PUBLIC = select(archives).where(archives.c.public).order_by(archives.c.group_id)
_OLDEST = select(archives.c.mark).order_by(archives.c.group_id).limit(1)
_LISTING = select(
    func.count().label("issues"),
    func.max(issues.c.sent_at).label("last"),
    select(func.max(edits.c.at)).where(edits.c.group_id == bindparam("of_group")).scalar_subquery().label("edited"),
).where(issues.c.group_id == bindparam("of_group"), issues.c.sent_at.is_not(None))
_LISTED = (
    select(
        issues.c.number,
        issues.c.first_day,
        issues.c.last_day,
        issues.c.headline,
        issues.c.issue["locale"].as_string().label("locale"),
        issues.c.sent_at,
    )
    .where(issues.c.group_id == bindparam("of_group"), issues.c.sent_at.is_not(None))
    .order_by(issues.c.number.desc())
)


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """How one archive is reached; `mark` and `secret` are hexadecimal."""

    group_id: GroupId
    mark: str
    secret: str
    public: bool


class Listing(NamedTuple):
    """How many issues were sent, when the last of them, and when organisers last said anything of a story."""

    issues: int
    last: datetime | None
    edited: datetime | None


class Archives:
    """The archives of groups; a group has one from when it is first asked for."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def open(self, group_id: GroupId, mark: str, secret: str, word_hash: str, now: datetime) -> None:
        """Give a group an archive that is not public; one that is there stays as it is."""
        values = {"group_id": group_id, "mark": mark, "secret": secret, "word_hash": word_hash}
        await self._run.count(_OPEN[self._run.dialect], values | {"public": False, "at": now})

    async def of(self, group_id: GroupId) -> KeptArchive | None:
        """Return a group's archive; None before anybody asked for it."""
        row = await self._run.row(_OF, {"of_group": group_id})
        return None if row is None else _archive(row)

    async def by_hash(self, word_hash: str) -> KeptArchive | None:
        """Return the archive whose word has this hash."""
        row = await self._run.row(_BY_HASH, {"hashed": word_hash})
        return None if row is None else _archive(row)

    async def renew(self, group_id: GroupId, secret: str, word_hash: str, now: datetime) -> None:
        """Give an archive another secret; the word of the one before is nobody's."""
        values = {"secret": secret, "word_hash": word_hash, "at": now}
        await self._run.count(_RENEW.values(values), {"of_group": group_id})

    async def publish(self, group_id: GroupId, public: bool, now: datetime) -> None:
        """Keep whether everybody may read an archive."""
        await self._run.count(_RENEW.values({"public": public, "at": now}), {"of_group": group_id})

    async def public(self) -> tuple[KeptArchive, ...]:
        """Return the archives that everybody may read, by the number of the group."""
        return tuple(map(_archive, await self._run.rows(_PUBLIC)))

    async def oldest_mark(self) -> str | None:
        """Return the mark of the first archive there is; None before there is any."""
        found = await self._run.value(_OLDEST)
        return None if found is None else str(found)

    async def listing(self, group_id: GroupId) -> Listing:
        """Return by what it is seen that `listed` would give something else."""
        row = await self._run.row(_LISTING, {"of_group": group_id})
        return Listing(row.issues, row.last, row.edited) if row is not None else Listing(0, None, None)

    async def listed(self, group_id: GroupId) -> tuple[Listed, ...]:
        """Return a group's issues that were sent, the newest first, without what they say."""
        rows = await self._run.rows(_LISTED, {"of_group": group_id})
        return tuple(
            Listed(row.number, row.first_day, row.last_day, row.headline, Locale(row.locale), row.sent_at)
            for row in rows
        )


def _archive(row: AnyRow) -> KeptArchive:
    return KeptArchive(GroupId(row.group_id), row.mark, row.secret, row.public)
