"""HTML from strangers as plain text: nothing in it is kept but words, and of those none that turn the line around.

It knows no feed. What it returns is still to be escaped by whoever draws it into HTML.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata

import nh3

LOOKED_AT = 20_000  # characters of a text that is shown
COUNTED = 400_000  # characters of a text whose length is told in minutes
WORDS_A_MINUTE, SYLLABLES_A_MINUTE = 220, 500
_LEAST_COUNTED = 400  # characters: below, it is a summary and tells nothing of the whole
_NOT_SAID = {"script", "style", "template", "svg", "math", "iframe", "noscript", "textarea", "object"}
_BREAKS = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|tr|td|th|h[1-6]|blockquote|pre|section|article|figure)\b)", re.IGNORECASE
)
_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)
_OPEN = re.compile(r"<[a-z/!?]", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]")
_WORD = re.compile(r"[^\W\d_가-힣]+")
_KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_JOINERS = {"\u200d", "\ufe0f"}  # hold emoji together
_TIMES = 3  # a text may be escaped more than once


def plain(text: str, longest: int) -> str:
    """Return what `text` says, in one line of at most `longest` characters; it may hold HTML, escaped or not."""
    said = text[:LOOKED_AT]
    for _ in range(_TIMES):
        if "<" in said and _OPEN.search(said):
            said = nh3.clean(_BREAKS.sub(" <", said), tags=set(), clean_content_tags=_NOT_SAID)
        unescaped = html.unescape(said)
        if unescaped == said:
            break
        said = unescaped
    if _OPEN.search(said):
        said = _OPEN.sub("", said)
    return cut(_one_line(said), longest)


def cut(text: str, longest: int) -> str:
    """Return `text` cut at a word, with an ellipsis where something is missing."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    space = head.rfind(" ", longest * 2 // 3)
    return (head[:space] if space > 0 else head).rstrip(" ,.;:") + "…"


def minutes_of(markup: str) -> int | None:
    """Return the minutes that reading it takes, rounded up; None for what is too short to be the whole."""
    said = html.unescape(_TAG.sub(" ", markup[:COUNTED]))
    if len(said) < _LEAST_COUNTED:
        return None
    minutes = len(_HANGUL.findall(said)) / SYLLABLES_A_MINUTE + len(_WORD.findall(said)) / WORDS_A_MINUTE
    return max(1, math.ceil(minutes))


def language_of(text: str) -> str | None:
    """Return `ko` or `en` by the letters of a text, None for other languages and for none."""
    if text.replace("…", "").isascii():  # most are: there is nothing to count
        return "en" if any(map(str.isalpha, text)) else None
    hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
    other = len(_KANA_OR_HAN.findall(text))
    if hangul and hangul * 5 >= latin and hangul >= other:
        return "ko"
    letters = sum(map(str.isalpha, text))
    return "en" if latin and latin * 10 >= letters * 9 else None


def _one_line(text: str) -> str:
    whole = " ".join(text.split())
    if not whole.isprintable():  # most are, and looking at each letter is most of what reading a feed would cost
        whole = "".join(letter for letter in whole if _is_said(letter))
    return " ".join(unicodedata.normalize("NFC", whole).split())


def _is_said(letter: str) -> bool:
    """Say whether it is a letter to be shown: no control, none that turns the line around, no half of a pair."""
    return letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
