"""The verbs that start the bot itself: `run`, `console` and `ask`.

They read the settings, set up the log and hand over to `bot.app`; they know no platform.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from collections.abc import Callable, Coroutine
from typing import Any

from bot import cli, config, log
from bot.cli.failures import tell
from bot.cli.terminal import Terminal
from bot.config import Settings
from bot.i18n import Locale


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the platforms that have a token, or open the console when none has."""

    async def serve(settings: Settings) -> int:
        from bot import app

        return await app.run(settings)

    return with_settings(serve, terminal, quiet=False, collected=False)


def console(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer in the terminal, whatever tokens there are."""

    async def serve(settings: Settings) -> int:
        from bot import app

        return await app.console(settings)

    return with_settings(serve, terminal, collected=False)


def ask(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer once and end."""

    async def answer(settings: Settings) -> int:
        from bot import app

        locale = Locale(arguments.locale or config.spoken_language(settings))
        shown, as_json = await app.ask(settings, _readable(" ".join(arguments.text)), locale, arguments.user)
        terminal.say(json.dumps(as_json, ensure_ascii=False, indent=2) if arguments.json else shown)
        return cli.OK

    return with_settings(answer, terminal, collected=False)


def with_settings(
    act: Callable[[Settings], Coroutine[Any, Any, int]],
    terminal: Terminal,
    *,
    quiet: bool = True,
    collected: bool = True,
) -> int:
    """Read the settings, speak their language, set up the log, and run `act`; what it raises is told.

    `quiet` keeps the log to warnings (unless `LOG_LEVEL` says otherwise) where a person reads the terminal; without a
    token that is always so. Not `collected` is what begins with a start and turns the garbage collector on after it.
    """
    settings = config.load()
    terminal.locale = Locale(config.spoken_language(settings))
    for wrong, meant in config.misspelt():
        terminal.complain(terminal.text("host.settings.misspelt", wrong=wrong, meant=meant))
    calm = (quiet or not settings.platforms) and "log_level" not in settings.model_fields_set
    log.configure(settings.log_format, "warning" if calm else settings.log_level, settings.secrets)
    if collected:
        gc.enable()
    try:
        return asyncio.run(act(settings))
    except BrokenPipeError:
        raise
    except Exception as error:
        return tell(error, terminal, settings.secrets, settings.backup_folder_or_default)


def _readable(text: str) -> str:
    """Return `text` without the surrogates that stand for bytes of the command line that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
