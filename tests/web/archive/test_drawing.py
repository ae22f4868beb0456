"""Pages and feeds as they are drawn: in both languages, whole, and safe whatever stands in them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest
from syrupy.assertion import SnapshotAssertion

from bot.core.digest.archive import Archive, Front
from bot.core.digest.issue import Entry, KeptIssue, Part, PartKind
from bot.i18n import Locale, texts
from bot.web.archive import drawing
from bot.web.archive.plain import host_said, plain, web_address
from tests.core.hostile import HOSTILE
from tests.web.archive import sample
from tests.web.archive.sample import ATTACK, WIDE, archive, attack, issue, listed

ATOM = {"a": "http://www.w3.org/2005/Atom"}
VOID = {"meta", "link", "br", "img", "hr", "input"}
TAGS = {
    *("html", "head", "meta", "title", "link", "body", "a", "header", "nav", "ul", "ol", "li", "main", "article", "p"),
    *("span", "h1", "h2", "h3", "bdi", "section", "blockquote", "footer", "details", "summary", "div", "small", "time"),
    "strong",
}


class Page(HTMLParser):
    """A page as a browser reads it: its elements, their attributes, what is unbalanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for each, attrs in self.elements if each == tag]


def every_page(of: Archive, kept: KeptIssue) -> dict[str, str]:
    front = Front(mark="0" * 32, locale=of.locale, archives=(of,))
    return {
        "issue": drawing.issue_page(of, kept),
        **{f"index in {locale}": drawing.index_page(of, locale) for locale in Locale},
        **{f"front in {locale}": drawing.front_page(front, locale) for locale in Locale},
        "missing": drawing.notice_page("missing", of.locale, "style.css"),
        "closed": drawing.notice_page("closed", of.locale, "style.css"),
    }


# what is on them


def small(locale: Locale) -> KeptIssue:
    """An issue of three entries."""
    kept = issue(3, locale)
    parts = [part for part in kept.issue.parts if part.section in (PartKind.WEEK, PartKind.PAPER, PartKind.DATES)]
    few = tuple(Part(part.section, part.entries[:1]) for part in parts)
    return replace(kept, issue=replace(kept.issue, parts=few))


@pytest.mark.parametrize("locale", Locale)
def test_an_issue_is_drawn_like_this(locale: Locale, snapshot: SnapshotAssertion) -> None:
    assert drawing.issue_page(archive(locale), small(locale)) == snapshot


@pytest.mark.parametrize("locale", Locale)
def test_an_index_is_drawn_like_this(locale: Locale, snapshot: SnapshotAssertion) -> None:
    assert drawing.index_page(archive(locale), locale) == snapshot


@pytest.mark.parametrize("locale", Locale)
def test_every_part_of_an_issue_has_its_heading_and_everything_in_it_is_said(locale: Locale) -> None:
    kept, t = issue(3, locale), texts(locale)
    page = unescape(drawing.issue_page(archive(locale), kept))
    for part in kept.issue.parts:
        assert f">{t(f'digest.part.{part.section}')}</h2>" in page
        for entry in part.entries:
            assert entry.title in page
            assert entry.line in page
            assert entry.url is None or f'href="{entry.url}"' in page


def test_a_heading_is_there_for_every_kind_of_part() -> None:
    parts = tuple(Part(kind, (Entry(title=kind.value),)) for kind in PartKind)
    for locale in Locale:
        page = drawing.issue_page(archive(locale), issue(3, locale, parts=parts))
        assert all(f'id="{kind}"' in page for kind in PartKind)


def test_what_is_in_another_language_says_so_and_what_is_not_does_not() -> None:
    page = drawing.issue_page(archive(), issue(3))
    assert '<html lang="ko">' in page
    assert '<h3 lang="en"><a href="https://arxiv.org/abs/2611.01234"' in page
    assert '<h3><a href="https://arxiv.org/abs/2611.04321"' in page, "it is Korean as the page is"
    assert "<span>arXiv cs.LG, Hugging Face Papers, AI News에서</span> · <span>읽는 데 30분</span>" in page


def test_dates_stand_on_the_wall_of_the_group() -> None:
    page = drawing.issue_page(archive(), issue(3))
    assert '<time datetime="2026-11-26T12:00:00+00:00">11월 26일(목) 오후 9:00</time>' in page
    abroad = drawing.issue_page(replace(archive(Locale.EN), zone="America/New_York"), issue(3, Locale.EN))
    assert "Thursday 26 November at 07:00" in abroad


def test_issues_lead_to_those_beside_them_also_over_one_that_is_missing() -> None:
    kept = [issue(number) for number in (5, 3, 2)]
    of = archive(Locale.KO, *kept)
    middle = Page(drawing.issue_page(of, kept[1]))
    assert {(each["rel"], each["href"]) for each in middle.all("a") if each.get("rel") in ("prev", "next")} == {
        ("prev", "2.html"),
        ("next", "5.html"),
    }
    last = Page(drawing.issue_page(of, kept[0]))
    assert [each["href"] for each in last.all("a") if each.get("rel") == "next"] == []


def test_an_index_speaks_both_languages_and_each_issue_its_own() -> None:
    of = archive(Locale.KO, issue(3), issue(2, Locale.EN))
    korean, english = (drawing.index_page(of, locale) for locale in (Locale.KO, Locale.EN))
    assert '<a href="index.en.html" hreflang="en" lang="en">English</a>' in korean
    assert '<a href="index.html" hreflang="ko" lang="ko">한국어</a>' in english
    assert f'<bdi lang="en">{sample.HEADLINES[Locale.EN][1]}</bdi>' in korean
    assert f'<bdi lang="ko">{sample.HEADLINES[Locale.KO][0]}</bdi>' in english


def test_an_archive_without_an_issue_says_so() -> None:
    of = replace(archive(), issues=())
    assert "첫 호는 아직 나오지 않았어요." in drawing.index_page(of, Locale.KO)
    assert ET.fromstring(drawing.feed(of, ())).findall("a:entry", ATOM) == []


def test_only_what_is_secret_asks_to_be_left_out_of_searches() -> None:
    for public in (True, False):
        of = archive(public=public)
        for page in (drawing.issue_page(of, issue(3)), drawing.index_page(of, Locale.KO)):
            assert ('<meta name="robots" content="noindex, nofollow">' in page) is not public
            assert ("주소를 아는 사람만" in page) is not public


def test_a_notice_is_in_both_languages_the_reader_s_first() -> None:
    korean, english = (drawing.notice_page("missing", locale, "style.css") for locale in (Locale.KO, Locale.EN))
    for page in (korean, english):
        assert "그런 페이지는 없어요" in page
        assert "There is no such page" in page
    assert korean.index("그런 페이지는") < korean.index("There is no such page")
    assert english.index("There is no such page</h1>") < english.index("그런 페이지는 없어요</h2>")


# whatever stands in them


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("locale", Locale)
def test_pages_are_whole_and_lead_nowhere_unasked(locale: Locale, public: bool) -> None:
    for name, drawn in every_page(archive(locale, public=public), issue(3, locale)).items():
        page = Page(drawn)
        assert page.open == [], name
        assert {tag for tag, _ in page.elements} <= TAGS, name
        assert drawn.count("<h1") == drawn.count("<main") == 1, name
        loaded = [each["href"] for each in page.all("link") if each["rel"] in ("stylesheet", "icon")]
        assert set(loaded) <= {"style.css", "icon.svg"}, name
        ids = [attrs["id"] for _, attrs in page.elements if attrs.get("id")]
        assert len(ids) == len(set(ids)), name


@pytest.mark.parametrize("text", [ATTACK, WIDE, *HOSTILE.values()], ids=["attack", "wide", *HOSTILE])
def test_no_text_of_anybodys_becomes_more_than_text(text: str) -> None:
    kept = attack(text)
    of = archive(Locale.KO, kept, name=text)
    for name, drawn in every_page(of, kept).items():
        page = Page(drawn)
        assert page.open == [], name
        assert {tag for tag, _ in page.elements} <= TAGS, name
        names = {attribute for _, attrs in page.elements for attribute in attrs}
        assert not any(each.startswith("on") or each in ("style", "src", "srcset", "action") for each in names), name
        for link in page.all("a"):
            assert re.fullmatch(r"https?://\S+|#\w+|[\w./-]+", link["href"] or ""), name
        assert drawn.encode(), "no lone surrogate is left"
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", drawn), name


def test_an_attack_is_shown_as_it_was_written() -> None:
    drawn = drawing.issue_page(archive(Locale.KO, attack(), name=ATTACK), attack())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn
    assert "{{7*7}}" in drawn, "what looks like a template is none"
    assert "<script" not in drawn


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
        ),
        *("//evil.example/", "/etc/passwd", "..", "", "https://", "http:evil", "https://a b/", 'https://a/"onclick="x'),
        *("ftp://example.org/", "file:///etc/passwd", "https://[::1", "https://a:99999/", "https://a/\u202e", None),
    ],
)
def test_only_whole_addresses_of_the_web_become_links(address: str | None) -> None:
    assert web_address(address) is None
    assert host_said(address) == ""


def test_a_link_says_where_it_leads() -> None:
    assert host_said("https://www.example.org/x") == "example.org"
    assert host_said("https://arxiv.org@evil.example/") == "evil.example"


def test_blanks_and_directions_do_not_outlive_their_text() -> None:
    assert plain("\u202eabc\u2066 \t d\x07\x00\ne") == "abc d\ne"


# the feed


def parsed(drawn: str) -> Any:
    read = feedparser.parse(drawn)
    assert not read.bozo, read.get("bozo_exception")
    return read


@pytest.mark.parametrize("locale", Locale)
def test_a_feed_is_what_readers_expect(locale: Locale) -> None:
    kept = tuple(issue(number, locale) for number in (3, 2, 1))
    drawn = drawing.feed(archive(locale, *kept, address="https://moim.example.org/g3/"), kept)
    read = parsed(drawn)
    assert read.version == "atom10"
    assert read.feed.title == sample.NAMES[locale]
    assert read.feed.link == "https://moim.example.org/g3/"
    assert read.entries[0].title == f"{sample.NAMES[locale]} · {texts(locale)('archive.issue', number=3)}"
    assert [each.link for each in read.entries] == [f"https://moim.example.org/g3/{n}.html" for n in (3, 2, 1)]
    assert read.entries[0].updated == "2026-11-22T01:00:00+00:00"
    assert "https://arxiv.org/abs/2006.11239" in read.entries[0].content[0].value
    assert len({each.id for each in [read.feed, *read.entries]}) == 4


def test_a_feed_has_all_that_the_standard_asks_for() -> None:
    kept = (issue(3),)
    root = ET.fromstring(drawing.feed(archive(Locale.KO, *kept), kept))
    for element in [root, *root.findall("a:entry", ATOM)]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1
        assert (element.findtext("a:id", "", ATOM)).startswith("urn:uuid:")
        moment = datetime.fromisoformat(element.findtext("a:updated", "", ATOM))
        assert moment.tzinfo is not None
    [entry] = root.findall("a:entry", ATOM)
    assert entry.findtext("a:author/a:name", "", ATOM) == "목요 논문"
    assert root.find("a:link[@rel='self']", ATOM) is not None


def test_ids_stay_when_the_name_the_address_and_the_neighbours_change() -> None:
    def ids(of: Archive, *kept: KeptIssue) -> list[str]:
        return [
            each.findtext("a:id", "", ATOM)
            for each in ET.fromstring(drawing.feed(of, kept)).iter()
            if each.tag.endswith(("feed", "entry"))
        ]

    old, new = issue(2), issue(3)
    before = ids(archive(Locale.KO, old), old)
    after = ids(archive(Locale.KO, new, old, name="새 이름", address="https://b.example/"), new, old)
    assert (before[0], before[1]) == (after[0], after[2])
    assert set(ids(archive(Locale.KO, old, group=4), old)).isdisjoint(before), "and no other group has them"


def test_a_feed_of_hostile_texts_is_still_a_feed() -> None:
    kept = (attack(),)
    drawn = drawing.feed(archive(Locale.KO, *kept, name=ATTACK), kept)
    content = ET.fromstring(drawn).findtext("a:entry/a:content", "", ATOM)
    page = Page(content)
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= TAGS
    assert "<script" not in content


def test_a_feed_has_the_latest_issues_alone_and_that_of_all_groups_says_whose_each_is() -> None:
    many = tuple(issue(number) for number in range(30, 0, -1))
    assert len(parsed(drawing.feed(archive(Locale.KO, *many), many)).entries) == drawing.FEED_ISSUES
    groups = ((archive(), (issue(3),)), (archive(Locale.EN, group=4), (issue(2, Locale.EN),)))
    front = Front(
        mark="f" * 32, locale=Locale.EN, archives=tuple(each for each, _ in groups), address="https://a.example/"
    )
    read = parsed(drawing.front_feed(front, groups))
    assert [(each.author, each.link) for each in read.entries] == [
        ("목요 논문", "https://a.example/g3/3.html"),
        ("Thursday Papers", "https://a.example/g4/2.html"),
    ]


def test_the_newest_issue_says_when_the_feed_changed() -> None:
    later = replace(issue(4), sent_at=datetime(2027, 1, 3, 1, tzinfo=UTC) + timedelta(minutes=3))
    assert parsed(drawing.feed(archive(Locale.KO, later, issue(3)), (later, issue(3)))).feed.updated == (
        "2027-01-03T01:03:00+00:00"
    )
    assert listed(later).sent_at == later.sent_at


def test_an_issue_that_was_changed_says_so_and_stays_where_it_stood() -> None:
    at = datetime(2026, 12, 24, 5, tzinfo=UTC)
    mended = replace(issue(2), issue=replace(issue(2).issue, changed_at=at))
    read = parsed(drawing.feed(archive(Locale.KO, issue(3), mended), (issue(3), mended)))
    assert [each.updated for each in read.entries] == ["2026-11-22T01:00:00+00:00", at.isoformat()]
    assert read.entries[1].published == (mended.sent_at or at).isoformat()
    assert read.feed.updated == at.isoformat()
