"""Fetches updates by long polling, one poller a token; a number is confirmed when its update has been answered.

While some are under way it looks for new ones without confirming, in short steps. Troubles on the way are waited out
with one line in the log; what waiting cannot mend ends in `CannotServe`. It knows nothing of what an update means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.adapters.contract import CannotServe
from bot.adapters.telegram.inbox import Inbox
from bot.adapters.telegram.request import Flood
from bot.i18n import Bilingual

log = structlog.get_logger(__name__)

# Names of methods are case-insensitive (core.telegram.org/bots/api#making-requests). Under this spelling PTB hands the
# updates over raw; under its own it parses a whole batch, and one update it stumbles over would be asked for for ever.
GET_UPDATES = "GetUpdates"
USED = ("message", "callback_query", "inline_query", "my_chat_member")
POLL_SECONDS = 30
SILENCE_SECONDS = 10
FIRST_LOOK, LONGEST_LOOK = 0.03, 0.24  # seconds between looks while somebody is still being answered
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
CONFLICT_PAUSE = 0.7
# Two pollers are refused in turns, for as long as both try. One that polled in peace before has more patience than a
# newcomer, so that exactly one goes on: as a rule the older.
PEACE_SECONDS = 1.5
NEWCOMER_CONFLICTS, SETTLED_CONFLICTS = 3, 12
BAD_TOKEN = Bilingual(
    en="Telegram does not accept TELEGRAM_TOKEN. Copy it again from @BotFather (/mybots, API Token) into .env.",
    ko="Telegram이 TELEGRAM_TOKEN을 받아 주지 않아요. @BotFather(/mybots, API Token)에서 다시 복사해 .env에 넣으세요.",
)
TWO_BOTS = Bilingual(
    en="Another program polls Telegram with the same TELEGRAM_TOKEN: two bots on one token. "
    "Stop the other one, or get a token of its own from @BotFather.",
    ko="다른 프로그램이 같은 TELEGRAM_TOKEN을 쓰고 있어요. 토큰 하나에 봇이 둘이에요. "
    "다른 쪽을 멈추거나 @BotFather에서 새 토큰을 받으세요.",
)


class Patient:
    """Repeats a call to Telegram until it succeeds; pauses grow, the log gets one line a trouble."""

    def __init__(self) -> None:
        """Start without trouble."""
        self._pause = FIRST_PAUSE
        self._troubled = False

    async def until_done(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Return what `call` returns in the end. Raises `CannotServe` for a refused token, `Conflict` as it is."""
        while True:
            try:
                result = await call()
            except (InvalidToken, EndPointNotFound):  # the second is what PTB makes of a 401 to a raw call
                raise CannotServe(BAD_TOKEN) from None  # PTB's own error spells the token out
            except Conflict:
                raise
            except Flood as flood:
                log.warning("Telegram asks us to wait", seconds=flood.seconds)
                await asyncio.sleep(flood.seconds)
            except TelegramError as error:
                await self._wait_out(error)
            else:
                self._recovered()
                return result

    async def _wait_out(self, error: TelegramError) -> None:
        if not self._troubled:
            log.warning("Telegram cannot be reached; trying again until it can", error=str(error))
        self._troubled = True
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _recovered(self) -> None:
        if self._troubled:
            log.info("Telegram can be reached again")
        self._troubled, self._pause = False, FIRST_PAUSE


async def poll(bot: Bot, inbox: Inbox, hand_over: Callable[[Update], Awaitable[None]], patient: Patient) -> None:
    """Hand over every update until cancelled. Raises `CannotServe` for a refused token or a second poller."""
    end: int | None = None
    look = FIRST_LOOK
    conflicts, settled = 0, False
    begun = asyncio.get_running_loop().time()
    while True:
        await inbox.settle(look)
        offset, seconds = inbox.offset(end), POLL_SECONDS if inbox.idle else 0
        try:
            batch = await patient.until_done(lambda: _fetch(bot, offset, seconds))  # noqa: B023 - awaited at once
        except Conflict as conflict:
            if "webhook" in str(conflict).lower():
                log.warning("a webhook was set for this bot; removed, since updates are polled")
                await patient.until_done(bot.delete_webhook)
                continue
            settled = settled or (not conflicts and asyncio.get_running_loop().time() - begun > PEACE_SECONDS)
            conflicts += 1
            if conflicts >= (SETTLED_CONFLICTS if settled else NEWCOMER_CONFLICTS):
                raise CannotServe(TWO_BOTS) from None
            await asyncio.sleep(CONFLICT_PAUSE)
            continue
        conflicts, settled = 0, True
        numbers = [int(raw["update_id"]) for raw in batch]
        fresh = set(await inbox.fresh(numbers))
        look = FIRST_LOOK if fresh else min(look * 2, LONGEST_LOOK)
        for number, raw in zip(numbers, batch, strict=True):
            if number not in fresh:
                continue
            fresh.discard(number)
            update = read(raw, bot)
            if update is None:
                inbox.done(number)
            else:
                await hand_over(update)
        if numbers:
            end = max(numbers) + 1


async def _fetch(bot: Bot, offset: int | None, seconds: int) -> list[dict[str, Any]]:
    """Return raw updates: they are read one by one, so that a strange one cannot hold up the rest."""
    wanted: dict[str, Any] = {"timeout": seconds, "allowed_updates": list(USED)}
    if offset is not None:
        wanted["offset"] = offset
    raw: list[dict[str, Any]] = await bot.do_api_request(
        GET_UPDATES, api_kwargs=wanted, read_timeout=seconds + SILENCE_SECONDS
    )
    return raw


def read(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """Return a raw update as what it is, None for one that is like no other."""
    try:
        return Update.de_json(dict(raw), bot)
    except Exception as error:  # whatever a future or broken update makes the library stumble over
        log.warning("an update could not be read", update=raw.get("update_id"), error=type(error).__name__)
        return None
