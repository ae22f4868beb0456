"""What becomes of a letter: sent once, tried again, given up with a reason, sent another way, or held back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import Forbidden

from bot.adapters.telegram.failures import outcome
from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.stores import InDoubt, Receipt, Refused, Undeliverable, Unsent
from bot.core import schedule as schedules
from bot.core.outbox import Letter, LetterState, NewLetter
from bot.core.people import Approval
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import Doubt, Kind
from bot.services import outbox
from bot.storage.unit import UnitOfWork
from tests.scheduler.street import ALICE, BOB, DAILY, HOST, START, Clock, Street, open_street

CROWD = 100
CLUB_SPACE = SpaceRef(Platform.TELEGRAM, "-100")
CLUB = Place(Platform.TELEGRAM, "-100", CLUB_SPACE)


async def test_a_letter_is_written_when_it_goes_and_marked_when_it_arrived(street: Street, clock: Clock) -> None:
    reminder = await street.remind_of("read lecture 5", START)
    await street.fall()
    assert await street.carry() == 1
    (message,) = street.discord.messages
    assert (message.to, message.text) == (ALICE, "read lecture 5")
    letter = (await street.letters(message.key))[message.key]
    assert (letter.state, letter.schedule_id, letter.due_at) == (LetterState.SENT, reminder.id, START)
    assert (letter.sent_message, letter.sent_at) == ("0", clock.now)
    assert await street.carry() == 0, "and it does not go again"


async def test_what_is_late_says_so_from_five_minutes_on(street: Street, clock: Clock) -> None:
    await street.remind_of("on time", START)
    await street.remind_of("late", START, user=BOB)
    await street.fall()
    clock.leap(minutes=4)
    await street.carry(Platform.DISCORD)
    clock.leap(minutes=3)
    await street.carry(Platform.TELEGRAM)
    assert street.discord.texts == ["on time"]
    assert street.telegram.texts == ["late | late 0:07:00"]


async def test_too_late_is_put_on_record_and_not_sent(street: Street, clock: Clock) -> None:
    await street.remind_of("yesterday's", START)
    clock.leap(hours=13)
    await street.fall()
    await street.carry()
    assert street.discord.requests == []
    assert await street.states() == {LetterState.TOO_LATE: 1}


async def test_a_post_with_nothing_to_say_any_more_is_dropped(street: Street) -> None:
    await street.remind_of("", START)
    await street.fall()
    await street.carry()
    assert street.discord.requests == []
    assert await street.states() == {LetterState.DROPPED: 1}


async def test_a11_a_poisoned_letter_dies_after_five_tries_with_its_reason_and_others_are_on_time(
    street: Street, clock: Clock
) -> None:
    street.remind.poisoned.add("poison")
    await street.remind_of("poison", START)
    for number in range(10):
        await street.remind_of(f"fine {number}", START, user=UserRef(Platform.DISCORD, f"10{number}"))
    await street.fall()
    tries = 0
    while (await street.states()).get(LetterState.DEAD, 0) == 0:
        tries += 1
        await street.carry(Platform.DISCORD)
        if tries == 1:
            assert sorted(street.discord.texts) == [f"fine {number}" for number in range(10)]
        clock.leap(minutes=10)
        assert tries <= 5
    assert tries == 5
    async with street.storage.read() as uow:
        (dead,) = await uow.outbox.failures(START, 10)
    assert dead.reason == "RuntimeError: this one cannot be drawn"


async def test_b1_a_chat_that_asks_for_quiet_gets_it_alone_and_loses_nothing(street: Street, clock: Clock) -> None:
    for number in range(3):
        await street.write_to(BOB, str(number), f"bob {number}")
    await street.write_to(UserRef(Platform.TELEGRAM, "3"), "other", "other")
    street.telegram.fails["2"] = [Unsent("slow down", timedelta(seconds=5))]
    await street.carry()
    assert street.telegram.texts == ["something waits for other"]
    assert street.telegram.requests.count("bob 0") + street.telegram.requests.count("bob 1") == 1, "no further 429"
    clock.leap(seconds=4)
    assert await street.carry() == 0
    clock.leap(seconds=2)
    await street.carry()
    assert len(street.telegram.to("2")) == 3


async def test_an_outage_of_hours_costs_no_letter_its_tries(street: Street, clock: Clock) -> None:
    await street.remind_of("patience", START)
    await street.fall()
    for _ in range(40):
        street.discord.fails["1"] = [Unsent("connection refused")]
        await street.carry(Platform.DISCORD)
        clock.leap(minutes=6)
    street.discord.fails.clear()
    clock.leap(minutes=6)
    await street.carry(Platform.DISCORD)
    assert len(street.discord.texts) == 1
    assert "late" in street.discord.texts[0]


async def test_b3_a_long_silence_is_kept_over_a_restart_and_the_host_is_told(file: Path, clock: Clock) -> None:
    async with open_street(file, clock) as street:
        for number in range(5):
            await street.write_to(UserRef(Platform.TELEGRAM, str(number)), str(number), f"letter {number}")
        for number in range(5):
            asked = Unsent("flood", timedelta(seconds=10_000), everywhere=True)
            street.telegram.fails[str(number)] = [asked]
        await street.carry(Platform.TELEGRAM)
        asked_first = len(street.telegram.requests)
        await street.carry(Platform.DISCORD)
        (notice,) = street.discord.to(HOST.id)
        assert "Telegram asks me to be quiet until" in notice
    async with open_street(file, clock) as street:
        clock.leap(seconds=9_990)
        assert await street.carry(Platform.TELEGRAM) == 0
        assert street.telegram.requests == []
        await street.write_to(UserRef(Platform.TELEGRAM, "9"), "new", "new")
        assert await street.carry(Platform.TELEGRAM) == 0, "nothing else either"
        clock.leap(seconds=20)
        await street.carry(Platform.TELEGRAM)
        assert len(street.telegram.messages) == 6
    assert asked_first <= 5


async def test_b4_a_blocked_bot_asks_once_keeps_the_reminder_and_goes_on_when_heard_of(
    street: Street, clock: Clock
) -> None:
    await street.remind_of("every day", START, user=BOB, rrule=DAILY)
    street.telegram.fails["2"] = [Undeliverable("blocked")]
    for _ in range(4):
        await street.fall()
        await street.carry()
        clock.leap(days=1)
    assert len(street.telegram.requests) == 1
    states = await street.states()
    assert states[LetterState.UNDELIVERED] == 1
    assert states[LetterState.WITHHELD] == 3
    assert street.outbox.lost(BOB)
    await street.outbox.found(BOB)
    await street.fall()
    await street.carry()
    assert [text.partition(" |")[0] for text in street.telegram.texts] == ["every day"], "what was missed is not sent"


async def test_b4_control_without_the_table_of_the_unreachable_every_day_costs_a_request(
    street: Street, clock: Clock
) -> None:
    await street.remind_of("every day", START, user=BOB, rrule=DAILY)
    street.telegram.fails["2"] = [Undeliverable("blocked")] * 4
    for _ in range(4):
        await street.fall()
        await street.carry()
        async with street.storage.write() as uow:
            await uow.unreachable.clear(BOB)
        clock.leap(days=1)
    assert len(street.telegram.requests) == 4


async def test_b5_an_unknown_refusal_disables_nobody(street: Street, clock: Clock) -> None:
    await street.write_to(BOB, "first", "first")
    unknown = outcome(Forbidden("Forbidden: something new"))
    street.telegram.fails["2"] = [unknown] * 10
    for _ in range(10):
        await street.carry(Platform.TELEGRAM)
        clock.leap(minutes=11)
    assert len(street.telegram.requests) == 5
    first = (await street.letters("first"))["first"]
    assert (first.state, first.reason) == (LetterState.DEAD, "Forbidden: something new")
    street.telegram.fails.clear()
    await street.write_to(BOB, "second", "second")
    await street.carry(Platform.TELEGRAM)
    assert street.telegram.texts == ["something waits for second"]


async def test_a_group_that_was_closed_for_an_hour_hears_from_us_again_once_somebody_asks_something_there(
    street: Street,
) -> None:
    await street.write_to(CLUB, "first", "first")
    street.telegram.fails["-100"] = [Undeliverable("forbidden")]
    await street.carry()
    await street.write_to(CLUB, "second", "second")
    await street.carry()
    assert (await street.letters("second"))["second"].state is LetterState.WITHHELD
    await street.router.call(Caller(BOB, CLUB, private_answers=False), "help", {})
    await street.router.finish()
    await street.write_to(CLUB, "third", "third")
    await street.carry()
    assert street.telegram.texts == ["something waits for third"]
    assert not street.outbox.lost(CLUB_SPACE)


async def test_c10_a_command_in_a_channel_says_nothing_of_the_other_channels_of_its_server(street: Street) -> None:
    """Only where the chat is the space: a deleted channel of a lively server would be found out again each week."""
    server = SpaceRef(Platform.DISCORD, "900")
    await street.write_to(Place(Platform.DISCORD, "11", server), "first", "first")
    street.discord.fails["11"] = [Undeliverable("gone")]
    await street.carry()
    await street.router.call(Caller(ALICE, Place(Platform.DISCORD, "12", server)), "help", {})
    await street.router.finish()
    assert street.outbox.lost(server)


async def test_c10_a_place_that_forbids_writing_is_tried_again_after_hours_and_told_of_once(
    street: Street, clock: Clock
) -> None:
    """Telegram tells no bot that members may write again."""
    street.telegram.fails["-100"] = [Undeliverable("forbidden"), Undeliverable("forbidden")]
    for number, hours in enumerate((5, 2, 2, 2)):
        await street.write_to(CLUB, str(number), f"letter {number}")
        await street.carry()
        clock.leap(hours=hours)
    letters = await street.letters(*(f"letter {number}" for number in range(4)))
    assert [letters[key].state for key in sorted(letters)] == [
        LetterState.UNDELIVERED,
        LetterState.WITHHELD,  # five hours later
        LetterState.UNDELIVERED,  # seven
        LetterState.SENT,  # nine
    ]
    assert len(street.discord.to(HOST.id)) == 1, "the host is told once"
    async with street.storage.read() as uow:
        assert await uow.unreachable.all() == ()


async def test_a_chat_that_we_were_put_out_of_is_not_tried_again_though_writing_was_forbidden_before(
    street: Street, clock: Clock
) -> None:
    async with street.storage.write() as uow:
        await uow.spaces.joined(CLUB_SPACE, "Club", added_by=None, approval=Approval.APPROVED, now=clock())
        await uow.unreachable.mark(CLUB, "forbidden", clock())
        await uow.spaces.left(CLUB_SPACE, clock())
    clock.leap(hours=7)
    await street.write_to(CLUB, "first", "first")
    await street.carry()
    assert street.telegram.requests == []


async def test_a_refused_message_is_not_sent_again(street: Street) -> None:
    await street.write_to(BOB, "too long", "long")
    street.telegram.fails["2"] = [Refused("message is too long")]
    await street.carry(Platform.TELEGRAM)
    letter = (await street.letters("long"))["long"]
    assert (letter.state, letter.reason) == (LetterState.DEAD, "refused: message is too long")


async def test_b6_a_place_that_is_gone_is_told_to_the_host_once(street: Street, clock: Clock) -> None:
    for number in range(3):
        await street.write_to(CLUB, str(number), f"club {number}")
    street.telegram.fails["-100"] = [Undeliverable("gone")] * 3
    await street.carry(Platform.TELEGRAM)
    clock.leap(days=1)
    await street.write_to(CLUB, "more", "more")
    await street.carry()
    assert street.telegram.requests == ["club 0"]
    (notice,) = street.discord.to(HOST.id)
    assert "I cannot post in -100 any more" in notice
    street.telegram.fails.clear()
    await street.router.space_arrived(CLUB.space or SpaceRef(Platform.TELEGRAM, ""), "Club")
    await street.router.finish()
    await street.write_to(CLUB, "back", "back")
    await street.carry(Platform.TELEGRAM)
    assert street.telegram.texts == ["something waits for back"]


async def test_c7_a_deleted_channel_pauses_what_goes_there(street: Street) -> None:
    await street.router.place_gone(CLUB)
    await street.write_to(CLUB, "x", "x")
    await street.carry(Platform.TELEGRAM)
    assert street.telegram.requests == []
    assert (await street.letters("x"))["x"].state is LetterState.WITHHELD
    assert CLUB.space is not None
    await street.router.place_back(CLUB.space)
    await street.router.finish()
    await street.write_to(CLUB, "y", "y")
    await street.carry(Platform.TELEGRAM)
    assert street.telegram.texts == ["something waits for y"]


async def beside(uow: UnitOfWork, letter: Letter, reason: str) -> Sequence[NewLetter]:
    """A fallback: something waits, said where the person allowed it, without the text."""
    if letter.kind != "reminder":
        return ()
    return (NewLetter(f"{letter.key}~", "notice", CLUB, "remind.waits", {"user": reason}),)


async def test_c8_a_closed_dm_falls_back_to_the_place_chosen_without_its_text(file: Path, clock: Clock) -> None:
    async with open_street(file, clock, beside) as street:
        await street.remind_of("a secret", START, rrule=DAILY)
        street.discord.fails["1"] = [Undeliverable("closed")]
        for _ in range(2):
            await street.fall()
            await street.carry()
            clock.leap(days=1)
        assert len(street.discord.requests) == 1
        assert street.telegram.texts == ["something waits for closed"] * 2


async def test_b13_on_telegram_a_reminder_in_doubt_is_sent_again_and_says_so(street: Street, clock: Clock) -> None:
    await street.remind_of("once or twice", START, user=BOB)
    street.telegram.swallows["2"] = InDoubt("no answer in 20 s")
    await street.fall()
    await street.carry()
    assert (await street.states()) == {LetterState.WAITING: 1}
    clock.leap(seconds=30)
    assert await street.carry() == 0, "not at once"
    clock.leap(seconds=90)
    await street.carry()
    assert street.telegram.texts == ["once or twice", "once or twice | again"]


async def test_on_discord_doubt_is_mended_by_the_same_key(street: Street, clock: Clock) -> None:
    await street.remind_of("once", START)
    street.discord.swallows["1"] = InDoubt("connection lost")
    await street.fall()
    await street.carry()
    clock.leap(seconds=30)
    await street.carry()
    assert street.discord.texts == ["once"]
    assert len(street.discord.requests) == 2
    assert await street.states() == {LetterState.SENT: 1}


async def test_c20_after_an_hour_in_doubt_the_adapter_is_told_since_when(street: Street, clock: Clock) -> None:
    await street.remind_of("once", START)
    street.discord.fails["1"] = [InDoubt("connection lost")]
    await street.fall()
    await street.carry()
    clock.leap(hours=1)
    await street.carry()
    assert street.discord.messages[0].doubted_since == START
    assert "again" not in street.discord.messages[0].text


@pytest.fixture
def for_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {
        "held": Kind("held", "", timedelta(hours=12), Doubt.HOLD),
        "never": Kind("never", "", timedelta(hours=12), Doubt.NEVER),
    }
    for name, kind in kinds.items():
        monkeypatch.setitem(schedules.KINDS, name, kind)


@pytest.mark.usefixtures("for_groups")
async def test_a_group_post_in_doubt_is_held_half_an_hour_with_one_word_to_the_host(
    street: Street, clock: Clock
) -> None:
    await street.write_to(CLUB, "the vote", "vote", kind="held")
    street.telegram.swallows["-100"] = InDoubt("no answer")
    await street.carry()
    assert await street.states() == {LetterState.HELD: 1, LetterState.SENT: 1}
    (notice,) = street.discord.to(HOST.id)
    assert "may have arrived or not" in notice
    clock.leap(minutes=29)
    assert await street.carry() == 0
    clock.leap(minutes=2)
    await street.carry()
    assert len(street.telegram.to("-100")) == 2
    assert len(street.discord.to(HOST.id)) == 1


@pytest.mark.usefixtures("for_groups")
async def test_a_group_may_choose_never(street: Street, clock: Clock) -> None:
    await street.write_to(CLUB, "the vote", "vote", kind="never")
    street.telegram.swallows["-100"] = InDoubt("no answer")
    await street.carry()
    clock.leap(hours=2)
    await street.carry()
    assert len(street.telegram.to("-100")) == 1
    assert (await street.letters("vote"))["vote"].reason == "in doubt: no answer"


async def test_g3_a_crowd_of_messages_for_one_group_does_not_hold_up_another_chat(street: Street) -> None:
    crowd = [NewLetter(f"club {n}", "notice", CLUB, "remind.waits", {"user": str(n)}) for n in range(CROWD)]
    async with street.storage.write() as uow:
        await street.outbox.put(uow, crowd)
    await street.write_to(BOB, "me", "me")
    courier = await street.courier(Platform.TELEGRAM)
    assert await courier.turn(street.fences["telegram"]) == 2, "one for the club, one for Bob"
    await courier.drain()
    assert street.telegram.to("2") == ["something waits for me"]
    await street.carry(Platform.TELEGRAM)
    assert street.telegram.to("-100") == [f"something waits for {n}" for n in range(CROWD)], "in order, none lost"


async def test_who_waits_for_a_letter_hears_at_once_that_the_dm_is_closed(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_LOOKED_AGAIN", 3600.0)  # told, not found out by looking again
    street.discord.fails["1"] = [Undeliverable("closed")]
    await street.write_to(ALICE, "set", "confirm")
    waiting = asyncio.create_task(street.outbox.outcome("confirm", timeout=3600))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await street.carry(Platform.DISCORD)
    outcome = await asyncio.wait_for(waiting, 15)
    assert outcome is not None
    assert (outcome.state, outcome.reason, outcome.sent) == (LetterState.UNDELIVERED, "closed", False)


async def test_an_outcome_that_is_still_open_is_none(street: Street) -> None:
    await street.write_to(ALICE, "set", "confirm")
    assert await street.outbox.outcome("confirm", timeout=0.05) is None
    assert await street.outbox.outcome("never heard of", timeout=5) is None


async def test_a_letter_can_take_the_place_of_an_earlier_message(street: Street, clock: Clock) -> None:
    await street.write_to(ALICE, "old", "board")
    await street.write_to(ALICE, "new", "board 2", revises="board", not_before=clock.now + timedelta(seconds=5))
    await street.carry(Platform.DISCORD)
    clock.leap(seconds=6)
    await street.carry(Platform.DISCORD)
    assert street.discord.texts == ["something waits for new"]
    assert (await street.letters("board 2"))["board 2"].sent_message == "0"


async def test_a_message_that_is_gone_is_posted_anew_instead_of_revised(street: Street, clock: Clock) -> None:
    await street.write_to(ALICE, "old", "board")
    await street.carry(Platform.DISCORD)

    async def gone(sent: Receipt, reply: Reply) -> None:
        raise Undeliverable("gone")

    street.discord.revise = gone  # type: ignore[method-assign]
    await street.write_to(ALICE, "new", "board 2", revises="board")
    await street.carry(Platform.DISCORD)
    assert street.discord.texts == ["something waits for old", "something waits for new"]
