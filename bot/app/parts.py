"""The parts served side by side: platforms with their couriers, the clock, the pages; and what watches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from bot.adapters.contract import Adapter, CannotServe
from bot.config import VAR, Settings
from bot.core.refs import Platform
from bot.services.status import StatusReport

if TYPE_CHECKING:
    from bot.scheduler.courier import Desk
    from bot.scheduler.flight import Manner
    from bot.scheduler.rounds import Round
    from bot.scheduler.watch import Watch
    from bot.scheduler.wing import Wing
from bot.app.adapters import _secret, build_adapter
from bot.app.house import House

log = structlog.get_logger(__name__)

LOOKED_EVERY = {True: 5.0, False: 1.0}  # seconds, on SQLite or not: another process may have stored something nearer
GATHERED = 0.15  # seconds in which a busy courier gathers what it marks


class Part(Protocol):
    """What is served and closed: an adapter, or a station of the clock."""

    async def serve(self) -> None:
        """Work until closed or cancelled."""
        ...

    async def close(self) -> None:
        """Take up nothing new and let what is under way end, at most 5 s."""
        ...


@asynccontextmanager
async def clockwork(settings: Settings, house: House) -> AsyncIterator[Wing]:
    """Wind up the clock of this process; what was missed while it stood still is looked for at once."""
    from bot.scheduler.wing import Wing
    from bot.services.backups import Backups
    from bot.services.upkeep import Upkeep

    longest = LOOKED_EVERY[settings.on_sqlite]
    backups = Backups(house.storage, settings.backup_folder, house.clock, house.troubles)
    nightly = [*Upkeep(house.storage, house.clock).nightly, ("backup", backups.night)]
    wing = Wing(desk_of(house), house.planners, nightly, journals=VAR, longest_sleep=longest, passes=(CannotServe,))
    wing.rounds = rounds(settings, house, wing)
    house.outbox.rings(wing.wake)
    wing.start()
    reading = asyncio.create_task(wing.watch.keep("catalogue", lambda: _keep_shelf(house)), name="catalogue")
    try:
        yield wing
    finally:
        reading.cancel()
        wing.stop()


async def _keep_shelf(house: House) -> None:
    """Show what changes in the host's own folder of catalogue files; every process does."""
    if house.services is not None:
        await house.services.own.watch(house.services.suggestions.catch_up)


def rounds(settings: Settings, house: House, wing: Wing) -> list[Round]:
    """Return what whoever leads the clock looks after from time to time."""
    from bot.scheduler.rounds import Round
    from bot.services import link_check, lookout, news, papers

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
    if house.services is not None:
        found.append(Round("papers", papers.EVERY, house.services.papers.complete_pending))
        found.append(Round("news", news.EVERY, house.services.news.read_due))
        if settings.link_check == "weekly":
            found.append(Round("links", link_check.EVERY, house.services.link_check.go_round))
        found.append(Round("digests", timedelta(hours=1), house.services.groups.time_digests))
        found.append(Round("inheritance", timedelta(hours=1), house.services.organisers.inherit))
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
            schedules, feeds = await uow.schedules.alive(), await uow.news.health()
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
            feeds,
        )

    tables = [health.routes(lambda: amiss(settings, house, wing)), metrics.routes(figures, look)]
    if settings.webhook_url is not None and "telegram" in settings.served:
        from bot.adapters.telegram.client import webhook_secret
        from bot.web import webhook

        async def accept(update: Mapping[str, Any]) -> bool:
            adapter = house.router.outlets.get(Platform.TELEGRAM)
            return adapter is not None and await adapter.accept(update)  # type: ignore[attr-defined]

        tables.append(webhook.routes(webhook_secret(_secret(settings.telegram_token)), accept))
    if house.services is not None:
        from bot.web.archive import serving

        tables.append(serving.routes(house.services.archives))  # the last: it answers whatever the others do not
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
        outbox.refresh,
    )


def station(settings: Settings, house: House, wing: Wing, platform: Platform) -> Part:
    """Return what serves a platform and carries its letters, while this process may."""

    def opened() -> Adapter:
        adapter = build_adapter(settings, house, platform)
        house.router.outlets[platform] = adapter
        return adapter

    return wing.station(manner_of(platform, alone=settings.on_sqlite), lambda: house.router.outlets[platform], opened)


def manner_of(platform: Platform, *, alone: bool = True) -> Manner:
    """Return how a platform is written to; `alone` says that no other process can take over.

    Discord returns the first message for a second send under its nonce, and answers one person alone in a channel.
    Elsewhere marks are gathered only where they cannot be missed: whoever takes over does not see our journal.
    """
    from bot.scheduler.flight import Manner

    forgiving = platform is Platform.DISCORD
    return Manner(platform, guards=forgiving, whispers=forgiving, linger=GATHERED if forgiving or alone else 0.0)


def carrier(house: House, wing: Wing) -> Part:
    """Return what carries the letters of the terminal, which serves by itself."""
    from bot.scheduler.flight import Manner

    return wing.station(Manner(Platform.CONSOLE, guards=False), lambda: house.router.outlets[Platform.CONSOLE])
