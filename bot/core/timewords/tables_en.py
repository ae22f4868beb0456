"""The English words of time: what kind of token each is, and what it means.

Only words stand here, no grammar. Words that mean something else as often ("sat", "may", "second") say so in `NEEDS` or
`WEAK` and count only in company.
"""

from __future__ import annotations

import re
from typing import Any

_WEEKDAYS = (
    ("monday", "mon"),
    ("tuesday", "tue tues"),
    ("wednesday", "wed weds wednes"),
    ("thursday", "thu thur thurs"),
    ("friday", "fri"),
    ("saturday", "sat"),
    ("sunday", "sun"),
)
_MONTHS = (
    *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
    *("september sep sept", "october oct", "november nov", "december dec"),
)
_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
    "twentieth",
)
NUMBERS: dict[str, int] = {
    **{word: at for at, word in enumerate(f"zero {_ONES} eighteen nineteen".split())},
    **{word: 10 * at for at, word in enumerate(("twenty", "thirty", "forty", "fifty"), 2)},
}
_UNIT_NAMES = (
    *(("minute", "MIN", 60), ("hour", "HOUR", 3600), ("day", "DAYU", 1), ("week", "WEEK", 7)),
    *(("month", "MONTHU", 1), ("year", "YEAR", 12)),
)
_A_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|week-?(?:day|end)s?\b"
_NUMERIC = frozenset({"NUM", "CLOCK", "HCLOCK", "DEC", "DASHED"})


BEFORE_IT = "before it"  # where "from" stands; the Korean 부터 stands behind


class Spelled(int):
    """An ordinal in letters, which is seldom a date: "the second" is, "on the second" may be."""


_CODES = {"m": 0, "mo": 0, "tu": 1, "w": 2, "we": 2, "th": 3, "thu": 3, "f": 4, "fr": 4, "sa": 5, "su": 6, "t": 1}
_CODE = re.compile("|".join(sorted(_CODES, key=len, reverse=True)))


def _codes(m: re.Match[str]) -> tuple[int, ...]:
    """Return the weekdays of "mo we fr", "mtwtf": the second t is Thursday's."""
    days = [_CODES[code] for code in _CODE.findall(m[0])]
    return tuple(sorted({3 if day == 1 and 1 in days[:at] else day for at, day in enumerate(days)}))


def _from_to(m: re.Match[str]) -> tuple[int, ...]:
    """Return the weekdays of "m-f", "m-th"."""
    return tuple(range(_CODES[m[1]], _CODES[m[2]] + 1))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


WORDS: dict[str, tuple[str, Any]] = {
    # days from today
    **dict.fromkeys(("today", "tdy"), ("DAY", 0)),
    **dict.fromkeys(
        (
            *("tomorrow", "tomorrows", "tmrw", "tmr", "tmrow", "tmw", "tmmrw", "tomoz", "tomo", "tomorow", "tommorow"),
            *("tommorrow", "2morrow", "2moro", "2mrw", "morrow"),
        ),
        ("DAY", 1),
    ),
    "overmorrow": ("DAY", 2),
    "yesterday": ("DAY", -1),
    **dict.fromkeys(("tonight", "tonite", "2nite", "tonyt"), ("TONIGHT", "night")),
    "now": ("NOW", True),
    # weekdays and months
    **{name: ("WD", at) for at, (full, short) in enumerate(_WEEKDAYS) for name in (full, *short.split())},
    **{f"{full}{end}": ("WDPL", at) for at, (full, _) in enumerate(_WEEKDAYS) for end in ("s", "'s")},
    **{name: ("MONTH", at) for at, names in enumerate(_MONTHS, 1) for name in names.split()},
    **dict.fromkeys(("weekday", "workday"), ("WEEKDAYS", True)),
    **dict.fromkeys(("weekdays", "workdays"), ("WEEKDAYS", True)),
    "weekend": ("WEEKEND", True),
    "weekends": ("WEEKENDS", True),
    # parts of the day
    "morning": ("PART", "morning"),
    "mornings": ("PARTPL", "morning"),
    **dict.fromkeys(("am",), ("PART", "AM")),
    **dict.fromkeys(("pm",), ("PART", "PM")),
    **dict.fromkeys(("afternoon", "arvo"), ("PART", "afternoon")),
    "afternoons": ("PARTPL", "afternoon"),
    **dict.fromkeys(("evening", "eve", "evng"), ("PART", "evening")),
    "evenings": ("PARTPL", "evening"),
    "night": ("PART", "night"),
    "nights": ("PARTPL", "night"),
    **dict.fromkeys(("lunchtime", "lunch"), ("PART", "lunch")),
    "dinnertime": ("PART", "evening"),
    **dict.fromkeys(("eod", "eob", "cob"), ("PART", "eod")),
    **dict.fromkeys(("bed", "bedtime", "sleep", "sleeping"), ("SLEEP", True)),
    **dict.fromkeys(("noon", "midday", "noonish"), ("NOON", 12)),
    **dict.fromkeys(("midnight", "midnightish"), ("NOON", 24)),
    # units
    **dict.fromkeys(("seconds", "secs", "sec"), ("SEC", 1)),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "minuts"), ("MIN", 60)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), ("HOUR", 3600)),
    **dict.fromkeys(("day", "days"), ("DAYU", 1)),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), ("WEEK", 7)),
    **dict.fromkeys(("month", "months", "mth"), ("MONTHU", 1)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("YEAR", 12)),
    "s": ("SEC", 1),
    "m": ("MIN", 60),
    "h": ("HOUR", 3600),
    "d": ("DAYU", 1),
    "w": ("WEEK", 7),
    **dict.fromkeys(("fortnight", "fortnights"), ("DUR", (0, 14, 0))),
    **dict.fromkeys(("times", "occurrences"), ("TIMES", True)),
    **dict.fromkeys(("o'clock", "oclock", "o’clock"), ("OCLOCK", True)),
    "half": ("HALF", True),
    **dict.fromkeys(("quarter", "quarters"), ("QUART", True)),
    # which one
    "next": ("NEXT", 1),
    "this": ("THIS", True),
    **dict.fromkeys(("coming", "upcoming"), ("UPCOMING", True)),
    "following": ("NEXT", 1),
    "current": ("THIS", True),
    "last": ("LAST", True),
    "previous": ("PREV", True),
    **{word: ("ORD", Spelled(at)) for at, word in enumerate(_ORDINALS, 1)},
    "end": ("END", True),
    **dict.fromkeys(("eom",), ("MEND", True)),
    **dict.fromkeys(("eoy",), ("YEND", True)),
    # again and again
    **dict.fromkeys(("every", "each", "ev"), ("EVERY", True)),
    **dict.fromkeys(("other", "alternate", "2nd"), ("OTHER", True)),
    **dict.fromkeys(("daily", "everyday"), ("FREQ", ("DAILY", 1))),
    "nightly": ("NIGHTLY", True),
    "hourly": ("FREQ", ("HOURLY", 1)),
    "weekly": ("FREQ", ("WEEKLY", 1)),
    **dict.fromkeys(("biweekly", "fortnightly"), ("FREQ", ("WEEKLY", 2))),
    "monthly": ("FREQ", ("MONTHLY", 1)),
    **dict.fromkeys(("yearly", "annually"), ("FREQ", ("YEARLY", 1))),
    "once": ("ONCE", 1),
    # before, after, how long
    "in": ("IN", True),
    "within": ("WITHIN", True),
    **dict.fromkeys(("later", "hence"), ("LATER", True)),
    "after": ("AFTER", True),
    **dict.fromkeys(("before", "earlier", "beforehand", "ahead", "prior"), ("BEFORE", True)),
    **dict.fromkeys(("past",), ("PAST", True)),
    "to": ("TO", True),
    **dict.fromkeys(("of",), ("OF", True)),
    "til": ("UNTIL", True),
    **dict.fromkeys(("until", "till", "untill", "'til"), ("UNTIL", True)),
    **dict.fromkeys(("through", "thru"), ("UNTIL", True)),
    "by": ("BY", True),
    **dict.fromkeys(("ending", "ends"), ("ENDING", True)),
    "from": ("FROM", BEFORE_IT),
    **dict.fromkeys(("starting", "beginning", "starts"), ("STARTING", True)),
    "for": ("FOR", True),
    "only": ("JUST", True),
    "more": ("MORE", True),
    "ago": ("BAD", True),
    **dict.fromkeys(("at", "@"), ("AT", True)),
    "on": ("ON", True),
    "the": ("THE", True),
    **dict.fromkeys(("a", "an", "per"), ("A", True)),
    **dict.fromkeys(("and", "&"), ("AND", True)),
    **dict.fromkeys(("about", "around", "approximately", "approx", "roughly", "exactly", "sharp"), ("ABOUT", True)),
    "ish": ("ISH", True),
    "t": ("AT", True),
    **dict.fromkeys(("couple", "pair"), ("PAIR", 2)),
    **dict.fromkeys(("few",), ("FEW", 3)),
    **dict.fromkeys(("oh", "o"), ("ZERO", True)),
    "early": ("EARLY", True),
    "late": ("LATE", True),
    **dict.fromkeys(("except", "excluding", "excepting", "skipping", "minus"), ("EXCEPT", True)),
    # words of time that nothing here can read: beside a time they make it unsure
    **dict.fromkeys(
        (
            *("twice", "thrice", "bimonthly", "semiweekly", "quarterly", "semimonthly", "since"),
            *("or", "between", "mid", "not"),
        ),
        ("BAD", True),
    ),
}

_AFTER_LENGTH = frozenset({"SEC", "MIN", "HOUR", "DAYU", "WEEK", "MONTHU", "DUR", "HALF"})
NEEDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("earlier", "beforehand", "ahead", "prior"), _AFTER_LENGTH),
    **dict.fromkeys(("am", "pm", "ish"), _NUMERIC | {"OCLOCK", "MIN", "HALF", "PART", "QUART", "ZERO", "DASH"}),
    **dict.fromkeys(("s", "m", "h", "d", "w"), frozenset({"NUM", "MD", "DEC"})),
    **dict.fromkeys(("oh", "o"), frozenset({"NUM", "DASH"})),
    "t": frozenset({"DATE"}),
    **dict.fromkeys(("sec",), frozenset({"NUM", "A", "FEW"})),
    "2nd": frozenset({"NEVER"}),
    "not": frozenset({"NEVER"}),
    **dict.fromkeys(("bed", "sleep", "sleeping"), frozenset({"BEFORE", "AT"})),
    "lunch": frozenset({"BEFORE", "BY"}),
    "eve": frozenset({"DAY", "WD", "HOLIDAY"}),
}

WEAK = _set("sat sun mon wed mar may march tue")
"""Words that are weekdays or months only alone or beside another word of time."""

SINGULAR_SECOND_AFTER = frozenset({"NUM", "A", "HALF"})
"""After these "second" is the unit, else the ordinal."""

ZONES: dict[str, str] = {
    **dict.fromkeys(("gmt", "utc"), "Etc/UTC"),
    "kst": "Asia/Seoul",
    "jst": "Asia/Tokyo",
    **{name: f"Etc/GMT{-hours:+d}" for name, hours in {"pst": -8, "pdt": -7, "mst": -7, "mdt": -6, "cst": -6}.items()},
    **{name: f"Etc/GMT{-hours:+d}" for name, hours in {"cdt": -5, "est": -5, "edt": -4, "cet": 1, "cest": 2}.items()},
    **{name: f"Etc/GMT{-hours:+d}" for name, hours in {"eet": 2, "eest": 3, "msk": 3, "bst": 1, "wet": 0}.items()},
    "ist": "Asia/Kolkata",
    **dict.fromkeys(("aest",), "Etc/GMT-10"),
}
"""Zones by their letters, only right after a time of day. Letters name an offset, so no daylight saving is added."""

PHRASES: tuple[tuple[str, str, Any, frozenset[str] | None], ...] = (
    (r"a\.?\s?m\b\.?", "PART", "AM", _NUMERIC | {"OCLOCK", "ZERO", "MIN", "HALF"}),
    (r"p\.?\s?m\b\.?", "PART", "PM", _NUMERIC | {"OCLOCK", "ZERO", "MIN", "HALF"}),
    (r"am(?=\s?\d)", "PART", "AM", None),
    (r"pm(?=\s?\d)", "PART", "PM", None),
    (r"o['’ ]\s?clock\b", "OCLOCK", True, frozenset({"NUM"})),
    (r"(?:the )?day after tomorrow\b", "DAY", 2, None),
    (r"(?:the )?day before yesterday\b", "DAY", -2, None),
    (r"(?:by )?(?:the )?(?:end|close) of (?:the )?(?:day|business)\b", "PART", "eod", None),
    (r"mid[ -]day\b", "NOON", 12, None),
    (r"(?:business|work|working|week) days?\b", "WEEKDAYS", True, None),
    (r"week[- ]ends\b", "WEEKENDS", True, None),
    (r"week[- ]end\b", "WEEKEND", True, None),
    (r"every single\b", "EVERY", True, None),
    (r"(?:mwf|m/w/f|m,w,f)\b", "WDS", (0, 2, 4), None),
    (r"(?:tth|tuth|t/th|tu/th)\b", "WDS", (1, 3), None),
    (r"(m)\s?-\s?(f|th|thu|w|we|sa)\b", "WDS", _from_to, None),
    (r"(?:mtwtf|mtwthf|m w f|mtwt|mtwth)\b", "WDS", _codes, None),
    (r"(?:mo|tu|we|th|fr|sa|su)(?:[ ,/]+(?:mo|tu|we|th|fr|sa|su))+\b", "WDS", _codes, None),
    (r"(?:chinese|vietnamese) new year(?:['’]s)?\b", "NO_CLOCK", True, None),
    (r"(?:second|third|2nd|3rd|next)[- ]to[- ]last\b", "NO_CLOCK", True, None),
    (r"(?:this|the) past (?=[a-z]+day\b)", "PREV", True, None),
    (r"(?<!\w)due(?: by)?\b(?!\s+(?:each|every|daily|weekly|monthly|in|on the hour)\b)", "BY", True, None),
    (r"(?:no|not) later than\b", "BY", True, None),
    *((rf"{unit}s?['’]s? time\b", kind, size, frozenset({"NUM", "A"})) for unit, kind, size in _UNIT_NAMES),
    (r"up (?:until|till)\b", "UNTIL", True, None),
    (r"in total\b", "ONLY", True, frozenset({"TIMES"})),
    (r"(?:(?:set|start) (?:me )?(?:a )?)?timer for(?= \d)", "IN", True, None),
    (r"[a-z0-9-]+\.(?:com|org|net|io|kr|ai|dev)\b", "WORD", "", None),
    (r"\d{2,4}-\d{3,4}-\d{4}\b", "WORD", "", None),
    (r"yesterday['’]s\b", "WORD", "", None),
    (r"tonight['’]s\b", "TONIGHT", "night", None),
    (r"tomorrow['’]s\b", "DAY", 1, None),
    (r"today['’]s\b", "DAY", 0, None),
    (r"[a-z]{3,6}day['’]s(?= (?!at\b|from\b|and\b|in\b|by\b|on\b|until\b)[a-z])(?<!today['’]s)", "WORD", "", None),
    (r"(?:the )?end of (?:the |this )?week\b", "NO_CLOCK", True, None),
    (r"(?:the )?middle of the (?:night|day|afternoon|week|month|year)\b", "NO_CLOCK", True, None),
    (r"in advance\b", "BEFORE", True, _AFTER_LENGTH),
    (r"(?:early(?!\s+(?:in|morning|evening|afternoon)\b)|notice|head start)\b", "NO_CLOCK", True, _AFTER_LENGTH),
    (r"semi-? ?(?:monthly|weekly|annually)\b", "BAD", True, None),
    (r"on the (?:half[- ])?hour\b", "BAD", True, None),
    (r"first thing(?: in the morning)?\b", "PART", "morning", None),
    (r"(?:at )?(?:this|the same|same) time\b", "SAME", True, None),
    (r"right now\b", "NOW", True, None),
    (r"as of now\b", "NOW", True, None),
    (r"in a (?:bit|while|little while|moment)\b", "SOONISH", True, None),
    (r"(?:a bit|a little) later\b", "SOONISH", True, None),
    (r"later tonight\b", "TONIGHT", "night", None),
    (r"later today\b", "SOON", True, None),
    (r"after (?:lunch)\b", "PART", "after_lunch", None),
    (r"after (?:dinner|supper)\b", "PART", "evening", None),
    (r"at lunch(?: ?time)?\b", "PART", "lunch", None),
    (r"after work\b", "PART", "after_work", None),
    (r"(?:except|excluding) (?:for|on)\b", "EXCEPT", True, None),
    (r"but not (?:this|next|the|today|tomorrow)\b", "BAD", True, None),
    (r"(?:apart|aside) from\b|other than\b", "EXCEPT", True, None),
    (rf"(?:but not|but|not)(?: on)? (?={_A_WEEKDAY})", "EXCEPT", True, None),
    (r"(?:two|three|four|five|six|several|many|\d+) times (?:a|an|per|each) \w+\b", "BAD", True, None),
    (r"(?:once|twice) or twice\b", "BAD", True, None),
    (r"bi-weekly\b", "FREQ", ("WEEKLY", 2), None),
)
"""Turns of several words: pattern, kind, meaning, and what they must follow (None: anything)."""

PARTS_OF_NAMES = _set("morning afternoon evening night")
"""Parts of the day that alone before a noun say what it is, and not when."""

PREPARED = ("present", "gift", "card", "plan", "shopping", "tree", "decoration", "costume", "resolution")
"""Beginnings of words for what is done before a holiday: "christmas shopping"."""

DEADLINES = _set("deadline due")
"""Words that make the time beside them a deadline."""

MOVED = _set(
    "move moves moved moving reschedule rescheduled rescheduling shift shifted change changed postpone postponed push "
    "pushed delay delayed"
)
"""Beside these "from 3 to 4" is no length of time but an old and a new one."""

COUNTED = _set(
    "lecture lectures chapter chapters page pages part parts unit units section sections week weeks lesson lessons "
    "problem problems exercise exercises question questions episode episodes video videos step steps paper papers no "
    "hw ch chap lec pp ep ex version versions ver v release python"
)
"""What is counted beside study: "lecture 3/5" and "chapters 2-5" are no dates."""

_OWN_DAY = r"(?:payday|birthday|b-?day|anniversary|(?:exam|test|wedding|graduation|interview|moving) day)"
_MEALS = r"(?:breakfast|dinner|supper|work|class|school)"
UNREAD: tuple[tuple[str, str], ...] = (
    (r"(?!1:1\b)\b\d{1,2}:\d\b", "no clock"),
    (r"\bfor \d{1,2}\s*READ", "no clock"),  # "a table for 4 tomorrow", "an alarm for 4 tomorrow"
    (r"\bin a row\b|\b(?:all|the whole|rest of the|whole) (?:week|month|year)\b", "any time"),
    # ends, beginnings and exceptions that only the person knows: "during exams", "once the term starts"
    (
        r"\bfor (?:now|ever|good|long|some time|as long|this|next|the time being|a (?:while|bit|few|couple|long)|"
        r"the (?:rest|week|month|year|term|semester|summer|winter|spring|fall|holidays?|break|duration))\b",
        "rule",
    ),
    (r"\b(?:during|throughout|as long as|unless)\b", "rule"),
    (r"^\W*(?:once|when|whenever|after|while|as soon as)\s[^,]*,\s*READ", "rule"),
    (r"^\W*(?:after|during) (?:the|my|our) [a-z]+\s*READ|READ,?\s*(?:after|once|when|while|if)\s", "rule"),
    (r"\bholidays\b|\b(?:not|no|skip|skipping|except|but)\b[^,.]{0,20}\bholiday\b", "rule"),
    (r"\b(?:sometimes|occasionally|now and (?:then|again)|from time to time|alternating|temporarily)\b", "rule"),
    (r"\bon (?:[a-z]+ ){1,2}days\b|\bon holidays\b|\bthe day (?:before|after)\s*$", "any time"),
    (r"READ,?\s*(?:at the latest|at most|onwards?|and after|(?:then|plus|less|\+) ?\d|earlier|or \w+$)", "any time"),
    (r"^\W*(?:except|before|from|if|until|when|starting)\s[^,READ]{2,30},?\s*READ", "rule"),
    (r"(?:^\W*|READ\s*)for (?:\d+|two|three|four|five)\s*(?:READ|$)", "rule"),
    (r"^\W*for (?:the|my) [a-z ]{3,20}READ", "no day, no rule"),
    (r"\b(?:repeat|repeating|often|repeatedly|sometimes|occasionally)\s*READ", "moment"),
    (r"READ,?\s*(?:on repeat|repeat|recurring)", "moment"),
    (r"\b(?:until|till|starting|from) (?:the )?(?:spring|summer|fall|autumn|winter)\b", "rule"),
    # how often: "just twice", "x10"
    (r"\b(?:once|twice|thrice)\b|\bx\s?\d+\b|\b\d+\s?x\b", "rule"),
    # what comes again in a way no rule can say
    (r"\b(?:always|regularly|routinely)\s*READ", "moment"),
    (r"\b(?:first|second|third|fourth|1st|2nd|3rd|4th) week (?:of|in)\b", "any time"),
    (r"\b(?:odd|even)(?:[- ]numbered)? (?:days?|dates?|weeks?|months?|weekdays?|[a-z]+days?)\b", "any time"),
    (r"(?:^|\b(?:on|at) )\W*every [a-z]+\s*READ", "moment"),
    (r"(?:\bat )?(?<!\d):\d\d\b|\b(?:half|quarter) past\b|\bpast (?:the|every|each) hour\b|\bpast READ", "rule"),
    # days that only the person knows: "on my birthday at 9"
    (rf"\bon (?:[a-z]+(?:['’]s)? ){{0,3}}{_OWN_DAY}\b|^\W*(?:[a-z]+['’]s |my )?{_OWN_DAY}\s*READ", "no day"),
    (r"\b[a-z]{3,6}(?<!yester)day['’]s\b", "no day"),
    (r"\bon (?:[a-z]+(?:['’]s)? ){1,3}day\b|READ of (?:the|my|our)\b", "no day"),
    (rf"\b(?:before|by|until) {_MEALS}\s*READ|READ\s*(?:before|by|until) {_MEALS}\b", "no clock"),
    (r"\bweek (?:of|before|after)\b", "any time"),
    (r"\bday (?:before|after|of) (?!READ)\S", "no day"),
)
"""See `tables_ko.UNREAD`."""
