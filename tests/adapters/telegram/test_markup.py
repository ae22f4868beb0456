"""The text tree as HTML, judged by TDLib itself; and long text cut without harm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.telegram.markup import ENTITIES, Run, html, runs_of, split, units, unmarked
from bot.chat.text import Bold, Code, Formula, Link, Mention, Moment, MomentStyle, Node, Text, plain, text
from bot.core.refs import Platform, UserRef
from tests.standins.telegram_api.entities import detect, parse

MOMENT = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
AWKWARD = st.sampled_from(
    ["<b>", "&amp;", "</code>", '"', "'", "\n\n", "\n", " ", "@alice", "👩‍👩‍👧‍👦", "🇰🇷🇺🇸", "👍🏽", "1️⃣", "강", "각",
     "e\u0301", "ก็", "\u200d", "\ufe0f", "한국어 문장", "word", "😀" * 40, "x" * 300, "\r\n", "\x00", "\ud83d"]
)  # fmt: skip
WORDS = st.lists(AWKWARD | st.text(max_size=20), max_size=40).map("".join)
FILLED = WORDS.filter(str.strip)
NODES = st.one_of(
    WORDS,
    FILLED.map(Bold),
    FILLED.map(Code),
    FILLED.map(Formula),
    FILLED.map(lambda words: Link(words, "https://x.example/?q=\"<&>'")),
    FILLED.map(lambda name: Mention(UserRef(Platform.TELEGRAM, "42"), name)),
    st.sampled_from([Moment(MOMENT, "Asia/Seoul", style) for style in MomentStyle]),
)
TEXTS = st.lists(NODES, max_size=12).map(lambda nodes: text(*nodes))


def shown(words: Text) -> str:
    return "".join(run.text for run in runs_of(words))


@pytest.mark.parametrize(
    ("node", "entity"),
    [
        (Bold("x"), {"type": "bold"}),
        (Code("x"), {"type": "code"}),
        (Formula("x"), {"type": "code"}),
        (Link("x", "https://a.example/?b=1&c=2"), {"type": "text_link", "url": "https://a.example/?b=1&c=2"}),
        (Mention(UserRef(Platform.TELEGRAM, "42"), "x"), {"type": "text_mention"}),
    ],
)
def test_every_node_becomes_its_entity(node: Node, entity: dict[str, Any]) -> None:
    words, (found,) = parse(html(runs_of((node,))), "html")
    assert words == "x"
    assert entity.items() <= found.items()


@pytest.mark.parametrize(
    ("style", "words", "format_"),
    [
        (MomentStyle.TIME, "09:00 (Asia/Seoul)", "t"),
        (MomentStyle.DATE, "2026-11-25 (Asia/Seoul)", "wD"),
        (MomentStyle.BOTH, "2026-11-25 09:00 (Asia/Seoul)", "wDt"),
    ],
)
def test_a_moment_is_drawn_in_each_readers_time_around_the_wall_time(
    style: MomentStyle, words: str, format_: str
) -> None:
    markup = html(runs_of((Moment(MOMENT, "Asia/Seoul", style),)))
    assert markup == f'<tg-time unix="1795564800" format="{format_}">{words}</tg-time>'
    assert parse(markup, "html")[0] == words


def test_somebody_of_another_platform_is_named_but_not_linked() -> None:
    assert html(runs_of((Mention(UserRef(Platform.DISCORD, "42"), "Bob"),))) == "Bob"
    assert html(runs_of((Mention(UserRef(Platform.TELEGRAM, "42"), "Bob", quiet=True),))) == "Bob"


@pytest.mark.parametrize("words", ["@alice", "hi @alice_b!", "(@everyone)", "**@alice**"])
def test_a_name_typed_by_somebody_pings_nobody(words: str) -> None:
    assert any(entity["type"] == "mention" for entity in detect(words))
    shown_words, entities = parse(html(runs_of((words, Bold(words)))), "html")
    assert shown_words == words * 2
    assert {entity["type"] for entity in entities} <= {"code", "bold"}


@pytest.mark.parametrize("words", ["me@home.example", "/help@moim_bot", "a @ b"])
def test_what_is_no_name_stays_as_it_is(words: str) -> None:
    assert html(runs_of((words,))) == words


@given(TEXTS)
@example(text(Bold("<"), "@a@bb @cc", Code("</code>")))
def test_any_tree_is_markup_that_telegram_takes_and_shows_unchanged(words: Text) -> None:
    assert parse(html(runs_of(words)), "html")[0] == shown(words)


@given(TEXTS)
def test_without_tags_nothing_is_lost_but_styles(words: Text) -> None:
    bare = unmarked(runs_of(words))
    for node in words:
        if isinstance(node, Link):
            assert node.url in bare
    if all(isinstance(node, str | Bold | Code) for node in words):
        assert bare == shown(words)


@given(TEXTS, st.integers(20, 600))
def test_parts_keep_the_limit_and_the_text(words: Text, limit: int) -> None:
    parts = split(runs_of(words), limit)
    for part in parts:
        assert 0 < units("".join(run.text for run in part)) <= limit
        parse(html(part), "html")
    joined = "".join(run.text for part in parts for run in part)
    assert "".join(joined.split()) == "".join(shown(words).split())


@given(WORDS, st.integers(64, 600))
def test_no_cut_tears_a_character(words: str, limit: int) -> None:
    run = Run(words)
    clusters = regex.findall(r"\X", run.text)
    if any(units(cluster) > limit // 4 for cluster in clusters):
        return
    edges, position = {0}, 0
    for cluster in clusters:
        position += len(cluster)
        edges.add(position)
    position = 0
    for part in split((run,), limit):
        piece = "".join(each.text for each in part)
        position = run.text.index(piece, position)
        assert position in edges or run.text[position - 1].isspace()
        position += len(piece)
        assert position in edges or run.text[position].isspace()


def test_paragraphs_are_kept_together_then_lines_then_words() -> None:
    def cut(words: str, limit: int) -> list[str]:
        return ["".join(run.text for run in part) for part in split((Run(words),), limit)]

    assert cut("one two\n\nthree four", 12) == ["one two", "three four"]
    assert cut("one two\nthree four", 12) == ["one two", "three four"]
    assert cut("one two three", 9) == ["one two", "three"]
    assert cut("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert cut("a\n\n" + "b" * 20, 20) == ["a\n\n" + "b" * 17, "bbb"], "no scrap for the sake of a paragraph"


def test_a_link_that_is_cut_leads_on_from_both_parts() -> None:
    first, second = split(runs_of((Link("abcd efgh", "https://x.example"),)), 5)
    assert html(first) == '<a href="https://x.example">abcd</a>'
    assert html(second) == '<a href="https://x.example">efgh</a>'


def test_more_entities_than_telegram_keeps_are_spread_over_parts() -> None:
    parts = split(runs_of(text(*(Bold(f"b{number} ") for number in range(250)))), 4096)
    counts = [len(parse(html(part), "html")[1]) for part in parts]
    assert all(count <= ENTITIES for count in counts)
    assert sum(counts) == 250


def test_plain_text_of_the_tree_and_of_the_runs_agree() -> None:
    words = text("a ", Bold("b"), " ", Link("c", "https://x.example"))
    assert unmarked(runs_of(words)) == plain(words)
