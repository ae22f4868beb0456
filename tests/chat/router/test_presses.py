"""Buttons: what they carry is typed, may be long, may belong to one person, and is never trusted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Answer, How, Reply
from bot.chat.router import CALL, Router
from bot.chat.text import plain
from bot.core.tokens import token_of
from tests.callers import in_group, in_private, on_server
from tests.chat.club import SECRET
from tests.stores import PRESS_KEPT, House

OLD = "This button is from an older version. Please ask again."
EXPIRED = "This button has expired. Please ask again."
NOT_YOURS = "This button is for the person who asked."
LONG = Press.of("club.page", 3, "강화학습으로 로봇을 움직이는 가장 쉬운 방법")


def _reply(answer: Answer) -> Reply:
    assert isinstance(answer, Reply)
    return answer


def _said(answer: Answer) -> str:
    return plain(_reply(answer).text)


def _wire(name: str, *args: str | int) -> str:
    return pack(Press.of(name, *args))


def _payload(press: Press) -> str:
    payload = to_start(pack(press))
    assert payload is not None
    return payload


async def test_a_press_reaches_its_handler_with_typed_arguments(router: Router) -> None:
    assert _said(await router.press(in_private(), _wire("club.page", 3, "rl|2"))) == "page 3 of 'rl|2'"
    assert _said(await router.press(in_private(), _wire("club.rate", "advanced"))) == "rated advanced"


async def test_a_press_can_run_a_command_with_its_options_in_order(router: Router) -> None:
    assert _said(await router.press(in_private(), _wire(CALL, "meet", "rl", "", "9"))) == "'rl', None, 9, None"


async def test_a_command_run_by_a_press_takes_the_pressed_messages_place_in_private(router: Router) -> None:
    assert _reply(await router.press(in_private(), _wire(CALL, "meet"))).how is How.EDIT


@pytest.mark.parametrize(
    "wire",
    [
        "",
        "|",
        "nonsense",
        "club.nothing",
        "club.page",
        "club.page|3",
        "club.page|3|a|b",
        "club.page|three|a",
        "club.page|3.5|a",
        "club.rate|godlike",
        "club.notice|x",
        "club.asked|1",
        "meet",
        "call",
        "call|",
        "call|nothing",
        "call|meet|a|b|c|d|e",
        "!!club.page|3|a",
        "!1!!1!club.page|3|a",
        "__class__",
        "club.__init__",
        "club.page|3|\0",
        "~\0",
        "~" + "\ud800",
        "club.page|3|\udfff",
        "' OR 1=1 --",
    ],
)
async def test_what_is_no_press_of_ours_is_refused_politely(router: Router, wire: str) -> None:
    with capture_logs() as logs:
        said = _said(await router.press(in_private(), wire))
    assert said == OLD
    assert logs == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wire=st.text(max_size=100) | st.from_regex(r"(!\d*!)?(call|club\.[a-z]*)(\|.{0,9}){0,4}"))
async def test_no_forged_wire_breaks_the_router(router: Router, wire: str) -> None:
    with capture_logs() as logs:
        await router.press(in_private(), wire)
    assert [line for line in logs if line["log_level"] == "error"] == [] or wire.startswith(("club.fall", "call|crash"))


async def test_a_long_press_works_until_its_end_date(router: Router, house: House) -> None:
    drawn = _reply(await router.call(in_private(), "meet", {"note": LONG.args[1]}))
    wire = drawn.rows[0][0].wire
    assert wire.startswith("~")
    house.clock.leap(PRESS_KEPT - timedelta(seconds=1))
    assert _said(await router.press(in_private(), wire)) == f"page 1 of {LONG.args[1]!r}"
    house.clock.leap(timedelta(seconds=1))
    assert _said(await router.press(in_private(), wire)) == EXPIRED


async def test_drawn_again_a_long_press_is_kept_once_and_longer(router: Router, house: House) -> None:
    wires = set()
    for _ in range(3):
        drawn = _reply(await router.call(in_private(), "meet", {"note": LONG.args[1]}))
        wires.add(drawn.rows[0][0].wire)
        house.clock.leap(PRESS_KEPT - timedelta(days=1))
    assert len(wires) == len(house.wires) == 1
    assert _said(await router.press(in_private(), wires.pop())).startswith("page 1 of")


async def test_a_token_nobody_kept_has_expired(router: Router) -> None:
    assert _said(await router.press(in_private(), token_of("anything"))) == EXPIRED


async def test_a_menu_line_presses_like_a_button(router: Router) -> None:
    menu = _reply(await router.press(in_private(), _wire("club.topics"))).menu
    assert menu is not None
    short, long = menu.wires
    assert _said(await router.press(in_private(), short)) == "page 1 of 'dl'"
    assert long.startswith("~")
    assert _said(await router.press(in_private(), long)) == f"page 1 of {'긴 ' * 30!r}"


async def test_somebody_elses_button_stays_as_it_is(router: Router) -> None:
    shared = _reply(await router.press(on_server("1", on_public=False), _wire("club.share")))
    back = shared.rows[0][0].wire
    refused = _reply(await router.press(on_server("2", on_public=True), back))
    assert (_said(refused), refused.how, refused.public) == (NOT_YOURS, How.TOAST, False)
    taken = _reply(await router.press(on_server("1", on_public=True), back))
    assert (_said(taken), taken.how, taken.public) == ("taken back", How.EDIT, True)


async def test_a_button_kept_under_a_token_is_bound_to_its_owner_too(router: Router, house: House) -> None:
    wire = pack(Press("club.page", LONG.args, owner="1"))
    await house.wires.keep({token_of(wire): wire}, house.clock())
    assert _said(await router.press(in_private("2"), token_of(wire))) == NOT_YOURS
    assert _said(await router.press(in_private("1"), token_of(wire))).startswith("page 3")


async def test_a_broken_handler_is_told_with_a_reference_and_logged_once(router: Router) -> None:
    with capture_logs() as logs:
        said = _said(await router.press(in_private(), _wire("club.fall")))
    assert len(logs) == 1
    assert said.endswith(f": {logs[0]['reference']}")
    assert SECRET not in said


@pytest.mark.parametrize(
    ("wire", "opens"),
    [("club.ask|1", True), ("club.page|1|x", False), ("call|meet", False), ("~abc", False), ("nonsense", False)],
)
def test_adapters_can_ask_whether_a_press_opens_a_form(router: Router, wire: str, opens: bool) -> None:
    assert router.opens_form(wire) is opens


# deep links


async def test_a_deep_link_lands_on_its_answer_as_a_new_message(router: Router) -> None:
    landed = _reply(await router.land(in_private(), _payload(Press.of("club.page", 3, "rl"))))
    assert (_said(landed), landed.how, landed.public) == ("page 3 of 'rl'", How.NEW, False)
    called = _reply(await router.land(in_private(), _payload(Press.of(CALL, "meet", "강화학습"))))
    assert (_said(called), called.how) == ("'강화학습', None, None, None", How.NEW)


async def test_a_deep_link_may_carry_a_token(router: Router, house: House) -> None:
    group = _reply(await router.call(in_group(), "meet", {"note": LONG.args[1]}))
    page = group.rows[0][0]
    assert page.landing
    assert _said(await router.land(in_private(), page.wire)) == f"page 1 of {LONG.args[1]!r}"


@pytest.mark.parametrize(
    "press",
    [Press.of("club.rate", "advanced"), Press.of("club.share"), Press.of("club.whisper"), Press.of("club.fall")],
)
async def test_a_deep_link_cannot_make_anybody_do_what_they_did_not_press(router: Router, press: Press) -> None:
    assert _said(await router.land(in_private(), _payload(press))) == OLD


async def test_a_deep_link_may_open_a_command_but_not_hand_it_words_to_act_on(router: Router) -> None:
    assert _said(await router.land(in_private(), _payload(Press.of(CALL, "jot")))) == "the notes"
    assert _said(await router.land(in_private(), _payload(Press.of(CALL, "jot", "")))) == "the notes"
    assert _said(await router.land(in_private(), _payload(Press.of(CALL, "jot", "x")))) == OLD
    assert _said(await router.press(in_private(), pack(Press.of(CALL, "jot", "x")))) == "jotted 'x'"


async def test_a_changing_press_cannot_land_by_its_token_either(router: Router, house: House) -> None:
    wire = pack(Press.of("club.rate", "advanced"))
    await house.wires.keep({token_of(wire): wire}, house.clock())
    payload = to_start(token_of(wire))
    assert payload is not None
    assert _said(await router.land(in_private(), payload)) == OLD
    assert _said(await router.press(in_private(), token_of(wire))) == "rated advanced"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.text(max_size=64) | st.from_regex(r"[A-Za-z0-9_-]{0,64}", fullmatch=True))
async def test_no_foreign_deep_link_breaks_the_router(router: Router, payload: str) -> None:
    with capture_logs() as logs:
        said = _said(await router.land(in_private(), payload))
    assert said in (OLD, EXPIRED)
    assert logs == []


async def test_a_deep_link_for_one_person_is_for_nobody_else(router: Router) -> None:
    payload = _payload(Press("club.page", ("3", "x"), owner="1"))
    assert _said(await router.land(in_private("2"), payload)) == NOT_YOURS
    assert _said(await router.land(in_private("1"), payload)) == "page 3 of 'x'"
