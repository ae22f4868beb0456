"""Who runs a group: how many do, calling another, letting in whoever wishes it, stepping down.

What is said of it in the group names nobody but whoever wishes to help, and that by their own press.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.reply import How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import lines
from bot.core.errors import NotHere, UnknownPress
from bot.core.groups import Group, GroupState
from bot.core.people import GroupId
from bot.core.refs import Platform, UserRef
from cogs.manage._desk import Desk
from cogs.manage._words import back_to_panel, button

ORGANISER = Access.ORGANISER


class People(Cog):
    """Shows who runs a group, and lets others in and oneself out."""

    name = "people"
    short = "ppl"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Say how many run the group, and offer to call another or to step down."""
        return await self._show(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def call(self, ctx: Context, group: int) -> Reply:
        """Ask in the group, for all to see, who would like to run it too."""
        found = await self._desk.group(ctx, group)
        if ctx.caller.place.space is None:
            raise NotHere(command="manage")
        wish = button(ctx, "people.wish", "ppl.wish", found.id, style=Style.PRIMARY)
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
        give = button(ctx, "people.give", "ppl.give", found.id, user.platform.value, user.id)
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
        yes = button(ctx, "people.down_yes", "ppl.leave", found.id, style=Style.DANGER)
        back = button(ctx, "back", "ppl.show", found.id)
        return Reply((ctx.t("organise.people.down_ask"),), rows=((yes, back),), how=How.EDIT)

    @press(access=ORGANISER)
    async def leave(self, ctx: Context, group: int) -> Reply:
        """Take the presser's own role back."""
        found = await self._desk.group(ctx, group)
        gone = ctx.person is not None and await self._desk.organisers.step_down(found.id, ctx.person)
        return Reply((ctx.t("organise.people.left" if gone else "organise.people.not_named"),), how=How.EDIT)

    @post
    async def inherited(self, ctx: Context, *, group: int) -> Reply | None:
        """Tell a chat that its admins run the group now."""
        found = await self._desk.groups.get(GroupId(group))
        if found is None:
            return None
        ctx = replace(ctx, locale=self._desk.groups.locale_of(found))
        return Reply((ctx.t("organise.people.inherited", name=found.name),))

    async def _show(self, ctx: Context, group: Group) -> Reply:
        named = await self._desk.organisers.of(group.id)
        people = {each.identity.person_id for each in named}
        said = [ctx.t("organise.people.count", count=len(people)) if people else ctx.t("organise.people.none")]
        said.append(ctx.t("organise.people.admins"))
        buttons = [] if ctx.caller.place.private else [button(ctx, "people.call_button", "ppl.call", group.id)]
        if ctx.person is not None and ctx.person.id in people:
            buttons.append(button(ctx, "people.down_button", "ppl.down", group.id))
        return Reply(lines(*said), rows=((*buttons, back_to_panel(ctx, group)),), how=How.EDIT)
