"""A host's own words for the map of topics, laid over the shipped ones so that an update takes nothing away.

Pure. What the host says wins: a word they give to a topic is taken from whichever topic had it before. It does not know
where either map was read from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot.core.language.words import squeeze
from bot.core.tables import Rule
from bot.core.topics import Aliases, Ambiguous, Topic, TopicMap, WholeWord

_NO_ALIASES = Aliases()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreWords:
    """Further words for a topic that is there already."""

    id: str
    aliases: Annotated[Aliases, Rule("Other words for it")] = _NO_ALIASES
    cues: Annotated[tuple[str, ...], Rule("Words by which people mean it without naming it", longest=40)] = ()


@dataclass(frozen=True, slots=True)
class OwnTopics:
    """What a host says of topics: whole topics of their own, more words for others, and words with meanings."""

    topics: tuple[Topic, ...] = ()
    more: tuple[MoreWords, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    whole: tuple[WholeWord, ...] = ()


def laid_over(shipped: TopicMap, own: OwnTopics) -> TopicMap:
    """Return `shipped` with the host's topics and words: a topic of theirs replaces one by id, or comes last."""
    topics = {topic.id: topic for topic in shipped} | {topic.id: topic for topic in own.topics}
    for more in own.more:
        topics[more.id] = _with(topics[more.id], more)
    claimed = {word: more.id for more in own.more for word in _words(more.aliases)}
    claimed |= {word: topic.id for topic in own.topics for word in _words(topic.aliases)}
    given = (
        _without(topic, {word for word, owner in claimed.items() if owner != topic.id}) for topic in topics.values()
    )
    ambiguous = shipped.ambiguous | {each.id: each for each in own.ambiguous}
    whole = shipped.whole_words | {each.id: each for each in own.whole}
    return TopicMap(given, ambiguous.values(), whole.values(), shipped.words)


def touched(own: OwnTopics) -> frozenset[str]:
    """Return the ids of the topics of which the host says something."""
    return frozenset([*(topic.id for topic in own.topics), *(more.id for more in own.more)])


def _with(topic: Topic, more: MoreWords) -> Topic:
    aliases = Aliases(
        ko=tuple(dict.fromkeys((*topic.aliases.ko, *more.aliases.ko))),
        en=tuple(dict.fromkeys((*topic.aliases.en, *more.aliases.en))),
    )
    known = {*_words(aliases), squeeze(topic.name.ko), squeeze(topic.name.en)}
    cues = (cue for cue in (*topic.cues, *more.cues) if squeeze(cue) not in known)
    return replace(topic, aliases=aliases, cues=tuple(dict.fromkeys(cues)))


def _without(topic: Topic, words: set[str]) -> Topic:
    if words.isdisjoint(_words(topic.aliases)):
        return topic
    ko, en = (
        tuple(word for word in side if squeeze(word) not in words) for side in (topic.aliases.ko, topic.aliases.en)
    )
    return replace(topic, aliases=Aliases(ko=ko, en=en))


def _words(aliases: Aliases) -> tuple[str, ...]:
    return tuple(map(squeeze, (*aliases.ko, *aliases.en)))
