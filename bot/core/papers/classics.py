"""The papers that nobody regrets having read, as a curator writes them down by hand; and what such a row may say.

It knows no files and no database; a row becomes a `Paper` like any other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.core.papers.links import ArxivId, read_link
from bot.core.papers.paper import Difficulty, Paper, PaperKind, Review, key_of
from bot.core.tables import ID_PATTERN, Problem, Rule

_ADDRESS = r"https://\S+"
_FIRST_YEAR, _LAST_YEAR = 1940, 2100


class ReviewKind(StrEnum):
    """What explains a paper."""

    VIDEO = "video"
    BLOG = "blog"
    NOTEBOOK = "notebook"
    SITE = "site"


class ReviewSureness(StrEnum):
    """How sure it is that a review is about this very paper."""

    HIGH = "high"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicReview:
    """A video or a post that explains the paper."""

    kind: Annotated[ReviewKind, Rule("What it is")]
    title: Annotated[str, Rule("Who explains it, and where", longest=120)]
    url: Annotated[str, Rule("Where it is", pattern=_ADDRESS)]
    language: Annotated[str, Rule("The language it is in, such as ko", pattern=r"[a-z]{2}")]
    sure: Annotated[ReviewSureness, Rule("How sure it is that it is about this very paper")] = ReviewSureness.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Classic:
    """One paper; its id is a short name and never changes. It has an arXiv id or an address."""

    id: str
    title: Annotated[str, Rule("The title, as it is printed", longest=300)]
    short: Annotated[str | None, Rule("What people call it", longest=40)] = None
    year: Annotated[int, Rule("The year of its first version")]
    arxiv: Annotated[str | None, Rule("Its arXiv id, without a version", pattern=r"\d{4}\.\d{4,5}|[a-z.-]+/\d{7}")] = (
        None
    )
    url: Annotated[str | None, Rule("Where it is read, when it is not on arXiv", pattern=_ADDRESS)] = None
    topics: Annotated[tuple[str, ...], Rule("Topic ids, the main one first", pattern=ID_PATTERN, least=1)]
    kind: Annotated[PaperKind, Rule("What kind of paper it is; unsure: the general questions are asked")]
    difficulty: Annotated[Difficulty, Rule("How hard it is to read")]
    prerequisites: Annotated[
        tuple[str, ...], Rule("Topics to know first; without them those of its topics hold", pattern=ID_PATTERN)
    ] = ()
    reviews: Annotated[tuple[ClassicReview, ...], Rule("Videos and posts that explain it")] = ()

    @property
    def key(self) -> str:
        """Return what the paper is known by; its own id when it has neither an arXiv id nor an address."""
        target = ArxivId(self.arxiv) if self.arxiv else read_link(self.url or "")
        return key_of(target) if target is not None else f"classic:{self.id}"

    def paper(self) -> Paper:
        """Return it as a paper."""
        url = ArxivId(self.arxiv).abstract if self.arxiv else self.url or ""
        reviews = (
            Review(each.kind.value, each.title, each.url, each.language, each.sure.value) for each in self.reviews
        )
        return Paper(
            self.key,
            url,
            self.title,
            year=self.year,
            topics=self.topics,
            kind=self.kind,
            difficulty=self.difficulty,
            prerequisites=self.prerequisites,
            own_prerequisites=bool(self.prerequisites),
            reviews=tuple(reviews),
            short=self.short,
        )


def problems_of(rows: Iterable[Classic], topics: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong in rows that were read: unknown topics, no place to read it, the same paper twice."""
    seen: dict[str, str] = {}
    for row in rows:
        for key, named in (("topics", row.topics), ("prerequisites", row.prerequisites)):
            for each in named:
                if each not in topics:
                    yield Problem(row.id, key, f"there is no topic {each!r}")
        if (row.arxiv is None) == (row.url is None):
            yield Problem(row.id, "", "needs an arXiv id or an address, one of them")
        if not _FIRST_YEAR <= row.year <= _LAST_YEAR:
            yield Problem(row.id, "year", f"{row.year} is no year of a paper")
        if (first := seen.setdefault(row.key, row.id)) != row.id:
            yield Problem(row.id, "", f"is the same paper as {first!r}")
