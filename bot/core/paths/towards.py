"""A way towards a topic: what comes before it, the first things of the topic itself, and what comes next.

Pure. The way is a path like the written ones, made from the map of topics and the recommender; `standing` and `plan`
treat both alike. It knows neither how a wish was typed nor how a way is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.core.catalogue import Kind
from bot.core.language.reading import Heard, Reading
from bot.core.language.spans import How
from bot.core.paths import Enough, Need, Path, Step, Subject
from bot.core.paths.standing import Standing, Walker, choices
from bot.core.people import EntryState
from bot.core.recommender import NOBODY, Profile, recommend
from bot.core.shelf import Shelf
from bot.i18n import Bilingual, Locale

MOST_STEPS = 6  # steps for everybody on one way: more are not looked at, and what is further off is met when needed
FIRST_THINGS = 4
PYTHON, MATHS, PAPERS, ALGEBRA = "python", "math", "paper-reading", "linear-algebra"
_COURSES = frozenset((Kind.COURSE, Kind.TEXTBOOK, Kind.VIDEO_CHANNEL))  # what an introductory course may be
_FINISHED = (EntryState.DONE, EntryState.SKIMMED, EntryState.GOING)


@dataclass(frozen=True, slots=True)
class Way:
    """A path to `topic`, and the topics that come after it. `papers`: it goes on to reading the topic's papers.

    `asked_for` are the steps, by id, whose why says what the topic needs them for, not what they are.
    """

    path: Path
    topic: str
    next: tuple[str, ...]
    papers: bool = False
    asked_for: frozenset[str] = frozenset()


def towards(topic: str, shelf: Shelf, walker: Walker, profile: Profile = NOBODY, *, papers: bool = False) -> Way:
    """Return the way to `topic` for `walker`. Raises `KeyError` when there is no such topic."""
    target = shelf.topics[topic]
    maker = _Maker(shelf, walker, profile)
    goals = maker.goals(topic, papers=papers)
    steps = [*maker.before(goals), *(maker.step(goal, Need.MAIN) for goal in goals)]
    name = target.name
    title = Bilingual(ko=f"{name.ko}, 논문까지", en=f"{name.en}, up to its papers") if papers else name
    path = Path(id=topic, title=title, about=target.definition, steps=tuple(steps))
    asked_for = frozenset(step.id for step in steps if step.why is not shelf.topics[step.id].definition)
    return Way(path, topic, _next(topic, shelf, profile), papers, asked_for)


def comes_too_early(way: Way, standing: Standing, shelf: Shelf) -> bool:
    """Say whether the topic stands after an introductory course that still lies before the person."""
    now = standing.now
    return now is not None and now.step.id != way.topic and shelf.ranks.stands_after.get(way.topic, False)


def _next(topic: str, shelf: Shelf, profile: Profile) -> tuple[str, ...]:
    following = [*shelf.topics.children(topic), *shelf.topics.followers(topic)]
    return tuple(dict.fromkeys(each.id for each in following if each.id not in profile.known_topics))[:3]


class _Maker:
    """Makes the steps of one way; what is asked of the shelf for every step is worked out once."""

    def __init__(self, shelf: Shelf, walker: Walker, profile: Profile) -> None:
        self.shelf, self.topics, self.walker = shelf, shelf.topics, walker
        self.profile = replace(profile, saved=frozenset(), going=frozenset(), done=frozenset())
        self.entrances = frozenset(each.id for each in self.topics if each.entrance and not each.across)
        self.lent = _lent(shelf, walker)
        self.warm_ups = _warm_ups(shelf)

    def goals(self, topic: str, *, papers: bool) -> list[str]:
        """Return what the way ends with: the topic, then its papers. What papers build on anyway comes before them."""
        if not papers or topic == PAPERS:
            return [topic]
        both = [topic, PAPERS]
        built_on = {need.topic for each in self._closure(both) for need in self.topics.needs(each)}
        return [PAPERS] if topic in built_on else both

    def before(self, goals: list[str]) -> Iterator[Step]:
        """Yield the steps that come before the `goals`, what others build on first."""
        asked_of = {need.topic: need.why for goal in reversed(goals) for need in self.topics.needs(goal)}
        everything = self._closure(goals)
        entrances = [topic for topic in self._in_order(everything) if topic in self.entrances]
        mathematical = any(self._is_maths(goal) for goal in goals)
        near = self._near(goals, {PYTHON, *entrances}, with_maths=mathematical)
        for topic in self._in_order(everything):
            why = asked_of.get(topic)
            if topic == PYTHON:
                yield self.step(topic, Need.IF_MISSING, why, knows=Subject.PYTHON)
            elif topic in near:
                yield self.step(topic, Need.MAIN, why)
            elif entrances and topic == entrances[-1]:
                yield self._entrance(entrances, why)
            elif self._is_maths(topic) and not mathematical and (why is not None or topic == ALGEBRA):
                yield self.step(topic, Need.WHEN_STUCK, why)

    def step(self, topic: str, need: Need, why: Bilingual | None = None, *, knows: Subject | None = None) -> Step:
        """Return the step that teaches `topic`: the person's own rows first, then the written ones, then picks."""
        found = self.topics[topic]
        rows = dict.fromkeys([*self._theirs(topic), *self._lent(topic), *self._picks(topic)])
        return Step(
            id=topic,
            title=found.name,
            why=why or found.definition,
            need=need,
            knows=knows,
            topics=(topic,),
            resources=tuple(rows),
            methods=tuple(method.id for method in self.shelf.methods if topic in method.when.topics),
            ranked=True,
        )

    def _entrance(self, topics: list[str], why: Bilingual | None) -> Step:
        """Return one step for all entrances asked for: one introductory course opens them together."""
        last = self.step(topics[-1], Need.MAIN, why)
        names = [self.topics[topic].name for topic in topics]
        title = Bilingual(ko="·".join(name.ko for name in names), en=" / ".join(name.en for name in names))
        others = [row for topic in topics[:-1] for row in self._theirs(topic)]
        return replace(
            last, title=title, topics=tuple(topics), resources=tuple(dict.fromkeys([*others, *last.resources]))
        )

    def _theirs(self, topic: str) -> list[str]:
        """Return what the person has of a topic: of one that a course opens, courses, and not what warms up for one."""
        rows = (self.shelf.catalogue.get(row) for row, state in self.walker.entries.items() if state in _FINISHED)
        theirs = [row for row in rows if row is not None and topic in (row.topic, *row.first_for)]
        long_enough = [row for row in theirs if topic not in self.entrances or row.kind in _COURSES]
        return [row.id for row in long_enough if row.id not in self.warm_ups]

    def _lent(self, topic: str) -> list[str]:
        step = self.lent.get(topic)
        return [row.id for row in choices(step, self.shelf.catalogue, self.walker)] if step else []

    def _picks(self, topic: str) -> list[str]:
        reading = Reading(topic, Locale(self.walker.language), topics=(Heard(topic, 1.0, topic, How.EXACT),))
        picks = recommend(reading, self.shelf, self.profile, limit=FIRST_THINGS).picks
        own = [pick.resource.id for pick in picks if pick.from_topic is None]
        return own or [pick.resource.id for pick in picks]

    def _closure(self, goals: list[str]) -> set[str]:
        found: set[str] = set()
        waiting = [need.topic for goal in goals for need in self.topics.needs(goal)]
        while waiting:
            topic = waiting.pop()
            if topic not in found:
                found.add(topic)
                waiting += [need.topic for need in self.topics.needs(topic)]
        return found - set(goals)

    def _near(self, goals: list[str], counted: set[str], *, with_maths: bool) -> set[str]:
        """Return what the goals ask for directly, and whole rings around it as long as the way stays short."""
        near: set[str] = set()
        ring = set(goals)
        while ring:
            asked = {need.topic for topic in ring for need in self.topics.needs(topic)} - near - counted - set(goals)
            ring = {topic for topic in asked if with_maths or not self._is_maths(topic)}
            if near and len(near) + len(ring) + len(goals) + 1 > MOST_STEPS:
                break
            near |= ring
        return near

    def _in_order(self, wanted: set[str]) -> list[str]:
        """Return `wanted`, each after what it builds on, and otherwise as on the map."""
        placed: list[str] = []

        def place(topic: str) -> None:
            for need in self.topics.needs(topic):
                if need.topic in wanted and need.topic not in placed:
                    place(need.topic)
            if topic not in placed:
                placed.append(topic)

        for each in self.topics:
            if each.id in wanted:
                place(each.id)
        return placed

    def _is_maths(self, topic: str) -> bool:
        return topic == MATHS or MATHS in self.topics.ancestors(topic)


def _lent(shelf: Shelf, walker: Walker) -> Mapping[str, Step]:
    """Return the step of the written paths that teaches each topic, that of the person's own goal before others."""
    paths = sorted(shelf.paths, key=lambda path: path.goal is None or path.goal is not walker.goal)
    lent: dict[str, Step] = {}
    for step in (step for path in paths for step in path.steps if path.goal is not None and _teaches(step)):
        for topic in step.topics:
            lent.setdefault(topic, step)
    return lent


def _warm_ups(shelf: Shelf) -> frozenset[str]:
    """Return what the written paths show before the course to whoever has seen nothing yet: it stands for no course."""
    before = (step for path in shelf.paths for step in path.steps if step.need is Need.IF_MISSING and not step.topics)
    return frozenset(row for step in before for row in step.resources)


def _teaches(step: Step) -> bool:
    return step.need is not Need.OPTIONAL and step.enough is Enough.FINISHED
