"""What is a person's own, on every platform: their settings, their data as a file, and its deletion."""

from __future__ import annotations

import pytest

from bot.i18n import Locale, texts
from tests.contract.people import Platform

promise = pytest.mark.promise
EVERY_LOCALE = pytest.mark.parametrize("locale", Locale)


@promise("settings")
@EVERY_LOCALE
def test_a_tap_changes_a_choice_in_place_and_undo_puts_it_back(platform: Platform, locale: Locale) -> None:
    person = platform.newcomer(locale)
    t = person.t
    panel = person.call("settings")
    assert panel.words.count(t("settings.not_chosen")) == 4
    person.take(t("settings.name.goal"))
    chosen = person.take(t("choices.goal.papers"))
    assert chosen.words.count(t("settings.not_chosen")) == 3
    undone = person.take(t("settings.undo"))
    assert undone.words.count(t("settings.not_chosen")) == 5  # also in the line that says what was put back
    assert t("choices.goal.papers") not in undone.words


@promise("settings")
@pytest.mark.parametrize(("typed", "city"), [("뉴욕", "New York"), ("Berlin", "Berlin"), ("서울", "Seoul")])
def test_a_city_is_typed_as_one_calls_it(platform: Platform, typed: str, city: str) -> None:
    person = platform.newcomer()
    person.call("settings")
    person.take("Time zone")
    assert person.take("Type a city").form
    assert f"Time zone: {city}, " in person.fill(typed).words


@promise("settings")
def test_a_city_nobody_knows_gets_three_near_ones(platform: Platform) -> None:
    person = platform.newcomer()
    person.call("settings")
    person.take("Time zone")
    person.take("Type a city")
    asked = person.fill("Berlim")
    assert asked.offers[0] == "Berlin"
    assert len(asked.offers) == 5
    assert "Time zone: Berlin, " in person.take("Berlin").words


@promise("language")
def test_another_language_is_spoken_at_once(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    person.call("settings")
    person.take("언어")
    assert "My settings" in person.take("English").words
    assert "What I can do" in person.call("help").words


@promise("file")
@EVERY_LOCALE
def test_ones_data_comes_as_a_file_that_is_told_in_words_too(platform: Platform, locale: Locale) -> None:
    person = platform.newcomer(locale)
    person.call("recommend", "rl")
    person.take("1")
    person.take(person.t("recommend.verb.saved"))
    person.call("privacy")
    told = person.take(person.t("privacy.export")).words
    assert f"{person.t('privacy.name.list')} 1" in told


@promise("delete")
def test_deletion_asks_once_and_then_the_person_is_a_stranger(platform: Platform) -> None:
    person = platform.newcomer(Locale.KO)
    person.call("settings")
    person.take("언어")
    person.take("English")
    person.call("privacy")
    question = person.take("Delete it all")
    assert "It cannot be undone." in question.words
    assert question.offers == ("Yes, delete it all", "Keep it")
    assert "Everything is deleted." in person.take("Yes, delete it all").words
    assert texts(Locale.KO)("help.title") in person.call("help").words
