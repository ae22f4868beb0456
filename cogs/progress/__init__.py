"""`/progress`: half a year of study as a picture and in words, for oneself alone; streak and board for who wants them.

A share is the person's own act and asks which of two: the picture, or this week's numbers alone. `_sheet` says what is
drawn; nothing here ever tells what was not done.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, File, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, lines, text
from bot.core.errors import UnknownPress
from bot.core.progress import DAILY, WEEKLY_DAYS, Aim, Weeks, aim_of
from bot.core.refs import Platform
from bot.pictures import Look, draw
from bot.services.away import Aways
from bot.services.library import Library
from bot.services.members import Members
from bot.services.study import BOARD_FROM, Progress, Seat, Study
from bot.services.wishes import Wishes
from cogs.away import until_in_words
from cogs.progress._sheet import every_week, headline, in_words, sheet_of, streak_words
from cogs.progress.words import duration

__all__ = ["ProgressCog"]

FILE = "progress.png"
_OFF = "off"
_LONGEST_NAME = 24
# How each platform looks before anybody changes it; which theme a reader has chosen is never told.
_USUAL = {Platform.DISCORD: Look.DARK, Platform.TELEGRAM: Look.LIGHT, Platform.CONSOLE: Look.LIGHT}


class ProgressCog(Cog):
    """Shows a person their own study."""

    name = "progress"

    def __init__(self, study: Study, library: Library, members: Members, aways: Aways, wishes: Wishes) -> None:
        """Take what counts, names resources, keeps choices, knows who is away, and when people's days begin."""
        self._study, self._library, self._members = study, library, members
        self._aways, self._wishes = aways, wishes

    @command(menu_private=70)
    async def progress(self, ctx: Context) -> Reply:
        """Show the picture with its text form, in the look that was chosen last."""
        chosen = ctx.person.preferences.look if ctx.person is not None else None
        return await self._show(ctx, Look(chosen) if chosen in set(Look) else _USUAL[ctx.platform])

    @press()
    async def show(self, ctx: Context, look: Look) -> Reply:
        """Draw the picture again, in another look, as it is drawn from now on."""
        if not ctx.impersonal and ctx.person is not None:
            await self._members.prefer(ctx.caller.user, ctx.caller.language, look=look.value)
        return await self._show(ctx, look, How.EDIT)

    @press()
    async def weeks(self, ctx: Context) -> Reply:
        """Tell every week in words."""
        if ctx.impersonal:
            return _private(ctx)
        progress = await self._progress(ctx)
        weeks = every_week(ctx, progress.weeks)
        if not weeks:
            return _nothing(ctx)
        return Reply(cards=(Card(ctx.t("progress.weeks_title"), (lines(*weeks),)),), rows=((_back(ctx),),))

    # the streak

    @press()
    async def streak(self, ctx: Context) -> Reply:
        """Offer what a streak may count."""
        if ctx.impersonal:
            return _private(ctx)
        return await self._streak(ctx)

    @press()
    async def aim(self, ctx: Context, value: str) -> Reply:
        """Set what the streak counts, or leave it."""
        if ctx.impersonal:
            return _private(ctx)
        aim = aim_of(value)
        if aim is None and value != _OFF:
            raise UnknownPress
        kept = aim.stored if aim else None
        person = ctx.person
        await self._members.prefer(ctx.caller.user, ctx.caller.language, streak=kept)
        before = (person.preferences.streak if person else None) or _OFF
        said = ctx.t("progress.streak.set", aim=_aim(ctx, aim)) if aim else ctx.t("progress.streak.left")
        undo = Button(ctx.t("progress.undo"), Press.of("progress.aim", before), personal=True)
        rows = ((undo, _back(ctx)),) if before != (kept or _OFF) else ((_back(ctx),),)
        rule = ctx.t("progress.streak.rule_weekly" if aim.days else "progress.streak.rule_daily") if aim else ""
        return Reply(lines(Bold(said), rule), rows=rows, how=How.EDIT)

    async def _streak(self, ctx: Context) -> Reply:
        progress = await self._progress(ctx)
        chosen = progress.streak.aim if progress.streak else None
        now = streak_words(ctx, progress.streak) if progress.streak else ctx.t("progress.streak.what")
        aims = [*(Aim(days) for days in WEEKLY_DAYS), Aim()]
        offered = tuple(
            Button(_aim(ctx, aim), Press.of("progress.aim", aim.stored), personal=True) for aim in aims if aim != chosen
        )
        leave = Button(ctx.t("progress.streak.leave"), Press.of("progress.aim", _OFF), personal=True)
        last = (leave, _back(ctx)) if chosen else (_back(ctx),)
        return Reply(lines(now, ctx.t("progress.streak.question")), rows=(offered, last))

    # the board

    @press()
    async def board(self, ctx: Context) -> Reply:
        """Show the group's board, and whether one is on it."""
        if ctx.impersonal:
            return _private(ctx)
        return await self._board(ctx, on=bool(ctx.person and ctx.person.preferences.board))

    @press()
    async def join(self, ctx: Context, value: str) -> Reply:
        """Go on the board, or off it."""
        if ctx.impersonal:
            return _private(ctx)
        if value not in ("on", _OFF):
            raise UnknownPress
        await self._members.prefer(ctx.caller.user, ctx.caller.language, board=value == "on")
        return await self._board(ctx, on=value == "on", how=How.EDIT)

    async def _board(self, ctx: Context, *, on: bool, how: How = How.NEW) -> Reply:
        seats = await self._study.board(ctx.caller.place, ctx.person, ctx.caller.language)
        rows = [text(ctx.t("progress.board.on" if on else "progress.board.off"))]
        rows.append(lines(*_seats(ctx, seats)) if seats else text(ctx.t("progress.board.few", count=BOARD_FROM)))
        switch = Press.of("progress.join", _OFF if on else "on")
        button = Button(ctx.t("progress.board.leave" if on else "progress.board.join"), switch, personal=True)
        card = Card(ctx.t("progress.board.title"), tuple(rows), footer=ctx.t("progress.board.nameless"))
        return Reply(cards=(card,), rows=((button, _back(ctx)),), how=how)

    # sharing

    @press()
    async def share(self, ctx: Context) -> Reply:
        """Ask what to show to everybody here."""
        if ctx.impersonal:
            return _private(ctx)
        picture = Button(ctx.t("progress.share.picture"), Press.of("progress.picture", _USUAL[ctx.platform]))
        numbers = Button(ctx.t("progress.share.numbers"), Press.of("progress.numbers"))
        return Reply(lines(ctx.t("progress.share.question")), rows=((picture, numbers, _back(ctx)),))

    @press()
    async def picture(self, ctx: Context, look: Look) -> Reply:
        """Show one's own picture to everybody here."""
        if ctx.impersonal:
            return _private(ctx)
        weeks = (await self._progress(ctx)).weeks
        if not weeks.by_day:
            return _nothing(ctx)
        file = await self._picture(ctx, weeks, look, _title(ctx))
        return Reply(file=file, rows=((_unshare(ctx),),), public=True)

    @press()
    async def numbers(self, ctx: Context) -> Reply:
        """Show this week's numbers to everybody here, without a name."""
        if ctx.impersonal:
            return _private(ctx)
        weeks = (await self._progress(ctx)).weeks
        if not weeks.by_day:
            return _nothing(ctx)
        total = weeks.current if weeks.current.days else weeks.whole
        key = "progress.share.week" if weeks.current.days else "progress.share.weeks"
        said = ctx.t(key, days=ctx.t("progress.days", count=total.days), count=len(weeks.by_week))
        time = ctx.t("progress.share.time", time=duration(ctx, total.minutes)) if total.minutes else ""
        return Reply(text(" ".join(filter(None, (said, time)))), rows=((_unshare(ctx),),), public=True)

    # the picture

    async def _progress(self, ctx: Context) -> Progress:
        return await self._study.progress(ctx.person, ctx.caller.language)

    async def _show(self, ctx: Context, look: Look, how: How = How.NEW) -> Reply:
        if ctx.impersonal:
            return _private(ctx)
        progress = await self._progress(ctx)
        away = await self._away(ctx)
        if not progress.weeks.by_day:
            empty = _nothing(ctx)
            return replace(empty, text=lines(*away, empty.text))
        file = await self._picture(ctx, progress.weeks, look, ctx.t("progress.title"))
        said = lines(*away, *headline(ctx, progress.weeks, progress.streak))
        return Reply(said, file=file, rows=_buttons(ctx, look), how=how)

    async def _away(self, ctx: Context) -> tuple[str, ...]:
        """Return the line that says until when somebody is away."""
        away = await self._aways.current(ctx.person)
        if away is None:
            return ()
        if away.until is None:
            return (ctx.t("progress.away"),)
        return (ctx.t("progress.away_until", moment=until_in_words(ctx, self._wishes, away.until)),)

    async def _picture(self, ctx: Context, weeks: Weeks, look: Look, title: str) -> File:
        rows = (self._library.resource(each) for each in weeks.finished)
        finished = [row.name(ctx.locale) for row in rows if row is not None]
        content = await draw(sheet_of(ctx, weeks, finished, title), look)
        return File(FILE, content, alt=in_words(ctx, weeks, finished))


def _buttons(ctx: Context, look: Look) -> tuple[tuple[Button, ...], ...]:
    other = Look.LIGHT if look is Look.DARK else Look.DARK
    first = [
        Button(ctx.t("progress.by_week"), Press.of("progress.weeks"), personal=True),
        Button(ctx.t("progress.streak.button"), Press.of("progress.streak"), personal=True),
        Button(ctx.t("progress.board.button"), Press.of("progress.board"), personal=True),
    ]
    second = [Button(ctx.t(f"progress.look.{other}"), Press.of("progress.show", other), personal=True)]
    if not ctx.caller.place.private:
        second.append(Button(ctx.t("kit.share"), Press.of("progress.share"), personal=True))
    return tuple(first), tuple(second)


def _private(ctx: Context) -> Reply:
    return Reply((ctx.t("progress.private"),))


def _nothing(ctx: Context) -> Reply:
    """Say how it begins; what is chosen of streak and board can be chosen already."""
    write = Button(ctx.t("progress.write"), Press.of(CALL, "log"), style=Style.PRIMARY, personal=True)
    streak = Button(ctx.t("progress.streak.button"), Press.of("progress.streak"), personal=True)
    board = Button(ctx.t("progress.board.button"), Press.of("progress.board"), personal=True)
    return Reply(lines(ctx.t("progress.empty"), ctx.t("progress.how")), rows=((write, streak, board),))


def _back(ctx: Context) -> Button:
    return Button(ctx.t("kit.back"), Press.of(CALL, "progress"), personal=True)


def _unshare(ctx: Context) -> Button:
    return Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))


def _title(ctx: Context) -> str:
    """Return the title of a shared picture: whoever shares their own may be named by it."""
    name = shorten(" ".join(ctx.caller.name.split()), _LONGEST_NAME)
    return ctx.t("progress.title_of", name=name) if name else ctx.t("progress.title")


def _aim(ctx: Context, aim: Aim) -> str:
    if aim.days is None:
        return ctx.t(f"progress.streak.aim.{DAILY}")
    return ctx.t("progress.streak.aim.weekly", days=aim.days)


def _seats(ctx: Context, seats: tuple[Seat, ...]) -> list[str]:
    """Return a line for each seat, one's own told apart; nobody is named."""
    rows = []
    for seat in seats:
        time = duration(ctx, seat.minutes) if seat.minutes else ""
        own = ctx.t("progress.board.me") if seat.mine else ""
        rows.append(" · ".join(filter(None, (ctx.t("progress.days", count=seat.days), time, own))))
    return rows
