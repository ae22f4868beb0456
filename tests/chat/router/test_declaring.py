"""A router refuses at start what could not work later, with every reason at once."""

from __future__ import annotations

from typing import Annotated

import pytest

from bot.chat.cog import Cog, Completes, command, press
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.router import BadCommands, Router
from tests.chat.club import Club
from tests.stores import House

WORDY = "p" * 40


class Twin(Club):
    """The same feature again, under another name for its texts only."""

    name = "twin"
    short = "club"


class Longwinded(Cog):
    name = "club"

    async def turn(self, ctx: Context) -> Reply:
        return Reply()

    turn.__name__ = WORDY
    turn = press()(turn)


class Incomplete(Cog):
    name = "club"

    @command()
    async def crash(self, ctx: Context, note: Annotated[str, Completes("nowhere")] = "") -> Reply:
        return Reply()


def _findings(house: House, *cogs: Cog) -> list[str]:
    with pytest.raises(BadCommands) as refused:
        Router(cogs, house.stores, clock=house.clock)
    assert str(refused.value) == "\n".join(refused.value.findings)
    return refused.value.findings


def test_a_good_cog_is_taken(router: Router) -> None:
    names = ["meet", "board", "vote", "keys", "rules", "crash", "jot", "crowd"]
    assert [command.name for command in router.commands] == names


def test_what_is_declared_twice_is_named(club_texts: None, house: House) -> None:
    findings = _findings(house, Club(), Twin())
    assert {"meet: declared twice", "club.page: declared twice", "club.asked: declared twice"} <= set(findings)


def test_texts_that_are_missing_are_named(club_texts: None, house: House) -> None:
    assert "/meet: no text 'twin.command.meet.description' in en" in _findings(house, Twin())


def test_a_press_name_that_leaves_no_room_is_named(club_texts: None, house: House) -> None:
    assert _findings(house, Longwinded()) == [f"club.{WORDY}: not a name that a press can carry"]


def test_a_completion_that_does_not_exist_is_named(club_texts: None, house: House) -> None:
    assert _findings(house, Incomplete()) == ["/crash: no completion 'nowhere' for 'note'"]
