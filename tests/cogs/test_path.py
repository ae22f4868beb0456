"""`/path`: the whole way on one screen, where one is, the next step; the same progress on every path."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.context import Caller
from bot.chat.press import Press, pack
from bot.chat.reply import Answer, How
from bot.chat.router import Router
from bot.core.refs import Platform
from bot.core.shelf import Shelf
from bot.i18n import Locale, texts
from tests.callers import in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

KOREAN = in_private(language="ko")
ENGLISH = in_private("2", language="en")


async def path(router: Router, caller: Caller, words: str = "") -> Answer:
    return await router.call(caller, "path", {"goal": words} if words else {})


async def tap(router: Router, caller: Caller, answer: Answer, label: str) -> Answer:
    return await router.press(caller, buttons_of(answer)[label].wire)


async def choose(router: Router, caller: Caller, answer: Answer, step: str) -> Answer:
    menu = reply_of(answer).menu
    assert menu is not None
    wires = {choice.value: wire for choice, wire in zip(menu.choices, menu.wires, strict=True)}
    return await router.press(caller, wires[step])


async def answered(router: Router, caller: Caller, goal: str, hours: int = 3) -> None:
    await router.press(caller, pack(Press.of("start.first", goal, "well", "some", hours)))


def step_lines(answer: Answer) -> list[str]:
    return [line for line in words_of(answer).split("\n") if line[:1] in "▶▷✓○·" and line[1:2] == " "]


# --- which path


async def test_bare_offers_the_three_goals_and_the_articles_order(router: Router) -> None:
    answer = await path(router, KOREAN)
    assert words_of(answer).startswith("어디까지 가고 싶어요?")
    assert list(buttons_of(answer)) == [
        "찍먹하는 길",
        "써먹는 길",
        "논문 읽는 길",
        "글의 일곱 단계",
        "네 가지만 답하기",
    ]
    for label in list(buttons_of(answer))[:4]:
        shown = await tap(router, KOREAN, answer, label)
        assert words_of(shown).startswith(f"{label}\n")
        assert reply_of(shown).how is How.EDIT


async def test_bare_is_ones_own_path_once_a_goal_is_known(router: Router) -> None:
    await answered(router, KOREAN, "papers")
    assert words_of(await path(router, KOREAN)).startswith("논문 읽는 길\n")


async def test_a_path_becomes_ones_own_by_a_tap_and_back_by_undo(router: Router) -> None:
    shown = await path(router, KOREAN, "찍먹")
    mine = await tap(router, KOREAN, shown, "내 길로")
    assert "내 길로" not in buttons_of(mine)
    assert words_of(await path(router, KOREAN)).startswith("찍먹하는 길\n")
    back = await tap(router, KOREAN, mine, "되돌리기")
    assert "내 길로" in buttons_of(back)
    assert words_of(await path(router, KOREAN)).startswith("어디까지")


@pytest.mark.parametrize(
    ("words", "title", "steps"),
    [
        ("그림 그리는 AI", "이미지 생성", ["머신러닝·딥러닝", "확산 모델", "멀티모달", "이미지 생성"]),
        ("read RL papers", "강화학습, 논문까지", ["딥러닝", "강화학습", "논문 읽기"]),
        ("GNN", "그래프 머신러닝·GNN", ["딥러닝", "그래프 머신러닝·GNN"]),
        ("논문 읽기", "논문 읽는 길", ["기초 강의 하나", "논문 읽는 법"]),
        ("찍먹하고 싶어요", "찍먹하는 길", ["그림으로 먼저 보기", "기초 강의 하나"]),
        ("글의 차례", "글의 차례", ["교과서", "논문 리뷰", "우스갯소리"]),
        ("로드맵", "글의 일곱 단계", ["기초 강의 고르기", "이건 어려워요"]),
    ],
)
async def test_words_ask_for_a_path(router: Router, words: str, title: str, steps: list[str]) -> None:
    answer = await path(router, KOREAN, words)
    assert words_of(answer).startswith(f"{title}\n")
    told = "\n".join(step_lines(answer))
    places = [told.index(step) for step in steps]
    assert places == sorted(places)


async def test_who_only_skimmed_pictures_hears_that_gnn_comes_after_a_course(router: Router) -> None:
    await answered(router, KOREAN, "taste")
    await router.press(KOREAN, "rec.put|skimmed|3b1b-neural-networks|0|x")
    said = words_of(await path(router, KOREAN, "GNN"))
    assert "입문 강의 하나를 마친 뒤에 보면 편해요." in said
    assert "▶ 3. 딥러닝" in said


async def test_a_reason_says_what_it_is_the_reason_for(router: Router) -> None:
    await router.press(KOREAN, "set.put|python|well")
    said = words_of(await path(router, KOREAN, "quantum"))
    assert "양자 머신러닝에 앞서 보는 까닭: 회로의 파라미터를 모델처럼 학습시켜요." in said.splitlines()


async def test_a_definition_stands_once_on_the_screen(router: Router) -> None:
    await router.press(KOREAN, "rec.put|done|stanford-cs231n-2025|0|x")
    said = words_of(await path(router, KOREAN, "GNN")).splitlines()
    assert said[1] and said.count(said[1]) == 1 and "다음 걸음:" in "".join(said)


async def test_an_unknown_topic_gets_the_nearest_and_the_other_paths(router: Router) -> None:
    answer = await path(router, ENGLISH, "asdfgh")
    assert words_of(answer).startswith("“asdfgh” is a topic I do not know yet.")
    *nearest, every = buttons_of(answer)
    assert len(nearest) == 3
    assert words_of(await tap(router, ENGLISH, answer, nearest[0])).startswith(nearest[0])
    assert words_of(await tap(router, ENGLISH, answer, every)).startswith("How far")


async def test_an_ambiguous_word_asks_with_buttons_beside_the_best_guess(router: Router) -> None:
    answer = await path(router, KOREAN, "커널")
    assert words_of(answer).split("\n")[0].endswith("?")
    first = next(iter(buttons_of(answer)))
    assert step_lines(await tap(router, KOREAN, answer, first))


@pytest.mark.parametrize(("typed", "first"), [("", "taste"), ("논문", "papers"), ("강화", "reinforcement-learning")])
async def test_paths_and_topics_are_suggested_while_typing(router: Router, typed: str, first: str) -> None:
    choices = router.complete(KOREAN, "path", "goal", typed)
    assert choices[0].value == first
    assert len(choices) <= 25
    for choice in choices[:6]:
        assert step_lines(await path(router, KOREAN, choice.value))


# --- the screen


async def test_a_beginner_who_asks_for_gnn_hears_what_comes_before_word_by_word(router: Router) -> None:
    answer = await path(router, KOREAN, "GNN")
    assert words_of(answer).split("\n")[2:8] == [
        "그래프 머신러닝·GNN은 입문 강의 하나를 마친 뒤에 보면 편해요. 그래서 앞에 올 것부터 적었어요.",
        "",
        "▶ 1. 파이썬 · 모르면 · 6시간",
        "· 2. 선형대수 · 막히면",
        "○ 3. 딥러닝 · 몇 주",
        "○ 4. 그래프 머신러닝·GNN · 강의 19개",
    ]


async def test_the_next_step_opens_its_card_and_back_leads_to_the_path(router: Router) -> None:
    await answered(router, KOREAN, "taste")
    shown = await path(router, KOREAN)
    [label] = [label for label in buttons_of(shown) if label.startswith("다음 걸음: ")]
    card = await tap(router, KOREAN, shown, label)
    assert reply_of(card).shown == reply_of(shown).shown == ("google-mlcc",)
    assert words_of(await tap(router, KOREAN, card, "돌아가기")) == words_of(shown)


async def test_done_and_skimmed_are_marked_in_place_and_taken_back(router: Router) -> None:
    await answered(router, KOREAN, "papers")
    before = await path(router, KOREAN)
    assert "▶ 2. 기초 강의 하나" in words_of(before)
    skimmed = await tap(router, KOREAN, before, "훑음")
    assert reply_of(skimmed).how is How.EDIT
    assert "✓ 2. 기초 강의 하나 · 훑음" in words_of(skimmed)
    assert "▶ 4. 논문 읽는 법" in words_of(skimmed)
    back = await tap(router, KOREAN, skimmed, "되돌리기")
    assert words_of(back) == words_of(before)


async def test_a_second_tap_sets_the_same_and_loses_nothing(router: Router) -> None:
    await answered(router, KOREAN, "taste")
    wire = buttons_of(await path(router, KOREAN))["끝냄"].wire
    once, twice = await router.press(KOREAN, wire), await router.press(KOREAN, wire)
    assert step_lines(once) == step_lines(twice)


async def test_the_third_thing_started_from_a_path_asks_whether_to_finish_one_first(router: Router) -> None:
    for resource in ("google-mlcc", "modu-dl-season2"):
        answer = await router.press(KOREAN, pack(Press.of("path.put", "going", resource, "taste")))
        assert "하나부터 끝낼까요?" not in words_of(answer)
    answer = await router.press(KOREAN, pack(Press.of("path.put", "going", "cs50p", "taste")))
    assert words_of(answer).startswith("보는 중인 것이 3개예요. 하나부터 끝낼까요?")
    assert reply_of(answer).how is How.EDIT
    opened = reply_of(await router.press(KOREAN, reply_of(answer).rows[0][0].wire))
    assert opened.shown == ("google-mlcc",)
    done = await router.press(KOREAN, pack(Press.of("path.put", "done", "cs50p", "taste")))
    assert "하나부터 끝낼까요?" not in words_of(done)


async def test_progress_on_a_resource_counts_on_every_path_that_holds_it(router: Router) -> None:
    await router.press(KOREAN, pack(Press.of("path.put", "done", "modu-dl-season2", "taste")))
    for words, step in (
        ("taste", "기초 강의 하나"),
        ("apply", "만들며 배우는"),
        ("papers", "기초 강의"),
        ("GNN", "딥러닝"),
    ):
        [line] = [line for line in step_lines(await path(router, KOREAN, words)) if step in line]
        assert line.startswith("✓") and line.endswith("끝냄"), words


async def test_what_one_is_at_says_so_and_goes_on(router: Router) -> None:
    await router.press(KOREAN, pack(Press.of("rec.put", "going", "modu-dl-season2", 0, "")))
    shown = await path(router, KOREAN, "taste")
    assert "▶ 3. 기초 강의 하나 · 보는 중" in words_of(shown)
    assert any(label.startswith("이어서: 모두를 위한 딥러닝") for label in buttons_of(shown))


async def test_who_knows_what_a_step_is_for_says_so_in_place(router: Router) -> None:
    shown = await path(router, KOREAN, "GNN")
    known = await tap(router, KOREAN, shown, "이미 알아요")
    assert "✓ 1. 파이썬 · 이미 알아요" in words_of(known)
    assert "▶ 3. 딥러닝" in words_of(known)
    assert words_of(await tap(router, KOREAN, known, "되돌리기")) == words_of(shown)


async def test_a_walked_taste_ends_and_says_so(router: Router) -> None:
    await answered(router, KOREAN, "taste")
    done = await tap(router, KOREAN, await path(router, KOREAN), "끝냄")
    assert "이 길은 다 걸었어요.\n논문은 안 읽어도 돼요." in words_of(done)
    assert "끝냄" not in buttons_of(done)


async def test_tasters_stop_after_the_third_of_the_seven_steps(router: Router) -> None:
    await answered(router, KOREAN, "taste")
    lines = step_lines(await path(router, KOREAN, "article"))
    assert [line.endswith("안 가도 돼요") for line in lines] == [False] * 3 + [True] * 4


# --- a step in detail


async def test_a_step_says_what_it_is_for_when_to_skip_it_and_both_sides(router: Router) -> None:
    shown = await path(router, KOREAN, "taste")
    books = words_of(await choose(router, KOREAN, shown, "textbook"))
    assert "맛만 볼 거면 없어도 돼요." in books
    assert "글쓴이는 기초를 탄탄히 하려면 교과서를 꼭 읽고" in books
    assert "의견이 크게 갈려요." in books
    algebra = words_of(await choose(router, KOREAN, shown, "linear-algebra"))
    assert "강의가 굴러가면 안 봐도 돼요." in algebra
    assert "미리 배워 두면 수식이 덜 막힌다는 의견도 있어요." in algebra


async def test_a_steps_choices_open_as_cards_and_back_leads_to_the_step(router: Router) -> None:
    shown = await path(router, ENGLISH, "papers")
    detail = await choose(router, ENGLISH, shown, "course")
    assert reply_of(detail).shown[0] == "stanford-cs231n-2025"
    assert 1 < len(reply_of(detail).shown) <= 5
    card = await tap(router, ENGLISH, detail, "2")
    assert reply_of(card).shown == reply_of(detail).shown[1:2]
    back = await tap(router, ENGLISH, card, "Back")
    assert words_of(back) == words_of(detail)
    assert words_of(await tap(router, ENGLISH, back, "Back")) == words_of(shown)


async def test_a_remark_has_nothing_to_choose(router: Router) -> None:
    detail = await choose(router, KOREAN, await path(router, KOREAN, "article"), "hard")
    assert list(buttons_of(detail)) == ["돌아가기"]
    assert reply_of(detail).shown == ()


# --- weeks


async def test_without_hours_it_says_how_much_and_how_to_get_weeks(router: Router) -> None:
    told = words_of(await path(router, ENGLISH, "papers"))
    assert "○ 2. One basic course · 18 lectures" in told
    assert told.endswith("Tell me your hours a week in /start, and I count the weeks too.")


async def test_with_hours_it_counts_weeks_and_says_how(router: Router) -> None:
    await answered(router, ENGLISH, "papers", hours=6)
    told = words_of(await path(router, ENGLISH))
    assert "▶ 2. One basic course · about 6 weeks" in told
    assert "At 6 hours a week, what is known comes to" in told
    assert "Counted at 2 hours a lecture" in told
    assert "Tell me your hours" not in told


# --- places and forgeries


async def test_a_group_sees_the_path_and_nothing_of_anybody(router: Router) -> None:
    telegram = in_private("5", platform=Platform.TELEGRAM, language="ko")
    await answered(router, telegram, "taste")
    await router.press(telegram, pack(Press.of("path.put", "done", "google-mlcc", "taste")))
    await router.space_arrived(in_group("5").place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{in_group().place.channel}")
    group = in_group("5", language="ko")
    assert words_of(await path(router, group)).startswith("어디까지 가고 싶어요?")
    shown = await path(router, group, "taste")
    assert not any(line.startswith("✓") for line in step_lines(shown))
    assert {"끝냄", "내 길로"}.isdisjoint(buttons_of(shown))
    for label, button in buttons_of(shown).items():
        assert button.landing, label
        assert "이전 버전" not in words_of(await router.land(telegram, button.wire)), label


@pytest.mark.parametrize(
    "wire",
    [
        "path.turn|0|nowhere",
        "path.turn|0|taste/nowhere",
        "path.turn|0|",
        "path.step|taste|nowhere",
        "path.step|nowhere|python",
        "path.put|saved|cs50p|taste",
        "path.put|done|nowhere|taste",
        "path.undo|maybe|cs50p|taste",
        "path.mine|wine|taste",
        "path.know|python|maybe|taste",
        "path.know|music|well|taste",
    ],
)
async def test_forged_presses_are_refused(router: Router, wire: str) -> None:
    assert "older version" in words_of(await router.press(in_private(), wire))


@pytest.mark.parametrize("locale", Locale)
async def test_every_path_and_step_fits_one_screen_in_both_languages(
    router: Router, catalogue: Shelf, locale: Locale
) -> None:
    caller = replace(KOREAN, language=locale.value)
    lost = texts(locale)("errors.unexpected", reference="").rstrip()
    keys = [each.id for each in catalogue.paths] + [topic.id for topic in catalogue.topics]
    for key in keys:
        shown = await path(router, caller, key)
        assert len(words_of(shown)) < 1600, key
        assert not words_of(shown).startswith(lost), key
        menu = reply_of(shown).menu
        assert menu is not None
        for wire in menu.wires if key in {each.id for each in catalogue.paths} else menu.wires[-1:]:
            assert not words_of(await router.press(caller, wire)).startswith(lost), wire
