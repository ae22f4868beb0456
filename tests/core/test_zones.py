"""Time zones by the names people have for them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.zones import NEAREST, guessed_zone
from bot.i18n import Locale
from bot.services.cities import load

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CITIES = load()


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("서울", "Asia/Seoul"),
        ("Seoul", "Asia/Seoul"),
        ("  sEOUL ", "Asia/Seoul"),
        ("뉴욕", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("뉴욕 시간", "America/New_York"),
        ("부산광역시", "Asia/Seoul"),
        ("in Paris", "Europe/Paris"),
        ("한국", "Asia/Seoul"),
        ("Germany", "Europe/Berlin"),
        ("KST", "Asia/Seoul"),
        ("Pacific time", "America/Los_Angeles"),
        ("munchen", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Portland, Oregon", "America/Los_Angeles"),
        ("santiago, spain", "Europe/Madrid"),
        ("Singapore", "Asia/Singapore"),
        ("Asia/Seoul", "Asia/Seoul"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("Thimphu", "Asia/Thimphu"),
        ("UTC", "UTC"),
    ],
)
def test_a_city_a_country_or_a_zones_own_name_is_understood(typed: str, zone: str) -> None:
    assert CITIES.find(typed, NOW).zone == zone


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("포틀랜드", ["포틀랜드 (메인)", "포틀랜드 (오리건)"]),
        ("케임브리지", ["케임브리지 (영국)", "케임브리지 (미국)"]),
        ("산티아고", ["산티아고 (스페인)", "산티아고 (칠레)"]),
        ("조지아", ["애틀랜타", "트빌리시"]),
        ("CST", ["베이징", "시카고"]),
        ("러시아", ["모스크바", "노보시비르스크", "블라디보스토크"]),
    ],
)
def test_what_means_several_zones_is_asked_in_words_that_differ(typed: str, labels: list[str]) -> None:
    heard = CITIES.find(typed, NOW)
    assert heard.sure
    assert heard.zone is None
    assert [spot.label(Locale.KO) for spot in heard.spots] == labels


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("뉴욬", "America/New_York"),
        ("벤쿠버", "America/Vancouver"),
        ("Berlim", "Europe/Berlin"),
        ("Tokio", "Asia/Tokyo"),
    ],
)
def test_a_slip_of_the_hand_is_answered_with_the_nearest_three(typed: str, nearest: str) -> None:
    heard = CITIES.find(typed, NOW)
    assert not heard.sure
    assert heard.zone is None
    assert len(heard.spots) == NEAREST
    assert heard.spots[0].zone == nearest


def test_a_distance_from_utc_is_asked_about_among_the_places_that_keep_it_now() -> None:
    labels = [spot.label(Locale.EN) for spot in CITIES.find("UTC+9", NOW).spots]
    assert {"Seoul", "Tokyo"} <= set(labels)
    assert "New York" in [spot.label(Locale.EN) for spot in CITIES.find("gmt -5", NOW).spots]
    assert "New York" in [spot.label(Locale.EN) for spot in CITIES.find("UTC-4", NOW.replace(month=7)).spots]


@pytest.mark.parametrize("typed", ["", "   ", "😀", "!!!"])
def test_what_is_near_nothing_has_no_answer(typed: str) -> None:
    assert CITIES.find(typed, NOW).spots == ()


@given(st.text(max_size=300))
def test_any_text_is_answered_with_zones_that_exist(typed: str) -> None:
    heard = CITIES.find(typed, NOW)
    assert all(spot.zone in CITIES for spot in heard.spots)
    assert heard.sure or len(heard.spots) <= NEAREST


def test_every_city_of_the_file_has_a_zone_and_is_found_by_both_its_names() -> None:
    cities = CITIES._cities
    assert len(cities) >= 120
    for city in cities:
        assert ZoneInfo(city.zone)
        for name in (city.name.ko, city.name.en, *city.also):
            heard = CITIES.find(name, NOW)
            assert heard.sure, name
            assert city.zone in [spot.zone for spot in heard.spots], name


def test_every_zone_there_is_can_be_typed() -> None:
    for zone in available_timezones():
        heard = CITIES.find(zone, NOW)
        assert heard.sure, zone
        if "/" in zone:
            assert heard.zone == zone


def test_only_exact_names_are_zones() -> None:
    assert "Asia/Seoul" in CITIES
    for other in ("asia/seoul", "Asia/Nowhere", "", "../../etc/passwd", "Seoul"):
        assert other not in CITIES


def test_a_zone_is_called_by_its_first_city_or_its_own_name() -> None:
    assert CITIES.name("Asia/Seoul", Locale.KO) == "서울"
    assert CITIES.name("America/New_York", Locale.EN) == "New York"
    assert CITIES.name("Asia/Thimphu", Locale.KO) == "Asia/Thimphu"


@pytest.mark.parametrize(
    ("languages", "zone"),
    [
        (("ko",), "Asia/Seoul"),
        (("ko-KR", "en"), "Asia/Seoul"),
        (("en-US", "ko"), "Asia/Seoul"),
        (("ja",), "Asia/Tokyo"),
        (("en-US",), None),
        ((None, None), None),
        ((), None),
    ],
)
def test_a_zone_is_guessed_only_from_a_language_of_one_zone(languages: tuple[str | None, ...], zone: str) -> None:
    assert guessed_zone(*languages) == zone
