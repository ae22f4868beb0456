"""A small cog of the tests' own: one of everything an adapter has to draw, and a diary of what reached it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from bot.chat.cog import Bounds, Cog, command, inline, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, Form, How, Menu, Offer, Offers, Reply
from bot.chat.spec import Access, Audience, Where
from bot.core.errors import NotYours

TEXTS = {
    "en": """
[command.start]
description = "Hello"
[command.help]
description = "What I can do"
[command.recommend]
description = "What to study"
message = "Study this"
[command.recommend.option]
topic = "About what"
mood = "Which mood"
count = "How many"
[command.echo]
description = "Say it back"
option.words = "What to say"
[command.vote]
description = "A vote"
[command.rule]
description = "Rules"
[command.note]
description = "Write a note"
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
[command.recommend]
description = "공부할 자료 추천"
message = "이걸로 추천"
word = "추천"
[command.recommend.option]
topic = "무엇을"
mood = "기분"
count = "몇 개"
[command.recommend.word_of]
topic = "주제"
mood = "기분"
count = "개수"
[command.echo]
description = "따라 말하기"
word = "따라하기"
option.words = "할 말"
word_of.words = "말"
[command.vote]
description = "투표"
word = "투표"
[command.rule]
description = "규칙"
word = "규칙"
[command.note]
description = "적어 두기"
word = "메모"
[command.slow]
description = "천천히"
word = "천천히"
option.seconds = "얼마나"
word_of.seconds = "초"
""",
}
CHOICES = {
    "en": '\n[mood]\ncalm = "Calm"\nbold = "Bold"\n',
    "ko": '\n[mood]\ncalm = "차분하게"\nbold = "과감하게"\n',
}


class Mood(StrEnum):
    CALM = "calm"
    BOLD = "bold"


class Sample(Cog):
    name = "sample"

    def __init__(self) -> None:
        self.diary: list[tuple[str, ...]] = []
        self.running = 0
        self.most_running = 0

    @command(menu_private=20, menu_group=40)
    async def start(self, ctx: Context) -> Reply:
        self.diary.append(("start", ctx.caller.user.id))
        return Reply(("hello " + ctx.locale.value,))

    @command(menu_private=30)
    async def help(self, ctx: Context) -> Reply:
        return Reply(("help",))

    @command(menu_private=10, menu_group=30, on_message=True)
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
        await asyncio.sleep(0.05)
        self.running -= 1
        return Reply((words or "nothing",))

    @command(audience=Audience.PUBLIC, where=Where.GROUP, menu_group=10)
    async def vote(self, ctx: Context) -> Reply:
        choices = (Choice("One", "1", "the first"), Choice("Two", "2"), Choice("Three", "3"))
        return Reply(("which?",), menu=Menu("Pick one", Press.of("sample.voted"), choices))

    @command(where=Where.GROUP, access=Access.ORGANISER, menu_group=50)
    async def rule(self, ctx: Context) -> Reply:
        return Reply(("the rules",), rows=((Button("change", Press.of("sample.change")),),))

    @press(access=Access.ORGANISER)
    async def change(self, ctx: Context) -> Reply:
        return Reply((f"changed by {ctx.caller.name}",), how=How.EDIT)

    @command()
    async def note(self, ctx: Context) -> Form:  # type: ignore[override]
        return self._form(ctx)

    @command()
    async def slow(self, ctx: Context, seconds: str | None = None) -> Reply:
        await asyncio.sleep(float(seconds or 2))
        return Reply(("done",))

    @press()
    async def more(self, ctx: Context, page: int, topic: str) -> Reply:
        self.diary.append(("more", str(page), topic))
        again = Button("more", Press.of("sample.more", page + 1, topic))
        return Reply((f"page {page} of {topic}",), rows=((again,),), how=How.EDIT)

    @press(lands=True)
    async def save(self, ctx: Context, topic: str) -> Reply:
        self.diary.append(("save", ctx.caller.user.id, topic))
        return Reply((f"saved {topic}",), how=How.TOAST)

    @press()
    async def mine(self, ctx: Context, padding: str) -> Reply:
        return Reply(cards=(Card(f"secret of {ctx.caller.name}"),), public=None if ctx.caller.place.private else False)

    @press()
    async def talk(self, ctx: Context, length: int) -> Reply:
        return Reply(("w" * length,), how=How.TOAST)

    @press()
    async def doze(self, ctx: Context) -> Reply:
        self.diary.append(("doze",))
        await asyncio.sleep(1.8)
        return Reply(("awake",), how=How.EDIT)

    @press()
    async def refuse(self, ctx: Context) -> Reply:
        raise NotYours

    @press()
    async def voted(self, ctx: Context, choice: str) -> Reply:
        self.diary.append(("voted", ctx.caller.user.id, choice))
        return Reply((f"{choice} it is",), how=How.EDIT, public=True)

    @press(opens_form=True)
    async def write(self, ctx: Context) -> Form:  # type: ignore[override]
        return self._form(ctx)

    @submission
    async def noted(self, ctx: Context, *, answers: Mapping[str, str]) -> Reply:
        self.diary.append(("noted", answers["title"], answers["why"]))
        return Reply((f"noted {answers['title']} / {answers['why']}",))

    @post
    async def notice(self, ctx: Context, words: str) -> Reply:
        return Reply((words,), rows=((Button("save", Press.of("sample.save", "notice")),),))

    def _form(self, ctx: Context) -> Form:
        fields = (Field("title", "Title?", "A book", limit=20), Field("why", "Why?", long=True, required=False))
        return Form("A note", Press.of("sample.noted"), fields)
