"""The Telegram adapter: one bot, its long polling, its lanes, put together and taken apart in order.

python-telegram-bot makes the calls and reads the answers; the router decides what is said. What must be remembered goes
through the stores of the contract.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.adapters.contract import CannotServe, Forms, Marks, Seen
from bot.adapters.telegram import menu
from bot.adapters.telegram.deliver import Deliveries
from bot.adapters.telegram.forms import Interviews
from bot.adapters.telegram.inbound import Inbound
from bot.adapters.telegram.inbox import Inbox
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.polling import BAD_TOKEN, USED, Patient, poll, read
from bot.adapters.telegram.request import AiohttpRequest
from bot.adapters.telegram.turns import Turns
from bot.adapters.telegram.wire import ANSWER, Wire, new_pace
from bot.chat.reply import Reply
from bot.chat.router import Router
from bot.chat.stores import Receipt, Rights, Unsent
from bot.core.refs import Place, Platform, UserRef

log = structlog.get_logger(__name__)

OFFICIAL = "https://api.telegram.org"
AT_ONCE = 40  # calls that Telegram makes side by side
CONFIRMED_WITHIN = (
    1.0  # seconds after which a call is confirmed though its work goes on; Telegram would call again at 60
)
CLOSING_SECONDS = 3.5  # the process is to be gone after five
logging.getLogger("telegram.Bot").setLevel(logging.WARNING)  # at DEBUG it writes addresses, which hold the token


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to call, and the secret that every call carries."""

    address: str
    secret: str


def webhook_secret(token: str) -> str:
    """Return the secret for the bot of `token`: the same at every start, and nothing that tells of the token."""
    return hmac.new(token.encode(), b"moim: telegram calls", "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update and when it came, on the loop's clock."""

    update: Update
    at: float


class TelegramAdapter:
    """Serves one bot."""

    platform = Platform.TELEGRAM

    def __init__(
        self,
        router: Router,
        *,
        token: str,
        marks: Marks,
        forms: Forms,
        seen: Seen,
        clock: Callable[[], datetime],
        api_base: str | None = None,
        webhook: Webhook | None = None,
    ) -> None:
        """Speak as the bot of `token` through `api_base`; with a `webhook`, updates come by `accept`.

        Raises `CannotServe` for a token that cannot be one.
        """
        self._webhook = webhook
        base = (api_base or OFFICIAL).rstrip("/")
        request = AiohttpRequest()
        try:
            self._bot = Bot(
                token,
                base_url=f"{base}/bot",
                base_file_url=f"{base}/file/bot",
                request=request,
                get_updates_request=request,
            )
        except InvalidToken:
            raise CannotServe(BAD_TOKEN) from None
        self._router, self._marks, self._seen, self._clock = router, marks, seen, clock
        self._interviews = Interviews(forms, clock)
        self.pace = new_pace()  # `pace.holds` counts how often Telegram had to ask us to wait
        self._wire = Wire(self._bot, self.pace, router, self._token_refused)
        self._deliveries = Deliveries(self._wire, seen, clock)
        self._lanes = Lanes(self._handle)
        self._inbox: Inbox | None = None
        self._patient = Patient()
        self._inbound: Inbound | None = None
        self._polling: asyncio.Task[None] | None = None
        self._closing = self._refused = False

    async def serve(self) -> None:
        """Introduce the bot, write its menus, answer updates until cancelled or closed."""
        if self._closing:
            return
        self._polling = asyncio.create_task(self._serve(), name="telegram")
        try:
            await self._polling
        except asyncio.CancelledError:
            if self._refused:
                raise CannotServe(BAD_TOKEN) from None
            if not self._closing:
                raise
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop polling, let turns under way finish, disconnect. Unconfirmed updates come again after a restart."""
        self._closing = True
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            with suppress(asyncio.CancelledError, CannotServe):
                await polling
        await self._lanes.drain(CLOSING_SECONDS)
        await self._bot.shutdown()

    async def deliver(
        self,
        to: UserRef | Place,
        reply: Reply,
        key: str,
        *,
        doubted_since: datetime | None = None,
        under: Receipt | None = None,
        silent: bool = False,
    ) -> Receipt:
        """Send what nobody is waiting for.

        Telegram has no guard against doubles and cannot be asked what was said, so a lost answer leaves the send in
        doubt, and `doubted_since` changes nothing: whoever keeps the row decides whether it is sent again.
        """
        self._require_connection()
        return await self._deliveries.deliver(to, reply, key, self._bot.username, under, silent=silent)

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        """Put `reply` in the place of a message sent before."""
        self._require_connection()
        await self._deliveries.revise(sent, reply, self._bot.username)

    async def pin(self, sent: Receipt) -> None:
        """Pin a message sent before, without a sound."""
        self._require_connection()
        await self._deliveries.pin(sent)

    async def rights(self, place: Place) -> Rights:
        """Return what the bot may do in `place` now."""
        self._require_connection()
        return await self._deliveries.rights(place)

    @property
    def online(self) -> bool:
        """Say whether it is served just now."""
        return self._inbound is not None and not (self._refused or self._closing)

    def _require_connection(self) -> None:
        if self._inbound is None or self._refused:
            raise Unsent("not connected", everywhere=True)

    def _token_refused(self) -> None:
        """End serving: nothing will work any more."""
        self._refused = True
        if self._polling is not None:
            self._polling.cancel()

    async def sync(self, force: bool = False) -> str:
        """Write the command menus, if changed or forced; say what was done. Works without `serve`."""
        serving = self._inbound is not None
        try:
            if not serving:
                await self._connect()
            written = await self._sync_menus(force)
            return f"telegram: @{self._bot.username}: command menus {'written' if written else 'unchanged'}"
        finally:
            if not serving:
                await self._bot.shutdown()

    async def _sync_menus(self, force: bool = False) -> bool:
        return await menu.sync(self._bot, self._router.commands, self._marks, force=force)

    async def _serve(self) -> None:
        await self._connect()
        interviews = self._interviews
        turns = Turns(self._router, self._wire, interviews, self._bot.username)
        self._inbox = inbox = Inbox(self._seen, self._bot.id, self._clock)
        self._inbound = Inbound(self._router, turns, interviews, self._bot)
        log.info("serving Telegram", bot=self._bot.username)
        try:
            await self._wire.persist(0, self._sync_menus, ANSWER, harmless=True)
        except TelegramError as error:  # yesterday's menus are no reason not to answer
            log.warning("the command menus could not be written", error=str(error))
        if self._webhook is None:
            await poll(self._bot, inbox, self._hand_over, self._patient)
            return
        await self._patient.until_done(lambda: self._be_called(self._webhook))
        await asyncio.Event().wait()

    async def _be_called(self, webhook: Webhook | None) -> None:
        assert webhook is not None  # noqa: S101 - asked a line ago
        await self._bot.set_webhook(
            webhook.address, secret_token=webhook.secret, allowed_updates=list(USED), max_connections=AT_ONCE
        )
        log.info("Telegram calls us")

    async def accept(self, raw: Mapping[str, Any]) -> bool:
        """Take an update that Telegram called with, and return when it was answered, or after a moment.

        False when it cannot be taken just now: Telegram then calls again, as after a process that died on the way.
        Raises `ValueError` for what is no update.
        """
        inbox, number = self._inbox, raw.get("update_id")
        if type(number) is not int:
            raise ValueError("no update")
        if inbox is None or not self.online:
            return False
        if await inbox.fresh([number], in_any_order=True):
            update = read(raw, self._bot)
            if update is None:
                inbox.done(number)
            else:
                await self._hand_over(update)
        await inbox.answered(number, CONFIRMED_WITHIN)
        return True

    async def _connect(self) -> None:
        await self._patient.until_done(self._bot.initialize)

    async def _hand_over(self, update: Update) -> None:
        if await self._lanes.put(_lane(update), Arrival(update, asyncio.get_running_loop().time())):
            return
        log.warning("too much from one chat; an update was dropped", update=update.update_id)
        if self._inbox is not None:
            self._inbox.done(update.update_id)

    async def _handle(self, arrival: Arrival) -> None:
        """Answer an update. One that is cut off by the end of this life stays unhandled and comes again."""
        inbound, inbox, number = self._inbound, self._inbox, arrival.update.update_id
        if inbound is None or inbox is None:
            return
        try:
            await inbound.handle(arrival.update, arrival.at, lambda: inbox.answering(number))
        except Exception:
            inbox.done(number)
            raise
        inbox.done(number)


def _lane(update: Update) -> str:
    """Return whose turn an update waits for: its chat's, or its sender's where there is no chat (inline queries)."""
    chat, user = update.effective_chat, update.effective_user
    if chat is not None:
        return str(chat.id)
    return f"inline {user.id}" if user is not None else f"update {update.update_id}"
