"""In which group somebody was last: remembered by the running program alone, for a day, and written nowhere.

So a private chat goes on with the group somebody came from, though nobody is kept for having read. It knows no storage.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.core.people import GroupId
from bot.core.refs import UserRef

REMEMBERED = timedelta(days=1)
_MOST = 10_000


class Visits:
    """The last visit of each account."""

    def __init__(self) -> None:
        """Begin without any."""
        self._last: dict[UserRef, tuple[GroupId, datetime]] = {}

    def note(self, user: UserRef, group_id: GroupId, now: datetime) -> None:
        """Remember that `user` was in a group at the aware moment `now`."""
        if len(self._last) >= _MOST:
            self._last = {who: seen for who, seen in self._last.items() if now - seen[1] < REMEMBERED}
        if len(self._last) >= _MOST:
            self._last.clear()
        self._last[user] = (group_id, now)

    def last(self, user: UserRef, now: datetime) -> GroupId | None:
        """Return where `user` was within the last day, None for nowhere."""
        group_id, at = self._last.get(user, (None, now))
        return group_id if now - at < REMEMBERED else None

    def forget(self, users: Collection[UserRef]) -> None:
        """Remember nothing of these accounts any more."""
        for user in users:
            self._last.pop(user, None)
