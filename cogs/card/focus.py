"""Several things open at once: the offer to finish one first, wherever one more was started. Never a refusal."""

from __future__ import annotations

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.reply import Button
from bot.core.people import EntryState
from bot.services.library import Library
from cogs.card.way import Home, Way

FOCUS_FROM = 3  # things open at once from which on one is offered to be finished first
LABEL_CHARACTERS = 40


def under_way(ctx: Context, library: Library, started: str) -> tuple[str, ...]:
    """Return what is under way now that one more was `started`, the longest first; nothing while that is little."""
    entries = dict(ctx.person.entries) if ctx.person else {}
    entries[started] = EntryState.GOING
    going = tuple(each for each, said in entries.items() if said is EntryState.GOING and library.resource(each))
    return going if len(going) >= FOCUS_FROM else ()


def doors(ctx: Context, library: Library, going: tuple[str, ...]) -> list[Button]:
    """Return a button to the card of each of the first few things that are under way."""
    rows = [row for each in going[:FOCUS_FROM] if (row := library.resource(each)) is not None]
    way = Way.from_home(Home.LIST)
    return [
        Button(shorten(row.name(ctx.locale), LABEL_CHARACTERS), way.press("rec.card", row.id), personal=True)
        for row in rows
    ]
