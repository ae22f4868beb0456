"""One unit of work: every group of questions, on one connection."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from bot.storage.queries.agendas import Agendas
from bot.storage.queries.archives import Archives
from bot.storage.queries.aways import Aways
from bot.storage.queries.ballots import Ballots
from bot.storage.queries.codes import Codes
from bot.storage.queries.cycles import Cycles
from bot.storage.queries.digest import Issues
from bot.storage.queries.entries import Entries
from bot.storage.queries.forms import Forms
from bot.storage.queries.group_feeds import GroupFeeds
from bot.storage.queries.groups import Groups
from bot.storage.queries.leases import Leases
from bot.storage.queries.link_checks import LinkChecks
from bot.storage.queries.marks import Marks
from bot.storage.queries.members import Members
from bot.storage.queries.memberships import Memberships
from bot.storage.queries.news import News
from bot.storage.queries.nominations import Nominations
from bot.storage.queries.notes import Notes
from bot.storage.queries.opinions import Opinions
from bot.storage.queries.organisers import Organisers
from bot.storage.queries.outbox import Outbox
from bot.storage.queries.own import Own
from bot.storage.queries.papers import Papers
from bot.storage.queries.people import People
from bot.storage.queries.presenters import Presenters
from bot.storage.queries.reports import Reports
from bot.storage.queries.schedules import Schedules
from bot.storage.queries.seen import Seen
from bot.storage.queries.sessions import Sessions
from bot.storage.queries.spaces import Spaces
from bot.storage.queries.standings import Standings
from bot.storage.queries.study import Study
from bot.storage.queries.suggestions import Suggestions
from bot.storage.queries.tokens import Tokens
from bot.storage.queries.unreachable import Unreachable
from bot.storage.run import Run

_Questions = TypeVar("_Questions")


def _ask(questions: Callable[[Run], _Questions]) -> Callable[[UnitOfWork], _Questions]:
    """Return how a unit of work makes a group of questions when it is first asked for."""
    return lambda unit: questions(unit._run)


class UnitOfWork:
    """What `Storage.read()` and `Storage.write()` give. In a reading one, the methods that change raise."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    # People, what they chose and said
    people = cached_property(_ask(People))
    """Persons and their accounts."""
    entries = cached_property(_ask(Entries))
    """People's lists."""
    opinions = cached_property(_ask(Opinions))
    """What people think of resources."""
    reports = cached_property(_ask(Reports))
    """Broken-link reports."""
    link_checks = cached_property(_ask(LinkChecks))
    """How it stands with the catalogue's links."""
    own = cached_property(_ask(Own))
    """Everything of one person."""

    # Where they meet
    spaces = cached_property(_ask(Spaces))
    """Guilds and group chats."""
    members = cached_property(_ask(Members))
    """Who was met where."""
    groups = cached_property(_ask(Groups))
    """Study groups and their homes."""
    organisers = cached_property(_ask(Organisers))
    """Who runs a group."""
    memberships = cached_property(_ask(Memberships))
    """Who is in a group."""
    codes = cached_property(_ask(Codes))
    """Codes that connect accounts and homes."""

    # What a group reads
    papers = cached_property(_ask(Papers))
    """What can be read."""
    cycles = cached_property(_ask(Cycles))
    """What a group reads for which meeting."""
    nominations = cached_property(_ask(Nominations))
    """What a group may read next."""
    ballots = cached_property(_ask(Ballots))
    """Who would read which."""
    readers = cached_property(_ask(Standings))
    """Who reads what."""
    notes = cached_property(_ask(Notes))
    """What people wrote about papers."""
    presenters = cached_property(_ask(Presenters))
    """Who presents."""
    agendas = cached_property(_ask(Agendas))
    """What a group reads in a fixed order."""
    suggestions = cached_property(_ask(Suggestions))
    """Links that wait for a decision."""

    # What is new in its field
    news = cached_property(_ask(News))
    """Feeds and what they brought."""
    group_feeds = cached_property(_ask(GroupFeeds))
    """Which feeds groups added or left out."""
    issues = cached_property(_ask(Issues))
    """Issues of the digest, and what is said of their stories."""
    archives = cached_property(_ask(Archives))
    """How the pages of digests are reached."""

    # The clock
    schedules = cached_property(_ask(Schedules))
    """What is due when."""
    outbox = cached_property(_ask(Outbox))
    """What is to be sent, and what became of it."""
    leases = cached_property(_ask(Leases))
    """Who does what only one process may do."""
    unreachable = cached_property(_ask(Unreachable))
    """Addresses out of reach."""
    study = cached_property(_ask(Study))
    """What people studied."""
    aways = cached_property(_ask(Aways))
    """Who is away."""

    # What conversations and adapters need remembered
    tokens = cached_property(_ask(Tokens))
    """Long wires of buttons."""
    forms = cached_property(_ask(Forms))
    """Forms in progress."""
    seen = cached_property(_ask(Seen))
    """Updates that were handled."""
    sessions = cached_property(_ask(Sessions))
    """Gateway sessions."""
    marks = cached_property(_ask(Marks))
    """Words kept over restarts."""
