"""`/settings`: every choice in words, changed by taps; a zone by the name of a city; nobody types an id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.press import to_start
from bot.chat.reply import Form, How, Reply
from bot.chat.router import Router
from bot.core.people import Preferences
from bot.core.refs import Platform, UserRef
from bot.storage import Storage
from tests.callers import in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

KOREAN = in_private("5", platform=Platform.TELEGRAM, language="ko")
ENGLISH = in_private("5", language="en")


async def _press(router: Router, caller: Caller, answer: Reply, label: str) -> Reply:
    return reply_of(await router.press(caller, buttons_of(answer)[label].wire))


async def _panel(router: Router, caller: Caller) -> Reply:
    return reply_of(await router.call(caller, "settings", {}))


def _lines(answer: Reply) -> dict[str, str]:
    """The panel's lines by what stands before the colon."""
    return dict(line.split(": ", 1) for line in words_of(answer).splitlines() if ": " in line)


async def _type_city(router: Router, caller: Caller, city: str) -> Reply:
    form = await router.press(caller, "set.city")
    assert isinstance(form, Form)
    return reply_of(await router.submit(caller, form.wire, {form.fields[0].name: city}))


async def _database(folder: Path) -> Storage:
    """The same file, as another process would open it."""
    return await Storage.open(f"sqlite:///{folder}/moim.db", clock=lambda: datetime.now(UTC))


async def test_whoever_chose_nothing_reads_what_is_assumed_and_from_what(router: Router) -> None:
    said = _lines(await _panel(router, KOREAN))
    assert said["언어"] == "한국어 (앱을 따라요)"
    assert said["시간대"].startswith("서울, 지금 ")
    assert said["시간대"].endswith(" (언어로 짐작했어요)")
    assert said["목표"] == said["파이썬"] == said["수학"] == said["한 주 시간"] == "아직 정하지 않았어요"
    assert said["알림 받을 곳"] == "텔레그램 (연결된 계정이 하나예요)"
    english = _lines(await _panel(router, ENGLISH))
    assert english["Language"] == "English (as your app)"
    assert english["Time zone"].startswith("UTC, ")
    assert english["Time zone"].endswith(" now (the host's default)")


async def test_looking_remembers_nobody(router: Router, tmp_path: Path) -> None:
    panel = await _panel(router, KOREAN)
    for label in list(buttons_of(panel)):
        await _press(router, KOREAN, panel, label)
    async with await _database(tmp_path) as storage, storage.read() as uow:
        assert await uow.people.visitor(KOREAN.user) is None


@pytest.mark.parametrize(
    ("name", "choice", "said"),
    [
        ("목표", "논문 읽기", "논문 읽기"),
        ("파이썬", "조금 써 봤어요", "조금 써 봤어요"),
        ("수학", "거의 몰라요", "거의 몰라요"),
        ("한 주 시간", "3시간쯤", "3시간쯤"),
        ("언어", "한국어", "한국어"),
        ("조용한 시간", "22:00–07:00", "22:00–07:00"),
        ("조용한 시간", "없음", "없음"),
        ("아침", "08:00", "08:00"),
        ("저녁", "21:00", "21:00"),
    ],
)
async def test_a_tap_sets_in_place_a_second_says_the_same_and_undo_takes_it_back(
    router: Router, name: str, choice: str, said: str
) -> None:
    panel = await _panel(router, KOREAN)
    before = _lines(panel)[name]
    question = await _press(router, KOREAN, panel, name)
    assert question.how is How.EDIT
    wire = buttons_of(question)[choice].wire
    first = reply_of(await router.press(KOREAN, wire))
    assert first.how is How.EDIT
    assert words_of(first).split("\n")[0] in (
        f"{name}{particle} 이렇게 적어 뒀어요: {said}" for particle in ("을", "를")
    )
    assert _lines(first)[name] == said
    second = reply_of(await router.press(KOREAN, wire))
    assert _lines(second) == _lines(first)
    undone = await _press(router, KOREAN, first, "되돌리기")
    assert words_of(undone).startswith("되돌렸어요.")
    assert _lines(undone)[name] == before
    assert _lines(await _panel(router, KOREAN))[name] == before


async def test_undo_goes_back_to_what_was_chosen_before_not_to_nothing(router: Router) -> None:
    await router.press(KOREAN, "set.put|goal|taste")
    changed = reply_of(await router.press(KOREAN, "set.put|goal|papers"))
    undone = await _press(router, KOREAN, changed, "되돌리기")
    assert _lines(undone)["목표"] == "맛보기"
    assert "되돌리기" not in buttons_of(undone)


async def test_a_choice_can_be_taken_back(router: Router) -> None:
    chosen = reply_of(await router.press(KOREAN, "set.put|python|well"))
    question = await _press(router, KOREAN, chosen, "파이썬")
    assert "지금: 편하게 써요" in words_of(question)
    back = await _press(router, KOREAN, question, "정하지 않기")
    assert _lines(back)["파이썬"] == "아직 정하지 않았어요"


async def test_back_leaves_everything_as_it_was(router: Router) -> None:
    panel = await _panel(router, KOREAN)
    question = await _press(router, KOREAN, panel, "목표")
    assert _lines(await _press(router, KOREAN, question, "돌아가기")) == _lines(panel)


async def test_a_change_of_language_answers_in_it_at_once_and_from_then_on(router: Router) -> None:
    question = await _press(router, KOREAN, await _panel(router, KOREAN), "언어")
    english = await _press(router, KOREAN, question, "English")
    assert words_of(english).startswith("Language, as you said: English\nMy settings\n")
    assert _lines(english)["Time zone"].startswith("Seoul, ")
    assert words_of(await router.call(KOREAN, "help", {})).startswith("What I can do")
    korean = await _press(router, KOREAN, english, "Undo")
    assert words_of(korean).startswith("되돌렸어요. 언어: 한국어 (앱을 따라요)")
    assert words_of(await router.call(KOREAN, "help", {})).startswith("할 수 있는 것")


@pytest.mark.parametrize(
    ("typed", "city"),
    [("서울", "서울"), ("Seoul", "서울"), ("뉴욕", "뉴욕"), ("Berlin", "베를린"), ("Asia/Thimphu", "Asia/Thimphu")],
)
async def test_a_city_that_is_typed_sets_the_zone_and_shows_its_time(router: Router, typed: str, city: str) -> None:
    set_ = await _type_city(router, KOREAN, typed)
    assert _lines(set_)["시간대"].startswith(f"{city}, 지금 ")
    assert "짐작" not in words_of(set_)
    undone = await _press(router, KOREAN, set_, "되돌리기")
    assert "짐작" in _lines(undone)["시간대"]


async def _type_times(router: Router, caller: Caller, what: str, *times: str) -> Reply:
    form = await router.press(caller, f"set.time|{what}")
    assert isinstance(form, Form)
    typed = {field.name: time for field, time in zip(form.fields, times, strict=True)}
    return reply_of(await router.submit(caller, form.wire, typed))


async def test_whoever_chose_no_times_of_day_reads_the_usual_ones(router: Router) -> None:
    said = _lines(await _panel(router, KOREAN))
    assert said["조용한 시간"] == "23:00–08:00 (기본값이에요)"
    assert (said["아침"], said["저녁"]) == ("07:00 (기본값이에요)", "20:00 (기본값이에요)")


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("morning", ("7시 반",), "07:30"),
        ("morning", ("6:15",), "06:15"),
        ("morning", ("11 am",), "11:00"),
        ("morning", ("오후 1시",), "13:00"),
        ("evening", ("8",), "20:00"),
        ("evening", ("저녁 9시",), "21:00"),
        ("evening", ("8 PM",), "20:00"),
        ("evening", ("19:40",), "19:40"),
        ("quiet", ("밤 11시", "8시"), "23:00–08:00"),
        ("quiet", ("12시", "오전 9시 30분"), "00:00–09:30"),
        ("quiet", ("새벽 1시", "10:00"), "01:00–10:00"),
    ],
)
async def test_a_time_of_day_can_be_typed(router: Router, what: str, typed: tuple[str, ...], said: str) -> None:
    name = {"morning": "아침", "evening": "저녁", "quiet": "조용한 시간"}[what]
    assert _lines(await _type_times(router, KOREAN, what, *typed))[name] == said
    assert _lines(await _panel(router, KOREAN))[name] == said


@pytest.mark.parametrize("typed", ["", "아침", "25시", "7:75", "7시쯤에", "😀", "1" * 500])
async def test_a_time_that_is_none_is_asked_for_again_with_an_example(router: Router, typed: str) -> None:
    asked = await _type_times(router, KOREAN, "morning", typed)
    assert words_of(asked).startswith("시각을 알아듣지 못했어요. 7시 반이나 07:30처럼 적어 주세요.")
    assert "직접 적기" in buttons_of(asked)
    assert _lines(await _panel(router, KOREAN))["아침"] == "07:00 (기본값이에요)"


async def test_undoing_quiet_hours_brings_both_ends_back(router: Router) -> None:
    await router.press(KOREAN, "set.put|quiet|22:00-07:00")
    changed = reply_of(await router.press(KOREAN, "set.put|quiet|00:00-00:00"))
    assert _lines(changed)["조용한 시간"] == "없음"
    assert _lines(await _press(router, KOREAN, changed, "되돌리기"))["조용한 시간"] == "22:00–07:00"


async def test_d11_a_zone_that_the_zone_data_lost_is_said_and_counted_as_utc(router: Router, tmp_path: Path) -> None:
    async with await _database(tmp_path) as storage, storage.write() as uow:
        me = await uow.people.meet(KOREAN.user, "ko", datetime.now(UTC))
        await uow.people.prefer(me.person_id, Preferences(timezone="Mars/Olympus"))
    assert _lines(await _panel(router, KOREAN))["시간대"].startswith("Mars/Olympus (지금은 없는 시간대라 UTC로")


async def test_a_city_from_the_list_is_a_choice_too(router: Router) -> None:
    question = await _press(router, KOREAN, await _panel(router, KOREAN), "시간대")
    assert question.menu is not None
    labels = [choice.label for choice in question.menu.choices]
    tokyo = reply_of(await router.press(KOREAN, question.menu.wires[labels.index("도쿄")]))
    assert _lines(tokyo)["시간대"].startswith("도쿄, 지금 ")


async def test_a_name_of_two_places_is_asked_about(router: Router) -> None:
    asked = await _type_city(router, KOREAN, "포틀랜드")
    assert words_of(asked) == "포틀랜드: 어느 곳인가요?"
    assert list(buttons_of(asked)) == ["포틀랜드 (메인)", "포틀랜드 (오리건)", "다시 적기", "돌아가기"]
    chosen = await _press(router, KOREAN, asked, "포틀랜드 (오리건)")
    assert _lines(chosen)["시간대"].startswith("로스앤젤레스, ")


async def test_a_country_of_many_zones_is_a_menu(router: Router) -> None:
    asked = await _type_city(router, KOREAN, "미국")
    assert asked.menu is not None
    assert len(asked.menu.choices) > 5
    chosen = reply_of(await router.press(KOREAN, asked.menu.wires[-1]))
    assert _lines(chosen)["시간대"].startswith("호놀룰루, ")


async def test_an_unknown_name_gets_the_nearest_three_as_buttons(router: Router) -> None:
    asked = await _type_city(router, ENGLISH, "Berlim")
    assert words_of(asked) == "I do not know Berlim. The nearest names are these."
    assert next(iter(buttons_of(asked))) == "Berlin"
    assert len(buttons_of(asked)) == 5
    assert _lines(await _press(router, ENGLISH, asked, "Berlin"))["Time zone"].startswith("Berlin, ")


@pytest.mark.parametrize("typed", ["", "   ", "😀", "\u202e\u202e"])
async def test_nothing_readable_is_asked_for_again(router: Router, typed: str) -> None:
    asked = await _type_city(router, KOREAN, typed)
    assert "모르는 이름이에요" in words_of(asked)
    assert list(buttons_of(asked)) == ["다시 적기", "돌아가기"]


async def test_a_very_long_name_is_not_said_back_whole(router: Router) -> None:
    assert len(words_of(await _type_city(router, KOREAN, "가나다라" * 1000))) < 150


@pytest.mark.parametrize(
    "wire",
    [
        "set.put|timezone|Asia/Nowhere",
        "set.put|timezone|../../etc/passwd",
        "set.put|goal|riches",
        "set.put|python|3",
        "set.put|hours|169",
        "set.put|hours|-1",
        "set.put|hours|many",
        "set.put|language|fr",
        "set.put|delivery|discord",
        "set.put|quiet|23:00",
        "set.put|quiet|25:00-08:00",
        "set.put|quiet|23:00-08:00-09:00",
        "set.put|morning|7",
        "set.put|evening|24:00",
        "set.time|shoes",
        "set.put|shoes|43",
        "set.put|goal",
        "set.ask|shoes",
        "set.undo|timezone|UTC+9",
    ],
)
async def test_a_forged_choice_is_refused_and_changes_nothing(router: Router, wire: str) -> None:
    before = _lines(await _panel(router, KOREAN))
    assert words_of(await router.press(KOREAN, wire)).startswith("예전 버전의 버튼이에요.")
    assert _lines(await _panel(router, KOREAN)).keys() == before.keys()
    assert _lines(await _panel(router, KOREAN))["목표"] == before["목표"]


async def test_nobody_can_have_somebody_else_choose_by_a_link(router: Router) -> None:
    payload = to_start("set.put|goal|papers")
    assert payload is not None
    assert words_of(await router.land(KOREAN, payload)).startswith("예전 버전의 버튼이에요.")


async def test_with_one_account_there_is_nothing_to_choose_for_reminders_and_it_says_so(router: Router) -> None:
    question = await _press(router, KOREAN, await _panel(router, KOREAN), "알림 받을 곳")
    assert "연결된 계정이 하나뿐이라 고를 것이 없어요." in words_of(question)
    assert list(buttons_of(question)) == ["돌아가기"]


async def test_reminders_go_to_one_of_the_accounts_there_are(router: Router, tmp_path: Path) -> None:
    there = UserRef(Platform.DISCORD, "6")
    async with await _database(tmp_path) as storage, storage.write() as uow:
        now = datetime.now(UTC)
        me = await uow.people.meet(KOREAN.user, "ko", now)
        other = await uow.people.meet(there, "en", now)
        await uow.people.join(other.id, me.person_id)
    panel = await _panel(router, KOREAN)
    assert _lines(panel)["알림 받을 곳"] == "텔레그램 (정하지 않아서 지금 쓰는 곳이에요)"
    question = await _press(router, KOREAN, panel, "알림 받을 곳")
    assert list(buttons_of(question)) == ["텔레그램", "디스코드", "정하지 않기", "돌아가기"]
    chosen = await _press(router, KOREAN, question, "디스코드")
    assert _lines(chosen)["알림 받을 곳"] == "디스코드"
    assert words_of(await router.press(KOREAN, "set.put|delivery|console")).startswith("예전 버전의 버튼이에요.")
    elsewhere = _lines(await _panel(router, in_private("6", language="ko")))
    assert elsewhere["알림 받을 곳"] == "디스코드"


async def test_in_a_telegram_group_nothing_of_the_person_is_shown(router: Router) -> None:
    await router.space_arrived(in_group().place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{in_group().place.channel}")
    caller = in_group("5", language="ko")
    await router.press(KOREAN, "set.put|goal|papers")
    answer = reply_of(await router.call(caller, "settings", {}))
    assert words_of(answer) == "설정은 나만 보는 대화에서 열려요."
    [mine] = buttons_of(answer).values()
    assert mine.landing
    assert _lines(reply_of(await router.land(KOREAN, mine.wire)))["목표"] == "논문 읽기"


async def test_on_a_server_the_answer_is_for_the_asker_alone(router: Router) -> None:
    host = replace(on_server(HOST.id), language="ko")
    assert reply_of(await router.call(host, "settings", {})).public is False


async def test_what_is_chosen_is_assumed_by_the_next_recommendation(router: Router) -> None:
    before = reply_of(await router.call(ENGLISH, "recommend", {"topic": "deep learning"})).shown
    await router.press(ENGLISH, "set.put|maths|none")
    await router.press(ENGLISH, "set.put|python|none")
    after = reply_of(await router.call(ENGLISH, "recommend", {"topic": "deep learning"})).shown
    assert before != after
