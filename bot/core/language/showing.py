"""Hears that somebody only asks to be shown something: "보여줘", "show me". Whole phrases, nothing inside a sentence.

What follows the word of a command is often no more than that, and must not be taken for what was studied or wished.
"""

from __future__ import annotations

import re

_BEFORE = r"(?:(?:좀|다|내|제|나|전부|그냥|please|all|my|me|the)\s+)*"
_ASKED = (
    r"보여\s?(?:줘|주라|줄래|주세요|주실래요|줘요)",
    r"(?:볼래|보고\s?싶어|볼\s?수\s?있어)요?",
    r"(?:알려|해|부탁해)\s?(?:줘|주라|줄래|주세요|줘요)",
    r"부탁(?:해|해요|드려요|드립니다)",
    r"보기|목록",
    r"(?:뭐|뭐가|무엇이)\s?있(?:어|나|지|어요|나요|죠)",
    r"show|list|see|view|show\s(?:me|it|all|them)",
)
_SHOWING = re.compile(rf"{_BEFORE}(?:목록\s+|list\s+)?(?:{'|'.join(_ASKED)})(?:\s+please)?[\s?!.~]*", re.IGNORECASE)


def asks_to_show(words: str) -> bool:
    """Say whether `words` ask for nothing but to be shown, or given, what there is."""
    return _SHOWING.fullmatch(words.strip()) is not None
