"""Typed text at the level of letters: cleaning, pieces, Korean endings, jamo, initials and the wrong keyboard.

Nothing here knows a topic. Every function is total: any text goes in, nothing is raised, and the work is bounded
because texts are cut before anything else is done with them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

MAX_TEXT = 200
_MOST_PIECES = 64  # no question has as many words; 200 characters could be 100
_MAX_RAW = 600  # looked at before cleaning; the rest of a hostile text is never touched

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3
_SPLIT = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_JOINED = {parts: whole for whole, parts in _SPLIT.items()}
# NFKD turns the letters of a Korean keyboard into conjoining jamo; loose ones are turned back so they can be read.
_LOOSE = {0x1100 + index: letter for index, letter in enumerate(_INITIALS)}
_LOOSE |= {0x1161 + index: letter for index, letter in enumerate(_VOWELS)}
_LOOSE |= {0x11A7 + index: letter for index, letter in enumerate(_FINALS) if index}

_DROPPED = frozenset(("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"))
_PIECE = re.compile(r"[가-힣]+|[ㄱ-ㅎ]+|[ㅏ-ㅣ]+|[a-z0-9]+|[^\W_]")
_APART = frozenset("()[]{}?!;:")
_ORDINARY = re.compile(r"[ -~가-힣ㄱ-ㅎ]*")  # nothing to normalise but case and blanks: almost every text
_KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True))
_LETTERS = {letter: key for key, letter in _KEYS.items()} | {
    "ㄲ": "r", "ㄸ": "e", "ㅃ": "q", "ㅆ": "t", "ㅉ": "w", "ㅒ": "o", "ㅖ": "p",
}  # fmt: skip

# Particles and endings that stick to a noun. They say nothing of the subject.
_ENDINGS = (
    "은", "는", "이", "가", "을", "를", "의", "에", "로", "으로", "와", "과", "도", "만", "나", "이나", "랑",
    "이랑", "하고", "까지", "부터", "에서", "에게", "한테", "보다", "처럼", "이란", "란", "이라는", "라는",
    "이라고", "라고", "이요", "요", "이에요", "예요", "인데", "이고", "용", "쪽", "쪽은", "관련", "에", "대해",
    "이랑은", "하는", "한", "할", "하기", "해서", "하려면", "들", "들을", "들은", "좀", "에서는", "에는",
    "으로는", "로는", "에도", "까지는", "부터는", "이든", "든", "이라도", "라도", "뿐", "마다", "밖에", "조차",
    "이며", "며", "이지만", "지만", "인가요", "이냐", "님", "씨", "적", "적인", "적으로", "하면", "하게",
    "하고싶은데", "하고싶어요", "해보고", "해줘", "해주는", "해주세요", "해야", "합니다", "해요", "하자",
)  # fmt: skip
_LONGEST_FIRST = tuple(sorted(_ENDINGS, key=len, reverse=True))
_ENGLISH_ENDINGS = (
    "ations", "ation", "ating", "ated", "ings", "ing", "ates", "ate", "ions", "ion", "ers", "er", "ed", "es", "s", "e",
)  # fmt: skip
_ROOT_AT_LEAST = 4
PARTICLES = frozenset(_ENDINGS)
_VERB_FINALS = frozenset("ㄴㄹㅁㅂㅆ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters of one script.

    `glued`: it follows the piece before without a blank. `apart`: a bracket or the end of a sentence stands between.
    """

    text: str
    glued: bool
    apart: bool = False

    @property
    def hangul(self) -> bool:
        """Say whether it is written in Korean syllables."""
        return _FIRST <= ord(self.text[0]) <= _LAST


class Beginnings:
    """Tells whether any of some words begins with a text: there is no need to look further when none does."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort `words` once."""
        self._words = sorted(words)

    def lead_on(self, text: str) -> bool:
        """Say whether a word begins with `text`."""
        at = bisect_left(self._words, text)
        return at < len(self._words) and self._words[at].startswith(text)


def clean(text: str) -> str:
    """Return `text` normalised (compatibility forms, case, blanks), without control and invisible characters.

    At most `MAX_TEXT` characters come back; accents are dropped, Korean syllables are composed.
    """
    if _ORDINARY.fullmatch(text, 0, _MAX_RAW):
        return " ".join(text[:_MAX_RAW].lower().split())[:MAX_TEXT].rstrip()
    loose = unicodedata.normalize("NFKD", text[:_MAX_RAW])[: 2 * _MAX_RAW]  # one letter may become 18
    kept = "".join(
        " " if char.isspace() else char
        for char in loose
        if char.isspace() or unicodedata.category(char) not in _DROPPED
    )
    composed = unicodedata.normalize("NFC", kept).translate(_LOOSE).lower()
    return " ".join(composed.split())[:MAX_TEXT].rstrip()


def pieces(cleaned: str) -> list[Piece]:
    """Return the first 64 runs of letters and digits of a cleaned text, cut where the script changes."""
    found: list[Piece] = []
    end = -1
    for match in islice(_PIECE.finditer(cleaned), _MOST_PIECES):
        between = cleaned[max(end, 0) : match.start()]
        found.append(Piece(match[0], match.start() == end, bool(found) and not _APART.isdisjoint(between)))
        end = match.end()
    return found


def squeeze(text: str) -> str:
    """Return `text` cleaned and without anything but letters and digits: the form in which words are compared."""
    return "".join(_PIECE.findall(clean(text)))


@lru_cache(maxsize=4096)
def stems(word: str) -> tuple[str, ...]:
    """Return what may be left of a Korean word without its particle or ending, longest ending first."""
    return tuple(word[: -len(ending)] for ending in _LONGEST_FIRST if len(word) > len(ending) and word.endswith(ending))


def without_final(word: str) -> tuple[str, ...]:
    """Return a Korean verb form without the consonant its ending left on the stem: "돌릴" gives "돌리"."""
    code = ord(word[-1]) - _FIRST
    final = code % 28 if 0 <= code <= _LAST - _FIRST else 0
    return (word[:-1] + chr(_FIRST + code - final),) if _FINALS[final] in _VERB_FINALS else ()


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """Return an English word without its commonest endings ("serving", "serves" and "serve" give "serv")."""
    for ending in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT_AT_LEAST:
            return _undoubled(word[: -len(ending)])
    return word[:-1] if word.endswith("s") and len(word) == _ROOT_AT_LEAST else word


def _undoubled(stem: str) -> str:
    """Return a stem without the consonant its ending doubled ("overfitting", "overfits")."""
    doubled = len(stem) > _ROOT_AT_LEAST and stem[-1] == stem[-2] and stem[-1] in "bdgmnprt"
    return stem[:-1] if doubled else stem


@lru_cache(maxsize=8192)
def forms(word: str) -> tuple[str, ...]:
    """Return the forms under which a word is looked for in texts: itself, then without endings."""
    if word.isascii():
        return tuple(dict.fromkeys((word, root(word))))
    return (word, *(stem for stem in stems(word) if len(stem) > 1))


@lru_cache(maxsize=8192)
def jamo(text: str) -> str:
    """Return `text` with its syllables taken apart, double vowels and consonants too, in the order they are typed."""
    parts: list[str] = []
    for char in text:
        code = ord(char) - _FIRST
        if not 0 <= code <= _LAST - _FIRST:
            parts.append(_SPLIT.get(char, char))
            continue
        vowel, final = _VOWELS[code // 28 % 21], _FINALS[code % 28]
        parts.append(_INITIALS[code // 588] + _SPLIT.get(vowel, vowel) + _SPLIT.get(final, final).strip())
    return "".join(parts)


def forget_words() -> None:
    """Empty the memory of words that were looked at: it fills again with those that people type."""
    for remembered in (stems, root, forms, jamo):
        remembered.cache_clear()


def initials(text: str) -> str:
    """Return the first letters of the syllables (강화학습 gives ㄱㅎㅎㅅ); other characters are left out."""
    return "".join(_INITIALS[(ord(char) - _FIRST) // 588] for char in text if _FIRST <= ord(char) <= _LAST)


def is_initials(piece: str) -> bool:
    """Say whether a piece is two or more loose Korean consonants."""
    return len(piece) > 1 and all(char in _INITIALS for char in piece)


def from_latin_keys(text: str) -> str:
    """Return the Korean that the same keys give on a Korean keyboard, or "" when they do not make whole syllables."""
    letters = [_KEYS.get(char, "") for char in text]
    if not all(letters):
        return ""
    return _compose(letters)


def to_latin_keys(text: str) -> str:
    """Return the Latin letters under the keys of a Korean text ("기" is typed with r and l)."""
    return "".join(_LETTERS.get(letter, letter) for letter in jamo(text))


def _compose(letters: list[str]) -> str:
    """Return the syllables that typed letters make, or "" when a letter is left alone."""
    syllables: list[str] = []
    at = 0
    while at < len(letters):
        first, at = letters[at], at + 1
        if first not in _INITIALS or at >= len(letters) or letters[at] not in _VOWELS:
            return ""
        vowel, at = _joined(letters, at, _VOWELS)
        final = ""
        if _starts_final(letters, at):
            final, at = _take_final(letters, at)
        code = _INITIALS.index(first) * 588 + _VOWELS.index(vowel) * 28 + (_FINALS.index(final) if final else 0)
        syllables.append(chr(_FIRST + code))
    return "".join(syllables)


def _joined(letters: list[str], at: int, alphabet: str) -> tuple[str, int]:
    whole = _JOINED.get("".join(letters[at : at + 2]))
    if whole is not None and whole in alphabet:
        return whole, at + 2
    return letters[at], at + 1


def _starts_final(letters: list[str], at: int) -> bool:
    """Say whether the consonant at `at` closes the syllable: it does unless a vowel follows it."""
    if at >= len(letters) or letters[at] not in _FINALS:
        return False
    return at + 1 >= len(letters) or letters[at + 1] not in _VOWELS


def _take_final(letters: list[str], at: int) -> tuple[str, int]:
    final, after = _joined(letters, at, _FINALS)
    if after == at + 2 and after < len(letters) and letters[after] in _VOWELS:
        return letters[at], at + 1
    return final, after
