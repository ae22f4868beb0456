"""`/search`: one hit is its card, several are a numbered list, topics first; nothing is met with the nearest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.reply import How
from bot.chat.router import Router
from tests.callers import GROUP, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member


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


async def test_nothing_found_offers_the_nearest_three_and_another_try(member: Member) -> None:
    said = await member.call("search", words="blah zork")
    assert said.startswith("‘blah zork’: 그런 자료나 주제는 아직 몰라요.")
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
