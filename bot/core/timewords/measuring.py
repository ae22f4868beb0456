"""Measures the reading over a file of phrases with what they mean: right, silently wrong, asked, not understood.

A phrase is right when the moment is that of its row, cut to the row's grain, or when the rule and its first time are.
Pure: it reads no file, and judges with the habits of somebody who has set none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.schedule import zone_of
from bot.core.timewords.heard import Ambiguous, Habits, Heard, NotUnderstood, Once, Recurring
from bot.core.timewords.reading import read

_CUT = {"second": 19, "minute": 16, "hour": 13, "day": 10}  # characters of an ISO moment
_NO_TIMES = "not_a_time_"  # and a language


class Verdict(StrEnum):
    """What became of a phrase."""

    RIGHT = "right"
    WRONG = "silently_wrong"
    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    FALSE_TIME = "false_times"  # a time was found where there is none


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row: a phrase and what it means. Without `start`, `rrule` and `asks` it means no time that is sure."""

    language: str
    text: str
    start: str | None = None
    grain: str = "minute"
    rrule: str | None = None
    until: str | None = None
    count: int | None = None
    asks: tuple[str, ...] = ()
    rest: str | None = None
    is_time: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and the moment and zone in which they were said."""

    now: datetime
    zone: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what was heard and what became of it."""

    phrase: Phrase
    heard: Heard
    verdict: Verdict


def table_from(document: Mapping[str, Any]) -> Table:
    """Return the rows of a file that a reminder can mean, and those that are no times. Raises `ValueError`."""
    try:
        now = datetime.fromisoformat(document["meta"]["reference_time"])
        zone = document["meta"].get("zone") or _fixed_zone(now.utcoffset())
        rows = [_phrase(row) for row in document.get("pairs", ()) if row.get("reminder", True)]
        rows += _no_times(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a file of time phrases: {error!r}") from error
    zone_of(zone)
    if not rows:
        raise ValueError("not a file of time phrases: it has none")
    return Table(now, zone, tuple(rows))


def judge(table: Table) -> list[Judged]:
    """Return every row with what became of it."""
    habits = Habits(table.zone)
    return [
        Judged(phrase, heard, verdict(phrase, heard))
        for phrase in table.phrases
        for heard in (read(phrase.text, table.now, habits),)
    ]


def verdict(phrase: Phrase, heard: Heard) -> Verdict:
    """Return what became of a phrase. What is expected to be asked or refused, and is, is right."""
    if isinstance(heard, NotUnderstood):
        expected = not (phrase.start or phrase.rrule or phrase.asks)
        return Verdict.RIGHT if expected else Verdict.NOT_UNDERSTOOD
    if not phrase.is_time:
        return Verdict.FALSE_TIME
    if isinstance(heard, Ambiguous):
        return Verdict.RIGHT if phrase.asks and _asked_for(phrase, heard) else Verdict.ASKED
    return Verdict.RIGHT if _is_meant(phrase, heard) else Verdict.WRONG


def measure(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures over a file's rows, all and by language, and a row for each miss. Raises `ValueError`."""
    judged = judge(table_from(document))
    languages = sorted({each.phrase.language for each in judged})
    return {
        **_figures(judged),
        "by_language": {
            language: _figures([each for each in judged if each.phrase.language == language]) for language in languages
        },
        "misses": [_miss(each) for each in judged if each.verdict is not Verdict.RIGHT],
    }


def _figures(judged: Sequence[Judged]) -> dict[str, int]:
    times = [each.verdict for each in judged if each.phrase.is_time]
    counted = {
        each.value: times.count(each) for each in (Verdict.RIGHT, Verdict.WRONG, Verdict.ASKED, Verdict.NOT_UNDERSTOOD)
    }
    false = sum(each.verdict is Verdict.FALSE_TIME for each in judged)
    return {"phrases": len(times), **counted, Verdict.FALSE_TIME.value: false}


def _miss(judged: Judged) -> dict[str, Any]:
    phrase = judged.phrase
    expected = phrase.rrule or phrase.start or list(phrase.asks) or None
    return {
        "lang": phrase.language,
        "phrase": phrase.text,
        "became": judged.verdict.value,
        "expected": expected,
        "heard": _said(judged.heard),
    }


def _said(heard: Heard) -> Any:
    match heard:
        case Once(at=at):
            return at.isoformat()
        case Recurring(rule=rule):
            return f"{rule.rrule} from {rule.start.isoformat()}"
        case Ambiguous(choices=choices):
            return [_said(choice) for choice in choices]
        case NotUnderstood(why=why):
            return why.value


def _is_meant(phrase: Phrase, heard: Once | Recurring) -> bool:
    if isinstance(heard, Recurring):
        until = heard.rule.until.isoformat() if heard.rule.until else None
        same_days = heard.rule.rrule == phrase.rrule and (phrase.until, phrase.count) == (until, heard.count)
        return same_days and _same(phrase.start, heard.rule.start.isoformat(), "minute")
    return phrase.rrule is None and _same(phrase.start, heard.at.isoformat(), phrase.grain)


def _asked_for(phrase: Phrase, heard: Ambiguous) -> bool:
    heard_at = [
        (choice.at if isinstance(choice, Once) else choice.rule.start).isoformat()[: _CUT["minute"]]
        for choice in heard.choices
    ]
    return heard_at == [each[: _CUT["minute"]] for each in phrase.asks]


def _same(expected: str | None, heard: str, grain: str) -> bool:
    cut = _CUT.get(grain, _CUT["day"])
    return expected is not None and expected[:cut] == heard[:cut]


def _phrase(row: Mapping[str, Any]) -> Phrase:
    return Phrase(
        language=str(row["lang"]).split("-")[0],
        text=str(row["phrase"]),
        start=row.get("start"),
        grain=str(row.get("grain", "minute")),
        rrule=row.get("rrule"),
        until=row.get("until"),
        count=row.get("count"),
        asks=tuple(row.get("asks", ())),
        rest=row.get("rest"),
    )


def _no_times(document: Mapping[str, Any]) -> Iterator[Phrase]:
    for key, texts in document.items():
        if key.startswith(_NO_TIMES):
            language = key.removeprefix(_NO_TIMES)
            yield from (Phrase(language, str(text), is_time=False) for text in texts)


def _fixed_zone(offset: timedelta | None) -> str:
    """Return the zone of a fixed offset of whole hours. Raises `ValueError` for others."""
    hours, rest = divmod(offset or timedelta(), timedelta(hours=1))
    if offset is None or rest or not -12 <= hours <= 14:
        raise ValueError("the reference time needs an offset of whole hours, or its zone beside it")
    return f"Etc/GMT{-hours:+d}" if hours else str(UTC)
