"""What can go wrong between us and a page that somebody else serves: each with one short word for it."""

from __future__ import annotations

from datetime import timedelta


class FetchFailed(Exception):
    """Nothing usable came back. `reason` is one word; `wait` is how long the server asks to be left alone."""

    reason = "unreachable"

    def __init__(self, detail: str = "", *, wait: timedelta | None = None) -> None:
        """Carry one line for the log."""
        super().__init__(f"{self.reason}: {detail}" if detail else self.reason)
        self.wait = wait


class Forbidden(FetchFailed):
    """An address that is never fetched: not http(s), a machine that is not public, an odd port, with a password."""

    reason = "forbidden_address"


class Unreachable(FetchFailed):
    """No connection, a broken one, or an answer that is no HTTP."""

    reason = "unreachable"


class TooSlow(FetchFailed):
    """The whole answer was not there in time."""

    reason = "too_slow"


class TooLarge(FetchFailed):
    """More than we read, counted after unpacking."""

    reason = "too_large"


class Unpackable(FetchFailed):
    """The body is packed in a way we did not ask for, or is broken."""

    reason = "unpackable"


class BadStatus(FetchFailed):
    """The server answered, but not with what was asked for. `status` is the number."""

    reason = "bad_status"

    def __init__(self, status: int, *, wait: timedelta | None = None) -> None:
        """Carry the `status`."""
        super().__init__(str(status), wait=wait)
        self.status = status


class Unreadable(FetchFailed):
    """It came, but it is not what it should be: no feed, no arXiv answer, or a document that tries to harm."""

    reason = "unreadable"
