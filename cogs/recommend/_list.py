"""Draws the picks: the heading says what was understood, each pick says why, the numbers open the details."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Reply
from bot.chat.router import CALL
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.opinions import NO_OPINIONS
from bot.core.people import GroupOpinion
from bot.core.recommender import Note, NoteKind, Pick, Recommendation
from bot.core.search import Reading
from bot.services.library import Library
from cogs.phrases import facts, group_mark, note_line, why_line
from cogs.recommend._asked import Asked

PAGE = 3
REASONS_SHOWN = 2


def draw_list(
    ctx: Context,
    library: Library,
    asked: Asked,
    found: Recommendation,
    offset: int,
    group: Mapping[str, GroupOpinion] = NO_OPINIONS,
) -> Reply:
    """Return the picks of `found`, numbered from 1 on every page: the numbers are the buttons."""
    rows = [
        _pick(ctx, library, number, pick, group.get(pick.resource.id)) for number, pick in enumerate(found.picks, 1)
    ]
    notes = [text(said) for note in found.notes if offset == 0 and (said := note_line(ctx, library, note))]
    question = found.reading.question
    if question is not None and offset == 0:
        notes.append(text(question.text(ctx.locale)))
    advice = _advice(ctx, found) if offset == 0 else []
    card = Card(_heading(ctx, library, asked, found.reading), (*notes, *rows, *advice))
    if not found.picks:
        card = Card(card.title, (text(ctx.t("recommend.no_more")),))
    shown = tuple(pick.resource.id for pick in found.picks)
    return Reply(cards=(card,), rows=_buttons(ctx, library, asked, found, offset), shown=shown)


def not_understood(ctx: Context, library: Library, asked: Asked, found: Recommendation) -> Reply:
    """Say so when nothing fits, with the nearest topics as buttons."""
    topics = [topic for near in found.reading.nearest if (topic := library.topic(near))]
    nearest = tuple(_ask_button(topic.name(ctx.locale), topic.id) for topic in topics)
    key = "recommend.nothing_left" if found.reading.understood else "recommend.unknown"
    said = ctx.t(key, topic=found.reading.text or asked.topic[:40])
    again = Button(ctx.t("recommend.all_topics"), Press.of(CALL, "recommend"), personal=True)
    offered = ctx.t("recommend.nearest" if found.reading.alike else "recommend.far") if nearest else ""
    return Reply(lines(said, offered), rows=(nearest, (again,)))


def _heading(ctx: Context, library: Library, asked: Asked, reading: Reading) -> str:
    names = _way_names(ctx, library, reading) or [
        topic.name(ctx.locale) for heard in reading.topics[:2] if (topic := library.topic(heard.topic))
    ]
    wishes = [ctx.t(f"choices.{name}.{value}") for name, value in _wishes(asked, reading) if value]
    without = [topic.name(ctx.locale) for out in reading.excluded if (topic := library.topic(out))]
    typed = "" if without else reading.text  # "except RL" is said by what is left out
    parts = [" + ".join(names) or typed, *wishes]
    parts += [ctx.t("recommend.without", topic=name) for name in without]
    return " · ".join(part for part in parts if part)


def _way_names(ctx: Context, library: Library, reading: Reading) -> list[str]:
    """Return what was asked for when that is what comes before or after a topic."""
    ways = (("before", reading.aside.before), ("after", reading.aside.after))
    pairs = ((word, library.topic(topic)) for word, topics in ways for topic in topics)
    return [ctx.t(f"recommend.way.{word}", topic=topic.name(ctx.locale)) for word, topic in pairs if topic]


def _wishes(asked: Asked, reading: Reading) -> tuple[tuple[str, str | None], ...]:
    """Return what was chosen beside the words, or read from them."""
    kinds = reading.wishes.kinds
    return (
        ("level", asked.level or reading.wishes.level),
        ("language", asked.language or reading.wishes.language),
        ("kind", asked.kind or (kinds[0] if kinds else None)),
    )


def _pick(ctx: Context, library: Library, number: int, pick: Pick, group: GroupOpinion | None) -> Text:
    resource = pick.resource
    name = resource.name(ctx.locale)
    title = Link(name, resource.link) if resource.link else Bold(name)
    caveat = ctx.t("recommend.caveat", caveat=pick.caveat(ctx.locale)) if pick.caveat else ""
    parts = [facts(ctx, resource), group_mark(ctx, group)]
    head = text(Bold(f"{number}."), " ", title, "".join([f" · {part}" for part in parts if part]))
    return lines(head, resource.note(ctx.locale), why_line(ctx, library, pick.reasons[:REASONS_SHOWN]), caveat)


def _advice(ctx: Context, found: Recommendation) -> list[Text]:
    """The article's method, one line, told as its author's view with the other side."""
    rows = []
    for method in found.advice[:1]:
        other = f" {method.other_side(ctx.locale)}" if method.other_side else ""
        rows.append(text(f"{method.text(ctx.locale)}{other}"))
    return rows


def _buttons(
    ctx: Context, library: Library, asked: Asked, found: Recommendation, offset: int
) -> tuple[tuple[Button, ...], ...]:
    word, shown = asked.word(), len(found.picks)
    numbers = [
        Button(str(number), Press.of("rec.card", library.code(pick.resource.id), offset, word), personal=True)
        for number, pick in enumerate(found.picks, 1)
    ]
    moves = []
    if offset:
        moves.append(
            Button(ctx.t("recommend.earlier"), Press.of("rec.turn", max(offset - PAGE, 0), word), personal=True)
        )
    if offset + shown < found.total:
        moves.append(Button(ctx.t("kit.more"), Press.of("rec.turn", offset + shown, word), personal=True))
    if shown and not ctx.impersonal:
        moves.append(_share(ctx, library, asked, offset))
    rows = [[*numbers, *moves]] if len(numbers) + len(moves) <= 5 else [numbers, moves]
    ways = [note for note in found.notes if note.kind in _WAYS] if offset == 0 else []
    rows += [_way_buttons(ctx, library, note) for note in ways[:1]]
    question = found.reading.question
    if question is not None and offset == 0:
        rows.append([_ask_button(m.label(ctx.locale), m.topic) for m in question.options[:5]])
    return tuple(tuple(row) for row in rows if row)


_WAYS = (NoteKind.BEFORE, NoteKind.AFTER)
_WAY_TOPICS = 4  # that one row has room for, beside the whole way


def _way_buttons(ctx: Context, library: Library, note: Note) -> list[Button]:
    """Return each topic on the way, and the whole way to the topic, or on from the first that comes after it."""
    topics = [topic for value in note.values[1:] if (topic := library.topic(value))][:_WAY_TOPICS]
    end = note.values[0] if note.kind is NoteKind.BEFORE else note.values[1]
    way = Button(ctx.t("recommend.way.whole"), Press.of(CALL, "path", end), personal=True)
    return [*(_ask_button(topic.name(ctx.locale), topic.id) for topic in topics), way]


def _share(ctx: Context, library: Library, asked: Asked, offset: int) -> Button:
    """Show the picks to everybody here; from a private chat, carry the question into another one."""
    if not ctx.caller.place.private:
        return Button(ctx.t("kit.share"), Press.of("rec.share", offset, asked.word()))
    topic = library.topic(asked.topic)
    chosen = [ctx.t(f"choices.{name}.{value}") for name, value in asked.chosen() if value]
    return Button(ctx.t("kit.share"), share=" ".join([topic.name(ctx.locale) if topic else asked.topic, *chosen]))


def _ask_button(label: str, topic: str) -> Button:
    return Button(label, Press.of(CALL, "recommend", topic), personal=True)
