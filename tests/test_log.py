"""What reaches the log, in both forms, and what must never reach it."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log

CANARY = "zq7HkWm2canaryCANARYcanary0123456789xyz"
DISCORD = f"MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GabcDE.{CANARY}"
TELEGRAM = f"123456789:AA{CANARY}"
PASSWORD = f"p@ss/{CANARY}\"'"
STYLES: tuple[Literal["console", "json"], ...] = ("console", "json")
Written = Callable[[], str]


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    """Leave logging as it was: other tests share the process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()
    for name in log.QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(params=STYLES)
def style(request: pytest.FixtureRequest) -> Literal["console", "json"]:
    asked: Literal["console", "json"] = request.param
    return asked


@pytest.fixture
def written(style: Literal["console", "json"]) -> Written:
    """The log at its most talkative, knowing the secrets; returns what was written."""
    stream = io.StringIO()
    log.configure(style, "debug", (DISCORD, TELEGRAM, PASSWORD, quote(PASSWORD, safe="")), stream)
    return stream.getvalue


def secrets_in(text: str) -> list[str]:
    """Whatever of a secret is still there: the halves that matter contain the canary."""
    return [part for part in (CANARY, CANARY[:20]) if part in text]


SPEAKERS: dict[str, Callable[[str], None]] = {
    "structlog event": lambda secret: structlog.get_logger("x").info(f"got {secret}"),
    "structlog value": lambda secret: structlog.get_logger("x").warning("got", token=secret, nested={"a": [secret]}),
    "stdlib message": lambda secret: logging.getLogger("y").info("got %s", secret),
    "stdlib at debug": lambda secret: logging.getLogger("z").debug("%r", {"headers": {"Authorization": secret}}),
    "httpx at warning": lambda secret: logging.getLogger("httpx").warning(
        "POST https://api.telegram.org/bot%s", secret
    ),
    "discord at error": lambda secret: logging.getLogger("discord.http").error("Bot %s", secret),
    "a warning": lambda secret: warnings.warn(f"deprecated: {secret}", stacklevel=1),
    "context": lambda secret: structlog.get_logger("x").bind(user=secret).info("bound"),
}


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize("speaker", SPEAKERS)
@pytest.mark.parametrize("secret", [DISCORD, TELEGRAM, PASSWORD], ids=["discord", "telegram", "password"])
def test_no_secret_is_written_however_it_is_said(speaker: str, secret: str, written: Written) -> None:
    SPEAKERS[speaker](secret)
    assert written(), "the line itself must be written"
    assert log.REDACTED in written()
    assert not secrets_in(written())


@pytest.mark.parametrize("secret", [DISCORD, TELEGRAM, PASSWORD], ids=["discord", "telegram", "password"])
def test_tracebacks_are_redacted_causes_included(secret: str, written: Written) -> None:
    try:
        try:
            raise ValueError(f"https://api.telegram.org/bot{secret}/getMe")
        except ValueError as inner:
            raise RuntimeError(f"could not send with {secret}") from inner
    except RuntimeError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("y").exception("failed")
    assert written().count("RuntimeError: could not send with") == 2
    assert not secrets_in(written())


def test_unhandled_errors_of_every_thread_go_through_the_log(written: Written) -> None:
    def fail() -> None:
        raise RuntimeError(f"in a thread: {TELEGRAM}")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        raise RuntimeError(f"in the main thread: {DISCORD}")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "in a thread" in written() and "in the main thread" in written()
    assert not secrets_in(written())


def test_a_line_that_cannot_be_formatted_shows_no_arguments(
    style: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    log.configure(style, "debug", (), stream)
    logging.getLogger("y").info("%d", TELEGRAM)
    said = capsys.readouterr().err + stream.getvalue()
    assert "y could not be written: TypeError" in said
    assert not secrets_in(said)


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot987654321:AA{CANARY}/sendMessage",
        f"https://api.telegram.org/bot987654321%3AAA{CANARY}/sendMessage",
        f"Authorization: Bot OTg3NjU0MzIxMDk4NzY1NDMyMQ.Gxyz12.{CANARY}",
        f"https://discord.com/api/v10/webhooks/123/{CANARY}/messages/@original",
        f"https://discord.com/api/v10/interactions/123/{CANARY}/callback",
        f"postgresql+asyncpg://me:{CANARY}@db.example.org/moim",
    ],
)
def test_what_looks_like_a_token_is_blotted_out_even_when_nobody_told_of_it(text: str) -> None:
    assert not secrets_in(log.redactor()(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T15:50:42.066317Z [info] hello",
        "answered in 12.345678.90 ms",
        "/recommend 강화학습 입문, resource dl-from-scratch-4",
        "https://arxiv.org/abs/1706.03762 and 10:30:59",
        "discord:123456789012345678, telegram:12345678",
    ],
)
def test_everyday_lines_stay_as_they_are(text: str) -> None:
    assert log.redactor([DISCORD, TELEGRAM])(text) == text


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=8, max_size=60))
def test_any_secret_is_found_plain_quoted_and_in_json(secret: str) -> None:
    redact = log.redactor([secret])
    for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
        assert form not in redact(f"<{form}>").replace(log.REDACTED, "")


def test_talkative_libraries_are_heard_from_warnings_on(written: Written) -> None:
    for name in ("httpx", "httpcore.http11", "aiohttp.access", "discord.gateway", "telegram.ext.Updater"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("matter of %s", name)
    assert "chatter" not in written()
    assert written().count("matter of") == 5


def test_json_lines_are_one_object_each_with_level_time_and_logger() -> None:
    stream = io.StringIO()
    log.configure("json", "info", (), stream)
    structlog.get_logger("bot.app").info("started", place="서울", count=2)
    logging.getLogger("bot.other").error("two\nlines")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first | {"timestamp": ""} == {
        "event": "started",
        "place": "서울",
        "count": 2,
        "level": "info",
        "logger": "bot.app",
        "timestamp": "",
    }
    assert second["event"] == "two\nlines"


def test_a_member_cannot_forge_a_second_line_in_the_console_form() -> None:
    stream = io.StringIO()
    log.configure("console", "info", (), stream)
    structlog.get_logger("x").info("asked for a\n2026-01-01 [critical] forged", text="b\r\nforged too")
    assert len(stream.getvalue().splitlines()) == 1


def test_the_level_is_a_threshold_for_both_libraries() -> None:
    stream = io.StringIO()
    log.configure("console", "warning", (), stream)
    structlog.get_logger("x").info("quiet")
    logging.getLogger("y").info("quiet")
    structlog.get_logger("x").warning("loud")
    assert "quiet" not in stream.getvalue() and "loud" in stream.getvalue()
