"""`/paper`: what the group reads this week, and what one does about it; the weekly post and its questions.

A press sets, and what is personal is answered to the presser alone. `_week` draws what everybody sees, `_own` what one
person sees; notes are `cogs.paper.notes`, what was read before `cogs.paper.past`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from bot.chat.cog import Cog, FromMessage, command, post, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import CALL, Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import lines, text
from bot.core.errors import NotOrganiser, UnknownPress
from bot.core.groups import Group
from bot.core.papers.paper import PaperKind
from bot.core.progress import LONGEST as LONGEST_LINE
from bot.core.reading import ReaderState
from bot.core.reminders import Subject, When, Wish
from bot.core.schedule import as_utc, zone_or_utc
from bot.core.timewords import in_words
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.organisers import Organisers
from bot.services.reading import Reading, Week, code_of
from bot.services.wishes import Wishes
from cogs.own_groups import chosen_group, own_groups
from cogs.paper._own import (
    draw_ahead,
    draw_course,
    draw_end,
    draw_first,
    draw_kinds,
    draw_more,
    draw_panel,
    draw_reviews,
)
from cogs.paper._week import draw_prompts, draw_week
from cogs.paper._words import personal
from cogs.paper.notes import PaperNotes
from cogs.paper.past import PaperPast
from cogs.reading_words import spoken_in, title_of
from cogs.remind import take

LONGEST_WHICH = 200
_SOON = timedelta(minutes=30)


class Said(StrEnum):
    """What is said of one's reading; `NONE` takes it back. The values travel in buttons."""

    READING = "reading"
    FINISHED = "finished"
    SKIMMED = "skimmed"
    NONE = "none"

    @property
    def state(self) -> ReaderState | None:
        """Return the state that is meant."""
        return None if self is Said.NONE else ReaderState(self.value)


class Hard(StrEnum):
    """Whether a paper is too hard for somebody. The values travel in buttons."""

    YES = "yes"
    NO = "no"


class Paper(Cog):
    """Shows the paper of the week and takes what is said of it."""

    name = "paper"

    def __init__(
        self,
        reading: Reading,
        groups: Groups,
        organisers: Organisers,
        library: Library,
        wishes: Wishes,
        notes: PaperNotes,
        past: PaperPast,
    ) -> None:
        """Take the services behind it, and the halves that keep notes and know the past."""
        self._reading, self._groups, self._library, self._wishes = reading, groups, library, wishes
        self._organisers, self._notes, self._past = organisers, notes, past

    @command(menu_private=20, menu_group=10, on_message=True, lands=True, talk=False)
    async def paper(
        self, ctx: Context, which: str | None = None, message: Annotated[str | None, FromMessage()] = None
    ) -> Reply:
        """Show this week's paper; with words one of the past; on a message keep what was said as a note."""
        group = await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)
        words = _words(which)
        if group is None:
            return await self._no_group(ctx)
        return replace(await self._asked(ctx, group, which, words, message), mine=_mine(group, words))

    async def _asked(self, ctx: Context, group: Group, which: str | None, words: str, message: str | None) -> Reply:
        """Return what was asked of a group."""
        await self._reading.notice(group)
        if message and message.strip():
            week = await self._reading.now(group)
            quoted = not words and isinstance(week, Week) and week.paper.title in " ".join(message.split())
            if not quoted:  # whoever answers the post itself without a word asks for the paper
                return await self._notes.keep(ctx, week, which or message)
        return await self._meant(ctx, group, words)

    # posts

    @post
    async def week(self, ctx: Context, *, group: int, cycle: int) -> Reply | None:
        """Write the weekly post, in the group's language; None when its paper is gone."""
        week = await self._reading.of_cycle(cycle)
        if week is None or week.group.id != group:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(week.group))
        return draw_week(ctx, self._library, week, self._groups.zone_of(week.group))

    @post
    async def prompts(self, ctx: Context, *, group: int, cycle: int) -> Reply | None:
        """Write the questions for the thread."""
        week = await self._reading.of_cycle(cycle)
        if week is None or week.group.id != group:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(week.group))
        return Reply(draw_prompts(ctx, week, self._reading.terms(week)), public=True)

    # looking

    @press(lands=True)
    async def open(self, ctx: Context, code: str) -> Reply:
        """Show a week, in place."""
        return replace(await self._panel(ctx, await self._week(ctx, code)), how=How.EDIT)

    @press(lands=True)
    async def now(self, ctx: Context, code: str) -> Reply:
        """Show what a group reads now, in place."""
        group = await self._reading.group_of(code)
        if group is None:
            raise UnknownPress
        await self._visit(ctx, group)
        return replace(await self._now(ctx, group), how=How.EDIT)

    @press(lands=True)
    async def mine(self, ctx: Context, code: str, which: str) -> Reply:
        """Show the presser what was asked of the group of a code, in their own version."""
        group = await self._reading.group_of(code)
        if group is None:
            raise UnknownPress
        await self._visit(ctx, group)
        return replace(await self._meant(ctx, group, _words(which)), how=How.EDIT)

    @press()
    async def of(self, ctx: Context, group: int) -> Reply:
        """Show another of the person's own groups, which their private chat is about from now on."""
        found = await chosen_group(ctx, self._groups, group)
        return replace(await self._now(ctx, found), how=How.EDIT)

    @press(lands=True)
    async def first(self, ctx: Context, code: str) -> Reply:
        """Show what this person should read first. Nobody else is ever shown it."""
        week = await self._week(ctx, code)
        if ctx.impersonal:
            return _alone(ctx)
        return draw_first(ctx, self._library, week, self._reading.first(week, ctx.person, ctx.locale))

    @press(lands=True)
    async def end(self, ctx: Context, code: str) -> Reply:
        """Ask how one got through."""
        return _alone(ctx) if ctx.impersonal else draw_end(ctx, await self._week(ctx, code))

    @press(lands=True)
    async def more(self, ctx: Context, code: str) -> Reply:
        """Show everything else that can be done."""
        week = await self._week(ctx, code)
        return _alone(ctx) if ctx.impersonal else replace(await self._more(ctx, week), how=How.EDIT)

    @press(lands=True)
    async def ask(self, ctx: Context, code: str) -> Reply:
        """Show the questions for the kind of paper."""
        week = await self._week(ctx, code)
        back = personal(ctx.t("kit.back"), "paper.more", week.code)
        return Reply(draw_prompts(ctx, week, self._reading.terms(week)), rows=((back,),), how=How.EDIT)

    @press(lands=True)
    async def course(self, ctx: Context, code: str) -> Reply:
        """Show the ten-minute course."""
        return draw_course(ctx, await self._week(ctx, code))

    @press(lands=True)
    async def review(self, ctx: Context, code: str) -> Reply:
        """Show who explains the paper, once one is through with it or finds it hard."""
        week = await self._week(ctx, code)
        return _alone(ctx) if ctx.impersonal else draw_reviews(ctx, week, await self._reading.own(week, ctx.person))

    @press(lands=True)
    async def remind(self, ctx: Context, code: str) -> Reply:
        """Offer times to be reminded of the paper."""
        week = await self._week(ctx, code)
        back = personal(ctx.t("kit.back"), "paper.more", week.code)
        times = tuple((each,) for each in self._times(ctx, week))
        said = lines(text(title_of(week.kept)), ctx.t("paper.remind.question" if times else "paper.remind.late"))
        return Reply(said, rows=(*times, (back,)), how=How.EDIT)

    @press()
    async def share(self, ctx: Context, code: str) -> Reply:
        """Show the paper to everybody here, without anything personal."""
        week = await self._week(ctx, code)
        reply = draw_week(replace(ctx, person=None, impersonal=True), self._library, week, self._zone(week))
        back = Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))
        return replace(reply, rows=(*reply.rows, (back,)), thread=None)

    # saying

    @press()
    async def reading(self, ctx: Context, code: str) -> Reply:
        """Note that one reads it; again is the same."""
        week = await self._week(ctx, code)
        await self._stand(ctx, week, Said.READING)
        return Reply((ctx.t("paper.said.reading"),), how=How.TOAST)

    @press()
    async def stand(self, ctx: Context, code: str, said: Said) -> Reply:
        """Set how far one is, and show the week."""
        week = await self._week(ctx, code)
        was = await self._stand(ctx, week, said)
        if ctx.impersonal:
            return Reply((ctx.t(f"paper.said.{said}"),), how=How.TOAST)
        ctx = await self._acquainted(ctx)
        before = Said(was.value) if was is not None else Said.NONE
        undo = None if before is said or said is Said.NONE else Press.of("paper.stand", week.code, before)
        panel = await self._panel(ctx, await self._week(ctx, code), said=ctx.t(f"paper.said.{said}"), undo=undo)
        return replace(panel, how=How.EDIT)

    @press()
    async def hard(self, ctx: Context, code: str, said: Hard) -> Reply:
        """Set whether it is too hard: that is for oneself, and shown to nobody before three said so."""
        week, caller = await self._week(ctx, code), ctx.caller
        hard = said is Hard.YES
        await self._reading.too_hard(caller.user, caller.language, caller.place, week, too_hard=hard)
        line = ctx.t("paper.hard.said" if hard else "paper.hard.taken_back")
        if ctx.impersonal:
            return Reply((ctx.t("paper.hard.noted"),), how=How.TOAST)
        if hard:
            review = personal(ctx.t("paper.review.button"), "paper.review", week.code)
            first = Button(
                ctx.t("paper.first.button"), Press.of("paper.first", week.code), style=Style.PRIMARY, personal=True
            )
            back = personal(ctx.t("kit.back"), "paper.more", week.code)
            return Reply((line,), rows=((first, review, back),), how=How.EDIT)
        return replace(await self._more(await self._acquainted(ctx), week, said=line), how=How.EDIT)

    @press(access=Access.ORGANISER)
    async def kinds(self, ctx: Context, code: str) -> Reply:
        """Offer the kinds of paper."""
        week = await self._run(ctx, code)
        return draw_kinds(ctx, week)

    @press(access=Access.ORGANISER)
    async def kind(self, ctx: Context, code: str, kind: PaperKind) -> Reply:
        """Set what kind of paper it is."""
        week = await self._run(ctx, code)
        await self._reading.set_kind(week, kind)
        said = ctx.t("paper.kind.set", kind=ctx.t(f"papers.kind.{kind.value}"))
        return replace(await self._more(ctx, await self._week(ctx, code), said=said), how=How.EDIT)

    # within

    async def _week(self, ctx: Context, code: str) -> Week:
        """Return the week that a button means. Raises `UnknownPress`."""
        week = await self._reading.opened(code)
        if week is None:
            raise UnknownPress
        await self._visit(ctx, week.group)
        return week

    async def _visit(self, ctx: Context, group: Group) -> None:
        """Let a private chat be about the group whose button was pressed, which is not silent then."""
        caller = ctx.caller
        await self._reading.notice(group)
        await self._groups.visit(caller.user, caller.language, ctx.person, caller.place, group.id)

    async def _acquainted(self, ctx: Context) -> Context:
        """Return `ctx` with the presser, who may have been a stranger until they pressed."""
        return ctx if ctx.person is not None else replace(ctx, person=await self._reading.person(ctx.caller.user))

    async def _run(self, ctx: Context, code: str) -> Week:
        week = await self._week(ctx, code)
        if not await self._runs(ctx, week):
            raise NotOrganiser
        return week

    async def _runs(self, ctx: Context, week: Week) -> bool:
        caller = ctx.caller
        return await self._organisers.may_run(week.group.id, ctx.person, caller.place, admin=caller.admin)

    def _zone(self, week: Week) -> str:
        return self._groups.zone_of(week.group)

    async def _meant(self, ctx: Context, group: Group, words: str) -> Reply:
        """Return what a group reads now, or what `words` mean of its past."""
        if not words:
            return await self._now(ctx, group)
        found = await self._past.found(ctx, group, words)
        return found if isinstance(found, Reply) else await self._panel(ctx, await self._week(ctx, found))

    async def _now(self, ctx: Context, group: Group) -> Reply:
        found = await self._reading.now(group)
        if isinstance(found, Week):
            return await self._panel(ctx, found)
        return draw_ahead(ctx, found, self._groups.zone_of(group), await self._others(ctx, group))

    async def _panel(self, ctx: Context, week: Week, *, said: str = "", undo: Press | None = None) -> Reply:
        own = await self._reading.own(week, None if ctx.impersonal else ctx.person)
        others = await self._others(ctx, week.group)
        return draw_panel(ctx, self._library, week, own, self._zone(week), said=said, undo=undo, others=others)

    async def _more(self, ctx: Context, week: Week, *, said: str = "") -> Reply:
        own = await self._reading.own(week, ctx.person)
        return draw_more(ctx, week, own, runs=await self._runs(ctx, week), said=said)

    async def _stand(self, ctx: Context, week: Week, said: Said) -> ReaderState | None:
        caller, end = ctx.caller, "reading" if said is Said.READING else "through"
        title = shorten(" ".join((week.paper.short or week.paper.title).split()), LONGEST_LINE // 2)
        line = ctx.t(f"paper.log.{end}", title=title)
        return await self._reading.stand(caller.user, caller.language, caller.place, week, said.state, line)

    async def _others(self, ctx: Context, group: Group) -> tuple[Group, ...]:
        """Return the person's other groups, in a private chat."""
        if not ctx.caller.place.private:
            return ()
        return tuple(each for each in await self._groups.of_person(ctx.person) if each.id != group.id)

    async def _no_group(self, ctx: Context) -> Reply:
        """Say how a group begins; where several live in one server, ask which is meant."""
        living = await own_groups(ctx, self._groups)
        topics = personal(ctx.t("paper.no_group.meanwhile"), CALL, "recommend")
        if not living:
            return Reply(lines(ctx.t("paper.no_group.said"), ctx.t("paper.no_group.how")), rows=((topics,),))
        row = tuple(personal(shorten(each.name, 40), "paper.of", each.id) for each in living[:5])
        return Reply((ctx.t("paper.no_group.which"),), rows=(row,))

    def _times(self, ctx: Context, week: Week) -> Iterator[Button]:
        """Yield evenings before the meeting on which one may want to read."""
        habits = self._wishes.habits(ctx.person, ctx.caller.language)
        zone = zone_or_utc(habits.zone)
        today, meets = ctx.now.astimezone(zone).date(), week.cycle.meeting_at
        evening = time.fromisoformat(habits.evening)
        days = [today, today + timedelta(days=1), meets.astimezone(zone).date() - timedelta(days=1)]
        about = Subject(shorten(" ".join(week.paper.title.split()), 120))
        for day in sorted(set(days)):
            at = as_utc(datetime.combine(day, evening), zone.key)
            if ctx.now + _SOON < at < meets:
                label = in_words(at.astimezone(zone), ctx.locale, today=today)
                yield Button(label, take(Wish(about, When(at, zone=zone.key))), personal=True)


def _words(which: str | None) -> str:
    return " ".join((which or "").split())[:LONGEST_WHICH]


def _mine(group: Group, words: str) -> Press:
    return Press.of("paper.mine", code_of(group), words)


def _alone(ctx: Context) -> Reply:
    return Reply((ctx.t("paper.private"),))


__all__ = ["Paper", "PaperNotes", "PaperPast"]
