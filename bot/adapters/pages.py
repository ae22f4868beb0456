"""Which part of a changed reply goes into which of the messages that it was sent in.

What a reply takes now may be more or fewer messages than it took: none can be put between two, and one that was taken
away could not come back. Pure; each adapter draws and edits for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Part = TypeVar("Part")


def fitted(parts: Sequence[Part], messages: int, ending: Callable[[Part, Part], Part], nothing: Part) -> list[Part]:
    """Return what each of so many messages shows now; the last part, which has the buttons, is in the last one.

    `nothing` stands where nothing is left for a message. Of too many parts the beginning is shown: `ending` returns its
    last part with the buttons of the very last one.
    """
    if len(parts) > messages:
        return [*parts[: messages - 1], ending(parts[messages - 1], parts[-1])]
    *before, last = parts
    return [*before, *([nothing] * (messages - len(parts))), last]
