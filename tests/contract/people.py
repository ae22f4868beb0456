"""A person at a platform, seen alike everywhere: what they say and press, and what they read.

The suite speaks this language only; `on_discord`, `on_telegram` and `on_console` translate it into what a client of
that platform really does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from bot.chat.reply import Reply
from bot.chat.stores import Receipt
from bot.i18n import Locale, Texts
from bot.services import shelf
from tests.standins.simulator import Simulator

PICK = re.compile(r"^ *(\d)\. (.+?) · ", re.MULTILINE)


@dataclass(frozen=True)
class Seen:
    """What came of one act, as the person saw it. `offers` are the labels of buttons and menu lines, in order."""

    words: str
    offers: tuple[str, ...] = ()
    edited: bool = False  # in place of the message that was pressed
    form: bool = False  # a form opened; `words` are its title and questions
    source: Any = None  # the platform's own message as it was then

    @property
    def picks(self) -> list[str]:
        """The ids of the resources it lists, in order."""
        return [resource_of(title) for _, title in PICK.findall(self.words)]


class Person(Protocol):
    """One person in one place."""

    t: Texts

    def call(self, command: str, words: str = "", **options: str) -> Seen:
        """Run a command with its one free text and options, as this platform's people do."""
        ...

    def take(self, offer: str, on: Seen | None = None) -> Seen:
        """Press the button, or choose the line of the menu, with this label: of the newest answer, or of an older one
        as the person's client still shows it."""
        ...

    def fill(self, words: str) -> Seen:
        """Answer the open form's question, of several the first one that is open; what can be left empty may be."""
        ...

    def leave_form(self) -> Seen | None:
        """Close the open form without an answer; None where the bot does not hear of it."""
        ...

    def forge(self, wire: str) -> Seen:
        """Press a button that carries `wire`: one of an older version, or somebody's invention."""
        ...

    def others_read(self) -> str:
        """Return everything that others can read in this place."""
        ...


class Platform(Protocol):
    """One platform with the house on it."""

    name: str

    def newcomer(self, locale: Locale = Locale.EN, language: str | None = None) -> Person:
        """Return somebody nobody has seen before, in a private chat; `language` is the client's code."""
        ...

    def in_company(self, person: Person) -> Person:
        """Return the same person in a place where others read along."""
        ...

    def beside(self, person: Person) -> Person:
        """Return another person in the place of `person`, who is in company."""
        ...

    def deliver(self, person: Person, reply: Reply, key: str) -> tuple[Receipt, Seen]:
        """Send what `person` is not waiting for, to their place, and return what they see."""
        ...

    def close_to_us(self, person: Person) -> None:
        """Let `person` refuse private messages."""
        ...

    def complaints(self) -> list[str]:
        """Return what the platform's own rules hold against us, and whom we notified, since the last look."""
        ...


def broken_rules(sim: Simulator) -> list[str]:
    """Return what a stand-in holds against us, or against itself, and let it forget."""
    broken = [str(violation) for violation in sim.violations]
    broken += [f"not modelled: {request.where}" for request in sim.unimplemented]
    broken += [*sim.self_check, *sim.crashes]
    sim.reset_log()
    return broken


_ID_OF: dict[str, str] = {}


def resource_of(title: str) -> str:
    """Return the id of the resource with this title in either language. Titles are compared by letters and digits."""
    if not _ID_OF:
        for row in shelf.load().catalogue:
            _ID_OF.update({_letters(row.name(locale)): row.id for locale in Locale})
    return _ID_OF[_letters(title)]


def _letters(title: str) -> str:
    return "".join(filter(str.isalnum, title)).casefold()
