"""Which groups somebody may look at from where they are, and the one of them that they chose."""

from __future__ import annotations

from bot.chat.context import Context
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.services.groups import Groups


async def own_groups(ctx: Context, groups: Groups) -> tuple[Group, ...]:
    """Return the groups of the space; in a private chat those of the person, the last used first."""
    space = ctx.caller.place.space
    return await (groups.of_person(ctx.person) if space is None else groups.in_space(space))


async def chosen_group(ctx: Context, groups: Groups, number: int) -> Group:
    """Return one of them, which a private chat is about from now on. Raises `UnknownPress` for any other."""
    found = next((each for each in await own_groups(ctx, groups) if each.id == number), None)
    if found is None:
        raise UnknownPress
    if ctx.caller.place.private:
        await groups.use(ctx.caller.user, ctx.caller.language, found.id)
    return found
