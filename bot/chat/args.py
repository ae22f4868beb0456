"""Reads a typed line as a command where the platform has no typed options (Telegram, the terminal).

The rest of the line is the one free text; `name=value` words fill the other options, values in either language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.chat.spec import Command, Option
from bot.core.language.showing import asks_to_show
from bot.i18n import Locale

LONGEST_LINE = 4000
CANCEL_COMMANDS = frozenset(("cancel", "stop"))  # understood after a slash, listed nowhere
CANCEL_WORDS = frozenset(("취소", "그만"))  # understood as plain text, where nobody else is talking
_ASSIGNMENT = re.compile(r"(?<!\S)([a-z0-9_가-힣]{1,32})=(?=\S)", re.IGNORECASE)
# What nobody says in a sentence: the third, 5 March, a code that was shown in another app.
_VALUE = re.compile(
    r"(?:#|제\s?)?\d{1,4}(?:번째|번|편|회|호)?|\d{1,2}월(?:\s*\d{1,2}일)?|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}"
    r"|[a-z0-9]{4}\s?[-–]\s?[a-z0-9]{4}|(?=[a-z]*\d)[a-z0-9]{8}",
    re.IGNORECASE,
)
_UNSAID = re.compile(r"[\W_]+")  # blanks, hyphens and commas do not tell one choice from another


@dataclass(frozen=True, slots=True)
class Call:
    """A command and what was typed for its options."""

    command: str
    options: dict[str, str]


def parse_call(line: str, commands: Iterable[Command], *, words: bool = True) -> Call | None:
    """Return the call in `line`, or None when it is no command.

    `/name rest` always counts, known or not; with `words` a line that starts with a command's Korean word counts too,
    where the command takes plain talk, or where what follows is no talk: a number, a date, a code.
    """
    parts = unicodedata.normalize("NFC", line[:LONGEST_LINE]).split(maxsplit=1)  # macOS may write Hangul in parts
    head, rest = (*parts, "", "")[:2]
    known = list(commands)
    if head.startswith("/"):
        name = head[1:].casefold()
        found = next((c for c in known if name in (c.name, c.word(Locale.KO))), None)
        return Call(found.name, options_of(rest, found)) if found else Call(name, {})
    found = next((c for c in known if words and head == c.word(Locale.KO)), None)
    if found is None or not (found.talk or not rest or asks_to_show(rest) or _VALUE.fullmatch(rest.strip())):
        return None
    return Call(found.name, {} if asks_to_show(rest) else options_of(rest, found))


def options_of(rest: str, command: Command) -> dict[str, str]:
    """Return the options typed in `rest`: assignments by name, everything else into the first text option."""
    options: dict[str, str] = {}
    position = 0
    while (match := _ASSIGNMENT.search(rest, position)) is not None:
        option = _option_named(match[1].casefold(), command)
        if option is None:
            position = match.end()
            continue
        options[option.name], length = _value(rest[match.end() :], option, command)
        rest = f"{rest[: match.start()]} {rest[match.end() + length :]}"
        position = match.start()
    first = next((option for option in command.options if option.type is str), None)
    free = " ".join(rest.split())
    if first is not None and free:
        options[first.name] = f"{options[first.name]} {free}" if first.name in options else free
    return options


def _option_named(name: str, command: Command) -> Option | None:
    return next((o for o in command.options if name in (o.name, command.option_word(o, Locale.KO))), None)


def _value(typed: str, option: Option, command: Command) -> tuple[str, int]:
    """Return what `typed` begins with, and how many characters that is.

    A choice may be typed as its value or as its label in either language, of several words or written together.
    """
    spellings = [
        (spelling.casefold(), value)
        for value in option.choices
        for spelling in (value, *(command.choice_label(option, value, locale) for locale in Locale))
    ]
    for spelling, value in sorted(spellings, key=lambda each: -len(each[0])):
        end = typed[len(spelling) : len(spelling) + 1]
        if typed[: len(spelling)].casefold() == spelling and not end.strip():
            return value, len(spelling)
    word = typed.split(maxsplit=1)[0]
    said = _UNSAID.sub("", word.casefold())
    return next((value for spelling, value in spellings if _UNSAID.sub("", spelling) == said), word), len(word)
