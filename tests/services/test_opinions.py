"""Thumbs and marks: a person's own, and the group's, counted over those who were met there."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.people import Approval, GroupOpinion
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.services.opinions import Opinions
from bot.storage import Storage
from tests.stores import Clock

GUILD, GROUP = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
ON_SERVER, IN_GROUP = Place(Platform.DISCORD, "10", GUILD), Place(Platform.TELEGRAM, GROUP.id, GROUP)
ANN, BEN, CAT = (UserRef(Platform.DISCORD, number) for number in "123")
ALONE = Place(Platform.DISCORD, "1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=clock) as opened:
        yield opened


@pytest.fixture
async def opinions(storage: Storage, clock: Clock) -> Opinions:
    async with storage.write() as uow:
        for space in (GUILD, GROUP):
            await uow.spaces.joined(space, "Study", added_by=None, approval=Approval.APPROVED, now=clock.now)
        for user, space in ((ANN, GUILD), (BEN, GUILD), (CAT, GROUP)):
            identity = await uow.people.meet(user, "en", clock.now)
            await uow.members.note(identity.id, space, clock.now)
    return Opinions(storage, clock)


async def test_what_was_said_before_is_returned_for_undo(opinions: Opinions) -> None:
    assert await opinions.thumb(ANN, "en", "a", 1) == 0
    assert await opinions.thumb(ANN, "en", "a", -1) == 1
    assert await opinions.seen(ANN, "en", "a", True) is False
    assert await opinions.seen(ANN, "en", "a", False) is True


async def test_a_group_counts_those_who_were_met_there(opinions: Opinions, clock: Clock) -> None:
    for user in (ANN, BEN, CAT):
        await opinions.thumb(user, "en", "a", 1)
        await opinions.seen(user, "en", "a", True)
    assert (await opinions.of_group(ON_SERVER, None))["a"] == GroupOpinion(2, 0, 2, clock.now)
    assert (await opinions.of_group(IN_GROUP, None))["a"] == GroupOpinion(1, 0, 1, clock.now)


async def test_in_private_it_is_the_persons_own_group_and_strangers_have_none(
    opinions: Opinions, storage: Storage
) -> None:
    await opinions.thumb(BEN, "en", "a", 1)
    async with storage.read() as uow:
        ann = await uow.people.visitor(ANN)
    assert (await opinions.of_group(ALONE, ann))["a"].ups == 1
    assert await opinions.of_group(ALONE, None) == {}


async def test_a_word_of_this_process_counts_at_once_and_another_ones_soon(
    opinions: Opinions, storage: Storage, clock: Clock
) -> None:
    assert await opinions.of_group(ON_SERVER, None) == {}
    await opinions.thumb(ANN, "en", "a", 1)
    assert (await opinions.of_group(ON_SERVER, None))["a"].ups == 1
    await Opinions(storage, clock).thumb(BEN, "en", "a", 1)
    clock.leap(timedelta(minutes=2))
    assert (await opinions.of_group(ON_SERVER, None))["a"].ups == 2


async def test_a_group_with_two_homes_is_one_group(opinions: Opinions, storage: Storage, clock: Clock) -> None:
    for user in (ANN, CAT):
        await opinions.seen(user, "en", "a", True)
    async with storage.write() as uow:
        group = await uow.groups.create("Both", clock.now)
        for ref in (GUILD, GROUP):
            space = await uow.spaces.of(ref)
            assert space is not None
            await uow.groups.settle(group.id, space.id, None)
    assert (await opinions.of_group(ON_SERVER, None))["a"].seen == 2
    assert (await opinions.of_group(IN_GROUP, None))["a"].seen == 2


async def test_without_storage_nothing_is_known_and_the_answer_goes_on(opinions: Opinions, tmp_path: Path) -> None:
    await opinions.thumb(ANN, "en", "a", 1)
    with closing(sqlite3.connect(tmp_path / "moim.db")) as other:
        other.execute("DROP TABLE opinions")
    with capture_logs() as logs:
        assert await opinions.of_group(ON_SERVER, None) == {}
    assert [line["log_level"] for line in logs] == ["error"]
