"""The paper of the week on every platform: one post for all, and what each presses is their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.core.cycle import Picks, Rhythm
from bot.core.papers.paper import Difficulty, Paper, PaperKind
from bot.core.reading import CycleId, CycleState, How
from bot.core.refs import Place, UserRef
from bot.core.refs import Platform as On
from bot.i18n import Locale
from tests.contract.house import House
from tests.contract.people import Platform, Seen

promise = pytest.mark.promise
TITLE = "**Attention** @everyone <b>Is</b> [All](https://x.org) `You` _Need_"
PAPER = Paper(
    "arxiv:2611.09999", "https://arxiv.org/abs/2611.09999", TITLE, authors=("Ashish Vaswani", "@here"), year=2017,
    kind=PaperKind.METHOD, difficulty=Difficulty.INTERMEDIATE, topics=("transformers",), own_prerequisites=False,
)  # fmt: skip


def _posted(platform: Platform, house: House, there: Any, locale: Locale = Locale.KO) -> Seen:
    """Have a group live where `there` is, and read a paper; return its weekly post as people see it."""
    receipt, _ = platform.deliver(there, Reply(("hello",), public=True), f"hello:{id(there)}")
    place = replace(receipt.place, thread=None)
    ids = house.run(_begun(house, place, locale))
    quiet = place.platform is not On.TELEGRAM
    reader = Caller(UserRef(place.platform, ""), place, private_answers=quiet, on_public=True)
    post = house.run(house.router.post("paper.week", reader, group=ids[0], cycle=ids[1]))
    assert post is not None
    return platform.deliver(there, post, f"post:{ids}")[1]


async def _begun(house: House, place: Place, locale: Locale) -> tuple[int, CycleId]:
    services, storage, now = house.inside.services, house.inside.storage, house.inside.clock()
    assert services is not None
    rhythm = Rhythm(datetime.combine(now.date() + timedelta(days=2), time(21)), "Asia/Seoul")
    organiser = UserRef(place.platform, "1")
    group = await services.groups.draft(place, organiser, "ko", title="모임", rhythm=rhythm, picks=Picks.ORGANISER)
    await services.groups.change(group.id, locale=locale)
    async with storage.write() as uow:
        paper_id = await uow.papers.put(PAPER, now)
        day = rhythm.first.date()
        cycle = await uow.cycles.of(group.id, day, rhythm.meeting_at(day))
        await uow.cycles.pick(cycle.id, paper_id, How.ORGANISER, "@everyone <i>읽어요</i>", now)
        await uow.cycles.state(cycle.id, CycleState.POSTED)
    return group.id, cycle.id


@promise("private")
def test_without_a_group_it_says_how_one_begins(platform: Platform) -> None:
    seen = platform.newcomer(Locale.KO).call("paper")
    assert "/manage" in seen.words
    assert seen.offers


@promise("paper")
@pytest.mark.parametrize("locale", Locale)
def test_the_post_is_drawn_whole_with_four_buttons_in_the_groups_language(
    platform: Platform, house: House, locale: Locale
) -> None:
    there = platform.in_company(platform.newcomer(locale))
    post = _posted(platform, house, there, locale)
    t = there.t
    assert post.offers == (
        t("paper.first.button"), t("paper.state.reading"), t("paper.end.button"), t("kit.more"),
    )  # fmt: skip
    assert t("papers.ten_minutes") in post.words
    assert "Attention" in post.words
    assert len(post.words) <= 800, "700 characters, and what a platform adds to a moment"


@promise("paper")
def test_reading_is_one_line_for_the_presser_and_changes_nothing_for_others(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    before = there.others_read()
    for _ in range(2):
        assert there.take("읽는 중", on=post).words == "읽는 중이라고 적었어요."
    assert there.others_read() == before


@promise("paper")
def test_everybody_is_led_to_their_own_by_the_other_buttons(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    before = there.others_read()
    first = there.take("먼저 볼 것", on=post)
    assert there.t("paper.first.why_topics") in first.words
    asked = there.take("끝냄 · 훑음", on=post)
    panel = there.take("훑음", on=asked)
    assert "나: 훑음" in panel.words
    other = platform.beside(there)
    assert other.take(there.t("kit.more"), on=post).offers
    assert there.others_read() == before, "nothing of it is anybody else's to see"


@promise("paper")
def test_a_note_is_written_in_a_form_and_is_ones_own(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    before = there.others_read()
    more = there.take("더 보기", on=post)
    assert there.take("노트 쓰기", on=more).form
    kept = there.fill("@everyone **그림** 2가 전부예요")
    assert "나만 볼 수 있어요" in kept.words
    assert "2가 전부예요" in kept.words
    assert "모임이 볼 수 있어요" in there.take("모임에 나누기", on=kept).words
    assert there.others_read() == before


@promise("paper")
def test_the_command_shows_the_same_paper_where_the_group_lives(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    _posted(platform, house, there)
    assert "Attention" in there.call("paper").words


@promise("paper")
def test_the_buttons_of_an_old_post_work_after_a_restart(platform: Platform, house: House) -> None:
    there = platform.in_company(platform.newcomer(Locale.KO))
    post = _posted(platform, house, there)
    house.restart()
    assert there.take("읽는 중", on=post).words == "읽는 중이라고 적었어요."
