"""The command menus: scope by scope, in both languages, written only when they changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from telegram.error import BadRequest

from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim

PRIVATE = ("default", "all_private_chats")


def names(sim: TelegramSim, language: str, scope: str) -> list[str]:
    return [line["command"] for line in sim.my_commands(language, scope=scope)]


def test_each_place_lists_its_commands_in_order_in_both_languages(sim: TelegramSim, bot: Served) -> None:
    for language in ("", "ko"):
        for scope in PRIVATE:
            assert names(sim, language, scope) == ["recommend", "start", "help"]
        assert names(sim, language, "all_group_chats") == ["vote", "recommend", "start"]
        assert names(sim, language, "all_chat_administrators") == ["vote", "recommend", "start", "rule"]
    assert sim.my_commands("ko", scope="all_private_chats")[0]["description"] == "공부할 자료 추천"
    assert sim.my_commands("", scope="all_private_chats")[0]["description"] == "What to study"


def test_menus_are_written_only_when_they_changed_or_by_force(
    sim: TelegramSim, bot: Served, serve: Callable[..., Served]
) -> None:
    assert len(sim.calls("setMyCommands")) == 8
    bot.stop()
    again = serve()
    assert len(sim.calls("setMyCommands")) == 8
    assert again.run(again.adapter.sync()) == "telegram: @moim_bot: command menus unchanged"
    assert again.run(again.adapter.sync(True)) == "telegram: @moim_bot: command menus written"
    assert len(sim.calls("setMyCommands")) == 16


def test_menus_that_cannot_be_written_are_tried_again_and_hold_up_nobody(
    sim: TelegramSim, serve: Callable[..., Served]
) -> None:
    sim.fail("setMyCommands", status=400, body="Bad Request: BOT_COMMAND_INVALID")
    life = serve()
    assert sim.send("/start")[0]["text"] == "hello en"
    life.stop()
    sim.fail("setMyCommands", status=502)
    serve()
    assert names(sim, "ko", "all_group_chats") == ["vote", "recommend", "start"]


def test_menus_that_were_cut_off_half_way_are_written_again(
    sim: TelegramSim, bot: Served, serve: Callable[..., Served]
) -> None:
    sim.fail("setMyCommands", status=400, body="Bad Request: BOT_COMMAND_INVALID", after=3)
    with pytest.raises(BadRequest):
        bot.run(bot.adapter.sync(True))
    bot.stop()
    written = len(sim.calls("setMyCommands"))
    serve()
    assert len(sim.calls("setMyCommands")) == written + 8
