"""A small discord.py bot that uses what ours uses, to prove the stand-in against the real library.

Run as a script with DISCORD_TOKEN, DISCORD_API_BASE and DISCORD_GATEWAY in the environment.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands

discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY"])
Interaction = discord.Interaction
TOPICS = ["reinforcement learning", "robotics", "statistics"]


class Card(discord.ui.View):
    """Works after a restart: the custom ids are fixed."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Save", custom_id="card:save")
    async def save(self, interaction: Interaction, _button: object) -> None:
        await interaction.response.send_message("saved", ephemeral=True)

    @discord.ui.button(label="Next", custom_id="card:next")
    async def next(self, interaction: Interaction, _button: object) -> None:
        await interaction.response.edit_message(content="another one", view=self)

    @discord.ui.button(label="Quietly", custom_id="card:quiet")
    async def quiet(self, interaction: Interaction, _button: object) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="quietly changed")

    @discord.ui.select(custom_id="card:rate", options=[discord.SelectOption(label=str(i)) for i in range(1, 6)])
    async def rate(self, interaction: Interaction, select: discord.ui.Select[Card]) -> None:
        await interaction.response.send_message(f"rated {select.values[0]}", ephemeral=True)


class Note(discord.ui.Modal, title="Add a note"):
    """A text input and a select, both in labels."""

    subject: Any = discord.ui.Label(text="Subject", component=discord.ui.TextInput(custom_id="subject", max_length=60))
    level: Any = discord.ui.Label(
        text="Level",
        component=discord.ui.Select(
            custom_id="level", options=[discord.SelectOption(label=x) for x in ("beginner", "expert")]
        ),
    )

    async def on_submit(self, interaction: Interaction) -> None:
        subject, level = self.subject.component, self.level.component
        await interaction.response.send_message(f"noted: {subject.value} / {level.values[0]}", ephemeral=True)


class Bot(discord.Client):
    """Guilds only, no member or message cache, as our bot."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=0.2,  # seconds of start-up in which a new server is taken for an old one
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_view(Card())
        await self.tree.sync()

    async def on_ready(self) -> None:
        print("READY")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        print("JOINED", guild.name)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        print("REMOVED", guild.name)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        print("CHANNEL GONE", channel.name)


bot = Bot()
command = bot.tree.command


@command(name="recommend", description="Recommend a paper")
@app_commands.rename(topic=app_commands.locale_str("topic"))
async def recommend(
    interaction: Interaction, topic: app_commands.Range[str, 2, 60], count: app_commands.Range[int, 1, 5] = 1
) -> None:
    word = "추천" if interaction.locale is discord.Locale.korean else "Pick"
    embed = discord.Embed(title=topic.title(), description="A paper about it", url="https://example.org/p")
    embed.add_field(name="Why", value="because")
    await interaction.response.send_message(f"{word}: {topic} x{count}", embed=embed, view=Card())


@recommend.autocomplete("topic")
async def topics(_interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=t, value=t) for t in TOPICS if current.lower() in t]


@command(description="Slow: defer, then follow up")
async def digest(interaction: Interaction) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)
    await interaction.followup.send("the digest", file=discord.File(io.BytesIO(b"BEGIN:VCALENDAR"), "d.ics"))
    await interaction.followup.send("and one more", ephemeral=True)


@command(description="Write a note")
async def note(interaction: Interaction) -> None:
    await interaction.response.send_modal(Note())


@command(description="For moderators")
@app_commands.default_permissions(manage_messages=True)
@app_commands.guild_only()
async def moderate(interaction: Interaction) -> None:
    await interaction.response.send_message("moderated")


@command(description="Open a thread and post in it")
async def discuss(interaction: Interaction, title: str) -> None:
    await interaction.response.send_message(f"discussion: {title}")
    message = await interaction.original_response()
    channel = await bot.fetch_channel(interaction.channel_id or 0)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name=title, message=discord.Object(message.id))
    await thread.send("first!")


@command(description="Post in the channel, edit and delete")
async def post(interaction: Interaction, text: str, times: int = 1) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)
    channel = bot.get_partial_messageable(interaction.channel_id or 0)
    try:
        for i in range(times):
            message = await channel.send(f"{text} {i}", nonce=f"{interaction.id}{i}"[-25:])
        await message.edit(content=f"{text}, edited")
        outcome = "done"
    except discord.HTTPException as error:
        outcome = f"{error.status} {error.code}"
    except aiohttp.ClientError:
        outcome = "lost"
    await interaction.followup.send(outcome)


@command(description="Write to the person")
async def private(interaction: Interaction) -> None:
    try:
        await interaction.user.send("psst")
        outcome = "sent"
    except discord.Forbidden as error:
        outcome = f"closed: {error.code}"
    await interaction.response.send_message(outcome, ephemeral=True)


@command(description="Misbehave on purpose")
async def bad(interaction: Interaction, how: str) -> None:
    if how == "long":
        await interaction.response.send_message("x" * 2001)
    elif how == "late":
        await asyncio.sleep(0.8)  # the test sets the deadline to half a second
        await interaction.response.send_message("too late")
    elif how == "twice":
        await interaction.response.send_message("one")
        route = discord.http.Route("POST", "/interactions/{i}/{t}/callback", i=interaction.id, t=interaction.token)
        await bot.http.request(route, json={"type": 4, "data": {"content": "two"}})
    elif how == "early":
        await interaction.followup.send("before the first answer")


group = app_commands.Group(name="group", description="Study groups")
bot.tree.add_command(group)


@group.command(name="create", description="Create a study group")
async def group_create(interaction: Interaction, name: str, mentor: discord.Member, private: bool = False) -> None:
    await interaction.response.send_message(f"group {name} of {mentor.display_name}, private={private}")


@bot.tree.context_menu(name="Save paper")
async def save_paper(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"saved {message.content!r}", ephemeral=True)


async def main() -> None:
    discord.utils.setup_logging(level=logging.WARNING)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(bot.close()))
    async with bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
