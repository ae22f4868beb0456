"""`/digest`, the weekly post and the organisers' panel, pressed and read as people do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.chat.context import Caller, Context
from bot.chat.limits import units
from bot.chat.reply import Form
from bot.chat.text import Link, plain, text
from bot.core.digest.issue import NEWS, Entry, Issue, IssueId, KeptIssue, Part, PartKind
from bot.core.groups import Group
from bot.core.people import Approval, GroupId
from bot.core.reading import SuggestionKind
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.services.digest import code_of_issue
from cogs.digest.draw import LONGEST_SCREEN, draw_issue
from tests.callers import GROUP, in_group, in_private, on_server
from tests.cogs.club import NOW, READING, Club, club_in
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.core.hostile import HOSTILE

LAST = date(2026, 11, 22)
ZONE = "Asia/Seoul"


def entry(number: int, title: str, line: str, **more: object) -> Entry:
    key = f"at:https://e.org/{number}"
    values = {"url": f"https://e.org/{number}", "key": key, "signs": (key,), "sources": ("모두의 블로그",), **more}
    return Entry(title=title, line=line, **values)  # type: ignore[arg-type]


PARTS = (
    Part(PartKind.WEEK, (Entry(title="", line="메모 2개를 나눴어요."),)),
    Part(PartKind.PAPER, (Entry(title="A Paper", line="지금 읽는 논문이에요.", url="https://e.org/p", at=NOW),)),
    Part(
        PartKind.PAPERS,
        (
            entry(1, "Learning to Wait", "모임의 주제예요: 강화학습.", minutes=40, at=NOW - timedelta(days=2)),
            entry(2, "Learning to Hurry", "소식통 3곳에서 다뤘어요."),
            entry(3, "Learning to Stay", "11월 20일에 나왔어요.", comment="그림 2부터 보면 좋아요"),
        ),
    ),
    Part(PartKind.VIDEOS, (entry(4, "논문 같이 읽기 7화", "모임에서 올려 준 거예요."),)),
    Part(
        PartKind.CATALOGUE,
        (
            Entry(
                title="CS231n",
                line="모임의 주제예요: 컴퓨터 비전.",
                url="https://cs231n.github.io",
                key="row:cs231n-notes",
            ),
        ),
    ),
    Part(PartKind.HEALTH, (Entry(title="조용한 블로그", line="화요일부터 응답이 없어요."),)),
    Part(PartKind.ASIDE, (Entry(title="", line="시드 42는 답이 아니라 습관이에요.", signs=("aside:seed#0",)),)),
)


def issue_of(group: Group, number: int = 1, parts: tuple[Part, ...] = PARTS) -> Issue:
    last = LAST + timedelta(weeks=number - 1)
    return Issue(
        group_id=group.id,
        name=group.name,
        number=number,
        first=last - timedelta(days=6),
        last=last,
        locale=Locale.KO,
        headline="메모 2개를 나눴어요.",
        parts=parts,
    )


async def published(club: Club, number: int = 1, parts: tuple[Part, ...] = PARTS) -> KeptIssue:
    async with club.house.storage.write() as uow:
        kept = await uow.issues.keep(issue_of(club.group, number, parts), club.now)
        await uow.issues.posted(kept.id, club.now)
        found = await uow.issues.get(kept.id)
    assert found is not None
    return found


@pytest.fixture
async def club(furnished: Path, tmp_path: Path) -> AsyncIterator[Club]:
    async with club_in(tmp_path, furnished) as opened:
        assert opened.house.services is not None
        await opened.house.services.groups.start(opened.group.id)
        await opened.joined("1")
        yield opened


async def posted(club: Club, kept: KeptIssue, reader: Caller | None = None) -> Member:
    """The post in the channel, as somebody there sees it."""
    caller = Caller(UserRef(Platform.DISCORD, "0"), READING, None)
    reply = await club.house.router.compose("digest.week", caller, None, {"issue": kept.id})
    assert reply is not None
    member = Member(club.house.router, reader or replace(on_server("1", language="ko"), on_public=True), reply)
    assert reply.public
    return member


# the post


async def test_the_post_is_one_screen_with_every_reason_and_the_rest_behind_it(
    club: Club, snapshot: SnapshotAssertion
) -> None:
    member = await posted(club, await published(club))
    assert member.words == snapshot
    assert member.offers == ["논문 3", "영상 1", "그 밖에"]


async def test_a_member_opens_a_part_saves_a_story_and_finds_it_again(club: Club) -> None:
    member = await posted(club, await published(club))
    part = await member.take("논문 3")
    assert "1. Learning to Wait (https://e.org/1)\n모임의 주제예요: 강화학습.\n" in part
    assert "모두의 블로그 · 읽는 데 40분 · 11월 23일에 나왔어요" in part
    assert "운영자: 그림 2부터 보면 좋아요" in part
    assert reply_of(member.seen).public is False  # type: ignore[arg-type]
    await member.take("1")
    assert member.offers == ["담기", "논문 후보로", "이런 것 더", "이런 것 덜", "돌아가기"]
    assert (await member.take("담기")).startswith("담았어요.")
    assert member.offers[0] == "담은 것에서 빼기"
    assert "1. Learning to Wait" in await member.call("digest", issue="담은 것")
    await member.take("1 빼기")
    assert member.words.startswith("뺐어요.")


async def test_more_and_less_are_set_and_taken_back_and_nobody_else_sees_it(club: Club) -> None:
    kept = await published(club)
    member = await posted(club, kept)
    await member.take("논문 3")
    await member.take("2")
    assert (await member.take("이런 것 덜")).startswith("이런 것은 덜 고를게요.")
    assert "방금 말 거두기" in member.offers
    assert "이런 것 덜" not in member.offers
    await member.take("방금 말 거두기")
    assert {"이런 것 더", "이런 것 덜"} <= set(member.offers)


async def test_a_story_goes_up_as_a_paper_by_the_door_that_there_is(club: Club) -> None:
    paper = entry(9, "A Paper Worth It", "소식통 2곳에서 다뤘어요.")
    paper = replace(paper, url="https://arxiv.org/abs/1706.03762")
    kept = await published(club, parts=(Part(PartKind.PAPERS, (paper,)),))
    member = await posted(club, kept)
    await member.take("논문 1")
    await member.take("1")
    assert (await member.take("논문 후보로")).startswith("후보로 올렸어요.")


async def test_the_rest_has_everything_else_and_the_way_to_the_catalogue(club: Club) -> None:
    member = await posted(club, await published(club))
    rest = await member.take("그 밖에")
    for said in ("메모 2개를 나눴어요.", "화요일부터 응답이 없어요.", "시드 42는 답이 아니라 습관이에요."):
        assert said in rest
    assert "CS231n" in await member.take("자료 보기")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "가" * 500, "word " * 200]), min_size=4, max_size=4), st.booleans())
def test_whatever_titles_say_the_post_stays_one_screen(words: list[str], commented: bool) -> None:
    title, line, source, comment = words
    group = Group(GroupId(1), title, NOW)
    far = f"https://e.org/{'x' * 3000}" if commented else "https://e.org/1"
    entries = tuple(
        replace(entry(n, title, line, sources=(source,), url=far), comment=comment if commented else "")
        for n in range(5)
    )
    parts = tuple(Part(kind, entries[:3]) for kind in PartKind)
    kept = KeptIssue(IssueId(1), replace(issue_of(group, 1, parts), headline="h", name=title[:60]), NOW, NOW)
    ctx = Context(on_server("1", language="ko"), None, Locale.KO, NOW)
    reply = draw_issue(ctx, kept, group, ZONE)
    shown = sum(
        len(plain(tuple(node.text if isinstance(node, Link) else node for node in line)))
        for line in reply.cards[0].lines
    )
    assert shown <= LONGEST_SCREEN
    assert len(reply.rows[0]) <= 4
    whole = plain(text(reply.cards[0].title, *reply.cards[0].lines))
    assert units(whole) <= 4096


# /digest


async def test_the_latest_issue_says_what_was_missed_and_looking_counts(club: Club) -> None:
    await club.joined("5")
    for number in (1, 2, 3):
        await published(club, number)
    member = club.member("5")
    first = await member.call("digest")
    assert first.startswith("목요 논문 소식 제3호\n2026년 11월 30일 – 12월 6일\n메모 2개를 나눴어요.")
    assert "놓친 것 2" in member.offers
    missed = await member.take("놓친 것 2")
    assert "목요 논문 소식 제2호" in missed
    assert "목요 논문 소식 제3호" not in missed
    await member.take("제2호")
    assert "놓친 것 1" in member.offers
    await member.call("digest", issue="놓친 것")
    assert (await member.take("모두 본 것으로")).startswith("모두 본 것으로 해 뒀어요.")
    assert (await member.call("digest", issue="missed")).startswith("놓친 소식이 없어요.")


async def test_an_issue_speaks_its_own_language_and_its_buttons_the_readers(club: Club) -> None:
    await published(club, 1)
    member = club.member("5", language="en")
    said = await member.call("digest")
    assert said.startswith("목요 논문 소식 제1호\n")
    assert "새 논문" in said and "New papers" not in said
    assert "Archive" in member.offers
    papers = await member.take(next(each for each in member.offers if each.startswith("논문 ")))
    assert papers.startswith("새 논문\n")
    assert "Back" in member.offers


async def test_an_issue_is_found_by_its_number_and_all_in_the_archive(club: Club) -> None:
    for number in range(1, 8):
        await published(club, number)
    member = club.member("5")
    assert (await member.call("digest", issue="3호")).startswith("목요 논문 소식 제3호")
    assert (await member.call("digest", issue="99")).startswith("제99호는 없어요.\n목요 논문 소식 제7호")
    listed = await member.call("digest", issue="지난 소식")
    assert [line[:3] for line in listed.splitlines() if line.startswith("제")] == [
        "제7호",
        "제6호",
        "제5호",
        "제4호",
        "제3호",
    ]
    assert "제2호" in await member.take("더 앞")
    assert (await member.take("제1호")).startswith("목요 논문 소식 제1호")


async def test_somebody_unknown_reads_it_and_stays_unknown(club: Club) -> None:
    await published(club)
    stranger = club.member("77")
    assert "Learning to Wait" in await stranger.call("digest")
    async with club.house.storage.read() as uow:
        assert await uow.people.visitor(stranger.caller.user) is None


async def test_before_the_first_issue_it_says_when_that_comes(club: Club) -> None:
    member = club.member()
    assert await member.call("digest") == "첫 소식은 아직이에요.\n2026-12-06 10:00 (Asia/Seoul)에 와요."
    assert member.offers


async def test_shared_it_says_nothing_of_who_shares(club: Club) -> None:
    await published(club)
    await published(club, 2)
    member = club.member("1")
    await member.call("digest")
    await member.take("공유")
    assert reply_of(member.seen).public  # type: ignore[arg-type]
    assert member.offers == ["논문 3", "영상 1", "그 밖에", "거두기"]


async def test_in_a_telegram_group_nobody_reads_what_one_missed_or_saved(club: Club) -> None:
    await published(club)
    async with club.house.storage.write() as uow:
        space = in_group("5").place.space
        assert space is not None
        joined = await uow.spaces.joined(space, "방", added_by=None, approval=Approval.APPROVED, now=club.now)
        await uow.groups.settle(club.group.id, joined.id, None)
    member = Member(club.house.router, in_group("5", language="ko"))
    assert "Learning to Wait" in await member.call("digest")
    assert not [offer for offer in member.offers if offer.startswith("놓친") or offer == "담은 것"]
    for word in ("놓친 것", "담은 것"):
        assert await member.call("digest", issue=word) == "놓친 것과 담은 것은 둘이 있을 때만 보여 드려요."


async def test_in_private_one_comes_from_the_post_without_being_known(club: Club) -> None:
    kept = await published(club)
    reader = replace(in_private("55", language="ko"), on_public=False)
    code = code_of_issue(kept, club.group)
    assert "Learning to Wait" in words_of(await club.house.router.press(reader, f"dg.part|{code}|papers"))
    forged = words_of(await club.house.router.press(reader, f"dg.part|{kept.id}-0000000000|papers"))
    assert "Learning" not in forged


async def test_a_stranger_of_a_telegram_group_gets_their_own_version_and_goes_on_in_private(club: Club) -> None:
    await published(club)
    async with club.house.storage.write() as uow:
        joined = await uow.spaces.joined(GROUP, "방", added_by=None, approval=Approval.APPROVED, now=club.now)
        await uow.groups.settle(club.group.id, joined.id, None)
    member = Member(club.house.router, in_group("77", language="ko"))
    await member.call("digest")
    assert "Learning to Wait" in await member.take("내 답 따로 보기")
    assert "Learning to Wait" in await member.call("digest")
    async with club.house.storage.read() as uow:
        assert await uow.people.visitor(member.caller.user) is None


# the organisers' panel


@pytest.fixture
async def organiser(club: Club) -> Member:
    member = Member(club.house.router, replace(on_server("9", language="ko"), admin=True))
    await member.call("manage")
    await member.take("소식")
    return member


async def test_the_panel_says_when_it_comes_and_moves_it(club: Club, organiser: Member) -> None:
    assert organiser.words == (
        "목요 논문 소식\n다음 소식: 12월 6일(일) 오전 10:00\n언제: 일요일 오전 10:00\n"
        "빈 주: 조용히 지나가요\n뺀 것: 없음"
    )
    await organiser.take("요일과 시각")
    await organiser.take("토요일")
    moved = await organiser.take("오후 6:00")
    assert moved.startswith("옮겼어요.\n목요 논문 소식\n다음 소식: 12월 5일(토) 오후 6:00")
    assert (await organiser.take("이번 주 건너뛰기")).startswith(
        "이번 주는 건너뛰어요.\n목요 논문 소식\n다음 소식: 12월 12일(토)"
    )
    assert "다음 소식: 12월 5일(토)" in await organiser.take("건너뛰기 거두기")
    assert "빈 주: 한 줄로 말해요" in await organiser.take("빈 주에 한 줄 말하기")
    assert "다음 소식: 오지 않아요" in await organiser.take("끄기")
    assert organiser.offers == ["켜기", "소식 모음", "돌아가기"]
    assert "다음 소식: 12월 5일(토)" in await organiser.take("켜기")


async def test_a_part_is_left_out_and_put_back(club: Club, organiser: Member) -> None:
    await organiser.take("넣을 것")
    await organiser.take("빼기: 우스갯소리")
    assert "넣기: 우스갯소리" in organiser.offers
    assert "뺀 것: 우스갯소리" in await organiser.take("돌아가기")


async def test_the_next_issue_is_previewed_and_its_stories_edited(club: Club, organiser: Member) -> None:
    for number, title in ((1, "One good thing to read"), (2, "Another good thing to read")):
        async with club.house.storage.write() as uow:
            identity = await uow.people.meet(UserRef(Platform.DISCORD, "1"), "ko", club.now)
            await uow.suggestions.add(
                club.group.id, identity.id, SuggestionKind.DIGEST, f"https://e.org/{number}", title, "", club.now
            )
    preview = await organiser.take("미리 보기")
    assert "글과 저장소 · 외 1개\n• Another good thing to read (https://e.org/2) · 모임에서 올려 준 거예요." in preview
    await organiser.take("글과 저장소 고르기")
    await organiser.take("2")
    assert "실려요" in organiser.words
    await organiser.take("맨 위로")
    assert organiser.words.startswith("바꿨어요.")
    second = organiser.words.split("1. ")[1].split(" · ")[0]
    await organiser.take("1")
    button = buttons_of(reply_of(organiser.seen))["한마디 적기"]  # type: ignore[arg-type]
    form = await club.house.router.press(organiser.caller, button.wire)
    assert isinstance(form, Form)
    answer = await club.house.router.submit(organiser.caller, form.wire, {"word": "3장부터"})
    organiser._read(reply_of(answer))
    await organiser.take("2")
    await organiser.take("빼기")
    await organiser.take("돌아가기")
    assert f"{second} (https://e.org/1) · 모임에서 올려 준 거예요.\n운영자: 3장부터" in organiser.words


async def test_an_issue_that_is_out_can_be_amended_by_those_who_run_it(club: Club, organiser: Member) -> None:
    await published(club)
    await organiser.take("나간 소식 고치기")
    await organiser.take("1")
    taken = await organiser.take("빼기")
    assert taken.startswith("고쳤어요.")
    assert "Learning to Wait" not in taken
    assert "1. Learning to Wait" in await organiser.take("다시 넣기")


async def test_nobody_else_gets_to_the_panel(club: Club) -> None:
    kept = await published(club)
    member = club.member("1")
    code = code_of_issue(kept, club.group)
    for wire in (f"ed.panel|{club.group.id}", f"ed.now|{club.group.id}", f"ed.take|{code}|00"):
        assert "할 수 있" in await member.press(wire)
    assert len([each for kind in NEWS for each in kept.issue.part(kind)]) == 4


async def test_a_story_that_was_taken_out_meanwhile_is_no_error(club: Club) -> None:
    kept = await published(club)
    member = await posted(club, kept)
    await member.take("논문 3")
    async with club.house.storage.write() as uow:
        await uow.issues.rewrite(kept.id, kept.issue.without("at:https://e.org/1"))
    part = member.seen
    assert await member.take("1") == "지금은 소식에서 빠진 글이에요."
    member.seen = part
    assert (await member.take("2")).startswith("Learning to Hurry")
