"""Who manages a group is asked of Telegram, for what is the organisers' only."""

from __future__ import annotations

import pytest

from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim

REFUSED = "The people who run this group can do that"


def test_the_owner_and_an_administrator_run_what_is_theirs(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    sim.state(group).members[bob["id"]] = "administrator"
    for user in (sim.user, bob):
        (answer,) = sim.send("/rule", chat=group, user=user)
        assert answer["text"] == "the rules"
        pressed = sim.press("change", message=answer, user=user)
        assert pressed.edits[-1]["text"] == f"changed by {user['first_name']}"


def test_a_member_is_told_who_can_and_the_message_stays(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (refused,) = sim.send("/rule", chat=group, user=bob)
    assert refused["text"].startswith(REFUSED)
    (answer,) = sim.send("/rule", chat=group)
    pressed = sim.press("change", message=answer, user=bob)
    assert pressed.edits == []
    assert pressed.answer is not None and pressed.answer["text"].startswith(REFUSED)


def test_a_form_for_organisers_is_taken_from_one(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/rule", chat=group)
    (question,) = sim.press("amend", message=answer, quiet=0.1).replies
    (done,) = sim.send("no shouting", chat=group, reply_to=question)
    assert done["text"] == "amended: no shouting"


def test_an_anonymous_admin_is_one_without_being_asked_about(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/rule", chat=group, anonymous=True)
    assert answer["text"] == "the rules"
    assert sim.calls("getChatMember") == []


def test_nobody_is_asked_about_for_anything_else(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/recommend rl", chat=group)
    sim.press("more", message=answer)
    sim.send("/rule")  # in private it is no group's
    assert sim.calls("getChatMember") == []


def test_where_the_bot_may_not_ask_the_list_of_administrators_tells(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    sim.fail("getChatMember", status=400, body="Bad Request: CHAT_ADMIN_REQUIRED", times=2)
    assert sim.send("/rule", chat=group)[0]["text"] == "the rules"
    assert sim.send("/rule", chat=group, user=bob)[0]["text"].startswith(REFUSED)


@pytest.mark.parametrize("method", ["getChatMember", "getChatAdministrators"])
def test_what_cannot_be_known_opens_nothing(sim: TelegramSim, bot: Served, method: str) -> None:
    group = sim.add_group("Lab")
    sim.fail("getChatMember", status=400 if method == "getChatAdministrators" else 502, body="Bad Request: no")
    sim.fail(method, status=502)
    assert sim.send("/rule", chat=group)[0]["text"].startswith(REFUSED)
