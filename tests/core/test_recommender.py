"""Tests of the answers: their order, their reasons, and what is said beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.catalogue import Article, Catalogue, Kind, Level, Resource, Showing, Stage, State, Status, Strength
from bot.core.methods import Goal
from bot.core.recommender import NoteKind, Pick, Profile, Recommendation, Why, explain, recommend
from bot.core.search import Options, read
from bot.core.shelf import Shelf
from bot.core.topics import Marks, TopicMap, Words
from bot.i18n import Bilingual, Locale
from tests.core.hostile import HOSTILE
from tests.core.rows import resource, topic

NOTE = Bilingual(ko="멈췄어요.", en="It stopped.")
QUERIES = (
    "강화학습 입문",
    "rl",
    "트랜스포머 배우고 싶어요",
    "free llm course",
    "추론",
    "cs231n",
    "책 추천",
    "RL 말고 NLP",
    "",
    "asdf",
)


def ask(text: str, shelf: Shelf, *, locale: Locale = Locale.EN, **more: Any) -> Recommendation:
    return recommend(read(text, shelf, locale=locale), shelf, **more)


def ids(answer: Recommendation) -> list[str]:
    return [pick.resource.id for pick in answer.picks]


def why(pick: Pick) -> set[Why]:
    return {reason.why for reason in pick.reasons}


def notes(answer: Recommendation) -> dict[NoteKind, tuple[str, ...]]:
    return {note.kind: note.values for note in answer.notes}


def small(*rows: Resource) -> Shelf:
    words = Words(done=Marks(before=("finished",)), gone=Marks(after=("is dead",)))
    topics = TopicMap(
        [topic("ml"), topic("rl", "ml"), topic("deep", "rl", parent="rl"), topic("nlp", "ml")], words=words
    )
    return Shelf(Catalogue(rows), topics)


def test_rows_about_the_topic_stand_before_rows_that_touch_it() -> None:
    shelf = small(resource("touches", "ml", "rl"), resource("about", "rl"), resource("below", "deep"))
    assert ids(ask("rl", shelf)) == ["about", "touches", "below"]


def test_of_equals_what_is_first_to_hand_someone_stands_first() -> None:
    shelf = small(resource("good", "rl", core=True), resource("first", "rl", core=True, first_for=("rl",)))
    answer = ask("rl", shelf)
    assert ids(answer) == ["first", "good"]
    assert answer.picks[0].reasons[0].why is Why.FIRST_FOR


def test_who_names_no_kind_gets_what_teaches_before_what_gathers() -> None:
    shelf = small(resource("forum", "rl", kind=Kind.COMMUNITY), resource("course", "rl"))
    assert ids(ask("rl", shelf)) == ["course", "forum"]
    assert ids(ask("rl", shelf, options=Options(kind=Kind.COMMUNITY))) == ["forum"]


def test_of_equals_the_easier_and_the_one_people_have_a_name_for_stand_first() -> None:
    hard = resource("hard", "rl", level=Level.INTERMEDIATE)
    assert ids(ask("rl", small(hard, resource("easy", "rl", level=Level.BEGINNER)))) == ["easy", "hard"]
    assert ids(ask("rl", small(hard, replace(hard, id="known", nicknames=("that one",))))) == ["known", "hard"]


def test_an_advanced_row_that_only_touches_the_topic_is_no_filler_at_the_end() -> None:
    on_it = [resource(f"on-{number}", "rl", core=True) for number in range(6)]
    small_beside = small(*on_it, resource("beside", "nlp", "rl", level=Level.ADVANCED))
    assert "beside" not in ids(ask("rl", small_beside, limit=10))
    assert "beside" in ids(ask("rl", small_beside, limit=10, options=Options(level=Level.ADVANCED)))


def test_the_articles_strength_counts_and_is_told() -> None:
    strong = Article(strength=Strength.STRONG, section="Beginners")
    shelf = small(resource("plain", "rl"), resource("strong", "rl", article=strong))
    answer = ask("rl", shelf)
    assert ids(answer) == ["strong", "plain"]
    assert Why.STRENGTH in why(answer.picks[0])


def test_what_the_article_advises_against_is_shown_only_when_named() -> None:
    against = Article(strength=Strength.NOT_RECOMMENDED, section="Beginners")
    shelf = small(resource("plain", "rl"), resource("shunned-notes", "rl", article=against))
    assert ids(ask("rl", shelf)) == ["plain"]
    assert ids(ask("shunned notes", shelf))[0] == "shunned-notes"


def test_some_rows_are_shown_when_named_and_never_recommended(shelf: Shelf) -> None:
    assert "novelai" not in ids(ask("image generation", shelf, limit=50))
    answer = ask("novelai", shelf)
    assert ids(answer)[0] == "novelai"
    assert answer.picks[0].reasons[0].why is Why.NAMED
    assert shelf.catalogue["novelai"].showing is Showing.WHEN_NAMED


def test_the_level_asked_for_in_words_moves_rows_and_the_option_removes_them() -> None:
    rows = [resource(level.value, "rl", level=level, core=level is Level.ADVANCED) for level in Level]
    shelf = small(*rows)
    assert ids(ask("rl", shelf))[0] == "advanced"
    assert ids(ask("rl", shelf, options=Options(level=Level.BEGINNER))) == ["beginner", "intermediate"]


def test_strict_options_leave_out_what_does_not_fit(shelf: Shelf) -> None:
    korean = ask("강화학습", shelf, limit=20, options=Options(language="ko"))
    assert all("ko" in pick.resource.languages for pick in korean.picks)
    books = ask("강화학습", shelf, limit=20, options=Options(kind=Kind.TEXTBOOK))
    assert {pick.resource.kind for pick in books.picks} == {Kind.TEXTBOOK}
    free = ask("딥러닝", shelf, limit=50, options=Options(free=True))
    assert all(pick.resource.free is not False for pick in free.picks)


def test_wishes_in_the_text_are_soft(shelf: Shelf) -> None:
    answer = ask("강화학습 책", shelf, locale=Locale.KO, limit=10)
    assert {pick.resource.kind for pick in answer.picks} > {Kind.TEXTBOOK}
    assert answer.picks[0].resource.kind is Kind.TEXTBOOK
    assert Why.KIND in why(answer.picks[0])


def test_korean_rows_come_first_in_korean_and_stay_away_in_english(shelf: Shelf) -> None:
    korean = ask("자연어처리", shelf, locale=Locale.KO)
    english = ask("natural language processing", shelf, locale=Locale.EN)
    assert "ko" in korean.picks[0].resource.languages
    assert all("en" in pick.resource.languages for pick in english.picks)


def test_superseded_rows_give_their_place_to_their_successors_and_say_so() -> None:
    status = Status(state=State.SUPERSEDED, note=NOTE, superseded_by=("new",))
    shelf = small(resource("old", "rl", core=True, first_for=("rl",), status=status), resource("new", "nlp"))
    answer = ask("rl", shelf)
    assert ids(answer) == ["new"]
    assert (Why.REPLACES, "old") in {(reason.why, reason.value) for reason in answer.picks[0].reasons}
    named = ask("old", shelf)
    assert set(ids(named)) == {"old", "new"}
    assert notes(named)[NoteKind.SUPERSEDED] == ("old", "new")


def test_replaced_software_is_not_offered_any_more() -> None:
    status = Status(state=State.SUPERSEDED, note=NOTE, superseded_by=("new-tool",))
    shelf = small(resource("old-tool", "rl", kind=Kind.TOOL, status=status), resource("new-tool", "rl", kind=Kind.TOOL))
    assert ids(ask("rl", shelf)) == ["new-tool"]
    assert set(ids(ask("old tool", shelf))) == {"new-tool", "old-tool"}


def test_retired_rows_show_only_when_named_and_archived_ones_as_before() -> None:
    retired = Status(state=State.RETIRED, note=NOTE)
    archived = Status(state=State.ARCHIVED, note=NOTE)
    shelf = small(
        resource("gone-blog", "rl", core=True, status=retired),
        resource("closed", "rl", core=True, status=archived),
        resource("open", "rl"),
    )
    assert ids(ask("rl", shelf)) == ["closed", "open"]
    assert ids(ask("gone blog", shelf))[0] == "gone-blog"


def test_what_a_person_has_is_not_offered_again() -> None:
    shelf = small(*(resource(name, "rl") for name in ("one", "two", "three", "four")))
    profile = Profile(done=frozenset(("one",)), not_for_me=frozenset(("two",)), going=frozenset(("three",)))
    assert ids(ask("rl", shelf, profile=profile)) == ["four", "three"]


def test_kinds_vary_among_equals() -> None:
    rows = [resource(f"course-{n}", "rl") for n in range(3)] + [resource("book", "rl", kind=Kind.TEXTBOOK)]
    assert "book" in ids(ask("rl", small(*rows)))[:2]


def test_the_next_three_follow_the_first_three(shelf: Shelf) -> None:
    all_six = ask("딥러닝", shelf, limit=6)
    first, second = ask("딥러닝", shelf), ask("딥러닝", shelf, offset=3)
    assert ids(first) + ids(second) == ids(all_six)
    assert first.more
    assert first.total == all_six.total
    last = ask("딥러닝", shelf, offset=first.total)
    assert (last.picks, last.more) == ((), False)


@pytest.mark.parametrize("text", QUERIES)
def test_every_pick_says_why_and_what_it_says_is_true(text: str, shelf: Shelf) -> None:
    for pick in ask(text, shelf, locale=Locale.KO, limit=10).picks:
        assert pick.reasons
        for reason in pick.reasons:
            assert_true(pick.resource, reason.why, reason.value, shelf)


def assert_true(row: Resource, reason: Why, value: str, shelf: Shelf) -> None:
    truths: dict[Why, bool] = {
        Why.NAMED: value == row.id,
        Why.FIRST_FOR: value in row.first_for,
        Why.TOPIC: value in row.topics,
        Why.NEARBY: value in row.topics,
        Why.STRENGTH: row.article is not None and row.article.strength.value == value,
        Why.MARK: row.article is not None
        and row.article.mark is not None
        and row.article.mark.checked == (value == "true"),
        Why.LEVEL: row.level is not None and row.level.value == value,
        Why.LANGUAGE: value in row.languages,
        Why.KIND: row.kind.value == value,
        Why.APPROACH: value in [each.value for each in row.approach],
        Why.FREE: row.free is True,
        Why.CORE: row.core,
    }
    if reason is Why.REPLACES:
        assert row in shelf.catalogue.successors(shelf.catalogue[value])
    elif reason is Why.WORDS:
        assert shelf.ranks.holds(shelf.ranks.index_of[row.id], value)
    else:
        assert truths[reason], (row.id, reason, value)


def test_a_row_that_stands_in_for_the_topic_is_labelled() -> None:
    shelf = small(resource("wide", "rl"), resource("narrow", "deep"))
    answer = ask("deep", shelf)
    assert ids(answer) == ["narrow", "wide"]
    assert [pick.from_topic for pick in answer.picks] == [None, "rl"]
    assert Why.NEARBY in why(answer.picks[1])


def test_few_rows_on_a_topic_are_said_and_the_wider_topic_follows() -> None:
    shelf = small(resource("wide", "rl"), resource("narrow", "deep"))
    assert notes(ask("deep", shelf))[NoteKind.FEW_ROWS] == ("deep", "rl")
    assert NoteKind.FEW_ROWS not in notes(ask("rl", shelf))


def test_a_beginner_asking_for_what_stands_after_a_course_hears_it(shelf: Shelf) -> None:
    assert notes(ask("GNN 입문", shelf))[NoteKind.AFTER_A_COURSE] == ("graph-ml",)
    assert NoteKind.AFTER_A_COURSE not in notes(ask("GNN", shelf))
    assert NoteKind.AFTER_A_COURSE not in notes(ask("파이썬 입문", shelf))


def test_a_beginner_is_not_offered_what_asks_for_the_very_topic() -> None:
    presupposes = resource("second", "rl", level=Level.ADVANCED, prerequisites=("rl",), core=True)
    shelf = small(resource("first", "rl"), presupposes)
    assert ids(ask("rl", shelf, profile=Profile(level=Level.BEGINNER))) == ["first"]
    assert ids(ask("rl", shelf)) == ["second", "first"]


def test_excluded_topics_bring_nothing_and_are_said(shelf: Shelf) -> None:
    answer = ask("강화학습 말고 로봇", shelf, limit=20)
    assert notes(answer)[NoteKind.EXCLUDED] == ("reinforcement-learning",)
    assert not [pick for pick in answer.picks if pick.resource.topic in ("reinforcement-learning", "deep-rl")]


def test_excluded_kinds_and_rows_stay_out(shelf: Shelf) -> None:
    assert all(p.resource.kind is not Kind.TEXTBOOK for p in ask("책 말고 딥러닝", shelf, limit=20).picks)
    assert "fastai-part1" not in ids(ask("딥러닝인데 fast.ai 빼고", shelf, limit=20))


def test_an_unknown_text_names_the_nearest_topics_and_guesses_nothing(shelf: Shelf) -> None:
    answer = ask("asdkfjh", shelf)
    assert answer.picks == ()
    assert len(notes(answer)[NoteKind.UNKNOWN]) == 3


def test_words_of_a_title_answer_even_without_a_topic(shelf: Shelf) -> None:
    answer = ask("kaist 강의", shelf)
    assert NoteKind.UNKNOWN not in notes(answer)
    assert all("kaist" in pick.resource.title.casefold() + pick.resource.id for pick in answer.picks)


def test_options_that_leave_nothing_are_named(shelf: Shelf) -> None:
    answer = ask("quantum machine learning", shelf, options=Options(language="ja"))
    assert answer.picks == ()
    assert notes(answer)[NoteKind.NOTHING_FITS] == ("language",)


def test_someone_who_names_no_topic_gets_the_entrances(shelf: Shelf) -> None:
    answer = ask("입문 책 추천", shelf, locale=Locale.KO)
    assert {pick.resource.kind for pick in answer.picks} == {Kind.TEXTBOOK}
    communities = ask("스터디 모임", shelf, locale=Locale.KO)
    assert {pick.resource.kind for pick in communities.picks} == {Kind.COMMUNITY}


def test_what_to_know_first_comes_with_its_reason_and_a_first_step(shelf: Shelf) -> None:
    pick = explain(shelf.catalogue["stanford-cs224w-2021"], shelf)
    needs = {missing.topic: missing for missing in pick.missing}
    assert set(needs) == {"machine-learning", "linear-algebra"}
    assert needs["linear-algebra"].first is not None
    assert needs["linear-algebra"].first.level is Level.BEGINNER
    assert needs["linear-algebra"].why is not None


def test_what_a_person_knows_or_has_done_is_not_missing(shelf: Shelf) -> None:
    row = shelf.catalogue["stanford-cs224w-2021"]
    knows = explain(row, shelf, Profile(known_topics=frozenset(("linear-algebra",))))
    assert [missing.topic for missing in knows.missing] == ["machine-learning"]
    has_done = explain(row, shelf, Profile(done=frozenset(("ml-specialization", "mit-18-06"))))
    assert has_done.missing == ()


def test_a_prerequisite_that_is_no_topic_is_told_in_words(shelf: Shelf) -> None:
    pick = explain(shelf.catalogue["3b1b-linear-algebra"], shelf)
    assert [(missing.topic, missing.text.en) for missing in pick.missing] == [(None, "high-school maths")]


def test_what_comes_next_builds_on_the_rows_topic(shelf: Shelf) -> None:
    pick = explain(shelf.catalogue["sutton-barto"], shelf)
    assert pick.next[0] == "deep-rl"
    assert len(pick.next) <= 3


def test_the_card_of_any_row_says_why(shelf: Shelf) -> None:
    for row in shelf.catalogue:
        if row.showing is not Showing.NEVER:
            assert explain(row, shelf).reasons, row.id


def test_the_caveat_of_a_row_comes_with_it(shelf: Shelf) -> None:
    pick = explain(shelf.catalogue["deepmind-ucl-rl-2021"], shelf)
    assert pick.caveat == shelf.catalogue["deepmind-ucl-rl-2021"].caveats[0]


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("딥러닝 처음인데 뭐부터 해요", "method-seven-steps"),
        ("how do I start with machine learning?", "method-seven-steps"),
        ("논문 어떻게 읽어요", "method-read-alone-then-review"),
        ("how do I read papers?", "method-review-first-if-heavy"),
        ("찍먹으로 딥러닝", "method-tasters-stop-at-three"),
        ("파이썬", "method-pick-python-course"),
        ("선형대수", "method-linear-algebra-when-stuck"),
        ("수포자인데 머신러닝 수학", "method-maths-depth"),
        ("최신 논문 트렌드", "trend-platforms"),
    ],
)
def test_the_method_speaks_where_it_fits(text: str, method: str, shelf: Shelf) -> None:
    assert method in [row.id for row in ask(text, shelf).advice]


@pytest.mark.parametrize("text", ["rl", "컴퓨터 비전 입문 강의", "vllm", "GNN 강의", "트랜스포머 논문"])
def test_the_method_is_silent_where_it_does_not(text: str, shelf: Shelf) -> None:
    assert ask(text, shelf).advice == ()


def test_textbook_advice_is_for_those_who_start(shelf: Shelf) -> None:
    beginner, taster = Profile(level=Level.BEGINNER), Profile(goal=Goal.TASTE)
    for profile in (beginner, taster):
        assert "method-textbooks-optional" in [row.id for row in ask("딥러닝 책", shelf, profile=profile).advice]
    assert "method-textbooks-optional" not in [row.id for row in ask("딥러닝 책", shelf).advice]


def test_the_same_question_always_has_the_same_answer(shelf: Shelf) -> None:
    fresh = Shelf(shelf.catalogue, shelf.topics, shelf.methods)
    for text in QUERIES:
        assert ask(text, shelf, limit=10) == ask(text, shelf, limit=10) == ask(text, fresh, limit=10)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_get_a_sound_answer(name: str, shelf: Shelf) -> None:
    answer = ask(HOSTILE[name], shelf, limit=10)
    assert len(answer.picks) <= 10
    assert all(pick.reasons and pick.resource.showing is Showing.OFFERED for pick in answer.picks)


def test_after_rows_are_a_little_lower_for_a_beginner() -> None:
    shelf = small(resource("after", "rl", stage=Stage.AFTER), resource("before", "rl"))
    assert ids(ask("rl", shelf, profile=Profile(level=Level.BEGINNER))) == ["before", "after"]


def test_something_easier_than_a_named_book_stays_on_its_subject_without_it(shelf: Shelf) -> None:
    picks = ask("something gentler than Goodfellow", shelf, limit=5).picks
    assert "goodfellow-dl" not in [pick.resource.id for pick in picks]
    assert all(pick.resource.level is not Level.ADVANCED for pick in picks)
    assert any("deep-learning" in pick.resource.topics for pick in picks[:2])


def test_after_a_finished_course_what_is_as_easy_stands_lower() -> None:
    rows = [resource("first-course", "rl"), resource("other-first", "rl", core=True)]
    shelf = small(*rows, resource("second-course", "rl", level=Level.INTERMEDIATE))
    assert ids(ask("finished first course", shelf)) == ["second-course", "other-first"]
    assert ids(ask("rl", shelf))[0] == "other-first"


def test_in_place_of_what_is_gone_stand_its_successors_and_the_answer_says_so() -> None:
    gone = Status(state=State.RETIRED, note=NOTE, superseded_by=("heir",))
    shelf = small(
        resource("old-board", "rl", kind=Kind.SITE, status=gone), resource("heir", "nlp"), resource("course", "rl")
    )
    answer = ask("old board is dead", shelf)
    assert ids(answer)[0] == "heir"
    assert "old-board" not in ids(answer)
    assert notes(answer)[NoteKind.SUPERSEDED] == ("old-board", "heir")


def test_a_row_whose_own_words_are_asked_for_beats_what_is_first_on_the_topic(shelf: Shelf) -> None:
    assert "bandit-book" not in ids(ask("reinforcement learning", shelf, limit=3))
    assert ids(ask("bandit algorithms", shelf))[0] == "bandit-book"
    assert ids(ask("regret bounds, thompson sampling for bandits", shelf))[0] == "bandit-book"


def test_the_topics_own_name_in_a_title_is_no_merit(shelf: Shelf) -> None:
    for short, long in (("rl", "강화학습"), ("nlp", "자연어처리"), ("llm", "언어모델"), ("cv", "컴퓨터 비전")):
        one = ids(ask(short, shelf, locale=Locale.KO, limit=5))
        assert one == ids(ask(long, shelf, locale=Locale.KO, limit=5)), short


def test_only_a_guessed_topic_gives_fewer_rows_than_a_named_one(shelf: Shelf) -> None:
    named, guessed = ask("reinforcement learning", shelf), ask("learning by trial and error", shelf)
    assert guessed.reading.topic == "reinforcement-learning"
    assert 0 < guessed.total < named.total


def test_a_kind_asked_for_in_words_fills_the_first_places_while_there_are_such_rows(shelf: Shelf) -> None:
    for text, kinds in (
        ("머신러닝 책", {Kind.TEXTBOOK}),
        ("nlp youtube", {Kind.COURSE, Kind.VIDEO_CHANNEL}),
        ("딥러닝 커뮤니티", {Kind.COMMUNITY}),
        ("newsletter about deep learning", {Kind.NEWSLETTER}),
    ):
        assert {pick.resource.kind for pick in ask(text, shelf, limit=3).picks} <= kinds, text


def test_who_wants_no_code_is_not_sent_to_the_code(shelf: Shelf) -> None:
    first = ask("transformers, no code please", shelf).picks
    assert all("hands-on" not in pick.resource.approach for pick in first)


def test_news_that_have_ended_stand_low(shelf: Shelf) -> None:
    states = {pick.resource.state for pick in ask("AI news", shelf, limit=5).picks}
    assert states.isdisjoint((State.ARCHIVED, State.RETIRED, State.SUPERSEDED))


def test_little_in_the_language_asked_for_is_said(shelf: Shelf) -> None:
    assert notes(ask("연합학습 한국어 자료", shelf))[NoteKind.NOT_IN_LANGUAGE] == ("ko",)
    strict = ask("robotics", shelf, options=Options(language="ko"))
    assert notes(strict).get(NoteKind.NOT_IN_LANGUAGE) == ("ko",) or strict.picks == ()
    assert NoteKind.NOT_IN_LANGUAGE not in notes(ask("한국어 머신러닝 강의", shelf))
    assert NoteKind.NOT_IN_LANGUAGE not in notes(ask("federated learning", shelf))


def test_that_a_row_is_first_for_a_topic_is_told_before_what_it_replaces() -> None:
    status = Status(state=State.SUPERSEDED, note=NOTE, superseded_by=("new",))
    shelf = small(resource("old", "rl", status=status), resource("new", "rl", first_for=("rl",)))
    reasons = [reason.why for reason in ask("rl", shelf).picks[0].reasons]
    assert reasons.index(Why.FIRST_FOR) < reasons.index(Why.REPLACES)


def test_words_that_hardly_any_row_holds_bring_nothing() -> None:
    shelf = small(resource("a", "rl"), resource("b", "rl", note=Bilingual(ko="한 줄", en="For the leave of absence.")))
    assert ids(ask("leave", shelf)) == []
