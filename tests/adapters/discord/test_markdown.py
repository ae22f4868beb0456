"""Text shows and never acts, and its parts stand alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.markdown import clean, draw, escape, shorten, split
from bot.chat.text import Bold, Code, Formula, Link, Mention, Moment, MomentStyle, Node, Text
from bot.core.refs import Platform, UserRef
from tests.adapters.discord.reader import Shown, read, without_space

ALICE = UserRef(Platform.DISCORD, "123456789012345678")
MOMENT = Moment(datetime(2026, 11, 25, 12, tzinfo=UTC), "Asia/Seoul")

MARKS = [
    "**",
    "__",
    "~~",
    "||",
    "```",
    "@everyone",
    "@here",
    "<@1>",
    "<@&1>",
    "<#1>",
    "<:a:1>",
    "<a:b:2>",
    "<t:1:R>",
    "</help:1>",
    "<id:guide>",
    ":smile:",
    "[x](https://a.example)",
    "https://a_b.example/c*d",
    "http://",
    "discord.gg/abc",
    "discord.com/invite/a",
    "😀",
    "👩\u200d👩\u200d👧",
    "é",
]
STARTS = ("# ", "## ", "-# ", "> ", ">>> ", "- ", "* ", "1. ", "12. ", "\n", "\n\n", "단어 ", "word ", "x" * 30)
ODD = ("e\u0301", "\u202e", "\x00", "\u200b", "\ud800")
SNIPPETS = st.sampled_from([*"\\*_~|`[]()<>@#:-+>.1/!&ab 가각\n\t", *MARKS, *STARTS, *ODD])
WORDS = st.lists(SNIPPETS | st.text(max_size=8), max_size=30).map("".join)
NODES: st.SearchStrategy[Node] = st.one_of(
    WORDS,
    st.builds(Bold, WORDS),
    st.builds(Code, WORDS),
    st.builds(Formula, WORDS),
    st.builds(Link, WORDS, st.sampled_from(["https://a.example/(b)_c*d", "http://b.example/?q=[x]&y=%20 z"])),
    st.just(Mention(ALICE, "alice")),
    st.just(MOMENT),
)
TREES = st.lists(NODES, max_size=8).map(tuple)


def expected(words: Text, limit: float = float("inf")) -> list[Shown]:
    """What a person is to see; a link that no part of `limit` characters can hold is spelled out."""
    shown: list[Shown] = []
    cut = len(draw(words).strip()) > limit
    for node in words:
        match node:
            case str():
                shown += [Shown(char) for char in clean(node)]
            case Bold(text):
                shown += [Shown(char, "bold") for char in clean(text)]
            case Code(text) | Formula(text):
                shown += [Shown(char, "" if "`" in text else "code") for char in clean(text)]
            case Link(text, url) if cut and len(draw((node,))) >= limit:
                shown += [Shown(char) for char in clean(f"{text} {url}")]
            case _:
                shown.append(Shown(draw((node,)), "token"))
    return without_space(shown)


@given(WORDS)
def test_whatever_somebody_types_is_shown_and_nothing_of_it_acts(words: str) -> None:
    assert "".join(shown.text for shown in read(escape(words))) == clean(words)


@given(TREES)
def test_a_text_tree_shows_every_node_as_it_is(words: Text) -> None:
    assert without_space(read(draw(words))) == expected(words)


@given(TREES, st.integers(min_value=120, max_value=400))
def test_parts_stand_alone_fit_and_lose_nothing(words: Text, limit: int) -> None:
    parts = split(words, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert [shown for part in parts for shown in without_space(read(part))] == expected(words, limit)


@given(WORDS, st.integers(min_value=20, max_value=60))
def test_one_line_is_cut_between_whole_characters(words: str, limit: int) -> None:
    line = shorten(words, limit)
    assert len(line) <= limit
    read(line)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain words, 1.5 and a-b", "plain words, 1.5 and a-b"),
        ("a_b*c*", r"a\_b\*c\*"),
        (
            "# not a heading\n- not a list\n1. nor this\n> nor that",
            "\\# not a heading\n\\- not a list\n1\\. nor this\n\\> nor that",
        ),
        ("@everyone @here <@1> <#2> <@&3>", r"\@everyone \@here \<\@1> \<\#2> \<\@&3>"),
        (":smile: 12:30 a: b", r":smile: 12:30 a: b".replace(":smile", r"\:smile")),
        ("||no|| ~~no~~ a | b ~ c", r"\|\|no\|\| \~\~no\~\~ a | b ~ c"),
        ("[click](https://evil.example)", r"\[click](https\://evil.example)"),
        ("p < 0.05, x<y, <3", r"p < 0.05, x\<y, <3"),
        ("discord.gg/abc", r"discord\.gg/abc"),
        ("gnp.exe \u202egpj", "gnp.exe gpj"),
    ],
)
def test_escapes_stay_where_they_are_needed(words: str, shown: str) -> None:
    assert escape(words) == shown


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (Bold("a*b"), r"**a\*b**"),
        (Bold("two\nlines"), "**two**\n**lines**"),
        (Code("a*b"), "`a*b`"),
        (Code("a`b"), r"a\`b"),
        (Formula(r"\nabla_\theta J"), r"`\nabla_\theta J`"),
        (Link("a [b]", "https://x.example/(y)"), "[a ［b］](<https://x.example/%28y%29>)"),
        (Link("https://x.example", "https://x.example"), "<https://x.example>"),
        (Mention(ALICE, "alice"), "<@123456789012345678>"),
        (Mention(UserRef(Platform.TELEGRAM, "5"), "bob_"), r"@bob\_"),
        (MOMENT, "<t:1795608000:f>"),
        (Moment(MOMENT.at, "UTC", MomentStyle.TIME), "<t:1795608000:t>"),
        (Moment(MOMENT.at, "UTC", MomentStyle.DATE), "<t:1795608000:D>"),
    ],
)
def test_every_node_has_its_form(node: Node, shown: str) -> None:
    assert draw((node,)) == shown


def test_a_link_in_an_embed_needs_no_brackets_against_previews() -> None:
    assert draw((Link("a", "https://x.example"),), embedded=True) == "[a](https://x.example)"


@pytest.mark.parametrize("words", [(Bold("~"), Bold("~")), ("~", Bold("\x00"), "~"), ("<", "@1>"), (Code("`|"), "|")])
def test_no_mark_forms_across_two_nodes(words: Text) -> None:
    assert without_space(read(draw(words))) == expected(words)


def test_codes_side_by_side_stay_apart() -> None:
    assert draw((Code("a"), Code("b"))) == "`a`\u200b`b`"


def test_a_cut_falls_between_paragraphs_before_lines_before_words() -> None:
    assert split(("one two three\n\nfour\nfive six",), 22) == ["one two three", "four\nfive six"]
    assert split(("one two three\nfour five six",), 22) == ["one two three", "four five six"]
    assert split(("one two three four five six",), 15) == ["one two three", "four five six"]


def test_what_begins_a_part_does_not_become_a_heading() -> None:
    assert split(("one two three # four",), 14) == ["one two three", r"\# four"]


def test_bold_goes_on_over_a_cut() -> None:
    assert split((Bold("one two three four five six"),), 19) == ["**one two three**", "**four five six**"]


def test_a_link_longer_than_a_message_is_spelled_out() -> None:
    url = "https://x.example/" + "a" * 300
    parts = split((Link("far", url),), 200)
    assert "".join(parts).replace("\\", "") == f"far{url}"


def test_an_emoji_of_several_parts_is_not_torn() -> None:
    family = "👩‍👩‍👧"
    assert all(part.replace(family, "") == "" for part in split((family * 40,), 24))
