"""Who speaks, where, and what is known of them: what a cog's methods are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.people import Person
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Locale, Texts, texts


@dataclass(frozen=True, slots=True)
class Caller:
    """What an adapter knows of a call: the account, the place, the client's language, what the platform can do there.

    `private_answers` is False where the platform cannot answer one person alone (a Telegram group). `on_public` says
    that the pressed message is one everybody sees. `admin` says that the platform itself lets this person manage the
    space. `anonymous` says that they write as a group or a channel, whose writers share one `user`. `shares` says that
    they can carry a question into another chat from here (Telegram's inline mode). `turn` is the platform's own name of
    this turn, None where it has none: the same turn may come twice, when the program was killed between its effect and
    its answer.
    """

    user: UserRef
    place: Place
    language: str | None = None
    name: str = ""
    private_answers: bool = True
    on_public: bool = False
    admin: bool = False
    anonymous: bool = False
    shares: bool = False
    turn: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One call on its way through a cog. `impersonal` answers must not say what this person has or lacks.

    `person` is what storage knows of the caller, read once per call; None for somebody we had no reason to remember.
    """

    caller: Caller
    person: Person | None
    locale: Locale
    now: datetime
    impersonal: bool = False
    t: Texts = field(init=False)

    def __post_init__(self) -> None:
        """Choose the texts of the caller's language."""
        object.__setattr__(self, "t", texts(self.locale))

    @property
    def platform(self) -> Platform:
        """Return where the call came from."""
        return self.caller.user.platform

    @property
    def turn(self) -> str | None:
        """Return what names this turn among all of every platform, so that what it adds is added once."""
        return None if self.caller.turn is None else f"{self.platform.value}:{self.caller.turn}"
