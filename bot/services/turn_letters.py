"""What is said about who presents: in private to whom it concerns, in the thread to everybody, each once.

Who presents is decided elsewhere; the posts that tell of it are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.core.reading import Cycle, CycleId, CycleState, Presenter
from bot.core.refs import UserRef
from bot.services.groups import Groups
from bot.services.outbox import Outbox
from bot.services.presenting import mark_of
from bot.services.week_posts import WeekPosts, has_thread
from bot.storage import Storage


class TurnLetters:
    """Writes about turns."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], groups: Groups, outbox: Outbox, posts: WeekPosts
    ) -> None:
        """Read `storage`; letters go out by the `outbox`, and `posts` are drawn anew."""
        self._storage, self._clock, self._groups = storage, clock, groups
        self._outbox, self._posts = outbox, posts

    async def presents(self, cycle: Cycle, user: UserRef, accepted: Presenter) -> None:
        """Tell somebody in private that they present (they asked for it by taking it on), and those who were asked.

        Once for each acceptance: who gave it back and takes it on again is told again.
        """
        key = f"cycle:{cycle.id}:presenting:{accepted.identity_id}@{accepted.at.timestamp():.3f}"
        await self._outbox.enqueue("ritual.presenting", user, key, {"cycle": cycle.id}, group_id=cycle.group_id)
        await self.changed(cycle.id)

    async def cancelled(self, cycle: Cycle, cancelled: Presenter) -> None:
        """Tell the thread, where there is one, that whoever was to present cannot; once for each time."""
        await self._say_in_threads(cycle, "ritual.cancelled", "cancelled", f"{cancelled.at.timestamp():.3f}")
        await self.changed(cycle.id)

    async def relieved(self, cycle: Cycle, relieved: Presenter, *, swapped: bool) -> None:
        """Tell somebody who was to present, in private, that they need not: by a swap, or an organiser's word."""
        async with self._storage.read() as uow:
            account = await uow.people.identity(relieved.identity_id)
        if account is not None:
            key = f"cycle:{cycle.id}:relieved:{relieved.identity_id}@{relieved.at.timestamp():.3f}"
            payload = {"cycle": cycle.id, "swapped": swapped}
            await self._outbox.enqueue("ritual.relieved", account.user, key, payload, group_id=cycle.group_id)

    async def look_for_swap(self, cycle: Cycle, presenter: Presenter) -> bool:
        """Ask in the thread who would present in place of `presenter`, who stays until somebody does.

        Once for each acceptance. False where there is no thread.
        """
        asked = mark_of(presenter)
        return await self._say_in_threads(cycle, "ritual.swap_sought", "swap", asked, asked=asked)

    async def look_for_presenter(self, cycle: Cycle) -> bool:
        """Ask in the thread who would present, for an organiser, once a day; False where there is no thread."""
        return await self._say_in_threads(cycle, "ritual.sought", "sought", f"{self._clock():%Y%m%d}")

    async def changed(self, cycle_id: CycleId) -> None:
        """Have the posts that tell of the presenter drawn anew at once."""
        mark = f"presenter@{self._clock().timestamp():.0f}"
        await self._posts.redraw(cycle_id, "ballot", mark)
        await self._posts.redraw(cycle_id, "post", mark)

    async def _say_in_threads(self, cycle: Cycle, post: str, name: str, mark: str, **payload: str) -> bool:
        """Have a line said under a cycle's latest post, once for each `mark`; False where there is no thread."""
        under = "post" if cycle.state is CycleState.POSTED else "ballot"
        group = await self._groups.get(cycle.group_id)
        threads = [each for each in await self._posts.places(group) if has_thread(each[0])] if group is not None else []
        for home, place in threads:
            await self._outbox.enqueue(
                post,
                place,
                f"cycle:{cycle.id}:{name}#{home.id}@{mark}",
                {"cycle": cycle.id, **payload},
                group_id=cycle.group_id,
                under=f"cycle:{cycle.id}:{under}#{home.id}",
            )
        return bool(threads)
