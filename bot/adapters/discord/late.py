"""Answers that took longer than Discord keeps an interaction open: fifteen minutes, as when the machine slept.

What everybody was to see is posted where it was asked for; what was for one person alone waits for their next press,
since nothing private may stand in a channel. It waits in memory: a turn that a restart cuts off has no answer either.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.chat.reply import How, Reply
from bot.chat.stores import InDoubt, Outlet, Receipt, Refused, Undeliverable, Unsent
from bot.chat.text import lines
from bot.core.refs import Place, UserRef

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 1000  # people, of each the latest answer


class Late:
    """Keeps or posts late answers."""

    def __init__(self, outlet: Outlet, clock: Callable[[], datetime]) -> None:
        """Post through `outlet`."""
        self._outlet, self._clock = outlet, clock
        self._kept: OrderedDict[UserRef, tuple[datetime, Reply]] = OrderedDict()

    async def take(
        self, reply: Reply, user: UserRef, to: UserRef | Place | None, pressed: Receipt | None, key: str
    ) -> None:
        """Post an answer `to` where everybody it is for may read it (None: it is for `user` alone, and waits).

        `pressed` is the message that it takes the place of.
        """
        if to is not None:
            try:
                if pressed is not None:
                    await self._outlet.revise(pressed, reply)
                else:
                    await self._outlet.deliver(to, reply, key)
            except (Undeliverable, Unsent, InDoubt, Refused) as error:
                log.warning("a late answer could not be posted", key=key, error=type(error).__name__)
            else:
                log.info("a late answer was posted", key=key)
                return
        self._kept.pop(user, None)
        self._kept[user] = (self._clock(), replace(reply, how=How.NEW, public=False))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        log.info("a late answer is kept", key=key)

    def next(self, user: UserRef, words: str) -> Reply | None:
        """Return what waits for somebody, once, under `words` that say so."""
        at, reply = self._kept.pop(user, (None, None))
        if at is None or reply is None or self._clock() - at > KEPT_FOR:
            return None
        return replace(reply, text=lines(words, reply.text))
