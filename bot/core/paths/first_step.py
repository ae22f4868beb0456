"""The one thing to start with: what four answers come to, why this one, and what not to worry about yet.

Pure. It follows the written paths: the first step is the step of the goal's path that somebody with these answers is
at. Reasons are values; whoever speaks puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.catalogue import Resource, Strength
from bot.core.methods import Goal
from bot.core.paths import Path, Step, Subject
from bot.core.paths.plan import effort
from bot.core.paths.standing import Standing, Walker, choices, stand
from bot.core.people import Knows
from bot.core.shelf import Shelf

MOST_REASONS, MOST_NOT_YET = 2, 3
_RECOMMENDED = frozenset((Strength.VERY_STRONG, Strength.STRONG, Strength.RECOMMENDED, Strength.WITH_RESERVE))


class FirstWhy(StrEnum):
    """A true reason for handing somebody this resource first."""

    LANGUAGE = "language"  # it is in their language
    SUBTITLES = "subtitles"  # it has subtitles in their language
    ARTICLE = "article"  # the article recommends it
    REPLACES = "replaces"  # it takes the place of one the article recommends
    SHORT = "short"  # it is over within two weeks at their hours
    FREE = "free"  # it costs nothing


class NotYet(StrEnum):
    """Something not to worry about yet."""

    COURSES = "courses"  # which course comes after Python
    PYTHON = "python"  # the Python they do not know yet
    MATHS = "maths"  # maths: when stuck
    BOOKS = "books"
    PAPERS = "papers"  # after the course
    NO_PAPERS = "no-papers"  # not at all, for a taste


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One resource to start with. `others` are what else the step offers, best first; `weeks` is None when unknown."""

    path: Path
    step: Step
    resource: Resource
    others: tuple[Resource, ...]
    reasons: tuple[FirstWhy, ...]
    not_yet: tuple[NotYet, ...]
    weeks: int | None


def first_step(walker: Walker, hours_a_week: int | None, shelf: Shelf, *, other: int = 0) -> FirstStep | None:
    """Return what `walker` should start with for their goal, or the `other`-th thing beside it.

    Without a goal the article's own order is followed. None when the way is walked.
    """
    path = (walker.goal and shelf.paths.of_goal(walker.goal)) or next((p for p in shelf.paths if p.goal is None), None)
    if path is None:
        return None
    standing = stand(path, shelf.catalogue, walker)
    now = standing.now
    if now is None or now.resource is None:
        return None
    offered = tuple(dict.fromkeys([now.resource, *choices(now.step, shelf.catalogue, walker)]))
    chosen = offered[other % len(offered)]
    asked = effort(chosen)
    weeks = asked.weeks(hours_a_week) if asked and hours_a_week else None
    return FirstStep(
        path=path,
        step=now.step,
        resource=chosen,
        others=tuple(row for row in offered if row is not chosen),
        reasons=tuple(_reasons(chosen, walker, shelf, weeks))[:MOST_REASONS],
        not_yet=tuple(_not_yet(standing, now.step, walker))[:MOST_NOT_YET],
        weeks=weeks,
    )


def _reasons(row: Resource, walker: Walker, shelf: Shelf, weeks: int | None) -> Iterator[FirstWhy]:
    if walker.language != "en" and walker.language in row.languages:
        yield FirstWhy.LANGUAGE
    elif walker.language != "en" and walker.language in row.subtitles:
        yield FirstWhy.SUBTITLES
    if row.article is not None and row.article.strength in _RECOMMENDED:
        yield FirstWhy.ARTICLE
    elif any(_is_successor(row, older, shelf) for older in shelf.catalogue):
        yield FirstWhy.REPLACES
    if weeks is not None and weeks <= 2:
        yield FirstWhy.SHORT
    if row.free:
        yield FirstWhy.FREE


def _is_successor(row: Resource, older: Resource, shelf: Shelf) -> bool:
    recommended = older.article is not None and older.article.strength in _RECOMMENDED
    return recommended and bool(older.status.superseded_by) and row in shelf.catalogue.successors(older)


def _not_yet(standing: Standing, step: Step, walker: Walker) -> Iterator[NotYet]:
    if step.knows is Subject.PYTHON:
        yield NotYet.COURSES
    elif walker.python is Knows.SOME:
        yield NotYet.PYTHON
    if walker.maths in (None, Knows.NONE, Knows.SOME):
        yield NotYet.MATHS
    if walker.goal is Goal.TASTE:
        yield NotYet.NO_PAPERS
    elif walker.goal is Goal.PAPERS and not _is_behind_the_course(standing, step):
        yield NotYet.PAPERS
    yield NotYet.BOOKS


def _is_behind_the_course(standing: Standing, step: Step) -> bool:
    """Say whether everything before the first step about reading papers is behind: then papers are what comes now."""
    on_papers = [each.step for each in standing.steps if "paper-reading" in each.step.topics]
    order = [each.step for each in standing.steps]
    return bool(on_papers) and order.index(step) >= order.index(on_papers[0])
