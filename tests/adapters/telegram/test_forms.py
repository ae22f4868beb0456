"""Forms as conversations: questions one after another, kept over a restart, ended politely."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.core.errors import Unavailable
from bot.services.memory import Memory
from tests.adapters.telegram.served import Served, send_photo
from tests.standins import TelegramSim
from tests.standins.recording import Json

UNKEPT = "I cannot write this down just now. Nothing was changed; please try again in a minute."


@pytest.fixture
def storage_away(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Call it, and no form can be read or written any more."""

    async def away(*_: object) -> None:
        raise Unavailable

    def begin(*doors: str) -> None:
        for door in doors or ("begin", "pending", "end"):
            monkeypatch.setattr(Memory, door, away)

    return begin


def test_a_form_asks_one_question_after_another_and_hands_everything_over(sim: TelegramSim, bot: Served) -> None:
    (first,) = sim.send("/note")
    assert first["text"] == "A note (1/2)\nTitle?\nFor example: A book"
    (second,) = sim.send("  Bishop \n  2006 ")
    assert second["text"] == "A note (2/2)\nWhy?"
    (done,) = sim.send("old\nbut gold")
    assert done["text"] == "noted Bishop 2006 / old\nbut gold"
    assert bot.sample.diary == [("noted", "Bishop 2006", "old\nbut gold")]


def test_a_form_opens_from_a_button_and_the_press_is_answered(sim: TelegramSim, bot: Served) -> None:
    sim.send("/recommend rl")
    pressed = sim.press("add a note", quiet=0.1)
    assert pressed.replies[0]["text"].startswith("A note (1/2)")


def test_a_form_survives_a_restart(sim: TelegramSim, bot: Served, serve: Callable[..., Served]) -> None:
    sim.send("/note")
    sim.send("Bishop")
    bot.stop()
    again = serve()
    (done,) = sim.send("gold")
    assert done["text"] == "noted Bishop / gold"
    assert again.sample.diary == [("noted", "Bishop", "gold")]


def test_an_optional_question_is_skipped_by_button_or_by_sign(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    sim.send("/note")
    sim.send("Bishop")
    assert sim.press("Skip", quiet=0.1).replies[0]["text"] == "noted Bishop /"
    time.sleep(0.7)  # sooner it would be a double tap, which is answered in silence
    assert sim.press("Skip", quiet=0.1).text == "This button has expired. Please ask again."
    sim.send("/note")
    sim.send("Murphy")
    assert sim.send("-")[0]["text"] == "noted Murphy /"


def test_a_required_question_takes_the_skip_sign_literally(sim: TelegramSim, bot: Served) -> None:
    sim.send("/note")
    assert sim.send("-")[0]["text"] == "A note (2/2)\nWhy?"


def test_an_answer_that_does_not_fit_is_asked_for_again(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    sim.send("/note")
    (again,) = sim.send("x" * 21)
    assert again["text"].startswith("That is 21 characters; up to 20 fit. Please shorten it a little.\nA note (1/2)")
    (again,) = send_photo(sim)
    assert again["text"].startswith("I can only take words here.")
    assert sim.send("x" * 20)[0]["text"] == "A note (2/2)\nWhy?"


def test_a_form_is_cancelled_by_command_word_or_button(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    for line in ("/cancel", "/stop", "그만"):
        sim.send("/note")
        assert sim.send(line)[0]["text"] == "Cancelled."
    sim.send("/note")
    assert sim.press("Cancel", quiet=0.1).replies[0]["text"] == "Cancelled."
    assert sim.send("Bishop")[0]["text"].startswith("I answer commands")
    assert bot.sample.diary == []


def test_a_new_command_ends_a_form_quietly(sim: TelegramSim, bot: Served) -> None:
    sim.send("/note")
    assert sim.send("/start", quiet=0.1)[0]["text"] == "hello en"
    assert sim.send("Bishop")[0]["text"].startswith("I answer commands")


def test_a_command_word_is_an_answer_while_a_form_is_open(sim: TelegramSim, bot: Served) -> None:
    sim.send("/note")
    sim.send("추천 시스템 입문")
    sim.send("-")
    assert bot.sample.diary == [("noted", "추천 시스템 입문", "")]


def test_while_forms_cannot_be_read_everything_else_is_answered(
    sim: TelegramSim, bot: Served, serve: Callable[..., Served], storage_away: Callable[[], None]
) -> None:
    sim.flood_limits = None
    sim.send("/note")
    bot.stop()
    serve()
    storage_away()
    assert sim.send("Bishop")[0]["text"] == UNKEPT, "it may be an answer"
    assert sim.press("Cancel", quiet=0.1).replies[0]["text"] == UNKEPT
    assert sim.send("/cancel")[0]["text"] == UNKEPT
    assert sim.send("추천 강화학습")[0]["text"].startswith("en: 강화학습")
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    assert sim.send("/help", user=bob)[0]["text"] == "help"
    assert sim.send("/recommend rl", chat=group)[0]["text"] == "en: rl for all"
    assert sim.start_link("campaign-7", user=sim.add_user("Carol"))[0]["text"] == "hello en"


def test_a_question_whose_answer_could_not_be_taken_says_so(
    sim: TelegramSim, bot: Served, storage_away: Callable[[], None]
) -> None:
    storage_away()
    assert sim.send("/note", expect=2)[1]["text"] == UNKEPT


def test_a_filled_in_form_is_not_lost_while_nothing_can_be_written_down(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    sim.send("/note")
    sim.send("Bishop")
    bot.sample.away = True
    assert sim.send("gold")[0]["text"] == UNKEPT
    bot.sample.away = False
    assert sim.send("gold")[0]["text"] == "noted Bishop / gold"
    assert sim.send("gold")[0]["text"].startswith("I answer commands")


def test_a_form_that_was_taken_is_answered_even_when_it_cannot_be_forgotten(
    sim: TelegramSim, bot: Served, storage_away: Callable[..., None]
) -> None:
    sim.flood_limits = None
    sim.send("/note")
    sim.send("Bishop")
    storage_away("end")
    assert sim.send("gold")[0]["text"] == "noted Bishop / gold"
    assert sim.send("gold")[0]["text"].startswith("I answer commands"), "and it is over"


def test_in_a_group_the_question_asks_for_a_reply_from_the_one_who_asked(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob], forum=True, bot_admin=True)
    topic = sim.add_topic(group, "Notes")
    (first,) = sim.send("/note", chat=group, user=bob, thread=topic)
    sent = sim.calls("sendMessage")[-1].body
    assert sent["reply_markup"] == {"force_reply": True, "selective": True, "input_field_placeholder": "A book"}
    assert first["reply_to_message"]["text"] == "/note"
    assert first["message_thread_id"] == topic

    def say(text: str, expect: int, **how: Any) -> list[Json]:
        return sim.send(text, chat=group, thread=topic, expect=expect, quiet=0.12, **how)

    assert say("Bishop", 0, user=bob) == []  # no reply: talk among people
    assert say("Bishop", 0, user=sim.user, reply_to=first) == []  # somebody else's reply
    (second,) = say("Bishop", 1, user=bob, reply_to=first)
    assert second["text"].startswith("A note (2/2)\nWhy?\nA - skips this one.")
    assert say("gold", 0, user=bob, reply_to=first) == []  # the old question is answered already
    (done,) = say("-", 1, user=bob, reply_to=second)
    assert done["text"] == "noted Bishop /"


def test_a_form_opened_by_a_press_in_a_group_names_the_presser(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (card,) = sim.send("/recommend rl", chat=group)
    pressed = sim.press("add a note", message=card, user=bob, quiet=0.2)
    question = pressed.replies[0]
    assert question["text"].startswith("Bob:\nA note (1/2)")
    mention = next(entity for entity in question["entities"] if entity["type"] == "text_mention")
    assert mention["user"]["id"] == bob["id"]
