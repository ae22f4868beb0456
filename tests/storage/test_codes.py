"""Codes: typed by one, in time, used once."""

from __future__ import annotations

from dataclasses import replace

from bot.core.reading import Code, Purpose
from bot.storage import Storage
from tests.storage.club import founded
from tests.storage.moments import MINUTE, NOW

UNTIL = NOW + 10 * MINUTE


async def test_a_code_is_claimed_by_who_types_it_first_and_used_once(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        made = await uow.codes.make("hash", Purpose.PERSON, club.minsu.id, None, UNTIL)
        assert made == Code(Purpose.PERSON, club.minsu.id, None, None, UNTIL)
        assert await uow.codes.get("hash", NOW) == made
        claimed = await uow.codes.claim("hash", club.jiwoo.id, NOW)
        assert claimed == replace(made, claimed_by=club.jiwoo.id)
        assert await uow.codes.claim("hash", club.jiwoo.id, NOW) == claimed
        assert await uow.codes.claim("hash", club.minsu_there.id, NOW) is None
        assert await uow.codes.take("hash", NOW) == claimed
        assert await uow.codes.take("hash", NOW) is None
        assert await uow.codes.claim("hash", club.jiwoo.id, NOW) is None
        assert await uow.codes.get("other", NOW) is None


async def test_a_code_runs_out(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        await uow.codes.make("hash", Purpose.GROUP, club.minsu.id, club.group.id, UNTIL)
        assert await uow.codes.purge(NOW) == 0
        assert await uow.codes.get("hash", UNTIL) is None
        assert await uow.codes.claim("hash", club.jiwoo.id, UNTIL) is None
        assert await uow.codes.take("hash", UNTIL) is None
        assert await uow.codes.purge(UNTIL) == 1
        assert await uow.codes.purge(UNTIL) == 0


async def test_a_new_code_ends_the_one_before_for_the_same_purpose(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        await uow.codes.make("first", Purpose.PERSON, club.minsu.id, None, UNTIL)
        await uow.codes.make("group", Purpose.GROUP, club.minsu.id, club.group.id, UNTIL)
        await uow.codes.make("others", Purpose.PERSON, club.jiwoo.id, None, UNTIL)
        await uow.codes.make("second", Purpose.PERSON, club.minsu.id, None, UNTIL)
        there = [await uow.codes.get(name, NOW) is not None for name in ("first", "group", "others", "second")]
        assert there == [False, True, True, True]
