"""How long nothing is sent to a platform: because it asked for quiet, or because nothing gets through to it.

It counts and remembers; who sends, and where a long silence is kept over a restart, is the courier's business.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.refs import Platform

FIRST_SILENCE, LONGEST_SILENCE = 0.25, 30.0  # seconds, while nothing gets through to a platform


class Silence:
    """The quiet that a whole platform asked for, or that we keep because nothing gets through to it."""

    def __init__(self, platform: Platform) -> None:
        """Begin with none. `mark` is where a long one is kept over a restart."""
        self.mark = f"quiet.{platform.value}"
        self._until: datetime | None = None
        self._tries = 0

    @property
    def probing(self) -> bool:
        """Say whether the next letter shows whether it is over: one at a time until one arrives."""
        return self._tries > 0

    def left(self, now: datetime) -> timedelta:
        """Return how much of it is left, nothing when letters may go."""
        return max(self._until - now, timedelta()) if self._until is not None else timedelta()

    def begin(self, now: datetime, asked: timedelta | None) -> timedelta:
        """Be quiet for as long as was `asked`, else a little longer each time; return how long from `now`."""
        left = self.left(now)
        if asked is None and left:
            return left  # one of several that were under way together
        if asked is None:
            seconds = min(FIRST_SILENCE * 2.0**self._tries, LONGEST_SILENCE)
            self._tries += 1
            asked = timedelta(seconds=seconds)
        self._until = max(now + asked, self._until or now)
        return self._until - now

    def over(self) -> None:
        """Note that something arrived."""
        self._tries = 0

    def recall(self, kept: str | None) -> None:
        """Take up what was kept over a restart."""
        if kept:
            self._until = max(datetime.fromisoformat(kept), self._until or datetime.fromisoformat(kept))
