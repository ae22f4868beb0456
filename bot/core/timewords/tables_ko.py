"""The Korean words of time: what kind of token each is, and what it means.

Only words stand here, no grammar. A word of a text counts only when these pieces cover all of it ("내일오후세시반에"),
so particles belong to the table, and "이분이" or "시간짜리" never become times. `NEEDS`: what a short word must follow.
"""

from __future__ import annotations

import re
from typing import Any

_DAYS = "월화수목금토일"
_UNITS = frozenset({"SEC", "MIN", "HOUR", "IL", "DAYU", "WEEK", "MONTHU", "YEAR"})
_NUMBERS = frozenset({"NUM"})
_SPANS = _UNITS | {"DUR", "HALF"}
_DATES = frozenset({"IL", "MON", "WD", "WDS", "WDCH", "DAY", "DATE", "MD", "DEC", "HOLIDAY", "WEEKEND", "LASTDAY", "P"})
_CLOCKS = frozenset({"OCLOCK", "MIN", "HALF", "CLOCK", "NOON", "PART"})
_ENDED = frozenset({"OCLOCK", "MIN", "HALF", "CLOCK", "NOON"})
_MANY = frozenset({"NEXT", "THIS", "EVERY", "ORD", "LAST", "PREV", "UPCOMING"})


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


POLITE = _set("요 이요")
ENDINGS = _set(
    "야 이야 임 입니다 이에요 에요 예요 이예요 이다 인데 인데요 이라 라 라서 이라서 라고 이라고 니까 이니까 "
    "래 이래 래요 이래요 면 이면 죠 이죠"
)
"""Everyday endings of an hour: "9시요", "3시인데". Behind a day only the first two are sure: "내일이 시험이라"."""

WORDS: dict[str, tuple[str, Any]] = {
    # days from today
    **dict.fromkeys(("오늘", "금일"), ("DAY", 0)),
    **dict.fromkeys(("내일", "낼", "명일", "익일"), ("DAY", 1)),
    **dict.fromkeys(("모레", "모래", "내일모레", "낼모레"), ("DAY", 2)),
    **dict.fromkeys(("글피",), ("DAY", 3)),
    **dict.fromkeys(("그글피",), ("DAY", 4)),
    **dict.fromkeys(("어제", "어저께", "어젯밤", "간밤", "지난밤"), ("DAY", -1)),
    **dict.fromkeys(("그제", "그저께", "엊그제", "엊그저께"), ("DAY", -2)),
    **dict.fromkeys(("지금", "현재", "방금"), ("NOW", True)),
    # weekdays
    **{day + end: ("WD", at) for at, day in enumerate(_DAYS) for end in ("요일", "욜", "요일날", "욜날")},
    **dict.fromkeys(("평일", "주중", "평일날"), ("WEEKDAYS", True)),
    **dict.fromkeys(("주말",), ("WEEKEND", True)),
    # parts of the day
    **dict.fromkeys(("아침", "아침때", "아침나절"), ("PART", "morning")),
    **dict.fromkeys(("오전",), ("PART", "am")),
    **dict.fromkeys(("오후",), ("PART", "pm")),
    **dict.fromkeys(("점심", "점심때", "점심시간"), ("PART", "lunch")),
    **dict.fromkeys(("낮", "대낮", "한낮"), ("PART", "day")),
    **dict.fromkeys(("저녁", "저녁때", "저녁시간"), ("PART", "evening")),
    **dict.fromkeys(("밤",), ("PART", "night")),
    **dict.fromkeys(("한밤", "한밤중", "심야", "밤중"), ("PART", "deep_night")),
    **dict.fromkeys(("새벽", "새벽녘"), ("PART", "dawn")),
    **dict.fromkeys(("자기", "잠자기", "잠들기", "취침", "자러가기"), ("SLEEP", True)),
    **dict.fromkeys(("먹고", "먹고나서", "먹은", "먹고서"), ("EAT", True)),
    **dict.fromkeys(("일찍", "일찍이", "일찌감치", "이른"), ("EARLY", True)),
    **dict.fromkeys(("늦게", "느지막이", "늦은"), ("LATE", True)),
    "정오": ("NOON", 12),
    "자정": ("NOON", 24),
    # units
    "시": ("OCLOCK", True),
    "초": ("SEC", 1),
    "분": ("MIN", 60),
    "시간": ("HOUR", 3600),
    "일": ("IL", 1),
    **dict.fromkeys(("주", "주일"), ("WEEK", 7)),
    **dict.fromkeys(("달", "개월"), ("MONTHU", 1)),
    "월": ("MON", True),
    **dict.fromkeys(("년", "해"), ("YEAR", 12)),
    **dict.fromkeys(("번", "회", "차례"), ("TIMES", True)),
    "번째": ("TH", True),
    "반": ("HALF", True),
    # spans with a name of their own: (months, days, seconds)
    **{
        name: ("DUR", (0, days, 0))
        for days, names in {
            1: "하루",
            2: "이틀",
            3: "사흘",
            4: "나흘",
            5: "닷새",
            6: "엿새",
            7: "이레 일주일 일주 한주",
            8: "여드레",
            9: "아흐레",
            10: "열흘",
            15: "보름",
        }.items()
        for name in names.split()
    },
    "반시간": ("DUR", (0, 0, 1800)),
    "반년": ("DUR", (6, 0, 0)),
    # which one
    **dict.fromkeys(("다음", "담", "다음번", "담번"), ("NEXT", 1)),
    **dict.fromkeys(("다다음", "담담", "다담"), ("NEXT", 2)),
    "다다다음": ("NEXT", 3),
    **dict.fromkeys(("이번", "요번", "금번"), ("THIS", True)),
    **dict.fromkeys(("오는", "돌아오는", "다가오는"), ("UPCOMING", True)),
    **dict.fromkeys(("지난", "저번", "지난번", "지지난"), ("PREV", True)),
    **dict.fromkeys(("차주", "내주"), ("WEEKREL", 1)),
    "금주": ("WEEKREL", 0),
    **dict.fromkeys(("내달", "익월", "차월"), ("MONTHREL", 1)),
    **dict.fromkeys(("이달", "금월", "당월"), ("MONTHREL", 0)),
    **dict.fromkeys(("올해", "금년"), ("YEARREL", 0)),
    **dict.fromkeys(("내년", "명년"), ("YEARREL", 1)),
    "내후년": ("YEARREL", 2),
    "작년": ("YEARREL", -1),
    **dict.fromkeys(("첫", "첫째", "첫번째", "첫째날"), ("ORD", 1)),
    **dict.fromkeys(("둘째", "두번째"), ("ORD", 2)),
    **dict.fromkeys(("셋째", "세번째"), ("ORD", 3)),
    **dict.fromkeys(("넷째", "네번째"), ("ORD", 4)),
    **dict.fromkeys(("다섯째", "다섯번째"), ("ORD", 5)),
    **dict.fromkeys(("마지막", "맨마지막"), ("LAST", True)),
    **dict.fromkeys(("말일", "막날"), ("LASTDAY", True)),
    "월말": ("MEND", True),
    "월초": ("MBEGIN", True),
    **dict.fromkeys(("연말", "년말"), ("YEND", True)),
    "말": ("END", True),
    "날": ("NAL", True),
    # again and again: (frequency, interval)
    **dict.fromkeys(("매일", "매일매일", "날마다", "매일마다", "맨날", "맨날맨날", "매일같이"), ("FREQ", ("DAILY", 1))),
    **dict.fromkeys(("매주", "주마다", "매주마다"), ("FREQ", ("WEEKLY", 1))),
    **dict.fromkeys(("매달", "매월", "달마다", "다달이", "매달마다", "매월마다"), ("FREQ", ("MONTHLY", 1))),
    **dict.fromkeys(("매년", "해마다", "매해", "매년마다"), ("FREQ", ("YEARLY", 1))),
    **dict.fromkeys(("매시간", "매시", "시간마다", "매시간마다"), ("FREQ", ("HOURLY", 1))),
    **dict.fromkeys(("격일", "격일로"), ("FREQ", ("DAILY", 2))),
    **dict.fromkeys(("격주", "격주로"), ("FREQ", ("WEEKLY", 2))),
    **dict.fromkeys(("격월", "격월로"), ("FREQ", ("MONTHLY", 2))),
    "매": ("EVERY", True),
    **dict.fromkeys(("마다", "간격", "간격으로"), ("EACH", True)),
    **dict.fromkeys(("걸러", "건너"), ("SKIP", True)),
    "매주말": ("WEEKENDS", True),
    # before, after, how long
    **dict.fromkeys(("뒤", "후", "지나서", "지나면"), ("LATER", True)),
    **dict.fromkeys(("이따", "이따가", "있다가", "있다", "잇다가", "잇다", "이따기"), ("SOON", True)),
    **dict.fromkeys(("좀", "조금", "잠깐", "잠시", "쫌", "좀만", "조금만", "잠깐만", "잠시만"), ("SOFT", True)),
    **dict.fromkeys(("내", "안", "이내"), ("WITHIN", True)),
    **dict.fromkeys(("전", "이전"), ("BEFORE", True)),
    **dict.fromkeys(("까지", "까지만", "까지는", "까진", "중으로", "중까지"), ("UNTIL", True)),
    **dict.fromkeys(("부터", "부터는", "부턴", "에서", "으로부터"), ("FROM", True)),
    **dict.fromkeys(("동안", "동안만", "간"), ("FOR", True)),
    "만": ("ONLY", True),
    **dict.fromkeys(("앞으로", "향후"), ("AHEAD", True)),
    **dict.fromkeys(("딱", "총", "정확히"), ("JUST", True)),
    **dict.fromkeys(
        _set("빼고 빼고는 빼곤 빼구 제외 제외하고 제외하고는 제외하곤 제외한 제외하면 말고 말고는 말곤"),
        ("EXCEPTED", True),
    ),
    **dict.fromkeys(("와", "과", "랑", "이랑", "하고", "및", "그리고"), ("AND", True)),
    # particles and softeners
    **dict.fromkeys(
        _set(
            "에 에는 엔 에도 에만 은 는 로 으로 씩 때 때쯤 중 중에 도 되면 쯤 쯤에 쯤에는 즈음 경 경에 정도 정도에 "
            "정각 정각에 요일 요일에 을 를 의 이 가"
        ),
        ("P", True),
    ),
    **dict.fromkeys((*POLITE, *ENDINGS), ("P", True)),
    # words of time that nothing here can read: beside a time they make it unsure
    **dict.fromkeys(
        _set(
            "이튿날 당일 중순 초순 하순 상순 이후 직전 직후 분기 며칠 사이 매번 반나절 한나절 연속 연달아 "
            "전후 넘어서 넘어 넘으면 지나고 되기 아니고 대신 아니면 또는 혹은 "
            "중반 초반 후반 무렵 음력"
        ),
        ("BAD", True),
    ),
    "전날": ("EVE", True),
    "다음날": ("NEXTDAY", True),
    **dict.fromkeys(("이나", "나"), ("BAD", True)),
    # zones
    **dict.fromkeys(("한국시간", "한국시각", "서울시간"), ("ZONE", "Asia/Seoul")),
    **dict.fromkeys(("일본시간", "도쿄시간"), ("ZONE", "Asia/Tokyo")),
    **dict.fromkeys(("동부시간", "미국동부시간", "뉴욕시간"), ("ZONE", "America/New_York")),
    **dict.fromkeys(("서부시간", "미국서부시간"), ("ZONE", "America/Los_Angeles")),
}

NEEDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("시", "초", "분", "일", "번", "회", "차례", "월", "번째"), _NUMBERS | {"ORD"}),
    **dict.fromkeys(("시간", "주일", "개월", "년"), _NUMBERS | {"EVERY", "FEW"} | _MANY),
    **dict.fromkeys(("주", "달", "해"), _NUMBERS | _MANY),
    "반": frozenset({"OCLOCK", "HOUR", "WEEK", "MONTHU", "YEAR"}),
    **dict.fromkeys(("내", "안", "이내", "걸러", "건너", "동안", "동안만"), _SPANS | {"WEEKREL", "DAY", "YEARREL"}),
    **dict.fromkeys(("중으로", "중까지"), _DATES | {"WEEKREL", "MONTHREL", "WEEK", "MONTHU", "PART"}),
    "간": _UNITS | {"DUR"},
    **dict.fromkeys(("뒤", "후", "지나서", "지나면"), _SPANS | {"SOFT", "PART", "EAT", "HOLIDAY", "DATE", "WD", "P"}),
    **dict.fromkeys(("전", "이전"), _SPANS | _CLOCKS | _DATES | {"SLEEP", "SOFT"}),
    "말": frozenset({"MON", "MONTHU", "MONTHREL", "YEAR", "YEARREL", "WEEK", "FREQ"}),
    "날": frozenset({"LAST", "ORD", "TH", "WD"}),
    "만": _SPANS | {"TIMES", "FOR", "WD", "WDS", "WDCH", "WEEKDAYS", "WEEKEND", "DAY", "IL", "YEARREL"},
    **dict.fromkeys(("이나", "나"), _DATES | _CLOCKS | _SPANS),
    **dict.fromkeys(("과", "와", "랑", "이랑", "하고"), _DATES | _CLOCKS | {"P", "WEEKDAYS"}),
    **dict.fromkeys(
        ("먹고", "먹고나서", "먹은", "먹고서", "일찍", "일찍이", "일찌감치", "늦게", "느지막이"), frozenset({"PART"})
    ),
    **dict.fromkeys(("있다", "잇다"), _SPANS | {"SOFT", "DAY", "P", ""}),
    "에서": frozenset({"OCLOCK", "MIN", "HALF", "CLOCK", "IL"}),
    "으로부터": frozenset({"NOW"}),
    **dict.fromkeys(ENDINGS, _ENDED | {"P", "LATER"}),
    **dict.fromkeys(POLITE, _ENDED | {"P", "PART", "DAY", "WD", "IL", "WEEKEND", "UNTIL", "EACH", "LATER", "BEFORE"}),
    **dict.fromkeys(("이", "가"), _ENDED | {"WD", "DAY", "WEEKEND"}),
    **dict.fromkeys(
        ("마다", "간격", "간격으로"),
        _SPANS
        | {
            "WD",
            "WDS",
            "WDCH",
            "PART",
            "WEEKDAYS",
            "WEEKEND",
            "WEEKENDS",
            "NOON",
            "IL",
            "P",
            "MON",
            "HOLIDAY",
            "NAL",
            "CLOCK",
        }
        | {"OCLOCK", "LASTDAY", "MEND", "TIMES"},
    ),
}
"""Words that mean a time only right after one of these kinds of token."""

BEGINNINGS = _UNITS | {"MON", "MONTHREL", "YEARREL", "FREQ"}
"""After these 초 is the beginning, which names no day, and not a second."""

NOT_AFTER: dict[str, frozenset[str]] = dict.fromkeys(
    ("주마다", "달마다", "해마다", "시간마다", "날마다", "일주", "한주"), _NUMBERS | _MANY
)
"""Words that are read in pieces after one of these kinds: "2주마다" is no "주마다"."""

_A_PART = re.compile(r"\s?(?:아침|점심|저녁|오전|오후|밤|새벽)")
_AN_EXCEPTION = re.compile(r"\s?(?:빼|제외)")
_NO_CHESTNUT = re.compile(r"(?!\s(?:까[먹기서]|사[기러와]|사오|줍|굽|구워|삶|한\s?봉))")
_COMES = re.compile(r"\s?되면")
_ONE_OF_ITS_DAYS = re.compile(r"\s?(?:마지막|첫|[둘셋넷]째|다섯째|말일|[월화수목금토일]요일|\d{1,2}일)")
BEFORE: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("이른", "늦은"), _A_PART),
    **dict.fromkeys(("을", "를"), _AN_EXCEPTION),
    "밤": _NO_CHESTNUT,
    "의": _ONE_OF_ITS_DAYS,
    **dict.fromkeys(("이", "가"), _COMES),
}
"""Words that mean a time only right before this text: "월요일을 제외하고", "12월의 첫 월요일", not "월요일을 위해"."""

LOOSE = _set("쯤 쯤에 경 경에 정도 정도에 정각 정각에 중에 때 때쯤 즈음 되면")
"""Particles that people also write apart."""

PARTICLES_AFTER = (
    _SPANS
    | _CLOCKS
    | _DATES
    | {"WEEKDAYS", "LATER", "WITHIN", "BEFORE", "SOON", "FREQ", "EACH", "EVERY", "TIMES", "MEND", "MBEGIN", "YEND"}
    | {
        "END",
        "NAL",
        "WEEKREL",
        "MONTHREL",
        "YEARREL",
        "TH",
        "ORD",
        "WEEK",
        "FOR",
        "ZONE",
        "NOW",
        "NUM",
        "FROM",
        "UNTIL",
    }
    | {"EARLY", "LATE", "SKIP", "EAT", "BAD", "EVE", "DAY", "SLEEP", "NIGHTLY"}
)
"""What a particle may hang on."""

# Numbers. 시 and 시간 count in native words, 분, 초, 일, 월 and 년 in Sino-Korean ones: "이분" may be two minutes,
# "이 시" is never two o'clock.
_NATIVE_ONES = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = {10: ("열",), 20: ("스물", "스무"), 30: ("서른",), 40: ("마흔",), 50: ("쉰",)}
NATIVE: dict[str, int] = {
    **{word: at for at, word in enumerate(_NATIVE_ONES, 1)},
    **dict.fromkeys(("석", "서"), 3),
    **dict.fromkeys(("넉", "너"), 4),
    **{tens: value for value, words in _TENS.items() for tens in words},
    **{words[0] + one: value + at for value, words in _TENS.items() for at, one in enumerate(_NATIVE_ONES, 1)},
}
SINO_DIGITS = dict(zip("영일이삼사오육칠팔구", range(10), strict=True)) | {"공": 0, "유": 6, "시": 10, "륙": 6}
SINO_POWERS = {"십": 10, "백": 100, "천": 1000}
NATIVE_UNITS = frozenset({"시", "시간", "달", "번", "차례", "주", "주일", "개월", "번째", "해"})
SINO_UNITS = frozenset({"초", "분", "일", "일간", "월", "년", "주", "주일", "주간", "개월", "회", "시간", "시"})
SINO_HOURS_FROM = 13  # as soldiers and stations say them: 십오 시
ODD_MONTHS = {"유월": 6, "시월": 10}

COUNTED = _set("장 강 쪽 페이지 화 편 챕터 단원 절 문제 번 권 부 회차 강의 파트 과 번문제 레슨 주차")
"""What is counted beside study: "3장까지" and "강의 3/5" are no times."""

MOVED = ("옮", "변경", "바꾸", "바꿔", "바뀌", "미루", "미뤄", "당기", "당겨", "연기")
"""Beginnings of words beside which "3시에서 4시" is no length of time but an old and a new one."""

OF_WORK = ("끝", "마치", "마무리", "시작", "하기", "그만")
"""Beginnings of words beside which 일 is work, and no Sunday: "일 8시에 끝내기"."""

DAYS_OFF = ("공휴일", "휴일", "빨간날", "쉬는날", "명절", "연휴")
"""Days that no rule can leave out: "공휴일 빼고"."""

PREPARED = ("선물", "카드", "장식", "준비", "계획", "여행", "표", "예매", "기차표", "쇼핑")
"""Beginnings of words for what is done before a holiday: "크리스마스 선물 사기"."""

DEADLINES = _set("마감 데드라인 마감일 마감은 마감이")
"""Words that make the time beside them a deadline."""

EVENTS = _set(
    "시험 학기 방학 종강 개강 마감 수능 면접 발표 기말 중간 기말고사 중간고사 대회 데드라인 졸업 때 학기말 프로젝트"
)
"""Ends that only the person knows: "시험까지" leaves a rule without a sure end."""

_TAKEN = ".*(?:먹|복용|챙기|챙겨|드시|드세)"  # what is done with 약, the medicine
PHRASES: tuple[tuple[str, str, Any, frozenset[str] | None], ...] = (
    (r"(?:이|같은|똑같은)\s?(?:시간|시각)(?:에|쯤)?(?![가-힣])", "SAME", True, None),
    (r"주\s?[1-7]일(?![가-힣])", "OFTEN", True, None),
    (r"(?:주|월|일|연)\s?(?:\d+|[한두세네]|다섯)\s?(?:회|번)(?:씩|은)?(?![가-힣])", "OFTEN", True, None),
    (rf"(?:한|대략|대충|거의|약(?!{_TAKEN}))\s(?=\d+\s?(?:시|분|초|일|주|개월|달))", "ABOUT", True, None),
    (r"일월화수목금토(?=\s?(?:마다|매일|아침|점심|저녁|오전|오후|밤|새벽|\d))", "WDS", (0, 1, 2, 3, 4, 5, 6), None),
    (r"일월화수목금토", "WORD", "일월화수목금토", None),
    (r"이맘때(?:쯤|에)?(?![가-힣])", "SAME", True, None),
    (r"(?:단|대신),?\s(?=\S+\s(?:빼|제외|말고))", "COMMA", ",", None),
    (r"(?:먹고|먹은)\s(?:나서|다음에?|뒤에?|후에?)(?:는)?(?![가-힣])", "EAT", True, frozenset({"PART"})),
    (r"(?:한두|두세|서너|두어|몇)\s?(?:시간|분|일|날|주|달)\s?(?:뒤|후|이따|있다)", "NO_CLOCK", True, None),
    (r"(?:[1-4]/4|[1-4])\s?분기(?!\s?마다)", "WORD", "분기", None),
    *(
        (rf"{part}(?:{'|'.join(sorted(ENDINGS))})(?![가-힣])", *WORDS[part], _DATES)
        for part in ("아침", "점심", "저녁", "밤", "새벽", "오전", "오후")
    ),
    (r"(?:미리|일찍|먼저|앞서)(?![가-힣])", "NO_CLOCK", True, _UNITS | {"DUR", "HALF"}),  # "10분 일찍"
    (r"다음\s날(?:에|엔|에는|은)?(?![가-힣])", "NEXTDAY", True, None),
    (r"먹기\s?(?:전|직전)", "BAD", True, frozenset({"PART"})),
    (
        r"퇴근\s?(?:하고(?:\s?나서)?|하면|하자마자|길에|(?:한\s?)?(?:후|뒤|다음)(?:에|에는)?)(?![가-힣])",
        "PART",
        "after_work",
        None,
    ),
)
"""Turns of several words; see `tables_en.PHRASES`."""

REQUEST = r"(?:알려|깨워|리마인드|알림|말해\s?줘|얘기해\s?줘|불러\s?줘|상기시켜)\S*"

_DAY = r"(?:오늘|내일|낼|모레|글피|[월화수목금토일](?:요일|욜)|주말|평일|매일|\d{1,2}일)"
_ENDS = r"(?=[\s,.!?]|$)"
_KNOWN_TO_ONE = (
    r"(?:월급날|시험\s?날|수능\s?날|수능일|제삿날|복날|이삿날|결혼식\s?날|[가-힣]+\s날|기념일|생일|생신|대체\s?공휴일|동지|"
    r"대보름|칠석|단오|(?:개강|종강|마감|발표|시험|면접|졸업|입학|개학|월급|결제|납부|제출|급여|이사|출발)\s?(?:일|날))"
)
_OFF = r"(?:공휴일|휴일|빨간\s?날|쉬는\s?날|명절|연휴)"
_MORE_ENDINGS = (
    r"이|가|면|이면|이고|이?라서?|이?야|임|입니다|이?[에예]요|이?니까|인데|만|동안|이?라도|이?든|이?던가|뿐|밖에|보다|처럼|"
    r"부터라도|까지라도"
)
_MORE_OF_ONES_OWN = "입학 입사 퇴사 복학 휴가 이사 출산 결혼 퇴근 봄 여름 가을 겨울"
_ONES_OWN = rf"(?:{'|'.join(sorted(EVENTS - {'때', '중간'} | _set(_MORE_OF_ONES_OWN)))})"
_NOW_AND_THEN = r"(?:가끔|때때로|종종|자주|수시로|주기적으로|반복|계속|쭉|평생|당분간|한동안)"
UNREAD: tuple[tuple[str, str], ...] = (
    # an hour or a day whose ending is not known: "3시길래", "내일이면 9시"
    (
        r"(?:(?<!\d)\d{1,2}|(?<![\d가-힣])(?:두|세|네|다섯|여섯|일곱|여덟|아홉|열한?|열두))시"
        r"(?!간|즌|리즈|험|작|청|절|골|대|민|장|스템|도|선|각|풍|무)",
        "any time",
    ),
    (rf"(?<![가-힣]){_DAY}(?:{_MORE_ENDINGS}){_ENDS}", "no day"),
    (r"(?:만날|항상|언제나|늘|노상|정기적으로|꾸준히)\s*READ", "moment"),
    (r"READ\s?연휴\s?(?:마지막|끝|둘째|내내|중|동안|기간)", "any time"),
    (r"(?:내년|내후년|작년)(?:에|에는|엔|만|동안)?,?\s*READ", "any time"),
    (r"(?:^|\s)(?:(?:20)?\d\d)?(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\s*READ", "no day, no rule"),  # "1203 2시"
    (r"READ\s?(?:지나서|지난\s?(?:뒤|후|다음)|지나고|넘겨서?|중으로|중까지)", "any time"),
    (r"READ\S?\s?(?:언젠가|언제든)|언젠가\s?READ", "any time"),
    # how long, where nobody can say until when: "방학 동안", "일주일 내내"
    (rf"동안(?:에|은|만)?{_ENDS}", "rule"),
    (r"READ\s?동안", "any time"),
    (rf"(?:내내|연달아|연속){_ENDS}", "any time"),
    (r"(?:방학|학기|시험\s?기간|시험\s?주)\s?(?:에|에는|엔|때|때는|중|중에)?\s*READ|연휴\s?READ", "any time"),
    (r"READ\s*(?:[가-힣]+\s?)?(?:방학|학기|시험\s?기간)(?:에|에만|에는|엔|때|때만|중|중에)", "any time"),
    (rf"{_ONES_OWN}(?:이|가)?\s?(?:전|날|직전|후|끝날\s?때|시작할\s?때|볼\s?때)?(?:까지|부터)", "rule"),
    (rf"{_ONES_OWN}(?:까지|부터),?\s*READ", "any time"),
    # at which minute of each hour: "매시 정각"
    (r"READ\s?(?:정각|\d{1,2}분)(?!짜리|간|동안)|정각\s?READ", "each hour"),
    # from when on, which only the person knows: "개강하면 매주"
    (r"(?:[하되나오가으이르지]|끝나)면,?\s*READ", "rule"),
    # exceptions that no rule can make: "공휴일은 쉬어"
    (rf"{_OFF}(?:은|는|엔|에|에는|에도|만|도)?\s*(?:빼|제외|말고|쉬|쉼|안\s|아니|없|x\b|off|\)|READ|$)", "rule"),
    (rf"{_OFF}(?:은|는|엔|에는)\s", "rule"),
    # what comes again in a way no rule can say: "홀수 주", "월급날마다", "평일 중에 하루"
    (rf"(?:홀수|짝수)\s?(?:주|달|날|일|월){_ENDS}|(?:홀수|짝수)\s?(?:주|달|날|일|월)[에은는]", "any time"),
    (r"마다,?\s*READ|READ\s*[가-힣]+마다", "any time"),
    (r"(?:^|\s)매\s", "any time"),
    (r"READ\s?중(?:에서?)?\s(?:하루|이틀|사흘|하나|한\s번|\d일)", "rule"),
    (r"당분간|한동안|가끔|때때로|종종|수시로|번갈아|교대로|돌아가며|이번만", "rule"),
    (rf"{_NOW_AND_THEN}(?:으로)?\s*READ|READ\s*{_NOW_AND_THEN}(?:해서|하기)?{_ENDS}", "moment"),
    (rf"(?:\s날|\s주|기간|휴일|학기|\s때)만{_ENDS}|때까지,?\s*READ|(?:오|추우|더우)면{_ENDS}", "any time"),
    (rf"{_KNOWN_TO_ONE}(?:은|는|만|날)?\s*(?:빼|제외|말고)", "rule"),
    # days that only the person knows, or that are not listed: "월급날 저녁 7시"
    (rf"{_KNOWN_TO_ONE}(?:에|은|는|엔|에는|날)?\s*(?:READ|$)", "no day, no rule"),
)
"""What an unread word must look like to make a text doubtful, and beside what; see `unread`. READ: a piece."""
