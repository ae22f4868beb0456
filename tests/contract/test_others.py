"""Where others read along: what is for one person stays with that person, on every platform that has others."""

from __future__ import annotations

import pytest

from bot.i18n import Locale
from tests.contract.people import Person, Platform, resource_of

promise = pytest.mark.promise
LONG = "강화학습을 시작하는 사람을 위한 한국어 책, 수식은 적고 예제는 많은 것으로 부탁해요"  # no button holds it
PERSONAL = ("On your list", "You have started", "You finished", "Set aside", "내 목록에", "취향")


def with_a_past(platform: Platform) -> tuple[Person, list[str]]:
    """Somebody who saved the second of three picks and set the first aside, and what they were shown at first."""
    person = platform.newcomer()
    first = person.call("recommend", "rl")
    person.take("2")
    person.take("Save")
    person.call("recommend", "rl")
    person.take("1")
    person.take("Not for me")
    return person, first.picks


@promise("alone")
def test_others_never_see_what_a_person_said_of_a_resource(platform: Platform) -> None:
    person, first = with_a_past(platform)
    there = platform.in_company(person)
    answer = there.call("recommend", "rl")
    for offer in ("1", "2", "3"):
        there.take(offer, on=answer)
    assert not any(words in there.others_read() for words in PERSONAL)
    if platform.name == "telegram":  # it cannot answer one person alone there, so the answer knows nobody
        assert answer.picks == first
    else:
        assert there.others_read() == ""
        assert first[0] not in answer.picks


@promise("alone")
def test_a_number_pressed_in_company_opens_the_persons_own_details(platform: Platform) -> None:
    person, _ = with_a_past(platform)
    there = platform.in_company(person)
    answer = there.call("recommend", "rl")
    titles = [offer for offer in ("1", "2", "3") if "On your list." in there.take(offer, on=answer).words]
    assert len(titles) == 1
    assert not any(words in there.others_read() for words in PERSONAL)


@promise("alone")
@pytest.mark.parametrize("words", ["강화학습", LONG], ids=["short", "long"])
def test_under_an_answer_in_company_everybody_opens_their_own_details(platform: Platform, words: str) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    answer = there.call("recommend", words)
    pressers = [there, platform.beside(there)] if platform.name == "telegram" else [there]
    for person in pressers:
        card = person.take("1", on=answer)
        assert person.t("recommend.verb.saved") in card.offers
        assert person.t("recommend.said.saved") in person.take(person.t("recommend.verb.saved"), on=card).words


@promise("alone")
def test_a_private_answer_in_company_leads_to_ones_own(platform: Platform) -> None:
    person, first = with_a_past(platform)
    there = platform.in_company(person)
    answer = there.call("recommend", "rl")
    mine = there.take(there.t("kit.mine")) if there.t("kit.mine") in answer.offers else answer
    assert first[0] not in mine.picks


@promise("share")
def test_a_share_shows_nothing_personal_and_can_be_taken_back(platform: Platform) -> None:
    person, first = with_a_past(platform)
    there = platform.in_company(person)
    there.call("recommend", "rl")
    assert there.others_read() == ""
    shared = there.take("Share")
    assert not shared.edited
    assert shared.picks == first, "what this person set aside is nobody's business"
    assert not any(words in there.others_read() for words in PERSONAL)
    taken_back = there.take("Take back")
    assert taken_back.edited
    assert there.others_read() == "Taken back."


@promise("share")
def test_what_others_press_under_a_share_is_answered_to_them_alone(platform: Platform) -> None:
    there = platform.in_company(platform.newcomer())
    there.call("recommend", "rl")
    shared = there.take("Share")
    public = there.others_read()
    other = platform.beside(there)
    card = other.take("1", on=shared)
    assert not card.edited
    assert "Save" in card.offers
    assert "On your list." in other.take("Save", on=card).words
    assert other.take("More", on=shared).picks != shared.picks
    assert there.others_read() == public


@promise("share")
def test_others_may_press_under_a_share_of_a_long_question(platform: Platform) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    there.call("recommend", LONG)
    shared = there.take("공유")
    other = platform.beside(there)
    card = other.take("1", on=shared)
    assert "Save" in card.offers
    assert "On your list." in other.take("Save", on=card).words
    assert other.take("더 보기", on=shared).picks
    assert there.take("거두기", on=shared).words == "거뒀어요."


@promise("share")
def test_a_private_chat_offers_no_share(platform: Platform) -> None:
    assert "Share" not in platform.newcomer().call("recommend", "rl").offers


@promise("carry")
def test_a_question_can_be_carried_into_a_chat_without_the_bot(platform: Platform) -> None:
    person, first = with_a_past(platform)
    sent = person.take("Share", on=person.call("recommend", "rl"))
    assert sent.offers == ("Details, in private",)
    assert not any(words in sent.words for words in PERSONAL)
    details = person.take("Details, in private", on=sent)
    title = sent.words.split("\n")[0]
    assert resource_of(title) == first[0], "what this person set aside is offered as to anybody"
    assert "Set aside" in details.words
    assert title in details.words


@promise("not yours")
def test_only_who_shared_can_take_it_back(platform: Platform) -> None:
    there = platform.in_company(platform.newcomer())
    there.call("recommend", "rl")
    shared = there.take("Share")
    public = there.others_read()
    refused = platform.beside(there).take("Take back", on=shared)
    assert refused.words == "This button is for the person who asked."
    assert there.others_read() == public


@promise("alone")
def test_a_refusal_is_no_announcement(platform: Platform) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    refused = there.forge("rec.card|no-such-resource|0|rl")
    assert there.t("errors.unknown_press") in refused.words
    assert there.t("errors.unknown_press") not in there.others_read()
