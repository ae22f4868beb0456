"""Tests of the words by which people mean a topic without naming it."""

from __future__ import annotations

from bot.core.language.clues import Clue, Clues
from bot.core.language.words import clean, pieces
from bot.core.topics import TopicMap, Words
from tests.core.rows import topic

MAP = TopicMap(
    [
        topic("audio", cues=("작곡", "voice cloning", "회의록 만들기")),
        topic("vision", cues=("photos", "voice cloning", "where do i begin")),
        topic("tracking", cues=("엑셀에 실험 적기", "learning curves of runs")),
    ],
    words=Words(stop=("of", "where", "do", "i", "begin", "can")),
)
CLUES = Clues(MAP)


def find(text: str, closed: tuple[int, ...] = (), quiet: tuple[int, ...] = ()) -> list[Clue]:
    return CLUES.find(pieces(clean(text)), closed, quiet)


def weights(text: str) -> dict[str, float]:
    return {clue.topic: clue.weight for clue in find(text)}


def test_a_cue_is_heard_with_endings_and_in_other_forms() -> None:
    assert set(weights("작곡을 배우고 싶다")) == {"audio"}
    assert set(weights("작곡해보려는데")) == {"audio"}
    assert set(weights("sort a photo")) == {"vision"}


def test_a_word_that_only_begins_with_a_cue_says_less() -> None:
    assert weights("작곡가되기")["audio"] < weights("작곡")["audio"]


def test_a_cue_of_several_words_says_more_and_one_of_several_topics_less() -> None:
    assert weights("회의록 만들기")["audio"] > weights("작곡")["audio"]
    shared = weights("voice cloning")
    assert set(shared) == {"audio", "vision"}
    assert shared["audio"] < weights("회의록 만들기")["audio"]


def test_the_words_of_a_cue_may_stand_apart_but_most_of_them_must_stand() -> None:
    assert 0 < weights("실험 결과를 엑셀에 적기 싫다")["tracking"] < weights("엑셀에 실험 적기")["tracking"]
    assert weights("엑셀") == {}
    assert weights("runs of dogs") == {}


def test_filler_alone_is_no_clue_unless_it_is_a_whole_phrase() -> None:
    assert find("i can", quiet=(0, 1)) == []
    assert [clue.topic for clue in find("where do i begin", quiet=(0, 1, 2, 3))] == ["vision"]


def test_what_is_excluded_or_only_named_gives_no_clue() -> None:
    assert find("작곡 photos", closed=(0,)) == find("작곡 photos", closed=(0,))
    assert [clue.topic for clue in find("작곡 photos", closed=(0,))] == ["vision"]


def test_every_topic_of_ours_has_cues_and_none_of_them_is_idle(shelf: object) -> None:
    from bot.core.shelf import Shelf

    assert isinstance(shelf, Shelf)
    assert all(len(each.cues) >= 10 for each in shelf.topics)
