"""One door for the documents of feeds: RSS, Atom and JSON Feed become items in plain text, or are refused.

They come from strangers, are often broken, in the wrong encoding, without dates or with impossible ones. What can be
understood is taken, the rest is left out; what is shown of it holds no markup. Reading takes some tens of milliseconds
and belongs in a thread. It fetches nothing and does not know what time it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from bot.core.digest.items import Item, ItemKind, paper_of
from bot.core.papers.links import ArxivId, Video, read_link, read_links
from bot.core.papers.paper import key_of
from bot.core.papers.readable import readable
from bot.feeds.cutting import MOST, cut_down, refuse_crowd
from bot.feeds.dates import moment_of
from bot.feeds.encoding import in_wide_letters, letters_of
from bot.feeds.errors import TooLarge, Unreadable
from bot.feeds.plain import language_of, minutes_of, plain

BYTES = 5 * 2**20  # of a document
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_URL = 300, 600, 2000
AHEAD = timedelta(days=1)  # a date may lie this far ahead of when it was fetched, for clocks that are wrong
_SEOUL = ZoneInfo("Asia/Seoul")
_MOST_AUTHORS = 20
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]+")
_UNKEPT = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")  # in ids and addresses: PostgreSQL does not take the first
_HALVES = re.compile(r"[\ud800-\udfff]")  # of a letter that somebody cut through; no library takes them
_XML = re.compile(r"^\s*<\?xml[^<>]*\?>")
_ANNOUNCED = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?", re.IGNORECASE)
_ID_BEHIND = re.compile(r"\s*\(arXiv:[^()]{5,40}\)\s*$", re.IGNORECASE)
_REPOSITORY = re.compile(r"/[\w.-]+/[\w.-]+(?:/(?:releases|tree|commits?|blob)(?:/.*)?)?/?")
_NEWSLETTERS = re.compile(r"substack|ghost|beehiiv|buttondown|stibee", re.IGNORECASE)
_SHORT_POST = 2  # minutes: a post that short with one paper in it tells of that paper


@dataclass(frozen=True, slots=True)
class Feed:
    """What a document says: `items` have at most `MOST` entries, the newest first where they are dated."""

    title: str
    site: str | None
    language: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry, as far as the form of its document matters."""

    guid: str
    links: Sequence[str]
    title: str
    summary: str
    content: str
    dates: Sequence[str]
    authors: Sequence[str]
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Document:
    title: str
    site: str
    language: str
    generator: str
    entries: Sequence[_Entry]


def read_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    source: str | None = None,
    kind: ItemKind | None = None,
    seen: datetime | None = None,
    zone: tzinfo | None = None,
) -> Feed:
    """Return what the document at `url` brings, as items of `source` (by default its address).

    `kind` is what its items are unless they tell otherwise. A date more than a day after `seen`, when it was fetched,
    is not believed; one without a time zone is meant in `zone`, by default Seoul's for a Korean feed and UTC otherwise.
    Raises `TooLarge`, or `Unreadable` for what is no feed and for what tries to harm.
    """
    if len(body) > BYTES:
        raise TooLarge("feed")
    body = in_wide_letters(body)
    document = _of_json(body) if _is_json(body, content_type) else _of_xml(body, content_type, url)
    title = plain(document.title, LONGEST_TITLE)
    site = _address(document.site, url)
    language = _language(document, title)
    meant = zone or (_SEOUL if language == "ko" else UTC)
    usual = kind or (ItemKind.NEWSLETTER if _NEWSLETTERS.search(f"{document.generator} {url}") else ItemKind.POST)
    reader = _Reader(source or url, site or url, usual, seen, meant)
    found = [item for entry in document.entries if (item := reader.item(entry)) is not None]
    return Feed(title, site, language, _distinct(found))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes items of the entries of one document."""

    source: str
    base: str
    usual: ItemKind
    seen: datetime | None
    zone: tzinfo

    def item(self, entry: _Entry) -> Item | None:
        """Return the item; None for one that leads nowhere, is a Short, or is an old paper announced once more."""
        places = (*entry.links, entry.guid)
        url = next((found for place in places if (found := _address(place, self.base)) is not None), None)
        if url is None or _is_short(url):
            return None
        summary = plain(_ANNOUNCED.sub("", entry.summary.strip()) or entry.content, LONGEST_SUMMARY)
        title = _ID_BEHIND.sub("", plain(entry.title, LONGEST_TITLE)) or plain(summary, 80)
        if not title:
            return None
        minutes = minutes_of(entry.content or entry.summary)
        kind, paper = self._kind(entry, url, minutes)
        if kind is ItemKind.PAPER:
            title, summary = readable(title), readable(summary)
        return Item(
            source=self.source,
            url=url,
            title=title,
            kind=kind,
            guid=_UNKEPT.sub("", entry.guid)[:500],
            summary=summary,
            authors=tuple(name for each in entry.authors if (name := plain(each, 100)))[:_MOST_AUTHORS],
            published=self._published(entry.dates),
            language=language_of(f"{title} {summary}"),
            minutes=minutes if kind in (ItemKind.POST, ItemKind.NEWSLETTER) else None,
            categories=tuple(dict.fromkeys(plain(each, 60) for each in entry.categories))[:10],
            paper=paper,
        )

    def _kind(self, entry: _Entry, url: str, minutes: int | None) -> tuple[ItemKind, str | None]:
        """Return what it is, and the paper it is or tells of."""
        if isinstance(read_link(url), Video):
            return ItemKind.VIDEO, _only_paper(f"{entry.title} {entry.summary[:1000]}")
        own = paper_of(url) or _named_in(entry.guid)
        if own is not None:
            return ItemKind.PAPER, own
        about = _only_paper(f"{entry.title} {entry.summary} {entry.content}") if (minutes or 0) <= _SHORT_POST else None
        parts = urlsplit(url)
        if parts.netloc.lower() in ("github.com", "www.github.com") and _REPOSITORY.fullmatch(parts.path):
            return ItemKind.REPOSITORY, about
        return (ItemKind.POST if self.usual is ItemKind.PAPER and about is None else self.usual), about

    def _published(self, dates: Iterable[str]) -> datetime | None:
        found = next((moment for each in dates if (moment := moment_of(each, self.zone)) is not None), None)
        if found is None or (self.seen is not None and found > self.seen + AHEAD):
            return None
        return found


def _of_xml(body: bytes, content_type: str, url: str) -> _Document:
    import feedparser  # type: ignore[import-untyped]  # heavy, and not needed at the start

    small = cut_down(body)
    text = _XML.sub("", _CONTROLS.sub("", letters_of(small, content_type, body[:1000])).lstrip("\ufeff"), count=1)
    found = feedparser.parse(
        text.lstrip().encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not found.get("version") and not found.entries:
        raise Unreadable("no feed")
    head = found.feed
    entries = [_of_entry(each) for each in found.entries if not _is_announced_again(each)]
    return _Document(
        _text(head, "title"), _text(head, "link"), _text(head, "language"), _text(head, "generator"), entries
    )


def _of_entry(entry: Mapping[str, Any]) -> _Entry:
    links = [each for each in entry.get("links", ()) if isinstance(each, Mapping) and each.get("href")]
    alternate = [str(each["href"]) for each in links if each.get("rel", "alternate") == "alternate"]
    contents = [str(each.get("value", "")) for each in entry.get("content", ()) if isinstance(each, Mapping)]
    names = [str(each.get("name", "")) for each in entry.get("authors", ()) if isinstance(each, Mapping)]
    if len(names) == 1 and "," in names[0]:
        names = names[0].split(",")  # arXiv gives all in one
    return _Entry(
        _text(entry, "id"),
        [*alternate, _text(entry, "link")],
        _text(entry, "title"),
        _text(entry, "summary") or _text(entry, "media_description"),
        max(contents, key=len, default=""),
        [_text(dict(entry), key) for key in ("published", "created", "updated")],
        names,
        [str(each.get("term", "")) for each in entry.get("tags", ()) if isinstance(each, Mapping) and each.get("term")],
    )


def _is_announced_again(entry: Mapping[str, Any]) -> bool:
    """Say whether arXiv tells of a new version of a known paper."""
    return _text(entry, "arxiv_announce_type").startswith("replace")


def _is_json(body: bytes, content_type: str) -> bool:
    return body[:200].lstrip()[:1] in (b"{", b"[") or ("json" in content_type.lower() and body.lstrip()[:1] != b"<")


def _of_json(body: bytes) -> _Document:
    """Read a JSON Feed, or the list that Hugging Face gives of the papers of a day."""
    refuse_crowd(body)
    try:
        found = json.loads(letters_of(body))
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    if isinstance(found, list):
        papers = [
            each["paper"] | each for each in found if isinstance(each, dict) and isinstance(each.get("paper"), dict)
        ]
        if found and not papers:
            raise Unreadable("no JSON Feed")
        return _Document(
            "Daily Papers", "https://huggingface.co/papers", "en", "", list(map(_of_daily_paper, papers[:MOST]))
        )
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise Unreadable("no JSON Feed")
    rows = [each for each in found["items"] if isinstance(each, dict)]
    rows = rows if len(rows) <= 2 * MOST else [*rows[:MOST], *rows[-MOST:]]
    return _Document(
        _text(found, "title"),
        _text(found, "home_page_url"),
        _text(found, "language"),
        "",
        list(map(_of_json_item, rows)),
    )


def _of_json_item(row: Mapping[str, Any]) -> _Entry:
    identity = row.get("id")
    authors = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    tags = row.get("tags")
    content = _text(row, "content_html") or _text(row, "content_text")
    return _Entry(
        _whole(str(identity)) if isinstance(identity, str | int | float) else "",
        [_text(row, "url"), _text(row, "external_url")],
        _text(row, "title"),
        _text(row, "summary"),
        content,
        [_text(row, "date_published"), _text(row, "date_modified")],
        [_text(each, "name") for each in authors or () if isinstance(each, dict)],
        [_whole(each) for each in tags if isinstance(each, str)] if isinstance(tags, list) else (),
    )


def _of_daily_paper(row: Mapping[str, Any]) -> _Entry:
    paper = row["paper"]
    identity = _text(paper, "id")
    authors = paper.get("authors") if isinstance(paper.get("authors"), list) else []
    return _Entry(
        identity,
        [f"https://huggingface.co/papers/{identity}" if identity else ""],
        _text(paper, "title") or _text(row, "title"),
        _text(paper, "summary"),
        "",
        [_text(row, "publishedAt"), _text(paper, "publishedAt")],
        [_text(each, "name") for each in authors if isinstance(each, dict)],
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    return text if text.isascii() else _HALVES.sub("", text)


def _address(place: str, base: str) -> str | None:
    """Return an address of the web, made whole; None for scripts, mail and what is none."""
    place = place.strip()
    if not place or len(place) > LONGEST_URL or _UNKEPT.search(place) or any(letter.isspace() for letter in place):
        return None
    try:
        whole = urljoin(base, place) if "/" in place or "." in place else place
        parts = urlsplit(whole)
        host = parts.hostname or ""
    except ValueError:
        return None
    fits = parts.scheme in ("http", "https") and "." in host and not parts.username and len(whole) <= LONGEST_URL
    return whole if fits and not set('<>"`\\') & set(whole) else None


def _is_short(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.startswith("/shorts/") and parts.netloc.endswith("youtube.com")


def _named_in(guid: str) -> str | None:
    """Return the paper that an id of an entry names, such as `oai:arXiv.org:2508.00001v1`."""
    if "arxiv" not in guid.lower():
        return None
    target = read_link(guid.replace("oai:arXiv.org:", "arXiv:"))
    return key_of(target) if isinstance(target, ArxivId) else None


def _only_paper(text: str) -> str | None:
    found = {each for each in read_links(text) if isinstance(each, ArxivId)} if "arxiv" in text.lower() else set()
    return key_of(found.pop()) if len(found) == 1 else None


def _language(document: _Document, title: str) -> str | None:
    """Return the language of most of what it brings, else the one it claims."""
    said = Counter(language_of(plain(each.title, 100)) for each in document.entries[:50])
    most = said.most_common(1)
    if most and most[0][0] is not None:
        return most[0][0]
    claimed = document.language[:2].lower()
    return claimed if claimed in ("ko", "en") else language_of(title)


def _distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return each address once, the newest first; an id that several addresses share tells nothing, so it goes."""
    by_url: dict[str, Item] = {}
    for item in items:
        by_url.setdefault(item.url, item)
    shared = Counter(item.guid for item in by_url.values())
    own = [item if shared[item.guid] == 1 else replace(item, guid="") for item in by_url.values()]
    undated = datetime.min.replace(tzinfo=UTC)
    if any(item.published for item in own):
        own.sort(key=lambda item: item.published or undated, reverse=True)
    return tuple(own[:MOST])
