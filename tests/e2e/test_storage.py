"""A database that somebody else holds for a while: who only reads does not notice, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from tests.standins import BotProcess, DiscordSim

StartBot = Callable[..., BotProcess]


@contextmanager
def held(bot: BotProcess) -> Iterator[None]:
    """Another program holds the database, as a backup or a curious host does."""
    with closing(sqlite3.connect(bot.cwd / "var" / "moim.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_held_database_is_said_with_its_mend_and_loses_nothing(discord: DiscordSim, bot_process: StartBot) -> None:
    impatient = {"DATABASE_URL": "sqlite+aiosqlite:///var/moim.db?timeout=2"}
    bot = bot_process(discord, env=impatient)
    reply = discord.slash("recommend", topic="rl")
    card = discord.press(reply.button("1"), message=reply.message)
    save = card.button("Save")
    with held(bot):
        second = BotProcess.of_bot((), bot.cwd, impatient, "console")
        second.log = bot.cwd / "second.log"
        second.start()
        assert discord.slash("recommend", topic="nlp").ack_seconds < 1.5, "who only reads does not wait"
        refused = discord.press(save, message=card.message)
        discord.wait_for(lambda _: refused.followups, timeout=15, message="nothing was said")
        assert second.wait_exit(15) == 1
    assert refused.followups[0]["content"].startswith("I cannot write this down just now.")
    assert "On your list." in discord.press(save, message=card.message).text()
    (said,) = second.output().splitlines()
    assert said.startswith("Another program is holding the database: var/moim.db.")
    assert "close it and start again" in said
