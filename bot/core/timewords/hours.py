"""Times of day: which hour "7", "저녁 9시" or "half past 7" is, alone, with a part of the day, or with a date.

A bare hour without a date is the next such hour, of either half of the day; with a date, 1 to 6 is the afternoon and 7
to 12 is as written. It knows nothing of how dates are said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from bot.core.timewords.grammar import Found, Token
from bot.core.timewords.heard import Grain, Habits
from bot.core.timewords.tokens import ClockText, Number

HALF_DAY = timedelta(hours=12)
DAY_OF_MINUTES = 24 * 60
AFTERNOON_UNTIL = 6


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as said. `sure`: of 24 hours. `days`: 1 from midnight on, of the night that a day ends with."""

    hour: int
    minute: int = 0
    second: int = 0
    sure: bool = False
    days: int = 0
    grain: Grain = Grain.HOUR
    dawn: bool = False  # said as 새벽: in the evening, that of the night that begins
    midnight: bool = False  # said as a word: of the date it stands with, it may be either end
    whole: bool = False  # said in hours of 24
    spans: bool = False  # it begins a length of time: "7시부터 9시까지"

    def minus(self, seconds: int) -> Clock:
        """Return the time that is so many seconds earlier on the clock."""
        was = timedelta(days=self.days, hours=self.hour, minutes=self.minute, seconds=self.second)
        left = was - timedelta(seconds=seconds)
        if left < timedelta():
            left += timedelta(hours=24) if self.sure else HALF_DAY
        hour, rest = divmod(left.seconds, 3600)
        if not self.sure and hour == 0:
            hour = 12
        return replace(self, hour=hour, minute=rest // 60, second=rest % 60, days=left.days, grain=Grain.MINUTE)

    @property
    def time(self) -> time:
        """Return the time of day, as far as it is sure."""
        return time(self.hour, self.minute, self.second)


# Which of the 24 hours an hour of twelve is in a part of the day; over 24: after midnight. Others are refused.
_AM = {hour: hour for hour in range(1, 12)}
_PM = {hour: hour + 12 for hour in range(1, 12)}
PARTS: dict[str, dict[int, int]] = {
    "am": _AM | {12: 0},
    "pm": _PM | {12: 12},
    "morning": _AM,
    "lunch": {11: 11, 12: 12, 1: 13, 2: 14, 3: 15},
    "day": {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 3: 15, 4: 16, 5: 17},
    "afternoon": {12: 12, **{hour: hour + 12 for hour in range(1, 9)}},
    "evening": {hour: hour + 12 for hour in range(4, 12)} | {12: 24},
    "night": {hour: hour + 12 for hour in range(5, 12)} | {12: 24, 1: 25, 2: 26, 3: 27},
    "dawn": {12: 0, **{hour: hour for hour in range(1, 8)}},
}
PARTS |= {
    "deep_night": PARTS["night"],
    "after_lunch": PARTS["pm"],
    "eod": PARTS["pm"],
    "bed": PARTS["night"],
    "after_dinner": PARTS["evening"],
    "after_work": PARTS["evening"],
    "late_morning": PARTS["morning"],
    "early_afternoon": PARTS["afternoon"],
    "late_afternoon": PARTS["afternoon"],
    "early_evening": PARTS["evening"],
    "late_evening": PARTS["evening"],
    "late_night": PARTS["night"],
}
PARTS |= {"AM": PARTS["am"], "PM": PARTS["pm"]}  # the letters, which never stand without an hour
# 24-hour times that fit a part too: "오후 15시", "저녁 21시".
SPANS: dict[str, tuple[int, int]] = {
    "am": (0, 12),
    "pm": (12, 24),
    "morning": (4, 12),
    "lunch": (11, 16),
    "day": (10, 18),
    "afternoon": (12, 20),
    "evening": (16, 24),
    "night": (17, 29),
    "dawn": (0, 8),
}
SPANS |= {"deep_night": (20, 29), "after_lunch": (12, 18), "eod": (12, 24), "bed": (20, 29), "after_dinner": (17, 24)}
SPANS |= {"after_work": SPANS["evening"], "late_morning": SPANS["morning"], "late_night": SPANS["night"]}
SPANS |= dict.fromkeys(("early_afternoon", "late_afternoon"), SPANS["afternoon"])
SPANS |= dict.fromkeys(("early_evening", "late_evening"), SPANS["evening"])
SPANS |= {"AM": SPANS["am"], "PM": SPANS["pm"]}
AFTER_LUNCH, LUNCH, MIDDLE_OF_AFTERNOON, END_OF_WORK, NIGHT = "13:00", "12:00", "15:00", "18:00", "21:00"
# "아침 일찍", "late in the evening": the part of the day that both words make, None where nobody could say.
_SHADES: dict[tuple[str, str], str] = {
    **{("EARLY", part): part for part in ("morning", "am", "dawn")},
    ("EARLY", "afternoon"): "early_afternoon",
    ("EARLY", "pm"): "early_afternoon",
    ("EARLY", "evening"): "early_evening",
    ("LATE", "morning"): "late_morning",
    ("LATE", "am"): "late_morning",
    ("LATE", "afternoon"): "late_afternoon",
    ("LATE", "pm"): "late_afternoon",
    ("LATE", "evening"): "late_evening",
    ("LATE", "night"): "late_night",
    ("LATE", "deep_night"): "late_night",
}
_MINUTES_TO = (5, 10, 20)  # "ten to nine" is a time, and no length


def clock_of(text: str) -> Clock:
    """Return the sure time of an "HH:MM"."""
    hour, minute = text.split(":")
    return Clock(int(hour), int(minute), sure=True, grain=Grain.PART)


def usual(part: str, habits: Habits) -> Clock | None:
    """Return the time that a part of the day without an hour stands for; None where nobody could say."""
    times = {
        "morning": habits.morning,
        "am": habits.morning,
        "lunch": LUNCH,
        "after_lunch": AFTER_LUNCH,
        "afternoon": MIDDLE_OF_AFTERNOON,
        "pm": MIDDLE_OF_AFTERNOON,
        "evening": habits.evening,
        "after_dinner": habits.evening,
        "night": max(habits.evening, NIGHT),
        "eod": END_OF_WORK,
        "bed": habits.bedtime,
        "after_work": habits.evening,
        "late_morning": "11:00",
        "early_afternoon": AFTER_LUNCH,
        "late_afternoon": "17:00",
        "early_evening": END_OF_WORK,
        "late_evening": max(habits.evening, "22:00"),
        "late_night": max(habits.evening, "23:00"),
    }
    if part not in times:
        return None
    clock = clock_of(times[part])
    # Who goes to bed at 01:00 means the night that the day ends with.
    return replace(clock, days=1) if part == "bed" and clock.hour < 12 else clock


def in_part(clock: Clock, part: str) -> Clock | None:
    """Return `clock` as an hour of a part of the day ("저녁 9시"); None when it is none of its hours."""
    if part not in PARTS:
        return None
    if clock.midnight:
        return replace(clock, days=1) if part in ("night", "evening") else None
    if clock.sure:
        first, last = SPANS[part]
        fits = first <= clock.hour < last
        late = part == "night" and clock.hour + 24 < last
        return clock if fits else replace(clock, days=1) if late else None
    hour = PARTS[part].get(clock.hour)
    if hour is None:
        return None
    return replace(clock, hour=hour % 24, days=hour // 24, sure=True, dawn=part == "dawn")


def with_date(clock: Clock) -> Clock:
    """Return which hour a bare one is beside a date: 1 to 6 the afternoon, 7 to 12 as written."""
    if clock.sure:
        return clock
    afternoon = 1 <= clock.hour <= AFTERNOON_UNTIL
    return replace(clock, hour=clock.hour + 12 if afternoon else clock.hour, sure=True)


def next_such(clock: Clock, now: datetime) -> tuple[datetime, datetime]:
    """Return the next two walls that a time without a date can be, the nearer first; of a bare hour, 12 hours apart."""
    hours = (clock.hour,) if clock.sure else (clock.hour % 12, clock.hour % 12 + 12)
    walls = (
        datetime.combine(now.date() + timedelta(days), time(hour, clock.minute, clock.second))
        for days in range(3)
        for hour in hours
    )
    ahead = sorted(wall for wall in walls if wall > now)
    return ahead[0], ahead[1]


def asleep(wall: datetime, habits: Habits) -> bool:
    """Say whether a wall-clock time falls into the person's night."""
    first, last = habits.night
    return first <= wall.hour < last if first < last else wall.hour >= first or wall.hour < last


def from_number(found: Found) -> Clock | None:
    """Build the time of a bare number: 7, 19, 07, and without a colon 1030."""
    number: Number = found.get("NUM")
    digits = number.digits
    if len(digits) in (3, 4):
        hour, minute = divmod(number.value, 100)
        return _clock(hour, minute, whole=digits[0] == "0" or hour > 12, grain=Grain.MINUTE)
    return _clock(number.value, whole=len(digits) == 2 and digits[0] == "0")


def from_digits(found: Found) -> Clock | None:
    """Build the time of "7:30" or "13h15"."""
    text: ClockText = found.get("CLOCK")
    grain = Grain.MINUTE if text.second is None else Grain.SECOND
    return _clock(text.hour, text.minute, text.second or 0, whole=text.whole, grain=grain)


def from_h(found: Found) -> Clock | None:
    """Build the time of "8h", which is of 24 hours."""
    return _clock(found.get("HCLOCK"), whole=True, grain=Grain.MINUTE)


def from_late_h(found: Found) -> Clock | None:
    """Build the time of "23h" alone; smaller ones may be a length."""
    return from_h(found) if found.get("HCLOCK") > 12 else None


def from_point(found: Found) -> Clock | None:
    """Build the time of "7.30pm", "at 7.30"."""
    hour, minute = found.get("DEC")
    clock = _clock(hour, minute, grain=Grain.MINUTE) if minute > 9 else None
    part = found.get("PART")
    return clock if clock is None or part is None else in_part(clock, part)


def military(found: Found) -> Clock | None:
    """Build "1500 hours"."""
    number: Number = found.get("NUM")
    hour, minute = divmod(number.value, 100)
    return _clock(hour, minute, whole=True, grain=Grain.MINUTE) if len(number.digits) == 4 else None


def twelve(found: Found) -> Clock | None:
    """Build "12 noon"."""
    return from_name(found) if found.get("NUM").value == 12 else None


def right_now(found: Found) -> Clock:
    """Build "this time", as in "this time tomorrow"."""
    wall = found.now.wall
    return Clock(wall.hour, wall.minute, sure=True, grain=Grain.MINUTE)


def from_name(found: Found) -> Clock:
    """Build noon or midnight."""
    hour = found.get("NOON")
    return Clock(hour % 24, sure=True, midnight=hour == 24)


def spoken(found: Found) -> Clock | None:
    """Build "세 시 이십삼 분 이십사 초", "7시 반", "네 시 십오 분 전", "3 o'clock"."""
    numbers: list[Number] = found.all("NUM")
    hour, *small = numbers
    whole = len(hour.digits) == 2 and hour.digits[0] == "0"
    minute = 30 if found.has("HALF") else small[0].value if small else 0
    second = small[1].value if len(small) > 1 else 0
    grain = Grain.SECOND if len(small) > 1 else Grain.MINUTE if small or found.has("HALF") else Grain.HOUR
    if not found.has("BEFORE"):
        return _clock(hour.value, minute, second, whole=whole, grain=grain)
    clock = _clock(hour.value, whole=whole)
    return clock.minus(60 * minute + second) if clock and minute < 60 else None


def spoken_short(found: Found) -> Clock | None:
    """Build "7시30", "7시 30": two digits right behind the hour are its minutes; 3 pages are written with a word."""
    minute: Number = found.all("NUM")[-1]
    return spoken(found) if len(minute.digits) == 2 else None


def touching(build: Callable[[Found], Clock | None]) -> Callable[[Found], Clock | None]:
    """Return a builder of what is written in one word: "2시30 회의", not "2시 30 스쿼트"."""

    def built(found: Found) -> Clock | None:
        *_, one, other = found.tokens
        return build(found) if one.end == other.start else None

    return built


def spelled_in_part(found: Found) -> Clock | None:
    """Build "five oh five pm"."""
    clock = spelled(found)
    return None if clock is None else in_part(clock, found.get("PART"))


def spelled(found: Found) -> Clock | None:
    """Build "ten-thirty", "twelve oh three", "at 12 15"."""
    numbers: list[Number] = found.all("NUM")
    hour, minute = numbers
    if bool(hour.digits) != bool(minute.digits) or (minute.digits and (len(minute.digits) != 2 or not found.has("AT"))):
        return None
    if minute.digits and found.has("DASH"):
        return None  # "at 9 - 10" is from nine to ten
    if not minute.digits and minute.value < 10 and not found.has("ZERO"):
        return None
    return _clock(hour.value, minute.value, grain=Grain.MINUTE)


def relative(found: Found) -> Clock | None:
    """Build "half past 7", "a quarter to noon", "20 minutes past 3pm"."""
    clock: Clock | None = found.get("CLK")
    numbers: list[Number] = found.all("NUM")
    if clock is None:
        clock = _clock(numbers.pop().value)
    minutes = 30 if found.has("HALF") else 15 if found.has("QUART") else numbers[0].value if numbers else 0
    if clock is None or not 0 < minutes < 60 or clock.minute or (clock.midnight and found.has("PAST")):
        return None
    if numbers and not found.has("MIN") and not found.has("PAST") and (minutes <= 12 or clock.whole):
        return None  # "5 to 8", "20 to 22" are ranges
    if found.has("PAST"):
        return replace(clock, minute=minutes, grain=Grain.MINUTE)
    if clock.midnight:
        return Clock(23, 60 - minutes, sure=True, grain=Grain.MINUTE)
    return clock.minus(60 * minutes)


def halved(found: Found) -> Clock | None:
    """Build a time with its half of the day: "3:15pm", "오후 세시반", "3 in the afternoon"."""
    clock: Clock = found.get("CLK")
    return in_part(clock, found.get("PART"))


def halved_behind(found: Found) -> Clock | None:
    """Build "9시 저녁", "3 in the afternoon"; in "2시 밤 간식" the part of the day belongs to what follows."""
    clock = halved(found)
    bare = clock is not None and not found.has("IN") and found.get("PART") in ("morning", "night")
    return None if clock is not None and bare and (clock.days or clock.hour < 5) else clock


def number_in_part(found: Found) -> Clock | None:
    """Build a number with its half of the day: "7a", "330 p.m.", "eight in the evening"."""
    clock = from_number(found)
    return None if clock is None else in_part(clock, found.get("PART"))


def half_past(found: Found) -> Clock | None:
    """Build "half seven" as the British say it: half past seven."""
    clock: Clock | None = found.get("CLK") or from_number(found)
    if clock is None or clock.minute or clock.whole or clock.midnight or clock.spans:
        return None
    return replace(clock, minute=30, grain=Grain.MINUTE)


def shaded(found: Found) -> str | None:
    """Build the part of the day of "아침 일찍", "late afternoon"."""
    return _SHADES.get(("EARLY" if found.has("EARLY") else "LATE", found.get("PART")))


def beginning(found: Found) -> Clock | None:
    """Build the time that a length of time begins with: "from 7 to 8 am", "오후 2시~4시", "7시부터 9시까지"."""
    first, last = (_said(token) for token in found.tokens if token.kind in ("CLK", "NUM"))
    return _begun(first, last)


def beginning_of_digits(found: Found) -> Clock | None:
    """Build the beginning of "7-8pm", whose digits are one token."""
    first, last = (_clock(number) for number in found.get("DASHED"))
    part = found.get("PART")
    return _begun(first, in_part(last, part)) if last is not None and part in ("AM", "PM") else None


def beginning_unless_minutes(found: Found) -> Clock | None:
    """Build the beginning of "7 to 9pm"; "10 to 9pm" is ten minutes before nine, or a length."""
    number: Number = found.get("NUM")
    return None if number.value in _MINUTES_TO else beginning(found)


def beginning_in_one_word(found: Found) -> Clock | None:
    """Build the beginning of "7~9pm", written without spaces: "read 1984 - 9pm" is none."""
    touching = all(one.end == other.start for one, other in pairwise(found.tokens))
    return beginning(found) if touching else None


def _said(token: Token) -> Clock | None:
    if token.kind == "NUM":
        return from_number(Found([token], None))
    clock: Clock = token.value
    return None if clock.midnight and not clock.sure else clock


def _begun(first: Clock | None, last: Clock | None) -> Clock | None:
    """Return the first of two times. A bare one is of the half of the day that brings it nearest before the last."""
    if first is None or last is None or first.spans or last.spans:
        return None
    if first.sure or not last.sure:
        return replace(first, spans=True)
    if last.whole:
        return replace(first, sure=True, spans=True)
    ends = 60 * last.hour + last.minute
    hours = (first.hour % 12, first.hour % 12 + 12)
    hour = min(hours, key=lambda hour: (ends - 60 * hour - first.minute - 1) % DAY_OF_MINUTES)
    return replace(first, hour=hour, sure=True, spans=True)


def _clock(hour: int, minute: int = 0, second: int = 0, whole: bool = False, grain: Grain = Grain.HOUR) -> Clock | None:
    if not (0 <= hour <= 24 and 0 <= minute < 60 and 0 <= second < 60) or (hour == 24 and minute):
        return None
    if hour == 24:
        return Clock(0, sure=True, days=1, grain=grain, whole=True)
    of_24 = whole or hour == 0 or hour > 12
    return Clock(hour, minute, second, sure=of_24, grain=grain, whole=of_24)
