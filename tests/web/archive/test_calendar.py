"""The calendar as other programs read it: moments on the wall of the group's zone, ids that stay, nobody named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone
from icalendar import Event as Component

from bot.core.digest.archive import Event, EventKind
from bot.i18n import Locale
from bot.web.archive.calendar import calendar
from tests.core.hostile import HOSTILE
from tests.web.archive.sample import ATTACK, NOW, SEOUL, archive, meeting

NEW_YORK = "America/New_York"


def drawn(*events: Event, locale: Locale = Locale.KO, group: int = 3) -> bytes:
    return calendar("목요 논문", locale, ((archive(locale, group=group), events),))


def read(made: bytes) -> list[Component]:
    return [each for each in Calendar.from_ical(made).walk("VEVENT") if isinstance(each, Component)]


def wall(*at: int, zone: str) -> datetime:
    return datetime(*at, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc, arg-type]


def test_a_meeting_stays_at_nine_over_a_change_of_clocks_and_the_zone_comes_along() -> None:
    # New York puts its clocks back on 1 November 2026.
    weeks = [
        wall(2026, 10, 22, 21, zone=NEW_YORK),
        wall(2026, 10, 29, 21, zone=NEW_YORK),
        wall(2026, 11, 5, 21, zone=NEW_YORK),
    ]
    made = drawn(*(meeting(at, NEW_YORK) for at in weeks))
    starts: list[Any] = [each.start for each in read(made)]
    assert [start.replace(tzinfo=None).hour for start in starts] == [21, 21, 21]
    assert [start.astimezone(UTC) for start in starts] == weeks
    assert [start.utcoffset() for start in starts] == [timedelta(hours=-4), timedelta(hours=-4), timedelta(hours=-5)]
    assert made.count(b"DTSTART;TZID=America/New_York:2026") == 3
    [zone] = Calendar.from_ical(made).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    assert zone["TZID"] == NEW_YORK
    # The rules that came along say the same as this machine's, for whoever knows no zones of the world.
    told = zone.to_tz(lookup_tzid=False)
    for at in weeks:
        assert at.astimezone(told).utcoffset() == at.astimezone(ZoneInfo(NEW_YORK)).utcoffset()


def test_no_date_floats() -> None:
    made = drawn(
        meeting(NOW),
        meeting(NOW, "UTC", key="in UTC"),
        meeting(NOW, "Mars/Olympus", key="of a zone that is gone"),
    ).decode()
    starts = [line for line in made.split("BEGIN:VEVENT", 1)[1].splitlines() if line.startswith("DTSTART")]
    assert (
        starts
        == ["DTSTART:20261122T010000Z", "DTSTART:20261122T010000Z", "DTSTART;TZID=Asia/Seoul:20261122T100000"][::-1]
    )
    with pytest.raises(ValueError, match="zone"):
        meeting(datetime(2026, 11, 26, 21))  # noqa: DTZ001 - that is the point


def test_an_id_is_the_same_in_every_file_and_no_other_date_has_it() -> None:
    at = NOW + timedelta(days=4)
    before = meeting(at)
    after = meeting(at + timedelta(hours=1), title="Attention Is All You Need", place="302", told_at=NOW)
    paper = replace(before, kind=EventKind.PAPER)
    [first], [second] = read(drawn(before)), read(drawn(after))
    assert first["UID"] == second["UID"] == "meeting-2026-11-26@00000000-0000-0000-0000-000000000003"
    assert read(drawn(paper))[0]["UID"] != first["UID"]
    assert read(drawn(before, group=4))[0]["UID"] != first["UID"]
    assert drawn(before) == drawn(before)


def test_each_kind_says_what_it_is_in_the_language_of_the_group() -> None:
    title, url = "Attention Is All You Need", "https://arxiv.org/abs/1706.03762"
    events = (
        meeting(NOW, title=title, url=url, presented=False, place="302"),
        meeting(NOW, kind=EventKind.READING),
        meeting(NOW, kind=EventKind.PAPER, title=title, url=url),
        meeting(NOW, kind=EventKind.DIGEST, number=3),
        meeting(NOW, kind=EventKind.DIGEST, key="to come"),
    )
    assert [str(each["SUMMARY"]) for each in read(drawn(*events))] == [
        "목요 논문: Attention Is All You Need",
        "목요 논문: 한 주가 끝나요",
        "이 주의 논문: Attention Is All You Need",
        "목요 논문: 소식 제3호",
        "목요 논문: 소식",
    ]
    english = read(drawn(*events, locale=Locale.EN))
    assert [str(each["SUMMARY"]) for each in english][2:4] == [
        "Paper of the week: Attention Is All You Need",
        "Thursday Papers: digest, issue 3",
    ]
    assert str(english[0]["DESCRIPTION"]) == f"Paper: {title}\n{url}\nNobody presents yet."
    assert (str(english[0]["LOCATION"]), str(english[0]["URL"])) == ("302", url)
    assert [each.get("TRANSP") for each in english] == [None, *["TRANSPARENT"] * 4], "only a meeting takes one's time"


@pytest.mark.parametrize("text", [ATTACK, "a\r\nATTENDEE:mailto:x@example.org", *HOSTILE.values()])
def test_no_text_adds_a_line_of_its_own(text: str) -> None:
    event = meeting(NOW, title=text, place=text, url=text)
    made = calendar(text, Locale.KO, ((archive(name=text), (event,)),))
    assert all(len(line) <= 75 for line in made.split(b"\r\n")), "folded as the standard says"
    assert b"\n" not in made.replace(b"\r\n", b"")
    [component] = read(made)
    assert set(component) <= {"SUMMARY", "DTSTART", "DURATION", "DTSTAMP", "UID", "DESCRIPTION", "LOCATION"}
    assert not any(byte < 32 for line in made.split(b"\r\n") for byte in line)


def test_a_file_without_dates_is_a_calendar_all_the_same() -> None:
    made = Calendar.from_ical(drawn())
    assert (str(made["X-WR-CALNAME"]), made.walk("VEVENT")) == ("목요 논문", [])
    assert SEOUL not in drawn().decode()
