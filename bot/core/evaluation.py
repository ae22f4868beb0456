"""Measures the recommender on judged queries, beside plain BM25 over the same catalogue.

The figures are those that the file's own `meta.measure` defines: gain 2^grade - 1, discount log2(rank + 1), ideal from
all of `expected`. Pure; it reads no file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.catalogue import Kind, Level, Resource, Showing
from bot.core.language.words import Piece, clean, pieces
from bot.core.recommender import recommend
from bot.core.search import NO_OPTIONS, Options, read
from bot.core.shelf import Shelf

FIRST = 5
LIMIT = 10
_MUST = 2
_K1, _B = 1.2, 0.75
Ranker = Callable[["Query"], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """One judged query: grades of expected ids (2 must, 1 good), and ids that must not be shown."""

    id: str
    text: str
    expected: Mapping[str, int]
    never: frozenset[str] = frozenset()
    options: Options = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown for a query, best first."""

    id: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures over all queries, and what was shown for each."""

    queries: int
    ndcg_at_5: float
    must_recall_at_5: float
    never_violations: int
    rows: tuple[Shown, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values, rounded to four places."""
        return {
            "queries": self.queries,
            "ndcg_at_5": round(self.ndcg_at_5, 4),
            "must_recall_at_5": round(self.must_recall_at_5, 4),
            "never_violations": self.never_violations,
            "rows": [{"id": row.id, "shown": list(row.shown)} for row in self.rows],
        }


def queries_from(text: str) -> tuple[Query, ...]:
    """Return the queries of a file in the format of `queries.json`. Raises `ValueError` when it is none."""
    try:
        document = json.loads(text)
        return tuple(_query(row) for row in document["queries"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a file of judged queries: {error!r}") from error


def _query(row: Mapping[str, Any]) -> Query:
    filters = row.get("filters") or {}
    level, kind = filters.get("level"), filters.get("kind")
    options = Options(
        level=Level(level) if level else None,
        language=filters.get("language"),
        kind=Kind(kind) if kind else None,
        free=filters.get("free"),
    )
    expected = {str(key): int(grade) for key, grade in row["expected"].items()}
    return Query(str(row["id"]), str(row["text"]), expected, frozenset(row.get("never") or ()), options)


def evaluate(queries: Sequence[Query], shelf: Shelf, limit: int = LIMIT) -> Evaluation:
    """Return the recommender's figures over `queries`."""

    def ranker(query: Query) -> Sequence[str]:
        reading = read(query.text, shelf)  # the language is told by the text alone
        answer = recommend(reading, shelf, limit=limit, options=query.options)
        return [pick.resource.id for pick in answer.picks]

    return measure(queries, ranker)


def evaluate_bm25(queries: Sequence[Query], shelf: Shelf, limit: int = LIMIT) -> Evaluation:
    """Return the figures of plain BM25 over titles, authors, topic names and notes, with the same strict options."""
    index = Bm25({row.id: _document(row, shelf) for row in shelf.catalogue if row.showing is Showing.OFFERED})

    def ranker(query: Query) -> Sequence[str]:
        ranked = index.search(query.text)
        return [row_id for row_id in ranked if _meets(shelf.catalogue[row_id], query.options)][:limit]

    return measure(queries, ranker)


def evaluate_file(text: str, shelf: Shelf, limit: int = LIMIT) -> dict[str, Any]:
    """Return the figures for a file's text as plain values, with `bm25` beside them. Raises `ValueError`."""
    queries = queries_from(text)
    baseline = evaluate_bm25(queries, shelf, limit).as_json()
    baseline.pop("rows")
    return {**evaluate(queries, shelf, limit).as_json(), "bm25": baseline}


def measure(queries: Sequence[Query], ranker: Ranker) -> Evaluation:
    """Return the figures of any way to rank."""
    rows = tuple(Shown(query.id, tuple(ranker(query))) for query in queries)
    pairs = list(zip(queries, rows, strict=True))
    gains = [_ndcg(query.expected, row.shown) for query, row in pairs]
    found = sum(len(_must(query) & set(row.shown[:FIRST])) for query, row in pairs)
    wanted = sum(min(FIRST, len(_must(query))) for query in queries)
    return Evaluation(
        queries=len(queries),
        ndcg_at_5=sum(gains) / len(gains) if gains else 0.0,
        must_recall_at_5=found / wanted if wanted else 0.0,
        never_violations=sum(len(query.never & set(row.shown[:LIMIT])) for query, row in pairs),
        rows=rows,
    )


def _must(query: Query) -> set[str]:
    return {row_id for row_id, grade in query.expected.items() if grade == _MUST}


def _ndcg(expected: Mapping[str, int], shown: Sequence[str]) -> float:
    ideal = _dcg(sorted(expected.values(), reverse=True))
    return _dcg([expected.get(row_id, 0) for row_id in shown]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:FIRST], 1))


def _document(row: Resource, shelf: Shelf) -> str:
    names = [
        f"{shelf.topics[topic].name.ko} {shelf.topics[topic].name.en}" for topic in row.topics if topic in shelf.topics
    ]
    parts = (row.title, row.title_ko or "", *row.authors, row.organisation or "", row.note.ko, row.note.en, *names)
    return " ".join((*parts, row.kind.value, row.level.value if row.level else ""))


def _meets(row: Resource, options: Options) -> bool:
    if options.kind is not None and not row.kind.fits(options.kind):
        return False
    if options.level is not None and row.level is not None and row.level.steps_from(options.level) > 1:
        return False
    return options.language is None or options.language in row.languages


def _all_pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text of any length: `clean` cuts what members type, a document is longer."""
    for word in text.split():
        yield from pieces(clean(word))


class Bm25:
    """The usual ranking by words (Robertson), as a yardstick."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        """Index `documents` by id."""
        self._lengths: dict[str, int] = {}
        self._counts: dict[str, dict[str, int]] = {}
        for row_id, text in documents.items():
            words = [piece.text for piece in _all_pieces(text)]
            self._lengths[row_id] = len(words)
            for word in words:
                rows = self._counts.setdefault(word, {})
                rows[row_id] = rows.get(row_id, 0) + 1
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))

    def search(self, text: str) -> list[str]:
        """Return the ids of documents that share a word with `text`, best first."""
        scores: dict[str, float] = {}
        for piece in pieces(clean(text)):
            rows = self._counts.get(piece.text, {})
            idf = math.log(1 + (len(self._lengths) - len(rows) + 0.5) / (len(rows) + 0.5))
            for row_id, count in rows.items():
                length = 1 - _B + _B * self._lengths[row_id] / self._mean
                scores[row_id] = scores.get(row_id, 0.0) + idf * count * (_K1 + 1) / (count + _K1 * length)
        return sorted(scores, key=lambda row_id: (-scores[row_id], row_id))
