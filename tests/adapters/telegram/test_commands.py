"""What a member types on Telegram and what comes back."""

import pytest

from tests.adapters.telegram.served import Served, send_photo
from tests.standins import TelegramSim
from tests.standins.recording import Json


def buttons(message: Json) -> list[list[Json]]:
    keyboard: list[list[Json]] = message["reply_markup"]["inline_keyboard"]
    return keyboard


def test_a_command_in_a_private_chat_is_answered_there(sim: TelegramSim, bot: Served) -> None:
    (answer,) = sim.send("/recommend rl")
    assert answer["text"] == "en: rl for Alice"
    assert "reply_to_message" not in answer
    assert answer["link_preview_options"] == {"is_disabled": True}


def test_a_korean_client_is_answered_in_korean(sim: TelegramSim, bot: Served) -> None:
    user = sim.add_user("지민", language_code="ko")
    (answer,) = sim.send("/recommend 강화학습 입문", user=user)
    assert answer["text"] == "ko: 강화학습 입문 for 지민"


@pytest.mark.parametrize("line", ["추천 강화학습", "/추천 강화학습", "추천\n강화학습", "/recommend   강화학습 "])
def test_korean_words_are_commands_in_private_chats(sim: TelegramSim, bot: Served, line: str) -> None:
    (answer,) = sim.send(line)
    assert answer["text"] == "en: 강화학습 for Alice"


def test_options_are_read_in_either_language(sim: TelegramSim, bot: Served) -> None:
    sim.send("/recommend mood=BOLD rl count=3")
    sim.send("추천 기분=차분하게 개수=2 자연어 처리")
    assert bot.sample.diary == [("recommend", "rl", "bold", "3"), ("recommend", "자연어 처리", "calm", "2")]


def test_an_option_that_does_not_fit_is_refused_politely(sim: TelegramSim, bot: Served) -> None:
    (answer,) = sim.send("/recommend rl count=77")
    assert answer["text"] == "I do not understand 77 for count."


def test_a_group_command_is_answered_impersonally_as_a_reply_with_a_way_to_the_private_answer(
    sim: TelegramSim, bot: Served
) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/recommend rl", chat=group)
    assert answer["text"] == "en: rl for all"
    assert answer["reply_to_message"]["text"] == "/recommend rl"
    mine = buttons(answer)[-1][0]
    assert mine["text"] == "My answer, in private"
    assert mine["url"].startswith("https://t.me/moim_bot?start=")
    payload = mine["url"].partition("start=")[2]
    (landed,) = sim.start_link(payload)
    assert landed["text"] == "en: rl for Alice"


def test_a_personal_button_under_a_group_message_lands_in_the_private_chat(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/recommend rl", chat=group)
    save = next(button for row in buttons(answer) for button in row if button["text"] == "save")
    (landed,) = sim.start_link(save["url"].partition("start=")[2])
    assert landed["text"] == "saved rl"


def test_a_forum_topic_is_kept(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    (answer,) = sim.send("/recommend rl", chat=group, thread=topic)
    assert answer["message_thread_id"] == topic
    pressed = sim.press("more", message=answer, quiet=0.1)
    assert [message["message_thread_id"] for message in pressed.edits] == [topic]


def test_a_command_with_our_name_is_ours_and_with_another_name_is_not(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", bot_admin=True)
    (answer,) = sim.send("/Recommend@Moim_Bot rl", chat=group)
    assert answer["text"] == "en: rl for all"
    assert sim.send("/recommend@other_bot rl", chat=group, expect=0, quiet=0.3) == []


def test_in_groups_only_commands_are_looked_at(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", bot_admin=True)
    assert sim.send("추천 강화학습", chat=group, expect=0) == []
    assert sim.send("/weather seoul", chat=group, expect=0, quiet=0.3) == []
    (answer,) = sim.send("/weather@moim_bot seoul", chat=group)
    assert answer["text"] == "I do not know /weather. /help lists what I can do."


def test_a_group_only_command_says_so_in_private(sim: TelegramSim, bot: Served) -> None:
    (answer,) = sim.send("/vote")
    assert answer["text"] == "/vote works in a group."


def test_start_alone_says_hello_and_a_foreign_deep_link_does_too(sim: TelegramSim, bot: Served) -> None:
    assert sim.send("/start")[0]["text"] == "hello en"
    assert sim.start_link("campaign-7")[0]["text"] == "hello en"


def test_a_command_in_reply_to_a_message_takes_its_text(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    said = {"message_id": 77, "date": 1, "chat": group, "from": sim.user, "text": "diffusion models"}
    (answer,) = sim.send("/recommend", chat=group, reply_to=said)
    assert answer["text"] == "en: diffusion models for all"
    (answer,) = sim.send("/recommend rl", chat=group, reply_to=said)
    assert answer["text"] == "en: rl for all"


def test_plain_words_in_private_are_offered_as_a_search(sim: TelegramSim, bot: Served) -> None:
    words = "아주 긴 문장으로 강화학습을 처음부터 배우고 싶다고 말해 봅니다"
    (hint,) = sim.send(words)
    ((look_up,),) = buttons(hint)
    assert look_up["text"] == "Look up “" + words[:23].rstrip() + "…”?"
    pressed = sim.press(look_up["text"], quiet=0.1)
    assert pressed.edits[0]["text"] == f"en: {words} for Alice"


def test_something_without_words_is_met_with_a_hint(sim: TelegramSim, bot: Served) -> None:
    (hint,) = send_photo(sim)
    assert hint["text"] == "I answer commands; /help lists them."


def test_there_may_be_nothing_to_cancel(sim: TelegramSim, bot: Served) -> None:
    for line in ("/cancel", "/stop", "취소"):
        assert sim.send(line)[0]["text"] == "There is nothing to cancel."


def test_an_anonymous_admin_is_answered_for_all(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/recommend rl", chat=group, anonymous=True)
    assert answer["text"] == "en: rl for all"


def test_a_form_cannot_be_filled_in_by_an_anonymous_admin(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/note", chat=group, anonymous=True)
    assert answer["text"] == "This one is for you alone, so I answer it in our private chat."
    (question,) = sim.start_link(buttons(answer)[0][0]["url"].partition("start=")[2])
    assert question["text"].startswith("A note (1/2)")


def test_what_an_anonymous_admin_asks_to_have_kept_is_not_kept(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/slow 0", chat=group, anonymous=True)
    assert "under your own name" in answer["text"]
    assert buttons(answer)[0][0]["url"]


def test_other_bots_and_channels_are_not_answered(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", bot_admin=True)
    base = {"message_id": 900, "date": 1, "chat": group, "text": "/recommend rl"}
    robot = {"id": 5, "is_bot": True, "first_name": "Robot"}
    channel = {"id": -100777, "type": "channel", "title": "News"}
    sim.raw_update("message", {**base, "from": robot})
    sim.raw_update("message", {**base, "from": robot, "sender_chat": channel, "is_automatic_forward": True})
    assert sim.send("/weather", chat=group, expect=0, quiet=0.3) == []


def test_hostile_text_is_shown_and_does_nothing(sim: TelegramSim, bot: Served) -> None:
    sim.flood_limits = None
    for hostile in ("<b>x</b> & <script>", "@everyone @alice", "a\u202eb\u200d\x00c", "'; DROP TABLE people; --"):
        (answer,) = sim.send(f"/echo {hostile}")
        kinds = {entity["type"] for entity in answer.get("entities", [])}
        assert "mention" not in kinds
        assert "bold" not in kinds
    (first, *_) = sim.send("/echo " + "&" * 3990)
    assert first["text"] == "&" * 3990
