"""Spaces: nothing happens in one before a host opens it, and hosts are asked once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.reply import Answer, How, Reply
from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.people import Arrival
from bot.core.refs import Platform, SpaceRef, UserRef
from cogs.doors import Doors
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.chat.club import Club
from tests.stores import Gate, House, Postbox

ANN, BEN = UserRef(Platform.DISCORD, "7"), UserRef(Platform.TELEGRAM, "8")
REFUSED = "The person who runs this bot has not opened it for this group."
WAITS = "The person who runs this bot has not opened it for this group yet. They have been asked."


class Served:
    """A house whose hosts want to be asked, and their mail."""

    def __init__(self, *owners: UserRef) -> None:
        self.house = House(gate=Gate(owners))
        self.router = Router([Club(), Doors(self.house.gate)], self.house.stores, clock=self.house.clock)
        self.mail = {platform: Postbox() for platform in (Platform.DISCORD, Platform.TELEGRAM)}
        self.router.outlets |= self.mail

    @property
    def asked(self) -> list[tuple[Any, str]]:
        sent = [letter for box in self.mail.values() for letter in box.sent]
        return [(to, plain(reply.text)) for to, reply, _ in sent]


@pytest.fixture
def served(club_texts: None) -> Served:
    return Served(ANN)


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


async def _open(served: Served, space: SpaceRef, label: str = "Open it") -> None:
    """Press the button of the letter about a space, as its host."""
    reply = served.mail[ANN.platform].sent[-1][1]
    button = next(button for row in reply.rows for button in row if button.label == label)
    await served.router.press(in_private(ANN.id), button.wire)


class Slow(Gate):
    """Knows a space of old, and takes its time to note that the bot is back."""

    async def arrived(self, space: SpaceRef, title: str) -> Arrival:
        await asyncio.sleep(0.02)
        arrival = await super().arrived(space, title)
        self._states[space] = "approved"
        return arrival


async def test_a_call_that_comes_with_the_return_to_an_open_space_is_answered(club_texts: None) -> None:
    house = House(gate=Slow((ANN,)))
    router = Router([Club(), Doors(house.gate)], house.stores, clock=house.clock)
    await house.gate.left(GUILD)
    _, answer = await asyncio.gather(router.space_arrived(GUILD, "Study"), router.call(on_server(), "board", {}))
    assert _said(answer) == "the board"


async def test_without_hosts_every_space_is_open_and_nobody_is_asked(club_texts: None) -> None:
    served = Served()
    await served.router.space_arrived(GUILD, "Study")
    assert _said(await served.router.call(on_server(), "board", {})) == "the board"
    assert served.asked == []


async def test_the_host_is_asked_once_when_the_bot_arrives(served: Served) -> None:
    for _ in range(3):
        await served.router.space_arrived(GUILD, "Study")
    ((to, said),) = served.asked
    assert to == ANN
    assert said.startswith("Study\n")
    assert "Discord server" in said


async def test_the_letter_has_a_stable_key_so_that_a_second_one_is_harmless(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    await served.router.space_left(GUILD)
    await served.router.space_arrived(GUILD, "Study")
    keys = [key for _, _, key in served.mail[Platform.DISCORD].sent]
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_every_host_is_asked_in_their_own_language_on_their_own_platform(club_texts: None) -> None:
    served = Served(ANN, BEN)
    served.house.people.meet(BEN, language="ko")
    await served.router.space_arrived(GROUP, "강화학습 모임")
    assert {to for to, _ in served.asked} == {ANN, BEN}
    korean = next(said for to, said in served.asked if to == BEN)
    assert "이 텔레그램 그룹에 초대됐어요" in korean


@pytest.mark.parametrize("how", ["call", "press", "submit", "tell"])
async def test_a_waiting_space_is_refused_politely_whatever_is_done_there(served: Served, how: str) -> None:
    await served.router.space_arrived(GUILD, "Study")
    turns = {
        "call": lambda: served.router.call(on_server(), "board", {}),
        "press": lambda: served.router.press(on_server(), "club.page|1|x"),
        "submit": lambda: served.router.submit(on_server(), "club.asked|1", {"title": "x"}),
        "tell": lambda: served.router.tell(on_server(), lambda ctx: Reply(("a hint",))),
    }
    answer = await turns[how]()
    assert isinstance(answer, Reply)
    assert (_said(answer), answer.public) == (WAITS, False)


async def test_a_waiting_space_does_not_even_hear_that_a_command_is_unknown(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    assert _said(await served.router.call(on_server(), "nothing", {})) == WAITS


async def test_private_chats_are_open_while_a_space_waits(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    assert _said(await served.router.call(in_private(), "board", {})) == "the board"


async def test_a_host_passes_every_door(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    assert _said(await served.router.call(on_server(ANN.id), "board", {})) == "the board"


async def test_a_number_on_another_platform_is_no_host(served: Served) -> None:
    await served.router.space_arrived(GROUP, "Study")
    assert _said(await served.router.call(in_group(ANN.id), "board", {})) == WAITS


async def test_an_opened_space_works_and_can_be_closed_again(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    await _open(served, GUILD)
    assert _said(await served.router.call(on_server(), "board", {})) == "the board"
    await _open(served, GUILD, "Not this one")
    assert _said(await served.router.call(on_server(), "board", {})) == REFUSED


async def test_a_space_that_came_while_we_were_away_is_asked_about_at_its_first_call(served: Served) -> None:
    assert _said(await served.router.call(in_group(), "board", {})) == WAITS
    assert _said(await served.router.call(in_group(), "board", {})) == WAITS
    ((to, said),) = served.asked
    assert to == ANN
    assert "Telegram group" in said


async def test_two_first_calls_at_once_ask_the_host_once(served: Served) -> None:
    answers = await asyncio.gather(*(served.router.call(in_group(user), "board", {}) for user in ("1", "2", "3")))
    assert [_said(answer) for answer in answers] == [WAITS] * 3
    assert len(served.asked) == 1


async def test_a_space_that_came_back_while_we_were_away_is_asked_about_again(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    await served.router.space_left(GUILD)
    assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    assert len(served.asked) == 2
    await _open(served, GUILD)
    assert _said(await served.router.call(on_server(), "board", {})) == "the board"


async def test_a_space_keeps_its_decision_when_its_id_changes(served: Served) -> None:
    old = SpaceRef(Platform.TELEGRAM, "-5")
    await served.router.space_arrived(old, "Study")
    await _open(served, old)
    await served.router.space_moved(old, GROUP)
    assert _said(await served.router.call(in_group(), "board", {})) == "the board"


async def test_a_host_who_cannot_be_reached_costs_nobody_their_answer(club_texts: None) -> None:
    served = Served(ANN, BEN)
    served.mail[Platform.DISCORD].closed = "closed_dm"
    with capture_logs() as logs:
        assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    assert [to for to, _ in served.asked] == [BEN]
    assert [(line["log_level"], line["reason"]) for line in logs] == [("warning", "closed_dm")]


async def test_a_network_that_fails_while_a_host_is_asked_costs_nobody_their_answer(club_texts: None) -> None:
    served = Served(ANN, BEN)
    served.mail[Platform.DISCORD].failing = OSError("reset by peer")
    with capture_logs() as logs:
        assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    assert [to for to, _ in served.asked] == [BEN]
    assert [line["log_level"] for line in logs] == ["error"]


async def test_a_host_nobody_could_reach_is_asked_at_the_next_call(served: Served) -> None:
    served.mail[Platform.DISCORD].failing = OSError("reset by peer")
    with capture_logs():
        await served.router.space_arrived(GUILD, "Study")
    assert served.asked == []
    served.mail[Platform.DISCORD].failing = None
    assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    ((to, said),) = served.asked
    assert to == ANN
    assert said.startswith("Study\n"), "the name is remembered"


async def test_one_host_who_was_reached_is_enough(club_texts: None) -> None:
    served = Served(ANN, BEN)
    served.mail[Platform.DISCORD].closed = "closed_dm"
    with capture_logs():
        await served.router.space_arrived(GUILD, "Study")
    served.mail[Platform.DISCORD].closed = None
    assert _said(await served.router.call(on_server(), "board", {})) == WAITS
    assert [to for to, _ in served.asked] == [BEN]


async def test_a_host_on_a_platform_that_is_not_served_is_named_in_the_log(club_texts: None) -> None:
    served = Served(ANN)
    del served.router.outlets[Platform.DISCORD]
    with capture_logs() as logs:
        await served.router.space_arrived(GROUP, "Study")
    assert [line["owner"] for line in logs] == ["discord:7"]


async def test_a_refusal_in_a_waiting_space_changes_no_message(served: Served) -> None:
    await served.router.space_arrived(GUILD, "Study")
    answer = await served.router.press(on_server(on_public=True), "club.page|1|x")
    assert isinstance(answer, Reply)
    assert (answer.how, answer.public) == (How.TOAST, False)
