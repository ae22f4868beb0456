"""F10: a member of a running bot has their data handed over and deleted; then a search of every byte finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n import Locale
from tests.contract import on_telegram
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.e2e.conftest import StartBot
from tests.postgres import new_database, rows_in
from tests.standins import BotProcess, DiscordSim, TelegramSim

CANARY = "zqcanaryzq"
QUESTION = f"{CANARY} 확산 모델을 수식 조금만 보고 끝까지 이해하고 싶은데 무엇부터 보면 좋을까요"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """So much is asked at once here that the bot slows down before Telegram would make it."""
    monkeypatch.setattr(on_telegram, "PATIENCE", 10.0)


def _traces(folder: Path, number: str) -> set[tuple[str, str]]:
    """Which files hold a word of the member's, the log among them."""
    return {
        (path.name, word)
        for path in folder.rglob("*")
        if path.is_file()
        for word in (CANARY, number)
        if word.encode() in path.read_bytes()
    }


def _live(person: DiscordPerson | TelegramPerson) -> None:
    """Ask at length, save, think, report and choose: something of everything."""
    person.call("recommend", QUESTION)
    person.call("recommend", "rl")
    person.take("1")
    person.take("담기")
    person.call("settings")
    person.take("시간대")
    person.take("도시 적기")
    person.fill("뉴욕")


def _delete(person: DiscordPerson | TelegramPerson) -> None:
    person.call("privacy")
    person.take("모두 지우기")
    assert person.take("네, 모두 지우기").words.startswith("모두 지웠어요.")


def _live_and_leave(bot: BotProcess, person: DiscordPerson | TelegramPerson, deletes: bool) -> None:
    """Live a while; who deletes everything leaves no trace in any file, who does not (the control) does."""
    _live(person)
    if deletes:
        _delete(person)
    number = str(person.user["id"])
    found = {word for name, word in _traces(bot.cwd, number) if name != "bot-output.log"}
    assert found == (set() if deletes else {CANARY, number})
    bot.stop()
    assert not deletes or _traces(bot.cwd, number) == set()
    assert CANARY not in bot.output()


@pytest.mark.parametrize("deletes", [True, False], ids=["deleted", "control: not deleted"])
def test_f10_on_telegram(telegram: TelegramSim, bot_process: StartBot, deletes: bool) -> None:
    bot = bot_process(telegram, env={"LOG_LEVEL": "debug", "DATABASE_URL": "sqlite:///moim.db"})
    person = TelegramPerson(telegram, telegram.add_user("민수", language_code="ko"), Locale.KO)
    _live_and_leave(bot, person, deletes)


@pytest.mark.parametrize("deletes", [True, False], ids=["deleted", "control: not deleted"])
def test_f10_on_discord(discord: DiscordSim, bot_process: StartBot, deletes: bool) -> None:
    bot = bot_process(discord, env={"LOG_LEVEL": "debug", "DATABASE_URL": "sqlite:///moim.db"})
    person = DiscordPerson(discord, discord.join("minsu", locale="ko"), Locale.KO)
    _live_and_leave(bot, person, deletes)


@pytest.mark.parametrize("deletes", [True, False], ids=["deleted", "control: not deleted"])
def test_f10_on_postgresql_no_row_of_any_table_holds_a_trace(
    telegram: TelegramSim, bot_process: StartBot, postgres: str, deletes: bool
) -> None:
    """The server's files are its own: they keep the bytes of deleted rows until its vacuum, as docs/privacy.md says."""
    with new_database(postgres) as address:
        bot = bot_process(telegram, env={"LOG_LEVEL": "debug", "DATABASE_URL": address})
        person = TelegramPerson(telegram, telegram.add_user("민수", language_code="ko"), Locale.KO)
        _live(person)
        if deletes:
            _delete(person)
        number = str(person.user["id"])
        kept = rows_in(address)
        assert {word for word in (CANARY, number) if word in kept} == (set() if deletes else {CANARY, number})
        bot.stop()
        kept = rows_in(address)  # and nothing is written again at the end
        assert {word for word in (CANARY, number) if word in kept} == (set() if deletes else {CANARY, number})
        assert CANARY not in bot.output()
        assert not deletes or {name for name, _ in _traces(bot.cwd, number)} <= {"bot-output.log"}
