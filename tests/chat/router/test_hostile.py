"""Whatever is typed, the answer is polite, says nothing it should not, and nothing breaks."""

from __future__ import annotations

import unicodedata
from ast import literal_eval

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.chat.reply import Answer, Button, Reply
from bot.chat.router import Router
from bot.chat.text import plain
from tests.callers import in_group, in_private, on_server

HOSTILE = {
    "4,000 characters": "강" * 4000,
    "more than anybody types": "x" * 1_000_000,
    "zero width": "r\u200bl\u200d\ufeff",
    "right to left": "\u202eevil\u202c \u2067x\u2069",
    "null bytes": "a\0b\0",
    "escape sequences": "\x1b[2J\x1b]0;title\x07",
    "half a character": "a\ud83d",
    "everyone": "@everyone <@&1> <@1> @here",
    "SQL": "'; DROP TABLE people; --",
    "HTML": "<script>alert(1)</script> &amp; <a href='tg://user?id=1'>x</a>",
    "Markdown": "**x** [y](javascript:alert(1)) ``` ||z|| \\",
    "slots": "{0} {note} {note.__class__} {{ }} %s {note:을}",
    "our own marks": "|\\p~!1!club.page|1|x",
    "zalgo": "e" + "\u0301" * 500,
    "only blanks": " \t\n\u3000\u00a0",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
}
CALLERS = {"in private": in_private(language="ko"), "on a server": on_server(), "in a group": in_group()}


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


def _is_harmless(words: str) -> bool:
    overrides = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n" for char in words) and not any(
        char in overrides for char in words
    )


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_option_is_taken_as_words(router: Router, caller: object, words: str) -> None:
    with capture_logs() as logs:
        answer = await router.call(caller, "meet", {"note": words})  # type: ignore[arg-type]
    assert isinstance(answer, Reply)
    assert logs == []
    assert _is_harmless(literal_eval(_said(answer).rpartition(", None, None, None")[0]))
    assert len(_said(answer)) <= 4100 * 4
    for button in _buttons(answer):
        assert len(button.wire.encode()) <= 64


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("option", ["level", "hour"])
async def test_a_hostile_value_is_said_back_short_and_harmless(router: Router, words: str, option: str) -> None:
    with capture_logs() as logs:
        said = _said(await router.call(in_private(), "meet", {option: words}))
    assert logs == []
    assert said.startswith("I do not understand ")
    assert len(said) < 100
    assert _is_harmless(said)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_command_is_unknown(router: Router, words: str) -> None:
    with capture_logs() as logs:
        said = _said(await router.call(in_private(), words, {}))
    assert logs == []
    assert said.startswith("I do not know /")
    assert len(said) < 100
    assert _is_harmless(said)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_answer_to_a_form_is_taken_as_words(router: Router, words: str) -> None:
    with capture_logs() as logs:
        said = _said(await router.submit(in_private(), "club.asked|1", {"title": words, "why": words, words: words}))
    assert logs == []
    assert said.startswith("1: ")
    assert _is_harmless(said)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_press_is_refused(router: Router, words: str) -> None:
    with capture_logs() as logs:
        assert _said(await router.press(in_private(), words)).endswith(" Please ask again.")
        assert _said(await router.land(in_private(), words)).endswith(" Please ask again.")
    assert logs == []


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_typing_is_completed_or_left_alone(router: Router, words: str) -> None:
    with capture_logs() as logs:
        choices = router.complete(in_private(), "meet", "note", words)
    assert logs == []
    assert all(_is_harmless(choice.label) for choice in choices)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_word_comes_back_from_a_button_as_it_was_understood(router: Router, words: str) -> None:
    first = await router.call(in_private(), "meet", {"note": words})
    assert isinstance(first, Reply)
    understood = literal_eval(_said(first).rpartition(", None, None, None")[0])
    again = _said(await router.press(in_private(), _buttons(first)[0].wire))
    assert again == f"page 1 of {(understood or '')!r}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=st.text(), level=st.text(max_size=20), hour=st.text(max_size=20) | st.integers(), language=st.text())
async def test_no_call_breaks_the_router(router: Router, note: str, level: str, hour: str | int, language: str) -> None:
    with capture_logs() as logs:
        await router.call(in_private(language=language), "meet", {"note": note, "level": level, "hour": hour})
    assert logs == []


def _buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.rows for button in row]
