"""People on Discord: slash commands, buttons, selects, modals, and the Markdown they read as plain words."""

from __future__ import annotations

import itertools
import re
from copy import deepcopy
from typing import Any

from bot.chat.reply import Reply as Said
from bot.chat.stores import Receipt
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.refs import Platform as On
from bot.i18n import Locale, texts
from tests.contract.house import House
from tests.contract.people import Seen, broken_rules
from tests.standins import DiscordSim

Json = dict[str, Any]
EPHEMERAL = 1 << 6
OPTION_CHARACTERS = 200  # the client lets no more into the option; longer text comes by a message's own menu
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?[^)]*>?\)")
PATIENCE = 15.0
_numbers = itertools.count(1)


def unmarked(markdown: str) -> str:
    """Return what a reader sees of Discord's Markdown."""
    shown = _LINK.sub(r"\1", markdown)
    shown = re.sub(r"(?<!\\)(\*\*|`)", "", shown)
    return re.sub(r"\\([^\w\s])", r"\1", shown)


def words_of(message: Json) -> str:
    """Return the words of a message, without its buttons."""
    parts = [message.get("content", "")]
    for embed in message.get("embeds", []):
        parts += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    return "\n".join(unmarked(part) for part in parts if part)


def components_of(message: Json) -> list[Json]:
    return [part for row in message.get("components", []) for part in row.get("components", [])]


def offers_of(message: Json) -> tuple[str, ...]:
    labels: list[str] = []
    for part in components_of(message):
        labels += [option["label"] for option in part.get("options", [])] or [part["label"]]
    return tuple(labels)


class DiscordPerson:
    """A member with a Discord client."""

    def __init__(self, sim: DiscordSim, user: Json, locale: Locale, channel: Json | None = None) -> None:
        self.sim, self.user, self.channel, self.locale = sim, user, channel, locale
        self.t = texts(locale)
        self.last: Seen | None = None

    @property
    def how(self) -> Json:
        return {"user": self.user} | ({"channel": self.channel} if self.channel else {"dm": True})

    def call(self, command: str, words: str = "", **options: str) -> Seen:
        if len(words) > OPTION_CHARACTERS:
            message = self.sim.say(words[:2000], **self.how)
            title = self.t(f"{command}.command.{command}.message")
            entry = next(c["name"] for c in self._registered(3) if title in _names(c))
            return self._seen(self.sim.context_menu(entry, message, **self.how))
        known = next((c for c in self._registered(1) if c["name"] == command), None)
        known = known or self._of_another_version(command)
        given = {known["options"][0]["name"]: words} if words else {}
        return self._seen(self.sim.slash(command, options=given | options, **self.how))

    def complete(self, command: str, option: str, typed: str) -> list[tuple[str, str]]:
        choices = self.sim.autocomplete(command, option, typed, **self.how)
        return [(choice["name"], choice["value"]) for choice in choices]

    def take(self, offer: str, on: Seen | None = None) -> Seen:
        newest = on or self.last
        assert newest is not None, "there is nothing to press yet"
        message = self._as_shown(newest.source)
        for part in components_of(message):
            chosen = [option["value"] for option in part.get("options", []) if option["label"] == offer]
            if chosen:
                return self._seen(self.sim.select(part["custom_id"], *chosen, message=message, user=self.user))
            if part.get("label") == offer:
                return self._seen(self.sim.press(part["custom_id"], message=message, user=self.user))
        raise AssertionError(f"nothing to press is called {offer!r}: {offers_of(message)}")

    def _as_shown(self, shown: Json) -> Json:
        """Return the message as this person's client still shows it, whatever became of it since."""
        message = self.sim.world.find_message(shown["channel_id"], shown["id"])
        assert message is not None
        message["components"] = deepcopy(shown["components"])
        return message

    def fill(self, words: str) -> Seen:
        opened = self._form
        first, *others = (part["component"]["custom_id"] for part in opened.modal["components"])
        return self._seen(self.sim.submit(opened, {first: words, **dict.fromkeys(others, "")}))

    def leave_form(self) -> None:
        """Close the window: Discord tells the bot nothing."""

    def forge(self, wire: str) -> Seen:
        channel = self.channel or self.sim.world.dm_channel(self.user)
        button = {"type": 2, "style": 2, "label": "old", "custom_id": wire}
        body = {"content": "an old message", "components": [{"type": 1, "components": [button]}]}
        message = self.sim.world.store(self.sim.world.make_message(channel, self.sim.world.bot, body))
        return self._seen(self.sim.press(wire, message=message, user=self.user))

    def others_read(self) -> str:
        assert self.channel is not None
        other = "0"  # nobody's id: whatever everybody may see
        messages = [m for m in self.sim.bot_messages(self.channel) if self.sim.world.visible(m, other)]
        return "\n".join(words_of(message) for message in messages)

    def _of_another_version(self, name: str) -> Json:
        """A command that this person's client still lists although this version does not know it."""
        like = next(iter(self._registered(1)))
        command = deepcopy(like) | {"id": str(int(like["id"]) + 1), "name": name, "options": []}
        self.sim.world.commands[None][command["id"]] = command
        return command

    def _registered(self, kind: int) -> list[Json]:
        return [c for c in self.sim.world.commands[None].values() if c["type"] == kind]

    def _seen(self, reply: Any) -> Seen:
        if reply.kind == "modal":
            self._form = reply
            labels = [part["label"] for part in reply.modal["components"]]
            return Seen("\n".join([reply.modal["title"], *labels]), form=True)
        act = reply.interaction
        if reply.kind == "deferred_update":  # the bot was busy: the answer comes a little later
            self.sim.wait_for(lambda _: act.final, timeout=PATIENCE, message="it was deferred and never answered")
        edited = reply.kind == "update" or (reply.kind == "deferred_update" and act.edited)
        messages = [*([reply.message] if edited or reply.kind != "deferred_update" else []), *reply.followups]
        newest = messages[-1]
        words = "\n".join(words_of(message) for message in messages)
        seen = Seen(words, offers_of(newest), edited=edited, source=deepcopy(newest))
        self.last = seen if seen.offers else self.last
        return seen


def _names(command: Json) -> set[str]:
    return {command["name"], *(command.get("name_localizations") or {}).values()}


class OnDiscord:
    """Discord with the house on it."""

    name = "discord"

    def __init__(self, house: House) -> None:
        self.house, self.sim = house, house.discord

    def newcomer(self, locale: Locale = Locale.EN, language: str | None = None) -> DiscordPerson:
        code = language or {Locale.EN: "en-US", Locale.KO: "ko"}[locale]
        user = self.sim.join(f"person-{next(_numbers)}", locale=code)
        return DiscordPerson(self.sim, user, locale)

    def in_company(self, person: DiscordPerson) -> DiscordPerson:
        channel = self.sim.new_channel(f"room-{next(_numbers)}")
        return DiscordPerson(self.sim, person.user, person.locale, channel)

    def beside(self, person: DiscordPerson) -> DiscordPerson:
        user = self.sim.join(f"person-{next(_numbers)}")
        return DiscordPerson(self.sim, user, Locale.EN, person.channel)

    def deliver(self, person: DiscordPerson, reply: Said, key: str) -> tuple[Receipt, Seen]:
        to: UserRef | Place = UserRef(On.DISCORD, person.user["id"])
        channel = person.channel
        if channel is not None:
            to = Place(On.DISCORD, channel["id"], SpaceRef(On.DISCORD, channel["guild_id"]))
        receipt = self.house.run(self.house.router.outlets[On.DISCORD].deliver(to, reply, key))
        message = self.sim.world.find_message(receipt.place.channel, receipt.message)
        assert message is not None
        return receipt, Seen(words_of(message), offers_of(message), source=deepcopy(message))

    def close_to_us(self, person: DiscordPerson) -> None:
        self.sim.world.dm_closed.add(person.user["id"])

    def complaints(self) -> list[str]:
        loud = []
        for request in self.sim.requests:
            body = request.body if isinstance(request.body, dict) else {}
            body = body["data"] if isinstance(body.get("data"), dict) else body
            if "content" in body or "embeds" in body:
                allowed = body.get("allowed_mentions")
                loud += [] if allowed == {"parse": [], "users": []} else [f"{request.where} may notify: {allowed}"]
        return loud + broken_rules(self.sim)
