"""Issues of the digest: one a week, read as they were written; what is said of their stories, counted in persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.digest.issue import Entry, Issue, IssueId, Part, PartKind
from bot.core.digest.signals import LESS, MORE, NEITHER, Edit, Signal
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.storage import Storage
from tests.storage.club import MEETS_ON, WEEK, founded
from tests.storage.moments import MINUTE, NOW

DAY = timedelta(days=1)


def issue(group_id: GroupId, number: int = 1, *signs: str) -> Issue:
    last = MEETS_ON + number * WEEK
    entry = Entry(title="가나다", line="Told of by 2 sources.", key="at:1", signs=("at:1", *signs), at=NOW)
    return Issue(
        group_id=group_id,
        name="논문 모임",
        number=number,
        first=last - timedelta(days=6),
        last=last,
        locale=Locale.KO,
        headline="조용한 한 주였어요.",
        parts=(Part(PartKind.POSTS, (entry,)),),
    )


async def test_a_week_has_one_issue_however_often_it_is_kept(storage: Storage) -> None:
    async with storage.write() as uow:
        group = (await founded(uow)).group.id
        assert await uow.issues.next_number(group) == 1
        kept = await uow.issues.keep(issue(group, 1, "arxiv:1"), NOW)
        assert await uow.issues.keep(replace(issue(group), headline="another"), NOW + DAY) == kept
        assert kept.issue == issue(group, 1, "arxiv:1")
        assert await uow.issues.shown(group) == {"at:1", "arxiv:1"}
        assert await uow.issues.next_number(group) == 2
        assert await uow.issues.of_week(group, issue(group).last) == await uow.issues.get(kept.id) == kept
        assert await uow.issues.of_week(group, issue(group).first) is await uow.issues.get(IssueId(99)) is None


async def test_what_is_posted_is_found_latest_first_and_by_its_number(storage: Storage) -> None:
    async with storage.write() as uow:
        group = (await founded(uow)).group.id
        other = await uow.groups.create("다른 모임", NOW)
        for number in (1, 2, 3):
            kept = await uow.issues.keep(issue(group, number, f"at:{number}"), NOW)
            if number < 3:
                for moment in (NOW, NOW + DAY):
                    await uow.issues.posted(kept.id, moment)
        latest = await uow.issues.latest(group, 9)
        assert [(each.number, each.sent_at) for each in latest] == [(2, NOW), (1, NOW)]
        assert [each.number for each in await uow.issues.latest(group, 1, 2)] == [1]
        assert [each.number for each in await uow.issues.latest(group, 9, sent=False)] == [3, 2, 1]
        assert [each.number for each in await uow.issues.all(group)] == [3, 2, 1]
        numbered = await uow.issues.numbered(group, 2)
        assert numbered is not None
        assert numbered.number == 2
        assert await uow.issues.numbered(other.id, 2) is None
        await uow.issues.rewrite(numbered.id, numbered.issue.without("at:1"))
        changed = await uow.issues.get(numbered.id)
        assert changed is not None
        assert changed.issue.parts == ()


async def test_of_two_words_of_one_person_the_later_stands(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group = club.group.id
        await uow.people.join(club.minsu_there.id, club.minsu.person_id)
        story = Signal(group, club.minsu.person_id, "at:1", "가", "https://e.org", ("nlp",), ("blog",), None, NEITHER)
        await uow.issues.lean(club.minsu.id, story, MORE, NOW)
        await uow.issues.save(club.minsu.id, story, True, NOW)
        await uow.issues.lean(club.minsu_there.id, story, LESS, NOW + MINUTE)
        await uow.issues.lean(club.jiwoo.id, replace(story, person_id=club.jiwoo.person_id), LESS, NOW)
        said = {each.person_id: each for each in await uow.issues.signals(group)}
        assert said[club.minsu.person_id] == replace(story, saved_at=NOW, leaning=LESS)
        assert said[club.jiwoo.person_id].saved_at is None
        assert await uow.issues.signals_of(club.minsu.person_id) == (said[club.minsu.person_id],)
        await uow.issues.save(club.minsu_there.id, story, False, NOW + DAY)
        assert (await uow.issues.signals_of(club.minsu.person_id))[0].saved_at is None
        assert await uow.issues.pressed(group, NOW + DAY)
        assert not await uow.issues.pressed(group, NOW + 2 * DAY)


async def test_what_one_looked_at_is_ones_own_whatever_account(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        await uow.people.join(club.minsu_there.id, club.minsu.person_id)
        kept = await uow.issues.keep(issue(club.group.id), NOW)
        for _ in range(2):
            await uow.issues.open(club.minsu_there.id, [kept.id], NOW)
        assert await uow.issues.opened(club.minsu.person_id) == {kept.id}
        assert await uow.issues.opened(club.jiwoo.person_id) == frozenset()


async def test_what_organisers_say_of_a_story_is_set(storage: Storage) -> None:
    async with storage.write() as uow:
        group = (await founded(uow)).group.id
        await uow.issues.edit(group, "at:1", Edit(pinned=True), NOW)
        await uow.issues.edit(group, "at:1", Edit(dropped=True, comment="나중에"), NOW)
        assert await uow.issues.edits(group) == {"at:1": Edit(dropped=True, comment="나중에")}
