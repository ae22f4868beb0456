"""Archives out of a real database: who may read, what they show, and the dates of a group, past and to come."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core.cycle import Picks, Rhythm
from bot.core.digest.archive import Event, EventKind
from bot.core.people import GroupId
from bot.core.reading import CycleState
from bot.i18n import Locale
from bot.services.archive import WORD
from bot.services.dates import DIGESTS_AHEAD, MEETINGS_AHEAD
from tests.web.archive.house import PLACE, THURSDAY, Issued, issued_club
from tests.web.archive.sample import NOW, WEEK, issue

BASE = "https://moim.example.org/moim"


@pytest.fixture
async def issued(tmp_path: Path) -> AsyncIterator[Issued]:
    async with issued_club(tmp_path, BASE) as made:
        yield made


# who may read


async def test_a_word_leads_to_its_group_until_it_is_renewed(issued: Issued) -> None:
    archives, group_id = issued.archives, issued.group.id
    word = (await archives.entrance(group_id)).word
    assert WORD.fullmatch(word), "160 bits"
    assert (await archives.entrance(group_id)).word == word, "asking makes no new one"
    assert await archives.behind(word) == group_id
    renewed = await archives.renew(group_id)
    assert await archives.behind(word) is None
    assert await archives.behind(renewed.word) == group_id


@pytest.mark.parametrize("word", ["", "a" * 32, "../../etc/passwd", "%", "a" * 100_000, "1", "\0", "ㅋ" * 32])
async def test_no_other_word_leads_anywhere(issued: Issued, word: str) -> None:
    await issued.archives.entrance(issued.group.id)
    assert await issued.archives.behind(word) is None


async def test_the_database_does_not_hold_the_word(issued: Issued, tmp_path: Path) -> None:
    word = (await issued.archives.entrance(issued.group.id)).word
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("moim.db*"))  # noqa: ASYNC240 - a test may wait
    assert word.encode() not in kept


async def test_an_archive_is_public_by_an_organisers_word_alone(issued: Issued) -> None:
    archives, group_id = issued.archives, issued.group.id
    assert not await archives.is_public(group_id)
    await archives.entrance(group_id)
    assert not await archives.is_public(group_id)
    assert (await archives.publish(group_id, True)).path == f"g{group_id}/"
    assert await archives.is_public(group_id)
    secret = await archives.publish(group_id, False)
    assert re.fullmatch(r"g/[a-z2-7]{32}/", secret.path)
    assert not await archives.is_public(group_id)
    assert not await archives.is_public(GroupId(99))


async def test_a_link_leads_to_an_issue_and_hides_the_word_once_it_is_public(issued: Issued) -> None:
    archives, group_id = issued.archives, issued.group.id
    word = (await archives.entrance(group_id)).word
    assert await archives.link(group_id, 3) == f"{BASE}/g/{word}/3.html"
    assert await archives.link(group_id) == f"{BASE}/g/{word}/"
    await archives.publish(group_id, True)
    assert await archives.link(group_id, 3) == f"{BASE}/g{group_id}/3.html"


# what it shows


async def test_only_what_was_sent_is_shown(issued: Issued) -> None:
    await issued.keep(issue(4), sent=False)
    archives, group_id = issued.archives, issued.group.id
    await archives.entrance(group_id)
    shown = await archives.of(group_id, openly=False)
    assert shown is not None
    assert [each.number for each in shown.issues] == [3, 2, 1]
    assert await archives.issue(group_id, 4) is None
    assert await archives.issue(group_id, 3) is not None
    assert [each.number for each in await archives.latest(group_id, 2)] == [3, 2]


async def test_an_issue_that_comes_out_is_there_at_once(issued: Issued) -> None:
    archives, group_id = issued.archives, issued.group.id
    await archives.entrance(group_id)
    await archives.of(group_id, openly=False)
    await issued.keep(issue(4))
    shown = await archives.of(group_id, openly=False)
    assert shown is not None
    assert shown.issues[0].number == 4


async def test_a_group_that_is_over_has_no_pages_any_more(issued: Issued) -> None:
    archives, group_id = issued.archives, issued.group.id
    await archives.publish(group_id, True)
    await issued.groups.end(group_id)
    assert await archives.of(group_id, openly=True) is None
    assert (await archives.front()).archives == ()


async def test_before_all_archives_stand_those_that_are_public(issued: Issued) -> None:
    other = await issued.another_group("Friday Papers", Locale.EN)
    await issued.keep(issue(1, Locale.EN), group_id=other.id)
    archives = issued.archives
    assert (await archives.front()).archives == ()
    await archives.publish(issued.group.id, True)
    front = await archives.front()
    assert [(each.name, each.public) for each in front.archives] == [("목요 논문", True)]
    assert front.mark == (await archives.front()).mark != front.archives[0].mark
    both = (await archives.front(secret=True, address="https://a.example/")).archives
    assert [(each.name, each.public, each.address) for each in both] == [
        ("목요 논문", True, "https://a.example/g1/"),
        ("Friday Papers", False, "https://a.example/g2/"),
    ]


# dates


async def dates(issued: Issued, *, openly: bool = False) -> list[Event]:
    await issued.archives.entrance(issued.group.id)
    shown = await issued.archives.of(issued.group.id, openly=openly)
    assert shown is not None
    return list(await issued.archives.dates(shown))


def of(kind: EventKind, found: list[Event]) -> list[Event]:
    return [each for each in found if each.kind is kind]


async def test_meetings_that_were_and_that_will_be_stand_with_their_papers(issued: Issued) -> None:
    meetings = of(EventKind.MEETING, await dates(issued))
    days = [THURSDAY + (number - 2) * WEEK for number in range(len(meetings))]
    assert [each.key for each in meetings] == [day.isoformat() for day in days], "each week once"
    assert len(meetings) >= MEETINGS_AHEAD
    assert [each.title for each in meetings[:4]] == [
        "Attention Is All You Need",
        "Deep Residual Learning",
        "Denoising Diffusion Probabilistic Models",
        "",
    ]
    assert {each.at.astimezone(UTC).hour for each in meetings} == {12}, "nine in the evening in Seoul"
    assert {each.zone for each in meetings} == {"Asia/Seoul"}


async def test_a_paper_comes_out_three_days_before_its_meeting(issued: Issued) -> None:
    papers = of(EventKind.PAPER, await dates(issued))
    assert [each.at for each in papers] == [datetime(2026, 11, day, 0, tzinfo=UTC) for day in (9, 16, 23)]


async def test_digests_stand_with_their_pages_and_those_to_come_follow_the_schedule(issued: Issued) -> None:
    digests = of(EventKind.DIGEST, await dates(issued, openly=True))
    assert [(each.number, each.url) for each in digests[:3]] == [
        (number, f"{BASE}/g{issued.group.id}/{number}.html") for number in (1, 2, 3)
    ]
    ahead = digests[3:]
    assert len(ahead) == DIGESTS_AHEAD
    assert {(each.number, each.at.weekday(), each.at.hour) for each in ahead} == {(None, 6, 1)}, "Sunday, ten in Seoul"
    assert len({each.key for each in digests}) == len(digests)


async def test_after_one_that_was_sent_early_none_stands_on_that_weeks_day(issued: Issued) -> None:
    ahead = of(EventKind.DIGEST, await dates(issued))[3:]
    early = ahead[0].at - timedelta(days=4)
    issued.clock.now = early + timedelta(hours=1)
    await issued.keep(replace(issue(4), made_at=early, sent_at=early))
    assert [each.at for each in of(EventKind.DIGEST, await dates(issued))[3:5]] == [early, ahead[1].at]


async def test_that_somebody_presents_is_said_of_meetings_to_come_and_who_it_is_is_not(issued: Issued) -> None:
    meetings = of(EventKind.MEETING, await dates(issued))
    assert [each.presented for each in meetings[:3]] == [None, None, False]
    async with issued.storage.write() as uow:
        cycle = await uow.cycles.on(issued.group.id, THURSDAY)
        [organiser] = await uow.organisers.of(issued.group.id)
        assert cycle is not None
        await uow.presenters.accept(cycle.id, organiser.identity.id, issued.clock())
    after = of(EventKind.MEETING, await dates(issued))[2]
    assert after.presented is True
    assert organiser.identity.user.id not in repr(after)


async def test_where_it_meets_is_not_for_everybody(issued: Issued) -> None:
    assert {each.place for each in of(EventKind.MEETING, await dates(issued))} == {PLACE}
    assert {each.place for each in await dates(issued, openly=True)} == {""}


async def test_a_meeting_that_was_left_out_is_no_date(issued: Issued) -> None:
    await issued.read("Something", THURSDAY, CycleState.SKIPPED)
    found = await dates(issued)
    assert THURSDAY.isoformat() not in {each.key for each in found if each.kind is not EventKind.DIGEST}
    assert (THURSDAY + WEEK).isoformat() in {each.key for each in found}


async def test_a_group_that_rests_has_its_past_alone_until_it_wakes(issued: Issued) -> None:
    groups, back = issued.groups, NOW + 5 * WEEK
    await groups.pause(issued.group.id, None)
    assert max(each.at for each in await dates(issued)) <= NOW
    await groups.pause(issued.group.id, back)
    paused = [each.at for each in await dates(issued) if each.at > NOW]
    assert paused == [] or min(paused) >= back
    await groups.wake(issued.group.id)
    assert min(each.at for each in await dates(issued) if each.at > NOW) < back


async def test_a_group_that_only_reads_has_no_meetings(issued: Issued) -> None:
    rhythm = issued.group.rhythm
    assert rhythm is not None
    changed = Rhythm(rhythm.first, rhythm.zone, 2, meets=False)
    await issued.groups.change(issued.group.id, rhythm=changed, picks=Picks.VOTE)
    found = await dates(issued)
    assert of(EventKind.MEETING, found) == []
    ahead = [each for each in of(EventKind.READING, found) if each.at > NOW + 2 * WEEK]
    assert {(b.at - a.at).days for a, b in pairwise(ahead)} == {14}
    assert {each.presented for each in ahead} == {None}


async def test_a_date_keeps_its_wall_over_a_change_of_clocks(issued: Issued) -> None:
    rhythm = issued.group.rhythm
    assert rhythm is not None
    moved = replace(rhythm, zone="Europe/Berlin")
    await issued.groups.change(issued.group.id, rhythm=moved)
    hours = {each.at.astimezone(UTC).hour for each in of(EventKind.MEETING, await dates(issued)) if each.at > NOW}
    assert hours == {20, 19}, "nine in the evening in winter and, from April, in summer"


async def test_what_is_older_than_a_year_is_left_out(issued: Issued) -> None:
    issued.clock.now = NOW + timedelta(days=400)
    assert all(each.at > issued.clock.now - timedelta(days=367) for each in await dates(issued))
