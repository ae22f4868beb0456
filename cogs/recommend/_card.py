"""Draws the details of one resource, with the verbs under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Link, Text, lines, text
from bot.core.catalogue import Resource, State, Sureness
from bot.core.people import EntryState
from bot.core.recommender import Pick, Why
from bot.services.library import Library
from cogs.recommend._words import facts, why_line


@dataclass(frozen=True, slots=True)
class Way:
    """Where the card was opened from: the page of the list and the question behind it."""

    offset: int
    asked: str

    def press(self, name: str, *args: str | int) -> Press:
        """Return a press that keeps the way back."""
        return Press.of(name, *args, self.offset, self.asked)


_SAID_BELOW = frozenset((Why.STRENGTH, Why.MARK))  # the article's own lines say these, more fully


def draw_card(
    ctx: Context, library: Library, pick: Pick, way: Way, state: EntryState | None, undo: str | None
) -> Reply:
    """Return the card of `pick`. `state` is what the person said of it; `undo` is what they said before that."""
    resource = pick.resource
    said = text(ctx.t(f"recommend.said.{state.value}")) if state and not ctx.impersonal else ()
    body = [block for block in (said, *_body(ctx, library, pick)) if block]
    card = Card(resource.name(ctx.locale), tuple(body), url=resource.link, footer=_footer(ctx, resource))
    return Reply(cards=(card,), rows=_buttons(ctx, resource, way, state, undo), how=How.EDIT, shown=(resource.id,))


def _body(ctx: Context, library: Library, pick: Pick) -> Iterator[Text]:
    resource, t, locale = pick.resource, ctx.t, ctx.locale
    yield lines(resource.note(locale), facts(ctx, resource), _by(ctx, resource))
    yield why_line(ctx, library, [reason for reason in pick.reasons if reason.why not in _SAID_BELOW])
    yield lines(*(text(t("recommend.caveat", caveat=caveat(locale))) for caveat in resource.caveats))
    yield _state(ctx, library, resource)
    yield lines(*_author(ctx, resource))
    yield lines(*_first(ctx, library, pick))
    names = [topic.name(locale) for topic_id in pick.next[:3] if (topic := library.topic(topic_id))]
    yield text(t("recommend.then", topics=", ".join(names))) if names else ()


def _by(ctx: Context, resource: Resource) -> str:
    who = ", ".join(resource.authors[:3]) or (resource.organisation or "")
    cost = "" if resource.free is None else ctx.t("recommend.free" if resource.free else "recommend.paid")
    units = resource.units(ctx.locale) if resource.units else ""
    hours = ctx.t("recommend.hours", hours=f"{resource.hours:g}") if resource.hours else ""
    year = str(resource.year) if resource.year else ""
    return " · ".join(part for part in (who, year, units, hours, cost) if part)


def _state(ctx: Context, library: Library, resource: Resource) -> Text:
    """What became of it, and what takes its place."""
    rows: list[Text | str] = []
    if resource.state is not State.ACTIVE:
        rows.append(ctx.t(f"recommend.state.{resource.state.value}"))
    if resource.status.note:
        rows.append(resource.status.note(ctx.locale))
    after = [r for r in library.successors(resource) if r.link]
    if after:
        links: list[Text | str] = [ctx.t("recommend.successors"), " "]
        for number, successor in enumerate(after[:2]):
            links += [", " if number else "", (Link(successor.name(ctx.locale), successor.link or ""),)]
        rows.append(text(*links))
    return lines(*rows)


def _author(ctx: Context, resource: Resource) -> Iterator[str]:
    article = resource.article
    if article is None:
        return
    yield ctx.t(f"recommend.strength.{article.strength.value}")
    if article.view:
        yield article.view(ctx.locale)
    if article.mark:
        key = "recommend.mark.seen" if article.mark.checked else "recommend.mark.unseen"
        yield ctx.t(key, year=article.mark.year, edition=article.mark.edition)


def _first(ctx: Context, library: Library, pick: Pick) -> Iterator[Text]:
    """What to do first when a prerequisite may be missing."""
    for missing in pick.missing[:2]:
        why = f" ({missing.why(ctx.locale)})" if missing.why else ""
        row: list[Text | str] = [ctx.t("recommend.first", what=missing.text(ctx.locale)) + why]
        if missing.first and missing.first.link:
            row += [" → ", (Link(missing.first.name(ctx.locale), missing.first.link),)]
        yield text(*row)


def _footer(ctx: Context, resource: Resource) -> str:
    sure = ctx.t(f"recommend.sure.{resource.sure.value}") if resource.sure is not Sureness.HIGH else ""
    verified = ctx.t("recommend.verified", date=f"{resource.verified:%Y-%m}")
    return " · ".join(part for part in (sure, verified) if part)


def _buttons(
    ctx: Context, resource: Resource, way: Way, state: EntryState | None, undo: str | None
) -> tuple[tuple[Button, ...], ...]:
    verbs = [
        Button(
            ctx.t(f"recommend.verb.{verb.value}"),
            way.press("rec.put", verb.value, resource.id),
            style=Style.PRIMARY if verb is EntryState.GOING else Style.PLAIN,
            personal=True,
        )
        for verb in _verbs(state)
    ]
    if undo is not None:
        verbs.append(Button(ctx.t("recommend.undo"), way.press("rec.undo", undo, resource.id), personal=True))
    rest = []
    if resource.link:
        rest.append(Button(ctx.t("recommend.broken.button"), Press.of("rec.broken", resource.id), personal=True))
    back = Press.of("rec.turn", way.offset, way.asked)
    rest.append(Button(ctx.t("kit.back"), back, personal=True))
    return (tuple(verbs), tuple(rest))


def _verbs(state: EntryState | None) -> tuple[EntryState, ...]:
    """The verbs that still say something new: one started can be finished, one finished needs none."""
    match state:
        case None | EntryState.NOT_FOR_ME:
            return (EntryState.SAVED, EntryState.GOING) + (() if state else (EntryState.NOT_FOR_ME,))
        case EntryState.SAVED:
            return (EntryState.GOING, EntryState.NOT_FOR_ME)
        case EntryState.GOING:
            return (EntryState.DONE, EntryState.NOT_FOR_ME)
        case EntryState.DONE | EntryState.SKIMMED:
            return ()
