"""When to ask a feed again, what of its answer is news, and what to say of one that fails: rules without a clock.

A feed that brings little is asked less often, one that fails waits longer each time, and nothing that a server asks for
is ignored. A failing feed is told of, never dropped: YouTube's come and go, and people move. It fetches nothing.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NewType

from bot.core.digest.items import Item
from bot.core.digest.sources import Cadence
from bot.core.people import GroupId, IdentityId
from bot.core.retention import ITEM_KEPT

FeedId = NewType("FeedId", int)

OWN = "own:"  # how the keys of feeds begin that groups added; the others' are ids of the shipped file
SHORTEST, USUAL, LONGEST = timedelta(hours=2), timedelta(hours=6), timedelta(hours=24)
FIRST_WAIT = timedelta(minutes=30)  # after a first failure; twice as long after each further one, up to LONGEST
GONE_WAIT = timedelta(days=7)  # a feed that says it is gone is still asked, in case it comes back
OURS_WAIT = timedelta(minutes=15)  # when nobody answers at all, it is our own line that is down
JITTER = 0.2  # of an interval that is added by chance, so that feeds do not meet
TOLD_AFTER = timedelta(days=1)  # of failing without a break
TOLD_FAILURES = 3
LATE = timedelta(days=14)  # how old what a known feed brings may be and still be this week's: we were away, or it was
UNDATED_AT_FIRST = 3  # of a feed without dates that was never read before: nobody knows how old the others are
_OF_CADENCE = {
    Cadence.HOURLY: SHORTEST,
    Cadence.DAILY: USUAL,
    Cadence.WEEKLY: LONGEST / 2,
    Cadence.MONTHLY: LONGEST,
    Cadence.RARE: LONGEST,
}
_GONE, _BUSY = 410, (429, 503)
_MISTAKEN = (400, 412, 431)  # what a server says that cannot read the marks it gave us
_LONGEST_MARK = 500  # characters


class Health(StrEnum):
    """What is said of a feed. The values are stored."""

    WELL = "well"
    SILENT = "silent"  # nothing usable has come since a day
    BUSY = "busy"  # it asks to be left alone
    GONE = "gone"  # it says that it is no more


@dataclass(frozen=True, slots=True)
class Visits:
    """What is kept of a feed between two visits, every moment aware.

    `next_at` is None while nobody follows it. `ok_at` is when it last answered, `failing_since` when the failures
    began, `reason` the last one's word. `moved_to` is where it says it lives from now on.
    """

    next_at: datetime | None
    every: timedelta = USUAL
    etag: str | None = None
    modified: str | None = None
    moved_to: str | None = None
    ok_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    reason: str | None = None
    health: Health = Health.WELL


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is kept, for all groups. `key` is the `source` of its items."""

    id: FeedId
    key: str
    address: str
    title: str
    visits: Visits

    @property
    def own(self) -> bool:
        """Say whether a group added it, so that it is in no shipped file."""
        return self.key.startswith(OWN)

    @property
    def asked_at(self) -> str:
        """Return the address to be fetched."""
        return self.visits.moved_to or self.address

    @property
    def gone(self) -> bool:
        """Say whether it told us that it is no more."""
        return self.visits.health is Health.GONE

    @property
    def ailing(self) -> bool:
        """Say whether its group should know that nothing comes from it."""
        return self.visits.health is not Health.WELL


@dataclass(frozen=True, slots=True)
class GroupFeed:
    """What a group said of a feed: that it is one of its `own`, or that it does not want what comes of it."""

    group_id: GroupId
    feed: Feed
    own: bool
    muted: bool
    identity_id: IdentityId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said when it answered. `unchanged`: what one has is still true."""

    unchanged: bool
    etag: str | None = None
    modified: str | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing usable came: one word, the status if there was one, and how long the server asks to be left alone."""

    reason: str
    status: int | None = None
    wait: timedelta | None = None

    @property
    def speaks_for_host(self) -> bool:
        """Say whether the whole host asks to be left alone, not this feed alone."""
        return self.status in _BUSY


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that is kept as news of the moment `at`: when it came out, or when it came to us late."""

    item: Item
    at: datetime


def own_key(place: str) -> str:
    """Return the key of a feed at `place` that a group added.

    It stands in the log and in what people take along, and an address may hold a word that lets in: it tells nothing.
    """
    return OWN + blake2b(place.encode("utf-8", "replace"), digest_size=16).hexdigest()


def first_visit(now: datetime, cadence: Cadence | None = None) -> Visits:
    """Return what is kept of a feed that nobody has looked at: it is due at once."""
    return Visits(now, USUAL if cadence is None else _OF_CADENCE[cadence])


def after_answer(before: Visits, answer: Answer, now: datetime, *, fresh: int, chance: float) -> Visits:
    """Return what to keep after an `answer` with `fresh` new entries (none when unchanged). `chance` is from 0 to 1."""
    factor = 0.5 if fresh else 1.25
    every = min(LONGEST, max(SHORTEST, before.every * factor))
    return Visits(
        _later(now, every, chance),
        every,
        (_mark(answer.etag) or before.etag) if answer.unchanged else _mark(answer.etag),
        (_mark(answer.modified) or before.modified) if answer.unchanged else _mark(answer.modified),
        answer.moved_to or before.moved_to,
        ok_at=now,
    )


def after_failure(before: Visits, failure: Failure, now: datetime, *, chance: float) -> Visits:
    """Return what to keep after a `failure`: the marks of the last good visit stay, and so does the feed.

    Forgotten are marks that may be what is wrong, and where it moved to: next time the address that people gave is
    asked.
    """
    failures, since = before.failures + 1, before.failing_since or now
    wait = GONE_WAIT if failure.status == _GONE else min(LONGEST, FIRST_WAIT * 2 ** min(failures - 1, 10))
    wait = max(wait, failure.wait or timedelta())
    health = Health.WELL
    if failure.status in _MISTAKEN:
        before = replace(before, etag=None, modified=None)
    if failure.status == _GONE:
        health = Health.GONE
    elif failures >= TOLD_FAILURES and now - since >= TOLD_AFTER:
        health = Health.BUSY if failure.status in _BUSY else Health.SILENT
    return replace(
        before,
        next_at=_later(now, wait, chance),
        moved_to=None,
        failures=failures,
        failing_since=since,
        reason=failure.reason,
        health=health,
    )


def put_off(before: Visits, now: datetime, wait: timedelta, *, chance: float) -> Visits:
    """Return what to keep of a feed that was not asked, or whose silence is not its own fault: it is asked later."""
    return replace(before, next_at=_later(now, wait, chance))


def parked(before: Visits) -> Visits:
    """Return what to keep of a feed that nobody follows any more."""
    return replace(before, next_at=None)


def woken(before: Visits, now: datetime) -> Visits:
    """Return what to keep of a feed that is followed again: it is due, and its failures of long ago are forgotten."""
    return replace(before, next_at=now, failures=0, failing_since=None, reason=None, health=Health.WELL)


def news_of(items: Iterable[Item], now: datetime, *, first: bool) -> tuple[Taken, ...]:
    """Return what of a feed's entries is kept, none dated ahead of `now` and none older than items are kept.

    `first`: the feed was never read before, so what it has may be of any age; later, whatever appears is this week's,
    even when it says it is some days old: nobody was shown it.
    """
    found, undated = [], 0
    for item in items:
        if item.published is None:
            undated += 1
            if not first or undated <= UNDATED_AT_FIRST:
                found.append(Taken(item, now))
            continue
        published = min(item.published, now)
        if now - published > ITEM_KEPT:
            continue
        at = published if first or now - published > LATE else now
        found.append(Taken(replace(item, published=published), at))
    return tuple(found)


def prints_of(item: Item) -> tuple[str, ...]:
    """Return the prints of the signs by which a feed's entry is known again, short and of no meaning by themselves."""
    signs = item.keys
    if item.published is not None:  # a title may be too short to be a sign, but not with its second
        signs = (*signs, f"moment:{item.published.isoformat()}:{item.title}")
    return tuple(dict.fromkeys(map(_print, signs)))


def _print(sign: str) -> str:
    digest = blake2b(sign.encode("utf-8", "replace"), digest_size=12).digest()
    return urlsafe_b64encode(digest).decode("ascii")


def _mark(given: str | None) -> str | None:
    """Return what is to be given back at the next visit; nobody needs a page of it."""
    return given if given is not None and len(given) <= _LONGEST_MARK and given.isprintable() else None


def _later(now: datetime, wait: timedelta, chance: float) -> datetime:
    return now + wait * (1 + JITTER * min(1.0, max(0.0, chance)))
