"""`moim data links`: what the weekly look found, in a terminal, for whoever mends the rows."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from bot.core.link_health import LinkHealth, Verdict
from bot.services import shelf
from bot.services.shelf.places import places_of_rows
from bot.storage import Storage
from tests.cli.conftest import Host

DAY = datetime(2026, 12, 3, tzinfo=UTC)
OLD = "nanogpt"


def _find(folder: Path, *found: tuple[str, Verdict, str | None]) -> None:
    rows = shelf.load().catalogue

    async def keep() -> None:
        opened = await Storage.open(f"sqlite+aiosqlite:///{folder}/var/moim.db", clock=lambda: DAY)
        async with opened as storage, storage.write() as uow:
            for row, verdict, moved_to in found:
                link = rows[row].link
                assert link is not None
                health = LinkHealth(url=link, next_at=DAY, verdict=verdict, reason="404", since=DAY, moved_to=moved_to)
                await uow.link_checks.put(health)

    asyncio.run(keep())


def test_before_any_look_it_says_so(host: Host) -> None:
    said = host.moim("data", "links")
    assert said.code == 0 and said.lines[0].startswith("The bot has not looked at any link yet.")


def test_each_is_told_with_file_and_line_and_what_is_proposed(host: Host) -> None:
    _find(
        host.folder,
        (OLD, Verdict.DEAD, None),
        ("d2l", Verdict.MOVED, "https://d2l.example/"),
        ("cs50p", Verdict.FINE, None),
    )
    lines = host.moim("data", "links").lines
    place, _, rest = lines[0].partition(": ")
    file, _, line = place.rpartition(":")
    assert rest.endswith(f"({OLD})")
    assert Path(shelf.DATA_DIR.parent, file).read_text("utf-8").splitlines()[int(line) - 1] == f"[{OLD}]"
    assert lines[1].startswith("  does not open since 2026-12-03 (404): https://")
    assert any(each.startswith("  a row takes its place: ") for each in lines)
    assert "  instead: https://d2l.example/" in lines
    assert lines[-1].startswith("Open: 1. Moved: 1. Do not open: 1.")
    assert "Links of the catalogue: 1 do not open, 1 moved (moim data links)" in host.moim("status").lines


def test_machines_read_it_too(host: Host) -> None:
    _find(host.folder, (OLD, Verdict.DEAD, None))
    told = json.loads(host.moim("data", "links", "--json").out)
    assert told["counts"] == {"dead": 1}
    [link] = told["links"]
    assert (link["verdict"], link["reason"], link["rows"][0]["id"]) == ("dead", "404", OLD)
    assert link["successors"][0]["id"].startswith("nanochat")
    assert json.loads(host.moim("status", "--json").out)["links"] == {"dead": 1}


def test_a_row_that_a_host_replaced_is_to_be_mended_in_their_file(tmp_path: Path) -> None:
    own = tmp_path / "own" / "resources"
    own.mkdir(parents=True)
    (own / "ours.toml").write_text('\n[d2l]\ntitle = "Ours"\n', encoding="utf-8")
    places = places_of_rows(shelf.DATA_DIR, tmp_path / "own")
    assert places["d2l"] == f"{(tmp_path / 'own').as_posix()}/resources/ours.toml:2"
    assert set(places) >= {row.id for row in shelf.load().catalogue}
