"""What the host sees: lines on standard output and standard error, questions, in the language of the terminal.

Knows nothing of verbs. A secret is asked for without an echo and nothing here ever prints one.
"""

from __future__ import annotations

import getpass
import os
import sys
from typing import TextIO

from bot import config
from bot.i18n import Locale, Texts, texts


class Terminal:
    """The standard streams and the language to speak on them."""

    def __init__(self, locale: Locale | None = None) -> None:
        """Speak `locale`, by default the terminal's own language."""
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a test's capture has no such method
                stream.reconfigure(errors="replace")
        self.locale = locale or Locale(config.spoken_language())

    @property
    def text(self) -> Texts:
        """Return the texts to speak with: `terminal.text("host.ask.token")`."""
        return texts(self.locale)

    @property
    def watched(self) -> bool:
        """Say whether a person sits there, rather than a pipe."""
        return sys.stdin.isatty()

    def say(self, line: str = "") -> None:
        """Print a line of the answer."""
        print(line, flush=True)

    def complain(self, line: str) -> None:
        """Print a line to standard error."""
        print(line, file=sys.stderr, flush=True)

    def ask(self, question: str) -> str:
        """Return what the host answers, stripped; "" for an empty line or the end of the input."""
        print(question, end=" ", flush=True)
        answer = sys.stdin.readline()
        if not self.watched:
            print(flush=True)
        return answer.strip()

    def ask_secret(self, question: str) -> str:
        """Return what the host answers, without showing it."""
        if not self.watched:
            return self.ask(question)
        try:
            return getpass.getpass(f"{question} ").strip()
        except EOFError:
            return ""

    def hang_up(self) -> None:
        """Write nothing more: nobody reads standard output any longer, and flushing it at exit would fail."""
        _discard(sys.stdout)


def _discard(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
