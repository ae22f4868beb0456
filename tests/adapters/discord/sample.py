"""The sample cog as Discord draws it: one of everything that the adapter has to show."""

from __future__ import annotations

import asyncio
from typing import Annotated

from bot.chat.cog import Bounds, Completes, command, completion, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, File, How, Reply, Style
from bot.chat.spec import Audience
from tests.adapters.sample import Mood, SampleBase

TEXTS = {
    "en": """
[command.slow]
description = "Takes its time"
option.seconds = "Tenths of a second"
option.shared = "Answer everybody"
""",
    "ko": """
[command.slow]
description = "천천히"
word = "천천히"
option.seconds = "얼마나"
option.shared = "모두에게"
word_of.seconds = "초"
word_of.shared = "모두"
""",
}
TOPICS = ("reinforcement learning", "representation learning", "robotics")


class Sample(SampleBase):
    @command(on_message=True)
    async def recommend(
        self,
        ctx: Context,
        topic: Annotated[str | None, Completes("topics")] = None,
        mood: Mood | None = None,
        count: Annotated[int | None, Bounds(1, 9)] = None,
    ) -> Reply:
        place, user = ctx.caller.place, ctx.caller.user.id
        self.diary.append(("recommend", topic or "", repr(mood), repr(count)))
        self.diary.append(("place", place.channel, place.thread or "", place.space.id if place.space else ""))
        self.diary.append(("caller", ctx.caller.name, str(ctx.caller.admin), str(ctx.caller.language)))
        topic = topic or "nothing"
        rows = (
            (
                Button("More", Press.of("sample.more", 2), style=Style.PRIMARY),
                Button("Share", Press.of("sample.share", topic[:20])),
                Button("Save", Press.of("sample.save", topic[:20]), personal=True),
                Button("Mine", Press("sample.mine", (), owner=user)),
                Button("Note", Press.of("sample.write")),
            ),
            (
                Button("Long", Press.of("sample.save", "길게 " * 20)),
                Button("Doze", Press.of("sample.doze", "edit")),
                Button("Doze anew", Press.of("sample.doze", "new")),
                Button("Again", Press.of("call", "recommend", "again")),
                Button("Site", url="https://example.org/a"),
            ),
        )
        return Reply((f"{ctx.locale.value}: {topic}",), (Card("A card", ((f"about {topic}",),)),), rows)

    @command(audience=Audience.PUBLIC)
    async def echo(self, ctx: Context, words: str | None = None) -> Reply:
        self.diary.append(("echo", words or ""))
        if words in ("long", "endless"):
            return Reply(
                ("word " * 900,),
                tuple(Card(f"Card {number}", (("word " * 1900,),)) for number in range(4 if words == "endless" else 0)),
                rows=((Button("Save", Press.of("sample.save", "it")),),),
            )
        button = Button("Save", Press.of("sample.save", "it"))
        private = Button("Private", Press.of("sample.more", 7))
        picture = Button("Picture", Press.of("sample.picture"))
        return Reply((words or "nothing",), rows=((button, private, picture),))

    @command()
    async def slow(self, ctx: Context, seconds: int | None = None, shared: int | None = None) -> Reply:
        await asyncio.sleep((20 if seconds is None else seconds) / 10)
        self.diary.append(("slow",))
        return Reply(("slowly done",), public=bool(shared))

    @press()
    async def more(self, ctx: Context, page: int) -> Reply:
        again = Button("More", Press.of("sample.more", page + 1))
        return Reply((f"page {page}",), rows=((again,),), how=How.EDIT)

    @press()
    async def share(self, ctx: Context, topic: str) -> Reply:
        return Reply((f"shared {topic}",), public=True)

    @press()
    async def mine(self, ctx: Context) -> Reply:
        return Reply(("only yours",))

    @press()
    async def doze(self, ctx: Context, how: str) -> Reply:
        await asyncio.sleep(0.5)
        self.diary.append(("doze", how))
        return Reply((f"awake {how}",), how=How(how))

    @press()
    async def picture(self, ctx: Context) -> Reply:
        return Reply(("look",), file=File("plot.png", b"\x89PNG fake", "A line that rises"))

    @completion
    def topics(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        if typed == "many":
            return tuple(Choice(f"{number} " + "x" * 120, str(number)) for number in range(40))
        return tuple(Choice(f"{topic} ({ctx.locale.value})", topic) for topic in TOPICS if typed in topic)
