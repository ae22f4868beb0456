"""What was answered before a kill and not yet marked: a small file tells the next process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.core.outbox import Delivery, LetterId, LetterState
from bot.core.refs import Place, Platform, SpaceRef
from bot.scheduler.journal import Journal
from tests.scheduler.street import BOB, START, Clock, Edge, open_street, until

IN_A_TOPIC = Delivery(
    LetterId(7), 2, START, Place(Platform.TELEGRAM, "-100", SpaceRef(Platform.TELEGRAM, "-100"), "5"), "99", "12"
)
TO_BOB = Delivery(LetterId(8), 1, START, Place(Platform.TELEGRAM, "2"), "100")


async def answered_and_killed(file: Path, clock: Clock, journals: Path | None) -> Edge:
    """A process that dies after the platform's answer, before its next transaction."""
    async with open_street(file, clock) as street:
        street.journals = journals
        await street.remind_of("due", START, user=BOB)
        await street.fall()
        courier = await street.courier(Platform.TELEGRAM)
        await courier.turn(street.fences["telegram"])
        await until(lambda: street.telegram.messages)
        await courier.drain()
        return street.telegram


async def test_a2_what_was_answered_before_the_kill_is_not_sent_again(file: Path, tmp_path: Path, clock: Clock) -> None:
    edge = await answered_and_killed(file, clock, tmp_path)
    async with open_street(file, clock) as street:
        street.edges[Platform.TELEGRAM], street.journals = edge, tmp_path
        await street.carry()
        assert edge.texts == ["due"]
        [letter] = (await street.letters(edge.messages[0].key)).values()
        assert (letter.state, letter.doubted_since, letter.sent_message) == (LetterState.SENT, None, "0")
        assert (tmp_path / "telegram").read_bytes() == b"", "the database knows by now"


async def test_a2_control_without_the_journal_it_would_come_twice(file: Path, clock: Clock) -> None:
    edge = await answered_and_killed(file, clock, None)
    async with open_street(file, clock) as street:
        street.edges[Platform.TELEGRAM] = edge
        await street.carry()
        assert edge.texts == ["due", "due | again"]


def test_lines_are_read_back_whole_and_a_torn_one_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "sent", Platform.TELEGRAM)
    journal.note(IN_A_TOPIC)
    journal.note(TO_BOB)
    with (tmp_path / "sent").open("ab") as file:
        file.write(b"rubbish\n9\t1\t2026-11-25T12:0")
    again = Journal(tmp_path / "sent", Platform.TELEGRAM)
    assert again.read() == (IN_A_TOPIC, TO_BOB)
    again.clear()
    assert again.read() == ()
    journal.note(TO_BOB)
    assert again.read() == (TO_BOB,)


def test_a_line_of_an_earlier_try_overwrites_nothing(file: Path, tmp_path: Path, clock: Clock) -> None:
    async def story() -> None:
        async with open_street(file, clock) as street:
            street.journals = tmp_path
            await street.write_to(BOB, "x", "x")
            letter = (await street.letters("x"))["x"]
            Journal(tmp_path / "telegram", Platform.TELEGRAM).note(Delivery(letter.id, 1, START, TO_BOB.place, "5"))
            await street.carry(Platform.TELEGRAM)
            assert (await street.letters("x"))["x"].sent_message == "0", "it was not leased under that number"

    asyncio.run(story())


def test_where_nothing_can_be_written_everything_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "sent", Platform.TELEGRAM)
    journal.note(TO_BOB)
    journal.clear()
    assert journal.read() == ()
