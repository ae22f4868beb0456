"""Draws what one person sees alone: the week with where they stand, what to read first, and what more there is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, How, Menu, Reply, Style
from bot.chat.text import Bold, Link, Text, blocks, lines, text
from bot.core.groups import Group, GroupState
from bot.core.papers.course import reading_minutes
from bot.core.papers.paper import PaperKind, PaperState
from bot.core.papers.reviews import review_search, reviews_for
from bot.core.reading import NoteKind, ReaderState
from bot.core.reading_gap import First, Gap
from bot.services.library import Library
from bot.services.reading import Ahead, Own, Week, code_of
from cogs.paper._week import buttons
from cogs.paper._words import WEB, by, counts, course_rows, meeting, personal, review_link, was_on, why
from cogs.phrases import facts
from cogs.progress.words import duration
from cogs.reading_words import SLOT, title_of, with_moment

_TITLE = 200
_REVIEWS = 3
_LABEL = 40
_STATES = (ReaderState.READING, ReaderState.FINISHED, ReaderState.SKIMMED)


def draw_panel(
    ctx: Context,
    library: Library,
    week: Week,
    own: Own,
    zone: str,
    *,
    said: str = "",
    undo: Press | None = None,
    others: Sequence[Group] = (),
) -> Reply:
    """Return the week as one person sees it; where everybody reads along, without anything of theirs.

    `said` is what was just done, which `undo` takes back; `others` are the person's other groups.
    """
    paper = week.paper
    past = week.cycle.meeting_at <= ctx.now
    reasons = why(ctx, library, week)
    about = lines(
        by(ctx, paper),
        ctx.t(f"papers.state.{paper.state.value}") if paper.state is not PaperState.COMPLETE else "",
        was_on(ctx, week, zone) if past else meeting(ctx, week, zone),
        ctx.t("paper.week.presenter") if week.presenter is not None and not past and not own.presents else "",
        ctx.t("paper.week.why", why=reasons) if reasons else "",
        ctx.t("papers.estimate", time=duration(ctx, reading_minutes(paper))),
    )
    body = [about, text(counts(ctx, week.readers))]
    if not ctx.impersonal:
        body = [lines(*_mine(ctx, own)), *body, _review(ctx, week, own)]
    url = paper.mobile_url if paper.mobile_url.startswith(WEB) else None
    card = Card(shorten(" ".join(paper.title.split()), _TITLE), tuple(each for each in body if each), url=url)
    head = lines(ctx.t("paper.group", group=week.group.name) if others else "", said)
    rows = (buttons(ctx, week),) if ctx.impersonal else _rows(ctx, week, own, undo, others)
    return Reply(head, cards=(card,), rows=rows)


def _mine(ctx: Context, own: Own) -> list[str]:
    said = [ctx.t(f"paper.state.{own.state.value}")] if own.state is not None else []
    said += [ctx.t("paper.state.too_hard")] if own.too_hard else []
    rows = [ctx.t("paper.me", said=" · ".join(said))] if said else []
    rows += [ctx.t("paper.you_present")] if own.presents else []
    return [*rows, *([ctx.t("paper.notes.mine", count=len(own.notes))] if own.notes else [])]


def _review(ctx: Context, week: Week, own: Own) -> Text:
    link = review_link(week.paper, ctx.locale) if week.heavy or own.through else None
    key = "paper.review.after" if own.through else "paper.week.review_first"
    return text(ctx.t(key), " ", link) if link is not None else ()


def _rows(
    ctx: Context, week: Week, own: Own, undo: Press | None, others: Sequence[Group]
) -> tuple[tuple[Button, ...], ...]:
    code = week.code
    states = [
        personal(ctx.t(f"paper.state.{each}"), "paper.stand", code, each) for each in _STATES if each != own.state
    ]
    first = Button(ctx.t("paper.first.button"), Press.of("paper.first", code), style=Style.PRIMARY, personal=True)
    back = [Button(ctx.t("paper.undo"), undo, personal=True)] if undo is not None else []
    notes = [
        personal(ctx.t("paper.notes.note"), "pn.write", code, NoteKind.NOTE),
        personal(ctx.t("paper.notes.question"), "pn.write", code, NoteKind.QUESTION),
        personal(ctx.t("kit.more"), "paper.more", code),
    ]
    group = [
        personal(ctx.t("paper.queue.button"), "ph.queue", code_of(week.group)),
        personal(ctx.t("paper.past.button"), "ph.past", code_of(week.group), 0),
        personal(ctx.t("paper.export.button"), "ph.export", code_of(week.group)),
    ]
    if not ctx.caller.place.private:
        group.append(Button(ctx.t("kit.share"), Press.of("paper.share", code)))
    return (tuple(states + back), (first, *notes), tuple(group), _other_groups(ctx, others))


def _other_groups(ctx: Context, others: Sequence[Group]) -> tuple[Button, ...]:
    return tuple(
        personal(shorten(ctx.t("paper.other", group=each.name), _LABEL), "paper.of", each.id) for each in others[:3]
    )


def draw_ahead(ctx: Context, ahead: Ahead, zone: str, others: Sequence[Group]) -> Reply:
    """Return what is ahead of a group that has no paper for now, and what one can do about it."""
    group = ahead.group
    rows: list[Text | str] = [ctx.t("paper.group", group=group.name)] if others else []
    vote: tuple[Button, ...] = ()
    if group.state is GroupState.DRAFT:
        rows.append(ctx.t("paper.ahead.draft", group=group.name))
    elif group.state is not GroupState.ACTIVE:
        rows.append(ctx.t("paper.ahead.resting", group=group.name))
    elif ahead.ballot is not None:
        rows.append(with_moment(ctx.t("paper.ahead.ballot", moment=SLOT), ahead.ballot.closes_at, group, zone))
        vote = (personal(ctx.t("paper.vote"), "bal.mine", ahead.ballot.id),)
    elif ahead.post_at is not None:
        rows.append(with_moment(ctx.t("paper.ahead.post", moment=SLOT), ahead.post_at, group, zone))
    else:
        rows.append(ctx.t("paper.ahead.nothing"))
    chances = (
        personal(ctx.t("paper.queue.button"), "ph.queue", code_of(group)),
        personal(ctx.t("paper.past.button"), "ph.past", code_of(group), 0),
    )
    put_up = personal(ctx.t("paper.queue.put_up"), "sg.of", code_of(group))
    return Reply(lines(*rows), rows=((*vote, put_up), chances, _other_groups(ctx, others)))


def draw_first(ctx: Context, library: Library, week: Week, found: Gap) -> Reply:
    """Return the two or three things that close this person's gap, each with why and about how long."""
    rows = [_first(ctx, library, number, each) for number, each in enumerate(found.firsts, 1)]
    said: list[Text] = [lines(text(ctx.t("paper.first.heading"), " ", title_of(week.kept)))]
    if rows:
        said += [lines(ctx.t("paper.first.why" if found.own else "paper.first.why_topics")), *rows]
    elif found.needs and not found.missing:
        said.append(text(ctx.t("paper.first.nothing_missing")))
    else:
        said.append(text(ctx.t("paper.first.unknown")))
    opened = [
        personal(str(number), "rec.card", library.code(each.resource.id), 0, each.topic)
        for number, each in enumerate(found.firsts, 1)
    ]
    ways = (
        personal(ctx.t("paper.state.reading"), "paper.stand", week.code, ReaderState.READING),
        personal(ctx.t("papers.ten_minutes"), "paper.course", week.code),
        personal(ctx.t("paper.week.button"), "paper.open", week.code),
    )
    shown = tuple(each.resource.id for each in found.firsts)
    return Reply(blocks(*said), rows=(tuple(opened), ways), shown=shown)


def _first(ctx: Context, library: Library, number: int, first: First) -> Text:
    row, topic = first.resource, library.topic(first.topic)
    name = row.name(ctx.locale)
    title = Link(name, row.link) if row.link else Bold(name)
    named = topic.name(ctx.locale) if topic is not None else first.topic
    time = "" if first.minutes is None else duration(ctx, first.minutes)
    spent = ctx.t("paper.first.piece" if first.piece else "paper.first.whole", time=time) if time else ""
    reason = first.why(ctx.locale) if first.why is not None else ctx.t("paper.first.needs")
    return lines(
        text(Bold(f"{number}."), " ", title, f" · {facts(ctx, row)}"),
        " · ".join(part for part in (f"{named}: {reason}", spent) if part),
    )


def draw_end(ctx: Context, week: Week) -> Reply:
    """Ask how one got through: finishing and skimming both count."""
    row = tuple(
        personal(ctx.t(f"paper.state.{each}"), "paper.stand", week.code, each)
        for each in (ReaderState.FINISHED, ReaderState.SKIMMED)
    )
    hard = personal(ctx.t("paper.state.too_hard"), "paper.hard", week.code, "yes")
    return Reply(lines(text(title_of(week.kept)), ctx.t("paper.end.question")), rows=((*row, hard),))


def draw_more(ctx: Context, week: Week, own: Own, *, runs: bool, said: str = "") -> Reply:
    """Return everything else that can be done about a paper; who `runs` the group may say what kind it is."""
    code = week.code
    hard = personal(
        ctx.t("paper.hard.no" if own.too_hard else "paper.state.too_hard"),
        "paper.hard",
        code,
        "no" if own.too_hard else "yes",
    )
    mine = [personal(ctx.t("paper.notes.button"), "pn.list", code)]
    reading = (
        personal(ctx.t("paper.prompts.button"), "paper.ask", code),
        personal(ctx.t("papers.ten_minutes"), "paper.course", code),
        personal(ctx.t("paper.review.button"), "paper.review", code),
    )
    rest = [personal(ctx.t("paper.card"), "pc.card", week.kept.id, 0, "")]
    if week.cycle.meeting_at > ctx.now:
        rest.insert(0, personal(ctx.t("paper.remind.button"), "paper.remind", code))
    rest.append(personal(ctx.t("paper.export.button"), "ph.export", code_of(week.group)))
    kind = ctx.t("paper.kind.button", kind=ctx.t(f"papers.kind.{week.kind.value}"))
    run = (personal(kind, "paper.kinds", code),) if runs else ()
    write = (
        personal(ctx.t("paper.notes.note"), "pn.write", code, NoteKind.NOTE),
        personal(ctx.t("paper.notes.question"), "pn.write", code, NoteKind.QUESTION),
    )
    back = personal(ctx.t("paper.week.button"), "paper.open", code)
    head = lines(said, text(title_of(week.kept)), *_mine(ctx, own))
    return Reply(head, rows=((hard, *write, *mine), reading, tuple(rest), (*run, back)))


def draw_course(ctx: Context, week: Week) -> Reply:
    """Return the ten-minute course."""
    said = lines(Bold(ctx.t("papers.ten_minutes")), *course_rows(ctx, week.kind), ctx.t("papers.unread"))
    ways = (
        personal(ctx.t("paper.state.skimmed"), "paper.stand", week.code, ReaderState.SKIMMED),
        personal(ctx.t("kit.back"), "paper.more", week.code),
    )
    return Reply(blocks(lines(text(title_of(week.kept))), said), rows=(ways,), how=How.EDIT)


def draw_reviews(ctx: Context, week: Week, own: Own) -> Reply:
    """Return who explains the paper, to whoever read it alone first or finds it heavy; with a search for more."""
    back = personal(ctx.t("kit.back"), "paper.more", week.code)
    if not (own.through or own.too_hard or week.heavy):
        ways = draw_end(ctx, week).rows
        return Reply(lines(ctx.t("paper.review.alone_first")), rows=(*ways, (back,)), how=How.EDIT)
    found = [each for each in reviews_for(week.paper, ctx.locale) if each.url.startswith(WEB)][:_REVIEWS]
    rows: list[Text] = [
        text("· ", Link(shorten(" ".join(each.title.split()), 80) or each.url, each.url), f" ({each.language})")
        for each in found
    ]
    if not rows:
        rows = [text(ctx.t("papers.no_review"))]
    search = Button(ctx.t("papers.find_review"), url=review_search(week.paper, ctx.locale))
    put_up = personal(ctx.t("paper.queue.put_up"), "sg.of", code_of(week.group))
    return Reply(lines(text(title_of(week.kept)), *rows), rows=((search, put_up, back),), how=How.EDIT)


def draw_kinds(ctx: Context, week: Week) -> Reply:
    """Return the kinds of paper to choose from: the questions in the thread follow."""
    choices = tuple(Choice(ctx.t(f"papers.kind.{kind.value}"), kind.value) for kind in PaperKind)
    menu = Menu(ctx.t("paper.kind.choose"), Press.of("paper.kind", week.code), choices)
    back = personal(ctx.t("kit.back"), "paper.more", week.code)
    now = ctx.t("paper.kind.now", kind=ctx.t(f"papers.kind.{week.kind.value}"))
    return Reply(lines(text(title_of(week.kept)), now), menu=menu, rows=((back,),), how=How.EDIT)
