"""The people of the stand-in Telegram: what they write, press and do, and what they wait for."""
# ruff: noqa: ASYNC109 - how long a person waits is part of what a driver promises

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from ..recording import PATIENCE, DriverError, Fault, Json, NoReply, Upload
from ..simulator import driver
from .entities import detect
from .flood import FloodLimits
from .methods import text_of
from .server import Query, TelegramServer
from .world import ANONYMOUS, ChatState


class Pressed:
    """What a person sees after pressing an inline button. Live."""

    def __init__(self, query: Query, state: ChatState, message: Json) -> None:
        self.query, self.message, self._state = query, message, state
        self._sent, self._edits = len(state.sent), len(state.edits)

    @property
    def answer(self) -> Json | None:
        return self.query.answer

    @property
    def text(self) -> str | None:
        return (self.answer or {}).get("text")

    @property
    def seconds(self) -> float:
        return (self.query.answered or float("nan")) - self.query.asked

    @property
    def replies(self) -> list[Json]:
        return self._state.sent[self._sent :]

    @property
    def edits(self) -> list[Json]:
        return self._state.edits[self._edits :]


class TelegramSim(TelegramServer):
    """A Telegram with one person (Alice) who has started the bot. `flood=None` switches flood control off;
    `privacy`: in groups the bot sees only what privacy mode shows it, unless it is an administrator."""

    def __init__(
        self,
        port: int = 0,
        *,
        flood: FloodLimits | None = FloodLimits(),  # noqa: B008 - frozen
        privacy: bool = True,
        username: str = "moim_bot",
    ) -> None:
        super().__init__(port, flood, privacy, username)
        self.add_user, self.state = self.world.add_user, self.world.state
        self.user = self.add_user("Alice", username="alice")
        self.chat = self.world.chats[self.user["id"]]

    # -- people and places
    def add_group(self, title: str, *, owner: Json | None = None, **more: Any) -> Json:
        """`more` as in `World.add_group`: members, kind, forum, with_bot, bot_admin."""
        return self.world.add_group(title, owner or self.user, **more)

    def add_topic(self, chat: Json, name: str) -> int:
        """A forum topic made by a person; answers its thread id."""
        return int(self.world.add_topic(chat, name)["message_thread_id"])

    def bot_messages(self, chat: Json | None = None) -> list[Json]:
        return self.state(chat or self.chat).sent

    def my_commands(self, language_code: str = "", scope: str = "default") -> list[Json]:
        return self.commands.get((scope, "", "", language_code), [])

    def message_files(self, message: Json) -> list[Upload]:
        """The uploads behind a message."""
        media = [*message.get("photo", [])[-1:], *([message["document"]] if "document" in message else [])]
        return [self.world.files[m["file_id"]][1] for m in media]

    # -- waiting
    def expect_new_session(self) -> None:
        """From now on only a new poll counts as ready."""
        self.polls = 0

    @driver
    async def wait_ready(self, timeout: float = 20.0) -> None:
        """The bot asks for updates."""
        await self._until(lambda: self.polls, timeout, "the bot did not ask for updates")

    async def _collect(
        self, state: ChatState, start: int, expect: int, quiet: float, timeout: float, what: str
    ) -> list[Json]:
        """Until `expect` new messages of the bot came, and then none for `quiet` seconds."""

        def count() -> int:
            return len(state.sent) - start

        try:
            await self._until(lambda: count() >= expect, timeout, what)
        except NoReply as error:
            raise NoReply(f"{error}: {count()} of {expect} message(s)") from None
        seen = -1
        while quiet and seen != len(state.sent):
            seen = len(state.sent)
            await asyncio.sleep(quiet)
        return state.sent[start:]

    # -- writing
    def _incoming(self, chat: Json, user: Json, content: Json) -> Json:
        state = self.state(chat)
        if chat["type"] == "private":
            state.started, state.blocked = True, False
        elif user["id"] not in state.members and user is not ANONYMOUS:
            raise DriverError(f"{user['first_name']} is not in {chat['title']}")
        message = self.world.store(chat, self.world.new_message(chat, user, content))
        if self.world.bot_sees(chat, message):
            self.push("message", message)
        return message

    @driver
    async def send(
        self,
        text: str,
        *,
        chat: Json | None = None,
        user: Json | None = None,
        thread: int | None = None,
        reply_to: Json | None = None,
        anonymous: bool = False,
        expect: int = 1,
        quiet: float = 0.0,
        timeout: float = PATIENCE,
    ) -> list[Json]:
        """A person writes a text; answers the bot's next messages in that chat.

        expect=n waits for n of them; quiet=s goes on until none came for s seconds. `anonymous`: as an
        administrator who hides behind the group."""
        user = user or self.user
        chat = chat or self.world.chats[user["id"]]
        content: Json = {"text": text}
        if found := detect(text):
            content["entities"] = found
        if thread:
            content |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to:
            content["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        if anonymous:
            if not self.world.is_admin(chat, user["id"]):
                raise DriverError(f"{user['first_name']} is no administrator of {chat['title']}")
            user, content["sender_chat"] = ANONYMOUS, chat
        state = self.state(chat)
        start = len(state.sent)
        self._incoming(chat, user, content)
        return await self._collect(state, start, expect, quiet, timeout, repr(text))

    def start_link(self, payload: str, *, user: Json | None = None, expect: int = 1) -> list[Json]:
        """A person follows the deep link t.me/bot?start=payload."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise DriverError(f"{payload!r} cannot be in a deep link")
        return self.send(f"/start {payload}", user=user, expect=expect)

    # -- pressing and asking
    def find_button(self, which: str, chat: Json, message: Json | None = None) -> tuple[Json, Json]:
        """-> (message, button): the newest message of the bot with this callback data or label."""
        state = self.state(chat)
        pool = [message] if message else [m for m in reversed(state.sent) if m["message_id"] in state.messages]
        shown = []
        for m in pool:
            for button in (b for row in m.get("reply_markup", {}).get("inline_keyboard", []) for b in row):
                if which in (button.get("callback_data"), button["text"]):
                    return m, button
                shown.append(button["text"])
        raise DriverError(f"no inline button {which!r} (there are {shown[:12]})")

    def _ask(self, text: str) -> Query:
        query = Query(f"{self.world.next_id()}0000000", text)
        self.queries[query.id] = query
        return query

    @driver
    async def press(
        self,
        which: str,
        *,
        message: Json | None = None,
        chat: Json | None = None,
        user: Json | None = None,
        timeout: float = PATIENCE,
        quiet: float = 0.0,
    ) -> Pressed:
        """Press an inline button (by callback data or label) until it stops spinning."""
        user = user or self.user
        chat = chat or (message["chat"] if message else self.world.chats[user["id"]])
        message, button = self.find_button(which, chat, message)
        if "callback_data" not in button:
            raise DriverError(f"{which!r} is no callback button: {button}")
        query = self._ask(button["callback_data"])
        pressed = Pressed(query, self.state(chat), message)
        payload = {"id": query.id, "from": user, "message": message, "chat_instance": str(chat["id"])}
        self.push("callback_query", payload | {"data": query.text})
        await self._until(lambda: query.answer is not None, timeout, f"no answerCallbackQuery for {query.text!r}")
        await asyncio.sleep(quiet)
        return pressed

    def inline(self, text: str, *, user: Json | None = None, timeout: float = PATIENCE) -> list[Json]:
        """Type "@bot text" in some chat; answers the results."""
        results: list[Json] = self.inline_answer(text, user=user, timeout=timeout)["results"]
        return results

    @driver
    async def inline_answer(
        self, text: str, *, user: Json | None = None, offset: str = "", timeout: float = PATIENCE
    ) -> Json:
        """Type "@bot text", or scroll on to `offset`; answers all of answerInlineQuery (next_offset, button, ...)."""
        if not self.world.about_me["supports_inline_queries"]:
            raise DriverError("the bot's inline mode is off")
        query = self._ask(text)
        self.push("inline_query", {"id": query.id, "from": user or self.user, "query": text, "offset": offset})
        await self._until(lambda: query.answer is not None, timeout, f"no answerInlineQuery for {query.text!r}")
        return query.answer or {}

    def choose_inline(self, result: Json, chat: Json, *, user: Json | None = None) -> Json:
        """A person sends one of the results into `chat`, where the bot need not be; answers the message."""
        content = dict(result["input_message_content"])
        content["text"] = content.pop("message_text")
        markup = {"reply_markup": result["reply_markup"]} if "reply_markup" in result else {}
        sent = text_of(content) | {"via_bot": self.world.me} | markup
        return self.world.store(chat, self.world.new_message(chat, user or self.user, sent))

    # -- coming and going
    def _membership(self, chat: Json, user_id: int, status: str, actor: Json) -> None:
        old = self.world.member(chat, user_id)
        self.state(chat).members[user_id] = status
        new = self.world.member(chat, user_id)
        if status in ("left", "kicked"):
            del self.state(chat).members[user_id]
        kind = "my_chat_member" if user_id == self.world.me["id"] else "chat_member"
        change = {"chat": chat, "from": actor, "date": int(time.time())}
        self.push(kind, change | {"old_chat_member": old, "new_chat_member": new})

    @driver
    async def join(self, chat: Json, user: Json) -> None:
        self._membership(chat, user["id"], "member", user)
        self._incoming(chat, user, {"new_chat_members": [user]})

    @driver
    async def add_bot(self, chat: Json, *, admin: bool = False, user: Json | None = None) -> None:
        """The bot is added to a group, or made an administrator of it."""
        me, user = self.world.me, user or self.user
        before = self.state(chat).members.get(me["id"])
        self.state(chat).kicked = False
        self._membership(chat, me["id"], "administrator" if admin else "member", user)
        if before is None:
            self._incoming(chat, user, {"new_chat_members": [me]})

    @driver
    async def kick_bot(self, chat: Json, *, user: Json | None = None) -> None:
        self.state(chat).kicked = True
        self._membership(chat, self.world.me["id"], "kicked", user or self.user)

    @driver
    async def block(self, user: Json | None = None) -> None:
        """A person blocks the bot; writing to it again unblocks."""
        user, me = user or self.user, self.world.me
        chat = self.world.chats[user["id"]]
        self.state(chat).blocked = True
        change = {"chat": chat, "from": user, "date": int(time.time())}
        change["old_chat_member"] = {"status": "member", "user": me}
        change["new_chat_member"] = {"status": "kicked", "user": me, "until_date": 0}
        self.push("my_chat_member", change)

    @driver
    async def migrate(self, chat: Json) -> Json:
        """A basic group becomes a supergroup: sending to the old id fails with migrate_to_chat_id."""
        old = self.state(chat)
        new = self.world.add_group(chat["title"], self.user)
        self.state(new).members.update(old.members)
        self._incoming(chat, self.user, {"migrate_to_chat_id": new["id"]})
        self._incoming(new, self.user, {"migrate_from_chat_id": chat["id"]})
        old.migrated_to = new["id"]
        return new

    # -- out of reach
    @driver
    async def close_door(self) -> None:
        """Refuse every connection, and end those there are."""
        await self._close()

    @driver
    async def open_door(self) -> None:
        """Listen again, at the same address."""
        await self._open()

    # -- updates out of the ordinary
    @driver
    async def redeliver(self, update: Json | None = None) -> None:
        """The newest (or the given) update comes once more, under the same update_id."""
        self.repeat(update or self.all_updates[-1])

    @driver
    async def raw_update(self, kind: str, payload: Json) -> Json:
        """Deliver any update as it is."""
        return self.push(kind, payload)

    def flood_wait(self, method: str = "sendMessage", *, retry_after: int = 1, times: int = 1, after: int = 0) -> Fault:
        """Answer the next matching calls with 429 and retry_after, whatever the limits."""
        return self.fail(method, status=429, body=retry_after, times=times, after=after)
