"""What the tests of deliveries share: addresses, and a delivery as the courier makes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.chat.reply import Reply
from bot.chat.stores import Receipt
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim

Json = dict[str, Any]
MESSAGES = "/channels/*/messages"
OPENING = "/users/@me/channels"


def refusal(code: int, message: str = "no") -> Json:
    return {"code": code, "message": message}


def person(user: Json) -> UserRef:
    return UserRef(Platform.DISCORD, user["id"])


def channel(sim: DiscordSim, where: Json | None = None) -> Place:
    where = where or sim.channel
    space = SpaceRef(Platform.DISCORD, where["guild_id"])
    if "thread_metadata" in where:
        return Place(Platform.DISCORD, where["parent_id"], space, where["id"])
    return Place(Platform.DISCORD, where["id"], space)


def send(
    bot: Served,
    to: UserRef | Place,
    reply: Reply | str | None,
    key: str = "k",
    *,
    doubted_since: datetime | None = None,
    under: Receipt | None = None,
    silent: bool = False,
) -> Receipt:
    reply = Reply((reply,)) if isinstance(reply, str) else reply
    assert reply is not None
    sending = bot.adapter.deliver(to, reply, key, doubted_since=doubted_since, under=under, silent=silent)
    return bot.run(sending)


def contents(sim: DiscordSim, where: Json | None = None) -> list[str]:
    return [message["content"] for message in sim.bot_messages(where)]
