"""What a group is: its name, its zone, its language, how far it is, and its topics."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import MENU_CHOICES, shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, Form, How, Menu, Reply
from bot.chat.spec import Access
from bot.chat.text import lines
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.core.papers.paper import Difficulty
from bot.core.zones import Spot
from bot.i18n import Locale
from cogs.manage._desk import Desk
from cogs.manage._words import back_to_panel, button, fact, rows_of

ORGANISER = Access.ORGANISER
LONGEST_NAME = 60
ADD, TAKE = "+", "-"


class Basics(Cog):
    """Shows what a group is and changes it in place."""

    name = "basics"
    short = "bsc"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Show the name, the zone, the language, how far the group is, and its topics."""
        return await self._show(ctx, await self._desk.group(ctx, group))

    @press(opens_form=True, access=ORGANISER)
    async def rename(self, ctx: Context, group: int) -> Form:
        """Ask for another name."""
        field = Field("name", ctx.t("organise.basics.name"), limit=LONGEST_NAME)
        return Form(ctx.t("organise.basics.rename"), Press.of("bsc.renamed", group), (field,))

    @submission(access=ORGANISER)
    async def renamed(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Keep the name that was typed."""
        found = await self._desk.group(ctx, group)
        name = " ".join(answers.get("name", "").split())[:LONGEST_NAME]
        return await self._show(ctx, await self._desk.groups.change(found.id, name=name) if name else found)

    @press(opens_form=True, access=ORGANISER)
    async def city(self, ctx: Context, group: int) -> Form:
        """Ask for the group's city."""
        field = Field("city", ctx.t("settings.city.label"), ctx.t("settings.city.placeholder"), limit=LONGEST_NAME)
        return Form(ctx.t("settings.city.title"), Press.of("bsc.cited", group), (field,))

    @submission(access=ORGANISER)
    async def cited(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Set the zone of the city that was typed, or ask which one is meant."""
        found = await self._desk.group(ctx, group)
        words = " ".join(answers.get("city", "").split())
        heard = (await self._desk.cities.get()).find(words, ctx.now)
        if heard.zone is not None:
            return await self._show(ctx, await self._desk.groups.change(found.id, zone=heard.zone))
        key = "which" if heard.sure else "nearest" if heard.spots else "nowhere"
        spots = [self._spot(ctx, found, spot) for spot in heard.spots[:8]]
        said = ctx.t(f"settings.city.{key}", city=shorten(words, 40) or "?")
        return Reply((said,), rows=(*rows_of(spots, 2), (button(ctx, "back", "bsc.show", found.id),)), how=How.EDIT)

    @press(access=ORGANISER)
    async def zone(self, ctx: Context, group: int, zone: str) -> Reply:
        """Set the group's zone; the meeting keeps its hour."""
        found = await self._desk.group(ctx, group)
        if zone not in await self._desk.cities.get():
            raise UnknownPress
        return await self._show(ctx, await self._desk.groups.change(found.id, zone=zone))

    @press(access=ORGANISER)
    async def speak(self, ctx: Context, group: int, locale: Locale) -> Reply:
        """Set the language of the group's posts."""
        found = await self._desk.group(ctx, group)
        return await self._show(ctx, await self._desk.groups.change(found.id, locale=locale))

    @press(access=ORGANISER)
    async def level(self, ctx: Context, group: int, level: Difficulty) -> Reply:
        """Set how hard papers may be."""
        found = await self._desk.group(ctx, group)
        settings = replace(found.settings, stage=level)
        return await self._show(ctx, await self._desk.groups.change(found.id, settings=settings))

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
        return await self._show(ctx, changed)

    async def _show(self, ctx: Context, group: Group) -> Reply:
        cities, groups, library = await self._desk.cities.get(), self._desk.groups, self._desk.library
        chosen = [library.topic(each) for each in group.settings.topics]
        named = [each.name(ctx.locale) for each in chosen if each is not None]
        stage = group.settings.stage
        locale = groups.locale_of(group)
        rows = (
            fact(ctx, "name", group.name),
            fact(ctx, "zone", cities.name(groups.zone_of(group), ctx.locale)),
            fact(ctx, "speaks", ctx.t(f"choices.language.{locale.value}")),
            fact(ctx, "stage", ctx.t("organise.panel.open" if stage is None else f"organise.level.{stage.value}")),
            fact(ctx, "topics", ", ".join(named) or ctx.t("organise.panel.open")),
        )
        choices = tuple(
            Choice(f"✓ {each.name(ctx.locale)}", f"{TAKE}{each.id}")
            if each.id in group.settings.topics
            else Choice(each.name(ctx.locale), f"{ADD}{each.id}")
            for each in library.topics()
        )[:MENU_CHOICES]
        menu = Menu(ctx.t("organise.basics.topics"), Press.of("bsc.topic", group.id), choices)
        names = (
            button(ctx, "basics.rename", "bsc.rename", group.id),
            button(ctx, "basics.city", "bsc.city", group.id),
            *(
                Button(ctx.t(f"choices.language.{each.value}"), Press.of("bsc.speak", group.id, each))
                for each in Locale
                if each is not locale
            ),
        )
        levels = tuple(
            Button(ctx.t(f"organise.level.{each.value}"), Press.of("bsc.level", group.id, each)) for each in Difficulty
        )
        card = Card(ctx.t("organise.basics.title"), (lines(*rows),))
        return Reply(cards=(card,), menu=menu, rows=(names, levels, (back_to_panel(ctx, group),)), how=How.EDIT)

    def _spot(self, ctx: Context, group: Group, spot: Spot) -> Button:
        return Button(spot.label(ctx.locale), Press.of("bsc.zone", group.id, spot.zone))
