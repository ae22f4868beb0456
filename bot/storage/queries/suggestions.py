"""Links that members would have in the catalogue, in the digest or beside a paper, until somebody decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.reading import PaperId, Suggestion, SuggestionId, SuggestionKind, SuggestionState
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, suggestions

_this = suggestions.c.id == bindparam("this")
_is_open = suggestions.c.state == SuggestionState.OPEN.value
_theirs = suggestions.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_in_order = select(suggestions).order_by(suggestions.c.at, suggestions.c.id)

_NEW = insert(suggestions).returning(suggestions.c.id)
_GET = select(suggestions).where(_this)
_OPEN = _in_order.where(_is_open)
_OPEN_OF_GROUP = _OPEN.where(suggestions.c.group_id == bindparam("of_group"))
_OF_GROUP = _in_order.where(suggestions.c.group_id == bindparam("of_group"))
_SAME = _OPEN.where(suggestions.c.url == bindparam("the_url"), suggestions.c.what == bindparam("goes_to"))
_DECIDED = (
    select(suggestions)
    .where(suggestions.c.state == bindparam("became"), suggestions.c.decided_at >= bindparam("since"))
    .order_by(suggestions.c.decided_at, suggestions.c.id)
)
_OF_PAPER = _in_order.where(
    suggestions.c.paper_id == bindparam("of_paper"), suggestions.c.state == SuggestionState.APPROVED.value
)
_OF_PERSON = select(suggestions).where(_theirs).order_by(suggestions.c.at.desc(), suggestions.c.id.desc())
_DECIDE = (
    update(suggestions)
    .where(_this, _is_open)
    .values(state=bindparam("becomes"), decided_by=bindparam("by"), decided_at=bindparam("moment"))
)
_WITHDRAW = update(suggestions).where(_this, _is_open, _theirs).values(state=SuggestionState.WITHDRAWN.value)


class Suggestions:
    """Suggestions, each decided once."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(
        self,
        group_id: GroupId | None,
        identity_id: IdentityId,
        what: SuggestionKind,
        url: str,
        title: str,
        why: str,
        now: datetime,
        *,
        paper_id: PaperId | None = None,
    ) -> tuple[Suggestion, bool]:
        """Keep a suggestion; return it and True, or the same group's open one of this address and False."""
        rows = await self._run.rows(_SAME, {"the_url": url, "goes_to": what.value})
        there = next((row for row in rows if (row.group_id, row.paper_id) == (group_id, paper_id)), None)
        if there is not None:
            return _suggestion(there), False
        values = {
            "group_id": group_id,
            "identity_id": identity_id,
            "what": what.value,
            "url": url,
            "title": title,
            "why": why,
            "paper_id": paper_id,
            "at": now,
            "state": SuggestionState.OPEN.value,
        }
        number = SuggestionId(await self._run.value(_NEW, values))
        return Suggestion(number, group_id, identity_id, what, url, title, why, paper_id, now), True

    async def get(self, suggestion_id: SuggestionId) -> Suggestion | None:
        """Return a suggestion by its number."""
        row = await self._run.row(_GET, {"this": suggestion_id})
        return None if row is None else _suggestion(row)

    async def open(self, group_id: GroupId | None = None) -> tuple[Suggestion, ...]:
        """Return what waits for a decision, of one group or of all, the longest waiting first."""
        if group_id is None:
            return tuple(map(_suggestion, await self._run.rows(_OPEN)))
        return tuple(map(_suggestion, await self._run.rows(_OPEN_OF_GROUP, {"of_group": group_id})))

    async def of_group(self, group_id: GroupId) -> tuple[Suggestion, ...]:
        """Return everything that was ever suggested in a group, whatever became of it, the earliest first."""
        return tuple(map(_suggestion, await self._run.rows(_OF_GROUP, {"of_group": group_id})))

    async def decided(self, state: SuggestionState, since: datetime) -> tuple[Suggestion, ...]:
        """Return what was decided so since a moment, the earliest first."""
        return tuple(map(_suggestion, await self._run.rows(_DECIDED, {"became": state.value, "since": since})))

    async def of_paper(self, paper_id: PaperId) -> tuple[Suggestion, ...]:
        """Return what was approved to stand beside a paper, the earliest first."""
        return tuple(map(_suggestion, await self._run.rows(_OF_PAPER, {"of_paper": paper_id})))

    async def of_person(self, person_id: PersonId) -> tuple[Suggestion, ...]:
        """Return what a person suggested, the latest first."""
        return tuple(map(_suggestion, await self._run.rows(_OF_PERSON, {"of_person": person_id})))

    async def decide(
        self, suggestion_id: SuggestionId, state: SuggestionState, by: IdentityId | None, now: datetime
    ) -> bool:
        """Approve or decline a suggestion, once; False when it is not open any more. `by` None: nobody did."""
        values = {"this": suggestion_id, "becomes": state.value, "by": by, "moment": now}
        return await self._run.count(_DECIDE, values) > 0

    async def withdraw(self, suggestion_id: SuggestionId, person_id: PersonId) -> bool:
        """Take one's own open suggestion back; False when it is none of theirs, or not open any more."""
        return await self._run.count(_WITHDRAW, {"this": suggestion_id, "of_person": person_id}) > 0


def _suggestion(row: AnyRow) -> Suggestion:
    return Suggestion(
        SuggestionId(row.id),
        None if row.group_id is None else GroupId(row.group_id),
        None if row.identity_id is None else IdentityId(row.identity_id),
        SuggestionKind(row.what),
        row.url,
        row.title,
        row.why,
        None if row.paper_id is None else PaperId(row.paper_id),
        row.at,
        SuggestionState(row.state),
        None if row.decided_by is None else IdentityId(row.decided_by),
        row.decided_at,
    )
