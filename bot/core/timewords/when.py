"""The time of day of a text: its clock, its part of the day and its "10분 전", which moments and rules share."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.timewords import hours, tables_en, tables_ko
from bot.core.timewords.doubts import GLUE, TEXT
from bot.core.timewords.grammar import Token
from bot.core.timewords.hours import Clock
from bot.core.timewords.pieces import Pieces, Unsure
from bot.core.timewords.structures import Span

EARLIEST = 5  # o'clock, of hours that a part of the day before another word may name


def back_of(pieces: Pieces) -> Span | None:
    """Return how long before the time it is to be: "내일 3시 수업 10분 전". It stands behind what it counts from."""
    found = pieces.all("BACK")
    if not found:
        return None
    days = found[0].value.whole_days
    anchors = [*pieces.all("DAYP"), *([] if days else pieces.all("CLK"))]
    in_english = pieces.text[found[0].start : found[0].end].isascii()  # "10 minutes before the talk at 3"
    if not (days or pieces.all("CLK")):  # "내일 수업 10분 전": when it begins, nobody said
        raise Unsure
    if not anchors or (max(token.start for token in anchors) > found[0].start and not in_english):
        raise Unsure
    back: Span = pieces.one("BACK")
    return back


def clock_of(pieces: Pieces, parts: Sequence[str | None]) -> Clock | None:
    """Return the time of day that the clock and the part of the day make together, as sure as they make it.

    `parts` are those that days and rules name ("tonight", "every morning").
    """
    clock: Clock | None = pieces.one("CLK")
    moves = any(_moves(token) for token in pieces.found)
    if moves and ((clock is not None and clock.spans) or any(_is_new_place(pieces, token) for token in pieces.found)):
        raise Unsure  # "meeting moved tomorrow from 3pm to 4pm", "10 am class moved to 11"
    return in_part(pieces, parts, clock)


def _is_new_place(pieces: Pieces, token: Token) -> bool:
    return token.kind == "TO" and pieces.after(token) in ("NUM", "CLK", "DAYP")


def _moves(token: Token) -> bool:
    return token.kind == "WORD" and (token.value in tables_en.MOVED or str(token.value).startswith(tables_ko.MOVED))


def in_part(pieces: Pieces, parts: Sequence[str | None], clock: Clock | None) -> Clock | None:
    """Return `clock` within the part of the day that the text names; without a clock, that part's usual time."""
    part = _part(pieces, parts, clock)
    if part is None:
        return clock
    found = hours.usual(part, pieces.habits) if clock is None else hours.in_part(clock, part)
    if found is None:
        raise Unsure
    return found


def _is_of_a_noun(pieces: Pieces, token: Token) -> bool:
    """Say whether a part of the day is only half a name: "night shift", "morning person"; not "in the morning"."""
    at = pieces.found.index(token)
    led = at > 0 and pieces.found[at - 1].kind in GLUE | {"THIS", "EARLY", "LATE"}
    return not led and pieces.text[token.start : token.end].lower() in tables_en.PARTS_OF_NAMES


def _fits(clock: Clock, part: str) -> bool:
    """Say whether a part of the day that stands before a word may be that of the hour, and not in the small hours."""
    found = hours.in_part(clock, part)
    return found is not None and (found.dawn or clock.sure or (not found.days and found.hour >= EARLIEST))


def _part(pieces: Pieces, known: Sequence[str | None], clock: Clock | None) -> str | None:
    """Return the part of the day. One that stands before a word may belong to that word."""
    found = {part for part in known if part}
    counted = any(span.value.seconds for span in pieces.all("SPANP"))
    exact = clock is not None or counted
    for token in pieces.all("PART"):
        behind = any(other.kind in ("CLK", "DAYP", "SPANP") and other.end <= token.start for other in pieces.found)
        of_a_word = pieces.after(token) in TEXT
        if of_a_word and ((behind and (exact or found)) or (not behind and not exact and pieces.all("DAYP"))):
            continue  # "내일 9시 저녁 약속", "점심 약속 내일"
        if of_a_word and not (behind or exact or found) and _is_of_a_noun(pieces, token):
            continue
        if of_a_word and "_" not in token.value and (counted or (clock is not None and not _fits(clock, token.value))):
            continue  # "저녁 준비 30분 뒤", "아침 뉴스 읽기 오후 3시"
        found.add(token.value)
        if not of_a_word or behind or clock is None or "_" in token.value:
            pieces.taken.append(token)  # "점심 메뉴 정하기 11시": of the hour and of the text
    if "bed" in found:
        found -= {"night", "evening"}
    if len(found) > 1:
        raise Unsure
    return found.pop() if found else None
