"""The state behind the stand-in: people, chats, messages and files, as objects of the Bot API.

Knows nothing of requests and updates.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..recording import Bucket, Json, Upload

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ADMIN_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
SPEAKING = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews"
)
ARRANGING = "can_change_info can_invite_users can_pin_messages can_manage_topics"


@dataclass
class ChatState:
    """What a chat's API object does not say."""

    members: dict[int, str] = field(default_factory=dict)  # user id -> status
    messages: dict[int, Json] = field(default_factory=dict)
    sent: list[Json] = field(default_factory=list)  # the bot's messages, in order
    edits: list[Json] = field(default_factory=list)  # edited messages, once for every edit
    topics: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    started: bool = True  # a person has written to the bot
    blocked: bool = False
    kicked: bool = False
    muted: bool = False  # members may not write
    migrated_to: int | None = None
    last_id: int = 0
    level: float = 0.0  # of the flood limit's leaking bucket, and when it was so
    level_at: float = 0.0
    minute: Bucket = field(default_factory=lambda: Bucket(20, 60.0))


class World:
    """Everything Telegram would remember."""

    def __init__(self, username: str, privacy: bool) -> None:
        self._serial = itertools.count(1000)
        self.me: Json = {"id": 123456789, "is_bot": True, "first_name": "Moim", "username": username}
        self.token = f"{self.me['id']}:AAHtestTokenForTheLocalStandInOnly0"
        nothing = (
            "can_connect_to_business has_main_web_app has_topics_enabled allows_users_to_create_topics "
            "can_manage_bots supports_guest_queries supports_join_request_queries"
        )
        self.about_me = self.me | dict.fromkeys(nothing.split(), False)
        self.about_me |= {"can_join_groups": True, "supports_inline_queries": True}
        self.about_me |= {"can_read_all_group_messages": not privacy}
        self.users: dict[int, Json] = {self.me["id"]: self.me}
        self.chats: dict[int, Json] = {}
        self.states: dict[int, ChatState] = {}
        self.files: dict[str, tuple[Json, Upload]] = {}  # file_id -> its info and content

    def next_id(self) -> int:
        return next(self._serial)

    # -- people and chats
    def add_user(
        self, first_name: str, *, username: str | None = None, language_code: str = "en", started: bool = True
    ) -> Json:
        """`started=False`: has never written to the bot, which therefore may not write to them."""
        named: Json = {"username": username} if username else {}
        user: Json = {"id": 10_000_000 + self.next_id(), "is_bot": False, "first_name": first_name}
        self.users[user["id"]] = user | {"language_code": language_code} | named
        self.chats[user["id"]] = {"id": user["id"], "type": "private", "first_name": first_name} | named
        self.states[user["id"]] = ChatState(members={user["id"]: "member"}, started=started)
        return self.users[user["id"]]

    def add_group(
        self,
        title: str,
        owner: Json,
        *,
        members: Iterable[Json] = (),
        kind: str = "supergroup",
        forum: bool = False,
        with_bot: bool = True,
        bot_admin: bool = False,
    ) -> Json:
        """kind: supergroup | group."""
        ident = -self.next_id() - (1_000_000_000_000 if kind == "supergroup" else 0)
        chat: Json = {"id": ident, "type": kind, "title": title}
        self.chats[ident] = chat | ({"is_forum": True} if forum else {})
        roles = {m["id"]: "member" for m in members} | {owner["id"]: "creator"}
        if with_bot:
            roles[self.me["id"]] = "administrator" if bot_admin else "member"
        self.states[ident] = ChatState(members=roles)
        return self.chats[ident]

    def state(self, chat: Json) -> ChatState:
        return self.states[chat["id"]]

    def find_chat(self, ref: Any) -> Json | None:
        return self.chats.get(int(ref)) if re.fullmatch(r"-?\d+", str(ref)) else None

    def is_admin(self, chat: Json, user_id: int) -> bool:
        return self.state(chat).members.get(user_id) in ("creator", "administrator")

    def member(self, chat: Json, user_id: int) -> Json:
        """The ChatMember object of a person in a chat."""
        status = self.state(chat).members.get(user_id, "left")
        out: Json = {"status": status, "user": self.users[user_id]}
        if status == "creator":
            out["is_anonymous"] = False
        elif status == "administrator":
            out |= dict.fromkeys(ADMIN_RIGHTS.split(), True) | {"is_anonymous": False}
            out |= {"can_pin_messages": True, "can_manage_topics": True}
        elif status == "kicked":
            out["until_date"] = 0
        return out

    def permissions(self, chat: Json) -> Json:
        """What everybody may do in a group."""
        speak = not self.state(chat).muted
        return dict.fromkeys(SPEAKING.split(), speak) | dict.fromkeys(ARRANGING.split(), False)

    def add_topic(self, chat: Json, name: str) -> Json:
        topic: Json = {"message_thread_id": self.next_message_id(chat), "name": name, "icon_color": 7322096}
        self.state(chat).topics[topic["message_thread_id"]] = topic
        return topic

    # -- messages
    def next_message_id(self, chat: Json) -> int:
        state = self.state(chat)
        state.last_id += 1
        return state.last_id

    def new_message(self, chat: Json, sender: Json, content: Json) -> Json:
        ident = self.next_message_id(chat)
        return {"message_id": ident, "from": sender, "chat": chat, "date": int(time.time())} | content

    def store(self, chat: Json, message: Json) -> Json:
        state = self.state(chat)
        state.messages[message["message_id"]] = message
        if message["from"]["id"] == self.me["id"]:
            state.sent.append(message)
        return message

    def find_message(self, chat: Json, message_id: int) -> Json | None:
        return self.state(chat).messages.get(message_id)

    def bot_sees(self, chat: Json, message: Json) -> bool:
        """Privacy mode (bots/features#privacy-mode)."""
        role = self.state(chat).members.get(self.me["id"])
        if chat["type"] == "private" or role == "administrator":
            return True
        if role is None:
            return False
        text = message.get("text") or message.get("caption")
        if text is None or self.about_me["can_read_all_group_messages"]:
            return text is None or True
        at_me = f"@{self.me['username']}".lower()
        command = re.match(r"/\w+(@\w+)?", text)
        if command:
            return not command[1] or command[1].lower() == at_me
        answers = message.get("reply_to_message", {}).get("from", {}).get("id")
        return at_me in text.lower() or answers == self.me["id"]

    # -- files
    def keep_file(self, upload: Upload, kind: str) -> Json:
        n = self.next_id()
        info: Json = {"file_id": f"AgACfile{n:08d}{kind}", "file_unique_id": f"AQAD{n:08d}"}
        info |= {"file_size": len(upload), "file_name": upload.filename or "file"}
        info |= {"mime_type": upload.content_type or "application/octet-stream"}
        self.files[info["file_id"]] = (info, upload)
        return info

    def media(self, kind: str, info: Json) -> Json:
        """The part of a message that carries a photo or a document."""
        if kind == "document":
            return {"document": info}
        base = {key: info[key] for key in ("file_id", "file_unique_id", "file_size")}
        return {"photo": [base | {"width": 90, "height": 90}, base | {"width": 800, "height": 800}]}
