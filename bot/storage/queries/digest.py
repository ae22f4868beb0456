"""The issues of a group's digest, what they showed, and what organisers and members said of their stories."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import bindparam, func, insert, or_, select, update

from bot.core.digest.issue import Issue, IssueId, KeptIssue, issue_from
from bot.core.digest.signals import Edit, Signal
from bot.core.people import GroupId, IdentityId, PersonId
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import edits, identities, issues, openings, shown, signals
from bot.storage.upsert import insert_or_change, insert_or_leave

_this = issues.c.id == bindparam("this")
_of_group = issues.c.group_id == bindparam("of_group")

_NEW = insert(issues).returning(issues.c.id)
_GET = select(issues).where(_this)
_OF_WEEK = select(issues).where(_of_group, issues.c.last_day == bindparam("ends_on"))
_LAST_NUMBER = select(func.max(issues.c.number)).where(_of_group)
_ALL = select(issues).where(_of_group).order_by(issues.c.number.desc())
_LATEST = _ALL.where(issues.c.number < bindparam("below")).limit(bindparam("most"))
_SENT = _LATEST.where(issues.c.sent_at.is_not(None))
_BY_NUMBER = _ALL.where(issues.c.number == bindparam("numbered"))
_POSTED = update(issues).where(_this, issues.c.sent_at.is_(None)).values(sent_at=bindparam("moment"))
_REWRITE = update(issues).where(_this).values(issue=bindparam("says"), headline=bindparam("summary"))

_SHOWN = select(shown.c.sign).where(shown.c.group_id == bindparam("of_group"))
_MARK = Many(insert_or_leave(shown), "group_id", "sign", "at")

_EDITS = select(edits).where(edits.c.group_id == bindparam("of_group"))
_EDIT = insert_or_change(
    edits,
    lambda refused: {
        "pinned": refused.pinned,
        "dropped": refused.dropped,
        "comment": refused.comment,
        "at": refused.at,
    },
)

_SAVE = insert_or_change(signals, lambda refused: {"saved": refused.saved, "saved_at": refused.saved_at})
_LEAN = insert_or_change(signals, lambda refused: {"leaning": refused.leaning, "leaning_at": refused.leaning_at})
_with_person = select(signals, identities.c.person_id).select_from(signals.join(identities))
_SIGNALS_OF_GROUP = _with_person.where(signals.c.group_id == bindparam("of_group"))
_SIGNALS_OF_PERSON = _with_person.where(identities.c.person_id == bindparam("of_person"))
_PRESSED = (
    select(func.count())
    .select_from(signals)
    .where(
        signals.c.group_id == bindparam("of_group"),
        or_(signals.c.saved_at >= bindparam("since"), signals.c.leaning_at >= bindparam("since")),
    )
)
_LOOKED = (
    select(func.count())
    .select_from(openings.join(issues))
    .where(issues.c.group_id == bindparam("of_group"), openings.c.at >= bindparam("since"))
)
_EDITED = (
    select(func.count())
    .select_from(edits)
    .where(edits.c.group_id == bindparam("of_group"), edits.c.at >= bindparam("since"))
)
_OPEN = insert_or_leave(openings)
_OPENED = select(openings.c.issue_id).where(
    openings.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
)
_NO_NUMBER = 1 << 30
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Issues:
    """Issues and what is said of their stories. A press sets; of two words of one person the later stands."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    # issues

    async def of_week(self, group_id: GroupId, last: date) -> KeptIssue | None:
        """Return the issue whose week ends on the day `last`; None when it is not made."""
        row = await self._run.row(_OF_WEEK, {"of_group": group_id, "ends_on": last})
        return None if row is None else _issue(row)

    async def next_number(self, group_id: GroupId) -> int:
        """Return the number that the next issue has."""
        return int(await self._run.value(_LAST_NUMBER, {"of_group": group_id}) or 0) + 1

    async def keep(self, issue: Issue, now: datetime) -> KeptIssue:
        """Keep an issue and mark what it shows; return the one of its week that there was already, if there was.

        Call it in the unit of work in which the number was asked for.
        """
        there = await self.of_week(issue.group_id, issue.last)
        if there is not None:
            return there
        values = {
            "group_id": issue.group_id,
            "number": issue.number,
            "first_day": issue.first,
            "last_day": issue.last,
            "headline": issue.headline,
            "issue": issue.to_json(),
            "made_at": now,
        }
        number = IssueId(await self._run.value(_NEW, values))
        await self.mark(issue.group_id, issue.signs, now)
        return KeptIssue(number, issue, now)

    async def get(self, issue_id: IssueId) -> KeptIssue | None:
        """Return an issue by its own number in the database."""
        row = await self._run.row(_GET, {"this": issue_id})
        return None if row is None else _issue(row)

    async def numbered(self, group_id: GroupId, number: int) -> KeptIssue | None:
        """Return a group's issue by the number that people know."""
        row = await self._run.row(_BY_NUMBER, {"of_group": group_id, "numbered": number})
        return None if row is None else _issue(row)

    async def latest(
        self, group_id: GroupId, limit: int = 1, before: int | None = None, *, sent: bool = True
    ) -> tuple[KeptIssue, ...]:
        """Return a group's issues below the number `before`, the latest first; those that were posted, or all."""
        values = {"of_group": group_id, "below": before if before is not None else _NO_NUMBER, "most": limit}
        return tuple(map(_issue, await self._run.rows(_SENT if sent else _LATEST, values)))

    async def all(self, group_id: GroupId) -> tuple[KeptIssue, ...]:
        """Return every issue of a group, the latest first, also those that were never posted."""
        return tuple(map(_issue, await self._run.rows(_ALL, {"of_group": group_id})))

    async def posted(self, issue_id: IssueId, now: datetime) -> None:
        """Note that members find an issue from now on; the first time stands."""
        await self._run.count(_POSTED, {"this": issue_id, "moment": now})

    async def rewrite(self, issue_id: IssueId, issue: Issue) -> None:
        """Keep what an organiser changed about an issue that is out."""
        await self._run.count(_REWRITE, {"this": issue_id, "says": issue.to_json(), "summary": issue.headline})

    # what was shown

    async def shown(self, group_id: GroupId) -> frozenset[str]:
        """Return the signs of everything that a group was shown."""
        return frozenset(row.sign for row in await self._run.rows(_SHOWN, {"of_group": group_id}))

    async def mark(self, group_id: GroupId, signs: Iterable[str], now: datetime) -> None:
        """Note what a group was shown."""
        await self._run.many(_MARK, [(group_id, sign, now) for sign in sorted(set(signs))])

    # what organisers say

    async def edit(self, group_id: GroupId, sign: str, edit: Edit, now: datetime) -> None:
        """Keep what the organisers say of a story."""
        said = {"pinned": edit.pinned, "dropped": edit.dropped, "comment": edit.comment, "at": now}
        await self._run.count(_EDIT[self._run.dialect], {"group_id": group_id, "sign": sign, **said})

    async def edits(self, group_id: GroupId) -> Mapping[str, Edit]:
        """Return what the organisers of a group said, by the sign of the story."""
        rows = await self._run.rows(_EDITS, {"of_group": group_id})
        return {row.sign: Edit(row.pinned, row.dropped, row.comment) for row in rows}

    # what members do

    async def save(self, identity_id: IdentityId, signal: Signal, saved: bool, now: datetime) -> None:
        """Put the story of a signal on somebody's list, or take it off."""
        said = {"saved": saved, "saved_at": now, "leaning": 0, "leaning_at": None}
        await self._run.count(_SAVE[self._run.dialect], _about(identity_id, signal) | said)

    async def lean(self, identity_id: IdentityId, signal: Signal, leaning: int, now: datetime) -> None:
        """Keep whether somebody would have more (1) or less (-1) of such; 0 takes it back."""
        said = {"saved": False, "saved_at": None, "leaning": leaning, "leaning_at": now}
        await self._run.count(_LEAN[self._run.dialect], _about(identity_id, signal) | said)

    async def signals(self, group_id: GroupId) -> tuple[Signal, ...]:
        """Return what the members of a group said of stories. Names are theirs: show counts."""
        return _signals(await self._run.rows(_SIGNALS_OF_GROUP, {"of_group": group_id}))

    async def signals_of(self, person_id: PersonId) -> tuple[Signal, ...]:
        """Return what a person said of the stories of any group."""
        return _signals(await self._run.rows(_SIGNALS_OF_PERSON, {"of_person": person_id}))

    async def pressed(self, group_id: GroupId, since: datetime) -> bool:
        """Say whether anybody said anything of a story since a moment."""
        return bool(await self._run.value(_PRESSED, {"of_group": group_id, "since": since}))

    async def noticed(self, group_id: GroupId, since: datetime) -> bool:
        """Say whether anybody looked at an issue, or edited one, since a moment."""
        values = {"of_group": group_id, "since": since}
        return bool(await self._run.value(_LOOKED, values) or await self._run.value(_EDITED, values))

    async def open(self, identity_id: IdentityId, issue_ids: Collection[IssueId], now: datetime) -> None:
        """Note that somebody looked at issues; the first time stands."""
        for issue_id in issue_ids:
            values = {"issue_id": issue_id, "identity_id": identity_id, "at": now}
            await self._run.count(_OPEN[self._run.dialect], values)

    async def opened(self, person_id: PersonId) -> frozenset[IssueId]:
        """Return the issues that a person looked at."""
        rows = await self._run.rows(_OPENED, {"of_person": person_id})
        return frozenset(IssueId(row.issue_id) for row in rows)


def _issue(row: AnyRow) -> KeptIssue:
    return KeptIssue(IssueId(row.id), issue_from(row.issue), row.made_at, row.sent_at)


def _about(identity_id: IdentityId, signal: Signal) -> dict[str, object]:
    return {
        "group_id": signal.group_id,
        "sign": signal.sign,
        "identity_id": identity_id,
        "title": signal.title,
        "url": signal.url,
        "topics": list(signal.topics),
        "feeds": list(signal.feeds),
    }


def _signals(rows: Iterable[AnyRow]) -> tuple[Signal, ...]:
    """Return one signal for each person and story: of each word the latest, whichever account it was said from."""
    said: dict[tuple[int, str, int], list[AnyRow]] = {}
    for row in rows:
        said.setdefault((row.group_id, row.sign, row.person_id), []).append(row)
    return tuple(_signal(of_accounts) for of_accounts in said.values())


def _signal(rows: list[AnyRow]) -> Signal:
    first = rows[0]
    saved = max(rows, key=lambda row: row.saved_at or _LONG_AGO)
    leaning = max(rows, key=lambda row: row.leaning_at or _LONG_AGO)
    return Signal(
        GroupId(first.group_id),
        PersonId(first.person_id),
        first.sign,
        first.title,
        first.url,
        tuple(first.topics),
        tuple(first.feeds),
        saved.saved_at if saved.saved else None,
        leaning.leaning,
    )
