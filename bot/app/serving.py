"""The ways to run: every platform that has a token, the terminal, one answer. Stops in order when told to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot.adapters.console import Console, as_json, as_text
from bot.adapters.contract import CannotServe
from bot.app.garbage import settled
from bot.app.house import House, open_house
from bot.app.parts import Part, carrier, clockwork, station, website
from bot.chat.reply import Form
from bot.config import Settings, spoken_language
from bot.core.errors import Unavailable
from bot.core.refs import Platform
from bot.i18n import Locale
from bot.services.troubles import Trouble

log = structlog.get_logger(__name__)

GOODBYE = 3.0  # seconds for the hosts to be told why this ends
HARD_EXIT = 130  # a second signal: the host does not want to wait


async def run(settings: Settings) -> int:
    """Serve every platform that has a token, in this process; without any, open the console. Returns the exit code."""
    if not settings.platforms:
        return await console(settings)
    told = listen()
    async with open_house(settings) as house, clockwork(settings, house) as wing, settled():
        parts: list[Part] = [station(settings, house, wing, Platform(name)) for name in settings.served]
        if "scheduler" in settings.roles:
            parts.append(wing.timing())
        if settings.web_port is not None and "web" in settings.roles:
            parts.append(website(settings, house, wing, settings.web_port))
        await serve_until_told(parts, told, lambda ended: say_goodbye(house, ended))
    return 0


async def say_goodbye(house: House, ended: Sequence[tuple[Part, BaseException]]) -> None:
    """Tell the hosts, over a platform that is still connected, which one refuses us: nobody would notice for days."""
    refused = {str(getattr(part, "name", "")): error for part, error in ended if isinstance(error, CannotServe)}
    others = [owner for owner in house.owners if owner.platform.value not in refused]
    for name, error in refused.items():
        why = {"why_en": error.mend.en, "why_ko": error.mend.ko}
        for key in await house.troubles.found(Trouble.TOKEN, {"platform": name, **why}, others):
            await house.outbox.outcome(key, GOODBYE)


async def console(settings: Settings) -> int:
    """Answer in this terminal, or to piped lines, until the input ends."""
    async with open_house(settings) as house:
        terminal = Console(house.router, Locale(spoken_language(settings)))
        house.router.outlets[Platform.CONSOLE] = terminal
        async with clockwork(settings, house) as wing, settled():
            beside = [asyncio.create_task(part.serve()) for part in (carrier(house, wing), wing.timing())]
            try:
                await terminal.serve()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
    return 0


async def ask(settings: Settings, text: str, locale: Locale, user: str) -> tuple[str, dict[str, Any]]:
    """Return the answer to one line, as text and as plain JSON with the ids it shows."""
    async with open_house(settings) as house:
        answer = await Console(house.router, locale, user=user).answer(text)
    return (answer.title if isinstance(answer, Form) else as_text(answer)), as_json(answer)


def listen() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets from now on; a second signal ends the process there and then."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end_or_hard, told)
    return told


async def serve_until_told(
    parts: Sequence[Part],
    told: asyncio.Event,
    parting: Callable[[Sequence[tuple[Part, BaseException]]], Awaitable[None]] | None = None,
) -> None:
    """Serve until `told`, or until one platform cannot be served; then everyone may finish what is under way.

    `parting` is told of what ended it before the others are closed. Raises an `ExceptionGroup` of what the platforms
    raised.
    """
    serving = [asyncio.create_task(part.serve()) for part in parts]
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait([waiting, *serving], return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        log.info("stopping")
    elif parting is not None:
        done = [(part, task.exception()) for part, task in zip(parts, serving, strict=True) if task.done()]
        with suppress(TimeoutError, Unavailable):
            await asyncio.wait_for(parting([(part, error) for part, error in done if error is not None]), GOODBYE)
    waiting.cancel()
    for outcome in await asyncio.gather(*(part.close() for part in parts), return_exceptions=True):
        if isinstance(outcome, Exception):  # the others are to be closed, and what is held given back
            log.error("a part could not be closed", exc_info=outcome)
    for task in serving:
        task.cancel()  # one may be sleeping between two tries to connect
    failures = await asyncio.gather(*serving, return_exceptions=True)
    failed = [error for error in failures if isinstance(error, Exception)]
    if failed:
        raise ExceptionGroup("a platform cannot be served", failed)


def _end_or_hard(told: asyncio.Event) -> None:
    if told.is_set():
        os._exit(HARD_EXIT)
    told.set()
