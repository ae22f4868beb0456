"""How an address or a place stands in a row: the platform and its own ids, "" where there is none of a kind."""

from __future__ import annotations

from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.storage.run import AnyRow


def address_values(to: UserRef | Place) -> dict[str, str | None]:
    """Return the columns of an address: a user has no channel, a place no user."""
    if isinstance(to, UserRef):
        return {"platform": to.platform.value, "user_id": to.id, "channel": "", "thread": "", "space": None}
    return {"user_id": "", **place_values(to), "thread": to.thread or ""}


def address_of(row: AnyRow) -> UserRef | Place:
    """Return the address that stands in a row."""
    return UserRef(Platform(row.platform), row.user_id) if row.user_id else place_of(row)


def place_values(place: Place) -> dict[str, str | None]:
    """Return the columns of a place."""
    return {
        "platform": place.platform.value,
        "channel": place.channel,
        "thread": place.thread,
        "space": None if place.space is None else place.space.id,
    }


def place_of(row: AnyRow) -> Place:
    """Return the place that stands in a row."""
    return place_at(row.platform, row.channel, row.thread, row.space)


def place_at(platform: str, channel: str, thread: str | None, space: str | None) -> Place:
    """Return the place of these columns."""
    on = Platform(platform)
    return Place(on, channel, None if space is None else SpaceRef(on, space), thread or None)
