"""Asking for something to study, on every platform: the same answers, by the same few taps."""

from __future__ import annotations

import time

import pytest

from bot.i18n import Locale, texts
from tests.contract.people import Platform

promise = pytest.mark.promise

QUESTIONS = {
    "an abbreviation": ("rl", Locale.EN),
    "Korean words": ("강화학습 입문", Locale.KO),
    "initial consonants": ("ㄱㅎㅎㅅ", Locale.KO),
    "typos": ("reinforcment lerning", Locale.EN),
    "a wish": ("diffusion models without maths", Locale.EN),
    "filters": ("딥러닝 책 한국어", Locale.KO),
    "an ambiguous word": ("추론", Locale.KO),
    "a negation": ("RL 말고 컴퓨터 비전", Locale.KO),
}


@promise("private")
def test_a_command_in_private_is_answered_with_three_picks_and_their_why(platform: Platform) -> None:
    seen = platform.newcomer().call("recommend", "rl")
    assert len(seen.picks) == 3
    assert seen.words.count("Why:") == 3
    assert seen.offers[:3] == ("1", "2", "3")


@promise("language")
@pytest.mark.parametrize("locale", Locale)
def test_it_speaks_the_language_of_the_client(platform: Platform, locale: Locale) -> None:
    person = platform.newcomer(locale)
    seen = person.call("recommend", "강화학습")
    assert texts(locale)("recommend.why.line", reasons="").strip() in seen.words
    assert person.t("kit.more") in seen.offers
    other = Locale.EN if locale is Locale.KO else Locale.KO
    assert texts(other)("kit.more") not in seen.offers
    assert person.t("recommend.verb.saved") in person.take("1").offers


@promise("language")
def test_a_client_in_another_language_reads_english(platform: Platform) -> None:
    assert "Why:" in platform.newcomer(language="fr").call("recommend", "rl").words


@promise("same")
@pytest.mark.parametrize(("words", "locale"), QUESTIONS.values(), ids=QUESTIONS)
def test_the_same_question_shows_the_same_everywhere(
    platforms: dict[str, Platform], words: str, locale: Locale
) -> None:
    pages = {}
    for name, platform in platforms.items():
        person = platform.newcomer(locale)
        first = person.call("recommend", words)
        offers = [offer for offer in first.offers if offer != person.t("kit.share")]  # only Telegram carries it on
        pages[name] = [first.picks, person.take(person.t("kit.more")).picks, offers]
    assert pages["discord"] == pages["telegram"] == pages["console"]
    assert pages["console"][0]


@promise("options")
def test_level_language_and_kind_narrow_the_picks(platforms: dict[str, Platform]) -> None:
    found = {}
    for name, platform in platforms.items():
        person = platform.newcomer()
        seen = person.call("recommend", "rl", language="ko", kind="course", level="beginner")
        assert all(word in seen.words for word in ("Korean", "course", "beginner")), seen.words
        found[name] = seen.picks
        assert "2" in seen.offers, "there is more than one Korean course on RL"
        assert person.take("2").words.partition("\n")[0]
        back = person.take(person.t("kit.back"))
        assert back.picks == seen.picks, "the choices are kept on the way back"
    assert found["discord"] == found["telegram"] == found["console"]


@promise("details")
@pytest.mark.parametrize("offer", ["1", "3"])
def test_a_number_opens_the_details_and_back_returns(platform: Platform, offer: str) -> None:
    person = platform.newcomer()
    listed = person.call("recommend", "rl")
    card = person.take(offer)
    assert "Save" in card.offers
    assert "Next after this" in card.words
    back = person.take("Back")
    assert (back.picks, back.offers) == (listed.picks, listed.offers)
    assert card.edited == back.edited == (platform.name != "console")


@promise("details")
def test_the_details_say_what_the_line_had_no_room_for(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    listed = person.call("recommend", "강화학습")
    cards = []
    for number, resource in enumerate(listed.picks, 1):
        card = person.take(str(number))
        assert resource_name(resource) in card.words
        assert "확인" in card.words, "when the row was last verified"
        assert "다음에는" in card.words, "what comes next"
        cards.append(card.words)
        person.take("돌아가기")
    assert any("먼저" in card for card in cards), "what to do first when a prerequisite is missing"


def resource_name(resource: str) -> str:
    from bot.services import shelf

    row = shelf.load().catalogue.get(resource)
    assert row is not None
    return row.name(Locale.KO)


@promise("more")
def test_more_and_earlier_turn_the_pages_in_place(platform: Platform) -> None:
    person = platform.newcomer()
    first = person.call("recommend", "deep learning")
    second = person.take(person.t("kit.more"))
    third = person.take(person.t("kit.more"))
    pages = [first.picks, second.picks, third.picks]
    assert all(len(page) == 3 for page in pages)
    assert len({pick for page in pages for pick in page}) == 9, "no pick comes twice"
    assert person.take(person.t("recommend.earlier")).picks == second.picks
    assert person.take(person.t("recommend.earlier")).picks == first.picks
    assert second.edited == (platform.name != "console")


@promise("more")
def test_the_pages_end_politely(platform: Platform) -> None:
    person = platform.newcomer()
    seen = person.call("recommend", "quantum machine learning")
    shown = list(seen.picks)
    for _ in range(30):
        if person.t("kit.more") not in seen.offers:
            break
        seen = person.take(person.t("kit.more"))
        shown += seen.picks
    assert person.t("kit.more") not in seen.offers
    assert len(shown) == len(set(shown))


@promise("save")
def test_saving_is_said_and_undo_takes_it_back(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("recommend", "rl")
    assert "On your list" not in person.take("1").words
    saved = person.take("Save")
    assert "On your list." in saved.words
    assert "Save" not in saved.offers
    undone = person.take("Undo")
    assert "On your list" not in undone.words
    assert "Save" in undone.offers
    person.call("recommend", "rl")
    assert "On your list" not in person.take("1").words


@promise("again")
@pytest.mark.parametrize("seconds", [0, 0.8], ids=["a double tap", "a tap in a tunnel"])
def test_saving_twice_is_saving_once(platform: Platform, seconds: float) -> None:
    person = platform.newcomer()
    person.call("recommend", "rl")
    card = person.take("1")
    once = person.take("Save", on=card)
    time.sleep(seconds)
    twice = person.take("Save", on=card)
    assert "On your list." in once.words
    assert (twice.words, twice.offers) in [(once.words, once.offers), ("", ())], "nothing changes, or nothing comes"
    undone = person.take("Undo", on=once)
    assert "On your list" not in undone.words
    assert "Save" in undone.offers


@promise("again")
def test_the_buttons_of_an_older_answer_still_work(platform: Platform) -> None:
    person = platform.newcomer()
    first = person.call("recommend", "rl")
    person.call("recommend", "deep learning")
    card = person.take("2", on=first)
    assert person.take("Back", on=card).picks == first.picks
    assert person.take("More", on=first).picks != first.picks


@promise("save")
def test_undo_returns_to_what_was_said_before(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("recommend", "rl")
    person.take("1")
    person.take("Save")
    assert "You have started this." in person.take("Start").words
    assert "On your list." in person.take("Undo").words


@promise("save")
def test_what_one_person_keeps_is_no_other_persons(platform: Platform) -> None:
    keeper, other = platform.newcomer(), platform.newcomer()
    keeper.call("recommend", "rl")
    keeper.take("1")
    keeper.take("Save")
    other.call("recommend", "rl")
    assert "On your list" not in other.take("1").words


@promise("not for me")
def test_what_is_set_aside_is_not_suggested_again(platform: Platform) -> None:
    person = platform.newcomer()
    first = person.call("recommend", "rl")
    person.take("1")
    aside = person.take("Not for me")
    assert "Set aside" in aside.words
    assert first.picks[0] not in person.take("Back").picks
    again = person.call("recommend", "rl")
    assert first.picks[0] not in again.picks
    assert again.picks[0] == first.picks[1]


@promise("not for me")
def test_what_was_set_aside_can_be_taken_back(platform: Platform) -> None:
    person = platform.newcomer()
    first = person.call("recommend", "rl")
    person.take("1")
    person.take("Not for me")
    assert "Not for me" in person.take("Undo").offers
    assert person.call("recommend", "rl").picks == first.picks


@promise("broken")
def test_a_broken_link_is_noted_once(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("recommend", "rl")
    card = person.take("1")
    thanks = person.take("Link broken?")
    assert thanks.words.strip() == "Thank you. The link will be looked at."
    assert not thanks.edited
    time.sleep(0.8)  # longer than what counts as one double tap
    assert person.take("Link broken?", on=card).words.strip() == "You told us before; it is on the list."


@promise("map")
def test_without_a_topic_there_is_a_map_to_choose_from(platform: Platform) -> None:
    person = platform.newcomer()
    topics = person.call("recommend")
    assert len(topics.offers) >= 10
    assert "Reinforcement learning" in topics.offers
    chosen = person.take("Reinforcement learning")
    assert chosen.picks == person.call("recommend", "reinforcement-learning").picks
    assert chosen.edited == (platform.name != "console")


@promise("map")
def test_a_topic_of_the_map_leads_to_narrower_ones(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    person.call("recommend")
    wide = person.take("강화학습")
    assert "심층 강화학습" in wide.offers
    narrow = person.take("심층 강화학습")
    assert narrow.picks
    assert narrow.words.startswith(("심층 강화학습", "■ 심층 강화학습"))


@promise("form")
def test_a_form_takes_ones_own_words(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("recommend")
    form = person.take("In my own words")
    assert form.form
    assert "What do you want to study?" in form.words
    answer = person.fill("reinforcement learning")
    assert answer.picks == person.call("recommend", "reinforcement learning").picks


@promise("form")
def test_a_form_can_be_left(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("recommend")
    assert person.take("In my own words").form
    left = person.leave_form()
    assert left is None or left.words.strip() == "Cancelled."
    assert person.call("recommend", "rl").picks, "the next command is a command"


@promise("unknown")
def test_an_unknown_topic_offers_the_three_nearest(platform: Platform) -> None:
    person = platform.newcomer()
    seen = person.call("recommend", "underwater basket weaving")
    assert "underwater basket weaving" in seen.words
    assert not seen.picks
    *nearest, everything = seen.offers
    assert len(nearest) == 3
    assert everything == "All topics"
    assert person.take(nearest[0]).picks
    person.call("recommend", "underwater basket weaving")
    assert "Reinforcement learning" in person.take("All topics").offers


@promise("ambiguous")
def test_an_ambiguous_word_gives_picks_and_asks_what_was_meant(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    seen = person.call("recommend", "추론")
    assert len(seen.picks) == 3, "best guesses come first"
    meanings = [offer for offer in seen.offers if "추론" in offer]
    assert len(meanings) >= 3
    causal = next(offer for offer in meanings if "인과" in offer)
    assert person.take(causal).picks == person.call("recommend", "causal-inference").picks


@promise("complete")
def test_topics_are_suggested_while_one_types(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    suggested = person.complete("recommend", "topic", "강화")  # type: ignore[attr-defined]
    assert suggested[0] == ("강화학습", "reinforcement-learning")
    assert 1 < len(person.complete("recommend", "topic", "r")) <= 25  # type: ignore[attr-defined]
    assert person.call("recommend", suggested[0][1]).picks


@promise("hello")
def test_start_leads_to_one_thing_to_start_with_by_taps_alone(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    person.call("start")
    person.take(person.t("start.new_here"))
    for key in ("choices.goal.taste", "choices.python.well", "choices.maths.none"):
        person.take(person.t(key))
    first = person.take(person.t("start.hours", count=3))
    assert person.t("recommend.verb.going") in first.offers
    assert person.t("start.first") in first.words
    assert person.t("recommend.said.going") in person.take(person.t("recommend.verb.going")).words


@promise("hello")
def test_help_lists_the_commands_and_its_buttons_work(platform: Platform) -> None:
    person = platform.newcomer()
    seen = person.call("help")
    assert all(f"/{name}" in seen.words for name in ("start", "recommend"))
    about = person.take(person.t("help.about"))
    assert person.t("help.credit") in about.words
    assert "/recommend" in person.take(person.t("kit.back")).words
    assert "Reinforcement learning" in person.take(person.t("help.try")).offers


@promise("unknown command")
def test_an_unknown_command_is_answered_politely(platform: Platform) -> None:
    assert platform.newcomer().call("nonsense").words.strip() == "I do not know /nonsense. /help lists what I can do."
