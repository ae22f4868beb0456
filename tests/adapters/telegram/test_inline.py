"""Inline mode: what is offered while somebody types `@bot` in any chat, and what the message they send can do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.refs import Platform
from tests.adapters.telegram.served import Served
from tests.standins import NoReply, TelegramSim
from tests.standins.recording import Json


def planted(sim: TelegramSim, chat: Json, wire: str) -> Json:
    """A message of the bot with a button that carries `wire`."""
    markup = {"inline_keyboard": [[{"text": "old", "callback_data": wire}]]}
    return sim.world.store(chat, sim.world.new_message(chat, sim.world.me, {"text": "old", "reply_markup": markup}))


def way_of(result: Json) -> str:
    """The payload of the one button under a result's message."""
    ((button,),) = result["reply_markup"]["inline_keyboard"]
    return str(button["url"]).removeprefix("https://t.me/moim_bot?start=")


def test_results_have_a_title_a_reason_and_a_message_that_quotes_what_was_typed(sim: TelegramSim, bot: Served) -> None:
    first, second = sim.inline("rl & co")
    assert (first["type"], first["title"], first["description"]) == ("article", "rl & co 0", "because")
    assert second["title"] == "rl & co 1"
    assert first["input_message_content"] == {
        "message_text": '<b><a href="https://example.org/a">en: &lt;rl &amp; co&gt;</a></b>',
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_the_button_under_a_sent_result_opens_the_private_chat_of_whoever_presses(
    sim: TelegramSim, bot: Served
) -> None:
    bob = sim.add_user("Bob", started=False)
    elsewhere = sim.add_group("Friends", members=[bob], with_bot=False)
    result = sim.inline("rl")[0]
    message = sim.choose_inline(result, elsewhere)
    assert message["via_bot"]["username"] == "moim_bot"
    assert sim.start_link(way_of(message), user=bob)[0]["text"] == "saved rl"
    assert ("save", str(bob["id"]), "rl") in bot.sample.diary
    assert sim.bot_messages(elsewhere) == []


def test_everybody_gets_their_own_language_so_answers_are_kept_for_one_person(sim: TelegramSim, bot: Served) -> None:
    korean = sim.add_user("Minji", language_code="ko", started=False)
    assert sim.inline("rl", user=korean)[0]["input_message_content"]["message_text"].count("ko: ") == 1
    answer = sim.inline_answer("rl")
    assert "en: " in answer["results"][0]["input_message_content"]["message_text"]
    assert answer["is_personal"] is True
    assert 0 < answer["cache_time"] <= 300


def test_scrolling_goes_on_until_there_is_no_more(sim: TelegramSim, bot: Served) -> None:
    titles, offset = [], ""
    for _ in range(3):
        answer = sim.inline_answer("rl", offset=offset)
        titles += [result["title"] for result in answer["results"]]
        offset = answer["next_offset"]
    assert titles == [f"rl {number}" for number in range(6)]
    assert offset == ""


@pytest.mark.parametrize("offset", ["-1", "1e3", "9" * 30, "two", "²", "2 or 1=1"])
def test_a_strange_offset_is_the_first_page(sim: TelegramSim, bot: Served, offset: str) -> None:
    assert sim.inline_answer("rl", offset=offset)["results"][0]["title"] == "rl 0"


def test_where_nothing_fits_a_button_leads_to_the_private_chat(sim: TelegramSim, bot: Served) -> None:
    answer = sim.inline_answer("nothing")
    assert answer["results"] == []
    assert answer["button"]["text"] == "Look with me"
    assert sim.start_link(answer["button"]["start_parameter"])[0]["text"] == "saved it"


def test_nothing_is_kept_of_what_somebody_types_letter_by_letter(sim: TelegramSim, bot: Served) -> None:
    for typed in ("r", "rl", "rl "):
        sim.inline(typed)
    assert [line[1] for line in bot.sample.diary] == ["r", "rl", "rl "]
    names = [f"{sim.world.me['id']}:{update['update_id']}" for update in sim.all_updates]
    assert bot.run(bot.memory.noted(Platform.TELEGRAM, names)) == frozenset()
    assert all(line[3] == "True" for line in bot.sample.diary)


def test_a_long_offer_is_cut_to_what_one_message_holds(sim: TelegramSim, bot: Served) -> None:
    (result,) = sim.inline("long")
    assert len(result["input_message_content"]["message_text"]) <= 4096
    assert len(result["title"]) <= 256
    assert len(result["description"]) <= 200


@pytest.mark.parametrize("typed", ["", " ", "<b>" * 80, "\u202e@everyone", "👩‍🔬" * 30, "' OR 1=1 --", "ㄱ" * 256])
def test_hostile_words_are_answered(sim: TelegramSim, bot: Served, typed: str) -> None:
    assert len(sim.inline(typed)) == 2


def test_an_answer_that_comes_too_late_or_is_refused_is_no_trouble(sim: TelegramSim, bot: Served) -> None:
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    sim.fail("answerInlineQuery", status=400, body=late)
    with pytest.raises(NoReply):
        sim.inline("late", timeout=0.5)
    assert len(sim.inline("rl")) == 2


def test_queries_of_one_person_wait_for_each_other_and_for_nobody_else(sim: TelegramSim, bot: Served) -> None:
    sim.send("/slow 3.0", expect=0)
    sim.inline("rl")
    assert sim.bot_messages() == [], "the other is still being prepared"
    sim.wait_for(lambda s: s.bot_messages())


def test_quick_typing_is_answered_in_order(sim: TelegramSim, bot: Served) -> None:
    for number in range(30):
        sim.raw_update("inline_query", {"id": f"{number}", "from": sim.user, "query": str(number), "offset": ""})
    sim.wait_for(lambda s: len(s.calls("answerInlineQuery")) == 30)
    asked = [line[1] for line in bot.sample.diary if line[0] == "inline"]
    assert asked == [str(number) for number in range(30)]


def test_a_private_chat_can_carry_words_into_another_chat(sim: TelegramSim, bot: Served) -> None:
    pressed = sim.press("old", message=planted(sim, sim.chat, "sample.hand"), quiet=0.1)
    ((button,),) = pressed.edits[0]["reply_markup"]["inline_keyboard"]
    assert button == {"text": "hand on", "switch_inline_query": "rl <b>"}


def test_a_group_is_not_asked_to_carry_words_elsewhere(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    pressed = sim.press("old", message=planted(sim, group, "sample.hand"), quiet=0.1)
    shown = [*pressed.edits, *pressed.replies, *sim.bot_messages()]
    assert any(message["text"] == "here" for message in shown)
    assert not any("hand on" in str(message.get("reply_markup")) for message in shown)


def test_with_inline_mode_off_nothing_is_offered_and_all_else_works(
    sim: TelegramSim, serve: Callable[..., Served]
) -> None:
    sim.world.about_me["supports_inline_queries"] = False
    serve()
    pressed = sim.press("old", message=planted(sim, sim.chat, "sample.hand"), quiet=0.1)
    assert pressed.edits[0]["text"] == "here"
    assert "reply_markup" not in pressed.edits[0]
