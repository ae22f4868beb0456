"""Draws the details of one resource, with the verbs under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Link, Text, lines, text
from bot.core.catalogue import Resource, State, Sureness
from bot.core.opinions import COOLLY, FONDLY, liked
from bot.core.people import EntryState, GroupOpinion, Opinion
from bot.core.recommender import Pick, Why
from bot.services.library import Library
from cogs.card.focus import doors
from cogs.card.way import Way
from cogs.phrases import facts, why_line

NO_OPINION = Opinion()
MOST_CHANGES = 2

_SAID_BELOW = frozenset((Why.STRENGTH, Why.MARK))  # the article's own lines say these, more fully


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of the resource. `undo` takes the last word back.

    `going` are the things under way, when they are many.
    """

    state: EntryState | None = None
    opinion: Opinion = NO_OPINION
    undo: Press | None = None
    going: tuple[str, ...] = ()


def draw_card(
    ctx: Context, library: Library, pick: Pick, way: Way, said: Said, group: GroupOpinion | None = None
) -> Reply:
    """Return the card of `pick` with what the person says of it and what their `group` does."""
    resource = pick.resource
    own = () if ctx.impersonal else lines(*_said(ctx, said))
    body = [block for block in (own, *_body(ctx, library, pick), lines(*_group(ctx, group))) if block]
    card = Card(resource.name(ctx.locale), tuple(body), url=resource.link, footer=_footer(ctx, resource))
    rows = (
        _verbs(ctx, resource, way, said),
        *((door,) for door in doors(ctx, library, said.going)),
        _rest(ctx, resource, way),
    )
    if ctx.impersonal:  # what is said of it is said in private, and the router adds the way there
        rows = ()
    return Reply(cards=(card,), rows=rows, how=How.EDIT, shown=(resource.id,))


def _said(ctx: Context, said: Said) -> Iterator[str]:
    if said.state is not None:
        yield ctx.t(f"recommend.said.{said.state.value}")
    if said.opinion.seen:
        yield ctx.t("card.said.seen")
    if said.opinion.thumb:
        yield ctx.t("card.said.up" if said.opinion.thumb > 0 else "card.said.down")
    if said.going:
        yield ctx.t("card.focus", count=len(said.going))


def _group(ctx: Context, group: GroupOpinion | None) -> Iterator[str]:
    """What the group thinks, in numbers of people and never who; ratings from three people on."""
    if group is None:
        return
    if group.seen and group.last_seen_at is not None:
        yield ctx.t("card.group.seen", count=group.seen, month=f"{group.last_seen_at:%Y-%m}")
    mean = liked(group)
    if mean is not None:
        word = "fond" if mean >= FONDLY else "cool" if mean <= COOLLY else "torn"
        yield ctx.t(f"card.group.{word}", count=group.ups + group.downs)


def _body(ctx: Context, library: Library, pick: Pick) -> Iterator[Text]:
    resource, t, locale = pick.resource, ctx.t, ctx.locale
    yield lines(resource.note(locale), facts(ctx, resource), _by(ctx, resource))
    yield why_line(ctx, library, [reason for reason in pick.reasons if reason.why not in _SAID_BELOW])
    yield lines(*(text(t("recommend.caveat", caveat=caveat(locale))) for caveat in resource.caveats))
    yield _state(ctx, library, resource)
    yield lines(*_changed(ctx, library, resource))
    yield lines(*_author(ctx, resource))
    if not ctx.impersonal:  # others would read it as what somebody here lacks
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


def _changed(ctx: Context, library: Library, resource: Resource) -> Iterator[str]:
    """What changed about the row lately."""
    for change in library.recent_changes(resource.id, ctx.now.date())[:MOST_CHANGES]:
        yield ctx.t("card.changed", date=change.date.isoformat(), what=change.text(ctx.locale))


def _author(ctx: Context, resource: Resource) -> Iterator[str]:
    article = resource.article
    if article is None:
        return
    yield ctx.t(f"recommend.strength.{article.strength.value}")
    if article.view:
        yield article.view(ctx.locale)
    if article.mark:
        key = "recommend.mark.seen" if article.mark.checked else "recommend.mark.unseen"
        yield ctx.t(key, year=article.mark.year, edition=article.mark.edition(ctx.locale))


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


def _verbs(ctx: Context, resource: Resource, way: Way, said: Said) -> tuple[Button, ...]:
    """The verbs that still say something new: one started can be finished, one finished can be judged."""

    def verb(key: str, press: Press, style: Style = Style.PLAIN) -> Button:
        return Button(ctx.t(key), press, style=style, personal=True)

    def put(state: EntryState) -> Button:
        style = Style.PRIMARY if state is EntryState.GOING else Style.PLAIN
        return verb(f"recommend.verb.{state.value}", way.press("rec.put", state.value, resource.id), style)

    verbs = [put(state) for state in _STATES[said.state]]
    if said.state is EntryState.GOING:
        verbs.insert(2, verb("card.verb.stuck", way.press("rec.stuck", resource.id)))
    if said.state in (EntryState.DONE, EntryState.SKIMMED):
        if not said.opinion.seen:
            verbs.append(verb("card.verb.seen", way.press("rec.seen", "yes", resource.id)))
        for word, thumb in (("up", 1), ("down", -1)):
            if said.opinion.thumb != thumb:
                verbs.append(verb(f"card.verb.{word}", way.press("rec.thumb", word, resource.id)))
    if said.undo is not None:
        verbs.append(verb("recommend.undo", said.undo))
    return tuple(verbs)


_STATES: dict[EntryState | None, tuple[EntryState, ...]] = {
    None: (EntryState.SAVED, EntryState.GOING, EntryState.NOT_FOR_ME),
    EntryState.NOT_FOR_ME: (EntryState.SAVED, EntryState.GOING),
    EntryState.SAVED: (EntryState.GOING, EntryState.NOT_FOR_ME),
    EntryState.GOING: (EntryState.DONE, EntryState.SKIMMED, EntryState.NOT_FOR_ME),
    EntryState.DONE: (),
    EntryState.SKIMMED: (),
}


def _rest(ctx: Context, resource: Resource, way: Way) -> tuple[Button, ...]:
    back = Button(ctx.t("kit.back"), way.back(), personal=True)
    remind = Button(ctx.t("card.verb.remind"), Press.of("rm.about", resource.id), personal=True)
    if not resource.link:
        return (remind, back)
    broken = Button(ctx.t("recommend.broken.button"), Press.of("rec.broken", resource.id), personal=True)
    return (remind, broken, back)
