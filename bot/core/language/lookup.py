"""Looks things up by their words: topics and resources that somebody means by name, or the nearest topics.

Pure and deterministic. It finds what is called so; what is worth studying is `recommender`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.catalogue import Resource, Showing
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.language.reading import Reading
from bot.core.language.spans import How
from bot.core.language.words import squeeze
from bot.core.search import complete, read
from bot.core.shelf import Shelf
from bot.core.topics import Topic
from bot.i18n import Locale

_SURE_TOPIC = 0.4  # below that a topic was only guessed
_TELLING = 0.5  # how much of the words a row's own texts must hold
_BESIDE = 0.6  # and how much of what the best row holds


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, the best first; `nearest` are topics to offer when nothing was."""

    topics: tuple[Topic, ...] = ()
    resources: tuple[Resource, ...] = ()
    nearest: tuple[Topic, ...] = ()

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
    for suggestion in complete(text, shelf, locale) if squeeze(text[:200]) else ():
        if suggestion.value in reading.nearest:
            continue
        if suggestion.value in shelf.topics and not topics and not resources:
            topics[suggestion.value] = None
        elif suggestion.value in shelf.catalogue:
            resources.setdefault(suggestion.value)
    found = Hits(
        tuple(shelf.topics[each] for each in topics),
        tuple(row for each in resources if (row := shelf.catalogue[each]).showing is not Showing.NEVER),
    )
    return found if found.count else Hits(nearest=tuple(shelf.topics[each] for each in reading.nearest))


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
    """Yield what is named, then the rows whose own texts hold most of the words."""
    yield from (each.resource for each in reading.named if each.confidence >= SURELY_NAMED)
    scores = shelf.ranks.text_scores(reading.words)
    least = max(_TELLING, _BESIDE * max(scores.values(), default=0.0))
    for at, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        row = shelf.ranks.rows[at]
        if score >= least and row.showing is Showing.OFFERED:
            yield row.id
