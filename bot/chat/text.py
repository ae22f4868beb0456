"""Text as a small tree. Nothing is escaped by hand: renderers turn the tree into each platform's markup.

The vocabulary is closed; a renderer matches it exhaustively. A plain `str` is a node of its own, and a newline in it
is a line break. A mention pings only through `Mention`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from bot.core.refs import UserRef

LONGEST = 10_000  # characters of one text; no answer comes near it, and what is longer goes into a file


def require_web_address(url: str) -> None:
    """Raise `ValueError` for anything but an http(s) address."""
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"not a web address: {url!r}")


@dataclass(frozen=True, slots=True)
class Bold:
    """Emphasised words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be typed or copied as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled http(s) address."""

    text: str
    url: str

    def __post_init__(self) -> None:
        """Refuse any other scheme: a link must never run something."""
        require_web_address(self.url)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named so that the platform notifies them; `quiet`, they are only named.

    Where a platform cannot name anybody quietly, and for people of another one, `name` stands there.
    """

    user: UserRef
    name: str
    quiet: bool = False


class MomentStyle(Enum):
    """How much of a moment is shown."""

    TIME = "time"
    DATE = "date"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware point in time, drawn in each reader's own zone where the platform can; `zone` names the fallback."""

    at: datetime
    zone: str
    style: MomentStyle = MomentStyle.BOTH

    def __post_init__(self) -> None:
        """Refuse a naive time."""
        if self.at.tzinfo is None:
            raise ValueError("a moment needs a time zone")


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics in TeX, shown as code where a platform cannot set it."""

    tex: str


Node: TypeAlias = str | Bold | Code | Link | Mention | Moment | Formula
Text: TypeAlias = tuple[Node, ...]


def text(*parts: Node | Text) -> Text:
    """Return one text of `parts`, nested texts spliced in and empty strings dropped."""
    flat: list[Node] = []
    _flatten(parts, flat)
    return tuple(flat)


def _flatten(parts: Iterable[Node | Text], into: list[Node]) -> None:
    for part in parts:
        if isinstance(part, tuple):
            _flatten(part, into)
        elif part:
            into.append(part)


def lines(*rows: Node | Text) -> Text:
    """Return `rows` joined by line breaks; empty rows are dropped."""
    joined: list[Node] = []
    for row in rows:
        words: list[Node] = []
        _flatten((row,), words)
        if words and joined:
            joined.append("\n")
        joined += words
    return tuple(joined)


def blocks(*rows: Text) -> Text:
    """Return `rows` as one text: one that itself has several rows stands apart by an empty line, before and after."""
    kept = [row for row in rows if row]
    joined: list[Node | Text] = []
    for before, row in zip([(), *kept], kept, strict=False):
        if before:
            joined.append("\n\n" if _several(before) or _several(row) else "\n")
        joined.append(row)
    return text(*joined)


def _several(row: Text) -> bool:
    return any(isinstance(node, str) and "\n" in node for node in row)


def bounded(words: Text) -> Text:
    """Return `words`, of which no more than `LONGEST` characters are kept, the cut shown by an ellipsis.

    Renderers search texts for what would act, character by character: nobody may make them search for long.
    """
    if sum([len(node) if isinstance(node, str) else _length(node) for node in words]) <= LONGEST:
        return words
    room = LONGEST
    for place, node in enumerate(words):
        length = _length(node)
        if length > room:
            return (*words[:place], *_beginning(node, room), "…")
        room -= length
    return words


def _length(node: Node) -> int:
    return len(node.text) + len(node.url) if isinstance(node, Link) else len(_plain(node))


def _beginning(node: Node, characters: int) -> Text:
    """Return what of `node` fits; a link or a name is shown whole or not at all."""
    match node:
        case str():
            return (node[:characters],)
        case Bold(words) | Code(words):
            return (replace(node, text=words[:characters]),)
        case _:
            return ()


def plain(words: Text) -> str:
    """Return the text without any markup, as a terminal or a log shows it."""
    return "".join(_plain(node) for node in words)


def _plain(node: Node) -> str:
    match node:
        case str():
            return node
        case Bold(words) | Code(words):
            return words
        case Link(words, url):
            return f"{words} ({url})" if words != url else url
        case Mention(_, name, quiet):
            return name if quiet else f"@{name}"
        case Moment(at, zone, style):
            return local_moment(at, zone, style)
        case Formula(tex):
            return tex


def local_moment(at: datetime, zone: str, style: MomentStyle) -> str:
    """Return a moment as wall time in `zone`, with the zone's name: `2026-11-25 09:00 (Asia/Seoul)`."""
    from zoneinfo import ZoneInfo  # not needed by most answers

    forms = {MomentStyle.TIME: "%H:%M", MomentStyle.DATE: "%Y-%m-%d", MomentStyle.BOTH: "%Y-%m-%d %H:%M"}
    return f"{at.astimezone(ZoneInfo(zone)):{forms[style]}} ({zone})"
