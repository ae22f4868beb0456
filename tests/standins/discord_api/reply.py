"""One interaction and what became of it, as its person sees it."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING

from ..recording import DriverError, Json, Upload
from .messages import visible_text
from .rules import BUTTON, EPHEMERAL, walk
from .world import Guild, snowflake

if TYPE_CHECKING:
    from .server import DiscordServer

ACTS = {2: "command", 3: "component", 4: "autocomplete", 5: "modal"}
ANSWERS = {4: "message", 5: "deferred", 6: "deferred_update", 7: "update", 8: "autocomplete", 9: "modal"}


class Interaction:
    """One act of a person that the bot has to answer."""

    def __init__(
        self, kind: int, name: str, user: Json, channel: Json, guild: Guild | None, message: Json | None
    ) -> None:
        self.id, self.token = snowflake(), secrets.token_urlsafe(96)
        self.type, self.name, self.user = kind, name, user
        self.channel, self.guild = channel, guild
        self.message = message  # the one whose component was used
        self.created = time.monotonic()
        self.metadata: Json = {}
        self.option_type = 3  # of the option being completed
        self.callback_type: int | None = None
        self.data: Json = {}  # of the callback
        self.files: list[Upload] = []
        self.original: Json | None = None  # the answer, or the component's message
        self.followups: list[Json] = []
        self.choices: list[Json] = []
        self.modal: Json | None = None
        self.edits = 0
        self.loading = self.ephemeral = self.dead = False
        self.acknowledged_at: float | None = None
        self.acked, self.changed = asyncio.Event(), asyncio.Event()

    def acknowledge(self, kind: int, data: Json, files: list[Upload]) -> None:
        self.callback_type, self.data, self.files = kind, data, files
        self.loading = kind == 5
        self.acknowledged_at = time.monotonic()
        self.acked.set()
        self.touch()

    def touch(self) -> None:
        self.changed.set()

    @property
    def final(self) -> bool:
        """Does the person see an answer?"""
        if self.callback_type == 6:
            return bool(self.edits or self.followups)
        return self.callback_type is not None and not self.loading

    def __repr__(self) -> str:
        return f"<{ACTS[self.type]} {self.name!r} by {self.user['username']}>"


class Reply:
    """What the person sees of the answer. Live: follow-ups and edits appear as they come."""

    def __init__(self, sim: DiscordServer, interaction: Interaction) -> None:
        self._sim, self.interaction = sim, interaction

    @property
    def kind(self) -> str:
        return ANSWERS[self.interaction.callback_type or 0]

    @property
    def data(self) -> Json:
        """The raw `data` of the callback."""
        return self.interaction.data

    @property
    def message(self) -> Json | None:
        return self.interaction.original

    @property
    def _messages(self) -> list[Json]:
        return [m for m in (self.message, *self.followups) if m]

    @property
    def content(self) -> str:
        return str((self.message or {}).get("content", ""))

    @property
    def embeds(self) -> list[Json]:
        return list((self.message or {}).get("embeds", []))

    @property
    def components(self) -> list[Json]:
        return list((self.message or {}).get("components", []))

    @property
    def ephemeral(self) -> bool:
        return bool((self.message or {}).get("flags", 0) & EPHEMERAL)

    @property
    def followups(self) -> list[Json]:
        return self.interaction.followups

    @property
    def modal(self) -> Json | None:
        return self.interaction.modal

    @property
    def choices(self) -> list[Json]:
        return self.interaction.choices

    @property
    def files(self) -> list[Upload]:
        base = self._sim.world.base_url
        urls = [a["url"] for m in self._messages for a in m["attachments"]]
        return [self._sim.world.attachments[url.removeprefix(base)] for url in urls]

    @property
    def ack_seconds(self) -> float:
        """From the act to the acknowledgement."""
        return (self.interaction.acknowledged_at or float("nan")) - self.interaction.created

    def text(self) -> str:
        """Everything readable in the answer and its follow-ups."""
        return "\n".join(visible_text(m) for m in self._messages)

    def custom_ids(self) -> list[str]:
        return [c["custom_id"] for m in self._messages for c in walk(m["components"]) if c.get("custom_id")]

    def button(self, label: str) -> str:
        """The custom_id of the button with this label."""
        buttons = [c for m in self._messages for c in walk(m["components"]) if c["type"] == BUTTON]
        for b in buttons:
            if b.get("label") == label and "custom_id" in b:
                return str(b["custom_id"])
        raise DriverError(f"no button labelled {label!r} (there are {[b.get('label') for b in buttons]})")

    def __repr__(self) -> str:
        return f"<Reply {self.kind} {self.text()[:80]!r}>"
