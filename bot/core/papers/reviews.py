"""Who explains a paper: the review in one's own language first; where none is known, a search for one."""

from __future__ import annotations

from urllib.parse import quote_plus

from bot.core.papers.paper import Paper, Review
from bot.i18n import Locale

_SEARCH = "https://www.youtube.com/results?search_query="
_WORDS = {Locale.KO: "논문 리뷰", Locale.EN: "paper explained"}
_LONGEST = 120  # characters of a title that are searched for


def reviews_for(paper: Paper, locale: Locale) -> tuple[Review, ...]:
    """Return the reviews of `paper`: those in the reader's language first, then videos, then the surer ones."""
    return tuple(
        sorted(
            paper.reviews, key=lambda each: (each.language != locale.value, each.kind != "video", each.sure != "high")
        )
    )


def review_search(paper: Paper, locale: Locale) -> str:
    """Return the address of a search for videos about `paper`."""
    return _SEARCH + quote_plus(f"{(paper.short or paper.title)[:_LONGEST]} {_WORDS[locale]}")
