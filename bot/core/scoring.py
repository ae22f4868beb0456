"""Scores resources for one question: which rows can matter, which must not be shown, how good the others are.

Scores say nothing by themselves, only their order counts. The reasons for a pick are told by `recommender`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.catalogue import Approach, Kind, Level, Resource, Showing, Stage, State, Strength
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.language.reading import Heard, Options, Reading
from bot.core.language.spans import How
from bot.core.methods import Goal
from bot.core.ranks import STATE
from bot.core.shelf import Shelf

# Weights, tuned on one half of the judged queries and checked on the other; the figures move little with any of them.
_FIRST = 0.45
_CLOSENESS = 1.5
_TEXT, _TEXT_ALONE, _TEXT_STANDING = 1.25, 0.1, 0.5
_TITLE = 1.5  # the words make up the title, as "bandits" does of "Bandit Algorithms"
_LEAST_TEXT = 0.35  # without any topic, rows that match less are chance
_TELLING_TEXT = 0.4  # a row about another topic answers only when its own words match this well
_DOUBT = 0.9  # the less surely a topic was heard, the more a row's own words count apart from it
_GATHERINGS = frozenset((Kind.NEWSLETTER, Kind.COMMUNITY, Kind.SOCIAL))
_GATHERING = 0.6
_INSTEAD = 1.5  # takes the place of what was named as gone
_FIRST_LATER = 0.3  # ... for who has taken the first step already
_TOO_HARD, _TOO_EASY = 0.3, 0.4
_APPROACH_UNWANTED = 0.35
_NAMED = 2.5
_BOTH = 0.5
_LEVEL = (1.15, 0.85, 0.45)  # by steps between the level asked for and the row's
_AFTER_FOR_BEGINNER = 0.93
_KIND_FITS, _KIND_ELSE = 1.15, 0.45
_KIND_ELSE_SPECIAL = 0.25  # a course does not answer who looks for a community, a newsletter or a library
_TAUGHT = frozenset((Kind.COURSE, Kind.TEXTBOOK, Kind.VIDEO_CHANNEL, Kind.NOTEBOOK, Kind.ARTICLE, Kind.BLOG))
_LANGUAGE_FITS, _LANGUAGE_ELSE = 1.2, 0.3
_OWN_LANGUAGE = 1.15
_FOREIGN = 0.3  # a row in Korean only, for someone who writes English
_APPROACH = 1.3
_OTHER_MANNER = 0.75  # no picture for who wants to see it, a textbook for who wants it easy
_PAID_UNWANTED = 0.7
_KIND_AGAIN = 0.96
_VARIED = 16  # rows at the top among which kinds are varied
_ENDED, _OVER = 0.3, frozenset((State.ARCHIVED, State.UNMAINTAINED))  # for who asks what is going on now
_SAVED, _GOING = 0.85, 0.6
_JUST_ABOVE = 1.001
_FIRST_FEW, _FAINT = 3, 0.33  # rows so far below the third one answer something else
_FAINT_GUESSED = 0.55  # ... and sooner, when the topic was not named


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person has, as resource ids, and what they know, as topic ids."""

    saved: frozenset[str] = frozenset()
    going: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    not_for_me: frozenset[str] = frozenset()
    known_topics: frozenset[str] = frozenset()
    level: Level | None = None
    goal: Goal | None = None


NOBODY = Profile()


def ranked(reading: Reading, shelf: Shelf, profile: Profile, asked: Options) -> list[tuple[int, float]]:
    """Return every row that answers, best first, as (index in `shelf.ranks.rows`, score)."""
    judge = _Judge(reading, shelf, profile, asked)
    scores = {at: score for at, fit in judge.candidates().items() if (score := judge.score(at, fit)) > 0}
    judge.yield_to_successors(scores)
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    guessed = bool(reading.topics) and reading.topics[0].how is How.CLUE
    faint = _FAINT_GUESSED if guessed else _FAINT
    least = faint * ordered[min(_FIRST_FEW, len(ordered)) - 1][1] if ordered else 0.0
    return _varied([pair for pair in ordered if pair[1] >= least], shelf)


def _varied(ordered: list[tuple[int, float]], shelf: Shelf) -> list[tuple[int, float]]:
    """Return the same rows with repeated kinds moved down a little at the top."""
    rows = shelf.ranks.rows
    waiting = [(score, at, rows[at].kind) for at, score in ordered[:_VARIED]]
    damping = dict.fromkeys(Kind, 1.0)
    chosen: list[tuple[int, float]] = []
    while waiting:
        best = max(waiting, key=lambda each: each[0] * damping[each[2]])
        waiting.remove(best)
        damping[best[2]] *= _KIND_AGAIN
        chosen.append((best[1], best[0]))
    return chosen + ordered[_VARIED:]


class _Judge:
    """Scores rows for one question; everything that does not depend on the row is worked out once."""

    def __init__(self, reading: Reading, shelf: Shelf, profile: Profile, asked: Options) -> None:
        self.reading, self.shelf, self.profile, self.asked = reading, shelf, profile, asked
        self.ranks, self.wishes, self.without = shelf.ranks, reading.wishes, reading.without
        self.level = asked.level or reading.wishes.level or profile.level
        self.language = asked.language or reading.wishes.language
        self.own = "ko" if reading.korean else "en"
        self.named = {self.ranks.index_of[each.resource]: each.confidence for each in reading.named}
        self.texts: Mapping[int, float] = self.ranks.text_strengths(reading.words, dict(reading.aliases))
        self.titles: Mapping[int, float] = self.ranks.title_shares(reading.words, dict(reading.aliases))
        self.only_kinds: tuple[Kind, ...] = ()
        self.weights = _weights(reading.topics) or self._assumed()
        self.firsts = self._firsts()
        self.factors: dict[int, tuple[float, float, float, float]] = {}  # by `Ranks.manners`
        self.doubt = _DOUBT * (1.0 - reading.topics[0].confidence if reading.topics else 1.0)
        self.kind_else = _KIND_ELSE if any(kind in _TAUGHT for kind in reading.wishes.kinds) else _KIND_ELSE_SPECIAL
        aside = [self.shelf.catalogue[row_id] for row_id in reading.aside.resources]
        self.aside_levels = [row.level for row in aside if row.level]
        avoided = [*aside, *(self.shelf.catalogue[row_id] for row_id in reading.without.resources)]
        self.instead = frozenset(
            self.ranks.index_of[successor.id] for row in avoided for successor in self.shelf.catalogue.successors(row)
        )
        self.hidden = profile.done | profile.not_for_me | {*reading.without.resources, *reading.aside.resources}
        self.shunned = _shunned(reading, shelf)
        self.is_live = reading.topic is not None and self.shelf.topics[reading.topic].live
        self.is_strict = asked != Options() or bool(self.only_kinds or self.without.kinds or self.without.languages)

    def _assumed(self) -> list[tuple[str, float]]:
        """Return the topics meant by someone who names none: those of the named rows, or the entrances.

        Words that nobody knows are no subject; then only rows that hold those words can answer.
        """
        rows = (self.shelf.catalogue[each.resource] for each in self.reading.named)
        named = dict.fromkeys(row.topic for row in rows if row.topic)
        if named:
            return [(topic, 1.0) for topic in named]
        if self.reading.leftovers:
            return []
        self.only_kinds = self.wishes.kinds
        return [(topic.id, 1.0) for topic in self.shelf.topics if topic.entrance]

    def _firsts(self) -> dict[int, float]:
        """Return the rows that are first to hand someone for what was asked, with how much that counts."""
        best: dict[int, float] = {}
        worth = _FIRST_LATER if self.reading.aside.step > 0 else 1.0
        for topic, weight in ((topic, weight * worth) for topic, weight in self.weights):
            for at, share in self.ranks.firsts[topic].items():
                best[at] = max(best.get(at, 0.0), share * weight)
        return best

    def candidates(self) -> dict[int, float]:
        """Return the rows that can matter, each with how well it fits the topics (0 to about 1)."""
        if not self.weights:
            fits = {at: strength for at, strength in self.texts.items() if strength >= _LEAST_TEXT}
        else:
            fits = self._topic_fits()
            for at, strength in self.texts.items():
                if strength >= _TELLING_TEXT:
                    fits.setdefault(at, 0.0)
            for at in self._gatherings():
                fits[at] = max(fits.get(at, 0.0), _GATHERING)
        for at in (*self.named, *self.instead):
            fits.setdefault(at, 0.0)
        return fits

    def _gatherings(self) -> Iterator[int]:
        """Yield the newsletters or communities on machine learning as such, for who asks for one on any subject."""
        wanted = {self.asked.kind} if self.asked.kind else set(self.wishes.kinds)
        if not wanted.isdisjoint(_GATHERINGS):
            for at, row in enumerate(self.ranks.rows):
                topic = self.shelf.topics.get(row.topic)
                if row.kind in wanted & _GATHERINGS and topic is not None and (topic.entrance or topic.across):
                    yield at

    def _topic_fits(self) -> dict[int, float]:
        if len(self.weights) == 1 and self.weights[0][1] == 1.0:
            return dict(self.ranks.fits[self.weights[0][0]])
        best: dict[int, float] = {}
        total: dict[int, float] = {}
        for topic, weight in self.weights:
            share = math.sqrt(weight)  # a subject named in passing still tells rows of the main one apart
            for at, fit in self.ranks.fits[topic].items():
                total[at] = total.get(at, 0.0) + fit * share
                value = fit * weight
                if value > best.get(at, 0.0):
                    best[at] = value
        return {at: value * (1 + _BOTH * (total[at] - value)) for at, value in best.items()}

    def score(self, at: int, fit: float) -> float:
        """Return the row's score; 0 leaves it out."""
        row = self.ranks.rows[at]
        named = self.named.get(at, 0.0)
        if not self._allowed(row, named):
            return 0.0
        base = math.pow(fit, _CLOSENESS) * (self.ranks.standing[at] + _FIRST * self.firsts.get(at, 0.0))
        about = max(fit, self.doubt)
        base += _TEXT * self.texts.get(at, 0.0) * (_TEXT_ALONE + about) * (_TEXT_STANDING + self.ranks.standing[at])
        base += _TITLE * self.titles.get(at, 0.0) ** 2 * (_TEXT_ALONE + about)
        base += _NAMED * named + _INSTEAD * (at in self.instead)
        if row.id in self.profile.going:
            base *= _GOING
        elif row.id in self.profile.saved:
            base *= _SAVED
        if named < SURELY_NAMED:
            base *= STATE[row.state] * (_ENDED if self.is_live and row.state in _OVER else 1.0)
        level, step, language, manner = self._factors(at, row, named)
        return base * level * step * language * manner

    def _factors(self, at: int, row: Resource, named: float) -> tuple[float, float, float, float]:
        """Return the factors for how a row teaches; rows that teach alike share them."""
        if named:
            return self._factors_of(row, named)
        manner = self.ranks.manners[at]
        found = self.factors.get(manner)
        if found is None:
            found = self.factors[manner] = self._factors_of(row, named)
        return found

    def _factors_of(self, row: Resource, named: float) -> tuple[float, float, float, float]:
        return (
            self._level_factor(row),
            self._step_factor(row),
            self._language_factor(row, named),
            self._manner_factor(row),
        )

    def _step_factor(self, row: Resource) -> float:
        """Return the factor for where to go from what was only named: down from a hard book, on from a finished one."""
        step = self.reading.aside.step
        if step == 0 or row.level is None:
            return 1.0
        order = list(Level)
        reached = [order.index(level) for level in self.aside_levels] or [1 if step < 0 else 0]
        rank = order.index(row.level)
        if step < 0:
            return 1.0 if rank < max(reached) else _TOO_HARD
        return 1.0 if rank > min(reached) else _TOO_EASY

    def _allowed(self, row: Resource, named: float) -> bool:
        if row.id in self.hidden or (self.is_strict and not self._meets(row)):
            return False
        if named < SURELY_NAMED and not _may_be_offered(row):
            return False
        if row.showing is Showing.NEVER or (row.topic in self.shunned and not named):
            return False
        return bool(named) or not self._presupposes_itself(row)

    def _presupposes_itself(self, row: Resource) -> bool:
        """Say whether a row asks a beginner for the very topic they are beginning."""
        if self.level is not Level.BEGINNER or row.level is Level.BEGINNER:
            return False
        return self.reading.topic is not None and self.reading.topic in row.prerequisites

    def _meets(self, row: Resource) -> bool:
        """Say whether a row meets the strict options and exclusions."""
        return self._meets_options(row) and self._meets_exclusions(row)

    def _meets_options(self, row: Resource) -> bool:
        asked = self.asked
        if asked.kind is not None and not row.kind.fits(asked.kind):
            return False
        if asked.language is not None and asked.language not in row.languages:
            return False
        if asked.free and row.free is False:
            return False
        return asked.level is None or row.level is None or row.level.steps_from(asked.level) <= 1

    def _meets_exclusions(self, row: Resource) -> bool:
        if self.only_kinds and not any(row.kind.fits(kind) for kind in self.only_kinds):
            return False
        if row.kind in self.without.kinds:
            return False
        return not self.without.languages or not set(row.languages) <= set(self.without.languages)

    def _level_factor(self, row: Resource) -> float:
        if row.level is None or self.level is None:
            return 1.0
        factor = _LEVEL[row.level.steps_from(self.level)]
        if self.level is Level.BEGINNER and row.stage is Stage.AFTER:
            factor *= _AFTER_FOR_BEGINNER
        return factor

    def _language_factor(self, row: Resource, named: float) -> float:
        if self.language is not None:
            return _LANGUAGE_FITS if self.language in row.languages else _LANGUAGE_ELSE
        if self.own in row.languages:
            return _OWN_LANGUAGE
        return 1.0 if "en" in row.languages or named >= SURELY_NAMED else _FOREIGN

    def _manner_factor(self, row: Resource) -> float:
        """Return the factor for kind, approach and cost: what was asked softly."""
        wishes, factor = self.wishes, 1.0
        if wishes.kinds and self.asked.kind is None:
            factor = _KIND_FITS if any(row.kind.is_like(kind) for kind in wishes.kinds) else self.kind_else
        for approach in wishes.approaches:
            if approach in row.approach:
                factor *= _APPROACH
            elif approach is Approach.VISUAL or (approach is Approach.GENTLE and row.kind is Kind.TEXTBOOK):
                factor *= _OTHER_MANNER
        if not set(row.approach).isdisjoint(self.without.approaches):
            factor *= _APPROACH_UNWANTED
        return factor * (_PAID_UNWANTED if wishes.free and row.free is False else 1.0)

    def yield_to_successors(self, scores: dict[int, float]) -> None:
        """Put what takes a superseded row's place where it stood; the old one stays only for who named it."""
        for at in [at for at in scores if self.ranks.rows[at].status.superseded_by]:
            row = self.ranks.rows[at]
            successors = [each for each in self.shelf.catalogue.successors(row) if self._allowed(each, 0.0)]
            places = [self.ranks.index_of[successor.id] for successor in successors]
            if not places:
                continue
            place = max(places, key=lambda each: (scores.get(each, 0.0), -each))
            scores[place] = max(scores.get(place, 0.0), scores[at] * _JUST_ABOVE)
            if self.named.get(at, 0.0) < SURELY_NAMED:
                del scores[at]


def _may_be_offered(row: Resource) -> bool:
    """Say whether a row may be recommended to someone who did not name it."""
    if row.showing is not Showing.OFFERED or row.status.state is State.RETIRED:
        return False
    return row.article is None or row.article.strength is not Strength.NOT_RECOMMENDED


def _weights(topics: Sequence[Heard]) -> list[tuple[str, float]]:
    most = topics[0].confidence if topics else 1.0
    return [(each.topic, each.confidence / most) for each in topics]


def _shunned(reading: Reading, shelf: Shelf) -> frozenset[str]:
    """Return the topics left out as asked, with those below them, save what was asked for by itself."""
    without = set(reading.without.topics)
    if not without:
        return frozenset()
    below = {topic.id for topic in shelf.topics if not without.isdisjoint(shelf.topics.ancestors(topic.id))}
    return frozenset((without | below) - {each.topic for each in reading.topics})
