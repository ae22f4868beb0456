"""The smallest thing that helps somebody who is stuck in a resource: never a textbook, rather one short video.

Pure and deterministic. It knows what a resource asks for first and how much a piece of another one takes; who asks and
how the answer is worded, others know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.catalogue import Approach, Kind, Level, Resource, Showing, State, Strength
from bot.core.scoring import NOBODY, Profile
from bot.core.series import Unit
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual


class Trouble(StrEnum):
    """What somebody is stuck with. The values travel in buttons."""

    MATHS = "maths"
    CODE = "code"
    LANGUAGE = "language"
    MUCH = "much"


class Trait(StrEnum):
    """Why a hint is a small one."""

    SHORT = "short"
    VISUAL = "visual"
    GENTLE = "gentle"
    HANDS_ON = "hands-on"
    LANGUAGE = "language"
    SUBTITLES = "subtitles"


@dataclass(frozen=True, slots=True)
class Hint:
    """One small thing that may help now.

    `topic` is what it helps with, `why` says why that is needed (None for the resource's own topic), `traits` what is
    small or kind about it. `piece`: one piece of it is enough; `unit` is that piece where one is known by name, and
    `minutes` what a piece takes, None where nobody knows or it is more than one sitting.
    """

    resource: Resource
    topic: str
    why: Bilingual | None
    traits: tuple[Trait, ...]
    piece: bool
    unit: Unit | None = None
    minutes: int | None = None


_MATHS = "math"
_CODE = ("python", "data-tools", "pytorch", "dl-frameworks")
_FURTHEST = 3  # steps down the prerequisites; what lies deeper is not where somebody is stuck
# A textbook is what they are stuck with; a list, a tool or a community is a search and no answer.
_HELPFUL = frozenset((Kind.COURSE, Kind.ARTICLE, Kind.NOTEBOOK, Kind.SITE, Kind.BLOG, Kind.VIDEO_CHANNEL))
_GONE = frozenset((State.RETIRED, State.SUPERSEDED, State.UNMAINTAINED, State.UNCLEAR))

# Hours that one piece takes: a guess by its name, good enough to tell twelve minutes from an evening.
_PIECES = {
    "short video": 0.1,
    "video": 0.25,
    "visual essay": 0.25,
    "short lecture": 0.3,
    "lesson": 0.5,
    "exercise": 0.5,
    "part": 0.75,
    "step": 0.75,
    "section": 0.75,
    "topic": 0.75,
    "chapter": 1.0,
    "unit": 1.0,
    "notebook": 1.0,
    "lecture": 1.25,
    "module": 2.0,
    "week": 4.0,
    "course": 4.0,
}
_COUNTED = re.compile(r"(\d+) (short video|visual essay|short lecture|[a-z]+?)s?\b")
_WHOLE = {
    Kind.ARTICLE: 0.5,
    Kind.BLOG: 0.5,
    Kind.SITE: 0.5,
    Kind.VIDEO_CHANNEL: 0.4,
    Kind.NOTEBOOK: 1.0,
    Kind.COURSE: 1.5,
}
_SHORT, _SITTING = 0.3, 1.25  # hours; what takes longer is no small thing to put a figure to
_ALONE = frozenset((Kind.ARTICLE, Kind.NOTEBOOK))  # one page; a site, a course and a channel are many
_BY_NAME = 0.2  # a piece that can be named and opened, rather than sought

_VISUAL, _GENTLE, _HANDS_ON = 1.0, 0.5, 0.3
_OWN_LANGUAGE, _SUBTITLED, _FOREIGN = 0.6, 0.4, -0.3
_HOUR, _TOTAL = 0.5, 0.01  # what an hour of the piece, and of the whole, costs
_FIRST, _MAIN = 0.4, 0.3
_STEP_UP = 0.5  # for each level above a beginner's
_FURTHER = 0.5  # for each topic that is less likely the one


def troubles(resource: Resource, shelf: Shelf, reader: str) -> tuple[Trouble, ...]:
    """Return what somebody who reads the language `reader` ("ko") may be stuck with in `resource`, the likely first."""
    found = [each for each in (Trouble.MATHS, Trouble.CODE) if _topics(each, resource, shelf)]
    foreign = [] if reader in resource.languages else [Trouble.LANGUAGE]
    return (*found, *foreign, Trouble.MUCH)


def hints(
    resource: Resource, trouble: Trouble, shelf: Shelf, profile: Profile = NOBODY, *, reader: str = "en"
) -> tuple[Hint, ...]:
    """Return what helps with `trouble` in `resource`, the smallest and gentlest first; each resource once."""
    best: dict[str, tuple[float, Hint]] = {}
    for place, (topic, why) in enumerate(_topics(trouble, resource, shelf).items()):
        for row in _candidates(topic, trouble, resource, shelf, profile, reader):
            series = shelf.series.of_resource(row.id)
            unit = series.small if series is not None else None
            score = _kindness(row, topic, trouble, reader, unit) - _FURTHER * place
            known = best.get(row.id)
            if known is None or score > known[0]:
                best[row.id] = (score, _hint(row, topic, why, reader, unit))
    ordered = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].resource.id))
    return tuple(_each_piece_once(hint for _, hint in ordered))


def _each_piece_once(found: Iterable[Hint]) -> Iterator[Hint]:
    """Yield the hints without a piece that came before in another language."""
    seen: set[str] = set()
    for hint in found:
        title = hint.unit.title if hint.unit is not None else None
        called = title.en if isinstance(title, Bilingual) else title
        if called is None or called not in seen:
            yield hint
        seen |= {called} if called else set()


def hours_of_a_piece(resource: Resource) -> float:
    """Return about how many hours one piece of `resource` takes, or the whole where it has no pieces."""
    counted = counted_pieces(resource)
    if counted is None:
        return resource.hours or _WHOLE.get(resource.kind, 2.0)
    count, each = counted
    if resource.hours:
        return resource.hours / count
    return each / 2 if resource.kind is Kind.SITE else each  # its chapters are pages to play with


def counted_pieces(resource: Resource) -> tuple[int, float] | None:
    """Return how many pieces there are and the hours that one of them takes, as far as its `units` tell."""
    said = _COUNTED.search(resource.units.en) if resource.units else None
    if said is None or said[2] not in _PIECES or int(said[1]) < 1:
        return None
    return int(said[1]), _PIECES[said[2]]


# --- which topics


def _topics(trouble: Trouble, resource: Resource, shelf: Shelf) -> dict[str, Bilingual | None]:
    """Return the topics that `trouble` may be about, the likeliest first, each with why it is needed."""
    topics = shelf.topics
    if trouble is Trouble.LANGUAGE:
        return dict.fromkeys(_own_and_wider(resource, topics))
    if trouble is Trouble.MUCH:
        return dict.fromkeys(resource.topics[:1]) | dict(_needs(resource, topics))
    wanted = set(_CODE) if trouble is Trouble.CODE else {t.id for t in topics if topics.related(_MATHS, t.id)}
    own: dict[str, Bilingual | None] = dict.fromkeys(topic for topic in resource.topics if topic in wanted)
    for topic, why in _down(resource, topics):
        if topic in wanted:
            own.setdefault(topic, why)
    return own


def _own_and_wider(resource: Resource, topics: TopicMap) -> Iterator[str]:
    yield from resource.topics
    for topic in resource.topics:
        yield from topics.ancestors(topic)


def _needs(resource: Resource, topics: TopicMap) -> Iterator[tuple[str, Bilingual | None]]:
    """Yield what the resource itself asks for, with the reason its topics give; then what its main topic asks for."""
    reasons = {need.topic: need.why for topic in resource.topics for need in topics.needs(topic)}
    for need in resource.prerequisites:
        if isinstance(need, str):
            yield need, reasons.get(need)
    for each in topics.needs(resource.topic):
        yield each.topic, each.why


def _down(resource: Resource, topics: TopicMap) -> Iterator[tuple[str, Bilingual | None]]:
    """Yield the prerequisites, nearest first, and theirs."""
    level = dict(_needs(resource, topics))
    seen: set[str] = set()
    for _ in range(_FURTHEST):
        yield from level.items()
        seen |= level.keys()
        below = (need for topic in level for need in topics.needs(topic) if need.topic not in seen)
        level = {need.topic: need.why for need in below}


# --- which resources


def _candidates(
    topic: str, trouble: Trouble, stuck_in: Resource, shelf: Shelf, profile: Profile, reader: str
) -> Iterable[Resource]:
    hidden = profile.done | profile.not_for_me | {stuck_in.id}
    for at in sorted(shelf.ranks.direct.get(topic, ())):
        row = shelf.ranks.rows[at]
        if row.id in hidden or not _helps(row) or stuck_in.topic in row.prerequisites:
            continue
        if _readable(row, reader, own=trouble is Trouble.LANGUAGE):
            yield row


def _helps(row: Resource) -> bool:
    if row.kind not in _HELPFUL or row.showing is not Showing.OFFERED or row.state in _GONE or row.link is None:
        return False
    if row.kind is Kind.SITE and not row.approach:  # a place full of courses is a search, too
        return False
    refused = row.article is not None and row.article.strength is Strength.NOT_RECOMMENDED
    return not refused and row.level is not Level.ADVANCED


def _readable(row: Resource, reader: str, *, own: bool) -> bool:
    """Say whether `reader` can use the row; `own`: only their own language, or its subtitles, will do."""
    theirs = reader in row.languages or reader in row.subtitles
    return theirs or (not own and "en" in row.languages)


def _kindness(row: Resource, topic: str, trouble: Trouble, reader: str, unit: Unit | None) -> float:
    """Return how small and gentle a row is for somebody who is stuck, and how much it is about `topic`."""
    score = _VISUAL * (Approach.VISUAL in row.approach) + _GENTLE * (Approach.GENTLE in row.approach)
    score += _HANDS_ON * (Approach.HANDS_ON in row.approach and trouble is Trouble.CODE)
    if reader in row.languages:
        score += _OWN_LANGUAGE
    else:
        score += _SUBTITLED if reader in row.subtitles else _FOREIGN
    score += _FIRST * (topic in row.first_for) + _MAIN * (row.topic == topic)
    score -= _STEP_UP * (row.level is Level.INTERMEDIATE)
    if unit is not None:
        return score + _BY_NAME - _HOUR * _hours_of(row, unit) - _TOTAL * _hours_in_all(row)
    return score - _HOUR * hours_of_a_piece(row) - _TOTAL * _hours_in_all(row)


def _hours_of(row: Resource, unit: Unit | None) -> float:
    return unit.minutes / 60 if unit is not None and unit.minutes else hours_of_a_piece(row)


def _hours_in_all(row: Resource) -> float:
    counted = counted_pieces(row)
    if row.hours or counted is None:
        return row.hours or _WHOLE.get(row.kind, 2.0)
    return counted[0] * counted[1]


def _hint(row: Resource, topic: str, why: Bilingual | None, reader: str, unit: Unit | None) -> Hint:
    several = row.kind not in _ALONE or _hours_in_all(row) > hours_of_a_piece(row)
    hours = _hours_of(row, unit)
    told = several and (unit is not None or (counted_pieces(row) is not None and hours <= _SITTING))
    minutes = round(60 * hours) if told else None
    return Hint(row, topic, why, tuple(_traits(row, reader, unit)), piece=several, unit=unit, minutes=minutes)


def _traits(row: Resource, reader: str, unit: Unit | None) -> Iterator[Trait]:
    if _hours_of(row, unit) <= _SHORT:
        yield Trait.SHORT
    if Approach.VISUAL in row.approach:
        yield Trait.VISUAL
    if Approach.GENTLE in row.approach:
        yield Trait.GENTLE
    if Approach.HANDS_ON in row.approach:
        yield Trait.HANDS_ON
    if reader != "en":
        if reader in row.languages:
            yield Trait.LANGUAGE
        elif reader in row.subtitles:
            yield Trait.SUBTITLES
