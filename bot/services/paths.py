"""Paths as members use them: the written ones, a way to any topic, where somebody stands, and the first step of all.

A route is named by a key that fits in a button: a path's id, or a topic's, with `+papers` when it goes on to the
topic's papers. What the person has comes with the call; the dates of their list are read only where a plan needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.config import ZONE_OF_LANGUAGE
from bot.core.language.reading import Question
from bot.core.language.words import squeeze
from bot.core.methods import Goal, Method
from bot.core.paths import Path, Step
from bot.core.paths.first_step import FirstStep, first_step
from bot.core.paths.plan import Plan, plan
from bot.core.paths.standing import Passing, Standing, Walker, choices, stand
from bot.core.paths.towards import PAPERS, Way, comes_too_early, towards
from bot.core.people import EntryState, Person
from bot.core.refs import UserRef
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.core.topics import Topic
from bot.i18n import Locale
from bot.services.library import Library, profile_of
from bot.services.memory import Memory

_WITH_PAPERS = "+papers"
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked a path for: the key of a route, or the nearest topics; a question when a word is unclear.

    `alike`: one of the nearest may be meant, by its letters.
    """

    key: str | None
    nearest: tuple[Topic, ...] = ()
    question: Question | None = None
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A path as it is for somebody today. `way` is set for one towards a topic, `plan` when their hours are known.

    `too_early` says that the topic stands after a course that still lies before them; `next` are topics that follow.
    """

    key: str
    standing: Standing
    plan: Plan | None
    way: Way | None = None
    too_early: bool = False
    next: tuple[Topic, ...] = ()

    @property
    def path(self) -> Path:
        """The path itself."""
        return self.standing.path


class Paths:
    """Knows the way."""

    def __init__(self, shelf: Shelf, library: Library, memory: Memory, clock: Callable[[], datetime]) -> None:
        """Serve the paths of `shelf`; `library` has the dates of lists, `memory` knows people."""
        self._shelf, self._library, self._memory, self._clock = shelf, library, memory, clock

    def written(self) -> tuple[Path, ...]:
        """Return the written paths, in the order in which they are offered."""
        return tuple(self._shelf.paths)

    def get(self, path_id: str) -> Path | None:
        """Return a written path."""
        return self._shelf.paths.get(path_id)

    def of_goal(self, goal: Goal) -> Path | None:
        """Return the path that leads to `goal`."""
        return self._shelf.paths.of_goal(goal)

    def methods(self, step: Step) -> tuple[Method, ...]:
        """Return the rows of the article's method that a step follows."""
        found = (self._shelf.methods.get(method) for method in step.methods)
        return tuple(method for method in found if method is not None)

    def find(self, words: str, locale: Locale) -> Wanted:
        """Return what `words` ask for: a written path by its name, else a way to the topic they name."""
        written = self._by_name(words)
        if written is not None:
            return Wanted(written.id)
        reading = read(words, self._shelf, locale=Locale.KO if _HANGUL.search(words) else locale)
        topics = [heard.topic for heard in reading.topics]
        target = next((topic for topic in topics if topic != PAPERS), None)
        if target is None:
            inside = self._inside(words)
            key = PAPERS if topics else inside.id if inside else None
            nearest = tuple(self._shelf.topics[topic] for topic in reading.nearest)
            return Wanted(key, nearest, reading.question, reading.alike)
        papers = PAPERS in topics or self._asks_for_papers(words)
        return Wanted(f"{target}{_WITH_PAPERS}" if papers else target, question=reading.question)

    def walker(self, person: Person | None, locale: Locale) -> Walker:
        """Return what counts of `person` on a path."""
        if person is None:
            return Walker(language=locale.value)
        chosen = person.preferences
        return Walker(
            entries=person.entries,
            goal=chosen.goal,
            python=chosen.python,
            maths=chosen.maths,
            language=locale.value,
            known=profile_of(person).known_topics,
        )

    async def person(self, user: UserRef) -> Person | None:
        """Return what is known of `user` now, after something they said was kept."""
        return await self._memory.visitor(user)

    async def route(self, key: str, person: Person | None, locale: Locale) -> Route | None:
        """Return the route named `key` as it is for `person` today, or None when there is no such route."""
        walker = self.walker(person, locale)
        way = None
        path = self._shelf.paths.get(key)
        if path is None:
            topic, papers = key.removesuffix(_WITH_PAPERS), key.endswith(_WITH_PAPERS)
            if topic not in self._shelf.topics:
                return None
            way = towards(topic, self._shelf, walker, profile_of(person), papers=papers)
            path = way.path
        standing = stand(path, self._shelf.catalogue, walker)
        hours = person.preferences.hours if person else None
        laid = await self._plan(standing, hours, person, locale) if hours else None
        early = way is not None and comes_too_early(way, standing, self._shelf)
        following = tuple(self._shelf.topics[topic] for topic in way.next) if way else ()
        return Route(key, standing, laid, way, early, following)

    def offered(self, step: Step, person: Person | None, locale: Locale) -> tuple[str, ...]:
        """Return the ids of what may be chosen in a step, best first."""
        return tuple(row.id for row in choices(step, self._shelf.catalogue, self.walker(person, locale)))

    def first_step(self, walker: Walker, hours_a_week: int | None, *, other: int = 0) -> FirstStep | None:
        """Return what to start with, or the `other`-th thing beside it; None when the way is walked."""
        return first_step(walker, hours_a_week, self._shelf, other=other)

    async def _plan(self, standing: Standing, hours: int, person: Person | None, locale: Locale) -> Plan:
        zone = ZoneInfo((person and person.preferences.timezone) or ZONE_OF_LANGUAGE[locale.value])
        since = await self._since(standing, person, zone)
        return plan(standing, hours, today=self._clock().astimezone(zone).date(), since=since)

    async def _since(self, standing: Standing, person: Person | None, zone: ZoneInfo) -> date | None:
        """Return the day on which the step under way was started."""
        now = standing.now
        if person is None or now is None or now.passing is not Passing.GOING or now.resource is None:
            return None
        entries = await self._library.entries(person)
        started = {entry.resource_id: entry.at for entry in entries if entry.state is EntryState.GOING}
        at = started.get(now.resource.id)
        return at.astimezone(zone).date() if at else None

    def _by_name(self, words: str) -> Path | None:
        typed = squeeze(words)
        return self._names.get(typed) if typed else None

    @property
    def _names(self) -> Mapping[str, Path]:
        return {squeeze(name): path for path in self._shelf.paths for name in _names_of(path)}

    def _inside(self, words: str) -> Path | None:
        """Return the first path of which a name stands somewhere in `words`."""
        return next((path for path in self._shelf.paths if _stands_in(path, words)), None)

    def _asks_for_papers(self, words: str) -> bool:
        path = self._shelf.paths.of_goal(Goal.PAPERS)
        return path is not None and _stands_in(path, words)


def _names_of(path: Path) -> Iterator[str]:
    yield from (path.id, path.title.ko, path.title.en, *path.words)


def _stands_in(path: Path, words: str) -> bool:
    """Say whether a word of the path stands in a text: English as whole words, Korean at the start of one."""
    padded = f" {' '.join(re.findall(r'[0-9a-z가-힣]+', words.lower()))} "
    return any(f" {name} " in padded if name.isascii() else f" {name}" in padded for name in path.words)
