"""Tests of reading what members type, of completing it and of finding rows by name."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.catalogue import Approach, Kind, Level, Showing
from bot.core.language.spans import How
from bot.core.language.words import MAX_TEXT
from bot.core.search import MOST_CHOICES, complete, find, read
from bot.core.shelf import Shelf
from bot.i18n import Locale
from tests.core.hostile import HOSTILE


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("rl", "reinforcement-learning"),
        ("RL", "reinforcement-learning"),
        ("강화학습", "reinforcement-learning"),
        ("강화 학습", "reinforcement-learning"),
        ("강화학습이랑은", "reinforcement-learning"),
        ("reinforcment", "reinforcement-learning"),
        ("reinforcment lerning", "reinforcement-learning"),
        ("ㄱㅎㅎㅅ", "reinforcement-learning"),
        ("rkdghkgkrtmq", "reinforcement-learning"),
        ("기", "reinforcement-learning"),
        ("강화학습책추천", "reinforcement-learning"),
        ("트렌스포머를", "transformers"),
        ("컴퓨터비젼", "computer-vision"),
        ("GNN은", "graph-ml"),
        ("선대", "linear-algebra"),
        ("챗GPT가 뭐예요", "llm"),
        ("추천 시스템", "recommender-systems"),
        ("attention is all you need", "transformers"),
        ("how to serve llms", "llm-inference"),
        ("evaluation of LLMs", "llm-evaluation"),
        ("그림 AI", "image-generation"),
        ("갠", "gan"),
        ("reinforcement-learning", "reinforcement-learning"),
        ("AI", "machine-learning"),
    ],
)
def test_a_topic_is_heard_however_it_is_written(text: str, topic: str, shelf: Shelf) -> None:
    assert read(text, shelf).topic == topic


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("강화학습", How.EXACT),
        ("강화학습을", How.ENDING),
        ("강화학습책추천", How.COMPOUND),
        ("컴퓨터비젼", How.TYPO),
        ("ㄱㅎㅎㅅ", How.INITIALS),
        ("rkdghkgkrtmq", How.KEYBOARD),
    ],
)
def test_a_reading_says_how_it_was_recognised_and_is_less_sure_of_guesses(text: str, how: How, shelf: Shelf) -> None:
    heard = read(text, shelf).topics[0]
    assert heard.how is how
    assert (heard.confidence == 1.0) == (how is How.EXACT)


def test_words_of_wish_become_soft_filters_and_no_topics(shelf: Shelf) -> None:
    wishes = read("한국어로 된 강화학습 입문 책, 무료", shelf).wishes
    assert (wishes.level, wishes.language, wishes.kinds, wishes.free) == (Level.BEGINNER, "ko", (Kind.TEXTBOOK,), True)
    assert [each.topic for each in read("한국어로 된 강화학습 입문 책, 무료", shelf).topics] == [
        "reinforcement-learning"
    ]


def test_how_someone_wants_to_learn_is_heard(shelf: Shelf) -> None:
    assert read("트랜스포머 구현", shelf).wishes.approaches == (Approach.HANDS_ON,)
    assert Approach.VISUAL in read("neural networks, visually", shelf).wishes.approaches
    assert read("math without proofs", shelf).wishes.approaches == ()


def test_a_wish_word_inside_a_topics_name_is_no_wish(shelf: Shelf) -> None:
    assert read("영상 처리", shelf).wishes.kinds == ()
    assert read("영상 처리 강의", shelf).wishes.kinds == (Kind.COURSE,)


def test_a_topic_word_that_is_a_wish_as_well_counts_as_topic_only_alone(shelf: Shelf) -> None:
    assert read("한국어", shelf).topic == "korean-nlp"
    assert read("한국어 책", shelf).topic is None
    assert read("추천", shelf).topic == "recommender-systems"
    assert read("책 추천", shelf).topic is None


@pytest.mark.parametrize(
    "text",
    [
        "RL 말고 NLP",
        "강화학습 빼고 자연어처리",
        "NLP, not RL",
        "nlp except reinforcement learning",
        "강화학습은 제외하고 NLP",
    ],
)
def test_what_is_denied_is_excluded_and_not_heard(text: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert [each.topic for each in reading.topics] == ["nlp"]
    assert reading.excluded == ("reinforcement-learning",)


def test_not_knowing_a_thing_beside_wanting_another_excludes_it(shelf: Shelf) -> None:
    reading = read("강화학습이 뭔지는 모르겠고 이미지 생성 AI 공부하고 싶어요", shelf)
    assert (reading.topic, reading.excluded) == ("image-generation", ("reinforcement-learning",))


def test_lacking_a_prerequisite_is_no_denial(shelf: Shelf) -> None:
    reading = read("RLHF 공부하고 싶은데 강화학습 몰라요", shelf)
    assert reading.topic == "llm-post-training"
    assert reading.excluded == ()


def test_kinds_can_be_denied(shelf: Shelf) -> None:
    reading = read("책 말고 강의로 파이썬", shelf)
    assert reading.without.kinds == (Kind.TEXTBOOK,)
    assert reading.wishes.kinds == (Kind.COURSE,)
    assert reading.topic == "python"


def test_an_ambiguous_word_gives_a_best_guess_and_a_question(shelf: Shelf) -> None:
    reading = read("추론", shelf)
    assert reading.question is not None
    assert [meaning.topic for meaning in reading.question.options] == [
        "llm-inference",
        "reasoning-models",
        "causal-inference",
        "bayesian-ml",
    ]
    assert reading.topic == "llm-inference"
    assert reading.topics[0].confidence < 1


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("추론 최적화", "llm-inference"),
        ("추론 모델", "reasoning-models"),
        ("RL agent", "deep-rl"),
        ("AI agent", "llm-agents"),
    ],
)
def test_a_neighbouring_word_decides_and_nothing_is_asked(text: str, topic: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert (reading.topic, reading.question) == (topic, None)


def test_short_words_count_only_alone_or_beside_a_fitting_word(shelf: Shelf) -> None:
    assert read("간", shelf).topic == "gan"
    assert read("그 간 배운 파이썬", shelf).topic == "python"
    assert [each.topic for each in read("그 간 배운 파이썬", shelf).topics] == ["python"]


def test_the_narrower_topic_is_surer_than_the_wider_one(shelf: Shelf) -> None:
    reading = read("how to serve llms", shelf)
    assert reading.topic == "llm-inference"
    assert reading.topics[0].confidence > 2 * reading.topics[1].confidence


def test_the_means_is_less_than_the_subject(shelf: Shelf) -> None:
    for text in ("agents in python", "파이썬으로 에이전트", "python agents"):
        assert read(text, shelf).topic == "llm-agents", text
    assert read("python", shelf).topics[0].confidence == 1.0


def test_what_something_is_needed_for_is_less_than_what_is_needed(shelf: Shelf) -> None:
    assert read("딥러닝에 필요한 수학", shelf).topic == "math"
    assert read("linear algebra for deep learning", shelf).topic == "linear-algebra"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("sutton", "sutton-barto"),
        ("카파시", "karpathy-intro-llm"),
        ("cs231n", "stanford-cs231n-2025"),
        ("6.S191", "mit-6s191"),
        ("머피 책", "pml1-murphy"),
        ("밑시딥", "dl-from-scratch-1"),
        ("pr-12", "pr-12"),
        ("novelai", "novelai"),
        ("3blue1brown", "3b1b-calculus"),
        ("jump-to-python", "jump-to-python"),
    ],
)
def test_a_resource_is_named_by_title_author_course_code_and_id(text: str, row: str, shelf: Shelf) -> None:
    assert row in {each.resource for each in read(text, shelf).named}
    assert read(text, shelf).understood


def test_a_credit_is_never_named(shelf: Shelf) -> None:
    assert read("unsplash-photo", shelf).named == ()
    assert all(row.showing is not Showing.NEVER for row in find("unsplash scott graham photo", shelf))


@pytest.mark.parametrize("words", ["양좌", "벌트", "인과"])
def test_a_topic_that_is_written_alike_may_be_meant(shelf: Shelf, words: str) -> None:
    assert read(words, shelf, locale=Locale.KO).alike


@pytest.mark.parametrize(
    "words", ["요리", "안녕", "김치찌개 끓이는 법", "blockchain", "underwater basket weaving", "asdf"]
)
def test_what_only_shares_letters_with_a_topic_is_not_taken_for_it(shelf: Shelf, words: str) -> None:
    reading = read(words, shelf, locale=Locale.KO)
    assert (len(reading.nearest), reading.alike) == (3, False)


def test_an_unknown_word_gives_the_three_nearest_topics(shelf: Shelf) -> None:
    reading = read("데이터콘", shelf)
    assert not reading.understood
    assert len(reading.nearest) == 3
    assert "data-tools" in reading.nearest
    assert reading.leftovers == ("데이터콘",)


def test_nothing_typed_reads_as_empty(shelf: Shelf) -> None:
    for text in ("", "   ", "\u200b", "!?…"):
        assert read(text, shelf).empty, repr(text)
    assert not read("rl", shelf).empty


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_in_bounded_time_and_space(name: str, shelf: Shelf) -> None:
    read(HOSTILE[name], shelf)
    durations = []
    for _ in range(5):
        started = time.perf_counter()
        reading = read(HOSTILE[name], shelf)
        durations.append(time.perf_counter() - started)
    assert len(reading.text) <= MAX_TEXT
    assert min(durations) < 0.06  # under 5 ms on a quiet machine; this is for a hang or a blow-up


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_can_be_read_completed_and_searched(text: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert len(reading.text) <= MAX_TEXT
    assert all(each.topic in shelf.topics for each in reading.topics)
    assert len(complete(text, shelf, Locale.KO)) <= MOST_CHOICES
    assert len(find(text, shelf, limit=4)) <= 4


def test_the_same_text_is_always_read_the_same(shelf: Shelf) -> None:
    fresh = Shelf(shelf.catalogue, shelf.topics, shelf.methods)
    for text in ("강화학습 입문 책", "추론", "agents in python", "cs231n", "asdkfjh", "ㄷㄹㄴ"):
        assert read(text, shelf) == read(text, shelf) == read(text, fresh)


def test_nothing_typed_completes_to_the_main_topics(shelf: Shelf) -> None:
    suggestions = complete("", shelf, Locale.KO)
    assert [each.value for each in suggestions] == [topic.id for topic in shelf.topics.roots()]
    assert suggestions[1].label == "머신러닝"


@pytest.mark.parametrize(
    "typed", ["강", "강ㅎ", "강화", "강화 학", "ㄱㅎㅎ", "reinf", "RL", "rkdghk gkrtmq", "강화학슴"]
)
def test_completion_knows_a_topic_from_its_first_letters(typed: str, shelf: Shelf) -> None:
    assert "reinforcement-learning" in [each.value for each in complete(typed, shelf, Locale.KO)]


def test_completion_finds_resources_and_never_what_is_shown_only_when_named(shelf: Shelf) -> None:
    assert "sutton-barto" in [each.value for each in complete("단단한 강", shelf, Locale.KO)]
    assert "stanford-cs231n-2025" in [each.value for each in complete("cs231", shelf, Locale.EN)]
    assert "novelai" not in [each.value for each in complete("novelai", shelf, Locale.EN)]


def test_completion_never_gives_more_than_asked_and_twenty_five(shelf: Shelf) -> None:
    for typed in ("s", "ㄱ", "m", "d", "딥"):
        assert len(complete(typed, shelf, Locale.KO, limit=100)) <= MOST_CHOICES
        assert len(complete(typed, shelf, Locale.KO, limit=3)) <= 3
    assert complete("딥", shelf, Locale.KO, limit=0) == ()


def test_every_completion_is_understood_when_it_comes_back(shelf: Shelf) -> None:
    for typed in ("", "강", "s", "d", "ㄷ", "pytorch", "r", "모두"):
        for suggestion in complete(typed, shelf, Locale.EN):
            reading = read(suggestion.value, shelf)
            named = {each.topic for each in reading.topics} | {each.resource for each in reading.named}
            assert suggestion.value in named, suggestion
            assert len(suggestion.value) <= 100
            assert 0 < len(suggestion.label) <= 100


def test_rows_are_found_by_words_of_title_author_and_note(shelf: Shelf) -> None:
    assert find("sutton barto", shelf)[0].id == "sutton-barto"
    assert "mit-18-06" in [row.id for row in find("gilbert strang", shelf)]
    assert find("밑바닥부터 시작하는 딥러닝 2", shelf)[0].id == "dl-from-scratch-2"
    assert find("zzzzzz", shelf) == ()


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("딥러닝 강의 하나 끝냈는데 그다음은요?", (), ("deep-learning",)),
        ("딥러닝 다음엔 뭐 해요?", (), ("deep-learning",)),
        ("머신러닝 강의 다 들었어요 이제 뭐 하죠", (), ("machine-learning",)),
        ("what comes after linear algebra", (), ("linear-algebra",)),
        ("I finished a machine learning course, what next?", (), ("machine-learning",)),
        ("What do I need before deep learning?", ("deep-learning",), ()),
        ("강화학습 하려면 뭐부터 알아야 하나요", ("reinforcement-learning",), ()),
        ("트랜스포머 배우기 전에 필요한 것", ("transformers",), ()),
        ("what is needed for reinforcement learning", ("reinforcement-learning",), ()),
        ("강화학습 하려면 무슨 책 봐야 해요", (), ()),
        ("파이썬은 아는데 강화학습 시작하려고요", (), ()),
        ("딥러닝 처음 시작하는데 뭐부터 해야 하나요", (), ()),
    ],
)
def test_a_question_for_what_comes_before_or_after_a_topic_is_heard_as_that(
    text: str, before: tuple[str, ...], after: tuple[str, ...], shelf: Shelf
) -> None:
    aside = read(text, shelf).aside
    assert (aside.before, aside.after) == (before, after)


@pytest.mark.parametrize(
    "text", ["딥러닝 입문 강의 하나 끝냈는데 그다음은요?", "finished an intro machine learning course"]
)
def test_the_kind_of_what_someone_finished_is_no_wish_for_another(text: str, shelf: Shelf) -> None:
    assert read(text, shelf).wishes.kinds == ()
    assert read("딥러닝 강의 끝냈는데 강화학습 책", shelf).wishes.kinds == (Kind.TEXTBOOK,)
