"""Tests of the map of topics."""

from __future__ import annotations

import re

from bot.core.shelf import Shelf
from bot.core.topics import Aliases, Ambiguous, Meaning, TopicMap, problems_of
from bot.i18n import Bilingual
from tests.core.rows import topic


def problems(topics: TopicMap) -> set[tuple[str, str]]:
    return {(problem.row, problem.key) for problem in problems_of(topics)}


def test_the_projects_own_map_is_whole(shelf: Shelf) -> None:
    assert len(shelf.topics) == 90
    assert len(shelf.topics.roots()) == 16
    assert list(problems_of(shelf.topics)) == []
    assert all(need.why.ko and need.why.en for each in shelf.topics for need in each.prerequisites)


def test_the_way_up_is_told_nearest_first() -> None:
    topics = TopicMap([topic("a"), topic("b", parent="a"), topic("c", parent="b"), topic("d")])
    assert topics.ancestors("c") == ("b", "a")
    assert [each.id for each in topics.children("a")] == ["b"]
    assert [each.id for each in topics.roots()] == ["a", "d"]
    assert topics.related("a", "c")
    assert topics.related("c", "a")
    assert not topics.related("c", "d")


def test_what_comes_next_is_what_names_it_as_a_prerequisite() -> None:
    topics = TopicMap([topic("python"), topic("ml", "python"), topic("rl", "python", "ml")])
    assert [each.id for each in topics.followers("python")] == ["ml", "rl"]
    assert [need.topic for need in topics.needs("rl")] == ["python", "ml"]
    assert topics.needs("painting") == ()


def test_unknown_parents_and_prerequisites_are_found() -> None:
    topics = TopicMap([topic("a", "nowhere", parent="gone")])
    assert problems(topics) == {("topics.a", "parent"), ("topics.a", "prerequisites")}
    assert topics.parent("a") is None


def test_circles_of_parents_and_of_prerequisites_are_found() -> None:
    topics = TopicMap([topic("a", "b", parent="b"), topic("b", "a", parent="a"), topic("c")])
    assert problems(topics) == {(f"topics.{row}", key) for row in "ab" for key in ("parent", "prerequisites")}
    assert topics.ancestors("a") == ("b",)


def test_an_alias_belongs_to_one_topic_whatever_its_capitals() -> None:
    topics = TopicMap([topic("a", aliases=Aliases(en=("Deep RL",))), topic("b", aliases=Aliases(en=("deep rl",)))])
    assert problems(topics) == {("topics.b", "aliases.en")}


def test_meanings_of_an_ambiguous_word_must_exist() -> None:
    label = Bilingual.same("A")
    meanings = (Meaning(topic="a", label=label), Meaning(topic="gone", label=label))
    topics = TopicMap([topic("a")], [Ambiguous(id="word", question=label, meanings=meanings)])
    assert problems(topics) == {("ambiguous.word", "meanings")}


def test_every_topic_is_told_in_two_plain_sentences_in_both_languages(shelf: Shelf) -> None:
    for each in shelf.topics:
        for told, ending in ((each.definition.ko, "요."), (each.definition.en, ".")):
            assert len(re.findall(r"[.](?: |$)", told)) == 2, told
            assert told.endswith(ending) and not re.search(r"[!?;…]|습니다", told), told
        assert all(part.endswith("요") for part in each.definition.ko.rstrip(".").split(". ")), each.definition.ko


def test_a_word_without_a_letter_or_digit_is_named() -> None:
    odd = TopicMap([topic("rl", aliases=Aliases(ko=("!!",)), cues=("--",))])
    assert problems(odd) == {("topics.rl", "aliases.ko"), ("topics.rl", "cues")}
