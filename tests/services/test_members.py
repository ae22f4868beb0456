"""What members choose, where they were met, and what is kept of them."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.catalogue import Level
from bot.core.methods import Goal
from bot.core.people import Approval, EntryState, Knows, Preferences
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services.doors import Doors
from bot.services.library import profile_of
from bot.services.members import Members
from bot.storage import Storage
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.stores import Clock

ME = UserRef(Platform.TELEGRAM, "5512345678")
ELSEWHERE = UserRef(Platform.DISCORD, "80351110224678912")
HOST = UserRef(Platform.DISCORD, "7")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db?timeout=0.2", clock=clock) as opened:
        yield opened


@pytest.fixture
def members(storage: Storage, clock: Clock) -> Members:
    return Members(storage, clock, Doors(storage, (), clock))


async def test_choosing_makes_the_person_and_changes_only_what_is_named(storage: Storage, members: Members) -> None:
    assert await members.prefer(ME, "ko", goal=Goal.PAPERS) == Preferences(goal=Goal.PAPERS)
    assert await members.prefer(ME, "ko", hours=3, maths=Knows.SOME) == Preferences(
        goal=Goal.PAPERS, hours=3, maths=Knows.SOME
    )
    assert await members.prefer(ME, "ko", goal=None) == Preferences(hours=3, maths=Knows.SOME)
    async with storage.read() as uow:
        visitor = await uow.people.visitor(ME)
    assert visitor is not None
    assert visitor.preferences == Preferences(hours=3, maths=Knows.SOME)


async def test_a_preference_there_is_not_is_refused_and_makes_nobody(storage: Storage, members: Members) -> None:
    with pytest.raises(TypeError):
        await members.prefer(ME, "ko", shoe_size=43)
    async with storage.read() as uow:
        assert await uow.people.visitor(ME) is None


@pytest.mark.parametrize(
    ("chosen", "known", "level"),
    [
        ({}, set(), None),
        ({"python": Knows.SOME, "maths": Knows.NONE}, {"python"}, Level.BEGINNER),
        ({"python": Knows.NONE, "maths": Knows.SOME}, {"math"}, Level.BEGINNER),
        (
            {"python": Knows.WELL, "maths": Knows.WELL},
            {"python", "math", "linear-algebra", "calculus", "probability-statistics"},
            None,
        ),
    ],
)
async def test_what_was_chosen_is_what_the_recommender_assumes(
    storage: Storage, members: Members, chosen: dict[str, Knows], known: set[str], level: Level | None
) -> None:
    await members.prefer(ME, "ko", goal=Goal.TASTE, **chosen)
    async with storage.read() as uow:
        profile = profile_of(await uow.people.visitor(ME))
    assert (profile.known_topics, profile.level, profile.goal) == (frozenset(known), level, Goal.TASTE)


async def test_being_met_in_a_space_is_noted_once_a_day(storage: Storage, members: Members, clock: Clock) -> None:
    caller = on_server()
    await members.prefer(caller.user, "ko", hours=3)
    await members.note_member(caller.user, caller.place)
    async with storage.write() as uow:
        person = await uow.people.visitor(caller.user)
        assert person is not None
        assert await uow.members.last_space(person.id) == GUILD
        await uow.members.note(person.via, GUILD, clock() - timedelta(days=9))
        await uow.spaces.joined(GROUP, "study", added_by=None, approval=Approval.APPROVED, now=clock())
        await uow.members.note(person.via, GROUP, clock() - timedelta(days=1))
    await members.note_member(caller.user, caller.place)  # noted today: not again
    async with storage.read() as uow:
        assert await uow.members.last_space(person.id) == GROUP
    clock.leap(timedelta(days=1))
    await members.note_member(caller.user, caller.place)
    async with storage.read() as uow:
        assert await uow.members.last_space(person.id) == GUILD


async def test_whoever_turns_to_another_space_and_back_was_last_met_in_the_first(
    storage: Storage, members: Members, clock: Clock
) -> None:
    caller = on_server()
    other = replace(caller.place, space=SpaceRef(caller.user.platform, "901"))
    await members.prefer(caller.user, "ko", hours=3)
    for place in (caller.place, other, caller.place):
        await members.note_member(caller.user, place)
        clock.leap(timedelta(minutes=5))
    async with storage.read() as uow:
        person = await uow.people.visitor(caller.user)
        assert person is not None
        assert await uow.members.last_space(person.id) == GUILD


async def test_nobody_is_made_known_by_being_met_and_no_private_chat_is_a_space(
    storage: Storage, members: Members
) -> None:
    await members.note_member(in_group("9").user, in_group("9").place)
    await members.prefer(ME, "ko", hours=1)
    await members.note_member(ME, in_private(ME.id, platform=ME.platform).place)
    async with storage.read() as uow:
        assert await uow.people.visitor(in_group("9").user) is None
        assert await uow.spaces.of(GROUP) is None


async def test_a_space_nobody_told_us_of_waits_for_the_host_as_any_other(storage: Storage, clock: Clock) -> None:
    members = Members(storage, clock, Doors(storage, (HOST,), clock))
    await members.prefer(HOST, "ko", hours=1)
    await members.note_member(HOST, on_server(HOST.id).place)
    async with storage.read() as uow:
        space = await uow.spaces.of(GUILD)
    assert space is not None
    assert space.state.value == "waiting"


async def _a_life(storage: Storage, clock: Clock, word: str) -> None:
    """Leave something of a person with two accounts in several places."""
    async with storage.write() as uow:
        here = await uow.people.meet(ME, "ko", clock())
        there = await uow.people.meet(ELSEWHERE, "en", clock())
        await uow.people.join(there.id, here.person_id)
        await uow.people.prefer(here.person_id, Preferences(Locale.KO, "Asia/Seoul", Goal.APPLY))
        await uow.entries.set(here.id, f"{word}-list", EntryState.SAVED, clock())
        await uow.opinions.thumb(there.id, f"{word}-thumb", 1, clock())
        await uow.reports.add(there.id, f"{word}-report", clock())
        await uow.forms.begin(ME, in_private(ME.id, platform=ME.platform).place, {"a": word}, expires_at=clock())


async def test_f10_the_export_tells_everything_from_every_account(
    storage: Storage, members: Members, clock: Clock
) -> None:
    await _a_life(storage, clock, "canary")
    whole = json.loads(await members.export(ELSEWHERE))
    assert whole["format"] == "moim-export-1"
    assert whole["exported_at"] == clock().isoformat()
    assert whole["accounts"] == [str(ME), str(ELSEWHERE)]
    words = json.dumps(whole["tables"])
    for part in ("canary-list", "canary-thumb", "canary-report", '"a": "canary"', ME.id, ELSEWHERE.id, "Asia/Seoul"):
        assert part in words
    assert {name: count for name, count in (await members.counts(ME)).items() if count} == {
        "account": 2,
        "list": 1,
        "opinions": 1,
        "reports": 1,
        "forms": 1,
    }


async def test_f10_after_deletion_they_are_unknown_and_no_byte_of_them_is_left(
    storage: Storage, members: Members, clock: Clock, tmp_path: Path
) -> None:
    await _a_life(storage, clock, "canary")
    assert await members.erase(ELSEWHERE)
    for user in (ME, ELSEWHERE):
        async with storage.read() as uow:
            assert await uow.people.visitor(user) is None
        assert not any((await members.counts(user)).values())
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert not [word for word in (b"canary", ME.id.encode(), ELSEWHERE.id.encode()) if word in content], file


async def test_deleting_somebody_unknown_is_done_and_changes_nothing(members: Members) -> None:
    assert await members.erase(ME)
    assert not any((await members.counts(ME)).values())


async def test_a_file_held_by_another_program_is_written_anew_at_the_next_start(
    storage: Storage, members: Members, clock: Clock, tmp_path: Path
) -> None:
    await _a_life(storage, clock, "canary")
    file = tmp_path / "moim.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entries").fetchall()
        assert not await members.erase(ME)
    assert not any((await members.counts(ME)).values())
    assert any(b"canary" in each.read_bytes() for each in tmp_path.iterdir())
    await members.finish_erasing()
    assert not any(b"canary" in each.read_bytes() for each in tmp_path.iterdir())
    before = file.stat().st_mtime_ns
    await members.finish_erasing()  # nothing is due any more
    assert file.stat().st_mtime_ns == before
