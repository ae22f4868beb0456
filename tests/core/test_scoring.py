"""The ranking looks only at rows that can come to be kept: what it keeps must be what looking at all of them keeps."""

from __future__ import annotations

import json
from itertools import cycle, islice
from pathlib import Path

import pytest

from bot.core import scoring
from bot.core.catalogue import Kind, Level
from bot.core.language.spans import How
from bot.core.scoring import NOBODY, Profile, ranked
from bot.core.search import NO_OPTIONS, Options, read
from bot.core.shelf import Shelf
from bot.i18n import Locale

DATA = Path(__file__).parent / "data"
FILES = ("queries.json", "method-queries.json", "second-judge-learned.json")
TEXTS = [str(row["text"]) for name in FILES for row in json.loads((DATA / name).read_text("utf-8"))["queries"]]
OPTIONS = [
    NO_OPTIONS,
    Options(level=Level.BEGINNER),
    Options(language="ko"),
    Options(kind=Kind.COMMUNITY),
    Options(kind=Kind.COURSE, free=True),
    Options(level=Level.ADVANCED, language="en"),
]
NEVER_ENOUGH = 1_000_000  # rows that must be found before looking may end, and before anything is left out as faint


def _profiles(shelf: Shelf) -> list[Profile]:
    ids = [row.id for row in shelf.catalogue]
    lists = Profile(
        saved=frozenset(ids[::7]),
        going=frozenset(ids[3::11]),
        done=frozenset(ids[5::6]),
        not_for_me=frozenset(ids[2::17]),
    )
    return [NOBODY, lists, Profile(level=Level.BEGINNER)]


@pytest.mark.parametrize("number", range(len(OPTIONS)))
def test_what_is_left_unlooked_at_would_not_have_been_kept(
    number: int, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*TEXTS, "", "qzxv", *(topic.name(locale) for topic in shelf.topics for locale in Locale)]
    profiles = islice(cycle(_profiles(shelf)), number, number + len(texts))
    asked = [(read(text, shelf), profile) for text, profile in zip(texts, profiles, strict=True)]
    kept = [ranked(reading, shelf, profile, OPTIONS[number]) for reading, profile in asked]
    monkeypatch.setattr(scoring, "_FIRST_FEW", NEVER_ENOUGH)
    monkeypatch.setattr(scoring, "_FAINT", 0.0)
    monkeypatch.setattr(scoring, "_FAINT_GUESSED", 0.0)
    monkeypatch.setattr(scoring, "_BESIDE", 0.0)
    everything = [ranked(reading, shelf, profile, OPTIONS[number]) for reading, profile in asked]
    monkeypatch.undo()
    left_out = 0
    for (reading, _), some, whole in zip(asked, kept, everything, strict=True):
        guessed = bool(reading.topics) and reading.topics[0].how is How.CLUE
        certain, possible = _kept_of(dict(whole), shelf, guessed=guessed)
        assert certain.items() <= dict(some).items() <= possible.items()
        left_out += len(whole) - len(some)
    assert left_out  # there was something to leave out


def _kept_of(scores: dict[int, float], shelf: Shelf, *, guessed: bool) -> tuple[dict[int, float], dict[int, float]]:
    """Return what is surely kept of all rows, and what may be: advanced rows far down, if they are on the subject."""
    third = sorted(scores.values(), reverse=True)[: scoring._FIRST_FEW][-1] if scores else 0.0
    least = (scoring._FAINT_GUESSED if guessed else scoring._FAINT) * third
    possible = {at: score for at, score in scores.items() if score >= least}
    advanced = {at for at in possible if shelf.ranks.rows[at].level is Level.ADVANCED}
    beside = {at for at in advanced if possible[at] < scoring._BESIDE * third}
    return {at: score for at, score in possible.items() if at not in beside}, possible
