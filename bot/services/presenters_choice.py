"""Which candidate a presenter reads with the group: the last they named with `/suggest`, whoever put it up first.

What they named is a mark by the cycle and the moment of their acceptance, so that nobody's number stands in it and
another presenter begins without one.
"""

from __future__ import annotations

from datetime import datetime

from bot.core.people import GroupId
from bot.core.reading import Cycle, CycleId, Nomination, NominationId, Presenter
from bot.storage.unit import UnitOfWork


async def choose(
    uow: UnitOfWork, cycle_id: CycleId, presenter: Presenter, nomination_id: NominationId, now: datetime
) -> None:
    """Note that a presenter named a candidate for the meeting they present."""
    await uow.marks.put(_mark(cycle_id), f"{_moment(presenter)}|{nomination_id}", now)


async def chosen(uow: UnitOfWork, group_id: GroupId, cycle: Cycle, presenter: Presenter) -> Nomination | None:
    """Return the candidate that a presenter reads: what organisers put first of theirs, else the last they named.

    None when nothing of theirs is up.
    """
    named = await uow.marks.get(_mark(cycle.id)) or ""
    candidates = []
    for each in await uow.nominations.open(group_id):
        is_named = named == f"{_moment(presenter)}|{each.id}"
        if is_named or await _is_of(uow, each, presenter):
            candidates.append(((each.pinned, is_named, each.at, each.id), each))
    return max(candidates, key=lambda found: found[0])[1] if candidates else None


async def settle(uow: UnitOfWork, cycle_id: CycleId, now: datetime) -> None:
    """Forget what was named for a meeting whose paper is decided."""
    if await uow.marks.get(_mark(cycle_id)):
        await uow.marks.put(_mark(cycle_id), "", now)


async def _is_of(uow: UnitOfWork, nomination: Nomination, presenter: Presenter) -> bool:
    """Say whether a presenter put it up, from whichever of their accounts."""
    if nomination.identity_id is None:
        return False
    account = await uow.people.identity(nomination.identity_id)
    return account is not None and account.person_id == presenter.person_id


def _mark(cycle_id: CycleId) -> str:
    return f"named:{cycle_id}"


def _moment(presenter: Presenter) -> str:
    return f"{presenter.at.timestamp() * 1000:.0f}"
