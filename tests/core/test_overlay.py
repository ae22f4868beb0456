"""A host's own words over the shipped map of topics."""

from __future__ import annotations

from bot.core.overlay import MoreWords, OwnTopics, laid_over, touched
from bot.core.topics import Aliases, TopicMap
from tests.core.rows import topic

SHIPPED = TopicMap(
    [
        topic("rl", aliases=Aliases(ko=("강화 학습",), en=("q-learning",)), cues=("reward", "agent")),
        topic("nlp", aliases=Aliases(ko=("언어",), en=("text",))),
    ]
)


def over(*more: MoreWords, **own: object) -> TopicMap:
    return laid_over(SHIPPED, OwnTopics(more=more, **own))  # type: ignore[arg-type]


def test_more_words_are_added_once_and_the_rest_of_the_topic_stays() -> None:
    rl = over(MoreWords(id="rl", aliases=Aliases(ko=("강화반", "강화 학습")), cues=("arcade",)))["rl"]
    assert rl.aliases == Aliases(ko=("강화 학습", "강화반"), en=("q-learning",))
    assert rl.cues == ("reward", "agent", "arcade")
    assert rl.name == SHIPPED["rl"].name


def test_a_word_given_to_a_topic_is_taken_from_the_one_that_had_it_however_it_is_written() -> None:
    topics = over(MoreWords(id="nlp", aliases=Aliases(ko=("강화학습",), en=("Q learning",))))
    assert topics["nlp"].aliases == Aliases(ko=("언어", "강화학습"), en=("text", "Q learning"))
    assert topics["rl"].aliases == Aliases()


def test_a_cue_that_becomes_an_alias_is_said_once() -> None:
    assert over(MoreWords(id="rl", aliases=Aliases(en=("Reward",))))["rl"].cues == ("agent",)


def test_a_whole_topic_replaces_in_its_place_and_a_new_one_comes_last() -> None:
    mine = topic("rl", aliases=Aliases(en=("mine",)))
    topics = over(topics=(mine, topic("new")))
    assert [each.id for each in topics] == ["rl", "nlp", "new"]
    assert topics["rl"] == mine


def test_what_the_host_speaks_of_is_known() -> None:
    assert touched(OwnTopics(topics=(topic("new"),), more=(MoreWords(id="rl"),))) == {"new", "rl"}
