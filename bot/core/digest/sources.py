"""Where a digest looks: the feeds of `data/feeds.toml`, by topic and language, and the rules that their rows keep.

A row names an address, an arXiv category, a YouTube channel or a pattern with gaps to be filled. It fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.core.catalogue import ID_PATTERN
from bot.core.tables import Problem, Rule
from bot.core.topics import TopicMap
from bot.i18n import Locale

ARXIV = "https://rss.arxiv.org/rss/{category}"
# The playlist of a channel's long videos, which YouTube keeps for each: its feed leaves Shorts out.
CHANNEL = "https://www.youtube.com/feeds/videos.xml?playlist_id=UULF{id}"
FEW = 6  # feeds of a group's topics, below which those that go with any topic join them
LONGEST_TYPED = 2000  # characters that are looked at for an address
_HTTPS = r"https://[^\s{}]+"
_PATTERN = r"https://[^\s{}]*\{[a-z]+\}\S*"
_TYPED = re.compile(r"(?:feed:(?://)?)?(https?://[^\s<>\"'`]+)", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed://([^\s<>\"'`]+)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@./-])((?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?::\d{2,5})?(?:/[^\s<>\"'`]*)?)", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w./])@([\w.-]{3,60})")
_CHANNEL_ID = re.compile(r"(?<![\w-])(UC[A-Za-z0-9_-]{22})(?![\w-])")
_CATEGORY = re.compile(
    r"(?:(?i:arxiv)[:\s]+)?((?:astro-ph|cond-mat|cs|econ|eess|math|nlin|physics|q-bio|q-fin|stat)\.[A-Za-z-]{2,10})"
)
_FORMS = (
    (_TYPED, "{}"),
    (_FEED_SCHEME, "https://{}"),
    (_CHANNEL_ID, "https://www.youtube.com/channel/{}"),
    (_BARE, "https://{}"),
    (_HANDLE, "https://www.youtube.com/@{}"),
)
_AROUND = "()[]{}<>「」『』“”‘’\"'.,;!?"


class FeedKind(StrEnum):
    """What mostly comes out of a feed."""

    PAPERS = "papers"
    VIDEOS = "videos"
    BLOG = "blog"
    NEWSLETTER = "newsletter"
    NEWS = "news"
    COMMUNITY = "community"
    REPOSITORY = "repository"


class FeedStatus(StrEnum):
    """What is known of a feed: only `dead` and `no-feed` are never asked."""

    ACTIVE = "active"
    DORMANT = "dormant"
    UNCLEAR = "unclear"
    DEAD = "dead"
    NO_FEED = "no-feed"


class Cadence(StrEnum):
    """How often something new comes, roughly."""

    HOURLY = "many-a-day"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    RARE = "rare"


class Sureness(StrEnum):
    """How sure the facts of a row are."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed. Exactly one of `url`, `pattern`, `arxiv` and `channel` is given, or none where there is no feed."""

    id: str
    title: Annotated[str, Rule("What it is called", longest=80)]
    url: Annotated[str | None, Rule("Address of the feed", pattern=_HTTPS)] = None
    pattern: Annotated[
        str | None, Rule("Address with gaps, such as https://{name}.example.org/feed", pattern=_PATTERN)
    ] = None
    arxiv: Annotated[str | None, Rule("An arXiv category, such as cs.LG", pattern=r"[a-z-]+(?:\.[A-Za-z-]+)?")] = None
    channel: Annotated[str | None, Rule("Id of a YouTube channel", pattern=r"UC[A-Za-z0-9_-]{22}")] = None
    site: Annotated[str | None, Rule("Where people read it", pattern=r"https://\S+")] = None
    kind: Annotated[FeedKind, Rule("What mostly comes out of it")] = FeedKind.BLOG
    languages: Annotated[tuple[str, ...], Rule("Languages of what comes", pattern="[a-z]{2}", least=1)] = ("en",)
    topics: Annotated[tuple[str, ...], Rule("Topic ids, the main one first", pattern=ID_PATTERN)] = ()
    cadence: Annotated[Cadence | None, Rule("How often something new comes; leave out when not known")] = None
    status: Annotated[FeedStatus, Rule("What is known of it")] = FeedStatus.ACTIVE
    sure: Annotated[Sureness, Rule("How sure the facts are")] = Sureness.MEDIUM
    unofficial: Annotated[bool, Rule("Made by somebody else than whose words it carries")] = False

    @property
    def address(self) -> str | None:
        """Return what is fetched; None for a pattern, or where there is nothing to fetch."""
        if self.status in (FeedStatus.DEAD, FeedStatus.NO_FEED):
            return None
        return self._written

    @property
    def _written(self) -> str | None:
        if self.arxiv is not None:
            return ARXIV.format(category=self.arxiv)
        if self.channel is not None:
            return CHANNEL.format(id=self.channel[2:])
        return self.url


def address_in(typed: str) -> str | None:
    """Return the address that somebody typed, None without one.

    It may stand without its scheme, or be the handle or the id of a YouTube channel, or an arXiv category.
    """
    text = typed[:LONGEST_TYPED].strip().strip(_AROUND)
    if category := _CATEGORY.fullmatch(text):
        return ARXIV.format(category=category[1])
    for pattern, form in _FORMS:
        if match := pattern.search(text):
            return form.format(match[1].rstrip(_AROUND))
    return None


def feeds_for(feeds: Iterable[FeedRow], topics: Container[str], languages: Collection[str]) -> tuple[FeedRow, ...]:
    """Return the feeds that a group with these topics and languages gets, in the order of the file."""
    return tuple(
        each
        for each in feeds
        if each.address is not None
        and any(topic in topics for topic in each.topics)
        and any(language in languages for language in each.languages)
    )


def feeds_of_group(
    feeds: Sequence[FeedRow], chosen: Collection[str], locale: Locale, topics: TopicMap
) -> tuple[FeedRow, ...]:
    """Return the feeds of a group that chose these topics and speaks `locale`, in the order of the file.

    A feed of a wider or a narrower topic is one of the topic. Those that go with any topic are for groups that chose
    none or have only a few otherwise; their lists of papers, and what is not news in a language other than English, are
    for every group.
    """
    languages = languages_of(locale)
    across = {topic.id for topic in topics if topic.across}
    own = set(chosen) - across
    related = {topic.id for topic in topics if any(topics.related(topic.id, each) for each in own)} - across
    near = {each.id for each in feeds_for(feeds, related | (set(chosen) & across), languages)}
    anywhere = feeds_for(feeds, across, languages)
    if not own or len(near) < FEW:
        near.update(each.id for each in anywhere)
    near.update(each.id for each in anywhere if each.kind is FeedKind.PAPERS or _is_homely(each, locale))
    return tuple(each for each in feeds if each.id in near)


def languages_of(locale: Locale) -> frozenset[str]:
    """Return the languages that a group speaking `locale` reads: its own, and English, in which the field writes."""
    return frozenset((locale.value, Locale.EN.value))


def _is_homely(feed: FeedRow, locale: Locale) -> bool:
    return locale is not Locale.EN and locale.value in feed.languages and feed.kind is not FeedKind.NEWS


def problems_of(feeds: Iterable[FeedRow], topics: Container[str]) -> Iterator[Problem]:
    """Yield topics that there are not, addresses given twice, and rows without one or with several."""
    known: dict[str, str] = {}
    for each in feeds:
        for topic in each.topics:
            if topic not in topics:
                yield Problem(each.id, "topics", f"there is no topic {topic!r}")
        given = [key for key in ("url", "pattern", "arxiv", "channel") if getattr(each, key) is not None]
        if len(given) > 1:
            yield Problem(each.id, given[1], f"there is {given[0]} already: one of them is enough")
        if not given and each.status is not FeedStatus.NO_FEED:
            yield Problem(each.id, "url", "is missing")
        if not each.topics and each.pattern is None:
            yield Problem(each.id, "topics", "is missing: nobody would get it")
        address = each._written or each.pattern
        if address is not None and (first := known.setdefault(address, each.id)) != each.id:
            yield Problem(each.id, given[0], f"is the address of {first} already")
