"""What the ritual says beside the paper of the week: the recap with the ballot, lines in the thread, presenters.

The steps themselves are planned by the service; here they are put into words and their presses answered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.text import lines, text
from bot.core.cycle import WEEKS
from bot.core.errors import NotOrganiser, UnknownPress
from bot.core.people import GroupId
from bot.core.reading import Cycle, CycleId
from bot.core.refs import Platform
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.organisers import Organisers
from bot.services.presenting import Presenting
from bot.services.ritual import Ritual as Weeks
from bot.services.turn_letters import TurnLetters
from cogs.papers import day_of
from cogs.reading_words import SLOT, spoken_in, title_of, with_moment
from cogs.ritual._recap import draw_recap


class Rest(StrEnum):
    """What an organiser answers when a group has been silent."""

    REST = "rest"
    ON = "on"
    BIWEEKLY = "biweekly"


class Ritual(Cog):
    """Speaks for the group's week."""

    name = "ritual"
    short = "rit"

    def __init__(
        self,
        weeks: Weeks,
        presenting: Presenting,
        letters: TurnLetters,
        groups: Groups,
        organisers: Organisers,
        library: Library,
    ) -> None:
        """Take the services that know the week, the turns, what is said of them, the groups, who runs them, topics."""
        self._weeks, self._presenting, self._letters, self._groups = weeks, presenting, letters, groups
        self._organisers, self._library = organisers, library

    # posts

    @post
    async def recap(self, ctx: Context, *, group: int, past: int | None, coming: int) -> Reply | None:
        """Tell what was read, and ask what to read next; once the ballot is counted, tell how it ended."""
        seen = await self._weeks.looking(group, past, coming)
        if seen is None:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(seen.group))
        turns = len(await self._presenting.turns(seen.group, seen.coming))
        return draw_recap(ctx, seen, self._library, self._groups.zone_of(seen.group), turns)

    @post
    async def nudge(self, ctx: Context, *, group: int, cycle: int) -> Reply | None:
        """Say in the thread that there is a ten-minute way in, to nobody in particular."""
        found = await self._weeks.looking(group, None, cycle)
        if found is None or found.picked is None:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(found.group))
        return Reply((ctx.t("ritual.nudge"),))

    @post
    async def hour(self, ctx: Context, *, group: int, cycle: int) -> Reply | None:
        """Say where the group meets in an hour."""
        found = await self._weeks.looking(group, None, cycle)
        if found is None:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(found.group))
        zone = self._groups.zone_of(found.group)
        when = with_moment(ctx.t("ritual.hour", moment=SLOT), found.coming.meeting_at, found.group, zone)
        where = ctx.t("ritual.where", place=found.group.place) if found.group.place else ""
        paper = text(title_of(found.picked)) if found.picked is not None else ()
        return Reply(lines(when, where, paper))

    @post
    async def rest(self, ctx: Context, *, group: int, issues: int = 0) -> Reply | None:
        """Ask an organiser what to do with a silent group: for two meetings, or for so many `issues` of its digest."""
        found = await self._groups.get(GroupId(group))
        if found is None:
            return None
        silent = ctx.t("ritual.silent_digest", group=found.name, count=issues)
        silent = silent if issues else ctx.t("ritual.silent", group=found.name)
        said = lines(silent, ctx.t("ritual.silent_ask"))
        answers = [Rest.ON] + ([Rest.BIWEEKLY] if found.rhythm is not None and found.rhythm.weeks == WEEKS[0] else [])
        row = tuple(Button(ctx.t(f"ritual.rest.{each}"), Press.of("rit.resting", each, group)) for each in answers)
        rest = Button(ctx.t("ritual.rest.rest"), Press.of("rit.resting", Rest.REST, group), style=Style.PRIMARY)
        return Reply(said, rows=((rest, *row),))

    @post
    async def presenting(self, ctx: Context, *, cycle: int) -> Reply | None:
        """Tell somebody who took on to present, in private, when it is and how to give it back."""
        found = await self._weeks.cycle(CycleId(cycle))
        group = await self._groups.get(found.group_id) if found is not None else None
        if found is None or group is None:
            return None
        zone = self._groups.zone_of(group)
        when = with_moment(ctx.t("ritual.you_present", group=group.name, moment=SLOT), found.meeting_at, group, zone)
        shows = await self._presenting.shows_name(ctx.caller.user, found.group_id)
        verb, other = ("hide_name", "no") if shows else ("show_name", "yes")
        name = Button(ctx.t(f"ritual.{verb}"), Press.of("rit.named", cycle, other), personal=True)
        named = (name,) if ctx.platform is Platform.DISCORD else ()  # nowhere else is a name shown and nobody called
        swap = Button(ctx.t("ritual.find_swap"), Press.of("rit.swap", cycle), personal=True)
        back = Button(ctx.t("ritual.give_back"), Press.of("rit.decline", cycle), personal=True)
        return Reply(lines(when, ctx.t("ritual.how_to_present")), rows=((swap, back), named))

    @post
    async def cancelled(self, ctx: Context, *, cycle: int) -> Reply | None:
        """Tell the thread that whoever was to present cannot, and that somebody else may."""
        return await self._in_thread(ctx, cycle, "cancelled", "i_present", Press.of("rit.accept", cycle))

    @post
    async def sought(self, ctx: Context, *, cycle: int) -> Reply | None:
        """Ask the thread who would present."""
        return await self._in_thread(ctx, cycle, "presenter_wanted", "i_present", Press.of("rit.accept", cycle))

    @post
    async def swap_sought(self, ctx: Context, *, cycle: int, asked: str) -> Reply | None:
        """Ask the thread who would present in place of whoever does now, who stays until somebody will."""
        return await self._in_thread(ctx, cycle, "swap_sought", "i_swap", Press.of("rit.swaps", cycle, asked))

    @post
    async def relieved(self, ctx: Context, *, cycle: int, swapped: bool) -> Reply | None:
        """Tell somebody who was to present, in private, that they need not."""
        found = await self._weeks.cycle(CycleId(cycle))
        group = await self._groups.get(found.group_id) if found is not None else None
        if found is None or group is None:
            return None
        said = ctx.t("ritual.swapped" if swapped else "ritual.relieved", group=group.name, moment=SLOT)
        return Reply(with_moment(said, found.meeting_at, group, self._groups.zone_of(group)))

    # presses

    @press()
    async def accept(self, ctx: Context, cycle: int) -> Reply:
        """Let whoever presses present, if nobody else does."""
        found = await self._coming(cycle, ctx.now)
        accepted = await self._presenting.accept(ctx.caller.user, ctx.caller.language, found)
        if accepted is not None:
            await self._letters.presents(found, ctx.caller.user, accepted)
        return Reply((ctx.t("ritual.accepted" if accepted is not None else "ritual.taken"),), how=How.TOAST)

    @press(lands=True)
    async def decline(self, ctx: Context, cycle: int) -> Reply:
        """Show what passing means; it takes one more tap, since a link may have led here."""
        found = await self._coming(cycle, ctx.now)
        sure = Button(ctx.t("ritual.pass_sure"), Press.of("rit.passes", found.id), personal=True)
        return Reply((ctx.t("ritual.pass_ask"),), rows=((sure,),), how=How.EDIT)

    @press()
    async def passes(self, ctx: Context, cycle: int) -> Reply:
        """Take back an acceptance, which the thread is told, or pass this time, which nobody is told."""
        found = await self._coming(cycle, ctx.now)
        cancelled = await self._presenting.decline(ctx.caller.user, ctx.caller.language, found)
        if cancelled is not None:
            await self._letters.cancelled(found, cancelled)
        return Reply((ctx.t("ritual.gave_back" if cancelled is not None else "ritual.passed"),), how=How.EDIT)

    @press()
    async def swap(self, ctx: Context, cycle: int) -> Reply:
        """Look for somebody to swap with, for whoever presents; they stay until somebody is found."""
        found = await self._coming(cycle, ctx.now)
        presenter = await self._presenting.of(found.id)
        if presenter is None or ctx.person is None or presenter.person_id != ctx.person.id:
            return Reply((ctx.t("ritual.not_yours"),), how=How.EDIT)
        asked = await self._letters.look_for_swap(found, presenter)
        back = Button(ctx.t("ritual.give_back"), Press.of("rit.decline", cycle), personal=True)
        return Reply((ctx.t("ritual.swap_asked" if asked else "ritual.no_thread"),), rows=((back,),), how=How.EDIT)

    @press()
    async def named(self, ctx: Context, cycle: int, answer: str) -> Reply:
        """Set whether the presser's name may stand where it says who presents."""
        found = await self._coming(cycle, ctx.now)
        if answer not in ("yes", "no"):
            raise UnknownPress
        shows = answer == "yes"
        await self._presenting.show_name(ctx.caller.user, ctx.caller.language, found, named=shows)
        await self._letters.changed(found.id)
        verb, other = ("hide_name", "no") if shows else ("show_name", "yes")
        undo = Button(ctx.t(f"ritual.{verb}"), Press.of("rit.named", cycle, other), personal=True)
        said = ctx.t("ritual.name_shown" if shows else "ritual.name_hidden")
        return Reply((said,), rows=((undo,),), how=How.EDIT)

    @press()
    async def swaps(self, ctx: Context, cycle: int, asked: str) -> Reply:
        """Let whoever presses present in place of whoever looked for a swap."""
        found = await self._coming(cycle, ctx.now)
        done = await self._presenting.take_over(ctx.caller.user, ctx.caller.language, found, asked)
        if done is None:
            return Reply((ctx.t("ritual.swap_over"),), how=How.TOAST)
        before, now = done
        await self._letters.presents(found, ctx.caller.user, now)
        await self._letters.relieved(found, before, swapped=True)
        return Reply((ctx.t("ritual.accepted"),), how=How.TOAST)

    @press()
    async def resting(self, ctx: Context, answer: Rest, group: int) -> Reply:
        """Do what an organiser answered: let the group rest, go on, or meet every other week."""
        found = await self._groups.get(GroupId(group))
        if found is None:
            raise UnknownPress
        if not await self._organisers.may_run(found.id, ctx.person, ctx.caller.place, admin=ctx.caller.admin):
            raise NotOrganiser
        if answer is Rest.REST:
            return Reply((ctx.t("ritual.rests", group=found.name),), how=How.EDIT)
        if answer is Rest.BIWEEKLY and found.rhythm is not None:
            await self._groups.change(found.id, rhythm=replace(found.rhythm, weeks=WEEKS[1]))
        await self._groups.wake(found.id)
        return Reply((ctx.t(f"ritual.goes_on.{answer}", group=found.name),), how=How.EDIT)

    # within

    async def _in_thread(self, ctx: Context, cycle: int, said: str, verb: str, press: Press) -> Reply | None:
        """Return a line for the thread, in the group's language, with one thing to press."""
        found = await self._weeks.cycle(CycleId(cycle))
        group = await self._groups.get(found.group_id) if found is not None else None
        if found is None or group is None:
            return None
        ctx = spoken_in(ctx, self._groups.locale_of(group))
        thread = ctx.t("ritual.presenter_thread", day=day_of(ctx, found.meeting_at, self._groups.zone_of(group)))
        return Reply((ctx.t(f"ritual.{said}"),), rows=((Button(ctx.t(f"ritual.{verb}"), press),),), thread=thread)

    async def _coming(self, cycle: int, now: datetime) -> Cycle:
        found = await self._weeks.cycle(CycleId(cycle))
        if found is None or found.meeting_at + timedelta(hours=1) < now:
            raise UnknownPress
        return found
