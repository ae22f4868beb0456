"""The week's digest on every platform: one post for all, everything behind its buttons for the presser alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.core.cycle import Picks, Rhythm
from bot.core.digest.issue import Entry, Issue, IssueId, Part, PartKind
from bot.core.refs import Place, UserRef
from bot.core.refs import Platform as On
from bot.i18n import Locale
from tests.contract.house import House
from tests.contract.people import Platform, Seen

promise = pytest.mark.promise
HOSTILE = "**Agents** @everyone <b>plan</b> [here](https://x.org) `now` _Again_"
LAST = date(2026, 11, 22)


def _entry(number: int, title: str) -> Entry:
    key = f"at:https://e.org/{number}"
    return Entry(
        title=title, line="@here 출처 3곳에서 다뤘어요.", url=f"https://e.org/{number}", key=key, signs=(key,),
        sources=("<i>A blog</i>",), comment="*운영자의 말*",
    )  # fmt: skip


def _posted(platform: Platform, house: House, there: Any) -> Seen:
    """Have a group live where `there` is, with an issue; return its post as people see it."""
    receipt, _ = platform.deliver(there, Reply(("hello",), public=True), f"hello:{id(there)}")
    place = replace(receipt.place, thread=None)
    issue = house.run(_made(house, place))
    reader = Caller(
        UserRef(place.platform, ""), place, private_answers=place.platform is not On.TELEGRAM, on_public=True
    )
    post = house.run(house.router.post("digest.week", reader, issue=issue))
    assert post is not None
    return platform.deliver(there, post, f"digest:{issue}:{id(there)}")[1]


async def _made(house: House, place: Place) -> IssueId:
    services, storage, now = house.inside.services, house.inside.storage, house.inside.clock()
    assert services is not None
    rhythm = Rhythm(datetime.combine(now.date() + timedelta(days=2), time(21)), "Asia/Seoul")
    organiser = UserRef(place.platform, "1")
    group = await services.groups.draft(place, organiser, "ko", title="모임", rhythm=rhythm, picks=Picks.ORGANISER)
    await services.groups.change(group.id, locale=Locale.KO)
    parts = (
        Part(PartKind.PAPERS, (_entry(1, HOSTILE), _entry(2, "A second one"), _entry(3, "A third one"))),
        Part(PartKind.DATES, (Entry(title="", line="다음 모임", at=now + timedelta(days=2)),)),
        Part(PartKind.ASIDE, (Entry(title="", line="시드 42는 답이 아니라 습관이에요."),)),
    )
    issue = Issue(
        group_id=group.id, name="모임 <b>", number=1, first=LAST - timedelta(days=6), last=LAST, locale=Locale.KO,
        headline="3명이 논문을 마쳤어요.", parts=parts,
    )  # fmt: skip
    async with storage.write() as uow:
        kept = await uow.issues.keep(issue, now)
        await uow.issues.posted(kept.id, now)
    return kept.id


@promise("digest")
def test_the_post_is_one_screen_and_pings_nobody(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    assert post.offers == ("논문 3", "그 밖에")
    assert "3명이 논문을 마쳤어요." in post.words
    assert "Agents" in post.words
    assert "A third one" not in post.words, "it is behind its button"
    assert len(post.words) <= 1600


@promise("digest")
def test_a_story_is_opened_and_saved_by_the_presser_alone(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    before = there.others_read()
    part = there.take("논문 3", on=post)
    assert "A third one" in part.words
    story = there.take("3", on=part)
    saved = there.take("담기", on=story)
    assert "담았어요" in saved.words
    assert there.take("담은 것에서 빼기", on=saved).offers
    other = platform.beside(there)
    assert other.t("digest.story.save") in other.take("1", on=other.take("논문 3", on=post)).offers
    assert there.others_read() == before, "nothing of it is anybody else's to see"


@promise("digest")
def test_the_command_shows_the_same_issue_and_its_buttons_outlive_a_restart(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    house.restart()
    assert "시드 42" in there.take("그 밖에", on=post).words
    assert "Agents" in there.call("digest").words
