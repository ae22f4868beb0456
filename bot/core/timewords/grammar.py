"""The machine under the tables: patterns over tokens, applied in passes, each match becoming one token.

It knows no language and no time. A pattern is written in names of kinds ("NUM HOUR (HALF|NUM MIN)?"), compiled once
into a regular expression over one letter per token; the longest match at a place wins, then the earlier line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"[A-Z_0-9]+")
_LETTERS = 0xE000  # private use: one for each kind


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, from `start` to `end`: its kind, and what it means where that matters."""

    kind: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """The tokens that a pattern matched, for the builder that makes a value of them."""

    tokens: Sequence[Token]
    now: Any

    def all(self, *kinds: str) -> list[Any]:
        """Return the values of every token of these kinds, in order."""
        return [token.value for token in self.tokens if token.kind in kinds]

    def get(self, *kinds: str) -> Any:
        """Return the first value of these kinds, None when there is none."""
        return next((token.value for token in self.tokens if token.kind in kinds), None)

    def has(self, kind: str) -> bool:
        """Say whether a token of this kind is among them."""
        return any(token.kind == kind for token in self.tokens)


Builder = Callable[[Found], Any]
_letters: dict[str, str] = {}


def _letter(name: str) -> str:
    """Return the letter of a kind, a new one for a kind that was never named."""
    known = _letters.get(name)
    return known if known is not None else _letters.setdefault(name, chr(_LETTERS + len(_letters)))


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    pattern: re.Pattern[str]
    build: Builder


class Pass:
    """One pass over the tokens: lines of (kind to make, pattern, builder). A builder may refuse by returning None."""

    def __init__(self, lines: Iterable[tuple[str, str, Builder]], names: dict[str, str] | None = None) -> None:
        """Compile the lines; `names` are shorthands that patterns may use."""
        self._by_first: dict[str, list[_Line]] = {}
        for kind, pattern, build in lines:
            coded = _coded(pattern, names or {})
            line = _Line(kind, re.compile(coded), build)
            for letter in _firsts(coded):
                self._by_first.setdefault(letter, []).append(line)
        self._starts = re.compile(f"[{''.join(self._by_first)}]")

    def over(self, tokens: Sequence[Token], code: str, now: Any) -> tuple[Sequence[Token], str]:
        """Return the tokens with every match replaced by one token, and their letters; `code` holds those before."""
        made: list[Token] = []
        letters: list[str] = []
        done = 0
        for start in self._starts.finditer(code):
            at = start.start()
            if at < done:
                continue
            token, length = self._at(tokens, code, at, now)
            if token is None:
                continue
            made += tokens[done:at]
            letters += (code[done:at], _letter(token.kind))
            made.append(token)
            done = at + length
        if not done:
            return tokens, code
        made += tokens[done:]
        letters.append(code[done:])
        return made, "".join(letters)

    def _at(self, tokens: Sequence[Token], code: str, at: int, now: Any) -> tuple[Token | None, int]:
        found = [
            (match.end() - at, line) for line in self._by_first[code[at]] if (match := line.pattern.match(code, at))
        ]
        if len(found) > 1:
            found.sort(key=lambda each: -each[0])
        for length, line in found:
            run = tokens[at : at + length]
            value = line.build(Found(run, now)) if run else None
            if value is not None:
                return Token(line.kind, value, run[0].start, run[-1].end), length
        return None, 1


def apply(passes: Iterable[Pass], tokens: Sequence[Token], now: Any) -> Sequence[Token]:
    """Return what the passes make of the tokens, one after the other; `now` is handed to the builders."""
    code = "".join(_letter(token.kind) for token in tokens)
    for each in passes:
        tokens, code = each.over(tokens, code, now)
    return tokens


def _coded(pattern: str, names: dict[str, str]) -> str:
    for _ in range(3):  # shorthands may use shorthands
        pattern = _NAME.sub(lambda m: names.get(m[0], m[0]), pattern)
    return _NAME.sub(lambda m: _letter(m[0]), pattern).replace(" ", "")


def _firsts(coded: str) -> set[str]:
    """Return the letters that a match can begin with: of the leading optional parts and the first one that is not."""
    firsts: set[str] = set()
    for part, optional in _parts(coded):
        if part.startswith("(?"):  # a look around takes nothing
            continue
        if part.startswith("("):
            firsts.update(*(_firsts(each) for each in _alternatives(part[1:-1])))
        else:
            firsts.update(part.strip("[]"))
        if not optional:
            break
    return firsts


def _parts(coded: str) -> Iterator[tuple[str, bool]]:
    """Return the parts that follow each other in a pattern, and whether each may be missing."""
    at = 0
    while at < len(coded):
        end, depth = at, 0
        while True:
            depth += (coded[end] in "([") - (coded[end] in ")]")
            end += 1
            if not depth:
                break
        after = coded[end : end + 1]
        yield coded[at:end], after in ("?", "*")
        at = end + (after in ("?", "*", "+"))


def _alternatives(coded: str) -> list[str]:
    found, depth = [""], 0
    for sign in coded:
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found
