"""What only PostgreSQL allows, and what a host meets on the way to it: two bot processes that share one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.i18n import Locale
from bot.storage.migrations import HEAD
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.e2e.served import assert_calm, restart
from tests.postgres import ask_server, new_database
from tests.standins import BotProcess, DiscordSim, TelegramSim

StartBot = Callable[..., BotProcess]
MEMBERS = 5


@pytest.fixture
def address(postgres: str) -> Iterator[str]:
    with new_database(postgres) as address:
        yield address


def told(bot_process: StartBot, address: str, *verb: str, code: int = 0) -> str:
    """What a verb of the program says."""
    bot = bot_process(args=verb, env={"DATABASE_URL": address, "DEFAULT_TIMEZONE": "UTC"}, ready=False)
    assert bot.wait_exit() == code, bot.output()
    assert_calm(bot)
    return bot.output()


def test_two_bots_share_one_database(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, address: str
) -> None:
    """Each platform in a process of its own, both started at once on an empty database."""
    settings = {"DATABASE_URL": address}
    here, there = (bot_process(sim, env=settings, ready=False) for sim in (discord, telegram))
    for bot in (here, there):
        bot.wait_ready()
    people = [DiscordPerson(discord, discord.join(f"member{n}"), Locale.EN) for n in range(MEMBERS)]
    guests = [TelegramPerson(telegram, telegram.add_user(f"Guest {n}"), Locale.EN) for n in range(MEMBERS)]

    def live(person: DiscordPerson | TelegramPerson) -> tuple[list[str], str]:
        picks = person.call("recommend", "rl").picks
        person.take("1")
        person.take("Link broken?")
        return picks, person.take("Save").words

    with ThreadPoolExecutor(2 * MEMBERS) as pool:
        lived = list(pool.map(live, [*people, *guests]))
    assert [picks for picks, _ in lived] == [lived[0][0]] * (2 * MEMBERS) != [[]] * (2 * MEMBERS)
    assert all("On your list." in words for _, words in lived)
    (line,) = told(bot_process, address, "reports").splitlines()
    assert f" · {2 * MEMBERS} people · " in line, "what was told to either is in one place"

    card = people[0].call("mylist")
    here.kill()
    assert guests[0].call("mylist").picks == card.picks != [], "the other goes on"
    restart(here)
    assert people[0].take("1", on=card).words
    for bot in (here, there):
        bot.stop()
        assert_calm(bot)
        assert not list(Path(bot.cwd).rglob("*.db*")), "nothing is kept beside the server"


def test_check_and_upgrade_on_the_way_to_postgresql(bot_process: StartBot, address: str) -> None:
    assert "the tables are made at the first start" in told(bot_process, address, "check", "--offline")
    assert f"The database is made, revision {HEAD}." in told(bot_process, address, "db", "upgrade")
    assert f"at revision {HEAD}: nothing to do" in told(bot_process, address, "db", "upgrade")
    assert f"revision {HEAD}" in told(bot_process, address, "check", "--offline")
    ask_server(address, "UPDATE alembic_version SET version_num = '0001'")
    behind = told(bot_process, address, "check", "--offline")
    assert "is at revision 0001" in behind
    assert "pg_dump" in behind, "no copy is promised where none is made"


def test_a_database_that_is_not_there_is_told_with_its_mend(bot_process: StartBot, address: str) -> None:
    name = address.partition("moim_")[2].partition("?")[0]
    missing = address.replace(name, "0")
    for verb in (("run",), ("db", "upgrade"), ("check", "--offline")):
        said = told(bot_process, missing, *verb, code=1)
        assert 'refused: database "moim_0" does not exist. Check the user, the password and the database name' in said
