"""Persons, and the accounts they have."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from bot.core.methods import Goal
from bot.core.people import EntryState, Identity, Knows, Preferences
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.storage import Storage, StorageError
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW


async def _meet(storage: Storage, *users: object) -> list[Identity]:
    async with storage.write() as uow:
        return [await uow.people.meet(user, "ko", NOW) for user in users]  # type: ignore[arg-type]


async def test_somebody_never_met_is_nobody_and_asking_stores_nothing(storage: Storage) -> None:
    async with storage.read() as uow:
        assert await uow.people.visitor(MINSU) is None
        assert await uow.people.of_identity(MINSU) is None
        assert await uow.people.visitor(MINSU) is None


async def test_meeting_twice_makes_one_person(storage: Storage) -> None:
    (first,) = await _meet(storage, MINSU)
    (again,) = await _meet(storage, MINSU)
    assert again == first
    async with storage.read() as uow:
        assert await uow.people.of_identity(MINSU) == first
        assert await uow.people.identities(first.person_id) == (first,)


async def test_the_same_number_on_another_platform_is_somebody_else(storage: Storage) -> None:
    here, there = await _meet(storage, MINSU, replace(MINSU, platform=JIWOO.platform))
    assert here.person_id != there.person_id


async def test_meeting_keeps_the_language_of_the_client_current(storage: Storage) -> None:
    (first,) = await _meet(storage, MINSU)
    async with storage.write() as uow:
        assert (await uow.people.meet(MINSU, None, NOW)).language == "ko"
        assert await uow.people.meet(MINSU, "en-US", NOW + MINUTE) == replace(first, language="en-US")
    async with storage.read() as uow:
        assert await uow.people.of_identity(MINSU) == replace(first, language="en-US")


async def test_a_visitor_comes_with_preferences_and_list(storage: Storage) -> None:
    minsu, jiwoo = await _meet(storage, MINSU, JIWOO)
    async with storage.write() as uow:
        await uow.people.prefer(minsu.person_id, Preferences(Locale.EN, "Europe/London"))
        await uow.entries.set(minsu.id, "cs224w", EntryState.GOING, NOW + MINUTE)
        await uow.entries.set(minsu.id, "d2l", EntryState.SAVED, NOW)
        await uow.entries.set(jiwoo.id, "cs231n", EntryState.DONE, NOW)
    async with storage.read() as uow:
        visitor = await uow.people.visitor(MINSU)
    assert visitor is not None
    assert (visitor.id, visitor.via, visitor.language) == (minsu.person_id, minsu.id, "ko")
    assert visitor.preferences == Preferences(Locale.EN, "Europe/London")
    assert list(visitor.entries.items()) == [("d2l", EntryState.SAVED), ("cs224w", EntryState.GOING)]


async def test_preferences_never_chosen_are_none_and_can_be_taken_back(storage: Storage) -> None:
    (minsu,) = await _meet(storage, MINSU)
    everything = Preferences(
        Locale.KO,
        "Asia/Seoul",
        Goal.PAPERS,
        Knows.WELL,
        Knows.NONE,
        hours=6,
        delivery=Platform.TELEGRAM,
        quiet_from="23:00",
        quiet_to="07:00",
        morning="07:30",
        evening="21:00",
        streak="weekly:3",
        board=True,
        look="dark",
    )
    assert None not in asdict(everything).values()
    for chosen in (Preferences(), everything, Preferences(goal=Goal.TASTE, maths=Knows.SOME, hours=0), Preferences()):
        async with storage.write() as uow:
            await uow.people.prefer(minsu.person_id, chosen)
        async with storage.read() as uow:
            visitor = await uow.people.visitor(MINSU)
        assert visitor is not None
        assert visitor.preferences == chosen


async def test_joined_accounts_are_one_person_with_one_list_where_the_later_word_stands(storage: Storage) -> None:
    here, there = await _meet(storage, MINSU, MINSU_ON_TELEGRAM)
    async with storage.write() as uow:
        await uow.entries.set(here.id, "cs231n", EntryState.DONE, NOW)
        await uow.entries.set(there.id, "cs231n", EntryState.SAVED, NOW - MINUTE)
        await uow.entries.set(there.id, "d2l", EntryState.GOING, NOW + MINUTE)
        await uow.people.join(there.id, here.person_id)
    async with storage.read() as uow:
        on_discord, on_telegram = [await uow.people.visitor(user) for user in (MINSU, MINSU_ON_TELEGRAM)]
        accounts = await uow.people.identities(here.person_id)
    assert on_discord is not None
    assert on_telegram is not None
    assert on_discord.id == on_telegram.id == here.person_id
    assert (on_discord.via, on_telegram.via) == (here.id, there.id)
    assert on_discord.entries == on_telegram.entries == {"cs231n": EntryState.DONE, "d2l": EntryState.GOING}
    assert [account.user for account in accounts] == [MINSU, MINSU_ON_TELEGRAM]


async def test_parted_accounts_each_keep_what_was_said_from_them(storage: Storage) -> None:
    here, there = await _meet(storage, MINSU, MINSU_ON_TELEGRAM)
    async with storage.write() as uow:
        await uow.people.join(there.id, here.person_id)
        await uow.people.prefer(here.person_id, Preferences(Locale.KO, "Asia/Seoul", Goal.APPLY, hours=3))
        await uow.entries.set(here.id, "cs231n", EntryState.SAVED, NOW)
        await uow.entries.set(there.id, "cs231n", EntryState.DONE, NOW + MINUTE)
    async with storage.write() as uow:
        alone = await uow.people.part(there.id, NOW)
    async with storage.read() as uow:
        on_discord, on_telegram = [await uow.people.visitor(user) for user in (MINSU, MINSU_ON_TELEGRAM)]
    assert on_discord is not None
    assert on_telegram is not None
    assert on_telegram.id == alone != on_discord.id
    assert on_discord.entries == {"cs231n": EntryState.SAVED}
    assert on_telegram.entries == {"cs231n": EntryState.DONE}
    assert on_telegram.preferences == on_discord.preferences
    assert on_discord.preferences == Preferences(Locale.KO, "Asia/Seoul", Goal.APPLY, hours=3)


async def test_joining_an_account_to_its_own_person_loses_nothing(storage: Storage) -> None:
    (minsu,) = await _meet(storage, MINSU)
    async with storage.write() as uow:
        await uow.people.join(minsu.id, minsu.person_id)
        assert await uow.people.of_identity(MINSU) == minsu


async def test_an_unknown_account_cannot_be_parted(storage: Storage) -> None:
    with pytest.raises(LookupError):
        async with storage.write() as uow:
            await uow.people.part(999, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=9))),
        datetime(2026, 3, 8, 2, 30, 0, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
    ],
)
async def test_a_moment_comes_back_the_same_and_in_utc(storage: Storage, moment: datetime) -> None:
    async with storage.write() as uow:
        await uow.people.meet(MINSU, None, moment)
    async with storage.read() as uow:
        met = await uow.people.of_identity(MINSU)
    assert met is not None
    assert met.met_at == moment
    assert met.met_at.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        async with storage.write() as uow:
            await uow.people.meet(MINSU, None, NOW.replace(tzinfo=None))
    async with storage.read() as uow:
        assert await uow.people.of_identity(MINSU) is None


async def test_hostile_words_are_kept_as_they_are(storage: Storage) -> None:
    hostile = "'; DROP TABLE people; -- \u202e한글\u200b🧑‍🔬" * 50
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, hostile, NOW)
        await uow.entries.set(minsu.id, hostile, EntryState.SAVED, NOW)
    async with storage.read() as uow:
        visitor = await uow.people.visitor(MINSU)
    assert visitor is not None
    assert visitor.language == hostile
    assert list(visitor.entries) == [hostile]


async def test_a_reading_unit_cannot_write(storage: Storage) -> None:
    with pytest.raises((StorageError, DBAPIError)):
        async with storage.read() as uow:
            await uow.people.meet(MINSU, "ko", NOW)
    async with storage.read() as uow:
        assert await uow.people.of_identity(MINSU) is None


async def test_many_visitors_are_read_at_once_as_each_alone(storage: Storage) -> None:
    minsu, jiwoo = await _meet(storage, MINSU, JIWOO)
    async with storage.write() as uow:
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "en", NOW)
        await uow.people.join(there.id, minsu.person_id)
        await uow.people.prefer(minsu.person_id, Preferences(Locale.KO, board=True))
        await uow.entries.set(minsu.id, "cs231n", EntryState.GOING, NOW)
        await uow.opinions.thumb(there.id, "d2l", 1, NOW)
        await uow.entries.set(jiwoo.id, "d2l", EntryState.DONE, NOW)
    stranger = UserRef(Platform.DISCORD, "404")
    async with storage.read() as uow:
        found = await uow.people.visitors([MINSU, MINSU_ON_TELEGRAM, JIWOO, stranger])
        assert found == {user: await uow.people.visitor(user) for user in (MINSU, MINSU_ON_TELEGRAM, JIWOO)}
        assert await uow.people.visitors([]) == {}
        renamed = await uow.people.visitors([MINSU], lambda resource_id: f"new-{resource_id}")
    assert renamed[MINSU].entries == {"new-cs231n": EntryState.GOING}


async def test_the_private_chat_with_an_account_is_kept(storage: Storage) -> None:
    await _meet(storage, MINSU)
    async with storage.write() as uow:
        assert await uow.people.chat(MINSU) is None
        await uow.people.keep_chat(MINSU, "777")
        await uow.people.keep_chat(JIWOO, "888")  # never met: nothing to keep it with
        assert (await uow.people.chat(MINSU), await uow.people.chat(JIWOO)) == ("777", None)
