"""What is known of a paper. Pure data, and the few words for it that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.papers.links import ArxivId, Doi, LinkTarget, same_place


class PaperState(StrEnum):
    """How much of a paper we know. The values are stored."""

    COMPLETE = "complete"
    PENDING = "pending"  # only its link; the rest is asked for later
    MISSING = "missing"  # the archive says there is no such paper
    WITHDRAWN = "withdrawn"  # its authors took it back


class PaperKind(StrEnum):
    """What kind of paper it is, which decides what one asks while reading. The values are stored."""

    METHOD = "method"
    THEORY = "theory"
    SURVEY = "survey"
    BENCHMARK = "benchmark"
    SYSTEM = "system"
    POSITION = "position"
    UNSURE = "unsure"


class Difficulty(StrEnum):
    """How hard a paper is to read, in a curator's judgement. The values are stored."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Review:
    """A video or a post that explains the paper. `sure`: whether it is known to be about this very paper."""

    kind: str
    title: str
    url: str
    language: str
    sure: str = "high"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `key` is what it is known by (see `key_of`), `url` where it is read.

    `title` and `abstract` are readable text, no LaTeX. `prerequisites` are topics or short names of papers;
    `own_prerequisites` is False when they were taken from its topics. `listed` counts the lists that named it.
    """

    key: str
    url: str
    title: str
    state: PaperState = PaperState.COMPLETE
    authors: tuple[str, ...] = ()
    abstract: str = ""
    year: int | None = None
    published: date | None = None
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kind: PaperKind = PaperKind.UNSURE
    difficulty: Difficulty | None = None
    prerequisites: tuple[str, ...] = ()
    own_prerequisites: bool = True
    reviews: tuple[Review, ...] = ()
    short: str | None = None
    code_url: str | None = None
    listed: int = 0

    @property
    def arxiv(self) -> ArxivId | None:
        """Return its arXiv id, None for a paper from elsewhere."""
        scheme, _, identity = self.key.partition(":")
        return ArxivId(identity) if scheme == "arxiv" else None

    @property
    def doi(self) -> str | None:
        """Return its DOI, None when it is known by something else."""
        scheme, _, identity = self.key.partition(":")
        return identity if scheme == "doi" else None

    @property
    def mobile_url(self) -> str:
        """Return the address that reads best on a phone: arXiv's HTML where it makes one, else `url`."""
        arxiv = self.arxiv
        return (arxiv.html if arxiv else None) or self.url


def key_of(target: LinkTarget) -> str:
    """Return what the thing behind a link is known by, so that duplicates meet."""
    match target:
        case ArxivId(identity):
            return f"arxiv:{identity}"
        case Doi(doi):
            return f"doi:{doi.lower()}"
        case _:
            return f"url:{same_place(target.url)}"
