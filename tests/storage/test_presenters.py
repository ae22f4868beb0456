"""Turns: who was asked, who presents, and how often each served."""

from __future__ import annotations

from bot.core.reading import PresenterState, Served
from bot.storage import Storage
from tests.storage.club import MEETING, MEETS_ON, WEEK, founded
from tests.storage.moments import MINUTE, NOW

ASKED, ACCEPTED, PASSED, CANCELLED, DONE = PresenterState


async def test_one_who_passes_leaves_it_to_another(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        cycle = club.cycle.id
        await uow.presenters.ask(cycle, club.minsu.id, NOW)
        assert await uow.presenters.standing(cycle) is None
        await uow.presenters.passes(cycle, club.minsu.id, NOW + MINUTE)
        await uow.presenters.ask(cycle, club.jiwoo.id, NOW + 2 * MINUTE)
        assert await uow.presenters.accept(cycle, club.jiwoo.id, NOW + 3 * MINUTE)
        asked = await uow.presenters.of(cycle)
        assert [(each.person_id, each.state) for each in asked] == [
            (club.minsu.person_id, PASSED),
            (club.jiwoo.person_id, ACCEPTED),
        ]
        assert await uow.presenters.standing(cycle) == asked[1]


async def test_only_one_presents_and_a_cancelled_one_makes_room(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        cycle = club.cycle.id
        assert await uow.presenters.accept(cycle, club.minsu.id, NOW)
        assert await uow.presenters.accept(cycle, club.minsu_there.id, NOW + MINUTE)  # the same person
        assert not await uow.presenters.accept(cycle, club.jiwoo.id, NOW + 2 * MINUTE)
        standing = await uow.presenters.standing(cycle)
        assert standing is not None
        assert standing.person_id == club.minsu.person_id
        await uow.presenters.cancel(cycle, club.minsu.id, NOW + 3 * MINUTE)
        assert await uow.presenters.standing(cycle) is None
        assert await uow.presenters.accept(cycle, club.jiwoo.id, NOW + 4 * MINUTE)
        states = {each.person_id: each.state for each in await uow.presenters.of(cycle)}
        assert states == {club.minsu.person_id: CANCELLED, club.jiwoo.person_id: ACCEPTED}


async def test_who_served_is_counted_by_person_and_by_what_was_done(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        cycles = [await uow.cycles.of(club.group.id, MEETS_ON + n * WEEK, MEETING + n * WEEK) for n in range(4)]
        for cycle, identity in zip(cycles, (club.minsu, club.minsu_there, club.jiwoo, club.jiwoo), strict=True):
            await uow.presenters.accept(cycle.id, identity.id, NOW)
        for cycle, identity in zip(cycles, (club.minsu, club.minsu, club.jiwoo), strict=False):
            await uow.presenters.done(cycle.id, identity.id, NOW + MINUTE)
        assert await uow.presenters.history(club.group.id) == (
            Served(club.minsu.person_id, 2, MEETS_ON + WEEK),
            Served(club.jiwoo.person_id, 1, MEETS_ON + 2 * WEEK),
        )
        done = await uow.presenters.standing(cycles[0].id)
        assert done is not None
        assert done.state is DONE
        other = await uow.groups.create("다른 모임", NOW)
        assert await uow.presenters.history(other.id) == ()
