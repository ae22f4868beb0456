"""What Discord and the network do to messages nobody is waiting for: the cases C1 to C11 and C19 to C22."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.discord import deliver, limits, requests
from bot.adapters.discord.render import Page
from bot.chat.press import Press
from bot.chat.reply import Button, Card, File, Reply
from bot.chat.stores import InDoubt, Undeliverable, Unsent
from bot.chat.text import lines
from bot.core.refs import Place, UserRef
from tests.adapters.discord.sending import MESSAGES, OPENING, Json, channel, contents, person, refusal, send
from tests.adapters.discord.served import Served
from tests.adapters.served import now
from tests.standins import DiscordSim

AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries, seconds of them, are cut short."""
    monkeypatch.setattr(requests, "PAUSES", (0.05, 0.1))
    monkeypatch.setattr(deliver, "CONFIRM_SECONDS", 0.05)


def send_all(bot: Served, where: list[Place], number: int = 1) -> float:
    """Deliver `number` messages to every place at once, in order within a place; returns the seconds it took."""

    async def in_order(of: int, place: Place) -> None:
        for i in range(number):
            await bot.adapter.deliver(place, Reply((f"{i}",)), f"{of}.{i}")

    async def everywhere() -> None:
        await asyncio.gather(*(in_order(of, place) for of, place in enumerate(where)))

    began = time.monotonic()
    bot.run(everywhere())
    return time.monotonic() - began


def refused(sim: DiscordSim) -> int:
    return sum(call.status == 429 for call in sim.requests)


def archived_thread(sim: DiscordSim) -> Json:
    return sim.world.add_thread(sim.channel, "papers", owner_id=sim.world.app_id)


# how fast


def test_c1_a_full_global_window_is_never_overrun(sim: DiscordSim, bot: Served) -> None:
    sim.enforce_limits = True
    places = [channel(sim, sim.new_channel(f"c{i}")) for i in range(120)]
    took = send_all(bot, places)
    assert refused(sim) == 0
    assert all(contents(sim, {"id": place.channel}) == ["0"] for place in places)
    assert took < 120 / 50 * 1.5


def test_c1_a_global_429_stops_everybody_and_loses_nothing(sim: DiscordSim, bot: Served) -> None:
    places = [channel(sim, sim.new_channel(f"c{i}")) for i in range(60)]
    sim.rate_limit(MESSAGES, "POST", retry_after=1.0, scope="global")
    send_all(bot, places)
    refused_at = next(call.at for call in sim.calls(MESSAGES) if call.status == 429)
    later = [call.at - refused_at for call in sim.calls(MESSAGES) if call.at > refused_at + 0.1]
    assert min(later) >= 0.95
    assert refused(sim) == 1
    assert all(contents(sim, {"id": place.channel}) == ["0"] for place in places)


def test_c2_a_channels_own_limit_is_kept_and_others_do_not_wait_for_it(sim: DiscordSim, bot: Served) -> None:
    sim.enforce_limits = True
    sim.limits.sizes["POST /channels/{channel_id}/messages"] = (5, 1.0)
    other = channel(sim, sim.new_channel("other"))

    async def both() -> float:
        busy = asyncio.gather(*(bot.adapter.deliver(channel(sim), Reply((f"{i}",)), f"{i}") for i in range(12)))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await bot.adapter.deliver(other, Reply(("now",)), "other")
        took = time.monotonic() - began
        await busy
        return took

    assert bot.run(both()) < 0.5
    assert refused(sim) == 0
    assert sorted(contents(sim), key=int) == [str(i) for i in range(12)]


def test_c3_a_shared_429_holds_that_channel_alone_and_is_not_held_against_us(sim: DiscordSim, bot: Served) -> None:
    sim.rate_limit(f"/channels/{sim.channel['id']}/messages", "POST", retry_after=1.0, scope="shared")
    other = channel(sim, sim.new_channel("other"))
    send_all(bot, [channel(sim), other])
    at = {call.path: call.at for call in sim.calls(MESSAGES) if call.status == 200}
    assert at[f"/channels/{sim.channel['id']}/messages"] - at[f"/channels/{other.channel}/messages"] > 0.8
    assert not bot.adapter.limits._invalid


def test_c4_a_bucket_that_changes_its_name_loses_nothing(sim: DiscordSim, bot: Served) -> None:
    sim.enforce_limits = True
    sim.limits.sizes["POST /channels/{channel_id}/messages"] = (5, 1.0)
    for i in range(8):
        sim.limits.rotation = i // 3
        send(bot, channel(sim), f"{i}", key=f"{i}")
    assert contents(sim) == [str(i) for i in range(8)]
    assert refused(sim) <= 1


def test_c5_cloudflares_page_stops_everything_for_minutes(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "POST", status=429, body="error code: 1015", headers={"Content-Type": "text/html"})
    with pytest.raises(Unsent) as unsent:
        send(bot, channel(sim), "hello")
    assert unsent.value.everywhere
    assert unsent.value.wait is not None
    assert timedelta(minutes=4) < unsent.value.wait <= timedelta(minutes=5)
    for number in range(20):
        with pytest.raises(Unsent):
            send(bot, person(sim.user), "hello", key=f"{number}")
    assert len(sim.requests) - len(sim.calls("/applications/*")) - len(sim.calls("/users/@me")) <= 3


def test_c6_when_too_much_was_refused_only_people_are_answered(
    sim: DiscordSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.fail(MESSAGES, "POST", status=403, body=refusal(50013), times=None)
    storm, asked = limits.INVALID, 0
    for _ in range(storm - 1):
        bot.adapter.limits.answered(403, {})
    with pytest.raises(Undeliverable):
        send(bot, channel(sim), "the last straw")
    asked = len(sim.calls(MESSAGES))
    with pytest.raises(Unsent) as unsent:
        send(bot, channel(sim), "hello", key="k2")
    assert unsent.value.everywhere
    assert len(sim.calls(MESSAGES)) == asked
    assert sim.slash("echo", words="still here").content == "still here"


# addresses


def test_c7_a_channel_that_is_missing_once_is_believed_to_be_there(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "POST", status=404, body=refusal(10003, "Unknown Channel"))
    send(bot, channel(sim), "hello")
    assert contents(sim) == ["hello"]


def test_c7_a_deleted_channel_is_given_up_only_when_confirmed(sim: DiscordSim, bot: Served) -> None:
    sim.delete_channel(sim.channel)
    with pytest.raises(Undeliverable, match="gone"):
        send(bot, channel(sim), "hello")
    assert [call.status for call in sim.calls("/channels/*", "GET")] == [404]


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_that_nobody_has_heard_of_is_a_failure_of_its_letter(
    sim: DiscordSim, bot: Served, status: int
) -> None:
    sim.fail(MESSAGES, "POST", status=status, body=refusal(99999, "something new"))
    with pytest.raises(Unsent, match="something new") as unsent:
        send(bot, channel(sim), "hello")
    assert unsent.value.counts
    send(bot, channel(sim), "hello")
    assert contents(sim) == ["hello"]


@pytest.mark.parametrize("code", [50007, 50278])
def test_c8_a_closed_private_chat_is_said_at_the_first_try(sim: DiscordSim, bot: Served, code: int) -> None:
    sim.fail(MESSAGES, "POST", status=403, body=refusal(code), times=None)
    with pytest.raises(Undeliverable, match="closed"):
        send(bot, person(sim.user), "hello")
    assert len(sim.calls(MESSAGES)) == 1


def test_c9_when_chats_were_opened_too_fast_only_known_ones_go_on_also_after_a_restart(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    bob, bot = sim.join("bob"), serve()
    send(bot, person(sim.user), "known")
    sim.fail(OPENING, "POST", status=403, body=refusal(40003, "You are opening direct messages too fast"))
    with pytest.raises(Unsent) as unsent:
        send(bot, person(bob), "hello")
    assert unsent.value.wait is not None
    assert not unsent.value.everywhere
    assert unsent.value.wait >= timedelta(hours=1)
    send(bot, person(sim.user), "still", key="k2")
    bot.stop()
    asked = len(sim.calls(OPENING))
    again = serve()
    with pytest.raises(Unsent):
        send(again, person(bob), "hello")
    assert len(sim.calls(OPENING)) == asked
    assert [message["content"] for message in sim.bot_messages(dm_with=sim.user)] == ["known", "still"]


def test_c9_a_person_who_writes_first_has_a_known_chat(sim: DiscordSim, bot: Served) -> None:
    sim.fail(OPENING, "POST", status=403, body=refusal(40003), times=None)
    sim.slash("echo", words="hi", dm=True)
    send(bot, person(sim.user), "hello")
    assert sim.bot_messages(dm_with=sim.user)[-1]["content"] == "hello"
    assert not sim.calls(OPENING)


@pytest.mark.parametrize("code", [10003, 50001])
def test_c7_a_private_chat_that_is_not_ours_any_more_is_opened_anew_for_good(
    sim: DiscordSim, bot: Served, code: int
) -> None:
    """As after a move to a new application."""
    alice, dead = person(sim.user), "404404404404404404"
    bot.run(_met(bot, alice, dead))
    sim.fail(f"/channels/{dead}*", status=403 if code == 50001 else 404, body=refusal(code), times=None)
    send(bot, alice, "hello")
    assert [message["content"] for message in sim.bot_messages(dm_with=sim.user)] == ["hello"]
    kept = bot.run(bot.memory.chat(alice))
    assert kept not in (None, dead), "and the new one is remembered"
    send(bot, alice, "again", key="k2")
    assert len(sim.calls(OPENING)) == 1


def test_c7_a_person_whose_new_chat_is_missing_too_is_gone(sim: DiscordSim, bot: Served) -> None:
    alice = person(sim.user)
    bot.run(_met(bot, alice, None))
    sim.fail("/channels/*", status=404, body=refusal(10003), times=None)
    with pytest.raises(Undeliverable, match="gone"):
        send(bot, alice, "hello")
    assert bot.run(bot.memory.chat(alice)) is None, "the next try opens it anew"
    assert len(sim.calls(OPENING)) == 2


async def _met(bot: Served, user: UserRef, chat: str | None) -> None:
    async with bot.storage.write() as uow:
        await uow.people.meet(user, "en", now())
    if chat is not None:
        await bot.memory.keep_chat(user, chat)


@pytest.mark.parametrize("permission", ["send_messages", "view_channel"])
def test_c10_a_forbidden_channel_is_one_request_and_open_again_when_rights_change(
    sim: DiscordSim, bot: Served, permission: str
) -> None:
    sim.forbid(sim.channel, permission)
    with pytest.raises(Undeliverable, match="forbidden"):
        send(bot, channel(sim), "hello")
    assert len(sim.calls(MESSAGES)) == 1
    sim.forbid(sim.channel)
    send(bot, channel(sim), "hello")
    assert contents(sim) == ["hello"]


def test_c11_an_archived_thread_is_woken(sim: DiscordSim, bot: Served) -> None:
    thread = archived_thread(sim)
    thread["thread_metadata"]["archived"] = True
    sim.fail(MESSAGES, "POST", status=400, body=refusal(50083, "Thread is archived"))
    receipt = send(bot, channel(sim, thread), "hello")
    assert contents(sim, thread) == ["hello"]
    assert receipt.place.thread == thread["id"]
    assert thread["thread_metadata"]["archived"] is False


def test_c11_a_locked_thread_gives_way_to_its_channel(sim: DiscordSim, bot: Served) -> None:
    thread = archived_thread(sim)
    thread["thread_metadata"]["locked"] = True
    receipt = send(bot, channel(sim, thread), "hello")
    assert (contents(sim, thread), contents(sim)) == ([], ["hello"])
    assert receipt.place == channel(sim)


def test_c11_a_deleted_thread_gives_way_to_its_channel(sim: DiscordSim, bot: Served) -> None:
    thread = archived_thread(sim)
    place = channel(sim, thread)
    sim.delete_channel(thread)
    assert send(bot, place, "hello").place == channel(sim)
    assert contents(sim) == ["hello"]


# the network


@pytest.mark.parametrize(
    "fault",
    [
        {"lose_response": True},
        {"drop": True},
        {"status": 503, "body": {"message": "503: Service Unavailable", "code": 0}},
        {"status": 500, "body": {"message": "500: Internal Server Error", "code": 0}},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 200, "body": "<html>hello</html>"},
    ],
    ids=["lost answer", "cut connection", "503", "500", "502", "200 that is no JSON"],
)
def test_c19_what_goes_wrong_on_the_way_is_sent_again_under_the_same_nonce(
    sim: DiscordSim, bot: Served, fault: Json
) -> None:
    sim.fail(MESSAGES, "POST", **fault)
    send(bot, channel(sim), "once")
    assert contents(sim) == ["once"]
    assert len({call.body["nonce"] for call in sim.calls(MESSAGES, "POST")}) == 1


def test_c19_what_does_not_end_is_in_doubt_and_can_be_repeated(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "POST", lose_response=True, times=3)
    with pytest.raises(InDoubt):
        send(bot, channel(sim), "once")
    send(bot, channel(sim), "once")
    assert contents(sim) == ["once"]


def test_c19_without_the_nonce_a_lost_answer_doubles(
    sim: DiscordSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of C19."""
    whole = Page.body
    monkeypatch.setattr(Page, "body", lambda page, *, nonce: whole(page))
    sim.fail(MESSAGES, "POST", lose_response=True, times=3)
    with pytest.raises(InDoubt):
        send(bot, channel(sim), "once")
    assert contents(sim) == ["once"] * 3


def test_a_delivery_that_stops_half_way_goes_on_there(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "POST", lose_response=True, after=1, times=3)
    long = "word " * 900
    with pytest.raises(InDoubt):
        send(bot, channel(sim), long)
    sim.forget_nonces()
    sim.world.messages[sim.channel["id"]].pop()  # the second part, in doubt, had not arrived
    send(bot, channel(sim), long)
    assert len(contents(sim)) == 3
    assert len(set(contents(sim))) >= 2


# in doubt for long


def doubted(sim: DiscordSim, serve: Callable[..., Served], reply: Reply) -> Served:
    """Return the bot after it was killed between sending and noting it, when no nonce helps any more."""
    first = serve()
    send(first, channel(sim), reply)
    first.stop()
    sim.say("between", user=sim.user)
    sim.forget_nonces()
    return serve()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(("read it",)),
        Reply((), cards=(Card("Week 3", (lines("a", "b"),)),)),
        Reply(
            ("read it",), rows=((Button("Done", Press("remind.done", ("7", "202611250700")), wire="remind.done|7|x"),),)
        ),
        Reply(("word " * 900,)),
    ],
    ids=["words", "a card", "a button", "three parts"],
)
def test_c20_what_is_in_doubt_for_an_hour_is_looked_up_before_it_is_sent(
    sim: DiscordSim, serve: Callable[..., Served], reply: Reply
) -> None:
    bot = doubted(sim, serve, reply)
    before = sim.bot_messages()
    receipt = send(bot, channel(sim), reply, doubted_since=now() - AN_HOUR)
    assert sim.bot_messages() == before
    assert receipt.message == before[-1]["id"]


def test_c20_a_deleted_thread_whose_history_is_asked_for_gives_way_to_its_channel(sim: DiscordSim, bot: Served) -> None:
    thread = archived_thread(sim)
    sim.delete_channel(thread)
    receipt = send(bot, channel(sim, thread), "once", doubted_since=now() - AN_HOUR)
    assert contents(sim) == ["once"]
    assert receipt.place == channel(sim)


def test_c20_a_channel_whose_history_is_closed_to_us_is_still_written_to(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "GET", status=403, body=refusal(50001), times=None)
    send(bot, channel(sim), "once", doubted_since=now() - AN_HOUR)
    assert contents(sim) == ["once"]


def test_c20_what_never_arrived_is_sent(sim: DiscordSim, bot: Served) -> None:
    send(bot, channel(sim), "another", key="k2")
    send(bot, channel(sim), "once", doubted_since=now() - AN_HOUR)
    assert contents(sim) == ["another", "once"]


def test_c20_without_the_right_to_look_it_is_sent_twice_rather_than_never(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    """Also the negative control of C20: without the look-up it doubles."""
    sim.forbid(sim.channel, "read_message_history")
    bot = doubted(sim, serve, Reply(("once",)))
    send(bot, channel(sim), "once", doubted_since=now() - AN_HOUR)
    assert contents(sim) == ["once", "once"]


def test_c20_a_doubt_of_a_moment_costs_no_look(sim: DiscordSim, bot: Served) -> None:
    send(bot, channel(sim), "once", doubted_since=now() - timedelta(seconds=20))
    assert not sim.calls(MESSAGES, "GET")


# what is sent


def test_c21_nothing_is_too_long_for_discord(sim: DiscordSim, bot: Served) -> None:
    long = "가나다라마바사 " * 1500
    card = Card(long, (lines(*(long[:900],) * 9),), footer=long)
    send(bot, channel(sim), Reply((long,), cards=(card,) * 12, thread=long))
    assert not any(call.status == 400 for call in sim.requests)
    assert len(contents(sim)) > 10


PINGS = "@everyone @here <@&{role}> <@{user}> <@!{user}>"


def pinging(sim: DiscordSim) -> Reply:
    words = PINGS.format(role=sim.guild.id, user=sim.user["id"])
    card = Card(words, (lines(words),), footer=words)
    button = Button(words[:60], Press("sample.save", ("x",)), wire="sample.save|x")
    return Reply((words,), cards=(card,), rows=((button,),), file=File("notes.txt", b"x", words), thread=words)


def pinged(sim: DiscordSim) -> list[Any]:
    messages = sim.bot_messages()
    return [m for m in messages if m["mentions"] or m["mention_roles"] or m.get("mention_everyone")]


def test_c22_no_words_ping_anybody(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), pinging(sim))
    bot.run(bot.adapter.revise(receipt, pinging(sim)))
    bodies = [call.body for call in sim.calls("/channels/*/messages*") if call.method in ("POST", "PATCH")]
    assert [body["allowed_mentions"] for body in bodies if "content" in body] == [{"parse": [], "users": []}] * 2
    assert pinged(sim) == []


def test_c22_the_control_pings(sim: DiscordSim, bot: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of C22: the same words without the two defences ring for everybody."""
    whole = Page.body

    def careless(page: Page, **how: Any) -> Json:
        body = {name: part for name, part in whole(page, **how).items() if name != "allowed_mentions"}
        return body | {"content": PINGS.format(role=sim.guild.id, user=sim.user["id"])}

    monkeypatch.setattr(Page, "body", careless)
    send(bot, channel(sim), pinging(sim))
    assert pinged(sim)


def test_a_chat_that_was_opened_once_is_not_opened_again_after_a_restart(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    first = serve()
    first.run(_meet(first, person(sim.user)))
    send(first, person(sim.user), "before")
    first.stop()
    send(serve(), person(sim.user), "after", key="k2")
    assert [message["content"] for message in sim.bot_messages(dm_with=sim.user)] == ["before", "after"]
    assert len(sim.calls(OPENING)) == 1


async def _meet(bot: Served, user: UserRef) -> None:
    async with bot.storage.write() as uow:
        await uow.people.meet(user, None, now())
