"""`/settings` connects one's other app: a code on one, typed on the other, both sides' word, undo and disconnect."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.press import to_start
from bot.chat.reply import Form, Reply
from bot.chat.router import Router
from bot.core.refs import Platform
from bot.services.homes import hash_of
from bot.storage import Storage
from tests.callers import in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member

HERE = replace(in_private("5", language="ko"), name="Minsu")
THERE = replace(in_private("55", platform=Platform.TELEGRAM, language="ko"), name="민수 @everyone")


@pytest.fixture
def here(router: Router) -> Member:
    return Member(router, HERE)


@pytest.fixture
def there(router: Router) -> Member:
    return Member(router, THERE)


async def _code(member: Member) -> str:
    await member.call("settings")
    await member.take("다른 앱 연결")
    await member.take("코드 받기")
    found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", member.words)
    assert found is not None
    return found[0]


async def _letter(router: Router, folder: Path, to: Caller, post: str) -> Reply | None:
    """The letter that waits for somebody, as it is drawn when it is sent."""
    database = f"sqlite:///{folder}/moim.db"
    async with await Storage.open(database, clock=lambda: datetime.now(UTC)) as storage, storage.read() as uow:
        me = await uow.people.of_identity(to.user)
        assert me is not None
        letters = await uow.outbox.of_person(me.person_id, 100)
    [letter] = [each for each in letters if each.post == post and each.to == to.user]
    return await router.post(post, to, **letter.payload)


async def _connected(router: Router, here: Member, there: Member) -> None:
    await there.call("settings", code=await _code(here))
    await there.take("연결하기")
    await here.call("settings")
    await here.take("네, 연결하기")


async def test_both_sides_see_whom_they_connect_to_and_confirm(
    router: Router, tmp_path: Path, here: Member, there: Member
) -> None:
    code = await _code(here)
    assert f"/settings {code}" in here.words
    assert "15분 안에" in here.words
    assert await here.take("그쪽에서 했어요") == "아직 그쪽에서 확인하지 않았어요."
    said = await there.call("settings", code=code.replace("-", "").lower())
    assert said.startswith("디스코드의 Minsu 계정이 만든 코드예요. 이 계정과 연결할까요?")
    assert (await there.take("연결하기")).startswith("디스코드에도 물어봤어요.")
    letter = await _letter(router, tmp_path, HERE, "settings.asked")
    assert letter is not None
    assert words_of(letter).startswith("텔레그램의 민수 @everyone 계정에서 이 계정과 연결하자고 해요.")
    assert list(buttons_of(letter)) == ["네, 연결하기", "내가 아니에요"]
    assert (await here.take("그쪽에서 했어요")) == words_of(letter), "and without the letter too"
    here.seen = letter
    said = await here.take("네, 연결하기")
    assert said.startswith("텔레그램의 민수 @everyone 계정과 연결했어요. 목록, 투표, 기록이 하나가 됐고")
    assert "\n" not in said
    told = await _letter(router, tmp_path, THERE, "settings.joined")
    assert told is not None
    assert words_of(told).startswith("디스코드 계정과 연결됐어요.")
    assert list(buttons_of(told)) == ["되돌리기"]
    assert "연결된 계정: 디스코드, 텔레그램" in await there.call("settings")


async def test_a_new_language_says_the_connected_accounts_in_it_at_once(
    router: Router, here: Member, there: Member
) -> None:
    await _connected(router, here, there)
    said = await here.press("set.put|language|en")
    assert "Connected accounts: Discord, Telegram" in said


async def test_choices_are_one_while_connected_and_two_again_after_undo(
    router: Router, tmp_path: Path, here: Member, there: Member
) -> None:
    await here.press("set.put|goal|papers")
    await there.press("set.put|hours|3")
    await _connected(router, here, there)
    for member in (here, there):
        said = await member.call("settings")
        assert "목표: 논문 읽기" in said
        assert "한 주 시간: 3시간쯤" in said
    told = await _letter(router, tmp_path, THERE, "settings.joined")
    there.seen = told
    assert await there.take("되돌리기") == "연결을 끊었어요. 각 계정에서 한 것은 그 계정에 있어요."
    there.seen = told
    assert await there.take("되돌리기") == "이미 끊겨 있어요."
    assert "목표: 아직 정하지 않았어요" in await there.call("settings")
    assert "한 주 시간: 아직 정하지 않았어요" in await here.call("settings")
    assert "연결된 계정:" not in here.words
    parted = await _letter(router, tmp_path, HERE, "settings.parted")
    assert parted is not None
    assert words_of(parted) == "텔레그램에서 연결을 끊었어요. 이 계정에서 한 것은 여기에 그대로 있어요."
    assert await _letter(router, tmp_path, THERE, "settings.joined") is None, "too late to say so"


async def test_disconnecting_asks_once(router: Router, here: Member, there: Member) -> None:
    await _connected(router, here, there)
    await here.call("settings")
    await here.take("연결된 계정")
    asked = await here.take("연결 끊기")
    assert asked == "텔레그램 계정의 연결을 끊을까요? 각 계정에서 한 것은 그 계정에 그대로 남아요."
    await here.take("그대로 두기")
    assert "연결된 계정: 디스코드, 텔레그램" in here.words
    await here.take("연결 끊기")
    assert await here.take("네, 끊기") == "연결을 끊었어요. 각 계정에서 한 것은 그 계정에 있어요."
    assert "연결된 계정:" not in await there.call("settings")


async def test_the_code_can_be_typed_into_a_form(router: Router, here: Member, there: Member) -> None:
    code = await _code(here)
    await there.call("settings")
    await there.take("다른 앱 연결")
    form = await router.press(THERE, buttons_of(there.seen)["코드가 있어요"].wire)  # type: ignore[arg-type]
    assert isinstance(form, Form)
    answer = reply_of(await router.submit(THERE, form.wire, {"code": f"  {code} "}))
    assert words_of(answer).startswith("디스코드의 Minsu 계정이 만든 코드예요.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("K7QM-2XPD", "맞지 않거나, 15분이 지났거나, 이미 쓴 코드예요."),
        ("안녕", "코드로 보이지 않아요."),
        ("K7QM" * 500, "코드로 보이지 않아요."),
    ],
)
async def test_a_wrong_code_is_answered_politely(there: Member, typed: str, said: str) -> None:
    assert (await there.call("settings", code=typed)).startswith(said)
    assert "코드가 있어요" in there.offers


async def test_ones_own_code_and_a_used_one(router: Router, here: Member, there: Member) -> None:
    code = await _code(here)
    assert (await here.call("settings", code=code)).startswith("이 계정에서 만든 코드예요.")
    await there.call("settings", code=code)
    await there.take("연결하기")
    await here.call("settings")
    question = here.seen
    await here.take("네, 연결하기")
    assert (await there.call("settings", code=code)).startswith("맞지 않거나")
    here.seen = question
    assert (await here.take("네, 연결하기")).startswith("이미 끝난 물음이에요.")


async def test_guessing_has_to_wait(here: Member, there: Member) -> None:
    code = await _code(here)
    for _ in range(4):
        await there.call("settings", code="AAAA-AAAA")
    assert (await there.call("settings", code=code)).startswith("맞지 않는 코드가 이어졌어요. 1분 뒤에")


async def test_either_side_can_say_no(router: Router, tmp_path: Path, here: Member, there: Member) -> None:
    code = await _code(here)
    await there.call("settings", code=code)
    assert await there.take("아니에요") == "연결하지 않았어요."
    await there.call("settings", code=code)
    await there.take("연결하기")
    await here.call("settings")
    assert (await here.take("내가 아니에요")).startswith("연결하지 않았어요.")
    declined = await _letter(router, tmp_path, THERE, "settings.declined")
    assert declined is not None
    assert words_of(declined) == "디스코드에서 연결하지 않기로 했어요."
    assert "연결된 계정:" not in await here.call("settings")


async def test_nobody_else_can_press_what_connects(router: Router, here: Member, there: Member) -> None:
    code = await _code(here)
    await there.call("settings", code=code)
    await there.take("연결하기")
    thief = here.elsewhere(in_private("666", language="ko"))
    assert (await thief.press(f"set.tied|{hash_of(code)}|yes")).startswith("이미 끝난 물음이에요.")
    assert (await there.press(f"set.tied|{hash_of(code)}|yes")).startswith("이미 끝난 물음이에요.")
    for wire in (f"set.tied|{hash_of(code)}|maybe", "set.split|x", "set.split|", "set.part|many"):
        assert (await here.press(wire)).startswith("예전 버전의 버튼이에요.")
    await here.call("settings")
    await here.take("네, 연결하기")
    assert await thief.press("set.split|1,2") == "이미 끊겨 있어요."
    assert "연결된 계정:" in await here.call("settings")


async def test_a_link_connects_nobody(router: Router, here: Member) -> None:
    code = await _code(here)
    for wire in (f"call|settings|{code}", "set.code", f"set.tie|{hash_of(code)}"):
        payload = to_start(wire)
        assert payload is not None
        assert words_of(await router.land(THERE, payload)).startswith("예전 버전의 버튼이에요.")


async def test_where_everybody_reads_no_code_is_given_or_taken(router: Router, here: Member) -> None:
    await router.space_arrived(in_group().place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{in_group().place.channel}")
    caller = in_group("55", language="ko")
    code = await _code(here)
    assert words_of(await router.call(caller, "settings", {"code": code})) == "설정은 나만 보는 대화에서 열려요."
    for wire in ("set.link", "set.code"):
        assert words_of(await router.press(caller, wire)) == "설정은 나만 보는 대화에서 열려요."
