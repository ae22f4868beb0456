"""`/away`: reminders, roles and streak stand still together, until a day or until one is back.

Coming back by itself says nothing; /remind and /progress say until when somebody is away.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import lines, text
from bot.core.absence import back_after, last_day
from bot.core.errors import UnknownPress
from bot.core.schedule import zone_or_utc
from bot.core.timewords import Once, in_words, weekday_in_words
from bot.core.timewords import read as read_time
from bot.services.away import Aways
from bot.services.wishes import Wishes
from bot.storage.rows import Away

OFFERED_DAYS = (3, 7, 14)
LONGEST_DAYS = 370
_DIGITS = 11  # of a moment in seconds
OPEN_END, HERE = "open", "here"
_BACK_ON = re.compile(r"\s*back\b", re.IGNORECASE)  # the day that is named is the first one here again
_UNTIL = re.compile(r"^\s*(?:until|till|til|through|thru|back on|back)\s+|\s*까지(?:는|만)?\s*$", re.IGNORECASE)
_RESTING = re.compile(r"\s*(?:쉴게요|쉴래요|쉬어요|쉽니다|쉼)\s*$")
_LASTING = re.compile(
    r"(?<=[일주달월루틀흘새])\s*(?:동안|간|정도|쯤|만)(?:만)?\s*$|^\s*for\s+(?:about\s+)?", re.IGNORECASE
)
_SO_MANY_DAYS = re.compile(r"\d{1,3}\s*일")  # how long, as on the buttons; a day of the month is "3일까지"


class AwayCog(Cog):
    """Lets people be away."""

    name = "away"

    def __init__(self, aways: Aways, wishes: Wishes) -> None:
        """Take the service that keeps who is away, and the one that knows people's zones and days."""
        self._aways, self._wishes = aways, wishes

    @command()
    async def away(self, ctx: Context, until: str | None = None) -> Reply:
        """With a day: away until then. Bare: where one stands, and days to choose from."""
        if ctx.impersonal:
            return Reply((ctx.t("away.private"),))
        if not until:
            return self._panel(ctx, await self._aways.current(ctx.person))
        back = self._end(ctx, until)
        if back is None:
            said = lines(ctx.t("away.unread"), ctx.t("away.example"))
            return replace(self._panel(ctx, await self._aways.current(ctx.person)), text=said)
        return await self._leave(ctx, back)

    @press()
    async def leave(self, ctx: Context, days: str) -> Reply:
        """Be away for so many days, or until one is back."""
        if days == OPEN_END:
            return replace(await self._leave(ctx, None), how=How.EDIT)
        number = int(days) if days.isdecimal() and len(days) < 4 else 0
        number = min(max(number, 1), LONGEST_DAYS)
        return replace(await self._leave(ctx, self._morning_in(ctx, number)), how=How.EDIT)

    @press()
    async def back(self, ctx: Context) -> Reply:
        """Be back now."""
        woken = await self._aways.back(ctx.caller.user)
        return Reply(lines(ctx.t("away.back"), ctx.t("away.woken", count=woken) if woken else ""), how=How.EDIT)

    @press()
    async def everything(self, ctx: Context) -> Reply:
        """Ask whether all that comes by itself shall stop."""
        away = await self._aways.current(ctx.person)
        was = HERE if away is None else OPEN_END if away.until is None else str(int(away.until.timestamp()))
        yes = Button(ctx.t("away.stop.yes"), Press.of("away.stop", was), style=Style.DANGER, personal=True)
        return Reply(text(ctx.t("away.stop.ask")), rows=((yes, _settings(ctx)),), how=How.EDIT)

    @press()
    async def stop(self, ctx: Context, was: str) -> Reply:
        """Let nothing come by itself until the person is back; undone, it is as it `was` when it was asked."""
        await self._aways.leave(ctx.caller.user, ctx.caller.language, None)
        undo = Button(ctx.t("away.undo"), Press.of("away.go_on", was), personal=True)
        said = lines(ctx.t("away.stop.done"), ctx.t("away.stop.what"))
        return Reply(said, rows=((undo, _settings(ctx)),), how=How.EDIT)

    @press()
    async def go_on(self, ctx: Context, was: str) -> Reply:
        """Take the stop back: here again, or away as before."""
        if was == HERE:
            return await self.back(ctx)
        until = _moment(was, ctx.now)
        return replace(await self._leave(ctx, until), how=How.EDIT)

    async def _leave(self, ctx: Context, until: datetime | None) -> Reply:
        away = await self._aways.leave(ctx.caller.user, ctx.caller.language, until)
        undo = Button(ctx.t("away.undo"), Press.of("away.back"), personal=True)
        return Reply(lines(self._until(ctx, away), ctx.t("away.what")), rows=((undo,),))

    def _panel(self, ctx: Context, away: Away | None) -> Reply:
        if away is not None:
            back = Button(ctx.t("away.come_back"), Press.of("away.back"), style=Style.PRIMARY, personal=True)
            return Reply(lines(self._until(ctx, away), ctx.t("away.what")), rows=((back,), self._choices(ctx)))
        return Reply(lines(ctx.t("away.how"), ctx.t("away.example")), rows=(self._choices(ctx),))

    def _choices(self, ctx: Context) -> tuple[Button, ...]:
        days = [
            Button(ctx.t("away.days", count=number), Press.of("away.leave", number), personal=True)
            for number in OFFERED_DAYS
        ]
        return (*days, Button(ctx.t("away.open"), Press.of("away.leave", OPEN_END), personal=True))

    def _until(self, ctx: Context, away: Away) -> str:
        if away.until is None:
            return ctx.t("away.until_back")
        return ctx.t("away.until", moment=until_in_words(ctx, self._wishes, away.until))

    def _end(self, ctx: Context, words: str) -> datetime | None:
        """Return when somebody is back who says `words`: a day that is named without an hour is still a day off.

        "Two weeks" are fourteen days, this one counted. None for no time, a rule, or one too far off.
        """
        back_on = _BACK_ON.match(words) is not None
        habits = self._wishes.habits(ctx.person, ctx.caller.language)
        today = ctx.now.astimezone(zone_or_utc(habits.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        until, how_long = _readings(words)
        for said in (*until, *how_long):
            heard = read_time(said, ctx.now, habits)
            if not isinstance(heard, Once) and said in until:  # this day's morning is over, the day is not
                heard = read_time(said, today, habits)
                if not (isinstance(heard, Once) and heard.all_day and heard.at.date() == today.date()):
                    continue
            if isinstance(heard, Once) and heard.at <= ctx.now + timedelta(days=LONGEST_DAYS):
                if not heard.all_day:
                    return heard.at
                first_back = back_on or heard.relative or said in how_long
                return back_after(heard.at.date() - timedelta(days=first_back), habits)
        return None

    def _morning_in(self, ctx: Context, days: int) -> datetime:
        habits = self._wishes.habits(ctx.person, ctx.caller.language)
        today = ctx.now.astimezone(zone_or_utc(habits.zone)).date()
        return back_after(today + timedelta(days=days - 1), habits)


def _settings(ctx: Context) -> Button:
    return Button(ctx.t("kit.back"), Press.of(CALL, "settings"), personal=True)


def _moment(was: str, now: datetime) -> datetime | None:
    """Return the end that a button carries, None for an open one. Raises `UnknownPress` for none of ours."""
    if was == OPEN_END:
        return None
    if not was.isdecimal() or len(was) > _DIGITS:
        raise UnknownPress
    return min(datetime.fromtimestamp(int(was), UTC), now + timedelta(days=LONGEST_DAYS))


def _readings(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what may be read of `words` as until when, and what as how long: "2주", "two weeks", "3일 동안"."""
    said = _RESTING.sub("", words).strip()
    until, span = _UNTIL.sub("", said), _LASTING.sub("", said)
    lengths = (f"{span} 뒤", f"in {span}")
    if until != said:
        return (until,), lengths
    return () if _SO_MANY_DAYS.fullmatch(span) else (span,), lengths


def until_in_words(ctx: Context, wishes: Wishes, until: datetime) -> str:
    """Return until when somebody is away, in their own words: a day, or within a day a moment."""
    habits = wishes.habits(ctx.person, ctx.caller.language)
    zone = zone_or_utc(habits.zone)
    today, day = ctx.now.astimezone(zone).date(), last_day(until, habits)
    if day is None:
        return in_words(until.astimezone(zone), ctx.locale, today=today)
    return ctx.t("away.day", day=weekday_in_words(day, ctx.locale, today))
