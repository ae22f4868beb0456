"""A moment: the day, the hour, the span from now and the deadline of a text, put together.

It knows how people mean an hour without a date, a date without an hour, and the same words late in the evening.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.core.schedule import as_utc, zone_of
from bot.core.timewords import hours, tables_en, tables_ko, when
from bot.core.timewords.dates import Day
from bot.core.timewords.doubts import GLUE, TEXT
from bot.core.timewords.ends import Deadline
from bot.core.timewords.grammar import Token
from bot.core.timewords.heard import Ambiguous, Grain, Heard, Once
from bot.core.timewords.hours import Clock
from bot.core.timewords.pieces import Past, Pieces, Unsure
from bot.core.timewords.structures import Span

# A verb that is done before what follows it: 끝나고, 도착하면, 먹고 나서. 라면 is a dish, 회고 a review.
_DONE = re.compile(r"(?:(?<![회광창참원신경])고|[하되나오가]면|[나해]서|마자)$")
_EACH = re.compile(r"(?:an?|per) ", re.IGNORECASE)
_OF_A_TIME = frozenset({"DAYP", "CLK", "PART"})
DEADLINES = tables_ko.DEADLINES | tables_en.DEADLINES
PREPARED = (*tables_ko.PREPARED, *tables_en.PREPARED)
SOON, LATER = timedelta(minutes=20), timedelta(hours=1)
EVENING_FROM = 18
UP_LATE = timedelta(hours=4)  # after bedtime
WARNING = 3600  # seconds before a deadline


@dataclass(frozen=True, slots=True)
class _When:
    """A moment before it is one of the person's: the wall-clock time and how exactly it was said."""

    wall: datetime
    grain: Grain
    at: datetime | None = None  # where the wall alone does not say which of two moments it is
    left: tuple[Token, ...] = ()  # pieces that belong to the text in this reading: the other date of two


def once(pieces: Pieces) -> Heard:
    """Return the moment that the pieces say. Raises `Unsure` and `Past`."""
    if pieces.all("FROMP") or pieces.all("DAYS") or pieces.all("EXCEPTP") or _has_unknown_start(pieces):
        raise Unsure
    due: Deadline | None = pieces.one("DUE")
    for end in pieces.all("ENDP"):
        if end.value.day is not None:
            if due is not None:
                raise Unsure
            due = Deadline(day=end.value.day)
            pieces.taken.append(end)
        elif end.value.span and end.value.span.whole_days and not _is_length_of_task(pieces, end):
            raise Unsure  # "일주일 동안 쓸 물건 9시에 사기", or every day of it
    if due is None and _is_called_deadline(pieces):
        due = Deadline()
    readings = _deadline(pieces, due) if due else _moments(pieces)
    return _answer(pieces, readings)


def _is_length_of_task(pieces: Pieces, length: Token) -> bool:
    """Say whether days are those of the task: "a hotel for 3 days tomorrow", not "tomorrow at 9 for 3 days"."""
    before = [token.kind for token in pieces.found[: pieces.found.index(length)] if token.kind not in GLUE]
    return bool(pieces.all("DAYP")) and bool(before) and before[-1] in TEXT


def _has_unknown_start(pieces: Pieces) -> bool:
    """Say whether what is counted from is not known, or how often is said without days.

    "수업 끝나고 10분 뒤" counts from the end of a lesson; "2 pages a day at 9" and "이틀에 ... 9시" come again.
    """
    for at, token in enumerate(pieces.found):
        before = pieces.found[at - 1] if at else None
        if token.kind == "SPANP" and before and before.kind == "WORD" and _DONE.search(str(before.value)):
            return True
        if token.kind == "SPAN" and token.value.whole_days:
            of_each = _EACH.match(pieces.text, token.start) or pieces.after(token) == "P"
            if of_each:
                return True
    return False


def _is_called_deadline(pieces: Pieces) -> bool:
    """Say whether the text calls the time a deadline: "deadline friday 5pm", "금요일 5시 마감"; not "마감 확인 9시"."""
    if pieces.all("SPANP") or pieces.all("SOONP") or pieces.all("BACK"):
        return False
    kinds = ["", *(token.kind for token in pieces.found), ""]
    return any(
        token.kind == "WORD"
        and token.value in DEADLINES
        and (kinds[at + 2] in _OF_A_TIME or (kinds[at] in _OF_A_TIME and not kinds[at + 2]))
        for at, token in enumerate(pieces.found)
    )


def _answer(pieces: Pieces, readings: Sequence[_When]) -> Heard:
    """Return the moments that are still ahead, as one or as a question."""
    moments = {(each.at or as_utc(each.wall, pieces.zone), each.grain, each.at is not None): each for each in readings}
    ahead = sorted(moment for moment in moments if moment[0] > pieces.now)
    if not ahead:
        raise Past
    rest = pieces.rest(pieces.taken)
    zone = zone_of(pieces.habits.zone)
    choices = [
        Once(moment[0].astimezone(zone), moment[1], _rest_beside(pieces, moments[moment]), moment[2])
        for moment in ahead
    ]
    if len(choices) == 1:
        return choices[0]
    if len(choices) > 2:
        raise Unsure
    return Ambiguous((choices[0], choices[1]), rest)


def _rest_beside(pieces: Pieces, reading: _When) -> str:
    return pieces.rest([token for token in pieces.taken if token not in reading.left])


def _moments(pieces: Pieces) -> list[_When]:
    span: Span | None = pieces.one("SPANP")
    back = when.back_of(pieces)
    soon = pieces.one("SOONP")
    days = _days(pieces)
    clock = when.clock_of(pieces, [day.part for day in days])
    if span is not None:
        if back is not None or soon:
            raise Unsure
        return _from_now(pieces, span, days, clock)
    if soon and not days and clock is None:
        return [_When(pieces.here.wall + each, Grain.MINUTE) for each in (SOON, LATER)]
    if clock is None and (not days or _is_prepared_for(pieces, days)):
        raise Unsure
    found = _on_days(pieces, days, clock) if days or clock is None else _without_day(pieces, clock, bool(soon))
    if soon and ((days and days[0].on != pieces.here.today) or found[0].wall - pieces.here.wall > hours.HALF_DAY):
        raise Unsure
    return found if back is None else [_earlier(each, back) for each in found]


def _days(pieces: Pieces) -> list[Day]:
    found = pieces.all("DAYP")
    ahead = [piece for piece in found if not _is_over(piece.value, pieces.here.today)]
    found = ahead or found  # "어제 본 논문 내일 다시": a day that is over belongs to the text when another is named
    found = [piece for piece in found if not _is_of_text(pieces, piece, found)]
    days: list[Day] = []
    for piece in found:
        if piece.value not in days:
            days.append(piece.value)
    if any(day.letter for day in days) and _is_of_work(pieces):
        raise Unsure
    if len(days) == 2 and (both := _both(*days)):
        days = [both]
    if len(days) > 2 or any(day.whole for day in days):
        raise Unsure
    pieces.taken += [piece for piece in found if piece.value in days or len(days) < 2]
    return days


def _is_of_text(pieces: Pieces, piece: Token, found: Sequence[Token]) -> bool:
    """Say whether a week, weekend or month is only that of what is to be done: "다음 주 회의 준비 내일 4시".

    A weekday beside it may be meant to lie in it, and does so surely only when it does so anyway.
    """
    week: Day = piece.value
    others = [each.value for each in found if not (each.value.whole or each.value.weekend)]
    if not (week.whole or week.weekend) or len(others) != 1 or pieces.after(piece) not in TEXT:
        return False
    day: Day = others[0]
    within = week.on <= day.on <= (week.ends or week.other or week.on)
    return not (day.other and day.asks) and (within or week.weekend or (day.weekday is None and day.day is None))


def _is_prepared_for(pieces: Pieces, days: Sequence[Day]) -> bool:
    """Say whether a holiday only says what for: "크리스마스 선물 사기", "new year plan" are done before it."""
    for piece in pieces.all("DAYP"):
        rest = pieces.text[piece.end :].lower().split()
        if piece.value.holiday and len(days) == 1 and rest and rest[0].startswith(PREPARED):
            return True
    return False


def _is_of_work(pieces: Pieces) -> bool:
    return any(token.kind == "WORD" and str(token.value).startswith(tables_ko.OF_WORK) for token in pieces.found)


def _is_over(day: Day, today: date) -> bool:
    return not day.whole and max(day.on, day.other or day.on) < today


def _from_now(pieces: Pieces, span: Span, days: list[Day], clock: Clock | None) -> list[_When]:
    wall = span.after(pieces.here.wall)
    if clock is not None:
        if not span.whole_days or days:
            raise Unsure
        return _on_days(pieces, [Day(wall.date())], clock)
    if days and (len(days) > 1 or days[0].on != wall.date() or days[0].other):
        raise Unsure
    if not span.months and not span.days:  # by the clock, not by the wall: an hour is an hour on any night
        at = pieces.now.astimezone(UTC) + timedelta(seconds=span.seconds)
        return [_When(wall, span.grain, at)]
    return [_When(wall, span.grain)]


def _without_day(pieces: Pieces, clock: Clock, soon: bool) -> list[_When]:
    if clock.spans and not clock.sure:
        raise Unsure  # "7시~9시" names neither a day nor half of one
    nearest, other = hours.next_such(clock, pieces.here.wall)
    of_the_night = clock.grain is Grain.PART and (clock.days or clock.time >= hours.clock_of(hours.NIGHT).time)
    if of_the_night and pieces.here.wall - (nearest - timedelta(1)) < UP_LATE:
        raise Unsure  # "자기 전" at 23:40 is no other night
    asks = not clock.sure and hours.asleep(nearest, pieces.habits)
    is_late = pieces.here.wall.hour >= EVENING_FROM or hours.asleep(pieces.here.wall, pieces.habits)
    if asks and soon and not is_late:
        raise Unsure  # "이따 3시" at 15:20
    return [_When(wall, clock.grain) for wall in ((nearest, other) if asks and not soon else (nearest,))]


def _on_days(pieces: Pieces, days: Sequence[Day], clock: Clock | None) -> list[_When]:
    found: list[_When] = []
    for day in days:
        others: list[date] = [day.other] if day.other and (day.asks or clock is not None) else []
        moments = [when for each in (day.on, *others) for when in _on(pieces, each, clock, day.today)]
        if day.then and all(moment.wall <= pieces.here.wall for moment in moments):
            moments = _on(pieces, day.then, clock, False)
        left = tuple(piece for piece in pieces.all("DAYP") if len(days) > 1 and piece.value != day)
        found += [replace(moment, left=left) for moment in moments]
    return found


def _on(pieces: Pieces, day: date, clock: Clock | None, is_said_today: bool) -> list[_When]:
    """Return the moments that a time of day can be on a date."""
    if clock is None:
        return [_some_time_on(pieces, day)]
    if clock.midnight and not clock.days:
        midnight = datetime.combine(day, time())
        return [_When(midnight, clock.grain), _When(midnight + timedelta(1), clock.grain)]
    wall = _at(day, hours.with_date(clock))
    if day == pieces.here.today and wall <= pieces.here.wall:
        if is_said_today and not clock.sure and clock.hour > hours.AFTERNOON_UNTIL:
            wall += hours.HALF_DAY  # "오늘 9시" in the afternoon is tonight
        elif clock.dawn and pieces.here.wall.hour >= EVENING_FROM:
            wall += timedelta(1)  # "오늘 새벽 3시" in the evening is the night that begins
        elif clock.grain is Grain.PART and clock.time == hours.clock_of(hours.MIDDLE_OF_AFTERNOON).time:
            wall = _at(day, hours.usual("late_afternoon", pieces.habits) or clock)
        elif clock.grain is Grain.PART and wall.hour >= EVENING_FROM:
            wall = _at(day, hours.usual("bed", pieces.habits) or clock)  # "tonight", late in the evening
    return [_When(wall, clock.grain)]


def _some_time_on(pieces: Pieces, day: date) -> _When:
    """Return the usual time of a date without an hour: the morning; today, what is left of the usual times."""
    for habit in (pieces.habits.morning, pieces.habits.evening, pieces.habits.bedtime):
        wall = _at(day, hours.clock_of(habit))
        if wall > pieces.here.wall or day != pieces.here.today:
            return _When(wall, Grain.DAY)
    raise Past


def _deadline(pieces: Pieces, due: Deadline) -> list[_When]:
    """Return both reminders that a deadline may ask for: some time before it, or at it."""
    days = [due.day] if due.day else []
    if pieces.all("SPANP") or pieces.all("SOONP") or pieces.all("BACK"):
        raise Unsure
    days += _days(pieces)
    clock = due.clock or pieces.one("CLK")
    if (due.clock and pieces.all("CLK")) or (clock is not None and clock.spans):
        raise Unsure
    if len(days) > 1 or any(day.other and day.asks for day in days):
        raise Unsure
    if days and days[0].whole:
        days = [Day(days[0].ends or days[0].on)]
    clock = when.in_part(pieces, [day.part for day in days], clock)
    if clock is None and not days:
        raise Unsure
    ends = _on_days(pieces, days, clock) if days or clock is None else _without_day(pieces, clock, soon=True)
    before = timedelta(1) if clock is None else timedelta(seconds=WARNING)
    if clock is not None and clock.midnight:  # of a date either one: in time for both, unless one lies behind
        ends = [end for end in ends if end.wall > pieces.here.wall] or ends
        if len(ends) > 1:
            return [_When(end.wall - before, end.grain) for end in ends]
    due_at = ends[0]
    return [_When(due_at.wall - before, due_at.grain), due_at]


def _at(day: date, clock: Clock) -> datetime:
    return datetime.combine(day, clock.time) + timedelta(clock.days)


def _earlier(moment: _When, back: Span) -> _When:
    grain = moment.grain if back.whole_days else Grain.MINUTE
    return replace(moment, wall=back.after(moment.wall, -1), grain=grain)


def _both(one: Day, other: Day) -> Day | None:
    """Return the day that two wordings have in common ("이번 주말 토요일"), None when they have none or several."""
    common = {one.on, one.other} & {other.on, other.other} - {None}
    return Day(day) if len(common) == 1 and (day := common.pop()) else None
