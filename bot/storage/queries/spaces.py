"""Guilds and group chats: which of them the bot is in, and whether an owner let it in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from bot.core.people import Approval, Space
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.storage.queries.outbox import LEFT, Outbox
from bot.storage.queries.schedules import Schedules
from bot.storage.queries.unreachable import Unreachable
from bot.storage.run import AnyRow, Run
from bot.storage.tables import forms, homes, members, spaces

WHOLE = ""  # the channel of a home that is a whole space
_here = (spaces.c.platform == bindparam("on_platform"), spaces.c.native_id == bindparam("known_as"))

_OF = select(spaces).where(*_here)
_WAITING = (
    select(spaces)
    .where(spaces.c.approval == Approval.WAITING.value, spaces.c.left_at.is_(None))
    .order_by(spaces.c.added_at, spaces.c.id)
)
_NEW = insert(spaces)
_BACK = update(spaces).where(*_here).values(title=bindparam("new_title"), left_at=None)
_DECIDE = (
    update(spaces)
    .where(*_here)
    .values(approval=bindparam("word"), decided_by=bindparam("owner"), decided_at=bindparam("moment"))
)
_LEAVE = update(spaces).where(*_here, spaces.c.left_at.is_(None)).values(left_at=bindparam("moment"))
_RENAME = update(spaces).where(*_here).values(native_id=bindparam("now_known_as"), left_at=bindparam("gone_at"))
_MEMBERS = select(members.c.identity_id).where(members.c.space_id == bindparam("stays"))
_DROP_MEMBERS = delete(members).where(
    members.c.space_id == bindparam("from_space"), members.c.identity_id.in_(_MEMBERS)
)
_MEMBERS_TO = (
    update(members).where(members.c.space_id == bindparam("from_space")).values(space_id=bindparam("to_space"))
)
_DROP = delete(spaces).where(spaces.c.id == bindparam("space_id"))

_CHANNELS = select(homes.c.channel).where(homes.c.space_id == bindparam("from_space"))
_UNSETTLE = (
    update(homes)
    .where(homes.c.space_id == bindparam("from_space"), homes.c.channel == bindparam("channel_was"))
    .values(channel=bindparam("channel_is"))
)
_DROP_HOMES = delete(homes).where(
    homes.c.space_id == bindparam("from_space"), homes.c.channel.in_(bindparam("taken", expanding=True))
)
_HOMES_TO = update(homes).where(homes.c.space_id == bindparam("from_space")).values(space_id=bindparam("to_space"))

_forms_in = (forms.c.platform == bindparam("on_platform"), forms.c.channel == bindparam("channel_was"))
_MOVE_FORMS = update(forms).where(*_forms_in).values(channel=bindparam("channel_is"))
_DROP_NEWER_FORMS = delete(forms).where(
    forms.c.platform == bindparam("on_platform"),
    forms.c.channel == bindparam("channel_is"),
    forms.c.user_id.in_(select(forms.c.user_id).where(*_forms_in)),
)


class Spaces:
    """Where the bot is."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def of(self, space: SpaceRef) -> Space | None:
        """Return what is known of a space, None when it was never seen."""
        row = await self._run.row(_OF, _key(space))
        return None if row is None else _space(row)

    async def waiting(self) -> tuple[Space, ...]:
        """Return the spaces that wait for an owner's word, the longest waiting first."""
        return tuple(map(_space, await self._run.rows(_WAITING)))

    async def joined(
        self, space: SpaceRef, title: str, *, added_by: UserRef | None, approval: Approval, now: datetime
    ) -> Space:
        """Note that the bot is in a space. One it has been in before keeps its earlier approval; told twice, once."""
        if await self.of(space) is None:
            values = {
                "platform": space.platform.value,
                "native_id": space.id,
                "title": title,
                "approval": approval.value,
                "added_by": None if added_by is None else added_by.id,
                "added_at": now,
            }
            await self._run.count(_NEW, values)
        else:
            await self._run.count(_BACK, {**_key(space), "new_title": title})
        return await self._known(space)

    async def decide(self, space: SpaceRef, approval: Approval, by: UserRef, now: datetime) -> Space | None:
        """Set an owner's word about a space; None when the space was never seen."""
        values = {**_key(space), "word": approval.value, "owner": str(by), "moment": now}
        return await self._known(space) if await self._run.count(_DECIDE, values) else None

    async def left(self, space: SpaceRef, now: datetime) -> Space | None:
        """Note that the bot is not in a space any more; everything about it is kept. None: never seen.

        Letters that wait for it are withheld; schedules that were set there go on.
        """
        await self._run.count(_LEAVE, {**_key(space), "moment": now})
        await Outbox(self._run).withhold(space, LEFT, now)
        return await self.of(space)

    async def topic_gone(self, space: SpaceRef, thread: str) -> None:
        """Let everything that was to go to a topic that was deleted go to its group itself.

        A study group that lived in the topic lives in the whole space from now on, unless another one does already.
        """
        await Schedules(self._run).unthread(space, thread)
        await Outbox(self._run).unthread(space, thread)
        found = await self.of(space)
        if found is None:
            return
        taken = {row.channel for row in await self._run.rows(_CHANNELS, {"from_space": found.id})}
        if WHOLE not in taken:
            await self._run.count(_UNSETTLE, {"from_space": found.id, "channel_was": thread, "channel_is": WHOLE})

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Give a space its new id everywhere (a Telegram group that became a supergroup).

        The order of the platform's messages does not matter: told twice, or after the new id was seen as a space of its
        own, the outcome is the same. The older row stays, with its approval and its homes.
        """
        if old == new:
            return
        for group in (Schedules(self._run), Outbox(self._run), Unreachable(self._run)):
            await group.moved(old, new)
        before = await self.of(old)
        if before is None:
            return
        after = await self.of(new)
        gone_at = None
        if after is not None:
            gone_at = after.left_at  # what happened under the new id is what holds now
            await self._merge(after, before)
        await self._run.count(_RENAME, {**_key(old), "now_known_as": new.id, "gone_at": gone_at})
        channels = {"on_platform": old.platform.value, "channel_was": old.id, "channel_is": new.id}
        await self._run.count(_DROP_NEWER_FORMS, channels)
        await self._run.count(_MOVE_FORMS, channels)

    async def _merge(self, newcomer: Space, stays: Space) -> None:
        if newcomer.decided_by is not None and newcomer.decided_at is not None:
            await self.decide(stays.ref, newcomer.approval, newcomer.decided_by, newcomer.decided_at)
        taken = [row.channel for row in await self._run.rows(_CHANNELS, {"from_space": stays.id})]
        await self._run.count(_DROP_HOMES, {"from_space": newcomer.id, "taken": taken})
        await self._run.count(_HOMES_TO, {"from_space": newcomer.id, "to_space": stays.id})
        await self._run.count(_DROP_MEMBERS, {"from_space": newcomer.id, "stays": stays.id})
        await self._run.count(_MEMBERS_TO, {"from_space": newcomer.id, "to_space": stays.id})
        await self._run.count(_DROP, {"space_id": newcomer.id})

    async def _known(self, space: SpaceRef) -> Space:
        found = await self.of(space)
        if found is None:
            raise LookupError(f"no space {space}")
        return found


def _key(space: SpaceRef) -> dict[str, str]:
    return {"on_platform": space.platform.value, "known_as": space.id}


def _space(row: AnyRow) -> Space:
    platform = Platform(row.platform)
    return Space(
        id=row.id,
        ref=SpaceRef(platform, row.native_id),
        title=row.title,
        approval=Approval(row.approval),
        added_by=None if row.added_by is None else UserRef(platform, row.added_by),
        added_at=row.added_at,
        decided_by=None if row.decided_by is None else UserRef.parse(row.decided_by),
        decided_at=row.decided_at,
        left_at=row.left_at,
    )
