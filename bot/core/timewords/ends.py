"""What surrounds the day and the hour: spans from now, "10분 전", where a rule begins and ends, deadlines, ranges.

Tables of patterns, the last ones. A span of hours ("7시부터 9시까지") is the time it begins with; other ranges and
deadlines are recognised so that they are asked about or refused, never taken for the moment they begin or end with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from bot.core.timewords import hours
from bot.core.timewords.dates import Day
from bot.core.timewords.grammar import Found, Pass
from bot.core.timewords.heard import Grain
from bot.core.timewords.hours import Clock
from bot.core.timewords.structures import NAMES, Span
from bot.core.timewords.tables_en import BEFORE_IT
from bot.core.timewords.tokens import Number

MOST = 1000  # occurrences that a count may name


@dataclass(frozen=True, slots=True)
class End:
    """Where a rule ends: after a day, after so many occurrences, or after a span from its beginning.

    `often`: "3 times every day" without an hour is how often on each.
    """

    day: Day | None = None
    count: int | None = None
    span: Span | None = None
    often: bool = False


class Deadline(NamedTuple):
    """A time by which something is to be done."""

    day: Day | None = None
    clock: Clock | None = None


def _after_meal(found: Found) -> str:
    return {"lunch": "after_lunch", "evening": "after_dinner"}.get(found.get("PART"), "after_breakfast")


parts = Pass(
    [
        ("PART", "PART P? EAT", _after_meal),
        ("PART", "[EARLY LATE] (IN THE)? PART", hours.shaded),
        ("PART", "PART P? [EARLY LATE]", hours.shaded),
        ("PART", "[AT BEFORE] SLEEP", lambda found: "bed"),
        ("PART", "SLEEP BEFORE", lambda found: "bed"),
    ]
)


def _minutes(found: Found) -> Span | None:
    number: Number = found.get("NUM")
    least = 0 if number.digits else 1  # "in one's own words"
    return Span(seconds=60 * number.value, grain=Grain.MINUTE) if least < number.value <= 600 else None


def _before(found: Found) -> Clock | None:
    """Build "10 minutes before 3pm", "9시 10분 전"."""
    clock: Clock = found.get("CLK")
    span: Span = found.get("SPAN")
    return clock.minus(span.seconds) if not (span.months or span.days) and span.seconds < 43200 else None


def _count(found: Found) -> End | None:
    number: Number = found.get("NUM")
    return End(count=number.value) if 0 < number.value <= MOST else None


def _count_first(found: Found) -> End | None:
    end = _count(found)
    return replace(end, often=True) if end else None


def _from_day(found: Found) -> Day | None:
    """Build "내일부터"; in "tomorrow from 7pm to 9pm" the word belongs to the hours."""
    day: Day = found.get("DAYP")
    return day if found.get("FROM") != BEFORE_IT else None


def _days(found: Found) -> tuple[Day, Day]:
    """Build "12월 1일부터 20일까지", in which a rule runs: the last day is the next such one after the first."""
    first, last = found.all("DAYP")
    return first, last


def _so_long(found: Found) -> End | None:
    span: Span = found.get("SPAN")
    return End(span=span) if span.whole_days else None


def _this_year(found: Found) -> End | None:
    """Build "올해만", "올해 동안"; another year would name a beginning as well."""
    return End(day=_year(found, 12, 31)) if found.get("YEARREL") == 0 else None


def _year(found: Found, month: int, day: int) -> Day:
    return Day(date(found.now.today.year + found.get("YEARREL"), month, day))


def _due_by_number(found: Found) -> Deadline | None:
    clock = hours.from_number(found)
    return Deadline(clock=clock) if clock else None


def _due_by_part(found: Found) -> Deadline | None:
    """Build "오전까지", "before lunch", which end at noon; when other parts of the day end, nobody could say."""
    part = found.get("PART")
    at_noon = part == "lunch" or (part == "am" and found.has("UNTIL"))
    return Deadline(clock=Clock(12, sure=True)) if at_noon else None


def _number_beside_day(found: Found) -> Clock | None:
    return hours.from_number(found)


_OF_SOMETHING = "WORD COUNT NUM AND DASH SLASH TO FROM UNTIL HALF FOR WEEK DAYU MONTHU"
_NO_LENGTH = "(?!FILL|UNIT|NUM|OF|MON|IL|TIMES|DASH|PART)"
_TILL = "(UNTIL (?!ON? DAYP (?!UNTIL)))?"  # "7-8am until december" is an end of its own
moments = (
    Pass(
        [
            ("SPANP", "IN ABOUT? SPAN (FROM NOW)?", lambda found: found.get("SPAN")),
            ("SPANP", "(NOW P? FROM|AHEAD)? ABOUT? SPAN P? ONLY? P? [LATER SOON] P?", lambda found: found.get("SPAN")),
            ("SPANP", "ABOUT? SPAN FROM NOW", lambda found: found.get("SPAN")),
            ("SPANP", "[WITHIN AFTER] SPAN", lambda found: found.get("SPAN")),
            ("SPANP", "SPAN WITHIN P?", lambda found: found.get("SPAN")),
            ("SPANP", "IN NUM (?!FILL|UNIT|NUM|OF|PART|MON|IL|OCLOCK|TIMES|THE|DASH|[TO AND COMMA] SPAN)", _minutes),
            ("SOONP", "SOFT* SOON P?", lambda found: True),
            ("SOONP", "SOFT LATER P?", lambda found: True),
            ("SOONP", "SOONISH", lambda found: True),
            ("CLK", "SPAN BEFORE CLK", _before),
            ("CLK", "CLK P? SPAN BEFORE", _before),
            (
                "CLK",
                "(?<=[DAYP EVERYP]) NUM (?!FILL|UNIT|NUM|OF|MON|IL|TIMES|DASH|SLASH|AND|TO|UNTIL|SIGN NUM|PUNCT NUM)",
                _number_beside_day,
            ),
            ("CLK", f"(?<![{_OF_SOMETHING}]) NUM (?=DAYP)", _number_beside_day),
        ],
        NAMES,
    ),
    Pass(
        [
            ("CLK", f"FROM? CLK P? [DASH TO UNTIL] AT? CLK P? {_TILL}", hours.beginning),
            ("CLK", "FROM? CLK P? FROM CLK UNTIL P?", hours.beginning),
            ("CLK", "FROM? CLK P? FROM CLK (?!P|UNTIL|BEFORE|LATER)", hours.beginning),  # 10시에서 12시로 is a move
            ("CLK", f"FROM? CLK [DASH TO] NUM {_NO_LENGTH}", hours.beginning),
            ("CLK", "FROM NUM [DASH TO UNTIL] AT? CLK P?", hours.beginning),
            ("CLK", "(?<![COUNT NUM]) NUM [TO UNTIL] CLK P?", hours.beginning_unless_minutes),
            ("CLK", f"(?<![COUNT NUM WORD]) NUM DASH CLK P? {_TILL}", hours.beginning),
            ("CLK", f"(?<![COUNT NUM]) NUM DASH CLK P? {_TILL}", hours.beginning_in_one_word),
            ("CLK", f"(?<=[DAYP EVERYP]) FROM NUM [DASH TO UNTIL] NUM {_NO_LENGTH}", hours.beginning),
            ("CLK", f"(?<=[DAYP EVERYP]) NUM TO NUM {_NO_LENGTH}", hours.beginning_unless_minutes),
            ("CLK", "(?<![WORD COUNT]) FROM NUM [DASH TO UNTIL] NUM (?=[DAYP EVERYP])", hours.beginning),
            ("RANGE", f"FROM? CLK P? (DASH|TO|UNTIL|FROM) AT? (CLK|NUM) P? {_TILL}", lambda found: True),
            ("CLK", "(?<!COUNT) FROM NUM [DASH TO UNTIL] NUM (?=EVERYP)", hours.beginning),
            ("RANGE", "(?<!COUNT) NUM [DASH TO] [CLK SPANP]", lambda found: True),
            ("RANGE", "(?<!COUNT) NUM UNTIL CLK", lambda found: True),
            ("RANGE", "IN NUM [TO DASH AND COMMA] SPAN", lambda found: True),
            ("RANGE", "[IN WITHIN AFTER] DASHED UNIT", lambda found: True),
            ("RANGE", "(?<!COUNT) NUM [TO UNTIL] NUM (?=EVERYP)", lambda found: True),
            ("RANGE", "HALF NUM (?!UNIT|COUNT)", lambda found: True),
            ("RANGE", "(?<=DAYP) FROM? NUM [DASH TO UNTIL] NUM", lambda found: True),
            ("RANGE", "(?<![WORD COUNT]) NUM [DASH TO UNTIL] NUM (?=DAYP)", lambda found: True),
            ("RANGE", "CLK P? FROM (?!DAYP)", lambda found: True),
            ("RANGE", "FROM CLK", lambda found: True),
            ("DAYS", "FROM? DAYP [DASH TO] DAYP UNTIL?", _days),
            ("DAYS", "FROM DAYP UNTIL ON? DAYP", _days),
            ("DAYS", "DAYP P? FROM P? DAYP UNTIL", _days),
            ("RANGE", "DAYP (DASH|TO) (DAYP|NUM) (IL? UNTIL)?", lambda found: True),
            ("RANGE", "DAYP FROM P? (DAYP|NUM) (IL? UNTIL)?", lambda found: found.get("FROM") != BEFORE_IT or None),
            ("BACK", "SPAN BEFORE P?", lambda found: found.get("SPAN")),
            ("BACK", "EVE P?", lambda found: Span(days=1)),
            ("FROMP", "DAYP P? FROM", _from_day),
            ("FROMP", "STARTING [FROM ON]? DAYP", lambda found: found.get("DAYP")),
            ("FROMP", "FROM DAYP", lambda found: found.get("DAYP")),
            ("ENDP", "FOR THE? NEXT? SPAN", lambda found: End(span=found.get("SPAN"))),
            ("ENDP", "THE? NEXT SPAN", lambda found: End(span=found.get("SPAN"))),
            ("ENDP", "AHEAD? SPAN P? FOR", lambda found: End(span=found.get("SPAN"))),
            ("ENDP", "AHEAD SPAN", lambda found: End(span=found.get("SPAN"))),
            ("ENDP", "SPAN (?=EVERYP)", _so_long),
            ("ENDP", "JUST? SPAN ONLY P?", _so_long),
            ("ENDP", "YEARREL P? UNTIL", lambda found: End(day=_year(found, 12, 31))),
            ("ENDP", "YEARREL [ONLY FOR]", _this_year),
            ("FROMP", "YEARREL P? FROM", lambda found: _year(found, 1, 1)),
            ("ENDP", "[UNTIL ENDING BY] ON? DAYP", lambda found: End(day=found.get("DAYP"))),
            ("ENDP", "ENDING BY DAYP", lambda found: End(day=found.get("DAYP"))),
            ("ENDP", "DAYP P? UNTIL (?!NUM ($|PUNCT))", lambda found: End(day=found.get("DAYP"))),
            ("ENDP", "JUST? NUM TIMES (?=EVERYP)", _count_first),
            ("ENDP", "FOR? JUST? NUM TIMES ONLY? P?", _count),
            ("DUE", "[BY UNTIL BEFORE] CLK", lambda found: Deadline(clock=found.get("CLK"))),
            ("DUE", "PART P? [UNTIL BEFORE]", _due_by_part),
            ("DUE", "[BY BEFORE] PART", _due_by_part),
            ("DUE", "(?<!.) BY NUM (?=$|ON? DAYP)", _due_by_number),
            ("DUE", "BY NUM (?=ON? DAYP)", _due_by_number),
            ("DUE", "(?<=DAYP) [BY BEFORE UNTIL] NUM (?!FILL|UNIT)", _due_by_number),
            ("DUE", "CLK P? BEFORE UNTIL", lambda found: Deadline(clock=found.get("CLK"))),
            ("DUE", "DAYP BEFORE UNTIL", lambda found: Deadline(day=found.get("DAYP"))),
            ("DUE", "CLK P? (UNTIL|BEFORE) (?!DAYP)", lambda found: Deadline(clock=found.get("CLK"))),
            ("DUE", "BEFORE DAYP", lambda found: Deadline(day=found.get("DAYP"))),
            ("DUE", "DAYP BEFORE (?!NUM ($|PUNCT))", lambda found: Deadline(day=found.get("DAYP"))),
        ],
        NAMES,
    ),
)
