"""The composition root: builds everything, starts and stops it in order. The only file that knows everyone.

What only one way of running needs (a platform's library, above all) is imported there, so that the other ways start
without it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from bot.adapters.console import Console, as_json, as_text
from bot.adapters.contract import Adapter, CannotServe
from bot.chat.cog import Cog
from bot.chat.context import Context
from bot.chat.reply import Form
from bot.chat.router import Router, Stores
from bot.config import Settings, spoken_language
from bot.core.errors import Unavailable
from bot.core.outbox import LetterState
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.services.away import RETURN, Aways
from bot.services.cities import CityList
from bot.services.doors import Doors
from bot.services.library import Library
from bot.services.members import Members
from bot.services.memory import Memory
from bot.services.occasions import Occasions
from bot.services.opinions import Opinions
from bot.services.other_ways import fallback
from bot.services.outbox import Outbox
from bot.services.paths import Paths
from bot.services.reminders import Reminders
from bot.services.reports import OpenReport, Reports
from bot.services.status import Status, StatusReport
from bot.services.study import Study
from bot.services.troubles import Trouble, Troubles
from bot.services.wishes import Wishes
from bot.storage import Storage
from cogs.away import AwayCog
from cogs.card import Cards
from cogs.doors import Doors as DoorsCog
from cogs.help import Help
from cogs.log import Log
from cogs.manage import Manage
from cogs.mylist import MyList
from cogs.notices import Notices
from cogs.path import PathCog
from cogs.privacy import Privacy
from cogs.progress import ProgressCog
from cogs.recommend import Recommend
from cogs.remind import Remind
from cogs.reports import ReportLetters
from cogs.search import Search
from cogs.settings import Defaults
from cogs.settings import Settings as SettingsCog
from cogs.start import Start

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.scheduler.courier import Desk, Fallback
    from bot.scheduler.due import Planner
    from bot.scheduler.rehearsal import Said
    from bot.scheduler.rounds import Round
    from bot.scheduler.watch import Watch
    from bot.scheduler.wing import Wing

log = structlog.get_logger(__name__)

LOOKED_EVERY = {True: 5.0, False: 1.0}  # seconds, on SQLite or not: another process may have stored something nearer
JOURNALS = Path("var")
GATHERED = 0.15  # seconds in which a busy courier gathers what it marks
DISCORD_ANSWERED = Path("var/discord-answered")
GOODBYE = 3.0  # seconds for the hosts to be told why this ends
HARD_EXIT = 130  # a second signal: the host does not want to wait


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC: the clock of everything that is not a simulation."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything built and open: what the adapters need."""

    router: Router
    memory: Memory
    storage: Storage
    clock: Callable[[], datetime]
    outbox: Outbox
    owners: tuple[UserRef, ...]
    current: Callable[[str], str]
    troubles: Troubles
    fallback: Fallback | None = None
    planners: Mapping[str, Planner] = field(default_factory=dict)


@asynccontextmanager
async def open_house(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, storage: Storage | None = None
) -> AsyncIterator[House]:
    """Open storage, read the catalogue, build services, cogs and router; close in the opposite order.

    `storage` is one that is open already, to be closed here too; `clock` is the time of everything but the network.
    """
    async with storage or await Storage.open(settings.database_url, clock=clock) as storage:
        books = shelf.load(overlay=settings.overlay)
        books.open()
        current = books.catalogue.current
        memory = Memory(storage, clock, current)
        outbox = Outbox(storage, clock)
        owners = tuple(UserRef(Platform(platform), number) for platform, number in settings.owners)
        doors = Doors(storage, owners, clock)
        study = Study(books, storage, clock, settings.zone.key)
        library = Library(books, storage, clock, study)
        wishes = Wishes(books, clock, settings.zone.key)
        keeping = Keeping(
            Opinions(storage, clock, books.catalogue),
            Reports(books, storage, clock),
            Members(storage, clock, doors, settings.zone.key),
            study,
            Reminders(storage, clock, outbox, study),
            Occasions(storage, clock, wishes, outbox, study),
            wishes,
            Aways(storage, clock, outbox),
        )
        paths = Paths(books, library, memory, clock)
        await keeping.members.finish_erasing()
        defaults = Defaults(Locale(settings.default_locale), settings.zone.key)
        router: Router = Router(
            build_cogs(
                library,
                paths,
                doors,
                keeping,
                StatusReport(storage, clock, settings.backup_folder),
                defaults,
                lambda: router,
            ),
            Stores(memory, memory, doors, keeping.members, outbox),
            clock=clock,
            default_locale=Locale(settings.default_locale),
        )
        planners = {RETURN: keeping.aways.returned}
        troubles = Troubles(storage, outbox, owners, clock)
        yield House(router, memory, storage, clock, outbox, owners, current, troubles, fallback, planners)
        await router.finish()


@dataclass(frozen=True, slots=True)
class Keeping:
    """The services that keep what people say: of the catalogue's rows, and of themselves."""

    opinions: Opinions
    reports: Reports
    members: Members
    study: Study
    reminders: Reminders
    occasions: Occasions
    wishes: Wishes
    aways: Aways


def build_cogs(
    library: Library,
    paths: Paths,
    doors: Doors,
    keeping: Keeping,
    status: StatusReport,
    defaults: Defaults,
    router: Callable[[], Router],
) -> list[Cog]:
    """Return every feature. `router` gives the finished router, once it has read them."""

    def is_host(ctx: Context) -> bool:
        return doors.is_host(ctx.caller.user)

    def tell_hosts(post: str, key: str, **letter: Any) -> None:
        router().tell_hosts(post, key, **letter)

    cards = Cards(library, keeping.opinions, keeping.reports, tell_hosts)
    cities = CityList()
    return [
        Start(paths, library, keeping.members),
        Recommend(library, keeping.opinions),
        cards,
        PathCog(paths, library, keeping.members),
        MyList(library),
        Remind(keeping.reminders, keeping.occasions, keeping.wishes, keeping.aways, cities),
        Log(keeping.study, library),
        ProgressCog(keeping.study, library, keeping.members),
        AwayCog(keeping.aways, keeping.wishes),
        Search(library, cards),
        SettingsCog(keeping.members, cities, defaults),
        Privacy(keeping.members),
        Manage(library, keeping.reports, status, is_host),
        ReportLetters(library, keeping.reports),
        Help(lambda: router().commands, is_host),
        DoorsCog(doors),
        Notices(),
    ]


async def run(settings: Settings) -> int:
    """Serve every platform that has a token, in this process; without any, open the console. Returns the exit code."""
    if not settings.platforms:
        return await console(settings)
    told = listen()
    async with open_house(settings) as house, clockwork(settings, house) as wing:
        parts: list[Part] = [station(settings, house, wing, Platform(name)) for name in settings.served]
        if "scheduler" in settings.roles:
            parts.append(wing.timing())
        if settings.web_port is not None and "web" in settings.roles:
            parts.append(website(settings, house, wing, settings.web_port))
        await serve_until_told(parts, told, lambda ended: say_goodbye(house, ended))
    return 0


async def say_goodbye(house: House, ended: Sequence[tuple[Part, BaseException]]) -> None:
    """Tell the hosts, over a platform that is still connected, which one refuses us: nobody would notice for days."""
    refused = {str(getattr(part, "name", "")): error for part, error in ended if isinstance(error, CannotServe)}
    others = [owner for owner in house.owners if owner.platform.value not in refused]
    for name, error in refused.items():
        why = {"why_en": error.mend.en, "why_ko": error.mend.ko}
        for key in await house.troubles.found(Trouble.TOKEN, {"platform": name, **why}, others):
            await house.outbox.outcome(key, GOODBYE)


async def console(settings: Settings) -> int:
    """Answer in this terminal, or to piped lines, until the input ends."""
    async with open_house(settings) as house:
        terminal = Console(house.router, Locale(spoken_language(settings)))
        house.router.outlets[Platform.CONSOLE] = terminal
        async with clockwork(settings, house) as wing:
            beside = [asyncio.create_task(part.serve()) for part in (carrier(house, wing), wing.timing())]
            try:
                await terminal.serve()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
    return 0


@asynccontextmanager
async def clockwork(settings: Settings, house: House) -> AsyncIterator[Wing]:
    """Wind up the clock of this process; what was missed while it stood still is looked for at once."""
    from bot.scheduler.wing import Wing
    from bot.services.backups import Backups
    from bot.services.upkeep import Upkeep

    longest = LOOKED_EVERY[settings.database_url.startswith("sqlite")]
    backups = Backups(house.storage, settings.backup_folder, house.clock, house.troubles)
    nightly = [*Upkeep(house.storage, house.clock).nightly, ("backup", backups.night)]
    wing = Wing(
        desk_of(house), house.planners, nightly, journals=JOURNALS, longest_sleep=longest, passes=(CannotServe,)
    )
    wing.rounds = rounds(settings, house, wing)
    house.outbox.rings(wing.wake)
    await house.outbox.refresh()
    wing.start()
    try:
        yield wing
    finally:
        wing.stop()


def rounds(settings: Settings, house: House, wing: Wing) -> list[Round]:
    """Return what whoever leads the clock looks after from time to time."""
    from bot.scheduler.rounds import Round
    from bot.services import lookout

    def directly(post: str, key: str) -> None:
        house.router.tell_hosts(post, key, unreached=_nobody)

    looks = lookout.Lookout(
        house.storage,
        house.troubles,
        house.clock,
        holds=lambda: sum(times_held(house).values()),
        ahead=_ahead(settings, house),
        directly=directly,
    )
    found = [Round("lookout", lookout.EVERY, looks.look)]
    if settings.ping_url:
        from bot.feeds.ping import Pinger

        pinger = Pinger(settings.ping_url, lambda: wing.ticking and not amiss(settings, house, wing, alone=False))
        found.append(Round("ping", timedelta(minutes=settings.ping_minutes), pinger.ping))
    return found


def amiss(settings: Settings, house: House, wing: Wing, *, alone: bool = True) -> list[str]:
    """Return what does not run, and which platforms are not connected.

    `alone`: a platform that this process has not led yet is not connected; else another process may lead it.
    """
    outlets = {name: house.router.outlets.get(Platform(name)) for name in settings.served}
    away = [name for name, outlet in outlets.items() if not (getattr(outlet, "online", True) if outlet else not alone)]
    return [*sorted(wing.watch.down), *(f"{name} is not connected" for name in away)]


def website(settings: Settings, house: House, wing: Wing, port: int) -> Part:
    """Return what answers HTTP on `port`: health, figures, and Telegram's calls where it is to call."""
    from bot.web import health, metrics
    from bot.web.site import Site

    figures = metrics.Metrics(house.clock)
    house.outbox.listens(figures.ended)
    house.router.turned = figures.turned
    house.storage.wrote = figures.wrote
    status = StatusReport(house.storage, house.clock, settings.backup_folder)

    async def look() -> metrics.Snapshot:
        now = await status.whole()
        async with house.storage.read() as uow:
            schedules = await uow.schedules.alive()
        stands = now.house
        return metrics.Snapshot(
            now.counts,
            schedules,
            len(now.unreachable),
            {each.what: each.holds for each in stands.leading} if stands else {},
            times_held(house),
            not amiss(settings, house, wing),
            stands.size if stands else None,
            stands.free if stands else None,
            stands.backup_at if stands else None,
        )

    tables = [health.routes(lambda: amiss(settings, house, wing)), metrics.routes(figures, look)]
    if settings.webhook_url is not None and "telegram" in settings.served:
        from bot.adapters.telegram.client import webhook_secret
        from bot.web import webhook

        async def accept(update: Mapping[str, Any]) -> bool:
            adapter = house.router.outlets.get(Platform.TELEGRAM)
            return adapter is not None and await adapter.accept(update)  # type: ignore[attr-defined]

        tables.append(webhook.routes(webhook_secret(_secret(settings.telegram_token)), accept))
    return Watched(Site(settings.web_host, port, tables), wing.watch, figures.watch_the_loop)


class Watched:
    """A part that is started again when it dies, and whose death makes the house unready."""

    def __init__(self, part: Part, watch: Watch, beside: Callable[[], Awaitable[None]]) -> None:
        """Serve `part`, with `beside` running next to it."""
        self._part, self._watch, self._beside = part, watch, beside

    async def serve(self) -> None:
        """Serve until cancelled."""
        measuring = asyncio.ensure_future(self._beside())
        try:
            await self._watch.keep("web", self._part.serve)
        finally:
            measuring.cancel()

    async def close(self) -> None:
        """Let what is under way end."""
        await self._part.close()


def times_held(house: House) -> dict[str, int]:
    """Return how often each platform asked us to wait."""
    return {
        platform.value: outlet.pace.holds
        for platform, outlet in house.router.outlets.items()
        if hasattr(outlet, "pace")
    }


def _ahead(settings: Settings, house: House) -> Callable[[], Awaitable[float | None]] | None:
    """Return what asks a platform for the time; None where there is none."""
    from bot.feeds.ping import seconds_ahead

    bases = {
        "discord": f"{settings.discord_api_base or 'https://discord.com/api/v10'}/gateway",
        "telegram": settings.telegram_api_base or "https://api.telegram.org",
    }
    asked = next((bases[name] for name in settings.served), None)
    return None if asked is None else lambda: seconds_ahead(asked, house.clock)


async def _nobody() -> None:
    log.error("no host could be told")


def desk_of(house: House) -> Desk:
    """Return what couriers work with."""
    from bot.scheduler.courier import Desk

    outbox = house.outbox
    return Desk(
        house.storage,
        house.clock,
        house.router,
        house.current,
        lambda: house.owners,
        outbox.ended,
        outbox.wake,
        house.fallback,
    )


class Part(Protocol):
    """What is served and closed: an adapter, or a station of the clock."""

    async def serve(self) -> None:
        """Work until closed or cancelled."""
        ...

    async def close(self) -> None:
        """Take up nothing new and let what is under way end, at most 5 s."""
        ...


def station(settings: Settings, house: House, wing: Wing, platform: Platform) -> Part:
    """Return what serves a platform and carries its letters, while this process may."""
    from bot.scheduler.flight import Manner

    def opened() -> Adapter:
        adapter = build_adapter(settings, house, platform)
        house.router.outlets[platform] = adapter
        return adapter

    # Discord returns the first message for a second send under its nonce, and answers one person alone in a channel.
    forgiving = platform is Platform.DISCORD
    manner = Manner(platform, guards=forgiving, whispers=forgiving, linger=GATHERED)
    return wing.station(manner, lambda: house.router.outlets[platform], opened)


def carrier(house: House, wing: Wing) -> Part:
    """Return what carries the letters of the terminal, which serves by itself."""
    from bot.scheduler.flight import Manner

    return wing.station(Manner(Platform.CONSOLE, guards=False), lambda: house.router.outlets[Platform.CONSOLE])


async def ask(settings: Settings, text: str, locale: Locale, user: str) -> tuple[str, dict[str, Any]]:
    """Return the answer to one line, as text and as plain JSON with the ids it shows."""
    async with open_house(settings) as house:
        answer = await Console(house.router, locale, user=user).answer(text)
    return (answer.title if isinstance(answer, Form) else as_text(answer)), as_json(answer)


async def sync_commands(settings: Settings, force: bool) -> list[str]:
    """Register the commands with every platform that has a token, if changed or forced. Returns a line for each."""
    async with open_house(settings) as house:
        return [await adapter.sync(force) for adapter in build_adapters(settings, house)]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One message of the coming days: when, to whom, in whose zones, and what it says or why it would not be sent."""

    at: datetime
    to: str
    zones: tuple[str, ...]
    kind: str
    group: int | None
    state: LetterState
    reason: str | None
    text: str
    buttons: tuple[str, ...]


async def simulate(settings: Settings, days: float, group: str | None = None) -> AsyncIterator[Foreseen]:
    """Act out the coming days on a copy of the database, and give what would be sent; nothing is.

    `group` is the number or the name of a study group whose messages alone are given. Raises `LookupError` when there
    is none such.
    """
    from bot.scheduler.rehearsal import LeapingClock, Rehearsal

    clock = LeapingClock(utc_now())
    with tempfile.TemporaryDirectory(prefix="moim-simulate-") as folder:
        copy = f"sqlite+aiosqlite:///{folder}/moim.db"
        async with await Storage.open(settings.database_url, clock=utc_now) as storage:
            await storage.copy_to(copy, clock=utc_now)
        async with open_house(settings, clock=clock, storage=await Storage.open(copy, clock=clock)) as house:
            wanted = await group_of(house, group)
            rehearsal = Rehearsal(desk_of(house), clock, house.planners, Platform)
            async for said in rehearsal.until(clock() + timedelta(days=days)):
                if wanted is None or said.letter.group_id == wanted:
                    yield await foreseen(settings, house, said)


async def group_of(house: House, name: str | None) -> int | None:
    """Return the number of the study group called `name`, or numbered so. Raises `LookupError` without one."""
    if name is None:
        return None
    async with house.storage.read() as uow:
        found = [each.id for each in await uow.groups.all() if name in (str(each.id), each.name)]
    if not found:
        raise LookupError(name)
    return found[0]


async def foreseen(settings: Settings, house: House, said: Said) -> Foreseen:
    """Return a message of a rehearsal as it is told, with the zones of its readers."""
    letter, reply = said.letter, said.reply
    async with house.storage.read() as uow:
        if isinstance(letter.to, UserRef):
            person = await uow.people.visitor(letter.to)
            zones = {person.preferences.timezone} if person is not None else set()
        else:
            zones = set(await uow.members.zones(letter.to.space)) if letter.to.space is not None else set()
    buttons = tuple(button.label for row in reply.rows for button in row) if reply is not None else ()
    return Foreseen(
        said.at,
        str(letter.to) if isinstance(letter.to, UserRef) else f"{letter.platform.value}:{letter.lane}",
        tuple(sorted(zone for zone in zones if zone)) or (settings.zone.key,),
        letter.kind,
        letter.group_id,
        said.state,
        said.reason,
        as_text(replace(reply, rows=(), menu=None)) if reply is not None else "",
        buttons,
    )


async def open_reports(settings: Settings) -> tuple[OpenReport, ...]:
    """Return the links that members say are broken."""
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        return await Reports(shelf.load(overlay=settings.overlay), storage, utc_now).open()


async def status(settings: Settings) -> Status:
    """Return how the house stands. The database is brought up to date for it, as every start does."""
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        return await StatusReport(storage, utc_now, settings.backup_folder_or_default).whole()


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
    return [build_adapter(settings, house, Platform(name)) for name in settings.platforms]


def build_adapter(settings: Settings, house: House, platform: Platform) -> Adapter:
    """Return the adapter of a platform that has a token. Raises `CannotServe` for one that cannot be a token."""
    if platform is Platform.DISCORD:
        from bot.adapters.discord.client import DiscordAdapter

        return DiscordAdapter(
            house.router,
            token=_secret(settings.discord_token),
            marks=house.memory,
            sessions=house.memory,
            answered=DISCORD_ANSWERED,
            chats=house.memory,
            command_names=Locale(settings.command_names),
            api_base=settings.discord_api_base,
            gateway=settings.discord_gateway,
            clock=house.clock,
        )
    from bot.adapters.telegram.client import TelegramAdapter, Webhook, webhook_secret

    token = _secret(settings.telegram_token)
    called = settings.webhook_url is not None and settings.web_port is not None and "web" in settings.roles
    webhook = Webhook(f"{settings.webhook_url}/telegram", webhook_secret(token)) if called else None
    return TelegramAdapter(
        house.router,
        token=token,
        webhook=webhook,
        marks=house.memory,
        forms=house.memory,
        seen=house.memory,
        api_base=settings.telegram_api_base,
        clock=house.clock,
    )


def _secret(token: SecretStr | None) -> str:
    assert token is not None  # noqa: S101 - only platforms with a token are asked for
    return token.get_secret_value()


def listen() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets from now on; a second signal ends the process there and then."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end_or_hard, told)
    return told


async def serve_until_told(
    parts: Sequence[Part],
    told: asyncio.Event,
    parting: Callable[[Sequence[tuple[Part, BaseException]]], Awaitable[None]] | None = None,
) -> None:
    """Serve until `told`, or until one platform cannot be served; then everyone may finish what is under way.

    `parting` is told of what ended it before the others are closed. Raises an `ExceptionGroup` of what the platforms
    raised.
    """
    serving = [asyncio.create_task(part.serve()) for part in parts]
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait([waiting, *serving], return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        log.info("stopping")
    elif parting is not None:
        done = [(part, task.exception()) for part, task in zip(parts, serving, strict=True) if task.done()]
        with suppress(TimeoutError, Unavailable):
            await asyncio.wait_for(parting([(part, error) for part, error in done if error is not None]), GOODBYE)
    waiting.cancel()
    await asyncio.gather(*(part.close() for part in parts))
    for task in serving:
        task.cancel()  # one may be sleeping between two tries to connect
    failures = await asyncio.gather(*serving, return_exceptions=True)
    failed = [error for error in failures if isinstance(error, Exception)]
    if failed:
        raise ExceptionGroup("a platform cannot be served", failed)


def _end_or_hard(told: asyncio.Event) -> None:
    if told.is_set():
        os._exit(HARD_EXIT)
    told.set()
