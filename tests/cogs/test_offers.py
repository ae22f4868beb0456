"""What `/recommend` offers for other chats: the picks and nothing about anybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.context import Caller
from bot.chat.press import START_CHARACTERS, from_start
from bot.chat.reply import Offer, Offers
from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.refs import Platform
from bot.core.shelf import Shelf
from bot.i18n import Locale, texts
from tests.callers import in_private
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.core.hostile import HOSTILE

ALICE = in_private("1", platform=Platform.TELEGRAM)
KOREAN = replace(ALICE, language="ko")


async def all_of(router: Router, typed: str, caller: Caller = ALICE) -> list[Offer]:
    """Every offer, page after page."""
    found: list[Offer] = []
    offset: int | None = 0
    while offset is not None:
        page = await router.offer(caller, typed, offset)
        found += page.found
        offset = page.next
    return found


def shown(offers: Offers | list[Offer]) -> list[str]:
    return [
        resource for offer in (offers if isinstance(offers, list) else offers.found) for resource in offer.reply.shown
    ]


async def test_the_offers_are_the_picks_one_by_one_each_with_its_why(router: Router, catalogue: Shelf) -> None:
    offers = await router.offer(ALICE, "rl")
    picks = reply_of(await router.call(ALICE, "recommend", {"topic": "rl"})).shown
    assert shown(offers)[:3] == list(picks)
    for offer in offers.found:
        resource = catalogue.catalogue.get(offer.reply.shown[0])
        assert resource is not None
        assert offer.title == resource.name(Locale.EN)
        assert offer.hint.startswith("Why: ")
        assert "\n" not in offer.hint
        (card,) = offer.reply.cards
        assert (card.title, card.url) == (offer.title, resource.link)


@pytest.mark.parametrize(("caller", "why"), [(ALICE, "Why: "), (KOREAN, "왜: ")])
async def test_they_speak_the_clients_language(router: Router, caller: Caller, why: str) -> None:
    for typed in ("rl", "강화학습"):
        offers = await router.offer(caller, typed)
        assert all(offer.hint.startswith(why) for offer in offers.found)


@pytest.mark.parametrize("locale", Locale)
async def test_the_one_button_lands_on_the_details_and_back_leads_to_the_topics(router: Router, locale: Locale) -> None:
    caller = replace(ALICE, language=locale.value)
    for offer in (await router.offer(caller, "gnn")).found:
        ((details,),) = offer.reply.rows
        assert details.label == texts(locale)("recommend.offer.details")
        assert details.landing
        card = reply_of(await router.land(caller, details.wire))
        assert card.shown == offer.reply.shown
        assert texts(locale)("recommend.verb.saved") in buttons_of(card)
        back = reply_of(await router.press(caller, buttons_of(card)[texts(locale)("kit.back")].wire))
        assert back.menu is not None


async def test_nothing_says_what_the_person_said_has_or_lacks(router: Router) -> None:
    before = await all_of(router, "rl")
    wires = [
        f"rec.put|{state}|{offer.reply.shown[0]}|0|rl"
        for offer, state in zip(before, ("done", "not_for_me", "going"), strict=False)
    ]
    for wire in wires:
        await router.press(ALICE, wire)
    assert await all_of(router, "rl") == before


@pytest.mark.parametrize("locale", Locale)
async def test_no_offer_tells_readers_what_they_would_need_first(router: Router, locale: Locale) -> None:
    first = texts(locale)("recommend.first", what="")
    caller = replace(ALICE, language=locale.value)
    for typed in ("gnn", "rl", "diffusion", "causal inference"):
        for offer in await all_of(router, typed, caller):
            assert first not in "".join(plain(card.body) for card in offer.reply.cards)
    private = await router.press(
        caller, f"rec.card|{(await router.offer(caller, 'diffusion')).found[0].reply.shown[0]}|0|"
    )
    assert first in words_of(private), "the same card says it to one person alone"


async def test_pages_hold_everything_once(router: Router) -> None:
    first = await router.offer(ALICE, "deep learning")
    assert first.next == len(first.found) == 10
    ids = shown(await all_of(router, "deep learning"))
    assert len(ids) == len(set(ids)) > 10
    assert await router.offer(ALICE, "deep learning", 10**9) == Offers()


async def test_before_anything_is_typed_there_are_the_main_topics(router: Router, catalogue: Shelf) -> None:
    roots = list(catalogue.topics.roots())
    for nothing in ("", "   ", "?!"):
        offers = await all_of(router, nothing, KOREAN)
        assert [offer.title for offer in offers] == [topic.name(Locale.KO) for topic in roots]
        assert [offer.hint for offer in offers] == [topic.definition(Locale.KO) for topic in roots]
    for offer, topic in zip(offers, roots, strict=True):
        ((mine,),) = offer.reply.rows
        landed = reply_of(await router.land(KOREAN, mine.wire))
        assert landed.shown == offer.reply.shown
        assert topic.name(Locale.KO) in landed.cards[0].title


async def test_where_nothing_fits_the_nearest_topics_and_a_way_to_look_on(router: Router) -> None:
    offers = await router.offer(ALICE, "underwater basket weaving")
    assert len(offers.found) == 3
    assert offers.instead is not None
    assert offers.instead.label == "I do not know “underwater basket weavi…” yet. Look on with me"
    assert "underwater basket weaving" in words_of(await router.land(ALICE, offers.instead.wire))


async def test_words_too_long_for_a_link_lead_to_all_topics(router: Router) -> None:
    offers = await router.offer(KOREAN, "물속에서바구니를엮는법을알려주세요" * 3)
    assert offers.instead is not None
    assert reply_of(await router.land(KOREAN, offers.instead.wire)).menu is not None


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_words_are_offered_something_that_fits_and_nothing_is_kept(router: Router, typed: str) -> None:
    offers = await router.offer(ALICE, typed[:256])
    assert offers.found or offers.instead
    buttons = [button for offer in offers.found for row in offer.reply.rows for button in row]
    for button in [*buttons, *([offers.instead] if offers.instead else [])]:
        assert button.landing
        assert 1 <= len(button.wire) <= START_CHARACTERS
        assert (from_start(button.wire) or "~").startswith(("rec.card|", "call|recommend"))


@pytest.mark.parametrize("options", [{}, {"level": "beginner"}, {"language": "ko", "kind": "course"}])
async def test_a_private_chat_can_carry_the_question_into_another_one(router: Router, options: dict[str, str]) -> None:
    for locale in Locale:
        caller = replace(ALICE, language=locale.value, shares=True)
        answer = reply_of(await router.call(caller, "recommend", {"topic": "reinforcement-learning", **options}))
        share = buttons_of(answer)[texts(locale)("kit.share")].share
        assert share is not None
        assert share.startswith({Locale.KO: "강화학습", Locale.EN: "Reinforcement learning"}[locale])
        assert set(answer.shown) <= set(shown(await router.offer(caller, share)))


async def test_where_nothing_can_be_carried_there_is_no_such_button(router: Router) -> None:
    assert "Share" not in buttons_of(reply_of(await router.call(ALICE, "recommend", {"topic": "rl"})))
