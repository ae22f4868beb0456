"""One person on two apps, as a process on both stand-ins: connected in /settings, voted here, seen there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.i18n import Locale
from bot.storage import Storage
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.e2e.served import served
from tests.standins import BotProcess, DiscordSim, TelegramSim
from tests.storage.club import kept

World = tuple[DiscordSim, TelegramSim, BotProcess, list[int]]


async def _ballot(url: str) -> list[int]:
    """Open a ballot of two papers, and return its number and those of its candidates."""
    now = datetime.now(UTC)
    async with await Storage.open(url, clock=lambda: now) as storage, storage.write() as uow:
        group = await uow.groups.create("논문 모임", now)
        cycle = await uow.cycles.of(group.id, (now + timedelta(days=7)).date(), now + timedelta(days=7))
        slate = [(await uow.nominations.add(group.id, each, None, "", now))[0].id for each in await kept(uow, "a", "b")]
        ballot = await uow.ballots.open(cycle.id, slate, now + timedelta(days=3), now)
        return [ballot.id, *slate]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path}/moim.db"
    numbers = asyncio.run(_ballot(url))
    with (
        DiscordSim() as discord,
        TelegramSim(flood=None) as telegram,
        served(tmp_path, discord, telegram, env={"DATABASE_URL": url}) as bot,
    ):
        yield discord, telegram, bot, numbers


def test_voted_in_telegram_seen_on_discord(world: World) -> None:
    discord, telegram, _, (ballot, first, second) = world
    here = DiscordPerson(discord, discord.join("minsu", locale="ko"), Locale.KO)
    there = TelegramPerson(telegram, telegram.add_user("민수", language_code="ko"), Locale.KO)

    there.forge(f"bal.yes|{ballot}|{first}")
    here.call("settings")
    here.take("다른 앱 연결")
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", here.take("코드 받기").words)
    assert code is not None
    assert "이 계정과 연결할까요?" in there.call("settings", code[0]).words
    there.take("연결하기")
    assert "민수 계정에서 이 계정과 연결하자고 해요." in here.call("settings").words
    assert "하나가 됐고" in here.take("네, 연결하기").words
    telegram.wait_for(lambda sim: any("연결됐어요" in each.get("text", "") for each in sim.bot_messages(there.chat)))

    assert "● 1." in here.forge(f"bal.mine|{ballot}").words, "voted in Telegram, seen on Discord"
    here.forge(f"bal.no|{ballot}|{first}")
    there.forge(f"bal.yes|{ballot}|{second}")
    for person in (here, there):
        said = person.forge(f"bal.mine|{ballot}").words
        assert "○ 1." in said
        assert "● 2." in said

    first_pick = there.call("recommend", "강화학습").picks[0]
    there.take("1")
    there.take("담기")
    assert first_pick in here.call("mylist").picks

    here.call("settings")
    here.take("연결된 계정")
    here.take("연결 끊기")
    here.take("네, 끊기")
    assert "● 1." in there.forge(f"bal.mine|{ballot}").words, "each has its own word again"
    assert "○ 1." in here.forge(f"bal.mine|{ballot}").words
    discord.assert_clean()
    telegram.assert_clean()
