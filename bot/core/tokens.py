"""The short name under which a press too long for a button is kept, and how to know whose it is.

The name is made from what is kept and from the account it was drawn for. The account itself is written nowhere, and yet
whoever knows it can tell which rows are its own: enough to hand them over or to delete them.
"""

from __future__ import annotations

import hashlib

TOKEN_MARK = "~"  # noqa: S105 - a mark, not a secret
_KEY_BYTES = 64  # blake2b takes no longer key


def token_of(wire: str, asker: str = "") -> str:
    """Return the token of a long `wire` drawn for `asker`: both the same, the same token, so a redraw stores nothing.

    `asker` is an account as text (`str(UserRef)`), empty when it was drawn for nobody in particular.
    """
    key = asker.encode("utf-8", "replace")[:_KEY_BYTES]
    return TOKEN_MARK + hashlib.blake2b(wire.encode(), digest_size=12, key=key).hexdigest()
