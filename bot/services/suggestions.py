"""Links for the catalogue, for the digest and beside a paper, and what is decided about them.

What goes into the catalogue or beside a paper waits for an organiser. Papers for the ballot are `nominations`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.core.groups import Group
from bot.core.language.words import clean
from bot.core.papers.links import ArxivId, LinkTarget, host_of, same_place
from bot.core.papers.paper import Review
from bot.core.papers.subjects import subjects_of
from bot.core.people import GroupId, Person
from bot.core.reading import (
    KeptPaper,
    PaperId,
    Suggestion,
    SuggestionId,
    SuggestionKind,
    SuggestionState,
    shortened_why,
)
from bot.core.refs import UserRef
from bot.core.shelf import Shelf
from bot.services.own_folder import Approved, OwnFolder
from bot.services.own_rows import NotWritten, OwnRow
from bot.services.papers import Papers
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

_LONGEST_TITLE = 140
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=1)  # between two machines
_SLUG = re.compile(r"[a-z0-9]+")
_HANGUL = re.compile(r"[가-힣]")
_KIND_OF_HOST = {
    "github.com": "repository", "gitlab.com": "repository", "youtube.com": "course", "youtu.be": "course",
    "colab.research.google.com": "notebook", "kaggle.com": "notebook", "arxiv.org": "article",
}  # fmt: skip


class Suggestions:
    """Takes links in, and decisions about them."""

    def __init__(
        self,
        storage: Storage,
        papers: Papers,
        books: Shelf,
        clock: Callable[[], datetime],
        own: OwnFolder,
    ) -> None:
        """Keep in `storage`; approved rows are written into the host's `own` folder."""
        self._storage, self._papers, self._books, self._clock = storage, papers, books, clock
        self._own = own

    async def suggest(
        self,
        user: UserRef,
        language: str | None,
        group: Group | None,
        what: SuggestionKind,
        target: LinkTarget,
        why: str = "",
        paper_id: PaperId | None = None,
    ) -> tuple[Suggestion, bool] | None:
        """Keep a link for the catalogue, the digest or beside a paper; return it, and whether it is their own.

        None when the catalogue has it already. Its title is asked for in passing.
        """
        if what is SuggestionKind.RESOURCE and self.in_catalogue(target) is not None:
            return None
        kept = await self._papers.of_link(target)
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            suggestion, new = await uow.suggestions.add(
                group.id if group is not None else None,
                identity.id,
                what,
                _address(target),
                kept.paper.title[:_LONGEST_TITLE],
                shortened_why(why),
                now,
                paper_id=paper_id,
            )
            own = {each.id for each in await uow.suggestions.of_person(identity.person_id)}
        return suggestion, new or suggestion.id in own

    def in_catalogue(self, target: LinkTarget) -> str | None:
        """Return the id of the row that a link leads to, None when the catalogue has none."""
        return self._row_at(_address(target))

    def _row_at(self, url: str) -> str | None:
        sought = same_place(url)
        for row in self._books.catalogue:
            addresses = (row.url, row.status.new_url, *row.other_urls)
            if any(each and same_place(each) == sought for each in addresses):
                return row.id
        return None

    async def take_back(self, person: Person | None, suggestion_id: SuggestionId) -> bool:
        """Take one's own suggestion back; False when it is not theirs or was decided."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            return await uow.suggestions.withdraw(suggestion_id, person.id)

    async def mine(self, person: Person | None) -> tuple[Suggestion, ...]:
        """Return what a person suggested, wherever, and may still take back."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = await uow.suggestions.of_person(person.id)
        return tuple(each for each in found if each.state is SuggestionState.OPEN)

    async def reviewable(self, group: Group) -> tuple[KeptPaper, ...]:
        """Return the papers that a review may be about: what the group reads and read lately, then its candidates."""
        async with self._storage.read() as uow:
            ids = [each.paper_id for each in (await uow.cycles.history(group.id))[:6] if each.paper_id is not None]
            ids += [each.paper_id for each in await uow.nominations.open(group.id)]
            papers = await uow.papers.many(ids)
        return tuple(papers[each] for each in dict.fromkeys(ids) if each in papers)

    async def waiting(self, group_id: GroupId | None) -> tuple[Suggestion, ...]:
        """Return what waits for a decision: of a group; of all groups and of nobody's with None, for the host."""
        async with self._storage.read() as uow:
            found = await uow.suggestions.open(group_id)
        return tuple(each for each in found if each.what is not SuggestionKind.DIGEST)

    async def get(self, suggestion_id: SuggestionId) -> Suggestion | None:
        """Return a suggestion by its number."""
        async with self._storage.read() as uow:
            return await uow.suggestions.get(suggestion_id)

    async def approve(self, suggestion_id: SuggestionId, user: UserRef, language: str | None) -> bool:
        """Approve a suggestion and do what it asks for; False when it was decided before.

        A row is written into the host's folder and is on the shelf at once. Raises `NotWritten`.
        """
        suggestion = await self.get(suggestion_id)
        if suggestion is None or suggestion.state is not SuggestionState.OPEN:
            return False
        if suggestion.what is SuggestionKind.RESOURCE:
            await self._own.add(self._row(suggestion, await self._group_of(suggestion)))
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            done = await uow.suggestions.decide(suggestion_id, SuggestionState.APPROVED, identity.id, now)
            if done and suggestion.what is SuggestionKind.REVIEW and suggestion.paper_id is not None:
                await self._add_review(uow, suggestion, suggestion.paper_id, now)
        return done

    async def catch_up(self) -> int:
        """Write the rows that were approved in other processes and are not in this folder; return how many.

        On a database of one machine what was approved before this was first asked is taken to be there: a row that the
        host took out again does not come back.
        """
        known = self._own.approved()
        if known.until is None and self._storage.file is not None:
            self._own.note_approved(Approved(self._clock()))
            return 0
        since = (known.until or _EVER) - _CLOCKS_DIFFER
        async with self._storage.read() as uow:
            found = await uow.suggestions.decided(SuggestionState.APPROVED, since)
        new = [each for each in found if each.id not in known.ids and each.decided_at is not None]
        missing = [each for each in new if each.what is SuggestionKind.RESOURCE and self._row_at(each.url) is None]
        for each in missing:
            try:
                await self._own.add(self._row(each, await self._group_of(each)))
            except NotWritten as error:
                log.warning("an approved row was not written", suggestion=each.id, why=str(error))
        if new:
            until = max(each.decided_at or _EVER for each in (*new, *found))
            self._own.note_approved(Approved(until, frozenset(each.id for each in found)))
        return len(missing)

    async def decline(self, suggestion_id: SuggestionId, user: UserRef, language: str | None) -> bool:
        """Decline a suggestion; False when it was decided before."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            return await uow.suggestions.decide(suggestion_id, SuggestionState.DECLINED, identity.id, now)

    async def _add_review(self, uow: UnitOfWork, suggestion: Suggestion, paper_id: PaperId, now: datetime) -> None:
        kept = await uow.papers.get(paper_id)
        if kept is None or any(same_place(each.url) == same_place(suggestion.url) for each in kept.paper.reviews):
            return
        host = host_of(suggestion.url)
        review = Review(
            "video" if host.removeprefix("www.") in ("youtu.be", "youtube.com") else "blog",
            suggestion.title,
            suggestion.url,
            _language(suggestion.title),
        )
        await uow.papers.put(replace(kept.paper, reviews=(*kept.paper.reviews, review)), now)

    async def _group_of(self, suggestion: Suggestion) -> Group | None:
        if suggestion.group_id is None:
            return None
        async with self._storage.read() as uow:
            return await uow.groups.get(suggestion.group_id)

    def _row(self, suggestion: Suggestion, group: Group | None) -> OwnRow:
        """Return a row of the catalogue made of what is known: an organiser may write it better in the file."""
        title = suggestion.title.strip()[:_LONGEST_TITLE] or suggestion.url[:_LONGEST_TITLE]
        topics = subjects_of(f"{title} {suggestion.why}", (), self._books)
        topics = topics or (group.settings.topics[:1] if group is not None else ()) or ("deep-learning",)
        host = host_of(suggestion.url).removeprefix("www.")
        return OwnRow(
            self._free_id(title, suggestion.id),
            title,
            _KIND_OF_HOST.get(host, "article"),
            topics,
            _language(title),
            suggestion.url,
            "모임에서 올린 자료예요.",  # what its member wrote is theirs, and can be deleted
            "Suggested by a study group.",
            self._clock().date(),
        )

    def _free_id(self, title: str, number: int) -> str:
        slug = "-".join(_SLUG.findall(clean(title))[:6])[:40].strip("-")
        return f"{slug}-s{number}" if slug else f"suggested-{number}"


def _language(words: str) -> str:
    return "ko" if _HANGUL.search(words) else "en"


def _address(target: LinkTarget) -> str:
    return target.abstract if isinstance(target, ArxivId) else target.url
