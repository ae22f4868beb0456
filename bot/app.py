"""The composition root: builds everything, starts and stops it in order. The only file that knows everyone.

What only one way of running needs (a platform's library, above all) is imported there, so that the other ways start
without it.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.adapters.console import Console, as_json, as_text
from bot.adapters.contract import Adapter
from bot.chat.cog import Cog
from bot.chat.context import Context
from bot.chat.reply import Form
from bot.chat.router import Router, Stores
from bot.config import Settings, spoken_language
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.services.cities import CityList
from bot.services.doors import Doors
from bot.services.library import Library
from bot.services.members import Members
from bot.services.memory import Memory
from bot.services.opinions import Opinions
from bot.services.paths import Paths
from bot.services.reports import OpenReport, Reports
from bot.services.study import Study
from bot.storage import Storage
from cogs.card import Cards
from cogs.doors import Doors as DoorsCog
from cogs.help import Help
from cogs.log import Log
from cogs.manage import Manage
from cogs.mylist import MyList
from cogs.path import PathCog
from cogs.privacy import Privacy
from cogs.progress import ProgressCog
from cogs.recommend import Recommend
from cogs.reports import ReportLetters
from cogs.search import Search
from cogs.settings import Defaults
from cogs.settings import Settings as SettingsCog
from cogs.start import Start

log = structlog.get_logger(__name__)

HARD_EXIT = 130  # a second signal: the host does not want to wait


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC: the clock of everything that is not a simulation."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything built and open: what the adapters need."""

    router: Router
    memory: Memory


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open storage, read the catalogue, build services, cogs and router; close in the opposite order."""
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        books = shelf.load(overlay=settings.overlay)
        books.open()
        memory = Memory(storage, utc_now, books.catalogue.current)
        owners = [UserRef(Platform(platform), number) for platform, number in settings.owners]
        doors = Doors(storage, owners, utc_now)
        study = Study(books, storage, utc_now, settings.zone.key)
        library = Library(books, storage, utc_now, study)
        keeping = Keeping(
            Opinions(storage, utc_now, books.catalogue),
            Reports(books, storage, utc_now),
            Members(storage, utc_now, doors),
            study,
        )
        paths = Paths(books, library, memory, utc_now)
        await keeping.members.finish_erasing()
        defaults = Defaults(Locale(settings.default_locale), settings.zone.key)
        router: Router = Router(
            build_cogs(library, paths, doors, keeping, defaults, lambda: router),
            Stores(memory, memory, doors, keeping.members),
            clock=utc_now,
            default_locale=Locale(settings.default_locale),
        )
        yield House(router, memory)
        await router.finish()


@dataclass(frozen=True, slots=True)
class Keeping:
    """The services that keep what people say: of the catalogue's rows, and of themselves."""

    opinions: Opinions
    reports: Reports
    members: Members
    study: Study


def build_cogs(
    library: Library,
    paths: Paths,
    doors: Doors,
    keeping: Keeping,
    defaults: Defaults,
    router: Callable[[], Router],
) -> list[Cog]:
    """Return every feature. `router` gives the finished router, once it has read them."""

    def is_host(ctx: Context) -> bool:
        return doors.is_host(ctx.caller.user)

    def tell_hosts(post: str, key: str, **letter: Any) -> None:
        router().tell_hosts(post, key, **letter)

    cards = Cards(library, keeping.opinions, keeping.reports, tell_hosts)
    return [
        Start(paths, library, keeping.members),
        Recommend(library, keeping.opinions),
        cards,
        PathCog(paths, library, keeping.members),
        ProgressCog(keeping.study, library, keeping.members),
        Log(keeping.study, library),
        MyList(library),
        Search(library, cards),
        SettingsCog(keeping.members, CityList(), defaults),
        Privacy(keeping.members),
        Manage(library, keeping.reports),
        ReportLetters(library, keeping.reports),
        Help(lambda: router().commands, is_host),
        DoorsCog(doors),
    ]


async def run(settings: Settings) -> int:
    """Serve every platform that has a token, in this process; without any, open the console. Returns the exit code."""
    if not settings.platforms:
        return await console(settings)
    told = listen()
    async with open_house(settings) as house:
        adapters = build_adapters(settings, house)
        house.router.outlets |= {adapter.platform: adapter for adapter in adapters}
        await serve_until_told(adapters, told)
    return 0


async def console(settings: Settings) -> int:
    """Answer in this terminal, or to piped lines, until the input ends."""
    async with open_house(settings) as house:
        terminal = Console(house.router, Locale(spoken_language(settings)))
        house.router.outlets[Platform.CONSOLE] = terminal
        await terminal.serve()
    return 0


async def ask(settings: Settings, text: str, locale: Locale, user: str) -> tuple[str, dict[str, Any]]:
    """Return the answer to one line, as text and as plain JSON with the ids it shows."""
    async with open_house(settings) as house:
        answer = await Console(house.router, locale, user=user).answer(text)
    return (answer.title if isinstance(answer, Form) else as_text(answer)), as_json(answer)


async def sync_commands(settings: Settings, force: bool) -> list[str]:
    """Register the commands with every platform that has a token, if changed or forced. Returns a line for each."""
    async with open_house(settings) as house:
        return [await adapter.sync(force) for adapter in build_adapters(settings, house)]


async def open_reports(settings: Settings) -> tuple[OpenReport, ...]:
    """Return the links that members say are broken."""
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        return await Reports(shelf.load(overlay=settings.overlay), storage, utc_now).open()


async def upgrade(settings: Settings) -> str:
    """Bring the database to this version and say what was done."""
    done = await Storage.upgrade(settings.database_url, clock=utc_now)
    t = texts(Locale(spoken_language(settings)))
    if done.before == done.after:
        return t("host.db.current", after=done.after)
    if done.before is None:
        return t("host.db.made", after=done.after)
    copied = [t("host.db.copied", copy=done.copy)] if done.copy else []
    return "\n".join([t("host.db.upgraded", before=done.before, after=done.after), *copied])


def build_adapters(settings: Settings, house: House) -> list[Adapter]:
    """Return an adapter for every platform with a token."""
    adapters: list[Adapter] = []
    if settings.discord_token:
        from bot.adapters.discord.client import DiscordAdapter

        adapters.append(
            DiscordAdapter(
                house.router,
                token=settings.discord_token.get_secret_value(),
                marks=house.memory,
                sessions=house.memory,
                command_names=Locale(settings.command_names),
                api_base=settings.discord_api_base,
                gateway=settings.discord_gateway,
                clock=utc_now,
            )
        )
    if settings.telegram_token:
        from bot.adapters.telegram.client import TelegramAdapter

        adapters.append(
            TelegramAdapter(
                house.router,
                token=settings.telegram_token.get_secret_value(),
                marks=house.memory,
                forms=house.memory,
                seen=house.memory,
                api_base=settings.telegram_api_base,
                clock=utc_now,
            )
        )
    return adapters


def listen() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets from now on; a second signal ends the process there and then."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end_or_hard, told)
    return told


async def serve_until_told(adapters: Iterable[Adapter], told: asyncio.Event) -> None:
    """Serve until `told`, or until one platform cannot be served; then everyone may finish what is under way.

    Raises an `ExceptionGroup` of what the platforms raised.
    """
    serving = [asyncio.create_task(adapter.serve(), name=adapter.platform.value) for adapter in adapters]
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait([waiting, *serving], return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        log.info("stopping")
    waiting.cancel()
    await asyncio.gather(*(adapter.close() for adapter in adapters))
    for task in serving:
        task.cancel()  # one may be sleeping between two tries to connect
    ended = await asyncio.gather(*serving, return_exceptions=True)
    failed = [error for error in ended if isinstance(error, Exception)]
    if failed:
        raise ExceptionGroup("a platform cannot be served", failed)


def _end_or_hard(told: asyncio.Event) -> None:
    if told.is_set():
        os._exit(HARD_EXIT)
    told.set()
