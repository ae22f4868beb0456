"""A feature made for tests: one of everything a cog can declare. Its texts are in `locales/` beside it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from bot.chat.cog import Bounds, Choice, Cog, Completes, FromMessage, command, completion, post, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Menu, Reply
from bot.chat.spec import Access, Audience, Where

SECRET = "the password is swordfish"


class Level(StrEnum):
    """Two of the house's levels, so that their labels exist."""

    BEGINNER = "beginner"
    ADVANCED = "advanced"


class Kind(StrEnum):
    """Two of the house's kinds; the label of one has two words."""

    COURSE = "course"
    VIDEO = "video-channel"


class Club(Cog):
    """Meets, votes and breaks."""

    name = "club"

    @command(on_message=True, lands=True)
    async def meet(
        self,
        ctx: Context,
        note: Annotated[str | None, Completes("notes")] = None,
        level: Level | None = None,
        hour: Annotated[int, Bounds(0, 23)] | None = None,
        kind: Kind | None = None,
    ) -> Reply:
        """Say back what was understood."""
        said = [repr(value) for value in (note, level, hour, kind)]
        row = (Button("Page", Press.of("club.page", 1, note or ""), personal=True),)
        return Reply((", ".join(said),), rows=(row,))

    @command(audience=Audience.PUBLIC)
    async def board(self, ctx: Context) -> Reply:
        """Something for everybody."""
        return Reply(("the board",))

    @command(where=Where.GROUP)
    async def vote(self, ctx: Context) -> Reply:
        """Something that needs a group."""
        return Reply(("vote",))

    @command(access=Access.HOST)
    async def keys(self, ctx: Context) -> Reply:
        """Something for the host."""
        return Reply(("the keys",))

    @command(where=Where.GROUP, access=Access.ORGANISER)
    async def rules(self, ctx: Context) -> Reply:
        """Something for those who run the group."""
        return Reply(("the rules",), rows=((Button("Change", Press.of("club.change", "later")),),))

    @press(access=Access.ORGANISER)
    async def change(self, ctx: Context, hour: str) -> Reply:
        """Change the rules in place."""
        return Reply((f"changed to {hour}",), how=How.EDIT)

    @command()
    async def crash(self, ctx: Context, note: str = "") -> Reply:
        """Break."""
        raise RuntimeError(SECRET)

    @command()
    async def jot(self, ctx: Context, note: str = "", quoted: Annotated[str | None, FromMessage()] = None) -> Reply:
        """Write something down, or show what there is."""
        said = f" about {quoted!r}" if quoted else ""
        return Reply((f"jotted {note!r}{said}" if note or quoted else "the notes",))

    @command()
    async def crowd(self, ctx: Context) -> Reply:
        """As many rows as fit."""
        rows = tuple((Button(str(number), Press.of("club.page", number, "")),) for number in range(5))
        return Reply(("crowd",), rows=rows)

    @completion
    def notes(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        """Suggest a great deal, or break."""
        if typed == "crash":
            raise RuntimeError(SECRET)
        return tuple(Choice(f"{typed} {number}", str(number)) for number in range(100))

    @press(lands=True)
    async def page(self, ctx: Context, number: int, word: str) -> Reply:
        """Turn a page in place."""
        return Reply((f"page {number} of {word!r}",), how=How.EDIT)

    @press()
    async def rate(self, ctx: Context, level: Level) -> Reply:
        """Write something down and say so in one line."""
        return Reply((f"rated {level.value}",), how=How.TOAST)

    @press()
    async def share(self, ctx: Context) -> Reply:
        """Show everybody, with a way back for the one who shared."""
        back = Button("Take back", Press("club.unshare", owner=ctx.caller.user.id))
        return Reply(("shared",), rows=((back,),), public=True)

    @press()
    async def unshare(self, ctx: Context) -> Reply:
        """Change the shared message."""
        return Reply(("taken back",), how=How.EDIT, public=True)

    @press()
    async def whisper(self, ctx: Context) -> Reply:
        """Say something new to the presser alone."""
        return Reply(("psst",))

    @press()
    async def topics(self, ctx: Context) -> Reply:
        """Offer one of many."""
        choices = (Choice("Deep learning", "dl"), Choice("Long", "긴 " * 30))
        return Reply(("choose",), menu=Menu("Topics", Press.of("club.page", 1), choices))

    @press()
    async def fall(self, ctx: Context) -> Reply:
        """Break."""
        raise RuntimeError(SECRET)

    @press(opens_form=True, lands=True)
    async def ask(self, ctx: Context, number: int) -> Form:
        """Ask for a title and a reason."""
        return Form("Suggest", Press.of("club.asked", number), (Field("title", "Title"), Field("why", "Why")))

    @submission
    async def asked(self, ctx: Context, number: int, *, answers: dict[str, str]) -> Reply:
        """Say back what was filled in, in place."""
        return Reply((f"{number}: {answers['title']} because {answers.get('why', '')}",), how=How.EDIT)

    @post
    async def notice(self, ctx: Context, *, title: str) -> Reply:
        """Tell of something."""
        row = (Button("Page", Press.of("club.page", 2, title)),)
        return Reply((f"{ctx.locale.value}: {title}",), rows=(row,))
