"""A host at a terminal: an empty folder, a bare environment, and platforms that answer as the test says."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import config
from bot.cli import main

DISCORD_TOKEN = (
    "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GabcDE.canaryCANARYcanary0123456789xyz"  # of application 1234567890123456789
)
TELEGRAM_TOKEN = "123456789:AAcanaryCANARYcanary0123456789xyzAB"
APPLICATION = "1234567890123456789"
# Discord's documented bits: view channel, send, send in threads, embed, attach.
ALL_RIGHTS = 1 << 10 | 1 << 11 | 1 << 38 | 1 << 16 | 1 << 14 | 1 << 15


@dataclass(frozen=True)
class Said:
    """What one call of the program did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class Host:
    """Somebody who runs `moim` in a folder of their own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def moim(self, *argv: str, typed: str = "", **environment: str) -> Said:
        """Run the program with these settings in the environment and `typed` piped in."""
        with self.monkeypatch.context() as here:
            for name, value in environment.items():
                here.setenv(name, value)
            here.setattr(sys, "stdin", io.StringIO(typed))
            try:
                code = main(argv)
            except SystemExit as ended:  # argparse's way to end
                code = int(ended.code or 0)
        out, err = self.capsys.readouterr()
        return Said(code, out, err)

    @property
    def env(self) -> str:
        return (self.folder / ".env").read_text(encoding="utf-8")

    @env.setter
    def env(self, text: str) -> None:
        (self.folder / ".env").write_text(text, encoding="utf-8")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Host]:
    for name in (*config.names(), "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield Host(tmp_path, monkeypatch, capsys)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()


@dataclass
class Platforms:
    """Discord and Telegram in one small server; every answer can be changed before it is asked for."""

    url: str = ""
    clock_ahead_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    discord_me: dict[str, Any] = field(default_factory=lambda: {"id": APPLICATION, "username": "Moim", "bot": True})
    application: dict[str, Any] = field(
        default_factory=lambda: {
            "id": APPLICATION,
            "flags": 0,
            "interactions_endpoint_url": None,
            "bot_require_code_grant": False,
            "integration_types_config": {"0": {}},
            "owner": {"id": "42", "username": "alice"},
        }
    )
    guilds: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": "7", "name": "Study", "permissions": str(ALL_RIGHTS)}]
    )
    starts: dict[str, Any] = field(default_factory=lambda: {"total": 1000, "remaining": 999})
    telegram_me: dict[str, Any] = field(
        default_factory=lambda: {
            "id": 123456789,
            "username": "moim_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
    )
    webhook: str = ""

    def environment(self, *platforms: str) -> dict[str, str]:
        """The settings that point the program here."""
        tokens = {"DISCORD_TOKEN": DISCORD_TOKEN, "TELEGRAM_TOKEN": TELEGRAM_TOKEN}
        kept = {name: token for name, token in tokens.items() if name.split("_")[0].lower() in platforms}
        return kept | {"DISCORD_API_BASE": f"{self.url}/api/v10", "TELEGRAM_API_BASE": self.url}

    def answer(self, path: str, authorization: str | None) -> tuple[int, Any]:
        """The status and body for a request."""
        if path in self.answers:
            return self.answers[path]
        if path.startswith("/bot"):
            return self._telegram(path)
        if authorization != f"Bot {DISCORD_TOKEN}":
            return 401, {"message": "401: Unauthorized", "code": 0}
        bodies = {
            "/users/@me": self.discord_me,
            "/applications/@me": self.application,
            "/users/@me/guilds": self.guilds,
            "/gateway/bot": {"url": "wss://x", "session_start_limit": self.starts},
        }
        return 200, bodies[path.removeprefix("/api/v10")]

    def _telegram(self, path: str) -> tuple[int, Any]:
        token, method = path.removeprefix("/bot").split("/")
        if token != TELEGRAM_TOKEN:
            status, words = (401, "Unauthorized") if ":" in token else (404, "Not Found")
            return status, {"ok": False, "error_code": status, "description": words}
        return 200, {"ok": True, "result": {"getMe": self.telegram_me, "getWebhookInfo": {"url": self.webhook}}[method]}


@pytest.fixture
def platforms() -> Iterator[Platforms]:
    fake = Platforms()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked.append(self.path)
            status, body = fake.answer(self.path, self.headers["Authorization"])
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() - fake.clock_ahead_s, usegmt=True))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()
