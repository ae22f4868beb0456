"""People who call, press and fill in forms, each from a place as its platform describes it."""

from __future__ import annotations

from bot.chat.context import Caller
from bot.core.refs import Place, Platform, SpaceRef, UserRef

GUILD = SpaceRef(Platform.DISCORD, "900")
GROUP = SpaceRef(Platform.TELEGRAM, "-100200")


def in_private(user: str = "1", *, platform: Platform = Platform.DISCORD, language: str | None = "en") -> Caller:
    """Somebody in a private chat."""
    return Caller(UserRef(platform, user), Place(platform, user), language)


def on_server(user: str = "1", *, on_public: bool = False, language: str | None = "en") -> Caller:
    """Somebody on a Discord server, where one person can be answered alone."""
    return Caller(UserRef(Platform.DISCORD, user), Place(Platform.DISCORD, "10", GUILD), language, on_public=on_public)


def in_group(user: str = "1", *, on_public: bool = False, language: str | None = "en") -> Caller:
    """Somebody in a Telegram group, where everybody reads every answer."""
    return Caller(
        UserRef(Platform.TELEGRAM, user),
        Place(Platform.TELEGRAM, GROUP.id, GROUP),
        language,
        private_answers=False,
        on_public=on_public,
    )
