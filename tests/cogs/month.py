"""A member at the router, as the stories of the cogs tell of one: they call, press by label and read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.router import Router
from tests.cogs.conftest import buttons_of, reply_of, words_of


@dataclass
class Member:
    """Somebody in one place. `seen` is the newest answer that had buttons."""

    router: Router
    caller: Caller
    seen: Reply | None = None

    @property
    def words(self) -> str:
        """What the newest answer says."""
        assert self.seen is not None
        return words_of(self.seen)

    @property
    def offers(self) -> list[str]:
        """The labels of the newest answer's buttons."""
        assert self.seen is not None
        return list(buttons_of(self.seen))

    async def call(self, command: str, **options: str) -> str:
        """Run a command and read the answer."""
        return self._read(reply_of(await self.router.call(self.caller, command, options)))

    async def take(self, label: str) -> str:
        """Press the button with this label under the newest answer."""
        assert self.seen is not None
        button = buttons_of(self.seen)[label]
        if button.landing:  # a deep link: the private chat opens on its answer
            alone = replace(self.caller, place=replace(self.caller.place, channel=self.caller.user.id, space=None))
            self.caller = replace(alone, private_answers=True, on_public=False)
            return self._read(reply_of(await self.router.land(self.caller, button.wire)))
        return self._read(reply_of(await self.router.press(self.caller, button.wire)))

    async def press(self, wire: str) -> str:
        """Press a button of which only the wire is known."""
        return self._read(reply_of(await self.router.press(self.caller, wire)))

    def elsewhere(self, caller: Caller) -> Member:
        """The same router, another person or place."""
        return Member(self.router, caller)

    def _read(self, reply: Reply) -> str:
        self.seen = reply
        return words_of(reply)
