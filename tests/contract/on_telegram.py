"""People on Telegram: messages, inline buttons, deep links that open the private chat, and questions of forms."""

from __future__ import annotations

import itertools
from contextlib import suppress
from copy import deepcopy
from typing import Any

from bot.chat.reply import Reply as Said
from bot.chat.stores import Receipt
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.refs import Platform as On
from bot.i18n import Locale, texts
from tests.contract.house import House
from tests.contract.people import Seen, broken_rules
from tests.standins import NoReply, TelegramSim

Json = dict[str, Any]
NAMING = ("mention", "text_mention")  # entities that notify whom they name
PATIENCE = 1.0
_numbers = itertools.count(1)


def buttons_of(message: Json) -> list[Json]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def seen_of(*messages: Json, edited: bool = False) -> Seen:
    offers = tuple(button["text"] for button in buttons_of(messages[-1]))
    words = "\n".join(message.get("text") or message.get("caption", "") for message in messages)
    return Seen(words, offers, edited=edited, source=deepcopy(messages[-1]))


class TelegramPerson:
    """A person with a Telegram client."""

    def __init__(self, sim: TelegramSim, user: Json, locale: Locale, chat: Json | None = None) -> None:
        self.sim, self.user, self.locale = sim, user, locale
        self.chat = chat or sim.world.chats[user["id"]]
        self.t = texts(locale)
        self.last: Seen | None = None

    def call(self, command: str, words: str = "", **options: str) -> Seen:
        typed = [f"{name}={value}" for name, value in options.items()]
        return self.say(" ".join([f"/{command}", *filter(None, [words]), *typed]))

    def say(self, words: str) -> Seen:
        return self._noted(seen_of(*self.sim.send(words, user=self.user, chat=self.chat)))

    def take(self, offer: str, on: Seen | None = None) -> Seen:
        newest = on or self.last
        assert newest is not None, "there is nothing to press yet"
        message = newest.source
        button = next((b for b in buttons_of(message) if b["text"] == offer), None)
        assert button is not None, f"nothing to press is called {offer!r}: {buttons_of(message)}"
        if "url" in button:
            return self._landed(button["url"])
        if "switch_inline_query" in button:
            return self._carried(button["switch_inline_query"])
        return self._pressed(self.sim.press(offer, message=message, user=self.user))

    def fill(self, words: str) -> Seen:
        assert self._question is not None, "no form is open"
        chat = self.sim.world.chats[self._question["chat"]["id"]]  # a deep link may have led to the private one
        reply_to = None if chat["type"] == "private" else self._question
        return self._noted(seen_of(*self.sim.send(words, user=self.user, chat=chat, reply_to=reply_to)))

    def leave_form(self) -> Seen:
        return self.say("/cancel")

    def forge(self, wire: str) -> Seen:
        markup = {"inline_keyboard": [[{"text": "old", "callback_data": wire}]]}
        message = self.sim.world.new_message(self.chat, self.sim.world.me, {"text": "old", "reply_markup": markup})
        self.sim.world.store(self.chat, message)
        return self._pressed(self.sim.press("old", message=message, user=self.user))

    def others_read(self) -> str:
        assert self.chat["type"] != "private"
        return "\n".join(message.get("text", "") for message in self.sim.bot_messages(self.chat))

    def _landed(self, address: str) -> Seen:
        """Follow a deep link: the private chat opens on its answer."""
        payload = address.partition("?start=")[2]
        return self._noted(seen_of(*self.sim.start_link(payload, user=self.user)))

    def _carried(self, query: str) -> Seen:
        """Choose a chat without the bot, and there the first of what is offered for `query`."""
        elsewhere = self.sim.add_group(f"Friends {next(_numbers)}", members=[self.user], with_bot=False)
        result = self.sim.inline(query, user=self.user)[0]
        return self._noted(seen_of(self.sim.choose_inline(result, elsewhere, user=self.user)))

    def _pressed(self, pressed: Any) -> Seen:
        answer = pressed.answer or {}
        if answer.get("url"):
            return self._landed(answer["url"])
        if not answer.get("text"):  # the spinner may stop before the answer comes; the same once more brings none
            with suppress(NoReply):
                self.sim.wait_for(lambda _: pressed.edits or pressed.replies, timeout=PATIENCE)
        if pressed.edits:
            return self._noted(seen_of(pressed.edits[-1], edited=True))
        if pressed.replies:
            return self._noted(seen_of(*pressed.replies))
        return Seen(answer.get("text") or "")

    def _noted(self, seen: Seen) -> Seen:
        asks = self.t("telegram.form.cancel") in seen.offers or self.t("telegram.form.reply_hint") in seen.words
        self._question = seen.source if asks else None
        seen = Seen(seen.words, seen.offers, seen.edited, asks, seen.source)
        self.last = seen if seen.offers else self.last
        return seen


class OnTelegram:
    """Telegram with the house on it."""

    name = "telegram"

    def __init__(self, house: House) -> None:
        self.house, self.sim = house, house.telegram

    def newcomer(self, locale: Locale = Locale.EN, language: str | None = None) -> TelegramPerson:
        user = self.sim.add_user(f"Person {next(_numbers)}", language_code=language or locale.value)
        return TelegramPerson(self.sim, user, locale)

    def in_company(self, person: TelegramPerson) -> TelegramPerson:
        group = self.sim.add_group(f"Room {next(_numbers)}", members=[person.user])
        return TelegramPerson(self.sim, person.user, person.locale, group)

    def beside(self, person: TelegramPerson) -> TelegramPerson:
        user = self.sim.add_user(f"Person {next(_numbers)}")
        self.sim.state(person.chat).members[user["id"]] = "member"
        return TelegramPerson(self.sim, user, Locale.EN, person.chat)

    def deliver(self, person: TelegramPerson, reply: Said, key: str) -> tuple[Receipt, Seen]:
        chat = person.chat
        to: UserRef | Place = UserRef(On.TELEGRAM, str(person.user["id"]))
        if chat["type"] != "private":
            to = Place(On.TELEGRAM, str(chat["id"]), SpaceRef(On.TELEGRAM, str(chat["id"])))
        receipt = self.house.run(self.house.router.outlets[On.TELEGRAM].deliver(to, reply, key))
        message = self.sim.world.find_message(chat, int(receipt.message))
        assert message is not None
        return receipt, seen_of(message)

    def close_to_us(self, person: TelegramPerson) -> None:
        self.sim.block(person.user)

    def complaints(self) -> list[str]:
        shown = [r.response for r in self.sim.requests if isinstance(r.response, dict)]
        loud = [
            f"{message['text'][:200]!r} notifies by {entity}"
            for message in shown
            for entity in message.get("entities", [])
            if entity["type"] in NAMING
        ]
        # Asked for once more, Telegram says that nothing changes: no way to know, and no harm.
        return loud + [broken for broken in broken_rules(self.sim) if "message is not modified" not in broken]
