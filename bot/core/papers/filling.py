"""What a group reads when nobody put anything up: a classic of its field, else what lists named; each with why.

Pure and deterministic: the same group at the same point is given the same papers. What it has read, or had up before,
is never given again, whatever address it came by. A reason is only given when it is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.language.words import squeeze
from bot.core.papers.needs import prerequisites_of
from bot.core.papers.paper import Difficulty, Paper
from bot.core.topics import TopicMap

_STEPS = {Difficulty.BEGINNER: 0, Difficulty.INTERMEDIATE: 1, Difficulty.ADVANCED: 2}
_EARLY = 4  # papers read, below which a group of unknown standing is given gentle ones
_FAR = 12  # and from which it is given any
_AGAIN = 3  # of the last papers, whose topics are not taken once more while there are others
_CLASSIC = 3.0  # what being chosen by a curator weighs
_ON_TOPIC, _BELOW, _ABOVE, _BESIDE = 5.0, 4.0, 1.5, -5.0  # how its topics lie to those the group wants
_PREPARED = 1.5
_TOO_HARD = 2.0  # for every step above where the group stands
_TOO_EASY = 0.75
_TIRED = 1.0
_MOST_LISTS = 5


class Why(StrEnum):
    """Why a paper was chosen. The values are keys of texts, `papers.why.<value>`."""

    CLASSIC_ON_TOPIC = "classic_on_topic"  # value: the topic
    FIRST_STEP = "first_step"  # a gentle classic for a group that has just begun; value: the topic
    FOLLOWS = "follows"  # value: a topic it needs, which the group has read about
    CLASSIC = "classic"
    LISTED_ON_TOPIC = "listed_on_topic"  # value: the topic
    LISTED = "listed"  # value: how many lists named it


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of the group: its topics (ids; none: any), how hard it likes it (None: by how much it has read).

    `seen` are the keys, and `seen_titles` the titles, of papers that were read, put up or vetoed; `read` are the papers
    it has read, the latest first.
    """

    topics: tuple[str, ...] = ()
    difficulty: Difficulty | None = None
    seen: frozenset[str] = frozenset()
    seen_titles: frozenset[str] = frozenset()
    read: Sequence[Paper] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A chosen paper, with the reason and what the reason names."""

    paper: Paper
    why: Why
    value: str = ""


def same_title(title: str) -> str:
    """Return what two spellings of one title have in common; empty for one too short to tell papers apart."""
    squeezed = squeeze(title)
    return squeezed if len(squeezed) >= 12 else ""


def fill(papers: Iterable[Paper], wish: Wish, topics: TopicMap, count: int = 1) -> tuple[Filled, ...]:
    """Return at most `count` papers for a group, the best first, no two of the same."""
    known = {same_title(each.title) for each in wish.read} | {same_title(each) for each in wish.seen_titles}
    known.discard("")
    scored = [
        (-_score(paper, wish, topics), order, paper)
        for order, paper in enumerate(papers)
        if paper.key not in wish.seen and same_title(paper.title) not in known
    ]
    chosen: dict[str, Filled] = {}
    for _, _, paper in sorted(scored, key=lambda each: each[:2]):
        title = same_title(paper.title) or paper.key
        if title not in chosen:
            chosen[title] = _filled(paper, wish, topics)
        if len(chosen) == count:
            break
    return tuple(chosen.values())


def _score(paper: Paper, wish: Wish, topics: TopicMap) -> float:
    lately = {topic for each in wish.read[:_AGAIN] for topic in each.topics[:1]}
    score = min(paper.listed, _MOST_LISTS) / _MOST_LISTS
    score += _CLASSIC if paper.difficulty is not None else 0.0
    score += _nearness(paper, wish.topics, topics)
    score += _PREPARED if _followed(paper, wish, topics) else 0.0
    score -= _TIRED if lately.intersection(paper.topics[:1]) else 0.0
    if paper.difficulty is not None:
        above = _STEPS[paper.difficulty] - _STEPS[_stands(wish)]
        score -= _TOO_HARD * above if above > 0 else _TOO_EASY * -above
    return score


def _nearness(paper: Paper, wanted: Sequence[str], topics: TopicMap) -> float:
    if not wanted:
        return 0.0
    if set(wanted) & set(paper.topics):
        return _ON_TOPIC
    near = _near(paper, wanted, topics)
    return _BESIDE if near is None else _BELOW if near in wanted else _ABOVE


def _near(paper: Paper, wanted: Sequence[str], topics: TopicMap) -> str | None:
    """Return the topic that can truly be said of the paper: a wanted one, or the paper's own that stands above one.

    The wider topics of what lists named are too loosely given to say anything.
    """
    for each in wanted:
        if any(each == own or each in topics.ancestors(own) for own in paper.topics):
            return each
    wider = {above for each in wanted for above in topics.ancestors(each)}
    return next((own for own in paper.topics if own in wider), None) if paper.difficulty is not None else None


def _stands(wish: Wish) -> Difficulty:
    if wish.difficulty is not None:
        return wish.difficulty
    read = len(wish.read)
    return Difficulty.BEGINNER if read < _EARLY else Difficulty.INTERMEDIATE if read < _FAR else Difficulty.ADVANCED


def _followed(paper: Paper, wish: Wish, topics: TopicMap) -> str | None:
    """Return a topic that the paper needs and the group has read about."""
    needs = prerequisites_of(paper, topics).topics
    met = {topic for each in wish.read for topic in each.topics}
    return next((each for each in needs if each in met), None)


def _filled(paper: Paper, wish: Wish, topics: TopicMap) -> Filled:
    shared = _near(paper, wish.topics, topics)
    classic = paper.difficulty is not None
    followed = _followed(paper, wish, topics)
    if classic and followed and followed not in wish.topics:
        return Filled(paper, Why.FOLLOWS, followed)
    if classic and shared:
        first = not wish.read and paper.difficulty is Difficulty.BEGINNER
        return Filled(paper, Why.FIRST_STEP if first else Why.CLASSIC_ON_TOPIC, shared)
    if classic:
        return Filled(paper, Why.CLASSIC)
    if shared:
        return Filled(paper, Why.LISTED_ON_TOPIC, shared)
    return Filled(paper, Why.LISTED, str(paper.listed))
