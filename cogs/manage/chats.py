"""Where a group lives: another chat joins by a code that both sides confirm, and leaves again."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Code, lines, text
from bot.core.errors import NotHere
from bot.core.groups import Group
from bot.core.people import HomeId
from bot.core.refs import Platform
from bot.services.homes import Claimed, hash_of
from cogs.manage._desk import Desk
from cogs.manage._words import button

ORGANISER = Access.ORGANISER


class Chats(Cog):
    """Shows the chats of a group and takes one more in."""

    name = "chats"
    short = "cht"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Show where the group lives, and how another chat joins."""
        return await self._chats(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def code(self, ctx: Context, group: int) -> Reply:
        """Give a code to type in the other chat."""
        found = await self._desk.group(ctx, group)
        await self._desk.organisers.name(found.id, ctx.caller.user, ctx.caller.language)  # answers in private too
        code = await self._desk.homes.offer(found.id, ctx.caller.user, ctx.caller.language)
        typed = button(ctx, "join.look", "cht.look", found.id, hash_of(code), style=Style.PRIMARY)
        said = lines(text(Bold(ctx.t("organise.join.code")), " ", Code(code)), ctx.t("organise.join.how"))
        back = button(ctx, "back", "cht.show", found.id)
        return Reply(said, rows=((typed, back),), how=How.EDIT)

    @press(opens_form=True, access=ORGANISER)
    async def join(self, ctx: Context) -> Form:
        """Ask for a code that was made where the group lives."""
        field = Field("code", ctx.t("organise.join.label"), "K7QM-2XPD", limit=20)
        return Form(ctx.t("organise.join.title"), Press.of("cht.joined"), (field,))

    @submission(access=ORGANISER)
    async def joined(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Ask the group of a code to take this chat in."""
        place = ctx.caller.place
        if place.space is None:
            raise NotHere(command="manage")
        home = replace(place, thread=None) if place.platform is Platform.DISCORD else place
        claim = await self._desk.homes.claim(answers.get("code", ""), home, ctx.caller.user, ctx.caller.language)
        name = claim.group.name if claim.group is not None else ""
        again = () if claim.outcome is Claimed.ASKED else (button(ctx, "join.again", "cht.join"),)
        said = ctx.t(f"organise.join.{claim.outcome.value}", name=name) if name else ctx.t("organise.join.unknown")
        return Reply((said,), rows=(again,), how=How.EDIT)

    @press(access=ORGANISER)
    async def look(self, ctx: Context, group: int, code: str) -> Reply:
        """Show whether a code was typed, to say yes or no."""
        found = await self._desk.group(ctx, group)
        asked = await self._asked(ctx, code)
        if asked is not None:
            return replace(asked, how=How.EDIT)
        again = button(ctx, "join.look", "cht.look", found.id, code)
        back = button(ctx, "back", "cht.show", found.id)
        return Reply((ctx.t("organise.join.not_yet"),), rows=((again, back),), how=How.EDIT)

    @press(access=ORGANISER)
    async def answer(self, ctx: Context, code: str, yes: str) -> Reply:
        """Take this side's word about a chat that would join."""
        waiting = await self._desk.homes.waiting(code)
        if waiting is None:
            return Reply((ctx.t("organise.join.over"),), how=How.EDIT)
        group = await self._desk.group(ctx, waiting.group_id)
        done = await self._desk.homes.confirm(code, yes=yes == "yes")
        if done is None:
            return Reply((ctx.t("organise.join.over"),), how=How.EDIT)
        if yes != "yes":
            return Reply((ctx.t("organise.join.declined"),), how=How.EDIT)
        chats = await self._chats(ctx, group)
        return replace(chats, text=text(ctx.t("organise.join.done", title=done.title)))

    @press(access=ORGANISER)
    async def part_with(self, ctx: Context, group: int, home: int) -> Reply:
        """Ask whether a chat shall leave the group."""
        found = await self._desk.group(ctx, group)
        dwelling = next((each for each in await self._desk.homes.of(found.id) if each.home.id == home), None)
        if dwelling is None:
            return await self._chats(ctx, found)
        yes = button(ctx, "chats.leave_yes", "cht.parted", found.id, home, style=Style.DANGER)
        back = button(ctx, "back", "cht.show", found.id)
        return Reply((ctx.t("organise.chats.leave_ask", title=dwelling.title),), rows=((yes, back),), how=How.EDIT)

    @press(access=ORGANISER)
    async def parted(self, ctx: Context, group: int, home: int) -> Reply:
        """Let a chat leave the group; what was read stays the group's."""
        found = await self._desk.group(ctx, group)
        left = await self._desk.homes.leave(found.id, HomeId(home))
        chats = await self._chats(ctx, found)
        return replace(chats, text=text(ctx.t("organise.chats.left" if left else "organise.chats.last")))

    @post
    async def asked(self, ctx: Context, *, code: str) -> Reply | None:
        """Ask whoever made a code about the chat in which it was typed."""
        return await self._asked(ctx, code)

    async def _asked(self, ctx: Context, code: str) -> Reply | None:
        waiting = await self._desk.homes.waiting(code)
        if waiting is None:
            return None
        platform = ctx.t(f"choices.platform.{waiting.place.platform.value}")
        group = await self._desk.groups.get(waiting.group_id)
        name = group.name if group is not None else ""
        yes = button(ctx, "join.yes", "cht.answer", code, "yes", style=Style.PRIMARY)
        no = button(ctx, "join.no", "cht.answer", code, "no")
        return Reply(
            (ctx.t("organise.join.confirm", platform=platform, title=waiting.title, name=name),), rows=((yes, no),)
        )

    async def _chats(self, ctx: Context, group: Group) -> Reply:
        dwellings = await self._desk.homes.of(group.id)
        rows = [
            text(f"{number}. {ctx.t(f'choices.platform.{each.home.space.platform.value}')} · {each.title}")
            for number, each in enumerate(dwellings, 1)
        ]
        leave = tuple(
            Button(ctx.t("organise.chats.leave", number=number), Press.of("cht.part_with", group.id, each.home.id))
            for number, each in enumerate(dwellings, 1)
            if len(dwellings) > 1
        )
        card = Card(ctx.t("organise.chats.title"), (lines(*rows), text(ctx.t("organise.chats.about"))))
        last = [button(ctx, "chats.connect", "cht.code", group.id)]
        if not ctx.caller.place.private:
            last.append(button(ctx, "chats.move", "pst.show", group.id))
        return Reply(cards=(card,), rows=(leave[:5], (*last, button(ctx, "back", "org.panel", group.id))), how=How.EDIT)
