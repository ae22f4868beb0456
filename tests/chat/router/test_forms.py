"""Forms: opened by a press, their answers taken by the submission they name, with the press's arguments."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Answer, Field, Form, How, Reply
from bot.chat.router import Router
from bot.chat.text import plain
from tests.callers import in_group, in_private, on_server

OLD = "This button is from an older version. Please ask again."


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


async def _opened(router: Router, number: int = 4) -> Form:
    form = await router.press(in_private(), f"club.ask|{number}")
    assert isinstance(form, Form)
    return form


async def test_a_press_opens_a_form_that_knows_where_its_answers_go(router: Router) -> None:
    form = await _opened(router)
    assert (form.title, form.wire) == ("Suggest", "club.asked|4")
    assert form.fields == (Field("title", "Title"), Field("why", "Why"))


async def test_answers_reach_the_submission_with_the_presses_arguments(router: Router) -> None:
    form = await _opened(router)
    answer = await router.submit(in_private(), form.wire, {"title": "CS231n", "why": "it is clear"})
    assert _said(answer) == "4: CS231n because it is clear"


async def test_a_form_can_be_landed_on(router: Router) -> None:
    payload = to_start("club.ask|4")
    assert payload is not None
    assert isinstance(await router.land(in_private(), payload), Form)


@pytest.mark.parametrize(
    ("caller", "how", "public"),
    [
        (in_private(), How.EDIT, False),
        (on_server(), How.EDIT, False),
        (on_server(on_public=True), How.NEW, False),
        (in_group(), How.EDIT, True),
    ],
)
async def test_the_answer_to_a_form_is_seen_like_that_to_a_press(
    router: Router, caller: object, how: How, public: bool
) -> None:
    answer = await router.submit(caller, "club.asked|4", {"title": "x"})  # type: ignore[arg-type]
    assert isinstance(answer, Reply)
    assert (answer.how, answer.public) == (how, public)


@pytest.mark.parametrize("wire", ["", "nonsense", "club.asked", "club.asked|four", "club.asked|1|2", "club.page|1|x"])
async def test_a_forged_form_is_refused_politely(router: Router, wire: str) -> None:
    with capture_logs() as logs:
        assert _said(await router.submit(in_private(), wire, {"title": "x"})) == OLD
    assert logs == []


async def test_a_form_bound_to_one_person_is_nobody_elses(router: Router) -> None:
    wire = pack(Press("club.asked", ("4",), owner="1"))
    assert _said(await router.submit(in_private("2"), wire, {"title": "x"})).startswith("This button is for the person")
    assert _said(await router.submit(in_private("1"), wire, {"title": "x"})) == "4: x because "


async def test_answers_are_cut_and_cleaned_before_a_cog_sees_them(router: Router) -> None:
    answer = await router.submit(in_private(), "club.asked|4", {"title": "a\0b\u202ec" + "d" * 9000})
    assert _said(answer).startswith("4: abcd")
    assert len(_said(answer)) < 4100


async def test_a_form_without_its_answers_breaks_only_its_own_turn(router: Router) -> None:
    with capture_logs() as logs:
        said = _said(await router.submit(in_private(), "club.asked|4", {}))
    assert said.startswith("Something went wrong on our side.")
    assert len(logs) == 1
