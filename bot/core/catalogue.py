"""The catalogue: what a learning resource is, and the rules its rows must keep.

Pure values. It does not know where rows are stored (`bot/services/shelf` reads the files), how they are
ranked (`recommender`) or how they are shown.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated
from urllib.parse import urlsplit

from bot.core.redirects import Redirect, ends
from bot.core.tables import ID_PATTERN as ID_PATTERN
from bot.core.tables import Problem, Rule
from bot.i18n import Bilingual

_CAPITALS, _CODE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 6
_LANGUAGE_PATTERN = r"[a-z]{2}"


class Kind(StrEnum):
    """What sort of thing a resource is."""

    COURSE = "course"
    TEXTBOOK = "textbook"
    ARTICLE = "article"
    NOTEBOOK = "notebook"
    REPOSITORY = "repository"
    TOOL = "tool"
    SITE = "site"
    BLOG = "blog"
    VIDEO_CHANNEL = "video-channel"
    READING_LIST = "reading-list"
    NEWSLETTER = "newsletter"
    COMMUNITY = "community"
    SOCIAL = "social"
    CREDIT = "credit"

    def fits(self, wanted: Kind) -> bool:
        """Say whether this kind answers a wish for `wanted` (a repository may be the tool asked for)."""
        return self in _COMPATIBLE.get(wanted, frozenset((wanted,)))

    def is_like(self, wanted: Kind) -> bool:
        """Say whether it does nearly as well for someone who only let the wish fall: a post for a blog."""
        return self.fits(wanted) or {self, wanted} == {Kind.BLOG, Kind.ARTICLE}


_COMPATIBLE = {
    Kind.TOOL: frozenset((Kind.REPOSITORY, Kind.TOOL)),
    Kind.COURSE: frozenset((Kind.COURSE, Kind.VIDEO_CHANNEL)),
    Kind.VIDEO_CHANNEL: frozenset((Kind.COURSE, Kind.VIDEO_CHANNEL)),
}


class Level(StrEnum):
    """How much a resource asks of its reader."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"

    @property
    def rank(self) -> int:
        """Return its place among the levels, 0 for the easiest."""
        return _LEVELS.index(self)

    def steps_from(self, other: Level) -> int:
        """Return how many steps lie between two levels: 0, 1 or 2."""
        return abs(self.rank - other.rank)


_LEVELS = tuple(Level)


class Stage(StrEnum):
    """Where a resource stands: fine before (or as) a first introductory course, or after one."""

    BEFORE = "before"
    AFTER = "after"


class Approach(StrEnum):
    """How a resource teaches, where that is a reason to choose it."""

    VISUAL = "visual"
    HANDS_ON = "hands-on"
    THEORY = "theory"
    GENTLE = "gentle"


class Strength(StrEnum):
    """How strongly the article recommends a row, from the strongest down. Only its own rows have one."""

    VERY_STRONG = "very-strongly-recommended"
    STRONG = "strongly-recommended"
    RECOMMENDED = "recommended"
    WITH_WARNING = "recommended-with-warning"
    WITH_RESERVE = "recommended-with-reserve"
    HALF_A_JOKE = "half-a-joke"
    LISTED = "listed"
    MENTIONED = "mentioned"
    NOT_RECOMMENDED = "not-recommended"


class State(StrEnum):
    """What has become of a resource: `ARCHIVED` is closed but whole, `RETIRED` not to be started any more."""

    ACTIVE = "active"
    MOVED = "moved"
    ARCHIVED = "archived"
    UNMAINTAINED = "unmaintained"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    UNCLEAR = "unclear"


class Sureness(StrEnum):
    """How sure we are of a row's facts."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Showing(StrEnum):
    """When a row may be shown: as a recommendation, only when someone names it, or never (a credit)."""

    OFFERED = "offered"
    WHEN_NAMED = "when-named"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A person's mark on one edition, seen by themselves or only skimmed; no successor inherits it."""

    by: Annotated[str, Rule("Who marked it", longest=60)]
    year: Annotated[int, Rule("The year of the mark")]
    edition: Annotated[Bilingual, Rule("The edition that was marked", ko=40, en=60)]
    checked: Annotated[bool, Rule("true: seen by the marker; false: only the table of contents was looked at")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What the article the project starts from says of a row."""

    strength: Annotated[Strength, Rule("How strongly the article recommends it")]
    section: Annotated[str, Rule("The article's heading", longest=80)]
    view: Annotated[Bilingual | None, Rule("What its author says, told as the author's view", ko=90, en=140)] = None
    mark: Annotated[Mark | None, Rule("The author's own mark; most rows have none")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What has become of a resource, where it went, and which rows of ours take its place."""

    state: Annotated[State, Rule("State when last verified")] = State.ACTIVE
    note: Annotated[Bilingual | None, Rule("What became of it, in one line", ko=70, en=110)] = None
    new_url: Annotated[str | None, Rule("Where it lives now", longest=300)] = None
    superseded_by: Annotated[tuple[str, ...], Rule("Ids of the rows that take its place", pattern=ID_PATTERN)] = ()


ACTIVE = Status()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One thing to study from. Ids are public (they stand in links and exports) and never change."""

    id: str
    title: Annotated[str, Rule("The title in its own language or in English", longest=140)]
    title_ko: Annotated[str | None, Rule("The Korean title, where there is one", longest=100)] = None
    authors: Annotated[tuple[str, ...], Rule("People, as they write their names", longest=120)] = ()
    organisation: Annotated[str | None, Rule("Who stands behind it", longest=100)] = None
    year: Annotated[int | None, Rule("Year of the edition meant")] = None
    kind: Annotated[Kind, Rule("What sort of thing it is")]
    topics: Annotated[
        tuple[str, ...], Rule("Topic ids; the first is the main one and names the file", pattern=ID_PATTERN)
    ] = ()
    first_for: Annotated[
        tuple[str, ...],
        Rule("Topics for which it is one of the first things to hand someone", pattern=ID_PATTERN),
    ] = ()
    core: Annotated[bool, Rule("true: a study group would expect it; false: a good second row")] = False
    stage: Annotated[Stage, Rule("before: fine before or as a first course; after: stands after one")]
    level: Annotated[Level | None, Rule("How much it asks of its reader")] = None
    approach: Annotated[tuple[Approach, ...], Rule("How it teaches, where that is a reason to choose it")] = ()
    nicknames: Annotated[tuple[str, ...], Rule("Other names people call it by, in any language", longest=60)] = ()
    keywords: Annotated[
        tuple[str, ...], Rule("Words for what is in it and what need it answers, in any language", longest=40)
    ] = ()
    languages: Annotated[tuple[str, ...], Rule("Languages of the material", pattern=_LANGUAGE_PATTERN, least=1)]
    subtitles: Annotated[tuple[str, ...], Rule("Languages of known subtitles", pattern=_LANGUAGE_PATTERN)] = ()
    url: Annotated[str | None, Rule("The address", longest=300)] = None
    other_urls: Annotated[tuple[str, ...], Rule("Further addresses", longest=300)] = ()
    units: Annotated[Bilingual | None, Rule("How much there is: lectures, chapters, videos", ko=80, en=100)] = None
    hours: Annotated[float | None, Rule("Hours it takes, where known")] = None
    free: Annotated[bool | None, Rule("Can the main material be had without paying? Leave out when unknown")] = None
    prerequisites: Annotated[
        tuple[str | Bilingual, ...], Rule("Topic ids, or a text in both languages", longest=60, ko=40, en=60)
    ] = ()
    note: Annotated[Bilingual, Rule("Our own one line: what it is and for whom", ko=70, en=110)]
    caveats: Annotated[tuple[Bilingual, ...], Rule("What to know before starting", ko=60, en=90)] = ()
    article: Annotated[Article | None, Rule("What the article says of it; only rows of the article have this")] = None
    status: Annotated[Status, Rule("What has become of it; leave out when active")] = ACTIVE
    showing: Annotated[Showing, Rule("When it may be shown")] = Showing.OFFERED
    sure: Annotated[Sureness, Rule("How sure the facts are")]
    verified: Annotated[date, Rule("When the facts were last gathered or looked at")]

    @property
    def topic(self) -> str:
        """The main topic's id, or an empty text for a credit."""
        return self.topics[0] if self.topics else ""

    @property
    def name(self) -> Bilingual:
        """The title to show in each language."""
        return Bilingual(ko=self.title_ko or self.title, en=self.title)

    @property
    def link(self) -> str | None:
        """The address that works as far as known: the new one where it moved."""
        return self.status.new_url or self.url

    @property
    def state(self) -> State:
        """The state to speak of: a row we are not sure of is never called active."""
        state = self.status.state
        return State.UNCLEAR if state is State.ACTIVE and self.sure is Sureness.LOW else state


class Catalogue:
    """All resources, in file order, and by id. Ids that went still find their row, and so does the code of an id."""

    def __init__(self, resources: Iterable[Resource], redirects: Iterable[Redirect] = ()) -> None:
        """Hold `resources`; later rows with an id already there are left out (`check` reports them)."""
        self._by_id: dict[str, Resource] = {}
        for each in resources:
            self._by_id.setdefault(each.id, each)
        self._moved = ends(redirects, self._by_id)
        self._former: dict[str, tuple[str, ...]] = {}
        for old, now in self._moved.items():
            self._former[now] = (*self._former.get(now, ()), old)
        self._codes = _codes((*self._by_id, *self._moved))
        self._moved = {**self._moved, **{code: self.current(each) for each, code in self._codes.items()}}

    def __iter__(self) -> Iterator[Resource]:
        """Go through the resources in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return how many resources there are."""
        return len(self._by_id)

    def __contains__(self, resource_id: object) -> bool:
        """Say whether there is a row with this id; one that went has none."""
        return resource_id in self._by_id

    def __getitem__(self, resource_id: str) -> Resource:
        """Return the resource with this id (or its code), now or formerly. Raises `KeyError`."""
        return self._by_id[self.current(resource_id)]

    def get(self, resource_id: str) -> Resource | None:
        """Return the resource with this id (or its code), now or formerly, or None."""
        return self._by_id.get(self.current(resource_id))

    def current(self, resource_id: str) -> str:
        """Return the id under which a row is found now; an id that never went is itself."""
        return self._moved.get(resource_id, resource_id)

    def code(self, resource_id: str) -> str:
        """Return a short name of an id, for where there is little room. It depends on nothing but the id."""
        return self._codes.get(resource_id, resource_id)

    def former(self, resource_id: str) -> tuple[str, ...]:
        """Return the ids that a row had before."""
        return self._former.get(resource_id, ())

    def successors(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the rows that take this one's place, following chains of successors to their ends."""
        seen, ends, waiting = {resource.id}, [], list(resource.status.superseded_by)
        while waiting:
            row = self._by_id.get(waiting.pop(0))
            if row is None or row.id in seen:
                continue
            seen.add(row.id)
            if row.status.superseded_by:
                waiting.extend(row.status.superseded_by)
            else:
                ends.append(row)
        return tuple(ends)


def _codes(resource_ids: Iterable[str]) -> dict[str, str]:
    """Return a code for each id: six capitals, which no id has. Ids that happen to share one have none."""
    owners: dict[str, list[str]] = {}
    for resource_id in resource_ids:
        number = int.from_bytes(blake2b(resource_id.encode(), digest_size=8).digest())
        letters = [_CAPITALS[number // len(_CAPITALS) ** place % len(_CAPITALS)] for place in range(_CODE_LETTERS)]
        owners.setdefault("".join(letters), []).append(resource_id)
    return {ids[0]: code for code, ids in owners.items() if len(ids) == 1}


def problems_of(resource: Resource, ids: Container[str], topic_ids: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong with a row beside its types: addresses, unknown topics and ids, years."""
    yield from _address_problems(resource)
    yield from _reference_problems(resource, ids, topic_ids)
    yield from _sense_problems(resource)


def _address_problems(resource: Resource) -> Iterator[Problem]:
    named = [("url", resource.url), ("status.new_url", resource.status.new_url)]
    named += [("other_urls", each) for each in resource.other_urls]
    for key, url in named:
        if url is not None and not is_web_address(url):
            yield Problem(resource.id, key, f"{url!r} is not a web address")


def is_web_address(url: str) -> bool:
    """Say whether `url` is an http(s) address with a host and no blanks."""
    if any(char.isspace() or ord(char) < 0x21 for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in parts.netloc and "@" not in parts.netloc


def _reference_problems(resource: Resource, ids: Container[str], topic_ids: Container[str]) -> Iterator[Problem]:
    prerequisites = [each for each in resource.prerequisites if isinstance(each, str)]
    for key, named in (
        ("topics", resource.topics),
        ("first_for", resource.first_for),
        ("prerequisites", prerequisites),
    ):
        for topic in named:
            if topic not in topic_ids:
                yield Problem(resource.id, key, f"there is no topic {topic!r}")
    for successor in resource.status.superseded_by:
        if successor not in ids:
            yield Problem(resource.id, "status.superseded_by", f"there is no resource {successor!r}")
        if successor == resource.id:
            yield Problem(resource.id, "status.superseded_by", "a row cannot take its own place")


def _sense_problems(resource: Resource) -> Iterator[Problem]:
    if not resource.topics and resource.showing is not Showing.NEVER:
        yield Problem(resource.id, "topics", "needs at least one topic")
    if resource.year is not None and not 1900 <= resource.year <= resource.verified.year + 1:
        yield Problem(resource.id, "year", f"{resource.year} is not a year of an edition")
    if resource.hours is not None and resource.hours <= 0:
        yield Problem(resource.id, "hours", "should be more than nothing")
    if resource.url is None and resource.showing is Showing.OFFERED:
        yield Problem(resource.id, "url", "is missing")
    for topic in resource.first_for:
        if topic not in resource.topics:
            yield Problem(resource.id, "first_for", f"{topic!r} is not among its topics")
    if resource.status.state not in (State.ACTIVE, State.UNCLEAR) and resource.status.note is None:
        yield Problem(resource.id, "status.note", "is missing: say what became of it")
