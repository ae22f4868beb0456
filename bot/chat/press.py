"""A press is data: the name of a handler and its arguments, never an object in memory.

On the wire a press is `name|arg|arg`, at most 64 bytes of UTF-8 (Telegram's callback data). One bound to an account
starts with `!account!`. One too long is kept in the database and its wire form is `~token`.
A deep link carries the same wire in the 64 characters that Telegram's `?start=` allows (`to_start`, `from_start`).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

CALL = "call"  # the press that runs a command: `call|recommend|rl`
WIRE_BYTES = 64
START_CHARACTERS = 64
_OWNER = re.compile(r"!([0-9A-Za-z_-]{1,32})!")  # Telegram's anonymous admins have negative ids
_ESCAPED = re.compile(r"\\([p\\])")
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,30}")


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing a button means. `owner` is the only account (its platform's id) it obeys; None: whoever presses."""

    name: str
    args: tuple[str, ...] = ()
    owner: str | None = None

    @classmethod
    def of(cls, name: str, *args: str | int) -> Press:
        """Return the press `name` with `args`, numbers as text."""
        return cls(name, tuple(str(arg) for arg in args))


def is_name(name: str) -> bool:
    """Say whether a press may be called `name`: short, so that its arguments find room."""
    return _NAME.fullmatch(name) is not None


def pack(press: Press) -> str:
    """Return the wire form, however long. Raises `ValueError` for a name or an owner that no wire can carry."""
    if not is_name(press.name):
        raise ValueError(f"not a press name: {press.name!r}")
    owner = "" if press.owner is None else f"!{press.owner}!"
    if owner and not _OWNER.fullmatch(owner):
        raise ValueError(f"not an account's id: {press.owner!r}")
    return owner + "|".join([press.name, *(_escape(arg) for arg in press.args)])


def unpack(wire: str) -> Press | None:
    """Return the press in `wire`, or None when it is none (unknown form, forged, too odd to be ours)."""
    owner = _OWNER.match(wire)
    name, *args = (_unescape(part) for part in wire[owner.end() if owner else 0 :].split("|"))
    if not is_name(name):
        return None
    return Press(name, tuple(args), owner[1] if owner else None)


def fits(wire: str) -> bool:
    """Say whether `wire` is short enough for every platform."""
    return len(wire.encode()) <= WIRE_BYTES


def to_start(wire: str) -> str | None:
    """Return `wire` as the payload of a deep link (`[A-Za-z0-9_-]`), or None when it needs a token first."""
    payload = base64.urlsafe_b64encode(wire.encode()).decode().rstrip("=")
    return payload if len(payload) <= START_CHARACTERS else None


def from_start(payload: str) -> str | None:
    """Return the wire in a deep link's `payload`, or None for anything we did not make."""
    try:
        return base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _escape(arg: str) -> str:
    return arg.replace("\\", "\\\\").replace("|", "\\p")


def _unescape(part: str) -> str:
    return _ESCAPED.sub(lambda m: "|" if m[1] == "p" else "\\", part)
