"""The verbs `backup` and `restore`: the whole database as one file, and back.

A backup may be made at any moment; nothing is put back under a bot that runs.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings


def backup(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Copy the database to a checked file and print its name alone, for scripts."""

    async def copy(settings: Settings) -> int:
        from bot.services.backups import back_up

        to = Path(arguments.to) if arguments.to else None
        file = await back_up(settings.database_url, to, settings.backup_folder_or_default, datetime.now(UTC))
        terminal.say(str(file))
        return cli.OK

    return with_settings(copy, terminal)


def restore(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Put a copy in the database's place; what was there is kept beside it."""

    async def put_back(settings: Settings) -> int:
        from bot.cli.running import who_runs
        from bot.storage import Storage

        if await who_runs(settings.database_url):
            terminal.complain(terminal.text("host.backup.running"))
            return cli.FOUND
        copy = Path(arguments.file)
        before = await Storage.restore(settings.database_url, copy, clock=lambda: datetime.now(UTC))
        terminal.say(terminal.text("host.backup.restored", copy=copy))
        if before is not None:
            terminal.say(terminal.text("host.backup.before", before=before))
        return cli.OK

    return with_settings(put_back, terminal)
