"""What is known of one paper from two sources, put together: the archive, our own list, somebody's link. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.core.papers.paper import Paper, PaperKind, PaperState


def merged(known: Paper, told: Paper) -> Paper:
    """Return `known` with what `told` adds.

    The later word stands where it says something; what a curator added (difficulty, what comes first, reviews) is never
    lost to a source that has none of it, and a complete paper is never replaced by a mere link.
    """
    if told.state is PaperState.PENDING and known.state is not PaperState.PENDING:
        later, earlier = known, told
    else:
        later, earlier = told, known
    own = later if later.prerequisites else earlier
    return replace(
        later,
        title=later.title or earlier.title,
        authors=later.authors or earlier.authors,
        abstract=later.abstract or earlier.abstract,
        year=later.year or earlier.year,
        published=later.published or earlier.published,
        categories=later.categories or earlier.categories,
        topics=later.topics or earlier.topics,
        kind=earlier.kind if later.kind is PaperKind.UNSURE else later.kind,
        difficulty=later.difficulty or earlier.difficulty,
        prerequisites=own.prerequisites,
        own_prerequisites=own.own_prerequisites,
        reviews=later.reviews or earlier.reviews,
        short=later.short or earlier.short,
        code_url=later.code_url or earlier.code_url,
        listed=max(later.listed, earlier.listed),
    )
