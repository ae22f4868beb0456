"""The question behind a list of picks, small enough to travel in a button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.core.catalogue import Kind, Level
from bot.services.library import Question
from cogs.recommend._compact import compact, spelled

LONGEST = 200
_BETWEEN = "\x1f"  # the unit separator: no topic survives with one in it
Member = TypeVar("Member", bound=StrEnum)


class Language(StrEnum):
    """The language of a resource."""

    KO = "ko"
    EN = "en"


class WantedKind(StrEnum):
    """The kinds one may ask for: those of the catalogue that are study material."""

    COURSE = "course"
    TEXTBOOK = "textbook"
    VIDEO_CHANNEL = "video-channel"
    ARTICLE = "article"
    BLOG = "blog"
    NOTEBOOK = "notebook"
    REPOSITORY = "repository"
    TOOL = "tool"
    READING_LIST = "reading-list"
    NEWSLETTER = "newsletter"
    SITE = "site"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed and what was chosen beside it."""

    topic: str = ""
    level: Level | None = None
    language: Language | None = None
    kind: WantedKind | None = None

    def word(self) -> str:
        """Return the form that a button carries: the text alone when nothing was chosen, else the choices after it."""
        chosen = [choice.value if choice else "" for choice in (self.level, self.language, self.kind)]
        topic = compact(self.topic[:LONGEST].replace(_BETWEEN, " "))
        return _BETWEEN.join([topic, *chosen]) if any(chosen) else topic

    @classmethod
    def parse(cls, word: str) -> Asked:
        """Read `word` back; choices that no longer exist are dropped."""
        short, *chosen = word.split(_BETWEEN)
        level, language, kind = (*chosen, "", "", "")[:3]
        return cls(spelled(short), _member(Level, level), _member(Language, language), _member(WantedKind, kind))

    def chosen(self) -> tuple[tuple[str, str | None], ...]:
        """Return what was chosen beside the words, by the name of the option."""
        return (("level", self.level), ("language", self.language), ("kind", self.kind))

    def question(self) -> Question:
        """Return it as the library is asked."""
        kind = Kind(self.kind.value) if self.kind else None
        return Question(self.topic, self.level, self.language.value if self.language else None, kind)


def _member(kind: type[Member], value: str) -> Member | None:
    return next((member for member in kind if member.value == value), None)
