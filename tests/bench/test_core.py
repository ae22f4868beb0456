"""What a question costs, against the plainest way to do the same with the same libraries. Run by `make bench`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import tomli
from rapidfuzz import process

from bot.core.evaluation import Bm25
from bot.core.recommender import recommend
from bot.core.search import complete, read
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services.shelf import DATA_DIR, load
from tests.bench.crowded_shelf import crowded
from tests.bench.figures import Figure, slowest_usual
from tests.core.hostile import HOSTILE

pytestmark = pytest.mark.bench
QUERIES = Path(__file__).parent.parent / "core" / "data" / "queries.json"
TEXTS = [str(query["text"]) for query in json.loads(QUERIES.read_text(encoding="utf-8"))["queries"]]
SHOWN = 3  # picks in an answer
CROWD = 100_000
RANKING_GOAL_MS, CROWDED_GOAL_MS = 1.0, 50.0
BEGUN = [text[:length] for text in TEXTS for length in range(1, 12)]
Keep = Callable[[Figure], None]
# What each may cost, as a multiple of its control: about twice what was measured in November 2026.
CROWDED = 2.5
RANKING, READING, HOSTILE_READING, COMPLETING, LOADING = 15.0, 0.8, 10.0, 0.8, 3.0


def _names(shelf: Shelf) -> list[str]:
    topics = [topic.name(locale) for topic in shelf.topics for locale in Locale]
    return topics + [resource.name(locale) for resource in shelf.catalogue for locale in Locale]


def _by_likeness(names: Sequence[str], limit: int) -> Callable[[str], object]:
    return lambda text: process.extract(text, names, limit=limit)


def test_ranking_stays_near_plain_bm25(shelf: Shelf, keep: Keep) -> None:
    plain = Bm25({row.id: f"{row.title} {row.title_ko} {row.note.ko} {row.note.en}" for row in shelf.catalogue})
    readings = {text: read(text, shelf) for text in TEXTS}
    ours, control = slowest_usual(lambda text: recommend(readings[text], shelf, limit=SHOWN), plain.search, TEXTS)
    keep(Figure("ranking the catalogue, p99", ours, "plain BM25, same rows", control, RANKING, goal=RANKING_GOAL_MS))


def test_ranking_a_hundred_thousand_rows_stays_near_a_search_by_likeness(shelf: Shelf, keep: Keep) -> None:
    many = crowded(shelf, CROWD)
    readings = {text: read(text, many) for text in TEXTS}
    plain = _by_likeness([row.title for row in many.catalogue], SHOWN)
    ours, control = slowest_usual(lambda text: recommend(readings[text], many, limit=SHOWN), plain, TEXTS, rounds=2)
    keep(Figure(f"ranking {CROWD:,} rows, p99", ours, "rapidfuzz, same titles", control, CROWDED, goal=CROWDED_GOAL_MS))


def test_reading_stays_near_a_search_by_likeness(shelf: Shelf, keep: Keep) -> None:
    ours, control = slowest_usual(lambda text: read(text, shelf), _by_likeness(_names(shelf), 3), TEXTS)
    keep(Figure("reading a question", ours, "rapidfuzz over all names", control, READING))


def test_a_hostile_text_costs_little_more_than_a_question(shelf: Shelf, keep: Keep) -> None:
    def reading(text: str) -> object:
        return read(text, shelf)

    ours, control = slowest_usual(reading, reading, list(HOSTILE.values()), TEXTS)
    keep(Figure("reading a hostile text", ours, "reading a question", control, HOSTILE_READING))


def test_completing_stays_near_a_search_by_likeness(shelf: Shelf, keep: Keep) -> None:
    ours, control = slowest_usual(lambda text: complete(text, shelf, Locale.KO), _by_likeness(_names(shelf), 25), BEGUN)
    keep(Figure("completing what is typed", ours, "rapidfuzz over all names", control, COMPLETING))


def test_loading_stays_near_a_bare_parse_of_the_same_files(keep: Keep) -> None:
    files = [path for path in sorted(DATA_DIR.rglob("*.toml")) if "locales" not in path.parts]

    def parse(_: str) -> object:
        return [tomli.loads(path.read_text(encoding="utf-8")) for path in files]

    ours, control = slowest_usual(lambda _: load(), parse, ["once"])
    keep(Figure("loading the catalogue", ours, "tomli over the same files", control, LOADING))
