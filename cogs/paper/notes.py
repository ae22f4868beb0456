"""Notes and questions about a paper: their writer's, until they choose to show them to the group."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Reply, Style
from bot.chat.text import Bold, Text, blocks, lines, text
from bot.core.errors import UnknownPress
from bot.core.reading import Note, NoteKind
from bot.services.reading import LONGEST_NOTE, MOST_NOTES, Ahead, Reading, Week
from cogs.paper._words import personal
from cogs.reading_words import title_of

_SHOWN = 8  # notes in one list
_IN_A_ROW = 4
_LINE = 200  # characters of a note in a list
_QUESTION_ENDS = ("?", "？")


class PaperNotes(Cog):
    """Keeps notes."""

    name = "paper"
    short = "pn"

    def __init__(self, reading: Reading) -> None:
        """Take the service that keeps them."""
        self._reading = reading

    async def keep(self, ctx: Context, week: Week | Ahead, words: str) -> Reply:
        """Keep what was said in answer to a message, or the message itself, as a note about this week's paper."""
        if isinstance(week, Ahead):
            return Reply((ctx.t("paper.notes.no_paper"),))
        caller = ctx.caller
        kind = NoteKind.QUESTION if words.rstrip().endswith(_QUESTION_ENDS) else NoteKind.NOTE
        note = await self._reading.write_note(caller.user, caller.language, caller.place, week, kind, words, ctx.turn)
        if note is None:
            return _enough(ctx)
        if ctx.impersonal:
            mine = personal(ctx.t("paper.notes.see"), "pn.one", note.id)
            return Reply((ctx.t("paper.notes.kept"),), rows=((mine,),))
        return _draw(ctx, week, note, ctx.t("paper.notes.kept"))

    @press(lands=True)
    async def list(self, ctx: Context, code: str) -> Reply:
        """Show one's own notes about a paper, then what others chose to show."""
        week = await self._opened(code)
        if ctx.impersonal:
            return Reply((ctx.t("paper.private"),))
        return await self._listed(ctx, week)

    @press(lands=True)
    async def one(self, ctx: Context, note: int) -> Reply:
        """Show one of one's own notes and what can be done with it."""
        if ctx.impersonal:
            return Reply((ctx.t("paper.private"),))
        return replace(await self._one(ctx, note), how=How.EDIT)

    @press(opens_form=True, lands=True)
    async def write(self, ctx: Context, code: str, kind: NoteKind) -> Form:
        """Ask for a note or a question."""
        return Form(ctx.t(f"paper.notes.{kind}"), Press.of("pn.written", code, kind), (_field(ctx, kind),))

    @submission
    async def written(self, ctx: Context, code: str, kind: NoteKind, *, answers: dict[str, str]) -> Reply:
        """Keep what a form says, for its writer alone."""
        week, caller = await self._opened(code), ctx.caller
        words = answers.get("note", "")
        note = await self._reading.write_note(caller.user, caller.language, caller.place, week, kind, words, ctx.turn)
        if note is None:
            return _enough(ctx)
        return _draw(ctx, week, note, ctx.t("paper.notes.kept"))

    @press(opens_form=True)
    async def again(self, ctx: Context, note: int, kind: NoteKind) -> Form:
        """Ask for other words for a note."""
        return Form(ctx.t("paper.notes.again"), Press.of("pn.rewritten", note), (_field(ctx, kind),))

    @submission
    async def rewritten(self, ctx: Context, note: int, *, answers: dict[str, str]) -> Reply:
        """Put other words in the place of a note's; for the group too, if it sees it."""
        await self._reading.change_note(ctx.person, note, text=answers.get("note", ""))
        return await self._one(ctx, note, "paper.notes.changed")

    @press()
    async def show(self, ctx: Context, note: int) -> Reply:
        """Show a note to the group, without a name."""
        return await self._changed(ctx, note, "shown", await self._reading.change_note(ctx.person, note, shared=True))

    @press()
    async def hide(self, ctx: Context, note: int) -> Reply:
        """Take a note back from the group."""
        return await self._changed(ctx, note, "hidden", await self._reading.change_note(ctx.person, note, shared=False))

    @press()
    async def turn(self, ctx: Context, note: int, kind: NoteKind) -> Reply:
        """Make a note a question, or a question a note."""
        return await self._changed(ctx, note, "changed", await self._reading.change_note(ctx.person, note, kind=kind))

    @press()
    async def drop(self, ctx: Context, note: int) -> Reply:
        """Delete a note."""
        found = await self._reading.note(ctx.person, note)
        await self._reading.remove_note(ctx.person, note)
        back = () if found is None else ((personal(ctx.t("paper.notes.button"), "pn.list", found[1].code),),)
        return Reply((ctx.t("paper.notes.dropped"),), rows=back, how=How.EDIT)

    async def _opened(self, code: str) -> Week:
        week = await self._reading.opened(code)
        if week is None:
            raise UnknownPress
        await self._reading.notice(week.group)
        return week

    async def _changed(self, ctx: Context, note: int, said: str, done: bool) -> Reply:
        if not done:
            raise UnknownPress
        return replace(await self._one(ctx, note, f"paper.notes.{said}"), how=How.EDIT)

    async def _one(self, ctx: Context, note: int, said: str = "") -> Reply:
        found = await self._reading.note(ctx.person, note)
        if found is None:
            raise UnknownPress
        return _draw(ctx, found[1], found[0], ctx.t(said) if said else "")

    async def _listed(self, ctx: Context, week: Week) -> Reply:
        own = await self._reading.own(week, ctx.person)
        shown = own.notes[-_SHOWN:]
        others = [note for note in await self._reading.shared_notes(week) if note not in own.notes][-_SHOWN:]
        rows = [_row(ctx, note, f"{number}.") for number, note in enumerate(shown, 1)]
        theirs = [_row(ctx, note, "·") for note in others]
        said = blocks(
            lines(text(title_of(week.kept))),
            lines(Bold(ctx.t("paper.notes.own")), *rows) if rows else text(ctx.t("paper.notes.none")),
            lines(Bold(ctx.t("paper.notes.groups")), *theirs) if theirs else (),
        )
        numbers = [personal(str(number), "pn.one", note.id) for number, note in enumerate(shown, 1)]
        grid = [tuple(numbers[at : at + _IN_A_ROW]) for at in range(0, len(numbers), _IN_A_ROW)]
        return Reply(said, rows=(*grid, (*_writing(ctx, week), _more(ctx, week))), how=How.EDIT)


def _draw(ctx: Context, week: Week, note: Note, said: str) -> Reply:
    """Return one note of one's own, who sees it, and what can be done with it."""
    seen = ctx.t("paper.notes.is_shared" if note.shared else "paper.notes.is_private")
    body = blocks(text(said), lines(text(title_of(week.kept)), _row(ctx, note, "·", LONGEST_NOTE)), text(seen))
    share = (
        personal(ctx.t("paper.notes.hide"), "pn.hide", note.id)
        if note.shared
        else Button(ctx.t("paper.notes.show"), Press.of("pn.show", note.id), style=Style.PRIMARY, personal=True)
    )
    other = NoteKind.NOTE if note.kind is NoteKind.QUESTION else NoteKind.QUESTION
    verbs = (
        share,
        personal(ctx.t("paper.notes.edit"), "pn.again", note.id, note.kind),
        personal(ctx.t(f"paper.notes.to_{other}"), "pn.turn", note.id, other),
        Button(ctx.t("paper.notes.drop"), Press.of("pn.drop", note.id), style=Style.DANGER, personal=True),
    )
    return Reply(body, rows=(verbs, (personal(ctx.t("paper.notes.button"), "pn.list", week.code), _more(ctx, week))))


def _row(ctx: Context, note: Note, mark: str, longest: int = _LINE) -> Text:
    words = note.text if longest > _LINE else shorten(" ".join(note.text.split()), longest)
    asked = f" {ctx.t('paper.notes.asked')}" if note.kind is NoteKind.QUESTION else ""
    return text(f"{mark}{asked} ", words)


def _field(ctx: Context, kind: NoteKind) -> Field:
    label, like = ctx.t(f"paper.notes.label.{kind}"), ctx.t(f"paper.notes.like.{kind}")
    return Field("note", label, like, long=True, limit=LONGEST_NOTE)


def _writing(ctx: Context, week: Week) -> tuple[Button, ...]:
    return tuple(personal(ctx.t(f"paper.notes.{kind}"), "pn.write", week.code, kind) for kind in NoteKind)


def _more(ctx: Context, week: Week) -> Button:
    return personal(ctx.t("kit.back"), "paper.more", week.code)


def _enough(ctx: Context) -> Reply:
    return Reply((ctx.t("paper.notes.enough", count=MOST_NOTES),))
