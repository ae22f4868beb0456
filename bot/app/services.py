"""Builds the services: everything that opens the database, asks the core and saves. It knows no cog and no platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.core.refs import Platform, UserRef
from bot.core.rewriting import WAKE
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services.archive import Archives
from bot.services.away import RETURN, Aways
from bot.services.ballots import Ballots
from bot.services.digest import Digests
from bot.services.doors import Doors
from bot.services.groups import Groups
from bot.services.homes import Homes
from bot.services.library import Library
from bot.services.link_check import LinkCheck
from bot.services.links import Links
from bot.services.members import Members
from bot.services.memory import Memory
from bot.services.news import News
from bot.services.nominations import Nominations
from bot.services.occasions import Occasions
from bot.services.opinions import Opinions
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.own_folder import OwnFolder
from bot.services.papers import Papers
from bot.services.paths import Paths
from bot.services.presenting import Presenting
from bot.services.queue import Queue
from bot.services.reading import Reading
from bot.services.reading_past import ReadingPast
from bot.services.reminders import Reminders
from bot.services.reports import Reports
from bot.services.ritual import Ritual
from bot.services.status import StatusReport
from bot.services.study import Study
from bot.services.suggestions import Suggestions
from bot.services.turn_letters import TurnLetters
from bot.services.visits import Visits
from bot.services.week_posts import WeekPosts
from bot.services.wishes import Wishes
from bot.storage import Storage

if TYPE_CHECKING:
    from bot.feeds.sources import Sources
    from bot.scheduler.due import Planner


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of a house: of the catalogue and its members first, then of the groups that read together."""

    memory: Memory
    outbox: Outbox
    doors: Doors
    library: Library
    paths: Paths
    opinions: Opinions
    reports: Reports
    members: Members
    study: Study
    reminders: Reminders
    occasions: Occasions
    wishes: Wishes
    aways: Aways
    status: StatusReport
    groups: Groups
    organisers: Organisers
    homes: Homes
    links: Links
    papers: Papers
    queue: Queue
    ballots: Ballots
    presenting: Presenting
    turn_letters: TurnLetters
    ritual: Ritual
    own: OwnFolder
    link_check: LinkCheck
    nominations: Nominations
    suggestions: Suggestions
    reading: Reading
    past: ReadingPast
    news: News
    archives: Archives
    digests: Digests

    @property
    def planners(self) -> Mapping[str, Planner]:
        """Return what happens when a schedule falls due, by its kind; reminders need no plan."""
        single = {RETURN: self.aways.returned, WAKE: self.groups.woken}
        return {**single, **self.ritual.planners, **self.digests.planners}


def build_services(settings: Settings, storage: Storage, clock: Callable[[], datetime], books: Shelf) -> Services:
    """Return every service, over `storage` and the catalogue in `books`."""
    zone, locale = settings.zone.key, Locale(settings.default_locale)
    owners = tuple(UserRef(Platform(platform), number) for platform, number in settings.owners)

    @cache
    def sources() -> Sources:  # one for everybody: a host is spared by all of us together
        from bot.feeds.sources import open_sources  # aiohttp: not needed by an answer from the catalogue

        return open_sources(settings.arxiv_api_base, settings.fetch_trusted)

    memory, outbox = Memory(storage, clock, books.current), Outbox(storage, clock)
    doors, study = Doors(storage, owners, clock), Study(books, storage, clock, zone)
    library, wishes = Library(books, storage, clock, study), Wishes(books, clock, zone)
    organisers, papers = Organisers(storage, clock, outbox), Papers(storage, books, clock, sources)
    visits = Visits()
    groups = Groups(storage, clock, outbox, organisers, zone, locale, visits)
    ballots, own = Ballots(storage, clock, papers), OwnFolder(books, settings.overlay)
    posts = WeekPosts(storage, outbox)
    ritual = Ritual(storage, clock, groups, organisers, papers, ballots, outbox, posts)
    news = News(storage, clock, books, sources, locale)
    return Services(
        memory=memory,
        outbox=outbox,
        doors=doors,
        library=library,
        paths=Paths(books, library, memory, clock),
        opinions=Opinions(storage, clock, books),
        reports=Reports(books, storage, clock),
        members=Members(storage, clock, doors, zone, visits),
        study=study,
        reminders=Reminders(storage, clock, outbox, study),
        occasions=Occasions(storage, clock, wishes, outbox, study),
        wishes=wishes,
        aways=Aways(storage, clock, outbox),
        status=StatusReport(storage, clock, settings.backup_folder),
        groups=groups,
        organisers=organisers,
        homes=Homes(storage, clock, outbox),
        links=Links(storage, clock, outbox, zone),
        papers=papers,
        queue=Queue(storage, clock),
        ballots=ballots,
        presenting=Presenting(storage, clock),
        turn_letters=TurnLetters(storage, clock, groups, outbox, posts),
        ritual=ritual,
        own=own,
        link_check=LinkCheck(storage, clock, books, outbox, owners, sources),
        nominations=Nominations(storage, papers, clock, outbox),
        suggestions=Suggestions(storage, papers, books, clock, own),
        reading=Reading(storage, clock, groups, ritual, study, outbox, books),
        past=ReadingPast(storage, clock, groups),
        news=news,
        archives=Archives(storage, clock, groups, settings.pages_url, settings.pages_here, locale),
        digests=Digests(storage, clock, groups, organisers, news, library, books, outbox),
    )
