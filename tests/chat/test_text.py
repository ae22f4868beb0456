"""Text as a tree: how parts come together and how they read without markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.press import Press
from bot.chat.reply import Button, Card
from bot.chat.text import (
    LONGEST,
    Bold,
    Code,
    Formula,
    Link,
    Mention,
    Moment,
    MomentStyle,
    Node,
    Text,
    blocks,
    bounded,
    lines,
    plain,
    text,
)
from bot.core.refs import Platform, UserRef

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NODES: st.SearchStrategy[Node] = (
    st.text(max_size=20) | st.builds(Bold, st.text(max_size=9)) | st.builds(Code, st.text())
)
TEXTS: st.SearchStrategy[Text] = st.lists(NODES, max_size=5).map(tuple)


def test_nested_texts_are_spliced_in_and_empty_strings_vanish() -> None:
    assert text("a", ("b", "", Bold("c")), (), "", Code("d")) == ("a", "b", Bold("c"), Code("d"))


@given(st.lists(TEXTS, max_size=5))
def test_splicing_keeps_every_word_in_order(parts: list[Text]) -> None:
    assert plain(text(*parts)) == "".join(plain(part) for part in parts)


@given(st.lists(TEXTS, max_size=5))
def test_lines_are_the_rows_that_hold_something(rows: list[Text]) -> None:
    kept = [row for row in rows if text(*row)]
    assert plain(lines(*rows)) == "\n".join(plain(row) for row in kept)


def test_a_row_of_empty_strings_is_no_line() -> None:
    assert plain(lines("a", ("", ""), "", (), "b")) == "a\nb"


def test_blocks_of_several_rows_stand_apart() -> None:
    rows: list[Text] = [("a",), ("b",), lines("c", "d"), ("e",), (), ("f",)]
    assert plain(blocks(*rows)) == "a\nb\n\nc\nd\n\ne\nf"


def test_every_node_can_be_read_without_markup() -> None:
    whole = text(
        Bold("bold"), " ", Code("/help"), " ", Link("site", "https://a.org"), " ",
        Mention(UserRef(Platform.DISCORD, "1"), "Ann"), " ", Formula("e^{i\\pi}"), " ", Moment(NOON, "Asia/Seoul"),
    )  # fmt: skip
    assert plain(whole) == "bold /help site (https://a.org) @Ann e^{i\\pi} 2026-11-25 21:00 (Asia/Seoul)"


def test_a_link_named_by_its_address_is_read_once() -> None:
    assert plain((Link("https://a.org", "https://a.org"),)) == "https://a.org"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "tg://resolve?domain=x", "example.org", " https://a.org", ""]
)
def test_nothing_leads_elsewhere_than_to_the_web(url: str) -> None:
    for made in (lambda: Link("x", url), lambda: Button("x", url=url), lambda: Card("x", url=url)):
        with pytest.raises(ValueError, match="web address"):
            made()


@pytest.mark.parametrize("url", ["https://a.org", "http://a.org/?q=가#b"])
def test_web_addresses_are_taken(url: str) -> None:
    assert Link("x", url).url == Button("x", url=url).url == Card("x", url=url).url == url


def test_a_button_does_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="one of them"):
        Button("x")
    with pytest.raises(ValueError, match="one of them"):
        Button("x", Press("a"), url="https://a.org")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment(NOON.replace(tzinfo=None), "Asia/Seoul")


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (MomentStyle.TIME, "21:00 (Asia/Seoul)"),
        (MomentStyle.DATE, "2026-11-25 (Asia/Seoul)"),
        (MomentStyle.BOTH, "2026-11-25 21:00 (Asia/Seoul)"),
    ],
)
def test_a_moment_is_read_as_wall_time_with_its_zone(style: MomentStyle, shown: str) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-5)))
    assert plain((Moment(elsewhere, "Asia/Seoul", style),)) == shown


def test_a_text_of_a_usual_length_stays_as_it_is() -> None:
    words = ("a" * (LONGEST - 3), Bold("bcd"))
    assert bounded(words) == words


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert bounded(("a", Bold("b" * LONGEST), "c")) == ("a", Bold("b" * (LONGEST - 1)), "…")
    assert bounded(("a" * (LONGEST + 1),)) == ("a" * LONGEST, "…")


def test_a_link_is_shown_whole_or_not_at_all() -> None:
    assert bounded(("a", Link("b", "https://c.org/" + "d" * LONGEST), "e")) == ("a", "…")
