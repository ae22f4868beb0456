"""What a typed text was understood to mean: topics, names, wishes, exclusions, and a question when unsure.

Pure values, shared by who reads texts (`search`), who scores rows (`scoring`) and who speaks of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.catalogue import Approach, Kind, Level
from bot.core.language.spans import How
from bot.core.topics import Meaning
from bot.i18n import Bilingual, Locale

_HANGUL = re.compile(r"[ㄱ-ㅣ가-힣]")


@dataclass(frozen=True, slots=True)
class Options:
    """What a member chose beside the text. Strict: rows that do not fit are left out."""

    level: Level | None = None
    language: str | None = None
    kind: Kind | None = None
    free: bool | None = None


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the words of the text ask for. Soft: rows that fit stand higher."""

    level: Level | None = None
    language: str | None = None
    kinds: tuple[Kind, ...] = ()
    approaches: tuple[Approach, ...] = ()
    free: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """What the text excludes ("RL 말고"); rows of an excluded approach only stand lower."""

    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    languages: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    approaches: tuple[Approach, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A topic that was understood: how surely (0 to 1), from which known word, and how it was recognised."""

    topic: str
    confidence: float
    word: str
    how: How


@dataclass(frozen=True, slots=True)
class Named:
    """A resource that was named: how surely (0 to 1)."""

    resource: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Aside:
    """What was named without being asked for: what someone had, found too hard, or wants to prepare for.

    `step` is where to go from `resources`: -1 to something easier, 1 to what comes after, 0 beside them. `before` and
    `after` are topics, when nothing but what comes before or after them is asked for.
    """

    resources: tuple[str, ...] = ()
    step: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


NOTHING_ASIDE = Aside()


@dataclass(frozen=True, slots=True)
class Question:
    """An ambiguous word stayed open: what to ask, and the meanings to offer as buttons."""

    word: str
    text: Bilingual
    options: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was understood to mean. `nearest` names three topics when nothing else was understood.

    `alike`: one of them is written so much like it that it may be meant; else they only share some letters.

    `words` are those a row's own texts are searched for; `aliases` are those of them that
    name a topic, with the topic, or with an empty text where they only name it together ("graph neural networks").
    """

    text: str
    locale: Locale
    topics: tuple[Heard, ...] = ()
    named: tuple[Named, ...] = ()
    wishes: Wishes = Wishes()
    without: Without = Without()
    aside: Aside = NOTHING_ASIDE
    leftovers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    question: Question | None = None
    nearest: tuple[str, ...] = ()
    alike: bool = False

    @property
    def topic(self) -> str | None:
        """The best topic's id, or None."""
        return self.topics[0].topic if self.topics else None

    @property
    def korean(self) -> bool:
        """Say whether the member reads Korean, as far as one can tell: they type it, or use the bot in it."""
        return self.locale is Locale.KO or _HANGUL.search(self.text) is not None

    @property
    def excluded(self) -> tuple[str, ...]:
        """The ids of the excluded topics."""
        return self.without.topics

    @property
    def empty(self) -> bool:
        """Say whether nothing was typed that could be read: time to show the map of topics."""
        return not self.text

    @property
    def understood(self) -> bool:
        """Say whether a topic or a resource was recognised."""
        return bool(self.topics or self.named)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of autocomplete: `value` is a topic or resource id that `read` understands, `label` is shown."""

    value: str
    label: str
