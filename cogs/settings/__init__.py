"""`/settings`: what this person chose, in words, and a button to change each. Nobody types an id.

The cog asks and sets; `_choices` knows what can be chosen and reads it back, `_panel` draws; `_connect` is the half
that connects a person's accounts.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import command, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Field, Form, Reply
from bot.core.errors import UnknownPress
from bot.core.people import Preferences
from bot.i18n import Locale
from bot.services.cities import CityList
from bot.services.links import Links
from bot.services.members import Members, reachable
from cogs.settings._choices import Setting, changes, read, stored, time_of_day
from cogs.settings._connect import Connecting, draw_asked
from cogs.settings._panel import Defaults, View, draw_panel, draw_places, draw_question, in_words

__all__ = ["Defaults", "Settings"]

LONGEST_CITY = 80
LONGEST_TIME = 20
_SAID_BACK = 40  # characters of an unknown city


class Settings(Connecting):
    """Shows and changes what a person chose, and connects their accounts."""

    name = "settings"
    short = "set"

    def __init__(self, members: Members, cities: CityList, defaults: Defaults, links: Links) -> None:
        """Take what keeps choices, knows cities and connects accounts, and what holds for whoever chose nothing."""
        self._members, self._cities, self._defaults, self._links = members, cities, defaults, links

    @command(menu_private=120, talk=False)
    async def settings(self, ctx: Context, code: str | None = None) -> Reply:
        """Show every choice with a button to change it; with a code of another app, whose it is."""
        if ctx.impersonal:
            return Reply((ctx.t("settings.elsewhere"),))
        if code:
            return await self._typed(ctx, code)
        panel = draw_panel(await self._view(ctx))
        waiting = await self._links.waiting(ctx.caller.user) if ctx.person else None
        if waiting is None:
            return panel
        asked = draw_asked(ctx, waiting)
        return replace(panel, text=asked.text, rows=(*asked.rows, *panel.rows))

    @press(lands=True)
    async def ask(self, ctx: Context, what: Setting) -> Reply:
        """Show what can be chosen for one thing, in place."""
        return draw_question(await self._view(ctx), what)

    @press()
    async def put(self, ctx: Context, what: Setting, value: str) -> Reply:
        """Set one thing; an empty value takes the choice back. Pressing twice says the same thing twice."""
        return await self._set(ctx, what, value)

    @press()
    async def undo(self, ctx: Context, what: Setting, value: str) -> Reply:
        """Put back what was chosen before."""
        return await self._set(ctx, what, value, undoing=True)

    @press(opens_form=True)
    async def city(self, ctx: Context) -> Form:
        """Ask for a city in the person's own words."""
        field = Field("city", ctx.t("settings.city.label"), ctx.t("settings.city.placeholder"), limit=LONGEST_CITY)
        return Form(ctx.t("settings.city.title"), Press.of("set.typed"), (field,))

    @submission
    async def typed(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Set the zone of the city that was typed, or ask which one is meant."""
        words = " ".join(answers.get("city", "").split())
        view = await self._view(ctx)
        heard = view.cities.find(words, ctx.now)
        if heard.zone is not None:
            return await self._set(ctx, Setting.TIMEZONE, heard.zone)
        key = "which" if heard.sure else "nearest" if heard.spots else "nowhere"
        line = ctx.t(f"settings.city.{key}", city=shorten(words, _SAID_BACK) or "?")
        return draw_places(view, line, heard.spots)

    @press(opens_form=True)
    async def time(self, ctx: Context, what: Setting) -> Form:
        """Ask for a time of day in the person's own words; quiet hours have two."""
        names = ("from", "to") if what is Setting.QUIET else ("at",)
        fields = tuple(
            Field(name, ctx.t(f"settings.time.{name}"), ctx.t(f"settings.time.example_{name}"), limit=LONGEST_TIME)
            for name in names
        )
        return Form(ctx.t(f"settings.name.{what}"), Press.of("set.timed", what), fields)

    @submission
    async def timed(self, ctx: Context, what: Setting, *, answers: dict[str, str]) -> Reply:
        """Set the time that was typed, or say how one is written."""
        if not what.of_day:
            raise UnknownPress
        if what is Setting.QUIET:
            times = [
                time_of_day(answers.get("from", ""), evening=True),
                time_of_day(answers.get("to", ""), evening=False),
            ]
        else:
            times = [time_of_day(answers.get("at", ""), evening=what is Setting.EVENING)]
        if None in times:
            return draw_question(await self._view(ctx), what, ctx.t("settings.time.unread"))
        return await self._set(ctx, what, "-".join(str(time) for time in times))

    async def _set(self, ctx: Context, what: Setting, value: str, *, undoing: bool = False) -> Reply:
        view = await self._view(ctx)
        meant = read(what, value, view.cities, view.platforms)
        before = view.chosen
        after = await self._members.prefer(ctx.caller.user, ctx.caller.language, **changes(what, meant))
        ctx = replace(ctx, locale=self._locale(ctx, after))  # a new language answers at once
        view = replace(view, ctx=ctx, chosen=after)
        changed = stored(what, before) != stored(what, after)
        key = "settings.undone" if undoing else "settings.cleared" if meant is None else "settings.done"
        line = ctx.t(key, name=ctx.t(f"settings.name.{what}"), value=in_words(view, what))
        undo = Press.of("set.undo", what, stored(what, before)) if changed and not undoing else None
        return draw_panel(view, line, undo)

    async def _view(self, ctx: Context) -> View:
        chosen = ctx.person.preferences if ctx.person else Preferences()
        accounts = await self._members.accounts(ctx.person)
        platforms = reachable(accounts) or (ctx.platform,)
        return View(ctx, chosen, self._defaults, await self._cities.get(), platforms, accounts)

    def _locale(self, ctx: Context, chosen: Preferences) -> Locale:
        told = ctx.caller.language or (ctx.person.language if ctx.person else None)
        return chosen.locale or Locale.of(told, self._defaults.locale)
