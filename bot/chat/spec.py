"""What a command is, declared once and checked before any network exists.

Cogs declare with the decorators of `bot.chat.cog`; here are the declared things themselves and the rules of the
strictest platform, so that one bad command is found at start and not by a platform that then refuses them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from bot.i18n import Locale, texts

NAME = re.compile(r"[a-z0-9_]{1,32}")  # Telegram's; Discord's is wider
WORD = re.compile(r"[a-z0-9_가-힣]{1,32}")
DESCRIPTION_CHARACTERS = 100  # Discord; Telegram allows 256
MAX_OPTIONS = MAX_CHOICES = 25  # Discord
CHOICE_CHARACTERS = 100  # Discord
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
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Option:
    """One option, read from the method's signature and never required: bare commands answer with their panel.

    `type` is `str`, `int` or a `StrEnum` of choices. `completes` names the cog's completion for it.
    """

    name: str
    type: type
    completes: str | None = None
    longest: int = 200
    least: int | None = None
    most: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the values of an enum option."""
        return tuple(member.value for member in self.type) if issubclass(self.type, StrEnum) else ()


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `key` is where its texts live: `<cog>.command.<name>`."""

    name: str
    cog: str
    method: str
    options: tuple[Option, ...] = ()
    audience: Audience = Audience.PRIVATE
    where: Where = Where.ANYWHERE
    access: Access = Access.ALL
    opens_form: bool = False
    menu_private: int | None = None  # place in Telegram's menus, lower first; None: not listed there
    menu_group: int | None = None
    on_message: bool = False  # also offered in a message's context menu, the message's text as first option

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
        """Return the option's name as shown: localised in Korean, plain in English."""
        if locale is Locale.EN:
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
    seen: dict[str, str] = {}
    for command in commands:
        _check_one(command, findings)
        for locale in Locale:
            for word in {command.name, *_words_of(command, locale)}:
                owner = seen.setdefault(word, command.name)
                findings.say(owner != command.name, f"/{command.name}: the word {word!r} is also /{owner}'s")
    return findings.found


def _words_of(command: Command, locale: Locale) -> Iterator[str]:
    if f"{command.cog}.command.{command.name}.word" in texts(locale):
        yield command.word(locale)


def _check_one(command: Command, findings: Findings) -> None:
    where = f"/{command.name}"
    findings.say(not NAME.fullmatch(command.name), f"{where}: not a name for every platform")
    findings.say(len(command.options) > MAX_OPTIONS, f"{where}: more than {MAX_OPTIONS} options")
    findings.say(
        command.on_message and (not command.options or command.options[0].type is not str),
        f"{where}: a context menu needs a text option first",
    )
    missing = [f"{where}: no text {key!r} in {locale.value}" for locale in Locale for key in _keys(command, locale)]
    findings.found += missing
    if missing:
        return
    sizes = [_check_texts(command, locale, findings) for locale in Locale]
    findings.say(max(sizes) > COMMAND_CHARACTERS, f"{where}: longer than {COMMAND_CHARACTERS} characters in all")


def _keys(command: Command, locale: Locale) -> Iterator[str]:
    base = f"{command.cog}.command.{command.name}"
    keys = [f"{base}.description", *(f"{base}.option.{option.name}" for option in command.options)]
    if locale is Locale.KO:
        keys += [f"{base}.word", *(f"{base}.word_of.{option.name}" for option in command.options)]
    if command.on_message:
        keys.append(f"{base}.message")
    keys += [f"choices.{option.name}.{value}" for option in command.options for value in option.choices]
    return (key for key in keys if key not in texts(locale))


def _check_texts(command: Command, locale: Locale, findings: Findings) -> int:
    where = f"/{command.name} ({locale.value})"
    described = {"description": command.description(locale)}
    described |= {option.name: command.option_description(option, locale) for option in command.options}
    words = [command.word(locale), *(command.option_word(option, locale) for option in command.options)]
    labels = [command.choice_label(o, value, locale) for o in command.options for value in o.choices]
    for what, line in described.items():
        findings.say(
            not 1 <= len(line) <= DESCRIPTION_CHARACTERS,
            f"{where}: {what} is not 1-{DESCRIPTION_CHARACTERS} characters",
        )
    for word in words:
        findings.say(not WORD.fullmatch(word), f"{where}: {word!r} is not a name for Discord")
    for option in command.options:
        findings.say(not NAME.fullmatch(option.name), f"{where}: option {option.name!r} is not a plain name")
        findings.say(
            len(option.choices) > MAX_CHOICES,
            f"{where}: option {option.name!r} has more than {MAX_CHOICES} choices",
        )
        findings.say(
            option.completes is not None and bool(option.choices),
            f"{where}: {option.name!r} both completes and lists",
        )
    for label in labels:
        findings.say(not 1 <= len(label) <= CHOICE_CHARACTERS, f"{where}: choice {label!r} is too long")
    return sum(map(len, [*described.values(), *words, *labels]))
