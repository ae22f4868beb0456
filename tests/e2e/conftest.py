"""Fixtures of the end-to-end tests: the two stand-ins, and the bot as a separate process against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.served import World, judged, served
from tests.furnished import furnish, furnish_postgres
from tests.postgres import new_database
from tests.standins import BotProcess, DiscordSim, TelegramSim, descriptions

StartBot = Callable[..., BotProcess]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if note := descriptions.note():
        terminalreporter.write_line(note, yellow=True)


@pytest.fixture(scope="session", autouse=True)
def _say_what_is_not_checked(record_testsuite_property: Callable[[str, object], None]) -> None:
    record_testsuite_property("schema_checks", descriptions.note() or "on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever needs a `database` runs on SQLite; what is marked `postgresql` runs on PostgreSQL as well."""
    if "database" in metafunc.fixturenames:
        kinds = [pytest.param("sqlite", id=pytest.HIDDEN_PARAM)]
        kinds += [pytest.param("postgresql")] if metafunc.definition.get_closest_marker("postgresql") else []
        metafunc.parametrize("database", kinds, indirect=True, scope="module")


@pytest.fixture(scope="session")
def furnished_name(postgres: str) -> Iterator[str]:
    """The name of a PostgreSQL database that a bot has used before, to be copied."""
    with new_database(postgres) as address:
        furnish_postgres(address)
        yield address.rpartition("/")[2].partition("?")[0]


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings that choose the database: none for a SQLite file, the address of a new one on PostgreSQL."""
    if request.param == "sqlite":
        yield {}
        return
    with new_database(request.getfixturevalue("postgres"), request.getfixturevalue("furnished_name")) as address:
        yield {"DATABASE_URL": address}


@pytest.fixture
def _bots() -> list[BotProcess]:
    """The processes of this test, stopped before the stand-ins they talk to are judged."""
    return []


def _settle(bots: list[BotProcess]) -> None:
    while bots:
        bots.pop().finish()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Iterator[World]:
    """Both platforms and one bot on them, for all stories of a module."""
    with (
        DiscordSim() as discord,
        TelegramSim(flood=None) as telegram,
        served(tmp_path_factory.mktemp("both"), discord, telegram, env=database) as bot,
    ):
        yield discord, telegram, bot


@pytest.fixture
def world(both: World) -> Iterator[World]:
    """The same for one story, whose faults fail it."""
    discord, telegram, bot = both
    with judged(bot, discord, telegram):
        yield both


@pytest.fixture
def discord(_bots: list[BotProcess]) -> Iterator[DiscordSim]:
    """A fresh Discord; what the bot did wrong fails the test at its end."""
    with DiscordSim() as sim:
        yield sim
        _settle(_bots)
        sim.assert_clean()


@pytest.fixture
def telegram(_bots: list[BotProcess]) -> Iterator[TelegramSim]:
    """A fresh Telegram; what the bot did wrong fails the test at its end."""
    with TelegramSim() as sim:
        yield sim
        _settle(_bots)
        sim.assert_clean()


@pytest.fixture
def bot_process(_bots: list[BotProcess], tmp_path: Path) -> Iterator[StartBot]:
    """Starts `python -m bot ARGS` against the given stand-ins, each in a folder of its own."""

    def start(
        *peers: DiscordSim | TelegramSim,
        args: tuple[str, ...] = ("run",),
        env: Mapping[str, str] | None = None,
        argv: list[str] | None = None,
        ready: bool = True,
    ) -> BotProcess:
        """`argv` replaces the whole command line; `ready=False` does not wait, and is a first start."""
        home = tmp_path / f"bot-{len(list(tmp_path.iterdir()))}"
        home.mkdir()
        if ready and not argv and "DATABASE_URL" not in (env or {}):
            furnish(home)
        bot = BotProcess(argv, peers, home, env) if argv else BotProcess.of_bot(peers, home, env, *args)
        _bots.append(bot)
        bot.start()
        if ready:
            bot.wait_ready()
        return bot

    yield start
    _settle(_bots)
