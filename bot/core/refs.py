"""How the house names people and places across platforms.

A reference is a platform and that platform's own id, always text (snowflakes and chat ids exceed 32 bits, Telegram's
group ids are negative). References are what adapters speak; who the person behind one is, storage knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """Where a conversation happens."""

    DISCORD = "discord"
    TELEGRAM = "telegram"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class UserRef:
    """One account on one platform. A person may have several."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        """Return the form used in settings and logs, `discord:123`."""
        return f"{self.platform.value}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> UserRef:
        """Read `discord:123`. Raises `ValueError` for anything else."""
        platform, _, number = text.strip().partition(":")
        if not number.isdecimal():
            raise ValueError(f"expected platform:number, got {text!r}")
        return cls(Platform(platform), number)


@dataclass(frozen=True, slots=True)
class SpaceRef:
    """One guild or one group chat on one platform."""

    platform: Platform
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a private chat (`space` is None), or a channel and perhaps a thread of a space."""

    platform: Platform
    channel: str
    space: SpaceRef | None = None
    thread: str | None = None

    @property
    def private(self) -> bool:
        """Say whether only one person reads here."""
        return self.space is None
