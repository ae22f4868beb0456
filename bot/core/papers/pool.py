"""Papers that lists of others named, and when: what a group may pick from beside the classics.

One line of the pool is one paper with all the lists that named it. Dates are those of the lists' issues; a reading
list has none. It opens no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote_plus

from bot.core.papers.links import ArxivId, Doi, read_link
from bot.core.papers.paper import Paper, key_of
from bot.core.reading import Listing
from bot.core.tables import Problem, Rule

_KEYS = frozenset(("key", "title", "short", "year", "arxiv", "doi", "topics", "url", "lists"))
_PARTS = (2, 3)  # of a listing: its list with one day, or two; an undated one has an empty day
_LONGEST_TITLE = 600
_SEARCH = "https://scholar.google.com/scholar?q="


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperList:
    """A list that names papers, in `data/papers/lists.toml`."""

    id: str
    name: Annotated[str, Rule("What it is called, with whose it is", longest=120)]
    url: Annotated[str, Rule("Where it is", pattern=r"https://\S+")]
    rhythm: Annotated[str, Rule("How it comes", pattern="daily|weekly|reading|videos")]


@dataclass(frozen=True, slots=True)
class Pooled:
    """One paper of the pool, with who named it. `named` is False where the list gave only a short name for a title."""

    paper: Paper
    listings: tuple[Listing, ...] = field(default=())
    named: bool = True


def read_line(line: str) -> Pooled:
    """Return the paper in a line of the pool. Raises `ValueError` that says what is wrong with it."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("should be a JSON object")
    if odd := sorted(set(row) - _KEYS):
        raise ValueError(f"{odd[0]!r} is not a known key")
    title, key = _text(row, "title"), _text(row, "key")
    url = _address(key, row)
    year, topics, lists = row.get("year"), row.get("topics", []), row.get("lists", [])
    if year is not None and type(year) is not int:
        raise ValueError("year should be a whole number")
    if not isinstance(topics, list) or not all(isinstance(each, str) for each in topics):
        raise ValueError("topics should be a list of texts")
    if not isinstance(lists, list) or not lists:
        raise ValueError("lists should name at least one list")
    listings = tuple(map(_listing, lists))
    sources = len({each.source for each in listings})
    paper = Paper(key, url, title, year=year, topics=tuple(topics), own_prerequisites=False, listed=sources)
    return Pooled(paper, listings, named=not row.get("short"))


def problems_of(pooled: Pooled, topics: Container[str], lists: Container[str], row: str) -> Iterator[Problem]:
    """Yield the topics and lists that there are not."""
    for topic in pooled.paper.topics:
        if topic not in topics:
            yield Problem(row, "topics", f"there is no topic {topic!r}")
    for listing in pooled.listings:
        if listing.source not in lists:
            yield Problem(row, "lists", f"there is no list {listing.source!r} in lists.toml")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TITLE:
        raise ValueError(f"{name} should be a text of at most {_LONGEST_TITLE} characters")
    return value


def _address(key: str, row: Mapping[str, Any]) -> str:
    """Return where the paper is read; the key must be the one that a link to it gives."""
    scheme, _, rest = key.partition(":")
    match scheme:
        case "arxiv":
            return ArxivId(rest).abstract
        case "doi":
            return Doi(rest).url
        case "title":  # the list named no address: one is to be searched for
            return _SEARCH + quote_plus(_text(row, "title"))
        case _:
            url = _text(row, "url")
            target = read_link(url) if re.match(r"https?://\S+$", url) else None
            if target is None or key_of(target) != key:
                raise ValueError("key should be what the address means")
            return url


def _listing(part: object) -> Listing:
    if not isinstance(part, list) or len(part) not in _PARTS or not all(isinstance(each, str) for each in part):
        raise ValueError("a listing is a list's name with one day or two")
    source, *days = part
    try:
        since, until = (date.fromisoformat(day) if day else None for day in (days[0], days[-1]))
    except ValueError:
        raise ValueError(f"{days[0]!r} is not a date") from None
    return Listing(source, since, until)
