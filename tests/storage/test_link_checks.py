"""Links and what was found about them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.link_health import LinkHealth, Verdict, first_visit
from bot.storage import Storage

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
A, B, C = (f"https://example.org/{letter}" for letter in "abc")


def due(url: str, ago: timedelta = timedelta()) -> LinkHealth:
    return replace(first_visit(url, NOW), next_at=NOW - ago)


async def test_a_link_is_kept_as_it_was_found(storage: Storage) -> None:
    found = LinkHealth(
        url=A, next_at=NOW + timedelta(days=7), verdict=Verdict.DEAD, reason="404", moved_to="https://b.example/",
        failed_days=2, gone_days=2, moved_days=1, counted_on=date(2026, 11, 25), since=NOW - timedelta(days=1),
        checked_at=NOW, answered_at=NOW - timedelta(hours=1), told_at=NOW,
    )  # fmt: skip
    async with storage.write() as uow:
        await uow.link_checks.put(first_visit(A, NOW))
        await uow.link_checks.put(found)
    async with storage.read() as uow:
        assert await uow.link_checks.of() == (found,)
        assert await uow.link_checks.last_answer() == NOW - timedelta(hours=1)
        assert await uow.link_checks.counts() == {Verdict.DEAD: 1}


async def test_what_is_there_is_not_begun_anew(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.link_checks.last_answer() is None
        await uow.link_checks.add([due(A), due(B)])
        await uow.link_checks.put(replace(due(A), verdict=Verdict.FINE))
        await uow.link_checks.add([due(A), due(C)])
        assert await uow.link_checks.urls() == {A, B, C}
        assert await uow.link_checks.counts() == {Verdict.FINE: 1, Verdict.UNKNOWN: 2}
        await uow.link_checks.forget([A, C])
        assert await uow.link_checks.urls() == {B}


async def test_the_longest_waiting_come_first_and_what_is_reported_is_hurried(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.link_checks.add([due(A, timedelta(hours=1)), due(B, timedelta(hours=2)), due(C, -timedelta(days=3))])
        assert [each.url for each in await uow.link_checks.due(NOW, 5)] == [B, A]
        assert [each.url for each in await uow.link_checks.due(NOW, 1)] == [B]
        await uow.link_checks.hurry([C, B], NOW)
        assert [each.url for each in await uow.link_checks.due(NOW, 5)] == [B, A, C]


async def test_those_of_the_longest_standing_come_first_and_telling_is_noted(storage: Storage) -> None:
    async with storage.write() as uow:
        for url, days, verdict in ((A, 1, Verdict.DEAD), (B, 3, Verdict.MOVED), (C, 9, Verdict.UNSURE)):
            await uow.link_checks.put(replace(due(url), verdict=verdict, since=NOW - timedelta(days=days)))
        assert [each.url for each in await uow.link_checks.of()] == [B, A]
        await uow.link_checks.tell([A], NOW)
        assert [each.told_at for each in await uow.link_checks.of()] == [None, NOW]
