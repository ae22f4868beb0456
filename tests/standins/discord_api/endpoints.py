"""REST operations outside of interactions: application, commands, messages, channels, threads, guilds.

Bodies were checked against the OpenAPI document before; what it cannot say is checked here.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..recording import Json
from .commands import check_command_list
from .routing import ApiError, Call, channel_of, check, endpoint, guild_of, has, message_of, require, unknown
from .rules import check_message, too_long
from .world import DM, FORUM, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, THREADS, now_iso, snowflake

if TYPE_CHECKING:
    from .server import DiscordServer as Sim


# -- the application itself
@endpoint("GET", "/users/@me")
def me(sim: Sim, call: Call) -> Json:
    more = {"mfa_enabled": True, "verified": True, "locale": "en-US", "email": None, "premium_type": 0}
    return sim.world.bot | more


@endpoint("GET", "/applications/@me", "/oauth2/applications/@me")
def application(sim: Sim, call: Call) -> Json:
    return sim.world.application


@endpoint("GET", "/gateway/bot")
def gateway_bot(sim: Sim, call: Call) -> Json:
    left = sim.gateway.sessions_a_day - len(sim.gateway.identifies)
    limit = {"total": 1000, "remaining": left, "reset_after": sim.gateway.reset_after, "max_concurrency": 1}
    return {"url": sim.gateway.url, "shards": 1, "session_start_limit": limit}


@endpoint("GET", "/users/@me/guilds")
def my_guilds(sim: Sim, call: Call) -> list[Json]:
    query = call.request.query
    after, limit = int(query.get("after", 0)), int(query.get("limit", 200))
    return [
        {
            "id": guild.id,
            "name": guild.data["name"],
            "icon": None,
            "banner": None,
            "owner": False,
            "features": [],
            "permissions": str(sim.world.permissions(guild, None, sim.world.app_id)),
        }
        for guild in sorted(sim.world.guilds.values(), key=lambda guild: int(guild.id))
        if guild.bot_installed and int(guild.id) > after
    ][:limit]


@endpoint("GET", "/users/{user_id}")
def get_user(sim: Sim, call: Call) -> Json:
    if call["user_id"] not in sim.world.users:
        raise unknown(10013, "User")
    return sim.world.users[call["user_id"]]


@endpoint("POST", "/users/@me/channels")
def create_dm(sim: Sim, call: Call) -> Json:
    user = sim.world.users.get(str(call.body.get("recipient_id")))
    if user is None:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    return sim.world.dm_channel(user)


# -- application commands
GLOBAL = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@endpoint("GET", GLOBAL, IN_GUILD)
def list_commands(sim: Sim, call: Call) -> list[Json]:
    if call["application_id"] != sim.world.app_id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    return list(sim.world.commands.get(call.params.get("guild_id"), {}).values())


@endpoint("PUT", GLOBAL, IN_GUILD)
def put_commands(sim: Sim, call: Call) -> list[Json]:
    old = list_commands(sim, call)
    wanted = call.request.body or []
    check(sim, call, check_command_list(wanted))
    guild_id = call.params.get("guild_id")
    ids = {(c["type"], c["name"]): c["id"] for c in old}
    kept = [_command(sim, c, guild_id, ids.get((c.get("type") or 1, c["name"]))) for c in wanted]
    sim.world.commands[guild_id] = {c["id"]: c for c in kept}
    sim.command_writes += 1
    return kept


def _command(sim: Sim, body: Json, guild_id: str | None, ident: str | None) -> Json:
    permissions = body.get("default_member_permissions")
    return {
        "id": ident or snowflake(),
        "application_id": sim.world.app_id,
        "version": snowflake(),
        "type": body.get("type") or 1,
        "name": body["name"],
        "description": body.get("description") or "",
        "nsfw": bool(body.get("nsfw")),
        "default_member_permissions": None if permissions is None else str(permissions),
        "name_localizations": body.get("name_localizations"),
        "description_localizations": body.get("description_localizations"),
        "dm_permission": body.get("dm_permission") is not False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "options": [_option(o) for o in body.get("options") or []],
    } | ({"guild_id": guild_id} if guild_id else {})


def _option(option: Json) -> Json:
    out = {k: v for k, v in option.items() if v is not None}
    if "options" in out:
        out["options"] = [_option(x) for x in out["options"]]
    return out


# -- messages
@endpoint("POST", "/channels/{channel_id}/messages")
def create_message(sim: Sim, call: Call) -> Json:
    channel, body, files = channel_of(sim, call), call.body, call.request.files
    if channel["type"] not in {TEXT, DM, 5} | THREADS:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel["type"] == DM and channel["recipients"][0]["id"] in sim.world.dm_closed:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    in_thread = channel["type"] in THREADS
    require(sim, channel, "send_messages_in_threads" if in_thread else "send_messages")
    if files:
        require(sim, channel, "attach_files")
    if in_thread and channel["thread_metadata"]["locked"]:
        raise ApiError(400, 160005, "Thread is locked")
    check(sim, call, check_message(body, files))
    if body.get("enforce_nonce"):
        for old in reversed(sim.world.messages[channel["id"]]):
            known = old["id"] not in sim.world.nonces_forgotten
            if known and old.get("nonce") == body["nonce"] and old["author"]["id"] == sim.world.app_id:
                return old
    reference = body.get("message_reference") or {}
    message = sim.world.make_message(channel, sim.world.bot, body, files)
    if reference.get("fail_if_not_exists", True) and message.get("referenced_message", message) is None:
        raise ApiError(400, 50035, "Invalid Form Body")  # gone in the meantime: no fault of the bot
    if in_thread:
        channel["thread_metadata"]["archived"] = False  # sending unarchives (topics/threads)
    return sim.world.store(message)


@endpoint("GET", "/channels/{channel_id}/messages")
def list_messages(sim: Sim, call: Call) -> list[Json]:
    channel, q = channel_of(sim, call), call.request.query
    if not has(sim, channel, "read_message_history"):
        return []  # so says the documentation: no error, and no messages
    limit, newest_first = int(q.get("limit", 50)), list(reversed(sim.world.messages[channel["id"]]))
    seen = [_of_history(sim, m) for m in newest_first if m["id"] not in sim.world.seen_only_by]
    if "after" in q:
        return [m for m in seen if int(m["id"]) > int(q["after"])][-limit:]
    return [m for m in seen if int(m["id"]) < int(q.get("before", 1 << 63))][:limit]


def _of_history(sim: Sim, message: Json) -> Json:
    """A nonce is not promised to come with a message read later."""
    forgotten = message["id"] in sim.world.nonces_forgotten
    return {key: value for key, value in message.items() if key != "nonce" or not forgotten}


@endpoint("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin_message(sim: Sim, call: Call) -> None:
    channel = channel_of(sim, call, "pin_messages")
    message_of(sim, call, channel)["pinned"] = True


@endpoint("GET", "/channels/{channel_id}/messages/{message_id}")
def get_message(sim: Sim, call: Call) -> Json:
    return message_of(sim, call, channel_of(sim, call, "read_message_history"))


@endpoint("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(sim: Sim, call: Call) -> Json:
    message = message_of(sim, call, channel_of(sim, call))
    if message["author"]["id"] != sim.world.app_id:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    check(sim, call, check_message(call.body, call.request.files, edit=True))
    sim.world.apply_edit(message, call.body, call.request.files)
    return message


@endpoint("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete_message(sim: Sim, call: Call) -> None:
    channel = channel_of(sim, call)
    message = message_of(sim, call, channel)
    if message["author"]["id"] != sim.world.app_id:
        require(sim, channel, "manage_messages")
    sim.world.messages[channel["id"]].remove(message)


@endpoint("POST", "/channels/{channel_id}/typing")
def typing(sim: Sim, call: Call) -> None:
    sim.typing.append((time.monotonic(), channel_of(sim, call)["id"]))


# -- channels and threads
@endpoint("GET", "/channels/{channel_id}")
def get_channel(sim: Sim, call: Call) -> Json:
    return channel_of(sim, call)


@endpoint("PATCH", "/channels/{channel_id}")
def patch_channel(sim: Sim, call: Call) -> Json:
    channel = channel_of(sim, call)
    metadata = channel.get("thread_metadata", {})
    if channel.get("owner_id") != sim.world.app_id:
        require(sim, channel, "manage_threads" if metadata else "manage_channels")
    for key, value in call.body.items():
        (metadata if key in metadata else channel)[key] = value
    sim.gateway.dispatch("THREAD_UPDATE" if metadata else "CHANNEL_UPDATE", channel)
    return channel


@endpoint("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_of_message(sim: Sim, call: Call) -> tuple[int, Json]:
    channel = channel_of(sim, call)
    message = message_of(sim, call, channel)
    if message["id"] in sim.world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = _new_thread(sim, call, channel, id=message["id"])
    message["flags"] |= 1 << 5
    message["thread"] = sim.world.channels[thread["id"]]
    return 201, thread


@endpoint("POST", "/channels/{channel_id}/threads")
def create_thread(sim: Sim, call: Call) -> tuple[int, Json]:
    channel = channel_of(sim, call)
    if channel["type"] != FORUM:
        return 201, _new_thread(sim, call, channel, type=call.body.get("type") or PRIVATE_THREAD)
    starter = call.body.get("message") or {}
    check(sim, call, check_message(starter, call.request.files))
    thread = _new_thread(sim, call, channel, applied_tags=call.body.get("applied_tags") or [])
    stored = sim.world.channels[thread["id"]]
    message = sim.world.make_message(stored, sim.world.bot, starter, call.request.files, id=thread["id"])
    sim.world.store(message)
    return 201, {**thread, "message": message}


def _new_thread(sim: Sim, call: Call, parent: Json, **more: Any) -> Json:
    private, body = more.get("type", PUBLIC_THREAD) == PRIVATE_THREAD, call.body
    require(sim, parent, "create_private_threads" if private else "create_public_threads")
    archive = body.get("auto_archive_duration") or 1440
    check(sim, call, too_long(body, {"name": 100}, ()))
    if not body.get("name") or archive not in (60, 1440, 4320, 10080):
        check(sim, call, [((), "a thread needs a name, and 60, 1440, 4320 or 10080 minutes to its archiving")])
    owner = sim.world.app_id
    thread = sim.world.add_thread(parent, body["name"], owner_id=owner, auto_archive=archive, **more)
    sim.gateway.dispatch("THREAD_CREATE", {**thread, "newly_created": True})
    member = {"id": thread["id"], "user_id": owner, "join_timestamp": now_iso(), "flags": 0}
    return {**thread, "member": member}


@endpoint("PUT", "/channels/{channel_id}/thread-members/@me", "/channels/{channel_id}/thread-members/{user_id}")
def join_thread(sim: Sim, call: Call) -> None:
    channel, user_id = channel_of(sim, call), call.params.get("user_id", sim.world.app_id)
    if user_id not in sim.world.users:
        raise unknown(10013, "User")
    members = sim.world.thread_members[channel["id"]]
    members.add(user_id)
    channel["member_count"] = len(members)


# -- guilds
@endpoint("GET", "/guilds/{guild_id}")
def get_guild(sim: Sim, call: Call) -> Json:
    guild = guild_of(sim, call)
    return {**guild.data, "roles": list(guild.roles.values())}


@endpoint("GET", "/guilds/{guild_id}/channels")
def guild_channels(sim: Sim, call: Call) -> list[Json]:
    ident = guild_of(sim, call).id
    return [c for c in sim.world.channels.values() if c.get("guild_id") == ident and c["type"] not in THREADS]


@endpoint("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(sim: Sim, call: Call) -> Json:
    member = guild_of(sim, call).members.get(call["user_id"])
    if member is None:
        raise unknown(10007, "Member")
    return member


@endpoint("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(sim: Sim, call: Call) -> None:
    guild = guild_of(sim, call)
    guild.bot_installed = False
    sim.gateway.dispatch("GUILD_DELETE", {"id": guild.id})
