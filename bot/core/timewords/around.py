"""The text around a time: what is to be remembered, without the words that ask for it and without the time's own.

It keeps what the person wrote, letter for letter, except that a Korean request is turned back into the thing itself:
"강의 보라고 알려줘" is "강의 보기".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Verbs whose stem ends so, and what stands before "라고": without them "회의라고" is the noun 회의.
_STEMS = (
    r"하|보|가|오|사|쓰|내|마시|치|켜|끄|자|타|챙기|올리|만나|우|두|주|쉬|뛰|싸|따|서|세우|키|마치|맞추|던지|그리|느끼|버리|돌리|"
    r"고치|바꾸|지우|기다리|누르|빌리|모이|훑|떠나|옮기|남기|넘기|즐기|맡기|벗기|다니|지키|익히|미루|부르|고르|이루|꾸미|살피|"
    r"붙이|줄이|높이|일어나"
)
_IRREGULAR = {
    "들으": "듣",
    "걸으": "걷",
    "물으": "묻",
    "실으": "싣",
    "도우": "돕",
    "지으": "짓",
    "부으": "붓",
    "이으": "잇",
}
_RIEUL = {
    "푸": "풀",
    "만드": "만들",
    "여": "열",
    "거": "걸",
    "노": "놀",
    "아": "알",
    "파": "팔",
    "도": "돌",
    "드": "들",
}
_STEM = re.compile(f"(?:{_STEMS})$")

_ASK_KO = (
    r"(?:좀\s*)?(?:다시\s*)?(?:꼭\s*)?"
    r"(?:알려|깨워|리마인드|말해|얘기해|불러|상기시켜|알림|알람)\s*"
    r"(?:해|맞춰|켜|보내|설정해|걸어|울려|좀)?\s*"
    r"(?:주면\s*(?:돼|된다|좋겠어|고맙겠어|고마워)|부탁\s?드려|부탁\s?드립니다|줘|주라|주세요|주실래요|주시겠어요|줄래|줄\s*수\s*있(?:어|나|니|을까)|줘요|줘라|주렴|달라고|드려|바람|부탁해|부탁해요|부탁)?(?:요|용|염)?"
)
_END_KO = re.compile(rf"(?:^|\s+|(?<=[고걸게를을])){_ASK_KO}[\s.~!?ㅎㅋㅠ^;,]*$")
_START_EN = re.compile(
    r"^(?:(?:hey|hi|ok|okay|please|pls|plz|can you|could you|would you|moim)[\s,]+)*"
    r"(?:(?:remind|ping|tell|notify|alert|nudge|buzz|poke)\s+(?:me|us)|let\s+(?:me|us)\s+know|don['’]?t\s+(?:let\s+me\s+)?forget|reminder|remember|(?:set|create|add|make)\s+(?:me\s+)?(?:a|an|the)\s+(?:reminder|alarm)|wake\s+me(?:\s+up)?)?"
    r"\s*(?:(?:to|about|of|that|for)\b)?[\s:,]*",
    re.IGNORECASE,
)
_AGAIN_EN = re.compile(r"^(?:please\s+)?(?:to|about|that)\b\s*(?=\S)", re.IGNORECASE)
_TOLD_KO = re.compile(
    r"(?<=고)\s+(?:좀\s*|꼭\s*)?(?:해|말해|얘기해)\s*(?:(?:줘|주라|주세요|줘요|줄래|달라)\S*)?[\s.~!?]*$"
)
_END_EN = re.compile(r"[\s,]+(?:please|pls|plz|thanks|thx|remind me(?: to)?|ping me|to)\s*[.!]*$", re.IGNORECASE)
_EDGES = " \t\n,.;:·-–—~!?/"
_QUOTING = re.compile(r"(\S*?)(이?라고|자고|다고|라는\s*거|라구)$")
_THINGS = frozenset(("거", "것", "걸", "것을", "것도"))
_START_KO = re.compile(r"^(?:알림|알람|리마인드|리마인더|나|저|나한테|저한테|나에게|저에게|내게|제게)(?=\s|$)\s*")
_LOOSE_KO = re.compile(r"(?<=\s)(?:에|쯤|좀|꼭)(?=\s|$)|^(?:에|쯤|좀|꼭)\s+")


def rest_of(text: str, taken: Iterable[tuple[int, int]]) -> str:
    """Return what is left of `text` without the stretches that were `taken`, and without the words of asking."""
    left, done = [], 0
    for start, end in sorted(taken):
        left.append(text[done:start])
        done = max(done, end)
    left.append(text[done:])
    return _thing(" ".join(left))


def _thing(text: str) -> str:
    text = " ".join(_emptied(text).split()).strip(_EDGES)
    before = None
    while before != text:
        before = text
        text = _END_EN.sub("", text).strip(_EDGES)
        text = _END_KO.sub("", _TOLD_KO.sub("", text)).strip(_EDGES)
    text = _START_KO.sub("", _START_EN.sub("", text, count=1))
    text = _AGAIN_EN.sub("", text).strip(_EDGES + "@")
    return " ".join(_LOOSE_KO.sub(" ", _named(text)).split())


def _emptied(text: str) -> str:
    """Return `text` without brackets that lost what was in them."""
    return re.sub(r"\(\s*\)|\[\s*\]|“\s*”|\"\s*\"|'\s*'", " ", text)


def _named(text: str) -> str:
    """Return a Korean request as the thing itself: 보라고, 보는 거 -> 보기; 회의라고 -> 회의."""
    text = re.sub(r"\s*있다고$", "", text)
    start, word = _last_word(text)
    if m := _QUOTING.match(word):
        return start + _noun(m[1], m[2])
    before, verb = _last_word(start.rstrip())
    if word in _THINGS and verb.endswith("는") and len(verb) > 1:
        return before + _RIEUL.get(verb[:-1], verb[:-1]) + "기"
    return text


def _last_word(text: str) -> tuple[str, str]:
    """Return what stands before the last word, its space included, and the last word."""
    at = text.rfind(" ") + 1
    return text[:at], text[at:]


def _noun(word: str, ending: str) -> str:
    if word.endswith("달") and ending == "라고" and len(word) > 1:  # "꺼달라고": what is asked for
        return word[:-1] + "주기"
    if ending.startswith("이") or ending == "다고":
        return word + ("" if ending.startswith("이") else ending)
    for said, stem in _IRREGULAR.items():
        if word.endswith(said):
            return word[: -len(said)] + stem + "기"
    if word.endswith("으"):
        return word[:-1] + "기"
    if ending == "자고" or _STEM.search(word) or _ends_in_rieul(word):
        return word + "기"
    return word


def _ends_in_rieul(word: str) -> bool:
    """Say whether a word ends in ㄹ, as the stems 풀, 만들 and 열 do; nouns in ㄹ take 이라고."""
    return bool(word) and "가" <= word[-1] <= "힣" and (ord(word[-1]) - 0xAC00) % 28 == 8
