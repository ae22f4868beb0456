"""Texts nobody types by accident, for every door that takes text."""

from __future__ import annotations

import random

_RANDOM = random.Random(20261122)


def _words(letters: str, length: int) -> str:
    return " ".join("".join(_RANDOM.choice(letters) for _ in range(length)) for _ in range(600))


HOSTILE = {
    "long": "가" * 4000,
    "many words": "a " * 2000,
    "zero width": "\u200b" * 4000,
    "right to left": "\u202eRL\u202c " * 900,
    "null bytes": "rl\0" * 1400,
    "regular expression": "(a+)+$" * 700,
    "brackets": "(" * 4000,
    "growing letters": "\ufdfa" * 4000,
    "stacked accents": "z" + "\u0300" * 4000,
    "typos": _words("abcdefghijklmnop", 7),
    "hangul noise": _words("".join(map(chr, range(0xAC00, 0xD7A3))), 4),
    "loose consonants": "ㄱ" * 4000,
    "loose consonants apart": "ㄱ " * 2000,
    "negations": "말고 not except " * 300,
    "questions": "추론 sam dp " * 300,
    "misspelt": "reinforcment lerning machien " * 140,
    "wrong keys": "rkdghk gkrtmq " * 280,
    "sql": "'; DROP TABLE people; -- " * 160,
    "markup": "<b>@everyone</b> [x](javascript:1) `code` " * 100,
    "emoji": "👩‍🔬🧠 " * 600,
    "lone surrogate": "\ud800rl" * 1000,
    "every script": "".join(chr(_RANDOM.randrange(0x20, 0x2FFF)) for _ in range(4000)),
}
