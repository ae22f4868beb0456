"""Buttons, menus and toasts: each press answered once, in time, with one effect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim
from tests.standins.recording import Json


@pytest.fixture
def card(sim: TelegramSim, bot: Served) -> Json:
    return sim.send("/recommend rl")[0]


def keyboard(*labelled: tuple[str, str]) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": wire}] for label, wire in labelled]}


def planted(sim: TelegramSim, chat: Json, wire: str) -> Json:
    """A message of the bot with a button we choose."""
    message = sim.world.new_message(chat, sim.world.me, {"text": "old", "reply_markup": keyboard(("old", wire))})
    return sim.world.store(chat, message)


def test_an_edit_changes_the_pressed_message_in_place(sim: TelegramSim, card: Json) -> None:
    pressed = sim.press("more", quiet=0.1)
    assert pressed.edits[0]["text"] == "page 2 of rl"
    assert pressed.edits[0]["message_id"] == card["message_id"]
    assert pressed.replies == []
    assert pressed.text is None
    assert sim.press("more", quiet=0.1).edits[0]["text"] == "page 3 of rl"


def test_a_toast_is_shown_to_the_presser_alone(sim: TelegramSim, card: Json) -> None:
    pressed = sim.press("save", quiet=0.1)
    assert pressed.text == "saved rl"
    assert (pressed.edits, pressed.replies) == ([], [])


def test_a_long_toast_waits_for_a_tap_and_never_exceeds_what_telegram_takes(sim: TelegramSim, bot: Served) -> None:
    short = sim.press("old", message=planted(sim, sim.chat, "sample.talk|200"))
    assert short.text == "w" * 200
    assert short.answer is not None and short.answer["show_alert"] is True
    long = sim.press("old", message=planted(sim, sim.chat, "sample.talk|201"), quiet=0.1)
    assert long.text == "w" * 199 + "…"
    assert long.replies == []


def test_what_is_for_one_person_is_never_posted_in_a_group(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob", started=False)
    group = sim.add_group("Lab", members=[bob])
    (answer,) = sim.send("/recommend rl", chat=group)
    pressed = sim.press("mine only", message=answer, quiet=0.1)
    assert (pressed.edits, pressed.replies) == ([], [])
    assert [message["text"] for message in sim.bot_messages()] == ["secret of Alice"]
    pressed = sim.press("mine only", message=answer, user=bob, quiet=0.1)
    assert (pressed.edits, pressed.replies) == ([], [])
    assert pressed.text == "secret of Bob"


def test_only_taps_of_who_asked_change_a_message_that_others_see(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (answer,) = sim.send("/recommend rl", chat=group)
    pressed = sim.press("more", message=answer, user=bob, quiet=0.1)
    assert (pressed.edits, pressed.replies) == ([], [])
    assert pressed.text == "This one is for you alone, so I answer it in our private chat."
    bobs = sim.world.chats[bob["id"]]
    assert [message["text"] for message in sim.bot_messages(bobs)] == ["page 2 of rl"]
    assert sim.press("more", message=answer, quiet=0.1).edits[0]["text"] == "page 2 of rl"
    assert sim.press("more", chat=bobs, user=bob, quiet=0.1).edits[0]["text"] == "page 3 of rl"


def test_a_tap_of_somebody_who_never_wrote_to_the_bot_opens_the_private_chat(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob", started=False)
    group = sim.add_group("Lab", members=[bob])
    (answer,) = sim.send("/recommend rl", chat=group)
    pressed = sim.press("more", message=answer, user=bob, quiet=0.1)
    assert (pressed.edits, pressed.replies, pressed.text) == ([], [], None)
    assert pressed.answer is not None
    payload = pressed.answer["url"].removeprefix("https://t.me/moim_bot?start=")
    assert sim.start_link(payload, user=bob)[0]["text"] == "hello en", "that press may not be a deep link"


def test_a_tap_on_a_command_asked_again_opens_the_private_chat_on_its_answer(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob", started=False)
    group = sim.add_group("Lab", members=[bob])
    asked = sim.send("/start", chat=group)[0]["reply_to_message"]
    message = planted(sim, group, "call|recommend|rl") | {"reply_to_message": asked}
    sim.world.store(group, message)
    pressed = sim.press("old", message=message, user=bob, quiet=0.1)
    assert pressed.answer is not None
    payload = pressed.answer["url"].removeprefix("https://t.me/moim_bot?start=")
    assert sim.start_link(payload, user=bob)[0]["text"] == "en: rl for Bob"


def test_what_answers_nobody_in_particular_is_everybodys(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    pressed = sim.press("old", message=planted(sim, group, "sample.more|1|rl"), user=bob, quiet=0.1)
    assert pressed.edits[0]["text"] == "page 1 of rl"


def test_a_menu_is_one_press_for_everybody(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (ballot,) = sim.send("/vote", chat=group)
    assert ballot["text"] == "which?\n\nPick one\nOne - the first"
    assert [[button["text"] for button in row] for row in ballot["reply_markup"]["inline_keyboard"]] == [
        ["One", "Two"],
        ["Three"],
    ]
    pressed = sim.press("Two", message=ballot, user=bob, quiet=0.1)
    assert pressed.edits[0]["text"] == "2 it is"
    assert bot.sample.diary == [("voted", str(bob["id"]), "2")]


def test_a_button_works_after_a_restart(
    sim: TelegramSim, bot: Served, card: Json, serve: Callable[..., Served]
) -> None:
    bot.stop()
    again = serve()
    assert sim.press("save").text == "saved rl"
    assert again.sample.diary == [("save", str(sim.user["id"]), "rl")]


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        ("gone.button|1", "This button is from an older version. Please ask again."),
        ("'; DROP TABLE x", "This button is from an older version. Please ask again."),
        ("~" + "0" * 24, "This button has expired. Please ask again."),
        ("!1!sample.save|rl", "This button is for the person who asked."),
    ],
)
def test_unknown_expired_and_foreign_buttons_are_refused_with_a_toast_in_groups(
    sim: TelegramSim, bot: Served, wire: str, words: str
) -> None:
    group = sim.add_group("Lab")
    pressed = sim.press(wire, message=planted(sim, group, wire), quiet=0.1)
    assert pressed.text == words
    assert (pressed.edits, pressed.replies) == ([], [])


def test_a_refused_button_in_private_is_explained_in_a_message(sim: TelegramSim, bot: Served) -> None:
    pressed = sim.press("old", message=planted(sim, sim.chat, "gone.button"), quiet=0.1)
    assert pressed.replies[0]["text"].startswith("This button is from an older version.")


def test_a_slow_press_stops_spinning_in_time_and_is_answered_once(sim: TelegramSim, bot: Served) -> None:
    pressed = sim.press("old", message=planted(sim, sim.chat, "sample.doze"))
    assert 1.4 < pressed.seconds < 3.5
    sim.wait_for(lambda _: pressed.edits)
    assert pressed.edits[0]["text"] == "awake"
    assert len(sim.calls("answerCallbackQuery")) == 1
    assert len(sim.calls("sendChatAction")) == 1


def test_b18_a_double_tap_has_one_effect_and_two_answers(sim: TelegramSim, bot: Served, card: Json) -> None:
    first, second = sim.press("save"), sim.press("save")
    assert (first.text, second.text) == ("saved rl", "saved rl")
    assert [entry[0] for entry in bot.sample.diary].count("save") == 1


def test_b18_a_press_delivered_twice_is_answered_once(sim: TelegramSim, bot: Served, card: Json) -> None:
    sim.press("save", quiet=0.1)
    update = sim.all_updates[-1]
    sim.redeliver(update)
    sim.raw_update("callback_query", update["callback_query"])
    sim.press("more", quiet=0.1)
    assert [entry[0] for entry in bot.sample.diary] == ["recommend", "save", "more"]


def test_b18_a_stale_query_is_swallowed_and_its_effect_stays(sim: TelegramSim, bot: Served, card: Json) -> None:
    sim.fail(
        "answerCallbackQuery",
        status=400,
        body="Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    data = {"id": "42", "from": sim.user, "message": card, "chat_instance": "1", "data": "sample.more|9|rl"}
    sim.raw_update("callback_query", data)
    sim.wait_for(lambda s: s.state(s.chat).edits)
    assert card["text"] == "page 9 of rl"
    sim.wait_for(lambda s: s.calls("answerCallbackQuery"))


def test_b21_an_unchanged_edit_is_a_success(sim: TelegramSim, bot: Served, card: Json) -> None:
    sim.press("more", quiet=0.1)
    message = sim.bot_messages()[-1]
    update = {"id": "43", "from": sim.user, "message": message, "chat_instance": "1", "data": "sample.more|02|rl"}
    sim.raw_update("callback_query", update)
    sim.wait_for(lambda s: s.calls("editMessageText")[1:])
    sim.wait_for(lambda s: s.calls("answerCallbackQuery")[1:])
    assert sim.calls("editMessageText")[1].status == 400
    assert len(sim.bot_messages()) == 1
    sim.reset_log()  # "not modified" is the one refusal this test asks for


def test_b21_a_message_that_is_gone_is_sent_anew(sim: TelegramSim, bot: Served, card: Json) -> None:
    del sim.state(sim.chat).messages[card["message_id"]]
    pressed = sim.press("more", message=card, quiet=0.1)
    assert [message["text"] for message in pressed.replies] == ["page 2 of rl"]


def test_a_press_on_a_message_too_old_to_be_shown_is_answered_anew(sim: TelegramSim, bot: Served) -> None:
    old = {"chat": sim.chat, "message_id": 1, "date": 0}
    update = {"id": "44", "from": sim.user, "message": old, "chat_instance": "1", "data": "sample.more|5|rl"}
    sim.raw_update("callback_query", update)
    sim.wait_for(lambda s: s.bot_messages())
    assert sim.bot_messages()[0]["text"] == "page 5 of rl"
