"""Which earlier paper is meant: by number, day, month, year, id or words."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.papers.paper import Paper
from bot.core.papers.past import Met, meant
from tests.core.hostile import HOSTILE

TODAY = date(2026, 11, 25)


def _met(day: str, title: str, key: str = "", short: str | None = None) -> Met:
    return Met(date.fromisoformat(day), Paper(key or f"url:x.org/{title}", "https://x.org", title, short=short))


PAST = (
    _met("2026-11-26", "Denoising Diffusion Probabilistic Models", "arxiv:2006.11239", "DDPM"),
    _met("2026-11-19", "Attention Is All You Need", "arxiv:1706.03762"),
    _met("2026-03-12", "Deep Residual Learning for Image Recognition", short="ResNet"),
    _met("2026-03-05", "Auto-Encoding Variational Bayes", short="VAE"),
    _met("2025-03-06", "Visualizing Attention in Vision Models"),
)


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("1", (0,)),
        ("3", (2,)),
        ("9", ()),
        ("0", ()),
        ("2026-03-12", (2,)),
        ("2026-03-13", (2,)),
        ("2026-05-01", ()),
        ("2026-02-31", ()),
        ("3월 12일", (2,)),
        ("3/5", (3,)),
        ("12 March", (2,)),
        ("march 5", (3,)),
        ("3월", (2, 3)),
        ("March", (2, 3)),
        ("2025", (4,)),
        ("2025년", (4,)),
        ("지난주", (1,)),
        ("last", (1,)),
        ("1706.03762", (1,)),
        ("https://arxiv.org/abs/2006.11239v2", (0,)),
        ("resnet", (2,)),
        ("attention", (1, 4)),
        ("attention is all you need", (1,)),
        ("variational bayes", (3,)),
        ("quantum cooking", ()),
    ],
)
def test_what_words_mean(words: str, places: tuple[int, ...]) -> None:
    assert meant(words, PAST, TODAY) == places


def test_nothing_is_meant_where_nothing_was_read() -> None:
    for words in ("1", "last", "3월", "3월 1일", "attention"):
        assert meant(words, (), TODAY) == ()


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_strange_words_mean_something_or_nothing_and_break_nothing(words: str) -> None:
    assert set(meant(words, PAST, TODAY)) <= set(range(len(PAST)))
