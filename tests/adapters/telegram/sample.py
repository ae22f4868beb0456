"""The sample cog as Telegram draws it: one of everything that the adapter has to show."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

from bot.chat.cog import Bounds, command, inline, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Offer, Offers, Reply
from bot.chat.spec import Access, Audience, Where
from bot.core.errors import NotYours
from tests.adapters.sample import Mood, SampleBase

TEXTS = {
    "en": """
[command.start]
description = "Hello"
[command.help]
description = "What I can do"
[command.rule]
description = "Rules"
[command.slow]
description = "Takes its time"
option.seconds = "How long"
""",
    "ko": """
[command.start]
description = "처음이세요?"
word = "시작"
[command.help]
description = "할 수 있는 것"
word = "도움말"
[command.rule]
description = "규칙"
word = "규칙"
[command.slow]
description = "천천히"
word = "천천히"
option.seconds = "얼마나"
word_of.seconds = "초"
""",
}


class Sample(SampleBase):
    def __init__(self) -> None:
        super().__init__()
        self.running = 0
        self.most_running = 0

    @command(menu_private=20, menu_group=40)
    async def start(self, ctx: Context) -> Reply:
        self.diary.append(("start", ctx.caller.user.id))
        return Reply(("hello " + ctx.locale.value,))

    @command(menu_private=30)
    async def help(self, ctx: Context) -> Reply:
        return Reply(("help",))

    @command(menu_private=10, menu_group=30, on_message=True, lands=True)
    async def recommend(
        self,
        ctx: Context,
        topic: str | None = None,
        mood: Mood | None = None,
        count: Annotated[int | None, Bounds(1, 9)] = None,
    ) -> Reply:
        self.diary.append(("recommend", topic or "", str(mood), str(count)))
        whose = "for all" if ctx.impersonal else f"for {ctx.caller.name}"
        rows = (
            (
                Button("more", Press.of("sample.more", 2, topic or "")),
                Button("save", Press.of("sample.save", topic or ""), personal=True),
            ),
            (
                Button("add a note", Press.of("sample.write")),
                Button("mine only", Press.of("sample.mine", "x" * 20), personal=False),
            ),
        )
        return Reply((f"{ctx.locale.value}: {topic} {whose}",), rows=rows, shown=("a",))

    @inline
    def offers(self, ctx: Context, typed: str, offset: int) -> Offers:
        self.diary.append(("inline", typed, str(offset), str(ctx.impersonal)))
        if typed == "nothing":
            return Offers(instead=Button("Look with me", Press.of("sample.save", "it")))
        if typed == "long":
            return Offers((Offer("t" * 300, "h" * 300, Reply(("word " * 2000,))),))
        rows = ((Button("save", Press.of("sample.save", typed)),),)
        said = Card(f"{ctx.locale.value}: <{typed}>", url="https://example.org/a")
        found = tuple(
            Offer(f"{typed} {n}", "because", Reply(cards=(said,), rows=rows)) for n in range(offset, offset + 2)
        )
        return Offers(found, next=offset + 2 if offset < 4 else None)

    @press(lands=True)
    async def hand(self, ctx: Context) -> Reply:
        return Reply(("here",), rows=((Button("hand on", share="rl <b>"),),), how=How.EDIT)

    @command(audience=Audience.PUBLIC)
    async def echo(self, ctx: Context, words: str | None = None) -> Reply:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.diary.append(("echo", words or ""))
        self.turns.append(ctx.turn)
        await asyncio.sleep(0.05)
        self.running -= 1
        return Reply((words or "nothing",))

    @command(where=Where.GROUP, access=Access.ORGANISER, menu_group=50)
    async def rule(self, ctx: Context) -> Reply:
        buttons = (Button("change", Press.of("sample.change")), Button("amend", Press.of("sample.amend")))
        return Reply(("the rules",), rows=(buttons,))

    @press(opens_form=True, access=Access.ORGANISER)
    async def amend(self, ctx: Context) -> Form:
        return Form("An amendment", Press.of("sample.amended"), (Field("text", "Text?"),))

    @submission(access=Access.ORGANISER)
    async def amended(self, ctx: Context, *, answers: Mapping[str, str]) -> Reply:
        return Reply((f"amended: {answers['text']}",))

    @press(access=Access.ORGANISER)
    async def change(self, ctx: Context) -> Reply:
        return Reply((f"changed by {ctx.caller.name}",), how=How.EDIT)

    @command()
    async def slow(self, ctx: Context, seconds: str | None = None) -> Reply:
        await asyncio.sleep(float(seconds or 2))
        return Reply(("done",))

    @press()
    async def more(self, ctx: Context, page: int, topic: str) -> Reply:
        self.diary.append(("more", str(page), topic))
        again = Button("more", Press.of("sample.more", page + 1, topic))
        return Reply((f"page {page} of {topic}",), rows=((again,),), how=How.EDIT)

    @press()
    async def mine(self, ctx: Context, padding: str) -> Reply:
        return Reply(cards=(Card(f"secret of {ctx.caller.name}"),), public=None if ctx.caller.place.private else False)

    @press()
    async def talk(self, ctx: Context, length: int) -> Reply:
        return Reply(("w" * length,), how=How.TOAST)

    @press()
    async def doze(self, ctx: Context) -> Reply:
        self.diary.append(("doze",))
        await asyncio.sleep(4.0)
        return Reply(("awake",), how=How.EDIT)

    @press()
    async def refuse(self, ctx: Context) -> Reply:
        raise NotYours
