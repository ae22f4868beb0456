"""The digest as organisers run it: when it comes and what is in it, the next issue before anybody sees it, its stories.

Whoever does not run the very group of a button is refused; nobody types an id. Texts are `digest.desk`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply
from bot.chat.spec import Access
from bot.chat.text import Bold, Text, lines, text
from bot.core.digest.choosing import Section
from bot.core.digest.issue import NEWS, Entry, KeptIssue, PartKind
from bot.core.digest.timing import HOURS, DigestSettings
from bot.core.errors import UnknownPress
from bot.core.groups import Group, GroupState
from bot.services.digest import Digests, code_of_issue, code_of_sign
from bot.services.digest.editing import LONGEST_COMMENT, Candidate
from cogs.digest.draw import name_of, screen, span_of
from cogs.manage._desk import Desk
from cogs.manage._words import at_in_words, button, day_in_words, moment_in_words, rows_of

ORGANISER = Access.ORGANISER
ON, OFF = "on", "off"
_DAYS = range(7)


class Editing(Cog):
    """Shows the panel of the digest and does what its buttons say."""

    name = "editing"
    short = "ed"

    def __init__(self, desk: Desk, digests: Digests) -> None:
        """Work at `desk`, with the service that makes issues."""
        self._desk, self._digests = desk, digests

    @press(access=ORGANISER)
    async def panel(self, ctx: Context, group: int) -> Reply:
        """Show when the digest comes and what was chosen of it."""
        return await self._panel(ctx, await self._desk.group(ctx, group))

    # when, and whether

    @press(access=ORGANISER)
    async def turn(self, ctx: Context, group: int, on: str) -> Reply:
        """Turn the digest on or off."""
        found = await self._desk.group(ctx, group)
        chosen = replace(found.settings.digest, on=on == ON)
        said = ctx.t("digest.desk.turned_on" if chosen.on else "digest.desk.turned_off")
        return await self._panel(ctx, await self._digests.editing.choose(found, chosen), said)

    @press(access=ORGANISER)
    async def empty(self, ctx: Context, group: int, speaks: str) -> Reply:
        """Choose whether an empty week is said in one line."""
        found = await self._desk.group(ctx, group)
        chosen = replace(found.settings.digest, speaks=speaks == ON)
        return await self._panel(ctx, await self._digests.editing.choose(found, chosen), ctx.t("digest.desk.changed"))

    @press(access=ORGANISER)
    async def day(self, ctx: Context, group: int) -> Reply:
        """Ask for the day of the week."""
        found = await self._desk.group(ctx, group)
        days = [Button(day_in_words(ctx, day), Press.of("ed.hour", found.id, day)) for day in _DAYS]
        return Reply((ctx.t("digest.desk.ask_day"),), rows=(*rows_of(days), (self._back(ctx, found),)), how=How.EDIT)

    @press(access=ORGANISER)
    async def hour(self, ctx: Context, group: int, day: int) -> Reply:
        """Ask for the hour, out of quiet hours."""
        found = await self._desk.group(ctx, group)
        if day not in _DAYS:
            raise UnknownPress
        hours = [Button(at_in_words(ctx, time(hour)), Press.of("ed.moved", found.id, day, hour)) for hour in HOURS]
        said = ctx.t("digest.desk.ask_hour", day=day_in_words(ctx, day))
        return Reply((said,), rows=(*rows_of(hours, 5), (self._back(ctx, found),)), how=How.EDIT)

    @press(access=ORGANISER)
    async def moved(self, ctx: Context, group: int, day: int, hour: int) -> Reply:
        """Move the digest to a day and an hour."""
        found = await self._desk.group(ctx, group)
        if day not in _DAYS or hour not in HOURS:
            raise UnknownPress
        chosen = replace(found.settings.digest, day=day, at=time(hour))
        return await self._panel(ctx, await self._digests.editing.choose(found, chosen), ctx.t("digest.desk.moved"))

    @press(access=ORGANISER)
    async def now(self, ctx: Context, group: int) -> Reply:
        """Send this week's issue now."""
        found = await self._desk.group(ctx, group)
        if found.state is not GroupState.ACTIVE:
            return await self._panel(ctx, found, ctx.t("digest.desk.resting"))
        sent = await self._digests.editing.now(found)
        return await self._panel(ctx, found, ctx.t("digest.desk.sent" if sent else "digest.desk.lately"))

    @press(access=ORGANISER)
    async def skip(self, ctx: Context, group: int, skipped: str) -> Reply:
        """Leave the next issue out, or take that back."""
        found = await self._desk.group(ctx, group)
        coming = await self._digests.editing.skip(found, skipped=skipped == ON)
        if coming.at is None:
            return await self._panel(ctx, found, ctx.t("digest.desk.resting"))
        said = ctx.t("digest.desk.skipped" if coming.skipped else "digest.desk.unskipped")
        return await self._panel(ctx, found, said)

    # what is in it

    @press(access=ORGANISER)
    async def parts(self, ctx: Context, group: int) -> Reply:
        """Show the parts, each a button that leaves it out or puts it back."""
        return self._parts(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def section(self, ctx: Context, group: int, part: PartKind, on: str) -> Reply:
        """Leave a part out of the digest, or put it back."""
        found = await self._desk.group(ctx, group)
        without = found.settings.digest.without
        chosen = replace(found.settings.digest, without=without - {part} if on == ON else without | {part})
        return self._parts(ctx, await self._digests.editing.choose(found, chosen))

    # the next issue

    @press(access=ORGANISER)
    async def preview(self, ctx: Context, group: int) -> Reply:
        """Show the next issue as it would be now, to those who run the group."""
        found = await self._desk.group(ctx, group)
        preview = await self._digests.editing.preview(found)
        sections = [
            Button(self._choose(ctx, section), Press.of("ed.list", found.id, section))
            for section, candidates in preview.candidates.items()
            if candidates
        ]
        said = ctx.t("digest.desk.would_be_empty") if preview.empty else ""
        title = ctx.t("digest.title", name=preview.issue.name, number=preview.issue.number)
        card = Card(title, screen(ctx, preview.issue, self._desk.groups.zone_of(found)))
        rows = (tuple(sections), (self._back(ctx, found),))
        return Reply(text(said), cards=(card,), rows=rows, how=How.EDIT)

    @press(access=ORGANISER)
    async def list(self, ctx: Context, group: int, section: Section) -> Reply:
        """Show what could be in a part, in the order in which it comes."""
        return await self._list(ctx, await self._desk.group(ctx, group), section)

    @press(access=ORGANISER)
    async def story(self, ctx: Context, group: int, section: Section, sign: str) -> Reply:
        """Show one of them with what can be done about it."""
        found = await self._desk.group(ctx, group)
        each = await self._candidate(found, section, sign)
        return self._story(ctx, found, section, each)

    @press(access=ORGANISER)
    async def pin(self, ctx: Context, group: int, section: Section, sign: str, on: str) -> Reply:
        """Put a story first, or no longer."""
        return await self._edit(ctx, group, section, sign, pinned=on == ON)

    @press(access=ORGANISER)
    async def drop(self, ctx: Context, group: int, section: Section, sign: str, on: str) -> Reply:
        """Leave a story out, or put it back."""
        return await self._edit(ctx, group, section, sign, dropped=on == ON)

    @press(opens_form=True, access=ORGANISER)
    async def say(self, ctx: Context, group: int, section: Section, sign: str) -> Form:
        """Ask for a word beside a story."""
        return _word(ctx, Press.of("ed.said", group, section, sign))

    @submission(access=ORGANISER)
    async def said(self, ctx: Context, group: int, section: Section, sign: str, *, answers: dict[str, str]) -> Reply:
        """Keep the word; an empty one takes it back."""
        return await self._edit(ctx, group, section, sign, comment=answers.get("word", ""))

    # the issue that is out

    @press(access=ORGANISER)
    async def out(self, ctx: Context, group: int) -> Reply:
        """Show the stories of the latest issue, to add a word to one or take it out."""
        found = await self._desk.group(ctx, group)
        latest = await self._digests.latest(found)
        if not latest:
            return await self._panel(ctx, found, ctx.t("digest.desk.none_out"))
        return self._out(ctx, found, latest[0])

    @press(access=ORGANISER)
    async def sent(self, ctx: Context, code: str, sign: str) -> Reply:
        """Show one story of an issue that is out."""
        kept, group = await self._opened(ctx, code)
        entry = _entry(kept, sign)
        row = (
            Button(ctx.t("digest.desk.say"), Press.of("ed.add", code, sign)),
            Button(ctx.t("digest.desk.drop"), Press.of("ed.take", code, sign)),
            Button(ctx.t("digest.read.back"), Press.of("ed.out", group.id)),
        )
        said = lines(text(name_of(entry, 160)), entry.line, entry.comment)
        return Reply(said, rows=(row,), how=How.EDIT)

    @press(opens_form=True, access=ORGANISER)
    async def add(self, ctx: Context, code: str, sign: str) -> Form:
        """Ask for a word beside a story that is out."""
        return _word(ctx, Press.of("ed.added", code, sign))

    @submission(access=ORGANISER)
    async def added(self, ctx: Context, code: str, sign: str, *, answers: dict[str, str]) -> Reply:
        """Add the word; the posts follow."""
        kept, group = await self._opened(ctx, code)
        amended = await self._digests.editing.amend(group, kept, _entry(kept, sign), comment=answers.get("word", ""))
        return self._out(ctx, group, amended, ctx.t("digest.desk.amended"))

    @press(access=ORGANISER)
    async def take(self, ctx: Context, code: str, sign: str) -> Reply:
        """Take a story out of an issue that is out; the posts follow."""
        kept, group = await self._opened(ctx, code)
        amended = await self._digests.editing.amend(group, kept, _entry(kept, sign), comment=None)
        undo = Button(ctx.t("digest.desk.put_back"), Press.of("ed.put_back", code, sign))
        reply = self._out(ctx, group, amended, ctx.t("digest.desk.amended"))
        return replace(reply, rows=(*reply.rows, (undo,)))

    @press(access=ORGANISER)
    async def put_back(self, ctx: Context, code: str, sign: str) -> Reply:
        """Put a story back that was taken out; the posts follow."""
        kept, group = await self._opened(ctx, code)
        found = next((each.entry.key for each in kept.issue.taken if code_of_sign(each.entry.key) == sign), None)
        if found is not None:
            kept = await self._digests.editing.put_back(group, kept, found)
        return self._out(ctx, group, kept, ctx.t("digest.desk.amended"))

    # within

    async def _panel(self, ctx: Context, group: Group, said: str = "") -> Reply:
        chosen, coming = group.settings.digest, await self._digests.editing.coming(group)
        zone = self._desk.groups.zone_of(group)
        left_out = [ctx.t(f"digest.part.{kind.value}") for kind in PartKind if kind in chosen.without]
        when = ctx.t("digest.desk.at", day=day_in_words(ctx, chosen.day), time=at_in_words(ctx, chosen.at))
        about = {
            "next": moment_in_words(ctx, coming.at, zone) if coming.at is not None else ctx.t("digest.desk.never"),
            "when": when,
            "empty": ctx.t("digest.desk.speaks" if chosen.speaks else "digest.desk.hushes"),
            "parts": ", ".join(left_out) or ctx.t("digest.desk.everything"),
        }
        rows = [text(Bold(ctx.t(f"digest.desk.{what}")), f": {words}") for what, words in about.items()]
        card = Card(ctx.t("digest.desk.title", name=group.name), (lines(*rows),))
        return Reply(
            text(said), cards=(card,), rows=self._buttons(ctx, group, chosen, skipped=coming.skipped), how=How.EDIT
        )

    def _buttons(
        self, ctx: Context, group: Group, chosen: DigestSettings, *, skipped: bool
    ) -> tuple[tuple[Button, ...], ...]:
        def to(key: str, name: str, *args: str | int) -> Button:
            return Button(ctx.t(f"digest.desk.{key}"), Press.of(f"ed.{name}", group.id, *args))

        back = button(ctx, "back", "org.panel", group.id)
        sources = Button(ctx.t("feeds.button"), Press.of("fd.panel", group.id, 0))
        pages = Button(ctx.t("archive.panel.button"), Press.of("ar.show", group.id))
        if not chosen.on:
            return ((to("on", "turn", ON), pages, back),)
        skip = to("unskip", "skip", OFF) if skipped else to("skip", "skip", ON)
        empty = to("hush", "empty", OFF) if chosen.speaks else to("speak", "empty", ON)
        return (
            (to("preview", "preview"), to("now", "now"), skip),
            (to("move", "day"), to("sections", "parts"), empty, sources),
            (to("amend", "out"), pages, to("off", "turn", OFF), back),
        )

    def _parts(self, ctx: Context, group: Group) -> Reply:
        without = group.settings.digest.without
        buttons = [
            Button(
                ctx.t(f"digest.desk.{'in' if kind in without else 'out'}", part=ctx.t(f"digest.part.{kind.value}")),
                Press.of("ed.section", group.id, kind, ON if kind in without else OFF),
            )
            for kind in PartKind
        ]
        return Reply(
            (ctx.t("digest.desk.ask_parts"),), rows=(*rows_of(buttons, 3), (self._back(ctx, group),)), how=How.EDIT
        )

    async def _list(self, ctx: Context, group: Group, section: Section, said: str = "") -> Reply:
        candidates = (await self._digests.editing.preview(group)).candidates[section]
        if not candidates:
            return await self._panel(ctx, group, ctx.t("digest.desk.nothing"))
        rows = [
            text(Bold(f"{number}."), f" {shorten(each.entry.title, 90)} · ", ctx.t(f"digest.desk.{_standing(each)}"))
            for number, each in enumerate(candidates, 1)
        ]
        numbers = [
            Button(str(number), Press.of("ed.story", group.id, section, each.code))
            for number, each in enumerate(candidates, 1)
        ]
        card = Card(ctx.t(f"digest.part.{section.value}"), (lines(*rows),), footer=ctx.t("digest.desk.listed"))
        back = Button(ctx.t("digest.read.back"), Press.of("ed.preview", group.id))
        return Reply(text(said), cards=(card,), rows=(*rows_of(numbers, 5), (back,)), how=How.EDIT)

    def _story(self, ctx: Context, group: Group, section: Section, each: Candidate) -> Reply:
        edit = each.story.edit

        def to(key: str, name: str, *args: str) -> Button:
            return Button(ctx.t(f"digest.desk.{key}"), Press.of(f"ed.{name}", group.id, section, each.code, *args))

        pin = to("unpin", "pin", OFF) if edit.pinned else to("pin", "pin", ON)
        drop = to("restore", "drop", OFF) if edit.dropped else to("drop", "drop", ON)
        back = Button(ctx.t("digest.read.back"), Press.of("ed.list", group.id, section))
        why = each.entry.line
        comment = ctx.t("digest.comment", text=edit.comment) if edit.comment else ""
        said = lines(text(name_of(each.entry, 160)), why, ctx.t(f"digest.desk.{_standing(each)}"), comment)
        return Reply(said, rows=((pin, drop, to("say", "say")), (back,)), how=How.EDIT)

    async def _edit(self, ctx: Context, number: int, section: Section, sign: str, **said: bool | str) -> Reply:
        group = await self._desk.group(ctx, number)
        each = await self._candidate(group, section, sign)
        await self._digests.editing.edit(group, each.entry.key, **said)
        return await self._list(ctx, group, section, ctx.t("digest.desk.changed"))

    async def _candidate(self, group: Group, section: Section, sign: str) -> Candidate:
        """Return what a button means. Raises `UnknownPress` for what is not among the candidates any more."""
        candidates = (await self._digests.editing.preview(group)).candidates[section]
        found = next((each for each in candidates if each.code == sign), None)
        if found is None:
            raise UnknownPress
        return found

    async def _opened(self, ctx: Context, code: str) -> tuple[KeptIssue, Group]:
        found = await self._digests.opened(code)
        if found is None:
            raise UnknownPress
        return found[0], await self._desk.group(ctx, found[1].id)

    def _out(self, ctx: Context, group: Group, kept: KeptIssue, said: str = "") -> Reply:
        code = code_of_issue(kept, group)
        entries = [each for part in NEWS for each in kept.issue.part(part)]
        rows: list[Text] = [
            text(Bold(f"{number}."), f" {shorten(each.title, 90)}") for number, each in enumerate(entries, 1)
        ]
        numbers = [
            Button(str(number), Press.of("ed.sent", code, code_of_sign(each.key)))
            for number, each in enumerate(entries, 1)
        ]
        title = ctx.t("digest.desk.amend_title", number=kept.number)
        card = Card(title, (text(span_of(ctx, kept.issue)), lines(*rows)))
        return Reply(text(said), cards=(card,), rows=(*rows_of(numbers, 5), (self._back(ctx, group),)), how=How.EDIT)

    def _choose(self, ctx: Context, section: Section) -> str:
        return ctx.t("digest.desk.candidates", part=ctx.t(f"digest.part.{section.value}"))

    def _back(self, ctx: Context, group: Group) -> Button:
        return Button(ctx.t("digest.read.back"), Press.of("ed.panel", group.id))


def _standing(each: Candidate) -> str:
    """Return how a candidate stands, as the key of a text."""
    if each.story.edit.dropped:
        return "left_out"
    if each.story.edit.pinned:
        return "is_pinned"
    return "comes" if each.comes else "waits"


def _word(ctx: Context, submit: Press) -> Form:
    field = Field(
        "word",
        ctx.t("digest.desk.say_label"),
        ctx.t("digest.desk.say_example"),
        required=False,
        limit=LONGEST_COMMENT,
    )
    return Form(ctx.t("digest.desk.say_title"), submit, (field,))


def _entry(kept: KeptIssue, sign: str) -> Entry:
    found = (each for part in NEWS for each in kept.issue.part(part) if code_of_sign(each.key) == sign)
    entry = next(found, None)
    if entry is None:
        raise UnknownPress
    return entry
