"""Documents of feeds: recorded ones, made ones, and those that mean harm."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from xml.etree.ElementTree import fromstring

import feedparser  # type: ignore[import-untyped]
import pytest

from bot.core.digest.items import ItemKind, stories_of, unshown
from bot.feeds.cutting import MOST, cut_down
from bot.feeds.documents import BYTES, Feed, read_feed
from bot.feeds.errors import FetchFailed, TooLarge, Unreadable
from tests.feeds.recorded import folder, recorded
from tests.feeds.test_xml import EXTERNAL, LAUGHS, QUADRATIC

AT = "https://example.org/blog/feed.xml"
SEEN = datetime(2026, 11, 25, tzinfo=UTC)
NO_FEED = {"unrecognized.xml"}
ITEMS = {
    "arxiv-rss-atom-cs-ai.xml": 7, "made-euc-kr-rss.xml": 1, "made-velog-form.xml": 1, "made-aitimes-form.xml": 1,
    "youtube-channel.xml": 15, "json-feed.json": 20, "guardian-rss.xml": 55, "permalinks-no-link.xml": 4,
    "mistral-mirror.xml": 54, "reddit-atom.xml": 24, "invalid-date.xml": 2, "typepad-news.xml": 10,
}  # fmt: skip


def read(body: str | bytes, content_type: str = "", url: str = AT, **more: object) -> Feed:
    whole = body.encode() if isinstance(body, str) else body
    return read_feed(whole, content_type, url, seen=SEEN, **more)  # type: ignore[arg-type]


def rss(items: str, head: str = "<title>A blog</title><link>https://example.org/blog/</link>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def entry(number: int = 1, more: str = "", title: str = "A title of some words") -> str:
    return f"<item><title>{title} {number}</title><link>https://example.org/{number}</link>{more}</item>"


def test_json_brings_no_letter_that_a_database_refuses() -> None:
    """One such entry would keep its feed, and with it the round, from ever being kept."""
    rows = [
        {"id": "a\0b", "url": "https://example.org/a", "title": "One\0 title of some words", "tags": ["x\0y"]},
        {"id": "c\ud800d", "url": "https://example.org/c", "title": "Two\ud800 titles", "content_html": "<p>\ud83d"},
        {"id": "https://example.org/e", "url": "https://example.org/\0", "title": "Three titles of some words"},
        {"id": "https://example.org/\0", "url": "https://example.org/\0", "title": "Four titles of some words"},
    ]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "A\0\ud800", "items": rows}))
    assert [(item.guid, item.url) for item in feed.items] == [
        ("ab", "https://example.org/a"),
        ("cd", "https://example.org/c"),
        ("https://example.org/e", "https://example.org/e"),
    ]
    said = repr(feed)
    assert "\\x00" not in said
    assert "\\ud800" not in said


def test_every_recorded_document_is_read_or_refused() -> None:
    if not folder().is_dir():
        pytest.skip("the recorded documents are not at hand")
    for path in sorted(each for each in folder().iterdir() if each.name != "index.json"):
        if path.name in NO_FEED:
            with pytest.raises(Unreadable):
                read(path.read_bytes())
            continue
        feed = read(path.read_bytes())
        assert len(feed.items) >= ITEMS.get(path.name, 0), path.name
        for item in feed.items:
            shown = f"{item.title} {item.summary} {' '.join(item.authors)}"
            assert item.url.startswith(("http://", "https://")) and item.title, path.name
            assert not any(harm in shown.lower() for harm in ("<script", "onclick=", "javascript:")), path.name
            assert item.published is None or 1990 <= item.published.year <= 2026, path.name


def test_arxiv_is_read_as_papers_without_what_is_announced_again() -> None:
    feed = read(recorded("arxiv-rss-atom-cs-ai.xml"))
    assert {item.kind for item in feed.items} == {ItemKind.PAPER}
    assert all(item.paper == f"arxiv:{item.url.rpartition('/')[2]}" for item in feed.items)
    assert not any("Announce Type" in item.summary for item in feed.items)
    space = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
    kinds = ("new", "cross", "replace", "replace-cross")
    items = "".join(
        entry(n, f"<arxiv:announce_type {space}>{each}</arxiv:announce_type>") for n, each in enumerate(kinds)
    )
    assert {item.url for item in read(rss(items)).items} == {"https://example.org/0", "https://example.org/1"}


def test_a_channel_is_read_as_videos() -> None:
    feed = read(recorded("youtube-channel.xml"))
    assert {item.kind for item in feed.items} == {ItemKind.VIDEO}
    assert feed.items[0].summary.startswith("A question is the most powerful")


def test_a_korean_date_without_a_zone_is_seouls() -> None:
    (item,) = read(recorded("made-aitimes-form.xml")).items
    assert item.published == datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
    assert item.language == "ko"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("euc-kr", "euc-kr", ""),
        ("euc-kr", "", "text/xml; charset=EUC-KR"),
        ("euc-kr", "utf-8", "text/xml"),
        ("cp949", "ks_c_5601-1987", ""),
        ("utf-8", "euc-kr", "application/rss+xml; charset=iso-8859-1"),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16", ""),
        ("utf-8-sig", "utf-8", ""),
        ("utf-8", "no-such", ""),
        ("utf-8", "hex", "text/xml; charset=rot13"),
    ],
)
def test_korean_letters_are_right_whatever_encoding_is_claimed(encoding: str, declared: str, content_type: str) -> None:
    claim = f' encoding="{declared}"' if declared else ""
    body = f'<?xml version="1.0"{claim}?>' + rss(entry(title="강화학습 강의를 공개해요")).partition("?>")[2]
    (item,) = read(body.encode(encoding), content_type).items
    assert (item.title, item.language) == ("강화학습 강의를 공개해요 1", "ko")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0900", 1),
        ("Fri, 20 Nov 2026 10:00:00 KST", 1),
        ("Fri, 20 Nov 2026 01:00:00 GMT", 1),
        ("20 Nov 2026 01:00 UT", 1),
        ("2026-11-20T10:00:00+09:00", 1),
        ("2026-11-20T01:00:00Z", 1),
        ("2026-11-20T01:00:00.123Z", 1),
        ("2026-11-20 01:00:00", 1),
        ("2026-11-20 01:00:00 +0000", 1),
        ("20261120T010000Z", 1),
        ("2026년 11월 20일 오전 1시", 1),
        ("2026. 11. 20. 오후 1:30", 13),
        ("2026.11.20 01:00", 1),
        ("2026/11/20", 0),
        ("November 20, 2026", 0),
        ("금, 20 Nov 2026 01:00:00 +0000", 1),
    ],
)
def test_dates_are_read_in_all_forms(written: str, hour: int) -> None:
    (item,) = read(rss(entry(more=f"<pubDate>{written}</pubDate>"))).items
    assert item.published is not None
    assert (item.published.date().isoformat(), item.published.hour) == ("2026-11-20", hour)


@pytest.mark.parametrize("written", ["", "yesterday", "0000-00-00", "2026-13-45", "12/31/69", "1970-01-01", "9" * 500])
def test_what_is_no_date_is_none(written: str) -> None:
    (item,) = read(rss(entry(more=f"<pubDate>{written}</pubDate>"))).items
    assert item.published is None


def test_links_are_made_whole_and_unsafe_ones_left_out() -> None:
    links = ["/a", "b.html", "//cdn.example.org/c", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.c",
             "https://user:pw@example.org/d", "file:///etc/passwd", "https://[broken/e", ""]  # fmt: skip
    items = "".join(f"<item><title>T {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    assert [item.url for item in read(rss(items)).items] == [
        "https://example.org/a",
        "https://example.org/blog/b.html",
        "https://cdn.example.org/c",
    ]


def test_script_and_markup_never_come_through() -> None:
    hostile = [
        "<script>alert(1)</script>Words", "&lt;script&gt;alert(1)&lt;/script&gt;Words", "<b onclick=x>Words</b>",
        "&amp;lt;img src=x onerror=alert(1)&amp;gt;Words", "<style>a</style>Words",
        "Wo\u202erds", "<iframe src=javascript:x>a</iframe>Words", "<svg/onload=alert(1)></svg>Words",
    ]  # fmt: skip
    for text in hostile:
        (item,) = read(rss(f"<item><title>{escape(text)}</title><link>https://example.org/1</link></item>")).items
        assert item.title.replace(">", "").strip().endswith("Words"), text
        assert not any(harm in item.title for harm in ("<s", "<i", "<b", "\u202e")), item.title
    (item,) = read(rss(entry(title="When a &lt; b &amp;amp; c"))).items
    assert item.title == "When a < b & c 1"


def test_paragraphs_do_not_run_together() -> None:
    (item,) = read(rss(entry(more="<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>"))).items
    assert item.summary == "One. Two."


def test_minutes_are_told_of_whole_texts_only() -> None:
    long, korean = "word " * 1100, "글자를 " * 700
    content = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{}</content:encoded>'
    bodies = (content.format(long), content.format(korean), content.format("short"), "")
    assert [read(rss(entry(more=body))).items[0].minutes for body in bodies] == [5, 5, None, None]


def test_kinds_are_told_by_where_a_link_leads() -> None:
    links = {
        "https://arxiv.org/abs/2401.00001v2": ItemKind.PAPER,
        "https://huggingface.co/papers/2401.00002": ItemKind.PAPER,
        "https://doi.org/10.1000/xyz": ItemKind.PAPER,
        "https://www.youtube.com/watch?v=abcdefghijk": ItemKind.VIDEO,
        "https://github.com/owner/name": ItemKind.REPOSITORY,
        "https://github.com/owner/name/releases/tag/v1": ItemKind.REPOSITORY,
        "https://github.com/owner": ItemKind.POST,
        "https://example.org/post": ItemKind.POST,
    }
    for link, kind in links.items():
        (item,) = read(rss(f"<item><title>Words</title><link>{link}</link></item>")).items
        assert item.kind is kind, link
    assert read(rss(entry()), url="https://a.substack.com/feed").items[0].kind is ItemKind.NEWSLETTER
    assert not read(rss("<item><title>S</title><link>https://www.youtube.com/shorts/abcdefghijk</link></item>")).items


def test_a_short_post_tells_of_the_one_paper_in_it() -> None:
    of_one = entry(more="<description>See https://arxiv.org/abs/2401.00001 now</description>")
    of_two = entry(more="<description>arxiv.org/abs/2401.00001 arxiv.org/abs/2401.00002</description>")
    assert [read(rss(each)).items[0].paper for each in (of_one, of_two)] == ["arxiv:2401.00001", None]


def test_json_feeds_are_read_and_odd_ones_survived() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://example.org/",
        "items": [
            {"id": 7, "url": "/one", "title": "One <b>thing</b>", "date_published": "2026-11-20T10:00:00+09:00",
             "authors": [{"name": "A"}, None, "x"], "tags": ["t", 3], "content_html": "<p>Hi</p>"},
            {"id": None, "external_url": "https://example.org/two", "content_text": "Two words"},
            {"title": "leads nowhere"}, None, "x", 5,
        ],
    }  # fmt: skip
    feed = read(json.dumps(document), "application/feed+json")
    assert [(item.title, item.url, item.authors) for item in feed.items] == [
        ("One thing", "https://example.org/one", ("A",)),
        ("Two words", "https://example.org/two", ()),
    ]
    for body in ("{", "{}", '{"items": 3}', "[1]", "[" * 100_000, '{"items": ' * 50_000):
        with pytest.raises(Unreadable):
            read(body, "application/json")


def test_the_daily_papers_of_hugging_face_are_papers() -> None:
    row = {"paper": {"id": "2401.00001", "title": "A paper", "summary": "S", "authors": [{"name": "N"}]},
           "publishedAt": "2026-11-20T00:00:00.000Z"}  # fmt: skip
    (item,) = read(json.dumps([row, {}, 3]), "application/json").items
    assert (item.kind, item.paper, item.authors) == (ItemKind.PAPER, "arxiv:2401.00001", ("N",))


DEEP = "<rss>" + "<a>" * 200_000
WIDE = rss("<item>" + "<a/>" * 400_000 + "</item>")
IN_TITLE = rss(entry(title="&lt;b&gt;" * 100_000))
OPEN_QUOTES = rss("<item><![CDATA[" * 100_000)
COMMENTS = rss("<item><!--" * 100_000)
TAILS = "<rss><channel>" + "</item" * 500_000
F1 = [LAUGHS, QUADRATIC, EXTERNAL, DEEP]


def measured(body: bytes, read: Callable[[bytes], object]) -> tuple[float, float]:
    """Return the seconds and the MiB that a reading takes at most."""
    start = time.process_time()
    _tried(body, read)
    seconds = time.process_time() - start
    tracemalloc.start()
    _tried(body, read)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / 2**20


def _tried(body: bytes, read: Callable[[bytes], object]) -> None:
    try:
        read(body)
    except FetchFailed:
        return


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("hostile", F1, ids=["laughs", "quadratic", "external", "deep"])
def test_f1_bombs_are_refused(hostile: str, encoding: str) -> None:
    body = hostile.encode(encoding)
    with pytest.raises(Unreadable):
        read(body)
    seconds, size = measured(body, read)
    assert seconds <= 1 and size <= 20


@pytest.mark.parametrize(
    "hostile", [IN_TITLE, OPEN_QUOTES, COMMENTS, TAILS, WIDE], ids=["title", "quotes", "comments", "tails", "wide"]
)
def test_f1_documents_made_to_be_slow_are_not(hostile: str) -> None:
    seconds, size = measured(hostile.encode(), read)
    assert seconds <= 1 and size <= 20


CROWDS = {
    "objects": '{"items":[' + "{}," * 1_500_000 + "{}]}",
    "lists": "[" + "[]," * 1_500_000 + "[]]",
    "numbers": '{"items":[],"x":[' + "1," * 2_500_000 + "1]}",
    "names": '{"items":[],"x":{' + ",".join(f'"{number}":1' for number in range(400_000)) + "}}",
    "texts": '{"items":[],"x":[' + '"ab",' * 1_000_000 + '""]}',
    "depth": "[" * 5_000_000,
    "nothing": "\0" * 5_000_000,
    "quoted items": "<rss><channel>" + "<item><![CDATA[x]]></item>" * 80_000,
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_f1_documents_made_to_take_room_do_not(crowd: str) -> None:
    seconds, size = measured(CROWDS[crowd].encode(), read)
    assert seconds <= 1 and size <= 20


def test_f1_negative_control_read_as_they_are_they_take_a_hundred() -> None:
    _, size = measured(CROWDS["objects"].encode(), json.loads)
    assert size > 60


def test_f1_negative_control_a_usual_parser_unfolds_what_we_refuse() -> None:
    small = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100}">]><x>{"&a;" * 100}</x>'
    assert len(fromstring(small).text or "") == 10_000
    with pytest.raises(Unreadable):
        read(small)


def test_f1_a_plain_document_type_is_no_bomb() -> None:
    declared = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.org/rss.dtd">'
    assert len(read(declared + rss(entry())).items) == 1


def test_f2_a_body_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        read(b" " * (BYTES + 1))


def many(count: int, newest_first: bool = True) -> str:
    order = range(count, 0, -1) if newest_first else range(1, count + 1)
    return rss("".join(f"<item><link>https://e.org/{n}</link><title>t</title></item>" for n in order))


def test_f5_a_hundred_thousand_items_are_bounded_in_time_and_memory() -> None:
    body = many(85_000).encode()
    assert 4 * 2**20 < len(body) <= BYTES
    assert len(read(body).items) == MOST
    seconds, size = measured(body, read)
    assert seconds <= 1 and size <= 20


def test_f5_negative_control_uncut_they_take_many_times_as_long() -> None:
    body = many(20_000).encode()
    ours, _ = measured(body, read)
    start = time.process_time()
    feedparser.parse(many(4_000).encode())
    assert (time.process_time() - start) > 2 * ours


def test_f5_of_a_feed_with_the_newest_last_the_newest_are_taken() -> None:
    items = "".join(
        entry(n, f"<pubDate>{datetime(2000 + n // 100, 1 + n % 12, 1, tzinfo=UTC).isoformat()}</pubDate>")
        for n in range(1, 2001)
    )
    assert "https://example.org/2000" in {item.url for item in read(rss(items)).items}


def test_f5_changed_guids_are_no_new_stories() -> None:
    guids = "<guid isPermaLink='false'>{}</guid>"
    before = read(rss("".join(entry(n, guids.format(f"old-{n}")) for n in range(50))))
    after = read(rss("".join(entry(n, guids.format(f"new-{n}")) for n in range(51))))
    shown = {key for story in stories_of(before.items) for key in story.keys}
    assert [story.lead.url for story in unshown(stories_of(after.items), shown)] == ["https://example.org/50"]


def test_f5_negative_control_by_guid_alone_all_would_be_new() -> None:
    old = read(rss(entry(1, "<guid isPermaLink='false'>a</guid>"))).items
    new = read(rss(entry(1, "<guid isPermaLink='false'>b</guid>"))).items
    assert {item.guid for item in old}.isdisjoint(item.guid for item in new)


def test_f5_one_guid_for_all_items_does_not_make_them_one() -> None:
    feed = read(rss("".join(entry(n, "<guid isPermaLink='false'>0</guid>") for n in range(5))))
    assert len(stories_of(feed.items)) == 5


def test_f5_a_date_in_the_future_is_not_believed() -> None:
    written = ["Wed, 25 Nov 2026 12:00:00 GMT", "Sun, 01 Jan 2034 00:00:00 GMT"]
    items = "".join(entry(n, f"<pubDate>{each}</pubDate>") for n, each in enumerate(written))
    assert [item.published is None for item in read(rss(items)).items] == [False, True]


def test_a_large_item_loses_its_contents_and_stays() -> None:
    body = rss(entry(1, f"<description>{'long ' * 400_000}</description>") + entry(2))
    assert [item.title for item in read(body).items] == ["A title of some words 1", "A title of some words 2"]


def test_what_is_cut_is_still_whole() -> None:
    small = cut_down(many(1_000).encode())
    assert small.endswith(b"</item></channel></rss>") and small.count(b"<item>") == 2 * MOST
