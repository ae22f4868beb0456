"""One interaction and what became of it, as its person sees it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..recording import DriverError, Json, Upload
from .messages import visible_text
from .rules import BUTTON, EPHEMERAL, walk
from .world import Guild, snowflake

if TYPE_CHECKING:
    from .server import DiscordServer

ACTS = {2: "command", 3: "component", 4: "autocomplete", 5: "modal"}
ANSWERS = {4: "message", 5: "deferred", 6: "deferred_update", 7: "update", 8: "autocomplete", 9: "modal"}


@dataclass(eq=False)
class Interaction:
    """One act of a person that the bot has to answer."""

    type: int
    name: str
    user: Json
    channel: Json
    guild: Guild | None
    message: Json | None  # the one whose component was used
    option_type: int  # of the option being completed
    id: str = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(96))
    created: float = field(default_factory=time.monotonic)
    acknowledged: float = float("nan")
    callback_type: int | None = None
    data: Json = field(default_factory=dict)  # of the callback
    original: Json | None = None  # the answer, or the component's message
    followups: list[Json] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    loading: bool = False
    ephemeral: bool = False
    edited: bool = False  # through its token
    owners: Json = field(default_factory=dict)  # the installations by which it came

    def acknowledge(self, kind: int, data: Json) -> None:
        self.callback_type, self.data, self.acknowledged = kind, data, time.monotonic()
        self.loading = kind == 5

    @property
    def final(self) -> bool:
        """Does the person see an answer?"""
        if self.callback_type == 6:
            return self.edited or bool(self.followups)
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
    def message(self) -> Json:
        """The message that answers, or whose component was used."""
        if self.interaction.original is None:
            raise DriverError(f"{self.interaction} was answered without a message")
        return self.interaction.original

    @property
    def _messages(self) -> list[Json]:
        return [m for m in (self.interaction.original, *self.followups) if m]

    @property
    def content(self) -> str:
        return str(self.message["content"])

    @property
    def embeds(self) -> list[Json]:
        return list(self.message["embeds"])

    @property
    def ephemeral(self) -> bool:
        return bool(self.message["flags"] & EPHEMERAL)

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
        return self.interaction.acknowledged - self.interaction.created

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
