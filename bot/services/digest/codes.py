"""What stands for issues and stories in buttons: short, and not to be guessed from what people see."""

from __future__ import annotations

from hashlib import blake2b

from bot.core.digest.issue import KeptIssue
from bot.core.groups import Group
from bot.services.reading import mark_of

_CODE_BYTES = 5


def code_of_issue(kept: KeptIssue, group: Group) -> str:
    """Return what stands for an issue in buttons; it cannot be guessed from its number."""
    return f"{kept.id}-{mark_of(group)}"


def code_of_sign(sign: str) -> str:
    """Return a short word for the sign of a story."""
    return blake2b(sign.encode(), digest_size=_CODE_BYTES).hexdigest()
