"""Who sees an answer: private by default, nobody's public message changed in passing, nothing personal read by all."""

from __future__ import annotations

import pytest

from bot.chat.context import Caller
from bot.chat.press import Press, from_start, pack, unpack
from bot.chat.reply import Answer, How, Reply
from bot.chat.router import CALL, Router
from bot.chat.text import plain
from tests.callers import in_group, in_private, on_server

PAGE = pack(Press.of("club.page", 3, "rl"))  # edits in place
WHISPER = pack(Press.of("club.whisper"))  # says something new
RATE = pack(Press.of("club.rate", "advanced"))  # a toast
SHARE = pack(Press.of("club.share"))  # shown to everybody
MEET = pack(Press.of(CALL, "meet"))
BOARD = pack(Press.of(CALL, "board"))


def _reply(answer: Answer) -> Reply:
    assert isinstance(answer, Reply)
    return answer


@pytest.mark.parametrize(
    ("caller", "wire", "how", "public"),
    [
        (in_private(), PAGE, How.EDIT, False),
        (in_private(), WHISPER, How.NEW, False),
        (in_private(), RATE, How.TOAST, False),
        (in_private(), MEET, How.EDIT, False),
        (on_server(), PAGE, How.EDIT, False),
        (on_server(), MEET, How.EDIT, False),
        (on_server(), SHARE, How.NEW, True),
        # Under a message that everybody sees, the presser is answered alone and the message stays.
        (on_server(on_public=True), PAGE, How.NEW, False),
        (on_server(on_public=True), WHISPER, How.NEW, False),
        (on_server(on_public=True), RATE, How.TOAST, False),
        (on_server(on_public=True), MEET, How.NEW, False),
        (on_server(on_public=True), SHARE, How.NEW, True),
        (on_server(on_public=True), BOARD, How.EDIT, True),
        # Where nobody can be answered alone, the answer is for all of them and says nothing of anybody.
        (in_group(on_public=True), PAGE, How.EDIT, True),
        (in_group(on_public=True), WHISPER, How.NEW, True),
        (in_group(on_public=True), RATE, How.TOAST, False),
        (in_group(on_public=True), MEET, How.EDIT, True),
        (in_group(on_public=True), BOARD, How.EDIT, True),
    ],
)
async def test_a_press_is_answered_where_it_may_be(
    router: Router, caller: Caller, wire: str, how: How, public: bool
) -> None:
    answer = _reply(await router.press(caller, wire))
    assert (answer.how, answer.public) == (how, public)


@pytest.mark.parametrize("caller", [on_server(on_public=True), in_group(on_public=True)])
async def test_a_refusal_under_a_public_message_is_one_line_for_the_presser(router: Router, caller: Caller) -> None:
    refused = _reply(await router.press(caller, "nonsense"))
    assert (refused.how, refused.public) == (How.TOAST, False)


async def test_a_shared_answer_can_be_taken_back_in_place(router: Router) -> None:
    back = _reply(await router.press(on_server(), SHARE)).rows[0][0]
    press = unpack(back.wire)
    assert press is not None
    assert press.owner == on_server().user.id
    taken = _reply(await router.press(on_server(on_public=True), back.wire))
    assert (taken.how, taken.public) == (How.EDIT, True)


async def test_an_impersonal_answer_offers_the_callers_own_by_a_deep_link(router: Router) -> None:
    answer = _reply(await router.call(in_group(), "meet", {"note": "rl", "hour": 9}))
    mine = answer.rows[-1][0]
    assert (mine.label, mine.landing) == ("My answer, in private", True)
    wire = from_start(mine.wire)
    assert wire is not None
    assert unpack(wire) == Press.of(CALL, "meet", "rl", "", 9)
    landed = _reply(await router.land(in_private(), mine.wire))
    assert plain(landed.text) == "'rl', None, 9, None"
    assert all(not button.landing for row in landed.rows for button in row)


async def test_the_way_to_ones_own_answer_does_not_repeat_words_that_were_acted_on(router: Router) -> None:
    answer = _reply(await router.call(in_group(), "jot", {"note": "x"}))
    landed = _reply(await router.land(in_private(), answer.rows[-1][0].wire))
    assert plain(landed.text) == "the notes"


async def test_an_answer_in_private_offers_no_way_to_itself(router: Router) -> None:
    for caller in (in_private(), on_server()):
        answer = _reply(await router.call(caller, "meet", {}))
        assert [button.label for row in answer.rows for button in row] == ["Page"]


async def test_a_public_commands_answer_is_everybodys_and_needs_no_own_one(router: Router) -> None:
    assert _reply(await router.call(in_group(), "board", {})).rows == ()


async def test_the_way_to_ones_own_answer_finds_room_in_a_full_message(router: Router) -> None:
    answer = _reply(await router.call(in_group(), "crowd", {}))
    assert [len(row) for row in answer.rows] == [1, 1, 1, 1, 2]
    assert answer.rows[-1][-1].label == "My answer, in private"


async def test_personal_buttons_lead_to_the_private_chat_where_everybody_reads(router: Router) -> None:
    page = _reply(await router.call(in_group(), "meet", {})).rows[0][0]
    assert page.landing
    page = _reply(await router.call(on_server(), "meet", {})).rows[0][0]
    assert not page.landing


@pytest.mark.parametrize(("caller", "impersonal"), [(in_private(), False), (on_server(), False), (in_group(), True)])
async def test_the_cog_is_told_when_it_must_not_be_personal(router: Router, caller: Caller, impersonal: bool) -> None:
    answer = _reply(await router.tell(caller, lambda ctx: Reply((str(ctx.impersonal),))))
    assert plain(answer.text) == str(impersonal)
