"""`moim check`: what is fine, what is worth knowing and what is wrong, each with its mend."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.storage import Storage
from tests.cli.conftest import ALL_RIGHTS, DISCORD_TOKEN, TELEGRAM_TOKEN, Host, Platforms, Said


def line_with(said: Said, words: str) -> str:
    """The one line that says `words`."""
    [line] = [line for line in said.lines if words in line]
    return line


def test_a_good_installation_is_all_well(host: Host, platforms: Platforms) -> None:
    said = host.moim(
        "check",
        **platforms.environment("discord", "telegram"),
        OWNERS="discord:42",
        DEFAULT_LOCALE="en",
        DEFAULT_TIMEZONE="Asia/Seoul",
    )
    assert said.code == 0, said.out
    assert said.lines[-1] == "All is well."
    assert all(line.startswith("✓") for line in said.lines[:-1])
    for words in ("Owners", "Asia/Seoul", "Moim", "@moim_bot", "Clock", "Disk", "Database", "Catalogue", "intent"):
        assert line_with(said, words)


def test_what_is_worth_a_look_is_counted_beside_what_is_wrong(host: Host, platforms: Platforms) -> None:
    here = {**platforms.environment("discord"), "OWNERS": "discord:42", "DEFAULT_LOCALE": "en"}
    one = host.moim("check", **here)  # the guessed time zone
    assert (one.code, one.lines[-1]) == (0, "1 thing to look at.")
    two = host.moim("check", **here | {"OWNERS": ""})
    assert two.lines[-1] == "2 things to look at."
    korean = host.moim("check", **here | {"OWNERS": "", "DEFAULT_LOCALE": "ko"})
    assert korean.lines[-1] == "살펴볼 것이 1가지 있어요."  # Seoul is no wild guess there
    platforms.guilds[0].update(permissions="0")
    worse = host.moim("check", **here)
    assert (worse.code, worse.lines[-1]) == (1, "1 thing to mend. 1 thing to look at.")


def test_korean_hosts_are_spoken_to_in_korean(host: Host, platforms: Platforms) -> None:
    said = host.moim("check", **platforms.environment("discord"), DEFAULT_LOCALE="ko")
    assert said.code == 0, said.out
    assert "디스코드 토큰: Moim" in said.out
    assert "Asia/Seoul" in line_with(said, "짐작")


def test_nothing_is_made_or_changed(host: Host, platforms: Platforms) -> None:
    host.moim("check", **platforms.environment("discord", "telegram"))
    assert list(host.folder.iterdir()) == []


def test_offline_asks_nobody_and_says_so(host: Host, platforms: Platforms) -> None:
    said = host.moim("check", "--offline", **platforms.environment("discord", "telegram"))
    assert said.code == 0
    assert platforms.asked == []
    assert "--offline" in line_with(said, "not checked")


def test_bad_settings_are_listed_with_their_mends(host: Host) -> None:
    said = host.moim("check", DEFAULT_TIMEZONE="Asia/Soul", OWNERS="alice")
    assert said.code == 1
    assert "Asia/Seoul" in line_with(said, "DEFAULT_TIMEZONE")
    assert "discord:NUMBER" in line_with(said, "OWNERS")


def test_without_owners_and_zone_the_host_is_told(host: Host, platforms: Platforms) -> None:
    said = host.moim("check", **platforms.environment("telegram"))
    assert said.code == 0
    assert line_with(said, "OWNERS is not set").startswith("!")
    assert "DEFAULT_TIMEZONE" in line_with(said, "UTC")


def test_a_misspelt_setting_is_told(host: Host) -> None:
    host.env = "DISCORD_TOKN=abc\n"
    assert "DISCORD_TOKEN" in line_with(host.moim("check"), "DISCORD_TOKN")


def test_an_env_file_that_others_may_read_is_told(host: Host) -> None:
    host.env = "LOG_LEVEL=info\n"
    file = host.folder / ".env"
    file.chmod(0o644)
    assert "chmod 600 .env" in host.moim("check").out
    file.chmod(0o600)
    assert "chmod" not in host.moim("check").out


@pytest.mark.parametrize(("platform", "mend"), [("discord", "moim init"), ("telegram", "@BotFather")])
def test_a_refused_token_is_wrong(platform: str, mend: str, host: Host, platforms: Platforms) -> None:
    environment = platforms.environment(platform)
    environment[f"{platform.upper()}_TOKEN"] = "123456789:AAwrongwrongwrong"
    said = host.moim("check", **environment)
    assert said.code == 1
    line = line_with(said, "does not know this token")
    assert line.startswith("✗") and mend in line


def test_a_telegram_token_without_a_tokens_shape_is_refused_too(host: Host, platforms: Platforms) -> None:
    said = host.moim("check", **platforms.environment("telegram") | {"TELEGRAM_TOKEN": "nonsense"})
    assert "Telegram does not know this token" in said.out


@pytest.mark.parametrize("platform", ["discord", "telegram"])
def test_no_server_at_the_address_is_said_with_the_variable(platform: str, host: Host, platforms: Platforms) -> None:
    with socket.socket() as taken:  # bound, not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        variable = f"{platform.upper()}_API_BASE"
        said = host.moim("check", **platforms.environment(platform) | {variable: base})
    assert said.code == 1
    assert "Connection refused" in said.out or "Connect call failed" in said.out
    assert variable in line_with(said, "does not answer as it should")


def test_a_silent_server_holds_the_check_up_for_seconds_only(host: Host, platforms: Platforms) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        said = host.moim("check", **platforms.environment("telegram") | {"TELEGRAM_API_BASE": base})
    assert time.monotonic() - started < 8
    assert said.code == 1
    assert "no answer within 5 seconds" in said.out


@pytest.mark.parametrize("body", [b"<html>captive portal</html>", b'{"hello": 1}', b"[]"])
def test_something_else_at_the_address_is_no_traceback(body: bytes, host: Host, platforms: Platforms) -> None:
    platforms.answers[f"/bot{TELEGRAM_TOKEN}/getMe"] = (200, body)
    said = host.moim("check", **platforms.environment("telegram"))
    assert said.code == 1
    assert "does not answer as it should" in said.out


def test_one_platform_that_is_down_does_not_hide_the_other(host: Host, platforms: Platforms) -> None:
    platforms.answers["/api/v10/users/@me"] = (503, b"upstream")
    said = host.moim("check", **platforms.environment("discord", "telegram"))
    assert "HTTP 503" in said.out
    assert "@moim_bot" in said.out


DISCORD_SWITCHES: dict[str, tuple[Callable[[Platforms], object], str, str]] = {
    "endpoint": (
        lambda p: p.application.update(interactions_endpoint_url="https://x.example"),
        "✗",
        "Interactions Endpoint URL",
    ),
    "code grant": (lambda p: p.application.update(bot_require_code_grant=True), "✗", "Code Grant"),
    "guild install": (lambda p: p.application.update(integration_types_config={"1": {}}), "✗", "Guild Install"),
    "message content": (lambda p: p.application.update(flags=1 << 19), "!", "Message Content"),
    "members": (lambda p: p.application.update(flags=1 << 14), "!", "Server Members"),
    "administrator": (lambda p: p.guilds[0].update(permissions=str(1 << 3)), "!", "administrator in Study"),
    "rights": (
        lambda p: p.guilds[0].update(permissions=str(ALL_RIGHTS & ~(1 << 14) & ~(1 << 38))),
        "✗",
        "In Study it lacks: Send Messages in Threads, Embed Links",
    ),
    "no server": (lambda p: p.guilds.clear(), "!", "client_id=1234567890123456789"),
    "crash loop": (lambda p: p.starts.update(remaining=12), "!", "12 of 1000"),
}


def test_an_application_that_nobody_can_install_for_themselves_is_told_and_is_not_wrong(
    host: Host, platforms: Platforms
) -> None:
    said = host.moim("check", **platforms.environment("discord"))
    assert line_with(said, "user install: off").startswith("✓")
    platforms.application.update(integration_types_config={"0": {}, "1": {}})
    assert "user install" not in host.moim("check", **platforms.environment("discord")).out


@pytest.mark.parametrize("switch", DISCORD_SWITCHES)
def test_each_switch_of_discord_is_told_with_its_mend(switch: str, host: Host, platforms: Platforms) -> None:
    change, grade, words = DISCORD_SWITCHES[switch]
    change(platforms)
    said = host.moim("check", **platforms.environment("discord"))
    line = line_with(said, words)
    assert line.startswith(grade) and " → " in line
    assert said.code == (1 if grade == "✗" else 0)


TELEGRAM_SWITCHES: dict[str, tuple[Callable[[Platforms], object], str, str]] = {
    "groups": (lambda p: p.telegram_me.update(can_join_groups=False), "✗", "/setjoingroups"),
    "privacy": (lambda p: p.telegram_me.update(can_read_all_group_messages=True), "!", "/setprivacy"),
    "webhook": (lambda p: setattr(p, "webhook", "https://x.example"), "!", "webhook"),
    "inline on": (lambda p: p.telegram_me.update(supports_inline_queries=True), "✓", "inline mode: on"),
    "inline off": (lambda p: p.telegram_me.update(supports_inline_queries=False), "✓", "/setinline switches it on"),
}


@pytest.mark.parametrize("switch", TELEGRAM_SWITCHES)
def test_each_switch_of_telegram_is_told_with_its_mend(switch: str, host: Host, platforms: Platforms) -> None:
    change, grade, words = TELEGRAM_SWITCHES[switch]
    change(platforms)
    said = host.moim("check", **platforms.environment("telegram"))
    assert line_with(said, words).startswith(grade)
    assert said.code == (1 if grade == "✗" else 0)


@pytest.mark.parametrize(
    ("ahead", "grade", "words"),
    [(0, "✓", "right"), (20, "!", "20 s fast"), (-20, "!", "20 s slow"), (3600, "✗", "3,600 s fast")],
)
def test_the_clock_is_held_against_the_platforms(
    ahead: float, grade: str, words: str, host: Host, platforms: Platforms
) -> None:
    platforms.clock_ahead_s = ahead
    said = host.moim("check", **platforms.environment("telegram"))
    [line] = [line for line in said.lines if "lock" in line and ("right" in line or "machine" in line)]
    assert line.startswith(grade)
    # The header has whole seconds, so the figure may be off by one.
    near = [words, words.replace("20", "19"), words.replace("20", "21"), words.replace("600", "599")]
    assert any(form in line for form in [*near, words.replace("600", "601")])


def test_a_database_of_this_version_is_named_with_its_revision(host: Host) -> None:
    async def make() -> None:
        await Storage.upgrade("sqlite+aiosqlite:///var/moim.db", clock=lambda: datetime.now(UTC))

    asyncio.run(make())
    assert "revision" in line_with(host.moim("check"), "Database: var/moim.db")


def test_a_file_that_is_no_database_is_wrong(host: Host) -> None:
    (host.folder / "moim.db").write_bytes(b"this is not a database" * 100)
    said = host.moim("check", DATABASE_URL="sqlite+aiosqlite:///moim.db")
    assert said.code == 1
    assert line_with(said, "not a database").startswith("✗")


def test_a_database_address_of_no_kind_we_speak_is_wrong(host: Host) -> None:
    said = host.moim("check", DATABASE_URL="mysql://me:secretsecret@host/moim")
    assert said.code == 1
    assert "DATABASE_URL" in said.out and "secretsecret" not in said.out


def test_a_place_that_cannot_be_written_to_is_wrong(host: Host) -> None:
    (host.folder / "file").write_text("no folder")
    said = host.moim("check", DATABASE_URL="sqlite+aiosqlite:///file/moim.db")
    assert said.code == 1
    assert "DATABASE_URL" in line_with(said, "cannot be written to")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_wrong(host: Host) -> None:
    locked = host.folder / "locked"
    locked.mkdir(mode=0o500)
    assert host.moim("check", DATABASE_URL="sqlite+aiosqlite:///locked/moim.db").code == 1


@pytest.mark.parametrize(("free_mib", "grade", "code"), [(10, "✗", 1), (200, "!", 0), (5000, "✓", 0)])
def test_the_room_on_the_disk_is_told(
    free_mib: int, grade: str, code: int, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mib << 20))
    said = host.moim("check")
    assert said.code == code
    assert line_with(said, "MiB free").startswith(grade)


def test_no_token_is_ever_shown(host: Host, platforms: Platforms) -> None:
    platforms.discord_me["username"] = DISCORD_TOKEN  # whoever controls an answer must not get it printed either
    platforms.answers[f"/bot{TELEGRAM_TOKEN}/getMe"] = (500, b"no")
    said = host.moim("check", **platforms.environment("discord", "telegram"))
    assert "canary" not in said.out + said.err


def test_the_number_of_things_to_mend_is_said_last(host: Host, platforms: Platforms) -> None:
    platforms.application.update(bot_require_code_grant=True)
    assert host.moim("check", **platforms.environment("discord")).lines[-1].startswith("1 thing to mend.")


def test_the_folder_for_the_database_need_not_exist_yet(host: Host) -> None:
    said = host.moim("check", DATABASE_URL="sqlite+aiosqlite:///a/b/c/moim.db")
    assert said.code == 0
    assert str(host.folder) in line_with(said, "MiB free")
    assert not Path("a").exists()
