"""What nobody's turn waits for: letters to the hosts, and the errands that run on the side.

Each host is written to on the platform of their account; one out of reach keeps the news from no other. What a letter
says is a post of some cog, written by the router: nothing here knows a text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

import structlog

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.stores import Doors, Mail, Outlet, Undeliverable
from bot.core.refs import Place, Platform, SpaceRef, UserRef

log = structlog.get_logger(__name__)

WAITING_POST = "doors.waiting"


class Letters:
    """Writes to the hosts through the `outlets` of their platforms."""

    def __init__(self, doors: Doors, post: Callable[..., Awaitable[Reply | None]], mail: Mail | None = None) -> None:
        """Write to whom the `doors` name; `post(name, reader, **payload)` writes the post of that name.

        Questions about new spaces are kept in the `mail`; without one they are sent at once, or lost.
        """
        self.outlets: dict[Platform, Outlet] = {}
        self._doors, self._post, self._mail = doors, post, mail
        self._asking: dict[SpaceRef, asyncio.Event] = {}  # whose hosts are being asked now; set once the space is noted
        self._errands: set[asyncio.Task[None]] = set()

    async def ask_about(self, space: SpaceRef, title: str) -> None:
        """Note that the bot is in `space`, and ask the hosts whether it may work there when they want to be asked.

        Told of it twice at once, the second only waits until the space is noted.
        """
        if (noted := self._asking.get(space)) is not None:
            await noted.wait()
            return
        self._asking[space] = noted = asyncio.Event()
        try:
            news = await self._doors.arrived(space, title)
            noted.set()
            payload = {"platform": space.platform.value, "space": space.id, "title": news.title}
            if self._mail is not None:
                for owner in news.owners:
                    await self._mail.enqueue(WAITING_POST, owner, news.key(owner), payload)
                asked = bool(news.owners)
            else:
                asked = await self._write_to(news.owners, WAITING_POST, news.key, payload)
            if asked:
                await self._doors.asked(space)
        finally:
            del self._asking[space]
            noted.set()

    def tell_hosts(self, post: str, key: str, *, unreached: Callable[[], Awaitable[None]], **payload: Any) -> None:
        """Have `post` written to every host, on the side: whoever's turn this is does not wait.

        `key` is stable for the same news; `unreached` is run when none of them could be reached.
        """

        async def errand() -> None:
            if not await self._write_to(self._doors.owners, post, lambda owner: f"{key}:{owner.id}", payload):
                await unreached()

        self.on_the_side(post, errand())

    def on_the_side(self, what: str, errand: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for; `finish` waits for it. What goes wrong is logged."""

        async def run() -> None:
            try:
                await errand
            except Exception:
                log.exception("an errand failed", what=what)

        task = asyncio.create_task(run(), name=what)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def finish(self, seconds: float = 5.0) -> None:
        """Wait for what is done on the side, at most so long; the rest is given up."""
        if self._errands:
            _, late = await asyncio.wait(self._errands, timeout=seconds)
            for task in late:
                task.cancel()

    async def _write_to(
        self, owners: Iterable[UserRef], post: str, key: Callable[[UserRef], str], payload: Mapping[str, Any]
    ) -> bool:
        """Write a post to hosts, past the mail; say whether one of them was reached."""
        return any(await asyncio.gather(*(self._letter(owner, post, key(owner), payload) for owner in owners)))

    async def _letter(self, owner: UserRef, post: str, key: str, payload: Mapping[str, Any]) -> bool:
        outlet = self.outlets.get(owner.platform)
        if outlet is None:
            log.warning("a host cannot be asked: their platform is not running", owner=str(owner))
            return False
        reader = Caller(owner, Place(owner.platform, owner.id))
        try:
            reply = await self._post(post, reader, **payload)
            if reply is not None:
                await outlet.deliver(owner, reply, key)
        except Undeliverable as gone:
            log.warning("a host could not be asked", owner=str(owner), reason=gone.reason)
        except Exception:  # neither the other hosts nor whoever is waiting for an answer shall suffer
            log.exception("a host could not be asked", owner=str(owner))
        else:
            return True
        return False
