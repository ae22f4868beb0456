"""What it costs to choose an issue for a group. Run by `make bench`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.digest.choosing import Audience, choose
from bot.core.digest.items import Item, ItemKind, stories_of
from bot.core.digest.selecting import MEMBERS, key_of, select, with_suggested
from bot.core.digest.signals import Edit
from bot.core.digest.taste import learn
from bot.core.papers.links import same_place
from tests.bench.figures import Figure

pytestmark = pytest.mark.bench
CANDIDATES, GOAL_MS, ALLOWED = 5_000, 1_000.0, 10.0
NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(800)]


def _items() -> list[Item]:
    chance = random.Random(6)
    return [
        Item(
            source=f"feed{chance.randrange(60)}",
            url=f"https://e.org/{number}",
            title=" ".join(chance.choices(WORDS, k=9)),
            kind=chance.choice(list(ItemKind)),
            topics=(f"topic{chance.randrange(40)}",),
            published=NOW - timedelta(hours=chance.randrange(400)),
        )
        for number in range(CANDIDATES)
    ]


def test_choosing_among_five_thousand_candidates(keep: Callable[[Figure], None]) -> None:
    items = _items()
    group = Audience(
        topics={f"topic{number}": 1.0 for number in range(5)},
        taste=learn((item.title, number % 9 == 0) for number, item in enumerate(items)),
    )
    stories = stories_of(items)
    start = time.perf_counter()
    choose(stories, group, NOW)
    ours = 1000 * (time.perf_counter() - start)
    start = time.perf_counter()
    for item in items:
        same_place(item.url)
    plain = 1000 * (time.perf_counter() - start)
    keep(Figure(f"choosing among {CANDIDATES:,}", ours, "telling their addresses apart", plain, ALLOWED, goal=GOAL_MS))


def test_selecting_an_issue_from_five_thousand_candidates(keep: Callable[[Figure], None]) -> None:
    """All of it: what members put up, what was shown before, what organisers said, and the choice."""
    items = _items()
    stories = stories_of(items)
    suggested = [Item(source=MEMBERS, url=item.url, title=item.title) for item in items[:20]]
    shown = frozenset(key for story in stories[::5] for key in story.keys)
    edits = {key_of(story): Edit(pinned=number < 3, dropped=number >= 3) for number, story in enumerate(stories[-50:])}
    group = Audience(
        topics={f"topic{number}": 1.0 for number in range(5)},
        taste=learn((item.title, number % 9 == 0) for number, item in enumerate(items)),
        suggested=dict.fromkeys((key for item in suggested for key in item.keys), 1),
    )
    stories = stories_of(items)  # anew, with no sign made yet
    start = time.perf_counter()
    found = select(with_suggested(stories, suggested), shown, group, edits, NOW)
    ours = 1000 * (time.perf_counter() - start)
    start = time.perf_counter()
    for item in items:
        same_place(item.url)
    plain = 1000 * (time.perf_counter() - start)
    assert sum(map(len, found.values())) == 11
    keep(Figure(f"an issue from {CANDIDATES:,}", ours, "telling their addresses apart", plain, ALLOWED, goal=GOAL_MS))
