"""`/privacy`: what is kept and how long, handed over whole, deleted for good."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Button, Form, How, Reply, Style
from bot.chat.router import Router
from bot.core.refs import Platform
from bot.core.retention import CODE_KEPT, FORM_KEPT, ITEM_KEPT, LETTER_KEPT, PRESS_GRACE, PRESS_KEPT, RULES, UPDATE_KEPT
from bot.i18n import Locale, texts
from bot.storage.tables import metadata
from tests.callers import in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

NUMBER = "5598765432101"
KOREAN = in_private(NUMBER, platform=Platform.TELEGRAM, language="ko")
ENGLISH = in_private(NUMBER, platform=Platform.TELEGRAM, language="en")
OTHER = in_private("3377991155", platform=Platform.TELEGRAM, language="ko")
CANARY = "zqcanaryzq"
QUESTION = f"{CANARY} diffusion models for a person who is at ease with probability and has read the first paper"


async def _press(router: Router, caller: Caller, answer: Reply, label: str) -> Reply:
    return reply_of(await router.press(caller, buttons_of(answer)[label].wire))


async def _live(router: Router, caller: Caller) -> None:
    """Leave something wherever a member can: a list, opinions, choices, a report, a long question."""
    await router.call(caller, "recommend", {"topic": QUESTION})
    [first, second, *_] = reply_of(await router.call(caller, "recommend", {"topic": "rl"})).shown
    for wire in (f"rec.put|saved|{first}|0|rl", f"rec.put|done|{second}|0|rl", f"rec.broken|{first}"):
        answer = await router.press(caller, wire)
        assert not words_of(answer).startswith(texts(Locale.KO)("errors.unknown_press")), wire
    await router.press(caller, "set.put|goal|papers")
    await router.press(caller, "set.put|timezone|Europe/Berlin")


async def _export(router: Router, caller: Caller) -> dict[str, list[dict[str, object]]]:
    answer = reply_of(await router.press(caller, "privacy.export"))
    assert answer.file is not None
    tables: dict[str, list[dict[str, object]]] = json.loads(answer.file.content)["tables"]
    return tables


async def _delete(router: Router, caller: Caller, *labels: str) -> Reply:
    answer = reply_of(await router.call(caller, "privacy", {}))
    for label in labels or ("모두 지우기", "네, 모두 지우기"):
        answer = await _press(router, caller, answer, label)
    return answer


# --- what is told


@pytest.mark.parametrize("caller", [KOREAN, ENGLISH], ids=["ko", "en"])
async def test_every_rule_is_told_with_its_own_end(router: Router, caller: Caller) -> None:
    said = words_of(await router.call(caller, "privacy", {}))
    t = texts(Locale(caller.language or ""))
    for rule in RULES:
        assert t(f"privacy.name.{rule.name}") in said
        assert t(f"privacy.kept.{rule.name}") in said
    for lasts in (rule.lasts for rule in RULES if rule.lasts):
        assert str(lasts // timedelta(days=1) if lasts > timedelta(days=1) else lasts // timedelta(hours=1)) in said


def test_the_table_of_rules_is_the_table_of_the_database() -> None:
    assert {table for rule in RULES for table in rule.tables} == set(metadata.tables)
    ends = {table: rule.lasts for rule in RULES for table in rule.tables if rule.lasts}
    assert ends == {
        "tokens": PRESS_KEPT + PRESS_GRACE,
        "forms": FORM_KEPT,
        "seen": UPDATE_KEPT,
        "codes": CODE_KEPT,
        "items": ITEM_KEPT,
        "outbox": LETTER_KEPT,
        "unreachable": LETTER_KEPT,
    }


async def test_how_much_there_is_stands_beside_what_is_kept(router: Router) -> None:
    assert "지금" not in words_of(await router.call(KOREAN, "privacy", {}))
    await _live(router, KOREAN)
    said = words_of(await router.call(KOREAN, "privacy", {}))
    assert "목록 (지금 2개)" in said
    assert "끊긴 링크 (지금 1개)" in said
    assert "계정 (지금 1개)" in said
    assert "긴 질문 (지금 " in said


async def test_in_a_telegram_group_only_the_rules_are_told(router: Router) -> None:
    await router.space_arrived(in_group().place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{in_group().place.channel}")
    await _live(router, KOREAN)
    answer = reply_of(await router.call(in_group(NUMBER, language="ko"), "privacy", {}))
    assert "지금" not in words_of(answer)
    [mine] = buttons_of(answer).values()
    assert mine.landing
    assert "지금" in words_of(await router.land(KOREAN, mine.wire))


# --- handing over


async def test_f10_the_export_is_one_file_with_everything_and_says_in_words_what_is_in_it(router: Router) -> None:
    await _live(router, KOREAN)
    await _live(router, OTHER)
    panel = reply_of(await router.call(KOREAN, "privacy", {}))
    answer = await _press(router, KOREAN, panel, "내 기록 받기")
    assert answer.file is not None
    assert answer.file.name == "moim-export.json"
    assert "목록 2" in answer.file.alt
    words = answer.file.content.decode()
    for part in (NUMBER, "Europe/Berlin", "papers", CANARY):
        assert part in words
    assert OTHER.user.id not in words
    tables = json.loads(words)["tables"]
    assert sorted(row["state"] for row in tables["entries"]) == ["done", "saved"]
    assert len(tables["reports"]) == 1


async def test_f10_the_export_is_the_scan(router: Router, tmp_path: Path) -> None:
    """Whatever of a person a byte scan finds in the database, the export has too."""
    await _live(router, KOREAN)
    form = await router.press(KOREAN, "set.city")
    assert isinstance(form, Form)
    scan = b"".join(file.read_bytes() for file in tmp_path.glob("moim.db*"))
    export = reply_of(await router.press(KOREAN, "privacy.export")).file
    assert export is not None
    for word in (CANARY.encode(), NUMBER.encode(), b"Europe/Berlin"):
        assert word in scan
        assert word in export.content


async def test_somebody_of_whom_nothing_is_kept_gets_a_file_that_says_so(router: Router) -> None:
    assert not any((await _export(router, KOREAN)).values())
    answer = reply_of(await router.press(KOREAN, "privacy.export"))
    assert answer.file is not None
    assert "적어 둔 것이 없어요" in answer.file.alt


# --- deleting


async def test_deletion_is_asked_once_with_two_buttons_and_says_before_that_there_is_no_undo(router: Router) -> None:
    await _live(router, KOREAN)
    question = await _delete(router, KOREAN, "모두 지우기")
    assert question.how is How.EDIT
    assert "되돌릴 수 없어요" in words_of(question)
    assert "목록 2" in words_of(question)
    buttons = buttons_of(question)
    assert list(buttons) == ["네, 모두 지우기", "그대로 두기"]
    assert buttons["네, 모두 지우기"].style is Style.DANGER
    await _press(router, KOREAN, question, "그대로 두기")
    assert len((await _export(router, KOREAN))["entries"]) == 2


@pytest.mark.parametrize("control", [False, True], ids=["deleted", "control: only asked"])
async def test_f10_after_deletion_a_byte_scan_finds_nothing(router: Router, tmp_path: Path, control: bool) -> None:
    await _live(router, KOREAN)
    await _live(router, OTHER)
    done = await _delete(router, KOREAN, *(["모두 지우기"] if control else []))
    found = {
        (file.name, word)
        for file in tmp_path.glob("moim.db*")
        for word in (NUMBER.encode(),)
        if word in file.read_bytes()
    }
    assert bool(found) is control
    if not control:
        assert words_of(done).startswith("모두 지웠어요.")
        assert not any((await _export(router, KOREAN)).values())
    assert len((await _export(router, OTHER))["entries"]) == 2


async def test_f10_no_word_of_a_question_is_left_when_nobody_else_asked_it(router: Router, tmp_path: Path) -> None:
    await _live(router, KOREAN)
    await _delete(router, KOREAN)
    for file in tmp_path.glob("moim.db*"):
        assert CANARY.encode() not in file.read_bytes(), file


async def test_what_another_asked_in_the_same_words_stays_theirs(router: Router) -> None:
    mine = reply_of(await router.call(KOREAN, "recommend", {"topic": QUESTION}))
    theirs = reply_of(await router.call(OTHER, "recommend", {"topic": QUESTION}))
    await _delete(router, KOREAN)
    expired = texts(Locale.KO)("errors.expired_press")
    assert [words_of(await router.press(KOREAN, button.wire)) for button in _long(mine)] == [expired] * len(_long(mine))
    assert _long(theirs)
    for button in _long(theirs):
        assert words_of(await router.press(OTHER, button.wire)) != expired


def _long(answer: Reply) -> list[Button]:
    return [button for button in buttons_of(answer).values() if button.wire.startswith("~")]


async def test_afterwards_the_person_is_unknown_again(router: Router) -> None:
    await _live(router, KOREAN)
    await router.press(KOREAN, "set.put|language|en")
    await _delete(router, KOREAN, "Delete it all", "Yes, delete it all")
    settings = words_of(await router.call(KOREAN, "settings", {}))
    assert "한국어 (앱을 따라요)" in settings
    assert settings.count("아직 정하지 않았어요") == 4


async def test_a_second_tap_on_delete_says_the_same_again(router: Router) -> None:
    await _live(router, KOREAN)
    question = await _delete(router, KOREAN, "모두 지우기")
    first = await _press(router, KOREAN, question, "네, 모두 지우기")
    assert await _press(router, KOREAN, question, "네, 모두 지우기") == first


async def test_nobody_deletes_somebody_else(router: Router) -> None:
    await _live(router, KOREAN)
    question = await _delete(router, KOREAN, "모두 지우기")
    refused = words_of(await router.press(OTHER, buttons_of(question)["네, 모두 지우기"].wire))
    assert refused == texts(Locale.KO)("errors.not_yours")
    payload = to_start(pack(Press.of("privacy.erase")))
    assert payload is not None
    assert words_of(await router.land(KOREAN, payload)) == texts(Locale.KO)("errors.unknown_press")
    assert len((await _export(router, KOREAN))["entries"]) == 2
