"""Typed lines as commands: names and words, assignments in both languages, and lines that are neither."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.args import LONGEST_LINE, Call, options_of, parse_call
from bot.chat.router import Router
from bot.chat.spec import Command
from tests.chat.club import Club
from tests.chat.conftest import Write


@pytest.fixture
def commands(router: Router) -> tuple[Command, ...]:
    return router.commands


@pytest.fixture
def meet(commands: tuple[Command, ...]) -> Command:
    return commands[0]


@pytest.mark.parametrize(
    "line",
    ["/meet", " /meet ", "/MEET", "/모임", "모임", "/meet\n", "　/meet　", unicodedata.normalize("NFD", "/모임")],
)
def test_a_command_is_called_by_its_name_or_its_korean_word(commands: tuple[Command, ...], line: str) -> None:
    assert parse_call(line, commands) == Call("meet", {})


@pytest.mark.parametrize(
    "line", ["/meet at noon", "/meet\tat noon", "/meet\nat noon", "모임  at  noon", "/meet　at noon"]
)
def test_the_rest_of_the_line_is_the_free_text_whatever_blank_precedes_it(
    commands: tuple[Command, ...], line: str
) -> None:
    assert parse_call(line, commands) == Call("meet", {"note": "at noon"})


def test_an_unknown_command_is_still_a_command(commands: tuple[Command, ...]) -> None:
    assert parse_call("/unknown rl level=beginner", commands) == Call("unknown", {})
    assert parse_call("/", commands) == Call("", {})


@pytest.mark.parametrize("line", ["", "   ", "meet", "강화학습", "모임장 정하기", "see /meet", "level=beginner"])
def test_other_lines_are_no_command(commands: tuple[Command, ...], line: str) -> None:
    assert parse_call(line, commands) is None


@pytest.mark.parametrize("line", ["모임 보여줘", "모임 좀 보여 주세요", "모임 목록", "모임 뭐 있어?"])
def test_asking_to_be_shown_is_the_bare_command(commands: tuple[Command, ...], line: str) -> None:
    assert parse_call(line, commands) == Call("meet", {})


def test_a_command_may_leave_talk_that_begins_with_its_word_to_others(meet: Command) -> None:
    shy = [replace(meet, talk=False)]
    assert parse_call("모임 어떻게 열어요", shy) is None
    assert parse_call("모임", shy) == parse_call("모임 보여줘", shy) == Call("meet", {})
    assert parse_call("/모임 내일", shy) == Call("meet", {"note": "내일"})


@pytest.mark.parametrize(
    "value", ["3", "3번", "제3회", "3월 5일", "3월", "2026-03-05", "ABCD-EFGH", "abcd-efgh", "K7QM2XWP"]
)
def test_a_number_a_date_and_a_code_are_no_talk(meet: Command, value: str) -> None:
    shy = [replace(meet, talk=False)]
    assert parse_call(f"모임 {value}", shy) == Call("meet", {"note": value})


@pytest.mark.parametrize("talk", ["3명이 왔어요", "언어 바꿔 주세요", "language", "3월에 만나요", "12345678901"])
def test_what_only_begins_like_a_value_is_talk(meet: Command, talk: str) -> None:
    assert parse_call(f"모임 {talk}", [replace(meet, talk=False)]) is None


def test_korean_words_can_be_left_to_ordinary_talk(commands: tuple[Command, ...]) -> None:
    assert parse_call("모임 내일", commands, words=False) is None
    assert parse_call("/모임 내일", commands, words=False) == Call("meet", {"note": "내일"})


@pytest.mark.parametrize(
    "typed",
    [
        "rl level=beginner hour=9",
        "level=beginner hour=9 rl",
        "level=beginner  rl  hour=9",
        "난이도=입문 시각=9 rl",
        "level=입문 rl 시각=9",
        "Level=BEGINNER rl HOUR=9",
        "hour=9 rl level=beginner,",
        "rl\nlevel=beginner\nhour=9",
    ],
)
def test_assignments_may_stand_anywhere_in_either_language(meet: Command, typed: str) -> None:
    assert options_of(typed, meet) == {"note": "rl", "level": "beginner", "hour": "9"}


@pytest.mark.parametrize(
    "typed", ["video channel", "video-channel", "videochannel", "Video_Channel", "영상 채널", "영상채널"]
)
def test_a_choice_of_several_words_may_be_typed_as_it_is_shown(meet: Command, typed: str) -> None:
    assert options_of(f"kind={typed} rl", meet) == {"kind": "video-channel", "note": "rl"}
    assert options_of(f"rl 종류={typed}", meet) == {"kind": "video-channel", "note": "rl"}


def test_the_longer_of_two_choices_that_begin_alike_is_meant(meet: Command, write_texts: Write) -> None:
    write_texts("en", "choices", '[kind]\ncourse = "video"\nvideo-channel = "video channel"\n')
    write_texts("ko", "choices", '[kind]\ncourse = "영상"\nvideo-channel = "영상 채널"\n')
    assert options_of("kind=video channel rl", meet) == {"kind": "video-channel", "note": "rl"}
    assert options_of("kind=영상 rl", meet) == {"kind": "course", "note": "rl"}


def test_what_is_no_choice_is_handed_on_for_a_polite_refusal(meet: Command) -> None:
    assert options_of("level=godlike", meet) == {"level": "godlike"}
    assert options_of("level=beginners", meet) == {"level": "beginners"}


def test_an_unknown_assignment_stays_part_of_the_text(meet: Command) -> None:
    assert options_of("E=mc2 x=1 y = 2 level= level=beginner", meet) == {
        "note": "E=mc2 x=1 y = 2 level=",
        "level": "beginner",
    }


def test_the_free_text_may_be_named_and_loses_no_word(meet: Command) -> None:
    assert options_of("note=강화학습 입문", meet) == {"note": "강화학습 입문"}
    assert options_of("메모=a level=beginner b", meet) == {"note": "a b", "level": "beginner"}


def test_the_last_of_two_assignments_counts(meet: Command) -> None:
    assert options_of("hour=9 hour=10", meet) == {"hour": "10"}


def test_a_command_without_a_text_option_takes_no_text(commands: tuple[Command, ...]) -> None:
    assert parse_call("/board please", commands) == Call("board", {})


@given(line=st.text(max_size=300) | st.from_regex(r"/meet( (level|난이도|note|x)=\S*){0,5}.*"))
def test_any_line_can_be_read(club_texts: None, line: str) -> None:
    call = parse_call(line, [command for command, _ in Club().declared() if isinstance(command, Command)])
    assert call is None or set(call.options) <= {"note", "level", "hour", "kind"}


def test_a_hostile_line_is_cut_and_read_in_no_time(commands: tuple[Command, ...]) -> None:
    for line in ("/meet " + "a" * 100_000, "/meet " + "level=beginner " * 10_000, "/meet " + "=" * 100_000):
        call = parse_call(line, commands)
        assert call is not None
        assert sum(map(len, call.options.values())) <= LONGEST_LINE
