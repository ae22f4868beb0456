"""What kind of paper it is, from its title and abstract; when they do not say it clearly, nothing is claimed.

The kind only chooses the questions that are asked while reading, and an organiser changes it with one tap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.papers.paper import PaperKind

_LOOKED_AT = 3000  # characters of an abstract
_SURE_FROM = 3  # points; a word of the title gives three, one of the abstract gives one
_AHEAD_BY = 2  # points before the next kind
_IN_TITLE, _IN_ABSTRACT = 3, 1

_WORDS: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.SURVEY: (
        r"surveys?", r"a review", r"reviews? of", r"overview", r"taxonomy", r"tutorial", r"primer", r"roadmap",
        r"we (?:survey|review|summari[sz]e)", r"comprehensive (?:study|review)", r"literature", r"introduction to",
    ),
    PaperKind.BENCHMARK: (
        r"benchmark(?:s|ing)?", r"\w+-bench", r"data ?sets?", r"corpus", r"corpora", r"leaderboard", r"test suite",
        r"evaluation suite", r"challenge set", r"annotat(?:ed|ions?)", r"how well do",
        r"we (?:collect|curate|release) (?:a|an|the)", r"can .{1,40} models? .{1,40}\?",
    ),
    PaperKind.THEORY: (
        r"theor(?:y|ems?|etical)", r"proofs?", r"prove[sn]?", r"(?:lower|upper|generali[sz]ation|regret) bounds?",
        r"convergence (?:rates?|analysis|guarantees?)", r"complexity of", r"universal approximation", r"provabl[ey]",
        r"necessary and sufficient", r"asymptotic\w*", r"minimax", r"expressiv(?:e power|ity)", r"kernel regime",
        r"identifiab\w+", r"infinite.width", r"why does .{1,60} work\??",
    ),
    PaperKind.SYSTEM: (
        r"systems?(?= for)", r"framework for (?:training|serving|distributed)", r"library", r"toolkit",
        r"open platform",
        r"(?:distributed|large.scale|parallel) training", r"throughput", r"latency", r"gpu(?:s| memory| kernels?)",
        r"memory.efficient", r"serving", r"scheduler", r"io.aware", r"hardware", r"compiler", r"inference engine",
        r"pipeline parallelism", r"technical report",
    ),
    PaperKind.POSITION: (
        r"position:", r"position paper", r"we argue", r"perspectives?", r"manifesto", r"considered harmful",
        r"should (?:we|not)", r"dangers of", r"risks of", r"call for", r"on the opportunities", r"ethic\w*",
    ),
    PaperKind.METHOD: (
        r"we (?:propose|present|introduce|develop|design) (?:a|an|the)", r"our (?:method|approach|model|algorithm)",
        r"(?:novel|new|simple) (?:method|approach|architecture|framework|loss|algorithm)", r"outperforms?",
        r"state.of.the.art (?:results|performance)", r"networks?", r"learning(?: to)?", r"via", r"transformers?",
        r"attention", r"optimi[sz](?:er|ation)", r"normali[sz]ation", r"augmentation", r"adaptation", r"pre.?training",
        r"fine.?tuning", r"prompting", r"diffusion",
    ),
}  # fmt: skip
_PATTERNS = {kind: re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) for kind, words in _WORDS.items()}
_WEAK = frozenset({PaperKind.METHOD})  # its words stand in every title of the field: it gives way to any other
_WEAK_TITLE = 1
_MOST_OF_ABSTRACT = 4  # the same words again say no more


def kind_of(title: str, abstract: str = "") -> PaperKind:
    """Return the kind that title and abstract speak for, `UNSURE` when they speak for none or for two."""
    points = {kind: _points(kind, title, abstract[:_LOOKED_AT]) for kind in _PATTERNS}
    (first, most), (_, second) = sorted(points.items(), key=lambda item: -item[1])[:2]
    return first if most >= _SURE_FROM and most - second >= _AHEAD_BY else PaperKind.UNSURE


def _points(kind: PaperKind, title: str, abstract: str) -> int:
    pattern = _PATTERNS[kind]
    in_title = _WEAK_TITLE if kind in _WEAK else _IN_TITLE
    found = {match[0].lower() for match in pattern.finditer(abstract)}
    return (in_title if pattern.search(title) else 0) + min(len(found), _MOST_OF_ABSTRACT) * _IN_ABSTRACT
