"""The topics of a paper that nobody sorted: from the words of its title, else from where its archive put it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.language.spans import How
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.core.topics import ArxivStrength, TopicMap

MOST = 3
_SURE = 0.5  # below that a topic was only guessed from the title
_WORDS_OF_THE_FIELD = frozenset({"deep-learning", "machine-learning"})  # stand in every second title


def subjects_of(title: str, categories: Sequence[str], shelf: Shelf) -> tuple[str, ...]:
    """Return the topics of a paper, the main one first; none when neither title nor categories tell."""
    reading = read(title, shelf, printed=True)
    heard = [
        each.topic
        for each in reading.topics
        if each.how is not How.CLUE and each.confidence >= _SURE and not shelf.topics[each.topic].across
    ]
    narrow = [each for each in dict.fromkeys(heard) if each not in _WORDS_OF_THE_FIELD]
    if narrow:
        return tuple(narrow[:MOST])
    by_category = (topic for category in categories if (topic := topic_of(category, shelf.topics)) is not None)
    return tuple(dict.fromkeys([*by_category, *heard]))[:MOST]


def topic_of(category: str, topics: TopicMap) -> str | None:
    """Return the widest topic whose papers mostly appear in an arXiv category, None when there is none."""
    fitting = [
        topic
        for topic in topics
        for each in topic.arxiv
        if each.category == category and each.strength is ArxivStrength.PRIMARY
    ]
    return min(fitting, key=lambda topic: len(topics.ancestors(topic.id))).id if fitting else None
