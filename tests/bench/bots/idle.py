"""The least that a bot of our kind can weigh: import what our lock names, start both clients, do nothing.

`python -m tests.bench.bots.idle` stays until told to end; with `once` it ends as soon as both clients are made.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import aiosqlite
import alembic
import apscheduler  # type: ignore[import-untyped]
import asyncpg  # type: ignore[import-untyped]
import dateutil.rrule  # type: ignore[import-untyped]
import discord
import dotenv
import feedparser  # type: ignore[import-untyped]
import icalendar
import jinja2
import nh3
import PIL
import prometheus_client
import pydantic
import pydantic_settings
import rapidfuzz
import sqlalchemy.ext.asyncio
import structlog
import tomli
import yarl
from telegram import BotCommand
from telegram.ext import Application

USED = (
    aiosqlite,
    alembic,
    apscheduler,
    asyncpg,
    dateutil,
    dotenv,
    feedparser,
    icalendar,
    jinja2,
    nh3,
    PIL,
    prometheus_client,
    pydantic,
    pydantic_settings,
    rapidfuzz,
    sqlalchemy,
    structlog,
    tomli,
)
DISCORD_API = "https://discord.com/api/v10"
DISCORD_GATEWAY = "wss://gateway.discord.gg/"
TELEGRAM_API = "https://api.telegram.org"
discord.http.Route.BASE = os.environ.get("DISCORD_API_BASE", DISCORD_API)
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ.get("DISCORD_GATEWAY", DISCORD_GATEWAY))


class Bot(discord.Client):
    """One intent and one command, as ours needs at least."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = discord.app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.tree.add_command(discord.app_commands.Command(name="ping", description="Echo", callback=_ping))
        await self.tree.sync()


async def _ping(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("pong")


async def main(once: bool) -> None:
    token = os.environ.get("TELEGRAM_TOKEN", "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    base = os.environ.get("TELEGRAM_API_BASE", TELEGRAM_API)
    app = Application.builder().token(token).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    async with Bot() as bot:
        if once:
            return
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        async with app:
            await app.bot.set_my_commands([BotCommand("ping", "Echo")])
            await app.start()
            assert app.updater is not None
            await app.updater.start_polling()
            serving = asyncio.create_task(bot.start(os.environ["DISCORD_TOKEN"]))
            await told.wait()
            await bot.close()
            await serving
            await app.updater.stop()
            await app.stop()


if __name__ == "__main__":
    asyncio.run(main("once" in sys.argv))
