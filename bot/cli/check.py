"""`moim check`: everything a host can get wrong, each with its mend, without changing anything.

Collects findings from the settings, this machine, the database, the catalogue and, unless told to stay offline, from
the platforms. It asks each thing once and goes on when one of them does not answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

from bot import cli, config
from bot.cli.failures import mend_of, settings_line
from bot.cli.findings import Finding, Grade, fine, note, wrong
from bot.cli.terminal import Terminal
from bot.config import Settings, SettingsError
from bot.i18n import Bilingual, Locale
from bot.log import redactor

MIN_PYTHON = (3, 11)
_MIB = 1 << 20
FULL_MIB, TIGHT_MIB = 50, 500
"""Free space below which the database will soon fail, and below which the host should know."""
_SHOWN_FINDINGS = 5
_OTHERS_MAY_READ = 0o077


def check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print every finding; return 1 when something is wrong."""
    return asyncio.run(_check(terminal, offline=arguments.offline))


async def _check(terminal: Terminal, *, offline: bool) -> int:
    try:
        settings = config.load()
    except SettingsError as error:
        for problem in error.problems:
            terminal.say(f"{Grade.WRONG} {settings_line(problem, terminal)}")
        terminal.say(terminal.text("host.check.settings_first"))
        return cli.FOUND
    terminal.locale = Locale(config.spoken_language(settings))
    redact = redactor(settings.secrets)
    grades: Counter[Grade] = Counter()
    async for finding in _findings(settings, terminal, offline=offline):
        grades[finding.grade] += 1
        terminal.say(redact(_line(finding, terminal)))
    terminal.say(_summary(grades, terminal))
    return cli.FOUND if grades[Grade.WRONG] else cli.OK


def _summary(grades: Counter[Grade], terminal: Terminal) -> str:
    counted = (("host.check.summary", grades[Grade.WRONG]), ("host.check.noted", grades[Grade.NOTE]))
    said = [terminal.text(key, count=count) for key, count in counted if count]
    return " ".join(said) or terminal.text("host.check.all_well")


def _line(finding: Finding, terminal: Terminal) -> str:
    if finding.said is not None:
        return f"{finding.grade} {finding.said}"
    # A value in both languages is said in the terminal's.
    values = {
        name: value(terminal.locale) if isinstance(value, Bilingual) else value
        for name, value in finding.values.items()
    }
    line = f"{finding.grade} {terminal.text(f'host.check.{finding.key}', **values)}"
    if finding.grade is Grade.FINE:
        return line
    return f"{line} → {terminal.text(f'host.check.{finding.key}_mend', **values)}"


async def _findings(settings: Settings, terminal: Terminal, *, offline: bool) -> AsyncIterator[Finding]:
    for finding in (*_of_settings(settings, terminal), *_of_machine(settings)):
        yield finding
    async for finding in _of_database(settings, terminal):
        yield finding
    for finding in _of_catalogue(settings):
        yield finding
    if not settings.platforms:
        return
    if offline:
        yield note("offline")
        return
    from bot.cli.check_platforms import of_platforms

    async for finding in of_platforms(settings):
        yield finding


def _of_settings(settings: Settings, terminal: Terminal) -> Iterator[Finding]:
    file = config.ENV_FILE
    for misspelt, meant in config.misspelt(file):
        yield Finding(Grade.NOTE, "", {}, terminal.text("host.settings.misspelt", wrong=misspelt, meant=meant))
    if os.name == "posix" and file.is_file() and file.stat().st_mode & _OTHERS_MAY_READ:
        yield note("env_mode", file=file)
    if not settings.platforms:
        yield note("no_token")
    if settings.platforms and not settings.owners:
        yield note("no_owners")
    elif settings.owners:
        yield fine("owners", owners=", ".join(":".join(owner) for owner in settings.owners))


def _of_machine(settings: Settings) -> Iterator[Finding]:
    if sys.version_info < MIN_PYTHON:
        yield wrong("python", version=sys.version.split()[0])
    now = datetime.now(settings.zone)
    if settings.default_timezone is None:
        guessed = fine if settings.default_locale == "ko" else note
        yield guessed("zone_guessed", zone=settings.zone.key, now=f"{now:%H:%M}", locale=settings.default_locale)
    else:
        yield fine("zone", zone=settings.zone.key, now=f"{now:%H:%M}")


async def _of_database(settings: Settings, terminal: Terminal) -> AsyncIterator[Finding]:
    from bot.storage import StorageError
    from bot.storage.look import look

    try:
        seen = await look(settings.database_url)
    except StorageError as error:
        yield Finding(Grade.WRONG, "", {}, mend_of(error, terminal))
        return
    server = "_server" if seen.path is None else ""  # where nothing is made but tables, and no copy
    if seen.revision is None:
        yield fine(f"database_new{server}", place=seen.shown)
    elif seen.revision == seen.newest:
        yield fine("database", place=seen.shown, revision=seen.revision)
    else:
        yield note(f"database_old{server}", place=seen.shown, revision=seen.revision, newest=seen.newest)
    if seen.path is not None:
        for finding in _of_folder(seen.path):
            yield finding


def _of_folder(database: Path) -> Iterator[Finding]:
    """Tell whether the database's folder, or the nearest one that exists above it, can be written and has room."""
    folder = database.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield wrong("folder", folder=folder)
        return
    if database.exists() and not os.access(database, os.W_OK):
        yield wrong("folder", folder=database)
        return
    free = shutil.disk_usage(folder).free // _MIB
    grade = wrong if free < FULL_MIB else note if free < TIGHT_MIB else fine
    yield grade("disk", folder=folder, free=f"{free:,}")


def _of_catalogue(settings: Settings) -> Iterator[Finding]:
    from bot.services import shelf

    findings = shelf.check()
    if findings:
        yield wrong("catalogue", count=len(findings), first=findings[0])
        return
    folder = settings.overlay
    yield fine("catalogue_fine", count=len(shelf.load().catalogue))
    if not folder.is_dir():
        if settings.catalogue_overlay != Settings.model_fields["catalogue_overlay"].default:
            yield note("overlay_missing", folder=folder)
        return
    own = shelf.check_overlay(folder)
    yield wrong("overlay", folder=folder, count=len(own), first=own[0]) if own else fine("overlay_fine", folder=folder)
