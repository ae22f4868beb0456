"""The state behind the stand-in: guilds, members, channels, messages and commands, as Discord's API objects.

Knows nothing of requests, answers or interactions; what it makes fits the official response schemas.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..recording import DriverError, Json, Upload
from .messages import shape_components, shape_embed
from .rules import EPHEMERAL

TEXT, DM, GROUP_CHAT, FORUM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 3, 15, 11, 12
THREADS = {10, PUBLIC_THREAD, PRIVATE_THREAD}
PERMISSIONS = {  # topics/permissions
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
    "pin_messages": 1 << 51,
}
ALL_PERMISSIONS = (1 << 52) - 1
EVERYONE = sum(bit for name, bit in PERMISSIONS.items() if not name.startswith(("administrator", "manage")))
# What the API objects of a small, plain server leave null or zero.
USER_EMPTY = "avatar banner accent_color avatar_decoration_data clan primary_guild collectibles"
MEMBER_EMPTY = "nick avatar banner premium_since communication_disabled_until avatar_decoration_data collectibles"
APP_EMPTY = "icon type team interactions_endpoint_url role_connections_verification_url"
APP_FALSE = "bot_require_code_grant is_monetized is_verified is_discoverable storefront_available"
APP_ZERO = (
    "flags approximate_guild_count approximate_user_install_count approximate_user_authorization_count "
    "explicit_content_filter"
)
GUILD_EMPTY = (
    "icon description home_header splash discovery_splash banner application_id afk_channel_id system_channel_id "
    "widget_channel_id max_presences vanity_url_code rules_channel_id safety_alerts_channel_id "
    "public_updates_channel_id incidents_data"
)
GUILD_ZERO = (
    "system_channel_flags verification_level default_message_notifications mfa_level nsfw_level "
    "explicit_content_filter premium_tier premium_subscription_count"
)
_serial = itertools.count()


def snowflake() -> str:
    """A new id, of now, larger than every one before."""
    ms = int(time.time() * 1000) - 1420070400000
    return str((ms << 22) | (next(_serial) & 0x3FFFFF))


def now_iso() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


@dataclass
class Guild:
    """A server; `data` is its API object."""

    data: Json
    roles: dict[str, Json] = field(default_factory=dict)
    members: dict[str, Json] = field(default_factory=dict)
    bot_installed: bool = True

    @property
    def id(self) -> str:
        return str(self.data["id"])


class World:
    """Everything Discord would remember."""

    def __init__(self) -> None:
        self.base_url = ""
        self.users: dict[str, Json] = {}
        self.locales: dict[str, str] = {}  # user id -> locale of the client
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Json] = {}  # threads and direct messages too
        self.thread_members: dict[str, set[str]] = {}
        self.messages: dict[str, list[Json]] = {}  # channel id -> oldest first
        self.seen_only_by: dict[str, str] = {}  # ephemeral message id -> user id
        self.attachments: dict[str, Upload] = {}  # path of the address -> file
        self.commands: dict[str | None, dict[str, Json]] = {None: {}}  # guild id (None: global) -> id -> command
        self.dm_closed: set[str] = set()  # users who refuse direct messages
        self.nonces_forgotten: set[str] = set()  # messages whose nonce keeps no second one away any more
        self.user_installs: set[str] = set()  # users who installed the application for themselves
        self.bot = self.add_user("moim", bot=True)
        self.app_id: str = self.bot["id"]
        head = base64.urlsafe_b64encode(self.app_id.encode()).decode().rstrip("=")
        self.token = f"{head}.{secrets.token_urlsafe(4)[:6]}.{secrets.token_urlsafe(27)}"
        self.application: Json = {"id": self.app_id, "name": "moim", "description": "", "bot_public": True}
        self.application |= dict.fromkeys(APP_EMPTY.split()) | dict.fromkeys(APP_FALSE.split(), False)
        self.application |= dict.fromkeys(APP_ZERO.split(), 0) | {"owner": self.add_user("owner"), "hook": True}
        self.application |= {"verify_key": secrets.token_hex(32), "flags_new": "0", "redirect_uris": []}
        self.application |= {"integration_types_config": {"0": {}, "1": {}}, "eligible_oauth2_scopes": ["bot"]}

    # -- people and servers
    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> Json:
        user: Json = {"id": snowflake(), "username": name, "discriminator": "0"}
        user |= dict.fromkeys(USER_EMPTY.split())
        user |= {"global_name": None if bot else name.title(), "public_flags": 0, "flags": 0}
        if bot:
            user |= {"bot": True, "discriminator": "0000"}
        self.users[user["id"]] = user
        self.locales[user["id"]] = locale
        return user

    def add_guild(self, name: str, *, locale: str = "en-US", bot_permissions: int = ALL_PERMISSIONS) -> Guild:
        owner = self.add_user(f"owner-of-{name}".replace(" ", "-").lower())
        data: Json = {"id": snowflake(), "name": name, "owner_id": owner["id"], "preferred_locale": locale}
        data |= dict.fromkeys(GUILD_EMPTY.split()) | dict.fromkeys(GUILD_ZERO.split(), 0)
        data |= {"region": "us-east", "afk_timeout": 300, "max_members": 500000, "nsfw": False}
        data |= {"max_stage_video_channel_users": 50, "max_video_channel_users": 25, "widget_enabled": False}
        data |= {"premium_progress_bar_enabled": False, "features": [], "emojis": [], "stickers": []}
        guild = self.guilds[data["id"]] = Guild(data)
        self.add_role(guild, "@everyone", EVERYONE, ident=guild.id)
        self.add_member(guild, owner)
        self.add_member(guild, self.bot, [self.add_role(guild, "moim", bot_permissions)])
        return guild

    def add_role(self, guild: Guild, name: str, permissions: int, ident: str | None = None) -> Json:
        role: Json = {"id": ident or snowflake(), "name": name, "permissions": str(permissions)}
        role |= {"description": None, "color": 0, "hoist": False, "icon": None, "unicode_emoji": None}
        role |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
        role |= {"position": len(guild.roles), "managed": False, "mentionable": False, "flags": 0}
        guild.roles[role["id"]] = role
        return role

    def add_member(self, guild: Guild, user: Json, roles: Iterable[Json] = ()) -> Json:
        member: Json = {"user": dict(user), "roles": [r["id"] for r in roles], "joined_at": now_iso()}
        member |= dict.fromkeys(MEMBER_EMPTY.split())
        member |= {"deaf": False, "mute": False, "flags": 0, "pending": False}
        guild.members[user["id"]] = member
        return member

    # -- channels
    def _open_channel(self, channel: Json) -> Json:
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = []
        return channel

    def add_channel(
        self,
        guild: Guild,
        name: str = "general",
        *,
        type: int = TEXT,  # noqa: A002 - Discord's own word
        overwrites: Iterable[Json] = (),
        **more: Any,
    ) -> Json:
        channel: Json = {"id": snowflake(), "type": type, "guild_id": guild.id, "name": name, "flags": 0}
        channel |= {"last_message_id": None, "parent_id": None, "rate_limit_per_user": 0, "topic": None}
        position = sum(c.get("guild_id") == guild.id for c in self.channels.values())
        channel |= {"position": position, "permission_overwrites": list(overwrites), "nsfw": False, **more}
        if type == FORUM:
            channel |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
            channel["default_forum_layout"] = 0
        return self._open_channel(channel)

    def dm_channel(self, user: Json) -> Json:
        for c in list(self.channels.values()):
            if c["type"] == DM and c["recipients"][0]["id"] == user["id"]:
                return c
        channel: Json = {"id": snowflake(), "type": DM, "last_message_id": None, "flags": 0}
        return self._open_channel(channel | {"recipients": [dict(user)]})

    def group_chat(self, users: Iterable[Json]) -> Json:
        """A chat of several people outside any server; a bot is never in one."""
        members = [dict(user) for user in users]
        channel: Json = {"id": snowflake(), "type": GROUP_CHAT, "last_message_id": None, "flags": 0, "icon": None}
        return self._open_channel(channel | {"name": None, "owner_id": members[0]["id"], "recipients": members})

    def context(self, channel: Json) -> int:
        """Discord's number for a place: a server, the direct messages with the bot, anybody's other chat."""
        return 0 if self.guild_of(channel) else 1 if channel["type"] == DM else 2

    def owners(self, user_id: str, channel: Json) -> dict[str, str]:
        """By which installations this person can use the application there (authorizing_integration_owners)."""
        guild, context = self.guild_of(channel), self.context(channel)
        by_server = {"0": guild.id if guild else "0"} if context == 1 or (guild and guild.bot_installed) else {}
        return by_server | ({"1": user_id} if user_id in self.user_installs else {})

    def add_thread(self, parent: Json, name: str, *, owner_id: str, **more: Any) -> Json:
        """`more`: type, id, auto_archive, applied_tags."""
        archive = more.pop("auto_archive", 1440)
        metadata: Json = {"archived": False, "archive_timestamp": now_iso(), "locked": False}
        metadata |= {"auto_archive_duration": archive, "create_timestamp": now_iso()}
        thread: Json = {"id": snowflake(), "type": PUBLIC_THREAD, "last_message_id": None, "flags": 0}
        thread |= {"guild_id": parent["guild_id"], "parent_id": parent["id"], "name": name, "owner_id": owner_id}
        thread |= {"rate_limit_per_user": 0, "message_count": 0, "total_message_sent": 0, "member_count": 1}
        thread |= {"thread_metadata": metadata, **more}
        if thread["type"] == PRIVATE_THREAD:
            metadata["invitable"] = True
        self.thread_members[thread["id"]] = {owner_id}
        return self._open_channel(thread)

    def guild_of(self, channel: Json) -> Guild | None:
        return self.guilds.get(channel.get("guild_id") or "")

    def first_channel(self, guild: Guild) -> Json:
        for c in self.channels.values():
            if c.get("guild_id") == guild.id and c["type"] == TEXT:
                return c
        raise DriverError("that guild has no text channel")

    def permissions(self, guild: Guild | None, channel: Json | None, user_id: str) -> int:
        """topics/permissions: roles, then the channel's overwrites for everyone, roles, the member."""
        if guild is None:
            return EVERYONE
        member = guild.members.get(user_id)
        if member is None:
            return 0
        perms = 0
        for role_id in (guild.id, *member["roles"]):
            perms |= int(guild.roles[role_id]["permissions"])
        if perms & PERMISSIONS["administrator"] or guild.data["owner_id"] == user_id:
            return ALL_PERMISSIONS
        if channel is None:
            return perms
        if channel["type"] in THREADS:
            channel = self.channels[channel["parent_id"]]
        rules = {o["id"]: o for o in channel["permission_overwrites"]}
        for group in ([guild.id], member["roles"], [user_id]):
            found = [rules[i] for i in group if i in rules]
            for o in found:
                perms &= ~int(o["deny"])
            for o in found:
                perms |= int(o["allow"])
        return perms

    # -- messages
    def make_message(
        self, channel: Json, author: Json, body: Json, uploads: Iterable[Upload] = (), **more: Any
    ) -> Json:
        """A message object of a create request, stored nowhere yet. `more`: flags, type, webhook_id, ..."""
        attachments = self.attach(channel["id"], uploads, body.get("attachments") or [])
        message: Json = {
            "id": snowflake(),
            "channel_id": channel["id"],
            "author": dict(author),
            "content": body.get("content") or "",
            "timestamp": now_iso(),
            "edited_timestamp": None,
            "tts": bool(body.get("tts")),
            "mentions": [],
            "mention_roles": [],
            "attachments": attachments,
            "embeds": [shape_embed(e, attachments) for e in body.get("embeds") or []],
            "components": shape_components(body.get("components") or []),
            "pinned": False,
            "type": 0,
            "flags": body.get("flags") or 0,
        }
        message |= more
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
        reference = body.get("message_reference")
        if reference:
            where = str(reference.get("channel_id") or channel["id"])
            known = self.find_message(where, str(reference["message_id"]))
            message |= {"type": 19, "referenced_message": known}
            message["message_reference"] = {"type": 0, "channel_id": where, "message_id": str(reference["message_id"])}
        self._mention(message, body.get("allowed_mentions"))
        return message

    def _mention(self, message: Json, allowed: Json | None) -> None:
        """Who is pinged (resources/message: allowed mentions; None pings everybody named)."""
        parse = {"users", "everyone"} if allowed is None else set(allowed.get("parse") or [])
        listed = {str(u) for u in (allowed or {}).get("users") or []}
        content = message["content"]
        message["mentions"] = [
            dict(user)
            for ident, user in self.users.items()
            if (f"<@{ident}>" in content or f"<@!{ident}>" in content) and ("users" in parse or ident in listed)
        ]
        message["mention_everyone"] = "everyone" in parse and ("@everyone" in content or "@here" in content)

    def store(self, message: Json, seen_only_by: str | None = None) -> Json:
        channel = self.channels[message["channel_id"]]
        self.messages[channel["id"]].append(message)
        if seen_only_by:
            self.seen_only_by[message["id"]] = seen_only_by
        else:
            channel["last_message_id"] = message["id"]
            if "message_count" in channel:
                channel["message_count"] += 1
                channel["total_message_sent"] += 1
        return message

    def apply_edit(self, message: Json, body: Json, uploads: Iterable[Upload] = ()) -> None:
        if "content" in body:
            message["content"] = body["content"] or ""
            self._mention(message, body.get("allowed_mentions"))
        if body.get("attachments") is not None:
            kept = {str(a.get("id")) for a in body["attachments"]}
            message["attachments"] = [a for a in message["attachments"] if a["id"] in kept]
        message["attachments"] += self.attach(message["channel_id"], uploads, body.get("attachments") or [])
        if "embeds" in body:
            message["embeds"] = [shape_embed(e, message["attachments"]) for e in body["embeds"] or []]
        if "components" in body:
            message["components"] = shape_components(body["components"] or [])
        if body.get("flags") is not None:
            message["flags"] = (message["flags"] & EPHEMERAL) | (body["flags"] & ~EPHEMERAL)  # settled for good
        message["edited_timestamp"] = now_iso()

    def find_message(self, channel_id: str, message_id: str) -> Json | None:
        return next((m for m in self.messages.get(channel_id, []) if m["id"] == message_id), None)

    def visible(self, message: Json, user_id: str) -> bool:
        return self.seen_only_by.get(message["id"], user_id) == user_id

    def attach(self, channel_id: str, uploads: Iterable[Upload], described: list[Json]) -> list[Json]:
        more = {str(a.get("id")): a for a in described}
        result = []
        for up in uploads:
            said = more.get(up.field[6:-1], {})
            ident, name = snowflake(), said.get("filename") or up.filename or "file"
            path = f"/attachments/{channel_id}/{ident}/{name}"
            self.attachments[path] = up
            url = self.base_url + path
            a: Json = {"id": ident, "filename": name, "size": len(up), "url": url, "proxy_url": url}
            a |= {"content_type": up.content_type, "flags": 0}
            if said.get("description"):
                a["description"] = said["description"]
            if up.content_type.startswith("image/"):
                a |= {"width": 64, "height": 64, "placeholder_version": 1}
            result.append(a)
        return result
