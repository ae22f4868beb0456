"""Whether a link still opens: what one visit to it means, and what several visits together say.

One try is never a verdict: a server may have a bad day, and some turn every program away. Pure; it fetches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import quote, urlsplit

ROUND = timedelta(days=7)  # between two visits to a link that is well
AGAIN = timedelta(days=1)  # and to one that was not
GONE_DAYS, FAILED_DAYS, MOVED_DAYS = 2, 3, 2  # days on which a visit must have met it
_GONE = frozenset((404, 410))
_NOT_FOR_PROGRAMS = frozenset((401, 402, 403, 405, 406, 407, 408, 425, 429, 451, 999))  # says little about people
_YOUTUBE = frozenset(("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"))
_DOOR = re.compile(r"(?:^|[/._-])(?:log-?in|sign-?in|signup|sso|oauth\d?|auth|consent|captcha)(?:$|[/._?-])", re.I)
_LANGUAGES = "en|ko|kr|ja|zh|de|fr|es|pt|ru|it"
_SAME_PART = re.compile(
    rf"(?:{_LANGUAGES})(?:[-_][a-z]{{2}})?|latest|stable|current|main|master|index\.(?:html?|php)"
    r"|v\d{1,2}(?:\.\d{1,2})*|\d{1,2}(?:\.\d{1,2}){1,2}",
    re.IGNORECASE,
)


class Met(StrEnum):
    """What one visit met."""

    OPENED = "opened"
    MOVED = "moved"  # it opened at another address, for good
    GONE = "gone"
    FAILED = "failed"
    UNSURE = "unsure"  # it turned a program away


class Verdict(StrEnum):
    """What is said of a link. The values are stored."""

    UNKNOWN = "unknown"  # not visited often enough to say anything
    FINE = "fine"
    MOVED = "moved"
    UNSURE = "unsure"
    DEAD = "dead"


TO_MEND = (Verdict.DEAD, Verdict.MOVED)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. `reason` is a status or one word; `answered`: there was a server that said something."""

    met: Met
    reason: str = ""
    moved_to: str | None = None
    answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """How it stands with a link. `since`: when the first of the visits was that the verdict, or a doubt, rests on."""

    url: str
    next_at: datetime
    verdict: Verdict = Verdict.UNKNOWN
    reason: str = ""
    moved_to: str | None = None
    failed_days: int = 0
    gone_days: int = 0
    moved_days: int = 0
    counted_on: date | None = None
    since: datetime | None = None
    checked_at: datetime | None = None
    answered_at: datetime | None = None
    told_at: datetime | None = None


def first_visit(url: str, now: datetime) -> LinkHealth:
    """Return a link that was not looked at yet; a catalogue's links are spread over the whole round."""
    return LinkHealth(url=url, next_at=now + ROUND * _place_of(url, ""))


def put_off(link: LinkHealth, now: datetime) -> LinkHealth:
    """Return the link as it was, to be looked at within hours: the fault was ours."""
    return replace(link, next_at=now + timedelta(hours=1) + timedelta(hours=2) * _place_of(link.url, str(now)))


def after(link: LinkHealth, visit: Visit, now: datetime) -> LinkHealth:
    """Return how it stands with a link after a visit `now` (aware). Only the first failure of a day counts."""
    today = now.astimezone(UTC).date()
    seen = replace(link, checked_at=now, answered_at=now if visit.answered else link.answered_at)
    match visit.met:
        case Met.OPENED:
            found = replace(_cleared(seen), verdict=Verdict.FINE)
        case Met.MOVED:
            found = _moved(seen, visit, now, today)
        case Met.UNSURE:
            found = replace(seen, verdict=Verdict.UNSURE, reason=visit.reason, moved_to=None, moved_days=0)
        case Met.GONE | Met.FAILED:
            found = _failed(seen, visit, now, today)
    doubted = bool(found.failed_days) and found.verdict is not Verdict.DEAD
    doubted = doubted or 0 < found.moved_days < MOVED_DAYS
    wait = AGAIN if doubted and visit.met is not Met.UNSURE else ROUND
    return replace(found, next_at=now + wait * (0.85 + 0.3 * _place_of(link.url, today.isoformat())))


def _cleared(link: LinkHealth) -> LinkHealth:
    """Return the link without anything that was held against it: the next time is news again."""
    clean = LinkHealth(url=link.url, next_at=link.next_at)
    return replace(clean, checked_at=link.checked_at, answered_at=link.answered_at)


def _moved(link: LinkHealth, visit: Visit, now: datetime, today: date) -> LinkHealth:
    same = link.moved_to == visit.moved_to and link.moved_days > 0
    days = link.moved_days + (link.counted_on != today) if same else 1
    verdict = Verdict.MOVED if days >= MOVED_DAYS else Verdict.FINE
    base = replace(_cleared(link), told_at=link.told_at if same else None)
    return replace(
        base,
        verdict=verdict,
        reason=visit.reason,
        moved_to=visit.moved_to,
        moved_days=days,
        counted_on=today,
        since=link.since if same else now,
    )


def _failed(link: LinkHealth, visit: Visit, now: datetime, today: date) -> LinkHealth:
    new = link.counted_on != today or not link.failed_days
    failed = link.failed_days + new
    gone = link.gone_days + (1 if visit.met is Met.GONE and new else 0)
    dead = gone >= GONE_DAYS or failed >= FAILED_DAYS
    return replace(
        link,
        verdict=Verdict.DEAD if dead else _before(link),
        reason=visit.reason,
        moved_to=None,
        moved_days=0,
        failed_days=failed,
        gone_days=gone,
        counted_on=today,
        since=link.since if link.failed_days else now,
        told_at=link.told_at if link.verdict is Verdict.DEAD else None,
    )


def _before(link: LinkHealth) -> Verdict:
    return Verdict.FINE if link.verdict in (Verdict.FINE, Verdict.MOVED) else Verdict.UNKNOWN


def visit_of_status(status: int, wait: bool = False) -> Visit:
    """Return what a status means that is no success; with `wait` the server asked for patience."""
    if status in _GONE:
        return Visit(Met.GONE, str(status))
    if status in _NOT_FOR_PROGRAMS or wait:
        return Visit(Met.UNSURE, str(status))
    return Visit(Met.FAILED, str(status))


def visit_of_page(url: str, found_at: str, moved_to: str | None) -> Visit:
    """Return what it means that `url` opened at `found_at`; `moved_to` is where it says it lives for good."""
    if _is_door(found_at) and not _is_door(url):
        return Visit(Met.UNSURE, "door")
    if moved_to is None or is_same_page(url, moved_to):
        return Visit(Met.OPENED)
    return Visit(Met.MOVED, "front-page" if _is_front(moved_to) and not _is_front(url) else "", moved_to)


def is_same_page(one: str, other: str) -> bool:
    """Say whether two addresses are one page: with or without `www`, https, a last slash, a language or a version."""
    asked, found = urlsplit(one), urlsplit(other)
    return _known_as(one) == _known_as(other) and asked.query in ("", found.query)


def address_to_ask(url: str) -> str:
    """Return the address that tells whether `url` opens: YouTube shows a page also for a video that is gone."""
    parts = urlsplit(url)
    if parts.hostname not in _YOUTUBE:
        return url
    if parts.path in ("/watch", "/playlist") or parts.hostname == "youtu.be":
        return f"https://www.youtube.com/oembed?format=json&url={quote(url, safe='')}"
    return url


def _known_as(url: str) -> tuple[str, tuple[str, ...]]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return host, tuple(part.casefold() for part in parts.path.split("/") if part and not _SAME_PART.fullmatch(part))


def _is_front(url: str) -> bool:
    return not _known_as(url)[1] and not urlsplit(url).query


def _is_door(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return host.startswith(("accounts.", "login.", "signin.", "sso.", "consent.", "auth.")) or bool(
        _DOOR.search(parts.path)
    )


def _place_of(url: str, salt: str) -> float:
    """Return a place of the link between 0 and 1, the same for every process."""
    return int.from_bytes(blake2b(f"{salt}\n{url}".encode(), digest_size=4).digest()) / 2**32
