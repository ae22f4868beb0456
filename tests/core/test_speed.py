"""Figures of the core: how long a question takes once the indexes stand. Run by `make bench`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.core.recommender import recommend
from bot.core.search import complete, read
from bot.core.shelf import Shelf
from bot.i18n import Locale
from tests.core.hostile import HOSTILE

pytestmark = pytest.mark.bench
TEXTS = [
    str(query["text"])
    for query in json.loads((Path(__file__).parent / "data" / "queries.json").read_text(encoding="utf-8"))["queries"]
]


def percentile_99(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return milliseconds that 99 in 100 calls stay under, each text at its best of five rounds."""
    best = []
    for text in texts:
        durations = []
        for _ in range(5):
            started = time.perf_counter()
            work(text)
            durations.append(time.perf_counter() - started)
        best.append(min(durations))
    return sorted(best)[int(len(best) * 0.99)] * 1000


def test_ranking_the_whole_catalogue_takes_about_a_millisecond(shelf: Shelf) -> None:
    readings = {text: read(text, shelf) for text in TEXTS}
    assert percentile_99(lambda text: recommend(readings[text], shelf, limit=10), TEXTS) < 1.5


def test_reading_a_question_takes_a_few_milliseconds_at_most(shelf: Shelf) -> None:
    assert percentile_99(lambda text: read(text, shelf), TEXTS) < 3


def test_reading_hostile_texts_takes_a_few_milliseconds_at_most(shelf: Shelf) -> None:
    assert percentile_99(lambda text: read(text, shelf), list(HOSTILE.values())) < 5


def test_completing_is_instant(shelf: Shelf) -> None:
    begun = [text[:length] for text in TEXTS for length in range(1, 12)]
    assert percentile_99(lambda text: complete(text, shelf, Locale.KO), begun) < 2
