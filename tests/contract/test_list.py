"""One's own list, help for who is stuck, and looking things up by name: the same on every platform."""

from __future__ import annotations

import time

import pytest

from bot.i18n import Locale
from tests.contract.people import Person, Platform

promise = pytest.mark.promise


def _start(person: Person, *words: str) -> None:
    for each in words:
        person.call("search", each)
        person.take("Start")


@promise("list")
def test_an_empty_list_leads_to_a_recommendation(platform: Platform) -> None:
    person = platform.newcomer()
    assert "Nothing on your list yet." in person.call("mylist").words
    assert "Reinforcement learning" in person.take("Recommend something").offers


@promise("list")
def test_what_is_kept_is_found_again_and_back_leads_to_the_list(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("search", "cs50p")
    person.take("Save")
    _start(person, "d2l")
    listed = person.call("mylist")
    assert listed.picks == ["d2l", "cs50p"], "what is under way comes first"
    card = person.take("1")
    assert "You have started this." in card.words
    person.take("Finished")
    back = person.take("Back")
    assert back.picks == ["cs50p", "d2l"]
    assert back.edited == (platform.name != "console")


@promise("list")
def test_a_third_open_thing_is_started_with_an_offer(platform: Platform) -> None:
    person = platform.newcomer()
    _start(person, "d2l", "cs50p")
    person.call("search", "py4e")
    started = person.take("Start")
    assert "You have started this." in started.words
    assert "Shall we finish one first?" in started.words
    assert "Dive into Deep Learning" in started.offers
    assert "Finished" in person.take("Dive into Deep Learning").offers


@promise("list")
def test_what_one_person_keeps_is_in_no_other_persons_list(platform: Platform) -> None:
    keeper, other = platform.newcomer(), platform.newcomer()
    _start(keeper, "d2l")
    assert "Nothing on your list yet." in other.call("mylist").words


@promise("stuck")
def test_who_is_stuck_gets_one_small_thing_after_one_question(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    person.call("search", "d2l")
    person.take("시작")
    asked = person.take("막혔어요")
    assert {"수학", "코드", "영어", "한꺼번에 너무 많아요"} <= set(asked.offers)
    given = person.take("수학")
    assert "Essence of Linear Algebra" in given.words or "선형대수" in given.words
    assert "왜:" in given.words
    assert "시작한 자료예요." in person.take("돌아가기").words


@promise("thumbs")
def test_what_is_finished_is_judged_and_the_word_taken_back(platform: Platform) -> None:
    person = platform.newcomer()
    _start(person, "d2l")
    person.take("Finished")
    assert "Noted that you have seen it yourself." in person.take("Seen it myself").words
    time.sleep(0.8)  # longer than what counts as one double tap
    assert "Noted that it was good." in person.take("Good").words
    undone = person.take("Undo")
    assert "Noted that it was good." not in undone.words
    assert "Noted that you have seen it yourself." in undone.words


@promise("search")
def test_a_name_is_its_card_and_several_hits_are_a_list(platform: Platform) -> None:
    person = platform.newcomer()
    assert "Save" in person.call("search", "Dive into Deep Learning").offers
    listed = person.call("search", "linear algebra")
    assert listed.offers[:2] == ("1", "2")
    topic = person.take("1")
    assert "See the picks" in topic.offers
    assert person.take("Back").words == listed.words
    assert len(person.call("search", "cs231n").picks) > 1


@promise("search")
def test_a_topic_is_its_card_with_the_picks_one_tap_away(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    topic = person.call("search", "강화학습")
    assert "먼저:" in topic.words and "다음:" in topic.words
    assert len(person.take("추천 보기").picks) == 3


@promise("search")
def test_without_words_it_asks_and_a_form_takes_them(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("search")
    assert person.take("Say what").form
    assert "Save" in person.fill("d2l").offers


@promise("search")
def test_what_nobody_knows_offers_the_nearest_three(platform: Platform) -> None:
    person = platform.newcomer()
    seen = person.call("search", "underwater basket weaving")
    *nearest, again = seen.offers
    assert (len(nearest), again) == (3, "Other words")
    assert "See the picks" in person.take(nearest[0]).offers
