"""The one door for a link: a paper for the ballot, a review beside a paper, something for the catalogue or the digest.

Duplicates meet, whatever address they came by, and what the group has read is said. What goes into the catalogue or
beside a paper waits for an organiser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import structlog

from bot.core.groups import Group
from bot.core.language.words import clean
from bot.core.outbox import LetterState, NewLetter
from bot.core.papers.filling import same_title
from bot.core.papers.links import ArxivId, LinkTarget, host_of, same_place
from bot.core.papers.paper import Review
from bot.core.papers.subjects import subjects_of
from bot.core.people import GroupId, HomeId, Person
from bot.core.reading import (
    Cycle,
    CycleState,
    KeptPaper,
    Nomination,
    NominationId,
    NominationState,
    PaperId,
    Suggestion,
    SuggestionId,
    SuggestionKind,
    SuggestionState,
)
from bot.core.refs import Place, Platform, UserRef
from bot.core.shelf import Shelf
from bot.services.outbox import Outbox
from bot.services.own_folder import Approved, OwnFolder
from bot.services.own_rows import NotWritten, OwnRow
from bot.services.papers import Papers
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

LINE = "suggest.line"  # the post of the one line in the week's thread
LONGEST_WHY = 200  # characters
MOST_OPEN = 10  # candidates that one person has up in a group at a time
_LINE_AFTER = timedelta(minutes=1)  # so that what is taken back at once was never told
_SAID = frozenset({LetterState.SENT, LetterState.LEASED, LetterState.HELD})  # of a line: it may be there
_LONGEST_TITLE = 140
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=1)  # between two machines
_SLUG = re.compile(r"[a-z0-9]+")
_HANGUL = re.compile(r"[가-힣]")
_KIND_OF_HOST = {
    "github.com": "repository", "gitlab.com": "repository", "youtube.com": "course", "youtu.be": "course",
    "colab.research.google.com": "notebook", "kaggle.com": "notebook", "arxiv.org": "article",
}  # fmt: skip


class Met(StrEnum):
    """What became of putting a paper up. The values are keys of texts."""

    NEW = "new"
    UP = "up"  # somebody did already
    READ = "read"  # the group has read it
    NOW = "now"  # it is what the group reads next
    VETOED = "vetoed"  # an organiser put it out
    FULL = "full"  # this person has enough of them up


@dataclass(frozen=True, slots=True)
class Nominated:
    """What became of it, the paper (perhaps the one it met), how it stands, and when the group read it."""

    met: Met
    kept: KeptPaper
    nomination: Nomination | None = None
    cycle: Cycle | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person put up in a group and may still take back."""

    nominations: tuple[tuple[Nomination, KeptPaper], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class Suggestions:
    """Takes links in, and decisions about them."""

    def __init__(
        self,
        storage: Storage,
        papers: Papers,
        books: Shelf,
        clock: Callable[[], datetime],
        outbox: Outbox,
        own: OwnFolder,
    ) -> None:
        """Keep in `storage`; approved rows are written into the host's `own` folder."""
        self._storage, self._papers, self._books, self._clock = storage, papers, books, clock
        self._outbox, self._own = outbox, own

    # papers for the ballot

    async def nominate(
        self, user: UserRef, language: str | None, group: Group, kept: KeptPaper, why: str = ""
    ) -> Nominated:
        """Put a paper up in a group, and say so in the week's thread; or say what it met."""
        now = self._clock()
        async with self._storage.write() as uow:
            kept = await self._met_by_title(uow, group.id, kept)
            identity = await uow.people.meet(user, language, now)
            mine = await uow.nominations.of_person(identity.person_id)
            up = {each.paper_id: each for each in mine if each.group_id == group.id and _is_up(each)}
            nomination = up.get(kept.id)  # said twice, or by a turn that was cut off before it was answered
            if nomination is None:
                if (met := await self._standing(uow, group.id, kept)) is not None:
                    return met
                if len(up) >= MOST_OPEN:
                    return Nominated(Met.FULL, kept)
                nomination, _ = await uow.nominations.add(group.id, kept.id, identity.id, _why(why), now)
        await self._papers.want(kept.id)
        await self._tell(group, nomination)
        return Nominated(Met.NEW, kept, nomination)

    async def explain(self, person: Person | None, nomination_id: NominationId, why: str) -> bool:
        """Keep why somebody put a paper up; False when it is not theirs or not up any more."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            return await uow.nominations.explain(nomination_id, person.id, _why(why))

    async def withdraw(self, person: Person | None, nomination_id: NominationId) -> bool:
        """Take one's own candidate back; the line about it changes too. False when it is not theirs or not up."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            done = await uow.nominations.withdraw(nomination_id, person.id)
            nomination = await uow.nominations.get(nomination_id)
            if done and nomination is not None:  # in one step: taken back, it is not taken back again after a kill
                await self._outbox.put(uow, await self._corrections(uow, nomination))
        self._outbox.wake()
        return done

    async def told(self, line: str) -> bool:
        """Say whether the line about a candidate was said, or may have been, by its letter's key."""
        async with self._storage.read() as uow:
            letter = (await uow.outbox.by_key([line])).get(line)
        return letter is not None and letter.state in _SAID

    async def nomination(self, nomination_id: NominationId) -> tuple[Nomination, KeptPaper] | None:
        """Return a candidate with its paper."""
        async with self._storage.read() as uow:
            found = await uow.nominations.get(nomination_id)
            kept = await uow.papers.get(found.paper_id) if found is not None else None
        return (found, kept) if found is not None and kept is not None else None

    async def _met_by_title(self, uow: UnitOfWork, group_id: GroupId, kept: KeptPaper) -> KeptPaper:
        """Return the paper of the same title that the group knows by another address, else `kept` itself."""
        title = same_title(kept.paper.title)
        known = {each.paper_id for each in await uow.nominations.of_group(group_id)}
        known |= {each.paper_id for each in await uow.cycles.history(group_id) if each.paper_id is not None}
        if kept.id in known or not title:
            return kept
        others = (await uow.papers.many(known)).values()
        return next((each for each in others if same_title(each.paper.title) == title), kept)

    async def _standing(self, uow: UnitOfWork, group_id: GroupId, kept: KeptPaper) -> Nominated | None:
        """Return how a paper stands in a group that keeps it from being put up; None when nothing does."""
        cycle = await uow.cycles.of_paper(group_id, kept.id)
        nomination = await uow.nominations.of_paper(group_id, kept.id)
        if cycle is not None:
            met = Met.READ if cycle.meeting_at <= self._clock() else Met.NOW
            return Nominated(met, kept, nomination, cycle)
        if nomination is None or nomination.state is NominationState.WITHDRAWN:
            return None
        return Nominated(Met.VETOED if nomination.state is NominationState.VETOED else Met.UP, kept, nomination)

    # the line in the thread

    async def _tell(self, group: Group, nomination: Nomination) -> None:
        """Have one line said in the thread of the week's post, wherever there is one."""
        async with self._storage.read() as uow:
            threads = await _threads(uow, group)
        payload = {"nomination": nomination.id, "locale": group.locale.value if group.locale is not None else None}
        for home_id, place, under in threads:
            await self._outbox.enqueue(
                LINE,
                place,
                _line_key(nomination, home_id),
                payload,
                under=under,
                silent=True,
                group_id=group.id,
                not_before=self._clock() + _LINE_AFTER,
            )

    async def _corrections(self, uow: UnitOfWork, nomination: Nomination) -> list[NewLetter]:
        """Return what takes the place of the lines said about a candidate: those that wait will see for themselves."""
        homes = await uow.groups.homes(nomination.group_id)
        letters = await uow.outbox.by_key([_line_key(nomination, home.id) for home in homes])
        return [
            NewLetter(
                f"{each.key}:withdrawn",
                each.kind,
                each.to,
                LINE,
                {**each.payload, "withdrawn": each.key},
                group_id=nomination.group_id,
                revises=each.key,
                silent=True,
            )
            for each in letters.values()
            if each.state in _SAID
        ]

    # everything else

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
                _why(why),
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

    async def mine(self, person: Person | None, group: Group | None) -> Mine:
        """Return what a person put up and may still take back: candidates of a group, and every open suggestion."""
        if person is None:
            return Mine()
        async with self._storage.read() as uow:
            up = [
                each
                for each in await uow.nominations.of_person(person.id)
                if each.state is NominationState.OPEN and group is not None and each.group_id == group.id
            ]
            papers = await uow.papers.many(each.paper_id for each in up)
            suggested = await uow.suggestions.of_person(person.id)
        return Mine(
            tuple((each, papers[each.paper_id]) for each in up if each.paper_id in papers),
            tuple(each for each in suggested if each.state is SuggestionState.OPEN),
        )

    async def reviewable(self, group: Group) -> tuple[KeptPaper, ...]:
        """Return the papers that a review may be about: what the group reads and read lately, then its candidates."""
        async with self._storage.read() as uow:
            ids = [each.paper_id for each in (await uow.cycles.history(group.id))[:6] if each.paper_id is not None]
            ids += [each.paper_id for each in await uow.nominations.open(group.id)]
            papers = await uow.papers.many(ids)
        return tuple(papers[each] for each in dict.fromkeys(ids) if each in papers)

    # what organisers decide

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


def _is_up(nomination: Nomination) -> bool:
    return nomination.state is NominationState.OPEN


def _why(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WHY]


def _language(words: str) -> str:
    return "ko" if _HANGUL.search(words) else "en"


def _line_key(nomination: Nomination, home_id: HomeId) -> str:
    return f"suggest:{nomination.id}:{nomination.at:%Y%m%d%H%M%S}:{home_id}"


async def _threads(uow: UnitOfWork, group: Group) -> tuple[tuple[HomeId, Place, str], ...]:
    """Return where the week's post has a thread: the home, its place, and the key of the post's letter there.

    A Telegram group without topics has none.
    """
    cycle = next((each for each in await uow.cycles.latest(group.id, 3) if each.state is CycleState.POSTED), None)
    if cycle is None:
        return ()
    homes = [(home, home.place()) for home in await uow.groups.homes(group.id)]
    keys = {home.id: f"cycle:{cycle.id}:post#{home.id}" for home, _ in homes}
    posts = await uow.outbox.by_key(list(keys.values()))
    return tuple(
        (home.id, place, keys[home.id])
        for home, place in homes
        if place is not None and (place.platform is Platform.DISCORD or place.thread is not None)
        if (post := posts.get(keys[home.id])) is not None and post.sent_message is not None
    )


def _address(target: LinkTarget) -> str:
    return target.abstract if isinstance(target, ArxivId) else target.url
