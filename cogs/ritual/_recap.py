"""Draws the one post between two meetings: what was read, what people chose to share of it, and the ballot."""

from __future__ import annotations

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Choice, Menu, Reply
from bot.chat.text import Bold, Text, blocks, lines, text
from bot.core.ballot import Result
from bot.core.cycle import Picks
from bot.core.reading import NominationId, NoteKind, Readers
from bot.core.refs import Platform
from bot.services.library import Library
from bot.services.reading import code_of
from bot.services.ritual import Looking
from cogs.reading_words import SLOT, presented_by, reason, title_of, with_moment, with_year

NOTES, QUESTIONS, NOTE_CHARACTERS = 3, 2, 160
IN_ROW = 5
CHOICE_CHARACTERS = 100


def draw_recap(ctx: Context, seen: Looking, library: Library, zone: str, turns: int) -> Reply:
    """Return the post; `turns` are those who could be asked to present."""
    parts = [_read(ctx, seen), _shared(ctx, seen), _next(ctx, seen, library, zone), _presents(ctx, seen, turns)]
    menu, rows = _voting(ctx, seen)
    return Reply(blocks(*parts), menu=menu, rows=(*rows, *_buttons(ctx, seen)), public=True)


def _read(ctx: Context, seen: Looking) -> Text:
    if seen.read is None:
        return ()
    return lines(text(Bold(ctx.t("ritual.was")), " ", title_of(seen.read)), _read_by(ctx, seen.readers))


def _read_by(ctx: Context, readers: Readers) -> str:
    if readers.skimmed:
        return ctx.t("ritual.skimmed_by", count=readers.finished + readers.skimmed, skimmed=readers.skimmed)
    return ctx.t("ritual.read_by", count=readers.finished) if readers.finished else ctx.t("ritual.read_by_none")


def _shared(ctx: Context, seen: Looking) -> Text:
    """Return what people chose to share, without their names."""

    def said(kind: NoteKind, most: int, key: str) -> list[str]:
        found = [note for note in seen.notes if note.kind is kind][:most]
        return [ctx.t(key, text=shorten(" ".join(note.text.split()), NOTE_CHARACTERS)) for note in found]

    return lines(*said(NoteKind.NOTE, NOTES, "ritual.note"), *said(NoteKind.QUESTION, QUESTIONS, "ritual.question"))


def _next(ctx: Context, seen: Looking, library: Library, zone: str) -> Text:
    """Return what comes next: the ballot, its result, or what was picked another way."""
    meeting = ctx.t("ritual.for_meeting", moment=SLOT)
    head = with_moment(meeting, seen.coming.meeting_at, seen.group, zone)
    ballot = seen.ballot
    if ballot is None:
        return lines(head, _without_ballot(ctx, seen, library))
    if ballot.closed_at is not None and ballot.result is not None:
        return lines(head, *_result(ctx, seen, ballot.result))
    until = with_moment(ctx.t("ritual.vote_until", moment=SLOT), ballot.closes_at, seen.group, zone)
    rows = [
        text(f"{number}. ", with_year(each.kept), _dash(reason(ctx, library, each.nomination.why)))
        for number, each in enumerate(seen.standing, 1)
    ]
    return lines(head, *rows, until, ctx.t("ritual.vote_rules"))


def _without_ballot(ctx: Context, seen: Looking, library: Library) -> Text:
    if seen.picked is not None:
        why = reason(ctx, library, seen.coming.why)
        return text(with_year(seen.picked), _dash(why))
    return text(ctx.t(f"ritual.picks.{(seen.group.picks or Picks.VOTE).value}"))


def _result(ctx: Context, seen: Looking, result: Result) -> list[Text]:
    names = {each.nomination.id: each for each in seen.standing}
    lead = [text(Bold(ctx.t("ritual.chosen")), " ", with_year(seen.picked))] if seen.picked is not None else []
    turnout = ctx.t("ritual.turnout", count=result.voters) if result.voters else ctx.t("ritual.nobody_voted")
    told = [text(turnout, " ", ctx.t("ritual.tie")) if result.tie else text(turnout)]
    tallies = [
        text(f"{line.approvals} · ", shorten(names[NominationId(line.candidate)].kept.paper.title, 80))
        for line in result.lines
        if line.candidate in names and result.voters
    ]
    stays = [text(ctx.t("ritual.stay_up"))] if len(result.lines) > 1 else []
    return [*lead, *told, *tallies, *stays]


def _voting(ctx: Context, seen: Looking) -> tuple[Menu | None, tuple[tuple[Button, ...], ...]]:
    """Return how to approve: a menu where the platform has one, else the numbers of the list."""
    ballot = seen.ballot
    if ballot is None or ballot.closed_at is not None:
        return None, ()
    mine = Button(ctx.t("ballot.mine"), Press.of("bal.mine", ballot.id), personal=True)
    if ctx.platform is Platform.DISCORD:
        choices = tuple(
            Choice(shorten(f"{number}. {each.kept.paper.title}", CHOICE_CHARACTERS), str(each.nomination.id))
            for number, each in enumerate(seen.standing, 1)
        )
        menu = Menu(ctx.t("ballot.choose"), Press.of("bal.yes", ballot.id), choices, most=len(choices))
        return menu, ((mine,),)
    numbers = [
        Button(str(number), Press.of("bal.yes", ballot.id, each.nomination.id))
        for number, each in enumerate(seen.standing, 1)
    ]
    rows = [tuple(numbers[start : start + IN_ROW]) for start in range(0, len(numbers), IN_ROW)]
    return None, (*rows, (mine,))


def _presents(ctx: Context, seen: Looking, turns: int) -> Text:
    if seen.group.picks is not Picks.PRESENTER:
        return ()
    if seen.presenter is not None:
        return presented_by(ctx, seen.named)
    return text(ctx.t("ritual.presenter_sought", count=turns) if turns else ctx.t("ritual.presenter_wanted"))


def _buttons(ctx: Context, seen: Looking) -> tuple[tuple[Button, ...], ...]:
    found = []
    if seen.group.picks is Picks.PRESENTER and seen.presenter is None:
        found.append(Button(ctx.t("ritual.i_present"), Press.of("rit.accept", seen.coming.id)))
        found.append(Button(ctx.t("ritual.pass"), Press.of("rit.decline", seen.coming.id), personal=True))
    if seen.ballot is None or seen.ballot.closed_at is None:
        found.append(Button(ctx.t("ritual.put_up"), Press.of("sg.of", code_of(seen.group)), personal=True))
    return (tuple(found),) if found else ()


def _dash(words: str) -> str:
    return f" · {words}" if words else ""
