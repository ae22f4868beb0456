"""Backups of the database: one file each, made while it is in use, the old ones removed when their time is over.

On PostgreSQL there are none: its own tools make them, and `CopiedElsewhere` says how.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.backups import is_spent, moment_beside, moment_of, name_of, spent
from bot.services.troubles import Trouble, Troubles
from bot.storage import Storage, StorageError, errors
from bot.storage.copying import UNFINISHED

LONGEST = timedelta(hours=6)  # that making one can take


class Backups:
    """The nightly ones."""

    def __init__(
        self, storage: Storage, folder: Path | None, clock: Callable[[], datetime], troubles: Troubles
    ) -> None:
        """Keep backups of `storage` in `folder`, and tell when one cannot be made; None: make none."""
        self._storage, self._folder, self._clock, self._troubles = storage, folder, clock, troubles

    async def night(self) -> Path | None:
        """Make one and remove those that have had their time, also when it could not be made."""
        try:
            made = await self.make()
        except StorageError as error:
            told = {"why_en": f"{error.problem.en} {error.mend.en}", "why_ko": f"{error.problem.ko} {error.mend.ko}"}
            await self._troubles.found(Trouble.BACKUP, told)
            raise
        else:
            await self._troubles.over(Trouble.BACKUP)
            return made
        finally:
            await self.tidy()

    async def make(self) -> Path | None:
        """Make one and return it, None where none is wanted. Raises a `StorageError`."""
        if self._folder is None or self._storage.file is None:
            return None
        file = self._folder / name_of(self._clock())
        await asyncio.to_thread(ready, self._folder)
        await self._storage.backup(file)
        return file

    async def tidy(self) -> int:
        """Remove backups that are no longer kept and copies past their time; return how many that were."""
        return await asyncio.to_thread(self._tidy)

    def _tidy(self) -> int:
        now, gone = self._clock(), 0
        if self._folder is not None and self._folder.is_dir():
            made = {file: at for file in self._folder.iterdir() if (at := moment_of(file.name)) is not None}
            over = spent(made.values(), now)
            gone += _removed([file for file, at in made.items() if at in over])
            # A process that was killed on the way left it; one that is being made now is younger.
            begun = [
                (file, moment_of(file.name.removesuffix(UNFINISHED))) for file in self._folder.glob(f"*{UNFINISHED}")
            ]
            gone += _removed([file for file, at in begun if at is not None and now - at > LONGEST])
        database = self._storage.file
        if database is not None:
            beside = [(file, moment_beside(file.name, database.name)) for file in database.absolute().parent.iterdir()]
            gone += _removed([file for file, at in beside if at is not None and is_spent(at, now)])
        return gone


async def back_up(url: str, to: Path | None, folder: Path, now: datetime) -> Path:
    """Copy the database at `url` to a file, or into a folder under a name of its own, and return the file.

    Without `to` it goes into `folder`. Raises a `StorageError`.
    """
    target = await asyncio.to_thread(_target, to, folder, now)
    await Storage.copy_of(url, target)
    return target


def _target(to: Path | None, folder: Path, now: datetime) -> Path:
    """Return the file to write; its folder is there. What has no ending is a folder."""
    target = to if to is not None and to.suffix and not to.is_dir() else (to or folder) / name_of(now)
    ready(target.parent)
    return target


def newest(folder: Path | None) -> Path | None:
    """Return the newest backup in a folder that need not exist."""
    if folder is None or not folder.is_dir():
        return None
    made = [file for file in folder.iterdir() if moment_of(file.name) is not None]
    return max(made, key=lambda file: file.name, default=None)


def ready(folder: Path) -> None:
    """Make a folder for backups that only this user may look into. Raises `DirectoryNotWritable`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise errors.DirectoryNotWritable(folder) from None


def _removed(files: list[Path]) -> int:
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)
