"""Telegram's faults met by the bot as a separate process: killed in the middle, moved, blocked, refused.

Each test is named after its case; what the adapter alone decides is in tests/adapters/telegram.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.standins import BotProcess, TelegramSim

Json = dict[str, Any]
KILLS = 6
BAD_TOKEN_EXIT = 78  # EX_CONFIG: service managers are told not to start again on it


@pytest.fixture
def telegram() -> Iterator[TelegramSim]:
    with TelegramSim() as sim:
        yield sim
        sim.assert_clean()


@pytest.fixture
def bot(telegram: TelegramSim, tmp_path: Path) -> Iterator[BotProcess]:
    process = BotProcess.of_bot([telegram], tmp_path, None, "run")
    process.start()
    process.wait_ready()
    yield process
    process.finish()


def again(bot: BotProcess) -> None:
    bot.start()
    bot.wait_ready()


def answers(sim: TelegramSim, chat: Json) -> int:
    return len(sim.bot_messages(chat))


def noted(telegram: TelegramSim, bot: BotProcess) -> set[int]:
    """The chats with an update whose answer was about to leave."""
    with closing(sqlite3.connect(next(bot.cwd.rglob("*.db")))) as database:
        names = {name for (name,) in database.execute("SELECT update_id FROM seen")}
    mine = telegram.world.me["id"]
    updates = [update for update in telegram.all_updates if f"{mine}:{update['update_id']}" in names]
    return {update["message"]["chat"]["id"] for update in updates}


def test_b1_a_flood_holds_its_chat_alone_and_meets_no_second(telegram: TelegramSim, bot: BotProcess) -> None:
    bob = telegram.add_user("Bob")
    telegram.flood_wait(retry_after=2)
    telegram.send("/help", expect=0)
    telegram.wait_for(lambda s: s.calls("sendMessage"))
    telegram.send("/help", user=bob, timeout=1.5)
    telegram.wait_for(lambda s: s.bot_messages())
    assert [call.status for call in telegram.calls("sendMessage")] == [429, 200, 200]


def test_b4_somebody_who_blocked_the_bot_is_answered_when_they_come_back(
    telegram: TelegramSim, bot: BotProcess
) -> None:
    telegram.send("/help")
    telegram.block()
    assert telegram.send("/start")


def test_b7_a_group_that_moved_is_answered_in_its_new_place(telegram: TelegramSim, bot: BotProcess) -> None:
    old = telegram.add_group("Lab", kind="group")
    telegram.send("/recommend rl", chat=old)
    new = telegram.add_group("Lab")
    telegram.state(old).migrated_to = new["id"]  # and nobody says so
    telegram.send("/recommend rl", chat=old, expect=0)
    telegram.wait_for(lambda s: s.bot_messages(new))


@pytest.mark.parametrize("told", ["to, from", "from, to", "from, from, to", "to"])
def test_b8_a_move_told_in_any_order_ends_the_same(telegram: TelegramSim, bot: BotProcess, told: str) -> None:
    old = telegram.add_group("Lab", kind="group")
    telegram.send("/recommend rl", chat=old)
    new = telegram.add_group("Lab")
    words: dict[str, tuple[Json, Json]] = {
        "to": (old, {"migrate_to_chat_id": new["id"]}),
        "from": (new, {"migrate_from_chat_id": old["id"]}),
    }
    for which in told.split(", "):
        chat, content = words[which]
        telegram.raw_update("message", telegram.world.new_message(chat, telegram.user, content))
    telegram.state(old).migrated_to = new["id"]
    assert telegram.send("/recommend rl", chat=new)


def test_b15_updates_under_way_at_a_kill_are_answered_once(telegram: TelegramSim, bot: BotProcess) -> None:
    """Nobody is answered twice, and only what was just leaving at a kill can be lost: it is noted, the rest is not."""
    chance = random.Random(15)
    lost = 0
    for _ in range(KILLS):
        people = [telegram.add_user(f"Person {number}") for number in range(4)]
        for person in people:
            telegram.send("/recommend rl", user=person, expect=0)
            time.sleep(chance.uniform(0, 0.012))
        bot.kill()
        again(bot)
        chats = [telegram.world.chats[person["id"]] for person in people]
        end = time.monotonic() + 3
        while time.monotonic() < end and not all(answers(telegram, chat) for chat in chats):
            time.sleep(0.02)
        counts = [answers(telegram, chat) for chat in chats]
        assert max(counts) == 1, counts
        unanswered = {chat["id"] for chat, count in zip(chats, counts, strict=True) if not count}
        assert unanswered <= noted(telegram, bot)
        lost += len(unanswered)
    assert lost <= KILLS


def test_b15_an_answered_update_is_not_answered_again_after_a_kill(telegram: TelegramSim, bot: BotProcess) -> None:
    telegram.send("/recommend rl")
    bot.kill()
    telegram.redeliver()
    again(bot)
    telegram.send("/help")
    assert answers(telegram, telegram.chat) == 2


def test_b20_a_token_refused_ends_the_bot_for_good_in_one_line(telegram: TelegramSim, bot: BotProcess) -> None:
    telegram.send("/help")
    telegram.fail(status=401, body="Unauthorized", times=None)
    telegram.send("/help", expect=0)
    assert bot.wait_exit() == BAD_TOKEN_EXIT
    said = [line for line in bot.output().splitlines() if "Telegram does not accept TELEGRAM_TOKEN" in line]
    assert len(said) == 1
    assert "Traceback" not in bot.output()
    bot.assert_no_leaks()


def test_b15_what_an_update_adds_is_added_once_though_it_was_killed_before_its_answer(
    telegram: TelegramSim, bot: BotProcess
) -> None:
    """The effect is in, and nothing tells that it was answered: Telegram brings the update again."""
    for words, said in (("/log 선형대수 2시간", "선형대수"), ("/remind 20분 뒤 책", "책")):
        telegram.send(words)
        bot.kill()
        with closing(sqlite3.connect(next(bot.cwd.rglob("*.db")))) as database, database:
            database.execute("DELETE FROM seen")
        before = answers(telegram, telegram.chat)
        again(bot)
        telegram.redeliver()

        def answered_anew(sim: TelegramSim, before: int = before) -> bool:
            return answers(sim, telegram.chat) > before

        telegram.wait_for(answered_anew)
        assert said in telegram.bot_messages(telegram.chat)[-1]["text"]
    with closing(sqlite3.connect(next(bot.cwd.rglob("*.db")))) as database:
        rows = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("study", "schedules")]
    assert rows == [1, 1]
