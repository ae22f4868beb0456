"""Suggestions: duplicates meet, each is decided once, and they outlive who made them."""

from __future__ import annotations

from bot.core.reading import SuggestionId, SuggestionKind, SuggestionState
from bot.storage import Storage
from tests.storage.club import founded, kept
from tests.storage.moments import MINUTE, NOW

RESOURCE, REVIEW, DIGEST = SuggestionKind
URL = "https://example.org/course"


async def test_the_same_link_for_the_same_place_is_one_suggestion(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group = club.group.id
        (paper,) = await kept(uow, "a")
        first, new = await uow.suggestions.add(group, club.minsu.id, RESOURCE, URL, "A course", "좋아요", NOW)
        assert new
        assert await uow.suggestions.add(group, club.jiwoo.id, RESOURCE, URL, "x", "", NOW) == (first, False)
        review, new = await uow.suggestions.add(group, club.jiwoo.id, REVIEW, URL, "x", "", NOW, paper_id=paper)
        assert new
        everywhere, new = await uow.suggestions.add(None, club.jiwoo.id, RESOURCE, URL, "x", "", NOW)
        assert new
        assert await uow.suggestions.open() == (first, review, everywhere)
        assert await uow.suggestions.open(group) == (first, review)
        assert await uow.suggestions.of_person(club.jiwoo.person_id) == (everywhere, review)
        assert await uow.suggestions.get(SuggestionId(999)) is None


async def test_a_suggestion_is_decided_once_and_stands_beside_its_paper(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (paper,) = await kept(uow, "a")
        made, _ = await uow.suggestions.add(club.group.id, club.jiwoo.id, REVIEW, URL, "t", "", NOW, paper_id=paper)
        assert await uow.suggestions.of_paper(paper) == ()
        decide = uow.suggestions.decide
        assert await decide(made.id, SuggestionState.APPROVED, club.minsu.id, NOW + MINUTE)
        assert not await decide(made.id, SuggestionState.DECLINED, club.minsu.id, NOW + 2 * MINUTE)
        assert not await uow.suggestions.withdraw(made.id, club.jiwoo.person_id)
        (approved,) = await uow.suggestions.of_paper(paper)
        assert (approved.state, approved.decided_by, approved.decided_at) == (
            SuggestionState.APPROVED, club.minsu.id, NOW + MINUTE,
        )  # fmt: skip
        assert await uow.suggestions.open() == ()
        assert await uow.suggestions.decided(SuggestionState.APPROVED, NOW) == (approved,)
        assert await uow.suggestions.decided(SuggestionState.APPROVED, NOW + 2 * MINUTE) == ()
        assert await uow.suggestions.decided(SuggestionState.DECLINED, NOW) == ()


async def test_only_who_suggested_takes_it_back_and_it_can_be_suggested_again(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        made, _ = await uow.suggestions.add(club.group.id, club.minsu.id, DIGEST, URL, "t", "", NOW)
        assert not await uow.suggestions.withdraw(made.id, club.jiwoo.person_id)
        assert await uow.suggestions.withdraw(made.id, club.minsu.person_id)
        _, new = await uow.suggestions.add(club.group.id, club.jiwoo.id, DIGEST, URL, "t", "", NOW)
        assert new


async def test_a_suggestion_outlives_who_made_and_who_decided_it_without_their_names_and_words(
    storage: Storage,
) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        made, _ = await uow.suggestions.add(club.group.id, club.jiwoo.id, RESOURCE, URL, "A course", "제 글", NOW)
        await uow.suggestions.decide(made.id, SuggestionState.APPROVED, club.minsu.id, NOW)
        await uow.own.erase([club.jiwoo.user])
        await uow.own.erase([club.minsu.user, club.minsu_there.user])
        left = await uow.suggestions.get(made.id)
        assert left is not None
        assert (left.identity_id, left.decided_by, left.why, left.title) == (None, None, "", "A course")
        assert left.state is SuggestionState.APPROVED
