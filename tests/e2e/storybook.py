"""Writes down what people did and saw, as a story that can be read and compared with the one of last time.

What comes from the catalogue is left out, so that a story changes only when what the bot says or offers changes: lines
and labels are shown as the texts of the locale files they came from, an ellipsis for whatever filled their slots.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from bot.i18n import LOCALES_DIR, Locale
from bot.services.shelf.papers import load_papers
from tests.contract.people import PICK, Person, Seen

AREAS = (
    *("kit", "start", "path", "choices", "help", "recommend", "card", "mylist", "search", "manage", "reports"),
    *("log", "progress", "remind", "away"),
    *("organise", "paper", "papers", "ritual", "ballot", "suggest"),
    *("doors", "errors", "telegram", "discord"),
)
# Texts about a resource or a topic: which of them are shown depends on the catalogue.
OF_THE_CATALOGUE = {
    *("why", "caveat", "free", "paid", "hours", "subtitles", "successors", "first", "then", "verified"),
    *("state", "strength", "mark", "sure", "note", "without"),
}
PIECES = {"minutes", "hours", "hours_minutes", "days", "month", "weekday"}  # of the progress: parts of any line
SLOT = re.compile(r"\{\w+(?::\w+)?\}")
MOMENT = re.compile(r"<t:(\d+)(?::\w)?>")  # Discord shows each reader their own time
CODE = re.compile(r"\b(?!K7QM)[A-Z0-9]{4}-[A-Z0-9]{4}\b")  # another each time
REST = "…"
AS_SHOWN, SHORTEST = 50, 12  # characters of a title: it may be cut, and a word is not taken for one


class StoryFile(SingleFileSnapshotExtension):
    """A story in a text file of its own; `pytest --snapshot-update` writes it anew."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """One story per test, whichever database it is told on."""
        return test_location.methodname


class Story:
    """The lines so far."""

    def __init__(self, title: str) -> None:
        self._lines = [title, ""]

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"

    def note(self, line: str) -> None:
        """Tell what happened beside the conversation."""
        self._lines += [f"({line})", ""]

    def told(self, who: str, act: str, seen: Seen, locale: Locale) -> None:
        """Write down one act and what came of it."""
        how = " (in place)" if seen.edited else ""
        self._lines += [f"{who}: {act}{how}", *(f"    {line}" for line in _shown(seen, locale))]
        offers = " ".join(dict.fromkeys(f"[{_offer(offer, locale)}]" for offer in seen.offers))
        self._lines += [f"    {offers}"] if offers else []
        self._lines += [""]


class Diary(Story):
    """A story told word by word, with its dates: for a bot on a clock of its own, nothing of which changes.

    Only the titles of papers that come with the program are left out.
    """

    def __init__(self, title: str, zone: ZoneInfo) -> None:
        super().__init__(title)
        self._zone = zone
        self._posts: dict[str, list[str]] = {}

    def day(self, now: datetime) -> None:
        """Begin what happens at a moment."""
        local = now.astimezone(self._zone)
        self._lines += [f"== {local:%Y-%m-%d} ({'월화수목금토일'[local.weekday()]}) {local:%H:%M}", ""]

    def told(self, who: str, act: str, seen: Seen, locale: Locale) -> None:
        how = " (고쳐서)" if seen.edited else ""
        self._lines += [f"{who}: {self._plain(act)}{how}", *self._as_read(seen), ""]

    def posted(self, where: str, seen: Seen, key: str) -> None:
        """Write down what the bot says by itself; of an edit of the message `key` only what is new."""
        lines, before = self._as_read(seen), self._posts.get(key, [])
        self._posts[key] = lines
        self._lines += [f"봇, {where}{' (고쳐서)' if seen.edited else ''}"]
        self._lines += [*([line for line in lines if line not in before] if seen.edited else lines), ""]

    def _as_read(self, seen: Seen) -> list[str]:
        lines = [f"    {self._plain(line)}" for line in seen.words.split("\n") if line.strip()]
        offers = " ".join(f"[{self._plain(each)}]" for each in seen.offers)
        return [*lines, *([f"    {offers}"] if offers else [])]

    def _plain(self, line: str) -> str:
        return _without_titles(CODE.sub("····-····", MOMENT.sub(self._local, line.strip())))

    def _local(self, found: re.Match[str]) -> str:
        return f"{datetime.fromtimestamp(int(found[1]), self._zone):%Y-%m-%d %H:%M}"


@lru_cache(maxsize=10_000)  # most lines are said again and again, and there are thousands of titles
def _without_titles(line: str) -> str:
    for start, title in _shipped_titles() if len(line) >= SHORTEST else ():
        if start in line:
            before, _, after = line.partition(title if title in line else start)
            return f"{before}{REST}{after.partition(REST)[2] if title not in line else after}"
    return line


@cache
def _shipped_titles() -> tuple[tuple[str, str], ...]:
    titles = (" ".join(each.title.split()) for each in load_papers().papers)
    found = sorted((title for title in titles if len(title) >= SHORTEST), key=len, reverse=True)
    return tuple((title[:AS_SHOWN], title) for title in found)


class Hero:
    """A person whose acts are written down."""

    def __init__(self, name: str, person: Any, story: Story) -> None:
        self.name, self.person, self._story = name, person, story

    def call(self, command: str, words: str = "", **options: str) -> Seen:
        return self._tell(" ".join(filter(None, [f"/{command}", words])), self.person.call(command, words, **options))

    def say(self, words: str) -> Seen:
        return self._tell(words, self.person.say(words))

    def take(self, offer: str, on: Seen | None = None) -> Seen:
        return self._tell(f"[{offer}]", self.person.take(offer, on=on))

    def fill(self, words: str) -> Seen:
        return self._tell(words, self.person.fill(words))

    def sees(self, what: str, seen: Seen) -> Seen:
        return self._tell(f"({what})", seen)

    def _tell(self, act: str, seen: Seen) -> Seen:
        person: Person = self.person
        self._story.told(self.name, act, seen, person.t.locale)
        return seen


def _shown(seen: Seen, locale: Locale) -> Iterator[str]:
    """Yield the lines of an answer, what is the catalogue's as an ellipsis; several of them as one."""
    before = None
    for number, line in enumerate(filter(None, map(str.strip, seen.words.split("\n")))):
        pick = PICK.match(line)
        shown = f"{pick[1]}. {REST}" if pick else _template(line, locale)
        if number == 0 and seen.picks:
            shown = line  # the heading says what was understood
        after_pick = before is not None and before[0].isdigit()
        if shown != REST or not (before == REST or after_pick):
            yield shown
            before = shown


def _offer(label: str, locale: Locale) -> str:
    return label if label.isdigit() else _template(label, locale)


def _template(line: str, locale: Locale) -> str:
    """Return the most telling text of the locale files that `line` may have come from, its slots as ellipses."""
    fitting = [shown for pattern, shown in _templates(locale) if pattern.fullmatch(line)]
    return max(fitting, key=len, default=REST)


@cache
def _templates(locale: Locale) -> list[tuple[re.Pattern[str], str]]:
    found: dict[str, re.Pattern[str]] = {}
    of_the_catalogue: set[str] = set()  # the same words may stand in two files
    for area in AREAS:
        tables = tomllib.loads((LOCALES_DIR / locale.value / f"{area}.toml").read_text(encoding="utf-8"))
        for name, table in tables.items():
            for words in _lines({name: table}):
                literal, shown = SLOT.split(words), SLOT.sub(REST, words)
                if area == "progress" and name in PIECES:
                    continue
                if area == "recommend" and name in OF_THE_CATALOGUE:
                    of_the_catalogue.add(shown)
                elif sum(map(str.isalpha, "".join(literal))) >= 2:
                    found[shown] = re.compile(".+".join(map(re.escape, literal)))
    return [(pattern, shown) for shown, pattern in found.items() if shown not in of_the_catalogue]


def _lines(table: Any) -> Iterator[str]:
    for value in table.values():
        if isinstance(value, str):
            yield from value.split("\n")
        else:
            yield from _lines(value)
