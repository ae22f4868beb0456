"""People in a terminal: typed lines, and the brackets that stand for buttons."""

from __future__ import annotations

import io
import itertools
import queue
import re
import threading

from bot.adapters.console import Console
from bot.chat.reply import Reply
from bot.chat.stores import Receipt
from bot.core.refs import Platform as On
from bot.core.refs import UserRef
from bot.i18n import Locale, texts
from tests.contract.house import House
from tests.contract.people import Seen

PATIENCE = 10.0
_OFFER = re.compile(r"\[([^\[\]]+?)(?: #\d+)?\]")
_OFFERS = re.compile(r"(?: {2})?\[.*\](?: - .*)?")
_ADDRESS = re.compile(r" \(https?://\S+\)")
_numbers = itertools.count(1)


class ConsolePerson:
    """Somebody at a terminal of their own."""

    def __init__(self, house: House, locale: Locale) -> None:
        self.house, self.locale, self.t = house, locale, texts(locale)
        self._typed: queue.Queue[str] = queue.Queue()
        self._waits = threading.Event()
        self._screen = io.StringIO()
        self.id = str(next(_numbers))
        self.console = Console(house.router, locale, user=self.id, read=self._next_line, out=self._screen)
        self._serving = house.invite(self.console.serve, self.leave)
        assert self._waits.wait(PATIENCE)
        self._read_up_to = len(self._screen.getvalue())

    def call(self, command: str, words: str = "", **options: str) -> Seen:
        typed = [f"{name}={value}" for name, value in options.items()]
        return self.type(" ".join([f"/{command}", *filter(None, [words]), *typed]))

    def take(self, offer: str, on: Seen | None = None) -> Seen:
        return self.type(offer)

    def fill(self, words: str) -> Seen:
        return self.type(words)

    def leave_form(self) -> Seen:
        return self.type("/cancel")

    def forge(self, wire: str) -> Seen:
        """What buttons carry is nothing that can be typed: it is read as words."""
        return self.type(wire)

    def type(self, line: str) -> Seen:
        self._waits.clear()
        self._typed.put(f"{line}\n")
        assert self._waits.wait(PATIENCE), f"the console did not answer {line[:200]!r}"
        return self.read()

    def read(self) -> Seen:
        """Return what has appeared since the last look."""
        shown = self._screen.getvalue()[self._read_up_to :]
        self._read_up_to += len(shown)
        lines = shown.rstrip("\n").split("\n")
        offers = [line for line in lines if _OFFERS.fullmatch(line)]
        words = _ADDRESS.sub("", "\n".join(line for line in lines if line not in offers))
        labels = tuple(label for line in offers for label in _OFFER.findall(line))
        return Seen(words, labels, form=bool(words) and not labels and lines[-1].endswith(":"))

    def leave(self) -> None:
        self._typed.put("")
        self._serving.result(PATIENCE)

    def _next_line(self) -> str:
        self._waits.set()
        return self._typed.get()


class OnConsole:
    """Terminals of the house."""

    name = "console"

    def __init__(self, house: House) -> None:
        self.house = house

    def newcomer(self, locale: Locale = Locale.EN, language: str | None = None) -> ConsolePerson:
        return ConsolePerson(self.house, locale)

    def deliver(self, person: ConsolePerson, reply: Reply, key: str) -> tuple[Receipt, Seen]:
        receipt = self.house.run(person.console.deliver(UserRef(On.CONSOLE, person.id), reply, key))
        return receipt, person.read()

    def complaints(self) -> list[str]:
        """Nobody holds a terminal to rules."""
        return []
