"""Puts an issue into words: what the group did, what was chosen and why, what is ahead. Each sentence is true.

Numbers and never names: what people did is counted. Pure: what there is was gathered elsewhere, and who draws the issue
for a chat or a page only lays it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bot.core.catalogue import Resource
from bot.core.catalogue_news import CatalogueNews
from bot.core.digest.choosing import Section, Why
from bot.core.digest.fetching import Health
from bot.core.digest.issue import NEWS, Entry, Issue, Part, PartKind
from bot.core.digest.selecting import MEMBERS, Selected, key_of
from bot.core.digest.taste import words_of
from bot.core.people import GroupId
from bot.core.schedule import zone_or_utc
from bot.core.timewords import date_in_words
from bot.i18n import Locale, Texts

MOST_CHANGES = 5
_WEB = ("https://", "http://")
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Read:
    """A paper that the group reads or read, with how many persons came to its end, those who skimmed among them."""

    title: str
    url: str | None
    meeting_at: datetime
    through: int = 0
    skimmed: int = 0


class Because(StrEnum):
    """Why something of the catalogue is offered. The values are keys of texts."""

    FIRST = "first"  # it is one of the first things on a topic that the group follows
    TOPIC = "topic"  # it is about a topic that the group follows
    READING = "reading"  # it is about a topic of what the group reads


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing of the catalogue, and why: the topic by its name."""

    resource: Resource
    because: Because
    topic: str


class Ahead(StrEnum):
    """What a date is of. The values are keys of texts."""

    MEETING = "meeting"
    PRESENTED = "presented"  # a meeting for which somebody presents
    SOUGHT = "sought"  # a meeting for which somebody to present is sought
    BALLOT = "ballot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything an issue can tell. Counts are of persons, or of things they put up, in the days it is about.

    `past` is the paper of a meeting in those days and `now` the one that is read; `picked` is the title of what comes
    after it. `ailing` are sources from which nothing comes, with since when and how it stands with each. `topic_name`
    returns a topic in the language of the issue; `titles` are those of sources by their ids.
    """

    group_id: GroupId
    name: str
    number: int
    first: date
    last: date
    locale: Locale
    zone: str
    past: Read | None = None
    now: Read | None = None
    picked: str | None = None
    ballot_until: datetime | None = None
    readers: int = 0
    notes: int = 0
    nominated: int = 0
    suggested: int = 0
    selected: Mapping[Section, Sequence[Selected]] = field(default_factory=dict)
    offered: Offered | None = None
    changes: Sequence[CatalogueNews] = ()
    ahead: Sequence[tuple[Ahead, datetime]] = ()
    ailing: Sequence[tuple[str, datetime, Health]] = ()
    aside: tuple[str, str] | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    topic_name: Callable[[str], str] = str

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is new: nobody did anything, nothing came in, nothing changed."""
        done = self.readers or self.notes or self.nominated or self.suggested or (self.past and self.past.through)
        return not (done or any(self.selected.values()) or self.changes)


def write(material: Material, t: Texts, without: frozenset[PartKind] = frozenset()) -> Issue:
    """Return the issue, without the parts that the group does not want; it may be empty."""
    writer = _Writer(material, t)
    parts = [Part(kind, tuple(writer.part(kind))) for kind in PartKind if kind not in without]
    return Issue(
        group_id=material.group_id,
        name=material.name,
        number=material.number,
        first=material.first,
        last=material.last,
        locale=material.locale,
        headline=writer.headline(),
        parts=tuple(part for part in parts if part.entries),
    )


def recounted(issue: Issue, before: Issue, t: Texts) -> Issue:
    """Return an issue that had been `before` with a headline that is true of what it shows now."""
    found = sum(len(issue.part(part)) for part in NEWS)
    counted = sum(len(before.part(part)) for part in NEWS)
    if found == counted or before.headline != _quiet(before, counted, t):
        return issue
    return replace(issue, headline=_quiet(issue, found, t))


def quiet_line(ailing: Sequence[tuple[str, datetime, Health]], t: Texts) -> str:
    """Return the one honest line about a week in which nothing was new."""
    if ailing:
        return t("digest.quiet.ailing", count=len(ailing))
    return t("digest.quiet.nothing")


class _Writer:
    """Writes the parts of one issue."""

    def __init__(self, material: Material, t: Texts) -> None:
        self._has, self._t = material, t
        self._zone = zone_or_utc(material.zone)

    def headline(self) -> str:
        """Return what the group did, in one line."""
        has, t = self._has, self._t
        told = []
        if has.past is not None and has.past.through:
            told.append(t("digest.headline.through", count=has.past.through))
        if has.readers and not told:
            told.append(t("digest.headline.readers", count=has.readers))
        counts = {"notes": has.notes, "nominated": has.nominated, "suggested": has.suggested}
        told += [t(f"digest.headline.{name}", count=count) for name, count in counts.items() if count]
        found = sum(len(each) for each in has.selected.values())
        if not told:
            return _quiet(has, found, t)
        return t(f"digest.{_span(has)}.line", told=t("digest.headline.and").join(told))

    def part(self, kind: PartKind) -> Iterable[Entry]:
        """Return the entries of a part."""
        parts: Mapping[PartKind, Callable[[], Iterable[Entry]]] = {
            PartKind.WEEK: self._week,
            PartKind.PAPER: self._paper,
            PartKind.PAPERS: lambda: map(self._story, self._has.selected.get(Section.PAPERS, ())),
            PartKind.VIDEOS: lambda: map(self._story, self._has.selected.get(Section.VIDEOS, ())),
            PartKind.POSTS: lambda: map(self._story, self._has.selected.get(Section.POSTS, ())),
            PartKind.CATALOGUE: self._catalogue,
            PartKind.CHANGES: lambda: map(self._change, self._has.changes[:MOST_CHANGES]),
            PartKind.DATES: self._dates,
            PartKind.HEALTH: self._health,
            PartKind.ASIDE: self._aside,
        }
        return parts[kind]()

    def _week(self) -> Iterator[Entry]:
        has = self._has
        counts = {"readers": has.readers, "notes": has.notes, "nominated": has.nominated, "suggested": has.suggested}
        for name, count in counts.items():
            if count:
                yield Entry(title="", line=self._t(f"digest.week.{name}", count=count))

    def _read(self, past: Read) -> str:
        if not past.through:
            return self._t("digest.paper.past_none")
        key = "digest.paper.past_skimmed" if past.skimmed else "digest.paper.past"
        return self._t(key, count=past.through, **({"skimmed": past.skimmed} if past.skimmed else {}))

    def _paper(self) -> Iterator[Entry]:
        has, t = self._has, self._t
        if has.past is not None:
            yield Entry(title=has.past.title, url=_web(has.past.url), line=self._read(has.past))
        if has.now is not None:
            line = t("digest.paper.now")
            yield Entry(title=has.now.title, url=_web(has.now.url), line=line, at=has.now.meeting_at)
        if has.picked is not None:
            yield Entry(title=has.picked, line=t("digest.paper.picked"))
        elif has.ballot_until is not None:
            yield Entry(title="", line=t("digest.paper.ballot"), at=has.ballot_until)

    def _story(self, each: Selected) -> Entry:
        story, lead = each.story, each.story.lead
        feeds = tuple(source for source in story.sources if source != MEMBERS)
        return Entry(
            title=story.title,
            url=_web(lead.url),
            line=self._why(each),
            key=key_of(story),
            signs=tuple(sorted(story.keys)),
            sources=tuple(self._has.titles[feed] for feed in feeds if feed in self._has.titles),
            feeds=feeds,
            topics=story.topics,
            minutes=lead.minutes,
            language=lead.language,
            at=story.published,
            comment=each.edit.comment,
            pinned=each.edit.pinned,
        )

    def _why(self, each: Selected) -> str:
        """Return why a story is there, in a sentence that is true of it."""
        if each.reason is None:
            return self._t("digest.why.pinned")
        value = each.reason.value
        slots: dict[str, str | int] = {}
        match each.reason.why:
            case Why.SUGGESTED | Why.SAVED | Why.MENTIONS:
                slots = {"count": value}
            case Why.TASTE:
                slots = {"word": _as_written(each.story.title, str(value))}
            case Why.TOPIC:
                slots = {"topic": self._has.topic_name(str(value))}
            case Why.FOLLOWED:
                slots = {"source": self._has.titles.get(str(value), str(value))}
            case Why.NEW:
                slots = {"date": self._date(each.story.published)}
        return self._t(f"digest.why.{each.reason.why.value}", **slots)

    def _catalogue(self) -> Iterator[Entry]:
        offered = self._has.offered
        if offered is None:
            return
        row, locale = offered.resource, self._has.locale
        why = self._t(f"digest.offer.{offered.because.value}", topic=offered.topic)
        yield Entry(
            title=row.name(locale),
            url=_web(row.link),
            line=self._t("digest.offer.line", why=why, note=row.note(locale)),
            key=f"row:{row.id}",
            signs=(f"row:{row.id}",),
            topics=row.topics,
            language=row.languages[0] if row.languages else None,
        )

    def _dates(self) -> Iterator[Entry]:
        for what, at in self._has.ahead:
            yield Entry(title="", line=self._t(f"digest.ahead.{what.value}"), at=at)

    def _health(self) -> Iterator[Entry]:
        for title, since, health in self._has.ailing:
            yield Entry(title=title, line=self._t(f"feeds.health.{health.value}", day=self._day(since)))

    def _aside(self) -> Iterator[Entry]:
        if self._has.aside is not None:
            name, sign = self._has.aside
            yield Entry(title="", line=self._t(f"digest.aside.{name}"), signs=(sign,))

    def _change(self, change: CatalogueNews) -> Entry:
        locale, rows = self._has.locale, (*change.rows, *change.successors)
        opened = next((row for row in rows if row.link and row.link == change.url), None)  # a link is called as it is
        title = opened.name(locale) if opened is not None else ", ".join(row.name(locale) for row in change.rows[:2])
        return Entry(title=title, url=_web(change.url), line=change.text, signs=(change.key,))

    def _day(self, since: datetime) -> str:
        """Return a day as people say it: by its weekday within a week, else by its date."""
        day, today = self._local(since), self._has.last
        if 0 <= (today - day).days < _WEEK_DAYS:
            return self._t(f"organise.day.{day.weekday()}")
        return date_in_words(day, self._has.locale, today)

    def _date(self, at: datetime | None) -> str:
        assert at is not None  # noqa: S101 - what has no date is not called new
        return date_in_words(self._local(at), self._has.locale, self._has.last)

    def _local(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _quiet(about: Material | Issue, found: int, t: Texts) -> str:
    """Return the headline of days in which nobody did anything, and so much came from the sources."""
    span = _span(about)
    return t(f"digest.{span}.quiet", count=found) if found else t(f"digest.{span}.still")


def _span(about: Material | Issue) -> str:
    """Return by what the days of an issue are called, as the section of their texts."""
    if (about.last - about.first).days < _WEEK_DAYS:
        return "headline"
    return "longer" if about.number > 1 else "first"


def _as_written(title: str, stem: str) -> str:
    """Return the word of a title that has this stem, as it is written there."""
    return next((word.strip(".,:;()[]'\"?") for word in title.split() if stem in words_of(word)), stem)


def _web(url: str | None) -> str | None:
    return url if url is not None and url.startswith(_WEB) else None
