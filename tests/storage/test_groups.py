"""Groups: where they live, what their organisers chose, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.core.cycle import Picks, Rhythm, Shift, Step
from bot.core.digest.issue import PartKind
from bot.core.digest.timing import DigestSettings
from bot.core.groups import Group, GroupSettings, GroupState
from bot.core.papers.paper import Difficulty
from bot.core.people import Approval, GroupId, SpaceId
from bot.core.refs import Place, SpaceRef
from bot.i18n import Locale
from bot.storage import Storage, UnitOfWork
from tests.storage.club import founded, met
from tests.storage.moments import CHAT, JIWOO, MINSU, NOW, SERVER, SUPERGROUP

DAY = timedelta(days=1)
FIRST = datetime(2026, 12, 3, 20)  # noqa: DTZ001 - on the wall of the group's zone


async def _space(uow: UnitOfWork, space: SpaceRef) -> SpaceId:
    joined = await uow.spaces.joined(space, "", added_by=None, approval=Approval.APPROVED, now=NOW)
    return joined.id


async def _group_in(uow: UnitOfWork, name: str, space: SpaceRef, channel: str | None) -> Group:
    group = await uow.groups.create(name, NOW)
    await uow.groups.settle(group.id, await _space(uow, space), channel)
    return group


async def test_a_group_lives_on_both_platforms_at_once(storage: Storage) -> None:
    async with storage.write() as uow:
        group = await uow.groups.create("논문 모임", NOW)
        first = await uow.groups.settle(group.id, await _space(uow, SERVER), "42")
        second = await uow.groups.settle(group.id, await _space(uow, SUPERGROUP), None)
    assert (first.space, first.channel, second.space, second.channel) == (SERVER, "42", SUPERGROUP, None)
    async with storage.read() as uow:
        assert await uow.groups.homes(group.id) == (first, second)
        assert await uow.groups.at(SERVER, "42") == group
        assert await uow.groups.at(SUPERGROUP, "17") == group


async def test_a_space_holds_several_groups_each_in_its_channel(storage: Storage) -> None:
    async with storage.write() as uow:
        vision = await _group_in(uow, "비전", SERVER, "1")
        language = await _group_in(uow, "언어", SERVER, "2")
        all_ = await _group_in(uow, "전체", SERVER, None)
        elsewhere = await _group_in(uow, "다른 곳", SUPERGROUP, "1")
    async with storage.read() as uow:
        assert await uow.groups.at(SERVER, "1") == vision
        assert await uow.groups.at(SERVER, "2") == language
        assert await uow.groups.at(SERVER, "3") == all_
        assert await uow.groups.at(SERVER, None) == all_
        assert await uow.groups.in_space(SERVER) == (vision, language, all_)
        assert await uow.groups.in_space(SUPERGROUP) == (elsewhere,)
        assert await uow.groups.in_space(CHAT) == ()


async def test_where_nobody_lives_is_nobody(storage: Storage) -> None:
    async with storage.write() as uow:
        await _group_in(uow, "논문 모임", SERVER, "1")
        assert await uow.groups.at(SERVER, "2") is None
        assert await uow.groups.at(SERVER, None) is None
        assert await uow.groups.at(SUPERGROUP, "1") is None


@pytest.mark.parametrize("channel", ["1", None])
async def test_two_groups_cannot_live_in_one_place(storage: Storage, channel: str | None) -> None:
    async with storage.write() as uow:
        first = await _group_in(uow, "먼저", SERVER, channel)
    with pytest.raises(IntegrityError):
        async with storage.write() as uow:
            await _group_in(uow, "나중", SERVER, channel)
    async with storage.read() as uow:
        assert await uow.groups.at(SERVER, channel) == first


async def test_a_home_that_is_left_is_free_for_another_group(storage: Storage) -> None:
    async with storage.write() as uow:
        first = await _group_in(uow, "먼저", SERVER, "1")
        (home,) = await uow.groups.homes(first.id)
        assert await uow.groups.unsettle(home.id)
        assert not await uow.groups.unsettle(home.id)
        second = await _group_in(uow, "나중", SERVER, "1")
        assert await uow.groups.at(SERVER, "1") == second
        assert await uow.groups.get(first.id) == first
        assert await uow.groups.homes(first.id) == ()


async def test_a_new_group_is_a_draft_that_nobody_chose_anything_for(storage: Storage) -> None:
    async with storage.write() as uow:
        made = await uow.groups.create("논문 모임", NOW)
        assert made == Group(made.id, "논문 모임", NOW)
        assert made.state is GroupState.DRAFT
        assert made.week is None
        assert await uow.groups.get(made.id) == made
        assert await uow.groups.get(GroupId(made.id + 1)) is None


async def test_everything_that_is_changed_comes_back_and_the_rest_stays(storage: Storage) -> None:
    rhythm = Rhythm(FIRST, "Asia/Seoul", weeks=2)
    settings = GroupSettings(
        off=frozenset({Step.NUDGE, Step.HOUR}),
        shifts={Step.POST: Shift(-2, time(9, 30)), Step.RECAP: Shift(0, by=timedelta(hours=3, minutes=30))},
        topics=("vision", "llm"),
        stage=Difficulty.INTERMEDIATE,
        digest=DigestSettings(day=4, at=time(18), speaks=True, without=frozenset({PartKind.ASIDE})),
    )
    async with storage.write() as uow:
        made = await uow.groups.create("논문 모임", NOW)
        changed = await uow.groups.change(
            made.id,
            name="비전 모임",
            state=GroupState.ACTIVE,
            locale=Locale.KO,
            rhythm=rhythm,
            place="https://meet.example/1",
            picks=Picks.VOTE,
            settings=settings,
        )
        expected = Group(
            made.id, "비전 모임", NOW, GroupState.ACTIVE, None, Locale.KO, "Asia/Seoul", rhythm,
            "https://meet.example/1", Picks.VOTE, settings,
        )  # fmt: skip
        assert changed == expected
        assert changed.week is not None
        assert changed.week.steps == (Step.CLOSE, Step.POST, Step.RECAP)
        paused = await uow.groups.change(made.id, state=GroupState.PAUSED, paused_until=NOW + DAY)
        assert paused == replace(expected, state=GroupState.PAUSED, paused_until=NOW + DAY)
        assert await uow.groups.change(made.id) == paused
    async with storage.read() as uow:
        assert await uow.groups.get(made.id) == paused
    async with storage.write() as uow:
        bare = await uow.groups.change(made.id, rhythm=None, settings=GroupSettings(), picks=None, locale=None)
        assert (bare.rhythm, bare.settings, bare.picks, bare.locale) == (None, GroupSettings(), None, None)
        assert bare.zone == "Asia/Seoul"


async def test_a_group_that_is_not_there_cannot_be_changed(storage: Storage) -> None:
    with pytest.raises(LookupError):
        async with storage.write() as uow:
            await uow.groups.change(GroupId(999), name="x")


async def test_groups_are_listed_by_state(storage: Storage) -> None:
    async with storage.write() as uow:
        draft, active, ended = [await uow.groups.create(name, NOW) for name in "abc"]
        active = await uow.groups.change(active.id, state=GroupState.ACTIVE)
        ended = await uow.groups.change(ended.id, state=GroupState.ENDED)
        assert await uow.groups.all() == (draft, active, ended)
        assert await uow.groups.all({GroupState.ACTIVE, GroupState.DRAFT}) == (draft, active)
        assert await uow.groups.all(()) == ()


async def test_a_persons_groups_are_those_where_they_were_met_the_last_used_first(storage: Storage) -> None:
    async with storage.write() as uow:
        here = await _group_in(uow, "여기", SERVER, "1")
        there = await _group_in(uow, "저기", SUPERGROUP, None)
        ended = await _group_in(uow, "끝난 곳", SERVER, "2")
        await _group_in(uow, "모르는 곳", CHAT, None)
        await uow.groups.change(ended.id, state=GroupState.ENDED)
        minsu = await met(uow, MINSU, SERVER)
        await met(uow, MINSU, SUPERGROUP, NOW + DAY)
        jiwoo = await met(uow, JIWOO, SERVER)
        assert await uow.groups.of_person(minsu.person_id) == (there, here)
        assert await uow.groups.last_used(minsu.person_id) == there
        await uow.groups.use(minsu.id, here.id, NOW + 2 * DAY)
        assert await uow.groups.of_person(minsu.person_id) == (here, there)
        await met(uow, MINSU, SUPERGROUP, NOW + 3 * DAY)
        assert await uow.groups.of_person(minsu.person_id) == (there, here)
        assert await uow.groups.of_person(jiwoo.person_id) == (here,)
        await uow.spaces.left(SERVER, NOW)
        assert await uow.groups.of_person(jiwoo.person_id) == ()
        assert await uow.groups.last_used(jiwoo.person_id) is None


async def test_posts_go_to_the_channel_on_discord_and_to_the_topic_on_telegram(storage: Storage) -> None:
    async with storage.write() as uow:
        group = await uow.groups.create("논문 모임", NOW)
        server, chat = await _space(uow, SERVER), await _space(uow, SUPERGROUP)
        homes = [
            await uow.groups.settle(group.id, space, channel)
            for space, channel in ((server, "42"), (server, None), (chat, "17"), (chat, None))
        ]
    assert [home.place() for home in homes] == [
        Place(SERVER.platform, "42", SERVER),
        None,
        Place(SUPERGROUP.platform, SUPERGROUP.id, SUPERGROUP, "17"),
        Place(SUPERGROUP.platform, SUPERGROUP.id, SUPERGROUP),
    ]


async def test_organisers_run_their_group_from_each_of_their_accounts(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group, minsu, jiwoo = club.group.id, club.minsu.person_id, club.jiwoo.person_id
        other = await uow.groups.create("다른 모임", NOW)
        assert await uow.organisers.add(group, club.minsu_there.id, NOW)
        assert not await uow.organisers.add(group, club.minsu_there.id, NOW + DAY)
        assert await uow.organisers.is_one(group, minsu)
        assert not await uow.organisers.is_one(group, jiwoo)
        assert not await uow.organisers.is_one(other.id, minsu)
        assert await uow.organisers.add(group, club.jiwoo.id, NOW + DAY)
        named = await uow.organisers.of(group)
        assert [(each.identity.user, each.since) for each in named] == [
            (club.minsu_there.user, NOW),
            (club.jiwoo.user, NOW + DAY),
        ]
        assert await uow.organisers.groups(minsu) == (group,)
        assert await uow.organisers.remove(group, minsu)
        assert not await uow.organisers.remove(group, minsu)
        assert not await uow.organisers.is_one(group, minsu)
        assert await uow.organisers.is_one(group, jiwoo)
