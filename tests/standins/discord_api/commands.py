"""The documented rules of application commands and autocompletion (interactions/application-commands)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex  # type: ignore[import-untyped]

from ..recording import Json
from .rules import too_long
from .schema import Problem

NAME = regex.compile(r"^[-_'\p{L}\p{N}\p{Script=Devanagari}\p{Script=Thai}]{1,32}$")
LOCALE = regex.compile(
    r"ar|bg|cs|da|de|el|en-GB|en-US|es-419|es-ES|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|nl|no|pl|pt-BR|ro|ru"
    r"|sv-SE|th|tr|uk|vi|zh-CN|zh-TW"
)
CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER = 1, 2, 3, 4
Where = tuple[Any, ...]


def check_command_list(commands: list[Json]) -> list[Problem]:
    """A bulk overwrite: Discord refuses all of it when one is wrong."""
    problems = [problem for i, command in enumerate(commands) for problem in _command(command, (i,))]
    keys = [(c.get("type") or CHAT, c.get("name")) for c in commands]
    if len(set(keys)) != len(keys):
        problems.append(((), "APPLICATION_COMMANDS_DUPLICATE_NAME"))
    for kind, most in ((CHAT, 100), (USER, 15), (MESSAGE, 15)):
        if sum(k == kind for k, _ in keys) > most:
            problems.append(((), f"at most {most} commands of type {kind}"))
    return problems


def _command(c: Json, at: Where) -> Iterator[Problem]:
    if (c.get("type") or CHAT) == CHAT:
        yield from _named(c, at)
        yield from _options(c.get("options") or [], (*at, "options"), depth=0)
    else:
        yield from too_long(c, {"name": 32}, at)
        if c.get("description") or c.get("options"):
            yield at, "user and message commands have no description and no options"
    yield from _locales(c, at)
    size = command_length(c)
    if size > 8000:
        yield at, f"APPLICATION_COMMAND_TOO_LARGE: {size} characters, at most 8000"


def _named(c: Json, at: Where) -> Iterator[Problem]:
    names = [c.get("name") or "", *(c.get("name_localizations") or {}).values()]
    for name in names:
        if not NAME.match(name) or name != name.lower():
            yield (*at, "name"), f"APPLICATION_COMMAND_INVALID_NAME: {name!r}"
    for text in [c.get("description") or "", *(c.get("description_localizations") or {}).values()]:
        if not 1 <= len(text) <= 100:
            yield (*at, "description"), "Must be between 1 and 100 in length."


def _locales(c: Json, at: Where) -> Iterator[Problem]:
    for key in ("name_localizations", "description_localizations"):
        for locale in c.get(key) or {}:
            if not LOCALE.fullmatch(locale):
                yield (*at, key), f"unknown locale {locale!r}"


def _options(options: list[Json], at: Where, depth: int) -> Iterator[Problem]:
    if len(options) > 25:
        yield at, "Must be 25 or fewer in length."
    if len({o.get("name") for o in options}) != len(options):
        yield at, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
    nested = [o.get("type") in (SUBCOMMAND, GROUP) for o in options]
    if any(nested) and not all(nested):
        yield at, "subcommands cannot be mixed with other options"
    required = [bool(o.get("required")) for o in options]
    if not any(nested) and required != sorted(required, reverse=True):
        yield at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID: required after optional"
    for i, o in enumerate(options):
        here = (*at, i)
        yield from _named(o, here)
        yield from _locales(o, here)
        if o.get("type") in (SUBCOMMAND, GROUP):
            if depth >= (1 if o["type"] == GROUP else 2):
                yield here, "subcommands nest at most group > subcommand"
            yield from _options(o.get("options") or [], (*here, "options"), depth + 1)
        else:
            yield from _choices(o, here)


def _choices(o: Json, at: Where) -> Iterator[Problem]:
    choices = o.get("choices") or []
    if choices and o.get("autocomplete"):
        yield at, "autocomplete and choices exclude each other"
    if len({c.get("name") for c in choices}) != len(choices):
        yield at, "choice names must be unique"
    yield from check_choices(choices, o.get("type") or STRING, (*at, "choices"))


def check_choices(choices: list[Json], option_type: int, at: Where = ("data", "choices")) -> Iterator[Problem]:
    """The choices of an option, fixed or offered by autocompletion."""
    if len(choices) > 25:
        yield at, "Must be 25 or fewer in length."
    for i, c in enumerate(choices):
        value = c.get("value")
        if not 1 <= len(c.get("name") or "") <= 100:
            yield (*at, i, "name"), "Must be between 1 and 100 in length."
        yield from _locales(c, (*at, i))
        if option_type == STRING:
            if not isinstance(value, str) or not 1 <= len(value) <= 100:
                yield (*at, i, "value"), "a string of 1 to 100 characters is needed"
        elif isinstance(value, bool) or not isinstance(value, int if option_type == INTEGER else int | float):
            yield (*at, i, "value"), "the value does not fit the option type"


def command_length(c: Json) -> int:
    """Characters of the whole command, the longest localisation counting."""

    def longest(key: str, node: Json) -> int:
        texts = [node.get(key) or "", *(node.get(key + "_localizations") or {}).values()]
        return max(map(len, texts))

    size = longest("name", c) + longest("description", c)
    size += sum(command_length(o) for o in c.get("options") or [])
    for choice in c.get("choices") or []:
        value = choice.get("value")
        size += longest("name", choice) + (len(value) if isinstance(value, str) else 0)
    return size
