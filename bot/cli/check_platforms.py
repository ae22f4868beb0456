"""The half of `moim check` that asks Discord and Telegram: tokens, rights, switches and the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from bot.cli.findings import Finding, fine, note, wrong
from bot.cli.peers import (
    ADMINISTRATOR,
    PRIVILEGED_FLAGS,
    RIGHTS,
    Answer,
    Peers,
    Refused,
    Unreachable,
    invite_link,
)
from bot.config import Settings
from bot.i18n import Bilingual, Locale, texts

CLOCK_NOTE_S, CLOCK_WRONG_S = 5, 60
"""How far this machine's clock may be off before it is mentioned, and before reminders are plainly wrong."""
FEW_STARTS = 100
"""Discord resets a token that starts 1,000 sessions a day."""
_GUILD_INSTALL, _USER_INSTALL = "0", "1"
_NAMES_SHOWN = 5


async def of_platforms(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what each platform with a token says; one that does not answer keeps the other from nothing."""
    clock: list[float] = []
    async with Peers(settings.discord_api_base, settings.telegram_api_base) as peers:
        called = settings.webhook_url is not None and settings.web_port is not None
        for platform, ask in (("discord", _discord), ("telegram", partial(_telegram, called=called))):
            token = settings.discord_token if platform == "discord" else settings.telegram_token
            if token is None:
                continue
            try:
                async for finding in ask(peers, token.get_secret_value(), clock):
                    yield finding
            except Refused:
                yield wrong(f"{platform}_refused")
            except Unreachable as error:
                base = settings.discord_api_base if platform == "discord" else settings.telegram_api_base
                key = f"{platform}_unreachable" if base is None else "base_unreachable"
                variable = f"{platform}_API_BASE".upper()
                yield wrong(key, host=error.host, reason=error.reason or _text("host.check.silence"), variable=variable)
    if clock:
        yield _of_clock(min(clock, key=abs))


async def _discord(peers: Peers, token: str, clock: list[float]) -> AsyncIterator[Finding]:
    me = await peers.discord(token, "/users/@me")
    _keep_clock(me, clock)
    yield fine("discord_token", name=me.body.get("username", "?"), id=me.body.get("id", "?"))
    application = (await peers.discord(token, "/applications/@me")).body
    for finding in _of_application(application):
        yield finding
    guilds = (await peers.discord(token, "/users/@me/guilds")).body
    for finding in _of_guilds(guilds, invite_link(str(application.get("id", "")))):
        yield finding
    starts = (await peers.discord(token, "/gateway/bot")).body.get("session_start_limit", {})
    if starts.get("remaining", FEW_STARTS) < FEW_STARTS:
        yield note("discord_starts", remaining=starts["remaining"], total=starts.get("total", "?"))


def _of_application(application: Mapping[str, Any]) -> Iterator[Finding]:
    if application.get("interactions_endpoint_url"):
        yield wrong("discord_endpoint")  # Discord then sends commands there, and none over the gateway
    if application.get("bot_require_code_grant"):
        yield wrong("discord_code_grant")
    ways = application.get("integration_types_config")
    if ways and _GUILD_INSTALL not in ways:
        yield wrong("discord_guild_install")
    if ways and _USER_INSTALL not in ways:
        yield fine("discord_user_install_off")
    flags = int(application.get("flags") or 0)
    switched_on = dict.fromkeys(name for bit, name in PRIVILEGED_FLAGS.items() if flags & 1 << bit)
    if switched_on:
        yield note("discord_intents", intents=", ".join(switched_on))
    else:
        yield fine("discord_switches")


def _of_guilds(guilds: Iterable[Mapping[str, Any]], invite: str) -> Iterator[Finding]:
    count = 0
    for guild in guilds:
        count += 1
        rights = int(guild.get("permissions", 0))
        if rights & ADMINISTRATOR:
            yield note("discord_administrator", guild=guild.get("name", "?"), invite=invite)
            continue
        missing = [f"host.rights.{name}" for name, bit in RIGHTS.items() if not rights & bit]
        if missing:
            named = Bilingual(*(", ".join(map(texts(locale), missing)) for locale in (Locale.KO, Locale.EN)))
            yield wrong("discord_rights", guild=guild.get("name", "?"), rights=named, invite=invite)
    if count:
        yield fine("discord_guilds", count=count)
    else:
        yield note("discord_no_guild", invite=invite)


async def _telegram(peers: Peers, token: str, clock: list[float], *, called: bool) -> AsyncIterator[Finding]:
    answer = await peers.telegram(token, "getMe")
    _keep_clock(answer, clock)
    me = answer.body
    yield fine("telegram_token", name=me.get("username", "?"), id=me.get("id", "?"))
    if not me.get("can_join_groups", True):
        yield wrong("telegram_groups")
    if me.get("can_read_all_group_messages"):
        yield note("telegram_privacy")
    if me.get("supports_inline_queries"):
        yield fine("telegram_inline_on")
    else:
        yield fine("telegram_inline_off")
    hook = (await peers.telegram(token, "getWebhookInfo")).body
    if isinstance(hook, dict) and hook.get("url") and not called:
        yield note("telegram_webhook")


def _keep_clock(answer: Answer, clock: list[float]) -> None:
    if answer.clock_ahead_s is not None:
        clock.append(answer.clock_ahead_s)


def _of_clock(ahead: float) -> Finding:
    seconds = round(abs(ahead))
    if seconds <= CLOCK_NOTE_S:
        return fine("clock")
    grade = wrong if seconds > CLOCK_WRONG_S else note
    way = _text("host.check.ahead") if ahead > 0 else _text("host.check.behind")
    return grade("clock_off", seconds=f"{seconds:,}", way=way)


def _text(key: str) -> Bilingual:
    return Bilingual(ko=texts(Locale.KO)(key), en=texts(Locale.EN)(key))
