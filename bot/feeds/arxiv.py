"""What arXiv says of a paper, by its Atom interface: asked seldom, one question at a time, three seconds apart.

An answer is read into our own words; what arXiv does not know is told apart from what could not be asked just now.
Source of the form: info.arxiv.org/help/api/user-manual.html, read in 2026.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from bot.core.papers.links import ArxivId, read_link
from bot.core.papers.paper import Paper, PaperState, key_of
from bot.core.papers.readable import readable
from bot.feeds.errors import Unreadable
from bot.feeds.fetch import Fetcher
from bot.feeds.xml import parse

OFFICIAL = "https://export.arxiv.org/api/query"
PACE_SECONDS = 3.0  # between two questions, as arXiv's terms of use ask
MOST = 50  # ids in one question
AUTHORS = 200  # kept of a paper; some have thousands
_ATOM, _ARXIV = "{http://www.w3.org/2005/Atom}", "{http://arxiv.org/schemas/atom}"
_CODE = re.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|huggingface\.co)/[\w.-]+/[\w.-]+", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}-\d{2}-\d{2}")


class Arxiv:
    """Asks arXiv. Several who ask at once wait for one another."""

    def __init__(self, fetcher: Fetcher, base: str = OFFICIAL) -> None:
        """Ask through `fetcher`, which must know the pace of the host of `base`."""
        self._fetcher, self._base = fetcher, base

    async def papers(self, ids: Sequence[ArxivId]) -> Mapping[ArxivId, Paper]:
        """Return what is known of each of `ids` (at most `MOST`); one that arXiv does not have is `MISSING`.

        Raises a `FetchFailed` when nothing can be said just now.
        """
        wanted = tuple(dict.fromkeys(ids))[:MOST]
        if not wanted:
            return {}
        question = urlencode({"id_list": ",".join(each.id for each in wanted), "max_results": len(wanted)}, safe=",/.")
        page = await self._fetcher.get(f"{self._base}?{question}", accept="application/atom+xml")
        found = await asyncio.to_thread(read_answer, page.body)
        return {each: found.get(each) or _missing(each) for each in wanted}


def read_answer(body: bytes) -> dict[ArxivId, Paper]:
    """Return the papers in an answer of arXiv's. Raises `Unreadable` for anything else."""
    root = parse(body)
    if root.tag != f"{_ATOM}feed":
        raise Unreadable("no Atom feed")
    papers = (_paper(entry) for entry in root.iter(f"{_ATOM}entry"))
    return {arxiv: paper for arxiv, paper in papers if arxiv is not None and paper is not None}


def _paper(entry: Element) -> tuple[ArxivId | None, Paper | None]:
    """Return one paper; an entry that tells of an error (its id leads to no paper) is none."""
    target = read_link(_words(entry, f"{_ATOM}id"))
    title = readable(_words(entry, f"{_ATOM}title"))
    if not isinstance(target, ArxivId) or not title:
        return None, None
    abstract = readable(_words(entry, f"{_ATOM}summary"))
    comment = _words(entry, f"{_ARXIV}comment")
    published = _day(_words(entry, f"{_ATOM}published"))
    code = _CODE.search(f"{comment} {_words(entry, f'{_ATOM}summary')}")
    return target, Paper(
        key_of(target),
        target.abstract,
        title,
        state=PaperState.WITHDRAWN if _is_withdrawn(abstract, comment) else PaperState.COMPLETE,
        authors=tuple(
            name for each in entry.iter(f"{_ATOM}author") if (name := readable(_words(each, f"{_ATOM}name")))
        )[:AUTHORS],
        abstract=abstract,
        year=published.year if published else None,
        published=published,
        categories=_categories(entry),
        code_url=code[0].rstrip(".") if code else None,
    )


def _is_withdrawn(abstract: str, comment: str) -> bool:
    """Say whether the authors took it back: there is no field for it, only words at the start or in the comment."""
    return bool(_WITHDRAWN.search(comment) or _WITHDRAWN.search(abstract[:100]))


def _categories(entry: Element) -> tuple[str, ...]:
    """Return the categories, the main one first."""
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [primary.get("term", "")] if primary is not None else []
    terms += [each.get("term", "") for each in entry.iter(f"{_ATOM}category")]
    return tuple(dict.fromkeys(term for term in terms if term))


def _words(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()


def _day(moment: str) -> date | None:
    match = _YEAR.match(moment)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def _missing(arxiv: ArxivId) -> Paper:
    return Paper(key_of(arxiv), arxiv.abstract, arxiv.id, state=PaperState.MISSING)
