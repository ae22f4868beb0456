"""The host's letter about a new space, and what their taps do."""

from __future__ import annotations

import pytest

from bot.chat.press import Press, pack, to_start
from bot.chat.reply import How, Reply
from bot.chat.router import Router
from bot.core.refs import Platform, SpaceRef
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

REFUSED = "The person who runs this bot has not opened it for this group."
WAITS = "The person who runs this bot has not opened it for this group yet. They have been asked."
NOT_ALLOWED = "Only the person who runs this bot can do that."
HOST_HERE = in_private(HOST.id)


async def _letter(router: Router, space: SpaceRef = GUILD, title: str = "Study group") -> Reply:
    await router.space_arrived(space, title)
    written = await router.post("doors.waiting", HOST_HERE, platform=space.platform.value, space=space.id, title=title)
    assert written is not None
    return written


async def test_the_letter_names_the_space_and_its_platform(router: Router) -> None:
    letter = await _letter(router)
    assert words_of(letter).startswith("Study group\nI was added to this Discord server.")
    assert list(buttons_of(letter)) == ["Open it", "Not this one"]
    assert "Telegram group" in words_of(await _letter(router, GROUP))


async def test_a_tap_opens_the_space_and_says_so_in_place(router: Router) -> None:
    letter = await _letter(router)
    assert words_of(await router.call(on_server(), "help", {})) == WAITS
    opened = reply_of(await router.press(HOST_HERE, buttons_of(letter)["Open it"].wire))
    assert opened.how is How.EDIT
    assert words_of(opened) == "Study group is open. Commands work there now; I post nothing on my own."
    assert words_of(await router.call(on_server(), "help", {})).startswith("What I can do")


async def test_a_decision_can_be_taken_back_from_the_same_message(router: Router) -> None:
    letter = await _letter(router)
    refused = await router.press(HOST_HERE, buttons_of(letter)["Not this one"].wire)
    assert words_of(refused) == "Study group stays closed."
    assert words_of(await router.call(on_server(), "help", {})) == REFUSED
    opened = await router.press(HOST_HERE, buttons_of(refused)["Open it after all"].wire)
    assert words_of(await router.call(on_server(), "help", {})).startswith("What I can do")
    await router.press(HOST_HERE, buttons_of(opened)["Close it again"].wire)
    assert words_of(await router.call(on_server(), "help", {})) == REFUSED


async def test_a_second_tap_says_the_same_again(router: Router) -> None:
    wire = buttons_of(await _letter(router))["Open it"].wire
    assert await router.press(HOST_HERE, wire) == await router.press(HOST_HERE, wire)


async def test_korean_particles_follow_the_title(router: Router) -> None:
    host = in_private(HOST.id, language="ko")
    for title, said in (("강화학습 모임", "강화학습 모임을 열었어요."), ("RL 스터디", "RL 스터디를 열었어요.")):
        letter = await _letter(router, SpaceRef(Platform.DISCORD, title), title)
        assert words_of(await router.press(host, buttons_of(letter)["Open it"].wire)).startswith(said)


@pytest.mark.parametrize("caller", [in_private("8"), in_private(HOST.id, platform=Platform.TELEGRAM)])
@pytest.mark.parametrize("verb", ["approve", "refuse"])
async def test_nobody_else_opens_or_closes_a_space(router: Router, caller: object, verb: str) -> None:
    await _letter(router)
    wire = pack(Press.of(f"doors.{verb}", "discord", GUILD.id))
    assert words_of(await router.press(caller, wire)) == NOT_ALLOWED  # type: ignore[arg-type]
    assert words_of(await router.call(on_server(), "help", {})) == WAITS


async def test_nobody_can_have_the_host_open_a_space_by_a_link(router: Router) -> None:
    await _letter(router)
    payload = to_start(pack(Press.of("doors.approve", "discord", GUILD.id)))
    assert payload is not None
    assert "older version" in words_of(await router.land(HOST_HERE, payload))
    assert words_of(await router.call(on_server(), "help", {})) == WAITS


@pytest.mark.parametrize(
    "wire", ["doors.approve", "doors.approve|discord", "doors.approve|irc|900", "doors.approve|discord|900|x"]
)
async def test_a_forged_decision_is_refused(router: Router, wire: str) -> None:
    await _letter(router)
    assert "older version" in words_of(await router.press(HOST_HERE, wire))


async def test_a_space_nobody_has_seen_is_called_by_its_number(router: Router) -> None:
    wire = pack(Press.of("doors.approve", "telegram", GROUP.id))
    assert words_of(await router.press(HOST_HERE, wire)).startswith(f"{GROUP.id} is open.")


async def test_what_is_decided_stays_when_the_bot_leaves_and_returns(router: Router) -> None:
    letter = await _letter(router, GROUP)
    await router.press(HOST_HERE, buttons_of(letter)["Open it"].wire)
    await router.space_left(GROUP)
    await router.space_arrived(GROUP, "Study group")
    again = {"platform": "telegram", "space": GROUP.id, "title": "Study group"}
    assert await router.post("doors.waiting", HOST_HERE, **again) is None, "there is nothing to ask any more"
    assert words_of(await router.call(in_group(), "help", {})).startswith("What I can do")


async def test_a_space_that_returned_while_the_bot_was_away_is_as_it_was(router: Router) -> None:
    letter = await _letter(router, GROUP)
    await router.press(HOST_HERE, buttons_of(letter)["Open it"].wire)
    await router.space_left(GROUP)
    assert words_of(await router.call(in_group(), "help", {})).startswith("What I can do")
