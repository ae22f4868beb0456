"""What people paste, and what they mean by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.papers.links import (
    ArxivId,
    Doi,
    Video,
    WebPage,
    host_of,
    read_link,
    read_links,
    same_place,
    without_links,
)
from tests.core.hostile import HOSTILE

ATTENTION = ArxivId("1706.03762")


@pytest.mark.parametrize(
    "text",
    [
        "1706.03762",
        "1706.03762v5",
        "arXiv:1706.03762",
        "arxiv: 1706.03762v2 이거 어때요?",
        "https://arxiv.org/abs/1706.03762",
        "http://arxiv.org/abs/1706.03762v7",
        "https://arxiv.org/pdf/1706.03762",
        "https://arxiv.org/pdf/1706.03762v5.pdf",
        "https://www.arxiv.org/html/1706.03762v1#S3.F1",
        "https://export.arxiv.org/abs/1706.03762?context=cs",
        "arxiv.org/abs/1706.03762",
        "https://huggingface.co/papers/1706.03762",
        "https://www.alphaxiv.org/abs/1706.03762v2",
        "https://www.alphaxiv.org/overview/1706.03762",
        "https://ar5iv.labs.arxiv.org/html/1706.03762",
        "https://doi.org/10.48550/arXiv.1706.03762",
        "10.48550/arxiv.1706.03762",
        "다음 주에 이거 읽어요 (https://arxiv.org/abs/1706.03762).",
        "<https://arxiv.org/abs/1706.03762>",
        "https://blog.example.org/attention 글의 논문: arXiv:1706.03762",
    ],
)
def test_every_way_to_paste_a_paper_means_the_paper(text: str) -> None:
    assert read_link(text) == ATTENTION


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("cs/0112017", "cs/0112017"),
        ("https://arxiv.org/abs/astro-ph/0601001", "astro-ph/0601001"),
        ("https://arxiv.org/pdf/quant-ph/0201082v1", "quant-ph/0201082"),
        ("arXiv:math.GT/0309136", "math.GT/0309136"),
        ("0704.0001", "0704.0001"),
    ],
)
def test_the_ids_of_before_2007_and_of_four_digits_are_read(text: str, identity: str) -> None:
    assert read_link(text) == ArxivId(identity)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://doi.org/10.1038/s41586-021-03819-2", Doi("10.1038/s41586-021-03819-2")),
        ("doi:10.1145/3292500.3330701.", Doi("10.1145/3292500.3330701")),
        ("https://youtu.be/L3hz57whyNw?si=abcdef&t=90", Video("L3hz57whyNw", 90)),
        ("https://www.youtube.com/watch?v=L3hz57whyNw&list=PL1", Video("L3hz57whyNw")),
        ("https://youtube.com/shorts/L3hz57whyNw", Video("L3hz57whyNw")),
        ("https://www.youtube.com/@channel", WebPage("https://www.youtube.com/@channel")),
        ("https://huggingface.co/blog/1706.03762", WebPage("https://huggingface.co/blog/1706.03762")),
        (
            "https://en.wikipedia.org/wiki/Attention_(machine_learning)",
            WebPage("https://en.wikipedia.org/wiki/Attention_(machine_learning)"),
        ),
        ("https://example.org/a?utm_source=x&id=3&fbclid=y", WebPage("https://example.org/a?id=3")),
    ],
)
def test_other_links_are_what_they_are(text: str, meant: object) -> None:
    assert read_link(text) == meant


@pytest.mark.parametrize(
    "text", ["", "attention", "12.50", "2019.12345 원", "9999.99999", "3.14159", "http://localhost/x", "https://"]
)
def test_what_is_no_link_is_none(text: str) -> None:
    assert read_link(text) is None


def test_several_links_are_read_in_order_and_once() -> None:
    text = "https://youtu.be/L3hz57whyNw 먼저, 그다음 1706.03762 그리고 https://arxiv.org/pdf/1706.03762"
    assert read_links(text) == (Video("L3hz57whyNw"), ATTENTION)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://arxiv.org/pdf/1706.03762v2", "https://huggingface.co/papers/1706.03762"),
        ("https://www.example.org/post/?utm_source=x", "http://example.org/post"),
        ("https://www.youtube.com/watch?v=L3hz57whyNw", "https://youtu.be/L3hz57whyNw?t=3"),
        ("https://doi.org/10.1038/S41586", "https://dx.doi.org/10.1038/s41586"),
    ],
)
def test_duplicates_meet(one: str, other: str) -> None:
    assert same_place(one) == same_place(other)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Export.ArXiv.org:443/api", "export.arxiv.org"), ("https://arxiv.org@evil.example/", "evil.example"),
        ("http://[::1]/feed", "::1"), ("http://[half/feed", ""), ("mailto:ann@example.org", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_host_of_an_address_is_what_is_asked(address: str, host: str) -> None:
    assert host_of(address) == host


def test_html_is_offered_from_when_arxiv_made_it() -> None:
    assert ArxivId("2401.00001").html == "https://arxiv.org/html/2401.00001"
    assert ArxivId("1706.03762").html is None
    assert ArxivId("cs/0112017").html is None


@given(st.text(max_size=300))
def test_any_text_is_read_and_no_link_loses_its_place(text: str) -> None:
    for each in read_links(text):
        if isinstance(each, ArxivId):
            assert read_link(each.abstract) == each == read_link(each.pdf)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_too(text: str) -> None:
    read_links(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://arxiv.org/abs/1706.03762 지난주와 이어져요", "지난주와 이어져요"),
        ("1706.03762v2 because", "because"),
        ("arXiv:1706.03762, 10.1038/nature16961 둘 다", "둘 다"),
        ("(youtu.be/abcdefghijk) 봐요", "봐요"),
        ("그냥 말 3.5점", "그냥 말 3.5점"),
        ("", ""),
    ],
)
def test_what_is_said_beside_links(text: str, left: str) -> None:
    assert without_links(text) == left
