"""`moim reports`: the links that members say are broken, in the host's own terminal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.core.refs import Platform, UserRef
from bot.storage import Storage
from tests.cli.conftest import Host

DAY = datetime(2026, 12, 3, tzinfo=UTC)


def _report(folder: Path, *resources: str, users: int = 1) -> None:
    async def report() -> None:
        opened = await Storage.open(f"sqlite+aiosqlite:///{folder}/var/moim.db", clock=lambda: DAY)
        async with opened as storage, storage.write() as uow:
            for number in range(users):
                identity = await uow.people.meet(UserRef(Platform.DISCORD, str(number)), "en", DAY)
                for resource in resources:
                    await uow.reports.add(identity.id, resource, DAY)

    asyncio.run(report())


def test_without_a_report_it_says_so(host: Host) -> None:
    said = host.moim("reports")
    assert (said.code, said.lines) == (0, ["No link is said to be broken."])


def test_each_link_is_a_line_with_how_many_say_so_and_what_could_take_its_place(host: Host) -> None:
    _report(host.folder, "stanford-cs231n-2017", users=2)
    _report(host.folder, "d2l", "long-gone-row")
    said = host.moim("reports")
    assert said.code == 0
    first, second, third = said.lines
    assert (
        first.startswith("Stanford CS231n")
        and "(stanford-cs231n-2017) · 2 people · since 2026-12-03 · https://" in first
    )
    assert "instead: stanford-cs231n-2025" in first
    assert second == "Dive into Deep Learning (d2l) · one person · since 2026-12-03 · https://d2l.ai/"
    assert third == "long-gone-row · one person · since 2026-12-03 · no longer in the catalogue"


def test_it_speaks_the_hosts_language(host: Host) -> None:
    _report(host.folder, "d2l")
    assert host.moim("reports", DEFAULT_LOCALE="ko").lines == [
        "Dive into Deep Learning (d2l) · 1명 · 2026-12-03부터 · https://d2l.ai/"
    ]
