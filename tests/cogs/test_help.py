"""`/help`: what this person may do here, six lines at first, the rest behind a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.context import Caller
from bot.chat.reply import How
from bot.chat.router import Router
from bot.chat.spec import Access, Command, Where
from bot.core.refs import Platform
from cogs.help import Help
from tests.callers import GROUP, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.stores import House

START = Command("start", "start", "start")
HELP = Command("help", "help", "help")
MANY = tuple(replace(HELP, name="help", where=Where.ANYWHERE) for _ in range(7))


def _helping(commands: Sequence[Command], *hosts: Caller) -> Router:
    """Return a router whose `/help` knows of `commands`, of which only itself can be run."""
    house = House()
    cog = Help(lambda: commands, lambda ctx: ctx.caller in hosts, lambda ctx: router.organises(ctx))
    router = Router([cog], house.stores, clock=house.clock)
    return router


def _lines(words: str) -> list[str]:
    return [line for line in words.split("\n") if line.startswith("/")]


async def test_it_lists_the_real_commands_with_their_descriptions(router: Router) -> None:
    said = words_of(await router.call(in_private(), "help", {}))
    assert said.split("\n")[0] == "What I can do"
    assert {"/recommend What to study, and why", "/start New here? Four taps"} <= set(_lines(said))
    assert said.split("\n")[-1] == "Answers are for you alone until you press Share."


@pytest.mark.parametrize("name", ["help", "start"])
async def test_where_everybody_reads_it_does_not_say_that_nobody_does(router: Router, name: str) -> None:
    await router.space_arrived(GROUP, "Study")
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{GROUP.id}")
    said = words_of(await router.call(in_group(), name, {}))
    assert "everybody reads" in said and "Share" not in said and "unless you share" not in said
    assert "모두에게 보" in words_of(await router.call(in_group(language="ko"), name, {}))


async def test_it_fits_the_first_look_and_offers_no_more_than_there_is() -> None:
    answer = await _helping(MANY[:6]).call(in_private(), "help", {})
    assert len(_lines(words_of(answer))) == 6
    assert "More" not in buttons_of(answer)


async def test_more_than_six_commands_stand_behind_a_button_in_place_with_a_way_back() -> None:
    router = _helping(MANY)
    first = await router.call(in_private(), "help", {})
    assert len(_lines(words_of(first))) == 6
    every = await router.press(in_private(), buttons_of(first)["More"].wire)
    assert len(_lines(words_of(every))) == 7
    assert reply_of(every).how is How.EDIT
    back = await router.press(in_private(), buttons_of(every)["Back"].wire)
    assert words_of(back) == words_of(first)
    assert reply_of(back).how is How.EDIT


async def test_a_command_for_groups_is_listed_in_groups_only() -> None:
    router = _helping([replace(START, where=Where.GROUP), HELP])
    assert len(_lines(words_of(await router.call(in_private(), "help", {})))) == 1
    assert len(_lines(words_of(await router.call(on_server(), "help", {})))) == 2


async def test_a_command_for_hosts_is_listed_for_hosts_only() -> None:
    router = _helping([replace(START, access=Access.HOST), HELP], in_private("7"))
    assert len(_lines(words_of(await router.call(in_private("8"), "help", {})))) == 1
    assert len(_lines(words_of(await router.call(in_private("7"), "help", {})))) == 2


@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        (in_private(language="ko", platform=Platform.TELEGRAM), "/path (로드맵) 무엇부터 어디까지"),
        (in_private(language="ko", platform=Platform.CONSOLE), "/path (로드맵) 무엇부터 어디까지"),
        (in_private(language="ko", platform=Platform.DISCORD), "/path 무엇부터 어디까지"),
        (in_private(language="en", platform=Platform.TELEGRAM), "/path What first, what next"),
    ],
)
async def test_korean_words_are_told_where_they_are_understood(router: Router, caller: Caller, shown: str) -> None:
    assert shown in _lines(words_of(await router.call(caller, "help", {})))


async def test_it_says_what_this_is_where_the_advice_comes_from_and_what_is_kept(router: Router) -> None:
    first = await router.call(in_private(), "help", {})
    about = await router.press(in_private(), buttons_of(first)["About"].wire)
    assert reply_of(about).how is How.EDIT
    for part in ("About Moim", "MilkClouds", "2022", "Kept:", "97 days"):
        assert part in words_of(about)
    assert list(buttons_of(about)) == ["Back"]


async def test_its_first_button_leads_to_a_recommendation(router: Router) -> None:
    first = await router.call(in_private(), "help", {})
    assert reply_of(await router.press(in_private(), buttons_of(first)["Recommend something"].wire)).menu is not None


async def test_everything_behind_it_can_be_reached_from_a_group(router: Router) -> None:
    """Under an answer that all can read, buttons are deep links into the private chat, and each of them lands."""
    house_answer = await _helping(MANY).call(in_group(), "help", {})
    links = {label: button for label, button in buttons_of(house_answer).items() if button.landing}
    assert set(links) == {"Recommend something", "About", "More", "My answer, in private"}
    private = in_private(platform=Platform.TELEGRAM)
    for label in ("About", "More", "My answer, in private"):
        landed = reply_of(await _helping(MANY).land(private, links[label].wire))
        assert landed.cards, label
        assert landed.how is How.NEW
