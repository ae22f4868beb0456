"""The words under which a paper or a note is found again, and those of a question. Pure.

English words are folded so that one form finds the others; Korean, where particles stick to words, is cut into pairs of
syllables, so that a word of two is found inside a longer one. Written for a database that only compares strings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LONGEST = 20_000  # characters looked at
LONGEST_TERM = 40
MOST_ASKED = 12  # terms of one question
_RUN = re.compile(r"[가-힣]+|[a-z0-9]+(?:[+#]+(?![a-z0-9]))?|[^\W_]")
_HANGUL = re.compile(r"[가-힣]")
# They stand in every title.
_EMPTY = frozenset(
    (
        "a", "an", "the", "of", "in", "on", "for", "to", "and", "or", "with", "by", "from", "at", "as", "is",
        "are", "be", "we", "our", "this", "that", "it", "its", "via", "using", "can", "how", "what",
    )
)  # fmt: skip
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_KEPT_ENDINGS = ("ss", "us", "is")
_FOLD_FROM = 4  # letters: "as" and "gps" stay


def terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text in order, each once."""
    return tuple(dict.fromkeys(_every(text)))


def weighed(*parts: tuple[str, int]) -> Mapping[str, int]:
    """Return the terms of several parts, each with the weight of the weightiest part it stands in."""
    found: dict[str, int] = {}
    for text, weight in parts:
        for term in terms(text):
            found[term] = max(weight, found.get(term, 0))
    return found


def asked(text: str) -> tuple[str, ...]:
    """Return the terms to look for, at most `MOST_ASKED`; of a question that only has empty words, those."""
    return terms(text)[:MOST_ASKED] or tuple(dict.fromkeys(_runs(text)))[:MOST_ASKED]


def _every(text: str) -> list[str]:
    found: list[str] = []
    for run in _runs(text):
        if _HANGUL.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        elif run not in _EMPTY:
            found.append(_folded(run)[:LONGEST_TERM])
    return found


def _runs(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    if not folded.isascii():
        plain = unicodedata.normalize("NFKD", folded)
        folded = unicodedata.normalize("NFC", "".join(each for each in plain if not unicodedata.combining(each)))
    return _RUN.findall(folded)


def _folded(word: str) -> str:
    if len(word) < _FOLD_FROM or word.endswith(_KEPT_ENDINGS):
        return word
    return next((word.removesuffix(ending) + instead for ending, instead in _ENDINGS if word.endswith(ending)), word)
