"""A bare discord.py bot: `/ping` answers a word, `/recommend` a card with buttons after one read of its notebook."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path

import aiosqlite
import discord
import yarl
from discord import app_commands

from tests.bench.bots.notebook import language, opened

discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY"])
Interaction = discord.Interaction


class Card(discord.ui.View):
    """Works after a restart: the custom ids are fixed, and the one that is registered answers for all."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Save", style=discord.ButtonStyle.primary, custom_id="card:save")
    async def save(self, interaction: Interaction, _button: object) -> None:
        await interaction.response.send_message("saved", ephemeral=True)

    @discord.ui.button(label="Next", custom_id="card:next")
    async def next(self, interaction: Interaction, _button: object) -> None:
        await interaction.response.edit_message(content="another one")

    @discord.ui.select(custom_id="card:rate", options=[discord.SelectOption(label=str(i)) for i in range(1, 6)])
    async def rate(self, interaction: Interaction, select: discord.ui.Select[Card]) -> None:
        await interaction.response.send_message(f"rated {select.values[0]}", ephemeral=True)


class Bot(discord.Client):
    """One intent, as ours: with the default ones it would be told, and pay for, much more."""

    def __init__(self, notebook: aiosqlite.Connection) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.notebook = notebook

    async def setup_hook(self) -> None:
        self.add_view(Card())
        self.tree.add_command(ping)
        self.tree.add_command(recommend)
        await self.tree.sync()


@app_commands.command(description="Echo")
async def ping(interaction: Interaction) -> None:
    await interaction.response.send_message("pong")


@app_commands.command(description="Recommend something")
async def recommend(interaction: Interaction, topic: str) -> None:
    assert isinstance(interaction.client, Bot)
    chosen = await language(interaction.client.notebook, "discord", interaction.user.id)
    embed = discord.Embed(title=topic.title(), description="A paper about it", url="https://example.org/p")
    embed.add_field(name="Why", value="because", inline=False)
    card = Card()
    card.stop()  # or discord.py would keep one view for each message, for ever
    await interaction.response.send_message(f"{chosen or 'en'}: {topic}", embed=embed, view=card)


async def main() -> None:
    discord.utils.setup_logging(level=logging.WARNING)
    async with opened(Path("notebook.db")) as notebook, Bot(notebook) as bot:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(bot.close()))
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
