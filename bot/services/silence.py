"""When a group sleeps: nobody presses anything for long. It rests then, and those who run it are asked in private.

Where papers are posted their cycles decide, elsewhere the issues of the digest. The group itself is told nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.cycle import Step
from bot.core.groups import Group
from bot.core.people import GroupId
from bot.core.reading import Cycle, CycleState, PresenterState
from bot.services.groups import SILENCE, Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.storage.unit import UnitOfWork

SILENT_CYCLES = 2  # without a single press: no third post
SILENT_ISSUES = 4  # of a group to which no papers are posted: no fifth
REST_POST = "ritual.rest"


async def note_press(uow: UnitOfWork, group_id: GroupId, now: datetime) -> None:
    """Note when somebody pressed or asked something in a group of which nothing else is kept, and not who."""
    await uow.marks.put(_mark(group_id), now.isoformat(), now)


async def nobody_pressed(uow: UnitOfWork, cycle: Cycle, since: datetime) -> bool:
    """Say whether nobody pressed anything of a cycle, its paper or ballot, nor did anything in the group `since`."""
    if await _acted(uow, cycle.group_id, since):
        return False
    if any(each.state is not PresenterState.ASKED for each in await uow.presenters.of(cycle.id)):
        return False
    if cycle.paper_id is not None and (await uow.readers.of(cycle.group_id, cycle.paper_id)).pressed:
        return False
    ballot = await uow.ballots.of(cycle.id)
    return ballot is None or not await uow.ballots.voters(ballot.id)


async def is_silent(uow: UnitOfWork, group_id: GroupId) -> bool:
    """Say whether nobody pressed anything in the last cycles of a group whose papers are posted."""
    over = [cycle for cycle in await uow.cycles.latest(group_id, SILENCE) if cycle.state is CycleState.OVER]
    return len(over) >= SILENT_CYCLES and all(cycle.silent for cycle in over[:SILENT_CYCLES])


async def has_silent_digest(uow: UnitOfWork, group: Group, heard_at: datetime | None) -> bool:
    """Say whether nobody did anything since the last issues of a group to which no papers are posted.

    Issues from before `heard_at`, when somebody had the group go on, do not count.
    """
    if group.week is None or Step.POST in group.week.steps:
        return False
    group_id = group.id
    issues = await uow.issues.latest(group_id, SILENT_ISSUES, sent=False)
    if len(issues) < SILENT_ISSUES or (heard_at is not None and issues[-1].made_at < heard_at):
        return False
    since = issues[-1].made_at
    if await _acted(uow, group_id, since):
        return False
    for cycle in await uow.cycles.latest(group_id, SILENCE):
        posted = cycle.state in (CycleState.POSTED, CycleState.OVER)  # before the posts were turned off
        if cycle.meeting_at >= since and (posted or not await nobody_pressed(uow, cycle, since)):
            return False
    return True


async def let_rest(
    groups: Groups,
    organisers: Organisers,
    outbox: Outbox,
    group: Group,
    mark: str,
    told: Mapping[str, object] | None = None,
) -> None:
    """Let a silent group rest and ask those who run it, in private and once for each `mark`, what it shall be.

    The letters go out by themselves: resting changes the row that fell due, so nothing of it may follow. `told` is
    what they say beside the group.
    """
    for each in await organisers.of(group.id):
        user = each.identity.user
        await outbox.enqueue(
            REST_POST,
            user,
            f"rest:{group.id}:{mark}:{user}",
            {"group": group.id, **(told or {})},
            identity_id=each.identity.id,
            group_id=group.id,
        )
    await groups.rest(group.id)


async def _acted(uow: UnitOfWork, group_id: GroupId, since: datetime) -> bool:
    """Say whether anybody did anything in a group since a moment, whatever the meeting it was for."""
    pressed = await uow.marks.get(_mark(group_id))
    if pressed and datetime.fromisoformat(pressed) > since:
        return True
    if await uow.issues.pressed(group_id, since) or await uow.issues.noticed(group_id, since):
        return True
    nominated = [each.at for each in await uow.nominations.of_group(group_id) if each.identity_id is not None]
    suggested = [each.at for each in await uow.suggestions.of_group(group_id)]
    noted = [each.at for each in await uow.notes.of_group(group_id, shared_only=False)]
    return max([*nominated, *suggested, *noted], default=since) > since


def _mark(group_id: GroupId) -> str:
    return f"pressed:{group_id}"
