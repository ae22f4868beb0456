"""The verbs for a running installation: registering commands, broken links, bringing the database up to date."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings

if TYPE_CHECKING:
    from bot.services.reports import OpenReport


def sync_commands(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Register the commands on every platform that has a token; unchanged ones only with `--force`."""

    async def sync(settings: Settings) -> int:
        if not settings.platforms:
            terminal.complain(terminal.text("host.upkeep.no_token"))
            return cli.CONFIGURATION
        from bot import app

        for line in await app.sync_commands(settings, arguments.force):
            terminal.say(line)
        return cli.OK

    return with_settings(sync, terminal)


def reports(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the links that members say are broken, with what could take their place."""

    async def tell(settings: Settings) -> int:
        from bot import app

        found = await app.open_reports(settings)
        for report in found:
            terminal.say(_line(terminal, report))
        if not found:
            terminal.say(terminal.text("host.reports.none"))
        return cli.OK

    return with_settings(tell, terminal)


def _line(terminal: Terminal, report: OpenReport) -> str:
    row = report.resource
    name = f"{row.name(terminal.locale)} ({row.id})" if row else report.resource_id
    people = terminal.text("host.reports.people", count=report.people)
    since = terminal.text("host.reports.since", date=f"{report.since:%Y-%m-%d}")
    parts = [name, people, since, (row.link or "") if row else terminal.text("host.reports.gone")]
    instead = ", ".join(each.id for each in report.successors)
    parts += [terminal.text("host.reports.instead", ids=instead)] if instead else []
    return " · ".join(part for part in parts if part)


def upgrade(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to this program's schema."""

    async def migrate(settings: Settings) -> int:
        from bot import app

        terminal.say(await app.upgrade(settings))
        return cli.OK

    return with_settings(migrate, terminal)
