"""Sends one message to each of many chats with what the bare libraries offer, and ends.

`python -m tests.bench.bots.crier HOW CHATS RATE`: HOW is `raw` (aiohttp alone, RATE a second, at most ten at a time),
`discord` (discord.py, all at once: it has no limiter for the whole of Discord) or `telegram` (PTB with its
AIORateLimiter); CHATS is a file of ids.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

WORDS = "Your reminder.\nread lecture 5"
AT_ONCE = 10


async def raw(chats: list[str], rate: float) -> None:
    import aiohttp

    begun = time.perf_counter()
    left = iter(enumerate(chats))
    if base := os.environ.get("TELEGRAM_API_BASE"):
        url, extra = f"{base}/bot{os.environ['TELEGRAM_TOKEN']}/sendMessage", {}
    else:
        url = os.environ["DISCORD_API_BASE"] + "/channels/{chat}/messages"
        agent = "DiscordBot (https://example.org, 1)"
        extra = {"Authorization": f"Bot {os.environ['DISCORD_TOKEN']}", "User-Agent": agent}

    async def some(session: aiohttp.ClientSession) -> None:
        for number, chat in left:
            await asyncio.sleep(begun + number / rate - time.perf_counter())
            body = {"content": WORDS} if extra else {"chat_id": int(chat), "text": WORDS}
            async with session.post(url.format(chat=chat), json=body, headers=extra) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(some(session) for _ in range(AT_ONCE)))


async def discord(chats: list[str], _: float) -> None:
    import discord as library

    library.http.Route.BASE = os.environ["DISCORD_API_BASE"]
    client = library.Client(intents=library.Intents(guilds=True))
    await client.login(os.environ["DISCORD_TOKEN"])
    targets = [client.get_partial_messageable(int(chat)) for chat in chats]
    await asyncio.gather(*(target.send(WORDS) for target in targets), return_exceptions=True)
    await client.close()


async def telegram(chats: list[str], _: float) -> None:
    from telegram.ext import AIORateLimiter, ExtBot

    base = os.environ["TELEGRAM_API_BASE"]
    limiter = AIORateLimiter(max_retries=20)
    bot = ExtBot(os.environ["TELEGRAM_TOKEN"], base_url=f"{base}/bot", rate_limiter=limiter)
    async with bot:
        sends = (bot.send_message(int(chat), WORDS) for chat in chats)
        await asyncio.gather(*sends, return_exceptions=True)


def main() -> None:
    how, file, rate = sys.argv[1:]
    chats = json.loads(Path(file).read_text())
    begun, cpu = time.perf_counter(), time.process_time()
    asyncio.run({"raw": raw, "discord": discord, "telegram": telegram}[how](chats, float(rate)))
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    Path("crier.json").write_text(json.dumps(took))


if __name__ == "__main__":
    main()
