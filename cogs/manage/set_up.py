"""Setting a group up in a few taps: when it meets, who picks, where to post, what will come; then its first paper.

Everything chosen is kept at once as a draft, so whoever was called away goes on where they were. Nothing is posted
before [Start].
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import MENU_CHOICES, shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, Form, How, Menu, Reply, Style
from bot.chat.spec import Access
from bot.chat.stores import Room
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.cycle import WEEKS, Picks, Rhythm
from bot.core.errors import NotHere, NotOrganiser, UnknownPress
from bot.core.groups import Group, GroupState, Home, channel_of
from bot.core.papers.filling import Why
from bot.core.reading import KeptPaper, PaperId
from bot.core.refs import Place, Platform
from bot.core.rewriting import foreseen, posts_of
from bot.core.schedule import zone_of, zone_or_utc
from bot.core.timewords import Ambiguous, Habits, Once, Recurring, read
from bot.services.homes import Settled
from cogs.manage._desk import Desk
from cogs.manage._words import (
    ahead_line,
    at_in_words,
    button,
    day_in_words,
    happens,
    missing,
    moment_in_words,
    picks_in_words,
    rhythm_in_words,
    rows_of,
)

ORGANISER = Access.ORGANISER
NEW = 0  # the number of a group that is not there yet
NEVER = 0  # "every so many weeks" of a group that reads without meeting
READING_DAY, READING_AT = 3, "2100"  # such a group's week ends here, so that the paper comes on Monday morning
TIMES = ("1000", "1400", "1900", "2000", "2100", "2200")
CLASSICS = 3
LONGEST_TYPED, LONGEST_PLACE, LONGEST_LINK = 60, 200, 500
_WEEK = timedelta(weeks=1)


class SetUp(Cog):
    """Asks, shows what will come, begins."""

    name = "organise"
    short = "su"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    async def begin(self, ctx: Context, group: Group | None = None) -> Reply:
        """Return the first question that is not answered yet, as a message of its own."""
        if group is None:
            return self._asks_when(ctx, NEW, 1)
        if group.rhythm is None:
            return self._asks_when(ctx, group.id, 1)
        if group.picks is None:
            return self._asks_who(ctx, group)
        return await self._preview(ctx, group)

    # when

    @press(access=ORGANISER)
    async def when(self, ctx: Context, group: int, every: int) -> Reply:
        """Ask on which day, for a group that meets every so many weeks."""
        if group != NEW:
            await self._desk.group(ctx, group)
        return replace(self._asks_when(ctx, group, every), how=How.EDIT)

    @press(access=ORGANISER)
    async def day(self, ctx: Context, group: int, every: int, day: int) -> Reply:
        """Ask at what time."""
        if every not in WEEKS or not 0 <= day < _WEEK.days:
            raise UnknownPress
        times = [Button(at_in_words(ctx, _time(each)), Press.of("su.time", group, every, day, each)) for each in TIMES]
        last = (button(ctx, "when.type", "su.typed", group), button(ctx, "back", "su.when", group, every))
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
    async def typed(self, ctx: Context, group: int) -> Form:
        """Ask for the time in the organiser's own words, and for the place."""
        fields = (
            Field("when", ctx.t("organise.when.label"), ctx.t("organise.when.example"), limit=LONGEST_TYPED),
            self._place_field(ctx),
        )
        return Form(ctx.t("organise.when.title"), Press.of("su.told", group), fields)

    @submission(access=ORGANISER)
    async def told(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Keep the time that was typed, or say how one is written."""
        zone = await self._zone(ctx, group)
        heard = heard_rhythms(answers.get("when", ""), ctx.now, zone)
        if len(heard) == 1:
            where = " ".join((answers.get("place") or "").split())[:LONGEST_PLACE]
            return await self._meets(ctx, group, heard[0], where or None)
        asked = self._asks_when(ctx, group, 1)
        if not heard:
            return replace(asked, text=lines(ctx.t("organise.when.unread"), asked.text), how=How.EDIT)
        either = tuple(
            Button(
                f"{day_in_words(ctx, each.first.weekday())} {at_in_words(ctx, each.first.time())}",
                Press.of("su.time", group, each.weeks, each.first.weekday(), f"{each.first:%H%M}"),
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
        return replace(await self._preview(ctx, changed), how=How.EDIT)

    @press(opens_form=True, access=ORGANISER)
    async def place(self, ctx: Context, group: int) -> Form:
        """Ask for the place: a room, or a link."""
        return Form(ctx.t("organise.place.title"), Press.of("su.placed", group), (self._place_field(ctx),))

    @submission(access=ORGANISER)
    async def placed(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Keep the place; nothing typed takes it back."""
        found = await self._desk.group(ctx, group)
        where = " ".join(answers.get("place", "").split())[:LONGEST_PLACE]
        return await self._next(ctx, await self._desk.groups.change(found.id, place=where or None))

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
        shown = await self._next(ctx, group)
        if number == NEW or group.state is GroupState.DRAFT or before is None or before.rhythm in (None, rhythm):
            return shown
        return self._with_undo(ctx, shown, before)

    def _with_undo(self, ctx: Context, shown: Reply, before: Group) -> Reply:
        """Add the way back to when a group met before."""
        was = before.rhythm
        assert was is not None  # noqa: S101 - asked for before
        every = was.weeks if was.meets else NEVER
        undo = button(ctx, "undo", "su.time", before.id, every, was.first.weekday(), f"{was.first:%H%M}")
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

    def _asks_when(self, ctx: Context, group: int, every: int) -> Reply:
        often = tuple(
            button(
                ctx,
                f"when.every.{each}",
                "su.when",
                group,
                each,
                style=Style.PRIMARY if each == every else Style.PLAIN,
            )
            for each in WEEKS
        )
        reads = button(ctx, "when.never", "su.time", group, NEVER, READING_DAY, READING_AT)
        days = [Button(day_in_words(ctx, day), Press.of("su.day", group, every, day)) for day in range(_WEEK.days)]
        last = [button(ctx, "when.type", "su.typed", group)]
        if group == NEW:
            last.append(button(ctx, "join.button", "cht.join"))
        asked = lines(ctx.t("organise.when.ask"), ctx.t(f"organise.when.chosen.{every}"))
        return Reply(asked, rows=((*often, reads), *rows_of(days), tuple(last)))

    def _place_field(self, ctx: Context) -> Field:
        label, example = ctx.t("organise.place.label"), ctx.t("organise.place.example")
        return Field("place", label, example, required=False, limit=LONGEST_PLACE)

    async def _zone(self, ctx: Context, number: int) -> str:
        if number == NEW:
            return self._desk.zone(ctx)
        group = await self._desk.group(ctx, number)
        return group.zone or self._desk.zone(ctx)

    # who picks

    @press(access=ORGANISER)
    async def who(self, ctx: Context, group: int) -> Reply:
        """Ask who picks the paper."""
        return replace(self._asks_who(ctx, await self._desk.group(ctx, group)), how=How.EDIT)

    @press(access=ORGANISER)
    async def pick(self, ctx: Context, group: int, picks: Picks) -> Reply:
        """Keep who picks."""
        found = await self._desk.group(ctx, group)
        changed = await self._desk.groups.change(found.id, picks=picks)
        await self._desk.weeks.picks_otherwise(changed)
        if changed.state is GroupState.DRAFT and found.picks is None:
            return await self._asks_where(ctx, changed)
        return await self._next(ctx, changed)

    def _asks_who(self, ctx: Context, group: Group) -> Reply:
        choices = [Button(ctx.t(f"organise.picks.{each.value}"), Press.of("su.pick", group.id, each)) for each in Picks]
        explained = [ctx.t(f"organise.picks.why.{each.value}") for each in Picks]
        back = button(ctx, "back", "su.when", group.id, group.rhythm.weeks if group.rhythm else 1)
        return Reply(lines(ctx.t("organise.picks.ask"), *explained), rows=(*rows_of(choices, 2), (back,)), how=How.EDIT)

    # where to post

    @press(access=ORGANISER)
    async def where(self, ctx: Context, group: int) -> Reply:
        """Ask where to post, and say what the bot may do where it would."""
        return await self._asks_where(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def post(self, ctx: Context, group: int, channel: str) -> Reply:
        """Post in a channel of this server, or here ("")."""
        found = await self._desk.group(ctx, group)
        place = await self._place_of(ctx, channel)
        if place is None:
            raise UnknownPress
        home = await self._home_in(found, place)
        if home is None:
            raise UnknownPress
        if await self._desk.homes.move(found.id, home.id, place) is Settled.TAKEN:
            asked = await self._asks_where(ctx, found)
            return replace(asked, text=lines(ctx.t("organise.where.taken"), asked.text))
        rights = await self._desk.rights(place)
        if rights is not None and list(missing(ctx, place.platform, rights, needed=True)):
            return await self._asks_where(ctx, found)
        return await self._next(ctx, found)

    async def _asks_where(self, ctx: Context, group: Group) -> Reply:
        place, space = ctx.caller.place, ctx.caller.place.space
        if space is None:
            return await self._next(ctx, group)
        home = await self._home_in(group, place)
        chosen = home.place() if home is not None else None
        rooms = await self._desk.rooms(space)
        said: list[str | Text] = [ctx.t("organise.where.ask")]
        if chosen is not None:
            said.append(ctx.t("organise.where.now", place=_name_of(ctx, chosen, rooms)))
            said += await self._rights(ctx, chosen)
        said.append(ctx.t(f"organise.where.other.{space.platform.value}"))
        moves = chosen is not None and channel_of(chosen) != channel_of(place)
        stays = button(ctx, "where.stay", "su.preview", group.id, style=Style.PRIMARY)
        here = (button(ctx, "where.here", "su.post", group.id, ""),) if moves else ()
        again = (button(ctx, "where.again", "su.where", group.id), button(ctx, "back", "su.who", group.id))
        menu = None
        if rooms:
            choices = tuple(Choice(f"#{room.name}", room.place.channel) for room in rooms[:MENU_CHOICES])
            menu = Menu(ctx.t("organise.where.menu"), Press.of("su.post", group.id), choices)
        return Reply(lines(*said), menu=menu, rows=((stays, *here), again), how=How.EDIT)

    async def _rights(self, ctx: Context, place: Place) -> list[str]:
        """Return a line for what is missing in a place, or one that says that nothing is."""
        rights = await self._desk.rights(place)
        if rights is None:
            return [ctx.t("organise.where.unasked")]
        lacking = [
            *missing(ctx, place.platform, rights, needed=True),
            *(missing(ctx, place.platform, rights, needed=False) if rights.post else ()),
        ]
        return lacking or [ctx.t("organise.where.fine")]

    async def _place_of(self, ctx: Context, channel: str) -> Place | None:
        """Return the place of a button: this one, or a channel that the platform itself names in this space."""
        here = ctx.caller.place
        if here.space is None:
            return None
        if not channel:
            return here if here.platform is not Platform.DISCORD else replace(here, thread=None)
        rooms = await self._desk.rooms(here.space)
        return next((room.place for room in rooms if room.place.channel == channel), None)

    async def _home_in(self, group: Group, place: Place) -> Home | None:
        homes = [home for home in await self._desk.groups.homes(group.id) if home.space == place.space]
        exact = [home for home in homes if home.channel == channel_of(place)]
        return next(iter([*exact, *homes]), None)

    # what will come

    @press(access=ORGANISER)
    async def preview(self, ctx: Context, group: int) -> Reply:
        """Show what will come, and change nothing."""
        return replace(await self._preview(ctx, await self._desk.group(ctx, group)), how=How.EDIT)

    @press(access=ORGANISER)
    async def start(self, ctx: Context, group: int) -> Reply:
        """Let the week begin, and ask for the first paper."""
        found = await self._desk.group(ctx, group)
        if found.rhythm is None or found.picks is None:
            return replace(await self.begin(ctx, found), how=How.EDIT)
        started = await self._desk.groups.start(found.id)
        return await self._asks_first(ctx, started, ctx.t("organise.started"))

    async def _next(self, ctx: Context, group: Group) -> Reply:
        """Return the next question of a draft, the preview of a group that runs."""
        if group.state is GroupState.DRAFT:
            return replace(await self.begin(ctx, group), how=How.EDIT)
        return replace(await self._preview(ctx, group), how=How.EDIT)

    async def _preview(self, ctx: Context, group: Group) -> Reply:
        drafted = group.state is GroupState.DRAFT
        course = await self._desk.groups.course(group)
        if course is None:
            return self._asks_when(ctx, group.id, 1)
        cities, zone = await self._desk.cities.get(), self._desk.groups.zone_of(group)
        about = lines(
            ctx.t("organise.preview.when", when=rhythm_in_words(ctx, group.rhythm, cities)),
            ctx.t("organise.preview.place", place=group.place) if group.place else "",
            ctx.t("organise.preview.picks", picks=picks_in_words(ctx, group.picks)),
        )
        steps = [each for each in foreseen(course) if happens(group, each[0])]
        issues = await self._desk.groups.issues_ahead(group, steps[-1][1].due) if steps else ()
        lines_at = [(ahead.due, ahead_line(ctx, group, step, ahead, zone)) for step, ahead in steps]
        lines_at += [(due, _issue_line(ctx, due, zone)) for due in issues]
        rows = [line for _, line in sorted(lines_at, key=lambda each: each[0])]
        elsewhere = [text(line) for line in await self._elsewhere(ctx, group, course.coming)]
        card = Card(
            ctx.t("organise.preview.title", name=group.name),
            (about, lines(*rows), lines(*elsewhere), text(Bold(await self._noise(ctx, group)))),
            footer=ctx.t("organise.preview.footer"),
        )
        changes = [button(ctx, "preview.place_button", "su.place", group.id)]
        if group.rhythm is not None and group.rhythm.weeks > 1:
            changes.append(button(ctx, "preview.later", "su.later", group.id))
        if not drafted:
            back = button(ctx, "back", "org.panel", group.id)
            return Reply(cards=(card,), rows=((back, *changes),))
        begin = button(ctx, "preview.start", "su.start", group.id, style=Style.PRIMARY)
        again = button(ctx, "preview.again", "su.when", group.id, group.rhythm.weeks if group.rhythm else 1)
        return Reply(cards=(card,), rows=((begin,), (*changes, again)))

    async def _noise(self, ctx: Context, group: Group) -> str:
        """Return how much a group will hear, in its loudest home, and that nobody is called by name."""
        places = [place for _, place in await self._desk.groups.places(group.id)]
        threads = all(place.platform is Platform.DISCORD or place.thread is not None for place in places)
        assert group.week is not None  # noqa: S101 - there is a course
        count = posts_of(group.week, threads=threads) + group.settings.digest.on
        return ctx.t(f"organise.preview.noise.{group.week.rhythm.weeks}", count=count)

    async def _elsewhere(self, ctx: Context, group: Group, day: date) -> list[str]:
        """Return when the next meeting is for members who live in other zones."""
        assert group.rhythm is not None  # noqa: S101 - there is a course
        if not group.rhythm.meets:
            return []
        cities, at = await self._desk.cities.get(), group.rhythm.meeting_at(day)
        return [
            ctx.t(
                "organise.preview.elsewhere", city=cities.name(zone, ctx.locale), moment=moment_in_words(ctx, at, zone)
            )
            for zone in await self._desk.groups.zones_of(group)
            if zone != group.rhythm.zone
        ]

    # the first paper

    @press(access=ORGANISER)
    async def first(self, ctx: Context, group: int) -> Reply:
        """Offer papers to begin with."""
        return await self._asks_first(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def paper(self, ctx: Context, group: int, paper: int) -> Reply:
        """Take a paper for the next meeting, and post it."""
        found = await self._desk.group(ctx, group)
        kept = await self._desk.papers.get(PaperId(paper))
        if kept is None:
            raise UnknownPress
        return await self._take(ctx, found, kept)

    @press(opens_form=True, access=ORGANISER)
    async def link(self, ctx: Context, group: int) -> Form:
        """Ask for the paper's link."""
        field = Field("link", ctx.t("organise.first.label"), ctx.t("organise.first.example"), limit=LONGEST_LINK)
        return Form(ctx.t("organise.first.title"), Press.of("su.linked", group), (field,))

    @submission(access=ORGANISER)
    async def linked(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Take the paper behind a link for the next meeting, and post it."""
        found = await self._desk.group(ctx, group)
        kept = await self._desk.papers.found(answers.get("link", ""))
        if kept is None:
            return await self._asks_first(ctx, found, ctx.t("organise.first.unread"))
        return await self._take(ctx, found, kept)

    @press(access=ORGANISER)
    async def wait(self, ctx: Context, group: int) -> Reply:
        """Leave the first paper to the next week."""
        found = await self._desk.group(ctx, group)
        course = await self._desk.groups.course(found)
        rows = [] if course is None else [each for each in foreseen(course) if happens(found, each[0])][:1]
        zone = self._desk.groups.zone_of(found)
        said = [ctx.t("organise.first.next", line=moment_in_words(ctx, ahead.due, zone)) for _, ahead in rows]
        return self._done(ctx, found, lines(*said))

    async def _asks_first(self, ctx: Context, group: Group, line: str = "") -> Reply:
        offered = await self._desk.papers.fill(group.id, group.settings.topics, group.settings.stage, CLASSICS)
        rows: list[Text] = []
        for number, (kept, filled) in enumerate(offered, 1):
            title: Text = text(Bold(f"{number}."), " ", Link(kept.paper.title, kept.paper.url))
            rows.append(lines(title, self._why(ctx, filled.why, filled.value)))
        numbers = tuple(
            Button(ctx.t("organise.first.take", number=number), Press.of("su.paper", group.id, kept.id))
            for number, (kept, _) in enumerate(offered, 1)
        )
        last = (button(ctx, "first.link", "su.link", group.id), button(ctx, "first.wait", "su.wait", group.id))
        card = Card(ctx.t("organise.first.card"), tuple(rows))
        return Reply(text(line), cards=(card,), rows=(numbers, last), how=How.EDIT)

    def _why(self, ctx: Context, why: Why, value: str) -> str:
        if why is Why.LISTED:
            return ctx.t("papers.why.listed", count=int(value))
        topic = self._desk.library.topic(value)
        return ctx.t(f"papers.why.{why.value}", topic=topic.name(ctx.locale) if topic is not None else value)

    async def _take(self, ctx: Context, group: Group, kept: KeptPaper) -> Reply:
        cycle = await self._desk.queue.pick(group, kept.id)
        title = shorten(kept.paper.title, 80)
        if cycle is None:
            return self._done(ctx, group, text(ctx.t("organise.first.late")))
        hurried = await self._desk.groups.hurry(group.id)
        zone = self._desk.groups.zone_of(group)
        meeting = moment_in_words(ctx, cycle.meeting_at, zone)
        key = "organise.first.taken" if hurried else "organise.first.kept"
        return self._done(ctx, group, text(ctx.t(key, title=title, meeting=meeting)))

    def _done(self, ctx: Context, group: Group, said: Text) -> Reply:
        card = button(ctx, "card.button", "org.card", group.id, style=Style.PRIMARY)
        panel = button(ctx, "panel.button", "org.panel", group.id)
        return Reply(lines(said, ctx.t("organise.card.offer")), rows=((card, panel),), how=How.EDIT)


def heard_rhythms(words: str, now: datetime, zone: str) -> tuple[Rhythm, ...]:
    """Return the rhythms that typed words may mean ("목요일 밤 9시", "격주 화요일 저녁 8시"), none or one or two.

    A day and a time without "every" are a weekly meeting; two are returned for "목요일 9시".
    """
    heard = read(words, now, Habits(zone))
    if isinstance(heard, Ambiguous):
        both = [_rhythm(each, zone) for each in heard.choices]
        return tuple(each for each in both if each is not None) if all(both) else ()
    rhythm = _rhythm(heard, zone) if isinstance(heard, Once | Recurring) else None
    return () if rhythm is None else (rhythm,)


def _rhythm(heard: Once | Recurring, zone: str) -> Rhythm | None:
    if isinstance(heard, Once):
        if heard.all_day or heard.relative:
            return None
        return Rhythm(heard.at.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0), zone)
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


def _name_of(ctx: Context, place: Place, rooms: tuple[Room, ...]) -> str:
    """Return what people call a place."""
    if channel_of(place) == channel_of(ctx.caller.place):
        return ctx.t(f"organise.where.this.{place.platform.value}")
    name = next((room.name for room in rooms if room.place.channel == place.channel), None)
    return f"#{name}" if name is not None else ctx.t("organise.where.another")


def _issue_line(ctx: Context, due: datetime, zone: str) -> Text:
    """Return one line of what is to come: an issue of the digest."""
    return text(f"{moment_in_words(ctx, due, zone)} · {ctx.t('organise.step.digest')}")
