"""Discord's interactions on their way in: who, where, in which language; to the router, and back through an exchange.

Nothing is kept between interactions: commands are found by name, buttons and forms by the wire in their own id, so
they work after any restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
import structlog

from bot.adapters.discord.commands import by_name
from bot.adapters.discord.exchange import Exchange
from bot.adapters.discord.extras.message_menu import MESSAGE_MENU, by_title, options_from
from bot.adapters.discord.forms import answers_in
from bot.adapters.discord.ground import Interaction, place_of
from bot.adapters.discord.late import Late
from bot.adapters.discord.lean import TerseWebhooks
from bot.adapters.discord.render import SELECT, wire_of
from bot.chat.context import Caller
from bot.chat.reply import Answer, How, Reply
from bot.chat.router import Router
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale, texts

log = structlog.get_logger(__name__)

DEFER_AFTER = 1.5  # seconds; half of what Discord waits, and long enough for most answers to need no deferral


class Inbound:
    """Takes interactions and answers each."""

    def __init__(self, router: Router, names: Locale, answering: Callable[[int], None], late: Late) -> None:
        """Hold the `router` and its commands by the names they have on Discord; `names` is their language.

        `answering` is told an interaction's number just before its answer leaves; `late` takes answers whose time is
        over.
        """
        self._router, self._answering, self._late = router, answering, late
        self._by_name = by_name(router.commands, names)
        self._by_title = by_title(router.commands)
        self._wire = TerseWebhooks()  # type: ignore[no-untyped-call]

    async def take(self, interaction: Interaction) -> None:
        """Answer `interaction`, whatever it is."""
        match interaction.type:
            case discord.InteractionType.autocomplete:
                await self._complete(interaction)
            case discord.InteractionType.application_command:
                await self._call(interaction)
            case discord.InteractionType.component:
                await self._press(interaction)
            case discord.InteractionType.modal_submit:
                await self._submit(interaction)
            case _:
                log.warning("an interaction of an unknown kind", kind=str(interaction.type))

    async def turn_away(self, interaction: Interaction) -> None:
        """Say that the bot is about to restart, instead of letting the press end in Discord's own error."""
        if interaction.type is not discord.InteractionType.autocomplete:
            words = texts(Locale.of(str(interaction.locale)))("discord.restarting")
            await Exchange(interaction, self._wire, self._answering).give(Reply((words,), how=How.TOAST))

    async def _call(self, interaction: Interaction) -> None:
        data = _data(interaction)
        name = str(data.get("name", ""))
        from_menu = data.get("type") == MESSAGE_MENU
        command = (self._by_title if from_menu else self._by_name).get(name)
        private = command is None or self._router.is_private(command.name)
        exchange = Exchange(interaction, self._wire, self._answering, private=private, late=self._late)
        caller = caller_of(interaction, exchange)
        if command is None:  # registered by another version; the router has the words for it
            await _answer(exchange, self._router.call(caller, name, {}))
            return
        options = options_from(command, data) if from_menu else _options(data)
        await _answer(exchange, self._router.call(caller, command.name, options))

    async def _press(self, interaction: Interaction) -> None:
        data = _data(interaction)
        chosen = data.get("values") if data.get("component_type") == SELECT else None
        wires = [wire_of(str(each)) for each in chosen or (data.get("custom_id", ""),)]
        exchange = Exchange(interaction, self._wire, self._answering, late=self._late)
        turn = self._press_all(caller_of(interaction, exchange), wires)
        await _answer(exchange, turn, may_defer=not any(map(self._router.opens_form, wires)))

    async def _press_all(self, caller: Caller, wires: Sequence[str]) -> Answer:
        """Press one after the other what was chosen at once; the answer to the last tells how things stand then."""
        *before, last = wires
        for number, wire in enumerate(before, 1):
            await self._router.press(replace(caller, turn=f"{caller.turn}:{number}"), wire)
        return await self._router.press(caller, last)

    async def _submit(self, interaction: Interaction) -> None:
        data = _data(interaction)
        exchange = Exchange(interaction, self._wire, self._answering, late=self._late)
        caller = caller_of(interaction, exchange)
        await _answer(exchange, self._router.submit(caller, str(data.get("custom_id", "")), answers_in(data)))

    async def _complete(self, interaction: Interaction) -> None:
        data = _data(interaction)
        command = self._by_name.get(str(data.get("name", "")))
        focused = next((option for option in data.get("options", ()) if option.get("focused")), None)
        exchange = Exchange(interaction, self._wire, self._answering)
        if command is None or focused is None:
            await exchange.suggest(())
            return
        caller = caller_of(interaction, exchange)
        typed = str(focused.get("value", ""))
        await exchange.suggest(self._router.complete(caller, command.name, focused["name"], typed))


def caller_of(interaction: Interaction, exchange: Exchange) -> Caller:
    """Return who speaks, where, and what Discord says of them.

    Where the bot is a guest the place is private: no server is met, asked about or ruled there.
    """
    rights, guest = interaction.permissions, exchange.ground.guest
    return Caller(
        UserRef(Platform.DISCORD, str(interaction.user.id)),
        place_of(interaction, guest=guest),
        language=str(interaction.locale),
        name=interaction.user.display_name,
        on_public=exchange.on_public,
        admin=not guest and (rights.administrator or rights.manage_guild),
        turn=str(interaction.id),
    )


def _data(interaction: Interaction) -> Mapping[str, Any]:
    data: Any = interaction.data  # one shape for each kind of interaction; Discord has checked them
    return data or {}


def _options(data: Mapping[str, Any]) -> dict[str, Any]:
    return {option["name"]: option.get("value") for option in data.get("options", ())}


async def _answer(exchange: Exchange, turn: Awaitable[Answer], *, may_defer: bool = True) -> None:
    """Wait for the router's answer and give it back, deferring on the way when it takes long."""
    watch = asyncio.get_running_loop().call_later(DEFER_AFTER, exchange.begin_deferral) if may_defer else None
    try:
        answer = await turn
    finally:
        if watch is not None:
            watch.cancel()
    await exchange.give(answer)
