"""The command line itself: verbs, exit codes, and how every failure at the start ends."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.failures import tell
from bot.cli.terminal import Terminal
from bot.i18n import Bilingual, Locale, texts
from bot.storage.errors import DatabaseLocked, PostgresUnreachable
from tests.cli.conftest import DISCORD_TOKEN, TELEGRAM_TOKEN, Host

ROOT = Path(__file__).parent.parent.parent
TRACEBACK = "Traceback (most recent call last)"


def test_the_version_is_said_without_any_setting_or_database(host: Host) -> None:
    said = host.moim("--version", DEFAULT_TIMEZONE="nonsense")
    assert said.code == 0
    assert re.fullmatch(r"moim \S+\n", said.out)


@pytest.mark.parametrize(
    "argv",
    [
        ("dance",),
        ("ask",),
        ("data",),
        ("data", "dance"),
        ("evaluate", "recommend"),
        ("evaluate", "times"),
        ("check", "--off"),
        ("ask", "--locale", "fr", "x"),
    ],
)
def test_a_command_line_nobody_understands_is_usage(argv: tuple[str, ...], host: Host) -> None:
    said = host.moim(*argv)
    assert said.code == 2
    assert "usage: moim" in said.err


@pytest.mark.parametrize(("language", "words"), [("ko_KR.UTF-8", "공부 모임 봇"), ("C.UTF-8", "study-group bot")])
def test_the_help_speaks_the_terminals_language_and_lists_every_verb(language: str, words: str, host: Host) -> None:
    said = host.moim("--help", LANG=language)
    assert said.code == 0
    assert words in said.out
    for verb in ("run", "console", "ask", "init", "check", "evaluate", "data", "commands", "db"):
        assert re.search(rf"^    {verb}\b", said.out, re.MULTILINE), verb


def test_an_answer_names_what_it_shows_as_json(host: Host) -> None:
    said = host.moim("ask", "--locale", "ko", "--json", "/recommend 강화학습 입문")
    assert said.code == 0, said.err
    assert len(json.loads(said.out)["shown"]) == 3
    assert said.err == "", "a log line would mix with the answer on a terminal"


def test_several_words_need_no_quotes(host: Host) -> None:
    plain = host.moim("ask", "/recommend", "reinforcement", "learning")
    assert plain.out == host.moim("ask", "/recommend reinforcement learning").out
    assert plain.code == 0


def test_the_locale_of_an_answer_can_be_chosen_and_is_the_terminals_otherwise(host: Host) -> None:
    korean = host.moim("ask", "--locale", "ko", "/help")
    assert re.search("[가-힣]", korean.out)
    assert not re.search("[가-힣]", host.moim("ask", "/help").out)
    assert host.moim("ask", "/help", LANG="ko_KR.UTF-8").out == korean.out


def test_lines_piped_into_the_program_without_a_token_are_answered(host: Host) -> None:
    for verb in ((), ("run",), ("console",)):
        said = host.moim(*verb, typed="/recommend rl\n/help\n")
        assert said.code == 0, said.err
        assert "einforcement" in said.out and "/help" in said.out
    assert (host.folder / "var" / "moim.db").exists()


def test_text_that_is_no_utf8_is_answered_all_the_same(host: Host) -> None:
    said = host.moim("ask", "\udcff\udcfe rl")
    assert said.code == 0, said.err


def test_settings_that_are_wrong_end_in_78_one_line_each(host: Host) -> None:
    said = host.moim("run", DEFAULT_TIMEZONE="Asia/Soul", OWNERS="alice", DISCORD_TOKEN=DISCORD_TOKEN)
    assert said.code == 78
    assert said.err.count("\n") == 2
    assert "Asia/Seoul" in said.err and "discord:NUMBER" in said.err


def test_mends_are_said_in_korean_too(host: Host) -> None:
    said = host.moim("run", LANG="ko_KR.UTF-8", DEFAULT_TIMEZONE="Asia/Soul")
    assert "혹시 이 가운데 하나인가요? Asia/Seoul" in said.err


def test_a_misspelt_setting_is_said_at_the_start(host: Host) -> None:
    host.env = "DISCORD_TOKN=abc\n"
    said = host.moim("run", typed="/help\n")
    assert said.code == 0
    assert "Did you mean DISCORD_TOKEN?" in said.err


def test_a_database_address_of_no_kind_we_speak_ends_in_78(host: Host) -> None:
    said = host.moim("run", DATABASE_URL="mysql://me:secretsecret@host/moim")
    assert said.code == 78
    assert said.err.count("\n") == 1 and "DATABASE_URL" in said.err and "secretsecret" not in said.err


def test_no_postgresql_at_the_address_ends_in_the_mend(host: Host) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        said = host.moim("run", DATABASE_URL=f"postgresql+asyncpg://me:secretsecret@127.0.0.1:{port}/moim")
    assert said.code == 1
    assert said.err.splitlines()[-1] == (
        f"Could not connect to PostgreSQL at 127.0.0.1:{port}. Is it running? Or unset DATABASE_URL to use SQLite."
    )
    assert TRACEBACK not in said.err


def test_a_locked_database_ends_in_the_mend(host: Host) -> None:
    host.moim("db", "upgrade")
    other = sqlite3.connect(host.folder / "var" / "moim.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        said = host.moim("run", DATABASE_URL="sqlite+aiosqlite:///var/moim.db?timeout=0.1")
    finally:
        other.close()
    assert said.code == 1
    assert "Look for a second bot" in said.err.splitlines()[-1]
    assert TRACEBACK not in said.err


def test_a_damaged_database_ends_in_the_mend(host: Host) -> None:
    (host.folder / "var").mkdir()
    (host.folder / "var" / "moim.db").write_bytes(b"no database at all" * 100)
    said = host.moim("console")
    assert said.code == 1
    assert said.err.count("\n") == 1 and "var/moim.db" in said.err


def test_commands_cannot_be_registered_without_a_token(host: Host) -> None:
    said = host.moim("commands", "sync")
    assert said.code == 78
    assert "moim init" in said.err


def test_the_database_is_made_by_upgrade_and_the_second_time_left_alone(host: Host) -> None:
    first, second = host.moim("db", "upgrade"), host.moim("db", "upgrade")
    assert first.code == second.code == 0
    assert first.out and second.out
    assert [file.name for file in (host.folder / "var").iterdir()] == ["moim.db"]


def test_every_part_of_several_failures_is_told_and_the_gravest_code_wins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from bot.adapters.contract import CannotServe

    no = CannotServe(Bilingual(ko="Discord가 안 된대요.", en="Discord says no."))
    both = ExceptionGroup("serving", [no, PostgresUnreachable("db:5432")])
    for locale in Locale:
        assert tell(both, Terminal(locale)) == 78
        told = capsys.readouterr().err.splitlines()
        assert len(told) == 2
        assert told[0] == no.mend(locale)


def test_an_error_in_both_languages_is_told_in_the_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(DatabaseLocked(Path("x.db")), Terminal(Locale.KO)) == 1
    assert "데이터베이스" in capsys.readouterr().err


def test_what_nobody_foresaw_is_one_line_and_a_file_without_secrets(
    host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    (host.folder / "var").mkdir()
    try:
        raise KeyError(f"https://api.telegram.org/bot{TELEGRAM_TOKEN}/getMe", "my-password")
    except KeyError as error:
        assert tell(error, Terminal(Locale.EN), ("my-password",)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "KeyError" in said and "var/moim-error.log" in said
    kept = (host.folder / "var" / "moim-error.log").read_text(encoding="utf-8")
    assert TRACEBACK in kept
    assert not [secret for secret in ("canary", "my-password") if secret in said + kept]


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "data", "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(20) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_the_program_starts_without_the_platforms_libraries() -> None:
    script = (
        "import sys, bot.cli; bot.cli.main(['--version']);"
        "print([name for name in ('discord', 'telegram', 'sqlalchemy', 'aiohttp') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert out.splitlines()[-1] == "[]"


def test_every_text_for_the_host_stands_in_both_languages_with_the_same_slots() -> None:
    english, korean = texts(Locale.EN).keys(), texts(Locale.KO).keys()
    ours = {key for key in english if key.startswith("host.")}
    theirs = {key for key in korean if key.startswith("host.")}
    assert {key for key in ours if not key.endswith(".one")} == theirs
    files = [ROOT / "data" / "locales" / locale / "host.toml" for locale in ("en", "ko")]
    slots = [
        [sorted(set(re.findall(r"\{(\w+)", line))) for line in re.split(r"^\w+ = ", text, flags=re.MULTILINE)]
        for text in (file.read_text(encoding="utf-8").replace("one = ", "") for file in files)
    ]
    assert [found for found in slots[0] if found] == [found for found in slots[1] if found]


def test_python_dash_m_is_the_same_program() -> None:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    out = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, env=environment, check=True
    ).stdout
    assert out.startswith("moim ")


def test_an_interrupt_is_quiet(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def readline(self) -> str:
            raise KeyboardInterrupt

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Interrupted())
    assert main(["init"]) == 130
