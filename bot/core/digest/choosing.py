"""Chooses the week's few stories for a group by a plain prior, and says why each is there: only what is true of it.

Nothing is learned beyond the words of the titles that the group itself chose (`taste`). A story of which nothing true
can be said to this group is not shown at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.digest.items import ItemKind, Story
from bot.core.digest.taste import NO_TASTE, Taste, words_of

NEW = timedelta(days=7)  # how old a story may be and still be called new
HALF_LIFE = 7.0  # days after which freshness counts half
LOOKED_AT = 100  # of a section's best, among which variety is sought
ALIKE = 0.5  # of the words of two titles, from which on the second one waits


class Section(StrEnum):
    """Where a story stands in an issue."""

    PAPERS = "papers"
    VIDEOS = "videos"
    POSTS = "posts"


MOST: Mapping[Section, int] = {Section.PAPERS: 5, Section.VIDEOS: 3, Section.POSTS: 3}


class Why(StrEnum):
    """A reason that is told, with what its value is. From the most to the least telling."""

    SUGGESTED = "suggested"  # members of the group who suggested it
    SAVED = "saved"  # members of the group who saved it
    TASTE = "taste"  # a word of its title that those the group chose share
    TOPIC = "topic"  # the id of a topic that the group follows and the story is about
    MENTIONS = "mentions"  # how many sources named it
    FOLLOWED = "followed"  # the id of a source that the group added itself
    NEW = "new"  # whole days since it came out


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a story is there."""

    why: Why
    value: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What is known of a group, as far as it bears on what it would read.

    `topics` are what it follows with their weight from 0 to 1; `languages` what its members read. `saved` and
    `suggested` count members by a key of the story. `followed` are sources it added itself, `less` sources and topics
    it wants less of. `beginners`: it stands before or at the start of its first course.
    """

    topics: Mapping[str, float] = field(default_factory=dict)
    languages: frozenset[str] = frozenset(("ko", "en"))
    taste: Taste = NO_TASTE
    saved: Mapping[str, int] = field(default_factory=dict)
    suggested: Mapping[str, int] = field(default_factory=dict)
    followed: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    beginners: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A story with the reason that weighs most; `score` only orders."""

    story: Story
    reason: Reason
    score: float


def section_of(story: Story) -> Section:
    """Return where the story stands."""
    if story.kind is ItemKind.PAPER:
        return Section.PAPERS
    return Section.VIDEOS if story.kind is ItemKind.VIDEO else Section.POSTS


def choose(
    stories: Iterable[Story], group: Audience, now: datetime, most: Mapping[Section, int] = MOST
) -> Mapping[Section, tuple[Chosen, ...]]:
    """Return the stories for a group by section, the best first. The order of `stories` does not matter."""
    ranked: dict[Section, list[Chosen]] = {section: [] for section in Section}
    for story in stories:
        chosen = weigh(story, group, now)
        if chosen is not None:
            ranked[section_of(story)].append(chosen)
    return {section: _varied(found, most.get(section, 0)) for section, found in ranked.items()}


def weigh(story: Story, group: Audience, now: datetime) -> Chosen | None:
    """Return the story with its score and why; None in a language nobody reads, or when nothing speaks for it."""
    language = story.lead.language
    if language is not None and language not in group.languages:
        return None
    liked = group.taste.of(story.title)
    found = list(_reasons(story, group, now, liked))
    if not found:
        return None
    score = math.fsum(weight for weight, _ in found) + _besides(story, group, now) + min(0.0, liked)
    _, reason = max(found, key=lambda each: each[0])  # of equals the first, which tells more
    return Chosen(story, reason, score)


def _reasons(story: Story, group: Audience, now: datetime, liked: float) -> Iterator[tuple[float, Reason]]:
    """Yield everything true that speaks for the story, with its weight."""
    keys = story.keys if group.suggested or group.saved else frozenset()
    if suggested := max((group.suggested.get(key, 0) for key in keys), default=0):
        yield 4.0 + math.log2(suggested), Reason(Why.SUGGESTED, suggested)
    if saved := max((group.saved.get(key, 0) for key in keys), default=0):
        yield 2.0 + math.log2(saved), Reason(Why.SAVED, saved)
    if liked > 0 and (telling := group.taste.telling(story.title)):
        yield min(2.0, 2.0 * liked), Reason(Why.TASTE, telling[0])
    followed = [(group.topics.get(topic, 0.0), -order, topic) for order, topic in enumerate(story.topics)]
    weight, order, topic = max(followed, default=(0.0, 0, ""))
    if weight > 0:
        yield 1.6 * weight / (1 - 0.2 * order), Reason(Why.TOPIC, topic)
    if (voices := story.voices) > 1:
        yield 0.8 * math.log2(voices), Reason(Why.MENTIONS, voices)
    if own := [source for source in story.sources if source in group.followed]:
        yield 0.7, Reason(Why.FOLLOWED, own[0])
    age = _age(story, now)
    if age is not None and timedelta() <= age <= NEW:
        yield 0.3, Reason(Why.NEW, age.days)


def _besides(story: Story, group: Audience, now: datetime) -> float:
    """Return what counts and is no reason to be told: freshness, stage, a dislike."""
    age = _age(story, now)
    days = max(0.0, age.total_seconds() / 86_400) if age is not None else HALF_LIFE
    total = 0.6 * math.pow(0.5, days / HALF_LIFE)
    total -= 1.5 * len(group.less.intersection((*story.sources, *story.topics)))
    if group.beginners and story.kind is ItemKind.PAPER and story.voices == 1:
        total -= 0.5  # what nobody else named is for those who already read papers
    return total


def _age(story: Story, now: datetime) -> timedelta | None:
    return now - story.published if story.published is not None else None


def _varied(found: Sequence[Chosen], most: int) -> tuple[Chosen, ...]:
    """Return the best, where each source, topic and way of saying it that is there already counts against the next."""
    left = sorted(found, key=_order)[:LOOKED_AT]
    words = {id(each): words_of(each.story.title) for each in left}
    taken: list[Chosen] = []
    while left and len(taken) < most:
        best = min(left, key=lambda each: (_sameness(each, taken, words) - each.score, _order(each)))
        left.remove(best)
        taken.append(best)
    return tuple(taken)


def _sameness(one: Chosen, taken: Sequence[Chosen], words: Mapping[int, frozenset[str]]) -> float:
    total = 0.0
    for other in taken:
        total += 0.5 * (one.story.lead.source == other.story.lead.source)
        total += 0.3 * bool(one.story.topics[:1] and one.story.topics[:1] == other.story.topics[:1])
        mine, theirs = words[id(one)], words[id(other)]
        total += 1.0 * (len(mine & theirs) > ALIKE * len(mine | theirs))
    return total


def _order(each: Chosen) -> tuple[float, str, str]:
    return -each.score, each.story.title, each.story.lead.url
