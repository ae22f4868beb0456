"""Gathers what an issue can tell: what members did, what came from their sources, what they like, what is ahead.

It only reads. Whatever it learns of members it counts; no name leaves it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core.catalogue import Level, Resource
from bot.core.cycle import Picks
from bot.core.digest.asides import next_aside
from bot.core.digest.choosing import MOST, Audience, Section
from bot.core.digest.issue import KeptIssue, PartKind
from bot.core.digest.items import Item, ItemKind, Story, paper_of, unshown
from bot.core.digest.selecting import MEMBERS, Selected, select, with_suggested
from bot.core.digest.signals import Edit
from bot.core.digest.sources import languages_of
from bot.core.digest.timing import first_day
from bot.core.digest.writing import Ahead, Because, Material, Offered, Read
from bot.core.groups import Group
from bot.core.papers.links import ArxivId, Doi, Video, read_link
from bot.core.papers.subjects import subjects_of
from bot.core.people import EntryState, Person
from bot.core.reading import (
    Cycle,
    CycleState,
    Nomination,
    NominationState,
    Suggestion,
    SuggestionKind,
    SuggestionState,
)
from bot.core.recommender import Profile, Why, recommend
from bot.core.schedule import as_utc, zone_or_utc
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.services.digest.kept import Kept, read_kept
from bot.services.digest.liking import are_beginners, audience_of
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.news import News
from bot.storage import Storage

LOOKED_BACK = timedelta(days=14)  # for stories: a good one that was left out may still come the week after
CHANGES_BACK = timedelta(days=30)  # for changes: a host who updates late has some of before the week
OFFERS = 12  # rows of a topic that are looked at for one that was not offered
_LIKED = (EntryState.SAVED, EntryState.GOING)
_OVER = (EntryState.DONE, EntryState.SKIMMED, EntryState.NOT_FOR_ME)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All there is for an issue before anything is chosen. `fixed` is what it tells whatever is chosen.

    `stories` came from the sources; `suggested` is what members put up, each as something that came in.
    """

    stories: tuple[Story, ...]
    shown: frozenset[str]
    audience: Audience
    edits: Mapping[str, Edit]
    fixed: Material
    without: frozenset[PartKind]
    suggested: tuple[tuple[Suggestion, Item], ...]
    now: datetime

    async def selected(
        self, most: Mapping[Section, int] = MOST, *, edited: bool = True
    ) -> Mapping[Section, tuple[Selected, ...]]:
        """Return the stories that are chosen; without what organisers left out, unless `edited` is False."""
        edits = self.edits if edited else {key: replace(each, dropped=False) for key, each in self.edits.items()}
        return await asyncio.to_thread(self._select, edits, most)  # of thousands: nobody's turn waits for it

    def _select(self, edits: Mapping[str, Edit], most: Mapping[Section, int]) -> Mapping[Section, tuple[Selected, ...]]:
        stories = with_suggested(unshown(self.stories, self.shown), (item for _, item in self.suggested))
        return select(stories, self.shown, self.audience, edits, self.now, most)

    async def material(self) -> Material:
        """Return everything the issue tells."""
        selected = await self.selected()
        wanted = {section: found for section, found in selected.items() if PartKind(section.value) not in self.without}
        return replace(self.fixed, selected=wanted)


class Gathering:
    """Gathers."""

    def __init__(
        self,
        storage: Storage,
        groups: Groups,
        news: News,
        library: Library,
        books: Shelf,
        clock: Callable[[], datetime],
    ) -> None:
        """Read from `storage`; `news` has the stories, `books` and `library` what there is to study."""
        self._storage, self._groups, self._news = storage, groups, news
        self._library, self._books, self._clock = library, books, clock

    async def gather(self, group: Group, last: date) -> Gathered:
        """Return what there is for the issue that ends on the day `last`."""
        now, zone = self._clock(), self._groups.zone_of(group)
        async with self._storage.read() as uow:
            previous = next(iter(await uow.issues.latest(group.id, 1, sent=False)), None)
            began = group.created_at.astimezone(zone_or_utc(zone)).date()
            first = first_day(last, previous.issue.last if previous is not None else None, began)
            since = _counted_since(previous, first, zone)
            kept = await read_kept(uow, self._books, group, since, now)
        suggested = tuple(each for each in kept.suggestions if _is_for_digest(each))
        items = [self._item(each) for each in suggested]
        stories = await self._news.stories_for(group, now - LOOKED_BACK, now + timedelta.resolution)
        sources = await self._news.feeds_of(group)
        own = frozenset(each.key for each in sources if each.own)
        return Gathered(
            stories,
            kept.shown,
            audience_of(group, kept, self._books, self._groups.locale_of(group), items, own, now),
            kept.edits,
            replace(
                self._fixed(group, kept, first, last, since, now),
                ailing=tuple((each.title, each.since, each.health) for each in await self._news.ailing(group)),
                titles={each.key: each.title for each in sources},
            ),
            group.settings.digest.without,
            tuple(zip(suggested, items, strict=True)),
            now,
        )

    # what is told whatever is chosen

    def _fixed(self, group: Group, kept: Kept, first: date, last: date, since: datetime, now: datetime) -> Material:
        locale = self._groups.locale_of(group)
        past = next((each for each in kept.cycles if each.paper_id and since <= each.meeting_at <= now), None)
        ahead = [
            each for each in reversed(kept.cycles) if each.meeting_at > now and each.state is not CycleState.SKIPPED
        ]
        current = next((each for each in ahead if each.state is CycleState.POSTED and each.paper_id), None)
        after = next((each for each in ahead if each is not current and each.paper_id is not None), None)
        picked = kept.papers.get(after.paper_id) if after is not None and after.paper_id is not None else None

        def topic_name(topic_id: str) -> str:
            topic = self._books.topics.get(topic_id)
            return topic.name(locale) if topic is not None else topic_id

        told = PartKind.CHANGES not in group.settings.digest.without
        changes = self._library.news(max(last - CHANGES_BACK, group.created_at.date()), last, locale)
        return Material(
            group_id=group.id,
            name=group.name,
            number=kept.number,
            first=first,
            last=last,
            locale=locale,
            zone=self._groups.zone_of(group),
            past=_read(past, kept),
            now=_read(current, kept),
            picked=picked.paper.title if picked is not None else None,
            ballot_until=kept.ballot.closes_at if kept.ballot is not None else None,
            readers=len(frozenset().union(*(who for who, _ in kept.readers.values()))),
            notes=kept.notes,
            nominated=sum(_was_put_up(each, since) for each in kept.nominations),
            suggested=sum(
                each.at >= since and each.state is not SuggestionState.WITHDRAWN for each in kept.suggestions
            ),
            offered=self._offered(group, kept),
            changes=tuple(each for each in changes if each.key not in kept.shown) if told else (),
            ahead=tuple(self._ahead(group, kept, now)),
            aside=next_aside(group.id, kept.shown),
            topic_name=topic_name,
        )

    def _ahead(self, group: Group, kept: Kept, now: datetime) -> Iterable[tuple[Ahead, datetime]]:
        """Return what is on the calendar, the earliest first; never where."""
        found: list[tuple[Ahead, datetime]] = []
        if group.rhythm is not None and group.rhythm.meets:
            day = group.rhythm.next_meeting(now)
            cycle = next((each for each in kept.cycles if each.meets_on == day), None)
            if cycle is None or cycle.state is not CycleState.SKIPPED:
                asks = group.picks is Picks.PRESENTER
                what = (Ahead.PRESENTED if kept.presented else Ahead.SOUGHT) if asks else Ahead.MEETING
                found.append((what, group.rhythm.meeting_at(day)))
        if kept.ballot is not None:
            found.append((Ahead.BALLOT, kept.ballot.closes_at))
        return sorted(found, key=lambda each: each[1])

    # one thing of the catalogue

    def _offered(self, group: Group, kept: Kept) -> Offered | None:
        """Return one thing to study that the group was not offered, by its topics and by where its members are."""
        locale = self._groups.locale_of(group)
        profile = Profile(
            done=frozenset(_widely(kept.persons, _OVER)),
            level=Level.BEGINNER if are_beginners(group, kept.persons) else None,
        )
        for topic_id, because in self._topics_to_offer(group, kept):
            topic = self._books.topics.get(topic_id)
            if topic is None:
                continue
            found = recommend(read(topic_id, self._books, locale=locale), self._books, profile, limit=OFFERS)
            for pick in found.picks:
                row = pick.resource
                if _may_be_offered(row, topic_id, kept.shown, languages_of(locale), profile):
                    first = because is Because.TOPIC and any(
                        each.why is Why.FIRST_FOR and each.value == topic_id for each in pick.reasons
                    )
                    return Offered(row, Because.FIRST if first else because, topic.name(locale))
        return None

    def _topics_to_offer(self, group: Group, kept: Kept) -> list[tuple[str, Because]]:
        """Return the group's topics, those first that members have most of, then in turn; else what it reads."""
        chosen = group.settings.topics
        if not chosen:
            found = (kept.papers.get(each.paper_id) for each in kept.cycles if each.paper_id is not None)
            topics = dict.fromkeys(topic for each in found if each is not None for topic in each.paper.topics[:1])
            return [(topic, Because.READING) for topic in topics]
        busy: Counter[str] = Counter()
        for person in kept.persons:
            rows = (self._books.catalogue.get(each) for each, state in person.entries.items() if state in _LIKED)
            busy.update({topic for row in rows if row is not None for topic in row.topics})
        turn = kept.number % len(chosen)
        in_turn = (*chosen[turn:], *chosen[:turn])
        return [(topic, Because.TOPIC) for topic in sorted(in_turn, key=lambda each: -busy[each])]

    def _item(self, suggestion: Suggestion) -> Item:
        """Return what a member suggested as something that came in."""
        target = read_link(suggestion.url)
        kind = ItemKind.POST
        if isinstance(target, ArxivId | Doi):
            kind = ItemKind.PAPER
        elif isinstance(target, Video):
            kind = ItemKind.VIDEO
        elif "://github.com/" in suggestion.url:
            kind = ItemKind.REPOSITORY
        title = suggestion.title or suggestion.url
        topics = subjects_of(title, (), self._books)
        return Item(
            source=MEMBERS,
            url=suggestion.url,
            title=title,
            kind=kind,
            topics=topics,
            paper=paper_of(suggestion.url),
        )


def _counted_since(previous: KeptIssue | None, first: date, zone: str) -> datetime:
    """Return from when on what people did is counted: what they did on the day of an issue, after it, is not lost."""
    if previous is not None and first == previous.issue.last + timedelta(days=1):
        return previous.made_at
    return as_utc(datetime.combine(first, time()), zone)


def _read(cycle: Cycle | None, kept: Kept) -> Read | None:
    paper = kept.papers.get(cycle.paper_id) if cycle is not None and cycle.paper_id is not None else None
    if cycle is None or cycle.paper_id is None or paper is None:
        return None
    readers = kept.readers[cycle.paper_id][1]
    through = readers.finished + readers.skimmed
    return Read(paper.paper.title, paper.paper.mobile_url, cycle.meeting_at, through, readers.skimmed)


def _is_for_digest(each: Suggestion) -> bool:
    return each.what is SuggestionKind.DIGEST and each.state is SuggestionState.OPEN  # one that came is approved


def _was_put_up(each: Nomination, since: datetime) -> bool:
    return each.identity_id is not None and each.at >= since and each.state is not NominationState.WITHDRAWN


def _widely(persons: Sequence[Person], states: tuple[EntryState, ...]) -> list[str]:
    """Return the rows that half of those who have a list put into one of these states."""
    listing = [each for each in persons if each.entries]
    counts = Counter(row for each in listing for row, state in each.entries.items() if state in states)
    return [row for row, count in counts.items() if 2 * count >= len(listing)]


def _may_be_offered(
    row: Resource, topic_id: str, shown: frozenset[str], languages: frozenset[str], profile: Profile
) -> bool:
    fits = topic_id in row.topics and row.link is not None and bool(languages.intersection(row.languages))
    return fits and f"row:{row.id}" not in shown and row.id not in profile.done
