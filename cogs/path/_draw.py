"""Draws a route on one screen, and the details of one of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.context import Context
from bot.chat.limits import BUTTON_CHARACTERS, shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Menu, Reply, Style
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.methods import Goal, Method
from bot.core.paths import Enough, Need, Path, Step
from bot.core.paths.plan import HOURS_EACH, Effort, Leg, Measure, effort
from bot.core.paths.standing import Passing, Stood
from bot.core.people import EntryState, Knows
from bot.services.paths import Route
from cogs.card.way import Home, Way
from cogs.phrases import facts

SHOWN = 5  # alternatives of a step on one screen
_TITLE = 30  # characters of a title on a button
_VIEWS = 2  # rows of method beside a step


def draw_route(ctx: Context, route: Route, goal: Goal | None, undo: Press | None, see: Sequence[Path]) -> Reply:
    """Return the whole way. `goal` is the person's; `undo` takes back what was pressed just now."""
    body = [block for block in _body(ctx, route) if block]
    card = Card(route.path.title(ctx.locale), tuple(body), footer=_footer(ctx, route))
    now = route.standing.now
    shown = (now.resource.id,) if now and now.resource else ()
    return Reply(cards=(card,), menu=_steps_menu(ctx, route), rows=_buttons(ctx, route, goal, undo, see), shown=shown)


def _body(ctx: Context, route: Route) -> Iterator[Text]:
    standing = route.standing
    yield text(route.path.about(ctx.locale))
    if route.too_early:
        yield text(ctx.t("path.too_early", topic=route.path.steps[-1].title(ctx.locale)))
    yield lines(*(_step_line(ctx, route, number, stood) for number, stood in enumerate(standing.steps, 1)))
    if standing.now is not None:
        yield _now(ctx, route, standing.now)
    else:
        last = route.path.steps[-1]
        yield lines(ctx.t("path.walked"), last.why(ctx.locale) if last.need is Need.REMARK else "")
    if route.next:
        yield text(ctx.t("path.then", topics=", ".join(topic.name(ctx.locale) for topic in route.next)))
    yield lines(*_plan(ctx, route))


def _step_line(ctx: Context, route: Route, number: int, stood: Stood) -> Text:
    at = stood is route.standing.now
    mark = "now" if at else _mark(stood)
    title = f"{number}. {stood.step.title(ctx.locale)}"
    tail = _tail(ctx, route, stood)
    said = f" · {tail}" if tail else ""
    return text(ctx.t(f"path.mark.{mark}"), " ", Bold(title) if at else title, said)


def _mark(stood: Stood) -> str:
    if stood.passing is not Passing.OPEN:
        return stood.passing.value
    return "open" if stood.step.need in (Need.MAIN, Need.IF_MISSING) else "beside"


def _tail(ctx: Context, route: Route, stood: Stood) -> str:
    """Say what became of the step, or for whom it is and how long it takes."""
    if stood.passing is not Passing.OPEN and stood.passing is not Passing.GOING:
        return ctx.t(f"path.passing.{stood.passing.value}")
    if stood.step.need in (Need.WHEN_STUCK, Need.OPTIONAL, Need.REMARK):
        return ctx.t(f"path.need.{stood.step.need.value}") if stood.step.need is not Need.REMARK else ""
    leg = route.plan.leg(stood.step) if route.plan else None
    parts = [ctx.t("path.passing.going")] if stood.passing is Passing.GOING else []
    if stood.step.need is Need.IF_MISSING:
        parts.append(ctx.t(f"path.unless.{stood.step.knows.value}" if stood.step.knows else "path.need.optional"))
    parts.append(_weeks(ctx, leg) if leg else _size(ctx, stood))
    return " · ".join(part for part in parts if part)


def _weeks(ctx: Context, leg: Leg) -> str:
    if leg.weeks == 0:
        return ctx.t("path.weeks.beside")
    if leg.weeks is None:
        return ctx.t("path.weeks.unknown")
    exact = leg.effort is not None and leg.effort.measure in (Measure.HOURS, Measure.WEEKS)
    return ctx.t("path.weeks.exact" if exact else "path.weeks.about", count=leg.weeks)


def _size(ctx: Context, stood: Stood) -> str:
    """Say how much it is, without anybody's hours."""
    if stood.step.enough is Enough.STARTED:
        return ctx.t("path.weeks.beside")
    asked = effort(stood.resource) if stood.resource else None
    return _measured(ctx, asked) if asked else ctx.t("path.weeks.unknown")


def _measured(ctx: Context, asked: Effort) -> str:
    return ctx.t(f"path.size.{asked.measure.value}", count=f"{asked.count:g}")


def _why(ctx: Context, route: Route, step: Step) -> str:
    """What a step is about; on the way to a topic, what the topic needs it for."""
    why = step.why(ctx.locale)
    if route.way is None or step.id not in route.way.asked_for:
        return why
    goal = route.path.steps[-1].title(ctx.locale)
    return ctx.t("path.because", goal=goal, why=why.rstrip("."))


def _now(ctx: Context, route: Route, stood: Stood) -> Text:
    """The step one is at: what to open, what it is for unless that stands above, when it may be skipped."""
    resource = stood.resource
    if resource is None:
        return ()
    name = resource.name(ctx.locale)
    title = Link(name, resource.link) if resource.link else Bold(name)
    head = ctx.t("path.going_on" if stood.passing is Passing.GOING else "path.next")
    skip = stood.step.skip(ctx.locale) if stood.step.skip else ""
    why = _why(ctx, route, stood.step)
    head_line = text(Bold(head), " ", title, f" · {facts(ctx, resource)}")
    return lines(head_line, "" if why == route.path.about(ctx.locale) else why, skip)


def _plan(ctx: Context, route: Route) -> Iterator[str]:
    laid = route.plan
    if laid is None or not laid.legs:
        return
    if laid.behind:
        yield ctx.t("path.plan.anew")
    if laid.ends is not None:
        yield ctx.t("path.plan.ends", hours=laid.hours_a_week, date=f"{laid.ends:%Y-%m-%d}")
    elif laid.weeks:
        yield ctx.t("path.plan.known", hours=laid.hours_a_week, count=laid.weeks)
    else:
        yield ctx.t("path.plan.unknown", hours=laid.hours_a_week)
    measures = dict.fromkeys(leg.effort.measure for leg in laid.legs if leg.effort)
    counted = [ctx.t(f"path.plan.each.{m.value}", hours=f"{HOURS_EACH[m]:g}") for m in measures if m in HOURS_EACH]
    yield ctx.t("path.plan.counted", how=", ".join(counted)) if counted else ""


def _footer(ctx: Context, route: Route) -> str:
    return "" if route.plan or ctx.impersonal else ctx.t("path.no_hours")


def _steps_menu(ctx: Context, route: Route) -> Menu:
    choices = tuple(
        Choice(f"{number}. {stood.step.title(ctx.locale)}", stood.step.id)
        for number, stood in enumerate(route.standing.steps, 1)
    )
    return Menu(ctx.t("path.choose_step"), Press.of("path.step", route.key), choices[:25])


def _buttons(
    ctx: Context, route: Route, goal: Goal | None, undo: Press | None, see: Sequence[Path]
) -> tuple[tuple[Button, ...], ...]:
    now = route.standing.now
    first: list[Button] = []
    if now is not None and now.resource is not None:
        label = ctx.t("path.open_going" if now.passing is Passing.GOING else "path.open_next", title=_short(ctx, now))
        card = Way.from_home(Home.PATH, 0, route.key).press("rec.card", now.resource.id)
        first.append(Button(shorten(label, BUTTON_CHARACTERS - 1), card, style=Style.PRIMARY, personal=True))
    marks = [] if ctx.impersonal else list(_marks(ctx, route, now))
    if undo is not None:
        marks.append(Button(ctx.t("recommend.undo"), undo, personal=True))
    return tuple(tuple(row) for row in (first, marks, _ways(ctx, route, goal, see)) if row)


def _marks(ctx: Context, route: Route, now: Stood | None) -> Iterator[Button]:
    """What can be said in place of the step one is at; what nobody finishes can only be started."""
    if now is None or now.resource is None:
        return
    if now.step.knows is not None and now.passing is Passing.OPEN:
        known = Press.of("path.know", now.step.knows.value, Knows.SOME.value, route.key)
        yield Button(ctx.t("path.know"), known, personal=True)
    started = now.step.enough is Enough.STARTED
    for state in (EntryState.GOING,) if started else (EntryState.DONE, EntryState.SKIMMED):
        mark = Press.of("path.put", state.value, now.resource.id, route.key)
        yield Button(ctx.t(f"recommend.verb.{state.value}"), mark, personal=True)


def _ways(ctx: Context, route: Route, goal: Goal | None, see: Sequence[Path]) -> list[Button]:
    """The doors to other paths; a path to a goal may become one's own."""
    others = []
    if route.path.goal is not None and route.path.goal is not goal and not ctx.impersonal:
        mine = Press.of("path.mine", route.path.goal.value, route.key)
        others.append(Button(ctx.t("path.make_mine"), mine, personal=True))
    doors = [(path.title, path.id) for path in see[:2]] + [(topic.name, topic.id) for topic in route.next[:2]]
    others += [Button(name(ctx.locale), Press.of("path.turn", 0, key), personal=True) for name, key in doors]
    others.append(Button(ctx.t("path.all"), Press.of("path.all"), personal=True))
    return others[:5]


def _short(ctx: Context, stood: Stood) -> str:
    return shorten(stood.resource.name(ctx.locale), _TITLE) if stood.resource else ""


# --- one step


def draw_step(ctx: Context, route: Route, stood: Stood, rows: Sequence[Resource], methods: Sequence[Method]) -> Reply:
    """Return what a step is for, when it may be skipped, what there is to choose, and the author's view."""
    shown = rows[:SHOWN]
    step = stood.step
    skip = step.skip(ctx.locale) if step.skip else ""
    body: list[Text] = [lines(_why(ctx, route, step), skip)]
    if shown:
        body.append(text(ctx.t("path.one_is_enough")))
    body += [_choice(ctx, number, row) for number, row in enumerate(shown, 1)]
    body += [_view(ctx, method) for method in methods[:_VIEWS]]
    card = Card(step.title(ctx.locale), tuple(body))
    way = Way.from_home(Home.PATH, 0, f"{route.key}/{step.id}")
    numbers = tuple(Button(str(n), way.press("rec.card", row.id), personal=True) for n, row in enumerate(shown, 1))
    back = Button(ctx.t("kit.back"), Press.of("path.turn", 0, route.key), personal=True)
    return Reply(cards=(card,), rows=(numbers, (back,)), shown=tuple(row.id for row in shown))


def _choice(ctx: Context, number: int, row: Resource) -> Text:
    name = row.name(ctx.locale)
    title = Link(name, row.link) if row.link else Bold(name)
    asked = effort(row)
    size = f" · {_measured(ctx, asked)}" if asked else ""
    state = ctx.person.entries.get(row.id) if ctx.person and not ctx.impersonal else None
    said = f" · {ctx.t(f'recommend.verb.{state.value}')}" if state else ""
    return lines(text(Bold(f"{number}."), " ", title, f" · {facts(ctx, row)}{size}{said}"), row.note(ctx.locale))


def _view(ctx: Context, method: Method) -> Text:
    other = f" {method.other_side(ctx.locale)}" if method.other_side else ""
    return text(f"{method.text(ctx.locale)}{other}")
