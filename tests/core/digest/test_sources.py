"""Which feeds a group gets, and what of typed words is an address."""

from __future__ import annotations

import time

import pytest

from bot.core.digest.sources import FEW, FeedKind, FeedRow, address_in, feeds_of_group, languages_of
from bot.core.topics import Topic, TopicMap
from bot.i18n import Bilingual, Locale


def topic(identity: str, parent: str | None = None, across: bool = False) -> Topic:
    words = Bilingual(ko=identity, en=identity)
    return Topic(id=identity, name=words, parent=parent, definition=words, across=across)


TOPICS = TopicMap([
    topic("study", across=True), topic("trends", "study", across=True), topic("vision"), topic("3d", "vision"),
    topic("nets"),
])  # fmt: skip


def row(identity: str, *topics: str, kind: FeedKind = FeedKind.BLOG, languages: tuple[str, ...] = ("en",)) -> FeedRow:
    return FeedRow(
        id=identity, title=identity, url=f"https://{identity}.org/", topics=topics, kind=kind, languages=languages
    )


FEEDS = (
    *(row(f"vision-{number}", "vision") for number in range(FEW)),
    row("three", "3d"),
    row("nets", "nets"),
    row("trends", "trends"),
    row("daily", "trends", kind=FeedKind.PAPERS),
    row("seoul", "trends", languages=("ko",)),
    row("seoul-news", "trends", kind=FeedKind.NEWS, languages=("ko",)),
    row("seoul-nets", "nets", languages=("ko",)),
)


def got(*chosen: str, locale: Locale = Locale.EN) -> set[str]:
    return {each.id for each in feeds_of_group(FEEDS, chosen, locale, TOPICS) if not each.id.startswith("vision-")}


def test_a_topic_brings_its_feeds_and_those_of_wider_and_narrower_ones() -> None:
    assert got("vision") == {"three", "daily"}
    assert got("3d") == got("vision")


def test_a_topic_with_few_feeds_gets_those_that_go_with_any() -> None:
    assert got("nets") == {"nets", "trends", "daily"}


def test_a_group_without_topics_gets_what_goes_with_any() -> None:
    assert got() == got("trends") == {"trends", "daily"}
    assert got("no-such-topic") == got()


def test_a_korean_group_reads_both_languages_and_is_spared_general_news() -> None:
    assert got("vision", locale=Locale.KO) == {"three", "daily", "seoul"}
    assert got("nets", locale=Locale.KO) == {"nets", "seoul-nets", "trends", "daily", "seoul", "seoul-news"}
    assert languages_of(Locale.KO) == {"ko", "en"} and languages_of(Locale.EN) == {"en"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://example.org/feed.xml", "https://example.org/feed.xml"),
        ("이 블로그 좋아요: http://example.org/feed.", "http://example.org/feed"),
        ("<https://example.org/a?b=1&c=2>", "https://example.org/a?b=1&c=2"),
        ("feed://example.org/f", "https://example.org/f"),
        ("feed:https://example.org/f", "https://example.org/f"),
        ("example.org", "https://example.org"),
        ("v2.velog.io/rss/someone 이거요", "https://v2.velog.io/rss/someone"),
        ("@YannicKilcher", "https://www.youtube.com/@YannicKilcher"),
        ("유튜브 @테디노트", "https://www.youtube.com/@테디노트"),
        ("youtube.com/@abc", "https://youtube.com/@abc"),
        ("UCZHmQk67mSJgfCCTn7xBfew", "https://www.youtube.com/channel/UCZHmQk67mSJgfCCTn7xBfew"),
        ("cs.RO", "https://rss.arxiv.org/rss/cs.RO"),
        ("arXiv:stat.ML", "https://rss.arxiv.org/rss/stat.ML"),
        ("그 블로그요", None),
        ("someone@example.org", None),
        ("https://", None),
        ("", None),
    ],
)
def test_what_is_typed_is_read_as_an_address(typed: str, meant: str | None) -> None:
    assert address_in(typed) == meant


@pytest.mark.parametrize("piece", ["a.", "@a", "http://", "x-", "feed:", "(", "UC", "가."])
def test_f6_words_made_to_be_slow_are_not(piece: str) -> None:
    start = time.process_time()
    address_in(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 0.5
