"""A reading group for the storage tests: its home, its people, papers, a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.groups import Group
from bot.core.papers.paper import Paper, PaperState
from bot.core.people import Approval, Identity
from bot.core.reading import Cycle, Nomination, PaperId
from bot.core.refs import SpaceRef, UserRef
from bot.storage import UnitOfWork
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, NOW, SERVER, SUPERGROUP

MEETS_ON = date(2026, 12, 3)
MEETING = datetime(2026, 12, 3, 11, tzinfo=NOW.tzinfo)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Club:
    """A group that lives in a Discord channel and a Telegram group; Minsu is one person with an account on both."""

    group: Group
    minsu: Identity
    minsu_there: Identity
    jiwoo: Identity
    cycle: Cycle


async def founded(uow: UnitOfWork) -> Club:
    """Found the group, with everybody met, and its first cycle."""
    group = await uow.groups.create("논문 모임", NOW)
    for space, channel in ((SERVER, "42"), (SUPERGROUP, None)):
        joined = await uow.spaces.joined(space, "", added_by=None, approval=Approval.APPROVED, now=NOW)
        await uow.groups.settle(group.id, joined.id, channel)
    minsu = await met(uow, MINSU, SERVER)
    there = await met(uow, MINSU_ON_TELEGRAM, SUPERGROUP)
    jiwoo = await met(uow, JIWOO, SUPERGROUP)
    await uow.people.join(there.id, minsu.person_id)
    cycle = await uow.cycles.of(group.id, MEETS_ON, MEETING)
    return Club(group, minsu, there, jiwoo, cycle)


async def met(uow: UnitOfWork, user: UserRef, space: SpaceRef, now: datetime = NOW) -> Identity:
    """Meet somebody in a space."""
    identity = await uow.people.meet(user, "ko", now)
    await uow.members.note(identity.id, space, now)
    return identity


def paper(key: str = "arxiv:1706.03762", title: str = "Attention Is All You Need", **more: object) -> Paper:
    """Return a paper of which everything needful is known."""
    return Paper(key, f"https://arxiv.org/abs/{key}", title, **{"state": PaperState.COMPLETE, **more})  # type: ignore[arg-type]


async def kept(uow: UnitOfWork, *keys: str) -> list[PaperId]:
    """Keep a paper under each key."""
    return [await uow.papers.put(paper(key, f"The paper {key}"), NOW) for key in keys]


async def nominated(uow: UnitOfWork, club: Club, *keys: str) -> list[Nomination]:
    """Have Jiwoo nominate a paper under each key, one a minute."""
    found = []
    for number, paper_id in enumerate(await kept(uow, *keys)):
        at = NOW + timedelta(minutes=number)
        found.append((await uow.nominations.add(club.group.id, paper_id, club.jiwoo.id, "궁금해서", at))[0])
    return found
