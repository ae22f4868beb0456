"""Where the feed of a page is: what the page names in its head, else where sites of its kind keep theirs.

The page comes from a stranger, so only its beginning is looked at and what is found is an address to be fetched warily.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from bot.core.digest.sources import ARXIV, CHANNEL
from bot.core.papers.links import host_of
from bot.feeds.fetch import Page
from bot.feeds.pages import LOOKED_AT, attributes_of, decoded

MOST = 5  # feeds of one page
_EVERY_VIDEO = "https://www.youtube.com/feeds/videos.xml?channel_id={id}"  # for channels without long ones
_PLAYLIST = "https://www.youtube.com/feeds/videos.xml?playlist_id={id}"
_LONGEST_TAG = 4000
_MOST_LINKS = 300
_LINK = re.compile(r"<link(?=[\s/])", re.IGNORECASE)
_FEEDS = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "text/xml",
    "application/xml",
)
_COMMENTS = re.compile(r"comments?(?:/|$|-)", re.IGNORECASE)
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_CHANNEL_IN_PAGE = re.compile(
    r"""(?:<meta\s+itemprop="(?:identifier|channelId)"\s+content="|youtube\.com/channel/|"externalId":"|"channelId":")"""
    r"(UC[A-Za-z0-9_-]{22})"
)
_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com"}
_PAGE_LOOKED_AT = 2 * 2**20  # characters of a YouTube page, whose head is long


def find_feed(page: Page) -> tuple[str, ...]:
    """Return addresses of feeds for `page`, the likeliest first; none where nothing tells of one."""
    known = guess_feed(page.url)
    if host_of(page.url) in _YOUTUBE:
        return known or tuple(_of_channel(decoded(page.body[:_PAGE_LOOKED_AT], page.content_type)))
    head = decoded(page.body[:LOOKED_AT], page.content_type)
    named = dict.fromkeys(_named(head, page.url))
    own = sorted(named, key=lambda url: bool(_COMMENTS.search(urlsplit(url).path)))
    return tuple(dict.fromkeys((*own, *known)))[:MOST]


def guess_feed(url: str) -> tuple[str, ...]:
    """Return where a site that is known by its address keeps its feed, without fetching anything."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    words = [word for word in parts.path.split("/") if word]
    first = words[0] if words else ""
    if host in _YOUTUBE:
        return _on_youtube(words, parse_qs(parts.query))
    if host.removeprefix("www.") == "arxiv.org" and first == "list" and len(words) >= 2:
        return (ARXIV.format(category=words[1]),)
    if host == "github.com" and len(words) >= 2:
        return (f"https://github.com/{words[0]}/{words[1]}/releases.atom",)
    if host in ("velog.io", "medium.com") and first.startswith("@"):
        known = {"velog.io": f"https://v2.velog.io/rss/{first[1:]}", "medium.com": f"https://medium.com/feed/{first}"}
        return (known[host],)
    paths = {".tistory.com": "rss", ".substack.com": "feed", ".medium.com": "feed"}
    return tuple(f"https://{host}/{path}" for ending, path in paths.items() if host.endswith(ending))


def _on_youtube(words: list[str], asked: dict[str, list[str]]) -> tuple[str, ...]:
    channel = words[1] if words[:1] == ["channel"] and len(words) > 1 else asked.get("channel_id", [""])[0]
    if _CHANNEL.fullmatch(channel):
        return _of_channel_id(channel)
    playlist = asked.get("list", asked.get("playlist_id", [""]))[0]
    return (_PLAYLIST.format(id=playlist),) if re.fullmatch(r"(?:PL|UU)[\w-]{10,60}", playlist) else ()


def _of_channel(text: str) -> Iterator[str]:
    """Yield the feed of the channel that a YouTube page is of, the one it names first."""
    match = _CHANNEL_IN_PAGE.search(text)
    if match is not None:
        yield from _of_channel_id(match[1])


def _of_channel_id(channel: str) -> tuple[str, ...]:
    return CHANNEL.format(id=channel[2:]), _EVERY_VIDEO.format(id=channel)


def _named(head: str, base: str) -> Iterator[str]:
    for number, match in enumerate(_LINK.finditer(head)):
        if number >= _MOST_LINKS:
            return
        attributes = attributes_of(head[match.end() : match.end() + _LONGEST_TAG])
        relation = attributes.get("rel", "").lower().split()
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        place = html.unescape(attributes.get("href", "")).strip()
        if "alternate" not in relation or kind not in _FEEDS or not place or "oembed" in place or "wp-json" in place:
            continue
        try:
            whole = urljoin(base, place)
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc and not any(letter.isspace() for letter in whole):
            yield whole
