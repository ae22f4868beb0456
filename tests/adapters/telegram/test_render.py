"""Every part of a reply as Telegram gets it: golden payloads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.adapters.telegram.render import CAPTION_UNITS, TEXT_UNITS, Part, render, toast
from bot.chat.codec import seal
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, File, How, Menu, Reply, Style
from bot.chat.text import Bold, Code, Formula, Link, Mention, Moment, lines, text
from bot.core.refs import Platform, UserRef

GO = Press.of("sample.go", "a|b")
MOMENT = Moment(datetime(2026, 11, 25, tzinfo=UTC), "Asia/Seoul")
REPLIES = {
    "every node": Reply(
        lines(
            text("plain <&> ", Bold("bold"), " ", Code("code"), " ", Formula("e^{i\\pi}")),
            text(Link("a link", "https://x.example/?a=1&b=2"), " ", MOMENT),
            Mention(UserRef(Platform.TELEGRAM, "42"), "Bob"),
        )
    ),
    "cards": Reply(
        ("Three picks",),
        cards=(
            Card("Sutton & Barto", (("Why: it starts at zero",), lines("two", "rows")), "https://x.example", "2018"),
            Card("No link"),
        ),
    ),
    "buttons": Reply(
        ("Choose",),
        rows=(
            (Button("1", GO), Button("2", GO), Button("3", GO), Button("More", GO), Button("Share", GO)),
            (Button("담기", GO, style=Style.PRIMARY), Button("지우기", GO, style=Style.DANGER)),
            (Button("Open", url="https://x.example"),),
        ),
        public=True,
    ),
    "a landing button": Reply(("For all",), rows=((Button("Mine", GO, personal=True),),), public=True),
    "a long press": Reply(("Choose",), rows=((Button("Long", Press.of("sample.go", "강" * 30)),),)),
    "a menu of short labels": Reply(
        ("Pick",), menu=Menu("Which one?", GO, tuple(Choice(f"주제 {n}", str(n), "hint" * (n == 1)) for n in range(3)))
    ),
    "a menu of long labels": Reply(menu=Menu("", GO, (Choice("Reinforcement learning", "rl"), Choice("GNN", "g")))),
    "a picture": Reply(("Your week",), rows=((Button("Ok", GO),),), file=File("week.png", b"png", "5 h on 3 days")),
    "a document": Reply(file=File("export.json", b"{}", "Everything we know of you")),
    "nothing to read": Reply(rows=((Button("Ok", GO),),)),
    "nothing": Reply(),
}  # fmt: skip


def payload(part: Part) -> dict[str, Any]:
    file = None if part.file is None else {"name": part.file.name, "photo": part.is_photo}
    keyboard = part.keyboard.to_dict() if part.keyboard else None
    return {"html": part.html, "plain": part.plain, "keyboard": keyboard, "file": file}


def drawn(reply: Reply) -> list[dict[str, Any]]:
    sealed, _ = seal(reply, landing=True)
    assert isinstance(sealed, Reply)
    return [payload(part) for part in render(sealed, "moim_bot")]


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_drawn_as_before(name: str, snapshot: SnapshotAssertion) -> None:
    assert drawn(REPLIES[name]) == snapshot


def test_menus_put_short_neighbours_side_by_side() -> None:
    labels = ["Vision", "Speech", "Graphs", "Multimodal and vision-language models", "Robots", "언어 모델", "기초"]
    (part,) = drawn(Reply(menu=Menu("", GO, tuple(Choice(label, label) for label in labels))))
    rows = [[button["text"] for button in row] for row in part["keyboard"]["inline_keyboard"]]
    assert rows == [["Vision", "Speech"], ["Graphs"], [labels[3]], ["Robots", "언어 모델"], ["기초"]]


def test_rows_that_do_not_fit_a_phone_are_halved() -> None:
    labels = ("1", "2", "3", "더 보기", "공유하기")
    (part,) = drawn(Reply(("x",), rows=(tuple(Button(label, GO) for label in labels),)))
    rows = [[button["text"] for button in row] for row in part["keyboard"]["inline_keyboard"]]
    assert rows == [["1", "2", "3"], ["더 보기", "공유하기"]]


def test_long_text_becomes_several_messages_with_the_buttons_on_the_last() -> None:
    parts = drawn(Reply(("word " * 2000,), rows=((Button("Ok", GO),),)))
    assert len(parts) == 3
    assert [part["keyboard"] is not None for part in parts] == [False, False, True]
    assert all(len(part["plain"]) <= TEXT_UNITS for part in parts)


def test_text_too_long_for_a_caption_comes_before_the_file() -> None:
    text_part, file_part = drawn(Reply(("w" * CAPTION_UNITS,), file=File("a.png", b"png", "the chart in words")))
    assert text_part["file"] is None
    assert (file_part["file"]["name"], file_part["html"]) == ("a.png", "the chart in words")


def test_a_text_form_too_long_for_a_caption_comes_before_the_file() -> None:
    words, file_part = drawn(Reply(("hi",), file=File("a.png", b"png", "w" * 2000)))
    assert words["html"] == "hi\n\n" + "w" * 2000
    assert file_part["html"] == ""


def test_a_picture_too_heavy_to_be_shown_is_a_document() -> None:
    (part,) = render(Reply(file=File("a.png", bytes(10 * 1024 * 1024 + 1), "big")), "moim_bot")
    assert not part.is_photo


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(("saved",), how=How.TOAST), "saved"),
        (Reply((Bold("saved"), " twice"), how=How.TOAST), "saved twice"),
        (Reply(("가" * 200,), how=How.TOAST), "가" * 200),
        (Reply(("😀" * 101,), how=How.TOAST), None),
        (Reply(("saved",), rows=((Button("Ok", GO),),), how=How.TOAST), None),
        (Reply(how=How.TOAST), None),
    ],
)
def test_a_toast_holds_bare_words_of_its_limit(reply: Reply, words: str | None) -> None:
    assert toast(reply) == words
