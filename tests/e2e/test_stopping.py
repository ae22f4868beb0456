"""SIGTERM ends the bot within seconds, whatever its platforms are doing."""

from __future__ import annotations

import time

from tests.standins import DiscordSim, TelegramSim

GRACE = 5.0


def test_sigterm_ends_the_bot_while_no_platform_can_be_reached(bot_process):
    with DiscordSim() as discord, TelegramSim() as telegram:
        bot = bot_process(discord, telegram)
    bot.wait_output("Telegram cannot be reached", timeout=15)
    bot.wait_output("the connection to Discord is lost", timeout=15)
    time.sleep(4)  # by now discord.py sleeps seconds between two tries, and would go on sleeping
    begun = time.monotonic()
    bot.stop(expect=0)
    assert time.monotonic() - begun < GRACE
