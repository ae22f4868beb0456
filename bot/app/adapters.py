"""Builds the adapters. A platform's library is imported only when that platform is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.adapters.contract import Adapter
from bot.config import VAR, Settings
from bot.core.refs import Platform
from bot.i18n import Locale

if TYPE_CHECKING:
    from pydantic import SecretStr

from bot.app.house import House

DISCORD_ANSWERED = VAR / "discord-answered"


def build_adapters(settings: Settings, house: House) -> list[Adapter]:
    """Return an adapter for every platform with a token."""
    return [build_adapter(settings, house, Platform(name)) for name in settings.platforms]


def build_adapter(settings: Settings, house: House, platform: Platform) -> Adapter:
    """Return the adapter of a platform that has a token. Raises `CannotServe` for one that cannot be a token."""
    if platform is Platform.DISCORD:
        from bot.adapters.discord.client import DiscordAdapter

        return DiscordAdapter(
            house.router,
            token=_secret(settings.discord_token),
            marks=house.memory,
            sessions=house.memory,
            answered=DISCORD_ANSWERED,
            chats=house.memory,
            command_names=Locale(settings.command_names),
            api_base=settings.discord_api_base,
            gateway=settings.discord_gateway,
            clock=house.clock,
        )
    from bot.adapters.telegram.client import TelegramAdapter, Webhook, webhook_secret

    token = _secret(settings.telegram_token)
    called = settings.webhook_url is not None and settings.web_port is not None and "web" in settings.roles
    webhook = Webhook(f"{settings.webhook_url}/telegram", webhook_secret(token)) if called else None
    return TelegramAdapter(
        house.router,
        token=token,
        webhook=webhook,
        marks=house.memory,
        forms=house.memory,
        seen=house.memory,
        api_base=settings.telegram_api_base,
        clock=house.clock,
    )


def _secret(token: SecretStr | None) -> str:
    assert token is not None  # noqa: S101 - only platforms with a token are asked for
    return token.get_secret_value()
