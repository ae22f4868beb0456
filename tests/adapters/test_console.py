"""The bot in a terminal: what is typed or piped in, and what is printed."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.console import Console, as_json, as_text
from bot.chat.cog import Cog, command, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, File, Form, How, Menu, Reply
from bot.chat.router import CALL, Router
from bot.chat.text import Bold, lines, text
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Locale, texts
from tests.callers import in_private
from tests.stores import House

ROOT = Path(__file__).parent.parent.parent


class Advice(Cog):
    """A small stand-in for the catalogue, under its name: plain words come here."""

    name = "recommend"

    @command()
    async def recommend(self, ctx: Context, topic: str = "") -> Reply:
        """Say what was asked, with something to press."""
        row = (
            Button("1", Press.of("recommend.card", topic)),
            Button("More", Press.of(CALL, "recommend", f"more {topic}")),
            Button("Site", url="https://example.org"),
        )
        if topic == "nonsense":
            return Reply(
                ("I know nothing like that.",), rows=((Button("Nearest", Press.of(CALL, "recommend", "dl")),),)
            )
        return Reply(cards=(Card(f"picks for {topic!r}"),), rows=(row,))

    @press()
    async def card(self, ctx: Context, topic: str) -> Reply:
        """Show a card with everything on it."""
        card = Card("The card", (text(Bold("bold")), lines("two", "rows")), url="https://a.org", footer="small print")
        menu = Menu(
            "Choose", Press.of("recommend.note"), (Choice("Deep learning", "dl", "a hint"), Choice("강화학습", "rl"))
        )
        rows = ((Button("Ask", Press.of("recommend.ask")), Button("Rate", Press.of("recommend.rate"))),)
        return Reply(cards=(card,), menu=menu, rows=rows, file=File("chart.png", b"...", "a chart in words"))

    @press()
    async def note(self, ctx: Context, topic: str) -> Reply:
        """Say something that offers nothing."""
        return Reply((f"noted {topic}",))

    @press()
    async def rate(self, ctx: Context) -> Reply:
        """Toast."""
        return Reply(("rated",), how=How.TOAST)

    @press()
    async def twins(self, ctx: Context) -> Reply:
        """Offer two buttons of one label."""
        row = (
            Button("Topic", Press.of("recommend.note", "first")),
            Button("Topic", Press.of("recommend.note", "last")),
        )
        return Reply(("twins",), rows=(row,))

    @press(opens_form=True)
    async def ask(self, ctx: Context) -> Form:
        """Ask three things."""
        fields = (
            Field("title", "Title", "CS231n", limit=10),
            Field("why", "Why", required=False),
            Field("when", "When", long=True),
        )
        return Form("Suggest", Press.of("recommend.asked"), fields)

    @submission
    async def asked(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Say back what was filled in."""
        return Reply((repr(answers),))


class Terminal:
    """Somebody at a terminal: what they type, and what they read."""

    def __init__(self, *typed: str, locale: Locale = Locale.EN, end: str = "\n") -> None:
        house = House()
        self.router = Router([Advice()], house.stores, clock=house.clock)
        self._lines: Iterator[str] = iter([line + end for line in typed])
        self._greeting = texts(locale)("console.hello")
        self.out = io.StringIO()
        self.console = Console(self.router, locale, read=lambda: next(self._lines, ""), out=self.out)

    async def read(self) -> str:
        """Let everything be answered and return what was printed beside the greeting."""
        await self.console.serve()
        assert self._greeting in self.out.getvalue()
        return self.out.getvalue().replace(f"{self._greeting}\n\n", "").strip()

    @property
    def unread(self) -> list[str]:
        return [line.strip() for line in self._lines]


async def _read(*typed: str, locale: Locale = Locale.EN) -> str:
    return await Terminal(*typed, locale=locale).read()


# lines


async def test_piped_lines_are_answered_one_after_another_until_the_input_ends() -> None:
    assert await _read("/recommend rl", "", "  ", "/recommend") == (
        "■ picks for 'rl'\n[1] [More #2] [Site: https://example.org]\n\n"
        "■ picks for ''\n[1] [More #2] [Site: https://example.org]"
    )


async def test_a_last_line_without_its_end_is_answered_too() -> None:
    assert (await Terminal("/recommend rl", end="").read()).startswith("■ picks for 'rl'")


async def test_plain_words_ask_for_a_recommendation() -> None:
    assert (await _read("deep reinforcement learning = fun")).startswith(
        "■ picks for 'deep reinforcement learning = fun'"
    )


async def test_a_korean_word_is_a_command() -> None:
    assert (await _read("추천 강화학습 입문", locale=Locale.KO)).startswith("■ picks for '강화학습 입문'")


async def test_an_unknown_command_is_told_in_the_terminals_language() -> None:
    assert await _read("/fly") == "I do not know /fly. /help lists what I can do."
    assert (await _read("/fly", locale=Locale.KO)).startswith("/fly: 모르는 명령이에요.")


@pytest.mark.parametrize("leave", ["/quit", "/exit", " /QUIT "])
async def test_leaving_leaves_the_rest_unread(leave: str) -> None:
    terminal = Terminal("/recommend rl", leave, "/recommend dl")
    assert "dl" not in await terminal.read()
    assert terminal.unread == ["/recommend dl"]


async def test_there_is_nothing_to_cancel_between_forms() -> None:
    assert await _read("/cancel", "그만") == "\n\n".join(["There is nothing to cancel."] * 2)


# buttons


@pytest.mark.parametrize("pressed", ["more", "More", "MORE", "#2"])
async def test_a_button_is_pressed_by_its_label_or_its_number(pressed: str) -> None:
    assert "■ picks for 'more rl'" in await _read("rl", pressed)


async def test_a_menu_line_is_chosen_by_its_label_or_its_number() -> None:
    assert (await _read("rl", "1", "deep learning")).endswith("noted dl")
    assert (await _read("rl", "1", "강화학습")).endswith("noted rl")
    assert (await _read("rl", "1", "#2")).endswith("noted rl")


async def test_an_answer_that_offers_nothing_leaves_the_last_buttons_open() -> None:
    said = await _read("rl", "1", "Deep learning", "rate", "/fly", "강화학습")
    assert said.split("\n\n")[-4:] == [
        "noted dl",
        "rated",
        "I do not know /fly. /help lists what I can do.",
        "noted rl",
    ]


async def test_new_buttons_replace_the_last_ones() -> None:
    assert (await _read("rl", "1", "more")).endswith("■ picks for 'more'\n[1] [More #2] [Site: https://example.org]")


async def test_an_unknown_topic_leaves_the_last_buttons_open_beside_its_own() -> None:
    said = (await _read("rl", "nonsense", "#2", "nonsense", "#3", "nonsense", "1")).split("\n\n")
    assert said[1:3] == [
        "I know nothing like that.\n[Nearest #3]",
        "■ picks for 'more rl'\n[1] [More #2] [Site: https://example.org]",
    ]
    assert said[4].startswith("■ picks for 'dl'")
    assert said[6].startswith("■ The card")


async def test_the_greeting_tells_of_numbers() -> None:
    for locale in Locale:
        assert "#3" in texts(locale)("console.hello")


async def test_of_two_like_labels_the_first_is_meant_and_numbers_tell_them_apart() -> None:
    twins = Terminal("Topic", "#2")
    await twins.console.deliver(Place(Platform.CONSOLE, "0"), await _reply_to(twins, "recommend.twins"), "k")
    assert (await twins.read()).endswith("noted first\n\nnoted last")


async def test_an_address_is_shown_and_cannot_be_pressed() -> None:
    assert "■ picks for 'Site'" in await _read("rl", "Site")


async def _reply_to(terminal: Terminal, wire: str) -> Reply:
    reply = await terminal.router.press(in_private("0", platform=Platform.CONSOLE), wire)
    assert isinstance(reply, Reply)
    return reply


# drawing


async def test_everything_a_reply_can_hold_is_printed() -> None:
    assert (await _read("rl", "1")).endswith(
        "■ The card\n"
        "  https://a.org\n"
        "  bold\n"
        "\n"
        "  two\n"
        "  rows\n"
        "small print\n"
        "[chart.png] a chart in words\n"
        "Choose\n"
        "  [Deep learning #1] - a hint\n"
        "  [강화학습 #2]\n"
        "[Ask #3] [Rate #4]"
    )


async def test_what_nobody_asked_for_is_printed_and_can_be_pressed() -> None:
    terminal = Terminal("Topic")
    to = UserRef(Platform.CONSOLE, "0")
    receipt = await terminal.console.deliver(to, await _reply_to(terminal, "recommend.twins"), "week:1")
    assert receipt.message == "week:1"
    assert terminal.out.getvalue() == "twins\n[Topic #1] [Topic #2]\n\n"
    assert (await terminal.read()).endswith("noted first")


async def test_one_answer_for_scripts_has_no_numbers() -> None:
    terminal = Terminal()
    reply = await _reply_to(terminal, "recommend.card|rl")
    assert as_text(reply).split("\n")[-3:] == [
        "[chart.png] a chart in words",
        "Deep learning · 강화학습",
        "[Ask] [Rate]",
    ]
    asked = as_json(await terminal.console.answer("rl"))
    assert asked == {
        "text": "■ picks for 'rl'\n[1] [More] [Site]",
        "shown": [],
        "buttons": [
            {"label": "1", "press": "recommend.card|rl"},
            {"label": "More", "press": "call|recommend|more rl"},
            {"label": "Site", "url": "https://example.org"},
        ],
        "menu": [],
    }
    assert as_json(reply)["menu"] == [
        {"label": "Deep learning", "press": "recommend.note|dl"},
        {"label": "강화학습", "press": "recommend.note|rl"},
    ]


async def test_a_form_for_scripts_names_its_questions() -> None:
    terminal = Terminal()
    await terminal.read()
    form = Form("Suggest", Press("x"), (Field("title", "Title"), Field("why", "Why")))
    assert as_json(form) == {"form": "Suggest", "fields": ["Title", "Why"], "shown": []}


# forms


async def test_a_form_is_asked_line_by_line() -> None:
    said = await _read("rl", "1", "ask", "CS231n", "clear", "in May", "rl")
    assert said.split("\n\n")[-6:] == [
        "Suggest",
        "Title (CS231n):",
        "Why:",
        "When:",
        "{'title': 'CS231n', 'why': 'clear', 'when': 'in May'}",
        "■ picks for 'rl'\n[1] [More #2] [Site: https://example.org]",
    ]


async def test_only_what_is_required_must_be_filled_in_and_answers_are_cut_to_their_limit() -> None:
    said = await _read("rl", "1", "ask", "", "  ", "a title of many words", "", "", "now")
    assert said.endswith("{'title': 'a title of', 'why': '', 'when': 'now'}")


async def test_words_of_buttons_and_commands_are_answers_inside_a_form() -> None:
    assert (await _read("rl", "1", "ask", "#1", "/help", "rate")).endswith(
        "{'title': '#1', 'why': '/help', 'when': 'rate'}"
    )


@pytest.mark.parametrize("cancel", ["/cancel", "/stop", "취소", "그만", "/CANCEL"])
async def test_a_form_can_be_cancelled_at_any_question(cancel: str) -> None:
    said = await _read("rl", "1", "ask", "CS231n", cancel, "1")
    assert "Cancelled." in said
    assert "{'title'" not in said


async def test_leaving_inside_a_form_leaves_the_terminal() -> None:
    terminal = Terminal("rl", "1", "ask", "/quit", "rl")
    assert (await terminal.read()).endswith("Cancelled.")
    assert terminal.unread == ["rl"]


async def test_an_input_that_ends_inside_a_form_cancels_it() -> None:
    assert (await _read("rl", "1", "ask", "CS231n")).endswith("Cancelled.")


# the adapter


async def test_there_is_nothing_to_register_or_to_close() -> None:
    terminal = Terminal()
    assert await terminal.console.sync(force=True) == "console: nothing to register"
    await terminal.console.close()
    assert terminal.console.platform is Platform.CONSOLE


async def test_an_input_that_breaks_is_not_waited_for() -> None:
    def broken() -> str:
        raise OSError("the terminal is gone")

    terminal = Terminal()
    with pytest.raises(OSError, match="gone"):
        await Console(terminal.router, Locale.EN, read=broken, out=terminal.out).serve()


# a real process


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    address = f"sqlite+aiosqlite:///{tmp_path}/moim.db"
    return {**kept, "DATABASE_URL": address, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def test_bytes_that_are_no_text_are_words_like_others(environment: dict[str, str], tmp_path: Path) -> None:
    piped = b"/fly\xff\n\xfe\xff\x00\n/help"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "console"], input=piped, env=environment, cwd=tmp_path, capture_output=True,
        timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert "I do not know /fly" in said
    assert "What I can do" in said.split("\n\n")[-2]


def test_ctrl_c_at_the_prompt_ends_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "console"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
        cwd=tmp_path, preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    try:
        os.close(theirs)
        assert "> " in _shown_until(ours, "> ")
        bot.send_signal(signal.SIGINT)
        assert bot.wait(timeout=5) == 130
        assert "Traceback" not in _shown_until(ours, "Traceback", seconds=0.5)
    finally:
        bot.kill()
        bot.wait()
        os.close(ours)


def _heed_ctrl_c() -> None:
    """Begin as in a terminal: a shell has what it starts in the background ignore the signal, and all below it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _shown_until(terminal: int, words: str, seconds: float = 20) -> str:
    """Read what a terminal shows until `words` appear, it closes, or time is up."""
    shown, end = b"", time.monotonic() + seconds
    while words.encode() not in shown and time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
    return shown.decode(errors="replace")
