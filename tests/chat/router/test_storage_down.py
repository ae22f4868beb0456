"""While storage cannot be used, what only shows is still shown; what would change something says it did not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from structlog.testing import capture_logs

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press, pack
from bot.chat.reply import Button, Choice, Field, Form, Menu, Reply
from bot.chat.router import Router, Stores
from bot.chat.text import plain
from bot.core.errors import Unavailable
from bot.core.people import Person
from bot.core.refs import UserRef
from tests.callers import in_private
from tests.stores import House, People, Wires

LONG = "강화학습으로 로봇을 움직이는 가장 쉬운 방법을 알려 주세요"
UNCHANGED = "I cannot write this down just now. Nothing was changed; please try again in a minute."


class Down(People):
    async def visitor(self, user: UserRef) -> Person | None:
        raise Unavailable


class ReadOnly(Wires):
    async def keep(self, wires: Mapping[str, str], now: datetime) -> None:
        raise Unavailable


class Shop(Cog):
    name = "club"

    @command()
    async def meet(self, ctx: Context) -> Reply:
        buttons = (Button("short", Press.of("club.take", "a")), Button("long", Press.of("club.take", LONG)))
        menu = Menu("which", Press.of("club.take"), (Choice("short", "a"), Choice("long", LONG)))
        return Reply(("picks",), rows=(buttons, (buttons[1],)), menu=menu)

    @press()
    async def take(self, ctx: Context, what: str) -> Reply:
        raise Unavailable

    @press(opens_form=True)
    async def ask(self, ctx: Context, what: str) -> Form:
        return Form("?", Press.of("club.take", what), (Field("word", "Word"),))


class Overlong(Cog):
    name = "club"

    @command()
    async def meet(self, ctx: Context) -> Reply:
        return Reply(("x",), rows=((Button("ask", Press.of("club.ask", LONG)),),))

    @press(opens_form=True)
    async def ask(self, ctx: Context, what: str) -> Form:
        return Form("?", Press.of("club.take", what), (Field("word", "Word"),))


def _router(cog: Cog, people: People, wires: Wires) -> Router:
    house = House()
    return Router([cog], Stores(people, wires, house.gate), clock=house.clock)


async def test_the_catalogue_is_read_to_strangers_while_nobody_can_be_recognised(club_texts: None) -> None:
    with capture_logs() as logs:
        answer = await _router(Shop(), Down(), Wires()).call(in_private(), "meet", {})
    assert isinstance(answer, Reply)
    assert plain(answer.text) == "picks"
    assert [entry["log_level"] for entry in logs] == ["error"]


async def test_buttons_that_cannot_be_kept_are_left_out_and_the_others_stay(club_texts: None) -> None:
    answer = await _router(Shop(), People(), ReadOnly()).call(in_private(), "meet", {})
    assert isinstance(answer, Reply)
    assert [[button.label for button in row] for row in answer.rows] == [["short"]]
    assert answer.menu is not None
    assert [choice.label for choice in answer.menu.choices] == ["short"]
    assert len(answer.menu.wires) == 1


async def test_a_press_that_cannot_be_written_says_that_nothing_was_changed(club_texts: None) -> None:
    answer = await _router(Shop(), People(), Wires()).press(in_private(), pack(Press.of("club.take", "a")))
    assert isinstance(answer, Reply)
    assert plain(answer.text) == UNCHANGED


async def test_a_form_that_would_stand_behind_a_token_is_found_before_anybody_presses_it(club_texts: None) -> None:
    with capture_logs() as logs:
        answer = await _router(Overlong(), People(), Wires()).call(in_private(), "meet", {})
    assert isinstance(answer, Reply)
    assert not answer.rows
    assert [entry["event"] for entry in logs] == ["a turn failed"]


async def test_a_form_whose_press_cannot_be_kept_is_refused(club_texts: None) -> None:
    class Asker(Shop):
        @press(opens_form=True)
        async def ask(self, ctx: Context, what: str) -> Form:
            return Form("?", Press.of("club.take", LONG), (Field("word", "Word"),))

    answer = await _router(Asker(), People(), ReadOnly()).press(in_private(), pack(Press.of("club.ask", "a")))
    assert isinstance(answer, Reply)
    assert plain(answer.text) == UNCHANGED
