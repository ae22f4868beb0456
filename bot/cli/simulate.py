"""The verb `simulate`: the coming days in seconds, every message with its time in each reader's zone. Sends nothing."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings
from bot.core.outbox import LetterState

if TYPE_CHECKING:
    from bot.app import Foreseen


def simulate(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Act out the coming days on a copy of the database."""

    async def act(settings: Settings) -> int:
        from bot import app

        try:
            found = [each async for each in app.simulate(settings, arguments.days, arguments.group)]
        except LookupError:
            terminal.complain(terminal.text("host.simulate.no_group", group=arguments.group))
            return cli.FOUND
        if arguments.json:
            terminal.say(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
            return cli.OK
        for each in found:
            terminal.say(_line(terminal, each))
        key = "host.simulate.said" if found else "host.simulate.nothing"
        terminal.say(terminal.text(key, count=len(found), days=f"{arguments.days:g}"))
        return cli.OK

    return with_settings(act, terminal)


def _line(terminal: Terminal, each: Foreseen) -> str:
    times = " / ".join(f"{_local(each.at, zone)} {zone}" for zone in each.zones)
    head = f"{times} · {each.to}"
    if each.state is not LetterState.SENT:
        why = terminal.text("host.simulate.unsent", state=each.state.value, reason=each.reason or "-")
        return f"{head}\n    {why}"
    return "\n    ".join([head, *each.text.splitlines()])


def _as_json(each: Foreseen) -> dict[str, Any]:
    return {
        "at": each.at.isoformat(),
        "times": {zone: _local(each.at, zone) for zone in each.zones},
        "to": each.to,
        "group": each.group,
        "kind": each.kind,
        "state": each.state.value,
        "reason": each.reason,
        "text": each.text,
        "buttons": list(each.buttons),
    }


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
