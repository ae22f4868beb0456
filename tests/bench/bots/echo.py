"""The kit with one command, `/ping`: the same adapters, router and storage as the real bot, and nothing to think about.

`python -m tests.bench.bots.echo` in a folder of its own, with the platforms' tokens in the environment.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from bot import config, i18n, log
from bot.app import House, build_adapters, listen, serve_until_told, utc_now
from bot.chat.cog import Cog, command
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.router import Router, Stores
from bot.chat.spec import Audience
from bot.services.doors import Doors
from bot.services.members import Members
from bot.services.memory import Memory
from bot.services.outbox import Outbox
from bot.services.troubles import Troubles
from bot.storage import Storage


class Echo(Cog):
    """Answers a word."""

    name = "echo"

    @command(audience=Audience.PUBLIC, menu_private=10, menu_group=10)
    async def ping(self, ctx: Context) -> Reply:
        """Say it."""
        return Reply(("pong",))


def lay_texts(folder: Path) -> None:
    """Put the echo's texts beside the house's own."""
    shutil.copytree(i18n.LOCALES_DIR, folder)
    shutil.copytree(Path(__file__).parent / "locales", folder, dirs_exist_ok=True)
    i18n.LOCALES_DIR = folder


async def main() -> None:
    settings = config.load()
    log.configure(settings.log_format, settings.log_level, settings.secrets)
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        memory = Memory(storage, utc_now)
        doors = Doors(storage, (), utc_now)
        stores = Stores(memory, memory, doors, Members(storage, utc_now, doors))
        router = Router([Echo()], stores, clock=utc_now)
        outbox = Outbox(storage, utc_now)
        troubles = Troubles(storage, outbox, (), utc_now)
        house = House(router, memory, storage, utc_now, outbox, (), str, troubles)
        await serve_until_told(build_adapters(settings, house), listen())
        await router.finish()


if __name__ == "__main__":
    lay_texts(Path("locales"))
    sys.exit(asyncio.run(main()))
