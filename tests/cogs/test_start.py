"""`/start`: four taps to one thing to start with; who comes back gets the next step instead of questions."""

from __future__ import annotations

from itertools import product

import pytest

from bot.chat.context import Caller
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Answer, How, Style
from bot.chat.router import Router
from bot.core.methods import Goal
from bot.core.people import Knows
from bot.core.refs import Platform
from bot.i18n import Locale, texts
from tests.callers import in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

KOREAN = in_private(language="ko")


async def tap(router: Router, caller: Caller, answer: Answer, label: str) -> Answer:
    return await router.press(caller, buttons_of(answer)[label].wire)


async def walk(router: Router, caller: Caller, *labels: str) -> Answer:
    answer = await router.call(caller, "start", {})
    for label in labels:
        answer = await tap(router, caller, answer, label)
    return answer


# --- the hello


@pytest.mark.parametrize(
    ("language", "hello", "labels"),
    [
        ("en", "Hello. I help you find what to study next", ["I am new to this", "Choose a topic", "What else?"]),
        ("ko", "안녕하세요. 머신러닝을 공부할 때", ["처음이에요", "주제 고르기", "다른 것도 보기"]),
    ],
)
async def test_it_says_hello_in_the_clients_language(
    router: Router, language: str, hello: str, labels: list[str]
) -> None:
    answer = await router.call(in_private(language=language), "start", {})
    assert words_of(answer).startswith(hello)
    assert list(buttons_of(answer)) == labels
    assert len(words_of(answer)) < 300
    assert [button.style is Style.PRIMARY for button in buttons_of(answer).values()] == [True, False, False]


async def test_the_other_taps_give_the_map_of_topics_and_help(router: Router) -> None:
    hello = await router.call(in_private(), "start", {})
    assert reply_of(await tap(router, in_private(), hello, "Choose a topic")).menu is not None
    assert words_of(await tap(router, in_private(), hello, "What else?")).startswith("What I can do")


# --- the four taps, word by word


async def test_the_student_taps_four_times_and_has_one_thing_to_start_with(router: Router) -> None:
    """Knows Python, little maths, wants a taste: word by word, nothing typed, nobody asked how good they are."""
    hello = await router.call(KOREAN, "start", {})

    goal = await tap(router, KOREAN, hello, "처음이에요")
    assert words_of(goal) == "1/4 무엇을 하고 싶어요?\n나중에 바꿔도 돼요."
    assert list(buttons_of(goal)) == ["맛보기", "써먹기", "논문 읽기", "돌아가기"]

    python = await tap(router, KOREAN, goal, "맛보기")
    assert words_of(python) == "2/4 파이썬은 써 봤어요?\n몰라도 괜찮아요. 그럼 거기서 시작해요."
    assert list(buttons_of(python)) == ["처음이에요", "조금 써 봤어요", "편하게 써요", "돌아가기"]

    maths = await tap(router, KOREAN, python, "편하게 써요")
    assert words_of(maths) == "3/4 수학은 얼마나 편해요?\n고등학교 때 배운 것이 가물가물해도 괜찮아요."
    assert list(buttons_of(maths)) == ["거의 몰라요", "조금 알아요", "편하게 읽어요", "돌아가기"]

    hours = await tap(router, KOREAN, maths, "조금 알아요")
    assert words_of(hours) == "4/4 일주일에 시간을 얼마나 쓸 수 있어요?\n대충이면 돼요."
    assert list(buttons_of(hours)) == ["1시간쯤", "3시간쯤", "6시간쯤", "10시간쯤", "돌아가기"]

    first = await tap(router, KOREAN, hours, "3시간쯤")
    assert words_of(first) == "\n".join(
        [
            "이것 하나로 시작해요",
            "머신러닝 단기집중과정 (https://developers.google.com/machine-learning/crash-course) "
            "· 강의 · 영어/한국어 · 입문",
            "짧은 글과 퀴즈, 실습으로 머신러닝 용어와 감을 빨리 잡아요. 한국어로도 볼 수 있어요.",
            "",
            "왜: 하나를 골라 끝까지 가요. 여러 개를 조금씩보다 하나를 다 보는 쪽이 남아요. "
            "한국어로 들을 수 있어요. 무료예요.",
            "아직 걱정하지 않아도 되는 것: 수학은 막히면 그때 그 부분만 봐요. 논문은 안 읽어도 돼요. "
            "책은 나중에 필요해지면 펴요.",
            "답은 적어 뒀어요. 앞으로 이 답에 맞춰 골라 드리고, /settings에서 바꿀 수 있어요.",
        ]
    )
    assert list(buttons_of(first)) == ["시작", "다른 것", "전체 길 보기", "돌아가기"]
    assert reply_of(first).shown == ("google-mlcc",)


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_every_answer_is_one_tap_in_place_and_leads_to_one_thing(router: Router, language: str) -> None:
    t = texts(Locale(language))
    for number, (goal, python, maths) in enumerate(product(Goal, Knows, Knows)):
        caller = in_private(str(100 + number), language=language)
        answer = await walk(
            router,
            caller,
            t("start.new_here"),
            t(f"choices.goal.{goal.value}"),
            t(f"choices.python.{python.value}"),
            t(f"choices.maths.{maths.value}"),
            t("start.hours", count=6),
        )
        reply = reply_of(answer)
        assert reply.how is How.EDIT
        assert len(reply.shown) == 1
        assert len(words_of(answer)) < 800
        assert t("recommend.verb.going") in buttons_of(answer)


async def test_every_question_can_be_gone_back_to_and_the_hello_too(router: Router) -> None:
    taps = ["처음이에요", "써먹기", "조금 써 봤어요", "거의 몰라요", "6시간쯤"]
    seen = [words_of(await walk(router, in_private("9", language="ko"), *taps[:count])) for count in range(5)]
    last = await walk(router, in_private("9", language="ko"), *taps)
    for earlier in reversed(seen):
        last = await tap(router, in_private("9", language="ko"), last, "돌아가기")
        if earlier is not seen[0]:
            assert words_of(last) == earlier
    assert "다음은 이거예요" in words_of(last)  # the answers are kept by now: the way back ends with the next step


async def test_nothing_is_kept_before_the_last_tap(router: Router) -> None:
    caller = in_private("8", language="ko")
    await walk(router, caller, "처음이에요", "써먹기", "조금 써 봤어요", "거의 몰라요")
    assert words_of(await router.call(caller, "start", {})).startswith("안녕하세요")


# --- what follows from the answers


ANSWERS = ("처음이에요", "맛보기", "편하게 써요", "조금 알아요", "3시간쯤")


async def test_who_comes_back_gets_the_next_step_and_no_questions(router: Router) -> None:
    await walk(router, KOREAN, *ANSWERS)
    again = await router.call(KOREAN, "start", {})
    assert words_of(again).startswith("다음은 이거예요\n머신러닝 단기집중과정")
    assert "처음이에요" not in buttons_of(again)
    assert "1/4" in words_of(await tap(router, KOREAN, again, "다시 답하기"))


async def test_who_started_something_goes_on_with_that_one_thing(router: Router) -> None:
    first = await walk(router, KOREAN, *ANSWERS)
    started = await tap(router, KOREAN, first, "시작")
    assert "시작한 자료예요." in words_of(started)
    again = await router.call(KOREAN, "start", {})
    assert words_of(again).startswith("보던 것부터 이어 가요\n머신러닝 단기집중과정")
    assert reply_of(again).shown == ("google-mlcc",)
    card = await tap(router, KOREAN, again, "이어 보기")
    assert reply_of(card).shown == ("google-mlcc",)


async def test_at_the_end_of_a_taste_it_may_go_on_or_not(router: Router) -> None:
    first = await walk(router, KOREAN, *ANSWERS)
    await router.press(KOREAN, pack(Press.of("path.put", "done", reply_of(first).shown[0], "taste")))
    again = await router.call(KOREAN, "start", {})
    assert words_of(again).startswith("이 길은 다 걸었어요.")
    assert list(buttons_of(again)) == ["써먹는 길", "글의 일곱 단계", "주제 고르기", "다시 답하기"]


async def test_something_else_is_offered_for_the_same_step_until_it_comes_round(router: Router) -> None:
    answer = await walk(router, KOREAN, *ANSWERS)
    seen = [reply_of(answer).shown[0]]
    for _ in range(30):
        answer = await tap(router, KOREAN, answer, "다른 것")
        if reply_of(answer).shown[0] == seen[0]:
            break
        seen += reply_of(answer).shown
    assert len(seen) == len(set(seen)) > 3
    assert reply_of(answer).shown == (seen[0],)


async def test_the_whole_way_is_one_tap_from_the_first_step(router: Router) -> None:
    first = await walk(router, KOREAN, *ANSWERS)
    assert words_of(await tap(router, KOREAN, first, "전체 길 보기")).startswith("찍먹하는 길\n")


async def test_later_answers_assume_what_was_said(router: Router) -> None:
    """Somebody new to Python and maths gets gentler picks than before, without saying so again."""
    caller = in_private("12", language="en")
    answer = await walk(router, caller, "I am new to this", "a taste", "new to it", "hardly any", "About 3 hours")
    assert reply_of(answer).shown == ("cs50p",)
    assert words_of(await router.call(caller, "path", {})).startswith("A taste\n")


# --- places and forgeries


async def test_a_group_hears_nothing_of_anybody(router: Router) -> None:
    await walk(router, in_private("5", platform=Platform.TELEGRAM, language="ko"), *ANSWERS)
    await router.space_arrived(in_group("5").place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{in_group().place.channel}")
    said = await router.call(in_group("5", language="ko"), "start", {})
    assert words_of(said).startswith("안녕하세요.")
    first = buttons_of(said)["처음이에요"]
    assert first.landing
    landed = await router.land(in_private("5", platform=Platform.TELEGRAM, language="ko"), first.wire)
    assert words_of(landed).startswith("1/4")


async def test_a_link_keeps_no_answers_for_anybody(router: Router) -> None:
    payload = to_start(pack(Press.of("start.first", "taste", "none", "none", 3)))
    assert payload is not None
    assert "older version" in words_of(await router.land(in_private(), payload))
    assert words_of(await router.call(in_private(), "start", {})).startswith("Hello")


@pytest.mark.parametrize(
    "wire",
    [
        "start.python|wine",
        "start.maths|taste|maybe",
        "start.hours|taste|none",
        "start.first|taste|none|none|0",
        "start.first|taste|none|none|169",
        "start.first|taste|none|none|many",
        "start.other|x",
    ],
)
async def test_forged_answers_are_refused(router: Router, wire: str) -> None:
    assert "older version" in words_of(await router.press(in_private(), wire))
    assert words_of(await router.call(in_private(), "start", {})).startswith("Hello")


async def test_a_forged_number_of_something_else_still_shows_something(router: Router) -> None:
    for number in ("-5", "999999999"):
        assert reply_of(await router.press(in_private(), f"start.other|{number}")).shown
