"""Looks things up by their words: topics and resources that somebody means by name, or the nearest topics.

Pure and deterministic. It finds what is called so; what is worth studying is `recommender`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.catalogue import Resource, Showing
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.language.reading import Reading
from bot.core.language.spans import How
from bot.core.language.words import is_initials, squeeze
from bot.core.search import MOST_CHOICES, read
from bot.core.shelf import Shelf
from bot.core.topics import Topic
from bot.i18n import Locale

_SURE_TOPIC = 0.4  # below that a topic was only guessed
_TELLING = 0.5  # how much of the words a row's own texts must hold
_BESIDE = 0.6  # and how much of what the best row holds
_FEW = 4  # with fewer hits, the beginning of a Korean word finds too ("확산" finds "확산모델")
_MOST_WORDS = 24  # that begin alike
_KOREAN_WORD = re.compile(r"[가-힣]{2,}")


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, the best first; `nearest` are topics to offer when nothing was.

    `alike`: one of the nearest may be meant, by its letters.
    `begun`: something was found by the beginning of its name or words alone, so even a single hit is not surely meant.
    """

    topics: tuple[Topic, ...] = ()
    resources: tuple[Resource, ...] = ()
    nearest: tuple[Topic, ...] = ()
    alike: bool = False
    begun: bool = False

    @property
    def count(self) -> int:
        """How many there are, topics and resources."""
        return len(self.topics) + len(self.resources)


def look_up(text: str, shelf: Shelf, *, locale: Locale = Locale.EN) -> Hits:
    """Return the topics and resources that `text` names. A whole title or nickname, or an id, is that alone."""
    exact = _exact(text, shelf)
    if exact is not None:
        return Hits(resources=(exact,))
    chosen = shelf.topics.get(text.strip()[:80])
    if chosen is not None and chosen.id not in shelf.catalogue:
        return Hits(topics=(chosen,))
    reading = read(text, shelf, locale=locale)
    topics = dict.fromkeys(_topics(reading))
    resources = dict.fromkeys(_resources(reading, shelf))
    named = len(topics) + len(resources)
    typed = squeeze(text[:200])
    begun = _begun(typed, shelf)
    if not topics:
        topics |= dict.fromkeys(topic for topic, _ in begun if topic)
    resources |= dict.fromkeys(resource for _, resource in begun if resource)
    if len(resources) < _FEW and not any(shelf.lexicon.is_principal(typed, topic) for topic in topics):
        resources |= dict.fromkeys(_begun_in_texts(typed, shelf))
    found = Hits(
        tuple(shelf.topics[each] for each in topics),
        tuple(row for each in resources if (row := shelf.catalogue[each]).showing is not Showing.NEVER),
        begun=len(topics) + len(resources) > named,
    )
    if found.count:
        return found
    return Hits(nearest=tuple(shelf.topics[each] for each in reading.nearest), alike=reading.alike)


def _begun(typed: str, shelf: Shelf) -> list[tuple[str, str]]:
    """Return (topic, resource), one of them empty, of the names that begin as `typed`; first letters count too."""
    if is_initials(typed):
        return [(topic, "") for topic in shelf.lexicon.initials_starting(typed)]
    return shelf.lexicon.starting(typed, MOST_CHOICES) if typed else []


def _begun_in_texts(typed: str, shelf: Shelf) -> Iterator[str]:
    """Yield the rows whose titles, keywords and authors hold a Korean word that begins as `typed`."""
    words = shelf.ranks.beginning_with(typed)[:_MOST_WORDS] if _KOREAN_WORD.fullmatch(typed) else ()
    best: dict[int, float] = {}
    for word in words:
        for at, score in shelf.ranks.text_scores((word,)).items():
            best[at] = max(score, best.get(at, 0.0))
    yield from _telling(best, shelf)


def _exact(text: str, shelf: Shelf) -> Resource | None:
    """Return the one resource that is called exactly so, where no topic is."""
    called = squeeze(text[:200])
    entry = shelf.lexicon.get(called)
    if called in shelf.topics or (entry is not None and entry.topic):
        return None
    row = shelf.catalogue.get(text.strip())
    if row is None and entry is not None:
        names = [name for name, weight in entry.names.items() if weight >= 1.0]
        row = shelf.catalogue[names[0]] if len(names) == 1 else None
    return row if row is not None and row.showing is not Showing.NEVER else None


def _topics(reading: Reading) -> Iterator[str]:
    if reading.question is not None:
        yield from (meaning.topic for meaning in reading.question.options)
    for heard in reading.topics:
        if heard.how is not How.CLUE and heard.confidence >= _SURE_TOPIC:
            yield heard.topic


def _resources(reading: Reading, shelf: Shelf) -> Iterator[str]:
    """Yield what is named, perhaps with a slip, then the rows whose own texts hold most of the words."""
    named = [each.resource for each in reading.named if each.confidence >= SURELY_NAMED]
    near = None if named or reading.topics else shelf.lexicon.near(squeeze(reading.text))
    yield from named or (shelf.lexicon.entries[near.word].names if near is not None else ())
    yield from _telling(shelf.ranks.text_scores(reading.words), shelf)


def _telling(scores: Mapping[int, float], shelf: Shelf) -> Iterator[str]:
    """Yield the offered rows that hold enough of what was asked for, the best first."""
    least = max(_TELLING, _BESIDE * max(scores.values(), default=0.0))
    for at, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        row = shelf.ranks.rows[at]
        if score >= least and row.showing is Showing.OFFERED:
            yield row.id
