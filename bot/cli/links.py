"""The verb `data links`: what the weekly look at the catalogue's links found, for whoever is to mend the rows."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings

if TYPE_CHECKING:
    from bot.services.link_check import FoundLink

# What is told of a reason that is one of our words; another is a server's status, told as it is.
REASONS = ("unreachable", "too_slow", "front-page")


def links(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the links that do not open any more or moved, where their rows are, and what is proposed instead."""

    async def tell(settings: Settings) -> int:
        from bot import app
        from bot.services import shelf
        from bot.services.shelf.places import places_of_rows

        counts, found = await app.found_links(settings)
        places = places_of_rows(shelf.DATA_DIR, settings.overlay)
        if arguments.json:
            told = {"counts": {each.value: number for each, number in sorted(counts.items())}}
            rows = [_as_json(each, places) for each in found]
            terminal.say(json.dumps({**told, "links": rows}, ensure_ascii=False, indent=2))
            return cli.OK
        for each in found:
            for line in _lines(terminal, each, places):
                terminal.say(line)
        if not counts:
            terminal.say(terminal.text("host.links.never"))
        else:
            terminal.say(terminal.text("host.links.counts", **_counted(counts)))
        return cli.OK

    return with_settings(tell, terminal)


def _counted(counts: Mapping[Any, int]) -> dict[str, int]:
    told = {verdict.value: number for verdict, number in counts.items()}
    return {word: told.get(word, 0) for word in ("fine", "moved", "dead", "unsure", "unknown")}


def _lines(terminal: Terminal, found: FoundLink, places: Mapping[str, str]) -> Iterator[str]:
    t, health = terminal.text, found.health
    for row in found.rows:
        yield f"{places.get(row.id, row.id)}: {row.name(terminal.locale)} ({row.id})"
    reason = t(f"host.links.reason.{health.reason.replace('-', '_')}") if health.reason in REASONS else health.reason
    since = f"{health.since:%Y-%m-%d}" if health.since is not None else "-"
    yield "  " + t(f"host.links.{health.verdict.value}", url=health.url, since=since, reason=reason or "-")
    if found.instead is not None:
        yield "  " + t("host.links.instead", url=found.instead)
    for row in found.successors:
        yield "  " + t("host.links.successor", title=row.name(terminal.locale), id=row.id, url=row.link or "-")


def _as_json(found: FoundLink, places: Mapping[str, str]) -> dict[str, Any]:
    health = found.health
    return {
        "url": health.url,
        "verdict": health.verdict.value,
        "reason": health.reason,
        "since": health.since.isoformat() if health.since is not None else None,
        "rows": [{"id": row.id, "place": places.get(row.id)} for row in found.rows],
        "instead": found.instead,
        "successors": [{"id": row.id, "url": row.link} for row in found.successors],
    }
