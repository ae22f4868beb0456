"""The bot in your terminal: no token, the same router. Buttons are typed by their label, forms are asked line by line.

Lines may also be piped in; the answers then go to standard output one after another. It needs no store: a terminal has
one person and one conversation.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from threading import Thread
from typing import Any, TextIO

from bot.chat.args import CANCEL_COMMANDS, CANCEL_WORDS, Call, parse_call
from bot.chat.context import Caller
from bot.chat.reply import Answer, Button, Card, Field, Form, Menu, Reply
from bot.chat.router import Router
from bot.chat.stores import Receipt, Rights
from bot.chat.text import plain
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Locale, texts

CANCEL = CANCEL_WORDS | {f"/{command}" for command in CANCEL_COMMANDS}
LEAVE = frozenset(("/quit", "/exit"))


class Console:
    """One conversation in a terminal."""

    platform = Platform.CONSOLE

    def __init__(
        self,
        router: Router,
        locale: Locale,
        *,
        user: str = "0",
        read: Callable[[], str] | None = None,
        out: TextIO | None = None,
    ) -> None:
        """Speak `locale` with `user`; `read` waits for a line, "" at the end of the input (default: standard input)."""
        self._router, self._locale = router, locale
        self._caller = Caller(UserRef(Platform.CONSOLE, user), Place(Platform.CONSOLE, user), locale.value)
        self._read, self._out = read or _standard_input(), out or sys.stdout
        self._left = False
        self._open: dict[str, str] = {}  # what can be typed instead of a press: label, or #number -> wire
        self._numbered = 0  # buttons that have a number just now
        self._t = texts(locale)

    async def serve(self) -> None:
        """Answer lines until the input ends or somebody leaves."""
        self._say(self._t("console.hello"))
        while (line := await self._next_line("> ")) is not None:
            if line:
                await self._show(await self.answer(line))

    async def close(self) -> None:
        """Nothing is held open."""

    async def sync(self, force: bool = False) -> str:
        """There is nobody to register commands with."""
        return "console: nothing to register"

    async def deliver(
        self,
        to: UserRef | Place,
        reply: Reply,
        key: str,
        *,
        doubted_since: datetime | None = None,
        under: Receipt | None = None,
        silent: bool = False,
    ) -> Receipt:
        """Print what nobody asked for just now."""
        self._say(self._drawn(reply))
        return Receipt(self._caller.place, key)

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        """Print the new words: what a terminal has shown stays."""
        self._say(self._drawn(reply))

    async def pin(self, sent: Receipt) -> None:
        """Nothing is pinned in a terminal."""

    async def rights(self, place: Place) -> Rights:
        """Everything is allowed here."""
        return Rights(see=True, post=True, thread=True, history=True, pin=True)

    async def answer(self, line: str) -> Answer:
        """Return the router's answer to one typed line: a button's label, a command, or plain words."""
        wire = self._open.get(line.casefold())
        if wire is not None:
            return await self._router.press(self._caller, wire)
        if line.casefold() in CANCEL:
            return Reply((self._t("kit.nothing_to_cancel"),))
        call = parse_call(line, self._router.commands) or Call("recommend", {"topic": line})
        return await self._router.call(self._caller, call.command, call.options)

    async def _show(self, answer: Answer) -> None:
        while isinstance(answer, Form):
            answer = await self._ask(answer)
        self._say(self._drawn(answer))

    async def _ask(self, form: Form) -> Answer:
        self._say(form.title)
        answers: dict[str, str] = {}
        for field in form.fields:
            said = await self._asked(field)
            if said is None:
                return Reply((self._t("kit.cancelled"),))
            answers[field.name] = said
        return await self._router.submit(self._caller, form.wire, answers)

    async def _asked(self, field: Field) -> str | None:
        hint = f" ({field.placeholder})" if field.placeholder else ""
        question = f"{field.label}{hint}:"
        if not self._watched:
            self._say(question)
        while True:
            line = await self._next_line(f"{question} ")
            if line is None or line.casefold() in CANCEL:
                return None
            if line or not field.required:
                return line[: field.limit]

    @property
    def _watched(self) -> bool:
        """Say whether a person sits there, rather than a pipe."""
        return sys.stdin.isatty() and self._out.isatty()

    async def _next_line(self, prompt: str) -> str | None:
        """Return the next line without its blanks, or None once the input has ended or somebody has left."""
        if self._left:
            return None
        if self._watched:
            self._out.write(prompt)
            self._out.flush()
        line = await _in_background(self._read)
        self._left = not line or line.strip().casefold() in LEAVE
        return None if self._left else line.strip()

    def _say(self, words: str) -> None:
        self._out.write(words + "\n\n")
        self._out.flush()

    def _drawn(self, reply: Reply) -> str:
        kept = self._open
        if reply.menu or (reply.cards and any(button.press for row in reply.rows for button in row)):
            kept, self._numbered = {}, 0  # anything less, such as a refusal, leaves open what was offered before
        self._open = {}
        blocks = _words(reply)
        if reply.menu is not None:
            blocks.append(self._menu(reply.menu))
        blocks += [" ".join(self._button(button) for button in row) for row in reply.rows]
        self._open = kept | self._open
        return "\n".join(block for block in blocks if block)

    def _menu(self, menu: Menu) -> str:
        rows = [menu.placeholder]
        for choice, wire in zip(menu.choices, menu.wires, strict=True):
            hint = f" - {choice.hint}" if choice.hint else ""
            rows.append(f"  {self._offer(choice.label, wire)}{hint}")
        return "\n".join(rows)

    def _button(self, button: Button) -> str:
        return f"[{button.label}: {button.url}]" if button.url else self._offer(button.label, button.wire)

    def _offer(self, label: str, wire: str) -> str:
        """Remember what typing this label means; a number stands beside it for labels that are long to type."""
        self._numbered += 1
        number = f"#{self._numbered}"
        self._open = {label.casefold(): wire} | self._open | {number: wire}  # of two like labels, the first
        return f"[{label}]" if len(label) <= 2 else f"[{label} {number}]"


class _Lines:
    """Lines of a file, read past Python's own buffer: its lock would be held when the program ends."""

    def __init__(self, file: int, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._rest = b""

    def line(self) -> str:
        """Wait for the next line and return it; "" at the end. What is no text becomes a replacement character."""
        while b"\n" not in self._rest and (more := os.read(self._file, 1 << 16)):
            self._rest += more
        line, end, self._rest = self._rest.partition(b"\n")
        return (line + end).decode(self._encoding, "replace")


def _standard_input() -> Callable[[], str]:
    try:
        return _Lines(sys.stdin.fileno(), sys.stdin.encoding).line
    except OSError:  # an editor's window or a test: no file behind it
        return sys.stdin.readline


async def _in_background(read: Callable[[], str]) -> str:
    """Wait for `read` in a thread that nobody waits for: Ctrl-C at the prompt ends the program at once."""
    came: Future[str] = Future()
    came.set_running_or_notify_cancel()

    def work() -> None:
        try:
            came.set_result(read())
        except Exception as error:
            came.set_exception(error)

    Thread(target=work, name="console input", daemon=True).start()
    return await asyncio.wrap_future(came)


def _words(reply: Reply) -> list[str]:
    file = [f"[{reply.file.name}] {reply.file.alt}"] if reply.file else []
    return [plain(reply.text), *(_card(card) for card in reply.cards), *file]


def _card(card: Card) -> str:
    heading = f"■ {card.title}" + (f"\n  {card.url}" if card.url else "")
    body = "\n".join(f"  {row}".rstrip() for row in plain(card.body).split("\n"))
    return "\n".join(part for part in (heading, body, card.footer) if part.strip())


def as_text(reply: Reply) -> str:
    """Return `reply` as `moim ask` prints it: no numbers to type, since nothing listens afterwards."""
    blocks = _words(reply)
    if reply.menu is not None:
        blocks.append(" · ".join(choice.label for choice in reply.menu.choices))
    blocks += [" ".join(f"[{button.label}]" for button in row) for row in reply.rows]
    return "\n".join(block for block in blocks if block)


def as_json(answer: Answer) -> dict[str, Any]:
    """Return `answer` as plain JSON for scripts and tests: its text, its buttons, and `shown`, the ids it shows."""
    if isinstance(answer, Form):
        return {"form": answer.title, "fields": [field.label for field in answer.fields], "shown": []}
    buttons = [
        {"label": button.label, "url": button.url} if button.url else {"label": button.label, "press": button.wire}
        for row in answer.rows
        for button in row
    ]
    menu = answer.menu
    choices = (
        [{"label": c.label, "press": wire} for c, wire in zip(menu.choices, menu.wires, strict=True)] if menu else []
    )
    return {"text": as_text(answer), "shown": list(answer.shown), "buttons": buttons, "menu": choices}
