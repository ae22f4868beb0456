"""One issue of a group's digest as it was made: said in the group's language, with what is needed to know it again.

An issue is a value that is written once and read for years, so reading leaves out what it does not know instead of
failing. All text is plain; who draws it escapes it. Nothing here chooses, and no member is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from bot.core.people import GroupId
from bot.i18n import Locale

IssueId = NewType("IssueId", int)


class PartKind(StrEnum):
    """What a part of an issue is about, in the order in which the parts stand. The values are stored."""

    WEEK = "week"  # what the group did
    PAPER = "paper"  # this week's paper, what came of the last one, and what comes next
    PAPERS = "papers"
    VIDEOS = "videos"
    POSTS = "posts"  # posts, newsletters and repositories
    CATALOGUE = "catalogue"  # one thing to study, by where the members are
    CHANGES = "changes"  # what changed in the catalogue
    DATES = "dates"
    HEALTH = "health"  # sources that do not answer
    ASIDE = "aside"  # a joke to be skipped


NEWS = (PartKind.PAPERS, PartKind.VIDEOS, PartKind.POSTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing of a part. `line` is a whole sentence that is true of it: why it is there, or what happened.

    `key` is the sign that buttons know it by and `signs` all it is known by; a fact that nobody can save has none.
    `sources` are names to be shown, `feeds` their ids. `at` (aware) is when it is, or when it came out.
    """

    title: str
    line: str = ""
    url: str | None = None
    key: str = ""
    signs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    minutes: int | None = None
    language: str | None = None
    at: datetime | None = None
    comment: str = ""
    pinned: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what `entry_from` reads; what is empty is left out."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        told |= {name: list(getattr(self, name)) for name in _LISTS if getattr(self, name)}
        if self.minutes is not None:
            told["minutes"] = self.minutes
        if self.at is not None:
            told["at"] = self.at.isoformat()
        return told | ({"pinned": True} if self.pinned else {})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an issue with its entries, the most important first."""

    section: PartKind
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that organisers took out of an issue, and where it stood: it can be put back."""

    section: PartKind
    place: int
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue. `first` and `last` are the days it tells of, in the group's zone; `headline` its week in one line."""

    group_id: GroupId
    name: str  # of the group, when it was made
    number: int
    first: date
    last: date
    locale: Locale
    headline: str
    parts: tuple[Part, ...] = field(default=())
    changed_at: datetime | None = None  # (aware) when organisers changed it, after it was made
    taken: tuple[Taken, ...] = ()

    @property
    def entries(self) -> Iterator[Entry]:
        """Yield every entry in order."""
        for part in self.parts:
            yield from part.entries

    @property
    def signs(self) -> frozenset[str]:
        """Return every sign of what it shows, by which a later issue knows it again."""
        return frozenset(sign for each in self.entries for sign in each.signs)

    def part(self, section: PartKind) -> tuple[Entry, ...]:
        """Return the entries of a part; none for one that is not in it."""
        return next((each.entries for each in self.parts if each.section is section), ())

    def entry(self, key: str) -> Entry | None:
        """Return what a sign stands for."""
        return next((each for each in self.entries if key and key in (each.key, *each.signs)), None)

    def commented(self, key: str, comment: str) -> Issue:
        """Return the issue with an organiser's word beside an entry."""
        return self._each(lambda entry: replace(entry, comment=comment) if entry.key == key else entry)

    def without(self, key: str) -> Issue:
        """Return the issue without an entry, and without the part that has none left."""
        found = (
            Taken(part.section, place, entry)
            for part in self.parts
            for place, entry in enumerate(part.entries)
            if key and entry.key == key
        )
        left = self._each(lambda entry: None if key and entry.key == key else entry)
        return replace(left, taken=(*self.taken, *found))

    def with_again(self, key: str) -> Issue:
        """Return the issue with an entry that was taken out where it stood; as it is when none was."""
        back = next((each for each in self.taken if key and each.entry.key == key), None)
        if back is None:
            return self
        entries = self.part(back.section)
        parts = {part.section: part for part in self.parts}
        parts[back.section] = Part(back.section, (*entries[: back.place], back.entry, *entries[back.place :]))
        return replace(
            self,
            parts=tuple(parts[section] for section in PartKind if section in parts),
            taken=tuple(each for each in self.taken if each is not back),
        )

    def _each(self, change: Callable[[Entry], Entry | None]) -> Issue:
        parts = (
            Part(part.section, tuple(new for new in map(change, part.entries) if new is not None))
            for part in self.parts
        )
        return replace(self, parts=tuple(part for part in parts if part.entries))

    def to_json(self) -> dict[str, Any]:
        """Return what `issue_from` reads."""
        return {
            "group": self.group_id,
            "name": self.name,
            "number": self.number,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "locale": self.locale.value,
            "headline": self.headline,
            **({"changed": self.changed_at.isoformat()} if self.changed_at is not None else {}),
            "parts": [
                {"section": part.section.value, "entries": [entry.to_json() for entry in part.entries]}
                for part in self.parts
            ],
            **({"taken": [_taken_out(each) for each in self.taken]} if self.taken else {}),
        }


def issue_from(told: Mapping[str, Any]) -> Issue:
    """Read what `Issue.to_json` wrote; parts of a kind that is not known are left out."""
    known = frozenset(PartKind)
    return Issue(
        group_id=GroupId(told["group"]),
        name=told["name"],
        number=told["number"],
        first=date.fromisoformat(told["first"]),
        last=date.fromisoformat(told["last"]),
        locale=Locale(told["locale"]),
        headline=told["headline"],
        parts=tuple(
            Part(PartKind(part["section"]), tuple(map(entry_from, part["entries"])))
            for part in told["parts"]
            if part["section"] in known
        ),
        changed_at=None if told.get("changed") is None else datetime.fromisoformat(told["changed"]),
        taken=tuple(
            Taken(PartKind(each["section"]), each["place"], entry_from(each["entry"]))
            for each in told.get("taken", ())
            if each["section"] in known
        ),
    )


def _taken_out(each: Taken) -> dict[str, Any]:
    return {"section": each.section.value, "place": each.place, "entry": each.entry.to_json()}


def entry_from(told: Mapping[str, Any]) -> Entry:
    """Read what `Entry.to_json` wrote."""
    return Entry(
        title=told.get("title", ""),
        line=told.get("line", ""),
        url=told.get("url"),
        key=told.get("key", ""),
        signs=tuple(told.get("signs", ())),
        sources=tuple(told.get("sources", ())),
        feeds=tuple(told.get("feeds", ())),
        topics=tuple(told.get("topics", ())),
        minutes=told.get("minutes"),
        language=told.get("language"),
        at=None if told.get("at") is None else datetime.fromisoformat(told["at"]),
        comment=told.get("comment", ""),
        pinned=bool(told.get("pinned", False)),
    )


@dataclass(frozen=True, slots=True)
class KeptIssue:
    """An issue in its place: made at `made_at`, members find it from `sent_at` on (both aware; None: not yet)."""

    id: IssueId
    issue: Issue
    made_at: datetime
    sent_at: datetime | None = None

    @property
    def group_id(self) -> GroupId:
        """Return whose it is."""
        return self.issue.group_id

    @property
    def number(self) -> int:
        """Return which of the group's it is, from 1."""
        return self.issue.number

    @property
    def updated_at(self) -> datetime | None:
        """Return when it was sent, or changed after that; None for one that members do not find."""
        return self.sent_at and max(self.sent_at, self.issue.changed_at or self.sent_at)


_TEXTS = ("title", "line", "url", "key", "language", "comment")
_LISTS = ("signs", "sources", "feeds", "topics")
