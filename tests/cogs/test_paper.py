"""`/paper` and the weekly post: what everybody sees, what one person does, and what nobody else is ever shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.app.house import House, open_house
from bot.chat.context import Caller
from bot.chat.press import from_start
from bot.chat.reply import Form, How, Reply
from bot.chat.router import Router
from bot.chat.text import Link, Mention, Moment, plain
from bot.config import Settings
from bot.core.cycle import Picks, Rhythm
from bot.core.groups import Group, GroupSettings
from bot.core.papers.filling import Filled, Why
from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, Review
from bot.core.people import Approval
from bot.core.reading import Cycle, CycleState
from bot.core.reading import How as Picked
from bot.core.refs import Place, Platform, UserRef
from bot.core.shelf import Shelf
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.services.ballots import reason_of
from bot.services.groups import Groups
from bot.services.silence import nobody_pressed
from cogs.paper._week import LONGEST
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.core.hostile import HOSTILE

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
THURSDAY = date(2026, 11, 26)
READING = Place(Platform.DISCORD, "10", GUILD)
ORGANISER = UserRef(Platform.DISCORD, "1")
KO = texts(Locale.KO)
TITLE = "Attention Is All You Need"
LONG_TITLE = "A Very Long Title About Many Things That Nobody Would Ever Write On One Line of a Paper, " * 6
BEN = on_server("5", language="ko")
POST = replace(on_server("5", language="ko"), on_public=True)
ALONE = in_private("5", language="ko")


@dataclass
class Clock:
    """The time in the house."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Club:
    """The house with a group of two homes."""

    house: House
    group: Group
    clock: Clock

    @property
    def groups(self) -> Groups:
        assert self.house.services is not None
        return self.house.services.groups

    @property
    def router(self) -> Router:
        return self.house.router

    async def reads(
        self,
        day: date = THURSDAY,
        stands: CycleState = CycleState.POSTED,
        how: Picked = Picked.ORGANISER,
        why: str | None = "트랜스포머의 시작이라서요",
        **paper: object,
    ) -> Cycle:
        assert self.group.week is not None
        async with self.house.storage.write() as uow:
            paper_id = await uow.papers.put(_paper(**paper), MONDAY)  # type: ignore[arg-type]
            cycle = await uow.cycles.of(self.group.id, day, self.group.week.rhythm.meeting_at(day))
            await uow.cycles.pick(cycle.id, paper_id, how, why, MONDAY)
            await uow.cycles.state(cycle.id, stands)
            found = await uow.cycles.get(cycle.id)
        assert found is not None
        return found

    async def post(self, cycle: Cycle, name: str = "paper.week", *, telegram: bool = False) -> Reply:
        place = Place(Platform.TELEGRAM, GROUP.id, GROUP) if telegram else READING
        to = Caller(UserRef(place.platform, ""), place, private_answers=not telegram, on_public=True)
        reply = await self.router.post(name, to, group=self.group.id, cycle=cycle.id)
        assert reply is not None
        return reply

    async def press(self, caller: Caller, reply: Reply, label: str) -> Reply:
        button = buttons_of(reply)[label]
        if button.landing:
            alone = in_private(caller.user.id, platform=caller.user.platform, language=caller.language)
            return reply_of(await self.router.land(alone, button.wire))
        return reply_of(await self.router.press(caller, button.wire))

    async def submit(self, caller: Caller, form: object, **answers: str) -> Reply:
        assert isinstance(form, Form)
        return reply_of(await self.router.submit(caller, form.wire, answers))


def _paper(key: str = "arxiv:1706.03762", title: str = TITLE, **more: object) -> Paper:
    known: dict[str, object] = {
        "authors": ("Ashish Vaswani", "Noam Shazeer", "Niki Parmar"),
        "year": 2017,
        "kind": PaperKind.METHOD,
        "difficulty": Difficulty.INTERMEDIATE,
        "topics": ("transformers",),
        "own_prerequisites": False,
        "abstract": "We propose a network based on attention mechanisms, without recurrence.",
    }
    identity = key.partition(":")[2]
    return Paper(key, f"https://arxiv.org/abs/{identity}", title, **(known | more))  # type: ignore[arg-type]


@pytest.fixture
async def club(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Club]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/moim.db")
    clock = Clock()
    async with open_house(settings, clock=clock) as house:
        assert house.services is not None
        groups = house.services.groups
        async with house.storage.write() as uow:
            for space in (GUILD, GROUP):
                await uow.spaces.joined(space, "모임", added_by=None, approval=Approval.APPROVED, now=MONDAY)
        rhythm = Rhythm(datetime.combine(THURSDAY, time(21)), "Asia/Seoul")
        drafted = await groups.draft(
            READING, ORGANISER, "ko", title="논문 모임", rhythm=rhythm, picks=Picks.VOTE, place="302호"
        )
        await groups.change(drafted.id, locale=Locale.KO)
        async with house.storage.write() as uow:
            chat = await uow.spaces.of(GROUP)
            assert chat is not None
            await uow.groups.settle(drafted.id, chat.id, None)
        yield Club(house, await groups.start(drafted.id), clock)


# the weekly post


async def test_the_post_tells_the_paper_the_meeting_why_how_long_and_the_way_in(club: Club) -> None:
    post = await club.post(await club.reads())
    said = words_of(post)
    assert post.cards[0].title == TITLE
    assert "모임: 2026-11-26 21:00 (Asia/Seoul) · 302호" in said
    assert "Ashish Vaswani 외 2명 · 2017" in said
    assert "운영자가 골랐어요. “트랜스포머의 시작이라서요”" in said
    assert "꼼꼼히 읽으면 1시간 30분쯤" in said
    assert said.count("분 · ") == 4, "four stops in ten minutes"
    assert list(buttons_of(post)) == ["먼저 볼 것", "읽는 중", "끝냄 · 훑음", "더 보기"]
    assert post.thread == TITLE
    assert any(isinstance(node, Moment) for node in post.text)


async def test_it_speaks_the_groups_language_whoever_set_it_off(club: Club) -> None:
    await club.groups.change(club.group.id, locale=Locale.EN)
    said = words_of(await club.post(await club.reads()))
    assert "The paper of the week" in said
    assert "About 1 h 30 min" in said


async def test_counts_are_of_people_and_too_hard_only_from_three_on(club: Club) -> None:
    cycle = await club.reads()
    post = await club.post(cycle)
    assert post.cards[0].footer == ""
    for number in range(3):
        who = replace(POST, user=UserRef(Platform.DISCORD, f"2{number}"))
        await club.press(who, post, "읽는 중")
        more = await club.press(who, post, "더 보기")
        if number == 2:
            assert "너무 어려움" not in (await club.post(cycle)).cards[0].footer
        await club.press(who, more, "너무 어려워요")
    assert (await club.post(cycle)).cards[0].footer == "3명 읽는 중 · 3명에게 너무 어려움"


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("kind", PaperKind)
async def test_it_holds_seven_hundred_characters_whatever_the_paper(
    club: Club, locale: Locale, kind: PaperKind
) -> None:
    place = "https://meet.example.org/" + "room/" * 30
    await club.groups.change(
        club.group.id, locale=locale, place=place, settings=GroupSettings(stage=Difficulty.BEGINNER)
    )
    review = Review("video", LONG_TITLE, "https://www.youtube.com/watch?v=2lkUNDZld-4", "ko")
    cycle = await club.reads(
        title=LONG_TITLE, authors=("Somebody With A Remarkably Long Name Of Their Own",) * 40, kind=kind,
        difficulty=Difficulty.ADVANCED, reviews=(review,), why="정말 " * 60,
    )  # fmt: skip
    post = await club.post(cycle)
    for number in range(4):
        await club.press(
            replace(POST, user=UserRef(Platform.DISCORD, f"3{number}")),
            post,
            KO("paper.state.reading") if locale is Locale.KO else "Reading",
        )
    post = await club.post(cycle)
    card = post.cards[0]
    shown = len(plain(post.text)) + len(card.title) + len(plain(card.body)) + len(card.footer)
    assert shown <= LONGEST
    assert len(words_of(post)) <= LONGEST
    assert texts(locale)("papers.ten_minutes") in words_of(post)
    assert len([button for row in post.rows for button in row]) == 4


async def test_the_longest_titles_that_come_along_fit_as_well(club: Club) -> None:
    from bot.services.shelf.papers import load_papers

    longest = sorted(load_papers().papers, key=lambda each: -len(each.title))[:4]
    for number, paper in enumerate(longest):
        day = THURSDAY + timedelta(weeks=number)
        cycle = await club.reads(day, key=paper.key, title=paper.title, authors=paper.authors)
        assert len(words_of(await club.post(cycle))) <= LONGEST


async def test_a_review_stands_in_front_only_where_the_paper_is_heavy(club: Club) -> None:
    review = Review("video", "PR-12", "https://youtu.be/x", "ko")
    light = await club.reads(reviews=(review,))
    assert "리뷰" not in words_of(await club.post(light))
    heavy = await club.reads(
        THURSDAY + timedelta(weeks=1), key="arxiv:1312.6114", difficulty=Difficulty.ADVANCED, reviews=(review,)
    )
    post = await club.post(heavy)
    assert Link("PR-12", "https://youtu.be/x") in post.cards[0].body


async def test_why_the_bot_chose_it_is_said_as_it_was(club: Club) -> None:
    why = reason_of(Filled(_paper(), Why.CLASSIC_ON_TOPIC, "transformers"))
    said = words_of(await club.post(await club.reads(how=Picked.FILLED, why=why)))
    assert "왜 이 논문: 트랜스포머·어텐션에서 꼭 읽는 논문이에요." in said
    assert "“" not in said, "nobody said it"


async def test_a_paper_that_is_not_known_yet_is_posted_with_its_link(club: Club) -> None:
    pending = await club.reads(
        key="arxiv:2611.00001", state=PaperState.PENDING, title="arXiv 2611.00001", authors=(), year=None,
        abstract="", kind=PaperKind.UNSURE, difficulty=None, topics=(),
    )  # fmt: skip
    assert KO("papers.state.pending") in words_of(await club.post(pending))


async def test_a_post_whose_paper_is_gone_says_nothing(club: Club) -> None:
    cycle = await club.reads()
    async with club.house.storage.write() as uow:
        await uow.cycles.unpick(cycle.id)
    to = Caller(UserRef(Platform.DISCORD, ""), READING)
    for name in ("paper.week", "paper.prompts"):
        assert await club.router.post(name, to, group=club.group.id, cycle=cycle.id) is None


async def test_the_thread_gets_questions_for_the_kind_passes_and_terms(club: Club) -> None:
    cycle = await club.reads(title="Theory of Transformers", kind=PaperKind.THEORY)
    said = words_of(await club.post(cycle, "paper.prompts"))
    assert KO("papers.prompt.theory.1") in said
    assert said.count("· ") >= 3
    assert "트랜스포머·어텐션: " in said


# one's own


async def test_reading_is_a_toast_and_pressing_again_is_the_same(club: Club) -> None:
    cycle = await club.reads()
    post = await club.post(cycle)
    for _ in range(2):
        toast = await club.press(POST, post, "읽는 중")
        assert toast.how is How.TOAST
        assert words_of(toast) == "읽는 중이라고 적었어요."
    assert (await club.post(cycle)).cards[0].footer == "1명 읽는 중"


async def test_the_end_is_asked_for_and_undo_takes_it_back(club: Club) -> None:
    cycle = await club.reads()
    asked = await club.press(POST, await club.post(cycle), "끝냄 · 훑음")
    assert asked.public is False
    assert list(buttons_of(asked)) == ["끝냄", "훑음", "너무 어려워요"]
    panel = await club.press(BEN, asked, "훑음")
    assert panel.how is How.EDIT
    assert "훑은 것도 읽은 거예요" in words_of(panel)
    assert "나: 훑음" in words_of(panel)
    undone = await club.press(BEN, panel, "되돌리기")
    assert "나:" not in words_of(undone)
    assert (await club.post(cycle)).cards[0].footer == ""


@pytest.mark.parametrize("look", ["먼저 볼 것", "더 보기", "/paper"])
async def test_whoever_only_looks_keeps_the_group_awake_without_a_trace_of_them(club: Club, look: str) -> None:
    post = await club.post(await club.reads())
    stranger = on_server("77", language="ko", on_public=True)
    async with club.house.storage.read() as uow:
        (cycle,) = await uow.cycles.latest(club.group.id)
        assert await nobody_pressed(uow, cycle, MONDAY - timedelta(days=1))
    await (club.router.call(stranger, "paper", {}) if look == "/paper" else club.press(stranger, post, look))
    async with club.house.storage.read() as uow:
        assert not await nobody_pressed(uow, cycle, MONDAY - timedelta(days=1))
        assert await uow.people.visitor(stranger.user) is None


async def test_first_read_this_is_for_the_presser_alone_and_goes_by_what_they_lack(club: Club) -> None:
    cycle = await club.reads(
        topics=("diffusion-models",), prerequisites=("probability-statistics", "vae"), own_prerequisites=True
    )
    post = await club.post(cycle)
    first = await club.press(POST, post, "먼저 볼 것")
    assert first.public is False
    assert len(first.shown) == 2
    assert KO("paper.first.why") in words_of(first)
    await club.router.press(BEN, f"rec.put|done|{first.shown[0]}|0|")
    assert first.shown[0] not in (await club.press(POST, post, "먼저 볼 것")).shown
    other = await club.press(replace(POST, user=UserRef(Platform.DISCORD, "6")), post, "먼저 볼 것")
    assert other.shown == first.shown
    card = await club.press(POST, first, "1")
    assert "끝낸 자료예요." in words_of(card)


async def test_where_the_papers_own_needs_are_unknown_it_says_it_went_by_the_topic(club: Club) -> None:
    first = await club.press(POST, await club.post(await club.reads()), "먼저 볼 것")
    assert KO("paper.first.why_topics") in words_of(first)
    unknown = await club.reads(THURSDAY + timedelta(weeks=1), key="arxiv:1312.6114", topics=(), title="Auto")
    said = words_of(await club.press(POST, await club.post(unknown), "먼저 볼 것"))
    assert KO("paper.first.unknown") in said


async def test_the_review_waits_until_one_is_through_or_finds_it_too_hard(club: Club) -> None:
    review = Review("video", "PR-12", "https://youtu.be/x", "ko")
    cycle = await club.reads(reviews=(review,))
    more = await club.press(POST, await club.post(cycle), "더 보기")
    asked = await club.press(BEN, more, "리뷰")
    assert "PR-12" not in words_of(asked)
    panel = await club.press(BEN, asked, "끝냄")
    assert "PR-12" in words_of(panel)
    assert "PR-12" in words_of(await club.press(BEN, more, "리뷰"))
    other = replace(BEN, user=UserRef(Platform.DISCORD, "6"))
    hard = await club.press(other, more, "너무 어려워요")
    assert "PR-12" in words_of(await club.press(other, hard, "리뷰"))


async def test_where_no_review_is_known_there_is_a_search_and_a_way_to_add_one(club: Club) -> None:
    cycle = await club.reads(difficulty=Difficulty.ADVANCED)
    more = await club.press(POST, await club.post(cycle), "더 보기")
    shown = await club.press(BEN, more, "리뷰")
    assert buttons_of(shown)["리뷰 영상 찾아보기"].url is not None
    assert "올리기" in buttons_of(shown)


async def test_a_reminder_is_set_on_an_evening_before_the_meeting(club: Club) -> None:
    more = await club.press(POST, await club.post(await club.reads()), "더 보기")
    times = await club.press(BEN, more, "알림")
    offered = [label for label in buttons_of(times) if "8:00" in label]
    assert len(offered) == 3
    assert TITLE in words_of(await club.press(BEN, times, offered[0]))


async def test_who_runs_the_group_says_in_one_tap_what_kind_it_is(club: Club) -> None:
    cycle = await club.reads()
    post = await club.post(cycle)
    assert "종류: 방법" not in buttons_of(await club.press(POST, post, "더 보기"))
    organiser = replace(BEN, user=ORGANISER)
    kinds = await club.press(organiser, await club.press(organiser, post, "더 보기"), "종류: 방법")
    assert kinds.menu is not None
    theory = kinds.menu.wires[[choice.value for choice in kinds.menu.choices].index("theory")]
    assert "종류를 바꿨어요: 이론" in words_of(await club.router.press(organiser, theory))
    assert KO("papers.prompt.theory.1") in words_of(await club.post(cycle, "paper.prompts"))
    refused = words_of(await club.router.press(BEN, theory))
    assert refused == KO("errors.not_organiser")
    elsewhere = replace(BEN, admin=True, place=replace(READING, space=replace(GUILD, id="901"), channel="77"))
    async with club.house.storage.write() as uow:
        await uow.spaces.joined(
            replace(GUILD, id="901"), "다른 곳", added_by=None, approval=Approval.APPROVED, now=MONDAY
        )
    assert words_of(await club.router.press(elsewhere, theory)) == KO("errors.not_organiser")


# notes


async def test_a_note_is_private_then_shared_then_changed_then_deleted(club: Club) -> None:
    cycle = await club.reads()
    more = await club.press(POST, await club.post(cycle), "더 보기")
    form = await club.router.press(BEN, buttons_of(more)["질문 남기기"].wire)
    kept = await club.submit(BEN, form, note="왜 합이에요?")
    assert "나만 볼 수 있어요" in words_of(kept)
    other = replace(BEN, user=UserRef(Platform.DISCORD, "6"))
    notes = buttons_of(more)["내 노트"].wire
    assert "왜 합이에요?" not in words_of(await club.router.press(other, notes))
    shared = await club.press(BEN, kept, "모임에 나누기")
    assert "이름은 보이지 않아요" in words_of(shared)
    assert "질문: 왜 합이에요?" in words_of(await club.router.press(other, notes))
    form = await club.router.press(BEN, buttons_of(shared)["고치기"].wire)
    await club.submit(BEN, form, note="왜 평균이 아니에요?")
    assert "왜 평균이 아니에요?" in words_of(await club.router.press(other, notes))
    assert "지웠어요" in words_of(await club.press(BEN, shared, "지우기"))
    assert "왜 평균" not in words_of(await club.router.press(other, notes))


async def test_nobody_changes_shows_or_sees_anothers_note(club: Club) -> None:
    cycle = await club.reads()
    more = await club.press(POST, await club.post(cycle), "더 보기")
    kept = await club.submit(BEN, await club.router.press(BEN, buttons_of(more)["노트 쓰기"].wire), note="비밀이에요")
    other = replace(BEN, user=UserRef(Platform.DISCORD, "6"))
    for button in buttons_of(kept).values():
        answer = await club.router.press(other, button.wire)
        assert isinstance(answer, Form) or "비밀이에요" not in words_of(answer)
    rewritten = await club.router.press(other, buttons_of(kept)["고치기"].wire)
    await club.submit(other, rewritten, note="바꿔치기")
    mine = await club.router.press(BEN, buttons_of(kept)["내 노트"].wire)
    assert "비밀이에요" in words_of(mine)
    assert "바꿔치기" not in words_of(mine)


async def test_words_said_in_answer_to_a_message_become_a_note(club: Club) -> None:
    cycle = await club.reads()
    kept = reply_of(await club.router.call(BEN, "paper", {"which": "3절이 핵심이에요", "message": "이번 주 논문"}))
    assert "3절이 핵심이에요" in words_of(kept)
    quoted = reply_of(await club.router.call(BEN, "paper", {"message": "왜 나누나요?"}))
    assert "질문: 왜 나누나요?" in words_of(quoted)
    post = words_of(await club.post(cycle))
    assert "나만 볼 수 있어요" not in words_of(await club.router.call(BEN, "paper", {"message": post})), (
        "just the panel"
    )


async def test_in_a_telegram_group_a_note_is_confirmed_without_its_words(club: Club) -> None:
    await club.reads()
    there = in_group("5", language="ko")
    kept = reply_of(await club.router.call(there, "paper", {"which": "비밀이에요", "message": "글"}))
    assert words_of(kept) == KO("paper.notes.kept")
    button = buttons_of(kept)["내 노트 보기"]
    assert button.landing
    alone = in_private("5", platform=Platform.TELEGRAM, language="ko")
    assert "비밀이에요" in words_of(await club.router.land(alone, button.wire))
    other = in_private("6", platform=Platform.TELEGRAM, language="ko")
    assert "비밀이에요" not in words_of(await club.router.land(other, button.wire))


# the command


async def test_the_panel_shows_where_one_stands_and_the_share_does_not(club: Club) -> None:
    await club.reads()
    panel = reply_of(await club.router.call(BEN, "paper", {}))
    panel = await club.press(BEN, panel, "끝냄")
    assert "나: 끝냄" in words_of(panel)
    assert panel.public is False
    shared = await club.press(BEN, panel, "공유")
    assert shared.public is True
    assert "나:" not in words_of(shared)
    assert list(buttons_of(shared)) == ["먼저 볼 것", "읽는 중", "끝냄 · 훑음", "더 보기", "거두기"]


async def test_in_a_telegram_group_the_answer_knows_nobody_and_leads_to_ones_own(club: Club) -> None:
    await club.reads()
    there = in_group("5", language="ko")
    post = await club.post((await club.reads()), telegram=True)
    await club.press(there, post, "읽는 중")
    answer = reply_of(await club.router.call(there, "paper", {}))
    assert "나:" not in words_of(answer)
    labels = buttons_of(answer)
    assert all(button.landing for label, button in labels.items() if label != "읽는 중")
    alone = in_private("5", platform=Platform.TELEGRAM, language="ko")
    assert "나: 읽는 중" in words_of(await club.router.land(alone, labels[KO("kit.mine")].wire))


async def test_a_stranger_lands_from_the_groups_post_on_the_answer(club: Club) -> None:
    post = await club.post(await club.reads(), telegram=True)
    stranger = in_private("77", platform=Platform.TELEGRAM, language="ko")
    assert "모임을 못 찾았어요" in words_of(await club.router.call(stranger, "paper", {}))
    for label in ("먼저 볼 것", "끝냄 · 훑음", "더 보기"):
        landed = reply_of(await club.router.land(stranger, buttons_of(post)[label].wire))
        assert TITLE in words_of(landed)
    panel = await club.press(stranger, await club.press(in_group("77", language="ko"), post, "끝냄 · 훑음"), "훑음")
    assert "나: 훑음" in words_of(panel)
    assert "나: 훑음" in words_of(await club.router.call(stranger, "paper", {}))


async def test_a_stranger_who_asked_in_the_group_goes_on_in_private_and_stays_unknown(club: Club) -> None:
    await club.reads()
    await club.reads(day=date(2026, 11, 19), stands=CycleState.OVER, key="arxiv:1512.03385", title="Deep Residual")
    there = in_group("77", language="ko")
    alone = in_private("77", platform=Platform.TELEGRAM, language="ko")
    for words, title in (("", TITLE), ("residual", "Deep Residual")):
        answer = reply_of(await club.router.call(there, "paper", {"which": words}))
        mine = buttons_of(answer)[KO("kit.mine")]
        other = in_private("78", platform=Platform.TELEGRAM, language="ko")  # who pressed under another's question
        for presser in (other, alone):
            assert title in words_of(await club.router.land(presser, mine.wire))
            assert title in words_of(await club.router.call(presser, "paper", {"which": words}))
    async with club.house.storage.read() as uow:
        assert await uow.people.visitor(there.user) is None
    club.clock.now += timedelta(hours=25)
    assert "모임을 못 찾았어요" in words_of(await club.router.call(alone, "paper", {})), "only for a day"


async def test_somebody_known_who_comes_by_the_groups_button_is_of_that_group_from_then_on(club: Club) -> None:
    post = await club.post(await club.reads(), telegram=True)
    alone = in_private("77", platform=Platform.TELEGRAM, language="ko")
    assert club.house.services is not None
    await club.house.services.members.prefer(alone.user, "ko", hours=3)
    await club.router.land(alone, buttons_of(post)["먼저 볼 것"].wire)
    club.clock.now += timedelta(days=3)
    assert TITLE in words_of(await club.router.call(alone, "paper", {}))


async def test_who_is_deleted_is_no_more_remembered_as_having_asked(club: Club) -> None:
    await club.reads()
    await club.router.call(on_server("77", language="ko"), "paper", {})
    alone = in_private("77", language="ko")
    assert TITLE in words_of(await club.router.call(alone, "paper", {}))
    assert club.house.services is not None
    await club.house.services.members.erase(alone.user)
    assert "모임을 못 찾았어요" in words_of(await club.router.call(alone, "paper", {}))


async def test_no_number_opens_a_group_one_was_not_given(club: Club) -> None:
    cycle = await club.reads()
    stranger = in_private("77", language="ko")
    for name in (
        "paper.mine",
        "sg.of",
        "dg.mine",
        "paper.first",
        "paper.more",
        "paper.open",
        "paper.review",
        "pn.list",
        "ph.export",
        "ph.queue",
    ):
        for code in (str(cycle.id), f"{cycle.id}-0000000000", f"{club.group.id}-"):
            assert words_of(await club.router.press(stranger, f"{name}|{code}")) == KO("errors.unknown_press")
    assert words_of(await club.router.press(stranger, f"paper.of|{club.group.id}")) == KO("errors.unknown_press")
    assert words_of(await club.router.press(stranger, f"ph.exports|{club.group.id}")) == KO("errors.not_organiser")


async def test_before_the_first_paper_it_says_when(club: Club) -> None:
    said = reply_of(await club.router.call(BEN, "paper", {}))
    assert "다음 논문은 2026-11-30 09:00 (Asia/Seoul)에 올라와요." in words_of(said)
    assert {"올리기", "후보", "지난 논문"} <= set(buttons_of(said))


async def test_while_the_ballot_is_open_it_leads_to_my_vote(club: Club) -> None:
    assert club.group.week is not None
    async with club.house.storage.write() as uow:
        who = await uow.people.meet(ORGANISER, "ko", MONDAY)
        up = []
        for number in range(2):
            paper = await uow.papers.put(_paper(f"arxiv:2401.0000{number}", f"P{number}"), MONDAY)
            up.append((await uow.nominations.add(club.group.id, paper, who.id, "좋아요", MONDAY))[0].id)
        cycle = await uow.cycles.of(club.group.id, THURSDAY, club.group.week.rhythm.meeting_at(THURSDAY))
        await uow.ballots.open(cycle.id, up, MONDAY + timedelta(hours=3), MONDAY)
    said = reply_of(await club.router.call(BEN, "paper", {}))
    assert "다음 논문을 고르는 중이에요" in words_of(said)
    assert "P1" in words_of(await club.press(BEN, said, "내 표"))
    queue = await club.press(BEN, said, "후보")
    assert "1. P0" in words_of(queue)
    assert "좋아요" in words_of(queue)
    assert "P0" in words_of(await club.press(BEN, queue, "1"))


async def test_an_earlier_paper_is_found_and_the_history_turns_its_pages(club: Club) -> None:
    for number in range(7):
        day = THURSDAY - timedelta(weeks=number)
        state = CycleState.POSTED if number == 0 else CycleState.OVER
        await club.reads(day, state, key=f"arxiv:2401.0000{number}", title=f"Paper {number}")
    panel = reply_of(await club.router.call(BEN, "paper", {}))
    assert "Paper 0" in words_of(panel)
    past = await club.press(BEN, panel, "지난 논문")
    assert "5. 10월 29일 · Paper 4" in words_of(past)
    older = await club.press(BEN, past, "더 보기")
    assert "7. 10월 15일 · Paper 6" in words_of(older)
    opened = await club.press(BEN, older, "7")
    assert "2026-10-15 (Asia/Seoul)에 읽었어요" in words_of(opened)
    marked = await club.press(BEN, opened, "훑음")
    assert "나: 훑음" in words_of(marked)
    assert "1명 훑음 · 나: 훑음" in words_of(await club.press(BEN, past, "더 보기"))
    assert "Paper 2" in words_of(await club.router.call(BEN, "paper", {"which": "3"}))
    assert "Paper 4" in words_of(await club.router.call(BEN, "paper", {"which": "10월 29일"}))
    several = words_of(await club.router.call(BEN, "paper", {"which": "10월"}))
    assert several.count("Paper") == 3
    assert "못 찾았어요" in words_of(await club.router.call(BEN, "paper", {"which": "양자 요리"}))


async def test_somebody_of_two_groups_is_told_which_and_can_turn_to_the_other(club: Club) -> None:
    await club.reads()
    groups = club.groups
    other = await groups.draft(replace(READING, channel="11"), ORGANISER, "ko", title="둘째 모임")
    reply = reply_of(await club.router.call(BEN, "paper", {}))
    await club.press(BEN, reply, "읽는 중")
    here = reply_of(await club.router.call(ALONE, "paper", {}))
    first, label = words_of(here), f"다른 모임: {other.name}"
    if "논문 모임" not in first.splitlines()[0]:
        label = f"다른 모임: {club.group.name}"
    assert first.startswith("모임: ")
    club.clock.now += timedelta(minutes=1)
    turned = await club.press(ALONE, here, label)
    assert words_of(turned).splitlines()[0] != first.splitlines()[0]
    again = words_of(await club.router.call(ALONE, "paper", {}))
    assert again.splitlines()[0] == words_of(turned).splitlines()[0], "the last one used"


async def test_without_a_group_it_says_how_one_begins(club: Club) -> None:
    said = reply_of(await club.router.call(in_private("88", language="ko"), "paper", {}))
    assert "/manage" in words_of(said)
    assert said.rows


# files


async def test_everything_is_handed_over_in_three_forms_without_names(club: Club) -> None:
    cycle = await club.reads()
    more = await club.press(POST, await club.post(cycle), "더 보기")
    kept = await club.submit(BEN, await club.router.press(BEN, buttons_of(more)["노트 쓰기"].wire), note="나눌 노트")
    await club.press(BEN, kept, "모임에 나누기")
    await club.submit(BEN, await club.router.press(BEN, buttons_of(more)["노트 쓰기"].wire), note="비밀 노트")
    offered = await club.press(BEN, more, "내보내기")
    found = {}
    for label in ("Markdown", "BibTeX", "JSON"):
        file = (await club.press(BEN, offered, label)).file
        assert file is not None
        assert file.alt.startswith("모임이 읽은 논문 1편")
        found[file.name.rpartition(".")[2]] = file.content.decode()
    assert found["bib"].startswith("@misc{vaswani2017attention,")
    assert TITLE in found["md"]
    assert json.loads(found["json"])["papers"][0]["why"] == "트랜스포머의 시작이라서요"
    for content in found.values():
        assert "비밀 노트" not in content
    assert "나눌 노트" in found["md"]
    assert "나눌 노트" in found["json"]


async def test_an_organiser_gets_them_from_where_the_group_is_run(club: Club) -> None:
    await club.reads()
    organiser = replace(BEN, user=ORGANISER)
    offered = reply_of(await club.router.press(organiser, f"ph.exports|{club.group.id}"))
    assert {"Markdown", "BibTeX", "JSON"} <= set(buttons_of(offered))
    assert words_of(await club.router.press(BEN, f"ph.exports|{club.group.id}")) == KO("errors.not_organiser")


# strangers' words


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_titles_and_notes_stay_words_and_ping_nobody(club: Club, words: str) -> None:
    words = words.encode(errors="replace").decode().replace("\0", "")
    await club.groups.change(club.group.id, place=words[:500])
    cycle = await club.reads(title=words[:10_000], authors=(words,), abstract=words, why=words[:200])
    post = await club.post(cycle)
    assert len(words_of(post)) <= LONGEST
    assert post.thread is not None
    assert "\n" not in post.thread
    assert len(post.thread) <= 90
    replies = [post, await club.post(cycle, "paper.prompts")]
    replies += [await club.press(POST, post, label) for label in ("먼저 볼 것", "끝냄 · 훑음", "더 보기")]
    replies.append(reply_of(await club.router.call(BEN, "paper", {"which": words, "message": words})))
    replies.append(reply_of(await club.router.call(BEN, "paper", {"which": words})))
    replies.append(reply_of(await club.router.call(BEN, "paper", {})))
    for reply in replies:
        nodes = [*reply.text, *(node for card in reply.cards for node in card.body)]
        assert not any(isinstance(node, Mention) for node in nodes)
        assert not words_of(reply).startswith(KO("errors.unexpected", reference="").rstrip()[:10])


def test_a_code_fits_a_deep_link() -> None:
    from bot.chat.press import Press, pack, to_start

    wire = pack(Press.of("pn.write", "999999999-0123456789", "question"))
    payload = to_start(wire)
    assert payload is not None
    assert from_start(payload) == wire
