"""Papers for the ballot: put up, explained and taken back, each with a line in the thread of the week's post.

Duplicates meet, whatever address they came by, and what the group has read is said. What happens to a candidate on the
ballot is none of its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.cycle import Picks
from bot.core.groups import Group
from bot.core.outbox import LetterState, NewLetter
from bot.core.papers.filling import same_title
from bot.core.people import GroupId, HomeId, Person, PersonId
from bot.core.reading import (
    Cycle,
    CycleState,
    KeptPaper,
    Nomination,
    NominationId,
    NominationState,
    shortened_why,
)
from bot.core.refs import Place, Platform, UserRef
from bot.services.groups import arrives
from bot.services.outbox import Outbox
from bot.services.papers import Papers
from bot.services.presenters_choice import choose, chosen
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

LINE = "suggest.line"  # the post of the one line in the week's thread
MOST_OPEN = 10  # candidates that one person has up in a group at a time
_AHEAD = 3  # cycles that can be under way at once
_LINE_AFTER = timedelta(minutes=1)  # so that what is taken back at once was never told
_SAID = frozenset({LetterState.SENT, LetterState.LEASED, LetterState.HELD})  # of a line: it may be there


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
    """What became of it, the paper (perhaps the one it met), how it stands, and when the group read it.

    `presents` is the meeting that it will be the paper of, where whoever put it up presents.
    """

    met: Met
    kept: KeptPaper
    nomination: Nomination | None = None
    cycle: Cycle | None = None
    presents: Cycle | None = None


class Nominations:
    """Takes papers in for a group's ballot."""

    def __init__(self, storage: Storage, papers: Papers, clock: Callable[[], datetime], outbox: Outbox) -> None:
        """Keep in `storage`; lines about candidates go out by the `outbox`."""
        self._storage, self._papers, self._clock, self._outbox = storage, papers, clock, outbox

    async def nominate(
        self, user: UserRef, language: str | None, place: Place, group: Group, kept: KeptPaper, why: str = ""
    ) -> Nominated:
        """Put a paper up in a group, from a chat, and say so in the week's thread; or say what it met."""
        now = self._clock()
        async with self._storage.write() as uow:
            kept = await self._met_by_title(uow, group.id, kept)
            identity = await arrives(uow, user, language, place, group.id, now)
            mine = await uow.nominations.of_person(identity.person_id)
            up = {each.paper_id: each for each in mine if each.group_id == group.id and _is_up(each)}
            nomination = up.get(kept.id)  # said twice, or by a turn that was cut off before it was answered
            if nomination is None:
                if (met := await self._standing(uow, group.id, kept)) is not None:
                    return replace(met, presents=await _presents(uow, group, identity.person_id, met, now))
                if len(up) >= MOST_OPEN:
                    return Nominated(Met.FULL, kept)
                nomination, _ = await uow.nominations.add(group.id, kept.id, identity.id, shortened_why(why), now)
            done = Nominated(Met.NEW, kept, nomination)
            done = replace(done, presents=await _presents(uow, group, identity.person_id, done, now))
        await self._papers.want(kept.id)
        await self._tell(group, nomination)
        return done

    async def explain(self, person: Person | None, nomination_id: NominationId, why: str) -> bool:
        """Keep why somebody put a paper up; False when it is not theirs or not up any more."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            return await uow.nominations.explain(nomination_id, person.id, shortened_why(why))

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

    async def mine(self, person: Person | None, group: Group | None) -> tuple[tuple[Nomination, KeptPaper], ...]:
        """Return the candidates of a group that a person put up and may still take back."""
        if person is None or group is None:
            return ()
        async with self._storage.read() as uow:
            theirs = await uow.nominations.of_person(person.id)
            up = [each for each in theirs if each.group_id == group.id and _is_up(each)]
            papers = await uow.papers.many(each.paper_id for each in up)
        return tuple((each, papers[each.paper_id]) for each in up if each.paper_id in papers)

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


def _is_up(nomination: Nomination) -> bool:
    return nomination.state is NominationState.OPEN


async def _presents(uow: UnitOfWork, group: Group, person_id: PersonId, done: Nominated, now: datetime) -> Cycle | None:
    """Return the coming meeting that a person presents with what they just named; None when it is another's."""
    nomination = done.nomination
    if group.picks is not Picks.PRESENTER or nomination is None or not _is_up(nomination):
        return None
    latest = await uow.cycles.latest(group.id, _AHEAD)
    coming = [each for each in latest if each.state is CycleState.OPEN and each.paper_id is None]
    cycle = min((each for each in coming if each.meeting_at > now), key=lambda each: each.meets_on, default=None)
    standing = await uow.presenters.standing(cycle.id) if cycle is not None else None
    if cycle is None or standing is None or standing.person_id != person_id:
        return None
    await choose(uow, cycle.id, standing, nomination.id, now)
    reads = await chosen(uow, group.id, cycle, standing)
    return cycle if reads is not None and reads.id == nomination.id else None


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
