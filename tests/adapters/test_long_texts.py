"""A hundred thousand hostile characters cost nobody's time: every reader and renderer of text is quick with them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.adapters.discord import markdown
from bot.adapters.telegram import args, markup
from bot.chat.args import parse_call
from bot.chat.press import unpack
from bot.chat.spec import Command, Option
from bot.chat.text import Bold, Code, Link
from bot.chat.values import clean
from bot.i18n import Locale, texts, with_particle

CHARACTERS, SECONDS = 10**5, 0.05
COMMANDS = (Command("recommend", "recommend", "recommend", (Option("topic", str),)),)
REPEATED = {
    "one letter": "a",
    "syllables": "가",
    "blanks": " ",
    "tabs": "\t",
    "line ends": "\n",
    "carriage returns": "\r",
    "blank lines": " \n \n",
    "at signs": "@",
    "names": "@ab ",
    "colons": ":a",
    "addresses": "https://a ",
    "headings": "#\n",
    "lists": "1. a\n",
    "digits": "1",
    "stars": "*",
    "backslashes": "\\",
    "ticks": "`",
    "tags": "<b>",
    "open brackets": "(a",
    "accents": "\u0300",
    "joiners": "\u200d",
    "families": "👩\u200d🔬",
    "flags": "🇰",
    "loose hangul": "\u1112\u1161\u11ab",
    "growing letters": "\ufdfa",
    "options": "topic=a ",
    "equal signs": "=",
    "null bytes": "\0",
}
DOORS: dict[str, Callable[[str], object]] = {
    "a typed line": lambda words: parse_call(words, COMMANDS),
    "a typed command": lambda words: parse_call(f"/recommend {words}", COMMANDS),
    "a Telegram message": lambda words: args.read(words, COMMANDS, "moim", private=True),
    "a Telegram command": lambda words: args.read(f"/start {words}", COMMANDS, "moim", private=True),
    "a press": unpack,
    "a value": clean,
    "a particle": lambda words: with_particle(words, "을"),
    "a sentence": lambda words: texts(Locale.KO)("errors.unknown_command", command=words),
    "a Discord message": lambda words: markdown.split((words,), 2000),
    "bold on Discord": lambda words: markdown.draw((Bold(words),)),
    "code on Discord": lambda words: markdown.split((Code(words),), 2000),
    "a link on Discord": lambda words: markdown.split((Link(words, f"https://a.org/{words}"),), 2000),
    "a title on Discord": lambda words: markdown.shorten(words, 256),
    "a Telegram answer": lambda words: markup.html(markup.runs_of((words,))),
    "Telegram parts": lambda words: markup.split(markup.runs_of((words,)), 4096),
    "bold Telegram parts": lambda words: markup.split(markup.runs_of((Bold(words),)), 1024),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_text_holds_the_loop_up(door: str) -> None:
    slow = {name: seconds for name, seed in REPEATED.items() if (seconds := _seconds(DOORS[door], seed)) > SECONDS}
    assert slow == {}


def _seconds(read: Callable[[str], object], seed: str) -> float:
    """The best of three, in processor time: neighbours on the machine do not count."""
    words = (seed * (CHARACTERS // len(seed) + 1))[:CHARACTERS]
    best = float("inf")
    for _ in range(3):
        begun = time.thread_time()
        read(words)
        best = min(best, time.thread_time() - begun)
        if best < SECONDS / 2:
            break
    return best
