"""What groups said of feeds: which are their own, and which they do not want."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.core.digest.fetching import Feed, FeedId, GroupFeed
from bot.core.people import GroupId, IdentityId
from bot.storage.queries.news import feed_columns, joined_feed
from bot.storage.run import AnyRow, Run
from bot.storage.tables import feeds, group_feeds
from bot.storage.upsert import insert_or_change

_this = (group_feeds.c.group_id == bindparam("of_group"), group_feeds.c.feed_id == bindparam("of_feed"))
_ALL = (
    select(group_feeds, *feed_columns())
    .select_from(group_feeds.join(feeds))
    .order_by(group_feeds.c.at, group_feeds.c.feed_id)
)
_OF = _ALL.where(group_feeds.c.group_id == bindparam("of_group"))
_FOLLOW = insert_or_change(group_feeds, lambda refused: {"own": refused.own, "muted": refused.muted})
_MUTE = insert_or_change(group_feeds, lambda refused: {"muted": refused.muted})
_LEAVE = delete(group_feeds).where(*_this)


class GroupFeeds:
    """Groups' words about feeds."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def of(self, group_id: GroupId) -> tuple[GroupFeed, ...]:
        """Return every feed about which a group said something, what was said first first."""
        return tuple(map(_group_feed, await self._run.rows(_OF, {"of_group": group_id})))

    async def all(self) -> tuple[GroupFeed, ...]:
        """Return what every group said, what was said first first."""
        return tuple(map(_group_feed, await self._run.rows(_ALL)))

    async def follow(self, group_id: GroupId, feed: Feed, identity_id: IdentityId | None, now: datetime) -> None:
        """Make a feed one of the group's own, heard again when it was muted. Who added it first stays who added it."""
        row = _row(group_id, feed.id, identity_id, now) | {"own": True, "muted": False}
        await self._run.count(_FOLLOW[self._run.dialect], row)

    async def mute(
        self, group_id: GroupId, feed_id: FeedId, muted: bool, identity_id: IdentityId | None, now: datetime
    ) -> None:
        """Leave a feed out for a group, or take it in again."""
        row = _row(group_id, feed_id, identity_id, now) | {"own": False, "muted": muted}
        await self._run.count(_MUTE[self._run.dialect], row)

    async def leave(self, group_id: GroupId, feed_id: FeedId) -> bool:
        """Forget what a group said of a feed; False when it said nothing."""
        return await self._run.count(_LEAVE, {"of_group": group_id, "of_feed": feed_id}) > 0


def _row(group_id: GroupId, feed_id: FeedId, identity_id: IdentityId | None, now: datetime) -> dict[str, object]:
    return {"group_id": group_id, "feed_id": feed_id, "identity_id": identity_id, "at": now}


def _group_feed(row: AnyRow) -> GroupFeed:
    return GroupFeed(
        GroupId(row.group_id),
        joined_feed(row),
        row.own,
        row.muted,
        None if row.identity_id is None else IdentityId(row.identity_id),
        row.at,
    )
