"""Telegram, as its members use it: the bot is a process of its own, killed and started again in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_telegram import TelegramPerson, buttons_of, seen_of
from tests.contract.people import resource_of
from tests.e2e.served import judged, restart, served
from tests.e2e.storybook import Hero, Story, StoryFile
from tests.standins import BotProcess, TelegramSim

Json = dict[str, Any]
ORDER = {
    "all_private_chats": [
        *("recommend", "paper", "remind", "log", "mylist", "path", "progress", "digest", "search", "suggest"),
        *("settings", "help"),
    ],
    "all_group_chats": ["paper", "recommend", "suggest", "digest", "help"],
}
NO_WORD = 0.4  # seconds after which silence is believed


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]
) -> Iterator[tuple[TelegramSim, BotProcess]]:
    with TelegramSim() as sim, served(tmp_path_factory.mktemp("telegram"), sim, env=database) as bot:
        yield sim, bot


@pytest.fixture
def sim(world: tuple[TelegramSim, BotProcess]) -> Iterator[TelegramSim]:
    sim, bot = world
    with judged(bot, sim):
        yield sim


@pytest.fixture
def bot(world: tuple[TelegramSim, BotProcess]) -> BotProcess:
    return world[1]


def korean(sim: TelegramSim, name: str, chat: Json | None = None) -> TelegramPerson:
    return TelegramPerson(sim, sim.add_user(name, language_code="ko"), Locale.KO, chat)


@pytest.mark.postgresql
def test_on_the_subway(sim: TelegramSim, bot: BotProcess, snapshot: SnapshotAssertion) -> None:
    story = Story("지우는 지하철에서 텔레그램 그룹 '논문 읽기'를 봐요.")
    user = sim.add_user("지우", language_code="ko")
    group = sim.add_group("논문 읽기", members=[user])
    there = Hero("지우, 그룹에서", TelegramPerson(sim, user, Locale.KO, group), story)
    alone = Hero("지우, 개인 대화에서", TelegramPerson(sim, user, Locale.KO), story)
    answer = there.call("recommend", "강화학습")
    card = there.take("1", on=answer)
    story.note("버튼이 개인 대화를 그 답에서 열었어요")
    alone.take("담기", on=card)
    alone.say("추천 확산 모델")
    alone.say("안녕하세요")
    alone.call("recommend")
    alone.take("말로 적기")
    restart(bot)
    story.note("봇이 죽었다가 다시 켜져요")
    alone.fill("그래프 신경망")
    alone.say("/cancel")
    alone.say("/nonsense")
    assert str(story) == snapshot.use_extension(StoryFile)


@pytest.mark.parametrize(("code", "why"), [("ko", "왜:"), ("en", "Why:"), ("fr", "Why:")])
def test_a_command_in_private_speaks_the_clients_language(sim: TelegramSim, code: str, why: str) -> None:
    (answer,) = sim.send("/recommend 강화학습 입문", user=sim.add_user("Someone", language_code=code))
    assert answer["text"].count(why) == 3


@pytest.mark.parametrize("typed", ["/recommend@moim_bot rl", "/RECOMMEND rl", "/recommend\nrl", "/추천 rl", "추천 rl"])
def test_a_command_is_heard_however_it_is_typed(sim: TelegramSim, typed: str) -> None:
    (answer,) = sim.send(typed, user=sim.add_user("Someone"))
    assert answer["text"].startswith("Reinforcement learning")


def test_in_a_group_everybody_reads_the_impersonal_answer_and_each_lands_on_their_own(sim: TelegramSim) -> None:
    bob = sim.add_user("Bob", started=False)
    group = sim.add_group("Lab", members=[bob])
    (answer,) = sim.send("/recommend rl", chat=group)
    assert answer["reply_to_message"]["text"] == "/recommend rl"
    assert answer["text"].startswith("Reinforcement learning"), "never only a link"
    links = {button["text"]: button.get("url", "") for button in buttons_of(answer)}
    assert list(links)[-1] == "My answer, in private"
    assert all(link.startswith("https://t.me/moim_bot?start=") for link in links.values())
    (card,) = sim.start_link(links["1"].partition("=")[2], user=bob)
    assert card["chat"]["id"] == bob["id"]
    opened = resource_of(card["text"].partition("\n")[0])
    assert opened == seen_of(answer).picks[0], "the chat opens on the answer, not on a welcome"
    pressed = sim.press("Save", message=card, user=bob)
    assert "On your list." in pressed.edits[0]["text"]
    (own,) = sim.start_link(links["My answer, in private"].partition("=")[2], user=bob)
    assert own["text"].startswith("Reinforcement learning")
    assert len(sim.bot_messages(group)) == 1


def test_other_bots_commands_and_plain_talk_in_groups_are_not_ours(sim: TelegramSim) -> None:
    group = sim.add_group("Lab", bot_admin=True)
    for said in ("/recommend@other_bot rl", "/nonsense", "recommend rl", "추천 강화학습", "hello @moim_bot"):
        assert sim.send(said, chat=group, expect=0, quiet=NO_WORD) == [], said
    (answer,) = sim.send("/recommend@moim_bot rl", chat=group)
    assert answer["text"].startswith("Reinforcement learning")


def test_a_topic_of_a_forum_is_kept(sim: TelegramSim) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    (answer,) = sim.send("/recommend rl", chat=group, thread=topic)
    assert answer["message_thread_id"] == topic
    (asked,) = sim.send("/recommend", chat=group, thread=topic)
    pressed = sim.press("Reinforcement learning", message=asked)
    assert pressed.edits[0]["message_thread_id"] == topic


def test_an_anonymous_admin_is_answered_and_asked_nothing_in_public(sim: TelegramSim) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/recommend rl", chat=group, anonymous=True)
    assert answer["text"].startswith("Reinforcement learning")
    (topics,) = sim.send("/recommend", chat=group, anonymous=True)
    form = sim.press("In my own words", message=topics)
    assert form.replies or (form.answer or {}).get("url"), "a person pressed, even where they wrote as the group"


def test_an_anonymous_admin_is_asked_to_set_reminders_under_their_own_name(sim: TelegramSim) -> None:
    group = sim.add_group("Lab")
    (answer,) = sim.send("/remind tomorrow 9am dentist", chat=group, anonymous=True, quiet=0.3)
    assert "under your own name" in answer["text"]
    way = answer["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert sim.start_link(way.partition("start=")[2])[0]["text"]
    assert len(sim.bot_messages(group)) == 1, "nothing of it comes into the group later"


def test_a_form_in_a_group_is_asked_of_one_person(sim: TelegramSim) -> None:
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (topics,) = sim.send("/recommend", chat=group)
    question = sim.press("In my own words", message=topics).replies[0]
    asked = sim.calls("sendMessage")[-1].body["reply_markup"]
    assert (asked["force_reply"], asked["selective"]) == (True, True)
    assert sim.send("graph networks", chat=group, user=bob, reply_to=question, expect=0, quiet=NO_WORD) == []
    (answer,) = sim.send("reinforcement learning", chat=group, reply_to=question)
    assert answer["text"].startswith("Reinforcement learning")


@pytest.mark.postgresql
def test_forms_and_buttons_outlive_a_crash_and_menus_are_written_once(sim: TelegramSim, bot: BotProcess) -> None:
    filler, leaver = sim.add_user("Filler"), sim.add_user("Leaver")
    for user in (filler, leaver):
        (topics,) = sim.send("/recommend", user=user)
        assert sim.press("In my own words", message=topics, user=user).replies
    keeper = TelegramPerson(sim, sim.add_user("Keeper"), Locale.EN)
    listed = keeper.call("recommend", "rl")
    card = keeper.take("2")
    sim.reset_log()
    restart(bot)
    (answer,) = sim.send("reinforcement learning", user=filler)
    assert answer["text"].startswith("Reinforcement learning")
    assert [m["text"] for m in sim.send("/cancel", user=leaver)] == ["Cancelled."]
    assert [m["text"] for m in sim.send("/cancel", user=leaver)] == ["There is nothing to cancel."]
    assert "On your list." in keeper.take("Save", on=card).words
    assert keeper.take("Undo").offers == card.offers
    assert keeper.take("Back").picks == listed.picks
    assert sim.calls("setMyCommands") == []


def test_an_update_that_comes_twice_is_answered_once(sim: TelegramSim, bot: BotProcess) -> None:
    user = sim.add_user("Patient")
    sim.send("/recommend rl", user=user)
    sim.redeliver()
    restart(bot)
    sim.redeliver()
    (answer,) = sim.send("/help", user=user)
    assert answer["text"].startswith("What")
    assert len(sim.bot_messages(sim.world.chats[user["id"]])) == 2


def test_words_are_met_with_a_hint_that_works(sim: TelegramSim) -> None:
    person = korean(sim, "초면")
    hint = person.say("강화학습 책 좀")
    assert "/help" in hint.words
    (look_up,) = hint.offers
    assert person.take(look_up).picks


def test_menus_are_written_for_each_scope_and_language(sim: TelegramSim) -> None:
    for scope, order in ORDER.items():
        listed = [line["command"] for line in sim.my_commands(scope=scope)]
        assert listed == [name for name in order if name in listed], "in the order that people learn them"
        assert {"recommend", "help"} <= set(listed)
    for scope in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        english, korean = sim.my_commands(scope=scope), sim.my_commands("ko", scope=scope)
        assert [line["command"] for line in english] == [line["command"] for line in korean]
        assert all(any("가" <= letter <= "힣" for letter in line["description"]) for line in korean)
        assert all(line["description"].isascii() for line in english)


def test_joining_a_group_says_nothing(sim: TelegramSim) -> None:
    group = sim.add_group("Lab", with_bot=False)
    sim.add_bot(group)
    started = sim.send(
        "/start@moim_bot moim", chat=group, expect=0, quiet=NO_WORD
    )  # by the link that `moim init` gives
    assert started == []
    (answer,) = sim.send("/help", chat=group)
    assert sim.bot_messages(group) == [answer]
    assert answer["text"].startswith("What")


def test_a_group_that_moves_is_known_by_its_new_id(sim: TelegramSim) -> None:
    old = sim.add_group("Lab", kind="group")
    assert sim.send("/recommend rl", chat=old)
    new = sim.migrate(old)
    (answer,) = sim.send("/recommend rl", chat=new)
    assert seen_of(answer).picks


def test_odd_messages_are_met_politely(sim: TelegramSim) -> None:
    user = sim.add_user("Someone")
    for odd in ("🤖", "/", "/ recommend", "   /help   "):
        assert sim.send(odd, user=user)[0]["text"]
