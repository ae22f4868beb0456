"""Cycles: one for each meeting, each with one pick; nominations and the list they come from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.papers.paper import PaperKind
from bot.core.people import GroupId
from bot.core.reading import CycleId, CycleState, How, NominationId, NominationState
from bot.storage import Storage
from tests.storage.club import MEETING, MEETS_ON, WEEK, founded, kept, nominated
from tests.storage.moments import MINUTE, NOW


async def test_a_meeting_has_one_cycle_however_often_it_is_asked_for(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        assert await uow.cycles.of(club.group.id, MEETS_ON, MEETING) == club.cycle
        later = await uow.cycles.of(club.group.id, MEETS_ON, MEETING + timedelta(hours=1))
        assert (later.id, later.meeting_at) == (club.cycle.id, MEETING + timedelta(hours=1))
        other = await uow.groups.create("다른 모임", NOW)
        assert (await uow.cycles.of(other.id, MEETS_ON, MEETING)).id != club.cycle.id
        assert await uow.cycles.on(club.group.id, MEETS_ON) == later
        assert await uow.cycles.on(club.group.id, MEETS_ON + WEEK) is None
        assert await uow.cycles.get(CycleId(999)) is None


async def test_the_first_pick_of_a_cycle_stands(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        first, second = await kept(uow, "a", "b")
        picked = await uow.cycles.pick(club.cycle.id, first, How.VOTE, "가장 많은 표", NOW)
        assert (picked.paper_id, picked.how, picked.why, picked.picked_at) == (first, How.VOTE, "가장 많은 표", NOW)
        assert await uow.cycles.pick(club.cycle.id, second, How.FILLED, None, NOW + MINUTE) == picked
        assert await uow.cycles.of(club.group.id, MEETS_ON, MEETING) == picked
        await uow.cycles.unpick(club.cycle.id)
        again = await uow.cycles.pick(club.cycle.id, second, How.ORGANISER, None, NOW + MINUTE)
        assert (again.paper_id, again.how, again.why) == (second, How.ORGANISER, None)
        with pytest.raises(LookupError):
            await uow.cycles.pick(CycleId(999), first, How.VOTE, None, NOW)


async def test_a_cycle_keeps_its_state_its_kind_and_whether_anybody_pressed(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        assert (club.cycle.state, club.cycle.kind, club.cycle.silent) == (CycleState.OPEN, None, False)
        await uow.cycles.state(club.cycle.id, CycleState.OVER)
        await uow.cycles.kind(club.cycle.id, PaperKind.SURVEY)
        await uow.cycles.silent(club.cycle.id, True)
        cycle = await uow.cycles.of(club.group.id, MEETS_ON, MEETING)
        assert (cycle.state, cycle.kind, cycle.silent) == (CycleState.OVER, PaperKind.SURVEY, True)
        await uow.cycles.kind(club.cycle.id, None)
        await uow.cycles.silent(club.cycle.id, False)
        assert await uow.cycles.latest(club.group.id) == (await uow.cycles.get(club.cycle.id),)


async def test_the_history_is_what_was_picked_and_tells_when_a_paper_was_read(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        first, second, third = await kept(uow, "a", "b", "c")
        cycles = [await uow.cycles.of(club.group.id, MEETS_ON + n * WEEK, MEETING + n * WEEK) for n in range(4)]
        for cycle, paper_id in zip(cycles, (first, second, first), strict=False):
            await uow.cycles.pick(cycle.id, paper_id, How.LIST, None, NOW)
        assert [each.id for each in await uow.cycles.latest(club.group.id, 2)] == [cycles[3].id, cycles[2].id]
        assert [each.id for each in await uow.cycles.history(club.group.id)] == [each.id for each in cycles[2::-1]]
        found = await uow.cycles.of_paper(club.group.id, first)
        assert found is not None
        assert found.id == cycles[2].id
        assert await uow.cycles.of_paper(club.group.id, third) is None
        assert await uow.cycles.of_paper(GroupId(999), first) is None
        assert await uow.cycles.read_keys(club.group.id) == {"a", "b"}
        assert await uow.cycles.read_keys(GroupId(999)) == frozenset()


async def test_nominations_that_are_the_same_paper_meet(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (first,) = await nominated(uow, club, "a")
        again, new = await uow.nominations.add(club.group.id, first.paper_id, club.minsu.id, "나도", NOW + MINUTE)
        assert (again, new) == (first, False)
        assert await uow.nominations.open(club.group.id) == (first,)
        other = await uow.groups.create("다른 모임", NOW)
        _, new = await uow.nominations.add(other.id, first.paper_id, None, "", NOW)
        assert new
        assert await uow.nominations.get(first.id) == first
        assert await uow.nominations.of_paper(club.group.id, first.paper_id) == first
        assert await uow.nominations.get(NominationId(999)) is None


async def test_only_who_nominated_withdraws_and_the_paper_can_be_nominated_anew(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        first, second = await nominated(uow, club, "a", "b")
        assert not await uow.nominations.withdraw(first.id, club.minsu.person_id)
        assert await uow.nominations.withdraw(first.id, club.jiwoo.person_id)
        assert not await uow.nominations.withdraw(first.id, club.jiwoo.person_id)
        assert await uow.nominations.open(club.group.id) == (second,)
        anew, new = await uow.nominations.add(
            club.group.id, first.paper_id, club.minsu_there.id, "다시", NOW + 9 * MINUTE
        )
        assert new
        assert (anew.id, anew.identity_id, anew.why, anew.at) == (
            first.id, club.minsu_there.id, "다시", NOW + 9 * MINUTE,
        )  # fmt: skip
        assert await uow.nominations.open(club.group.id) == (second, anew)
        assert await uow.nominations.of_person(club.minsu.person_id) == (anew,)
        assert await uow.nominations.of_person(club.jiwoo.person_id) == (second,)
        assert await uow.nominations.withdraw(anew.id, club.minsu.person_id)


async def test_organisers_put_first_or_out_with_a_reason(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b, c = await nominated(uow, club, "a", "b", "c")
        assert await uow.nominations.pin(c.id, True, "이번 달 주제")
        assert await uow.nominations.veto(a.id, "이미 발표됨")
        queue = await uow.nominations.open(club.group.id)
        assert [(each.id, each.pinned, each.said) for each in queue] == [
            (c.id, True, "이번 달 주제"),
            (b.id, False, None),
        ]
        assert [each.candidate.pinned for each in queue] == [True, False]
        vetoed, new = await uow.nominations.add(club.group.id, a.paper_id, club.minsu.id, "제발", NOW)
        assert (vetoed.state, vetoed.said, new) == (NominationState.VETOED, "이미 발표됨", False)
        assert not await uow.nominations.pin(a.id, True, None)
        assert not await uow.nominations.veto(a.id, "x")
        await uow.nominations.reopen(a.id)
        await uow.nominations.picked(b.id)
        await uow.nominations.pin(c.id, False, None)
        assert [each.id for each in await uow.nominations.open(club.group.id)] == [a.id, c.id]
        states = [each.state for each in await uow.nominations.of_group(club.group.id)]
        assert states == [NominationState.OPEN, NominationState.PICKED, NominationState.OPEN]


async def test_a_list_in_order_goes_on_where_the_group_is(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b, c = await kept(uow, "a", "b", "c")
        assert await uow.agendas.next(club.group.id) is None
        await uow.agendas.set(club.group.id, [b, a, b])
        await uow.agendas.append(club.group.id, [a, c])
        assert [each.id for each in await uow.agendas.list(club.group.id)] == [b, a, c]
        for number, expected in enumerate((b, a, c)):
            following = await uow.agendas.next(club.group.id)
            assert following is not None
            assert following.id == expected
            cycle = await uow.cycles.of(club.group.id, MEETS_ON + number * WEEK, MEETING + number * WEEK)
            await uow.cycles.pick(cycle.id, following.id, How.LIST, None, NOW)
        assert await uow.agendas.next(club.group.id) is None
        await uow.agendas.set(club.group.id, [])
        assert await uow.agendas.list(club.group.id) == ()
