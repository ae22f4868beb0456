"""How the pages of digests are reached, on both databases; and the lists that they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.digest.archive import Listed
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.storage import Storage
from bot.storage.queries.archives import KeptArchive
from tests.web.archive.sample import issue, listed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MARK, SECRET, HASH = "0" * 32, "ab" * 32, "1" * 64


async def opened(storage: Storage, word_hash: str = HASH) -> GroupId:
    async with storage.write() as uow:
        group = await uow.groups.create("목요 논문", NOW)
        await uow.archives.open(group.id, MARK, SECRET, word_hash, NOW)
    return group.id


async def test_an_archive_begins_closed_and_is_opened_once(storage: Storage) -> None:
    group_id = await opened(storage)
    async with storage.write() as uow:
        await uow.archives.open(group_id, "f" * 32, "cd" * 32, "2" * 64, NOW)
    async with storage.read() as uow:
        assert await uow.archives.of(group_id) == KeptArchive(group_id, MARK, SECRET, public=False)
        assert await uow.archives.of(GroupId(group_id + 1)) is None
        assert await uow.archives.by_hash("2" * 64) is None
        assert await uow.archives.oldest_mark() == MARK


async def test_a_new_secret_leaves_the_old_hash_to_nobody_and_the_mark_as_it_is(storage: Storage) -> None:
    group_id = await opened(storage)
    async with storage.write() as uow:
        await uow.archives.renew(group_id, "cd" * 32, "2" * 64, NOW)
    async with storage.read() as uow:
        assert await uow.archives.by_hash(HASH) is None
        assert await uow.archives.by_hash("2" * 64) == KeptArchive(group_id, MARK, "cd" * 32, public=False)


async def test_only_what_is_public_is_listed(storage: Storage) -> None:
    first, second = await opened(storage), await opened(storage, "3" * 64)
    async with storage.write() as uow:
        await uow.archives.publish(second, True, NOW)
    async with storage.read() as uow:
        assert [each.group_id for each in await uow.archives.public()] == [second]
    async with storage.write() as uow:
        await uow.archives.publish(second, False, NOW)
        await uow.archives.publish(first, True, NOW)
    async with storage.read() as uow:
        assert [each.group_id for each in await uow.archives.public()] == [first]


async def test_issues_are_listed_without_their_parts_and_those_that_were_not_sent_are_left_out(
    storage: Storage,
) -> None:
    group_id = await opened(storage)
    told = [replace(issue(number, Locale.EN).issue, group_id=group_id) for number in (1, 2, 3)]
    async with storage.write() as uow:
        kept = [await uow.issues.keep(each, NOW + timedelta(days=each.number)) for each in told]
        for each in kept[:2]:
            await uow.issues.posted(each.id, NOW)
    async with storage.read() as uow:
        found = await uow.archives.listed(group_id)
        kept = [await uow.issues.get(each.id) or each for each in kept]
    assert found == (listed(kept[1]), listed(kept[0]))
    assert isinstance(found[0], Listed)
    assert found[0].locale is Locale.EN
