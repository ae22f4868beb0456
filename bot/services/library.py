"""The catalogue as members use it: recommend, look at one row, put it on a list, tell of a broken link.

What the person has comes with the call (read once by the router); only a press that changes something writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.catalogue import Kind, Level, Resource
from bot.core.catalogue_news import CatalogueNews, catalogue_news
from bot.core.changes import RECENT, Change
from bot.core.language.lookup import Hits, look_up
from bot.core.methods import Method
from bot.core.opinions import NO_OPINIONS
from bot.core.people import Entry, EntryState, GroupOpinion, Knows, Person, Preferences
from bot.core.recommender import Pick, Profile, Recommendation, explain, recommend
from bot.core.refs import UserRef
from bot.core.search import Options, Suggestion, complete, read
from bot.core.shelf import Shelf
from bot.core.stuck import Hint, Trouble, hints, troubles
from bot.core.topics import Topic, TopicMap
from bot.i18n import Bilingual, Locale
from bot.services.study import Study
from bot.storage import Storage


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks the catalogue: their words, and what they chose beside them."""

    words: str = ""
    level: Level | None = None
    language: str | None = None
    kind: Kind | None = None


class Library:
    """Answers questions to the catalogue and keeps what people say of its rows."""

    def __init__(
        self, shelf: Shelf, storage: Storage, clock: Callable[[], datetime], study: Study | None = None
    ) -> None:
        """Serve `shelf`; keep lists in `storage`, and what comes to an end in the log of `study`."""
        self._shelf, self._storage, self._clock, self._study = shelf, storage, clock, study

    def recommend(
        self,
        question: Question,
        locale: Locale,
        person: Person | None,
        *,
        offset: int = 0,
        limit: int = 3,
        group: Mapping[str, GroupOpinion] = NO_OPINIONS,
    ) -> Recommendation:
        """Return the picks from `offset` on, with their reasons; what the `group` thinks moves them a little."""
        reading = read(question.words, self._shelf, locale=locale)
        options = Options(level=question.level, language=question.language, kind=question.kind)
        return recommend(
            reading,
            self._shelf,
            profile_of(person),
            limit=limit,
            offset=offset,
            options=options,
            opinions=group,
        )

    def explain(self, resource_id: str, person: Person | None) -> Pick | None:
        """Return one row with all that can be said of it to `person`, or None when there is no such row."""
        resource = self.resource(resource_id)
        return explain(resource, self._shelf, profile_of(person)) if resource else None

    def resource(self, resource_id: str) -> Resource | None:
        """Return one row, also by an id that it had before."""
        return self._shelf.catalogue.get(resource_id)

    def code(self, resource_id: str) -> str:
        """Return a short name under which `resource` finds the row as well."""
        return self._shelf.catalogue.code(resource_id)

    def successors(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the rows that take the place of `resource`."""
        return self._shelf.catalogue.successors(resource)

    @property
    def topic_map(self) -> TopicMap:
        """Return the map of topics."""
        return self._shelf.topics

    def topic(self, topic_id: str) -> Topic | None:
        """Return one topic."""
        return self._shelf.topics.get(topic_id)

    def topics(self, parent: str | None = None) -> tuple[Topic, ...]:
        """Return the main topics, or those right below `parent`."""
        found = self._shelf.topics.roots() if parent is None else self._shelf.topics.children(parent)
        return tuple(found)

    def method(self, method_id: str) -> Method | None:
        """Return one row of the article's method."""
        return self._shelf.methods.get(method_id)

    def troubles(self, resource_id: str, locale: Locale) -> tuple[Trouble, ...]:
        """Return what somebody may be stuck with in a row; nothing for one that is not there."""
        resource = self.resource(resource_id)
        return troubles(resource, self._shelf, locale.value) if resource else ()

    def hints(self, resource_id: str, trouble: Trouble, locale: Locale, person: Person | None) -> tuple[Hint, ...]:
        """Return the small things that help with `trouble` in a row, the smallest first."""
        resource = self.resource(resource_id)
        if resource is None:
            return ()
        return hints(resource, trouble, self._shelf, profile_of(person), reader=locale.value)

    def look_up(self, words: str, locale: Locale) -> Hits:
        """Return the topics and resources that `words` name."""
        return look_up(words, self._shelf, locale=locale)

    def before(self, topic_id: str) -> tuple[tuple[Topic, Bilingual], ...]:
        """Return what to know before a topic, with the reasons."""
        needs = ((self.topic(need.topic), need.why) for need in self._shelf.topics.needs(topic_id))
        return tuple((topic, why) for topic, why in needs if topic is not None)

    def after(self, topic_id: str) -> tuple[Topic, ...]:
        """Return the topics that build on this one."""
        return self._shelf.topics.followers(topic_id)

    def suggest(self, typed: str, locale: Locale) -> tuple[Suggestion, ...]:
        """Return completions of what is being typed."""
        return complete(typed, self._shelf, locale)

    async def put(self, user: UserRef, language: str | None, resource_id: str, state: EntryState) -> EntryState | None:
        """Set what `user` says of a row and return what they said before."""
        now, current = self._clock(), self._shelf.catalogue.current(resource_id)
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            before = await uow.entries.set(identity.id, current, state, now, self._shelf.catalogue.former(current))
            if self._study is not None:
                await self._study.note_end(uow, identity, current, before, state)
        return before

    async def forget(self, user: UserRef, resource_id: str) -> None:
        """Take a row off the list of `user`."""
        current = self._shelf.catalogue.current(resource_id)
        async with self._storage.write() as uow:
            identity = await uow.people.of_identity(user)
            if identity is not None:
                await uow.entries.forget(identity.person_id, current, self._shelf.catalogue.former(current))
                if self._study is not None:
                    await self._study.end_taken_back(uow, identity, current)

    async def entries(self, person: Person | None) -> tuple[Entry, ...]:
        """Return the list of `person` with its dates, the latest first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            return await uow.entries.of_person(person.id, self._shelf.catalogue.current)

    def recent_changes(self, resource_id: str, today: date) -> tuple[Change, ...]:
        """Return what changed about one row lately, the latest first."""
        return self._shelf.changes.about(self._shelf.catalogue.current(resource_id), today - RECENT)

    def news(self, since: date, until: date, locale: Locale) -> tuple[CatalogueNews, ...]:
        """Return what changed in the catalogue from one day to another, both included, the latest first."""
        return catalogue_news(self._shelf, since, until, locale)


def profile_of(person: Person | None) -> Profile:
    """Return what the recommender may know of `person`."""
    if person is None:
        return Profile()

    def having(*states: EntryState) -> frozenset[str]:
        return frozenset(resource for resource, state in person.entries.items() if state in states)

    return Profile(
        saved=having(EntryState.SAVED),
        going=having(EntryState.GOING),
        done=having(EntryState.DONE, EntryState.SKIMMED),
        not_for_me=having(EntryState.NOT_FOR_ME),
        known_topics=_known_topics(person.preferences),
        level=_level(person.preferences),
        goal=person.preferences.goal,
    )


def _known_topics(chosen: Preferences) -> frozenset[str]:
    """Return the topics somebody says they know; a little maths is school's, not linear algebra."""
    known: set[str] = set()
    if chosen.python in (Knows.SOME, Knows.WELL):
        known.add("python")
    if chosen.maths in (Knows.SOME, Knows.WELL):
        known.add("math")
    if chosen.maths is Knows.WELL:
        known |= {"linear-algebra", "calculus", "probability-statistics"}
    return frozenset(known)


def _level(chosen: Preferences) -> Level | None:
    """Return beginner for somebody to whom the tools are new, whatever their goal; nobody is asked for a level."""
    new_to_tools = Knows.NONE in (chosen.python, chosen.maths)
    return Level.BEGINNER if new_to_tools else None
