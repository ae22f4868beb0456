"""The nights of the house: what is past its time goes, everything else stays, backups come and go."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.digest.fetching import Taken, first_visit
from bot.core.digest.items import Item
from bot.core.outbox import LetterState, NewLetter
from bot.core.people import EntryState
from bot.core.reading import Purpose
from bot.core.refs import Place, Platform, UserRef
from bot.core.retention import BACKUP_KEPT, CODE_KEPT, LETTER_KEPT, RULES, Rule
from bot.core.schedule import NewSchedule, ScheduleState
from bot.services import lookout
from bot.services.backups import Backups, newest
from bot.services.lookout import Lookout
from bot.services.memory import Memory
from bot.services.outbox import Outbox
from bot.services.troubles import Trouble, Troubles
from bot.services.upkeep import Upkeep
from bot.storage import Storage, StorageError
from bot.storage.tables import metadata

START = datetime(2026, 11, 25, 4, tzinfo=UTC)
HOST, OTHER = UserRef(Platform.DISCORD, "7"), UserRef(Platform.TELEGRAM, "8")
MINSU = UserRef(Platform.DISCORD, "1")
DAY = timedelta(days=1)


class House:
    """The services of the night over one database, with a clock that the test moves."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.folder, self.now = storage, folder, START
        self.outbox = Outbox(storage, self.clock)
        self.troubles = Troubles(storage, self.outbox, (HOST,), self.clock)
        self.backups = Backups(storage, folder, self.clock, self.troubles)
        self.upkeep = Upkeep(storage, self.clock)
        self.holds, self.ahead = 0, 0.3
        self.told: list[str] = []

        async def ahead() -> float | None:
            return self.ahead

        self.lookout = Lookout(
            storage,
            self.troubles,
            self.clock,
            holds=lambda: self.holds,
            ahead=ahead,
            directly=lambda post, key: self.told.append(post),
        )

    def clock(self) -> datetime:
        return self.now

    async def night(self) -> None:
        for _, chore in (*self.upkeep.nightly, ("backup", self.backups.night)):
            await chore()

    async def letters(self) -> list[str]:
        """The posts that wait for the host."""
        async with self.storage.write() as uow:
            found = await uow.outbox.lease(Platform.DISCORD, self.now, self.now + DAY, 100)
            for letter in found:
                await uow.outbox.end(letter.id, letter.attempt, LetterState.SENT, "", self.now)
        return [letter.post for letter in found]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=lambda: START) as storage:
        yield House(storage, tmp_path / "backups")


def rows(tmp_path: Path, table: str) -> int:
    with closing(sqlite3.connect(tmp_path / "moim.db")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def _fill(house: House) -> None:
    """Something in every table that `core.retention` gives a time, and in those of people's own things."""
    async with house.storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", house.now)
        await uow.entries.set(minsu.id, "d2l", EntryState.GOING, house.now)
        await uow.study.add(
            minsu.id,
            at=house.now,
            day=house.now.date(),
            minutes=30,
            text="x",
            resource_id=None,
            unit=None,
            source="log",
        )
        await uow.aways.start(minsu.id, house.now, None)
        alive = await uow.schedules.add(
            NewSchedule("reminder", house.now + 900 * DAY, {"text": "x"}, minsu.id), house.now
        )
        over = await uow.schedules.add(NewSchedule("reminder", house.now, {"text": "y"}, minsu.id), house.now)
        await uow.schedules.change(over.id, over.version, house.now, state=ScheduleState.ENDED)
        letter = NewLetter(
            "k", "notice", MINSU, "p", identity_id=minsu.id, schedule_id=alive.id, state=LetterState.DEAD
        )
        await uow.outbox.put([letter], house.now)
        await uow.unreachable.mark(MINSU, "closed", house.now)
        await uow.seen.note(Platform.TELEGRAM, ["1"], house.now)
        await uow.codes.make("hash", Purpose.PERSON, minsu.id, None, house.now + CODE_KEPT)
        feed = await uow.news.ensure("lab", "https://lab.example.org/feed", "Lab", first_visit(house.now))
        news = (Taken(Item(source="lab", url="https://lab.example.org/1", title="A post"), house.now),)
        await uow.news.answered(feed.id, feed.visits, news, (), house.now)
        await uow.marks.put("unasked.telegram.5", "", house.now)
        await uow.marks.put("commands", "fingerprint", house.now)
    memory = Memory(house.storage, house.clock)
    await memory.keep({"~token": "rec.more|a long question"}, house.now)
    await memory.begin(MINSU, Place(Platform.DISCORD, "1"), {"answers": []}, house.now)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.lasts is not None], ids=lambda rule: rule.name)
async def test_what_has_a_time_is_gone_after_it_and_was_there_before(house: House, tmp_path: Path, rule: Rule) -> None:
    await _fill(house)
    assert rule.lasts is not None
    for table in rule.tables:
        assert rows(tmp_path, table) == 1, "the test fills every such table"
    house.now = START + rule.lasts / 2
    await house.night()
    for table in rule.tables:
        assert rows(tmp_path, table) == 1
    house.now = START + rule.lasts + DAY
    await house.night()
    for table in rule.tables:
        assert rows(tmp_path, table) == 0


async def test_what_people_keep_outlives_two_years_and_what_ended_does_not(house: House, tmp_path: Path) -> None:
    await _fill(house)
    before = {table: rows(tmp_path, table) for table in metadata.tables}
    house.now = START + 730 * DAY
    await house.night()
    lasting = {table for rule in RULES if rule.lasts is None for table in rule.tables} - {"schedules", "marks"}
    assert {table: rows(tmp_path, table) for table in lasting} == {table: before[table] for table in lasting}
    assert rows(tmp_path, "schedules") == 1, "the one that has ended is gone"
    async with house.storage.read() as uow:
        assert await uow.marks.get("commands") == "fingerprint"
        assert await uow.marks.get("unasked.telegram.5") is None
    assert LETTER_KEPT < 730 * DAY


async def test_every_night_leaves_a_backup_that_can_be_put_back(house: House, tmp_path: Path) -> None:
    await _fill(house)
    for number in range(40):
        house.now = START + number * DAY
        await house.night()
    made = sorted(house.folder.iterdir())
    assert 9 <= len(made) <= 11
    assert newest(house.folder) == house.folder / "moim-20270103T040000Z.db"
    with closing(sqlite3.connect(made[-1])) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    house.now += BACKUP_KEPT
    await house.backups.tidy()
    assert list(house.folder.iterdir()) == []


async def test_copies_beside_the_database_expire_as_promised_and_the_hosts_files_stay(
    house: House, tmp_path: Path
) -> None:
    for name in ("moim.db.revision-0002.20261125T040000Z", "moim.db.damaged.20261125T040000Z-wal", "my-own-copy.db"):
        (tmp_path / name).write_text("")
    house.now = START + BACKUP_KEPT - DAY
    await house.night()
    assert len(list(tmp_path.glob("moim.db.*"))) == 2
    house.now = START + BACKUP_KEPT
    await house.night()
    assert list(tmp_path.glob("moim.db.*")) == []
    assert (tmp_path / "my-own-copy.db").exists()


async def test_a_backup_that_fails_is_told_once_and_again_after_it_worked_in_between(house: House) -> None:
    house.folder.parent.mkdir(exist_ok=True)
    house.folder.write_text("a file where the folder should be")
    for number in range(5):
        house.now = START + number * DAY
        with pytest.raises(StorageError):
            await house.backups.night()
    assert await house.letters() == ["notices.backup"]
    house.folder.unlink()
    house.now += DAY
    await house.backups.night()
    assert await house.letters() == []
    house.now += DAY
    for file in house.folder.iterdir():
        file.unlink()
    house.folder.rmdir()
    house.folder.write_text("again")
    with pytest.raises(StorageError):
        await house.backups.night()
    assert await house.letters() == ["notices.backup"]


async def test_a_trouble_that_lasts_is_told_again_after_a_week(house: House) -> None:
    told = 0
    for number in range(15):
        house.now = START + number * DAY
        told += len(await house.troubles.found(Trouble.DISK, {"free": "3"}))
    assert told == 3


async def test_a_trouble_that_flickers_is_told_once_a_day(house: House) -> None:
    for _ in range(6):
        await house.troubles.found(Trouble.FLOOD, {"count": "9"})
        await house.troubles.over(Trouble.FLOOD)
        house.now += timedelta(hours=1)
    assert await house.letters() == ["notices.flood"]


@pytest.mark.parametrize("days", [8, pytest.param(30, marks=pytest.mark.soak)])
async def test_a_healthy_month_sends_the_host_nothing(house: House, days: int) -> None:
    looks_a_day = DAY // lookout.EVERY
    for number in range(days * looks_a_day):
        house.now = START + number * lookout.EVERY
        await house.lookout.look()
        if number % (looks_a_day * 5) == 0:
            house.holds += 1  # now and then a platform asks to wait
        if number % looks_a_day == 0:
            await house.night()
    assert await house.letters() == []
    assert house.told == []


async def test_letters_that_die_are_told_when_they_pile_up(house: House) -> None:
    async with house.storage.write() as uow:
        dead = [
            NewLetter(f"k{n}", "notice", MINSU, "p", state=LetterState.DEAD) for n in range(lookout.DEAD_OF_A_DAY - 1)
        ]
        await uow.outbox.put(dead, house.now)
    await house.lookout.look()
    assert await house.letters() == []
    async with house.storage.write() as uow:
        await uow.outbox.put([NewLetter("one more", "notice", MINSU, "p", state=LetterState.DEAD)], house.now)
    await house.lookout.look()
    assert await house.letters() == ["notices.dead"]


async def test_a_platform_that_asks_for_quiet_again_and_again_is_told(house: House) -> None:
    for _ in range(lookout.HOLDS_OF_AN_HOUR + 1):
        await house.lookout.look()
        house.now += lookout.EVERY
        house.holds += 1
    assert await house.letters() == ["notices.flood"]


async def test_a_clock_that_is_off_is_told(house: House) -> None:
    house.ahead = -75.0
    for _ in range(lookout.CLOCK_EVERY):
        await house.lookout.look()
    assert await house.letters() == ["notices.clock"]


async def test_a_disk_that_fills_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "LEAST_FREE", 2**60)
    await house.lookout.look()
    assert await house.letters() == ["notices.disk"]


async def test_a_database_that_cannot_be_written_is_told_past_it_once_a_day(house: House, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/moim.db?timeout=0.05"
    async with await Storage.open(url, clock=house.clock) as storage:
        house.lookout._storage = storage
        with closing(sqlite3.connect(tmp_path / "moim.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await house.lookout.look()
            assert house.told == [], "a tool that holds it for a minute needs nobody"
            for _ in range(3):
                await house.lookout.look()
            assert house.told == ["notices.storage"]
            other.execute("ROLLBACK")
        await house.lookout.look()
        assert house.told == ["notices.storage"]
