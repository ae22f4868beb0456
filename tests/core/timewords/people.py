"""Somebody in Seoul on a Wednesday, and what they hear."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.timewords import Ambiguous, Habits, Heard, Once, Recurring, read

SEOUL = ZoneInfo("Asia/Seoul")
HABITS = Habits("Asia/Seoul")
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=SEOUL)


def at(text: str) -> datetime:
    """A wall-clock time in Seoul: "2026-11-25 14:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def hear(text: str, now: datetime = WEDNESDAY, habits: Habits = HABITS) -> Heard:
    return read(text, now, habits)


def once(text: str, now: datetime = WEDNESDAY, habits: Habits = HABITS) -> Once:
    heard = hear(text, now, habits)
    assert isinstance(heard, Once), f"{text}: {heard}"
    return heard


def moment(text: str, now: datetime = WEDNESDAY, habits: Habits = HABITS) -> str:
    return f"{once(text, now, habits).at:%Y-%m-%d %H:%M}"


def rule(text: str, now: datetime = WEDNESDAY, habits: Habits = HABITS) -> Recurring:
    heard = hear(text, now, habits)
    assert isinstance(heard, Recurring), f"{text}: {heard}"
    return heard


def asked(text: str, now: datetime = WEDNESDAY, habits: Habits = HABITS) -> tuple[str, str]:
    """The two readings a text is asked about, as wall-clock times."""
    heard = hear(text, now, habits)
    assert isinstance(heard, Ambiguous), f"{text}: {heard}"
    first, second = (
        choice.at if isinstance(choice, Once) else choice.first.astimezone(SEOUL) for choice in heard.choices
    )
    return f"{first:%Y-%m-%d %H:%M}", f"{second:%Y-%m-%d %H:%M}"
