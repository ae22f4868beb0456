"""What the host asks for beside running: register commands, act out the coming days, see how things stand, upgrade."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.adapters.console import as_text
from bot.config import Settings, spoken_language
from bot.core.link_health import Verdict
from bot.core.outbox import LetterState
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.services.link_check import FoundLink, found_in
from bot.services.reports import OpenReport, Reports
from bot.services.status import Status, StatusReport
from bot.storage import Storage

if TYPE_CHECKING:
    from bot.scheduler.rehearsal import Said
from bot.app.adapters import build_adapters
from bot.app.house import House, open_house, utc_now
from bot.app.parts import desk_of, manner_of


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
            assert house.services is not None  # noqa: S101 - opened a line ago
            wanted = (await house.services.groups.named(group)).id if group is not None else None
            rehearsal = Rehearsal(desk_of(house), clock, house.planners, Platform, manners=manner_of)
            async for said in rehearsal.until(clock() + timedelta(days=days)):
                if wanted is None or said.letter.group_id == wanted:
                    yield await foreseen(settings, house, said)


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


async def found_links(settings: Settings) -> tuple[Mapping[Verdict, int], tuple[FoundLink, ...]]:
    """Return how many links there are of each verdict, and those that are to be mended."""
    books = shelf.load(overlay=settings.overlay)
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        async with storage.read() as uow:
            counts = await uow.link_checks.counts()
        return counts, await found_in(storage, books)


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
