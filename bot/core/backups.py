"""Which backups are kept: seven of the last days, four of the last weeks, none for longer than members were promised.

Only names and moments; it knows no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from bot.core.retention import BACKUP_KEPT

DAILY, WEEKLY = 7, 4
_NAME = re.compile(r"moim-(\d{8}T\d{6}Z)\.db")
_BESIDE = re.compile(r"(?:revision-\w+|before-restore|damaged)\.(\d{8}T\d{6}Z)(?:-wal|-shm)?")
_STAMP = "%Y%m%dT%H%M%SZ"


def name_of(moment: datetime) -> str:
    """Return the file name of a backup made at `moment`."""
    return f"moim-{moment.astimezone(UTC).strftime(_STAMP)}.db"


def moment_of(name: str) -> datetime | None:
    """Return when the backup called `name` was made, None for what is none of ours."""
    return _moment(_NAME.fullmatch(name))


def moment_beside(name: str, database: str) -> datetime | None:
    """Return when a copy was made that the program put beside the file `database`, None for anything else there."""
    own, _, rest = name.partition(f"{database}.")
    return _moment(_BESIDE.fullmatch(rest)) if not own and rest else None


def is_spent(made: datetime, now: datetime) -> bool:
    """Say whether a copy has had its time, whoever it is of."""
    return now - made >= BACKUP_KEPT


def spent(made: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """Return which backups are to go, of those made at these moments."""
    moments = sorted(made)
    days: dict[date, datetime] = {}
    weeks: dict[tuple[int, int], datetime] = {}
    for moment in moments:
        if is_spent(moment, now):
            continue
        day = moment.astimezone(UTC).date()
        days[day] = moment  # the last of a day
        weeks.setdefault(day.isocalendar()[:2], moment)  # the first of a week: tomorrow it still is
    today = now.astimezone(UTC).date()
    kept = {moment for day, moment in days.items() if today - day < timedelta(days=DAILY)}
    kept |= set(_newest(weeks, WEEKLY).values())
    return frozenset(moments) - kept


def _newest(weeks: Mapping[tuple[int, int], datetime], count: int) -> Mapping[tuple[int, int], datetime]:
    return {week: weeks[week] for week in sorted(weeks)[-count:]}


def _moment(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
