"""Scores resources for one question: which rows can matter, which must not be shown, how good the others are.

Scores say nothing by themselves, only their order counts. The reasons for a pick are told by `recommender`.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace, nlargest

from bot.core.catalogue import Approach, Kind, Level, Resource, Showing, Stage
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.language.reading import NO_OPTIONS, Heard, Options, Reading
from bot.core.language.spans import How
from bot.core.methods import Goal
from bot.core.ranks import CLOSENESS, FIRST, GATHERINGS, STATE, may_be_offered
from bot.core.shelf import Shelf

# Weights, tuned on one half of the judged queries and checked on the other; the figures move little with any of them.
_TEXT, _TEXT_ALONE, _TEXT_STANDING = 1.25, 0.1, 0.5
_TITLE = 1.5  # the words make up the title, as "bandits" does of "Bandit Algorithms"
_LEAST_TEXT = 0.35  # without any topic, rows that match less are chance
_TELLING_TEXT = 0.4  # a row about another topic answers only when its own words match this well
_DOUBT = 0.9  # the less surely a topic was heard, the more a row's own words count apart from it
_GATHERING = 0.6
_INSTEAD = 1.5  # takes the place of what was named as gone
_FIRST_LATER = 0.3  # ... for who has taken the first step already
_TOO_HARD, _TOO_EASY = 0.3, 0.4
_APPROACH_UNWANTED = 0.35
_NAMED = 2.5
_BOTH = 0.5
_LEVEL = (1.15, 0.85, 0.45)  # by steps between the level asked for and the row's
_AFTER_FOR_BEGINNER = 0.93
_KIND_FITS, _KIND_ELSE = 1.15, 0.55
_KIND_ELSE_SPECIAL = 0.25  # a course does not answer who looks for a community, a newsletter or a library
# Who names no kind wants to learn: what only gathers people or things, or is a means, stands behind what teaches.
_UNASKED = {
    Kind.COMMUNITY: 0.6,
    Kind.SOCIAL: 0.6,
    Kind.NEWSLETTER: 0.6,
    Kind.TOOL: 0.8,
    Kind.SITE: 0.85,
    Kind.REPOSITORY: 0.9,
    Kind.READING_LIST: 0.9,
    Kind.BLOG: 0.95,
}
_TAUGHT = frozenset((Kind.COURSE, Kind.TEXTBOOK, Kind.VIDEO_CHANNEL, Kind.NOTEBOOK, Kind.ARTICLE, Kind.BLOG))
_LANGUAGE_FITS, _LANGUAGE_ELSE = 1.2, 0.3
_OWN_LANGUAGE = 1.15
_FOREIGN = 0.3  # a row in Korean only, for someone who writes English
_APPROACH = 1.3
_OTHER_MANNER = 0.7  # no picture for who wants to see it, a textbook for who wants it easy
_PAID_UNWANTED = 0.7
_KIND_AGAIN = 0.96
_VARIED = 16  # rows at the top among which kinds are varied
_ENDED = 0.3  # for who asks what is going on now
_SAVED, _GOING = 0.85, 0.6
_JUST_ABOVE = 1.001
_FIRST_FEW, _FAINT = 3, 0.33  # rows so far below the third one answer something else
_SURE_ROWS, _BESIDE = 5, 0.7  # ... and, after the first few, rows that only touch what was asked and ask much
_ADVANCED_GUESSED = 0.6  # who cannot name the topic does not begin with an advanced row
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
    scores = judge.scores()
    judge.yield_to_successors(scores)
    if not scores:
        return []
    third = nlargest(_FIRST_FEW, scores.values())[-1]
    ordered = sorted([(-score, at) for at, score in scores.items() if score >= judge.faint * third])
    ordered[_SURE_ROWS:] = [
        (below, at)
        for below, at in ordered[_SURE_ROWS:]
        if -below >= _BESIDE * third or not judge.is_beside_the_point(at)
    ]
    return _varied([(at, -below) for below, at in ordered], shelf)


def _varied(ordered: list[tuple[int, float]], shelf: Shelf) -> list[tuple[int, float]]:
    """Return the same rows with repeated kinds moved down a little at the top."""
    kinds = shelf.ranks.kinds
    waiting: dict[int, list[tuple[int, float, int]]] = {}  # by kind, the best last
    for place in range(min(_VARIED, len(ordered)) - 1, -1, -1):
        at, score = ordered[place]
        waiting.setdefault(kinds[at], []).append((place, score, at))
    damping = dict.fromkeys(waiting, 1.0)
    heads = [(-rows[-1][1], rows[-1][0], kind) for kind, rows in waiting.items()]
    heapify(heads)
    chosen: list[tuple[int, float]] = []
    while heads:
        kind = heads[0][2]
        rows = waiting[kind]
        _, score, at = rows.pop()
        chosen.append((at, score))
        damping[kind] *= _KIND_AGAIN
        if rows:
            heapreplace(heads, (-rows[-1][1] * damping[kind], rows[-1][0], kind))
        else:
            heappop(heads)
    return chosen + ordered[_VARIED:]


class _BestFew:
    """What a row must score to be kept, as far as that is known: a share of the third best so far."""

    def __init__(self, faint: float, passing: Container[int]) -> None:
        self.least = self.third = 0.0
        self._faint, self._passing = faint, passing  # a row that yields to another does not hold its place
        self._best = [0.0] * _FIRST_FEW

    def note(self, at: int, score: float) -> None:
        if score > self.third and at not in self._passing:
            heapreplace(self._best, score)
            self.third = self._best[0]
            self.least = self._faint * self.third


class _Judge:
    """Scores rows for one question; everything that does not depend on the row is worked out once.

    A score is a base (how well a row fits and how good it is) times a weight (whether it may be shown, what became of
    it, how it teaches). Most weights are looked up: rows that teach alike share a factor.
    """

    def __init__(self, reading: Reading, shelf: Shelf, profile: Profile, asked: Options) -> None:
        self.reading, self.shelf, self.profile, self.asked = reading, shelf, profile, asked
        self.ranks, self.wishes, self.without = shelf.ranks, reading.wishes, reading.without
        self.level = asked.level or reading.wishes.level or profile.level
        self.language = asked.language or reading.wishes.language
        self.own = "ko" if reading.korean else "en"
        self.named = {self.ranks.index_of[each.resource]: each.confidence for each in reading.named}
        aliases = dict(reading.aliases)
        self.texts: Mapping[int, float] = self.ranks.text_strengths(reading.words, aliases)
        self.titles: Mapping[int, float] = self.ranks.title_shares(reading.words, aliases)
        self.only_kinds: tuple[Kind, ...] = ()
        self.weights = _weights(reading.topics) or self._assumed()
        self.ways = [(self.ranks.fits[topic], weight, math.sqrt(weight)) for topic, weight in self.weights]
        self.firsts = self._firsts()
        guessed = bool(reading.topics) and reading.topics[0].how is How.CLUE
        self.is_guessed = guessed
        self.faint = _FAINT_GUESSED if guessed else _FAINT
        self.doubt = _DOUBT * (1.0 - reading.topics[0].confidence if reading.topics else 1.0)
        self.kind_else = _KIND_ELSE if any(kind in _TAUGHT for kind in reading.wishes.kinds) else _KIND_ELSE_SPECIAL
        aside = [self.shelf.catalogue[row_id] for row_id in reading.aside.resources]
        self.aside_levels = [row.level.rank for row in aside if row.level]
        avoided = [*aside, *(self.shelf.catalogue[row_id] for row_id in reading.without.resources)]
        self.instead = frozenset(
            self.ranks.index_of[successor.id] for row in avoided for successor in self.shelf.catalogue.successors(row)
        )
        self.hidden = profile.done | profile.not_for_me | {*reading.without.resources, *reading.aside.resources}
        self.shunned = _shunned(reading, shelf)
        self.is_live = reading.topic is not None and self.shelf.topics[reading.topic].live
        self.is_strict = asked != NO_OPTIONS or bool(self.only_kinds or self.without.kinds or self.without.languages)
        self.is_particular = bool(
            (self.wishes.kinds and asked.kind is None)
            or self.wishes.approaches
            or self.wishes.free
            or self.without.approaches
        )
        subject = shelf.topics.get(reading.topic or "")
        self.asks_no_kind = not (self.wishes.kinds or asked.kind) and subject is not None and not subject.across
        plain = not (
            self.is_guessed
            or self.asks_no_kind
            or self.level
            or reading.aside.step
            or self.is_particular
            or self.is_strict
        )
        self.manners = self.ranks.tongues if plain else self.ranks.manners
        self.factors: dict[int, float] = {}  # by manner
        self.kind_factors: dict[int, float] = {}  # by kind
        self.most_factor = self._most_factor()

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

    def _firsts(self) -> Mapping[int, float]:
        """Return the rows that are first to hand someone for what was asked, with how much that counts."""
        worth = _FIRST_LATER if self.reading.aside.step > 0 else 1.0
        if len(self.weights) == 1 and self.weights[0][1] * worth == 1.0:
            return self.ranks.firsts[self.weights[0][0]]
        best: dict[int, float] = {}
        for topic, weight in ((topic, weight * worth) for topic, weight in self.weights):
            for at, share in self.ranks.firsts[topic].items():
                best[at] = max(best.get(at, 0.0), share * weight)
        return best

    def scores(self) -> dict[int, float]:
        """Return the scores of the rows that can come to be kept.

        The rows of a topic stand ready in the order of what they can be worth, so that looking ends where none can
        come up to what will be kept. Rows of which the question says more than a topic are looked at one by one.
        """
        found: dict[int, float] = {}
        weights = self._own_weights()
        best = _BestFew(self.faint, self.ranks.superseded)
        standing, firsts, most_factor = self.ranks.standing, self.firsts, self.most_factor
        own = {*self.texts, *self.titles, *self.named, *self.instead}
        for at, fit in self._to_look_at(found, best):
            base = fit**CLOSENESS * (standing[at] + FIRST * firsts.get(at, 0.0))
            if at in own:
                base += self._own_merit(at, fit)
            if not base or base * most_factor < best.least:
                continue
            weight = weights.get(at)
            if weight is None:
                weight = self._usual_weight(at)
            if weight:
                found[at] = score = base * weight
                if score > best.third:
                    best.note(at, score)
        return found

    def _to_look_at(self, found: Container[int], best: _BestFew) -> Iterator[tuple[int, float]]:
        """Yield the rows that can come to be kept, each with how well it fits the topics."""
        if self.weights:
            yield from ((at, max(self._fit(at), _GATHERING)) for at in self._gatherings())
        for topic, weight in self.weights:
            fits, promise = self.ranks.fits[topic], self.ranks.promise
            most = (weight * self._most_gain(weight)) ** CLOSENESS * self.most_factor
            for at in self.ranks.order[topic]:
                if fits[at] ** CLOSENESS * promise[at] * most < best.least:
                    break
                if at not in found:
                    yield at, self._fit(at)
        yield from self._particular(found)

    def _own_merit(self, at: int, fit: float) -> float:
        """Return what a row gains by its own words, by being named, or by taking the place of what was."""
        merit = _NAMED * self.named.get(at, 0.0) + _INSTEAD * (at in self.instead)
        about = _TEXT_ALONE + max(fit, self.doubt)
        merit += _TEXT * self.texts.get(at, 0.0) * about * (_TEXT_STANDING + self.ranks.standing[at])
        return merit + _TITLE * self.titles.get(at, 0.0) ** 2 * about

    def _particular(self, found: Container[int]) -> Iterator[tuple[int, float]]:
        """Yield the rows of which the question says more than a topic, each with how well it fits the topics."""
        for at in dict.fromkeys((*self.named, *self.instead)):
            if at not in found:
                fit = self._fit(at) if self.weights else self.texts.get(at, 0.0)
                yield at, fit if self.weights or fit >= _LEAST_TEXT else 0.0
        if not self.weights:
            telling = ((at, strength) for at, strength in self.texts.items() if strength >= _LEAST_TEXT)
            yield from ((at, strength) for at, strength in telling if at not in found)
            return
        for at in (*self.texts, *self.titles):
            if at not in found and ((fit := self._fit(at)) or self.texts.get(at, 0.0) >= _TELLING_TEXT):
                yield at, fit

    def is_beside_the_point(self, at: int) -> bool:
        """Say whether a row is an advanced one on another subject: what it only touches it takes for granted."""
        row = self.ranks.rows[at]
        if row.level is not Level.ADVANCED or self.level is Level.ADVANCED or at in self.named:
            return False
        return not any(self.shelf.topics.related(row.topic, topic) for topic, _ in self.weights)

    def _fit(self, at: int) -> float:
        """Return how well a row fits the topics, from 0 to about 1."""
        if len(self.ways) == 1:
            return self.ways[0][0].get(at, 0.0)
        best = total = 0.0
        for fits, weight, share in self.ways:
            fit = fits.get(at)
            if fit is not None:
                total += fit * share
                if fit * weight > best:
                    best = fit * weight
        return best * (1 + _BOTH * (total - best))

    def _most_gain(self, weight: float) -> float:
        """Return what a row can gain at most by fitting other topics beside one of this weight."""
        own = math.sqrt(weight)
        return 1 + _BOTH * (sum(share for _, _, share in self.ways) - own + max(0.0, own - weight))

    def _most_factor(self) -> float:
        """Return the largest factor that a way of teaching can have here, with what a successor can gain."""
        most = _LANGUAGE_FITS if self.language is not None else _OWN_LANGUAGE
        most *= _LEVEL[0] if self.level is not None else 1.0
        most *= _KIND_FITS if self.is_particular else 1.0
        return most * _APPROACH ** len(self.wishes.approaches) * _JUST_ABOVE

    def _gatherings(self) -> Iterator[int]:
        """Yield the newsletters or communities on machine learning as such, for who asks for one on any subject."""
        wanted = {self.asked.kind} if self.asked.kind else set(self.wishes.kinds)
        for kind in wanted & GATHERINGS:
            yield from self.ranks.gatherings.get(kind, ())

    def _own_weights(self) -> dict[int, float]:
        """Return the weights of the rows that are not weighed like others: named, left out, on a list."""
        weights = dict.fromkeys((at for topic in self.shunned for at in self.ranks.mains.get(topic, ())), 0.0)
        if self.level is Level.BEGINNER and self.reading.topic is not None:
            weights |= dict.fromkeys(self.ranks.presupposing.get(self.reading.topic, ()), 0.0)
        for row_ids, share in ((self.profile.saved, _SAVED), (self.profile.going, _GOING)):
            for at in self._places(row_ids):
                if weights.get(at) != 0.0:
                    weights[at] = share * self._usual_weight(at)
        for at in self._places(self.hidden):
            weights[at] = 0.0
        for at, named in self.named.items():
            row_id = self.ranks.rows[at].id
            share = _GOING if row_id in self.profile.going else _SAVED if row_id in self.profile.saved else 1.0
            weights[at] = share * self._named_weight(at, named)
        return weights

    def _places(self, row_ids: Iterable[str]) -> Iterator[int]:
        """Yield where these rows stand; a list may hold rows that are there no more."""
        index_of = self.ranks.index_of
        return (index_of[row_id] for row_id in row_ids if row_id in index_of)

    def _usual_weight(self, at: int) -> float:
        """Return the weight of a row that nobody named; 0 leaves it out."""
        weight = self.ranks.offered[at]
        if not weight:
            return 0.0
        factor = self.factors.get(self.manners[at])
        weight *= self._factor(at) if factor is None else factor
        return weight * _ENDED if self.is_live and at in self.ranks.over else weight

    def _named_weight(self, at: int, named: float) -> float:
        """Return the weight of a row that was named, the more surely the less is asked of it; 0 leaves it out."""
        row = self.ranks.rows[at]
        if not self._allowed(row, named):
            return 0.0
        weight = self._factor_of(at, named)
        if named < SURELY_NAMED:
            weight *= STATE[row.state] * (_ENDED if self.is_live and at in self.ranks.over else 1.0)
        return weight

    def _factor(self, at: int) -> float:
        """Return the factor for how a row teaches; 0 leaves it out. Rows that teach alike share it."""
        manner = self.manners[at]
        found = self.factors.get(manner)
        if found is None:
            strict = self.is_strict and not self._meets(self.ranks.rows[at])
            found = self.factors[manner] = 0.0 if strict else self._factor_of(at, 0.0)
        return found

    def _factor_of(self, at: int, named: float) -> float:
        row = self.ranks.rows[at]
        factor = self._language_factor(row, named)
        if self.level is not None:
            factor *= self._level_factor(at)
        if self.reading.aside.step:
            factor *= self._step_factor(at)
        if self.is_guessed and self.level is None and self.ranks.eases[at] == Level.ADVANCED.rank and not named:
            factor *= _ADVANCED_GUESSED
        if self.asks_no_kind and not named:
            factor *= _UNASKED.get(row.kind, 1.0)
        return factor * self._manner_factor(row, self.ranks.kinds[at]) if self.is_particular else factor

    def _step_factor(self, at: int) -> float:
        """Return the factor for where to go from what was only named: down from a hard book, on from a finished one."""
        ease, step = self.ranks.eases[at], self.reading.aside.step
        if ease is None:
            return 1.0
        reached = self.aside_levels or [1 if step < 0 else 0]
        if step < 0:
            return 1.0 if ease < max(reached) else _TOO_HARD
        return 1.0 if ease > min(reached) else _TOO_EASY

    def _allowed(self, row: Resource, named: float) -> bool:
        if row.id in self.hidden or (self.is_strict and not self._meets(row)):
            return False
        if named < SURELY_NAMED and not may_be_offered(row):
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

    def _level_factor(self, at: int) -> float:
        ease = self.ranks.eases[at]
        if ease is None or self.level is None:
            return 1.0
        factor = _LEVEL[abs(ease - self.level.rank)]
        if self.level is Level.BEGINNER and self.ranks.rows[at].stage is Stage.AFTER:
            factor *= _AFTER_FOR_BEGINNER
        return factor

    def _language_factor(self, row: Resource, named: float) -> float:
        if self.language is not None:
            return _LANGUAGE_FITS if self.language in row.languages else _LANGUAGE_ELSE
        if self.own in row.languages:
            return _OWN_LANGUAGE
        return 1.0 if "en" in row.languages or named >= SURELY_NAMED else _FOREIGN

    def _manner_factor(self, row: Resource, kind: int) -> float:
        """Return the factor for kind, approach and cost: what was asked softly."""
        wishes, factor = self.wishes, 1.0
        if wishes.kinds and self.asked.kind is None:
            factor = self.kind_factors.get(kind, 0.0)
            if not factor:
                liked = any(row.kind.is_like(wanted) for wanted in wishes.kinds)
                factor = self.kind_factors[kind] = _KIND_FITS if liked else self.kind_else
        for approach in wishes.approaches:
            if approach in row.approach:
                factor *= _APPROACH
            elif approach is Approach.VISUAL or (approach is Approach.GENTLE and row.kind is Kind.TEXTBOOK):
                factor *= _OTHER_MANNER
        if self.without.approaches and not set(row.approach).isdisjoint(self.without.approaches):
            factor *= _APPROACH_UNWANTED
        return factor * _PAID_UNWANTED if wishes.free and row.free is False else factor

    def yield_to_successors(self, scores: dict[int, float]) -> None:
        """Put what takes a superseded row's place where it stood; the old one stays only for who named it."""
        for at in [at for at in self.ranks.superseded if at in scores]:
            row = self.ranks.rows[at]
            successors = [each for each in self.shelf.catalogue.successors(row) if self._allowed(each, 0.0)]
            places = [self.ranks.index_of[successor.id] for successor in successors]
            if not places:
                continue
            place = max(places, key=lambda each: (scores.get(each, 0.0), -each))
            scores[place] = max(scores.get(place, 0.0), scores[at] * _JUST_ABOVE)
            if self.named.get(at, 0.0) < SURELY_NAMED:
                del scores[at]


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
