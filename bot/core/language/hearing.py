"""From the known words of a text to its topics: how surely each is meant, and the question when a word stays open.

Names of topics speak first; clues add to them, or speak alone. It knows no resources: which rows answer is decided in
`scoring`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.language.clues import Clue
from bot.core.language.markers import ASIDE, Role
from bot.core.language.reading import Heard, Question
from bot.core.language.spans import How, Span
from bot.core.language.words import Piece, squeeze, stems
from bot.core.shelf import Shelf

_ACROSS = 0.4  # confidence of "papers", "news", "roadmap" beside a subject
_ABOVE = 0.35  # confidence kept by a topic when one below it is named too
_WEAK = 0.5
_BROAD = 0.4  # least confidence kept by a wide subject beside a narrow one
_SECOND_MEANING = 0.35
_MEANS = 0.45
_CONTEXT = 0.6
_HINT = 0.3  # a topic that is only named on the way to another
# A topic that is only named, and nothing else said: how much it counts itself, and what comes before or after it.
_ALONE = {Role.AHEAD: (0.4, 0.9), Role.DONE: (0.9, 0.5), Role.TOO_HARD: (0.9, 0.0), Role.GONE: (0.9, 0.0)}
# The same for a row that is only named: its topic, and what it asks for first.
_ALONE_NAMED = {Role.AHEAD: (0.9, 0.35), Role.DONE: (0.9, 0.0), Role.TOO_HARD: (0.9, 0.35), Role.GONE: (0.9, 0.0)}
_STILL_ASKED = (Role.TOO_HARD, Role.GONE)
_TOPICS_OF_A_NAME = 2
_FOLLOWING = 4
_CLUES_ALONE = 0.24  # clues that say less than this are chance
_CLUES_BESIDE = 0.4  # ... and beside a topic that was named
_SECOND_CLUE = 0.6  # share of the strongest clues that others must reach
_CLUE_MOST = 0.9


@dataclass(frozen=True, slots=True)
class Said:
    """The known words of one text with the part each plays."""

    parts: Sequence[Piece]
    spans: Sequence[Span]
    roles: Sequence[Role]

    def with_role(self, *roles: Role) -> list[Span]:
        """Return the spans that play one of these parts."""
        return [span for span, role in zip(self.spans, self.roles, strict=True) if role in roles]

    @property
    def asked(self) -> list[Span]:
        """Return the spans that are asked for: a topic that is too hard still is, a book that is too hard is not."""
        return [span for span, role in zip(self.spans, self.roles, strict=True) if self._is_asked(span, role)]

    def _is_asked(self, span: Span, role: Role) -> bool:
        """Say whether a span is asked for; something in a topic's place means the topic, if no other is named."""
        if role is Role.GONE and any(
            other.entry.topic and not other.entry.filler for other in self.with_role(Role.ASKED)
        ):
            return False
        return role is Role.ASKED or (role in _STILL_ASKED and span.entry.topic is not None)

    @property
    def aside(self) -> list[tuple[Span, Role]]:
        """Return the spans that are only named on the way to something else, each with its part."""
        pairs = zip(self.spans, self.roles, strict=True)
        return [(span, role) for span, role in pairs if role in ASIDE and not self._is_asked(span, role)]


@dataclass(frozen=True, slots=True)
class Hearing:
    """The topics that are meant, surest first, and what to ask when an ambiguous word stays open.

    `alone`: no topic is asked for by itself, they all come from what was only named.
    """

    topics: tuple[Heard, ...]
    question: Question | None
    alone: bool


def hear(said: Said, shelf: Shelf) -> Hearing:
    """Return what topics a text is about."""
    asked = said.asked
    clear = [span for span in asked if _is_clear(span, said.parts, shelf)]
    shares = _parts_played(clear, said.parts, shelf)
    heard = [
        Heard(span.entry.topic or "", span.confidence * share, span.word, span.how)
        for span, share in zip(clear, shares, strict=True)
    ]
    clues = _clues(said, shelf)
    denied = {span.entry.topic for span in said.with_role(Role.DENIED)}
    question, meanings = _meanings(asked, [each.topic for each in heard] or list(clues), denied, shelf)
    if meanings and all(shelf.topics[each.topic].means for each in heard):
        heard = [replace(each, confidence=each.confidence * _MEANS) for each in heard]
    heard = _with_clues([*heard, *meanings], clues, shelf)
    if _asks_for_a_way(said) and all(_says_nothing(each, shelf) for each in heard):
        heard = []  # "and what then?" is no subject
    alone = not heard
    heard += _asides(said, shelf, alone=alone)
    return Hearing(_weighed(heard or _fillers(said, shelf), shelf), question, alone)


def _asks_for_a_way(said: Said) -> bool:
    """Say whether what comes before or after a topic may be all that is asked for."""
    return any(span.entry.topic for span in said.with_role(Role.AHEAD, Role.DONE))


def _says_nothing(heard: Heard, shelf: Shelf) -> bool:
    """Say whether a topic is only guessed, faintly or from a manner of speaking ("뭐 하지" of study skills)."""
    return heard.how is How.CLUE and (heard.confidence < _CLUES_BESIDE or shelf.topics[heard.topic].across)


# --- clues


def _clues(said: Said, shelf: Shelf) -> dict[str, Heard]:
    """Return what the clues of the text point to, each topic with the sum of their weights.

    A clue inside the name of a topic ("flow" in "normalizing flow") is none.
    """
    out = {at for span in said.with_role(Role.DENIED, *ASIDE) for at in _places(span)}
    quiet = {at for span in said.spans if _is_quiet(span) for at in _places(span)}
    names = [frozenset(_places(span)) for span in said.spans if span.entry.topic and not span.entry.filler]
    total: dict[str, list[Clue]] = {}
    for clue in shelf.lexicon.clues.find(said.parts, out, quiet):
        if not any(clue.at <= name for name in names):
            total.setdefault(clue.topic, []).append(clue)
    return {topic: _sum_of(topic, clues) for topic, clues in total.items()}


def _places(span: Span) -> range:
    return range(span.start, span.end)


def _is_quiet(span: Span) -> bool:
    entry = span.entry
    return (entry.stop or entry.wish or entry.ignored) and not entry.ambiguous


def _sum_of(topic: str, clues: Sequence[Clue]) -> Heard:
    strongest = max(clues, key=lambda clue: clue.weight)
    return Heard(topic, sum(clue.weight for clue in clues), strongest.word, How.CLUE)


def _with_clues(heard: Sequence[Heard], clues: Mapping[str, Heard], shelf: Shelf) -> list[Heard]:
    """Return what was named, surer where clues agree, and what only clues point to."""
    subjects = [each for each in heard if not shelf.topics[each.topic].means]
    least = max(
        _CLUES_BESIDE if subjects else _CLUES_ALONE, _SECOND_CLUE * max(map(_confidence, clues.values()), default=0.0)
    )
    named = {each.topic for each in heard}
    more = [clue for topic, clue in clues.items() if topic not in named and clue.confidence >= least]
    joined = [
        replace(each, confidence=each.confidence + clues[each.topic].confidence) if each.topic in clues else each
        for each in heard
    ]
    if heard and more and not subjects:  # only a means was named ("엑셀"): what clues point to is what it is for
        joined = [replace(each, confidence=_MEANS * each.confidence) for each in joined]
        more = [replace(clue, confidence=_CLUE_MOST * clue.confidence / max(map(_confidence, more))) for clue in more]
    top = max(map(_confidence, (*joined, *more)), default=1.0)
    most = 1.0 if heard else _CLUE_MOST
    return [replace(each, confidence=min(each.confidence, each.confidence * most / top)) for each in (*joined, *more)]


def _confidence(heard: Heard) -> float:
    return heard.confidence


# --- what stands aside


def _asides(said: Said, shelf: Shelf, *, alone: bool) -> list[Heard]:
    """Return the topics of what is only named, as hints; when nothing else is said, what comes before or after them."""
    found: list[Heard] = []
    for span, role in said.aside:
        own, near = (_ALONE if span.entry.topic else _ALONE_NAMED)[role] if alone else (_HINT, 0.0)
        found += [Heard(topic, own * span.confidence, span.word, span.how) for topic in _topics_of_span(span, shelf)]
        found += [Heard(topic, near, span.word, span.how) for topic in _near(span, role, shelf) if near]
    for span in said.with_role(Role.DENIED):
        if not span.entry.topic:
            share = _ALONE_NAMED[Role.GONE][0] if alone else _HINT
            found += [Heard(topic, share, span.word, span.how) for topic in _topics_of_span(span, shelf)]
    return found


def _topics_of_span(span: Span, shelf: Shelf) -> list[str]:
    if span.entry.topic:
        return [span.entry.topic]
    rows = (shelf.catalogue[row] for row in span.entry.surest)
    return list(dict.fromkeys(row.topic for row in rows if row.topic))[:_TOPICS_OF_A_NAME]


def _near(span: Span, role: Role, shelf: Shelf) -> list[str]:
    """Return the topics that stand before what is named, or after it when it is done."""
    if role is Role.DONE:
        return list(dict.fromkeys(each for done in _topics_of_span(span, shelf) for each in following(done, shelf)))
    if span.entry.topic:
        return [need.topic for need in shelf.topics.needs(span.entry.topic)]
    needs = (need for row in span.entry.surest for need in shelf.catalogue[row].prerequisites)
    return list(dict.fromkeys(need for need in needs if isinstance(need, str) and need in shelf.topics))


def following(topic: str, shelf: Shelf) -> list[str]:
    """Return the topics that come next, the widest fields first: those that build on this one and those within it."""
    ways = dict.fromkeys(each.id for each in (*shelf.topics.followers(topic), *shelf.topics.children(topic)))
    subjects = [each for each in ways if not shelf.topics[each].across] or list(ways)
    return sorted(subjects, key=lambda each: -len(shelf.ranks.direct[each]))[:_FOLLOWING]


# --- names of topics


def _fillers(said: Said, shelf: Shelf) -> list[Heard]:
    """Return what filler may be about after all ("AI", "newsletter"), when nothing else says anything."""
    asked = said.asked
    whole_text = len(asked) == 1 and asked[0].start == 0 and asked[0].end == len(said.parts)
    weak = [span for span in asked if span.entry.topic and not span.entry.ignored]
    weak = [span for span in weak if whole_text or _may_be_meant(span, shelf)]
    things = [span for span in weak if span.entry.kind]
    return [Heard(span.entry.topic or "", _WEAK, span.word, span.how) for span in things or weak]


def _parts_played(clear: Sequence[Span], parts: Sequence[Piece], shelf: Shelf) -> list[float]:
    """Return how much each subject counts beside others: a means ("in Python") or a context ("for NLP") counts less."""
    if len({span.entry.topic for span in clear}) < 2:
        return [1.0] * len(clear)
    words = shelf.topics.words
    means = [shelf.topics[span.entry.topic or ""].means for span in clear]
    shares = [_MEANS if is_means and not all(means) else 1.0 for is_means in means]
    for at, span in enumerate(clear):
        before = parts[span.start - 1].text if span.start else ""
        after = parts[span.end].text if span.end < len(parts) else ""
        ending = _ending_of(span, parts)
        if before in words.means.before or ending in words.means.after or (ending == "" and after in words.means.after):
            shares[at] = _MEANS
        elif (at and before in words.context.before) or after.startswith(words.context.after or ("\0",)):
            shares[at] = _CONTEXT
    return shares if max(shares) == 1.0 else [1.0] * len(clear)


def _ending_of(span: Span, parts: Sequence[Piece]) -> str:
    """Return the Korean ending that stands on the span's last piece, or ""."""
    written = "".join(piece.text for piece in parts[span.start : span.end])
    return written[len(span.word) :] if span.how is How.ENDING and written.startswith(span.word) else ""


def _is_clear(span: Span, parts: Sequence[Piece], shelf: Shelf) -> bool:
    entry = span.entry
    if not entry.topic or entry.filler or entry.ignored or entry.ambiguous:
        return False
    return not entry.whole or _stands_alone(span, parts, shelf)


def _stands_alone(span: Span, parts: Sequence[Piece], shelf: Shelf) -> bool:
    """Say whether a short word counts here: some do only as the whole query, or beside a word that fits."""
    rule = shelf.topics.whole_words.get(span.word)
    if rule is None or not rule.alone:
        return True
    others = [piece.text for at, piece in enumerate(parts) if not span.start <= at < span.end]
    subjects = [word for word in others if not _is_filler(word, shelf)]
    return not subjects or any(near in word for near in map(squeeze, rule.near) for word in subjects)


def _is_filler(word: str, shelf: Shelf) -> bool:
    entries = [shelf.lexicon.get(form) for form in (word, *stems(word))]
    return any(entry is not None and entry.filler for entry in entries)


def _may_be_meant(span: Span, shelf: Shelf) -> bool:
    """Say whether filler names a subject after all ("AI", "newsletter"), not a quality ("Korean", "intro")."""
    rule = shelf.topics.whole_words.get(span.word)
    return not (span.entry.level or span.entry.language or (rule is not None and rule.alone))


# --- ambiguous words


def _meanings(
    said: Sequence[Span], others: Sequence[str], denied: Collection[str | None], shelf: Shelf
) -> tuple[Question | None, list[Heard]]:
    """Return what the ambiguous words mean here, and the question when no neighbour or exclusion decides."""
    question: Question | None = None
    found: list[Heard] = []
    spans: dict[str, Span] = {}
    for span in said:
        spans.setdefault(span.word, span)
    for span in spans.values():
        word = shelf.topics.ambiguous.get(span.entry.ambiguous or "")
        if word is None:
            continue
        meanings = [meaning for meaning in word.meanings if meaning.topic not in denied] or word.meanings
        fits = [_fit_of_meaning(meaning.topic, others, shelf) for meaning in meanings]
        best = max(fits)
        chosen = meanings[fits.index(best)].topic
        if len(meanings) == 1 or (best > 0 and fits.count(best) == 1):
            found.append(Heard(chosen, span.confidence, span.word, span.how))
            continue
        question = question or Question(word.id, word.question, word.meanings)
        found.append(Heard(chosen, span.confidence * _WEAK, span.word, span.how))
        rest = [meaning.topic for meaning in meanings if meaning.topic != chosen]
        found += [Heard(topic, span.confidence * _WEAK * _SECOND_MEANING, span.word, span.how) for topic in rest]
    return question, found


def _fit_of_meaning(topic: str, others: Sequence[str], shelf: Shelf) -> int:
    if topic in others:
        return 3
    if any(shelf.topics.related(topic, other) for other in others):
        return 2
    mine = (topic, *shelf.topics.ancestors(topic))
    return int(any(set(mine) & {other, *shelf.topics.ancestors(other)} for other in others))


# --- beside one another


def _weighed(heard: Sequence[Heard], shelf: Shelf) -> tuple[Heard, ...]:
    """Return the topics, surest first: subjects before reading and news, the narrower before the wider."""
    best: dict[str, Heard] = {}
    for each in heard:
        if each.topic not in best or each.confidence > best[each.topic].confidence:
            best[each.topic] = each
    subjects = {topic: each.confidence for topic, each in best.items() if not shelf.topics[topic].across}
    weighed = [
        replace(each, confidence=round(each.confidence * _share(each, subjects, shelf), 4)) for each in best.values()
    ]
    return tuple(sorted(weighed, key=lambda each: -each.confidence))


def _share(heard: Heard, subjects: Mapping[str, float], shelf: Shelf) -> float:
    others = [topic for topic in subjects if topic != heard.topic]
    if not others:
        return 1.0
    beside_equals = any(subjects[other] >= heard.confidence for other in others)
    if shelf.topics[heard.topic].across or (beside_equals and _is_manner(heard, shelf)):
        return _ACROSS
    if any(heard.topic in shelf.topics.ancestors(other) for other in others):
        return _ABOVE
    return min(1.0, _BROAD + (1 - _BROAD) * shelf.ranks.specificity(heard.topic, others))


def _is_manner(heard: Heard, shelf: Shelf) -> bool:
    """Say whether the word may only say how to learn ("수학", "시각화"), when a subject stands beside it."""
    entry = shelf.lexicon.get(heard.word)
    return entry is not None and bool(entry.approaches)
