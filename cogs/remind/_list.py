"""Draws one's reminders: the list, one of them with what can be done to it, and what became of the messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Bold, Text, lines, text
from bot.core.outbox import Letter, LetterState
from bot.core.refs import UserRef
from bot.core.reminders import KIND, did_last
from bot.core.schedule import Schedule, ScheduleState
from bot.services.other_ways import WAITS_POST
from bot.services.own_schedules import Row
from bot.services.reminders import SET_POST
from cogs.remind._words import View, moment, plain_subject, recurrence, subject

PAGE = 5
_ON_ITS_WAY = (LetterState.WAITING, LetterState.LEASED, LetterState.HELD)
_REASONS = ("closed", "blocked", "gone", "forbidden", "deactivated", "left")


def draw_list(view: View, rows: Sequence[Row], offset: int, said: Sequence[Text | str] = ()) -> Reply:
    """Return a page of the list, numbered as its buttons; `said` stands above it."""
    t = view.t
    if not rows:
        return _empty(view, said)
    offset = min(max(offset, 0), (len(rows) - 1) // PAGE * PAGE)
    shown = rows[offset : offset + PAGE]
    body = [_row(view, number, row) for number, row in enumerate(shown, 1)]
    numbers = tuple(
        Button(str(number), Press.of("rm.open", row.schedule.id, offset), personal=True)
        for number, row in enumerate(shown, 1)
    )
    turns = []
    if offset:
        turns.append(Button(t("mylist.earlier"), Press.of("rm.turn", offset - PAGE), personal=True))
    if offset + PAGE < len(rows):
        turns.append(Button(t("kit.more"), Press.of("rm.turn", offset + PAGE), personal=True))
    card = Card(t("remind.title"), tuple(body), footer=t("remind.footer"))
    return Reply(lines(*said), cards=(card,), rows=(numbers, (*turns, *_others(view))))


def _empty(view: View, said: Sequence[Text | str]) -> Reply:
    """Say what reminders are for, by example."""
    t = view.t
    teaching = lines(
        *said, t("remind.empty"), t("remind.example"), t("remind.example_again"), t("remind.example_series")
    )
    return Reply(teaching, rows=(_others(view),))


def _others(view: View) -> tuple[Button, ...]:
    new = Button(view.t("remind.new"), Press.of("rm.new"), style=Style.PRIMARY, personal=True)
    return (new, Button(view.t("remind.delivered"), Press.of("rm.sent", 0), personal=True))


def _row(view: View, number: int, row: Row) -> Text:
    return lines(text(Bold(f"{number}."), " ", subject(view, row.subject)), " · ".join(_when(view, row)))


def _when(view: View, row: Row) -> Iterator[str]:
    """Yield when it comes next, its rule, and why it stands still."""
    schedule = row.schedule
    at = row.moved or schedule.next_due_at
    if schedule.state is ScheduleState.PAUSED:
        yield view.t("remind.state.paused")
    elif schedule.state is ScheduleState.AWAY:
        yield view.t("remind.state.away")
    elif schedule.state is ScheduleState.ENDED and row.moved is None:
        yield view.t("remind.ended")
    elif at is not None:
        yield view.t("remind.next", moment=moment(view, at))
    if row.moved is not None or "root" in schedule.payload:
        yield view.t("remind.state.moved")
    if schedule.rule is not None:
        yield recurrence(view, schedule.rule, schedule.left)


def draw_one(view: View, row: Row, offset: int, line: str = "") -> Reply:
    """Return one reminder and its verbs; after a change with what was done."""
    schedule = row.schedule
    said = lines(line, subject(view, row.subject), *_when(view, row))
    return Reply(said, rows=(_verbs(view, schedule, offset), (_back(view, offset),)), how=How.EDIT)


def _verbs(view: View, schedule: Schedule, offset: int) -> tuple[Button, ...]:
    def verb(word: str, press: Press, style: Style = Style.PLAIN) -> Button:
        return Button(view.t(f"remind.{word}"), press, style=style, personal=True)

    verbs = [verb("change", Press.of("rm.edit", schedule.id))]
    if schedule.state is ScheduleState.ACTIVE:
        verbs.append(verb("pause", Press.of("rm.pause", schedule.id, offset)))
    elif schedule.state in (ScheduleState.PAUSED, ScheduleState.AWAY):
        verbs.append(verb("resume", Press.of("rm.resume", schedule.id, offset), Style.PRIMARY))
    if schedule.state is not ScheduleState.ENDED:
        verbs.append(verb("stop", Press.of("rm.stop", schedule.id, offset), Style.DANGER))
    if did_last(schedule) is not None:
        verbs.append(verb("undo", Press.of("rm.undo", schedule.id, schedule.version)))
    return tuple(verbs)


def _back(view: View, offset: int) -> Button:
    return Button(view.t("kit.back"), Press.of("rm.turn", offset), personal=True)


def draw_deliveries(view: View, letters: Sequence[Letter], offset: int, *, more: bool) -> Reply:
    """Return what was delivered: when it was due, when and where it went, or why it did not."""
    t = view.t
    body = [
        _delivery(view, letter) for letter in letters if letter.post in (SET_POST, WAITS_POST) or letter.kind == KIND
    ]
    turns = []
    if offset:
        turns.append(Button(t("mylist.earlier"), Press.of("rm.sent", max(offset - PAGE, 0)), personal=True))
    if more:
        turns.append(Button(t("kit.more"), Press.of("rm.sent", offset + PAGE), personal=True))
    rows = (tuple(turns), (_back(view, 0),))
    if not body:
        return Reply(text(t("remind.sent.none")), rows=rows, how=How.EDIT)
    return Reply(cards=(Card(t("remind.sent.title"), tuple(body)),), rows=rows, how=How.EDIT)


def _delivery(view: View, letter: Letter) -> Text:
    named = plain_subject(view, letter.payload) if letter.kind == KIND else view.t(f"remind.sent.{letter.post[7:]}")
    due = letter.due_at or letter.created_at
    return lines(text(Bold(moment(view, due)), f" · {named}"), _outcome(view, letter))


def _outcome(view: View, letter: Letter) -> str:
    t = view.t
    where = t(f"choices.platform.{letter.platform.value}")
    if not isinstance(letter.to, UserRef):
        where = t("remind.sent.in_place", platform=where)
    if letter.state is LetterState.SENT and letter.sent_at is not None:
        return t("remind.sent.at", moment=moment(view, letter.sent_at), where=where)
    if letter.state in _ON_ITS_WAY:
        return t("remind.sent.on_its_way", where=where)
    return t(f"remind.sent.state.{letter.state.value}", where=where, why=why_not(view, letter))


def why_not(view: View, letter: Letter) -> str:
    """Return why a letter was not sent, in words for its reader."""
    known = letter.reason if letter.reason in _REASONS else "other"
    return view.t(f"remind.why.{known}")
