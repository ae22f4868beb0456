"""What nobody is waiting for: where it goes, what its receipt says, and when an address is given up."""

from __future__ import annotations

import pytest
from telegram.error import NetworkError, TelegramError

from bot.adapters.telegram.request import Flood
from bot.chat.context import Caller
from bot.chat.reply import File, Reply
from bot.chat.stores import Receipt, Undeliverable
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim


def place(chat: dict, thread: int | None = None) -> Place:
    space = SpaceRef(Platform.TELEGRAM, str(chat["id"]))
    return Place(Platform.TELEGRAM, str(chat["id"]), space, str(thread) if thread else None)


def user(sim: TelegramSim) -> UserRef:
    return UserRef(Platform.TELEGRAM, str(sim.user["id"]))


def test_a_notice_to_a_person_goes_to_their_private_chat_with_its_buttons(sim: TelegramSim, bot: Served) -> None:
    to = user(sim)
    notice = bot.run(bot.router.post("sample.notice", Caller(to, Place(Platform.TELEGRAM, to.id)), words="hello"))
    receipt = bot.run(bot.adapter.deliver(to, notice, "k"))
    (message,) = sim.bot_messages()
    assert message["text"] == "hello"
    assert receipt == Receipt(Place(Platform.TELEGRAM, to.id), str(message["message_id"]))
    assert sim.press("Save").text == "saved notice"


def test_a_notice_to_a_topic_goes_there_and_without_it_when_it_is_gone(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    bot.run(bot.adapter.deliver(place(group, topic), Reply(("one",)), "k1"))
    del sim.state(group).topics[topic]
    bot.run(bot.adapter.deliver(place(group, topic), Reply(("two",)), "k2"))
    assert [message.get("message_thread_id") for message in sim.bot_messages(group)] == [topic, None]


def test_a_moved_group_is_reached_and_its_move_is_noted(sim: TelegramSim, bot: Served) -> None:
    old = sim.add_group("Lab", kind="group")
    new = sim.migrate(old)
    receipt = bot.run(bot.adapter.deliver(place(old), Reply(("hi",)), "k"))
    assert receipt.place == place(new)
    assert sim.bot_messages(new)[0]["text"] == "hi"


def test_a_photo_carries_its_words_as_a_caption(sim: TelegramSim, bot: Served) -> None:
    bot.run(bot.adapter.deliver(user(sim), Reply(("look",), file=File("a.png", b"png", "a chart")), "k"))
    (message,) = sim.bot_messages()
    assert message["caption"] == "look\n\na chart"
    (upload,) = sim.calls("sendPhoto")[0].files
    assert (upload.filename, upload.data) == ("a.png", b"png")


def test_a_picture_that_telegram_cannot_show_goes_as_a_document(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendPhoto", status=400, body="Bad Request: PHOTO_INVALID_DIMENSIONS")
    bot.run(bot.adapter.deliver(user(sim), Reply(file=File("a.png", b"png", "a chart")), "k"))
    assert sim.calls("sendDocument")[0].status == 200


@pytest.mark.parametrize(
    ("status", "sentence", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "gone"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "gone"),
        (400, "Bad Request: chat not found", "gone"),
        (403, "Forbidden: bot can't initiate conversation with a user", "forbidden"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "forbidden"),
    ],
)
def test_a_closed_address_is_given_up_with_its_reason(
    sim: TelegramSim, bot: Served, status: int, sentence: str, reason: str
) -> None:
    sim.fail("sendMessage", status=status, body=sentence)
    with pytest.raises(Undeliverable) as gone:
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))
    assert gone.value.reason == reason
    assert len(sim.calls("sendMessage")) == 1


def test_an_unknown_refusal_is_not_taken_for_a_closed_address(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=403, body="Forbidden: something new")
    with pytest.raises(TelegramError, match="something new"):
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))


def test_a_short_flood_wait_is_waited_out_and_a_long_one_is_handed_on(sim: TelegramSim, bot: Served) -> None:
    sim.flood_wait(retry_after=1)
    bot.run(bot.adapter.deliver(user(sim), Reply(("short",)), "k1"))
    sim.flood_wait(retry_after=10_000)
    with pytest.raises(Flood) as flood:
        bot.run(bot.adapter.deliver(user(sim), Reply(("long",)), "k2"))
    assert flood.value.seconds == 10_000
    with pytest.raises(Flood):  # and nothing is even tried before its time
        bot.run(bot.adapter.deliver(user(sim), Reply(("long",)), "k3"))
    assert len(sim.calls("sendMessage")) == 3


def test_a_send_in_doubt_is_left_to_whoever_keeps_the_row(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", lose_response=True)
    with pytest.raises(NetworkError):
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))
    assert len(sim.calls("sendMessage")) == 1


def test_a_delivery_that_failed_half_way_goes_on_where_it_stopped(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=502, after=1)
    reply = Reply(("a" * 4096 + "\n" + "b" * 10,))
    with pytest.raises(NetworkError):
        bot.run(bot.adapter.deliver(user(sim), reply, "k"))
    bot.run(bot.adapter.deliver(user(sim), reply, "k"))
    assert [message["text"][0] for message in sim.bot_messages()] == ["a", "b"]
