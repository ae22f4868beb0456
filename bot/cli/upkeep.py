"""The verbs for a running installation: registering commands and bringing the database up to date."""

from __future__ import annotations

import argparse

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings


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


def upgrade(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to this program's schema."""

    async def migrate(settings: Settings) -> int:
        from bot import app

        terminal.say(await app.upgrade(settings))
        return cli.OK

    return with_settings(migrate, terminal)
