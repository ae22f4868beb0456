"""What adapters must remember over a restart: long buttons, forms, updates, gateway sessions, marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.refs import Place, Platform
from bot.core.retention import PRESS_GRACE
from bot.storage import Storage
from bot.storage.rows import GatewaySession, Token
from tests.storage.moments import JIWOO, MINSU, MINUTE, NOW, TOPIC

LATER = NOW + timedelta(days=30)
HERE = Place(Platform.TELEGRAM, "42")


async def test_a_token_stands_for_its_wire_until_it_ends(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.tokens.put({"~a": "call|recommend|강화학습", "~b": "more|2"}, expires_at=LATER)
    async with storage.read() as uow:
        assert await uow.tokens.get("~a") == Token("~a", "call|recommend|강화학습", None, LATER)
        assert await uow.tokens.get("~b") == Token("~b", "more|2", None, LATER)
        assert await uow.tokens.get("~c") is None


async def test_a_token_may_be_bound_to_one_person(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        await uow.tokens.put({"~a": "save|cs231n"}, expires_at=LATER, person_id=minsu.person_id)
        assert await uow.tokens.get("~a") == Token("~a", "save|cs231n", minsu.person_id, LATER)


async def test_putting_a_token_again_prolongs_it_and_never_shortens_it(storage: Storage) -> None:
    for expires_at, ends in ((LATER, LATER), (NOW, LATER), (LATER + MINUTE, LATER + MINUTE)):
        async with storage.write() as uow:
            await uow.tokens.put({"~a": "more|2"}, expires_at=expires_at)
        async with storage.read() as uow:
            assert await uow.tokens.get("~a") == Token("~a", "more|2", None, ends)


async def test_only_tokens_that_are_lacking_need_writing(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.tokens.put({}, expires_at=LATER)
        await uow.tokens.put({"~long": "a", "~other": "c"}, expires_at=LATER)
        await uow.tokens.put({"~short": "b"}, expires_at=NOW)
    async with storage.read() as uow:
        assert await uow.tokens.lacking(["~long", "~short", "~new"], until=LATER) == {"~short", "~new"}
        assert await uow.tokens.lacking([], until=LATER) == frozenset()


async def test_an_expired_token_is_told_from_an_unknown_one_for_a_week(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.tokens.put({"~old": "a"}, expires_at=NOW - PRESS_GRACE - MINUTE)
        await uow.tokens.put({"~late": "b"}, expires_at=NOW - PRESS_GRACE + MINUTE)
        assert await uow.tokens.purge(NOW) == 1
        assert await uow.tokens.get("~old") is None
        late = await uow.tokens.get("~late")
    assert late is not None
    assert late.expires_at < NOW


@pytest.mark.parametrize("hostile", ["\0", "a\0b", "\ud83d", "\udc00\ud83d"])
async def test_what_a_database_cannot_hold_is_replaced_not_refused(storage: Storage, hostile: str) -> None:
    async with storage.write() as uow:
        await uow.tokens.put({"~a": hostile}, expires_at=LATER)
        await uow.forms.begin(JIWOO, HERE, {"text": hostile}, expires_at=LATER)
        token, form = await uow.tokens.get("~a"), await uow.forms.pending(JIWOO, HERE, NOW)
        assert await uow.tokens.get(hostile) is None
    assert token is not None
    assert set(token.wire) <= {"a", "b", "\N{REPLACEMENT CHARACTER}"}
    assert form == {"text": hostile}


async def test_a_form_goes_on_where_it_was(storage: Storage) -> None:
    first = {"form": "reminder", "field": 0, "values": {}}
    second = {"form": "reminder", "field": 1, "values": {"언제": "내일 7시", "n": [1, 2.5, None, True]}}
    for state in (first, second):
        async with storage.write() as uow:
            await uow.forms.begin(JIWOO, TOPIC, state, expires_at=NOW + MINUTE)
        async with storage.read() as uow:
            assert await uow.forms.pending(JIWOO, TOPIC, NOW) == state


async def test_forms_are_apart_by_person_chat_and_topic(storage: Storage) -> None:
    places = [HERE, TOPIC, replace(TOPIC, thread="18"), replace(TOPIC, thread=None)]
    async with storage.write() as uow:
        for number, place in enumerate(places):
            await uow.forms.begin(JIWOO, place, {"n": number}, expires_at=NOW + MINUTE)
        await uow.forms.begin(replace(JIWOO, id="1"), HERE, {"n": 9}, expires_at=NOW + MINUTE)
        assert [await uow.forms.pending(JIWOO, place, NOW) for place in places] == [{"n": n} for n in range(4)]
        assert await uow.forms.end(JIWOO, HERE)
        assert not await uow.forms.end(JIWOO, HERE)
        assert await uow.forms.pending(JIWOO, HERE, NOW) is None
        assert await uow.forms.pending(JIWOO, TOPIC, NOW) == {"n": 1}


async def test_a_form_ends_by_itself(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.forms.begin(JIWOO, HERE, {}, expires_at=NOW)
        await uow.forms.begin(JIWOO, TOPIC, {}, expires_at=NOW + MINUTE)
        assert await uow.forms.pending(JIWOO, HERE, NOW) is None
        assert await uow.forms.purge(NOW) == 1
        assert await uow.forms.pending(JIWOO, TOPIC, NOW) == {}


async def test_an_update_is_known_once_it_was_noted(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.seen.note(Platform.TELEGRAM, ["100", "101"], NOW)
        await uow.seen.note(Platform.TELEGRAM, ["101", "102"], NOW + MINUTE)
    async with storage.read() as uow:
        assert await uow.seen.noted(Platform.TELEGRAM, ["99", "100", "101", "102"]) == {"100", "101", "102"}
        assert await uow.seen.noted(Platform.DISCORD, ["100"]) == frozenset()
        assert await uow.seen.noted(Platform.TELEGRAM, []) == frozenset()


async def test_updates_are_remembered_for_a_day(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.seen.note(Platform.TELEGRAM, ["1"], NOW - timedelta(hours=24, minutes=1))
        await uow.seen.note(Platform.TELEGRAM, ["2"], NOW - timedelta(hours=23, minutes=59))
        await uow.seen.note(Platform.TELEGRAM, ["2"], NOW - timedelta(hours=30))  # the first word counts
        assert await uow.seen.purge(NOW) == 1
        assert await uow.seen.noted(Platform.TELEGRAM, ["1", "2"]) == {"2"}


async def test_a_shard_goes_on_where_it_was(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.sessions.of(0) is None
        await uow.sessions.save(0, "abc", 41, "wss://gateway-us-east1-b.discord.gg", NOW)
        await uow.sessions.save(1, "xyz", 7, "wss://b", NOW)
        await uow.sessions.save(0, "abc", 42, "wss://a", NOW + MINUTE)
    async with storage.read() as uow:
        assert await uow.sessions.of(0) == GatewaySession(0, "abc", 42, "wss://a", NOW + MINUTE)
        assert await uow.sessions.of(1) == GatewaySession(1, "xyz", 7, "wss://b", NOW)


async def test_a_session_that_ended_leaves_the_days_count(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.sessions.identifies(NOW) == 0
        assert await uow.sessions.identified(0, NOW) == 1
        await uow.sessions.save(0, "abc", 1, "wss://a", NOW)
        await uow.sessions.end(0)
        assert await uow.sessions.of(0) is None
        assert await uow.sessions.identified(1, NOW) == 2
        assert await uow.sessions.identified(0, NOW) == 3
    async with storage.read() as uow:
        assert await uow.sessions.identifies(NOW) == 3


async def test_the_count_of_identifies_begins_anew_each_day(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.sessions.identified(0, NOW)
        assert await uow.sessions.identified(0, NOW + timedelta(days=1)) == 1
        assert await uow.sessions.identifies(NOW) == 0


async def test_a_mark_is_the_last_one_put(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.marks.get("commands") is None
        for value in ("a", "b"):
            await uow.marks.put("commands", value, NOW)
        await uow.marks.put("other", "c", NOW)
    async with storage.read() as uow:
        assert await uow.marks.get("commands") == "b"
