"""The organisers' half of the digest: when it comes and what is in it, before it is made and after it is out.

Whoever calls has made sure that an organiser asks. It draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.digest.choosing import Section
from bot.core.digest.issue import NEWS, Entry, Issue, KeptIssue
from bot.core.digest.selecting import MORE_TO_CHOOSE, Selected, edit_of, key_of
from bot.core.digest.signals import NO_EDIT, Edit
from bot.core.digest.timing import DIGEST, DigestSettings, coming, is_early
from bot.core.digest.writing import recounted, write
from bot.core.groups import Group, GroupState
from bot.core.outbox import revision_of
from bot.core.rewriting import awake
from bot.core.schedule import Schedule, next_after, zone_or_utc
from bot.i18n import texts
from bot.services.digest.codes import code_of_sign
from bot.services.digest.gathering import Gathering
from bot.services.groups import Groups
from bot.services.outbox import Outbox
from bot.services.timetable import HEARD, SKIPPED
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

LONGEST_COMMENT = 160


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that may come, as organisers see it. `comes`: it would as things stand."""

    story: Selected
    entry: Entry
    comes: bool

    @property
    def code(self) -> str:
        """Return what stands for it in buttons."""
        return code_of_sign(self.entry.key)


@dataclass(frozen=True, slots=True)
class Preview:
    """The next issue as it would be now, and what else could be in it. `empty`: nothing is new."""

    issue: Issue
    candidates: Mapping[Section, tuple[Candidate, ...]]
    empty: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """When the next issue of a group comes; `at` None: not at all. `skipped`: the one before it is left out."""

    at: datetime | None
    skipped: bool = False


class Editing:
    """Tells what comes, and does what organisers say of it."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], groups: Groups, gathering: Gathering, outbox: Outbox
    ) -> None:
        """Keep in `storage`; `groups` knows when, `gathering` what there is; `outbox` redraws what is out."""
        self._storage, self._clock, self._groups = storage, clock, groups
        self._gathering, self._outbox = gathering, outbox

    async def coming(self, group: Group) -> Coming:
        """Return when the next issue comes."""
        async with self._storage.read() as uow:
            row = next(iter(await uow.schedules.of_group(group.id, DIGEST)), None)
            latest = next(iter(await uow.issues.latest(group.id, 1, sent=False)), None)
        if row is None or row.rule is None or group.state is not GroupState.ACTIVE:
            return Coming(None)
        made_at = latest.made_at if latest is not None else None
        at = next(coming(row.rule, row.next_due_at, made_at), None) if row.next_due_at is not None else None
        return Coming(at, _skips(row, self._clock()))

    async def preview(self, group: Group) -> Preview:
        """Return the next issue as it would be now, with what could be put into it. Nothing is kept."""
        coming = await self.coming(group)
        last = local_day(coming.at or self._clock(), self._groups.zone_of(group))
        gathered = await self._gathering.gather(group, last)
        material = await gathered.material()
        t = texts(material.locale)
        issue = write(material, t, group.settings.digest.without)
        more = await gathered.selected(MORE_TO_CHOOSE, edited=False)
        whole = write(replace(material, selected=more), t)
        entries = {each.key: each for part in NEWS for each in whole.part(part)}
        come = {each.key for part in NEWS for each in issue.part(part)}

        def candidate(each: Selected) -> Candidate:
            key, edit = key_of(each.story), edit_of(each.story, gathered.edits)
            return Candidate(replace(each, edit=edit), entries[key], key in come)

        candidates = {section: tuple(map(candidate, found)) for section, found in more.items()}
        return Preview(issue, candidates, material.is_empty)

    async def now(self, group: Group) -> bool:
        """Let this week's issue fall due now, out of quiet hours; False when one came lately, or none comes at all."""
        now = self._clock()
        async with self._storage.write() as uow:
            rows = await uow.schedules.of_group(group.id, DIGEST)
            if not rows or group.state is not GroupState.ACTIVE or await came_lately(uow, group, now):
                return False
            row = rows[0]
            soon = awake(now, self._groups.zone_of(group))
            payload = {name: value for name, value in row.payload.items() if name != SKIPPED}
            payload[HEARD] = now.isoformat()
            await uow.schedules.change(row.id, row.version, now, next_due_at=soon, payload=payload)
        self._outbox.wake()
        return True

    async def skip(self, group: Group, *, skipped: bool = True) -> Coming:
        """Leave the next issue out, or take that back; return what comes next."""
        now = self._clock()
        async with self._storage.write() as uow:
            row = next(iter(await uow.schedules.of_group(group.id, DIGEST)), None)
            rests = row is None or row.next_due_at is None or group.state is not GroupState.ACTIVE
            if row is not None and not rests and skipped is not _skips(row, now):
                await self._skip(uow, row, now, skipped=skipped)
        self._outbox.wake()
        return await self.coming(group)

    async def _skip(self, uow: UnitOfWork, row: Schedule, now: datetime, *, skipped: bool) -> None:
        assert row.rule is not None  # noqa: S101 - it is made with one
        assert row.next_due_at is not None  # noqa: S101 - asked by the caller
        payload = {name: value for name, value in row.payload.items() if name != SKIPPED}
        if skipped:
            payload[SKIPPED] = (row.next_due_at + timedelta(seconds=1)).isoformat()
            due = next_after(row.rule, row.next_due_at)
        else:
            due = max(now, datetime.fromisoformat(row.payload[SKIPPED]) - timedelta(seconds=2))
            due = next_after(row.rule, due)
        await uow.schedules.change(row.id, row.version, now, next_due_at=due, payload=payload)

    async def choose(self, group: Group, chosen: DigestSettings) -> Group:
        """Keep what organisers chose of the digest; its row follows."""
        return await self._groups.change(group.id, settings=replace(group.settings, digest=chosen))

    async def edit(self, group: Group, sign: str, **said: bool | str) -> Edit:
        """Keep what organisers say of a story, by the field's name in `Edit`; the rest stays."""
        if "comment" in said:
            said["comment"] = " ".join(str(said["comment"]).split())[:LONGEST_COMMENT]
        async with self._storage.write() as uow:
            before = (await uow.issues.edits(group.id)).get(sign, NO_EDIT)
            after = replace(before, **said)  # type: ignore[arg-type]
            await uow.issues.edit(group.id, sign, after, self._clock())
        return after

    async def amend(self, group: Group, kept: KeptIssue, entry: Entry, *, comment: str | None) -> KeptIssue:
        """Change an issue that is out: an organiser's word beside a story, or the story out of it (`comment` None)."""
        if comment is None:
            return await self._amend(group, kept, entry.key, lambda issue: issue.without(entry.key), dropped=True)
        words = " ".join(comment.split())[:LONGEST_COMMENT]
        return await self._amend(group, kept, entry.key, lambda issue: issue.commented(entry.key, words), comment=words)

    async def put_back(self, group: Group, kept: KeptIssue, sign: str) -> KeptIssue:
        """Put a story back that was taken out of an issue that is out; one that was not changes nothing."""
        return await self._amend(group, kept, sign, lambda issue: issue.with_again(sign), dropped=False)

    async def _amend(
        self, group: Group, kept: KeptIssue, sign: str, change: Callable[[Issue], Issue], **said: bool | str
    ) -> KeptIssue:
        now = self._clock()
        async with self._storage.write() as uow:
            current = await uow.issues.get(kept.id) or kept
            before = current.issue
            issue = replace(recounted(change(before), before, texts(before.locale)), changed_at=now)
            await uow.issues.rewrite(kept.id, issue)
            edit = (await uow.issues.edits(group.id)).get(sign, NO_EDIT)
            await uow.issues.edit(group.id, sign, replace(edit, **said), now)  # type: ignore[arg-type]
            mark = f"{now:%Y%m%d%H%M%S}{code_of_sign(repr(issue.parts))}"
            keys = [f"digest:{kept.id}#{home.id}" for home in await uow.groups.homes(group.id)]
            posted = (await uow.outbox.by_key(keys)).values()
            await self._outbox.put(uow, [revision_of(each, f"amended@{mark}") for each in posted])
        self._outbox.wake()
        return replace(current, issue=issue)


def local_day(at: datetime, zone: str) -> date:
    """Return the day that a moment is of in a zone."""
    return at.astimezone(zone_or_utc(zone)).date()


async def came_lately(uow: UnitOfWork, group: Group, now: datetime) -> bool:
    """Say whether an issue was made so shortly before that another would be one too many for the week."""
    latest = next(iter(await uow.issues.latest(group.id, 1, sent=False)), None)
    return latest is not None and is_early(now, latest.made_at)


def _skips(row: Schedule, now: datetime) -> bool:
    """Say whether the issue that was coming is left out; one that was left out before is over."""
    said = row.payload.get(SKIPPED)
    return said is not None and datetime.fromisoformat(said) > now
