"""When to look at a feed again, and what to say of one that fails: rules without a clock and without a connection.

A feed that brings little is asked less often, one that fails waits longer each time, and nothing that a server asks for
is ignored. A failing feed is told of, never dropped: YouTube's come and go, and people move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.feeds.errors import BadStatus, FetchFailed
from bot.feeds.fetch import Page

SHORTEST, USUAL, LONGEST = timedelta(hours=2), timedelta(hours=6), timedelta(hours=24)
FIRST_WAIT = timedelta(minutes=30)  # after a first failure; twice as long after each further one, up to LONGEST
GONE_WAIT = timedelta(days=7)  # a feed that says it is gone is still asked, in case it comes back
JITTER = 0.2  # of an interval that is added by chance, so that feeds do not meet
TOLD_AFTER = timedelta(days=1)  # of failing without a break
TOLD_FAILURES = 3
_GONE, _BUSY = 410, (429, 503)


class Health(StrEnum):
    """What is said of a feed."""

    WELL = "well"
    SILENT = "silent"  # nothing usable has come since a day
    BUSY = "busy"  # it asks to be left alone
    GONE = "gone"  # it says that it is no more


@dataclass(frozen=True, slots=True)
class Visits:
    """What is kept of a feed between two visits. `failing_since` is when the failures began."""

    next_at: datetime
    every: timedelta = USUAL
    etag: str | None = None
    modified: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    health: Health = Health.WELL
    moved_to: str | None = None


def first_visit(now: datetime, chance: float = 0.0) -> Visits:
    """Return what is kept of a feed that nobody has looked at: it is due within minutes, not all at once."""
    return Visits(now + chance * timedelta(minutes=10))


def after_page(before: Visits, page: Page, now: datetime, *, fresh: int, chance: float) -> Visits:
    """Return what to keep after `page` came with `fresh` new items (none with a 304). `chance` is from 0 to 1."""
    factor = 0.5 if fresh else 1.25
    every = min(LONGEST, max(SHORTEST, before.every * factor))
    return Visits(
        _later(now, every, chance),
        every,
        page.etag if not page.unchanged else page.etag or before.etag,
        page.modified if not page.unchanged else page.modified or before.modified,
        moved_to=page.moved_to,
    )


def after_failure(before: Visits, failure: FetchFailed, now: datetime, *, chance: float) -> Visits:
    """Return what to keep after a `failure`: the marks of the last good visit stay, and so does the feed."""
    failures, since = before.failures + 1, before.failing_since or now
    status = failure.status if isinstance(failure, BadStatus) else None
    wait = GONE_WAIT if status == _GONE else min(LONGEST, FIRST_WAIT * 2 ** min(failures - 1, 10))
    wait = max(wait, failure.wait or timedelta())
    health = Health.WELL
    if status == _GONE:
        health = Health.GONE
    elif failures >= TOLD_FAILURES and now - since >= TOLD_AFTER:
        health = Health.BUSY if status in _BUSY else Health.SILENT
    return replace(before, next_at=_later(now, wait, chance), failures=failures, failing_since=since, health=health)


def _later(now: datetime, wait: timedelta, chance: float) -> datetime:
    return now + wait * (1 + JITTER * min(1.0, max(0.0, chance)))
