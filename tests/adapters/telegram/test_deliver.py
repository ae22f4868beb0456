"""What nobody is waiting for: where it goes, what its receipt says, and when an address is given up."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.adapters.pace import Rate
from bot.adapters.telegram import request, wire
from bot.adapters.telegram.wire import Target, Wire
from bot.chat.context import Caller
from bot.chat.press import Press
from bot.chat.reply import Button, File, Reply
from bot.chat.stores import InDoubt, Receipt, Refused, Rights, Undeliverable, Unsent
from bot.chat.text import Bold
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim
from tests.standins.recording import Json


def place(chat: Json, thread: int | None = None) -> Place:
    space = SpaceRef(Platform.TELEGRAM, str(chat["id"]))
    return Place(Platform.TELEGRAM, str(chat["id"]), space, str(thread) if thread else None)


def user(sim: TelegramSim) -> UserRef:
    return UserRef(Platform.TELEGRAM, str(sim.user["id"]))


def test_a_notice_to_a_person_goes_to_their_private_chat_with_its_buttons(sim: TelegramSim, bot: Served) -> None:
    to = user(sim)
    notice = bot.run(bot.router.post("sample.notice", Caller(to, Place(Platform.TELEGRAM, to.id)), words="hello"))
    assert notice is not None
    receipt = bot.run(bot.adapter.deliver(to, notice, "k"))
    (message,) = sim.bot_messages()
    assert message["text"] == "hello"
    assert receipt == Receipt(Place(Platform.TELEGRAM, to.id), str(message["message_id"]))
    assert sim.press("Save").text == "saved notice"


def test_b10_a_notice_to_a_topic_goes_there_and_without_it_when_it_is_gone(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    bot.run(bot.adapter.deliver(place(group, topic), Reply(("one",)), "k1"))
    gone: list[Place] = []

    async def note(place: Place) -> None:
        gone.append(place)

    monkeypatch.setattr(bot.router, "place_gone", note)
    del sim.state(group).topics[topic]
    last = bot.run(bot.adapter.deliver(place(group, topic), Reply(("two",)), "k2"))
    assert [message.get("message_thread_id") for message in sim.bot_messages(group)] == [topic, None]
    assert last.place == place(group), "the receipt says where it really stands"
    assert gone == [place(group, topic)], "so that nothing is sent there again"


def test_b7_a_moved_group_is_reached_and_its_move_is_noted(sim: TelegramSim, bot: Served) -> None:
    old = sim.add_group("Lab", kind="group")
    new = sim.migrate(old)
    receipt = bot.run(bot.adapter.deliver(place(old), Reply(("hi",)), "k"))
    assert receipt.place == place(new)
    assert sim.bot_messages(new)[0]["text"] == "hi"


def test_b7_without_following_the_move_nothing_would_arrive(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""

    async def stay(_: Wire, target: Target, __: object) -> Target:
        return target

    monkeypatch.setattr(Wire, "_follow", stay)
    old = sim.add_group("Lab", kind="group")
    new = sim.migrate(old)
    with pytest.raises(Unsent):
        bot.run(bot.adapter.deliver(place(old), Reply(("hi",)), "k"))
    assert sim.bot_messages(new) == []


def test_b9_a_notice_to_a_closed_topic_goes_to_the_group(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    sim.state(group).topics[topic]["closed"] = True
    receipt = bot.run(bot.adapter.deliver(place(group, topic), Reply(("one",)), "k"))
    assert receipt.place == place(group)
    assert "message_thread_id" not in sim.bot_messages(group)[0]


def test_a_notice_to_a_group_without_topics_goes_to_the_group(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    receipt = bot.run(bot.adapter.deliver(place(group), Reply(("one",)), "k"))
    assert receipt.place == place(group)
    assert sim.bot_messages(group)[0]["text"] == "one"


@pytest.mark.parametrize(
    ("sentence", "reason"), [("bot was blocked by the user", "blocked"), ("user is deactivated", "deactivated")]
)
def test_b4_an_account_that_is_closed_to_us_costs_one_request(
    sim: TelegramSim, bot: Served, sentence: str, reason: str
) -> None:
    sim.fail("sendMessage", status=403, body=f"Forbidden: {sentence}")
    with pytest.raises(Undeliverable) as closed:
        bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    assert closed.value.reason == reason
    assert len(sim.calls("*")) == len(sim.calls("getMe")) + len(sim.calls("*MyCommands")) + 1


def test_what_is_for_one_person_is_never_sent_into_a_group(sim: TelegramSim, bot: Served) -> None:
    """A group that wrote for itself was once taken for a person."""
    group = sim.add_group("Lab")
    with pytest.raises(Undeliverable) as closed:
        bot.run(bot.adapter.deliver(UserRef(Platform.TELEGRAM, str(group["id"])), Reply(("yours alone",)), "k"))
    assert closed.value.reason == "closed"
    assert sim.bot_messages(group) == []


def test_b12_a_name_that_looks_like_a_tag_is_shown_as_it_is(sim: TelegramSim, bot: Served) -> None:
    bot.run(bot.adapter.deliver(user(sim), Reply(("hi <3", Bold("<b>"))), "k"))
    assert sim.bot_messages()[0]["text"] == "hi <3<b>"


def test_b13_an_answer_that_never_comes_leaves_the_send_in_doubt(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "READ_SECONDS", 0.2)
    sim.fail("sendMessage", delay=0.5)
    with pytest.raises(InDoubt):
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))
    sim.wait_for(lambda s: s.bot_messages())
    assert len(sim.calls("sendMessage")) == 1


def test_b14_a_door_that_is_closed_for_a_moment_is_knocked_at_again(sim: TelegramSim, bot: Served) -> None:
    sim.close_door()
    sent = asyncio.run_coroutine_threadsafe(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"), bot.loop)
    time.sleep(0.4)
    sim.open_door()
    sent.result(10)
    assert [message["text"] for message in sim.bot_messages()] == ["hi"]


def test_b14_a_door_that_stays_closed_is_said_to_be(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "FIRST_PAUSE", 0.01)
    sim.close_door()
    with pytest.raises(Unsent) as unsent:
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))
    assert unsent.value.everywhere
    sim.open_door()
    assert sim.calls("sendMessage") == []


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


LONG = Reply(
    ("a" * 4096 + "\n" + "b" * 4096 + "\n" + "c" * 10,),
    rows=((Button("Save", Press.of("sample.save"), wire="sample.save"),),),
)


def letters(sim: TelegramSim) -> list[str]:
    return [message["text"][0] for message in sim.bot_messages()]


def test_b3_a_short_flood_wait_is_waited_out_and_a_long_one_is_handed_on(sim: TelegramSim, bot: Served) -> None:
    sim.flood_wait(retry_after=1)
    bot.run(bot.adapter.deliver(user(sim), Reply(("short",)), "k1"))
    assert bot.adapter.pace.holds == 1
    sim.flood_wait(retry_after=10_000)
    with pytest.raises(Unsent) as unsent:
        bot.run(bot.adapter.deliver(user(sim), Reply(("long",)), "k2"))
    assert unsent.value.wait == timedelta(seconds=10_000)
    assert not unsent.value.everywhere
    with pytest.raises(Unsent):  # and nothing is even tried before its time
        bot.run(bot.adapter.deliver(user(sim), Reply(("long",)), "k3"))
    assert len(sim.calls("sendMessage")) == 3
    assert bot.adapter.pace.holds == 2


def test_b11_a_part_that_fails_does_not_take_the_later_ones_with_it(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", lose_response=True, after=1)
    with pytest.raises(InDoubt):
        bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    assert letters(sim) == ["a", "b", "c"]


def test_b11_only_what_is_not_out_is_sent_again(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=502, after=1)
    with pytest.raises(InDoubt):
        bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    assert letters(sim) == ["a", "c"]
    receipt = bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    assert letters(sim) == ["a", "c", "b"]
    assert receipt.message == str(sim.bot_messages()[1]["message_id"]), "the receipt is that of the buttons"


def test_b11_what_is_out_is_known_in_another_life(sim: TelegramSim, bot: Served, serve: Callable[..., Served]) -> None:
    sim.fail("sendMessage", status=403, body="Forbidden: something new", after=2)
    with pytest.raises(Unsent):
        bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    bot.stop()
    again = serve()
    receipt = again.run(again.adapter.deliver(user(sim), LONG, "k"))
    assert letters(sim) == ["a", "b", "c"]
    assert receipt.message == str(sim.bot_messages()[-1]["message_id"])
    again.run(again.adapter.deliver(user(sim), LONG, "another"))
    assert letters(sim)[3:] == ["a", "b", "c"]


def test_what_is_noted_of_parts_names_nobody(sim: TelegramSim, bot: Served) -> None:
    bot.run(bot.adapter.deliver(user(sim), LONG, f"waiting:{sim.user['id']}"))
    with closing(sqlite3.connect(bot.folder / "moim.db")) as database:
        noted = [name for (name,) in database.execute("SELECT update_id FROM seen")]
    assert len(noted) == 2
    assert not any(str(sim.user["id"]) in name for name in noted)


def test_a_closed_address_ends_a_delivery_at_its_first_part(sim: TelegramSim, bot: Served) -> None:
    sim.block()
    with pytest.raises(Undeliverable):
        bot.run(bot.adapter.deliver(user(sim), LONG, "k"))
    assert len(sim.calls("sendMessage")) == 1


def test_an_empty_reply_is_refused_without_a_request(sim: TelegramSim, bot: Served) -> None:
    with pytest.raises(Refused):
        bot.run(bot.adapter.deliver(user(sim), Reply(), "k"))
    assert sim.calls("sendMessage") == []


def test_what_belongs_to_a_message_answers_it_in_its_topic(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    first = bot.run(bot.adapter.deliver(place(group, topic), Reply(("one",)), "k1"))
    bot.run(bot.adapter.deliver(place(group), Reply(("two",)), "k2", under=first, silent=True))
    answer = sim.bot_messages(group)[-1]
    assert answer["message_thread_id"] == topic
    assert answer["reply_to_message"]["text"] == "one"
    assert [call.body.get("disable_notification") for call in sim.calls("sendMessage")] == [None, True]


def test_a_message_can_be_changed_and_the_same_again_is_no_error(sim: TelegramSim, bot: Served) -> None:
    receipt = bot.run(bot.adapter.deliver(user(sim), Reply(("open",)), "k"))
    done = Reply(("done",), rows=((Button("Save", Press.of("sample.save", "x"), wire="sample.save|x"),),))
    for _ in range(2):
        bot.run(bot.adapter.revise(receipt, done))
    (message,) = sim.bot_messages()
    assert message["text"] == "done"
    assert sim.press("Save").text == "saved x"
    sim.assert_clean(ignore={"rule"})
    sim.reset_log()  # "not modified" is the one refusal this test asks for


def test_g1_what_nobody_waits_for_is_changed_at_the_pace_of_messages(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crowd of ballots that close in one minute would else meet "too many requests", which stops all else too."""
    monkeypatch.setattr(wire, "A_CHAT", Rate(1, 0.15))
    receipt = bot.run(bot.adapter.deliver(user(sim), Reply(("open",)), "k"))
    for number in range(3):
        bot.run(bot.adapter.revise(receipt, Reply((f"{number} votes",))))
    times = [call.at for name in ("sendMessage", "editMessageText") for call in sim.calls(name)]
    assert len(times) == 4
    assert min(after - before for before, after in pairwise(times)) >= 0.15


def test_g1_control_what_somebody_waits_for_is_changed_at_once(
    sim: TelegramSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.send("/recommend rl")
    monkeypatch.setattr(wire, "A_CHAT", Rate(1, 60.0))
    assert sim.press("more", quiet=0.1).edits[0]["text"] == "page 2 of rl"


def test_a_picture_keeps_its_place_when_its_words_change(sim: TelegramSim, bot: Served) -> None:
    receipt = bot.run(bot.adapter.deliver(user(sim), Reply(file=File("a.png", b"png", "a chart")), "k"))
    bot.run(bot.adapter.revise(receipt, Reply(("seen",))))
    assert sim.bot_messages()[0]["caption"] == "seen"


def test_b21_a_message_to_change_that_is_gone_is_said_to_be(sim: TelegramSim, bot: Served) -> None:
    receipt = bot.run(bot.adapter.deliver(user(sim), Reply(("open",)), "k"))
    sim.state(sim.chat).messages.clear()
    with pytest.raises(Undeliverable) as gone:
        bot.run(bot.adapter.revise(receipt, Reply(("done",))))
    assert gone.value.reason == "gone"


def test_of_more_than_its_message_can_hold_a_changed_reply_shows_the_beginning_and_the_buttons(
    sim: TelegramSim, bot: Served
) -> None:
    receipt = bot.run(bot.adapter.deliver(user(sim), Reply(("open",)), "k"))
    bot.run(bot.adapter.revise(receipt, _long("b")))
    (message,) = sim.bot_messages()
    assert message["text"].startswith("b b b") and message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Save"


def test_a_reply_of_several_messages_is_changed_in_all_of_them(sim: TelegramSim, bot: Served) -> None:
    receipt = bot.run(bot.adapter.deliver(user(sim), _long("a"), "k"))
    receipt = Receipt.read(receipt.place, receipt.kept)
    bot.run(bot.adapter.revise(receipt, _long("b")))
    assert [set(message["text"].split()) for message in sim.bot_messages()] == [{"b"}, {"b"}]
    bot.run(bot.adapter.revise(receipt, Reply(("short",), rows=_long("b").rows)))
    assert [message["text"] for message in sim.bot_messages()] == ["…", "short"]
    bot.run(bot.adapter.revise(receipt, _long("a")))
    assert [set(message["text"].split()) for message in sim.bot_messages()] == [{"a"}, {"a"}]
    assert [bool(message.get("reply_markup")) for message in sim.bot_messages()] == [False, True]


def _long(word: str) -> Reply:
    button = Button("Save", Press.of("sample.save", "x"), wire="sample.save|x")
    return Reply((f"{word} " * 3000,), rows=((button,),))


def test_a_message_is_pinned_without_a_sound(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", bot_admin=True)
    receipt = bot.run(bot.adapter.deliver(place(group), Reply(("one",)), "k"))
    bot.run(bot.adapter.pin(receipt))
    assert sim.state(group).pinned == [int(receipt.message)]
    assert sim.calls("pinChatMessage")[0].body["disable_notification"] is True


def test_where_the_bot_may_not_pin_it_says_so(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    receipt = bot.run(bot.adapter.deliver(place(group), Reply(("one",)), "k"))
    with pytest.raises(Undeliverable) as refused:
        bot.run(bot.adapter.pin(receipt))
    assert refused.value.reason == "forbidden"


def test_rights_are_those_of_this_moment(sim: TelegramSim, bot: Served) -> None:
    group, managed = sim.add_group("Lab"), sim.add_group("Club", bot_admin=True)
    all_of_it = Rights(see=True, post=True, thread=True, history=True, pin=True)
    assert bot.run(bot.adapter.rights(place(managed))) == all_of_it
    assert bot.run(bot.adapter.rights(Place(Platform.TELEGRAM, str(sim.user["id"])))) == all_of_it
    member = Rights(see=True, post=True, thread=True, history=True)
    assert bot.run(bot.adapter.rights(place(group))) == member
    sim.state(group).muted = True
    assert bot.run(bot.adapter.rights(place(group))) == Rights(see=True, thread=True, history=True)
    sim.kick_bot(group)
    assert bot.run(bot.adapter.rights(place(group))) == Rights()


def test_a_bot_that_is_not_connected_sends_nothing(sim: TelegramSim, bot: Served) -> None:
    bot.adapter._inbound = None  # as before the first answer of Telegram
    with pytest.raises(Unsent) as unsent:
        bot.run(bot.adapter.deliver(user(sim), Reply(("hi",)), "k"))
    assert unsent.value.everywhere
