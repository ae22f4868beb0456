"""How it stands with the catalogue's links: which are to be looked at, what was found, whom that was told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from bot.core.link_health import TO_MEND, LinkHealth, Verdict
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import link_checks
from bot.storage.upsert import insert_or_change, insert_or_leave

_AT_ONCE = 500  # parameters of one statement
_NAMES = tuple(column.name for column in link_checks.columns)
_urls = link_checks.c.url.in_(bindparam("urls", expanding=True))
_URLS = select(link_checks.c.url)
_NEW = Many(insert_or_leave(link_checks), *_NAMES)
_PUT = insert_or_change(link_checks, lambda refused: {name: refused[name] for name in _NAMES if name != "url"})
_FORGET = delete(link_checks).where(_urls)
_DUE = (
    select(link_checks)
    .where(link_checks.c.next_at <= bindparam("now"))
    .order_by(link_checks.c.next_at, link_checks.c.url)
    .limit(bindparam("most"))
)
_OF = select(link_checks).where(link_checks.c.verdict.in_(bindparam("verdicts", expanding=True)))
_LAST_ANSWER = select(func.max(link_checks.c.answered_at))
_COUNTS = select(link_checks.c.verdict, func.count()).group_by(link_checks.c.verdict)
_TOLD = update(link_checks).where(_urls).values(told_at=bindparam("moment"))
_HURRY = (
    update(link_checks).where(_urls, link_checks.c.next_at > bindparam("moment")).values(next_at=bindparam("moment"))
)


class LinkChecks:
    """Links by their address."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def urls(self) -> frozenset[str]:
        """Return every address that is looked after."""
        return frozenset(row.url for row in await self._run.rows(_URLS))

    async def add(self, links: Collection[LinkHealth]) -> None:
        """Look after further links; those that are there stay as they are."""
        await self._run.many(_NEW, [tuple(_columns(each).values()) for each in links])

    async def forget(self, urls: Iterable[str]) -> None:
        """Look after these no longer."""
        gone = sorted(urls)
        for start in range(0, len(gone), _AT_ONCE):
            await self._run.count(_FORGET, {"urls": gone[start : start + _AT_ONCE]})

    async def due(self, now: datetime, limit: int) -> tuple[LinkHealth, ...]:
        """Return the links that are to be looked at by `now`, the longest waiting first."""
        return tuple(map(_link, await self._run.rows(_DUE, {"now": now, "most": limit})))

    async def put(self, link: LinkHealth) -> None:
        """Keep how it stands with a link."""
        await self._run.count(_PUT[self._run.dialect], _columns(link))

    async def of(self, verdicts: Iterable[Verdict] = TO_MEND) -> tuple[LinkHealth, ...]:
        """Return the links of which this is said, those of the longest standing first."""
        rows = await self._run.rows(_OF, {"verdicts": [each.value for each in verdicts]})
        found = map(_link, rows)
        return tuple(sorted(found, key=lambda each: (each.since or each.next_at, each.url)))

    async def last_answer(self) -> datetime | None:
        """Return when any server last said anything: whether our own network is there."""
        rows = await self._run.rows(_LAST_ANSWER)
        found: datetime | None = rows[0][0] if rows else None
        return found

    async def counts(self) -> Mapping[Verdict, int]:
        """Return how many links there are of each verdict."""
        return {Verdict(row[0]): row[1] for row in await self._run.rows(_COUNTS)}

    async def tell(self, urls: Collection[str], now: datetime) -> None:
        """Note that the host was written to about these."""
        await self._run.count(_TOLD, {"urls": sorted(urls), "moment": now})

    async def hurry(self, urls: Collection[str], now: datetime) -> None:
        """Have these looked at next: somebody says that they do not open."""
        await self._run.count(_HURRY, {"urls": sorted(urls), "moment": now})


def _columns(link: LinkHealth) -> dict[str, Any]:
    """Return the row's values in the order of the columns."""
    return {name: getattr(link, name) for name in _NAMES} | {"verdict": link.verdict.value}


def _link(row: AnyRow) -> LinkHealth:
    return LinkHealth(**{name: getattr(row, name) for name in _NAMES} | {"verdict": Verdict(row.verdict)})
