"""The days with a name that people set reminders by, in both languages, and the date of each in a year.

Fixed days, days counted in weeks, days counted from Easter, and the Korean days of the lunar calendar, whose dates are
listed because the calendar is kept by observation; a year that is not listed gives no date.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

FIXED: dict[tuple[int, int], str] = {
    (1, 1): "new year|new years|new year's|new years day|new year's day|신정|새해|새해첫날|새해 첫날",
    (2, 2): "groundhog day|groundhogs day",
    (2, 14): "valentine's day|valentines day|valentine day|valentines|발렌타인데이|밸런타인데이",
    (3, 1): "삼일절|3.1절",
    (3, 14): "white day|pi day|화이트데이|파이데이",
    (3, 17): "st patrick's day|st patricks day|saint patrick's day|st. patrick's day",
    (4, 1): "april fools|april fool's day|april fools day|april fools' day|만우절",
    (4, 5): "식목일",
    (4, 22): "earth day",
    (5, 1): "may day|근로자의날|노동절|근로자의 날",
    (5, 5): "children's day|childrens day|cinco de mayo|어린이날",
    (5, 8): "어버이날",
    (5, 15): "스승의날|스승의 날",
    (6, 6): "현충일",
    (7, 4): "independence day",
    (7, 17): "제헌절",
    (8, 15): "광복절",
    (10, 3): "개천절",
    (10, 9): "한글날",
    (10, 31): "halloween|hallowe'en|halloween day|할로윈|핼러윈",
    (11, 1): "all saints day|all saints' day",
    (11, 11): "veterans day|veterans' day|remembrance day|armistice day|빼빼로데이",
    (12, 24): "christmas eve|xmas eve|크리스마스이브|크리스마스 이브|성탄절이브",
    (12, 25): "christmas|xmas|christmas day|x-mas|크리스마스|성탄절",
    (12, 26): "boxing day",
    (12, 31): "new year's eve|new years eve|nye|silvester",
}
# Month, weekday from Monday, which one (-1: the last), days after it.
WEEKLY: dict[tuple[int, int, int, int], str] = {
    (1, 0, 3, 0): "mlk day|martin luther king day|martin luther king jr day|martin luther king's day",
    (2, 0, 3, 0): "presidents day|president's day|presidents' day|washington's birthday",
    (5, 6, 2, 0): "mother's day|mothers day|mother day",
    (5, 0, -1, 0): "memorial day",
    (6, 6, 3, 0): "father's day|fathers day|father day",
    (9, 0, 1, 0): "labor day|labour day",
    (10, 0, 2, 0): "columbus day|indigenous peoples day",
    (11, 3, 4, 0): "thanksgiving|thanksgiving day|추수감사절",
    (11, 3, 4, 1): "black friday|블랙프라이데이",
    (11, 3, 4, 4): "cyber monday",
}
EASTER: dict[int, str] = {
    -47: "mardi gras|shrove tuesday",
    -46: "ash wednesday",
    -7: "palm sunday",
    -3: "maundy thursday|holy thursday",
    -2: "good friday|성금요일",
    -1: "holy saturday",
    0: "easter|easter sunday|easter day|부활절",
    1: "easter monday",
    39: "ascension day|ascension",
    49: "pentecost|whit sunday",
    50: "whit monday|pentecost monday",
}
LUNAR: dict[str, dict[int, tuple[int, int]]] = {
    "설날|설|구정|lunar new year|lunar new year's day|korean new year|seollal": {
        2026: (2, 17), 2027: (2, 7), 2028: (1, 27), 2029: (2, 13), 2030: (2, 3),
    },
    "추석|한가위|chuseok": {2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12)},
    "부처님오신날|부처님 오신 날|석가탄신일": {2026: (5, 24), 2027: (5, 13), 2028: (5, 2), 2029: (5, 20), 2030: (5, 9)},
}  # fmt: skip
LUNAR_EVES = {
    "설날": "섣달그믐|섣달 그믐|설 연휴 첫날|설연휴 첫날|설날 연휴 첫날|lunar new year eve|lunar new year's eve",
    "추석": "추석 연휴 첫날|추석연휴 첫날",
}  # the days before them, with which their holidays begin
SHORT = re.compile(
    r"설(?=날|$|에|엔|부터|까지|전|\s?(?:연휴|선물|명절|당일|전날|세뱃돈|다음\s?날|\d|아침|오전|오후|저녁|밤))"
)
"""Where the one letter is the holiday: 설 is "to stand" as well, as in "설 자리"."""

_Rule = tuple[str, object]
NAMES: dict[str, _Rule] = {
    **{name: ("fixed", day) for day, names in FIXED.items() for name in names.split("|")},
    **{name: ("weekly", day) for day, names in WEEKLY.items() for name in names.split("|")},
    **{name: ("easter", days) for days, names in EASTER.items() for name in names.split("|")},
    **{name: ("lunar", names) for names in LUNAR for name in names.split("|")},
    **{
        name: ("lunar eve", names)
        for names in LUNAR
        for name in LUNAR_EVES.get(names.split("|", 1)[0], "").split("|")
        if name
    },
}


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date | None:
    """Return the `which`-th weekday of a month (-1: the last, -2: the one before), None when there is none."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    if which > 0:
        found = first + timedelta((weekday - first.weekday()) % 7 + 7 * (which - 1))
    else:
        last = after - timedelta(1)
        found = last - timedelta((last.weekday() - weekday) % 7 + 7 * (-which - 1))
    return found if found.month == month else None


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar (the rule of Meeus, Jones and Butcher)."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, skipped = century // 4, century % 4
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * skipped + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def date_of(rule: _Rule, year: int) -> date | None:
    """Return the date of a named day in a year, None when it is not known."""
    how, day = rule
    match how, day:
        case "fixed", (int(month), int(number)):
            return date(year, month, number)
        case "weekly", (int(month), int(weekday), int(which), int(after)):
            found = nth_weekday(year, month, weekday, which)
            return found + timedelta(after) if found else None
        case "easter", int(days):
            return easter(year) + timedelta(days)
        case (("lunar" | "lunar eve"), str(names)):
            lunar = LUNAR[names].get(year)
            return date(year, *lunar) - timedelta(how == "lunar eve") if lunar else None
    return None
