"""Reads a typed line as a command where the platform has no typed options (Telegram, the terminal).

The rest of the line is the one free text; `name=value` words fill the other options, values in either language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.chat.spec import Command, Option
from bot.i18n import Locale

LONGEST_LINE = 4000
_ASSIGNMENT = re.compile(r"(?:^|\s)([a-z_가-힣]{1,32})=(\S+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A command and what was typed for its options."""

    command: str
    options: dict[str, str]


def parse_call(line: str, commands: Iterable[Command], *, words: bool = True) -> Call | None:
    """Return the call in `line`, or None when it is no command.

    `/name rest` always counts, known or not; with `words` a line that starts with a command's Korean word counts too.
    """
    head, _, rest = line[:LONGEST_LINE].strip().partition(" ")
    known = list(commands)
    if head.startswith("/"):
        name = head[1:].casefold()
        found = next((c for c in known if name in (c.name, c.word(Locale.KO))), None)
        return Call(found.name, options_of(rest, found)) if found else Call(name, {})
    found = next((c for c in known if words and head == c.word(Locale.KO)), None)
    return Call(found.name, options_of(rest, found)) if found else None


def options_of(rest: str, command: Command) -> dict[str, str]:
    """Return the options typed in `rest`: assignments by name, everything else into the first text option."""
    options: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        option = next((o for o in command.options if match[1] in (o.name, command.option_word(o, Locale.KO))), None)
        if option is None:
            return match[0]
        options[option.name] = _value(match[2], option, command)
        return " "

    free = " ".join(_ASSIGNMENT.sub(take, rest).split())
    first = next((option for option in command.options if option.type is str), None)
    if first is not None and free:
        options.setdefault(first.name, free)
    return options


def _value(typed: str, option: Option, command: Command) -> str:
    """Return the choice that `typed` names by value or by label in either language, or `typed` itself."""
    for value in option.choices:
        labels = (command.choice_label(option, value, locale).casefold() for locale in Locale)
        if typed.casefold() == value or typed.casefold() in labels:
            return value
    return typed
