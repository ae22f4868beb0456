"""Tests of the figures: how they are computed, and the floor they must keep on the judged queries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.catalogue import Kind, Level
from bot.core.evaluation import Bm25, Query, evaluate, evaluate_bm25, evaluate_file, measure, queries_from
from bot.core.search import Options
from bot.core.shelf import Shelf

DATA = Path(__file__).parent / "data"
JUDGED = (DATA / "queries.json").read_text(encoding="utf-8")
HELD_OUT = (DATA / "second-judge-held-out.json").read_text(encoding="utf-8")  # never tuned to: keep it so


def query(**expected: int) -> Query:
    return Query("q", "text", expected, never=frozenset(("bad",)))


def test_a_perfect_answer_scores_one() -> None:
    figures = measure([query(a=2, b=1)], lambda _: ["a", "b", "c"])
    assert (figures.queries, figures.ndcg_at_5, figures.must_recall_at_5, figures.never_violations) == (1, 1.0, 1.0, 0)


def test_gain_is_two_to_the_grade_less_one_discounted_by_the_logarithm_of_the_rank() -> None:
    figures = measure([query(a=2, b=1)], lambda _: ["x", "a", "b"])
    ideal = 3 + 1 / 1.584962500721156
    assert figures.ndcg_at_5 == pytest.approx((3 / 1.584962500721156 + 1 / 2) / ideal)


def test_what_must_be_shown_counts_only_within_the_first_five() -> None:
    late = measure([query(a=2, b=2)], lambda _: ["a", "1", "2", "3", "4", "b"])
    assert late.must_recall_at_5 == 0.5
    many = dict.fromkeys("abcdefg", 2)
    assert measure([query(**many)], lambda _: list("abcde")).must_recall_at_5 == 1.0


def test_a_violation_is_a_never_row_within_the_first_ten() -> None:
    assert measure([query(a=2)], lambda _: ["a", *"123456789", "bad"]).never_violations == 0
    assert measure([query(a=2)], lambda _: ["a", *"12345678", "bad"]).never_violations == 1


def test_queries_are_read_with_their_strict_filters() -> None:
    row = {
        "id": "q",
        "text": "강화학습",
        "expected": {"a": 2},
        "filters": {"level": "beginner", "kind": "course", "language": "ko"},
    }
    read = queries_from(json.dumps({"queries": [row]}))[0]
    assert read.options == Options(level=Level.BEGINNER, kind=Kind.COURSE, language="ko")
    assert read.never == frozenset()


@pytest.mark.parametrize("text", ["{}", "[]", '{"queries": [{"id": "q"}]}', "not json", '{"queries": [3]}'])
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        queries_from(text)


def test_bm25_ranks_the_document_with_the_rarer_word_first() -> None:
    index = Bm25({"a": "deep learning book", "b": "deep sea", "c": "learning to cook deep pies"})
    assert index.search("sea") == ["b"]
    assert index.search("learning book")[0] == "a"
    assert index.search("nothing") == []


def test_questions_nobody_tuned_for_are_answered_much_better_than_by_words_alone(shelf: Shelf) -> None:
    queries = queries_from(HELD_OUT)
    figures, words_alone = evaluate(queries, shelf), evaluate_bm25(queries, shelf)
    assert figures.ndcg_at_5 >= 0.65
    assert figures.must_recall_at_5 >= 0.80
    assert figures.ndcg_at_5 > words_alone.ndcg_at_5 + 0.2


def test_the_figures_on_the_judged_queries_keep_their_floor(shelf: Shelf) -> None:
    figures = evaluate(queries_from(JUDGED), shelf)
    assert figures.queries == 74
    assert figures.ndcg_at_5 >= 0.8
    assert figures.must_recall_at_5 >= 0.88
    assert figures.never_violations == 0
    assert all(len(set(row.shown)) == len(row.shown) <= 10 for row in figures.rows)


def test_the_recommender_is_far_better_than_plain_bm25(shelf: Shelf) -> None:
    queries = queries_from(JUDGED)
    assert evaluate(queries, shelf).ndcg_at_5 > evaluate_bm25(queries, shelf).ndcg_at_5 + 0.2


def test_a_file_gives_plain_values_with_the_baseline_beside_them(shelf: Shelf) -> None:
    figures = evaluate_file(JUDGED, shelf)
    assert set(figures) == {"queries", "ndcg_at_5", "must_recall_at_5", "never_violations", "rows", "bm25"}
    assert set(figures["bm25"]) == {"queries", "ndcg_at_5", "must_recall_at_5", "never_violations"}
    assert len(figures["rows"]) == 74
    assert json.loads(json.dumps(figures)) == figures
    assert figures == evaluate_file(JUDGED, Shelf(shelf.catalogue, shelf.topics, shelf.methods))
