"""The half of `/settings` that connects a person's accounts: a code, the question on either side, and the way back.

Whose accounts they are and what connecting does is the service's; here is only what is said and pressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.chat.cog import Cog, post, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Code, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.people import Identity, IdentityId
from bot.core.refs import Platform
from bot.services.links import LONGEST_NAME, Account, Links, Look, Seen, Waiting

EXAMPLE = "K7QM-2XPD"
LONGEST_CODE = 40
_YES, _NO = "yes", "no"


class Connecting(Cog):
    """Connects a person's accounts and takes them apart. A base of the settings' cog, whose presses these are."""

    _links: Links

    @press()
    async def link(self, ctx: Context) -> Reply:
        """Say what connecting means, with the ways to begin; and what is connected, with the way to end it."""
        if ctx.impersonal:
            return Reply((ctx.t("settings.elsewhere"),))
        waiting = await self._links.waiting(ctx.caller.user)
        if waiting is not None:
            return draw_asked(ctx, waiting)
        accounts = await self._links.accounts(ctx.caller.user)
        rows: list[tuple[Button, ...]] = [
            (
                Button(ctx.t("settings.link.get"), Press.of("set.code"), style=Style.PRIMARY),
                Button(ctx.t("settings.link.have"), Press.of("set.type")),
            )
        ]
        said = [ctx.t("settings.link.what")]
        if len(accounts) > 1:
            said.insert(0, ctx.t("settings.link.accounts", accounts=in_words(ctx, accounts)))
            rows.append(_partings(ctx, accounts))
        return Reply(lines(*said), rows=(*rows, (_back(ctx),)), how=How.EDIT)

    # the side that makes the code

    @press()
    async def code(self, ctx: Context) -> Reply:
        """Give a code to type in the other app; an earlier one ends."""
        if ctx.impersonal:
            return Reply((ctx.t("settings.elsewhere"),))
        code = await self._links.offer(ctx.caller.user, ctx.caller.language, ctx.caller.name)
        said = lines(
            text(Bold(ctx.t("settings.link.code")), " ", Code(code)),
            text(ctx.t("settings.link.how"), " ", Code(f"/settings {code}")),
            ctx.t("settings.link.then"),
        )
        look = Button(ctx.t("settings.link.look"), Press.of("set.look"))
        return Reply(said, rows=((look, _back(ctx, "set.link")),), how=How.EDIT)

    @press()
    async def look(self, ctx: Context) -> Reply:
        """Show whether the code was typed, to say yes or no."""
        waiting = await self._links.waiting(ctx.caller.user)
        if waiting is not None:
            return draw_asked(ctx, waiting)
        again = Button(ctx.t("settings.link.look"), Press.of("set.look"))
        new = Button(ctx.t("settings.link.get"), Press.of("set.code"))
        return Reply((ctx.t("settings.link.not_yet"),), rows=((again, new, _back(ctx)),), how=How.EDIT)

    @press()
    async def tied(self, ctx: Context, code: str, word: str) -> Reply:
        """Take the first side's word."""
        if word not in (_YES, _NO):
            raise UnknownPress
        joined = await self._links.confirm(ctx.caller.user, code, yes=word == _YES)
        if joined is None:
            return Reply((ctx.t("settings.link.over"),), rows=((_back(ctx),),), how=How.EDIT)
        if not joined.accounts:
            return Reply((ctx.t("settings.link.declined"),), rows=((_back(ctx),),), how=How.EDIT)
        said = ctx.t("settings.link.joined", account=account_name(ctx, joined.account))
        return Reply((said,), rows=((_undo(ctx, joined.accounts), _back(ctx)),), how=How.EDIT)

    # the side that types it

    @press(opens_form=True)
    async def type(self, ctx: Context) -> Form:
        """Ask for the code of the other app."""
        field = Field("code", ctx.t("settings.link.label"), EXAMPLE, limit=LONGEST_CODE)
        return Form(ctx.t("settings.link.have"), Press.of("set.coded"), (field,))

    @submission
    async def coded(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Show whose account a code leads to, or why to nobody's."""
        return await self._typed(ctx, answers.get("code", ""))

    @press()
    async def tie(self, ctx: Context, code: str) -> Reply:
        """Take the typing side's word; the first side is asked."""
        look = await self._links.claim(ctx.caller.user, ctx.caller.language, ctx.caller.name, code)
        if look.seen is not Seen.FOUND or look.account is None:
            return _refused(ctx, look, How.EDIT)
        drop = Button(ctx.t("settings.link.drop"), Press.of("set.untie", code))
        said = ctx.t("settings.link.claimed", platform=_platform(ctx, look.account.platform))
        return Reply((said,), rows=((drop,),), how=How.EDIT)

    @press()
    async def untie(self, ctx: Context, code: str) -> Reply:
        """Let the code be."""
        await self._links.withdraw(ctx.caller.user, code)
        return Reply((ctx.t("settings.link.dropped"),), rows=((_back(ctx),),), how=How.EDIT)

    async def _typed(self, ctx: Context, code: str) -> Reply:
        if ctx.impersonal:
            return Reply((ctx.t("settings.elsewhere"),))
        look = await self._links.look(ctx.caller.user, code)
        if look.seen is not Seen.FOUND or look.account is None:
            return _refused(ctx, look)
        yes = Button(ctx.t("settings.link.ask"), Press.of("set.tie", look.hashed), style=Style.PRIMARY)
        no = Button(ctx.t("settings.link.no"), Press.of("set.untie", look.hashed))
        found = ctx.t("settings.link.found", account=account_name(ctx, look.account))
        return Reply(lines(found, ctx.t("settings.link.means")), rows=((yes, no),))

    # the way back

    @press()
    async def part(self, ctx: Context, account: int) -> Reply:
        """Ask whether an account shall be taken apart from the others."""
        accounts = await self._links.accounts(ctx.caller.user)
        going = next((each for each in accounts if each.id == account), None)
        if going is None or len(accounts) < 2:
            return Reply((ctx.t("settings.link.apart"),), rows=((_back(ctx),),), how=How.EDIT)
        yes = Button(ctx.t("settings.link.part_yes"), Press.of("set.split", account), style=Style.DANGER)
        no = Button(ctx.t("settings.link.keep"), Press.of("set.link"))
        asked = ctx.t("settings.link.part_ask", account=_label(ctx, accounts, going))
        return Reply((asked,), rows=((yes, no),), how=How.EDIT)

    @press()
    async def split(self, ctx: Context, accounts: str) -> Reply:
        """Take accounts apart: what was said from each is its own again. Pressed again it changes nothing."""
        gone = await self._links.part(ctx.caller.user, _numbers(accounts))
        key = "settings.link.apart" if gone is None else "settings.link.parted"
        return Reply((ctx.t(key),), rows=((_back(ctx),),), how=How.EDIT)

    # letters to the other side

    @post
    async def asked(self, ctx: Context, *, code: str) -> Reply | None:
        """Ask whoever made a code about the account it was typed from."""
        waiting = await self._links.waiting(ctx.caller.user, code)
        return None if waiting is None else draw_asked(ctx, waiting, How.NEW)

    @post
    async def joined(self, ctx: Context, *, platform: Platform, accounts: Sequence[int]) -> Reply | None:
        """Tell the side that typed the code that it is done."""
        if len(await self._links.accounts(ctx.caller.user)) < 2:
            return None  # undone meanwhile
        there = account_name(ctx, Account(Platform(platform)))  # a letter is kept longer than a name may be
        undo = _undo(ctx, [IdentityId(each) for each in accounts])
        return Reply((ctx.t("settings.link.joined_there", account=there),), rows=((undo,),))

    @post
    async def declined(self, ctx: Context, *, platform: Platform) -> Reply:
        """Tell the side that typed the code that the other said no."""
        return Reply((ctx.t("settings.link.declined_there", platform=_platform(ctx, Platform(platform))),))

    @post
    async def parted(self, ctx: Context, *, platform: Platform) -> Reply:
        """Tell a side that the other took the accounts apart."""
        return Reply((ctx.t("settings.link.parted_there", platform=_platform(ctx, Platform(platform))),))


def draw_asked(ctx: Context, waiting: Waiting, how: How = How.EDIT) -> Reply:
    """Return the first side's question."""
    yes = Button(ctx.t("settings.link.yes"), Press.of("set.tied", waiting.hashed, _YES), style=Style.PRIMARY)
    no = Button(ctx.t("settings.link.not_me"), Press.of("set.tied", waiting.hashed, _NO))
    return Reply(
        (ctx.t("settings.link.asked", account=account_name(ctx, waiting.account)),), rows=((yes, no),), how=how
    )


def account_name(ctx: Context, account: Account) -> str:
    """Return an account as it is said: its app, and what it is called there."""
    platform = _platform(ctx, account.platform)
    if not account.name:
        return ctx.t("settings.link.account", platform=platform)
    return ctx.t("settings.link.account_of", platform=platform, name=shorten(account.name, LONGEST_NAME))


def in_words(ctx: Context, accounts: Sequence[Identity]) -> str:
    """Return the apps that are connected, those of the same one by number."""
    return ", ".join(_label(ctx, accounts, each) for each in accounts)


def _label(ctx: Context, accounts: Sequence[Identity], account: Identity) -> str:
    alike = [each.id for each in accounts if each.user.platform is account.user.platform]
    platform = _platform(ctx, account.user.platform)
    return platform if len(alike) == 1 else f"{platform} {alike.index(account.id) + 1}"


def _partings(ctx: Context, accounts: Sequence[Identity]) -> tuple[Button, ...]:
    """Return a button for each account that can be taken from the others: with two, one is enough."""
    going = [each for each in accounts if each.user != ctx.caller.user]
    if len(going) == 1:
        return (Button(ctx.t("settings.link.part"), Press.of("set.part", going[0].id)),)
    return tuple(
        Button(ctx.t("settings.link.part_one", account=_label(ctx, accounts, each)), Press.of("set.part", each.id))
        for each in accounts
    )


def _refused(ctx: Context, look: Look, how: How = How.NEW) -> Reply:
    minutes = -(-int(look.wait.total_seconds()) // 60)
    said: Text = (ctx.t(f"settings.link.seen.{look.seen}", count=max(minutes, 1), example=EXAMPLE),)
    again = Button(ctx.t("settings.link.have"), Press.of("set.type"))
    return Reply(said, rows=((again, _back(ctx)),), how=how)


def _undo(ctx: Context, accounts: Iterable[IdentityId]) -> Button:
    return Button(ctx.t("settings.undo"), Press.of("set.split", ",".join(map(str, accounts))))


def _numbers(accounts: str) -> frozenset[IdentityId]:
    numbers = accounts.split(",")
    if not all(each.isdecimal() and len(each) < 12 for each in numbers):
        raise UnknownPress
    return frozenset(IdentityId(int(each)) for each in numbers)


def _platform(ctx: Context, platform: Platform) -> str:
    return ctx.t(f"choices.platform.{platform.value}")


def _back(ctx: Context, press: str = "") -> Button:
    return Button(ctx.t("kit.back"), Press.of(press) if press else Press.of(CALL, "settings"))
