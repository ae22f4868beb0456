"""Every breach of the strictest platform's rules is found before a network exists, and says whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

import pytest

from bot.chat.router import Router
from bot.chat.spec import Command, Option, check
from bot.i18n import Locale
from tests.chat.conftest import Write

Tone = StrEnum("Tone", {"LOW": "low", "HIGH": "high"})
SING = Command("sing", "den", "sing", (Option("song", str), Option("tone", Tone)), on_message=True)

EN = """
[command.sing]
description = "Sing"
message = "Sing this"
option = { song = "Which song", tone = "How high" }
"""
KO = """
[command.sing]
description = "노래하기"
word = "노래"
message = "이 글을 노래로"
option = { song = "어느 노래", tone = "높낮이" }
word_of = { song = "곡", tone = "높이" }
"""
CHOICES = {
    "en": '\n[tone]\nlow = "low"\nhigh = "high"\n',
    "ko": '\n[tone]\nlow = "낮게"\nhigh = "높게"\n',
}
Sing = Callable[..., list[str]]


@pytest.fixture
def sing(write_texts: Write) -> Sing:
    """Check `/sing` with its texts changed: `sing(("Which song", "x"))`, and with `changes` to the command itself."""

    def checked(*texts: tuple[str, str], **changes: object) -> list[str]:
        for language, words in (("en", EN), ("ko", KO)):
            choices = CHOICES[language]
            for old, new in texts:
                words, choices = words.replace(old, new), choices.replace(old, new)
            write_texts(language, "den", words)
            write_texts(language, "choices", choices)
        command: Command = replace(SING, **changes)  # type: ignore[arg-type]
        return check([command])

    return checked


def test_a_good_command_has_no_findings(sing: Sing) -> None:
    assert sing() == []


def test_the_test_club_has_no_findings(router: Router) -> None:
    assert check(router.commands) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('Sing"', "x" * 101 + '"', "/sing (en): description is not 1-100 characters"),
        ("노래하기", "", "/sing (ko): description is not 1-100 characters"),
        ("높낮이", "높" * 101, "/sing (ko): tone is not 1-100 characters"),
        ('"노래"', '"노래 하기"', "/sing (ko): '노래 하기' is not a name for Discord"),
        ('"곡"', '"' + "곡" * 33 + '"', f"/sing (ko): '{'곡' * 33}' is not a name for Discord"),
        ('"곡"', '"높이"', "/sing (ko): two options have the same word"),
        ("Sing this", "x" * 33, "/sing (en): the context menu's title is not 1-32 characters"),
        ("낮게", "낮" * 101, f"/sing (ko): choice '{'낮' * 101}' is not 1-100 characters"),
        ("낮게", "", "/sing (ko): choice '' is not 1-100 characters"),
    ],
)
def test_a_text_that_a_platform_refuses_is_found(sing: Sing, old: str, new: str, finding: str) -> None:
    assert sing((old, new)) == [finding]


@pytest.mark.parametrize(
    ("lost", "key"),
    [
        ('word = "노래"', "den.command.sing.word"),
        ('message = "이 글을 노래로"', "den.command.sing.message"),
        ('song = "어느 노래", ', "den.command.sing.option.song"),
        (', tone = "높이"', "den.command.sing.word_of.tone"),
        ('low = "낮게"', "choices.tone.low"),
    ],
)
def test_a_text_that_is_missing_is_found(sing: Sing, lost: str, key: str) -> None:
    assert sing((lost, "")) == [f"/sing: no text {key!r} in ko"]


def test_a_missing_text_does_not_hide_what_else_is_wrong(sing: Sing) -> None:
    options = (Option("Song", str), SING.options[1])
    found = sing(options=options)
    assert "/sing: no text 'den.command.sing.option.Song' in en" in found
    assert "/sing: option 'Song' is not a plain name" in found


@pytest.mark.parametrize("name", ["Sing", "노래", "sing-along", "s" * 33])
def test_a_name_that_telegram_refuses_is_found(sing: Sing, name: str) -> None:
    assert f"/{name}: not a name for every platform" in sing(name=name)


def test_a_context_menu_needs_a_text_to_take(sing: Sing) -> None:
    finding = "/sing: a context menu needs a text option, first or for the message"
    assert sing(options=SING.options[::-1]) == [finding]
    assert sing(options=()) == [finding]


def test_too_many_options_are_found(sing: Sing) -> None:
    assert "/sing: more than 25 options" in sing(options=(SING.options[0],) * 26)


def test_only_texts_complete(sing: Sing) -> None:
    options = (SING.options[0], replace(SING.options[1], completes="tones"))
    assert sing(options=options) == ["/sing: option 'tone' is no text and cannot complete"]


def _tones(count: int, length: int = 1) -> type[StrEnum]:
    return _choices(*(f"t{number:0{length}}" for number in range(count)))


def _choices(*values: str) -> type[StrEnum]:
    made: type[StrEnum] = StrEnum("Choices", [(value.upper(), value) for value in values])  # type: ignore[misc]
    return made


@pytest.mark.parametrize(("count", "fits"), [(25, True), (26, False)])
def test_at_most_25_choices_fit(sing: Sing, count: int, fits: bool) -> None:
    tones = "".join(f'\nt{number} = "{number}"' for number in range(count))
    found = sing(("[tone]", "[tone]" + tones), options=(SING.options[0], Option("tone", _tones(count))))
    assert found == ([] if fits else ["/sing: option 'tone' has more than 25 choices"])


def test_a_long_value_of_a_choice_is_found(sing: Sing) -> None:
    long = "t" + "0" * 100
    options = (SING.options[0], Option("tone", _choices(long)))
    found = sing(("[tone]", f'[tone]\n{long} = "long"'), options=options)
    assert found == ["/sing: option 'tone' has a value of more than 100 characters"]


@pytest.mark.parametrize(("length", "fits"), [(28, True), (29, False)])
def test_a_commands_size_counts_each_text_in_its_longest_language_and_the_values(
    write_texts: Write, length: int, fits: bool
) -> None:
    """Four options of 25 choices: a label of 50 characters in one language each, and the values."""
    kinds = {f"tone{letter}": _tones(25, length) for letter in "abcd"}
    options = tuple(Option(name, kind) for name, kind in kinds.items())
    labels = {"en": ("x" * 50, "x"), "ko": ("가", "가" * 50)}
    for language, (first, second) in labels.items():
        tables = [
            f"[{name}]\n" + "\n".join(f'{value} = "{first if n % 2 else second}"' for n, value in enumerate(kind))
            for name, kind in kinds.items()
        ]
        write_texts(language, "choices", "\n".join(tables))
        own = "\n".join(f'{name} = "{"x" if language == "en" else "가"}"' for name in kinds)
        words = "\n".join(f'{name} = "{name}"' for name in kinds)
        write_texts(
            language,
            "den",
            f'[command.sing]\ndescription = "x"\nword = "x"\n[command.sing.option]\n{own}\n'
            f"[command.sing.word_of]\n{words}\n",
        )
    found = check([replace(SING, options=options, on_message=False)])
    expected = 100 * (50 + 1 + length) + 4 * len("tonea") + 4 + len("sing") + 1
    assert found == ([] if fits else [f"/sing: {expected} characters in all, at most 8000 fit"])


def test_two_commands_with_the_same_korean_word_are_found(sing: Sing, write_texts: Write) -> None:
    sing()
    write_texts("en", "hall", EN.replace("sing]", "hum]"))
    write_texts("ko", "hall", KO.replace("sing]", "hum]"))
    hum = replace(SING, name="hum", cog="hall")
    assert check([SING, hum]) == ["/hum: the word '노래' is also /sing's"]
    assert check([hum, SING]) == ["/sing: the word '노래' is also /hum's"]


def test_two_commands_of_the_same_name_are_found(sing: Sing, write_texts: Write) -> None:
    sing()
    write_texts("en", "hall", EN)
    write_texts("ko", "hall", KO.replace('"노래"', '"합창"'))
    assert check([SING, replace(SING, cog="hall")]) == ["/sing: the word 'sing' is also /sing's"]


def test_a_korean_word_may_not_be_another_commands_name(sing: Sing, write_texts: Write) -> None:
    sing()
    write_texts("en", "hall", EN.replace("sing]", "hum]"))
    write_texts("ko", "hall", KO.replace("sing]", "hum]").replace('"노래"', '"sing"'))
    assert check([SING, replace(SING, name="hum", cog="hall")]) == ["/hum: the word 'sing' is also /sing's"]


def test_only_five_commands_fit_into_a_context_menu(sing: Sing, write_texts: Write) -> None:
    sing()
    commands = []
    for number in range(6):
        write_texts("en", f"hall{number}", EN.replace("sing]", f"hum{number}]"))
        write_texts("ko", f"hall{number}", KO.replace("sing]", f"hum{number}]").replace('"노래"', f'"노래{number}"'))
        commands.append(replace(SING, name=f"hum{number}", cog=f"hall{number}"))
    assert check(commands[:5]) == []
    assert check(commands) == ["6 commands in the context menu, at most 5 fit"]


def test_a_command_is_described_in_both_languages(sing: Sing) -> None:
    sing()
    tone = SING.options[1]
    assert [SING.word(locale) for locale in Locale] == ["sing", "노래"]
    assert [SING.description(locale) for locale in Locale] == ["Sing", "노래하기"]
    assert [SING.message_title(locale) for locale in Locale] == ["Sing this", "이 글을 노래로"]
    assert [SING.option_word(tone, locale) for locale in Locale] == ["tone", "높이"]
    assert [SING.option_description(tone, locale) for locale in Locale] == ["How high", "높낮이"]
    assert [SING.choice_label(tone, "low", locale) for locale in Locale] == ["low", "낮게"]
