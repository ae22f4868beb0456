"""What the sample cogs of all adapters share: their texts, a vote, a form, and a diary of what reached them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from bot import i18n
from bot.chat.cog import Cog, command, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Choice, Field, Form, How, Menu, Reply
from bot.chat.spec import Audience, Where
from bot.core.errors import Unavailable

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
""",
}
CHOICES = {
    "en": '\n[mood]\ncalm = "Calm"\nbold = "Bold"\n',
    "ko": '\n[mood]\ncalm = "차분하게"\nbold = "과감하게"\n',
}


@contextmanager
def texts_beside_the_real_ones(folder: Path, own: Mapping[str, str]) -> Iterator[None]:
    """Have `bot.i18n` read a copy of the real texts with those of the sample cogs, and an adapter's `own` ones."""
    real = i18n.LOCALES_DIR
    shutil.copytree(real, folder)
    for language, words in TEXTS.items():
        (folder / language / "sample.toml").write_text(words + own[language], encoding="utf-8")
        with (folder / language / "choices.toml").open("a", encoding="utf-8") as choices:
            choices.write(CHOICES[language])
    i18n.LOCALES_DIR = folder
    i18n.texts.cache_clear()
    yield
    i18n.LOCALES_DIR = real
    i18n.texts.cache_clear()


class Mood(StrEnum):
    CALM = "calm"
    BOLD = "bold"


class SampleBase(Cog):
    name = "sample"

    def __init__(self) -> None:
        self.diary: list[tuple[str, ...]] = []
        self.turns: list[str | None] = []
        self.away = False  # nothing can be written down

    @command(audience=Audience.PUBLIC, where=Where.GROUP, menu_group=10)
    async def vote(self, ctx: Context) -> Reply:
        choices = (Choice("One", "1", "the first"), Choice("Two", "2"), Choice("Three", "3"))
        return Reply(("which?",), menu=Menu("Pick one", Press.of("sample.voted"), choices, most=2))

    @press()
    async def voted(self, ctx: Context, choice: str) -> Reply:
        self.diary.append(("voted", ctx.caller.user.id, choice))
        self.turns.append(ctx.turn)
        return Reply((f"{choice} it is",), how=How.EDIT, public=True)

    @press(lands=True)
    async def save(self, ctx: Context, topic: str) -> Reply:
        self.diary.append(("save", ctx.caller.user.id, topic))
        self.turns.append(ctx.turn)
        return Reply((f"saved {topic}",), how=How.TOAST)

    @command()
    async def note(self, ctx: Context) -> Form:
        return self._form()

    @press(opens_form=True)
    async def write(self, ctx: Context) -> Form:
        return self._form()

    @submission
    async def noted(self, ctx: Context, *, answers: Mapping[str, str]) -> Reply:
        if self.away:
            raise Unavailable
        self.diary.append(("noted", answers["title"], answers["why"]))
        if answers["why"] == "slow":
            await asyncio.sleep(0.5)
        return Reply((f"noted {answers['title']} / {answers['why']}",))

    @post
    async def notice(self, ctx: Context, words: str) -> Reply:
        return Reply((words,), rows=((Button("Save", Press.of("sample.save", "notice")),),))

    def _form(self) -> Form:
        fields = (Field("title", "Title?", "A book", limit=20), Field("why", "Why?", long=True, required=False))
        return Form("A note", Press.of("sample.noted"), fields)
