"""Who presents when, for those who run a group: ask in the thread, look for a swap, or take a turn back.

An organiser never puts a turn on anybody: whoever presents took it on. Names are kept nowhere; where an answer is for
its reader alone, the platform shows them.
"""

from __future__ import annotations

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Mention, Text, lines, text
from bot.core.groups import Group, Member
from bot.core.reading import PresenterState
from bot.core.refs import UserRef
from bot.services.presenting import Presenting, Roster
from bot.services.turn_letters import TurnLetters
from cogs.manage._desk import Desk
from cogs.manage._words import button, moment_in_words

ORGANISER = Access.ORGANISER
SHOWN = 5  # of those whose turn comes
LONGEST_TITLE = 80


class Turns(Cog):
    """Shows the presenters of a group."""

    name = "turns"
    short = "trn"

    def __init__(self, desk: Desk, presenting: Presenting, letters: TurnLetters) -> None:
        """Work at `desk`; `presenting` keeps the turns, `letters` tell of them."""
        self._desk, self._presenting, self._letters = desk, presenting, letters

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Show who presents when, and whose turn comes after that."""
        return await self._show(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def ask(self, ctx: Context, group: int, cycle: int) -> Reply:
        """Ask in the thread who would present."""
        found = await self._desk.group(ctx, group)
        meeting = await self._meeting(found, cycle)
        if meeting is None or meeting.presenter is not None:
            return await self._show(ctx, found, "over")
        asked = await self._letters.look_for_presenter(meeting.cycle)
        return await self._show(ctx, found, "asked" if asked else "no_thread")

    @press(access=ORGANISER)
    async def swap(self, ctx: Context, group: int, cycle: int) -> Reply:
        """Ask in the thread who would present instead; whoever does now stays until somebody will."""
        found = await self._desk.group(ctx, group)
        meeting = await self._meeting(found, cycle)
        if meeting is None or meeting.presenter is None:
            return await self._show(ctx, found, "over")
        asked = await self._letters.look_for_swap(meeting.cycle, meeting.presenter)
        return await self._show(ctx, found, "swap_asked" if asked else "no_thread")

    @press(access=ORGANISER)
    async def cancel(self, ctx: Context, group: int, cycle: int) -> Reply:
        """Ask whether a turn shall be taken back: the presenter and the thread are told."""
        found = await self._desk.group(ctx, group)
        yes = button(ctx, "turns.cancel_yes", "trn.cancelled", found.id, cycle, style=Style.DANGER)
        back = button(ctx, "back", "trn.show", found.id)
        return Reply((ctx.t("organise.turns.cancel_ask"),), rows=((yes, back),), how=How.EDIT)

    @press(access=ORGANISER)
    async def cancelled(self, ctx: Context, group: int, cycle: int) -> Reply:
        """Take a turn back."""
        found = await self._desk.group(ctx, group)
        meeting = await self._meeting(found, cycle)
        relieved = await self._presenting.relieve(meeting.cycle) if meeting is not None else None
        if meeting is None or relieved is None:
            return await self._show(ctx, found, "over")
        await self._letters.relieved(meeting.cycle, relieved, swapped=False)
        await self._letters.cancelled(meeting.cycle, relieved)
        return await self._show(ctx, found, "cancelled")

    async def _meeting(self, group: Group, number: int) -> Roster | None:
        """Return a meeting ahead of this very group: a number of another's is nobody's here."""
        meetings, _ = await self._presenting.roster(group)
        return next((each for each in meetings if each.cycle.id == number), None)

    async def _show(self, ctx: Context, group: Group, said: str = "") -> Reply:
        meetings, turns = await self._presenting.roster(group)
        ahead = [self._row(ctx, group, each) for each in meetings] or [text(ctx.t("organise.turns.nothing"))]
        body = (*ahead, _after(ctx, turns)) if meetings else tuple(ahead)
        card = Card(ctx.t("organise.turns.title"), body, footer=ctx.t("organise.turns.footer"))
        rows = tuple(self._verbs(ctx, group, each) for each in meetings)
        back = button(ctx, "back", "org.panel", group.id)
        line = text(ctx.t(f"organise.turns.{said}")) if said else ()
        return Reply(line, cards=(card,), rows=(*rows, (back,)), how=How.EDIT)

    def _row(self, ctx: Context, group: Group, meeting: Roster) -> Text:
        when = moment_in_words(ctx, meeting.cycle.meeting_at, self._desk.groups.zone_of(group))
        paper = shorten(meeting.kept.paper.title, LONGEST_TITLE) if meeting.kept is not None else ""
        return lines(text(Bold(when)), paper, _who(ctx, meeting))

    def _verbs(self, ctx: Context, group: Group, meeting: Roster) -> tuple[Button, ...]:
        number = meeting.cycle.id
        if meeting.presenter is None:
            return (button(ctx, "turns.ask", "trn.ask", group.id, number),)
        if meeting.presenter.state is not PresenterState.ACCEPTED:
            return ()
        return (
            button(ctx, "turns.swap", "trn.swap", group.id, number),
            button(ctx, "turns.cancel", "trn.cancel", group.id, number),
        )


def _who(ctx: Context, meeting: Roster) -> Text:
    if meeting.presenter is not None:
        named = not ctx.impersonal and meeting.user is not None
        who: Text | str = _named(ctx, meeting.user) if named and meeting.user else ctx.t("organise.turns.taken")
        return text(ctx.t("organise.turns.presents"), " ", who)
    passed = ctx.t("organise.turns.passed", count=meeting.passed) if meeting.passed else ""
    return text(" ".join(part for part in (ctx.t("organise.turns.sought"), passed) if part))


def _after(ctx: Context, turns: tuple[Member, ...]) -> Text:
    """Return whose turn comes next: by name where only the reader sees it, else how many take turns."""
    if not turns:
        return text(ctx.t("organise.turns.nobody"))
    head = text(ctx.t("organise.turns.next", count=len(turns)))
    if ctx.impersonal:
        return head
    rows = [text(f"{number}. ", _named(ctx, _account(ctx, member))) for number, member in enumerate(turns[:SHOWN], 1)]
    return lines(head, *rows)


def _account(ctx: Context, member: Member) -> UserRef:
    """Return the account of a member on the reader's own platform, else their first."""
    users = [each.user for each in member.identities]
    return next((user for user in users if user.platform is ctx.platform), users[0])


def _named(ctx: Context, user: UserRef) -> Text:
    return (Mention(user, ctx.t(f"organise.turns.someone.{user.platform.value}"), quiet=True),)
