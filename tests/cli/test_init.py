"""`moim init`: from nothing to a `.env`, piped or typed, without ever showing a token."""

from __future__ import annotations

import os
import pty
import re
import select
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli.peers import RIGHTS
from bot.config import Settings
from tests.cli.conftest import ALL_RIGHTS, APPLICATION, DISCORD_TOKEN, TELEGRAM_TOKEN, Host, Platforms

ROOT = Path(__file__).parent.parent.parent
INVITE = (
    f"https://discord.com/oauth2/authorize?client_id={APPLICATION}"
    f"&scope=bot+applications.commands&permissions={ALL_RIGHTS}"
)


def typed(*answers: str) -> str:
    """Answers to: Discord token, Telegram token, owners, language, zone."""
    return "".join(f"{answer}\n" for answer in answers)


def bases(platforms: Platforms) -> dict[str, str]:
    """Only the addresses, no token."""
    return platforms.environment()


def test_a_whole_walk_writes_what_was_answered(host: Host, platforms: Platforms) -> None:
    said = host.moim(
        "init",
        typed=typed(DISCORD_TOKEN, TELEGRAM_TOKEN, "discord:42,telegram:5", "ko", "Asia/Seoul"),
        **bases(platforms),
    )
    assert said.code == 0, said.out
    assert dotenv_values(host.folder / ".env") == {
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "OWNERS": "discord:42,telegram:5",
        "DEFAULT_LOCALE": "ko",
        "DEFAULT_TIMEZONE": "Asia/Seoul",
    }
    assert stat.S_IMODE((host.folder / ".env").stat().st_mode) == 0o600
    assert [file.name for file in host.folder.iterdir()] == [".env"]
    assert Settings(_env_file=".env").platforms == ("discord", "telegram")


def test_the_invite_link_asks_for_exactly_the_rights_needed_each_with_its_reason(
    host: Host, platforms: Platforms
) -> None:
    said = host.moim("init", typed=typed(DISCORD_TOKEN), **bases(platforms))
    assert INVITE in said.out
    for right in (
        "View Channels",
        "Send Messages",
        "Send Messages in Threads",
        "Read Message History",
        "Embed Links",
        "Attach Files",
    ):
        assert re.search(rf"^  - {right}: \w+", said.out, re.MULTILINE), right
    assert len(re.findall(r"^  - ", said.out, re.MULTILINE)) == len(RIGHTS)
    assert not ALL_RIGHTS & 1 << 3, "no administrator"


def test_the_link_for_oneself_asks_for_no_right(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed(DISCORD_TOKEN), **bases(platforms))
    (link,) = re.findall(r"https://discord\.com/oauth2/authorize\?\S*integration_type=1\S*", said.out)
    assert "scope=applications.commands" in link and "permissions" not in link
    assert f"client_id={APPLICATION}" in link
    assert "User Install" in said.out


def test_telegrams_inline_mode_is_explained_while_it_is_off(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed("", TELEGRAM_TOKEN), **bases(platforms))
    assert "@BotFather, /setinline" in said.out
    platforms.telegram_me.update(supports_inline_queries=True)
    assert "/setinline" not in host.moim("init", typed=typed("", TELEGRAM_TOKEN), **bases(platforms)).out


def test_telegram_is_told_by_name_with_both_links(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed("", TELEGRAM_TOKEN), **bases(platforms))
    assert "@moim_bot" in said.out
    assert "https://t.me/moim_bot?startgroup=" in said.out
    assert "privacy mode stays on" in said.out


def test_telegram_switches_that_stand_wrong_are_told(host: Host, platforms: Platforms) -> None:
    platforms.telegram_me.update(can_join_groups=False, can_read_all_group_messages=True)
    said = host.moim("init", typed=typed("", TELEGRAM_TOKEN), **bases(platforms))
    assert "/setjoingroups" in said.out and "/setprivacy" in said.out


def test_empty_answers_write_nothing(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed("", "", "", "", ""), **bases(platforms))
    assert said.code == 0
    assert not (host.folder / ".env").exists()
    assert platforms.asked == []


def test_input_that_ends_early_writes_what_was_answered(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=DISCORD_TOKEN, **bases(platforms))
    assert said.code == 0
    assert set(dotenv_values(host.folder / ".env")) == {"DISCORD_TOKEN"}


def test_tokens_are_never_shown(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed(DISCORD_TOKEN, TELEGRAM_TOKEN, "", "", ""), **bases(platforms))
    refused = host.moim("init", typed=typed(DISCORD_TOKEN[:-1], TELEGRAM_TOKEN[:-1], "", "", ""), **bases(platforms))
    spaced = host.moim("init", typed=typed(f"{DISCORD_TOKEN} {TELEGRAM_TOKEN}"), **bases(platforms))
    for output in (said, refused, spaced):
        assert "canary" not in output.out + output.err


def test_a_refused_token_is_not_written_and_fails_the_walk(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed("wrong.wrong.wrong", TELEGRAM_TOKEN, "", "", ""), **bases(platforms))
    assert said.code == 1
    assert "Discord does not know this token" in said.out
    assert set(dotenv_values(host.folder / ".env")) == {"TELEGRAM_TOKEN"}


def test_an_unreachable_platform_keeps_the_token_and_still_gives_the_invite(host: Host, platforms: Platforms) -> None:
    platforms.answers["/api/v10/users/@me"] = (502, b"bad gateway")
    said = host.moim("init", typed=typed(DISCORD_TOKEN, "", "", "", ""), **bases(platforms))
    assert said.code == 0
    assert "cannot be reached just now" in said.out
    assert INVITE in said.out, "the application's number is part of the token"
    assert dotenv_values(host.folder / ".env")["DISCORD_TOKEN"] == DISCORD_TOKEN


def test_the_owner_of_the_application_may_say_me(host: Host, platforms: Platforms) -> None:
    said = host.moim("init", typed=typed(DISCORD_TOKEN, "", "me,telegram:5", "", ""), **bases(platforms))
    assert "discord:42 (alice)" in said.out
    assert dotenv_values(host.folder / ".env")["OWNERS"] == "discord:42,telegram:5"


@pytest.mark.parametrize(
    ("answers", "mend"),
    [
        (("", "", "alice", "", ""), "discord:NUMBER"),
        (("", "", "", "french", ""), "ko, en"),
        (("", "", "", "", "Asia/Soul"), "Asia/Seoul"),
    ],
)
def test_a_wrong_answer_is_not_written_and_its_mend_is_said(
    answers: tuple[str, ...], mend: str, host: Host, platforms: Platforms
) -> None:
    said = host.moim("init", typed=typed(*answers), **bases(platforms))
    assert said.code == 1
    assert mend in said.out
    assert not (host.folder / ".env").exists()


def test_what_stands_in_the_file_stays_with_its_comments(host: Host, platforms: Platforms) -> None:
    host.env = (
        "# our bot\n"
        "DISCORD_TOKEN=\n"
        "\n"
        "# why UTC: the server is in Iceland\n"
        "export DEFAULT_TIMEZONE='UTC' # really\n"
        "DATABASE_URL=sqlite+aiosqlite:///other.db\n"
        'OTHER_PROGRAM="a\nb"\n'
        "DEFAULT_TIMEZONE=Europe/Paris"
    )
    host.moim("init", typed=typed(DISCORD_TOKEN, "", "discord:1", "", "Atlantic/Reykjavik"), **bases(platforms))
    assert host.env == (
        "# our bot\n"
        f"DISCORD_TOKEN={DISCORD_TOKEN}\n"
        "\n"
        "# why UTC: the server is in Iceland\n"
        "DEFAULT_TIMEZONE=Atlantic/Reykjavik\n"
        "DATABASE_URL=sqlite+aiosqlite:///other.db\n"
        'OTHER_PROGRAM="a\nb"\n'
        "OWNERS=discord:1\n"
    )


def test_an_empty_answer_keeps_the_token_that_is_there(host: Host, platforms: Platforms) -> None:
    host.env = f"TELEGRAM_TOKEN={TELEGRAM_TOKEN}\n"
    said = host.moim("init", typed=typed("", "", "discord:1", "", ""), **bases(platforms))
    assert "keep the one there is" in said.out
    assert dotenv_values(host.folder / ".env") == {"TELEGRAM_TOKEN": TELEGRAM_TOKEN, "OWNERS": "discord:1"}


def test_a_second_walk_with_the_same_answers_changes_nothing(host: Host, platforms: Platforms) -> None:
    answers = typed(DISCORD_TOKEN, TELEGRAM_TOKEN, "discord:1", "ko", "Asia/Seoul")
    host.moim("init", typed=answers, **bases(platforms))
    first = host.env
    host.moim("init", typed=answers, **bases(platforms))
    assert host.env == first


def test_the_example_file_can_be_the_start(host: Host, platforms: Platforms) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    host.env = example
    host.moim("init", typed=typed(DISCORD_TOKEN, "", "", "ko", ""), **bases(platforms))
    changed = example.replace("\nDISCORD_TOKEN=", f"\nDISCORD_TOKEN={DISCORD_TOKEN}")
    assert host.env == changed.replace("DEFAULT_LOCALE=en", "DEFAULT_LOCALE=ko")


def test_settings_that_are_wrong_can_be_mended_here(host: Host, platforms: Platforms) -> None:
    host.env = "DEFAULT_TIMEZONE=Asia/Soul\n"
    said = host.moim("init", typed=typed("", "", "", "", "Asia/Seoul"), **bases(platforms))
    assert said.code == 0
    assert "Did you mean one of: Asia/Seoul" in said.out
    assert host.env == "DEFAULT_TIMEZONE=Asia/Seoul\n"


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left_behind(host: Host, platforms: Platforms) -> None:
    (host.folder / ".env").mkdir()
    said = host.moim("init", typed=typed("", "", "discord:1", "", ""), **bases(platforms))
    assert said.code == 1
    assert ".env cannot be written" in said.err and said.err.count("\n") == 1
    assert [file.name for file in host.folder.iterdir()] == [".env"]


def test_a_person_at_a_terminal_types_tokens_unseen(host: Host, platforms: Platforms) -> None:
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **bases(platforms)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "init"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
        cwd=host.folder, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    seen = ""

    def wait_for(words: str) -> None:
        nonlocal seen
        end = time.monotonic() + 10
        while words not in seen:
            assert select.select([ours], [], [], max(0.0, end - time.monotonic()))[0], f"no {words!r} in:\n{seen}"
            seen += os.read(ours, 4096).decode(errors="replace")

    for question, answer in (
        ("Discord token (Enter: skip):", "wrong.wrong.canary"),
        ("Copy it once more", None),
        ("Discord token (Enter: skip):", DISCORD_TOKEN),
        ("Telegram token (Enter: skip):", ""),
        ("Owners", "me"),
        ("Language where", ""),
        ("Time zone where", "Seoul"),
        ("Did you mean one of: Asia/Seoul", "Asia/Seoul"),
        ("make run starts the bot", None),
    ):
        wait_for(question)
        seen = seen[seen.index(question) + len(question) :]
        assert "canary" not in seen
        if answer is not None:
            os.write(ours, f"{answer}\n".encode())
    assert process.wait(10) == 0
    os.close(ours)
    assert dotenv_values(host.folder / ".env") == {
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "OWNERS": "discord:42",
        "DEFAULT_TIMEZONE": "Asia/Seoul",
    }
