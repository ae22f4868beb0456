"""Logging: structlog and the standard library through one door to stderr, as text for people or JSON for machines.

Every line, tracebacks included, is redacted as the last thing before it is written: what this run's settings call
secret, and whatever looks like a token of either platform. It knows no settings; whoever starts it hands them over.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
QUIET_LOGGERS = (
    "httpx",
    "httpcore",
    "aiohttp",
    "discord",
    "telegram",
    "alembic",
    "apscheduler",
    "aiosqlite",
    "asyncio",
)
"""Libraries that are heard from WARNING on: at INFO some write whole URLs, which hold Telegram's token."""

_PATTERNS = (
    # A Telegram token, also as part of a URL with its colon escaped.
    re.compile(r"(?<![0-9])[0-9]{6,14}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"),
    # A Discord token: the application's number in base64, a time, a signature.
    re.compile(r"(?<![\w-])[A-Za-z0-9_-]{22,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{20,}"),
    # Tokens inside Discord's own addresses: whoever has one can answer as the bot for a quarter of an hour.
    re.compile(r"(?<=/webhooks/)[0-9]+/[^/?\s\"']+"),
    re.compile(r"(?<=/interactions/)[0-9]+/[^/?\s\"']+"),
    # The password of an address.
    re.compile(r"(?<=://)[^/@:\s\"']*:[^/@\s\"']+(?=@)"),
)
_SHORTEST_SECRET = 8  # shorter words are too common to be blotted out of every line

Redact = Callable[[str], str]


def redactor(secrets: Iterable[str] = ()) -> Redact:
    """Return a function that blots out `secrets`, their secret halves, their escaped forms, and anything token-like."""
    needles: set[str] = set()
    for secret in secrets:
        for word in (secret, re.split(r"[:.]", secret)[-1]):
            needles |= {word, quote(word), quote(word, safe=""), repr(word)[1:-1], json.dumps(word)[1:-1]}
    longest_first = sorted((word for word in needles if len(word) >= _SHORTEST_SECRET), key=len, reverse=True)

    def redact(text: str) -> str:
        for needle in longest_first:
            text = text.replace(needle, REDACTED)
        for pattern in _PATTERNS:
            text = pattern.sub(REDACTED, text)
        return text

    return redact


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record of either library, then redacts the whole of it."""

    def __init__(self, redact: Redact, processors: list[Processor], before: list[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=before)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be formatted is told by name only, where the library would print its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        kind, _, _ = sys.exc_info()
        if kind is not None and not issubclass(kind, BrokenPipeError):
            sys.stderr.write(f"a log line of {record.name} could not be written: {kind.__name__}\n")


def configure(
    style: Literal["console", "json"] = "console",
    level: str = "info",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> Redact:
    """Send all logging of this process to `stream` (stderr), from `level` on, without `secrets`. May be called again.

    Unhandled exceptions of any thread go the same way. Returns the redactor, for text that does not pass through here.
    """
    redact = redactor(secrets)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_RedactingFormatter(redact, _rendering(style, handler.stream), before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a second call must reach loggers that already exist
    )
    _catch_unhandled()
    return redact


def _rendering(style: str, stream: TextIO) -> list[Processor]:
    drop_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if style == "json":
        return [
            drop_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    return [
        drop_meta,
        _one_line_event,
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback),
    ]


def _one_line_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep what a member typed from forging a second line: line ends in the event become visible."""
    event["event"] = str(event.get("event", "")).replace("\r", "\\r").replace("\n", "\\n")
    return event


def _catch_unhandled() -> None:
    log: Any = structlog.get_logger("unhandled")

    def of_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("unhandled error", exc_info=(kind, error, trace))

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            of_main(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: Any) -> None:
        log.error("error in a finaliser", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    sys.excepthook = of_main
    threading.excepthook = of_thread
    sys.unraisablehook = unraisable
