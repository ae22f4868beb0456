"""What people do on Discord, and what they see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.adapters.discord.served import Served
from tests.standins import DiscordSim
from tests.standins.discord_api.reply import Reply
from tests.standins.recording import Json


def rows(reply: Reply) -> list[Json]:
    assert reply.message
    found: list[Json] = reply.message["components"]
    return found


def buttons(reply: Reply) -> dict[str, str]:
    return {button["label"]: button.get("custom_id", "") for row in rows(reply) for button in row["components"]}


# commands


def test_a_command_is_answered_in_private_in_the_clients_language(sim: DiscordSim, bot: Served) -> None:
    reply = sim.slash("recommend", topic="rl", locale="ko")
    assert reply.content == "ko: rl"
    assert reply.embeds[0]["title"] == "A card"
    assert reply.ephemeral
    assert reply.ack_seconds < 1


def test_a_commands_options_arrive_typed(sim: DiscordSim, bot: Served) -> None:
    sim.slash("recommend", topic="rl", mood="bold", count=3)
    assert bot.sample.diary[0] == ("recommend", "rl", "<Mood.BOLD: 'bold'>", "3")


def test_a_public_command_is_answered_before_everybody(sim: DiscordSim, bot: Served) -> None:
    assert not sim.slash("echo", words="hi").ephemeral


def test_a_long_answer_goes_on_in_further_messages_of_the_same_visibility(sim: DiscordSim, bot: Served) -> None:
    reply = sim.slash("echo", words="long")
    sim.wait_for(lambda s: len(s.bot_messages()) == 3)
    messages = sim.bot_messages()
    assert "".join(message["content"] for message in messages).count("word") == 900
    assert [bool(message["components"]) for message in messages] == [False, False, True]
    assert not any(message["flags"] & 64 for message in messages)
    assert reply.kind == "message"


def test_in_a_private_chat_answers_stay_to_be_read(sim: DiscordSim, bot: Served) -> None:
    reply = sim.slash("recommend", topic="rl", dm=True)
    assert not reply.ephemeral
    assert bot.sample.diary[1][3] == ""


def test_a_thread_is_known_beside_its_channel(sim: DiscordSim, bot: Served) -> None:
    more = {"owner_id": sim.user["id"], "message_count": 0, "member_count": 1, "parent_id": sim.channel["id"]}
    ends = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": "2026-11-25T00:00:00Z"}
    thread = sim.new_channel("papers", type=11, thread_metadata=ends | {"locked": False}, **more)
    sim.slash("recommend", channel=thread)
    assert bot.sample.diary[1] == ("place", sim.channel["id"], thread["id"], sim.guild.id)


def test_who_may_manage_the_server_is_known(sim: DiscordSim, bot: Served) -> None:
    sim.slash("recommend", user=sim.join("boss", permissions=1 << 5))
    sim.slash("recommend", user=sim.join("member"))
    assert [line[1:3] for line in bot.sample.diary if line[0] == "caller"] == [("Boss", "True"), ("Member", "False")]


def test_a_message_can_be_handed_to_a_command_from_its_menu(sim: DiscordSim, bot: Served) -> None:
    message = sim.say("attention is all you need")
    reply = sim.context_menu("이걸로 추천", message, locale="ko")
    assert reply.content == "ko: attention is all you need"


def test_a_form_opens_and_its_answers_arrive(sim: DiscordSim, bot: Served) -> None:
    opened = sim.slash("note")
    assert opened.kind == "modal"
    reply = sim.submit(opened, {"Title?": "a book", "why": "because"})
    assert reply.content == "noted a book / because"
    assert reply.ephemeral


@pytest.mark.usefixtures("hasty")
def test_a_form_opens_from_a_button_and_its_slow_answer_still_comes(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    opened = sim.press(first.button("Note"))
    reply = sim.submit(opened, {"title": "a book", "why": "slow"})
    assert [message["content"] for message in reply.followups] == ["noted a book / slow"]
    assert reply.kind == "deferred_update"


def test_suggestions_come_while_typing_and_fit(sim: DiscordSim, bot: Served) -> None:
    assert sim.autocomplete("recommend", "topic", "rob", locale="ko") == [
        {"name": "robotics (ko)", "value": "robotics"}
    ]
    many = sim.autocomplete("recommend", "topic", "many")
    assert len(many) == 25
    assert max(len(choice["name"]) for choice in many) == 100


def test_an_outdated_command_gets_a_polite_answer(sim: DiscordSim, bot: Served) -> None:
    known = sim.command("echo")
    known["name"] = "olden"
    assert "/olden" in sim.slash("olden").content


# presses


def test_a_press_edits_the_pressed_message_in_place(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    reply = sim.press(first.button("More"))
    assert reply.kind == "update"
    assert reply.content == "page 2"
    assert reply.embeds == []
    assert buttons(first) == {"More": "sample.more|3"}


def test_a_press_can_answer_with_a_message_of_its_own(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    reply = sim.press(first.button("Mine"))
    assert (reply.content, reply.ephemeral, first.content) == ("only yours", True, "en: nothing")


def test_a_toast_is_seen_by_the_presser_alone(sim: DiscordSim, bot: Served) -> None:
    public = sim.slash("echo", words="all")
    bob = sim.join("bob")
    reply = sim.press(public.button("Save"), user=bob)
    assert (reply.content, reply.ephemeral) == ("saved it", True)
    assert public.content == "all"
    assert bot.sample.diary[-1] == ("save", bob["id"], "it")


def test_each_press_is_a_turn_of_its_own_by_the_platforms_number(sim: DiscordSim, bot: Served) -> None:
    public = sim.slash("echo", words="all")
    for _ in range(2):
        sim.press(public.button("Save"))
    first, second = bot.sample.turns
    assert first != second
    for turn in (first, second):
        assert turn is not None
        platform, number = turn.split(":")
        assert platform == "discord"
        assert int(number) > 2**22, "an interaction's snowflake"


def test_a_share_is_a_public_message_from_a_private_one(sim: DiscordSim, bot: Served) -> None:
    reply = sim.press(sim.slash("recommend", topic="rl").button("Share"))
    assert (reply.content, reply.ephemeral) == ("shared rl", False)
    assert sim.bot_messages()[-1]["content"] == "shared rl"


def test_a_private_answer_never_takes_the_place_of_a_public_message(sim: DiscordSim, bot: Served) -> None:
    public = sim.slash("echo", words="all")
    reply = sim.press(public.button("Private"))
    assert (reply.content, reply.ephemeral, public.content) == ("page 7", True, "all")


def test_a_command_run_again_from_its_own_answer_takes_its_place(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend", topic="rl")
    reply = sim.press(first.button("Again"))
    assert (reply.kind, first.content) == ("update", "en: again")


def test_a_menus_choice_arrives_as_a_press(sim: DiscordSim, bot: Served) -> None:
    menu = rows(sim.slash("vote"))[0]["components"][0]
    reply = sim.select(menu["custom_id"], menu["options"][1]["value"])
    assert (reply.kind, reply.content) == ("update", "2 it is")
    assert bot.sample.diary == [("voted", sim.user["id"], "2")]


def test_several_choices_at_once_are_as_many_presses_and_the_last_is_answered(sim: DiscordSim, bot: Served) -> None:
    menu = rows(sim.slash("vote"))[0]["components"][0]
    assert menu["max_values"] == 2
    reply = sim.select(menu["custom_id"], menu["options"][2]["value"], menu["options"][0]["value"])
    assert (reply.kind, reply.content) == ("update", "1 it is")
    assert bot.sample.diary == [("voted", sim.user["id"], "3"), ("voted", sim.user["id"], "1")]
    assert len(set(bot.sample.turns)) == 2, "each is a turn of its own"


def test_somebody_elses_button_says_so_to_the_presser_alone(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    stolen = sim.press(first.button("Share")).message
    stolen["components"] = rows(first)
    reply = sim.press(first.button("Mine"), user=sim.join("bob"), message=stolen)
    assert (reply.content, reply.ephemeral) == ("This button is for the person who asked.", True)


def test_an_unknown_button_gets_a_polite_answer(sim: DiscordSim, bot: Served) -> None:
    for forged in ("sample.nothing|1", "x", "~" + "0" * 24, "!1!", "sample.more|two", "|||", "\\|", "\u2063", "\u200b"):
        first = sim.slash("recommend")
        rows(first)[0]["components"][0]["custom_id"] = forged
        assert sim.press(forged).content.startswith("This button ")


def test_buttons_work_after_a_restart_even_those_too_long_for_the_wire(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    before = serve()
    first = sim.slash("recommend")
    before.stop()
    after = serve()
    assert sim.press(first.button("Long")).content == "saved " + ("길게 " * 20).strip()
    assert sim.press(first.button("More")).content == "page 2"
    assert sim.command_writes == 1
    assert len(after.sample.diary) == 1


def test_a_file_comes_with_its_text_form(sim: DiscordSim, bot: Served) -> None:
    reply = sim.press(sim.slash("echo").button("Picture"))
    assert [upload.filename for upload in reply.files] == ["plot.png"]
    sent = sim.calls("/webhooks/*", "POST")[0].body
    assert sent["attachments"] == [{"id": 0, "filename": "plot.png", "description": "A line that rises"}]


# deferral


def test_a_slow_command_is_deferred_in_its_own_visibility(sim: DiscordSim, bot: Served) -> None:
    reply = sim.slash("slow", seconds=17)
    assert (reply.kind, reply.content, reply.ephemeral) == ("deferred", "slowly done", True)
    assert 1.4 < reply.ack_seconds < 2.9


@pytest.mark.usefixtures("hasty")
def test_a_deferred_private_command_can_still_answer_everybody(sim: DiscordSim, bot: Served) -> None:
    reply = sim.slash("slow", seconds=5, shared=1, wait="ack")
    sim.wait_for(lambda s: s.bot_messages() and s.bot_messages()[-1]["content"] == "slowly done")
    assert not sim.bot_messages()[-1]["flags"] & 64
    assert reply.kind == "deferred"


@pytest.mark.usefixtures("hasty")
def test_a_slow_press_edits_its_message_when_it_is_done(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    reply = sim.press(first.button("Doze"))
    assert (reply.kind, first.content) == ("deferred_update", "awake edit")


@pytest.mark.usefixtures("hasty")
def test_a_slow_press_may_also_answer_anew(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    reply = sim.press(first.button("Doze anew"))
    assert [message["content"] for message in reply.followups] == ["awake new"]
    assert reply.followups[0]["flags"] & 64
    assert first.content == "en: nothing"
