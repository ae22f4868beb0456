"""`moim simulate`: the coming days in seconds, on a copy: every message with its times, and nothing changed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.outbox import LetterState
from bot.core.people import Preferences
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule, Rule
from bot.storage import Storage
from tests.cli.conftest import Host

NOW = datetime.now(UTC)
SOON = (NOW + timedelta(hours=2)).replace(second=0, microsecond=0)


async def _opened(folder: Path) -> Storage:
    return await Storage.open(f"sqlite+aiosqlite:///{folder}/var/moim.db", clock=lambda: NOW)


def _remind(folder: Path, *, group: str | None = None) -> None:
    """Somebody in Seoul every day, somebody without a zone once, somebody who blocked the bot."""

    async def remind() -> None:
        async with await _opened(folder) as storage, storage.write() as uow:
            people = [UserRef(Platform.DISCORD, "1"), UserRef(Platform.TELEGRAM, "2"), UserRef(Platform.TELEGRAM, "3")]
            ids = [await uow.people.meet(user, "en", NOW) for user in people]
            await uow.people.prefer(ids[0].person_id, Preferences(timezone="Asia/Seoul"))
            rule = Rule("FREQ=DAILY", SOON.replace(tzinfo=None), "UTC")
            of_group = (await uow.groups.create(group, NOW)).id if group else None
            for number, identity in enumerate(ids):
                new = NewSchedule(
                    "reminder",
                    SOON + timedelta(minutes=number),
                    {"text": f"lecture {number}"},
                    identity_id=identity.id,
                    group_id=of_group if number == 0 else None,
                    rule=rule if number == 0 else None,
                )
                await uow.schedules.add(new, NOW)
            await uow.unreachable.mark(people[2], "blocked", NOW)

    asyncio.run(remind())


def test_nothing_due_is_said_so(host: Host) -> None:
    said = host.moim("simulate", "--days", "3")
    assert (said.code, said.lines) == (0, ["Nothing is due in the next 3 days."])


def test_every_message_has_its_time_in_its_readers_zone(host: Host) -> None:
    _remind(host.folder)
    said = host.moim("simulate", "--days", "2.5", DEFAULT_TIMEZONE="Europe/Paris")
    assert said.code == 0
    heads = [line for line in said.lines if " · " in line and not line.startswith("    ")]
    seoul = f"{SOON + timedelta(hours=9):%Y-%m-%d %H:%M} Asia/Seoul · discord:1"
    assert heads[0] == seoul
    assert heads[1].endswith("Europe/Paris · telegram:2")
    assert heads[2].endswith("telegram:3")
    assert "    lecture 0" in said.lines
    assert "    lecture 1" in said.lines
    assert "    not sent: withheld (blocked)" in said.lines
    assert said.lines[-1] == "Messages in the next 2.5 days: 5. Nothing was sent.", "three days of the daily one"


def test_the_database_is_as_it_was(host: Host) -> None:
    _remind(host.folder)
    host.moim("simulate")

    async def ask() -> tuple[datetime | None, dict[LetterState, int]]:
        async with await _opened(host.folder) as storage, storage.read() as uow:
            return await uow.schedules.earliest(), dict(await uow.outbox.counts(NOW - timedelta(days=1)))

    assert asyncio.run(ask()) == (SOON, {})


def test_scripts_read_it_as_json_and_one_group_apart(host: Host) -> None:
    _remind(host.folder, group="Deep learners")
    for name in ("Deep learners", "1"):
        found = json.loads(host.moim("simulate", "--days", "1", "--group", name, "--json").out)
        assert [each["to"] for each in found] == ["discord:1"]
        assert found[0]["at"] == SOON.isoformat()
        assert found[0]["times"] == {"Asia/Seoul": f"{SOON + timedelta(hours=9):%Y-%m-%d %H:%M}"}
        assert "lecture 0" in found[0]["text"]
        assert "Done" in found[0]["buttons"]
        assert found[0]["state"] == "sent"


def test_an_unknown_group_is_told(host: Host) -> None:
    said = host.moim("simulate", "--group", "Nobody")
    assert (said.code, said.err.strip()) == (1, "There is no study group Nobody.")
