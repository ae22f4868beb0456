"""Running a group that is set up: its panel, and behind each button one thing that can be changed in place.

Whoever does not run the very group of a button is refused, politely; nobody types an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.chat.cog import Cog, post, press, submission
from bot.chat.context import Context
from bot.chat.limits import MENU_CHOICES, shorten
from bot.chat.press import CALL, Press
from bot.chat.reply import Button, Card, Choice, Field, Form, How, Menu, Reply, Style
from bot.chat.spec import Access
from bot.chat.stores import InDoubt, Receipt, Refused, Undeliverable, Unsent
from bot.chat.text import Bold, Code, Text, lines, text
from bot.core.cycle import USUAL, Picks, Shift, Step
from bot.core.errors import NotHere, UnknownPress
from bot.core.groups import RESTING, Group, GroupState
from bot.core.outbox import LetterState
from bot.core.papers.paper import Difficulty
from bot.core.people import GroupId
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import zone_of
from bot.core.timewords import Habits, Once, read
from bot.core.zones import Spot
from bot.i18n import Locale
from cogs.manage._desk import Desk
from cogs.manage._words import (
    button,
    happens,
    moment_in_words,
    picks_in_words,
    rhythm_in_words,
    rows_of,
    shift_in_words,
    state_in_words,
    step_in_words,
)

ORGANISER = Access.ORGANISER
PAUSES = (7, 14, 28)  # days
SHOWN = 5  # candidates on a page
LONGEST_NAME, LONGEST_REASON, LONGEST_LIST, LONGEST_DAY = 60, 200, 2000, 60
MOST_LISTED = 20
MEMBERS_CAN = ("paper", "suggest", "recommend")
EARLIER = {  # what a step may be moved to: so many days from the meeting, and when
    Step.CLOSE: ((-5, 20), (-4, 20), (-3, 20), (-2, 20)),
    Step.POST: ((-5, 9), (-4, 9), (-3, 9), (-2, 9), (-3, 19), (-2, 19)),
    Step.NUDGE: ((-2, 19), (-1, 12), (-1, 19)),
    Step.HOUR: ((0, 9), (0, 12), (0, 18)),
    Step.RECAP: ((1, 9), (1, 12), (1, 19), (2, 9)),
}
CARD_POST = "organise.members"
ADD, TAKE = "+", "-"
_DAY = timedelta(days=1)


class Running(Cog):
    """Shows the panel and does what its buttons say."""

    name = "organise"
    short = "org"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self.desk = self._desk = desk

    async def open(self, ctx: Context, group: Group, line: str = "", others: Sequence[Group] = ()) -> Reply:
        """Return the panel of a group, after a change with what was done; `others` are one tap away."""
        desk, zone = self._desk, self._desk.groups.zone_of(group)
        cities = await desk.cities.get()
        course = await desk.groups.course(group) if group.state is GroupState.ACTIVE else None
        coming = course.ahead.items() if course is not None else ()
        ahead = min((each for each in coming if happens(group, each[0])), key=lambda each: each[1].due, default=None)
        about = [
            self._about(ctx, "meets", rhythm_in_words(ctx, group.rhythm, cities)),
            self._about(ctx, "place", group.place or ctx.t("organise.panel.nowhere")),
            self._about(ctx, "picks", picks_in_words(ctx, group.picks)),
            self._about(ctx, "state", state_in_words(ctx, group, zone)),
        ]
        if ahead is not None:
            said = f"{moment_in_words(ctx, ahead[1].due, zone)} · {step_in_words(ctx, group, ahead[0])}"
            about.append(self._about(ctx, "next", said))
        card = Card(ctx.t("organise.panel.title", name=group.name), (lines(*about),))
        rows = self._buttons(ctx, group)
        if others:
            rows = (*rows, tuple(Button(shorten(each.name, 30), Press.of("org.panel", each.id)) for each in others[:4]))
        return Reply(text(line), cards=(card,), rows=rows)

    def choose(self, ctx: Context, groups: Sequence[Group]) -> Reply:
        """Ask which of several groups is meant; in a space a new one can be set up too."""
        choices = [Button(shorten(each.name, 30), Press.of("org.panel", each.id)) for each in groups[:12]]
        fresh = [] if ctx.caller.place.private else [button(ctx, "panel.new", "su.when", 0, 1)]
        return Reply((ctx.t("organise.panel.which"),), rows=rows_of([*choices, *fresh]))

    @press(access=ORGANISER)
    async def panel(self, ctx: Context, group: int) -> Reply:
        """Show the panel, in place."""
        found = await self._desk.group(ctx, group)
        if ctx.caller.place.private:
            await self._desk.groups.use(ctx.caller.user, ctx.caller.language, found.id)
        return await self._panel(ctx, found)

    async def _panel(self, ctx: Context, group: Group, line: str = "") -> Reply:
        return replace(await self.open(ctx, group, line), how=How.EDIT)

    def _about(self, ctx: Context, what: str, said: str) -> Text:
        return text(Bold(ctx.t(f"organise.panel.{what}")), f": {said}")

    def _buttons(self, ctx: Context, group: Group) -> tuple[tuple[Button, ...], ...]:
        number = group.id
        if group.state in RESTING:
            rest = button(ctx, "wake", "org.wake", number, style=Style.PRIMARY)
        else:
            rest = button(ctx, "rest.button", "org.rest", number)
        week = (
            rest,
            button(ctx, "panel.when", "su.when", number, group.rhythm.weeks if group.rhythm else 1),
            button(ctx, "panel.who", "su.who", number),
            button(ctx, "panel.parts", "org.parts", number),
            button(ctx, "panel.preview", "su.preview", number),
        )
        papers = [button(ctx, "panel.queue", "cnd.show", number, 0), button(ctx, "panel.first", "su.first", number)]
        if self._desk.offers("suggest"):
            papers.append(button(ctx, "panel.suggestions", "sg.waiting", number))
        turns = [button(ctx, "panel.turns", "trn.show", number)] if group.picks is Picks.PRESENTER else []
        people = (
            *turns,
            button(ctx, "panel.people", "org.people", number),
            button(ctx, "panel.chats", "cht.show", number),
            button(ctx, "panel.basics", "org.basics", number),
            button(ctx, "card.button", "org.card", number),
        )
        if self._desk.offers("paper"):
            papers.append(button(ctx, "panel.export", "ph.exports", number))
        papers.append(Button(ctx.t("digest.desk.button"), Press.of("ed.panel", number)))
        pages = Button(ctx.t("archive.panel.button"), Press.of("ar.show", number))
        house = (pages, button(ctx, "panel.status", "manage.status"), button(ctx, "panel.links", "manage.links"))
        return (week, tuple(papers), people, house)

    def _back(self, ctx: Context, group: Group) -> Button:
        return button(ctx, "back", "org.panel", group.id)

    # the parts of the week

    @press(access=ORGANISER)
    async def parts(self, ctx: Context, group: int) -> Reply:
        """Show every step with its moment, each a button to change it."""
        return self._parts(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def step(self, ctx: Context, group: int, step: Step) -> Reply:
        """Show when a step can be, and whether it is."""
        found = await self._desk.group(ctx, group)
        choices = [
            Button(
                self._moved(ctx, found, step, Shift(days, time(hour))),
                Press.of("org.shift", found.id, step, days, f"{hour:02}00"),
            )
            for days, hour in EARLIER[step]
        ]
        is_off = step in found.settings.off
        usual = button(ctx, "parts.usual", "org.usual", found.id, step)
        toggle = button(
            ctx, "parts.on" if is_off else "parts.off", "org.part", found.id, step, "on" if is_off else "off"
        )
        back = button(ctx, "back", "org.parts", found.id)
        said = lines(
            text(Bold(step_in_words(ctx, found, step))),
            ctx.t("organise.parts.is_off") if is_off else shift_in_words(ctx, found, step),
        )
        return Reply(said, rows=(*rows_of(choices, 2), (usual, toggle, back)), how=How.EDIT)

    @press(access=ORGANISER)
    async def part(self, ctx: Context, group: int, step: Step, on: str) -> Reply:
        """Turn a step on or off."""
        found = await self._desk.group(ctx, group)
        off = found.settings.off - {step} if on == "on" else found.settings.off | {step}
        changed = await self._desk.groups.change(found.id, settings=replace(found.settings, off=off))
        return self._parts(ctx, changed)

    @press(access=ORGANISER)
    async def shift(self, ctx: Context, group: int, step: Step, days: int, at: str) -> Reply:
        """Move a step to so many days from the meeting."""
        offered = {(each, f"{hour:02}00"): time(hour) for each, hour in EARLIER[step]}
        if (days, at) not in offered:
            raise UnknownPress
        return await self._shift(ctx, group, step, Shift(days, offered[days, at]))

    @press(access=ORGANISER)
    async def usual(self, ctx: Context, group: int, step: Step) -> Reply:
        """Put a step back to where it usually is."""
        return await self._shift(ctx, group, step, None)

    async def _shift(self, ctx: Context, number: int, step: Step, shift: Shift | None) -> Reply:
        found = await self._desk.group(ctx, number)
        shifts = {each: kept for each, kept in found.settings.shifts.items() if each is not step}
        if shift is not None and shift != USUAL[step]:
            shifts[step] = shift
        settings = replace(found.settings, shifts=shifts, off=found.settings.off - {step})
        return self._parts(ctx, await self._desk.groups.change(found.id, settings=settings))

    def _parts(self, ctx: Context, group: Group) -> Reply:
        steps = [step for step in Step if happens(group, step)]
        rows = [
            text(
                Bold(step_in_words(ctx, group, step)),
                ": ",
                ctx.t("organise.parts.is_off") if step in group.settings.off else shift_in_words(ctx, group, step),
            )
            for step in steps
        ]
        buttons = [Button(step_in_words(ctx, group, step), Press.of("org.step", group.id, step)) for step in steps]
        card = Card(ctx.t("organise.parts.title"), (lines(*rows),), footer=ctx.t("organise.parts.footer"))
        return Reply(cards=(card,), rows=(*rows_of(buttons, 3), (self._back(ctx, group),)), how=How.EDIT)

    def _moved(self, ctx: Context, group: Group, step: Step, shift: Shift) -> str:
        settings = replace(group.settings, shifts={step: shift})
        return shift_in_words(ctx, replace(group, settings=settings), step)

    # rest

    @press(access=ORGANISER)
    async def rest(self, ctx: Context, group: int) -> Reply:
        """Ask for how long the group rests."""
        found = await self._desk.group(ctx, group)
        weeks = {days: ctx.t("organise.rest.days", count=days // 7) for days in PAUSES}
        spans = [Button(label, Press.of("org.pause", found.id, days)) for days, label in weeks.items()]
        open_end = button(ctx, "rest.open", "org.pause", found.id, 0)
        typed = button(ctx, "rest.type", "org.until", found.id)
        ends = button(ctx, "rest.end", "org.over", found.id)
        rows = (tuple(spans), (open_end, typed), (ends, self._back(ctx, found)))
        return Reply((ctx.t("organise.rest.ask"),), rows=rows, how=How.EDIT)

    @press(access=ORGANISER)
    async def pause(self, ctx: Context, group: int, days: int) -> Reply:
        """Let the group rest for so many days, 0 without an end."""
        found = await self._desk.group(ctx, group)
        if days not in (0, *PAUSES):
            raise UnknownPress
        zone = zone_of(self._desk.groups.zone_of(found))
        local = (ctx.now + days * _DAY).astimezone(zone)
        until = local.replace(hour=8, minute=0, second=0, microsecond=0) if days else None
        return await self._rests(ctx, found, until)

    @press(opens_form=True, access=ORGANISER)
    async def until(self, ctx: Context, group: int) -> Form:
        """Ask until when the group rests."""
        field = Field("until", ctx.t("organise.rest.label"), ctx.t("organise.rest.example"), limit=LONGEST_DAY)
        return Form(ctx.t("organise.rest.title"), Press.of("org.paused", group), (field,))

    @submission(access=ORGANISER)
    async def paused(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Let the group rest until the day that was typed, or say how one is written."""
        found = await self._desk.group(ctx, group)
        words = answers.get("until", "").replace("까지", " ").replace("until", " ")
        heard = read(words, ctx.now, Habits(self._desk.groups.zone_of(found), morning="08:00"))
        if not isinstance(heard, Once):
            asked = await self.rest(ctx, group)
            return replace(asked, text=lines(ctx.t("organise.rest.unread"), asked.text))
        return await self._rests(ctx, found, heard.at)

    @press(access=ORGANISER)
    async def wake(self, ctx: Context, group: int) -> Reply:
        """Take the group up again."""
        found = await self._desk.group(ctx, group)
        return await self._panel(ctx, await self._desk.groups.wake(found.id), ctx.t("organise.woken"))

    @press(access=ORGANISER)
    async def over(self, ctx: Context, group: int) -> Reply:
        """Ask whether the group shall be over."""
        found = await self._desk.group(ctx, group)
        ends = button(ctx, "end.yes", "org.end", found.id, style=Style.DANGER)
        return Reply(
            (ctx.t("organise.end.ask", name=found.name),), rows=((ends, self._back(ctx, found)),), how=How.EDIT
        )

    @press(access=ORGANISER)
    async def end(self, ctx: Context, group: int) -> Reply:
        """Let the group be over; what it read stays."""
        found = await self._desk.group(ctx, group)
        await self._desk.groups.end(found.id)
        return Reply((ctx.t("organise.end.done", name=found.name),), how=How.EDIT)

    async def _rests(self, ctx: Context, group: Group, until: datetime | None) -> Reply:
        if group.state is GroupState.DRAFT:
            raise UnknownPress
        paused = await self._desk.groups.pause(group.id, until)
        return await self._panel(ctx, paused, ctx.t("organise.rested"))

    # who runs it

    @press(access=ORGANISER)
    async def people(self, ctx: Context, group: int) -> Reply:
        """Say how many run the group, and offer to call another or to step down."""
        return await self._people(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def call(self, ctx: Context, group: int) -> Reply:
        """Ask in the group, for all to see, who would like to run it too."""
        found = await self._desk.group(ctx, group)
        if ctx.caller.place.space is None:
            raise NotHere(command="manage")
        wish = button(ctx, "people.wish", "org.wish", found.id, style=Style.PRIMARY)
        return Reply((ctx.t("organise.people.call", name=found.name),), rows=((wish,),), public=True)

    @press()
    async def wish(self, ctx: Context, group: int) -> Reply:
        """Ask those who run the group, for all to see, to let the presser in; anybody may wish."""
        found = await self._desk.groups.get(GroupId(group))
        if found is None or found.state is GroupState.ENDED or ctx.caller.place.space is None:
            raise UnknownPress
        if await self._desk.organisers.may_run(found.id, ctx.person, ctx.caller.place, admin=ctx.caller.admin):
            return Reply((ctx.t("organise.people.already"),), how=How.TOAST)
        user, name = ctx.caller.user, shorten(" ".join(ctx.caller.name.split()), 40)
        key = "organise.people.wishes" if name else "organise.people.someone_wishes"
        said = ctx.t(key, name=name) if name else ctx.t(key)
        give = button(ctx, "people.give", "org.give", found.id, user.platform.value, user.id)
        return Reply((said,), rows=((give,),), public=True)

    @press(access=ORGANISER)
    async def give(self, ctx: Context, group: int, platform: Platform, user: str) -> Reply:
        """Let somebody who wished it run the group too."""
        found = await self._desk.group(ctx, group)
        await self._desk.organisers.name(found.id, UserRef(platform, user))
        return Reply((ctx.t("organise.people.given"),), how=How.EDIT, public=True)

    @press(access=ORGANISER)
    async def down(self, ctx: Context, group: int) -> Reply:
        """Ask whether the presser would stop running the group."""
        found = await self._desk.group(ctx, group)
        yes = button(ctx, "people.down_yes", "org.leave", found.id, style=Style.DANGER)
        back = button(ctx, "back", "org.people", found.id)
        return Reply((ctx.t("organise.people.down_ask"),), rows=((yes, back),), how=How.EDIT)

    @press(access=ORGANISER)
    async def leave(self, ctx: Context, group: int) -> Reply:
        """Take the presser's own role back."""
        found = await self._desk.group(ctx, group)
        gone = ctx.person is not None and await self._desk.organisers.step_down(found.id, ctx.person)
        return Reply((ctx.t("organise.people.left" if gone else "organise.people.not_named"),), how=How.EDIT)

    async def _people(self, ctx: Context, group: Group) -> Reply:
        named = await self._desk.organisers.of(group.id)
        people = {each.identity.person_id for each in named}
        said = [ctx.t("organise.people.count", count=len(people)) if people else ctx.t("organise.people.none")]
        said.append(ctx.t("organise.people.admins"))
        buttons = [] if ctx.caller.place.private else [button(ctx, "people.call_button", "org.call", group.id)]
        if ctx.person is not None and ctx.person.id in people:
            buttons.append(button(ctx, "people.down_button", "org.down", group.id))
        return Reply(lines(*said), rows=((*buttons, self._back(ctx, group)),), how=How.EDIT)

    # the paper, now

    @press(access=ORGANISER)
    async def now(self, ctx: Context, group: int) -> Reply:
        """Post the paper of the next meeting now."""
        found = await self._desk.group(ctx, group)
        hurried = await self._desk.groups.hurry(found.id)
        return await self._panel(ctx, found, ctx.t("organise.now.done" if hurried else "organise.now.over"))

    # name, zone, language, level, topics

    @press(access=ORGANISER)
    async def basics(self, ctx: Context, group: int) -> Reply:
        """Show the name, the zone, the language, how far the group is, and its topics."""
        return await self._basics(ctx, await self._desk.group(ctx, group))

    @press(opens_form=True, access=ORGANISER)
    async def rename(self, ctx: Context, group: int) -> Form:
        """Ask for another name."""
        field = Field("name", ctx.t("organise.basics.name"), limit=LONGEST_NAME)
        return Form(ctx.t("organise.basics.rename"), Press.of("org.renamed", group), (field,))

    @submission(access=ORGANISER)
    async def renamed(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Keep the name that was typed."""
        found = await self._desk.group(ctx, group)
        name = " ".join(answers.get("name", "").split())[:LONGEST_NAME]
        return await self._basics(ctx, await self._desk.groups.change(found.id, name=name) if name else found)

    @press(opens_form=True, access=ORGANISER)
    async def city(self, ctx: Context, group: int) -> Form:
        """Ask for the group's city."""
        field = Field("city", ctx.t("settings.city.label"), ctx.t("settings.city.placeholder"), limit=LONGEST_NAME)
        return Form(ctx.t("settings.city.title"), Press.of("org.cited", group), (field,))

    @submission(access=ORGANISER)
    async def cited(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Set the zone of the city that was typed, or ask which one is meant."""
        found = await self._desk.group(ctx, group)
        words = " ".join(answers.get("city", "").split())
        heard = (await self._desk.cities.get()).find(words, ctx.now)
        if heard.zone is not None:
            return await self._basics(ctx, await self._desk.groups.change(found.id, zone=heard.zone))
        key = "which" if heard.sure else "nearest" if heard.spots else "nowhere"
        spots = [self._spot(ctx, found, spot) for spot in heard.spots[:8]]
        said = ctx.t(f"settings.city.{key}", city=shorten(words, 40) or "?")
        return Reply((said,), rows=(*rows_of(spots, 2), (button(ctx, "back", "org.basics", found.id),)), how=How.EDIT)

    @press(access=ORGANISER)
    async def zone(self, ctx: Context, group: int, zone: str) -> Reply:
        """Set the group's zone; the meeting keeps its hour."""
        found = await self._desk.group(ctx, group)
        if zone not in await self._desk.cities.get():
            raise UnknownPress
        return await self._basics(ctx, await self._desk.groups.change(found.id, zone=zone))

    @press(access=ORGANISER)
    async def speak(self, ctx: Context, group: int, locale: Locale) -> Reply:
        """Set the language of the group's posts."""
        found = await self._desk.group(ctx, group)
        return await self._basics(ctx, await self._desk.groups.change(found.id, locale=locale))

    @press(access=ORGANISER)
    async def level(self, ctx: Context, group: int, level: Difficulty) -> Reply:
        """Set how hard papers may be."""
        found = await self._desk.group(ctx, group)
        settings = replace(found.settings, stage=level)
        return await self._basics(ctx, await self._desk.groups.change(found.id, settings=settings))

    @press(access=ORGANISER)
    async def topic(self, ctx: Context, group: int, topic: str) -> Reply:
        """Add a topic (`+rl`), or leave one out (`-rl`)."""
        found = await self._desk.group(ctx, group)
        sign, name = topic[:1], topic[1:]
        if sign not in (ADD, TAKE) or self._desk.library.topic(name) is None:
            raise UnknownPress
        others = tuple(each for each in found.settings.topics if each != name)
        topics = (*others, name) if sign == ADD else others
        changed = await self._desk.groups.change(found.id, settings=replace(found.settings, topics=topics))
        return await self._basics(ctx, changed)

    async def _basics(self, ctx: Context, group: Group) -> Reply:
        cities, groups, library = await self._desk.cities.get(), self._desk.groups, self._desk.library
        chosen = [library.topic(each) for each in group.settings.topics]
        named = [each.name(ctx.locale) for each in chosen if each is not None]
        stage = group.settings.stage
        locale = groups.locale_of(group)
        rows = (
            self._about(ctx, "name", group.name),
            self._about(ctx, "zone", cities.name(groups.zone_of(group), ctx.locale)),
            self._about(ctx, "speaks", ctx.t(f"choices.language.{locale.value}")),
            self._about(
                ctx, "stage", ctx.t("organise.panel.open" if stage is None else f"organise.level.{stage.value}")
            ),
            self._about(ctx, "topics", ", ".join(named) or ctx.t("organise.panel.open")),
        )
        choices = tuple(
            Choice(f"✓ {each.name(ctx.locale)}", f"{TAKE}{each.id}")
            if each.id in group.settings.topics
            else Choice(each.name(ctx.locale), f"{ADD}{each.id}")
            for each in library.topics()
        )[:MENU_CHOICES]
        menu = Menu(ctx.t("organise.basics.topics"), Press.of("org.topic", group.id), choices)
        names = (
            button(ctx, "basics.rename", "org.rename", group.id),
            button(ctx, "basics.city", "org.city", group.id),
            *(
                Button(ctx.t(f"choices.language.{each.value}"), Press.of("org.speak", group.id, each))
                for each in Locale
                if each is not locale
            ),
        )
        levels = tuple(
            Button(ctx.t(f"organise.level.{each.value}"), Press.of("org.level", group.id, each)) for each in Difficulty
        )
        card = Card(ctx.t("organise.basics.title"), (lines(*rows),))
        return Reply(cards=(card,), menu=menu, rows=(names, levels, (self._back(ctx, group),)), how=How.EDIT)

    def _spot(self, ctx: Context, group: Group, spot: Spot) -> Button:
        return Button(spot.label(ctx.locale), Press.of("org.zone", group.id, spot.zone))

    # the card for members

    @press(access=ORGANISER)
    async def card(self, ctx: Context, group: int) -> Reply:
        """Post the card that tells members what they can do, and pin it where that may be done."""
        found = await self._desk.group(ctx, group)
        said: list[str] = []
        for home, place in await self._desk.groups.places(found.id):
            key = f"card:{found.id}:{home}:{ctx.now:%Y%m%d}"
            payload = {"group": found.id}
            await self._desk.outbox.enqueue(CARD_POST, place, key, payload, group_id=found.id, silent=True)
            said.append(await self._pinned(ctx, place, key))
        rows = ((button(ctx, "panel.button", "org.panel", found.id),),)
        return Reply(lines(*dict.fromkeys(said)), rows=rows, how=How.EDIT)

    async def _pinned(self, ctx: Context, place: Place, key: str) -> str:
        """Pin the letter of a key once it arrived, and say what became of it."""
        outcome = await self._desk.outbox.outcome(key)
        outlet = self._desk.outlets().get(place.platform)
        if outcome is None or outlet is None:
            return ctx.t("organise.card.on_its_way")
        if outcome.state is not LetterState.SENT or outcome.place is None or outcome.message is None:
            return ctx.t("organise.card.unsent")
        try:
            await outlet.pin(Receipt.read(outcome.place, outcome.message))
        except (Undeliverable, Unsent, InDoubt, Refused):
            return f"{ctx.t('organise.card.unpinned')} {ctx.t(f'organise.right.{place.platform.value}.pin')}"
        return ctx.t("organise.card.pinned")

    @post
    async def members(self, ctx: Context, *, group: int) -> Reply | None:
        """Tell members what they can do here."""
        found = await self._desk.groups.get(GroupId(group))
        if found is None:
            return None
        ctx = replace(ctx, locale=self._desk.groups.locale_of(found))
        there = self._desk.offers(*MEMBERS_CAN)
        can = [each for each in MEMBERS_CAN if each in there]
        rows = [text(Code(f"/{each}"), f" {ctx.t(f'organise.card.can.{each}')}") for each in can]
        buttons = tuple(Button(ctx.t(f"organise.card.do.{each}"), Press.of(CALL, each), personal=True) for each in can)
        cities = await self._desk.cities.get()
        about = lines(rhythm_in_words(ctx, found.rhythm, cities), found.place or "")
        return Reply(
            cards=(Card(found.name, (about, lines(*rows)), footer=ctx.t("organise.card.footer")),), rows=(buttons,)
        )

    @post
    async def inherited(self, ctx: Context, *, group: int) -> Reply | None:
        """Tell a chat that its admins run the group now."""
        found = await self._desk.groups.get(GroupId(group))
        if found is None:
            return None
        ctx = replace(ctx, locale=self._desk.groups.locale_of(found))
        return Reply((ctx.t("organise.people.inherited", name=found.name),))
