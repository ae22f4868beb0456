"""Writes archives into a folder, for any web server, GitHub Pages or a disk; the folder may hold other things too.

Only what differs is written. What this program wrote and would not write any more is removed; nothing else is ever
removed or overwritten. All links are relative.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.core.digest.archive import Archive, Front
from bot.core.errors import Unavailable
from bot.i18n import Bilingual
from bot.web.archive import drawing, files

LIST = ".moim-site.json"  # the names of what we wrote; a folder without it has nothing of ours
MISSING = "404.html"  # GitHub Pages shows it for every address that leads nowhere
PLAIN = ".nojekyll"  # and leaves the files as they are when this one is there
# What we may ever have written: a list that somebody changed makes us remove nothing else.
_OURS = re.compile(
    r"(?:g[0-9]+/)?(?:index(?:\.[a-z]{2})?\.html|[0-9]+\.html|atom\.xml|calendar\.ics|style\.css|icon\.svg)"
)


class SiteUnwritable(Unavailable):
    """A folder cannot take the pages; `problem` says why and `mend` what the host can do."""

    def __init__(self, problem: Bilingual, mend: Bilingual) -> None:
        """Hold both texts; `str()` is the English of them."""
        super().__init__()
        self.args = (f"{problem.en} {mend.en}",)
        self.problem = problem
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written because they are new or changed, left as they were, and removed."""

    written: int
    left: int
    removed: int


async def lone_site(source: files.Source, archive: Archive) -> dict[str, bytes]:
    """Return every file of a site that has one archive alone."""
    return await _own(source, archive) | _around(archive)


async def site(source: files.Source, front: Front) -> dict[str, bytes]:
    """Return every file of all archives, each archive in a folder of its own beside the page before them."""
    found: dict[str, bytes] = {}
    for name in files.front_names(front):
        found |= _named(name, await files.front_file(source, front, name))
    for archive in front.archives:
        folder = f"{drawing.folder_of(archive)}/"
        found |= {f"{folder}{name}": drawn for name, drawn in (await _own(source, archive)).items()}
    return found | _around(front)


async def _own(source: files.Source, archive: Archive) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in files.names(archive):
        found |= _named(name, await files.file(source, archive, name))
    return found


def write(folder: Path, made: Mapping[str, bytes]) -> Written:
    """Bring a folder to hold `made`, whatever else it holds. Raises `SiteUnwritable`, before anything is changed
    when the folder holds something else under one of the names.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _listed(folder)
        _refuse_strangers(folder, made, before)
        _list(folder, before | made.keys())
        changed = [name for name, drawn in made.items() if _put(folder / name, drawn)]
        removed = [name for name in sorted(before - made.keys()) if _remove(folder, name)]
        _list(folder, frozenset(made))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return Written(len(changed), len(made) - len(changed), len(removed))


def _named(name: str, drawn: bytes | None) -> dict[str, bytes]:
    return {} if drawn is None else {name: drawn}


def _around(of: Front | Archive) -> dict[str, bytes]:
    style = f"{of.address or ''}{drawing.STYLE}"  # relative, it is there in every folder
    return {MISSING: drawing.notice_page("missing", of.locale, style).encode(), PLAIN: b""}


def _listed(folder: Path) -> frozenset[str]:
    """Return what we wrote here earlier; nothing when that cannot be read any more."""
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        names = frozenset(told["files"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return frozenset()
    return frozenset(name for name in names if name in (MISSING, PLAIN) or _OURS.fullmatch(name))


def _list(folder: Path, names: frozenset[str]) -> None:
    _put(folder / LIST, (json.dumps({"files": sorted(names)}, indent=1) + "\n").encode())


def _refuse_strangers(folder: Path, made: Mapping[str, bytes], ours: frozenset[str]) -> None:
    """Raise `SiteUnwritable` when something is in the way that is not ours."""
    for name, drawn in made.items():
        file = folder / name
        if file.parent.is_symlink() or (file.parent.exists() and not file.parent.is_dir()):
            raise _in_the_way(file.parent)
        if name in ours and not file.is_dir():
            continue
        if file.is_symlink() or file.is_dir() or (file.exists() and file.read_bytes() != drawn):
            raise _in_the_way(file)


def _put(file: Path, drawn: bytes) -> bool:
    """Write a file when that changes it; it is never seen half-written."""
    if file.is_file() and not file.is_symlink() and file.read_bytes() == drawn:
        return False
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(drawn)
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return True


def _remove(folder: Path, name: str) -> bool:
    """Remove a file of ours, and its folder when nothing is left in it."""
    file = folder / name
    if file.parent.is_symlink() or not (file.is_file() or file.is_symlink()):
        return False
    file.unlink()
    if file.parent != folder:
        with suppress(OSError):  # something of somebody else's is in it
            file.parent.rmdir()
    return True


def _in_the_way(file: Path) -> SiteUnwritable:
    return SiteUnwritable(
        Bilingual(
            f"{file}에 이 프로그램이 쓰지 않은 것이 있어요.",
            f"There is something at {file} that this program did not write.",
        ),
        Bilingual(
            "옮기거나 다른 폴더를 고르세요. 아무것도 바꾸지 않았어요.",
            "Move it away, or choose another folder. Nothing was changed.",
        ),
    )


def _unwritable(folder: Path, error: OSError) -> SiteUnwritable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SiteUnwritable(
            Bilingual(f"{folder}: 디스크가 가득 찼어요.", f"{folder}: the disk is full."),
            Bilingual(
                "자리를 만들고 다시 실행하세요. 빠진 파일만 이어서 써요.",
                "Make room and run it again: it goes on with what is missing.",
            ),
        )
    at = error.filename or folder
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SiteUnwritable(
            Bilingual(f"{at}: 쓸 권한이 없어요.", f"{at}: writing is not allowed."),
            Bilingual(
                "쓸 수 있는 폴더를 고르거나 권한을 바꾸세요.",
                "Choose a folder that you may write to, or change its rights.",
            ),
        )
    reason = error.strerror or type(error).__name__
    return SiteUnwritable(
        Bilingual(f"{at}에 쓸 수 없어요 ({reason}).", f"{at} cannot be written ({reason})."),
        Bilingual("다른 폴더를 고르세요.", "Choose another folder."),
    )
