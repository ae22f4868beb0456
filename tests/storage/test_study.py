"""The study log and times away: of a person with all their accounts, taken back, shown to a group when they chose."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.people import Approval, Identity, Preferences
from bot.core.study import StudyId
from bot.storage import Storage, UnitOfWork
from bot.storage.rows import StudyDay
from tests.storage.moments import CHAT, JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW, SERVER

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


async def study(
    uow: UnitOfWork, by: Identity, minutes: int | None = 50, day: date = TODAY, once: str | None = None
) -> StudyId:
    return await uow.study.add(
        by.id, at=NOW, day=day, minutes=minutes, text="3강", resource_id="cs231n", unit="3", source="log", once=once
    )


async def two_accounts(uow: UnitOfWork) -> tuple[Identity, Identity]:
    here, there = [await uow.people.meet(user, "ko", NOW) for user in (MINSU, MINSU_ON_TELEGRAM)]
    await uow.people.join(there.id, here.person_id)
    return here, there


async def test_a_log_is_that_of_all_accounts_by_day(storage: Storage) -> None:
    async with storage.write() as uow:
        here, there = await two_accounts(uow)
        ids = [await study(uow, by, day=TODAY - number * DAY) for number, by in enumerate((here, there, here))]
        log = await uow.study.of_person(here.person_id)
        assert [line.id for line in log] == ids[::-1]
        line = log[-1]
        assert (line.identity_id, line.at, line.day, line.minutes, line.text) == (here.id, NOW, TODAY, 50, "3강")
        assert (line.resource_id, line.unit, line.source) == ("cs231n", "3", "log")
        assert [each.id for each in await uow.study.of_person(here.person_id, TODAY - DAY)] == [ids[1], ids[0]]


async def test_a_line_is_changed_and_taken_back_by_whose_it_is(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu, jiwoo = [await uow.people.meet(user, "ko", NOW) for user in (MINSU, JIWOO)]
        line = await study(uow, minsu)
        assert not await uow.study.change(jiwoo.person_id, line, day=TODAY, minutes=1)
        assert not await uow.study.remove(jiwoo.person_id, line)
        assert await uow.study.change(minsu.person_id, line, day=TODAY - DAY, minutes=None)
        [changed] = await uow.study.of_person(minsu.person_id)
        assert (changed.day, changed.minutes) == (TODAY - DAY, None)
        assert await uow.study.remove(minsu.person_id, line)
        assert not await uow.study.remove(minsu.person_id, line)
        assert await uow.study.of_person(minsu.person_id) == ()


async def test_a_press_is_written_down_once_and_a_typed_line_each_time(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu, jiwoo = [await uow.people.meet(user, "ko", NOW) for user in (MINSU, JIWOO)]
        first = await study(uow, minsu, once="remind:12@20261125T070000Z")
        assert await study(uow, minsu, once="remind:12@20261125T070000Z") == first
        assert await study(uow, jiwoo, once="remind:12@20261125T070000Z") != first
        assert await study(uow, minsu) != await study(uow, minsu)
        assert len(await uow.study.of_person(minsu.person_id)) == 3
        await uow.study.remove(minsu.person_id, first)
        assert await study(uow, minsu, once="remind:12@20261125T070000Z") != first


async def test_a_group_sees_only_those_who_were_met_there_and_chose_it(storage: Storage) -> None:
    async with storage.write() as uow:
        here, there = await two_accounts(uow)
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        for space in (SERVER, CHAT):
            await uow.spaces.joined(space, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
        await uow.members.note(here.id, SERVER, NOW)
        await uow.members.note(there.id, CHAT, NOW)
        await uow.members.note(jiwoo.id, CHAT, NOW)
        for by in (here, there, jiwoo):
            await study(uow, by, 30)
        await study(uow, here, None)
        await study(uow, there, 20, TODAY - DAY)
        await study(uow, here, 99, TODAY - 30 * DAY)
        assert await uow.study.board([SERVER, CHAT], TODAY - DAY) == ()
        await uow.people.prefer(here.person_id, Preferences(board=True))
        await uow.people.prefer(jiwoo.person_id, Preferences(board=False))
        expected = (StudyDay(here.person_id, TODAY - DAY, 20), StudyDay(here.person_id, TODAY, 60))
        assert await uow.study.board([SERVER, CHAT], TODAY - DAY) == expected
        assert await uow.study.board([SERVER], TODAY - DAY) == expected
        assert await uow.study.board([], TODAY) == ()


async def test_somebody_is_away_until_they_are_back(storage: Storage) -> None:
    async with storage.write() as uow:
        here, there = await two_accounts(uow)
        assert not await uow.aways.end(here.person_id, NOW)
        first = await uow.aways.start(here.id, NOW, NOW + MINUTE)
        assert await uow.aways.of_person(here.person_id) == (first,)
        assert await uow.aways.earliest() == NOW + MINUTE
        assert await uow.aways.over(NOW) == ()
        assert await uow.aways.over(NOW + MINUTE) == (here.person_id,)
        assert await uow.aways.end(here.person_id, NOW + MINUTE)
        assert await uow.aways.over(NOW + MINUTE) == ()
        assert await uow.aways.earliest() is None
        second = await uow.aways.start(there.id, NOW + 2 * MINUTE, None)
        times = await uow.aways.of_person(here.person_id)
        assert [each.ended_at for each in times] == [NOW + MINUTE, None]
        assert times[1] == second
        assert await uow.aways.over(NOW + 9 * MINUTE) == ()
