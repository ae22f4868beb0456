"""Remembers the last presses, so that a double tap has one effect and a press delivered twice is answered once.

In memory only: presses set, they never toggle, so after a restart a second tap undoes nothing either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery

DOUBLE_TAP_SECONDS = 0.7
KEPT = 1000


@dataclass(slots=True)
class Tap:
    """The last press of one person on one message, and the toast it was answered with."""

    wire: str
    at: float
    toast: str = ""
    repeated: bool = False


class Taps:
    """The last presses, a bounded number of them."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._last: dict[tuple[int, int, int], Tap] = {}
        self._queries: dict[str, None] = {}

    def press(self, pressed: CallbackQuery, wire: str, arrived: float) -> Tap | None:
        """Return the tap this is: new, or the last one `repeated`; None for a query that came before."""
        if pressed.id in self._queries:
            return None
        _make_room(self._queries)
        self._queries[pressed.id] = None
        message = pressed.message
        where = (message.chat.id, message.message_id) if message is not None else (0, 0)
        key = (pressed.from_user.id, *where)
        last = self._last.pop(key, None)
        if last is None or last.wire != wire or arrived - last.at >= DOUBLE_TAP_SECONDS:
            last = Tap(wire, arrived)
        else:
            last.repeated = True
        _make_room(self._last)
        self._last[key] = last
        return last


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= KEPT:
        del kept[next(iter(kept))]
