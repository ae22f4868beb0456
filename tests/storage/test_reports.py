"""Broken-link reports: one a person and resource."""

from __future__ import annotations

from bot.storage import Storage
from bot.storage.rows import Report
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW


async def test_a_person_reports_a_resource_once_whichever_account_they_use(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.people.join(there.id, minsu.person_id)
        assert await uow.reports.add(minsu.id, "cs231n", NOW)
        assert not await uow.reports.add(minsu.id, "cs231n", NOW + MINUTE)
        assert not await uow.reports.add(there.id, "cs231n", NOW + MINUTE)
        assert await uow.reports.all() == (Report("cs231n", minsu.person_id, minsu.id, NOW),)


async def test_reports_are_told_the_latest_first(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        assert await uow.reports.add(minsu.id, "cs231n", NOW)
        assert await uow.reports.add(minsu.id, "d2l", NOW + MINUTE)
        assert await uow.reports.add(jiwoo.id, "cs231n", NOW + 2 * MINUTE)
    async with storage.read() as uow:
        told = await uow.reports.all()
    assert [(report.resource_id, report.person_id) for report in told] == [
        ("cs231n", jiwoo.person_id),
        ("d2l", minsu.person_id),
        ("cs231n", minsu.person_id),
    ]


async def test_reports_of_a_link_that_was_seen_to_are_forgotten_and_may_come_again(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        await uow.reports.add(minsu.id, "cs231n", NOW)
        await uow.reports.add(jiwoo.id, "cs231n", NOW)
        await uow.reports.add(jiwoo.id, "d2l", NOW)
        assert await uow.reports.settle("cs231n") == 2
        assert await uow.reports.settle("cs231n") == 0
        assert [report.resource_id for report in await uow.reports.all()] == ["d2l"]
        assert await uow.reports.add(minsu.id, "cs231n", NOW + MINUTE)
