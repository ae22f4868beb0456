"""`/suggest`: a paper is up at once and may be taken back; duplicates meet; what is else asks where to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.reply import Form
from bot.core.cycle import Picks
from bot.core.outbox import LetterState
from bot.core.people import Approval
from bot.core.reading import NominationState, SuggestionState
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.presenters_choice import chosen
from tests.callers import GROUP, in_group, in_private
from tests.cogs.club import NOW, OTHER_GUILD, Club, club_in
from tests.cogs.conftest import buttons_of, words_of
from tests.cogs.evening import Outlet
from tests.cogs.month import Member
from tests.cogs.test_remind import Town
from tests.standins.arxiv import Entry

LINK = "https://arxiv.org/abs/2401.12345"


@pytest.fixture
async def club(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Club]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with club_in(tmp_path, furnished) as club:
        club.archive.papers["2401.12345"] = Entry("On the Shoulders of Graphs")
        await club.joined("1")
        await club.joined("2")
        yield club


async def _queue(club: Club) -> list[str]:
    async with club.house.storage.read() as uow:
        up = await uow.nominations.open(club.group.id)
        papers = await uow.papers.many(each.paper_id for each in up)
    return [papers[each.paper_id].paper.title for each in up]


# a paper


async def test_a_paper_is_up_at_once_and_taken_back_by_one_tap(club: Club) -> None:
    ann = club.member()
    said = await ann.call("suggest", link=f"{LINK} 지난주와 이어져요")
    assert said.startswith("후보로 올렸어요.\nOn the Shoulders of Graphs (https://arxiv.org/abs/2401.12345)")
    assert "왜냐하면: 지난주와 이어져요" in said
    assert ann.seen is not None and not ann.seen.public, "the answer is for the member alone"
    assert await _queue(club) == ["On the Shoulders of Graphs"]
    said = await ann.take("거두기")
    assert said == "‘On the Shoulders of Graphs’ 후보를 거뒀어요." and await _queue(club) == []
    await ann.take("다시 올리기")
    assert await _queue(club) == ["On the Shoulders of Graphs"]


async def test_pressing_twice_sets_and_never_toggles(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=LINK)
    wire = buttons_of(ann.seen)["거두기"].wire  # type: ignore[arg-type]
    await ann.press(wire)
    assert "지금은 바꿀 수 없어요" in await ann.press(wire)
    assert await _queue(club) == []


async def test_the_same_said_twice_is_up_once_and_still_ones_own_to_take_back(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=LINK)
    assert (await ann.call("suggest", link=f"{LINK}v2")).startswith("후보로 올렸어요.")
    assert "거두기" in ann.offers and len(await _queue(club)) == 1


async def test_who_presents_is_told_that_it_is_the_paper_of_their_meeting(club: Club) -> None:
    groups = club.house.services.groups  # type: ignore[union-attr]
    await groups.change(club.group.id, picks=Picks.PRESENTER)
    async with club.house.storage.write() as uow:
        cycle = await uow.cycles.of(club.group.id, (NOW + timedelta(days=1)).date(), NOW + timedelta(days=1))
        ann = await uow.people.meet(UserRef(Platform.DISCORD, "1"), "ko", NOW)
        await uow.presenters.accept(cycle.id, ann.id, NOW)
    assert "발제하시는 11월 26일 모임에서 이 논문을 읽어요." in await club.member("1").call("suggest", link=LINK)
    club.archive.papers["2401.00002"] = Entry("Second")
    assert "발제하시는" not in await club.member("2").call("suggest", link="2401.00002")
    again = await club.member("1").call("suggest", link="2401.00002")
    assert again.startswith("이미 후보예요.")
    assert "발제하시는 11월 26일 모임에서 이 논문을 읽어요." in again, "whoever put it up first"
    async with club.house.storage.read() as uow:
        standing = await uow.presenters.standing(cycle.id)
        assert standing is not None
        reads = await chosen(uow, club.group.id, cycle, standing)
        assert reads is not None
        papers = await uow.papers.many([reads.paper_id])
    assert papers[reads.paper_id].paper.title == "Second"
    club.archive.papers["2401.00003"] = Entry("Third")
    third = await club.papers.found("2401.00003")
    assert third is not None
    from_card = await club.member("1").press(f"pc.up|{third.id}|0|")
    assert "발제하시는 11월 26일 모임에서 이 논문을 읽어요." in from_card, "from its card too"


async def test_why_may_be_said_afterwards(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link="2401.12345")
    form = await club.house.router.press(ann.caller, buttons_of(ann.seen)["왜인지 적기"].wire)  # type: ignore[arg-type]
    assert isinstance(form, Form)
    await club.house.router.submit(ann.caller, form.wire, {"why": "그래프가 궁금해요"})
    async with club.house.storage.read() as uow:
        assert [each.why for each in await uow.nominations.open(club.group.id)] == ["그래프가 궁금해요"]


async def test_duplicates_meet_whoever_and_by_whatever_address(club: Club) -> None:
    await club.member().call("suggest", link=LINK)
    said = await club.member("2").call("suggest", link="https://huggingface.co/papers/2401.12345")
    assert said.startswith("이미 후보예요.")
    page = club.archive.page("/graphs", "<title>On the shoulders of graphs.</title>")
    ben = club.member("2")
    await ben.call("suggest", link=page)
    assert (await ben.take("읽을 후보로")).startswith("이미 후보예요."), "the same title from another place"
    assert len(await _queue(club)) == 1


async def test_what_was_read_or_is_being_read_or_was_left_out_is_said(club: Club) -> None:
    kept = await club.papers.found(LINK)
    assert kept is not None
    await club.read(kept.id, datetime(2026, 3, 12, 12, tzinfo=NOW.tzinfo))
    assert (await club.member().call("suggest", link=LINK)).startswith("3월 12일에 읽었어요.")
    club.archive.papers |= {"2401.00002": Entry("Second"), "2401.00003": Entry("Third")}
    coming = await club.papers.found("2401.00002")
    assert coming is not None
    await club.read(coming.id, NOW + timedelta(days=1))
    assert "이번에 읽는 논문이에요. 모임은 11월 26일이에요." in await club.member().call("suggest", link="2401.00002")
    await club.member().call("suggest", link="2401.00003")
    async with club.house.storage.write() as uow:
        third = (await uow.nominations.open(club.group.id))[0]
        await uow.nominations.veto(third.id, "너무 길어요")
    assert "운영자가 뺐던 논문이에요: 너무 길어요" in await club.member("2").call("suggest", link="2401.00003")
    assert await _queue(club) == []


async def test_a_paper_is_put_on_ones_own_list_from_its_card_and_taken_off_again(club: Club) -> None:
    ann = club.member(alone=True)
    await ann.call("suggest", link=LINK)
    await ann.take("논문 보기")
    assert (await ann.take("담기")).startswith("내 목록에 담아 뒀어요.\nOn the Shoulders of Graphs")
    said = await ann.call("mylist")
    assert "1. On the Shoulders of Graphs (https://arxiv.org/abs/2401.12345) · 논문" in said
    assert ann.seen is not None and ann.seen.shown == (), "it is no row of the catalogue"
    ben = club.member("2", alone=True)
    assert "Graphs" not in await ben.call("mylist")
    assert (await ann.take("1")).startswith("On the Shoulders of Graphs")
    wire = buttons_of(ann.seen)["담은 것에서 빼기"].wire
    for _ in range(2):
        assert (await ann.press(wire)).startswith("내 목록에서 뺐어요.")
    assert "Graphs" not in await ann.call("mylist")


async def test_an_outage_keeps_the_paper_up_and_says_so(club: Club) -> None:
    club.archive.trouble = [503]
    said = await club.member().call("suggest", link=LINK)
    assert said.startswith("후보로 올렸어요.\narXiv:2401.12345") and "아직 가져오는 중이에요" in said
    club.now += timedelta(minutes=5)
    await club.papers.complete_pending()
    assert await _queue(club) == ["On the Shoulders of Graphs"]


async def test_a_number_that_is_no_paper_is_not_put_up(club: Club) -> None:
    assert "이런 논문이 없대요" in await club.member().call("suggest", link="2401.99999")
    assert await _queue(club) == []


async def test_nobody_has_more_than_ten_up(club: Club) -> None:
    ann = club.member()
    for number in range(11):
        club.archive.papers[f"2402.000{number:02}"] = Entry(f"A paper of number {number}")
        said = await ann.call("suggest", link=f"2402.000{number:02}")
    assert said.startswith("올려 둔 후보가 벌써 많아요.") and len(await _queue(club)) == 10


async def test_bare_it_shows_what_is_up_to_be_taken_back(club: Club) -> None:
    ann = club.member()
    assert "arXiv 번호만 적어도 돼요" in await ann.call("suggest")
    await ann.call("suggest", link=LINK)
    said = await ann.call("suggest")
    assert "1. On the Shoulders of Graphs" in said and "목요 논문" in said
    await ann.take("1 거두기")
    assert await _queue(club) == []
    assert "1." not in await club.member("2").call("suggest"), "only one's own"


async def test_a_message_of_others_is_put_up_by_its_menu(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", message=f"이거 보셨어요? {LINK} 재밌어요")
    assert await _queue(club) == ["On the Shoulders of Graphs"]
    async with club.house.storage.read() as uow:
        assert (await uow.nominations.open(club.group.id))[0].why == "", "another's words are not one's own reason"


@pytest.mark.parametrize("words", ["안녕", "https://", "javascript:alert(1)", "1.5 2024", "@everyone"])
async def test_words_without_a_link_are_told_so(club: Club, words: str) -> None:
    said = await club.member().call("suggest", link=words)
    assert "링크를 못 찾았어요" in said and await _queue(club) == []


@pytest.mark.parametrize(
    "title",
    ["@everyone <@1> **굵게** [x](https://evil.example) <b>x</b>", "x" * 10_000, "\\frac{1}{2", "‮txet", "[" * 500],
)
async def test_hostile_titles_and_reasons_are_words(club: Club, title: str) -> None:
    club.archive.papers["2401.12345"] = Entry(title)
    ann = club.member()
    said = await ann.call("suggest", link=f"{LINK} {title[:150]}")
    assert said.startswith("후보로 올렸어요.") and len(said) < 1000
    assert len(await ann.take("논문 보기")) < 3000
    assert len(await ann.call("suggest")) < 1000


# where to


async def test_a_page_asks_where_to_and_waits_for_an_organiser(club: Club) -> None:
    url = club.archive.page("/course", "<title>강화학습 입문 강의</title>")
    ann = club.member()
    await ann.call("suggest", link=f"{url} 설명이 좋아요")
    assert ann.offers == ["읽을 후보로", "논문 리뷰로", "카탈로그에", "이번 주 소식에"]
    assert "운영자가 보면" in await ann.take("카탈로그에")
    ben = club.member("2")
    await ben.call("suggest", link=url)
    assert "이미 올라와 있어요." in await ben.take("카탈로그에")
    async with club.house.storage.read() as uow:
        (waiting,) = await uow.suggestions.open(club.group.id)
    assert (waiting.title, waiting.why) == ("강화학습 입문 강의", "설명이 좋아요")


async def test_what_the_catalogue_has_is_said(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link="https://d2l.ai/")
    assert "카탈로그에 이미 있어요." in await ann.take("카탈로그에")
    assert (await ann.take("자료 보기")).startswith("Dive into Deep Learning")


async def test_the_digest_takes_links_too(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=club.archive.page("/news", "<title>News</title>"))
    assert "소식 후보로" in await ann.take("이번 주 소식에")
    await ann.take("거두기")
    async with club.house.storage.read() as uow:
        assert await uow.suggestions.open(club.group.id) == ()


async def _organiser(club: Club, user: str = "9") -> Member:
    await club.joined(user)
    return club.member(user)


async def test_a_review_asks_of_which_paper_and_stands_beside_it_once_approved(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=LINK)
    await ann.call("suggest", link="https://youtu.be/abcdefghijk")
    assert ann.offers == ["논문 리뷰로", "카탈로그에", "이번 주 소식에"]
    await ann.take("논문 리뷰로")
    assert ann.seen is not None and ann.seen.menu is not None
    assert [choice.label for choice in ann.seen.menu.choices] == ["On the Shoulders of Graphs"]
    assert "리뷰로 적어 뒀어요" in await ann.press(ann.seen.menu.wires[0])
    boss = await _organiser(club)
    await boss.press(f"dec.waiting|{club.group.id}")
    await boss.take("1")
    assert "이 논문의 리뷰: On the Shoulders of Graphs" in boss.words
    assert await boss.take("승인") == "이제 논문 곁에 보여요."
    kept = await club.papers.found(LINK)
    assert kept is not None and [each.url for each in kept.paper.reviews] == ["https://youtu.be/abcdefghijk"]


async def test_an_approved_row_is_in_the_hosts_folder_with_its_date_and_passes_the_checks(
    club: Club, tmp_path: Path
) -> None:
    hostile = '강화학습 "입문"\\ [x] \'y\' """ = #'
    url = club.archive.page("/course", f"<title>{hostile}</title>")
    ann = club.member()
    await ann.call("suggest", link=url.replace("http://", "https://"))
    await ann.take("카탈로그에")
    boss = await _organiser(club)
    await boss.press(f"dec.waiting|{club.group.id}")
    await boss.take("1")
    assert "바뀐 점에도 남겼어요" in await boss.take("승인")
    overlay = tmp_path / "overlay"
    assert shelf.check_overlay(overlay) == []
    assert 'date = 2026-11-25\nkind = "added"' in (overlay / "changes.toml").read_text("utf-8")
    async with club.house.storage.read() as uow:
        assert await uow.suggestions.open(club.group.id) == ()
        decided = await uow.suggestions.decided(SuggestionState.APPROVED, NOW - timedelta(days=1))
    assert len(decided) == 1


async def test_only_organisers_decide_and_each_thing_once(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=club.archive.page("/x", "<title>X</title>"))
    await ann.take("카탈로그에")
    for wire in (f"dec.waiting|{club.group.id}", f"dec.look|1|{club.group.id}", f"dec.approve|1|{club.group.id}"):
        assert "모임을 꾸리는 분만" in await ann.press(wire)
    assert "모임을 꾸리는 분만" in await ann.press("dec.approve|1|0"), "nor by naming no group"
    boss = await _organiser(club)
    async with club.house.storage.read() as uow:
        (waiting,) = await uow.suggestions.open(club.group.id)
    await boss.press("dec.approve|1|0")
    async with club.house.storage.read() as uow:
        assert await uow.suggestions.open(club.group.id) == (waiting,), "nor by an organiser who names no group"
    await boss.press(f"dec.decline|1|{club.group.id}")
    assert "이미 정해진 것이에요." in await boss.press(f"dec.approve|1|{club.group.id}")
    other = await club.another_group()
    assert "모임을 꾸리는 분만" in await club.member("2").press(f"dec.waiting|{other.id}")


# the line in the thread


async def test_without_a_weekly_post_nothing_is_said_to_the_group(club: Club) -> None:
    await club.member().call("suggest", link=LINK)
    assert await club.lines() == []


async def test_one_line_goes_into_the_thread_and_what_is_taken_back_at_once_is_never_told(club: Club) -> None:
    kept = await club.papers.found("1706.03762", patience=0)
    assert kept is not None
    await club.read(kept.id, NOW + timedelta(days=1))
    await club.posted()
    ann = club.member()
    await ann.call("suggest", link=f"{LINK} 재밌어요")
    (line,) = await club.lines()
    assert line == "후보가 하나 올라왔어요: On the Shoulders of Graphs (https://arxiv.org/abs/2401.12345) · 재밌어요"
    await ann.call("suggest")
    await ann.take("1 거두기")
    assert await club.lines() == []


async def test_a_line_that_was_said_tells_that_its_candidate_was_taken_back(club: Club) -> None:
    kept = await club.papers.found("1706.03762", patience=0)
    assert kept is not None
    await club.read(kept.id, NOW + timedelta(days=1))
    await club.posted()
    town, outlet, ann = Town(club.house, lambda: club.now), Outlet(), club.member()  # type: ignore[arg-type]
    town.boxes = {Platform.DISCORD: outlet}  # type: ignore[dict-item]
    await ann.call("suggest", link=LINK)
    club.now += timedelta(minutes=2)
    await town.carry()
    (line,) = [words_of(reply) for _, reply in outlet.sent]
    assert line.startswith("후보가 하나 올라왔어요: On the Shoulders of Graphs")
    await ann.call("suggest")
    await ann.take("1 거두기")
    await town.carry()
    (edited,) = outlet.revised
    assert words_of(edited[1]) == "‘On the Shoulders of Graphs’ 후보는 올린 사람이 거뒀어요."
    assert edited[0].message == "1" and len(outlet.sent) == 1, "in the place of the line"
    await ann.call("suggest", link=LINK)
    club.now += timedelta(minutes=2)
    await town.carry()
    assert [words_of(reply) for _, reply in outlet.sent] == [line, line], "put up again, it is told again"


async def test_a_line_that_was_never_said_is_not_corrected_either(club: Club) -> None:
    kept = await club.papers.found("1706.03762", patience=0)
    assert kept is not None
    await club.read(kept.id, NOW + timedelta(days=1))
    await club.posted()
    ann = club.member()
    await ann.call("suggest", link=LINK)
    club.now += timedelta(minutes=2)
    async with club.house.storage.write() as uow:  # taken back while the courier has the line in hand
        (letter,) = await uow.outbox.lease(Platform.DISCORD, club.now, club.now + timedelta(minutes=1), 9)
    await ann.call("suggest")
    await ann.take("1 거두기")
    async with club.house.storage.write() as uow:
        await uow.outbox.end(letter.id, letter.attempt, LetterState.DROPPED, "nothing to say", club.now)
    town, outlet = Town(club.house, lambda: club.now), Outlet()  # type: ignore[arg-type]
    town.boxes = {Platform.DISCORD: outlet}  # type: ignore[dict-item]
    await town.carry()
    assert (outlet.sent, outlet.revised) == ([], [])


# two groups, none, and others' buttons


async def _in_telegram_too(club: Club) -> None:
    async with club.house.storage.write() as uow:
        space = await uow.spaces.joined(GROUP, "Lab", added_by=None, approval=Approval.APPROVED, now=NOW)
        await uow.groups.settle(club.group.id, space.id, None)


async def test_in_a_telegram_group_only_who_asked_decides_where_to_and_the_answer_stands_there(club: Club) -> None:
    async with club.house.storage.write() as uow:
        await uow.spaces.joined(GROUP, "Lab", added_by=None, approval=Approval.APPROVED, now=NOW)
    url = club.archive.page("/course", "<title>Graphs, slowly</title>")
    asker, other = (replace(in_group(user, language="ko"), turn=user) for user in "12")
    asked = await club.house.router.call(asker, "suggest", {"link": url})
    button = buttons_of(asked)["카탈로그에"]
    assert not button.landing, "a deep link may only show"
    said = await club.house.router.press(replace(other, on_public=True), button.wire)
    assert words_of(said) == "물어본 분만 누를 수 있는 버튼이에요."
    assert await club.house.router.press(replace(asker, on_public=True), button.wire)
    async with club.house.storage.read() as uow:
        assert [each.title for each in await uow.suggestions.open()] == ["Graphs, slowly"]


async def test_in_private_the_last_used_group_is_named_and_the_other_is_one_tap_away(club: Club) -> None:
    other = await club.another_group("화요 논문")
    async with club.house.storage.write() as uow:
        identity = await uow.people.meet(UserRef(Platform.DISCORD, "1"), "ko", NOW)
        await uow.members.note(identity.id, OTHER_GUILD, NOW - timedelta(days=1))
        await uow.groups.use(identity.id, club.group.id, NOW)
    ann = club.member(alone=True)
    said = await ann.call("suggest", link=LINK)
    assert said.startswith("모임: 목요 논문\n후보로 올렸어요.")
    said = await ann.take("대신 화요 논문에")
    assert said.startswith("모임: 화요 논문\n후보로 올렸어요.")
    assert await _queue(club) == []
    async with club.house.storage.read() as uow:
        (moved,) = await uow.nominations.open(other.id)
        assert moved.state is NominationState.OPEN


async def test_without_a_group_only_the_catalogue_is_offered(club: Club) -> None:
    stranger = Member(club.house.router, in_private("77", language="ko"))
    assert "함께하는 모임을 못 찾아서" in await stranger.call("suggest", link=LINK)
    assert stranger.offers == ["카탈로그에"]
    await stranger.take("카탈로그에")
    async with club.house.storage.read() as uow:
        assert [each.group_id for each in await uow.suggestions.open()] == [None]


async def test_who_put_something_up_in_the_group_goes_on_in_private(club: Club) -> None:
    await _in_telegram_too(club)
    club.archive.papers["2401.00002"] = Entry("Second")
    there = Member(club.house.router, in_group("77", language="ko"))
    await there.call("suggest", link=LINK)
    assert "On the Shoulders of Graphs" in await there.take("내 답 따로 보기"), "their own list"
    alone = Member(club.house.router, in_private("77", platform=Platform.TELEGRAM, language="ko"))
    club.now += timedelta(days=3)
    assert (await alone.call("suggest", link="2401.00002")).startswith("후보로 올렸어요.")
    assert len(await _queue(club)) == 2


async def test_a_stranger_who_only_asked_in_the_group_can_put_something_up_in_private(club: Club) -> None:
    await _in_telegram_too(club)
    there = Member(club.house.router, in_group("77", language="ko"))
    await there.call("suggest")
    await there.take("내 답 따로 보기")
    assert (await there.call("suggest", link=LINK)).startswith("후보로 올렸어요.")


async def test_a_button_cannot_name_a_group_that_is_not_ones_own(club: Club) -> None:
    other = await club.another_group()
    await club.member().press(f"sg.paper|{other.id}|{LINK}|")
    async with club.house.storage.read() as uow:
        assert await uow.nominations.open(other.id) == ()


async def test_nobody_takes_back_what_another_put_up(club: Club) -> None:
    ann = club.member()
    await ann.call("suggest", link=LINK)
    wire = buttons_of(ann.seen)["거두기"].wire  # type: ignore[arg-type]
    assert "지금은 바꿀 수 없어요" in await club.member("2").press(wire)
    assert len(await _queue(club)) == 1


async def test_in_a_telegram_group_what_one_put_up_is_not_shown_to_all(club: Club) -> None:
    await club.house.router.space_arrived(GROUP, "Lab")
    answer = await club.house.router.call(in_group("1", language="ko"), "suggest", {})
    assert "On the Shoulders" not in words_of(answer)
