"""The posts of a group's week that are out: where they stand, and that they are drawn anew when something changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.core.cycle import Picks, Step
from bot.core.groups import Group, Home
from bot.core.outbox import LetterState, revision_of
from bot.core.reading import CycleId
from bot.core.refs import Place, Platform
from bot.services.outbox import Outbox
from bot.storage import Storage


class WeekPosts:
    """Knows the places of a group, and redraws."""

    def __init__(self, storage: Storage, outbox: Outbox) -> None:
        """Read `storage`; what is drawn anew goes out by the `outbox`."""
        self._storage, self._outbox = storage, outbox

    async def places(self, group: Group) -> list[tuple[Home, Place]]:
        """Return the homes of a group that can be written to, each with its place."""
        async with self._storage.read() as uow:
            found = [(home, home.place()) for home in await uow.groups.homes(group.id)]
        return [(home, place) for home, place in found if place is not None]

    async def redraw(self, cycle_id: CycleId, what: str, mark: str, not_before: datetime | None = None) -> bool:
        """Have a cycle's posts drawn anew, once for each `mark`; False when that is over, for one of them at least."""
        async with self._storage.read() as uow:
            cycle = await uow.cycles.get(cycle_id)
            homes = await uow.groups.homes(cycle.group_id) if cycle is not None else ()
            posted = await uow.outbox.by_key([f"cycle:{cycle_id}:{what}#{home.id}" for home in homes])
        letters = [revision_of(each, mark, silent=False, not_before=not_before) for each in posted.values()]
        if not letters:
            return True
        async with self._storage.write() as uow:
            await self._outbox.put(uow, letters)
            kept = await uow.outbox.by_key([each.key for each in letters])
        self._outbox.wake()
        return all(each.state is LetterState.WAITING for each in kept.values())


def has_thread(home: Home) -> bool:
    """Say whether lines have a place beside the main chat: a thread on Discord, a topic on Telegram."""
    return home.space.platform is Platform.DISCORD or home.channel is not None


def happens(group: Group, homes: Collection[Home], step: Step) -> bool:
    """Say whether anybody notices a step in a group that lives there: only a ballot closes, only a thread has lines."""
    if step is Step.CLOSE:
        return group.picks is Picks.VOTE
    return step is not Step.NUDGE or any(map(has_thread, homes))
