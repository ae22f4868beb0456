"""Where a card was opened from, small enough to travel in its buttons: the picks, one's own list, a search, a path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.press import Press

_MARK = "\x1e"  # the record separator: no question survives with one in it


class Home(StrEnum):
    """A place other than the picks that cards are opened from. The values travel in buttons."""

    LIST = "l"
    SEARCH = "s"
    PATH = "p"


# Only these can be returned to: a forged way must not press anything else. Each takes (offset, rest) and only shows.
_BACK = {Home.LIST: "mylist.turn", Home.SEARCH: "search.turn", Home.PATH: "path.turn"}


@dataclass(frozen=True, slots=True)
class Way:
    """The page a card was opened from, and the question behind it, or the mark of another home and its rest."""

    offset: int = 0
    asked: str = ""

    @classmethod
    def from_home(cls, home: Home, offset: int = 0, rest: str = "") -> Way:
        """Return the way from a page of `home`; `rest` is what that page needs to be drawn again."""
        return cls(offset, f"{_MARK}{home.value}{rest}")

    def press(self, name: str, *args: str | int) -> Press:
        """Return a press that keeps the way back."""
        return Press.of(name, *args, self.offset, self.asked)

    def back(self) -> Press:
        """Return the press that leads back; a home that this version does not know leads to the picks."""
        home, rest = self.asked[1:2], self.asked[2:]
        if self.asked.startswith(_MARK) and home in _BACK:
            return Press.of(_BACK[Home(home)], self.offset, rest)
        return Press.of("rec.turn", self.offset, self.asked.lstrip(_MARK))
