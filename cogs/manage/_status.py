"""How the house stands, as a card: counts and places, never a person, since everybody in the chat may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.chat.context import Context
from bot.chat.reply import Card
from bot.chat.text import Bold, Moment, Text, lines, text
from bot.core.digest.timing import DIGEST
from bot.core.outbox import LetterState
from bot.core.refs import Place
from bot.services.status import House, Status

SLOT = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a moment goes, which each platform draws in its own way
ON_ITS_WAY = (LetterState.WAITING, LetterState.LEASED, LetterState.HELD)
UNSENT = (LetterState.DEAD, LetterState.UNDELIVERED, LetterState.WITHHELD, LetterState.TOO_LATE)
REASONS_SHOWN = 3
STEPS = ("close", "post", "nudge", "hour", "recap", "wake")
# Those whose words are in the locales; another is shown by its own name.
KINDS = ("reminder", "return", "notice", DIGEST, *(f"cycle.{step}" for step in STEPS))
_MIB = 1 << 20


class Drawer:
    """Draws for one reader."""

    def __init__(self, ctx: Context, zone: str) -> None:
        """Speak as `ctx` does, and tell times on the wall of `zone`."""
        self._t, self._zone = ctx.t, zone

    def card(self, status: Status) -> Card:
        """Return the card."""
        parts = [*self._due(status), *self._letters(status), *self._out_of_reach(status)]
        if status.house is not None:
            parts += self._house(status.house)
        return Card(self._t("manage.state.title"), tuple(parts))

    def _due(self, status: Status) -> Iterator[Text]:
        if not status.due:
            yield text(self._t("manage.state.nothing_due"))
            return
        rows = [
            self._timed("manage.state.due_row", each.at, kind=self._kind(each.kind, each.group)) for each in status.due
        ]
        yield lines(text(Bold(self._t("manage.state.due"))), *rows)

    def _letters(self, status: Status) -> Iterator[Text]:
        counts, t = status.counts, self._t
        if status.house is not None:
            waits = sum(counts.get(state, 0) for state in ON_ITS_WAY)
            yield text(t("manage.state.letters", waits=waits, sent=counts.get(LetterState.SENT, 0)))
        unsent = sum(counts.get(state, 0) for state in UNSENT)
        if not unsent:
            yield text(t("manage.state.all_sent"))
            return
        yield lines(text(t("manage.state.unsent", count=unsent)), *map(text, self._reasons(status.reasons)))

    def _reasons(self, reasons: Mapping[str, int]) -> Iterator[str]:
        often = sorted(reasons.items(), key=lambda each: -each[1])
        for reason, count in often[:REASONS_SHOWN]:
            yield self._t("manage.state.reason", reason=reason[:80], count=count)

    def _out_of_reach(self, status: Status) -> Iterator[Text]:
        places = sum(isinstance(each.to, Place) for each in status.unreachable)
        people = len(status.unreachable) - places
        if places or people:
            yield text(self._t("manage.state.unreachable", people=people, places=places))

    def _house(self, house: House) -> Iterator[Text]:
        t = self._t
        leads = ", ".join(each.what for each in house.leading if each.holds) or "-"
        yield text(t("manage.state.leads", what=leads))
        if house.alive_at is not None:
            yield self._timed("manage.state.alive", house.alive_at)
        if house.backup_at is not None:
            yield self._timed("manage.state.backup", house.backup_at)
        else:
            yield text(t("manage.state.no_backup"))
        if house.size is not None and house.free is not None:
            size, free = f"{house.size / _MIB:.1f}", f"{house.free // _MIB:,}"
            yield text(t("manage.state.disk", size=size, free=free, revision=house.revision))

    def _kind(self, kind: str, group: str | None) -> str:
        word = self._t(f"manage.kind.{kind}") if kind in KINDS else kind
        return f"{word} ({group})" if group else word

    def _timed(self, key: str, at: datetime, **values: str) -> Text:
        before, _, after = self._t(key, moment=SLOT, **values).partition(SLOT)
        return text(before, Moment(at, self._zone), after)
