"""Somebody we know is noted where they are met, on the side; a stranger is not written down for asking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.chat.reply import Reply
from bot.chat.router import Router
from bot.core.refs import Place, UserRef
from tests.callers import GUILD, in_private, on_server
from tests.chat.club import Club
from tests.stores import House


class Notes:
    """Keeps who was met where."""

    def __init__(self) -> None:
        self.met: list[tuple[str, str | None]] = []
        self.failing = False

    async def note_member(self, user: UserRef, place: Place) -> None:
        if self.failing:
            raise OSError("no disk")
        self.met.append((user.id, place.space.id if place.space else None))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def known(club_texts: None, house: House, notes: Notes) -> Router:
    house.people.meet(on_server().user)
    return Router([Club()], replace(house.stores, meetings=notes), clock=house.clock)


async def test_somebody_known_is_noted_in_a_space_and_nowhere_else(known: Router, notes: Notes) -> None:
    await known.call(on_server(), "board", {})
    await known.press(on_server(), "club.page|1|x")
    await known.call(in_private(), "board", {})
    await known.call(on_server("2"), "board", {})
    await known.finish()
    assert notes.met == [("1", GUILD.id), ("1", GUILD.id)]


async def test_somebody_new_is_noted_with_the_first_thing_they_say_of_a_resource(known: Router, notes: Notes) -> None:
    """Whoever notes looks whether the press made them known; asking never does."""
    await known.call(on_server("2"), "board", {})
    await known.press(on_server("2"), "club.page|1|x")
    await known.press(in_private("3"), "club.page|1|x")
    await known.finish()
    assert notes.met == [("2", GUILD.id)]


async def test_a_note_that_cannot_be_kept_costs_nobody_their_answer(known: Router, notes: Notes) -> None:
    notes.failing = True
    with capture_logs() as logs:
        assert isinstance(await known.call(on_server(), "board", {}), Reply)
        await known.finish()
    assert [line["log_level"] for line in logs] == ["error"]
