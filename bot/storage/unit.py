"""One unit of work: every group of questions, on one connection."""

from __future__ import annotations

from functools import cached_property

from bot.storage.queries.agendas import Agendas
from bot.storage.queries.aways import Aways
from bot.storage.queries.ballots import Ballots
from bot.storage.queries.codes import Codes
from bot.storage.queries.cycles import Cycles
from bot.storage.queries.entries import Entries
from bot.storage.queries.forms import Forms
from bot.storage.queries.groups import Groups
from bot.storage.queries.leases import Leases
from bot.storage.queries.marks import Marks
from bot.storage.queries.members import Members
from bot.storage.queries.memberships import Memberships
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


class UnitOfWork:
    """What `Storage.read()` and `Storage.write()` give. In a reading one, the methods that change raise."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    @cached_property
    def people(self) -> People:
        """Persons and their accounts."""
        return People(self._run)

    @cached_property
    def entries(self) -> Entries:
        """People's lists."""
        return Entries(self._run)

    @cached_property
    def opinions(self) -> Opinions:
        """What people think of resources."""
        return Opinions(self._run)

    @cached_property
    def own(self) -> Own:
        """Everything of one person."""
        return Own(self._run)

    @cached_property
    def members(self) -> Members:
        """Who was met where."""
        return Members(self._run)

    @cached_property
    def reports(self) -> Reports:
        """Broken-link reports."""
        return Reports(self._run)

    @cached_property
    def spaces(self) -> Spaces:
        """Guilds and group chats."""
        return Spaces(self._run)

    @cached_property
    def groups(self) -> Groups:
        """Study groups and their homes."""
        return Groups(self._run)

    @cached_property
    def tokens(self) -> Tokens:
        """Long wires of buttons."""
        return Tokens(self._run)

    @cached_property
    def forms(self) -> Forms:
        """Forms in progress."""
        return Forms(self._run)

    @cached_property
    def seen(self) -> Seen:
        """Updates that were handled."""
        return Seen(self._run)

    @cached_property
    def sessions(self) -> Sessions:
        """Gateway sessions."""
        return Sessions(self._run)

    @cached_property
    def marks(self) -> Marks:
        """Words kept over restarts."""
        return Marks(self._run)

    @cached_property
    def schedules(self) -> Schedules:
        """What is due when."""
        return Schedules(self._run)

    @cached_property
    def outbox(self) -> Outbox:
        """What is to be sent, and what became of it."""
        return Outbox(self._run)

    @cached_property
    def leases(self) -> Leases:
        """Who does what only one process may do."""
        return Leases(self._run)

    @cached_property
    def unreachable(self) -> Unreachable:
        """Addresses out of reach."""
        return Unreachable(self._run)

    @cached_property
    def study(self) -> Study:
        """What people studied."""
        return Study(self._run)

    @cached_property
    def aways(self) -> Aways:
        """Who is away."""
        return Aways(self._run)

    @cached_property
    def organisers(self) -> Organisers:
        """Who runs a group."""
        return Organisers(self._run)

    @cached_property
    def memberships(self) -> Memberships:
        """Who is in a group."""
        return Memberships(self._run)

    @cached_property
    def papers(self) -> Papers:
        """What can be read."""
        return Papers(self._run)

    @cached_property
    def cycles(self) -> Cycles:
        """What a group reads for which meeting."""
        return Cycles(self._run)

    @cached_property
    def nominations(self) -> Nominations:
        """What a group may read next."""
        return Nominations(self._run)

    @cached_property
    def ballots(self) -> Ballots:
        """Who would read which."""
        return Ballots(self._run)

    @cached_property
    def readers(self) -> Standings:
        """Who reads what."""
        return Standings(self._run)

    @cached_property
    def notes(self) -> Notes:
        """What people wrote about papers."""
        return Notes(self._run)

    @cached_property
    def presenters(self) -> Presenters:
        """Who presents."""
        return Presenters(self._run)

    @cached_property
    def agendas(self) -> Agendas:
        """What a group reads in a fixed order."""
        return Agendas(self._run)

    @cached_property
    def codes(self) -> Codes:
        """Codes that connect accounts and homes."""
        return Codes(self._run)

    @cached_property
    def suggestions(self) -> Suggestions:
        """Links that wait for a decision."""
        return Suggestions(self._run)
