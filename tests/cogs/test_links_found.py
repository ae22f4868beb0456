"""What the weekly look at links found, as organisers and the host see it: the link, and what is proposed instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.config import Settings
from bot.core.link_health import LinkHealth, Verdict
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.link_check import rows_by_link
from tests.callers import GUILD, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, words_of

ADMIN = replace(on_server("1"), admin=True)
SINCE = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
async def house(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings) as opened:
        await opened.router.space_arrived(GUILD, "Lab")
        await opened.router.press(in_private(HOST.id), f"doors.approve|{GUILD.platform.value}|{GUILD.id}")
        yield opened


async def _found(house: House, url: str, verdict: Verdict, reason: str = "", moved_to: str | None = None) -> None:
    link = LinkHealth(url=url, next_at=SINCE, verdict=verdict, reason=reason, moved_to=moved_to, since=SINCE)
    async with house.storage.write() as uow:
        await uow.link_checks.put(link)


def _link(catalogue: Shelf, row: str) -> str:
    found = catalogue.catalogue[row].link
    assert found is not None
    return found


async def test_organisers_see_dead_links_first_each_with_what_could_take_its_place(
    house: House, catalogue: Shelf
) -> None:
    await _found(house, _link(catalogue, "d2l"), Verdict.MOVED, moved_to="https://d2l.example.org/new")
    await _found(house, _link(catalogue, "nanogpt"), Verdict.DEAD, "404")
    await _found(house, _link(catalogue, "cs50p"), Verdict.UNSURE, "403")
    said = words_of(await house.router.call(ADMIN, "manage", {"what": "links"}))
    assert said.index("Does not open since 2026-11-20 (404).") < said.index(
        "Lives at another address since 2026-11-20."
    )
    assert "A weekly look found 2 links to mend" in said
    assert "Instead: nanochat" in said.split("Lives at")[0]
    assert "Instead: d2l.example.org/new" in said
    assert "CS50" not in said, "what turns programs away is said to nobody"


async def test_a_panel_without_reports_has_no_buttons_for_them(house: House, catalogue: Shelf) -> None:
    await _found(house, _link(catalogue, "d2l"), Verdict.DEAD, "unreachable")
    panel = await house.router.call(ADMIN, "manage", {"what": "links"})
    assert list(buttons_of(panel)) == ["Look again", "Back"]
    assert "(nobody answers)" in words_of(panel)


async def test_many_are_counted_and_five_are_shown(house: House, catalogue: Shelf) -> None:
    links = list(rows_by_link(catalogue))[:9]
    for url in links:
        await _found(house, url, Verdict.DEAD, "410")
    said = words_of(await house.router.call(ADMIN, "manage", {"what": "links"}))
    assert said.count("Does not open since") == 5 and "And 4 more." in said


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_host_is_told_with_the_proposal_and_not_of_what_was_mended(
    house: House, catalogue: Shelf, language: str
) -> None:
    dead, back = _link(catalogue, "nanogpt"), _link(catalogue, "d2l")
    await _found(house, dead, Verdict.DEAD, "too_slow")
    await _found(house, back, Verdict.FINE)
    caller = in_private(HOST.id, language=language)
    reply = await house.router.post("reports.dead", caller, urls=[dead, back, "https://gone.example/"])
    said = words_of(reply)  # type: ignore[arg-type]
    assert "nanoGPT" in said and "d2l" not in said and "2026-11-20" in said
    assert list(buttons_of(reply)) == [{"en": "See all of them", "ko": "모두 보기"}[language]]  # type: ignore[arg-type]
    assert await house.router.post("reports.dead", caller, urls=[back]) is None
