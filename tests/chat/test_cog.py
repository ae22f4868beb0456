"""What a cog declares is read from its methods: names, options, types, and nothing else."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from inspect import signature
from typing import Annotated, Any, Optional

import pytest

from bot.chat.cog import (
    Bounds,
    Cog,
    Completes,
    Completion,
    OfferHandler,
    PostHandler,
    PressHandler,
    SubmitHandler,
    command,
    completion,
    post,
    press,
    submission,
)
from bot.chat.context import Context
from bot.chat.reply import Choice, Form, Reply
from bot.chat.spec import Access, Audience, Command, Option, Where


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Everything(Cog):
    name = "everything"
    short = "ev"

    @command(
        audience=Audience.PUBLIC, where=Where.GROUP, access=Access.HOST, menu_private=3, menu_group=4, on_message=True
    )
    async def zebra(
        self,
        ctx: Context,
        words: Annotated[str | None, Completes("known")] = None,
        bare: str = "",
        colour: Colour | None = None,
        old_style: Optional[int] = None,  # noqa: UP045 - cogs may be written either way
        inside: Annotated[int, Bounds(1, 5)] | None = None,
        outside: Annotated[int | None, Bounds(0, 0)] = None,
    ) -> Reply:
        return Reply()

    @command()
    async def ant(self, ctx: Context) -> Reply:
        return Reply()

    @completion
    def known(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        return ()

    @press(opens_form=True, lands=True)
    async def turn(self, ctx: Context, number: int, colour: Colour, word: str) -> Form:
        raise NotImplementedError

    @press()
    async def plain(self, ctx: Context) -> Reply:
        return Reply()

    @submission
    async def filled(self, ctx: Context, number: int, *, answers: dict[str, str]) -> Reply:
        return Reply()

    @post
    async def weekly(self, ctx: Context, *, title: str) -> Reply:
        return Reply()

    async def not_declared(self, ctx: Context) -> Reply:
        return Reply()


def _declared(cog: Cog, kind: type[Any]) -> list[Any]:
    return [declared for declared, _ in cog.declared() if isinstance(declared, kind)]


def test_options_come_from_the_signature_however_they_are_written() -> None:
    zebra: Command = _declared(Everything(), Command)[0]
    assert zebra.options == (
        Option("words", str, "known"),
        Option("bare", str),
        Option("colour", Colour),
        Option("old_style", int),
        Option("inside", int, least=1, most=5),
        Option("outside", int, least=0, most=0),
    )
    assert zebra.options[2].choices == ("red", "blue")
    assert zebra.options[0].choices == zebra.options[3].choices == ()


def test_what_the_decorator_says_reaches_the_command() -> None:
    zebra: Command = _declared(Everything(), Command)[0]
    assert (zebra.name, zebra.cog) == ("zebra", "everything")
    assert (zebra.audience, zebra.where, zebra.access) == (Audience.PUBLIC, Where.GROUP, Access.HOST)
    assert (zebra.menu_private, zebra.menu_group, zebra.on_message) == (3, 4, True)


def test_a_cog_can_say_everything_that_a_command_holds() -> None:
    read_from_the_method = {"name", "cog", "method", "options", "message"}
    assert {field.name for field in fields(Command)} - read_from_the_method == set(signature(command).parameters)


def test_a_command_is_private_anywhere_and_for_all_unless_it_says_otherwise() -> None:
    ant: Command = _declared(Everything(), Command)[1]
    assert (ant.audience, ant.where, ant.access) == (Audience.PRIVATE, Where.ANYWHERE, Access.ALL)
    assert (ant.menu_private, ant.menu_group, ant.on_message) == (None, None, False)


def test_commands_come_in_the_order_they_are_written() -> None:
    assert [declared.name for declared in _declared(Everything(), Command)] == ["zebra", "ant"]


def test_presses_and_forms_are_named_after_the_cogs_short_name_and_typed_by_their_arguments() -> None:
    turn, plain = _declared(Everything(), PressHandler)
    assert (turn.name, turn.types, turn.opens_form, turn.lands) == ("ev.turn", (int, Colour, str), True, True)
    assert (plain.name, plain.types, plain.opens_form, plain.lands) == ("ev.plain", (), False, False)
    (filled,) = _declared(Everything(), SubmitHandler)
    assert (filled.name, filled.types) == ("ev.filled", (int,))


def test_posts_are_named_after_the_cog_and_completions_after_themselves() -> None:
    assert [declared.name for declared in _declared(Everything(), PostHandler)] == ["everything.weekly"]
    assert [declared.name for declared in _declared(Everything(), Completion)] == ["known"]


def test_an_inherited_declaration_runs_the_method_of_the_heir() -> None:
    class Heir(Everything):
        name = "heir"

        async def ant(self, ctx: Context) -> Reply:
            return Reply(("heir",))

    methods = {each.name: method for each, method in Heir().declared() if not isinstance(each, OfferHandler)}
    assert "ant" not in methods  # overridden without a declaration: no command any more
    assert "zebra" in methods


class Undecided(Cog):
    name = "undecided"

    @command()
    async def pick(self, ctx: Context, value: int | str = 1) -> Reply:
        return Reply()


class Fractional(Cog):
    name = "fractional"

    @press()
    async def pick(self, ctx: Context, value: float) -> Reply:
        return Reply()


class Demanding(Cog):
    name = "demanding"

    @command()
    async def pick(self, ctx: Context, value: str) -> Reply:
        return Reply()


@pytest.mark.parametrize(
    ("cog", "said"), [(Undecided(), "int | str"), (Fractional(), "float"), (Demanding(), "needs a default")]
)
def test_what_no_platform_could_ask_for_is_refused_at_start(cog: Cog, said: str) -> None:
    with pytest.raises(TypeError) as refused:
        cog.declared()
    assert said in str(refused.value)
