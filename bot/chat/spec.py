"""What a command is, declared once and checked before any network exists.

Cogs declare with the decorators of `bot.chat.cog`; here are the declared things themselves and the rules of the
strictest platform, so that one bad command is found at start and not by a platform that then refuses them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import partial

from bot.i18n import Locale, texts

NAME = re.compile(r"[a-z0-9_]{1,32}")  # Telegram's; Discord's is wider
WORD = re.compile(r"[a-z0-9_가-힣]{1,32}")
DESCRIPTION_CHARACTERS = 100  # Discord; Telegram allows 256
MAX_OPTIONS = MAX_CHOICES = 25  # Discord
CHOICE_CHARACTERS = 100  # Discord, label and value alike
MESSAGE_TITLE_CHARACTERS, MESSAGE_TITLES = 32, 5  # Discord; it takes 15 titles by now, discord.py 2.7 stops at 5
COMMAND_CHARACTERS = 8000  # Discord: names, descriptions and choices together, the longest localisation counting


class Audience(Enum):
    """Who sees a command's answer."""

    PRIVATE = "private"
    PUBLIC = "public"


class Where(Enum):
    """Where a command makes sense."""

    ANYWHERE = "anywhere"
    GROUP = "group"


class Access(Enum):
    """Who may run it."""

    ALL = "all"
    ORGANISER = "organiser"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Option:
    """One option, read from the method's signature and never required: bare commands answer with their panel.

    `type` is `str`, `int` or a `StrEnum` of choices. `completes` names the cog's completion for it.
    """

    name: str
    type: type
    completes: str | None = None
    least: int | None = None
    most: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the values of an enum option."""
        return tuple(member.value for member in self.type) if issubclass(self.type, StrEnum) else ()


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Its texts live under `<cog>.command.<name>`.

    `message` is an option that only a message fills, the one the command is called on; without it that is the first.
    """

    name: str
    cog: str
    method: str
    options: tuple[Option, ...] = ()
    audience: Audience = Audience.PRIVATE
    where: Where = Where.ANYWHERE
    access: Access = Access.ALL
    menu_private: int | None = None  # place in Telegram's menus, lower first; None: not listed there
    menu_group: int | None = None
    on_message: bool = False  # also offered in a message's context menu, where it takes the message's text
    lands: bool = False  # a deep link may run it with words; bare it only shows, and any link may open it
    message: Option | None = None
    talk: bool = True  # plain talk that begins with its Korean word calls it with the rest; else that word alone does

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Return the options that are typed, and the one that a message fills."""
        return (*self.options, self.message) if self.message else self.options

    @property
    def of_message(self) -> Option:
        """Return the option that takes the text of the message a command is called on."""
        return self.message or self.options[0]

    def description(self, locale: Locale) -> str:
        """Return the one line shown in the platform's own list."""
        return texts(locale)(f"{self.cog}.command.{self.name}.description")

    def word(self, locale: Locale) -> str:
        """Return the command's word in `locale`: its name in English, a Korean word in Korean."""
        return self.name if locale is Locale.EN else texts(locale)(f"{self.cog}.command.{self.name}.word")

    def message_title(self, locale: Locale) -> str:
        """Return the label of the context-menu entry."""
        return texts(locale)(f"{self.cog}.command.{self.name}.message")

    def option_description(self, option: Option, locale: Locale) -> str:
        """Return the one line about `option`."""
        return texts(locale)(f"{self.cog}.command.{self.name}.option.{option.name}")

    def option_word(self, option: Option, locale: Locale) -> str:
        """Return the option's name as shown: localised in Korean, plain in English or when nobody sees it."""
        if locale is Locale.EN or option == self.message:
            return option.name
        return texts(locale)(f"{self.cog}.command.{self.name}.word_of.{option.name}")

    def choice_label(self, option: Option, value: str, locale: Locale) -> str:
        """Return the label of one choice of an enum option, shared by all commands: `choices.<option>.<value>`."""
        return texts(locale)(f"choices.{option.name}.{value}")


@dataclass(slots=True)
class Findings:
    """What is wrong with a set of commands, one line each."""

    found: list[str] = field(default_factory=list)

    def say(self, bad: bool, line: str) -> None:
        """Note `line` when `bad`."""
        if bad:
            self.found.append(line)


def check(commands: Iterable[Command]) -> list[str]:
    """Return every breach of the strictest platform's rules, each with the command's name; empty means ready."""
    findings = Findings()
    commands = tuple(commands)
    owners: dict[str, Command] = {}
    for command in commands:
        _check_one(command, findings)
        for word in {command.name, *_words_of(command)}:
            owner = owners.setdefault(word, command)
            findings.say(owner is not command, f"/{command.name}: the word {word!r} is also /{owner.name}'s")
    titles = sum(command.on_message for command in commands)
    findings.say(titles > MESSAGE_TITLES, f"{titles} commands in the context menu, at most {MESSAGE_TITLES} fit")
    return findings.found


def _words_of(command: Command) -> Iterator[str]:
    if f"{command.cog}.command.{command.name}.word" in texts(Locale.KO):
        yield command.word(Locale.KO)


def _check_one(command: Command, findings: Findings) -> None:
    where = f"/{command.name}"
    findings.say(not NAME.fullmatch(command.name), f"{where}: not a name for every platform")
    findings.say(len(command.options) > MAX_OPTIONS, f"{where}: more than {MAX_OPTIONS} options")
    findings.say(
        command.on_message and (not command.all_options or command.of_message.type is not str),
        f"{where}: a context menu needs a text option, first or for the message",
    )
    missing = [f"{where}: no text {key!r} in {locale.value}" for locale in Locale for key in _keys(command, locale)]
    findings.found += missing
    for option in command.options:
        _check_option(option, where, findings)
    if missing:
        return
    for locale in Locale:
        _check_texts(command, locale, findings)
    size = _size(command)
    findings.say(size > COMMAND_CHARACTERS, f"{where}: {size} characters in all, at most {COMMAND_CHARACTERS} fit")


def _keys(command: Command, locale: Locale) -> Iterator[str]:
    base = f"{command.cog}.command.{command.name}"
    keys = [f"{base}.description", *(f"{base}.option.{option.name}" for option in command.options)]
    if locale is Locale.KO:
        keys += [f"{base}.word", *(f"{base}.word_of.{option.name}" for option in command.options)]
    if command.on_message:
        keys.append(f"{base}.message")
    keys += [f"choices.{option.name}.{value}" for option in command.options for value in option.choices]
    return (key for key in keys if key not in texts(locale))


def _check_option(option: Option, where: str, findings: Findings) -> None:
    where = f"{where}: option {option.name!r}"
    findings.say(not NAME.fullmatch(option.name), f"{where} is not a plain name")
    findings.say(len(option.choices) > MAX_CHOICES, f"{where} has more than {MAX_CHOICES} choices")
    findings.say(option.completes is not None and option.type is not str, f"{where} is no text and cannot complete")
    long = [value for value in option.choices if len(value) > CHOICE_CHARACTERS]
    findings.say(bool(long), f"{where} has a value of more than {CHOICE_CHARACTERS} characters")


def _check_texts(command: Command, locale: Locale, findings: Findings) -> None:
    where = f"/{command.name} ({locale.value})"
    described = {"description": command.description(locale)}
    described |= {option.name: command.option_description(option, locale) for option in command.options}
    words = [command.option_word(option, locale) for option in command.options]
    labels = [command.choice_label(o, value, locale) for o in command.options for value in o.choices]
    for what, line in described.items():
        findings.say(
            not 1 <= len(line) <= DESCRIPTION_CHARACTERS,
            f"{where}: {what} is not 1-{DESCRIPTION_CHARACTERS} characters",
        )
    for word in [command.word(locale), *words]:
        findings.say(not WORD.fullmatch(word), f"{where}: {word!r} is not a name for Discord")
    findings.say(len(set(words)) < len(words), f"{where}: two options have the same word")
    for label in labels:
        findings.say(
            not 1 <= len(label) <= CHOICE_CHARACTERS,
            f"{where}: choice {label!r} is not 1-{CHOICE_CHARACTERS} characters",
        )
    if command.on_message:
        findings.say(
            not 1 <= len(command.message_title(locale)) <= MESSAGE_TITLE_CHARACTERS,
            f"{where}: the context menu's title is not 1-{MESSAGE_TITLE_CHARACTERS} characters",
        )


def _size(command: Command) -> int:
    """Return what counts towards a command's size: every text in its longest language, and the values of choices."""
    said: list[Callable[[Locale], str]] = [command.word, command.description]
    for option in command.options:
        said += [partial(command.option_word, option), partial(command.option_description, option)]
        said += [partial(command.choice_label, option, value) for value in option.choices]
    values = sum(len(value) for option in command.options for value in option.choices)
    return values + sum(max(len(text_in(locale)) for locale in Locale) for text_in in said)
