"""The people of the stand-in Discord: what they type, press and choose, and what they wait for."""
# ruff: noqa: ASYNC109 - how long a person waits is part of what a driver promises

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack, cast

from ..recording import PATIENCE, DriverError, Fault, Json, NoReply
from ..simulator import driver
from .client import USER, Client
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, DEFER_UPDATE, SUBMIT
from .limits import Refusal
from .reply import Interaction, Reply
from .rules import BUTTON, FILE_MAX, walk
from .server import DiscordServer
from .world import PERMISSIONS, Guild, snowflake


class How(TypedDict, total=False):
    """Who acts where, and how long they wait: until they see an answer (wait="final"), or until the bot
    acknowledged (wait="ack")."""

    user: Json | None
    guild: Guild | None
    channel: Json | None
    dm: bool
    message: Json | None
    locale: str | None
    wait: str
    timeout: float


def _split(given: Json) -> tuple[How, Json]:
    """Keywords of `How`, and the rest."""
    rest = {key: value for key, value in given.items() if key not in How.__annotations__}
    return cast(How, {key: value for key, value in given.items() if key not in rest}), rest


class DiscordSim(DiscordServer):
    """A Discord with one server ("Study Group", #general) and one person (alice) to begin with."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.user = self.world.add_user("alice")
        self.guild = self.world.add_guild("Study Group")
        self.channel = self.world.add_channel(self.guild)
        self.world.add_member(self.guild, self.user)
        self.quiet = 0.5  # seconds until a press that changes nothing is believed
        self._sessions_before = 0

    # -- waiting
    def expect_new_session(self) -> None:
        """From now on only a new gateway session counts as ready."""
        self._sessions_before = self._session_count

    @property
    def _session_count(self) -> int:
        return len(self.gateway.identifies) + sum(granted for _, granted in self.gateway.resumes)

    @driver
    async def wait_ready(self, timeout: float = 20.0, commands: bool = True) -> None:
        """The bot is on the gateway and (by default) has registered its commands."""
        await self._until(
            lambda: self.gateway.connected and self._session_count > self._sessions_before,
            timeout,
            "the bot did not come to the gateway",
        )
        if commands:
            await self._until(lambda: self.command_writes, timeout, "the bot registered no commands")

    async def _new_messages(self, channel: Json, after: str, count: int, timeout: float) -> list[Json]:
        def arrived() -> list[Json]:
            found = [m for m in self.bot_messages(channel) if int(m["id"]) > int(after)]
            return found if len(found) >= count else []

        what = f"expected {count} message(s) in #{channel.get('name', 'direct message')}"
        found: list[Json] = await self._until(arrived, timeout, what)
        return found

    @driver
    async def wait_messages(
        self, channel: Json | None = None, *, after: str | None = None, count: int = 1, timeout: float = PATIENCE
    ) -> list[Json]:
        """Messages of the bot in a channel, newer than message id `after` (default: from now on)."""
        return await self._new_messages(channel or self.channel, after or snowflake(), count, timeout)

    def bot_messages(self, channel: Json | None = None, *, dm_with: Json | None = None) -> list[Json]:
        channel = self.world.dm_channel(dm_with) if dm_with else channel or self.channel
        return [m for m in self.world.messages[channel["id"]] if m["author"]["id"] == self.world.app_id]

    async def _settle(self, inter: Interaction, how: How) -> Reply:
        away = "" if self.gateway.connected else ", the bot is not on the gateway"
        silent = f"The application did not respond: no callback for {inter}{away}"
        await self._until(lambda: inter.callback_type is not None, self.deadline, silent)
        if how.get("wait", "final") == "final" and inter.callback_type == DEFER_UPDATE:
            with contextlib.suppress(NoReply):  # to acknowledge and change nothing is legal
                await self._until(lambda: inter.final, self.quiet, "")
        elif how.get("wait", "final") == "final":
            never = f"{inter} was deferred and not answered"
            await self._until(lambda: inter.final, how.get("timeout", PATIENCE), never)
        return Reply(self, inter)

    # -- interactions
    def _client(self, how: How) -> Client:
        user, channel = how.get("user") or self.user, how.get("channel")
        if how.get("dm"):
            return Client(self.world, user, None, self.world.dm_channel(user))
        if channel is None:
            guild = how.get("guild") or self.guild
            channel = self.channel if guild is self.guild else self.world.first_channel(guild)
        return Client(self.world, user, self.world.guild_of(channel), channel)

    def command(self, name: str, guild: Guild | None = None, kind: int = 1) -> Json:
        """A registered command by its name or one of its localised names."""
        guild = guild or self.guild
        owner = self.world.users[guild.data["owner_id"]]
        return self._client({"user": owner, "guild": guild}).command(name, kind)

    async def _act(
        self,
        kind: int,
        name: str,
        client: Client,
        data: Json,
        how: How,
        message: Json | None = None,
        option_type: int = 3,
    ) -> Reply:
        """Send an interaction to the bot and wait for what comes of it."""
        world, user, guild, channel = self.world, client.user, client.guild, client.channel
        inter = Interaction(kind, name, user, channel, guild, message, option_type)
        permissions = str(world.permissions(guild, channel, user["id"]))
        payload: Json = {"id": inter.id, "token": inter.token, "type": kind, "version": 1, "data": data}
        payload |= {"application_id": world.app_id, "entitlements": [], "attachment_size_limit": FILE_MAX}
        inter.owners = world.owners(user["id"], channel)
        payload |= {"channel_id": channel["id"], "channel": channel, "context": world.context(channel)}
        payload |= {"authorizing_integration_owners": inter.owners}
        payload |= {"app_permissions": str(world.permissions(guild, channel, world.app_id))}
        payload |= {"locale": how.get("locale") or world.locales[user["id"]]}
        if message:
            payload["message"] = message
        if guild is None:
            payload["user"] = user
        elif user["id"] not in guild.members:
            raise DriverError(f"{user['username']} is not a member of {guild.data['name']}")
        else:
            language = guild.data["preferred_locale"]
            payload |= {"guild_id": guild.id, "guild_locale": language}
            payload |= {"guild": {"id": guild.id, "locale": language, "features": []}}
            payload["channel"] = channel | {"permissions": permissions}
            payload["member"] = guild.members[user["id"]] | {"permissions": permissions}
        self.interactions[inter.token] = inter
        self.gateway.dispatch("INTERACTION_CREATE", payload)
        return await self._settle(inter, how)

    @driver
    async def slash(self, name: str, /, *, options: Json | None = None, **more: Any) -> Reply:
        """Run a slash command ("group sub" for subcommands); its options as keywords, or in `options`
        when they are named like one of `How`."""
        how, given = _split(more)
        client = self._client(how)
        data, _ = client.command_data(name, {**(options or {}), **given})
        return await self._act(COMMAND, name, client, data, how)

    @driver
    async def autocomplete(
        self, name: str, option: str, text: str = "", /, *, options: Json | None = None, **how: Unpack[How]
    ) -> list[Json]:
        """The choices offered while `text` is typed into `option`."""
        client = self._client(how)
        data, kind = client.command_data(name, {**(options or {}), option: text}, focused=option)
        return (await self._act(AUTOCOMPLETE, name, client, data, how, option_type=kind)).choices

    @driver
    async def context_menu(self, name: str, target: Json, **how: Unpack[How]) -> Reply:
        """Run a message or user command on `target` (a message or a user object)."""
        client = self._client(how)
        kind = 3 if "channel_id" in target else 2
        if kind == 2:
            client.resolve(USER, target)
        else:
            client.resolved["messages"] = {target["id"]: target}
        command = client.command(name, kind)
        data = {"id": command["id"], "name": command["name"], "type": kind, "target_id": target["id"]}
        return await self._act(COMMAND, name, client, data | {"resolved": client.resolved}, how)

    def find_component(
        self, custom_id: str, user: Json, channel: Json | None = None, message: Json | None = None
    ) -> tuple[Json, Json]:
        """-> (message, component): the newest message this person can see that has it."""
        pools = [self.world.messages[channel["id"]]] if channel else self.world.messages.values()
        candidates = [message] if message else [m for pool in pools for m in pool]
        for m in sorted(candidates, key=lambda m: int(m["id"]), reverse=True):
            for c in walk(m["components"]) if self.world.visible(m, user["id"]) else ():
                if c.get("custom_id") == custom_id:
                    if c.get("disabled"):
                        raise DriverError(f"component {custom_id!r} is disabled")
                    return m, c
        raise DriverError(f"no component {custom_id!r} that {user['username']} can see")

    async def _use(self, custom_id: str, values: list[Any], how: How) -> Reply:
        user = how.get("user") or self.user
        message, component = self.find_component(custom_id, user, how.get("channel"), how.get("message"))
        client = self._client({"user": user, "channel": self.world.channels[message["channel_id"]]})
        data = {"id": component["id"], "custom_id": custom_id, "component_type": component["type"]}
        if component["type"] != BUTTON:
            data |= client.select(component, values)
        return await self._act(COMPONENT, custom_id, client, data, how, message)

    @driver
    async def press(self, custom_id: str, **how: Unpack[How]) -> Reply:
        """Press a button, on the newest visible message that has it unless `message` is given."""
        return await self._use(custom_id, [], how)

    @driver
    async def select(self, custom_id: str, *values: Any, **how: Unpack[How]) -> Reply:
        """Choose in a select menu: strings, or user and channel objects."""
        return await self._use(custom_id, list(values), how)

    @driver
    async def submit(self, /, reply: Reply, fields: Json | None = None, **more: Any) -> Reply:
        """Fill in and submit the modal that `reply` opened; fields by custom_id or label."""
        how, given = _split(more)
        parent = reply.interaction
        if parent.modal is None:
            raise DriverError(f"{reply} opened no modal")
        client = Client(self.world, parent.user, parent.guild, parent.channel)
        data = client.fill(parent.modal, {**(fields or {}), **given})
        return await self._act(SUBMIT, parent.modal["custom_id"], client, data, how, parent.message)

    # -- messages, people and servers
    @driver
    async def say(self, content: str, **how: Unpack[How]) -> Json:
        """A person writes a message (which the bot, without the intent, only sees through a menu)."""
        client = self._client(how)
        message = self.world.make_message(client.channel, client.user, {"content": content})
        return self.world.store(message)

    @driver
    async def join(self, name: str, *, guild: Guild | None = None, locale: str = "en-US", permissions: int = 0) -> Json:
        """A new person joins a server; `permissions` come with a role of their own."""
        guild = guild or self.guild
        user = self.world.add_user(name, locale=locale)
        roles = [self.world.add_role(guild, f"role of {name}", permissions)] if permissions else []
        for role in roles:
            self.gateway.dispatch("GUILD_ROLE_CREATE", {"guild_id": guild.id, "role": role})
        self.world.add_member(guild, user, roles)
        return user

    @driver
    async def leave(self, user: Json, *, guild: Guild | None = None) -> None:
        del (guild or self.guild).members[user["id"]]

    @driver
    async def new_guild(self, name: str, *, locale: str = "en-US", members: Iterable[Json] = ()) -> Guild:
        """The bot is added to another server, with one text channel and alice (and `members`) in it."""
        guild = self.world.add_guild(name, locale=locale)
        self.world.add_channel(guild)
        for user in (self.user, *members):
            self.world.add_member(guild, user)
        self.gateway.dispatch("GUILD_CREATE", self.gateway.guild_create(guild, joined=True))
        return guild

    @driver
    async def install(self, user: Json | None = None) -> None:
        """A person installs the application for themselves: it follows them to servers and chats of others."""
        self.world.user_installs.add((user or self.user)["id"])

    @driver
    async def foreign_guild(self, name: str, *, members: Iterable[Json] = ()) -> Guild:
        """A server that never took the bot in, with one text channel and alice (and `members`) in it."""
        guild = self.world.add_guild(name)
        del guild.members[self.world.app_id]
        guild.bot_installed = False
        self.world.add_channel(guild)
        for user in (self.user, *members):
            self.world.add_member(guild, user)
        return guild

    @driver
    async def group_chat(self, *users: Json) -> Json:
        """A chat of alice and `users`, outside any server."""
        return self.world.group_chat((self.user, *users))

    @driver
    async def remove_bot(self, guild: Guild) -> None:
        guild.bot_installed = False
        self.gateway.dispatch("GUILD_DELETE", {"id": guild.id})

    @driver
    async def outage(self, guild: Guild, *, over: bool = False) -> None:
        """Discord loses a server for a while (and, with `over`, has it back): nobody left."""
        if over:
            self.gateway.dispatch("GUILD_CREATE", self.gateway.guild_create(guild))
        else:
            self.gateway.dispatch("GUILD_DELETE", {"id": guild.id, "unavailable": True})

    @driver
    async def new_channel(self, /, name: str, *, guild: Guild | None = None, **more: Any) -> Json:
        """`more`: type, overwrites, parent_id, topic."""
        channel = self.world.add_channel(guild or self.guild, name, **more)
        self.gateway.dispatch("CHANNEL_CREATE", channel)
        return channel

    @driver
    async def delete_channel(self, channel: Json) -> None:
        del self.world.channels[channel["id"]]
        self.gateway.dispatch("THREAD_DELETE" if "thread_metadata" in channel else "CHANNEL_DELETE", channel)

    @driver
    async def forbid(self, channel: Json, *permissions: str) -> None:
        """Deny the bot these permissions in a channel (none: allow all again); administrators lose theirs."""
        guild = self.world.guild_of(channel)
        if guild is None:
            raise DriverError("a direct message has no permissions")
        bit = PERMISSIONS["administrator"]
        for role_id in guild.members[self.world.app_id]["roles"]:
            role = guild.roles[role_id]
            role["permissions"] = str(int(role["permissions"]) & ~bit)
        deny = sum(PERMISSIONS[name] for name in permissions)
        me = self.world.app_id
        channel["permission_overwrites"] = [o for o in channel["permission_overwrites"] if o["id"] != me]
        channel["permission_overwrites"].append({"id": me, "type": 1, "allow": "0", "deny": str(deny)})
        self.gateway.dispatch("CHANNEL_UPDATE", channel)

    # -- failures on demand
    def rate_limit(
        self,
        path: str = "*",
        method: str = "*",
        *,
        retry_after: float = 1.0,
        scope: str = "user",
        times: int = 1,
        after: int = 0,
    ) -> Fault:
        """Answer the next matching requests with 429; scope: user | shared | global."""
        body = Refusal(retry_after, scope)
        return self.fail(path, method, status=429, body=body, times=times, after=after)

    @driver
    async def drop_gateway(self, code: int | None = None) -> int:
        """Cut the gateway: hard (None) or with a close code (4000 can be resumed)."""
        return await self.gateway.drop(code)

    @driver
    async def ask_reconnect(self) -> None:
        self.gateway.ask_reconnect()

    @driver
    async def invalidate_session(self, resumable: bool = False) -> None:
        self.gateway.invalidate(resumable)

    @driver
    async def forget_nonces(self) -> None:
        """The few minutes are over in which a nonce keeps a second message away; nor is it told any more."""
        self.world.nonces_forgotten |= {m["id"] for messages in self.world.messages.values() for m in messages}

    @driver
    async def forget_sessions(self) -> None:
        """The next RESUME is refused."""
        self.gateway.forget_sessions()
