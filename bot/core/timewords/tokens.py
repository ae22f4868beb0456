"""From text to tokens: numbers, words of the tables, and everything else as plain words.

A word counts only when known pieces cover all of it, and a piece only after what it needs, so that most non-times never
get past here. Positions are kept, because what is not a time goes back to the person as they wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from bot.core.timewords import holidays, tables_en, tables_ko
from bot.core.timewords.grammar import Token

LONGEST = 300  # characters of a text that are read
LONGEST_WORD = 40
WEEKDAY_SIGNS = "월화수목금토일"


class Number(NamedTuple):
    """A number, and its digits as written ("" when it was written in words)."""

    value: int
    digits: str = ""


class ClockText(NamedTuple):
    """A time of day in digits; `whole`: of 24 hours, so that it needs no am or pm."""

    hour: int
    minute: int
    second: int | None
    whole: bool


def shorten(text: str) -> str:
    """Return what is read of a text: its beginning, composed, so that one letter is one character."""
    return unicodedata.normalize("NFC", text[:LONGEST])[:LONGEST]


def _folded(text: str) -> str:
    """Return `text` in lower case and half width, letter for letter."""
    if text.isascii():
        return text.lower()
    return "".join(_fold(sign) for sign in text)


def _fold(sign: str) -> str:
    if "가" <= sign <= "힣":
        return sign
    plain = unicodedata.normalize("NFKC", sign).lower()
    return plain if len(plain) == 1 else sign


def _clock(m: re.Match[str]) -> ClockText | None:
    hour, minute, second = int(m[1]), int(m[3]), int(m[4]) if m[4] else None
    if hour > 24 or minute > 59 or (second or 0) > 59 or (hour == 24 and minute):
        return None
    return ClockText(hour, minute, second, hour > 12 or hour == 0 or m[1][0] == "0" or m[2] == "h")


def _ymd(m: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in m.groups())


def _ordinal(m: re.Match[str]) -> int | None:
    return int(m[1]) if 0 < int(m[1]) < 32 else None


# Digits, the longest match first; a value of None refuses.
_SHAPES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Any]], ...] = tuple(
    (kind, re.compile(pattern), value)
    for kind, pattern, value in (
        ("DATE", r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d])\.?", _ymd),
        ("DATE3", r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)", _ymd),
        ("CLOCK", r"(\d{1,2})([:h])(\d{2})(?!\d)(?:[:m](\d{2})(?!\d))?", _clock),
        ("DATE3", r"(?<![\d./])(\d{2})/(\d{1,2})/(\d)(?![\d/])", _ymd),
        ("DATE3", r"(?<![\d./])(\d{2})\.(\d{1,2})\.(\d)(?![\d.])", _ymd),
        ("DATE", r"(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)", _ymd),
        ("MD", r"(?!24/7\b)(\d{1,2})/(\d{1,2})(?!\d)", _ymd),
        ("DASHED", r"(\d{1,2})-(\d{1,2})(?!\d)", _ymd),
        ("DEC", r"(\d{1,2})\.(\d{1,2})(?!\d)", _ymd),
        ("HCLOCK", r"(\d{1,2})h(?![a-z0-9])", lambda m: int(m[1]) if int(m[1]) <= 24 else None),
        ("ORD", r"(\d{1,2})(?:st|nd|rd|th)(?![a-z0-9])", _ordinal),
        ("NUM", r"(?<!\d:)(\d{1,4})(?!\d|:\d)", lambda m: Number(int(m[1]), m[1])),
    )
)
_LAUGHTER = re.compile(r"[\u1100-\u11ff\u3131-\u318e^]+(?=\s|$)")  # ㅋㅋ, ㅠㅠ
_SIGNS = {
    **dict.fromkeys(",·;、ㆍ", "COMMA"),
    **dict.fromkeys("-–—~～", "DASH"),
    "/": "SLASH",
    **dict.fromkeys(".!?…\"'()[]“”‘’:", "PUNCT"),
    **dict.fromkeys("&+", "AND"),
    "@": "AT",
    "½": "HALF",
}
_NO_CLOCK = re.compile(r"\d{1,2}:\d\d")  # digits of a time, but none: 9:75
_LATIN = re.compile(r"[a-z]+(?:['’]s?(?![a-z]))?|[a-z]+")
_HOUR_INSIDE = re.compile(  # "내일아침7시기상", but "9시간짜리"
    r"(?:\S*?\d{1,2}|\S+?(?:두|세|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두))시(?:반|\d{1,2}분)?(?=[가-힣]{2})"
    r"(?!간|즌|리즈|험|작|풍|[가-힣]?부터|[가-힣]?까지|에서|쯤|경|정도)"
)
_BOUNDS = tuple(
    word
    for word, (kind, _) in tables_ko.WORDS.items()
    if kind in ("BAD", "BEFORE", "LATER", "UNTIL", "FROM", "FOR", "EACH", "EXCEPTED", "WITHIN", "P")
    if kind != "P" or word in tables_ko.ENDINGS
)
_QUOTED = re.compile(r"\"[^\"]{2,}\"|“[^”]{2,}”|‘[^’]{2,}’|「[^」]+」|『[^』]+』")
_CHUNK = re.compile(r"\S+")
_PIECES = re.compile(r"(?:(?<=\d)[./](?=\d)|[^\s,·;、ㆍ~–—/.!?…\"'()\[\]“”‘’])+|[,·;、ㆍ~–—/.!?…\"'()\[\]“”‘’]")
_ONES_APART = re.compile(r"\s[일이삼사오육칠팔구]\s?(분|초)(?![가-힣]|전)")
_SINO = re.compile("[" + "".join(set(tables_ko.SINO_DIGITS) | set(tables_ko.SINO_POWERS)) + "]+")
_LIST = re.compile(r"[월화수목금토일]{2,7}(?![가-힣])|[월화수목금토일]{2,7}(?=요일|마다|에|날)")
_BESIDE_SIGNS = "(),·/~-ㆍ"
_BESIDE_TIME = re.compile(
    r"(?:요일|욜|마다|에)?\s*(?:아침|점심|저녁|오전|오후|밤|새벽|정오|(?:\d{1,2}[-~])?\d{1,2}시|\d{1,2}:\d\d)|요일|마다|\s(?:빼고|제외|말고)"
)
_HOUR = re.compile(r"\d{1,2}(?:시(?!간)|:\d\d)")
_REQUEST = re.compile(tables_ko.REQUEST)
_HANGUL = re.compile(r"[가-힣]")
_PHRASES = tuple(
    (re.compile(p), kind, value, needs) for p, kind, value, needs in (*tables_en.PHRASES, *tables_ko.PHRASES)
)
_ANY_PHRASE = re.compile("|".join(pattern.pattern for pattern, *_ in _PHRASES))
_HOLIDAY = "|".join(re.escape(name) for name in sorted(holidays.NAMES, key=len, reverse=True)).replace("'", "['’]")
_HOLIDAYS = re.compile(f"(?:{_HOLIDAY})(?![a-z])")  # "christmas every day" is not the eve
_OF_A_MONTH = re.compile(r"월의\s$")  # "8월의 크리스마스" is a film
_KO_LENGTHS = range(max(map(len, tables_ko.WORDS)), 0, -1)
_NATIVE_LENGTHS = range(max(map(len, tables_ko.NATIVE)), 0, -1)
_NO_MONTHS = ("월급", "월세", "월요", "월욜")
_BEFORE_UNITS = frozenset(tables_ko.NATIVE_UNITS | tables_ko.SINO_UNITS)
UNIT_KINDS = frozenset(
    {"SEC", "MIN", "HOUR", "IL", "DAYU", "WEEK", "MONTHU", "YEAR", "OCLOCK", "MON", "TIMES", "TH", "FREQ"}
)


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text that was made short by `shorten`."""
    low = _folded(text)
    found: list[Token] = []
    done = 0
    titles = _titles(low)
    for chunk in _CHUNK.finditer(low):
        start = max(chunk.start(), done)
        while start < chunk.end() and low[start] in "([" and start not in titles:  # "(due friday)"
            found.append(Token("PUNCT", low[start], start, start + 1))
            start += 1
        while start < chunk.end():
            whole = titles.get(start) or _turn(low, start, found)
            if whole is None:
                break
            found.append(whole)
            done = start = whole.end
            if start < chunk.end() and _LATIN.match(low, start):  # it ended inside a word: not that turn
                break
        if start < chunk.end():
            found += _chunk(low, start, chunk.end(), found)
    return _without_lone_numbers(found)


def _titles(low: str) -> dict[int, Token]:
    """Return what stands in quotes, each as one word ("Friday Night Lights"), unless all of the text does."""
    quoted = list(_QUOTED.finditer(low))
    if not re.search(r"\w", _QUOTED.sub("", low)):
        return {}
    return {m.start(): Token("WORD", m[0], m.start(), m.end()) for m in quoted}


# Dates that are written apart: "2026. 12. 3.", "12. 3."
_APART = (
    ("DATE", re.compile(r"(\d{4})\.\s(\d{1,2})\.\s(\d{1,2})(?!\d)\.?")),
    ("DEC", re.compile(r"(\d{1,2})\.\s(\d{1,2})\.(?=\s|$)")),
)


def _turn(low: str, at: int, before: list[Token]) -> Token | None:
    """Return a turn of several words, or a holiday, that begins here."""
    previous = before[-1].kind if before else ""
    for pattern, kind, value, needs in _PHRASES if _ANY_PHRASE.match(low, at) else ():
        if (needs is None or previous in needs) and (m := pattern.match(low, at)):
            return Token(kind, value(m) if callable(value) else value, at, m.end())
    for kind, shape in _APART:
        if m := shape.match(low, at):
            return Token(kind, _ymd(m), at, m.end())
    m = _HOLIDAYS.match(low, at)
    if m is None or not _ends_well(low, m.end()) or _OF_A_MONTH.search(low, 0, at):
        return None
    if len(m[0]) == 1 and not holidays.SHORT.match(low, at):
        return None
    return Token("HOLIDAY", holidays.NAMES[m[0].replace("’", "'")], at, m.end())


def _ends_well(low: str, end: int) -> bool:
    """Say whether a holiday's name ends where a word does; a Korean one may carry a particle."""
    rest = re.match(r"[a-z가-힣]*", low[end:])
    word = rest[0] if rest else ""
    return word == "" or (tables_ko.WORDS.get(word, ("",))[0] in ("P", "UNTIL", "FROM", "EACH", "BEFORE"))


def _chunk(low: str, start: int, end: int, before: list[Token]) -> list[Token]:
    previous = before[-1].kind if before else ""
    whole = _cover(low, start, end, previous)
    if whole is None and (glued := _HOUR_INSIDE.match(low, start, end)):
        whole = _before_text(low, start, glued.end(), end, previous)
    if whole is not None:
        return whole
    found: list[Token] = []
    for piece in _PIECES.finditer(low, start, end):
        previous = (found or before)[-1].kind if (found or before) else ""
        covered = _cover(low, piece.start(), piece.end(), previous)
        found += covered if covered is not None else [_word(low, piece.start(), piece.end())]
    return found or [_word(low, start, end)]


def _before_text(low: str, start: int, stop: int, end: int, previous: str) -> list[Token] | None:
    """Return the tokens of a time that ends inside a word, and its text; None where more is said about the time."""
    if low.startswith(_BOUNDS, stop):  # "3시넘어서도"
        return None
    covered = _cover(low, start, stop, previous)
    return covered and [*covered, _word(low, stop, end)]


def _word(low: str, start: int, end: int) -> Token:
    """Return a word that is no time; what is counted beside study ("lecture", "강") keeps numbers from being one."""
    word = low[start:end]
    if _NO_CLOCK.match(word):
        return Token("NO_CLOCK", word, start, end)
    counted = word in tables_en.COUNTED or word in tables_ko.COUNTED
    return Token("COUNT" if counted else "WORD", word, start, end)


def _cover(low: str, start: int, end: int, previous: str) -> list[Token] | None:
    """Return tokens that cover exactly this stretch, longer pieces first, None when there are none."""
    if end - start > LONGEST_WORD:
        return None
    failed: set[tuple[int, str]] = set()

    def cover(at: int, previous: str) -> list[Token] | None:
        if at == end:
            return []
        if (at, previous) in failed:
            return None
        for token in _pieces_at(low, at, start, end, previous):
            rest = cover(token.end, token.kind)
            if rest is not None:
                return [token, *rest]
        failed.add((at, previous))
        return None

    return cover(start, previous)


def _pieces_at(low: str, at: int, start: int, end: int, previous: str) -> Iterator[Token]:
    sign = low[at]
    if sign.isdecimal():
        yield from _digits_at(low, at, end)
    elif "a" <= sign <= "z":
        yield from _latin_at(low, at, start, end, previous)
    elif "가" <= sign <= "힣":
        yield from _korean_at(low, at, start, end, previous)
    elif (laughter := _LAUGHTER.match(low, at, end)) and laughter.end() == end and at > start:
        yield Token("PUNCT", laughter[0], at, end)
    elif sign in _SIGNS:
        yield Token(_SIGNS[sign], sign, at, at + 1)


def _digits_at(low: str, at: int, end: int) -> Iterator[Token]:
    for word in ("2morrow", "2moro", "2mrw", "2nite"):
        if low.startswith(word, at) and at + len(word) <= end:
            kind, value = tables_en.WORDS[word]
            yield Token(kind, value, at, at + len(word))
    for kind, pattern, value in _SHAPES:
        m = pattern.match(low, at, end)
        if m and (meaning := value(m)) is not None:
            yield Token(kind, meaning, at, m.end())


def _latin_at(low: str, at: int, start: int, end: int, previous: str) -> Iterator[Token]:
    m = _LATIN.match(low, at, end)
    if m is None:
        return
    word = m[0]
    glued = at > start and low[at - 1].isdecimal()
    if glued and previous in ("NUM", "CLOCK") and word in ("a", "p"):
        yield Token("PART", word.upper() + "M", at, m.end())
    if word in tables_en.ZONES and previous in ("CLOCK", "PART", "HCLOCK", "NUM", "OCLOCK", "NOON", "P"):
        yield Token("ZONE", tables_en.ZONES[word], at, m.end())
    if word == "second":
        unit = previous in tables_en.SINGULAR_SECOND_AFTER
        yield Token("SEC" if unit else "ORD", 1 if unit else tables_en.Spelled(2), at, m.end())
        return
    if word in tables_en.NUMBERS:
        number = tables_en.NUMBERS[word]
        yield Token("NUM" if number else "ZERO", Number(number), at, m.end())
    known = tables_en.WORDS.get(word) or tables_en.WORDS.get(word.replace("’", "'"))
    if known and (word not in tables_en.NEEDS or previous in tables_en.NEEDS[word]):
        yield Token("WEAK_" + known[0] if word in tables_en.WEAK else known[0], known[1], at, m.end())


def _korean_at(low: str, at: int, start: int, end: int, previous: str) -> Iterator[Token]:
    sign_alone = (
        low[at] in WEEKDAY_SIGNS
        and (at == start or low[at - 1] in _BESIDE_SIGNS)
        and (at + 1 == end or low[at + 1] in _BESIDE_SIGNS or (at == start and _HOUR.match(low, at + 1)))
    )
    request = _REQUEST.match(low, at, end)
    if request:
        yield Token("REQUEST", True, at, end)
    days = _LIST.match(low, at, end)
    if days and (numbers := _weekdays(days[0])) and _is_list(low, numbers, days.end(), previous):
        yield Token("WDS", numbers, at, days.end())
    for length in _KO_LENGTHS:
        word = low[at : at + length]
        if at + length > end or len(word) < length or word not in tables_ko.WORDS:
            continue
        kind, value = tables_ko.WORDS[word]
        if _allowed(word, kind, previous, low, at + length) and (
            kind != "P" or word in tables_ko.LOOSE or not low[at - 1 : at].isspace()
        ):
            yield Token(kind, value, at, at + length)
    if sign_alone:
        yield Token("WDCH", WEEKDAY_SIGNS.index(low[at]), at, at + 1)
    if low[at] == "초" and previous in tables_ko.BEGINNINGS:
        yield Token("BAD", True, at, at + 1)
    yield from _korean_numbers_at(low, at, end)


def _is_list(low: str, numbers: tuple[int, ...], end: int, previous: str) -> bool:
    """Say whether letters are weekdays: three of them, or two in the company of a time ("화목" is harmony as well)."""
    if previous == "NUM":  # 일월화수목금토 is all of them, to learn by heart
        return False
    if len(numbers) > 2 or previous in ("FREQ", "EVERY"):
        return True
    return low[end - 2 : end] not in tables_ko.WORDS and bool(_BESIDE_TIME.match(low, end))


def _weekdays(word: str) -> tuple[int, ...] | None:
    """Return the weekdays of "월수금"; None unless they rise, as people write them ("일월" is January)."""
    numbers = tuple(WEEKDAY_SIGNS.index(sign) for sign in word)
    return numbers if all(a < b for a, b in pairwise(numbers)) else None


def _allowed(word: str, kind: str, previous: str, low: str, end: int) -> bool:
    needs = tables_ko.NEEDS.get(word)
    if needs is not None and previous not in needs:
        return False
    if previous in tables_ko.NOT_AFTER.get(word, ()):
        return False
    if word in tables_ko.BEFORE and not tables_ko.BEFORE[word].match(low, end):
        return False
    return kind != "P" or previous in tables_ko.PARTICLES_AFTER


def _korean_numbers_at(low: str, at: int, end: int) -> Iterator[Token]:
    for word, month in tables_ko.ODD_MONTHS.items():
        if low.startswith(word, at) and low.startswith("월", at + 1):
            yield Token("NUM", Number(month), at, at + 1)
    for length in _NATIVE_LENGTHS:
        word = low[at : at + length]
        if word in tables_ko.NATIVE and at + length <= end and _counts(low, at + length, end, tables_ko.NATIVE_UNITS):
            yield Token("NUM", Number(tables_ko.NATIVE[word]), at, at + length)
    m = _SINO.match(low, at, end)
    for stop in range(m.end() if m else at, at, -1):
        value = _sino(low[at:stop])
        if value is None or not _counts(low, stop, end, tables_ko.SINO_UNITS):
            continue
        if _unit_at(low, stop, end) == "시" and 0 < value < tables_ko.SINO_HOURS_FROM:
            continue
        yield Token("NUM", Number(value), at, stop)


def _unit_at(low: str, at: int, end: int) -> str:
    """Return the unit that follows a number, across one space when the number ended its word."""
    rest = low[at : at + 3] if at < end else low[at + 1 : at + 4]
    if at == end and (m := _ONES_APART.match(low, at)):  # 사십 오 분
        rest = m[1]
    found = next((rest[:n] for n in (2, 1) if rest[:n] in _BEFORE_UNITS), "")
    return "" if at == end and rest.startswith(_NO_MONTHS) else found  # "15일이 월급날" counts no months


def _counts(low: str, at: int, end: int, units: frozenset[str]) -> bool:
    return _unit_at(low, at, end) in units


def _sino(word: str) -> int | None:
    """Return the value of a Sino-Korean number ("이천십오"), None when the letters make none."""
    if len(word) > 1 and not set(word) & set(tables_ko.SINO_POWERS):
        return None
    total, digit, last = 0, None, 10_000
    for sign in word:
        power = tables_ko.SINO_POWERS.get(sign)
        if power is None:
            if digit is not None or sign in "유시":
                return None
            digit = tables_ko.SINO_DIGITS[sign]
        elif power >= last or digit == 0:
            return None
        else:
            total, digit, last = total + (1 if digit is None else digit) * power, None, power
    return total + (digit or 0)


def _without_lone_numbers(found: list[Token]) -> list[Token]:
    """Return the tokens, words that are weekdays or months only in company read by their company."""
    read: list[Token] = []
    for at, token in enumerate(found):
        if not token.kind.startswith("WEAK_"):
            read.append(token)
            continue
        before = read[-1].kind if read else "START"
        after = found[at + 1].kind if at + 1 < len(found) else "STOP"
        kind = token.kind.removeprefix("WEAK_")
        alone = before == "START" and after in ("STOP", "TO", "PUNCT", "COMMA")
        listed = before == "AND" and len(read) > 1 and read[-2].kind == "WD"
        company = listed or after in _COMPANY or before in _COMPANY - {"THE"} or (before == "START" and after == "AND")
        if after in ("IN", "OF", "ON") and found[at + 2 : at + 3] and found[at + 2].kind in ("WORD", "COUNT"):
            company = False  # "wed in vegas"
        if token.kind == "WEAK_MONTH":
            alone, company = False, after in _OF_MONTHS or before in _OF_MONTHS
        read.append(Token(kind if alone or company else "WORD", token.value, token.start, token.end))
    return read


_COMPANY = frozenset(
    {
        *("NUM", "ORD", "CLOCK", "HCLOCK", "AT", "PART", "NOON", "MONTH", "WD", "WEAK_WD", "WEAK_MONTH", "EVERY"),
        *("NEXT", "THIS", "UPCOMING", "LAST", "ON", "OTHER", "UNTIL", "FROM", "BY", "FREQ", "COMMA", "DASH", "WDPL"),
        *("MD", "DATE", "TONIGHT", "SLASH", "OF", "IN", "PARTPL", "EXCEPT"),
    }
)
_OF_MONTHS = frozenset(
    {"NUM", "ORD", "OF", "IN", "UNTIL", "NEXT", "THIS", "COMMA", "DASH", "SLASH", "WD", "WEAK_WD", "BY", "EVERY", "END"}
)
