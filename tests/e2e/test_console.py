"""The bot without any token: typed and piped lines, single questions, and nothing but Python in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standins import BotProcess

PIPED = ["/recommend 강화학습 입문", "1", "담기", "되돌리기", "추천 확산 모델", "그래프 신경망", "/nonsense", "/cancel"]


def moim(folder: Path, *argv: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` in `folder` with no setting but these, as `make run` does."""
    env = BotProcess([], (), folder, environment).env
    return subprocess.run(
        [sys.executable, "-m", "bot", *argv],
        env=env,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("argv", [(), ("console",)], ids=["bare", "console"])
def test_piped_lines_are_answered_one_after_another(tmp_path: Path, argv: tuple[str, ...]) -> None:
    done = moim(tmp_path, *argv, typed="\n".join(PIPED) + "\n", LANG="ko_KR.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")
    answers = done.stdout.split("\n\n■ ")
    assert answers[1].startswith("강화학습 · 입문\n")
    assert "내 목록에 담아 뒀어요." in done.stdout
    assert "■ 확산 모델" in done.stdout
    assert "■ 그래프" in done.stdout, "words alone are a question"
    assert "/nonsense: 모르는 명령이에요." in done.stdout
    assert done.stdout.rstrip().endswith("그만둘 것이 없어요.")
    assert (tmp_path / "var" / "moim.db").is_file(), "the database makes itself"


def test_what_is_said_is_kept_for_the_next_time(tmp_path: Path) -> None:
    first = moim(tmp_path, typed="/recommend rl\n1\nNot for me\n")
    assert "Set aside" in first.stdout
    title = first.stdout.partition("1. ")[2].partition(" (")[0]
    again = moim(tmp_path, "ask", "/recommend rl")
    assert title not in again.stdout
    assert title in moim(tmp_path, "ask", "--user", "other", "/recommend rl").stdout


def test_one_question_is_answered_and_that_is_all(tmp_path: Path) -> None:
    done = moim(tmp_path, "ask", "--locale", "ko", "/recommend 강화학습 입문")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("■ 강화학습 · 입문")
    as_json = json.loads(moim(tmp_path, "ask", "--json", "--locale", "ko", "/recommend", "강화학습", "입문").stdout)
    assert len(as_json["shown"]) == 3
    assert [button["label"] for button in as_json["buttons"]] == ["1", "2", "3", "더 보기"]


def test_hostile_lines_break_nothing(tmp_path: Path) -> None:
    lines = [
        "x" * 100_000,
        "\x00\x1b[2J\x07",
        "\u202e\u200b",
        "'; DROP TABLE entries; --",
        "{0} %s {topic}",
        "#1",
        "[1]",
    ]
    done = moim(tmp_path, typed="\n".join([*lines, "/recommend rl"]))  # the last line without its end
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Why:") >= 3
    assert "\x1b" not in done.stdout
    assert "\x00" not in done.stdout


@pytest.mark.parametrize("typed", ["", "/recommend\nIn my own words\n", "/quit\n/recommend rl\n"])
def test_the_input_may_end_anywhere(tmp_path: Path, typed: str) -> None:
    done = moim(tmp_path, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Why:" not in done.stdout
