"""Titles, reasons and notes that would ping, break out of their message or fill it: nothing of that happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson, components_of, unmarked
from tests.contract.on_telegram import NAMING, TelegramPerson, buttons_of
from tests.contract.people import Seen
from tests.e2e.leaping import SEOUL, LeapingBot, archive, leaping
from tests.standins import DiscordSim, TelegramSim

Json = dict[str, Any]
TUESDAY = datetime(2026, 3, 3, 20, 30, tzinfo=SEOUL)
LONGEST, BUTTONS = 700, 4
TITLES = {
    "2401.99901": "@everyone <@1234567890> <@&99> <#42> @here @moim_bot read this",
    "2401.99902": "**Bold** _and_ ||hidden|| `code` [free money](https://evil.example) # Heading\n> quote ```block",
    "2401.99903": "<b>Bold <i>and</b> &lt;script&gt;alert(1)</script> <a href='https://evil.example'>x</a> &amp;amp;",
    "2401.99904": "Very " * 2000 + "long",
    "2401.99905": r"On $\frac{a}{b and \mathbb{R}^{n $$ that does not \close{",
    "2401.99906": "\u202eright to left\u202c \u200b\u200b a\u0301\u0301\u0301\u0301\u0301\u0301 \x07 🏳️‍🌈 "
    + "👩‍👩‍👧‍👦" * 200,
}
WHY = "@everyone **why** <b>not</b> [x](https://evil.example) <@1234567890> @channel " + "😀" * 60
NOTE = "@here <@1234567890> @moim_bot\n# big\n```not closed\n||spoiler <script>$\\frac{" + "가" * 2000
PLACE = "@everyone [우리 집](https://evil.example) <@1234567890>"


@contextmanager
def attacked(folder: Path) -> Iterator[tuple[LeapingBot, DiscordSim, TelegramSim, DiscordPerson, Json]]:
    """A group over both apps in which everything is meant badly."""
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive(TITLES) as papers:
        with leaping(folder, TUESDAY, discord, telegram, papers=papers) as bot:
            room = discord.new_channel("reading")
            user = discord.join("mallory", permissions=0x20, locale="ko")
            mallory = DiscordPerson(discord, user, Locale.KO, room)
            mallory.call("manage")
            for offer in ("목요일", "오후 9:00", "투표", "이대로", "모이는 곳"):
                mallory.take(offer)
            mallory.fill(PLACE)
            for offer in ("시작", "다음 주부터", "운영 판", "채팅 연결", "다른 채팅 잇기"):
                offered = mallory.take(offer)
            owner = telegram.add_user("Trudy", language_code="ko")
            chat = telegram.add_group("Reading @everyone <b>", owner=owner)
            trudy = TelegramPerson(telegram, owner, Locale.KO, chat)
            trudy.call("manage")
            trudy.take("다른 채팅의 모임과 잇기")
            trudy.fill(offered.words.split("코드 ")[1].split()[0])
            mallory.take("적었는지 보기", on=offered)
            mallory.take("이어요")
            yield bot, discord, telegram, mallory, chat
        for sim in (discord, telegram):
            sim.assert_clean()


def test_nothing_that_people_write_pings_anybody_or_breaks_a_post(tmp_path: Path) -> None:
    with attacked(tmp_path) as (bot, discord, telegram, mallory, chat):
        for identity in TITLES:
            mallory.call("suggest", f"https://arxiv.org/abs/{identity} {WHY}"[:190])
        for week in range(len(TITLES)):
            bot.leap(TUESDAY + timedelta(days=7 + 7 * week))  # a post stands, its meeting is the day after tomorrow
            write_a_note(mallory, newest_post(discord, mallory.channel))
        bot.pass_(days=3)  # the recap with the last note
        on_discord = [each for each in discord.bot_messages(mallory.channel) if is_week(each["content"])]
        on_telegram = [each for each in telegram.bot_messages(chat) if is_week(each["text"])]
        assert len(on_discord) == len(on_telegram) == len(TITLES), "one of each"
        for post in on_discord:
            [card] = post["embeds"]
            footer = card.get("footer", {}).get("text", "")
            words = [post["content"], card["title"], card["description"], footer]
            assert sum(len(unmarked(each)) for each in words) <= LONGEST, words
            assert len(components_of(post)) == BUTTONS
        for post in on_telegram:
            assert len(post["text"]) <= LONGEST, post["text"]
            assert len(buttons_of(post)) == BUTTONS
        assert_nobody_is_pinged(bot, discord, telegram)


def is_week(words: str) -> bool:
    return "이 주의 논문" in words.split("\n")[0]


def newest_post(discord: DiscordSim, channel: Json | None) -> Json:
    return next(each for each in reversed(discord.bot_messages(channel)) if is_week(each["content"]))


def write_a_note(person: DiscordPerson, post: Json) -> None:
    """Be through with the paper, write a note about it and show it to the group."""
    person.take("끝냄 · 훑음", on=Seen("", source=post))
    person.take("훑음")
    person.take("노트 쓰기")
    person.fill(NOTE[:1000])
    person.take("모임에 나누기")


def assert_nobody_is_pinged(bot: LeapingBot, discord: DiscordSim, telegram: TelegramSim) -> None:
    written = 0
    for request in discord.requests:
        body = request.body if isinstance(request.body, dict) else {}
        body = body["data"] if isinstance(body.get("data"), dict) else body
        if "content" in body or "embeds" in body:
            written += 1
            assert body["allowed_mentions"] == {"parse": [], "users": []}, request.where
    assert written > len(TITLES)
    carried = [each for each in bot.carried() if each.platform == "telegram"]
    for each in carried:
        message = telegram.world.find_message(telegram.world.chats[int(each.channel)], int(each.message))
        assert message is not None
        entities = message.get("entities", ())
        assert not [entity for entity in entities if entity["type"] in (*NAMING, "bot_command", "hashtag")], message
        addresses = [entity["url"] for entity in entities if entity["type"] == "text_link"]
        assert not [address for address in addresses if "evil" in address], "a link of somebody's own"
