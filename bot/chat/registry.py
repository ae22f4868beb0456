"""What the cogs declare, read into tables by name and checked before any platform is asked.

It answers what can be known of a command or a press before it runs. It runs nothing, and knows no caller.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

from bot.chat.cog import Cog, Completion, OfferHandler, PostHandler, PressHandler, SubmitHandler
from bot.chat.context import Context
from bot.chat.press import CALL, Press, is_name, unpack
from bot.chat.reply import Answer, Choice, Offers, Reply
from bot.chat.spec import Access, Audience, Command, check

K = TypeVar("K")
V = TypeVar("V")

INLINE = "inline"  # the one source of offers for other chats


class BadCommands(ValueError):
    """Commands that a platform would refuse, or things declared twice or not at all: `findings`, one line each."""

    def __init__(self, findings: list[str]) -> None:
        """Carry the `findings`."""
        super().__init__("\n".join(findings))
        self.findings = findings


class Registry:
    """The commands, presses, forms, completions, posts and offers of all cogs."""

    def __init__(self, cogs: Iterable[Cog]) -> None:
        """Read what the `cogs` declare. Raises `BadCommands` when one of them could not work."""
        self._commands: dict[str, tuple[Command, Callable[..., Awaitable[Answer]]]] = {}
        self._presses: dict[str, tuple[PressHandler, Callable[..., Awaitable[Answer]]]] = {}
        self._submissions: dict[str, tuple[SubmitHandler, Callable[..., Awaitable[Reply]]]] = {}
        self._completions: dict[tuple[str, str], Callable[[Context, str], tuple[Choice, ...]]] = {}
        self._posts: dict[str, Callable[..., Awaitable[Reply | None]]] = {}
        self._inline: dict[str, Callable[[Context, str, int], Offers]] = {}
        findings: list[str] = []
        for cog in cogs:
            self._read(cog, findings)
        findings += [*check(self.commands), *self._lacking()]
        if findings:
            raise BadCommands(findings)

    def _read(self, cog: Cog, findings: list[str]) -> None:
        for declared, method in cog.declared():
            match declared:
                case Command():
                    _note(self._commands, declared.name, (declared, method), findings)
                case PressHandler():
                    _note(self._presses, declared.name, (declared, method), findings)
                case SubmitHandler():
                    _note(self._submissions, declared.name, (declared, method), findings)
                case Completion():
                    _note(self._completions, (cog.name, declared.name), method, findings)
                case PostHandler():
                    _note(self._posts, declared.name, method, findings)
                case OfferHandler():
                    _note(self._inline, INLINE, method, findings)

    def _lacking(self) -> Iterator[str]:
        for name in (*self._presses, *self._submissions):
            if not is_name(name):
                yield f"{name}: not a name that a press can carry"
        for command in self.commands:
            for option in command.options:
                if option.completes and (command.cog, option.completes) not in self._completions:
                    yield f"/{command.name}: no completion {option.completes!r} for {option.name!r}"

    @property
    def commands(self) -> tuple[Command, ...]:
        """Return every command, in the order of declaration."""
        return tuple(command for command, _ in self._commands.values())

    def opens_form(self, wire: str) -> bool:
        """Say whether pressing `wire` opens a form, which some platforms must know before anything else happens.

        A press kept under a token never opens one: looking it up may take longer than a platform waits.
        """
        press = unpack(wire)
        handler = self._presses.get(press.name) if press else None
        return handler is not None and handler[0].opens_form

    def is_for_organisers(self, wire: str) -> bool:
        """Say whether `wire` leads to what organisers may do: a platform that must ask who they are asks only then.

        A command is told as the press that runs it. A press kept under a token is never for organisers.
        """
        press = unpack(wire)
        if press is None:
            return False
        if press.name == CALL:
            command = self._commands.get(press.args[0]) if press.args else None
            return command is not None and command[0].access is Access.ORGANISER
        handler = self._presses.get(press.name) or self._submissions.get(press.name)
        return handler is not None and handler[0].access is Access.ORGANISER

    def lands(self, wire: str) -> bool:
        """Say whether a deep link may press `wire`. A press kept under a token counts as one that may not."""
        press = unpack(wire)
        return press is not None and self._may_land(press) is True

    def acts(self, press: Press) -> bool:
        """Say whether pressing this does something, so that no deep link may."""
        return self._may_land(press) is False

    def _may_land(self, press: Press) -> bool | None:
        """Say whether a deep link may press this; None for what nobody knows."""
        if press.name == CALL:
            found = self._commands.get(press.args[0]) if press.args else None
            return None if found is None else found[0].lands or not any(press.args[1:])
        handler = self._presses.get(press.name)
        return None if handler is None else handler[0].lands

    def is_private(self, name: str) -> bool:
        """Say whether the answer to command `name` is for the caller alone; so are answers to unknown commands."""
        found = self._commands.get(name)
        return found is None or found[0].audience is Audience.PRIVATE


def _note(table: dict[K, V], key: K, declared: V, findings: list[str]) -> None:
    if key in table:
        findings.append(f"{key}: declared twice")
    table[key] = declared
