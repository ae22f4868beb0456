"""The static site: whole without a server, written again without noise, and careful with what is not ours."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.digest.archive import Archive, Event, Front
from bot.core.digest.issue import KeptIssue
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.web.archive import export
from bot.web.archive.export import LIST, SiteUnwritable, Written, write
from tests.web.archive.sample import NOW, archive, issue, meeting

LINK = re.compile(r'(?:href|src)="([^"]*)"')


class Kept:
    """A source with the sample's issues."""

    async def issue(self, group_id: GroupId, number: int) -> KeptIssue | None:
        return issue(number, Locale.EN if group_id == 4 else Locale.KO)

    async def latest(self, group_id: GroupId, limit: int) -> tuple[KeptIssue, ...]:
        return tuple(issue(number, Locale.EN if group_id == 4 else Locale.KO) for number in (3, 2, 1))

    async def dates(self, archive: Archive) -> tuple[Event, ...]:
        return (meeting(NOW),)


def drawn(*archives: Archive, address: str | None = None) -> dict[str, bytes]:
    front = Front(mark="f" * 32, locale=Locale.KO, archives=archives, address=address)
    return asyncio.run(export.site(Kept(), front))


TWO = (archive(), archive(Locale.EN, group=4))


@pytest.fixture
def made() -> dict[str, bytes]:
    return drawn(*TWO)


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def stamps(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in files(folder)}


def test_every_group_has_its_folder_with_everything_in_it(made: dict[str, bytes], tmp_path: Path) -> None:
    done = write(tmp_path / "new" / "site", made)
    own = {"index.html", "atom.xml", "calendar.ics", "style.css", "icon.svg"}
    korean = {f"g3/{name}" for name in {*own, "index.en.html", "1.html", "2.html", "3.html"}}
    english = {f"g4/{name}" for name in {*own, "index.ko.html", "1.html", "2.html", "3.html"}}
    around = {*own, "index.en.html", "404.html", ".nojekyll", LIST}
    assert files(tmp_path / "new" / "site") == korean | english | around
    assert done == Written(len(korean | english | around) - 1, 0, 0)
    assert all(b'lang="en"' in made[f"g4/{number}.html"] for number in (1, 2, 3))


def test_all_links_are_relative_and_lead_to_files_that_are_there(made: dict[str, bytes]) -> None:
    def links(name: str) -> Iterator[str]:
        yield from LINK.findall(made[name].decode())

    for name in (each for each in made if each.endswith((".html", ".xml"))):
        for link in links(name):
            if link.startswith(("https://", "#")):
                continue
            assert not link.startswith("/"), f"{name}: {link}"
            assert os.path.normpath(Path(name).parent / link) in made, f"{name}: {link}"


def test_an_address_makes_links_whole_where_they_are_taken_away(made: dict[str, bytes]) -> None:
    addressed = (replace(TWO[0], address="https://a.example/s/g3/"),)
    with_address = drawn(*addressed, address="https://a.example/s/")
    assert b'href="https://a.example/s/g3/3.html"' in with_address["g3/atom.xml"]
    assert b'href="https://a.example/s/g3/3.html"' in with_address["atom.xml"]
    assert b'href="https://a.example/s/style.css"' in with_address["404.html"]
    assert with_address["g3/3.html"] == made["g3/3.html"], "pages stay relative"
    assert b'href="3.html"' in made["g3/atom.xml"]


def test_running_twice_writes_only_what_changed(made: dict[str, bytes], tmp_path: Path) -> None:
    write(tmp_path, made)
    before = stamps(tmp_path)
    assert write(tmp_path, made) == Written(0, len(made), 0)
    assert stamps(tmp_path) == before
    changed = made | {"g3/index.html": b"another"}
    assert write(tmp_path, changed) == Written(1, len(made) - 1, 0)
    after = stamps(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {"g3/index.html"}


def test_what_is_public_no_more_goes_and_what_is_not_ours_stays(made: dict[str, bytes], tmp_path: Path) -> None:
    write(tmp_path, made)
    theirs = {"CNAME": "example.org", "g4/notes.txt": "mine", "g5/index.html": "mine", "about.html": "mine"}
    for name, said in theirs.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(said)
    done = write(tmp_path, drawn(TWO[0]))
    assert done.removed == 9
    assert not (tmp_path / "g4" / "3.html").exists()
    assert {name: (tmp_path / name).read_text() for name in theirs} == theirs
    write(tmp_path, {})
    assert files(tmp_path) == {*theirs, LIST}
    assert not (tmp_path / "g3").exists(), "an empty folder of ours goes too"


def test_what_is_in_the_way_is_never_overwritten(made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "g3").mkdir()
    (tmp_path / "g3" / "index.html").write_text("mine")
    with pytest.raises(SiteUnwritable, match="did not write"):
        write(tmp_path, made)
    assert files(tmp_path) == {"g3/index.html"}, "nothing was changed"


def test_what_says_the_same_is_not_in_the_way(made: dict[str, bytes], tmp_path: Path) -> None:
    write(tmp_path, made)
    (tmp_path / LIST).unlink()
    assert write(tmp_path, made).left == len(made)


def test_a_link_to_elsewhere_is_not_followed(made: dict[str, bytes], tmp_path: Path) -> None:
    elsewhere, site = tmp_path / "elsewhere", tmp_path / "site"
    elsewhere.mkdir()
    site.mkdir()
    (site / "g3").symlink_to(elsewhere)
    with pytest.raises(SiteUnwritable):
        write(site, made)
    (site / "g3").unlink()
    write(site, made)
    mine = elsewhere / "mine.html"
    mine.write_text("mine")
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(mine)
    write(site, made)
    assert mine.read_text() == "mine"
    assert not (site / "index.html").is_symlink()


@pytest.mark.parametrize(
    "told", ['{"files": ["../mine.html", "/etc/passwd", "g3/../../mine.html", "mine.html"]}', "{", "[1]", ""]
)
def test_a_list_that_somebody_changed_removes_nothing_else(told: str, made: dict[str, bytes], tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for mine in (tmp_path / "mine.html", site / "mine.html"):
        mine.write_text("mine")
    (site / LIST).write_text(told)
    write(site, made)
    write(site, {})
    assert (tmp_path / "mine.html").read_text() == (site / "mine.html").read_text() == "mine"


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    made: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = iter(range(8))
    real = Path.write_bytes

    def until_full(file: Path, drawn: bytes) -> int:
        if next(room, None) is None:
            real(file, drawn[: len(drawn) // 2])
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        return real(file, drawn)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", until_full)
        with pytest.raises(SiteUnwritable, match="the disk is full"):
            write(tmp_path, made)
    there = files(tmp_path)
    assert all((tmp_path / name).read_bytes() == made[name] for name in there - {LIST}), "nothing is half-written"
    changed = made | {"index.html": b"another"}
    assert write(tmp_path, changed).written > 0
    assert all((tmp_path / name).read_bytes() == changed[name] for name in changed)


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EACCES, "not allowed"), (errno.EROFS, "not allowed"), (errno.EIO, "cannot be written")]
)
def test_a_folder_that_cannot_be_written_to_is_told(
    number: int, said: str, made: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path, _: bytes) -> int:
        raise OSError(number, os.strerror(number), str(file))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(SiteUnwritable, match=said):
        write(tmp_path, made)
    assert files(tmp_path) == set()


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_file_in_the_place_of_the_folder_is_told(folder: str, made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SiteUnwritable):
        write(tmp_path / folder, made)
    assert (tmp_path / "file").read_text() == "mine"


def test_what_is_written_can_be_read_by_a_web_server(made: dict[str, bytes], tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(tmp_path, made)
    finally:
        os.umask(before)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in made} == {0o644}
