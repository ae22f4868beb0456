"""`/manage`: what organisers see of broken links, and who else is told who can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.reply import How
from bot.chat.router import Router
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

ADMIN = replace(on_server("1"), admin=True)
REFUSED = "The people who run this group can do that: its admins on Telegram, whoever has Manage Server on Discord."


@pytest.fixture
async def open_router(router: Router) -> Router:
    for space in (GUILD, GROUP):
        await router.space_arrived(space, "Lab")
        await router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
    return router


async def _report(router: Router, *resources: str, user: str = "50") -> None:
    for resource in resources:
        await router.press(in_private(user), f"rec.broken|{resource}")
    await router.finish()


async def test_with_nothing_to_do_it_says_so(open_router: Router) -> None:
    panel = await open_router.call(ADMIN, "manage", {})
    assert words_of(panel).startswith("Run the group\nNothing to look at just now.")
    assert list(buttons_of(panel)) == ["Look again"]


async def test_open_reports_stand_with_how_many_and_what_could_take_their_place(open_router: Router) -> None:
    await _report(open_router, "d2l", "stanford-cs231n-2017")
    await _report(open_router, "stanford-cs231n-2017", user="51")
    said = words_of(await open_router.call(ADMIN, "manage", {}))
    assert "2 links are said to be broken" in said
    assert said.index("2 people say so, since") < said.index("One person says so, since"), "most people first"
    assert "Instead: " in said


async def test_handled_closes_one_in_place_and_a_new_report_brings_it_back(open_router: Router) -> None:
    await _report(open_router, "d2l", "cs50p")
    panel = await open_router.call(ADMIN, "manage", {})
    assert list(buttons_of(panel)) == ["1 is handled", "2 is handled", "Look again"]
    first = buttons_of(panel)["1 is handled"].wire
    closed = reply_of(await open_router.press(ADMIN, first))
    assert closed.how is How.EDIT
    assert "One link is said to be broken" in words_of(closed)
    assert words_of(await open_router.press(ADMIN, first)) == words_of(closed), "a second tap"
    await _report(open_router, "d2l")
    assert "2 links are said to be broken" in words_of(await open_router.call(ADMIN, "manage", {}))


async def test_members_are_told_who_can(open_router: Router) -> None:
    assert words_of(await open_router.call(on_server("2"), "manage", {})) == REFUSED
    assert words_of(await open_router.press(on_server("2"), "manage.handled|d2l")) == REFUSED
    assert words_of(await open_router.call(replace(in_private(), admin=True), "manage", {})) == (
        "/manage works in a group."
    )


async def test_a_telegram_group_may_read_it_and_its_admins_press_there(open_router: Router) -> None:
    await _report(open_router, "d2l")
    admin = replace(in_group("1"), admin=True)
    panel = reply_of(await open_router.call(admin, "manage", {}))
    assert panel.public
    assert not any(button.landing for button in buttons_of(panel).values())
    pressed = replace(admin, on_public=True)
    closed = reply_of(await open_router.press(pressed, buttons_of(panel)["1 is handled"].wire))
    assert (closed.how, closed.public) == (How.EDIT, True)


async def test_help_lists_it_for_those_who_can(open_router: Router) -> None:
    def listed(answer: object) -> bool:
        return "/manage" in words_of(answer)  # type: ignore[arg-type]

    assert listed(await open_router.press(ADMIN, "help.all"))
    assert not listed(await open_router.press(on_server("2"), "help.all"))
    assert not listed(await open_router.press(in_private(), "help.all"))


async def test_reports_of_rows_that_went_can_be_closed(open_router: Router) -> None:
    assert "is handled" in words_of(await open_router.press(ADMIN, "manage.handled|long-gone-row"))
