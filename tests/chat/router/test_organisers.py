"""What only those who run a group may do: the command, its buttons, and who is asked about when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Answer, How, Reply
from bot.chat.router import CALL, Router
from bot.chat.text import plain
from bot.core.refs import Platform, UserRef
from tests.callers import in_group, in_private, on_server
from tests.chat.club import Club
from tests.stores import Gate, House

REFUSED = "The people who run this group can do that: its admins on Telegram, whoever has Manage Server on Discord."
ADMIN = replace(on_server(), admin=True)
CHANGE = pack(Press.of("club.change", "ten"))


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


async def test_an_organiser_runs_the_command_and_its_buttons(router: Router) -> None:
    assert _said(await router.call(ADMIN, "rules", {})) == "the rules"
    assert _said(await router.press(ADMIN, CHANGE)) == "changed to ten"


async def test_everybody_else_is_told_who_can(router: Router) -> None:
    assert _said(await router.call(on_server(), "rules", {})) == REFUSED
    assert _said(await router.press(on_server(), CHANGE)) == REFUSED
    assert _said(await router.press(on_server(), pack(Press.of(CALL, "rules")))) == REFUSED


async def test_whoever_runs_the_bot_may_do_it_in_every_group(club_texts: None) -> None:
    host = on_server("7")
    house = House(gate=Gate((UserRef(Platform.DISCORD, "7"),)))
    router = Router([Club()], house.stores, clock=house.clock)
    assert _said(await router.call(host, "rules", {})) == "the rules"
    assert _said(await router.press(host, CHANGE)) == "changed to ten"


async def test_being_an_admin_of_a_group_opens_nothing_of_the_hosts(router: Router) -> None:
    assert _said(await router.call(ADMIN, "keys", {})) == "Only the person who runs this bot can do that."


async def test_a_refusal_leaves_a_message_that_all_see_as_it_is(router: Router) -> None:
    refused = await router.press(in_group(on_public=True), CHANGE)
    assert isinstance(refused, Reply)
    assert (refused.how, refused.public) == (How.TOAST, False)


async def test_a_link_cannot_make_an_organiser_change_something(router: Router) -> None:
    payload = to_start(CHANGE)
    assert payload is not None
    assert "older version" in _said(await router.land(replace(in_private(), admin=True), payload))


async def test_in_a_group_where_all_read_along_no_door_leads_to_a_private_chat_that_could_not_answer(
    router: Router,
) -> None:
    answer = await router.call(replace(in_group(), admin=True), "rules", {})
    assert isinstance(answer, Reply)
    assert [[button.label for button in row] for row in answer.rows] == [["Change"]]
    assert answer.public


@pytest.mark.parametrize(
    ("wire", "theirs"),
    [
        (CHANGE, True),
        (pack(Press.of(CALL, "rules")), True),
        (pack(Press.of(CALL, "meet")), False),
        (pack(Press.of(CALL)), False),
        (pack(Press.of(CALL, "nothing")), False),
        (pack(Press.of("club.page", 1, "x")), False),
        ("club.nothing", False),
        ("~000000000000000000000000", False),
        ("", False),
    ],
)
def test_a_platform_can_tell_what_is_for_organisers(router: Router, wire: str, theirs: bool) -> None:
    assert router.is_for_organisers(wire) is theirs
