"""Feeds of pages."""

from __future__ import annotations

import time

from bot.feeds.fetch import Page
from bot.feeds.finding import MOST, find_feed, guess_feed


def page(body: str, url: str = "https://example.org/blog/") -> Page:
    return Page(url, 200, body.encode(), "text/html; charset=utf-8")


def test_a_page_names_its_feeds_those_of_comments_last() -> None:
    found = find_feed(
        page(
            "<head><link rel='alternate' type='application/rss+xml' href='/comments/feed/'>"
            '<LINK HREF="feed.xml?a=1&amp;b=2" TYPE="application/atom+xml; charset=utf-8" REL="alternate home">'
            "<link rel=alternate type=application/feed+json href=//cdn.example.org/feed.json>"
            '<link rel="stylesheet" type="application/rss+xml" href="/no">'
            '<link rel="alternate" hreflang="ko" href="/ko">'
            '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
        )
    )
    assert found == (
        "https://example.org/blog/feed.xml?a=1&b=2",
        "https://cdn.example.org/feed.json",
        "https://example.org/comments/feed/",
    )


def test_a_youtube_channel_is_found_on_its_page_without_its_shorts() -> None:
    ids = "UCZHmQk67mSJgfCCTn7xBfew"
    wanted = (
        "https://www.youtube.com/feeds/videos.xml?playlist_id=UULFZHmQk67mSJgfCCTn7xBfew",
        f"https://www.youtube.com/feeds/videos.xml?channel_id={ids}",
    )
    assert find_feed(page(f'{{"externalId":"{ids}"}}', "https://www.youtube.com/@YannicKilcher")) == wanted
    link = f'<link rel="canonical" href="https://www.youtube.com/channel/{ids}">'
    assert find_feed(page(link, "https://m.youtube.com/@YannicKilcher")) == wanted
    assert guess_feed(f"https://www.youtube.com/channel/{ids}/videos") == wanted
    assert find_feed(page("nothing", "https://www.youtube.com/@nobody")) == ()


def test_known_sites_need_no_page() -> None:
    assert guess_feed("https://velog.io/@someone/a-post") == ("https://v2.velog.io/rss/someone",)
    assert guess_feed("https://someone.tistory.com/12") == ("https://someone.tistory.com/rss",)
    assert guess_feed("https://github.com/owner/name/issues") == ("https://github.com/owner/name/releases.atom",)
    assert guess_feed("https://arxiv.org/list/cs.RO/recent") == ("https://rss.arxiv.org/rss/cs.RO",)
    assert guess_feed("https://a.substack.com/p/x") == ("https://a.substack.com/feed",)
    assert guess_feed("https://example.org/") == guess_feed("https://[broken") == ()


def test_a_page_of_links_only_is_read_in_a_moment() -> None:
    start = time.process_time()
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(5000))
    assert len(find_feed(page(feeds))) == MOST
    assert find_feed(page("<link " * 60_000)) == ()
    assert time.process_time() - start < 1
