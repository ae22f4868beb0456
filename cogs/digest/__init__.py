"""`/digest` and the weekly issue: the latest one, what one missed, what one saved, all that came before.

The post is one screen; everything else is behind its buttons, for the presser alone. What organisers do with issues is
in `/manage`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.chat.cog import Cog, command, post, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import CALL, Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.digest.issue import NEWS, Entry, KeptIssue
from bot.core.digest.signals import Signal
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.core.people import GroupId
from bot.services.archive import Archives
from bot.services.digest import Digests, code_of_issue, code_of_sign
from bot.services.groups import Groups
from bot.services.reading import Reading, code_of
from cogs.digest.draw import (
    NOTHING_SAID,
    Behind,
    Lean,
    draw_issue,
    draw_part,
    draw_story,
    name_of,
    span_of,
    title_of,
)
from cogs.own_groups import chosen_group, own_groups
from cogs.reading_words import SLOT, with_moment

PAGE = 5
LONGEST_WORDS = 60
TITLES = 3  # of an issue that was missed
IN_A_ROW = 5
_NUMBER = re.compile(r"\d{1,6}")
_MISSED = re.compile(r"놓친|못 ?본|miss", re.IGNORECASE)
_SAVED = re.compile(r"담은|담아|저장|save", re.IGNORECASE)
_PAST = re.compile(r"지난|모두|전체|archive|past|all", re.IGNORECASE)


class Digest(Cog):
    """Shows issues and takes what is said of their stories."""

    name = "digest"
    short = "dg"

    def __init__(self, digests: Digests, groups: Groups, reading: Reading, archives: Archives) -> None:
        """Take the services that know issues, groups, whom a code stands for, and where the pages are."""
        self._digests, self._groups, self._reading, self._archives = digests, groups, reading, archives

    @command(menu_private=80, menu_group=35, lands=True)
    async def digest(self, ctx: Context, issue: str | None = None) -> Reply:
        """Show the latest issue, or what is asked for by its number or by a word."""
        words = " ".join((issue or "").split())[:LONGEST_WORDS]
        if _SAVED.search(words):
            return _alone(ctx) if ctx.impersonal else await self._saved(ctx, 0)
        group = await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)
        if group is None:
            return await self._no_group(ctx)
        return replace(await self._meant(ctx, group, words), mine=Press.of("dg.mine", code_of(group), words))

    async def _meant(self, ctx: Context, group: Group, words: str) -> Reply:
        """Return what `words` mean of a group's issues; none mean the latest."""
        await self._reading.notice(group)
        if _MISSED.search(words):
            return _alone(ctx) if ctx.impersonal else await self._missed(ctx, group)
        number = _NUMBER.search(words)
        if number is not None:
            return await self._numbered(ctx, group, int(number[0]))
        return await (self._past(ctx, group, None) if _PAST.search(words) else self._latest(ctx, group))

    # posts

    @post
    async def week(self, ctx: Context, *, issue: int) -> Reply | None:
        """Write the week's issue, in the group's language; None when it is gone."""
        kept = await self._digests.get(issue)
        group = await self._groups.get(kept.group_id) if kept is not None else None
        if kept is None or group is None:
            return None
        return replace(await self._drawn(ctx, kept, group), public=True)

    @post
    async def quiet(self, ctx: Context, *, group: int, line: str) -> Reply | None:
        """Say that nothing was new."""
        found = await self._groups.get(GroupId(group))
        return Reply((line,), public=True) if found is not None else None

    # looking

    @press(lands=True)
    async def open(self, ctx: Context, code: str) -> Reply:
        """Show an issue, in place."""
        kept, group = await self._opened(ctx, code)
        return replace(await self._issue(ctx, kept, group), how=How.EDIT)

    @press(lands=True)
    async def part(self, ctx: Context, code: str, behind: Behind) -> Reply:
        """Show everything of a part, in place."""
        kept, group = await self._opened(ctx, code)
        await self._look(ctx, group, (kept,))
        return draw_part(ctx, kept, group, self._zone(group), behind)

    @press(lands=True)
    async def one(self, ctx: Context, code: str, sign: str) -> Reply:
        """Show one story, in place."""
        kept, group = await self._opened(ctx, code)
        entry = _entry(kept, sign)
        return _gone(ctx) if entry is None else await self._story(ctx, kept, group, entry)

    @press(lands=True)
    async def mine(self, ctx: Context, code: str, words: str) -> Reply:
        """Show the presser what was asked of the group of a code, in their own version."""
        group = await self._group(ctx, code)
        return replace(await self._meant(ctx, group, words[:LONGEST_WORDS]), how=How.EDIT)

    @press()
    async def of(self, ctx: Context, group: int) -> Reply:
        """Show another of the person's own groups, which their private chat is about from now on."""
        found = await chosen_group(ctx, self._groups, group)
        return replace(await self._latest(ctx, found), how=How.EDIT)

    @press(lands=True)
    async def past(self, ctx: Context, code: str, before: int) -> Reply:
        """Show the issues before a number, in place."""
        group = await self._group(ctx, code)
        return replace(await self._past(ctx, group, before or None), how=How.EDIT)

    @press()
    async def missed(self, ctx: Context, code: str) -> Reply:
        """Show what one missed, in place."""
        group = await self._group(ctx, code)
        return _alone(ctx) if ctx.impersonal else replace(await self._missed(ctx, group), how=How.EDIT)

    @press()
    async def seen(self, ctx: Context, code: str) -> Reply:
        """Count everything as seen."""
        group = await self._group(ctx, code)
        await self._look(ctx, group, await self._digests.missed(group, ctx.person))
        return replace(await self._latest(ctx, group, ctx.t("digest.missed.done")), how=How.EDIT)

    @press()
    async def share(self, ctx: Context, code: str) -> Reply:
        """Show an issue to everybody here."""
        kept, group = await self._opened(ctx, code)
        reply = await self._drawn(replace(ctx, person=None, impersonal=True), kept, group)
        back = Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))
        return replace(reply, rows=(*reply.rows, (back,)), public=True)

    # saying

    @press()
    async def save(self, ctx: Context, code: str, sign: str) -> Reply:
        """Put a story on one's list; again is the same."""
        return await self._keep(ctx, code, sign, saved=True)

    @press()
    async def unsave(self, ctx: Context, code: str, sign: str) -> Reply:
        """Take a story off one's list."""
        return await self._keep(ctx, code, sign, saved=False)

    @press()
    async def lean(self, ctx: Context, code: str, sign: str, lean: Lean) -> Reply:
        """Note whether one would have more or less of such; nobody else sees it."""
        kept, group = await self._opened(ctx, code)
        entry, caller = _entry(kept, sign), ctx.caller
        if entry is None:
            return _gone(ctx)
        await self._digests.lean(caller.user, caller.language, caller.place, group, entry, lean.voice)
        said = ctx.t(f"digest.story.{lean.value}_said")
        if ctx.impersonal:
            return Reply((said,), how=How.TOAST)
        return await self._story(await self._acquainted(ctx), kept, group, entry, said)

    @press()
    async def saved(self, ctx: Context, offset: int) -> Reply:
        """Show what one saved, in place."""
        return _alone(ctx) if ctx.impersonal else replace(await self._saved(ctx, offset), how=How.EDIT)

    @press()
    async def drop(self, ctx: Context, group: int, sign: str, offset: int) -> Reply:
        """Take a story off one's list, from the list."""
        for each in await self._digests.saved(ctx.person):
            if each.group_id == group and code_of_sign(each.sign) == sign:
                await self._digests.forget(ctx.caller.user, ctx.caller.language, each)
        return replace(await self._saved(ctx, offset, ctx.t("digest.saved.dropped")), how=How.EDIT)

    # within

    async def _opened(self, ctx: Context, code: str) -> tuple[KeptIssue, Group]:
        """Return the issue that a button means, with its group. Raises `UnknownPress`."""
        found = await self._digests.opened(code)
        if found is None:
            raise UnknownPress
        await self._visit(ctx, found[1])
        return found

    async def _group(self, ctx: Context, code: str) -> Group:
        found = await self._reading.group_of(code)
        if found is None:
            raise UnknownPress
        await self._visit(ctx, found)
        return found

    async def _visit(self, ctx: Context, group: Group) -> None:
        """Let a private chat be about the group whose button was pressed, which is not silent then."""
        caller = ctx.caller
        await self._reading.notice(group)
        await self._groups.visit(caller.user, caller.language, ctx.person, caller.place, group.id)

    def _zone(self, group: Group) -> str:
        return self._groups.zone_of(group)

    async def _drawn(self, ctx: Context, kept: KeptIssue, group: Group) -> Reply:
        """Return an issue as everybody sees it; its title leads to its page, where there is one."""
        page = await self._archives.link(group.id, kept.number)
        return draw_issue(ctx, kept, group, self._zone(group), page)

    async def _acquainted(self, ctx: Context) -> Context:
        """Return `ctx` with the presser, who may have been a stranger until they pressed."""
        return ctx if ctx.person is not None else replace(ctx, person=await self._reading.person(ctx.caller.user))

    async def _look(self, ctx: Context, group: Group, kept: Sequence[KeptIssue]) -> None:
        """Note what somebody looked at; looking alone makes nobody known to us."""
        if ctx.person is not None and not ctx.impersonal and kept:
            caller = ctx.caller
            await self._digests.look(caller.user, caller.language, caller.place, group, kept)

    async def _keep(self, ctx: Context, code: str, sign: str, *, saved: bool) -> Reply:
        kept, group = await self._opened(ctx, code)
        entry, caller = _entry(kept, sign), ctx.caller
        if entry is None:
            return _gone(ctx)
        await self._digests.save(caller.user, caller.language, caller.place, group, entry, saved=saved)
        said = ctx.t("digest.story.saved" if saved else "digest.story.unsaved")
        if ctx.impersonal:
            return Reply((said,), how=How.TOAST)
        return await self._story(await self._acquainted(ctx), kept, group, entry, said)

    async def _numbered(self, ctx: Context, group: Group, number: int) -> Reply:
        kept = await self._digests.numbered(group, number)
        if kept is None:
            return await self._latest(ctx, group, ctx.t("digest.none.number", number=number))
        return await self._issue(ctx, kept, group)

    async def _latest(self, ctx: Context, group: Group, said: str = "") -> Reply:
        found = await self._digests.latest(group)
        if not found:
            return await self._none_yet(ctx, group, said)
        return await self._issue(ctx, found[0], group, said)

    async def _issue(self, ctx: Context, kept: KeptIssue, group: Group, said: str = "") -> Reply:
        """Return an issue with everything around it; alone with the person, what they missed and saved too."""
        reply = replace(await self._drawn(ctx, kept, group), text=text(said))
        code = code_of(group)
        past = Button(ctx.t("digest.read.past"), Press.of("dg.past", code, 0), personal=True)
        if ctx.impersonal:
            return replace(reply, rows=(*reply.rows, (past,)))
        await self._look(ctx, group, (kept,))
        missed = [each for each in await self._digests.missed(group, ctx.person) if each.id != kept.id]
        around = [past, Button(ctx.t("digest.read.saved"), Press.of("dg.saved", 0), personal=True)]
        if missed:
            label = ctx.t("digest.read.missed", count=len(missed))
            around.insert(0, Button(label, Press.of("dg.missed", code), personal=True))
        if ctx.caller.place.space is not None:
            around.append(Button(ctx.t("digest.read.share"), Press.of("dg.share", code_of_issue(kept, group))))
        return replace(reply, rows=(*reply.rows, tuple(around), await self._others(ctx, group)))

    async def _story(self, ctx: Context, kept: KeptIssue, group: Group, entry: Entry, said: str = "") -> Reply:
        own = {} if ctx.impersonal else await self._digests.own(kept, ctx.person)
        member = not ctx.caller.place.private or any(
            each.id == group.id for each in await self._groups.of_person(ctx.person)
        )
        return draw_story(
            ctx, kept, group, self._zone(group), entry, own.get(entry.key, NOTHING_SAID), said=said, member=member
        )

    async def _missed(self, ctx: Context, group: Group) -> Reply:
        found = await self._digests.missed(group, ctx.person)
        if not found:
            return await self._latest(ctx, group, ctx.t("digest.none.missed"))
        rows = [_missed_row(ctx, each) for each in found]
        buttons = tuple(_issue_button(ctx, each, group) for each in found)
        seen = Button(ctx.t("digest.missed.seen"), Press.of("dg.seen", code_of(group)), personal=True)
        return Reply(cards=(Card(ctx.t("digest.missed.title"), tuple(rows)),), rows=(buttons, (seen,)))

    async def _past(self, ctx: Context, group: Group, before: int | None) -> Reply:
        found = await self._digests.latest(group, PAGE + 1, before)
        page = found[:PAGE]
        if not page:
            return await self._none_yet(ctx, group)
        rows = tuple(
            lines(
                text(Bold(ctx.t("digest.read.issue", number=each.number)), f" · {span_of(ctx, each.issue)}"),
                each.issue.headline,
            )
            for each in page
        )
        turn = []
        if len(found) > PAGE:
            older = Press.of("dg.past", code_of(group), page[-1].number)
            turn.append(Button(ctx.t("digest.past.older"), older, personal=True))
        if before is not None:
            turn.append(Button(ctx.t("digest.past.newer"), Press.of("dg.past", code_of(group), 0), personal=True))
        card = Card(ctx.t("digest.past.title", name=group.name), rows)
        return Reply(cards=(card,), rows=(tuple(_issue_button(ctx, each, group) for each in page), tuple(turn)))

    async def _saved(self, ctx: Context, offset: int, said: str = "") -> Reply:
        found = await self._digests.saved(ctx.person)
        if not found:
            return Reply(lines(said, ctx.t("digest.none.saved")))
        start = min(max(offset, 0), (len(found) - 1) // PAGE * PAGE)
        page = found[start : start + PAGE]
        rows = tuple(_saved_row(number, each) for number, each in enumerate(page, start + 1))
        drops = tuple(
            Button(
                ctx.t("digest.saved.drop", number=number),
                Press.of("dg.drop", each.group_id, code_of_sign(each.sign), start),
                personal=True,
            )
            for number, each in enumerate(page, start + 1)
        )
        turn = []
        if start + PAGE < len(found):
            turn.append(Button(ctx.t("digest.past.older"), Press.of("dg.saved", start + PAGE), personal=True))
        if start:
            turn.append(Button(ctx.t("digest.past.newer"), Press.of("dg.saved", start - PAGE), personal=True))
        card = Card(ctx.t("digest.saved.title"), rows)
        return Reply(text(said), cards=(card,), rows=(drops, tuple(turn)))

    async def _none_yet(self, ctx: Context, group: Group, said: str = "") -> Reply:
        """Say when the first issue comes."""
        paper = (Button(ctx.t("digest.none.paper"), Press.of("paper.now", code_of(group)), personal=True),)
        if not group.settings.digest.on:
            return Reply(lines(said, ctx.t("digest.none.off")), rows=(paper,))
        coming = await self._digests.editing.coming(group)
        when: Text = ()
        if coming.at is not None:
            when = with_moment(ctx.t("digest.none.comes", moment=SLOT), coming.at, group, self._zone(group))
        others = await self._others(ctx, group)
        return Reply(lines(said, ctx.t("digest.none.first"), when), rows=(paper, others))

    async def _no_group(self, ctx: Context) -> Reply:
        living = await own_groups(ctx, self._groups)
        if not living:
            meanwhile = Button(ctx.t("digest.none.meanwhile"), Press.of(CALL, "recommend"), personal=True)
            return Reply((ctx.t("digest.none.group"),), rows=((meanwhile,),))
        row = tuple(_to_group(each) for each in living[:IN_A_ROW])
        return Reply((ctx.t("digest.none.which"),), rows=(row,))

    async def _others(self, ctx: Context, group: Group) -> tuple[Button, ...]:
        """Return the way to the person's other groups, in a private chat."""
        if not ctx.caller.place.private:
            return ()
        others = [each for each in await self._groups.of_person(ctx.person) if each.id != group.id]
        return tuple(map(_to_group, others[:IN_A_ROW]))


def _entry(kept: KeptIssue, sign: str) -> Entry | None:
    """Return the story of an issue that a button means; None for one that organisers took out meanwhile."""
    found = (each for part in NEWS for each in kept.issue.part(part) if code_of_sign(each.key) == sign)
    return next(found, None)


def _gone(ctx: Context) -> Reply:
    return Reply((ctx.t("digest.story.gone"),), how=How.TOAST)


def _to_group(group: Group) -> Button:
    return Button(shorten(group.name, 40), Press.of("dg.of", group.id), personal=True)


def _issue_button(ctx: Context, kept: KeptIssue, group: Group) -> Button:
    label = ctx.t("digest.read.issue", number=kept.number)
    return Button(label, Press.of("dg.open", code_of_issue(kept, group)), personal=True)


def _missed_row(ctx: Context, kept: KeptIssue) -> Text:
    stories = [each for part in NEWS for each in kept.issue.part(part)][:TITLES]
    head = text(Bold(title_of(ctx, kept.issue)), f" · {span_of(ctx, kept.issue)}")
    return lines(head, kept.issue.headline, *(text("• ", name_of(each)) for each in stories))


def _saved_row(number: int, signal: Signal) -> Text:
    title = shorten(" ".join(signal.title.split()), 120)
    return text(Bold(f"{number}."), " ", Link(title, signal.url) if signal.url is not None else Bold(title))


def _alone(ctx: Context) -> Reply:
    return Reply((ctx.t("digest.none.private"),))


__all__ = ["Digest"]
