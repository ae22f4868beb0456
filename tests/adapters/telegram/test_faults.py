"""What Telegram and the network do to us, and what a member then sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.contract import CannotServe
from bot.adapters.telegram import polling
from bot.chat.reply import Reply
from bot.chat.stores import Unsent
from bot.core.refs import Platform, UserRef
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim
from tests.standins.recording import Json


def test_b1_a_flood_wait_is_honoured_and_nothing_is_lost(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    sim.flood_wait(retry_after=3)
    begun = time.monotonic()
    sim.send("/echo one", expect=0)
    sim.wait_for(lambda s: s.calls("sendMessage"))
    sim.send("/echo two", expect=0)
    sim.send("/echo other", user=bob)
    assert time.monotonic() - begun < 2.5, "only that chat waits"
    sim.wait_for(lambda s: len(s.bot_messages()) == 2)
    assert time.monotonic() - begun > 2.9
    assert [message["text"] for message in sim.bot_messages()] == ["one", "two"]


def test_b2_a_wall_of_html_is_taken_for_a_flood(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=429, body="error code: 1015", headers={"Retry-After": "1"})
    begun = time.monotonic()
    sim.send("/echo one", timeout=4)
    assert time.monotonic() - begun > 0.9


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}, {"lose_response": True}])
def test_polling_goes_on_after_every_kind_of_trouble(sim: TelegramSim, bot: Served, fault: Json) -> None:
    sim.fail("getUpdates", **fault)
    sim.send("/echo one")
    sim.send("/echo two", timeout=8)
    assert [message["text"] for message in sim.bot_messages()] == ["one", "two"]
    assert bot.sample.diary == [("echo", "one"), ("echo", "two")]


def test_an_answer_refused_by_a_sick_server_is_sent_again(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=502)
    assert sim.send("/echo one", quiet=0.3)[0]["text"] == "one"


def test_b13_an_answer_in_doubt_is_not_sent_twice(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", lose_response=True)
    sim.send("/echo one", quiet=0.5)
    assert len(sim.calls("sendMessage")) == 1
    assert sim.send("/echo two")[0]["text"] == "two"


def test_an_edit_in_doubt_is_repeated_since_twice_is_once(sim: TelegramSim, bot: Served) -> None:
    sim.send("/recommend rl")
    sim.fail("editMessageText", drop=True)
    assert sim.press("more", quiet=0.1).edits[0]["text"] == "page 2 of rl"


def test_b12_a_refused_markup_is_sent_again_as_plain_text(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=400, body="Bad Request: can't parse entities: Unsupported start tag")
    assert sim.send("/echo a <b> c")[0]["text"] == "a <b> c"
    assert "parse_mode" not in sim.calls("sendMessage")[-1].body


def test_b10_a_deleted_topic_is_answered_without_it(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    sim.fail("sendMessage", status=400, body="Bad Request: message thread not found")
    (answer,) = sim.send("/echo hi", chat=group, thread=topic)
    assert "message_thread_id" not in answer


def test_b9_a_closed_topic_is_answered_outside_of_it(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab", forum=True)
    topic = sim.add_topic(group, "Papers")
    sim.state(group).topics[topic]["closed"] = True
    (answer,) = sim.send("/echo hi", chat=group, thread=topic)
    assert "message_thread_id" not in answer


def test_b7_a_group_that_moved_meanwhile_is_answered_in_its_new_place(sim: TelegramSim, bot: Served) -> None:
    old = sim.add_group("Lab", kind="group")
    sim.send("/slow 0.4", chat=old, expect=0)
    new = sim.migrate(old)
    sim.wait_for(lambda s: s.bot_messages(new))
    assert sim.bot_messages(new)[0]["text"] == "done"


def test_b4_somebody_who_blocked_us_harms_nobody(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    sim.send("/slow 0.3", expect=0)
    sim.block()
    sim.send("/echo hi", user=bob)
    sim.wait_for(lambda s: len(s.calls("sendMessage")) == 2)
    assert sim.bot_messages() == []


def test_b20_a_refused_token_ends_with_the_mend_and_without_the_token(
    sim: TelegramSim, serve: Callable[..., Served]
) -> None:
    life = serve(token="123456789:AAHwrongTokenWrongTokenWrongToken000", wait=False)
    failure = life.ended()
    assert isinstance(failure, CannotServe)
    assert failure.mend.en.startswith("Telegram does not accept TELEGRAM_TOKEN.")
    assert failure.mend.ko.startswith("Telegram이 TELEGRAM_TOKEN을 받아 주지 않아요.")
    assert "AAHwrong" not in str(failure)
    assert failure.__cause__ is None
    assert {violation.code for violation in sim.violations} == {"auth"}
    sim.reset_log()


def test_b20_a_token_refused_later_ends_it_too(sim: TelegramSim, bot: Served) -> None:
    sim.fail("getUpdates", status=401, body="Unauthorized")
    sim.send("/echo hi", expect=0)
    assert isinstance(bot.ended(), CannotServe)


def test_b20_a_token_refused_while_sending_ends_it_too(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=401, body="Unauthorized")
    with pytest.raises(Unsent) as unsent:
        bot.run(bot.adapter.deliver(UserRef(Platform.TELEGRAM, str(sim.user["id"])), Reply(("hi",)), "k"))
    assert unsent.value.everywhere
    assert isinstance(bot.ended(), CannotServe)


def test_a_second_poller_gives_up_and_the_first_goes_on(
    sim: TelegramSim, bot: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PEACE_SECONDS", 0.4)
    monkeypatch.setattr(polling, "CONFLICT_PAUSE", 0.2)
    time.sleep(0.5)  # long enough for the first to be at home
    (tmp_path / "second").mkdir()
    second = Served(sim, tmp_path / "second").start(wait=False)
    failure = second.ended()
    assert isinstance(failure, CannotServe)
    assert "two bots on one token" in failure.mend.en
    assert "토큰 하나에 봇이 둘" in failure.mend.ko
    assert sim.send("/echo still here", timeout=8)[0]["text"] == "still here"


def test_a_webhook_left_behind_is_removed(sim: TelegramSim, serve: Callable[..., Served]) -> None:
    conflict = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    sim.fail("getUpdates", status=409, body=conflict)
    serve()
    assert sim.send("/start")[0]["text"] == "hello en"
    assert sim.calls("deleteWebhook")


def test_an_unreachable_server_is_waited_for(sim: TelegramSim, serve: Callable[..., Served]) -> None:
    sim.fail("getMe", drop=True, times=2)
    serve()
    assert sim.send("/start")[0]["text"] == "hello en"
