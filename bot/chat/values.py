"""What people and platforms hand over becomes what a cog's method asked for: typed, clean, of bounded length.

Everything that comes in goes through here once, whether it was typed by a member, read by a platform or forged. What
does not fit is refused politely; nothing here raises anything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.spec import Option
from bot.core.errors import BadOption, UnknownPress

LONGEST = 4000  # characters of one value; services cut further
SHOWN = 40  # characters of a refused value that are said back
# Control characters (PostgreSQL takes no null), the overrides that turn a whole line around, and halves of characters.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(words: str) -> str:
    """Return `words` cut to a sane length and without what no store and no reader should get."""
    return _UNSAFE.sub("", words[:LONGEST])


def is_clean(wire: str) -> bool:
    """Say whether `wire` can be one of ours: those are made of clean words, with separators of their own."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in wire)


def option_value(option: Option, given: Any, word: str) -> Any:
    """Return `given` as the option's type. Raises `BadOption`, which calls the option by `word`."""
    if option.type is str:
        return clean(str(given))
    try:
        value = option.type(given)
    except (ValueError, TypeError):
        raise BadOption(option=word, value=clean(str(given))[:SHOWN]) from None
    if isinstance(value, int) and not _within(value, option):
        raise BadOption(option=word, value=str(value)[:SHOWN])
    return value


def _within(value: int, option: Option) -> bool:
    return (option.least is None or option.least <= value) and (option.most is None or value <= option.most)


def arguments(kinds: Sequence[type], args: Sequence[str]) -> list[Any]:
    """Return a press's `args` as the `kinds` of its handler. Raises `UnknownPress` when they are not those."""
    if len(kinds) != len(args):
        raise UnknownPress
    try:
        return [kind(arg) for kind, arg in zip(kinds, args, strict=True)]
    except ValueError:
        raise UnknownPress from None


def clean_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a form's answers, clean."""
    return {name: clean(answer) for name, answer in answers.items()}
