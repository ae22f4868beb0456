"""A reader of Discord's Markdown, written apart from the renderer, as strict as needed to find anything that acts.

It knows what our renderer may use (bold, code, links, mentions, moments) and refuses every other mark it meets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKENS = re.compile(r"<@\d+>|<t:-?\d+:[tDf]>|<https?://[^\s<>]+>")
LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(<?(https?://[^\s<>()\\]+)>?\)")
MARKS = re.compile(
    r"[*_`\[\\]|~~|\|\||<[@#:/a-zA-Z]|@(?:everyone|here)|https?://|:\w+:|discord(?:app)?\.(?:com|gg)/|\.gg/"
)
BLOCK = re.compile(r"[ \t]*(?:#{1,3}\s|-#\s|>{1,3}\s|[-*]\s|\d+\.\s)")


@dataclass(frozen=True)
class Shown:
    """One visible character or token and how it is set."""

    text: str
    style: str = ""


class Acts(AssertionError):
    """Something in the Markdown would act instead of showing."""


def read(markdown: str) -> list[Shown]:
    """Return what a person sees. Raises `Acts` for a mark that our renderer never means."""
    shown: list[Shown] = []
    bold, at, line_start = False, 0, True
    while at < len(markdown):
        rest = markdown[at:]
        if line_start and BLOCK.match(rest):
            raise Acts(f"a block starts at {rest[:20]!r}")
        line_start = rest[0] == "\n"
        if rest[0] == "\\" and len(rest) > 1 and not rest[1].isalnum() and not rest[1].isspace():
            shown.append(Shown(rest[1], "bold" if bold else ""))
            at += 2
        elif rest.startswith("**"):
            bold = not bold
            at += 2
        elif rest[0] == "`":
            end = rest.find("`", 1)
            if end < 2 or "\n" in rest[:end]:
                raise Acts(f"code does not end: {rest[:20]!r}")
            shown += [Shown(char, "code") for char in rest[1:end]]
            at += end + 1
        elif token := TOKENS.match(rest) or LINK.match(rest):
            shown.append(Shown(token[0], "token"))
            at += token.end()
        elif acting := MARKS.match(rest):
            raise Acts(f"{acting[0]!r} acts in {rest[:20]!r}")
        else:
            shown.append(Shown(rest[0], "bold" if bold else ""))
            at += 1
    if bold:
        raise Acts("bold does not end")
    return shown


def without_space(shown: list[Shown]) -> list[Shown]:
    """Return what is visible: white space may move at cuts, a zero-width space may keep marks apart."""
    return [s for s in shown if s.style == "token" or not (s.text.isspace() or s.text == "\u200b")]
