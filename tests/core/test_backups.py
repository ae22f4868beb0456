"""Which backups are kept over two years of nights, with machines that are off now and then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.backups import DAILY, WEEKLY, moment_beside, moment_of, name_of, spent
from bot.core.retention import BACKUP_KEPT

NIGHT = datetime(2026, 11, 25, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@given(st.lists(st.booleans(), min_size=60, max_size=120))
def test_night_after_night_seven_days_and_four_weeks_stay_and_nothing_older(nights: list[bool]) -> None:
    kept: set[datetime] = set()
    for number, runs in enumerate(nights):
        now = NIGHT + number * DAY
        kept |= {now} if runs else set()
        kept -= spent(kept, now)
        assert all(now - made < BACKUP_KEPT for made in kept)
        assert len(kept) <= DAILY + WEEKLY
        lately = {NIGHT + n * DAY for n in range(max(0, number - DAILY + 1), number + 1) if nights[n]}
        assert lately <= kept, "every backup of the last seven days"
        assert not runs or now in kept
    if all(nights):
        assert len({made.isocalendar()[:2] for made in kept}) >= WEEKLY
        assert len(kept) >= DAILY + WEEKLY - 1


def test_of_several_on_one_day_the_last_is_kept_and_the_first_of_the_week() -> None:
    made = {NIGHT + timedelta(hours=hour) for hour in range(4)}
    assert spent(made, NIGHT + timedelta(hours=5)) == {NIGHT + timedelta(hours=1), NIGHT + timedelta(hours=2)}


def test_a_name_tells_its_moment_and_other_files_tell_none() -> None:
    assert moment_of(name_of(NIGHT)) == NIGHT
    for other in (
        "moim.db",
        "moim-copy.db",
        "moim-20269999T000000Z.db",
        "x-" + name_of(NIGHT),
        name_of(NIGHT) + ".zip",
    ):
        assert moment_of(other) is None


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("moim.db.revision-0003.20261125T040000Z", True),
        ("moim.db.before-restore.20261125T040000Z", True),
        ("moim.db.damaged.20261125T040000Z", True),
        ("moim.db.damaged.20261125T040000Z-wal", True),
        ("moim.db", False),
        ("moim.db-wal", False),
        ("other.db.revision-0003.20261125T040000Z", False),
        ("moim.db.mine.20261125T040000Z", False),
    ],
)
def test_copies_beside_the_database_are_told_from_the_hosts_own_files(name: str, ours: bool) -> None:
    assert moment_beside(name, "moim.db") == (NIGHT if ours else None)
