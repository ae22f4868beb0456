"""`moim export site`: what a host gets into a folder, and what they are told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.core.people import GroupId
from bot.i18n import Locale
from tests.cli.conftest import Host, Said
from tests.web.archive.house import PLACE, database, issued_club
from tests.web.archive.sample import issue


@pytest.fixture
def site(host: Host) -> Path:
    return host.folder / "site"


def publish(host: Host, public: bool = True, *, another: bool = False) -> None:
    """Let a group's archive be public, in a database made for it where there is none."""

    async def act() -> None:
        async with issued_club(host.folder) as made:
            await made.archives.publish(made.group.id, public)
            if another:
                other = await made.another_group("Friday Papers", Locale.EN)
                await made.keep(issue(1, Locale.EN), group_id=other.id)
                await made.archives.entrance(GroupId(other.id))

    asyncio.run(act())


def export(host: Host, *argv: str) -> Said:
    return host.moim("export", "site", "site", *argv, DATABASE_URL=database(host.folder), DEFAULT_LOCALE="en")


def test_everything_public_is_there_and_a_second_time_changes_nothing(host: Host, site: Path) -> None:
    publish(host, another=True)
    said = export(host)
    assert (said.code, said.err) == (0, "")
    assert "written, 0 as they were, 0 removed." in said.out
    assert sorted(file.name for file in (site / "g1").iterdir()) == [
        *("1.html", "2.html", "3.html", "atom.xml", "calendar.ics", "icon.svg", "index.en.html", "index.html"),
        "style.css",
    ]
    assert not (site / "g2").exists(), "nobody made it public"
    assert "목요 논문" in (site / "index.html").read_text(encoding="utf-8")
    assert PLACE not in "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.ics"))
    assert ": 0 written, " in export(host).out
    publish(host, public=False)
    assert ", 9 removed." in export(host).out
    assert not (site / "g1").exists()
    assert "목요 논문" not in (site / "index.html").read_text(encoding="utf-8")


def test_one_group_alone_has_no_folder_of_its_own(host: Host, site: Path) -> None:
    publish(host)
    for name in ("1", "목요 논문"):
        assert export(host, "--group", name).code == 0
        there = {file.name for file in site.iterdir()}
        assert {"index.html", "3.html", "atom.xml", "calendar.ics", "404.html", ".nojekyll"} <= there
    missing = export(host, "--group", "nobody's")
    assert (missing.code, missing.err) == (1, "There is no study group nobody's.\n")


def test_what_is_private_is_drawn_when_the_host_says_so_and_asks_to_be_left_out(host: Host, site: Path) -> None:
    publish(host, public=False)
    refused = export(host, "--group", "1")
    assert refused.code == 1
    assert "is not public" in refused.err
    assert not site.exists()
    assert export(host, "--group", "1", "--private").code == 0
    assert 'content="noindex, nofollow"' in (site / "3.html").read_text(encoding="utf-8")


def test_an_address_makes_the_links_of_feeds_and_calendars_whole(host: Host, site: Path) -> None:
    publish(host)
    assert export(host, "--url", "https://example.org/moim").code == 0
    assert 'href="https://example.org/moim/g1/3.html"' in (site / "g1" / "atom.xml").read_text(encoding="utf-8")
    assert "https://example.org/moim/g1/3.html" in (site / "g1" / "calendar.ics").read_text(encoding="utf-8")
    wrong = export(host, "--url", "example.org")
    assert wrong.code == 2
    assert wrong.err.startswith("--url: example.org is no address of a folder of pages.")


def test_what_cannot_be_written_is_told_in_one_line(host: Host, site: Path) -> None:
    publish(host)
    site.mkdir()
    (site / "index.html").write_text("mine")
    said = export(host)
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "did not write" in said.err
    assert (site / "index.html").read_text() == "mine"
    assert (
        "이 프로그램이 쓰지 않은 것"
        in host.moim("export", "site", "site", DATABASE_URL=database(host.folder), DEFAULT_LOCALE="ko").err
    )


def test_with_nothing_public_the_site_says_so(host: Host, site: Path) -> None:
    publish(host, public=False)
    assert export(host).code == 0
    assert "No group has a public archive." in (site / "index.html").read_text(encoding="utf-8")
