"""`/search`: one hit is its card, several are a numbered list, topics first; nothing is met with the nearest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.reply import How
from bot.chat.router import Router
from bot.core.reading import NoteKind, PaperId
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from tests.callers import GROUP, in_group, in_private, on_server
from tests.cogs.club import NOW, Club, club_in
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.standins.arxiv import Entry


@pytest.fixture
def member(router: Router) -> Member:
    return Member(router, in_private(language="ko"))


async def test_a_title_a_nickname_or_an_id_is_that_card(member: Member) -> None:
    for words in ("Dive into Deep Learning", "d2l", " D2L "):
        said = await member.call("search", words=words)
        assert said.startswith("Dive into Deep Learning\n")
        assert member.seen is not None and member.seen.how is How.NEW
        assert member.seen.shown == ("d2l",)
        assert {"담기", "시작"} <= set(member.offers)


async def test_a_topic_is_its_card_with_what_comes_before_and_after(member: Member) -> None:
    said = await member.call("search", words="강화학습")
    assert said.startswith("강화학습\n")
    assert "먼저: 확률과 통계 (" in said and "다음: " in said and "더 좁게: 심층 강화학습" in said
    await member.take("추천 보기")
    assert member.seen is not None and len(member.seen.shown) == 3


async def test_several_hits_are_a_numbered_list_with_topics_first(member: Member) -> None:
    said = await member.call("search", words="linear algebra")
    assert said.startswith("‘linear algebra’ 찾은 것 ")
    assert "\n1. 선형대수 · 주제\n" in said, "the topic comes first, with what it is"
    assert "\n2. " in said
    await member.take("1")
    assert member.words.startswith("선형대수\n")
    assert await member.take("돌아가기") == said
    await member.take("2")
    assert "담기" in member.offers
    assert await member.take("돌아가기") == said


async def test_eight_at_a_time_and_more_behind_a_button(member: Member) -> None:
    said = await member.call("search", words="pytorch")
    assert member.offers[:8] == list("12345678")
    assert "\n9. " not in said
    await member.take("더 보기")
    assert "\n1. " in member.words
    assert await member.take("앞으로") == said


async def test_a_name_that_stands_for_several_shows_them_all(member: Member) -> None:
    await member.call("search", words="3blue1brown")
    assert member.seen is not None
    assert set(member.seen.shown) >= {"3b1b-linear-algebra", "3b1b-calculus", "3b1b-neural-networks"}


async def test_an_ambiguous_word_shows_every_meaning(member: Member) -> None:
    said = await member.call("search", words="추론")
    assert all(name in said for name in ("인과", "추론"))
    assert len(member.offers) >= 3


async def test_the_beginning_of_a_word_is_a_list_and_never_the_card_of_one(member: Member) -> None:
    said = await member.call("search", words="신경")
    assert "딥러닝" in said and "AutoML·신경망 구조 탐색" in said
    assert member.offers[:3] == ["1", "2", "3"]
    await member.call("search", words="강화학")
    assert member.offers[0] == "1"


async def test_nothing_found_offers_the_nearest_three_and_another_try(member: Member) -> None:
    said = await member.call("search", words="blah zork")
    assert said.startswith("‘blah zork’: 그런 자료나 주제, 논문은 아직 몰라요.")
    assert said.endswith("비슷한 이름은 없어요. 글자만 조금 닮은 주제는 이것들이에요.")
    *nearest, again = member.offers
    assert (len(nearest), again) == (3, "다른 말로 찾기")
    await member.take(nearest[0])
    assert member.words.startswith(nearest[0])


@pytest.mark.parametrize("words", ["", "   ", "!!!"])
async def test_bare_it_asks(member: Member, words: str) -> None:
    await member.call("search", words=words)
    assert {"찾을 말 적기", "다른 말로 찾기"} & set(member.offers)


async def test_a_form_takes_the_words(router: Router) -> None:
    asked = in_private()
    form = await router.press(asked, "search.ask")
    answer = await router.submit(asked, form.wire, {"words": "d2l"})  # type: ignore[union-attr]
    assert words_of(answer).startswith("Dive into Deep Learning")


async def test_words_are_completed_while_they_are_typed(router: Router) -> None:
    suggested = router.complete(in_private(), "search", "words", "reinf")
    assert suggested[0].value == "reinforcement-learning"
    assert words_of(await router.call(in_private(), "search", {"words": suggested[0].value})).startswith(
        "Reinforcement"
    )


async def _open(router: Router) -> None:
    for space in (on_server().place.space, GROUP):
        assert space is not None
        await router.space_arrived(space, "Lab")
        await router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")


async def test_on_a_server_the_hits_can_be_shared_and_taken_back(router: Router) -> None:
    await _open(router)
    ann, ben = on_server("1"), on_server("2", on_public=True)
    found = reply_of(await router.call(ann, "search", {"words": "3blue1brown"}))
    assert found.public is False
    shared = reply_of(await router.press(ann, buttons_of(found)["Share"].wire))
    assert shared.public and shared.how is How.NEW
    assert "Share" not in buttons_of(shared)
    back = buttons_of(shared)["Take back"].wire
    assert words_of(await router.press(ben, back)) == "This button is for the person who asked."
    taken = reply_of(await router.press(replace(ann, on_public=True), back))
    assert taken.how is How.EDIT and taken.public


async def test_in_a_telegram_group_the_answer_is_impersonal_and_its_cards_open_in_private(router: Router) -> None:
    await _open(router)
    await router.press(in_private("5", platform=GROUP.platform), "rec.put|saved|d2l|0|x")
    answer = await router.call(in_group("5"), "search", {"words": "d2l"})
    assert "On your list" not in words_of(answer)
    assert list(buttons_of(answer)) == ["My answer, in private"]
    mine = buttons_of(answer)["My answer, in private"]
    landed = await router.land(in_private("5", platform=GROUP.platform), mine.wire)
    assert "On your list" in words_of(landed)


@pytest.mark.parametrize(
    "words", ["x" * 4000, "<b>@everyone</b>", "'; DROP TABLE people; --", "a\u202eb\x00c", "|\\p|"]
)
async def test_hostile_words_are_answered(member: Member, words: str) -> None:
    assert await member.call("search", words=words)


@pytest.mark.parametrize("wire", ["search.topic|no-such-topic|0|", "search.turn|first|x", "search.topic|gan"])
async def test_forged_presses_are_refused(router: Router, wire: str) -> None:
    assert "older version" in words_of(await router.press(in_private(), wire))


# papers and notes


@pytest.fixture
async def club(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Club]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with club_in(tmp_path, furnished) as club:
        club.archive.papers["1706.03762"] = Entry(
            "Attention Is All You Need", authors=("A. Vaswani", "N. Shazeer", "N. Parmar", "J. Uszkoreit"),
            abstract="We propose a new simple network architecture, the Transformer.", published="2017-06-12T00:00:00Z",
        )  # fmt: skip
        yield club


async def _noted(club: Club, link: str, *notes: str, shared: bool = True, user: str = "2") -> PaperId:
    kept = await club.papers.found(link)
    assert kept is not None
    async with club.house.storage.write() as uow:
        writer = await uow.people.meet(UserRef(Platform.DISCORD, user), "ko", NOW)
        for words in notes:
            await uow.notes.add(club.group.id, kept.id, writer.id, NoteKind.NOTE, words, NOW, shared=shared)
    return kept.id


async def test_a_whole_title_of_a_paper_is_its_card(club: Club) -> None:
    ann = club.member()
    said = await ann.call("search", words="Attention is all you need")
    assert said.startswith("Attention Is All You Need\n")
    assert "Transformer · A. Vaswani 외 3명 · 2017" in said and "트랜스포머" in said
    assert "초록: We propose a new simple network architecture" in said
    assert "먼저 알면 좋은 것: 딥러닝, 선형대수" in said
    assert "https://arxiv.org/abs/1706.03762" in said and "https://arxiv.org/pdf/1706.03762" in said
    assert ann.seen is not None and ann.seen.how is How.NEW
    await ann.take("돌아가기")
    assert "찾은 것" in ann.words, "what else is called so is one tap away"


async def test_what_people_call_a_paper_stands_first(club: Club) -> None:
    said = await club.member().call("search", words="resnet")
    assert "1. Deep Residual Learning for Image Recognition" in said


async def test_papers_stand_behind_topics_and_resources_in_one_list(club: Club) -> None:
    ann = club.member()
    said = await ann.call("search", words="graph neural networks")
    assert "\n1. 그래프 머신러닝" in said
    while "더 보기" in ann.offers and "논문 · 20" not in ann.words:
        await ann.take("더 보기")
    assert "논문 · 20" in ann.words
    number = next(line.split(".")[0] for line in ann.words.splitlines() if "논문 · 20" in line)
    page = ann.words
    await ann.take(number)
    assert "후보로 올리기" in ann.offers
    assert await ann.take("돌아가기") == page


async def test_a_paper_goes_up_from_its_card_once(club: Club) -> None:
    await club.joined("1")
    ann = club.member()
    await ann.call("search", words="attention is all you need")
    said = await ann.take("후보로 올리기")
    assert said.startswith("후보로 올렸어요.\n") and "후보에 올라 있어요." in said
    assert "후보로 올리기" not in ann.offers
    ben = club.member("2")
    await ben.call("search", words="attention is all you need")
    assert "후보로 올리기" not in ben.offers


async def test_a_paper_that_was_read_says_when_and_shows_what_was_shared(club: Club) -> None:
    paper = await _noted(club, "1706.03762", "헤드가 여럿인 이유가 재밌었어요 @everyone **굵게**")
    await _noted(club, "1706.03762", "아무도 못 볼 말", shared=False)
    await club.read(paper, datetime(2026, 3, 12, 12, tzinfo=UTC))
    ann = club.member()
    said = await ann.call("search", words="attention is all you need")
    assert "우리 모임이 3월 12일에 읽었어요." in said and "모임이 나눈 노트 1개" in said
    said = await ann.take("노트 보기")
    assert "헤드가 여럿인 이유가 재밌었어요" in said and "아무도 못 볼 말" not in said


async def test_a_word_of_two_syllables_in_a_note_leads_to_its_paper_in_the_group_alone(club: Club) -> None:
    await _noted(club, "1706.03762", "인코더보다 헤드가 어려웠어요")
    ann = club.member()
    said = await ann.call("search", words="헤드")
    assert "Attention Is All You Need" in said
    await club.joined("1")
    assert "Attention" in await club.member(alone=True).call("search", words="헤드"), "in private too, for a member"
    stranger = Member(club.house.router, in_private("77", language="ko"))
    assert "Attention" not in await stranger.call("search", words="헤드")


async def test_notes_are_not_carried_out_of_the_group_by_sharing(club: Club) -> None:
    await _noted(club, "1706.03762", "pytorch로 짜 봤어요")
    ann = club.member()
    await ann.call("search", words="pytorch")
    while "노트: pytorch로" not in ann.words and "더 보기" in ann.offers:
        await ann.take("더 보기")
    assert "노트: pytorch로" in ann.words
    assert "노트: pytorch로" not in await ann.take("공유")


async def test_a_resource_of_that_name_keeps_its_card_and_papers_are_behind_a_button(club: Club) -> None:
    await _noted(club, "1706.03762", "d2l 11장과 같이 읽었어요")
    ann = club.member()
    said = await ann.call("search", words="d2l")
    assert said.startswith("Dive into Deep Learning\n") and "논문·노트 1개" not in said
    await ann.take("논문·노트 1개")
    assert "노트: d2l 11장과" in ann.words


@pytest.mark.parametrize("title", ["@everyone **x** <b>y</b> [z](https://evil.example)", "y" * 10_000, "\\frac{1}{2"])
async def test_hostile_papers_are_words_in_lists_and_cards(club: Club, title: str) -> None:
    club.archive.papers["2401.12345"] = Entry(f"zork {title}", authors=(title,), abstract=title)
    await club.papers.found("2401.12345")
    ann = club.member()
    said = await ann.call("search", words="zork")
    assert "zork" in said and len(said) < 3000
    assert ann.seen is not None and all(len(card.title) <= 256 for card in ann.seen.cards)


async def test_a_withdrawn_or_unknown_paper_says_so_on_its_card(club: Club) -> None:
    club.archive.papers["2401.12345"] = Entry("zork", comment="withdrawn by the authors")
    await club.papers.found("2401.12345")
    assert "저자가 거둬들인 논문이에요." in await club.member().call("search", words="zork")


@pytest.mark.parametrize("wire", ["pc.card|999999|0|", "pc.up|999999|0|", "pc.notes|-1|0|", "pc.card|1|-5|x"])
async def test_forged_buttons_of_papers_do_no_harm(club: Club, wire: str) -> None:
    assert await club.member().press(wire)
