"""What the host is told in private, of a bot that runs as a process: a refused token over the other platform, once."""

from __future__ import annotations

from collections.abc import Callable

from tests.standins import BotProcess, DiscordSim, TelegramSim

StartBot = Callable[..., BotProcess]


def test_a_token_that_is_refused_is_told_over_the_other_platform_before_the_end(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    host = discord.join("host")
    settings = {"OWNERS": f"discord:{host['id']},telegram:{telegram.user['id']}"}
    bot = bot_process(discord, telegram, env=settings)
    telegram.fail("*", status=401, times=None)
    telegram.send("/help", expect=0)
    assert bot.wait_exit(30) == 78, bot.output()
    said = [message["content"] for message in discord.bot_messages(dm_with=host)]
    assert len(said) == 2 and said.pop(0).startswith("**Study Group**"), "the server that waits for the host, and this"
    assert said[0].startswith("Telegram refuses me: Telegram does not accept TELEGRAM")
    assert said[0].endswith("I stop until that is mended.")
    assert telegram.bot_messages() == []
    telegram.reset_log()
