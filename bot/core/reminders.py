"""What a reminder is about, where a press moves one occurrence, and what a change of zone does to a schedule.

Pure values and rules over `bot.core.schedule`. It does not know how reminders are kept, sent or worded. What a reminder
is about travels in its schedule's payload, as plain JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.core.people import Preferences
from bot.core.schedule import (
    Rule,
    Schedule,
    ScheduleState,
    as_utc,
    checked,
    is_zone,
    next_after,
    occurrences,
    zone_of,
    zone_or_utc,
)
from bot.core.timewords.heard import Habits, Once, Recurring

KIND = "reminder"
LONGEST_TEXT = 300  # characters of what a reminder is about
USUAL_QUIET = ("23:00", "08:00")
DAY_ENDS = timedelta(hours=4)  # who presses "tomorrow" at half past midnight means the day that has begun
SOON = timedelta(minutes=15)  # an evening nearer than this is not worth moving to
BEFORE_QUIET = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reminder is about: words, a row of the catalogue, or a series with the number of the unit that is next.

    `since` is from when on that unit has been the next one, None before the first is done.
    """

    text: str = ""
    resource: str | None = None
    series: str | None = None
    unit: int | None = None
    since: datetime | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Subject:
        """Return the subject that a payload holds."""
        since = payload.get("since")
        return cls(
            str(payload.get("text", "")),
            payload.get("resource"),
            payload.get("series"),
            payload.get("unit"),
            datetime.fromisoformat(since) if since else None,
        )

    def put(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        values = {"text": self.text, "resource": self.resource, "series": self.series, "unit": self.unit}
        if self.since is not None:
            values["since"] = self.since.isoformat()
        return {name: value for name, value in values.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing comes that nobody set for that very time; the same at both ends: none."""

    begin: time
    end: time

    @classmethod
    def of(cls, chosen: Preferences) -> Quiet:
        """Return those somebody chose, or the usual ones."""
        begin, end = USUAL_QUIET
        return cls(time.fromisoformat(chosen.quiet_from or begin), time.fromisoformat(chosen.quiet_to or end))

    def __contains__(self, at: time) -> bool:
        """Say whether a local time of day is quiet."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end

    def after(self, at: time) -> time:
        """Return a time of day that we choose, or the end of the quiet hours if it lies in them."""
        return self.end if at in self else at


@dataclass(frozen=True, slots=True)
class When:
    """When a reminder is due: first at the aware moment `at`, then by `rule`, `count` times (None: without a limit).

    `zone` is set for a single wall-clock time, which a change of zone moves; None for so much time from now.
    """

    at: datetime
    rule: Rule | None = None
    count: int | None = None
    zone: str | None = None

    @classmethod
    def of(cls, heard: Once | Recurring, zone: str) -> When:
        """Return what was heard by somebody whose days are in `zone`."""
        if isinstance(heard, Recurring):
            return cls(heard.first.astimezone(UTC), heard.rule, heard.count)
        return cls(heard.at.astimezone(UTC), zone=None if heard.relative else zone)

    def awake(self, quiet: Quiet, zone: str) -> When:
        """Return the same days at a time that is not quiet: for when no hour was said, so that we chose it."""
        at = self.at.astimezone(zone_or_utc(zone))
        hour = quiet.after(at.time())
        if hour == at.time():
            return self
        moved = _moment(datetime.combine(at.date(), hour), zone)
        if self.rule is None:
            return replace(self, at=moved)
        rule = replace(self.rule, start=datetime.combine(self.rule.start.date(), hour))
        return replace(self, at=moved, rule=rule)

    def put(self) -> list[Any]:
        """Return it as plain JSON, for a button."""
        return [self.at.astimezone(UTC).isoformat(timespec="seconds"), _rule_out(self.rule), self.count, self.zone]

    @classmethod
    def read(cls, kept: list[Any]) -> When:
        """Return what `put` gave. Raises `ValueError`, `TypeError` or `BadRule` for anything else."""
        at, rule, count, zone = kept
        moment, whole = datetime.fromisoformat(at), _rule_in(rule)
        if moment.tzinfo is None or not (count is None or (type(count) is int and count > 0)):
            raise ValueError("not a moment or not a count")
        if zone is not None:
            zone_of(zone)
        return cls(moment, checked(whole) if whole is not None else None, count, zone)


@dataclass(frozen=True, slots=True)
class Wish:
    """A reminder that can be set: what about and when."""

    subject: Subject
    when: When


class Later(StrEnum):
    """Where one occurrence may be moved. The values travel in buttons."""

    MINUTES = "20m"
    HOUR = "1h"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEK = "week"


def habits_of(chosen: Preferences, zone: str) -> Habits:
    """Return the times of a person's day, as they chose them or as usual."""
    quiet = Quiet.of(chosen)
    usual = Habits(zone)
    awake = quiet.begin == quiet.end
    return replace(
        usual,
        morning=chosen.morning or usual.morning,
        evening=chosen.evening or usual.evening,
        bedtime=usual.bedtime if awake else f"{quiet.begin:%H:%M}",
        night=usual.night if awake else (quiet.begin.hour, quiet.end.hour),
    )


def moved_to(later: Later, due: datetime, now: datetime, habits: Habits, quiet: Quiet) -> datetime:
    """Return where an occurrence that was due at the aware moment `due` goes, always ahead of `now`, in UTC.

    *Tomorrow* and *next week* keep its time of day, which somebody chose; *tonight* is the person's evening, which we
    choose, so it keeps out of their quiet hours.
    """
    local = now.astimezone(zone_or_utc(habits.zone)).replace(tzinfo=None)
    today = (local - DAY_ENDS).date()
    wanted = due.astimezone(zone_or_utc(habits.zone)).time()
    match later:
        case Later.MINUTES:
            return now + timedelta(minutes=20)
        case Later.HOUR:
            return now + timedelta(hours=1)
        case Later.TONIGHT:
            return _ahead(_tonight(today, local, habits, quiet), habits.zone, now)
        case Later.TOMORROW:
            return _ahead(datetime.combine(today + timedelta(days=1), wanted), habits.zone, now)
        case Later.WEEK:
            return _ahead(datetime.combine(today + timedelta(days=7), wanted), habits.zone, now)


def offered(now: datetime, habits: Habits, quiet: Quiet) -> tuple[Later, ...]:
    """Return the ways to move an occurrence that make sense now: no evening that is over."""
    local = now.astimezone(zone_or_utc(habits.zone)).replace(tzinfo=None)
    today = (local - DAY_ENDS).date()
    tonight = _tonight(today, local, habits, quiet)
    return tuple(each for each in Later if each is not Later.TONIGHT or tonight.date() == today)


def _tonight(today: date, local: datetime, habits: Habits, quiet: Quiet) -> datetime:
    """Return the evening of today, or, when it is over or quiet, what comes nearest: the next morning at the latest."""
    evening = datetime.combine(today, time.fromisoformat(habits.evening))
    latest = datetime.combine(today, quiet.begin) - BEFORE_QUIET
    for wall in (evening, latest):
        if wall >= local + SOON and wall.time() not in quiet and wall.date() == today:
            return wall
    return datetime.combine(today + timedelta(days=1), quiet.after(time.fromisoformat(habits.morning)))


def _ahead(wall: datetime, zone: str, now: datetime) -> datetime:
    """Return the moment of a wall time, on the first day from its own on that lies ahead."""
    at = _moment(wall, zone)
    while at <= now:
        wall += timedelta(days=1)
        at = _moment(wall, zone)
    return at


def _moment(wall: datetime, zone: str) -> datetime:
    return as_utc(wall, _known(zone))


def _known(zone: str) -> str:
    return zone_or_utc(zone).key


_BY_THE_CLOCK = ("FREQ=HOURLY", "FREQ=MINUTELY")  # rules that count by the clock and name no wall time
# In a payload: a moment that is not what was said, because that was over in the new zone; the wall time that was said;
# and the moment it was before the first of such moves.
_KEPT_DUE = "kept"
# In the payload of a single reminder at a wall time: its moment, and that wall time, which stays when the zone changes
# its clocks. A row whose moment is another by now was moved since, and says nothing.
_WALL = "wall"


def at_wall(at: datetime, zone: str) -> dict[str, Any]:
    """Return what the payload of a single reminder keeps of its wall time in `zone`."""
    wall = at.astimezone(zone_or_utc(zone)).replace(tzinfo=None)
    return {"zone": zone, _WALL: [at.astimezone(UTC).isoformat(), wall.isoformat()]}


def renewed(schedule: Schedule) -> datetime | None:
    """Return when a single reminder comes by the zone data of now; None when that is not for a zone to say."""
    zone, kept = schedule.payload.get("zone"), schedule.payload.get(_WALL)
    due = schedule.next_due_at
    if schedule.rule is not None or zone is None or kept is None or due is None or not is_zone(zone):
        return None
    if datetime.fromisoformat(kept[0]) != due:
        return None
    return _moment(datetime.fromisoformat(kept[1]), zone)


def moved_with(schedule: Schedule, at: datetime) -> dict[str, Any]:
    """Return the payload of a single reminder whose zone changed its clocks, so that it comes at `at` now."""
    return {**schedule.payload, _WALL: [at.astimezone(UTC).isoformat(), schedule.payload[_WALL][1]]}


def rezoned(schedule: Schedule, zone: str, now: datetime) -> dict[str, Any]:
    """Return the fields of `schedule` after its person moved to `zone`; nothing when it does not change.

    The occurrence that comes next keeps its wall-clock time. One that would lie behind us in the new zone comes when it
    would have come in the old one, unless that is on a day that has another; what was said is kept for the next move.
    So nothing is lost, and what has come already does not come again. What was set as so much time from now stays.
    """
    rule = schedule.rule
    before = rule.zone if rule is not None else schedule.payload.get("zone")
    if before is None or before == zone:
        return {}
    if rule is not None and rule.rrule.startswith(_BY_THE_CLOCK):
        start = as_utc(rule.start, _known(rule.zone)).astimezone(zone_or_utc(zone)).replace(tzinfo=None)
        return {"rule": replace(rule, zone=zone, start=start)}  # every two hours stay two hours
    payload = {name: value for name, value in schedule.payload.items() if name != _KEPT_DUE}
    fields: dict[str, Any] = {}
    if rule is not None:
        fields["rule"] = replace(rule, zone=zone)
    else:
        payload["zone"] = zone
        payload.pop(_WALL, None)
    if (due := schedule.next_due_at) is not None:
        wall, first = due.astimezone(zone_or_utc(before)).replace(tzinfo=None), due
        kept = schedule.payload.get(_KEPT_DUE)
        if kept is not None and kept[0] == due.isoformat():
            wall, first = datetime.fromisoformat(kept[1]), datetime.fromisoformat(kept[2])
        said = _moment(wall, zone)
        moved = said if said > now else _instead(fields.get("rule"), first if first > now else due, now)
        fields["next_due_at"] = moved
        if moved == said and rule is None:
            payload |= at_wall(moved, zone)
        if moved != said:
            payload[_KEPT_DUE] = [moved.isoformat(), wall.isoformat(), first.isoformat()]
    return fields if payload == schedule.payload else {**fields, "payload": payload}


def _instead(rule: Rule | None, due: datetime, now: datetime) -> datetime:
    """Return when an occurrence comes whose time is over in the new zone: when it would have come in the old one.

    If the rule has another on that local day, that one stands for both.
    """
    following = next_after(rule, now) if rule is not None else None
    if rule is None or following is None:
        return due
    zone = zone_or_utc(rule.zone)
    return following if following.astimezone(zone).date() == due.astimezone(zone).date() else due


def resumed(schedule: Schedule, now: datetime) -> datetime | None:
    """Return when a schedule that stood still is due next: a rule goes on, once is kept and comes at once when late.

    None: nothing of the rule is left.
    """
    if schedule.rule is None:
        return max(schedule.next_due_at, now) if schedule.next_due_at is not None else None
    if schedule.next_due_at is not None and schedule.next_due_at > now:
        return schedule.next_due_at
    return next_after(schedule.rule, now)


def came_before(rule: Rule | None, subject: Subject, due: datetime) -> bool:
    """Say whether the unit that is next came with an earlier occurrence of `rule` already and was not done since."""
    if rule is None or subject.series is None or subject.since is None:
        return False
    return next(occurrences(rule, subject.since, due), None) is not None


# What undoing needs: everything of a schedule that one change may touch, kept in the payload of the next version.

_WAS = "was"


def remembering(schedule: Schedule, did: str, extra: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return `fields` to change, with what `schedule` was before in the payload.

    `did` names the change, `extra` is what else its undoing needs.
    """
    payload = dict(fields.get("payload", schedule.payload))
    payload[_WAS] = {
        "did": did,
        "payload": {name: value for name, value in schedule.payload.items() if name != _WAS},
        "rule": _rule_out(schedule.rule),
        "left": schedule.left,
        "next": schedule.next_due_at.isoformat() if schedule.next_due_at else None,
        "state": schedule.state.value,
        **(extra or {}),
    }
    return {**fields, "payload": payload}


def did_last(schedule: Schedule) -> str | None:
    """Return the name of the last change that can be undone."""
    was = schedule.payload.get(_WAS)
    return None if was is None else str(was["did"])


def last_change(schedule: Schedule) -> Mapping[str, Any]:
    """Return what is remembered of the last change; empty when nothing is."""
    found: Mapping[str, Any] = schedule.payload.get(_WAS, {})
    return found


def undone(schedule: Schedule, now: datetime) -> dict[str, Any] | None:
    """Return the fields that put `schedule` back to before its last change, None when nothing is remembered.

    A rule whose time went by meanwhile goes on with its next occurrence; once comes at once.
    """
    was = schedule.payload.get(_WAS)
    if was is None:
        return None
    rule, following = _rule_in(was["rule"]), was["next"]
    before = replace(
        schedule,
        rule=rule,
        left=was["left"],
        next_due_at=datetime.fromisoformat(following) if following else None,
        state=ScheduleState(was["state"]),
    )
    due = resumed(before, now) if before.state is ScheduleState.ACTIVE else before.next_due_at
    return {
        "rule": rule,
        "left": before.left,
        "payload": was["payload"],
        "next_due_at": due,
        "state": before.state if due is not None else ScheduleState.ENDED,
    }


def _rule_out(rule: Rule | None) -> list[str | None] | None:
    if rule is None:
        return None
    return [rule.rrule, rule.start.isoformat(), rule.zone, rule.until.isoformat() if rule.until else None]


def _rule_in(kept: list[str | None] | None) -> Rule | None:
    if kept is None:
        return None
    rrule, start, zone, until = kept
    return Rule(str(rrule), datetime.fromisoformat(str(start)), str(zone), date.fromisoformat(until) if until else None)
