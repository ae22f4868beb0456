"""What may be sent into chats that we do not see: never personal, every button a way to the private chat."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.chat.cog import Cog, inline, press
from bot.chat.context import Context
from bot.chat.press import Press, from_start
from bot.chat.reply import Button, How, Offer, Offers, Reply
from bot.chat.router import BadCommands, Router
from bot.chat.text import plain
from bot.core.people import EntryState
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from tests.callers import in_private
from tests.stores import House

ALICE = in_private("1", platform=Platform.TELEGRAM)
LONG = "x" * 60


class Stall(Cog):
    """Offers two messages, or breaks, or has only the way to the private chat."""

    name = "stall"

    @inline
    def offers(self, ctx: Context, typed: str, offset: int) -> Offers:
        if typed == "crash":
            raise RuntimeError("swordfish")
        if typed == "nothing":
            return Offers(instead=Button("Look there", Press.of("stall.look", "there")))
        known = "nobody" if ctx.person is None else "somebody"
        said = f"{ctx.locale.value} {typed!r} {offset} {known} {ctx.impersonal}"
        rows = ((Button("Look", Press.of("stall.look", typed)), Button("Site", url="https://example.org")),)
        return Offers((Offer("One", "why", Reply((said,), rows=rows)),), next=offset + 1)

    @press(lands=True)
    async def look(self, ctx: Context, where: str) -> Reply:
        return Reply((f"looked at {where}",), how=How.EDIT)


@pytest.fixture
def router(house: House) -> Router:
    return Router([Stall()], house.stores, clock=house.clock)


def said(offers: Offers) -> str:
    return plain(offers.found[0].reply.text)


async def test_what_is_offered_is_the_same_whoever_asks(router: Router, house: House) -> None:
    before = await router.offer(ALICE, "rl", 3)
    house.people.meet(ALICE.user, entries={"sutton-barto": EntryState.NOT_FOR_ME})
    assert await router.offer(ALICE, "rl", 3) == before
    assert said(before) == "en 'rl' 3 nobody True"
    assert before.next == 4


async def test_it_speaks_the_language_that_the_person_chose_or_their_client_has(router: Router, house: House) -> None:
    assert said(await router.offer(in_private("2", language="ko"), "rl")).startswith("ko ")
    house.people.meet(UserRef(Platform.DISCORD, "2"), chose=Locale.EN)
    assert said(await router.offer(in_private("2", language="ko"), "rl")).startswith("en ")


@pytest.mark.parametrize("words", ["rl", LONG])
async def test_every_press_of_an_offer_opens_the_private_chat_and_lands_there(router: Router, words: str) -> None:
    (offer,) = (await router.offer(ALICE, words)).found
    look, site = offer.reply.rows[0]
    assert (look.landing, site.landing) == (True, False)
    assert offer.reply.public is True
    landed = await router.land(ALICE, look.wire)
    assert landed == Reply((f"looked at {words}",), how=How.NEW, public=False)


async def test_where_nothing_fits_there_is_a_way_to_the_private_chat(router: Router) -> None:
    offers = await router.offer(ALICE, "nothing")
    assert offers.found == ()
    assert offers.instead is not None
    assert offers.instead.landing
    assert from_start(offers.instead.wire) == "stall.look|there"


async def test_offers_that_break_are_none_and_logged_once(router: Router) -> None:
    with capture_logs() as logs:
        assert await router.offer(ALICE, "crash") == Offers()
    assert [line["event"] for line in logs] == ["nothing could be offered"]


async def test_what_is_typed_comes_clean_and_an_offset_is_never_negative(router: Router) -> None:
    assert said(await router.offer(ALICE, "r\x00l\u202e", -5)) == "en 'rl' 0 nobody True"


async def test_a_house_that_offers_nothing_has_nothing_to_offer(house: House) -> None:
    assert await Router([], house.stores, clock=house.clock).offer(ALICE, "rl") == Offers()


def test_only_one_cog_may_offer(house: House) -> None:
    with pytest.raises(BadCommands, match="inline: declared twice"):
        Router([Stall(), type("Second", (Stall,), {"name": "second"})()], house.stores, clock=house.clock)
