"""What feeds bring, one story each: the same paper from arXiv, a list and a blog is one story with three mentions.

Things are the same by their paper, their address, their id in a feed, or a title that is near enough; what was shown
once is known by the same signs, so that no feed that renames its items has them shown again. It fetches nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b

from bot.core.language.words import squeeze
from bot.core.papers.links import ArxivId, Doi, read_link, same_place
from bot.core.papers.paper import key_of

LONGEST_SIGN = 500  # characters
LEAST_WORDS = 4  # of a title, below which it tells nothing apart: "Introduction", "Weekly update"
ALIKE = 0.85  # of the words of two titles that they share, from which on they are one
SAME_DAY_SECONDS = 36 * 3600  # between two items of one feed with one title, beyond which they are two issues
_MOST_COMPARED = 40  # titles that begin or end alike
_ENDS = 3  # words at either end of a title by which its likes are found
_LONGEST = 300
_TAGS = re.compile(r"^(?:\s*(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\)|【[^【】]{1,40}】))+")
_WORD = re.compile(r"[^\W_]+")
_EARLY = datetime.min.replace(tzinfo=UTC)
_LATE = datetime.max.replace(tzinfo=UTC)


class ItemKind(StrEnum):
    """What somebody who opens it gets."""

    PAPER = "paper"
    VIDEO = "video"
    POST = "post"
    NEWSLETTER = "newsletter"
    REPOSITORY = "repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of one feed, in plain text. `source` is the feed's id; `paper` the key of the paper it is or tells of.

    `published` is aware and None when not told or not to be believed; `minutes` of reading are None when not known.
    `topics` are those of the item itself, not of its feed.
    """

    source: str
    url: str
    title: str
    kind: ItemKind = ItemKind.POST
    guid: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    minutes: int | None = None
    topics: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    paper: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the signs it is known by; whoever kept one of them knows the item again."""
        found = [f"at:{same_place(self.url)}"]
        if self.guid:
            found.append(f"guid:{self.source}:{self.guid}")
        if self.kind is ItemKind.PAPER and self.paper:
            found.append(self.paper)
        if words := _title_key(self.title):
            day = self.published.astimezone(UTC).date().isoformat() if self.published else ""
            found.append(f"title:{words}" if self.kind is ItemKind.PAPER else f"title:{self.source}:{day}:{words}")
        return tuple(map(_bounded, found))


@dataclass(frozen=True, slots=True)
class Story:
    """One thing to read or watch. The first of its `mentions` is the one that is shown."""

    mentions: tuple[Item, ...]
    _keys: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def lead(self) -> Item:
        """Return the mention that is shown."""
        return self.mentions[0]

    @property
    def title(self) -> str:
        """Return what it is called."""
        return self.lead.title

    @property
    def kind(self) -> ItemKind:
        """Return what it is."""
        return self.lead.kind

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the feeds that named it, each once."""
        return tuple(dict.fromkeys(each.source for each in self.mentions))

    @property
    def voices(self) -> int:
        """Return how many told of it: an entry that several feeds carry, as arXiv's categories do, is one voice."""
        entries = {each.source if "://" in each.guid else each.guid or each.source for each in self.mentions}
        return min(len(self.sources), len(entries))  # an address as an id may be that of what was told of

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics of all mentions, those of the shown one first."""
        return tuple(dict.fromkeys(topic for each in self.mentions for topic in each.topics))

    @property
    def published(self) -> datetime | None:
        """Return when it first came out, as far as told."""
        return min((each.published for each in self.mentions if each.published is not None), default=None)

    @property
    def keys(self) -> frozenset[str]:
        """Return every sign it is known by: to be kept once it is shown."""
        if self._keys is None:  # an address is taken apart for each, and thousands of stories are asked again and again
            object.__setattr__(self, "_keys", frozenset(key for each in self.mentions for key in each.keys))
        assert self._keys is not None  # noqa: S101 - set a line ago
        return self._keys


def merge(mentions: Iterable[Item]) -> Story:
    """Return the story of which `mentions` (at least one) are known to tell; their order does not matter."""
    ordered = sorted(dict.fromkeys(mentions), key=_order)
    if not ordered:
        raise ValueError("a story needs a mention")
    return Story(tuple(ordered))


def stories_of(items: Iterable[Item]) -> tuple[Story, ...]:
    """Return the stories in what feeds brought; the order of the items does not matter."""
    ordered = sorted(dict.fromkeys(items), key=_order)
    groups = _Groups(ordered)
    for one, other in _by_signs(ordered):
        groups.join(one, other)
    for one, other in _by_titles(ordered):
        groups.join_if_one_paper(one, other)
    return tuple(Story(tuple(ordered[number] for number in numbers)) for numbers in groups.whole())


def unshown(stories: Iterable[Story], shown: Container[str]) -> tuple[Story, ...]:
    """Return the stories of which no sign is among those of what was `shown` before."""
    return tuple(each for each in stories if not any(key in shown for key in each.keys))


def paper_of(url: str) -> str | None:
    """Return the key of the paper that an address leads to, None for anything else."""
    target = read_link(url)
    return key_of(target) if isinstance(target, ArxivId | Doi) else None


def _bounded(sign: str) -> str:
    """Return a sign that an index can hold: PostgreSQL's takes 2,700 bytes, and an address may have more."""
    if len(sign) <= LONGEST_SIGN:
        return sign
    whole = blake2b(sign.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{sign[: LONGEST_SIGN - len(whole)]}{whole}"


def _order(item: Item) -> tuple[object, ...]:
    """Put the thing itself before what tells of it, and earlier before later."""
    own = item.kind is ItemKind.PAPER and item.paper is not None and item.paper == paper_of(item.url)
    kinds = (not own, item.kind is not ItemKind.PAPER)
    return (*kinds, item.published or _LATE, item.source, item.url, item.guid, repr(item))


class _Groups:
    """Which items are one, by their numbers."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._above = list(range(len(items)))
        self._arxiv = [
            {each.paper} if each.paper is not None and each.paper.startswith("arxiv:") else set() for each in items
        ]

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self._top(one), self._top(other)))
        if low != high:
            self._above[high] = low
            self._arxiv[low] |= self._arxiv[high]

    def join_if_one_paper(self, one: int, other: int) -> None:
        """Join unless arXiv holds them as two: different papers may well be called the same."""
        if len(self._arxiv[self._top(one)] | self._arxiv[self._top(other)]) <= 1:
            self.join(one, other)

    def whole(self) -> Iterator[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._items)):
            found[self._top(number)].append(number)
        yield from found.values()

    def _top(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number


def _by_signs(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield pairs that are one by paper, address or id. A video about a paper is another thing to do, so it stays."""
    first: dict[str, int] = {}
    for number, item in enumerate(items):
        signs = [key for key in item.keys if not key.startswith("title:")]
        if item.paper is not None and item.kind is not ItemKind.VIDEO:
            signs.append(f"about:{item.paper}")
        for sign in signs:
            if (known := first.setdefault(sign, number)) != number:
                yield known, number


def _by_titles(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    words = [_title_words(item.title) for item in items]
    for number, item in enumerate(items):
        own = words[number]
        if len(own) < LEAST_WORDS:
            continue
        for bucket in (("<", *own[:_ENDS]), (">", *own[-_ENDS:])):
            for other in alike[bucket][-_MOST_COMPARED:]:
                if _may_be_one(items[other], item) and _near(words[other], own):
                    yield other, number
            alike[bucket].append(number)


def _may_be_one(one: Item, other: Item) -> bool:
    if (one.kind is ItemKind.VIDEO) != (other.kind is ItemKind.VIDEO):
        return False
    if one.source != other.source or one.kind is ItemKind.PAPER:
        return True
    apart = (one.published or _EARLY) - (other.published or _EARLY)
    return abs(apart.total_seconds()) <= SAME_DAY_SECONDS


def _near(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two titles are one, a word more or less; never when their numbers differ."""
    mine, theirs = set(one), set(other)
    if {word for word in mine ^ theirs if any(map(str.isdecimal, word))}:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _title_words(title: str) -> list[str]:
    return _WORD.findall(_TAGS.sub("", title[:_LONGEST]).casefold())


def _title_key(title: str) -> str:
    words = _title_words(title)
    return squeeze(" ".join(words)) if len(words) >= LEAST_WORDS else ""
