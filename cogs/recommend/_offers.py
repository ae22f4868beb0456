"""Draws what may be sent into other chats: one message for each pick, or for each of the main topics.

Anybody may read these messages, so they say what a resource is and never what a person has or lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Button, How, Offer, Offers
from bot.chat.router import CALL
from bot.chat.text import plain
from bot.core.recommender import Pick, Recommendation
from bot.core.topics import Topic
from bot.services.library import Library
from cogs.card.draw import Said, draw_card
from cogs.card.way import Way
from cogs.phrases import why_line
from cogs.recommend._asked import Asked
from cogs.recommend._list import PAGE, REASONS_SHOWN, draw_list

OFFERED = 10  # picks at a time: as many as one scrolls through before typing more
TOPICS_OFFERED = 5  # each draws a whole list, and somebody is still typing
WORDS_SHOWN = 24  # characters of what was typed that are said back


def offer(ctx: Context, library: Library, typed: str, offset: int) -> Offers:
    """Return the picks for what was `typed`; the main topics before that; the nearest ones where nothing fits."""
    asked = Asked(typed.strip())
    found = library.recommend(asked.question(), ctx.locale, None, offset=offset, limit=OFFERED)
    if found.reading.empty:
        return _of_topics(ctx, library, library.topics(), offset)
    if found.picks or offset:
        picks = tuple(_of_pick(ctx, library, pick) for pick in found.picks)
        return Offers(picks, next=offset + len(picks) if found.more else None)
    return _of_nearest(ctx, library, asked, found)


def _of_pick(ctx: Context, library: Library, pick: Pick) -> Offer:
    resource = pick.resource
    card = draw_card(ctx, library, pick, Way(), Said())
    details = Button(ctx.t("recommend.offer.details"), Way().press("rec.card", resource.id), personal=True)
    why = plain(why_line(ctx, library, pick.reasons[:REASONS_SHOWN]))
    return Offer(
        resource.name(ctx.locale),
        why or resource.note(ctx.locale),
        replace(card, rows=((details,),), how=How.NEW),
    )


def _of_topics(ctx: Context, library: Library, topics: Sequence[Topic], offset: int) -> Offers:
    shown = topics[offset : offset + TOPICS_OFFERED]
    after = offset + len(shown)
    return Offers(
        tuple(_of_topic(ctx, library, topic) for topic in shown),
        next=after if after < len(topics) else None,
    )


def _of_topic(ctx: Context, library: Library, topic: Topic) -> Offer:
    asked = Asked(topic.id)
    found = library.recommend(asked.question(), ctx.locale, None, limit=PAGE)
    picks = draw_list(ctx, library, asked, found, 0)
    mine = Button(ctx.t("kit.mine"), Press.of(CALL, "recommend", topic.id), personal=True)
    return Offer(topic.name(ctx.locale), topic.definition(ctx.locale), replace(picks, rows=((mine,),)))


def _of_nearest(ctx: Context, library: Library, asked: Asked, found: Recommendation) -> Offers:
    """Offer the nearest topics where nothing fits, and the way to look on together."""
    topics = [topic for near in found.reading.nearest if (topic := library.topic(near))]
    words = shorten(found.reading.text or asked.topic, WORDS_SHOWN)
    look = Button(ctx.t("recommend.offer.unknown", topic=words), _ask(asked.topic), personal=True)
    return replace(_of_topics(ctx, library, topics, 0), next=None, instead=look)


def _ask(words: str) -> Press:
    """Return the press that asks for `words` in private; for all topics when the words are too long for a link.

    Somebody types letter by letter here: nothing they type is to be kept under a token.
    """
    asking = Press.of(CALL, "recommend", words)
    return asking if to_start(pack(asking)) else Press.of(CALL, "recommend")
