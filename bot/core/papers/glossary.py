"""The terms in a paper that the map of topics explains: those named in its title first, then in its abstract.

Pure. Only what stands there word for word counts; a definition that explains nothing in the paper helps nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.papers.paper import Paper
from bot.core.topics import Topic, TopicMap

MOST = 4
_LOOKED_AT = 3000  # characters of an abstract
_SHORT = 4  # letters up to which a name only counts in capitals: GAN, RL
_LEAST = 2


def terms_of(paper: Paper, topics: TopicMap, most: int = MOST) -> tuple[Topic, ...]:
    """Return at most `most` topics that the title or the abstract names, in the order they are met."""
    words = f"{paper.title}\n{paper.abstract[:_LOOKED_AT]}"
    lower = words.lower()
    met: list[tuple[int, Topic]] = []
    for topic in topics:
        places = [at for name in _names(topic, topics) if (at := _place(name, words, lower)) is not None]
        if places and not topic.across:
            met.append((min(places), topic))
    ordered = [topic for _, topic in sorted(met, key=lambda pair: pair[0])]
    narrow = [each for each in ordered if not any(each.id in topics.ancestors(other.id) for other in ordered)]
    return tuple(narrow[:most])


def _names(topic: Topic, topics: TopicMap) -> Iterator[str]:
    """Yield the names that mean this topic and nothing else."""
    for name in (topic.name.en, *topic.aliases.en):
        plain = re.sub(r"\s*\([^()]*\)", "", name).strip()
        if len(plain) >= _LEAST and plain.lower() not in topics.ambiguous and plain.lower() not in topics.whole_words:
            yield plain


def _place(name: str, words: str, lower: str) -> int | None:
    """Return where `name` stands as a word of its own, None when it does not."""
    short = len(name) <= _SHORT
    where, what = (words, name.upper()) if short else (lower, name.lower())
    if what not in where:
        return None
    found = re.search(rf"(?<![\w-]){re.escape(what)}(?:s|es)?(?!\w)", where)
    return found.start() if found is not None else None
