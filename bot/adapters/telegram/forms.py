"""A form as a short conversation: one question after another, kept in the database between the answers.

It says what to ask and what an answer means; sending is not its business. In groups the answer must be a reply to the
question, because privacy mode hides everything else from bots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from bot.adapters.contract import Forms
from bot.chat.context import Caller, Context
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, Reply
from bot.chat.text import Bold, Mention, Text, lines, text
from bot.core.errors import Unavailable
from bot.core.refs import Place, UserRef

log = structlog.get_logger(__name__)

SKIP, CANCEL_FORM = "form.skip", "form.cancel"  # presses that never reach the router
SKIP_SIGN = "-"
IDLE_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """A form under way: its fields, the answers so far, the message that asked last."""

    wire: str
    title: str
    fields: tuple[Field, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    prompt: int | None = None

    @classmethod
    def of(cls, form: Form) -> Progress:
        """Return the beginning of `form`."""
        return cls(form.wire, form.title, form.fields)

    @property
    def at(self) -> int:
        """Return the number of the question that is open, from 0."""
        return len(self.answers)

    @property
    def open(self) -> Field | None:
        """Return the field that is asked for, or None when all are answered."""
        return self.fields[self.at] if self.at < len(self.fields) else None

    def with_answer(self, words: str) -> Progress:
        """Return the form one question further."""
        assert self.open is not None  # noqa: S101 - only open questions are answered
        return replace(self, answers={**self.answers, self.open.name: words})


class Complaint(Exception):
    """An answer that does not fit. `key` says why, `values` fill its slots."""

    def __init__(self, key: str, **values: object) -> None:
        """Carry the reason."""
        super().__init__(key)
        self.key, self.values_of_text = key, values


def take(progress: Progress, words: str | None) -> Progress:
    """Return `progress` with what a person wrote (None: something without words). Raises `Complaint`."""
    asked = progress.open
    assert asked is not None  # noqa: S101 - a finished form is never kept
    if words is None or not words.strip():
        raise Complaint("telegram.form.words_only")
    said = words.strip() if asked.long else " ".join(words.split())
    if said == SKIP_SIGN and not asked.required:
        return progress.with_answer("")
    if len(said) > asked.limit:
        raise Complaint("telegram.form.too_long", limit=asked.limit, length=len(said))
    return progress.with_answer(said)


def question(
    ctx: Context, progress: Progress, *, to: Mention | None = None, complaint: Complaint | None = None
) -> Reply:
    """Return the open question. `to` names the person it is for where others read along."""
    asked = progress.open
    assert asked is not None  # noqa: S101 - a finished form asks nothing
    count = f" ({progress.at + 1}/{len(progress.fields)})" if len(progress.fields) > 1 else ""
    private = ctx.caller.place.private
    hints: list[str] = []
    if not asked.required and not private:
        hints.append(ctx.t("telegram.form.skip_hint"))
    if not private:
        hints.append(ctx.t("telegram.form.reply_hint"))
    body = lines(
        text(to, ":") if to else (),
        ctx.t(complaint.key, **complaint.values_of_text) if complaint else (),
        text(Bold(progress.title), count),
        asked.label,
        _example(ctx, asked),
        *hints,
    )
    return Reply(body, rows=(_buttons(ctx, progress, asked),) if private else ())


def _example(ctx: Context, asked: Field) -> Text:
    return (ctx.t("telegram.form.example", example=asked.placeholder),) if asked.placeholder else ()


def _buttons(ctx: Context, progress: Progress, asked: Field) -> tuple[Button, ...]:
    cancel = Button(ctx.t("telegram.form.cancel"), Press.of(CANCEL_FORM))
    skip = Button(ctx.t("telegram.form.skip"), Press.of(SKIP, progress.at))
    return (cancel,) if asked.required else (skip, cancel)


class Interviews:
    """Keeps forms in progress. Only this adapter writes them, so "none" is remembered and not asked for again.

    Raises `Unavailable` while storage is away.
    """

    def __init__(self, store: Forms, clock: Callable[[], datetime]) -> None:
        """Keep in `store`."""
        self._store, self._clock = store, clock
        self._idle: dict[tuple[UserRef, Place], None] = {}

    async def pending(self, caller: Caller) -> Progress | None:
        """Return the form that `caller` is filling in here."""
        key = (caller.user, caller.place)
        if key in self._idle:
            return None
        state = await self._store.pending(*key, self._clock())
        if state is None:
            self._note_idle(key)
            return None
        return _from_json(state)

    async def keep(self, caller: Caller, progress: Progress) -> None:
        """Remember how far it went."""
        self._idle.pop((caller.user, caller.place), None)
        await self._store.begin(caller.user, caller.place, asdict(progress), self._clock())

    async def end(self, caller: Caller) -> bool:
        """Forget it; say whether there was one."""
        if await self.pending(caller) is None:
            return False
        await self._store.end(caller.user, caller.place)
        self._note_idle((caller.user, caller.place))
        return True

    async def leave(self, caller: Caller) -> None:
        """Forget it, because they turned to something else; never fails: what storage still has ends by itself."""
        try:
            await self.end(caller)
        except Unavailable as error:
            log.error("a form cannot be ended: storage", error=str(error))
            self._note_idle((caller.user, caller.place))

    def _note_idle(self, key: tuple[UserRef, Place]) -> None:
        if len(self._idle) >= IDLE_KEPT:
            del self._idle[next(iter(self._idle))]
        self._idle[key] = None


def _from_json(state: Mapping[str, Any]) -> Progress:
    fields = tuple(Field(**each) for each in state["fields"])
    return Progress(state["wire"], state["title"], fields, dict(state["answers"]), state["prompt"])
