"""Inline mode: who types `@bot words` in any chat gets messages to choose from and sends one in their own name.

The chat is never seen and may hold anybody, so the router gives nothing personal here. Hosts switch the mode on at
@BotFather; without it Telegram sends no such queries and nothing else changes.
"""

from __future__ import annotations

import structlog
from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import TelegramError

from bot.adapters.telegram.failures import Fate, fate
from bot.adapters.telegram.render import Part, render
from bot.adapters.telegram.request import NeverSent
from bot.adapters.telegram.wire import NO_PREVIEW
from bot.chat.context import Caller
from bot.chat.limits import TITLE_CHARACTERS, shorten
from bot.chat.reply import Button, Offer, Offers
from bot.chat.router import Router
from bot.core.refs import Place, Platform, UserRef

log = structlog.get_logger(__name__)

# Telegram keeps answers this long by itself. What is offered depends on the language of the one who types, so an
# answer is kept for them alone (`is_personal`): kept for all, a Korean reader would be shown an English one's list.
CACHE_SECONDS = 60
HINT_CHARACTERS = 200  # clients show two or three lines
OFFSET_DIGITS = 6


class InlineMode:
    """Answers inline queries."""

    def __init__(self, router: Router, bot: Bot) -> None:
        """Answer through `bot`, which has been introduced to Telegram already."""
        self._router, self._bot = router, bot

    async def answer(self, query: InlineQuery) -> None:
        """Offer what fits `query`. A query that was typed on, or that waited too long, is no error."""
        offers = await self._router.offer(_caller(query), query.query, _offset(query.offset))
        results = [self._result(number, offer) for number, offer in enumerate(offers.found)]
        for _ in range(2):
            try:
                await self._bot.answer_inline_query(
                    query.id,
                    results,
                    cache_time=CACHE_SECONDS,
                    is_personal=True,
                    next_offset="" if offers.next is None else str(offers.next),
                    button=_way_to_private(offers),
                )
            except NeverSent:
                continue
            except TelegramError as error:
                stale = fate(error) is Fate.STALE
                log.log(10 if stale else 30, "an inline query could not be answered", error=str(error))
            return

    def _result(self, number: int, offer: Offer) -> InlineQueryResultArticle:
        part = self._message(offer)
        return InlineQueryResultArticle(
            str(number),
            shorten(offer.title, TITLE_CHARACTERS),
            InputTextMessageContent(part.html, parse_mode="HTML", link_preview_options=NO_PREVIEW),
            reply_markup=part.keyboard,
            description=shorten(offer.hint, HINT_CHARACTERS),
        )

    def _message(self, offer: Offer) -> Part:
        """Return the one message that an offer may be: what is longer than Telegram allows waits behind its button."""
        parts = render(offer.reply, self._bot.username)
        return Part(parts[0].runs, parts[-1].keyboard)


def _caller(query: InlineQuery) -> Caller:
    user = query.from_user
    account = str(user.id)
    place = Place(Platform.TELEGRAM, account)  # where it will be read is not known; the router gives nothing personal
    return Caller(UserRef(Platform.TELEGRAM, account), place, user.language_code, user.full_name)


def _offset(sent: str) -> int:
    """Return the offset that we gave with the page before, 0 for anything else."""
    return int(sent) if sent.isdecimal() and len(sent) <= OFFSET_DIGITS else 0


def _way_to_private(offers: Offers) -> InlineQueryResultsButton | None:
    button: Button | None = offers.instead
    return InlineQueryResultsButton(button.label, start_parameter=button.wire) if button else None
