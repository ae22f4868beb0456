"""The text tree as Telegram's HTML, and long text cut into parts that Telegram takes.

Text becomes runs, each with its own tags; parts are cut between characters of runs, so no tag is ever torn. Lengths are
UTF-16 units after entities, as Telegram counts them. It knows no message and no keyboard.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import accumulate
from typing import assert_never

from bot.chat.text import Bold, Code, Formula, Link, Mention, Moment, MomentStyle, Node, Text, bounded, local_moment
from bot.core.refs import Platform

ENTITIES = 100  # more in one message are dropped by Telegram without a word
ZWJ = "\u200d"
# Entity formats: short time; weekday and long date; both. The text inside is what older clients show.
_MOMENT_FORMATS = {MomentStyle.TIME: "t", MomentStyle.DATE: "wD", MomentStyle.BOTH: "wDt"}
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PINGING = re.compile(r"(?<![\w/@])@\w{2,}")  # what Telegram would turn into a mention on its own


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one set of tags. `url` is where it leads, for readers who get it without tags."""

    text: str
    opening: str = ""
    closing: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        """Drop what no text may hold: control characters, halves of surrogate pairs."""
        if not self.text.isprintable():  # most are, and it takes no time to see
            object.__setattr__(self, "text", _UNSHOWABLE.sub("", self.text.replace("\r\n", "\n")))


Runs = tuple[Run, ...]


def runs_of(words: Text) -> Runs:
    """Return the text tree as runs."""
    return tuple(run for node in bounded(words) for run in _runs(node))


def bold(words: str) -> Runs:
    """Return emphasised `words`."""
    return tuple(_unpinged(words, "<b>", "</b>"))


def heading(words: str, url: str | None) -> Runs:
    """Return a bold heading, linked when there is a `url`."""
    return (Run(words, f'<b><a href="{escape(url)}">', "</a></b>", url),) if url else bold(words)


def small(words: str) -> Runs:
    """Return what stands under a card: Telegram has no small print, italics come nearest."""
    return tuple(_unpinged(words, "<i>", "</i>"))


def _runs(node: Node) -> Iterator[Run]:
    match node:
        case str():
            yield from _unpinged(node)
        case Bold(words):
            yield from bold(words)
        case Code(words) | Formula(words):
            yield _code(words)
        case Link(words, url):
            yield Run(words, f'<a href="{escape(url)}">', "</a>", url)
        case Mention(user, name, quiet):
            if user.platform is Platform.TELEGRAM and user.id.isdecimal() and not quiet:
                yield Run(name, f'<a href="tg://user?id={user.id}">', "</a>")
            else:
                yield from _unpinged(name)
        case Moment(at, zone, style):
            tag = f'<tg-time unix="{int(at.timestamp())}" format="{_MOMENT_FORMATS[style]}">'
            yield Run(local_moment(at, zone, style), tag, "</tg-time>")
        case _:
            assert_never(node)


def _code(words: str) -> Run:
    return Run(words, "<code>", "</code>")


def _unpinged(words: str, opening: str = "", closing: str = "") -> Iterator[Run]:
    """Yield `words` with every @name set as code, which Telegram neither links nor notifies."""
    end = 0
    for match in _PINGING.finditer(words):
        if match.start() > end:
            yield Run(words[end : match.start()], opening, closing)
        yield _code(match[0])
        end = match.end()
    if end < len(words):
        yield Run(words[end:], opening, closing)


def html(runs: Iterable[Run]) -> str:
    """Return the runs as HTML for Telegram."""
    return "".join(f"{run.opening}{escape(run.text, quote=False)}{run.closing}" for run in runs if run.text)


def unmarked(runs: Iterable[Run]) -> str:
    """Return the runs without any tags, addresses spelled out."""
    return "".join(f"{run.text} ({run.url})" if run.url and run.url != run.text else run.text for run in runs)


def units(words: str) -> int:
    """Return the length of `words` in UTF-16 units."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def split(runs: Sequence[Run], limit: int) -> list[Runs]:
    """Cut `runs` into parts of at most `limit` units, at paragraphs, then lines, then words, then characters.

    White space at a cut is dropped, and so is an empty part.
    """
    words = "".join(run.text for run in runs)
    ends = list(accumulate(len(run.text) for run in runs))
    parts: list[Runs] = []
    start = _past_space(words, 0)
    while start < len(words):
        reach = _reach(words, start, limit, _entity_bound(runs, ends, start))
        end = reach if reach == len(words) else _cut(words, start, reach)
        parts.append(_clip(runs, ends, start, start + len(words[start:end].rstrip())))
        start = _past_space(words, end)
    return parts


def _past_space(words: str, start: int) -> int:
    return start + len(words[start:]) - len(words[start:].lstrip())


def _reach(words: str, start: int, limit: int, bound: int) -> int:
    """Return the farthest end of a part that begins at `start`."""
    end = min(bound, len(words))
    if end - start <= limit and units(words[start:end]) <= limit:  # nearly always, and seen at once
        return end
    room = limit
    for index in range(start, min(bound, start + limit)):
        room -= 2 if words[index] > "\uffff" else 1
        if room < 0:
            return index
    return min(bound, start + limit, len(words))


def _entity_bound(runs: Sequence[Run], ends: Sequence[int], start: int) -> int:
    """Return where a part that begins at `start` would hold more than `ENTITIES` tagged runs."""
    tagged = 0
    for index in range(bisect_right(ends, start), len(runs)):
        tagged += runs[index].opening.count("<")
        if tagged > ENTITIES:
            return ends[index] - len(runs[index].text)
    return ends[-1]


def _cut(words: str, start: int, reach: int) -> int:
    """Return the best place to end a part, never so early that the part becomes a scrap."""
    floor = start + max(1, (reach - start) // 4)
    for gap in ("\n\n", "\n", " "):
        at = words.rfind(gap, floor, reach + len(gap))
        if at > 0 and not _joined(words, at + len(gap), start):
            return at
    at = reach
    while at > start and _joined(words, at, start):
        at -= 1
    return at if at > start else reach


def _joined(words: str, at: int, start: int) -> bool:
    """Say whether a cut of the part from `start` before `words[at]` would tear what is read as one character."""
    if not 0 < at < len(words):
        return False
    before, after = words[at - 1], words[at]
    if (before, after) == ("\r", "\n") or before == ZWJ or _clings(after):
        return True
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _flag_letters_before(words, at, start) % 2 == 1
    return _is_jamo(before) and _is_jamo(after)


def _clings(character: str) -> bool:
    code = ord(character)
    skin, tag = 0x1F3FB <= code <= 0x1F3FF, 0xE0020 <= code <= 0xE007F
    return character in (ZWJ, "\u200c") or skin or tag or unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_flag_letter(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _flag_letters_before(words: str, at: int, start: int) -> int:
    count = 0
    while count < at - start and _is_flag_letter(words[at - count - 1]):
        count += 1
    return count


def _is_jamo(character: str) -> bool:
    """Say whether `character` takes part in a syllable written as separate Hangul letters (NFD, as macOS types it)."""
    code = ord(character)
    return 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97F or 0xD7B0 <= code <= 0xD7FF


def _clip(runs: Sequence[Run], ends: Sequence[int], start: int, end: int) -> Runs:
    clipped: list[Run] = []
    for index in range(bisect_right(ends, start), len(runs)):
        run = runs[index]
        offset = ends[index] - len(run.text)
        if offset >= end:
            break
        piece = run.text[max(0, start - offset) : end - offset]
        if piece:
            clipped.append(replace(run, text=piece))
    return tuple(clipped)
