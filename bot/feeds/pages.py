"""What a page says of itself: the title, and for a paper its authors, year and abstract, from its head alone.

Publishers and archives tell these in meta tags for search engines; a DOI's registry tells them as JSON. The page comes
from a stranger: only its beginning is looked at, nothing in it is run, and whatever is odd is left out.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.papers.readable import readable
from bot.feeds.errors import Unreadable

LOOKED_AT = 400_000  # bytes: heads of some publishers are long
LONGEST_TITLE = 300
MOST_AUTHORS = 200
_MOST_TAGS = 400
_LONGEST_TAG = 8000
_META = re.compile(r"<meta(?=[\s/])", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,2000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s"'<>/=]{1,60})\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,500}>")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_TITLES = ("citation_title", "dc.title", "og:title", "twitter:title")
_ABSTRACTS = ("citation_abstract", "dc.description", "og:description", "description")
_AUTHORS = ("citation_author", "dc.creator")
_DATES = ("citation_publication_date", "citation_date", "citation_online_date", "dc.date", "article:published_time")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says: `title` may be empty. `is_paper`: it is marked up as one."""

    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    year: int | None = None
    is_paper: bool = False


def read_page(body: bytes, content_type: str) -> PageFacts:
    """Return what a page says of itself. Raises `Unreadable` for what is no page, such as a PDF.

    It may take some milliseconds: to be called in a thread.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if "json" in kind:
        return _of_json(body)
    if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        raise Unreadable(kind[:60])
    head = decoded(body[:LOOKED_AT], content_type)
    found: dict[str, list[str]] = {}
    for name, content in _metas(head):
        found.setdefault(name, []).append(content)
    title = _first(found, _TITLES)
    if not title and (match := _TITLE.search(head)):
        title = _plain(match[1])
    return PageFacts(
        title[:LONGEST_TITLE],
        tuple(author for name in _AUTHORS for each in found.get(name, ()) if (author := _plain(each)[:100]))[
            :MOST_AUTHORS
        ],
        _first(found, _ABSTRACTS),
        _year(_first(found, _DATES)),
        is_paper="citation_title" in found,
    )


def _metas(head: str) -> Iterator[tuple[str, str]]:
    """Yield name and content of the meta tags."""
    for number, match in enumerate(_META.finditer(head)):
        if number >= _MOST_TAGS:
            return
        attributes = attributes_of(head[match.end() : match.end() + _LONGEST_TAG])
        name = attributes.get("name") or attributes.get("property") or ""
        if name and "content" in attributes:
            yield name.lower(), attributes["content"]


def attributes_of(rest: str) -> dict[str, str]:
    """Return the attributes of a tag, from what stands after its name."""
    found: dict[str, str] = {}
    at = 0
    while (match := _ATTRIBUTE.match(rest, at)) and match.end() > at and len(found) < 20:
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
        at = match.end()
    return found


def _of_json(body: bytes) -> PageFacts:
    """Read what the registry of a DOI says (CSL JSON)."""
    try:
        row = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    if not isinstance(row, dict):
        raise Unreadable("no JSON object")
    title = row.get("title")
    title = title[0] if isinstance(title, list) and title else title
    authors = row.get("author")
    names = [_name(each) for each in authors if isinstance(each, dict)] if isinstance(authors, list) else []
    abstract = row.get("abstract")
    return PageFacts(
        _plain(title)[:LONGEST_TITLE] if isinstance(title, str) else "",
        tuple(filter(None, names))[:MOST_AUTHORS],
        _plain(abstract) if isinstance(abstract, str) else "",
        _issued(row.get("issued")),
        is_paper=True,
    )


def _name(author: dict[str, Any]) -> str:
    parts = (author.get("given"), author.get("family")) if author.get("family") else (author.get("literal"),)
    return _plain(" ".join(part for part in parts if isinstance(part, str)))[:100]


def _issued(value: Any) -> int | None:
    try:
        year = value["date-parts"][0][0]
    except (TypeError, KeyError, IndexError):
        return None
    return _year(str(year))


def decoded(body: bytes, content_type: str) -> str:
    """Return the text of a page, in the encoding that it names."""
    named = _CHARSET.search(content_type.encode("ascii", "ignore")) or _CHARSET.search(body[:2000])
    try:
        return body.decode(named[1].decode("ascii") if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _first(found: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((words for name in names for each in found.get(name, ()) if (words := _plain(each))), "")


def _plain(words: str) -> str:
    return readable(_TAG.sub(" ", html.unescape(words[:20_000])))


def _year(words: str) -> int | None:
    match = _YEAR.search(words)
    return int(match[1]) if match else None
