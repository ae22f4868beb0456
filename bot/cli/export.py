"""The verb `export site`: the archives of digests as files, for any web server or a disk."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings, Unfit, page_address


def export_site(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write what is public into a folder, and remove from it what is public no more."""
    try:
        address = None if arguments.url is None else page_address(arguments.url)
    except Unfit:
        terminal.complain(terminal.text("host.export.url", value=arguments.url[:60]))
        return cli.USAGE

    async def write(settings: Settings) -> int:
        from bot.app.pages import drawn_site
        from bot.web.archive import export

        try:
            made = await drawn_site(settings, arguments.group, secret=arguments.private, address=address)
        except LookupError:
            terminal.complain(terminal.text("host.simulate.no_group", group=arguments.group))
            return cli.FOUND
        if made is None:
            terminal.complain(terminal.text("host.export.closed", group=arguments.group))
            return cli.FOUND
        done = export.write(Path(arguments.folder), made)
        counts = {"written": done.written, "left": done.left, "removed": done.removed}
        terminal.say(terminal.text("host.export.done", folder=arguments.folder, **counts))
        return cli.OK

    return with_settings(write, terminal)
