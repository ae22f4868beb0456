"""The moments and the accounts that the storage tests speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.refs import Place, Platform, SpaceRef, UserRef

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

MINSU = UserRef(Platform.DISCORD, "80351110224678912")
MINSU_ON_TELEGRAM = UserRef(Platform.TELEGRAM, "5512345678")
JIWOO = UserRef(Platform.TELEGRAM, "5598765432")

SERVER = SpaceRef(Platform.DISCORD, "197038439483310086")
CHAT = SpaceRef(Platform.TELEGRAM, "-4012345678")
SUPERGROUP = SpaceRef(Platform.TELEGRAM, "-1001234567890")
TOPIC = Place(Platform.TELEGRAM, "-1001234567890", SUPERGROUP, "17")


def clock() -> datetime:
    return NOW
