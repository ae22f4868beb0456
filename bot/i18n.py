"""Texts in Korean and English: lookup by key, plurals, and the Korean particles that depend on the word before them.

Texts live in `data/locales/{en,ko}/<area>.toml`; a key is `area.table.name`. On the ground floor: everything may import
this module, it imports nothing of the house. A missing key is a programming error (`tests/test_i18n.py` finds it), so
lookups raise `KeyError` instead of showing a key to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

import tomli

LOCALES_DIR = Path(__file__).parent.parent / "data" / "locales"


class Locale(StrEnum):
    """A language the bot speaks. Values are the codes both platforms use."""

    EN = "en"
    KO = "ko"

    @classmethod
    def of(cls, code: str | None, default: Locale | None = None) -> Locale:
        """Return the locale for a platform's language code ("ko", "ko-KR"); unknown codes give `default` or English."""
        head = (code or "").lower().replace("_", "-").split("-")[0]
        return cls(head) if head in cls._value2member_map_ else (default or cls.EN)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages, as written in the data files."""

    ko: str
    en: str

    def __call__(self, locale: Locale) -> str:
        """Return the text in `locale`."""
        return self.ko if locale is Locale.KO else self.en

    @classmethod
    def same(cls, text: str) -> Self:
        """Return a text that is the same in both languages (a title, a name)."""
        return cls(text, text)


_PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이에요": ("이에요", "예요"),
    "이라": ("이라", "라"),
    "이나": ("이나", "나"),
}
_PARTICLE_SLOT = re.compile(r"\{(\w+):(" + "|".join(sorted(_PARTICLES, key=len, reverse=True)) + r")\}")
# How Korean readers say the end of a word, reduced to what particles ask: open, ㄹ (으로 becomes 로), other consonants.
_OTHER = "ㄱ"
LONGEST_HEARD = 60  # characters of a word that are looked at, from its end
_DIGIT_FINAL = {"0": _OTHER, "1": "ㄹ", "3": _OTHER, "6": _OTHER, "7": "ㄹ", "8": "ㄹ"}
_LETTER_FINAL = {"l": "ㄹ", "r": "ㄹ", "m": _OTHER, "n": _OTHER}  # 엘, 알, 엠, 엔; all other letters end open
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # a remark in brackets is not read aloud: 강화학습(RL)을
_SILENT_END = re.compile(r"[\W_]+$")
_LATIN_END = re.compile(r"[A-Z]+$|[A-Z]?[a-z]+$")  # the last part of a name: GPT of ChatGPT, Net of ResNet
_LOANWORD_FINALS = (
    ("ㄹ", re.compile(r"le?$")),
    # Nasals; p, t and k sounds after one short vowel (봇, 스텝, 토픽, 아웃풋) and the usual exceptions (노트북, 랩).
    (_OTHER, re.compile(r"(?:[mn]e?|ng|(?<![aeiou])[aeiou](?:p|t|k|ck?)(?<!bit)|out|ook|eep|oup|lab|web|club)$")),
)
_HANGUL_FIRST, _HANGUL_LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8


def _final_sound(word: str) -> str:
    """Return "" when `word` ends in an open syllable as read aloud, "ㄹ" for a final rieul, else another mark."""
    word = unicodedata.normalize("NFKC", word[-LONGEST_HEARD:])
    word = _SILENT_END.sub("", _REMARK.sub("", word) or word)
    if not word:
        return ""
    if _HANGUL_FIRST <= ord(word[-1]) <= _HANGUL_LAST:
        final = (ord(word[-1]) - _HANGUL_FIRST) % _FINALS
        return "" if final == 0 else "ㄹ" if final == _RIEUL else _OTHER
    latin = _LATIN_END.search(word)
    return _latin_final(latin[0]) if latin else _DIGIT_FINAL.get(word[-1], "")


def _latin_final(end: str) -> str:
    """Return the final sound of a Latin word: letter by letter for an abbreviation (RL, CNN), else as a loanword."""
    spelled = len(end) == 1 or (end.isupper() and (len(end) < 4 or not set(end) & set("AEIOU")))
    if spelled:
        return _LETTER_FINAL.get(end[-1].lower(), "")
    return next((sound for sound, ending in _LOANWORD_FINALS if ending.search(end.lower())), "")


def with_particle(word: str, particle: str) -> str:
    """Return `word` followed by the form of a Korean `particle` (a key of `_PARTICLES`) that fits its last sound."""
    closed, open_ = _PARTICLES[particle]
    final = _final_sound(word)
    if not final or (particle == "으로" and final == "ㄹ"):
        return word + open_
    return word + closed


class Texts:
    """All texts of one language. Calling it looks a key up and fills its slots.

    Slots are `{name}`; in Korean `{name:을}` adds the particle that fits the value. A table with `one` and `other` is a
    plural chosen by the value `count`.
    """

    def __init__(self, locale: Locale, texts: Mapping[str, str]) -> None:
        """Hold flattened `texts` (key to template) of `locale`."""
        self.locale = locale
        self._texts = dict(texts)

    def __contains__(self, key: str) -> bool:
        """Say whether `key` has a text."""
        return key in self._texts or f"{key}.other" in self._texts

    def keys(self) -> frozenset[str]:
        """Return every key, plural forms spelled out."""
        return frozenset(self._texts)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of `key` with `values` filled in.

        Raises `KeyError` for an unknown key or a slot without a value.
        """
        template = self._texts.get(key)
        if template is None:
            form = "one" if values.get("count") == 1 and f"{key}.one" in self._texts else "other"
            template = self._texts[f"{key}.{form}"]
        if "{" not in template:
            return template
        if ":" in template:  # hardly any text without a particle has one
            template = _PARTICLE_SLOT.sub(
                lambda m: with_particle(str(values[m[1]]), m[2]).replace("{", "{{").replace("}", "}}"), template
            )
        return template.format_map({name: str(value) for name, value in values.items()})


def _flatten(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            flat |= _flatten(value, key)
        else:
            flat[key] = value
    return flat


@cache
def texts(locale: Locale) -> Texts:
    """Return the texts of `locale`, read once from `data/locales`."""
    flat: dict[str, str] = {}
    for file in sorted((LOCALES_DIR / locale.value).glob("*.toml")):
        flat |= _flatten(tomli.loads(file.read_text(encoding="utf-8")), file.stem)
    return Texts(locale, flat)
