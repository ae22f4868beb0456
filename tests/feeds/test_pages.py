"""What a page says of itself: publishers' tags, a registry's JSON, plain titles; and pages that mean harm."""

from __future__ import annotations

import json
import time

import pytest

from bot.feeds.errors import Unreadable
from bot.feeds.pages import LONGEST_TITLE, PageFacts, read_page

HTML = "text/html; charset=utf-8"
PUBLISHER = """<!doctype html><html><head><title>GloVe - ACL Anthology</title>
<meta content="GloVe: Global Vectors for Word Representation" name="citation_title">
<meta content='Jeffrey Pennington' name='citation_author'><meta content="Richard Socher" name=citation_author>
<META NAME="citation_publication_date" CONTENT="2014/10"/><meta property="og:title" content="other">
<meta name="description" content="We &lt;b&gt;count&lt;/b&gt; words &amp; $\\alpha$.">
</head><body>"""


def test_a_publishers_page_tells_the_paper() -> None:
    assert read_page(PUBLISHER.encode(), HTML) == PageFacts(
        "GloVe: Global Vectors for Word Representation",
        ("Jeffrey Pennington", "Richard Socher"),
        "We count words & α.",
        2014,
        is_paper=True,
    )


def test_any_page_has_its_title_in_whatever_letters_it_is_written() -> None:
    page = "<html><head><title>\n  밑바닥부터 시작하는   딥러닝 </title>".encode("euc-kr")
    assert read_page(page, "text/html; charset=EUC-KR").title == "밑바닥부터 시작하는 딥러닝"
    assert read_page(b'<meta charset="euc-kr">' + page, "text/html").title == "밑바닥부터 시작하는 딥러닝"
    assert read_page("<title>가</title>".encode(), "text/html; charset=no-such").title == "가"


def test_the_registry_of_a_doi_tells_the_paper() -> None:
    row = {
        "title": "Long Short-Term Memory",
        "author": [{"given": "Sepp", "family": "Hochreiter"}, {"literal": "A Group"}, "odd", {}],
        "issued": {"date-parts": [[1997, 11, 15]]},
        "abstract": "<jats:p>Learning to store</jats:p>",
    }
    assert read_page(json.dumps(row).encode(), "application/vnd.citationstyles.csl+json") == PageFacts(
        "Long Short-Term Memory", ("Sepp Hochreiter", "A Group"), "Learning to store", 1997, is_paper=True
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"%PDF-1.7", "application/pdf"), (b"{", "application/json"), (b"[]", "application/json"),
     (b"[" * 100_000, "application/json"), (b"\x00", "image/png")],
)  # fmt: skip
def test_what_is_no_page_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable):
        read_page(body, content_type)


@pytest.mark.parametrize(
    "row",
    [{}, {"title": []}, {"title": 1, "author": 1, "issued": 1, "abstract": 1}, {"issued": {"date-parts": [["x"]]}},
     {"issued": {"date-parts": []}}, {"title": ["A", "B"], "author": [{"given": 1, "family": 2}]}],
)  # fmt: skip
def test_odd_json_is_read_as_far_as_it_goes(row: dict[str, object]) -> None:
    facts = read_page(json.dumps(row).encode(), "application/json")
    assert facts.title in ("", "A") and facts.year is None and facts.authors == ()


@pytest.mark.parametrize(
    "page",
    [
        "", "<", "<meta", "<meta " * 50_000, '<meta name="' * 30_000, "<meta name='citation_title' content='" * 9_000,
        "<title>" * 50_000, "<title " + "a" * 300_000, "<meta " + "a=" * 100_000, "<meta " + 'a="' * 100_000,
        "<!--" * 90_000, "<meta name=og:title content=\u202e@everyone>", "\x00" * 100_000,
        "<title>" + "&amp;lt;" * 40_000,
    ],
)  # fmt: skip
def test_a_page_that_means_harm_costs_little_and_says_little(page: str) -> None:
    begun = time.process_time()
    facts = read_page(page.encode(), HTML)
    assert time.process_time() - begun < 1.0
    assert len(facts.title) <= LONGEST_TITLE


def test_markup_in_a_title_is_gone_and_the_rest_is_words() -> None:
    facts = read_page(b"<title>&lt;script&gt;alert(1)&lt;/script&gt; **x** @everyone</title>", HTML)
    assert facts.title == "alert(1) **x** @everyone"
