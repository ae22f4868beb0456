"""How a failure is told to the host: one line with the mend, no traceback, and the exit code that fits.

Knows errors by what they carry (`mend`, `problem`), and by name only those that change the exit code. What nobody
foresaw is written, without secrets, to a file that the line names.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import cli
from bot.cli.terminal import Terminal
from bot.config import VAR, Problem, SettingsError
from bot.i18n import Bilingual
from bot.log import redactor

if TYPE_CHECKING:
    from bot.services.shelf import DataError

CRASH_FILE = VAR / "moim-error.log"


def tell(error: Exception, terminal: Terminal, secrets: tuple[str, ...] = (), backups: Path | None = None) -> int:
    """Print `error` (also every part of an exception group), `secrets` blotted out, and return the exit code.

    When the database is damaged, the newest of the `backups` is named with the line that puts it back.
    """
    redact = redactor(secrets)
    codes = []
    for part in _parts(error):
        if isinstance(part, SettingsError):
            lines = [settings_line(problem, terminal) for problem in part.problems]
        elif isinstance(part, _catalogue_error()):
            lines = [catalogue_line(part.findings, terminal)]
        elif _has_mend(part):
            lines = [_mend_line(part, terminal), *_backup_line(part, terminal, backups)]
        else:
            lines = [_unforeseen(part, terminal, secrets)]
        for line in lines:
            terminal.complain(redact(line))
        codes.append(exit_code(part))
    return max(codes)


def exit_code(error: BaseException) -> int:
    """Return 78 for what only another setting mends, so that nothing starts the program again in vain, else 1."""
    from bot.adapters.contract import CannotServe
    from bot.storage.errors import DatabaseOptionUnknown, DatabaseUrlUnknown, DriverMissing, SchemaTooNew

    of_address = (DatabaseUrlUnknown, DatabaseOptionUnknown, DriverMissing)
    needs_setting = (SettingsError, CannotServe, *of_address, SchemaTooNew)
    return cli.CONFIGURATION if isinstance(error, needs_setting) else cli.FOUND


def settings_line(problem: Problem, terminal: Terminal) -> str:
    """Return the line that tells what is wrong with one setting and what would be right."""
    return terminal.text(f"host.settings.{problem.kind}", variable=problem.variable, **problem.values)


def catalogue_line(findings: Sequence[object], terminal: Terminal) -> str:
    """Return the line that tells of the catalogue's mistakes, of which `findings` has at least one."""
    said = terminal.text("host.check.catalogue", count=len(findings), first=findings[0])
    return f"{said} → {terminal.text('host.check.catalogue_mend')}"


def mend_of(error: BaseException, terminal: Terminal) -> str:
    """Return what went wrong and its mend in the terminal's language, for an error that carries one."""
    return _mend_line(error, terminal)


def _parts(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _parts(part)
    else:
        yield error


def _catalogue_error() -> type[DataError]:
    from bot.services.shelf import DataError  # here, because only a failure needs it

    return DataError


def _has_mend(error: BaseException) -> bool:
    return isinstance(getattr(error, "mend", None), Bilingual)


def _mend_line(error: BaseException, terminal: Terminal) -> str:
    texts = [getattr(error, name, None) for name in ("problem", "mend")]
    said = [text(terminal.locale) for text in texts if text is not None]
    return " ".join(" ".join(said).split())


def _backup_line(error: BaseException, terminal: Terminal, folder: Path | None) -> list[str]:
    from bot.services.backups import newest
    from bot.storage.errors import DatabaseUnreadable

    copy = newest(folder) if isinstance(error, DatabaseUnreadable) else None
    return [terminal.text("host.backup.newest", copy=copy)] if copy is not None else []


def _unforeseen(error: BaseException, terminal: Terminal, secrets: tuple[str, ...]) -> str:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    kept = _keep_trace(error, secrets)
    return terminal.text("host.failure.unforeseen", what=what, file=kept or "-")


def _keep_trace(error: BaseException, secrets: tuple[str, ...]) -> Path | None:
    """Write the traceback beside the database when its folder is there, else among temporary files; return the file."""
    trace = redactor(secrets)("".join(traceback.format_exception(error)))
    text = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{trace}"
    try:
        CRASH_FILE.write_text(text, encoding="utf-8")
    except OSError:
        pass
    else:
        return CRASH_FILE
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="moim-error-", suffix=".log", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError:
        return None
    return Path(file.name)
