"""A rule: what comes again, its time of day, its beginning and its end, put together.

What bounds it without a sure date ("시험까지") is refused, and a number that may belong to the text is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.timewords import dates, hours, recurrences, tables_ko, when
from bot.core.timewords.dates import Day
from bot.core.timewords.doubts import GLUE, TEXT
from bot.core.timewords.ends import End
from bot.core.timewords.grammar import Token
from bot.core.timewords.heard import Ambiguous, Grain, Heard, Recurring
from bot.core.timewords.hours import Clock
from bot.core.timewords.pieces import Pieces, Unsure
from bot.core.timewords.recurrences import Every
from bot.core.timewords.rules import Bounds, rule_of

_DAY_WORDS = frozenset({"ORD", "LAST", "NTH", "WDCH", "MDAY", "MD", "DASHED", "LASTDAY", "MEND", "IL", "MON"})


def again(pieces: Pieces) -> Heard:
    """Return the rule that the pieces say. Raises `Unsure`."""
    if pieces.all("SPANP") or pieces.all("SOONP") or pieces.all("DUE"):
        raise Unsure
    every = _without_exceptions(pieces, _every(pieces))
    more = _more_clocks(pieces)
    clock = None if more else when.clock_of(pieces, [every.part])
    back = _back_of_rule(pieces)
    every, bounds, alternatives = _bounds(pieces, every)
    if more:
        return _rules_answer(pieces, _several(pieces, every, more, back, bounds, alternatives))
    readings = _rules(pieces, every, clock, back, bounds)
    for other in alternatives:
        readings += _rules(pieces, every, clock, back, other)
    if every.perhaps_once and bounds.count is None and bounds.until is None:
        readings += _rules(pieces, every, clock, back, replace(bounds, count=len(every.weekdays)))
    if every.other is not None:
        readings += _rules(pieces, replace(every.other, part=every.part), clock, back, bounds)
    return _rules_answer(pieces, readings)


def is_daily_for_a_while(pieces: Pieces) -> bool:
    """Say whether days are counted right before an hour: "5일 동안 아침 8시", "for a week at 8pm".

    Elsewhere they may belong to the text: "book a hotel for 3 days".
    """
    kinds = [token.kind for token in pieces.found if token.kind not in GLUE]
    so_long = [piece for piece in pieces.all("ENDP") if piece.value.span and piece.value.span.whole_days]
    return len(so_long) == 1 and kinds[:3] in (
        ["ENDP", "CLK", *kinds[2:3]],
        ["ENDP", "PART", *kinds[2:3]],
        ["FROMP", "ENDP", "CLK"],
        ["FROMP", "ENDP", "PART"],
    )


def _more_clocks(pieces: Pieces) -> list[Clock]:
    """Return the times of "매일 아침 8시와 저녁 9시", which stand side by side; none when there is only one."""
    places = [at for at, token in enumerate(pieces.found) if token.kind == "CLK"]
    if len(places) < 2:
        return []
    between = pieces.found[places[0] : places[-1]]
    if any(token.kind not in GLUE | {"CLK"} for token in between) or pieces.all("PART"):
        raise Unsure
    found = pieces.all("CLK")
    pieces.taken += found
    return [hours.with_date(piece.value) for piece in found]


def _several(
    pieces: Pieces, every: Every, clocks: list[Clock], back: int, bounds: Bounds, others: Sequence[Bounds]
) -> list[Recurring]:
    same = len({(each.minute, each.second) for each in clocks}) == 1
    odd = back or others or every.part or every.other or every.perhaps_once or every.freq in ("HOURLY", "MINUTELY")
    if odd or not same or any(each.days or each.midnight or each.spans for each in clocks):
        raise Unsure
    rule = rule_of(every, clocks, clocks[0].grain, bounds, pieces.now, pieces.zone)
    if rule is None:
        raise Unsure
    return [rule]


def _rules_answer(pieces: Pieces, readings: Sequence[Recurring]) -> Heard:
    rest = pieces.rest(pieces.taken)
    found = [replace(each, rest=rest) for each in readings]
    if len(found) == 1:
        return found[0]
    if len(found) != 2:
        raise Unsure
    counted = any(token.kind == "ENDP" and token.value.count for token in pieces.taken)
    if counted and found[0].count != found[1].count:  # the number belongs to the text in one of the readings
        left = [token for token in pieces.taken if not (token.kind == "ENDP" and token.value.count)]
        found = [each if each.count else replace(each, rest=pieces.rest(left)) for each in found]
    return Ambiguous((found[0], found[1]), rest)


def _every(pieces: Pieces) -> Every:
    each = pieces.all("CLKEACH")
    found = pieces.all("EVERYP") or each
    pieces.taken += [*pieces.all("EVERYP"), *each]
    if not found:
        return Every("DAILY")
    every: Every = found[0].value
    for piece in found[1:]:
        every = _joined(every, piece.value)
    if every.is_open and every.freq in ("WEEKLY", "MONTHLY", "YEARLY"):
        unread = any(token.kind in _DAY_WORDS for token in pieces.found)
        sparse = every.freq != "WEEKLY" and every.interval > 1  # "6개월마다 치과" is from today on
        if unread or (not sparse and pieces.after(found[-1]) in TEXT):
            raise Unsure  # "매달 월급날": a day that only the person knows
    return every


def _without_exceptions(pieces: Pieces, every: Every) -> Every:
    """Return the rule without the weekdays of "일요일 빼고", "except sundays"."""
    for at, token in enumerate(pieces.found):
        day_off = token.kind == "WORD" and str(token.value).startswith(tables_ko.DAYS_OFF)
        if day_off and any(each.kind == "EXCEPTED" for each in pieces.found[at + 1 : at + 2]):
            raise Unsure
    found = pieces.all("EXCEPTP")
    if not found:
        return every
    pieces.taken += found
    left = recurrences.without(every, tuple({day for piece in found for day in piece.value}))
    if left is None:
        raise Unsure
    return left


def _back_of_rule(pieces: Pieces) -> int:
    back = when.back_of(pieces)
    if back is None:
        return 0
    if not pieces.all("CLK") or back.months or back.days:
        raise Unsure
    return back.seconds


def _bounds(pieces: Pieces, every: Every) -> tuple[Every, Bounds, list[Bounds]]:
    """Return the rule's beginning and end, and other bounds that the words may mean as well."""
    first: Day | None = pieces.one("FROMP")
    bounds = Bounds(first=first.on if first else None)
    if first and (first.other and first.asks):
        raise Unsure
    if (days := pieces.one("DAYS")) is not None:
        bounds = _between(days[0], days[1], bounds)
    for piece in pieces.all("DAYP"):
        if piece.value.whole and pieces.after(piece) in TEXT:
            raise Unsure  # "이번 주 회고 매일 11시": the week of the task, or that of the rule
        every, bounds = _day_of_rule(pieces, every, bounds, piece.value)
        pieces.taken.append(piece)
    others: list[Bounds] = []
    for piece in pieces.all("ENDP"):
        if piece.value.often and (len(pieces.all("CLK")) != 1 or (every.is_open and every.freq != "DAILY")):
            raise Unsure
        bounds, other = _ended(pieces, bounds, piece)
        others += other
    if bounds.first and bounds.first < pieces.here.today:
        bounds = replace(bounds, first=None)
    _refuse_unknown_ends(pieces)
    return every, bounds, others


def _between(first: Day, last: Day, bounds: Bounds) -> Bounds:
    """Return the bounds of "12월 1일부터 20일까지", whose last day follows its first."""
    if bounds != Bounds() or any(day.other and day.asks for day in (first, last)):
        raise Unsure
    until = dates.following(last, first.on)
    if until is None:
        raise Unsure
    return Bounds(first=first.on, until=until)


def _day_of_rule(pieces: Pieces, every: Every, bounds: Bounds, day: Day) -> tuple[Every, Bounds]:
    """Take a date beside a rule: the week or month it runs in, or the day that the rule left open."""
    if day.whole and every.freq == "YEARLY":
        raise Unsure  # "매년 12월"
    if day.whole and bounds == Bounds():
        return every, Bounds(first=day.on, until=day.ends)
    if pieces.has_text_between("EVERYP", "DAYP"):
        raise Unsure  # "weekly report friday" may be one report
    merged = recurrences.merged(every, day.weekday, day.day, day.month_day)
    if merged is None:
        raise Unsure
    return merged, bounds


def _ended(pieces: Pieces, bounds: Bounds, piece: Token) -> tuple[Bounds, list[Bounds]]:
    end: End = piece.value
    if bounds.until or bounds.count or bounds.span:
        raise Unsure
    pieces.taken.append(piece)
    if end.day is not None:
        if end.day.other and end.day.asks and not end.day.weekend:
            raise Unsure
        return replace(bounds, until=(end.day.weekend and end.day.other) or end.day.ends or end.day.on), []
    if end.span is not None:
        if end.span.vague:
            raise Unsure  # "for the next few weeks"
        if end.span.seconds:
            pieces.taken.remove(piece)  # "for 2 hours" is how long it takes, not how long it goes on
            return bounds, []
        return replace(bounds, span=end.span), []
    counted = replace(bounds, count=end.count)
    at = pieces.found.index(piece)
    belongs_on = any(each.kind in TEXT for each in (*pieces.found[at + 1 : at + 2], *pieces.found[max(0, at - 1) : at]))
    korean = pieces.text[piece.start : piece.end].isascii() is False
    return counted, [bounds] if belongs_on and korean else []


def _refuse_unknown_ends(pieces: Pieces) -> None:
    """Refuse "시험까지" and "until the exam": when that is, only the person knows."""
    for at, token in enumerate(pieces.found):
        if token.kind in ("UNTIL", "ENDING"):
            after = pieces.found[at + 1 : at + 3]
            if not any(each.kind in ("COUNT", "NUM") for each in after):
                raise Unsure
        if token.kind == "WORD" and str(token.value).endswith("까지"):
            word = str(token.value).removesuffix("까지")
            if any(word.endswith(event) for event in tables_ko.EVENTS):
                raise Unsure


def _rules(pieces: Pieces, every: Every, clock: Clock | None, back: int, bounds: Bounds) -> list[Recurring]:
    so_long = any(piece.value.span for piece in pieces.all("ENDP"))  # "every 20 minutes for 2 hours"
    if every.freq in ("HOURLY", "MINUTELY") and (clock is not None or bounds.first or so_long):
        raise Unsure
    if clock is not None and clock.midnight and not clock.days and not (every.freq == "DAILY" and every.is_open):
        nights = [replace(clock, midnight=False), replace(clock, midnight=False, days=1)]
        return [rule for night in nights for rule in _rules(pieces, every, night, back, bounds)]
    grain = clock.grain if clock else Grain.DAY
    sure = hours.with_date(clock or hours.clock_of(pieces.habits.morning))
    if back:
        if back > 3600 * sure.hour + 60 * sure.minute:
            raise Unsure
        sure = sure.minus(back)
    rule = rule_of(every, [sure], grain, bounds, pieces.now, pieces.zone)
    if rule is None:
        raise Unsure
    return [rule]


def _joined(every: Every, other: Every) -> Every:
    """Return what two words of coming again say together: "매일 아침마다", "every week, mondays"."""
    if every.weekdays and other.weekdays and (every.freq, every.interval) == (other.freq, other.interval):
        return replace(every, weekdays=tuple(sorted({*every.weekdays, *other.weekdays})), part=every.part or other.part)
    for general, special in ((every, other), (other, every)):
        every_day = general.freq == "DAILY" and general.interval == 1 and general.is_open
        if every_day and not general.part and special.freq == "DAILY" and special.interval == 1:
            return special
        if every_day and general.part and special.freq != "DAILY":
            return replace(special, part=general.part)
        if general.is_open and general.freq == special.freq and not special.is_open and special.interval == 1:
            return replace(special, interval=general.interval)
    raise Unsure
