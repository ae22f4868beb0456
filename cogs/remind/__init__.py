"""`/remind`: words set a reminder at once; bare lists them. A reminder's message has three buttons.

The cog asks the reminders and draws; `_set` draws what came of asking for one, `_list` what there is and what was
delivered, `_due` the message that comes and what its buttons lead to, `_words` says times and subjects. Presses carry
an occurrence as the schedule, the moment it was due and the unit of a series, so old messages still mean the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from bot.chat.cog import Cog, FromMessage, command, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Reply
from bot.chat.text import Mention, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.language.showing import asks_to_show
from bot.core.outbox import Letter
from bot.core.refs import UserRef
from bot.core.reminders import Later, Subject, Wish
from bot.core.schedule import ScheduleId, ScheduleState
from bot.core.timewords.heard import Why
from bot.i18n import Locale
from bot.services.away import Aways
from bot.services.cities import CityList
from bot.services.occasions import Occasion, Occasions
from bot.services.reminders import Reminders
from bot.services.wishes import Unread, Wishes
from cogs.away import until_in_words
from cogs.remind._due import draw_done, draw_due, draw_let_be, draw_more, draw_moved
from cogs.remind._list import PAGE, draw_deliveries, draw_list, draw_one, why_not
from cogs.remind._set import draw_about, draw_question, draw_set, draw_unread, take, when_set, wish_of
from cogs.remind._words import View, moment, plain_subject, subject

LONGEST_WHEN = 200
LONGEST_WHAT = 300
_FARTHEST = 253_402_300_000  # seconds: the end of the calendar, for what a forged button may name


class Remind(Cog):
    """Sets reminders, shows them, and answers the buttons under their messages."""

    name = "remind"
    short = "rm"

    def __init__(
        self, reminders: Reminders, occasions: Occasions, wishes: Wishes, aways: Aways, cities: CityList
    ) -> None:
        """Take the services that keep reminders, what is done about one occurrence and what words ask for.

        `aways` know who is away, `cities` the names of zones.
        """
        self._reminders, self._occasions, self._wishes = reminders, occasions, wishes
        self._aways, self._cities = aways, cities

    # asking for one

    @command(menu_private=30, on_message=True)
    async def remind(
        self, ctx: Context, when: str | None = None, message: Annotated[str | None, FromMessage()] = None
    ) -> Reply:
        """With words, or on a message: set. Bare: list."""
        words, quoted = when or "", " ".join((message or "").split())
        if asks_to_show(words):
            words = ""
        if not words and not quoted:
            return await self._listed(ctx, 0, How.NEW)
        if ctx.impersonal:
            return await self._asked_among_others(ctx, words, quoted)
        view = await self._view(ctx)
        heard = self._wishes.hear(words, quoted, ctx.person, ctx.caller.language, ctx.locale)
        if isinstance(heard, Wish):
            return await self._set(ctx, heard)
        if isinstance(heard, tuple):
            return draw_question(view, *heard)
        return draw_unread(view, heard, self._named_in(ctx, quoted) if not words else None)

    async def _asked_among_others(self, ctx: Context, words: str, quoted: str) -> Reply:
        """Where everybody reads the answer it says neither what nor when: that is confirmed in private."""
        heard = self._wishes.hear(words, quoted, ctx.person, ctx.caller.language, ctx.locale)
        if not isinstance(heard, Wish):
            return Reply(lines(ctx.t("remind.group.unread"), ctx.t("remind.example")))
        schedule = await self._reminders.set(ctx.caller.user, ctx.caller.language, heard, ctx.caller.place, ctx.turn)
        confirmed = await self._reminders.confirm(ctx.caller.user, schedule, ctx.caller.place, ctx.turn)
        closed = confirmed is not None and not confirmed.arrived and confirmed.reason is not None
        return Reply((ctx.t("remind.group.closed" if closed else "remind.group.set"),))

    async def _set(self, ctx: Context, wish: Wish, how: How = How.NEW) -> Reply:
        caller = ctx.caller
        schedule = await self._reminders.set(caller.user, caller.language, wish, caller.place, ctx.turn)
        confirmed = await self._reminders.confirm(caller.user, schedule, caller.place, ctx.turn)
        first = await self._reminders.is_first(ctx.person, schedule)
        return await self._with_news(ctx, draw_set(await self._view(ctx), schedule, confirmed, how, first=first))

    def _named_in(self, ctx: Context, quoted: str) -> Wish | None:
        """Return the time that a message itself names, ahead, to be offered and not taken."""
        heard = self._wishes.hear(quoted, "", ctx.person, ctx.caller.language, ctx.locale) if quoted else None
        return heard if isinstance(heard, Wish) else None

    @press()
    async def take(self, ctx: Context, wish: str) -> Reply:
        """Set what a button says, in place. Pressed twice it is one reminder; late, it asks again."""
        meant = wish_of(wish)
        if meant.when.at > ctx.now:
            return await self._set(ctx, meant, How.EDIT)
        return replace(draw_unread(await self._view(ctx), Unread(Why.PAST, meant.subject)), how=How.EDIT)

    @press()
    async def here(self, ctx: Context, schedule: int) -> Reply:
        """Take the leave to say, where the reminder was set, that something waits; never what."""
        kept = await self._reminders.allow_here(ctx.caller.user, schedule)
        return replace(draw_set(await self._view(ctx), kept, how=How.EDIT), text=text(ctx.t("remind.confirm.allowed")))

    @press()
    async def again(self, ctx: Context, schedule: int) -> Reply:
        """Try the confirmation once more."""
        row = await self._reminders.row(ctx.caller.user, schedule)
        confirmed = await self._reminders.confirm(ctx.caller.user, row.schedule, ctx.caller.place, ctx.turn)
        return draw_set(await self._view(ctx), row.schedule, confirmed, How.EDIT)

    @press(lands=True)
    async def about(self, ctx: Context, resource: str) -> Reply:
        """Ask when to be reminded of a row of the catalogue; of a series, how often of its next unit."""
        row = self._wishes.resource(resource)
        if row is None:
            raise UnknownPress
        return draw_about(await self._view(ctx), row.id, self._wishes.series_of(row.id))

    @press(opens_form=True, lands=True)
    async def new(self, ctx: Context) -> Form:
        """Ask for a reminder in two fields."""
        return Form(ctx.t("remind.form.title"), Press.of("rm.added"), _fields(ctx, required=True))

    @submission
    async def added(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Set what a form says."""
        when, what = answers.get("when", ""), answers.get("what", "")
        return await self.remind(ctx, when or what, what if when else None)

    # the list

    @press(lands=True)
    async def turn(self, ctx: Context, offset: int) -> Reply:
        """Show the page of the list from `offset` on, in place."""
        return await self._listed(ctx, offset, How.EDIT)

    @press(lands=True)
    async def open(self, ctx: Context, schedule: int, offset: int) -> Reply:
        """Show one reminder and what can be done to it."""
        row = await self._reminders.row(ctx.caller.user, schedule)
        return draw_one(await self._view(ctx), row, offset)

    @press()
    async def pause(self, ctx: Context, schedule: int, offset: int) -> Reply:
        """Let it stand still."""
        await self._reminders.pause(ctx.caller.user, schedule)
        return await self._one(ctx, schedule, offset, "paused")

    @press()
    async def resume(self, ctx: Context, schedule: int, offset: int) -> Reply:
        """Let it go on."""
        await self._reminders.resume(ctx.caller.user, schedule)
        return await self._one(ctx, schedule, offset, "resumed")

    @press()
    async def stop(self, ctx: Context, schedule: int, offset: int) -> Reply:
        """End it."""
        await self._reminders.stop(ctx.caller.user, schedule)
        return await self._one(ctx, schedule, offset, "stopped")

    @press()
    async def undo(self, ctx: Context, schedule: int, version: int) -> Reply:
        """Take the last change back, or the setting itself."""
        kept = await self._reminders.undo(ctx.caller.user, ctx.person, schedule, version)
        if kept is None:
            return Reply((ctx.t("remind.taken_back"),), rows=((_mine(ctx),),), how=How.EDIT)
        return await self._one(ctx, schedule, 0, "put_back" if kept.version != version else "nothing_to_undo")

    @press(opens_form=True)
    async def edit(self, ctx: Context, schedule: int) -> Form:
        """Ask for a new time or a new subject; what is left empty stays."""
        return Form(ctx.t("remind.form.change"), Press.of("rm.edited", schedule), _fields(ctx, required=False))

    @submission
    async def edited(self, ctx: Context, schedule: int, *, answers: dict[str, str]) -> Reply:
        """Change what a form says; a time that is not understood changes nothing."""
        view = await self._view(ctx)
        words, what = answers.get("when", "").strip(), answers.get("what", "").strip()
        about = self._wishes.about(what, ctx.locale) if what else None
        when = None
        if words:
            heard = self._wishes.hear(words, "", ctx.person, ctx.caller.language, ctx.locale)
            if not isinstance(heard, Wish):
                why = "unsure" if isinstance(heard, tuple) else heard.why.value
                row = await self._reminders.row(ctx.caller.user, schedule)
                said = lines(ctx.t(f"remind.unread.{why}"), ctx.t("remind.example"))
                return replace(draw_one(view, row, 0), text=said)
            when, about = heard.when, about or _said_too(heard.subject)
        if when is None and about is None:
            return await self._one(ctx, schedule, 0, "unchanged")
        await self._reminders.edit(ctx.caller.user, schedule, when=when, subject=about)
        return await self._one(ctx, schedule, 0, "changed")

    @press(lands=True)
    async def sent(self, ctx: Context, offset: int) -> Reply:
        """Show what was delivered, the latest first."""
        offset = max(offset, 0)
        letters = await self._reminders.deliveries(ctx.person, PAGE + 1, offset)
        return draw_deliveries(await self._view(ctx), letters[:PAGE], offset, more=len(letters) > PAGE)

    async def _listed(self, ctx: Context, offset: int, how: How) -> Reply:
        if ctx.impersonal:
            return Reply((ctx.t("remind.private"),))
        view = await self._view(ctx)
        rows = await self._reminders.rows(ctx.person)
        said = await self._news(ctx, view)
        away = await self._aways.current(ctx.person)
        if away is not None:
            until = until_in_words(ctx, self._wishes, away.until) if away.until is not None else ""
            said.append(ctx.t("remind.away_until", moment=until) if until else ctx.t("remind.away"))
        return replace(draw_list(view, rows, offset, said), how=how)

    async def _one(self, ctx: Context, schedule: int, offset: int, done: str) -> Reply:
        row = await self._reminders.row(ctx.caller.user, schedule)
        return draw_one(await self._view(ctx), row, offset, ctx.t(f"remind.did.{done}"))

    # the buttons under a message

    @press()
    async def back(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """Show the message again as it came; what was moved of it comes no more."""
        on = _occasion(schedule, due, unit)
        kept = await self._occasions.not_later(ctx.caller.user, on)
        return draw_due(await self._view(ctx), on, _at(Subject.of(kept.payload), on), how=How.EDIT)

    @press()
    async def more(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """Show the other ways to go on."""
        on = _occasion(schedule, due, unit)
        row = await self._reminders.row(ctx.caller.user, schedule)
        return draw_more(await self._view(ctx), on, _at(row.subject, on))

    @press()
    async def later(self, ctx: Context, schedule: int, due: int, unit: str, to: Later) -> Reply:
        """Move this occurrence."""
        on = _occasion(schedule, due, unit)
        row = await self._occasions.later(ctx.caller.user, ctx.person, ctx.caller.language, on, to)
        return draw_moved(await self._view(ctx), on, row)

    @press()
    async def done(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """Write down that it is done; a series goes on."""
        on = _occasion(schedule, due, unit)
        row = await self._reminders.row(ctx.caller.user, schedule)
        done = await self._occasions.done(ctx.caller.user, ctx.caller.language, on)
        return draw_done(await self._view(ctx), on, _at(row.subject, on), done, "noted")

    @press()
    async def next(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """Leave this unit out."""
        on = _occasion(schedule, due, unit)
        row = await self._reminders.row(ctx.caller.user, schedule)
        done = await self._occasions.move_on(ctx.caller.user, on)
        return draw_done(await self._view(ctx), on, _at(row.subject, on), done, "left_out")

    @press()
    async def redo(self, ctx: Context, schedule: int, due: int, unit: str, version: int) -> Reply:
        """Take back *done* or *leave out*, and show the message as it came."""
        on = _occasion(schedule, due, unit)
        kept = await self._reminders.undo(ctx.caller.user, ctx.person, schedule, version)
        if kept is None:
            raise UnknownPress
        return draw_due(await self._view(ctx), on, _at(Subject.of(kept.payload), on), how=How.EDIT)

    @press()
    async def skip(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """Let it be for this time."""
        on = _occasion(schedule, due, unit)
        kept = await self._occasions.not_later(ctx.caller.user, on)
        active = kept.rule is not None and kept.state is ScheduleState.ACTIVE
        following = kept.next_due_at if active else None
        return draw_let_be(await self._view(ctx), on, _at(Subject.of(kept.payload), on), following)

    @press()
    async def end(self, ctx: Context, schedule: int, due: int, unit: str) -> Reply:
        """End the reminder, from its message."""
        _occasion(schedule, due, unit)
        return await self.stop(ctx, schedule, 0)

    # what is written to people

    @post
    async def due(
        self,
        ctx: Context,
        *,
        schedule: int,
        due: datetime,
        late: timedelta | None,
        was_down: bool,
        again: bool,
        payload: Mapping[str, Any],
    ) -> Reply | None:
        """Write the message of one occurrence; None when its person stopped it or let it be meanwhile.

        What a series is at by now, and whether what comes late is still wanted, is looked up.
        """
        view, about, before = self._letter(ctx), Subject.of(payload), False
        if about.series is not None or late is not None:
            kept = await self._occasions.still(schedule)
            if kept is None:
                return None
            about = Subject.of(kept.payload)
            before = self._occasions.came_before(kept, due)
        root, root_due = int(payload.get("root", schedule)), payload.get("root_due")
        first_due = datetime.fromtimestamp(int(root_due), UTC) if root_due is not None else due
        on = Occasion(ScheduleId(root), first_due, about.unit)
        reply = draw_due(view, on, about, was_down=was_down, again=again, before=before)
        if late is None:
            return reply
        shown = Occasion(on.schedule, due, on.unit)  # late by the time it was to come, moved or not
        marked = draw_due(view, shown, about, late=late, was_down=was_down, again=again, before=before)
        return replace(reply, text=marked.text)

    @post
    async def set(self, ctx: Context, *, schedule: int) -> Reply | None:
        """Write the confirmation of a reminder, where its messages will go."""
        kept = await self._reminders.find(schedule)
        if kept is None or kept.next_due_at is None:
            return None
        view = self._letter(ctx)
        undo = Button(ctx.t("remind.undo"), Press.of("rm.undo", kept.id, kept.version), personal=True)
        said = lines(ctx.t("remind.confirm.head"), when_set(view, kept), subject(view, Subject.of(kept.payload)))
        return Reply(said, rows=((undo, _mine(ctx)),))

    @post
    async def stuck(self, ctx: Context, *, schedule: int) -> Reply | None:
        """Write that a reminder could not go on and stands still until its person looks at it."""
        kept = await self._reminders.find(schedule)
        if kept is None or kept.state is not ScheduleState.PAUSED:
            return None
        return Reply(
            (ctx.t("remind.stuck", subject=plain_subject(self._letter(ctx), kept.payload)),), rows=((_mine(ctx),),)
        )

    @post
    async def waits(self, ctx: Context, *, user: str | None, locale: str) -> Reply:
        """Write, where others read, that a reminder waits for somebody: neither what nor when."""
        ctx = replace(ctx, locale=Locale(locale))
        who: Text = ()
        if user is not None:
            who = (Mention(UserRef.parse(user), ctx.t("remind.waits.you")), " ")
        return Reply(text(*who, ctx.t("remind.waits.line")), rows=((_mine(ctx),),), public=True)

    @post
    async def moved(self, ctx: Context, *, moved: Sequence[Sequence[Any]]) -> Reply | None:
        """Write that a country's clocks changed, so that reminders come at another moment than was said."""
        view = self._letter(ctx)
        rows: list[Text | str] = [ctx.t("remind.zone_data")]
        for number, _, at in moved:
            kept = await self._reminders.find(int(number))
            if kept is not None:
                named = plain_subject(view, kept.payload)
                rows.append(ctx.t("remind.zone_moved", subject=named, moment=moment(view, datetime.fromisoformat(at))))
        return Reply(lines(*rows), rows=((_mine(ctx),),)) if len(rows) > 1 else None

    # news

    async def _news(self, ctx: Context, view: View) -> list[Text | str]:
        """Return what could not be sent since the person was last here, told once."""
        letters: tuple[Letter, ...] = await self._reminders.untold(ctx.person)
        if not letters:
            return []
        last = letters[-1]
        named = plain_subject(view, last.payload)
        return [ctx.t("remind.untold", count=len(letters), subject=named, why=why_not(view, last))]

    async def _with_news(self, ctx: Context, reply: Reply) -> Reply:
        news = await self._news(ctx, await self._view(ctx))
        return replace(reply, text=lines(reply.text, *news)) if news else reply

    async def _view(self, ctx: Context) -> View:
        return replace(self._letter(ctx), cities=await self._cities.get())

    def _letter(self, ctx: Context) -> View:
        """Return the view of what names no zone."""
        return View(ctx, self._wishes, self._wishes.zone(ctx.person, ctx.caller.language), None)


def _fields(ctx: Context, *, required: bool) -> tuple[Field, ...]:
    key = "when" if required else "when_again"
    when = Field(
        "when", ctx.t(f"remind.form.{key}"), ctx.t("remind.form.when_like"), required=required, limit=LONGEST_WHEN
    )
    what = Field("what", ctx.t("remind.form.what"), ctx.t("remind.form.what_like"), required=False, limit=LONGEST_WHAT)
    return when, what


def _said_too(about: Subject) -> Subject | None:
    """Return what was said beside a new time, None when nothing was."""
    return about if about.text or about.series is not None else None


def _occasion(schedule: int, due: int, unit: str) -> Occasion:
    """Return the occurrence that a button names. Raises `UnknownPress` for what none of ours would."""
    if not 0 <= due <= _FARTHEST or not (unit == "" or (unit.isdecimal() and len(unit) < 6)):
        raise UnknownPress
    return Occasion(ScheduleId(schedule), datetime.fromtimestamp(due, UTC), int(unit) if unit else None)


def _at(about: Subject, on: Occasion) -> Subject:
    """Return the subject as it was at that occurrence: a series may have gone on since."""
    return replace(about, unit=on.unit) if about.series is not None and on.unit is not None else about


def _mine(ctx: Context) -> Button:
    return Button(ctx.t("remind.mine"), Press.of("rm.turn", 0), personal=True)


__all__ = ["Remind", "take"]
