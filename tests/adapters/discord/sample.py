"""A small cog of the tests' own: one of everything an adapter has to draw, and a diary of what reached it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from bot.chat.cog import Bounds, Cog, Completes, command, completion, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, File, Form, How, Menu, Reply, Style
from bot.chat.spec import Audience, Where

TEXTS = {
    "en": """
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
[command.note]
description = "Write a note"
[command.slow]
description = "Takes its time"
option.seconds = "Tenths of a second"
option.shared = "Answer everybody"
""",
    "ko": """
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
[command.note]
description = "적어 두기"
word = "메모"
[command.slow]
description = "천천히"
word = "천천히"
option.seconds = "얼마나"
option.shared = "모두에게"
word_of.seconds = "초"
word_of.shared = "모두"
""",
}
CHOICES = {
    "en": '\n[mood]\ncalm = "Calm"\nbold = "Bold"\n',
    "ko": '\n[mood]\ncalm = "차분하게"\nbold = "과감하게"\n',
}
TOPICS = ("reinforcement learning", "representation learning", "robotics")


class Mood(StrEnum):
    CALM = "calm"
    BOLD = "bold"


class Sample(Cog):
    name = "sample"

    def __init__(self) -> None:
        self.diary: list[tuple[str, ...]] = []

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
                ("word " * (900 if words == "long" else 4000),),
                rows=((Button("Save", Press.of("sample.save", "it")),),),
            )
        button = Button("Save", Press.of("sample.save", "it"))
        private = Button("Private", Press.of("sample.more", 7))
        picture = Button("Picture", Press.of("sample.picture"))
        return Reply((words or "nothing",), rows=((button, private, picture),))

    @command(audience=Audience.PUBLIC, where=Where.GROUP)
    async def vote(self, ctx: Context) -> Reply:
        choices = (Choice("One", "1", "the first"), Choice("Two", "2"), Choice("Three", "3"))
        return Reply(("which?",), menu=Menu("Pick one", Press.of("sample.voted"), choices))

    @command()
    async def note(self, ctx: Context) -> Form:
        return self._form()

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
    async def save(self, ctx: Context, topic: str) -> Reply:
        self.diary.append(("save", ctx.caller.user.id, topic))
        return Reply((f"saved {topic}",), how=How.TOAST)

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

    @press()
    async def voted(self, ctx: Context, choice: str) -> Reply:
        self.diary.append(("voted", ctx.caller.user.id, choice))
        return Reply((f"{choice} it is",), how=How.EDIT, public=True)

    @press(opens_form=True)
    async def write(self, ctx: Context) -> Form:
        return self._form()

    @submission
    async def noted(self, ctx: Context, *, answers: Mapping[str, str]) -> Reply:
        self.diary.append(("noted", answers["title"], answers["why"]))
        if answers["why"] == "slow":
            await asyncio.sleep(0.5)
        return Reply((f"noted {answers['title']} / {answers['why']}",))

    @completion
    def topics(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        if typed == "many":
            return tuple(Choice(f"{number} " + "x" * 120, str(number)) for number in range(40))
        return tuple(Choice(f"{topic} ({ctx.locale.value})", topic) for topic in TOPICS if typed in topic)

    @post
    async def notice(self, ctx: Context, words: str) -> Reply:
        return Reply((words,), rows=((Button("Save", Press.of("sample.save", "notice")),),))

    def _form(self) -> Form:
        fields = (Field("title", "Title?", "A book", limit=20), Field("why", "Why?", long=True, required=False))
        return Form("A note", Press.of("sample.noted"), fields)
