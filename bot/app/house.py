"""Builds the house: opens storage, reads the catalogue, makes services and cogs. Knows no platform's library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.app.services import Services, build_services
from bot.chat.cog import Cog
from bot.chat.context import Context
from bot.chat.router import Router, Stores
from bot.config import Settings
from bot.core.refs import UserRef
from bot.i18n import Locale
from bot.services import shelf
from bot.services.cities import CityList
from bot.services.memory import Memory
from bot.services.other_ways import fallback
from bot.services.outbox import Outbox
from bot.services.troubles import Troubles
from bot.storage import Storage
from cogs.away import AwayCog
from cogs.ballot import Ballot
from cogs.card import Cards
from cogs.digest import Digest
from cogs.doors import Doors as DoorsCog
from cogs.help import Help
from cogs.log import Log
from cogs.manage import (
    Archive,
    Basics,
    Candidates,
    Chats,
    Decisions,
    Desk,
    Editing,
    Feeds,
    FirstPaper,
    Manage,
    Meeting,
    Parts,
    People,
    Posting,
    Resting,
    Running,
    SetUp,
    Turns,
)
from cogs.mylist import MyList
from cogs.notices import Notices
from cogs.paper import Paper, PaperNotes, PaperPast
from cogs.papers import PaperCards
from cogs.path import PathCog
from cogs.privacy import Privacy
from cogs.progress import ProgressCog
from cogs.recommend import Recommend
from cogs.remind import Remind
from cogs.reports import ReportLetters
from cogs.ritual import Ritual
from cogs.search import Search
from cogs.settings import Defaults
from cogs.settings import Settings as SettingsCog
from cogs.start import Start
from cogs.suggest import Suggest

if TYPE_CHECKING:
    from bot.scheduler.courier import Fallback
    from bot.scheduler.due import Planner


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
    services: Services | None = None


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
        services = build_services(settings, storage, clock, books)
        await services.members.finish_erasing()
        memory, outbox = services.memory, services.outbox
        router: Router = Router(
            build_cogs(services, Defaults(Locale(settings.default_locale), settings.zone.key), lambda: router),
            Stores(memory, memory, services.doors, services.members, outbox, services.organisers, mail=outbox),
            clock=clock,
            default_locale=Locale(settings.default_locale),
        )
        owners = services.doors.owners
        try:
            yield House(
                router,
                memory,
                storage,
                clock,
                outbox,
                owners,
                books.current,
                Troubles(storage, outbox, owners, clock),
                fallback,
                services.planners,
                services,
            )
        finally:
            await router.finish()
            await services.news.close()
            await services.papers.close()
            await services.link_check.close()


def build_cogs(services: Services, defaults: Defaults, router: Callable[[], Router]) -> list[Cog]:
    """Return every feature. `router` gives the finished router, once it has read them."""
    s = services

    def is_host(ctx: Context) -> bool:
        return s.doors.is_host(ctx.caller.user)

    def tell_hosts(post: str, key: str, **letter: Any) -> None:
        router().tell_hosts(post, key, **letter)

    cards = Cards(s.library, s.opinions, s.reports, tell_hosts)
    paper_cards = PaperCards(s.papers, s.groups, s.nominations, s.library)
    notes = PaperNotes(s.reading)
    past = PaperPast(s.reading, s.past, s.groups, s.organisers, s.queue, s.library)
    cities = CityList()
    desk = Desk(
        s.groups,
        s.organisers,
        s.homes,
        s.queue,
        s.ritual,
        s.papers,
        s.outbox,
        cities,
        s.library,
        is_host,
        lambda: router().outlets,
        lambda: router().commands,
        defaults.timezone,
    )
    posting, first_paper, running = Posting(desk), FirstPaper(desk), Running(desk)
    set_up = SetUp(desk, posting, first_paper)
    return [
        Start(s.paths, s.library, s.members),
        Recommend(s.library, s.opinions),
        cards,
        PathCog(s.paths, s.library, s.members),
        Paper(s.reading, s.groups, s.organisers, s.library, s.wishes, notes, past),
        MyList(s.library, s.papers),
        Remind(s.reminders, s.occasions, s.wishes, s.aways, cities),
        Log(s.study, s.library),
        ProgressCog(s.study, s.library, s.members, s.aways, s.wishes),
        AwayCog(s.aways, s.wishes),
        paper_cards,
        Suggest(s.nominations, s.suggestions, s.papers, s.groups, s.reading),
        notes,
        past,
        Ritual(s.ritual, s.presenting, s.turn_letters, s.groups, s.organisers, s.library),
        Ballot(s.ballots),
        Search(s.library, cards, s.papers, paper_cards, s.groups),
        SettingsCog(s.members, cities, defaults, s.links),
        Privacy(s.members),
        Manage(s.library, s.reports, s.link_check, s.status, set_up, running),
        set_up,
        Meeting(desk),
        posting,
        first_paper,
        running,
        Parts(desk),
        Resting(desk, running),
        People(desk),
        Basics(desk),
        Candidates(desk),
        Decisions(desk, s.suggestions),
        Chats(desk),
        Turns(desk, s.presenting, s.turn_letters),
        Archive(desk, s.archives),
        Digest(s.digests, s.groups, s.reading, s.archives),
        Editing(desk, s.digests),
        Feeds(desk, s.news),
        ReportLetters(s.library, s.reports, s.link_check),
        Help(lambda: router().commands, is_host, lambda ctx: router().organises(ctx)),
        DoorsCog(s.doors),
        Notices(),
    ]
