"""What outlives an answer: buttons after a restart, and messages that nobody is waiting for."""

from __future__ import annotations

import pytest

from bot.chat.codec import seal
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Reply
from bot.chat.stores import Undeliverable
from bot.i18n import Locale
from tests.contract.house import House
from tests.contract.people import Platform

promise = pytest.mark.promise
REASONS = ("closed", "gone", "forbidden", "blocked")
LONG = "강화학습을 시작하는 사람을 위한 한국어 책, 수식은 적고 예제는 많은 것으로 부탁해요"


def notice(*, landing: bool = False) -> Reply:
    """A post as the router would hand it over; `landing`: where the platform cannot answer one person alone."""
    row = (Button("Show me", Press.of("call", "recommend", "rl"), personal=True),)
    news = Reply(("Something new for you.",), cards=(Card("News", (("one line",),)),), rows=(row,), public=True)
    sealed, _ = seal(news, landing=landing)
    assert isinstance(sealed, Reply)
    return sealed


@promise("restart")
def test_buttons_menus_and_forms_work_after_a_restart(platform: Platform, house: House) -> None:
    person, filler = platform.newcomer(), platform.newcomer(Locale.KO)
    listed = person.call("recommend", "rl")
    topics = person.call("recommend")
    wordy = person.call("recommend", LONG)  # too long for a button: its meaning is kept in the database
    card = person.take("1", on=wordy)
    filler.call("recommend")
    filler.take(filler.t("recommend.ask.button"))
    house.restart()
    assert person.take("Back", on=card).picks == wordy.picks
    assert "On your list." in person.take("Save", on=card).words
    assert person.take("3", on=listed).edited
    assert person.take("Reinforcement learning", on=topics).picks
    assert filler.fill("강화학습").picks, "a question that was open stays open"


@promise("deliver")
def test_what_nobody_waits_for_arrives_with_working_buttons(platform: Platform) -> None:
    person = platform.newcomer()
    receipt, seen = platform.deliver(person, notice(), "news:1")
    assert receipt.message
    assert "Something new for you." in seen.words
    assert "one line" in seen.words
    assert seen.offers == ("Show me",)
    assert person.take("Show me", on=seen).picks


@promise("deliver")
def test_what_is_delivered_to_a_place_is_read_by_all_there(platform: Platform) -> None:
    person = platform.newcomer()
    if platform.name == "console":
        return
    there = platform.in_company(person)
    receipt, seen = platform.deliver(there, notice(landing=platform.name == "telegram"), "news:2")
    assert receipt.place.space is not None
    assert "Something new for you." in there.others_read()
    before = there.others_read()
    assert platform.beside(there).take("Show me", on=seen).picks
    assert there.others_read() == before, "a post is nobody's to change, and its answers are the presser's alone"


@promise("undeliverable")
def test_a_closed_address_is_told_as_such(platform: Platform) -> None:
    person = platform.newcomer()
    platform.close_to_us(person)
    with pytest.raises(Undeliverable) as failure:
        platform.deliver(person, notice(), "news:3")
    assert failure.value.reason in REASONS
