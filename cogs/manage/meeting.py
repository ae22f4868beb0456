"""When a group meets, and where: a day and a time in two taps, or in the organiser's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Reply
from bot.chat.spec import Access
from bot.chat.text import lines
from bot.core.cycle import WEEKS, Rhythm
from bot.core.errors import NotHere, NotOrganiser, UnknownPress
from bot.core.groups import Group, GroupState
from bot.core.schedule import zone_of, zone_or_utc
from bot.core.timewords import Ambiguous, Habits, Once, Recurring, read
from cogs.manage._desk import Desk
from cogs.manage._questions import NEVER, NEW, Questions
from cogs.manage._words import at_in_words, button, day_in_words, rows_of

ORGANISER = Access.ORGANISER
TIMES = ("1000", "1400", "1900", "2000", "2100", "2200")
LONGEST_TYPED, LONGEST_PLACE = 60, 200
_WEEK = timedelta(weeks=1)


class Meeting(Cog):
    """Asks when and where a group meets, and keeps it."""

    name = "meeting"
    short = "mtg"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk, self._questions = desk, Questions(desk)

    @press(access=ORGANISER)
    async def when(self, ctx: Context, group: int, every: int) -> Reply:
        """Ask on which day, for a group that meets every so many weeks."""
        if group != NEW:
            await self._desk.group(ctx, group)
        return replace(self._questions.when(ctx, group, every), how=How.EDIT)

    @press(access=ORGANISER)
    async def day(self, ctx: Context, group: int, every: int, day: int) -> Reply:
        """Ask at what time."""
        if every not in WEEKS or not 0 <= day < _WEEK.days:
            raise UnknownPress
        times = [Button(at_in_words(ctx, _time(each)), Press.of("mtg.time", group, every, day, each)) for each in TIMES]
        last = (button(ctx, "when.type", "mtg.typed", group, every), button(ctx, "back", "mtg.when", group, every))
        asked = ctx.t("organise.when.at", day=day_in_words(ctx, day), every=ctx.t(f"organise.when.every.{every}"))
        return Reply((asked,), rows=(*rows_of(times, 3), last), how=How.EDIT)

    @press(access=ORGANISER)
    async def time(self, ctx: Context, group: int, every: int, day: int, at: str) -> Reply:
        """Keep when the group meets: the first time is the next such day."""
        if every not in (NEVER, *WEEKS) or not 0 <= day < _WEEK.days:
            raise UnknownPress
        zone = await self._zone(ctx, group)
        local = ctx.now.astimezone(zone_or_utc(zone)).replace(tzinfo=None)
        first = datetime.combine(local.date() + timedelta(days=(day - local.weekday()) % _WEEK.days), _time(at))
        first = first if first > local else first + _WEEK
        return await self._meets(ctx, group, Rhythm(first, zone, every or 1, meets=every != NEVER))

    @press(opens_form=True, access=ORGANISER)
    async def typed(self, ctx: Context, group: int, every: int) -> Form:
        """Ask for the time in the organiser's own words, and for the place; every so many weeks, if they do not say."""
        fields = (
            Field("when", ctx.t("organise.when.label"), ctx.t("organise.when.example"), limit=LONGEST_TYPED),
            self._place_field(ctx),
        )
        return Form(ctx.t("organise.when.title"), Press.of("mtg.told", group, every), fields)

    @submission(access=ORGANISER)
    async def told(self, ctx: Context, group: int, every: int, *, answers: dict[str, str]) -> Reply:
        """Keep the time that was typed, or say how one is written."""
        if every not in WEEKS:
            raise UnknownPress
        zone = await self._zone(ctx, group)
        heard = heard_rhythms(answers.get("when", ""), ctx.now, zone, every)
        if len(heard) == 1:
            where = " ".join((answers.get("place") or "").split())[:LONGEST_PLACE]
            return await self._meets(ctx, group, heard[0], where or None)
        asked = self._questions.when(ctx, group, every)
        if not heard:
            return replace(asked, text=lines(ctx.t("organise.when.unread"), asked.text), how=How.EDIT)
        either = tuple(
            Button(
                f"{day_in_words(ctx, each.first.weekday())} {at_in_words(ctx, each.first.time())}",
                Press.of("mtg.time", group, each.weeks, each.first.weekday(), f"{each.first:%H%M}"),
            )
            for each in heard
        )
        return Reply((ctx.t("organise.when.which"),), rows=(either, asked.rows[-1]), how=How.EDIT)

    @press(access=ORGANISER)
    async def later(self, ctx: Context, group: int) -> Reply:
        """Begin a week later: the other half of every other week."""
        found = await self._desk.group(ctx, group)
        if found.rhythm is None:
            raise UnknownPress
        day = found.rhythm.next_meeting(ctx.now) + _WEEK
        first = datetime.combine(day, found.rhythm.first.time())
        changed = await self._desk.groups.change(found.id, rhythm=replace(found.rhythm, first=first))
        return replace(await self._questions.preview(ctx, changed), how=How.EDIT)

    @press(opens_form=True, access=ORGANISER)
    async def place(self, ctx: Context, group: int) -> Form:
        """Ask for the place: a room, or a link."""
        return Form(ctx.t("organise.place.title"), Press.of("mtg.placed", group), (self._place_field(ctx),))

    @submission(access=ORGANISER)
    async def placed(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Keep the place; nothing typed takes it back."""
        found = await self._desk.group(ctx, group)
        where = " ".join(answers.get("place", "").split())[:LONGEST_PLACE]
        return await self._questions.next(ctx, await self._desk.groups.change(found.id, place=where or None))

    async def _meets(self, ctx: Context, number: int, rhythm: Rhythm, place: str | None = None) -> Reply:
        groups, caller = self._desk.groups, ctx.caller
        chosen = {"rhythm": rhythm} | ({"place": place} if place is not None else {})
        if number == NEW:
            if caller.place.space is None:
                raise NotHere(command="manage")
            before = await groups.exactly_at(caller.place)
            if before is not None and not await self._desk.runs(ctx, before):
                raise NotOrganiser
            more = {"locale": ctx.locale} if before is None else {}
            title = await self._title(ctx)
            group = await groups.draft(caller.place, caller.user, caller.language, title, **chosen, **more)  # type: ignore[arg-type]
        else:
            before = await self._desk.group(ctx, number)
            group = await groups.change(before.id, **chosen)  # type: ignore[arg-type]
        shown = await self._questions.next(ctx, group)
        if number == NEW or group.state is GroupState.DRAFT or before is None or before.rhythm in (None, rhythm):
            return shown
        return self._with_undo(ctx, shown, before)

    def _with_undo(self, ctx: Context, shown: Reply, before: Group) -> Reply:
        """Add the way back to when a group met before."""
        was = before.rhythm
        assert was is not None  # noqa: S101 - asked for before
        every = was.weeks if was.meets else NEVER
        undo = button(ctx, "undo", "mtg.time", before.id, every, was.first.weekday(), f"{was.first:%H%M}")
        return replace(shown, rows=((undo,), *shown.rows))

    async def _title(self, ctx: Context) -> str:
        """Return what a group here is called at first: as its channel where the space has others; "": as the space."""
        place = ctx.caller.place
        others = await self._desk.groups.in_space(place.space) if place.space is not None else ()
        if not others or place.space is None:
            return ""
        rooms = await self._desk.rooms(place.space)
        room = next((each.name for each in rooms if each.place.channel == place.channel), None)
        return room or f"{others[0].name} {len(others) + 1}"

    def _place_field(self, ctx: Context) -> Field:
        label, example = ctx.t("organise.place.label"), ctx.t("organise.place.example")
        return Field("place", label, example, required=False, limit=LONGEST_PLACE)

    async def _zone(self, ctx: Context, number: int) -> str:
        if number == NEW:
            return self._desk.zone(ctx)
        group = await self._desk.group(ctx, number)
        return group.zone or self._desk.zone(ctx)


def heard_rhythms(words: str, now: datetime, zone: str, weeks: int = 1) -> tuple[Rhythm, ...]:
    """Return the rhythms that typed words may mean ("목요일 밤 9시", "격주 화요일 저녁 8시"), none or one or two.

    A day and a time without "every" are a meeting every so many `weeks`; two are returned for "목요일 9시", but one
    where they differ in nothing but the date of the first.
    """
    heard = read(words, now, Habits(zone))
    if isinstance(heard, Ambiguous):
        both = [_rhythm(each, zone, weeks) for each in heard.choices]
        alike = {(each.first.weekday(), each.first.time(), each.weeks): each for each in reversed(both) if each}
        return tuple(reversed(alike.values())) if all(both) else ()
    rhythm = _rhythm(heard, zone, weeks) if isinstance(heard, Once | Recurring) else None
    return () if rhythm is None else (rhythm,)


def _rhythm(heard: Once | Recurring, zone: str, every: int) -> Rhythm | None:
    if isinstance(heard, Once):
        if heard.all_day or heard.relative:
            return None
        return Rhythm(heard.at.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0), zone, every)
    if heard.rule.until is not None or heard.count is not None:
        return None
    parts = dict(part.split("=", 1) for part in heard.rule.rrule.upper().split(";"))
    weeks, days = int(parts.get("INTERVAL", "1")), parts.get("BYDAY", "").split(",")
    if parts["FREQ"] != "WEEKLY" or weeks not in WEEKS or len(days) > 1 or {"BYHOUR", "BYMINUTE"} & parts.keys():
        return None
    first = heard.first.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0)
    return Rhythm(first, zone, weeks)


def _time(at: str) -> time:
    """Return the time of a button, "2100". Raises `UnknownPress` for anything else."""
    try:
        return datetime.strptime(at, "%H%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        raise UnknownPress from None
