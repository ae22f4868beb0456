"""Replies as Discord's messages: golden payloads for every part, and limits that hold for any reply."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.discord.render import FILE_BYTES, embed_length, render, wire_of
from bot.chat.codec import seal
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, File, Menu, Reply, Style
from bot.chat.text import Bold, Code, Formula, Link, Mention, Moment, MomentStyle, text
from bot.core.refs import Platform, UserRef
from tests.adapters.discord.reader import read
from tests.standins.discord_api.rules import check_message

ALICE = UserRef(Platform.DISCORD, "123456789012345678")
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAVE = Press.of("sample.save", "it")

PARTS = {
    "text": Reply(("Hello *there*\n# not a heading",)),
    "bold": Reply((Bold("Strong_words"),)),
    "code": Reply((Code("make run"),)),
    "link": Reply((Link("A page", "https://example.org/a_(b)"),)),
    "bare link": Reply((Link("https://example.org", "https://example.org"),)),
    "mention": Reply(text("Over to ", Mention(ALICE, "alice"), ", not <@1>")),
    "mention from elsewhere": Reply((Mention(UserRef(Platform.TELEGRAM, "7"), "bob"),)),
    "moment": Reply((Moment(AT, "Asia/Seoul"),)),
    "time": Reply((Moment(AT, "Asia/Seoul", MomentStyle.TIME),)),
    "date": Reply((Moment(AT, "Asia/Seoul", MomentStyle.DATE),)),
    "formula": Reply((Formula(r"\nabla_\theta J(\theta)"),)),
    "card": Reply(
        cards=(
            Card("CS*285", (("A course",), text("See ", Link("it", "https://x.example"))), "https://c.example", "sure"),
        )
    ),
    "cards": Reply(("Two of them:",), cards=(Card("One", (("first",),)), Card("Two"))),
    "buttons": Reply(
        ("Press",),
        rows=(
            (
                Button("Plain", SAVE),
                Button("Primary", Press.of("sample.more", 2), style=Style.PRIMARY),
                Button("Danger", Press.of("sample.more", 3), style=Style.DANGER),
                Button("Site", url="https://example.org"),
            ),
            (Button("The same again", SAVE),),
        ),
    ),
    "buttons alone": Reply(rows=((Button("Only me", SAVE),),)),
    "menu": Reply(
        ("Which?",),
        menu=Menu("Pick one", Press.of("sample.voted"), (Choice("One", "1", "the first"), Choice("Two", "2"))),
    ),
    "menu of several": Reply(
        menu=Menu("Pick some", Press.of("sample.voted"), (Choice("One", "1"), Choice("Two", "2")), most=9),
    ),
    "picture": Reply(("Look",), file=File("plot.png", b"png", "A line that rises")),
    "file": Reply(("Your data",), file=File("export.json", b"{}", "2 saved, 1 done")),
    "everything": Reply(
        ("Text",),
        (Card("Card", (("line",),)),),
        ((Button("Save", SAVE),),),
        Menu("Pick", Press.of("sample.voted"), (Choice("One", "1"),)),
        File("plot.png", b"png", "A picture"),
    ),
}


def sealed(reply: Reply) -> Reply:
    answer, _ = seal(reply, landing=False)
    assert isinstance(answer, Reply)
    return answer


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_its_form(part: str, snapshot: SnapshotAssertion) -> None:
    assert [page.body() for page in render(sealed(PARTS[part]))] == snapshot


def test_a_page_says_how_it_is_sent(snapshot: SnapshotAssertion) -> None:
    page = render(sealed(PARTS["text"]))[0]
    assert [page.body(ephemeral=True), page.body(replacing=True), page.body(nonce="abc")] == snapshot


def test_only_a_mention_notifies_and_only_from_its_own_page() -> None:
    pages = render(Reply(text("x" * 1999, "\n", Mention(ALICE, "alice"), " <@2> @everyone")))
    assert [page.mentions for page in pages] == [(), (ALICE.id,)]
    assert pages[1].body()["allowed_mentions"] == {"parse": [], "users": [ALICE.id]}


def test_a_quiet_mention_names_and_calls_nobody() -> None:
    (page,) = render(Reply((Mention(ALICE, "somebody", quiet=True),)))
    assert page.body()["content"] == f"<@{ALICE.id}>"
    assert page.body()["allowed_mentions"] == {"parse": [], "users": []}
    (there,) = render(Reply((Mention(UserRef(Platform.TELEGRAM, "7"), "somebody", quiet=True),)))
    assert there.body()["content"] == "somebody"


def test_two_buttons_with_one_press_can_be_told_apart_and_mean_the_same() -> None:
    rows = render(sealed(PARTS["buttons"]))[0].components
    ids = [component["custom_id"] for row in rows for component in row["components"] if "custom_id" in component]
    assert len(set(ids)) == len(ids)
    assert wire_of(ids[0]) == wire_of(ids[-1]) == "sample.save|it"


def test_long_cards_go_on_in_further_messages_and_buttons_come_last() -> None:
    cards = tuple(Card(f"Card {number}", (("word " * 1400,),), footer="end") for number in range(3))
    pages = render(sealed(Reply(("Text",), cards, rows=((Button("Save", SAVE),),))))
    assert len(pages) > 1
    assert [bool(page.components) for page in pages] == [False] * (len(pages) - 1) + [True]
    shown = " ".join(embed.get("description", "") for page in pages for embed in page.embeds)
    assert shown.split().count("word") == 3 * 1400


def test_an_address_no_button_can_hold_is_a_link_in_the_text() -> None:
    long = "https://example.org/" + "a" * 500
    page = render(sealed(Reply(("See",), rows=((Button("Site", url=long),),))))[0]
    assert page.content == f"See\n[Site](<{long}>)"
    assert page.components == ()


def test_a_file_too_large_is_told_in_its_text_form() -> None:
    page = render(Reply(file=File("huge.png", b"x" * (FILE_BYTES + 1), "A very large picture")))[0]
    assert (page.content, page.file) == ("A very large picture", None)


def test_a_reply_that_shows_nothing_takes_no_message() -> None:
    assert render(Reply((" \n\u202e",))) == []


WORDS = st.text(max_size=60) | st.sampled_from(["*" * 300, "_~|`" * 200, "word " * 900, "가나다 " * 700, "<@1>@here"])
LINES = st.lists(WORDS.map(lambda words: (words,)), max_size=4).map(tuple)
CARDS = st.builds(Card, WORDS, LINES, st.none() | st.just("https://c.example"), WORDS)
BUTTONS = st.builds(Button, st.text(min_size=1, max_size=90).map(lambda t: "b" + t), st.just(SAVE))
REPLIES = st.builds(
    Reply,
    st.lists(WORDS, max_size=3).map(tuple),
    st.lists(CARDS, max_size=10).map(tuple),
    st.lists(st.lists(BUTTONS, min_size=1, max_size=5).map(tuple), max_size=5).map(tuple),
)


@settings(max_examples=30, deadline=None)
@given(REPLIES)
def test_any_reply_fits_discords_limits_in_every_message(reply: Reply) -> None:
    for page in render(sealed(reply)):
        assert check_message(page.body(), []) == []
        assert page.content or page.embeds
        read(page.content)
        for embed in page.embeds:
            assert 0 < embed_length(embed) <= 6000
            assert len(embed.get("title", "")) <= 256
            assert len(embed.get("description", "")) <= 4096
            read(embed.get("description", ""))
