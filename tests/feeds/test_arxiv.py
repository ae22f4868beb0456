"""What arXiv says of papers, from its recorded answers and from made ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp import web

from bot.core.papers.links import ArxivId
from bot.core.papers.paper import PaperState
from bot.feeds.arxiv import Arxiv, read_answer
from bot.feeds.errors import BadStatus, TooSlow, Unreadable
from bot.feeds.fetch import Fetcher
from tests.feeds.recorded import recorded
from tests.feeds.server import Served, serving

HEAD = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
ATTENTION = ArxivId("1706.03762")


def answer(*entries: str) -> bytes:
    return f"{HEAD}{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>".encode()


def entry(identity: str, title: str, more: str = "") -> str:
    return f"<id>http://arxiv.org/abs/{identity}</id><title>{title}</title>{more}"


@pytest.mark.parametrize(
    ("document", "identity", "authors", "category", "published"),
    [
        ("arxiv-api-one-entry.xml", "1605.08386", 2, "math.CO", date(2016, 5, 26)),
        ("arxiv-api-old-style-id.xml", "astro-ph/0601001", 4, "astro-ph", date(2006, 1, 2)),
        ("arxiv-api-old-style-versioned.xml", "quant-ph/0201082", 1, "quant-ph", date(2002, 1, 18)),
    ],
)
def test_recorded_answers_are_read(document: str, identity: str, authors: int, category: str, published: date) -> None:
    paper = read_answer(recorded(document))[ArxivId(identity)]
    assert paper.state is PaperState.COMPLETE
    assert len(paper.authors) == authors
    assert (paper.categories[0], paper.published, paper.year) == (category, published, published.year)
    assert paper.abstract and "\n" not in paper.abstract + paper.title


def test_a_question_for_two_of_which_one_is_unknown_is_answered_for_both() -> None:
    found = read_answer(recorded("arxiv-api-two-ids.xml"))
    assert set(found) == {ArxivId("1707.08567")}


def test_latex_is_made_readable_and_the_code_is_found() -> None:
    author = '<author><name>J. M{\\"u}ller</name></author>'
    more = f"<summary>We use $\\alpha$; code at https://github.com/some/thing.</summary>{author}"
    paper = read_answer(answer(entry("1706.03762v5", "The $O(n^2)$ Attention", more)))[ATTENTION]
    assert (paper.title, paper.abstract[:8], paper.authors) == ("The O(n²) Attention", "We use α", ("J. Müller",))
    assert paper.code_url == "https://github.com/some/thing"


@pytest.mark.parametrize(
    "more",
    [
        "<arxiv:comment>This paper has been withdrawn by the authors</arxiv:comment>",
        "<summary>This paper has been withdrawn due to an error in Lemma 2.</summary>",
    ],
)
def test_a_withdrawn_paper_is_told_apart(more: str) -> None:
    assert read_answer(answer(entry("1706.03762", "Attention", more)))[ATTENTION].state is PaperState.WITHDRAWN


def test_an_entry_that_tells_of_an_error_is_no_paper() -> None:
    error = "<id>https://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
    assert read_answer(answer(error)) == {}


@pytest.mark.parametrize("body", [b"", b"Rate exceeded.", b"<html><body>503</body></html>"])
def test_what_is_no_answer_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answer(body)


@pytest.fixture
async def web_server() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served


@pytest.fixture
async def arxiv(web_server: Served) -> AsyncIterator[Arxiv]:
    async with Fetcher(reachable=lambda _address, _port: True, pace={"127.0.0.1": 0.0}, seconds=1.0) as fetcher:
        yield Arxiv(fetcher, f"{web_server.address}/api/query")


async def test_one_question_asks_for_all_and_says_which_are_missing(web_server: Served, arxiv: Arxiv) -> None:
    web_server.say("/api/query", answer(entry("1706.03762v7", "Attention")))
    found = await arxiv.papers([ATTENTION, ArxivId("2401.99999"), ATTENTION])
    assert [found[each].state for each in found] == [PaperState.COMPLETE, PaperState.MISSING]
    assert web_server.asked[0][1].query["id_list"] == "1706.03762,2401.99999"
    assert await arxiv.papers([]) == {} and len(web_server.asked) == 1


async def test_a_busy_arxiv_is_told_with_how_long_to_wait(web_server: Served, arxiv: Arxiv) -> None:
    web_server.say("/api/query", b"Rate exceeded.", status=429, Retry_After="30")
    with pytest.raises(BadStatus) as busy:
        await arxiv.papers([ATTENTION])
    assert busy.value.wait is not None and busy.value.wait.total_seconds() == 30


async def test_an_arxiv_that_says_nothing_ends_in_time(web_server: Served, arxiv: Arxiv) -> None:
    async def never(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        raise AssertionError

    web_server.answers["/api/query"] = never
    with pytest.raises(TooSlow):
        await arxiv.papers([ATTENTION])
