"""Korean words in two thirds of their bytes, so that a question fits the 64 bytes of a button.

A syllable takes three bytes; here it is two signs of ASCII, its number written in them. What is no usual syllable
stands as it is, between two ticks. Words that do not become shorter stay what they were.
"""

from __future__ import annotations

_MARK = "\x1d"  # the group separator: no question survives with one in it
_TICK = "`"
# Printable, and nothing that a press has another use for.
_SIGNS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "|\\`")
_FIRST, _SYLLABLES, _FINALS = 0xAC00, 11172, 28
_RARE = frozenset((2, 3, 5, 11, 12, 13, 14, 24))  # final consonants left out, for which there are not enough signs
_USUAL = [final for final in range(_FINALS) if final not in _RARE]
_PLACES = {final: place for place, final in enumerate(_USUAL)}


def compact(words: str) -> str:
    """Return `words` in a shorter form that `spelled` reads back, or as they are."""
    if words.isascii() or _TICK in words or words.startswith(_MARK):
        return words
    signs, apart = [_MARK], False
    for char in words:
        number = _number(char)
        if char != " " and apart is (number is not None):
            signs.append(_TICK)
            apart = not apart
        signs.append(char if number is None else _SIGNS[number // len(_SIGNS)] + _SIGNS[number % len(_SIGNS)])
    shorter = "".join(signs)
    return shorter if len(shorter.encode()) < len(words.encode()) else words


def spelled(short: str) -> str:
    """Return the words that `compact` made `short`, or `short` itself when it is no such form; never raises."""
    if not short.startswith(_MARK):
        return short
    words: list[str] = []
    for place, part in enumerate(short[1:].split(_TICK)):
        words.append(part if place % 2 else _syllables(part))
    return "".join(words)


def _number(char: str) -> int | None:
    """Return the number of a usual syllable, None for anything else."""
    code = ord(char) - _FIRST
    if not 0 <= code < _SYLLABLES or code % _FINALS in _RARE:
        return None
    return code // _FINALS * len(_USUAL) + _PLACES[code % _FINALS]


def _syllables(signs: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(signs):
        pair = signs[at : at + 2]
        known = len(pair) == 2 and pair[0] in _SIGNS and pair[1] in _SIGNS
        if not known:  # a blank, or nothing of ours
            found.append(pair[0])
            at += 1
            continue
        whole, final = divmod(_SIGNS.index(pair[0]) * len(_SIGNS) + _SIGNS.index(pair[1]), len(_USUAL))
        code = whole * _FINALS + _USUAL[final]
        found.append(chr(_FIRST + code) if code < _SYLLABLES else pair)
        at += 2
    return "".join(found)
