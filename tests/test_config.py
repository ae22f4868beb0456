"""Settings as a host writes them: in the environment, in .env, wrongly, and in the example file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot import config
from bot.config import Settings, SettingsError

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / ".env.example"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty folder and an environment without any setting."""
    for name in (*config.names(), "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    yield


def load(**values: str) -> Settings:
    """The settings of a `.env` with these values."""
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    return config.load()


def problem_of(**values: str) -> config.Problem:
    with pytest.raises(SettingsError) as caught:
        load(**values)
    [problem] = caught.value.problems
    return problem


def test_without_any_setting_the_console_is_what_there_is() -> None:
    settings = config.load()
    assert settings.platforms == ()
    assert settings.database_url == "sqlite+aiosqlite:///var/moim.db"
    assert settings.secrets == ()


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMAND_NAMES", "ko")
    assert load(COMMAND_NAMES="en").command_names == "ko"


def test_an_empty_variable_switches_a_platform_of_the_file_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")
    assert load(DISCORD_TOKEN="abc", TELEGRAM_TOKEN="1:x").platforms == ("telegram",)


def test_empty_values_are_the_defaults() -> None:
    assert load(**dict.fromkeys(config.names(), "")) == Settings(_env_file=None)


def test_owners_are_read_once_each_whatever_stands_between_them() -> None:
    settings = load(OWNERS='"discord:123, telegram:456 discord:123"')
    assert settings.owners == (("discord", "123"), ("telegram", "456"))


def test_trusted_addresses_are_an_ip_and_a_port() -> None:
    settings = load(FETCH_TRUSTED="127.0.0.1:8082, [::1]:80 127.0.0.1:8082")
    assert settings.fetch_trusted == (("127.0.0.1", 8082), ("::1", 80))


@pytest.mark.parametrize(
    "word", ["localhost:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "10.0.0.0/8:80", ":80"]
)
def test_a_trusted_address_that_is_none_is_named(word: str) -> None:
    problem = problem_of(FETCH_TRUSTED=word)
    assert (problem.variable, problem.kind, problem.values) == ("FETCH_TRUSTED", "endpoint", {"value": word})


@pytest.mark.parametrize("owner", ["123", "discord:", "discord:abc", "slack:1", "discord:-1", "discord:" + "1" * 21])
def test_an_owner_that_is_no_account_is_named(owner: str) -> None:
    problem = problem_of(OWNERS=f"discord:1,{owner}")
    assert (problem.variable, problem.kind, problem.values) == ("OWNERS", "owner", {"value": owner})


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DEFAULT_LOCALE", "fr"), ("COMMAND_NAMES", "kr"), ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud")],
)
def test_a_word_that_is_no_choice_is_answered_with_the_choices(variable: str, value: str) -> None:
    problem = problem_of(**{variable: value})
    assert problem.kind == "choice"
    assert problem.values["value"] == value
    default = str(getattr(Settings(_env_file=None), variable.lower()))
    assert default in problem.values["choices"].split(", ")


def test_choices_may_be_written_in_capitals() -> None:
    assert load(LOG_LEVEL="WARNING", DEFAULT_LOCALE="KO").log_level == "warning"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Asia/Soul", "Asia/Seoul"),
        ("seoul", "Asia/Seoul"),
        ("KST", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("UTC+9", "Asia/Seoul"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("Europe/Londn", "Europe/London"),
    ],
)
def test_a_wrong_time_zone_is_answered_with_the_nearest_first(typed: str, meant: str) -> None:
    problem = problem_of(DEFAULT_TIMEZONE=f'"{typed}"')
    assert problem.kind == "zone"
    assert problem.values["near"].split(", ")[0] == meant


@pytest.mark.parametrize("typed", ["Asia", "../etc/passwd", "/etc/localtime", "zzzzzz", "Asia/Seoul\\0"])
def test_what_is_no_time_zone_at_all_is_refused_with_some_that_are(typed: str) -> None:
    near = problem_of(DEFAULT_TIMEZONE=typed).values["near"].split(", ")
    assert near and all(map(config.is_zone, near))


@given(st.text(max_size=200))
def test_any_text_gets_zones_that_exist_and_none_that_runs_backwards(text: str) -> None:
    near = config.nearest_zones(text)
    assert len(near) <= 3
    assert all(config.is_zone(zone) and not zone.startswith("Etc/") for zone in near)


def test_the_zone_is_guessed_from_the_language() -> None:
    assert load(DEFAULT_LOCALE="ko").zone.key == "Asia/Seoul"
    assert load(DEFAULT_LOCALE="en").zone.key == "UTC"
    assert load(DEFAULT_LOCALE="ko", DEFAULT_TIMEZONE="Europe/Paris").zone.key == "Europe/Paris"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DISCORD_API_BASE", "discord.com"),
        ("DISCORD_API_BASE", "ws://discord.com"),
        ("DISCORD_GATEWAY", "https://gateway.discord.gg"),
        ("TELEGRAM_API_BASE", "http://"),
        ("TELEGRAM_API_BASE", "http://host:port"),
    ],
)
def test_an_address_of_the_wrong_kind_is_refused(variable: str, value: str) -> None:
    problem = problem_of(**{variable: value})
    assert (problem.variable, problem.kind) == (variable, "address")


def test_addresses_lose_their_last_slash() -> None:
    settings = load(DISCORD_API_BASE="http://127.0.0.1:1/api/v10/", DISCORD_GATEWAY="ws://127.0.0.1:1/gateway")
    assert settings.discord_api_base == "http://127.0.0.1:1/api/v10"
    assert settings.discord_gateway == "ws://127.0.0.1:1/gateway"


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(OWNERS="x", DEFAULT_TIMEZONE="x", LOG_FORMAT="x")
    assert [problem.variable for problem in caught.value.problems] == ["OWNERS", "DEFAULT_TIMEZONE", "LOG_FORMAT"]


def test_no_error_and_no_printing_shows_a_secret() -> None:
    canary = "canary-token-0123456789"
    with pytest.raises(SettingsError) as caught:
        load(DISCORD_TOKEN=f"'{canary} {canary}'", LOG_FORMAT="xml")
    assert canary not in f"{caught.value}{caught.value!r}{caught.value.problems!r}{caught.value.__cause__!r}"
    settings = load(
        DISCORD_TOKEN=canary, TELEGRAM_TOKEN=f"1:{canary}", DATABASE_URL=f"postgresql://me:{canary}%21@host/moim"
    )
    assert canary not in f"{settings} {settings!r}"
    assert set(settings.secrets) == {canary, f"1:{canary}", f"{canary}%21", f"{canary}!"}


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load().log_level = "debug"  # type: ignore[misc]  # refused is what it should be


def test_a_file_that_is_no_text_is_told_instead_of_a_traceback() -> None:
    Path(".env").write_bytes(b"OWNERS=\xff\xfe\xfa\n")
    with pytest.raises(SettingsError) as caught:
        config.load()
    assert [problem.kind for problem in caught.value.problems] == ["unreadable"]


def test_a_file_written_by_a_windows_editor_is_read() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbfLOG_LEVEL=debug\r\nCOMMAND_NAMES=ko\r\n")
    assert (config.load().log_level, config.load().command_names) == ("debug", "ko")


def test_a_misspelt_setting_is_noticed_and_a_foreign_one_left_alone() -> None:
    Path(".env").write_text("DISCORD_TOKN=a\nOWNER=b\nCOMPOSE_PROJECT_NAME=c\nLOG_LEVEL=info\n", encoding="utf-8")
    assert config.misspelt() == (("DISCORD_TOKN", "DISCORD_TOKEN"), ("OWNER", "OWNERS"))


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko_KR.UTF-8", "ko"), ("ko", "ko"), ("en_US.UTF-8", "en"), ("C.UTF-8", "en"), ("", "en")],
)
def test_the_terminal_is_spoken_to_in_its_language(locale: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", locale)
    assert config.spoken_language() == language
    assert config.spoken_language(load(LOG_LEVEL="info")) == language


def test_a_chosen_language_is_spoken_whatever_the_terminal_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert config.spoken_language(load(DEFAULT_LOCALE="en")) == "en"


def test_the_stricter_locale_variable_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert config.spoken_language() == "en"


def test_the_example_holds_every_setting_with_its_default_and_a_reason() -> None:
    assert tuple(dotenv_values(EXAMPLE)) == config.names()
    assert config.load(EXAMPLE) == Settings(_env_file=None)
    for name in config.names():
        shown = dotenv_values(EXAMPLE)[name]
        default = Settings.model_fields[name.lower()].default
        assert shown == (default if isinstance(default, str) else ""), name
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[A-Z_]+=", line):
            assert lines[number - 1].startswith("# "), f"{line} has no reason above it"


def test_only_config_looks_at_the_environment() -> None:
    looking = re.compile(r"\bos\.(environ|getenv|putenv)|from os import .*(environ|getenv)")
    found = {
        str(file.relative_to(ROOT))
        for folder in ("bot", "cogs")
        for file in (ROOT / folder).rglob("*.py")
        if looking.search(file.read_text(encoding="utf-8"))
    }
    assert found == {"bot/config.py"}


def test_a_process_does_everything_unless_roles_say_otherwise() -> None:
    assert load().roles == load(ROLES=" , ").roles == config.ROLES
    tokens = {"DISCORD_TOKEN": "abc", "TELEGRAM_TOKEN": "123:abc"}
    assert load(**tokens).served == ("discord", "telegram")
    apart = load(ROLES="Telegram, scheduler,telegram", **tokens)
    assert apart.roles == ("telegram", "scheduler")
    assert apart.served == ("telegram",)


def test_a_role_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(config.SettingsError) as refused:
        load(ROLES="discord,schedule")
    (problem,) = refused.value.problems
    assert (problem.variable, problem.kind) == ("ROLES", "choice")
    assert "scheduler" in problem.values["choices"]


# the address of the pages


@pytest.mark.parametrize(
    ("environment", "for_people", "here"),
    [
        ({}, None, None),
        ({"WEB_PORT": "8080"}, None, "http://127.0.0.1:8080"),
        ({"WEB_PORT": "8080", "WEB_HOST": "0.0.0.0"}, None, "http://127.0.0.1:8080"),
        ({"WEB_PORT": "8080", "WEB_HOST": "::1"}, None, "http://[::1]:8080"),
        ({"WEB_PORT": "8080", "ROLES": "discord"}, None, None),
        ({"WEB_URL": "https://a.example/moim/"}, "https://a.example/moim", None),
        ({"WEBHOOK_URL": "https://a.example"}, "https://a.example", None),
        ({"WEB_URL": "http://b.example", "WEBHOOK_URL": "https://a.example"}, "http://b.example", None),
    ],
)
def test_pages_are_where_people_reach_them_or_on_this_machine(
    environment: dict[str, str], for_people: str | None, here: str | None
) -> None:
    settings = load(**environment)
    assert (settings.pages_url, settings.pages_here) == (for_people, here)


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org/", "https://", "https://a/?q", "https://a/#x", "a b"]
)
def test_only_the_address_of_a_folder_of_pages_is_one(address: str) -> None:
    assert config.page_address("https://example.org/moim") == config.page_address("https://example.org/moim/")
    with pytest.raises(config.Unfit):
        config.page_address(address)
