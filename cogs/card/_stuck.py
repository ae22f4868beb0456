"""Draws the one question to somebody who is stuck, and the one small thing that helps, without a word of blame."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.text import Link, Text, lines, text
from bot.core.stuck import Hint, Trait, Trouble
from bot.i18n import Bilingual, Locale
from bot.services.library import Library
from cogs.card.way import Way
from cogs.phrases import facts

MATHS_METHOD = "method-linear-algebra-when-stuck"
_MATHS_TOPIC = "linear-algebra"


def draw_question(ctx: Context, library: Library, resource: str, way: Way, troubles: Sequence[Trouble]) -> Reply:
    """Return the question what it is, each answer a button."""
    row = library.resource(resource)
    name = row.name(ctx.locale) if row else resource
    said = lines(ctx.t("card.stuck.asked", title=name), ctx.t("card.stuck.private"))
    answers = tuple(
        Button(_trouble(ctx, trouble), way.press("rec.help", trouble.value, 0, resource), personal=True)
        for trouble in troubles
    )
    return Reply(said, rows=(answers, (_back(ctx, way, resource),)), how=How.EDIT)


def draw_help(
    ctx: Context, library: Library, resource: str, way: Way, trouble: Trouble, found: Sequence[Hint], at: int
) -> Reply:
    """Return the hint number `at` of `found`, with its why; without one, what to ask for instead."""
    back = _back(ctx, way, resource)
    if at >= len(found):
        return Reply((ctx.t("card.stuck.nothing"),), rows=((back,),), how=How.EDIT)
    hint = found[at]
    link = hint.unit.url if hint.unit is not None else hint.resource.link
    body: list[Text] = [
        _piece(ctx, hint),
        lines(hint.resource.note(ctx.locale), facts(ctx, hint.resource)),
        lines(_why(ctx, library, hint), _method(ctx, library, trouble, hint)),
    ]
    card = Card(hint.resource.name(ctx.locale), tuple(body), url=hint.resource.link)
    row = []
    if link:
        row.append(Button(ctx.t("card.stuck.open"), url=link))
    if at + 1 < len(found):
        more = way.press("rec.help", trouble.value, at + 1, resource)
        row.append(Button(ctx.t("card.stuck.other"), more, personal=True))
    return Reply(cards=(card,), rows=((*row, back),), how=How.EDIT, shown=(hint.resource.id,))


def _piece(ctx: Context, hint: Hint) -> Text:
    """Say which piece is enough, by name where it is known, and about how long it takes."""
    if hint.unit is not None and hint.unit.url:
        title = hint.unit.title
        name = title(ctx.locale) if isinstance(title, Bilingual) else title or ""
        size = ctx.t("card.stuck.minutes", minutes=hint.minutes)
        return lines(text(Link(name, hint.unit.url), f" · {size}"), ctx.t("card.stuck.this"))
    said = ctx.t("card.stuck.enough" if hint.piece else "card.stuck.small")
    return lines(said, ctx.t("card.stuck.each", minutes=hint.minutes) if hint.minutes else "")


def _trouble(ctx: Context, trouble: Trouble) -> str:
    return ctx.t(f"card.trouble.{trouble.value}")


def _why(ctx: Context, library: Library, hint: Hint) -> str:
    """Say why this one: what it is about, why that is needed, what is small about it."""
    topic = library.topic(hint.topic)
    parts = [ctx.t("recommend.why.topic", topic=topic.name(ctx.locale))] if topic else []
    if hint.why is not None:
        parts.append(f"{hint.why(ctx.locale).rstrip('.')}.")
    parts += [_trait(ctx, trait) for trait in hint.traits]
    return ctx.t("recommend.why.line", reasons=" ".join(dict.fromkeys(parts)))


def _trait(ctx: Context, trait: Trait) -> str:
    match trait:
        case Trait.SHORT:
            return ctx.t("card.stuck.short")
        case Trait.LANGUAGE:
            return ctx.t("recommend.why.language", value=ctx.t(f"choices.language.{Locale.KO.value}"))
        case Trait.SUBTITLES:
            return ctx.t("card.stuck.subtitles")
        case Trait.VISUAL | Trait.GENTLE | Trait.HANDS_ON:
            return ctx.t(f"recommend.why.approach.{trait.value}")


def _method(ctx: Context, library: Library, trouble: Trouble, hint: Hint) -> str:
    """The article has a word for who is stuck with linear algebra: told as its author's view."""
    if trouble is not Trouble.MATHS or hint.topic != _MATHS_TOPIC:
        return ""
    method = library.method(MATHS_METHOD)
    if method is None:
        return ""
    other = f" {method.other_side(ctx.locale)}" if method.other_side else ""
    return f"{method.text(ctx.locale)}{other}"


def _back(ctx: Context, way: Way, resource: str) -> Button:
    return Button(ctx.t("kit.back"), way.press("rec.card", resource), personal=True)
