"""What nobody should send: forged buttons, and input made to break something. Politeness is the answer, always."""

from __future__ import annotations

import base64

import pytest

from bot.i18n import Locale, texts
from tests.contract.people import Platform, Seen

promise = pytest.mark.promise
APOLOGIES = tuple(texts(locale)("errors.unexpected", reference="").split(".")[0] for locale in Locale)

WIRES = {
    "a name nobody has": "no.such|press",
    "an old version's": "recommend:card:42",
    "a resource that is gone": "rec.card|no-such-resource|0|rl",
    "a state that is none": "rec.put|loved|sutton-barto|0|rl",
    "too few arguments": "rec.put|saved",
    "too many arguments": "rec.card|sutton-barto|0|rl|and|more",
    "a number that is none": "rec.turn|first|rl",
    "a topic that is none": "rec.pick|astrology",
    "a command that is none": "call|drop tables",
    "too many options": "call|recommend|a|b|c|d|e|f",
    "a token nobody kept": "~" + "0" * 24,
    "an owner of nowhere": "!!rec.card|sutton-barto|0|rl",
    "the host's tap": "doors.approve|telegram|-1001234567890",
    "a form's own": "form.skip|0",
    "control characters": "rec.turn|0|r\x00l\x1b[2J",
    "half an escape": "rec.turn|0|rl\\",
    "a far page": "rec.turn|999999999|rl",
    "a page before the first": "rec.turn|-9|rl",
}


def polite(seen: Seen) -> bool:
    return bool(seen.words.strip()) and not any(apology in seen.words for apology in APOLOGIES)


@promise("forged")
@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
def test_a_forged_button_is_refused_politely(platform: Platform, wire: str) -> None:
    person = platform.newcomer()
    untouched = person.call("recommend", "rl").picks
    assert polite(person.forge(wire))
    assert person.call("recommend", "rl").picks == untouched


@promise("forged")
def test_a_forged_tap_of_the_host_changes_nothing(platform: Platform) -> None:
    person = platform.newcomer()
    refused = person.forge("doors.approve|discord|1234")
    if platform.name != "console":
        assert refused.words == "Only the person who runs this bot can do that."


@promise("forged")
def test_anothers_bound_button_is_refused(platform: Platform) -> None:
    refused = platform.newcomer().forge("!1!rec.unshare")
    if platform.name != "console":
        assert refused.words == "This button is for the person who asked."


@promise("forged")
def test_an_expired_button_says_so(platform: Platform) -> None:
    refused = platform.newcomer().forge("~" + "0" * 24)
    if platform.name != "console":
        assert refused.words == "This button has expired. Please ask again."


def test_a_forged_deep_link_changes_nothing(platforms: dict[str, Platform]) -> None:
    """Anybody can write a link; following one must never save, decide or publish."""
    person = platforms["telegram"].newcomer()
    first = person.call("recommend", "rl").picks
    for wire in (f"rec.put|not_for_me|{first[0]}|0|rl", f"rec.broken|{first[0]}", "rec.share|0|rl"):
        payload = base64.urlsafe_b64encode(wire.encode()).decode().rstrip("=")
        landed = person.call("start", payload)
        assert polite(landed)
        assert "Set aside" not in landed.words
    assert person.call("recommend", "rl").picks == first


HOSTILE = {
    "4,000 characters": "강화학습 " * 800,
    "one long word": "x" * 4000,
    "long and wide": "🤖" * 1900,
    "zero width": "r\u200bl\u200d\ufeff \u2060rein\u200bforcement",
    "nothing but zero width": "\u200b\u200d\u2060\ufeff",
    "right to left": "\u202erl\u202c \u2067reinforcement\u2069 تعلم",
    "Markdown": "**rl** _x_ `y` ||z|| # h\n> q [a](https://example.org) ```\ncode",
    "Markdown unclosed": "** __ ` ``` || ~~ [ ]( \\",
    "HTML": "<b>rl</b> <script>alert(1)</script> </b></i> &amp; &#0; <a href='tg://user?id=1'>x</a>",
    "everyone": "@everyone @here <@1> <@&1> <#1> </x:1> @alice @channel",
    "mentions of real people": "@moim_bot @alice <@!1> tg://user?id=1",
    "SQL": "'; DROP TABLE entries; -- \" OR 1=1 /*",
    "null bytes": "rl\x00\x00 learning",
    "control characters": "rl\x07\x08\x1b[31mred\x1b[0m\x7f\x85",
    "only punctuation": "?!.,;:()[]{}|/\\'\"`~^*+-=_<>#%&$",
    "a format string": "{0} {x} {} %s %d %(x)s ${x} {topic:을}",
    "stacked marks": "r" + "\u0301" * 300 + "l",
    "half a pair": "rl \ud83d learning".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "line ends": "rl\r\nbooks\u2028and\u2029more\vand\fmore",
    "wires": "rec.put|saved|sutton-barto|0|rl ~000000000000000000000000 !1!x",
    "a path": "../../../../etc/passwd file:///etc/passwd",
    "an address": "https://user:pass@evil.example/%00?q=<x> discord.gg/abc",
    "regular expressions": "(a+)+$ " + "a" * 200 + "!",
    "a command in a command": "/recommend /recommend /start@moim_bot",
    "numbers": "9" * 400,
    "jamo": "ㄱ" * 300 + "ㅏ" * 300,
    "decomposed Hangul": "\u1100\u1161\u11bc\u1112\u116a" * 40,
}


@promise("hostile")
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_answered_politely(platform: Platform, words: str) -> None:
    if platform.name == "console":
        words = " ".join(words.splitlines())  # a line is what a terminal sends
    seen = platform.newcomer().call("recommend", words)
    assert polite(seen)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in seen.words), "control characters come back"


@promise("hostile")
@pytest.mark.parametrize("words", ["everyone", "HTML", "Markdown", "control characters"])
def test_hostile_words_in_company_ping_and_break_nothing(platform: Platform, words: str) -> None:
    person = platform.newcomer()
    if platform.name != "console":
        person = platform.in_company(person)
    typed = " ".join(HOSTILE[words].splitlines())
    assert polite(person.call("recommend", typed))


@promise("hostile")
@pytest.mark.parametrize("words", ["everyone", "HTML", "Markdown", "null bytes", "right to left"])
def test_hostile_words_in_a_form_are_answered_politely(platform: Platform, words: str) -> None:
    person = platform.newcomer()
    person.call("recommend")
    person.take("In my own words")
    assert polite(person.fill(" ".join(HOSTILE[words].splitlines())))


@promise("hostile")
def test_buttons_under_an_answer_to_hostile_words_work(platform: Platform) -> None:
    person = platform.newcomer()
    seen = person.call("recommend", "rl | \\ ~x !1! 강화학습 " + "책 " * 50)
    assert seen.picks
    assert "Save" in person.take("1").offers
    assert person.take("Back").picks == seen.picks
