"""`moim init`: walks a host from nothing to a `.env`, one question at a time.

Every question may be skipped with an empty line. Tokens are tried out where the platform can be reached, never shown,
and written only into `.env`; answers may also come from a pipe, one a line.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot import cli, config
from bot.cli.env_file import write_env
from bot.cli.failures import settings_line
from bot.cli.peers import (
    RIGHTS,
    Peers,
    Refused,
    Unreachable,
    application_of,
    invite_link,
    own_install_link,
    owner_of,
)
from bot.cli.terminal import Terminal
from bot.config import Problem, Settings, SettingsError
from bot.i18n import Locale

_TRIES = 3  # how often a person is asked again; a pipe is asked once
_ME = "me"


def init(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask, verify, write `.env`. Returns 1 when a token was refused and so not written."""
    return asyncio.run(_Walk(terminal).go())


@dataclass
class _Walk:
    terminal: Terminal
    answers: dict[str, str] = field(default_factory=dict)
    owner: tuple[str, str] | None = None
    refused: set[str] = field(default_factory=set)

    async def go(self) -> int:
        settings = self._present()
        self._say("hello", file=config.ENV_FILE)
        bases = (settings.discord_api_base, settings.telegram_api_base) if settings else (None, None)
        async with Peers(*bases) as peers:
            await self._token("discord", bool(settings and settings.discord_token), self._meet_discord, peers)
            await self._token("telegram", bool(settings and settings.telegram_token), self._meet_telegram, peers)
        self._owners()
        self._locale()
        self._zone()
        return self._write()

    def _present(self) -> Settings | None:
        """Return the settings as they are; what is wrong with them is said, and may be mended here."""
        try:
            settings = config.load()
        except SettingsError as error:
            for problem in error.problems:
                self.terminal.say(settings_line(problem, self.terminal))
            return None
        self.terminal.locale = Locale(config.spoken_language(settings))
        return settings

    def _say(self, key: str, **values: object) -> None:
        self.terminal.say(self.terminal.text(f"host.init.{key}", **values))

    def _question(self, key: str, **values: object) -> str:
        return self.terminal.text(f"host.init.{key}", **values)

    async def _token(
        self, platform: str, known: bool, meet: Callable[[Peers, str], Awaitable[None]], peers: Peers
    ) -> None:
        self.terminal.say()
        self._say(f"{platform}_steps")
        question = self._question("token_keep" if known else "token", platform=platform.capitalize())
        variable = f"{platform.upper()}_TOKEN"
        for _ in range(_TRIES if self.terminal.watched else 1):
            token = self.terminal.ask_secret(question)
            if not token:
                return
            if not config.is_token(token):
                self.terminal.say(settings_line(Problem(variable, "token_shape"), self.terminal))
                self.refused.add(variable)
                continue
            try:
                await meet(peers, token)
            except Refused:
                self._say("token_refused", platform=platform.capitalize())
                self.refused.add(variable)
                continue
            except Unreachable as error:
                self._say("token_unverified", platform=platform.capitalize(), host=error.host)
                if platform == "discord" and (application := application_of(token)):
                    self._invite(application)
            self.answers[variable] = token
            self.refused.discard(variable)
            return

    async def _meet_discord(self, peers: Peers, token: str) -> None:
        me: Mapping[str, Any] = (await peers.discord(token, "/users/@me")).body
        self._say("discord_met", name=me.get("username", "?"))
        application: Mapping[str, Any] = (await peers.discord(token, "/applications/@me")).body
        self.owner = owner_of(application)
        self._invite(str(application.get("id", me.get("id"))))

    def _invite(self, application: str) -> None:
        self._say("discord_invite", link=invite_link(application))
        for name in RIGHTS:
            right, why = self.terminal.text(f"host.rights.{name}"), self.terminal.text(f"host.rights.{name}_why")
            self.terminal.say(f"  - {right}: {why}")
        self._say("discord_not_needed")
        self._say("discord_own_install", link=own_install_link(application))

    async def _meet_telegram(self, peers: Peers, token: str) -> None:
        me: Mapping[str, Any] = (await peers.telegram(token, "getMe")).body
        name = me.get("username", "?")
        self._say("telegram_met", name=name)
        self._say("telegram_invite", link=f"https://t.me/{name}?startgroup=moim", chat=f"https://t.me/{name}")
        if me.get("can_read_all_group_messages"):
            self._say("telegram_privacy_off")
        if not me.get("can_join_groups", True):
            self._say("telegram_groups_off")
        if not me.get("supports_inline_queries"):
            self._say("telegram_inline_off", name=name)

    def _owners(self) -> None:
        self.terminal.say()
        self._say("owners_steps")
        if self.owner:
            self._say("owners_me", account=f"discord:{self.owner[0]}", name=self.owner[1], word=_ME)

        def read(answer: str) -> str:
            if self.owner:
                answer = ",".join(f"discord:{self.owner[0]}" if word == _ME else word for word in answer.split(","))
            return ",".join(":".join(account) for account in config.accounts(answer))

        self._setting("OWNERS", self._question("owners"), read)

    def _locale(self) -> None:
        self.terminal.say()
        self._setting("DEFAULT_LOCALE", self._question("locale"), config.language)

    def _zone(self) -> None:
        guess = config.ZONE_OF_LANGUAGE[self.answers.get("DEFAULT_LOCALE", self.terminal.locale.value)]
        self._setting("DEFAULT_TIMEZONE", self._question("zone", example=guess), config.zone_name)

    def _setting(self, variable: str, question: str, read: Callable[[str], str]) -> None:
        for _ in range(_TRIES if self.terminal.watched else 1):
            answer = self.terminal.ask(question)
            if not answer:
                return
            try:
                self.answers[variable] = read(answer)
            except config.Unfit as unfit:
                self.terminal.say(settings_line(Problem(variable, unfit.kind, unfit.details), self.terminal))
                self.refused.add(variable)
                continue
            self.refused.discard(variable)
            return

    def _write(self) -> int:
        self.terminal.say()
        if self.answers:
            try:
                write_env(config.ENV_FILE, self.answers)
            except OSError as error:
                self.terminal.complain(self._question("unwritable", file=config.ENV_FILE, reason=error.strerror))
                return cli.FOUND
            self._say("written", file=config.ENV_FILE, names=", ".join(self.answers))
        else:
            self._say("nothing_written")
        self._say("next")
        return cli.FOUND if self.refused else cli.OK
