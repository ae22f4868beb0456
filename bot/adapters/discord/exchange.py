"""One interaction's way back: the first response, the deferral, and what follows.

Discord wants a first response within three seconds and fixes with it who sees the answer. A deferral is, for a command,
the "thinking" message in the command's own visibility; for a press, a silent one, after which the answer may still
edit the pressed message or be a new one in any visibility. Lost answers are sought once where a second try cannot
double anything, and end in one line in the log, never in a traceback.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Container, Iterable
from enum import IntEnum
from io import BytesIO
from typing import Any

import discord
import structlog
from discord.http import MultipartParameters
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.adapters.discord.failures import Fate, fate_of, said
from bot.adapters.discord.forms import modal
from bot.adapters.discord.ground import Interaction, ground_of, place_of
from bot.adapters.discord.late import Late
from bot.adapters.discord.render import EPHEMERAL, Json, Page, render
from bot.chat.reply import Answer, Choice, File, Form, How, Reply
from bot.chat.stores import Receipt
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Locale, texts

log = structlog.get_logger(__name__)

PATIENCE = 2.5  # seconds for one try at a first response; after three Discord takes none
UPLOAD_PATIENCE = 60.0  # seconds for a request with a file, which is deferred first
CHOICES, CHOICE_CHARACTERS = 25, 100
FOLLOW_UPS = 5  # further messages an application gets where it is one person's guest


class Kind(IntEnum):
    """Discord's kinds of first responses."""

    MESSAGE = 4
    THINKING = 5
    SILENT = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


def parameters(payload: Json, file: File | None) -> MultipartParameters:
    """Return a request's parts as discord.py's HTTP methods take them."""
    if file is None:
        return MultipartParameters(payload=payload, multipart=None, files=None)
    upload = discord.File(BytesIO(file.content), filename=file.name)
    parts: list[Json] = [
        {"name": "payload_json", "value": json.dumps(payload)},
        {
            "name": "files[0]",
            "value": upload.fp,
            "filename": file.name,
            "content_type": "application/octet-stream",
        },
    ]
    return MultipartParameters(payload=None, multipart=parts, files=[upload])


class Exchange:
    """Answers one interaction. `private`: a command's answer is for the caller alone."""

    def __init__(
        self,
        interaction: Interaction,
        wire: AsyncWebhookAdapter,
        answering: Callable[[int], None],
        *,
        private: bool = True,
        late: Late | None = None,
    ) -> None:
        """Hold the `interaction`; requests go out through `wire`, discord.py's own, outside the global rate limit.

        `answering` is told the interaction's number just before a first response leaves; `late` takes an answer whose
        time is over, and has what waits for the person.
        """
        self.ground = ground_of(interaction)
        self._interaction, self._wire, self._private = interaction, wire, private or self.ground.guest
        self._session, self._answering = interaction.followup.session, answering
        self._late = late
        self._deferral: asyncio.Task[None] | None = None
        self._deferred: Kind | None = None  # what was asked for; it may not have arrived
        self._surely_deferred = False
        self._answered = False

    @property
    def on_public(self) -> bool:
        """Say whether the pressed message is one that everybody sees."""
        return self.ground.company and self._pressed is not None and not self._pressed.flags.ephemeral

    @property
    def _pressed(self) -> discord.Message | None:
        return self._interaction.message

    # deferring

    def begin_deferral(self) -> None:
        """Tell Discord that the answer will take longer. For a loop's timer; returns at once."""
        if not self._answered and self._deferral is None:
            self._deferral = asyncio.create_task(self._defer(), name=f"deferral {self._interaction.id}")

    async def _defer(self) -> None:
        self._deferred = Kind.SILENT if self._pressed else Kind.THINKING
        hidden = self._deferred is Kind.THINKING and self.ground.company and self._private
        try:
            await self._first(self._deferred, {"flags": EPHEMERAL} if hidden else None)
            self._surely_deferred = True
        except Exception as error:
            if fate_of(error) is None:
                raise
            log.warning("a deferral failed", error=said(error))

    # answering

    async def give(self, answer: Answer) -> None:
        """Send the answer. Never raises for what Discord or the network does."""
        if self._deferral is not None:
            await self._deferral
        self._answered = True
        try:
            await (self._open(answer) if isinstance(answer, Form) else self._say(answer))
        except Exception as error:
            if not await self._saved(answer, error):
                await self._give_up(error)
        else:
            if isinstance(answer, Reply):
                await self._say_kept()

    async def suggest(self, choices: Iterable[Choice]) -> None:
        """Answer an autocompletion. What comes too late is nothing to anybody."""
        shown = [
            {"name": choice.label[:CHOICE_CHARACTERS], "value": choice.value}
            for choice in choices
            if choice.label and 1 <= len(choice.value) <= CHOICE_CHARACTERS
        ]
        try:
            await self._first(Kind.CHOICES, {"choices": shown[:CHOICES]})
        except Exception as error:
            if fate_of(error) in (None, Fate.REFUSED):
                await self._give_up(error)

    async def _open(self, form: Form) -> None:
        if self._deferred is None:
            await self._surely_first(Kind.MODAL, modal(form))
            return
        log.warning("a form came after the deferral", form=form.title)
        await self._say(self._own_words("discord.press_again"))

    async def _say(self, reply: Reply) -> None:
        if self.ground.guest and reply.public and reply.how is How.NEW and self._pressed:
            reply = self._own_words("discord.guest")  # a share, where nobody let us post
        pages = self._within_bounds(render(reply) or render(self._own_words("discord.done")))
        edits, hidden = self._edits(reply), self._hidden(reply)
        if pages[0].file and self._deferred is None:
            await self._defer()
        await self._say_first(pages[0], edits, hidden)
        if edits and self._pressed:
            hidden = self._pressed.flags.ephemeral
        for page in pages[1:]:
            await self._follow(page, hidden)

    def _within_bounds(self, pages: list[Page]) -> list[Page]:
        """Return as many pages as a guest may send, the last one with the buttons; a line stands for those between."""
        if not self.ground.guest or len(pages) <= FOLLOW_UPS:
            return pages
        return [*pages[: FOLLOW_UPS - 2], *render(self._own_words("discord.cut_short")), pages[-1]]

    def _edits(self, reply: Reply) -> bool:
        """Say whether the reply takes the pressed message's place. A private one never takes a public one's."""
        if reply.how is not How.EDIT or self._pressed is None:
            return False
        return not self.ground.company or bool(reply.public) is self.on_public

    def _hidden(self, reply: Reply) -> bool:
        """Say whether a new message is for this person alone. In a private chat everything is, and stays to be read."""
        return reply.how is How.TOAST or (self.ground.company and (self.ground.guest or not reply.public))

    async def _say_first(self, page: Page, edits: bool, hidden: bool) -> None:
        if self._deferred is not None:
            try:
                await self._say_deferred(page, edits, hidden)
                return
            except Exception as error:
                if self._surely_deferred or fate_of(error) is not Fate.OVER:
                    raise
                # The deferral never arrived: there may still be time for a first response.
        kind = Kind.UPDATE if edits else Kind.MESSAGE
        body = page.body(ephemeral=hidden and not edits, replacing=edits)
        await self._surely_first(kind, body, page)

    async def _say_deferred(self, page: Page, edits: bool, hidden: bool) -> None:
        if self._deferred is Kind.SILENT and not edits:
            await self._follow(page, hidden)
        elif self._deferred is Kind.SILENT or hidden is (self.ground.company and self._private):
            await self._replace(page)
        else:
            # The "thinking" message cannot change who sees it: fill it, answer beside it, take it away.
            await self._replace(Page("…"))
            await self._follow(page, hidden)
            await self._delete()

    # requests

    async def _surely_first(self, kind: Kind, data: Json, page: Page | None = None) -> None:
        """Send a first response, and once more where the first try surely or possibly did not arrive."""
        file = page.file if page else None
        try:
            await self._first(kind, data, file)
            return
        except Exception as error:
            fate = fate_of(error)
            if fate is Fate.TAKEN:
                return  # an earlier try had arrived
            if fate not in (Fate.UNSENT, Fate.UNSURE):
                raise
        if fate is Fate.UNSURE and page is not None and await self._found(page):
            return
        try:
            await self._first(kind, data, file)
        except Exception as error:
            if fate_of(error) is not Fate.TAKEN:
                raise

    async def _found(self, page: Page) -> bool:
        """Say whether a response whose answer was lost did arrive, by writing the same over it."""
        try:
            await self._replace(page)
        except Exception as error:
            if fate_of(error) in (Fate.OVER, Fate.GONE):
                return False
            raise
        return True

    async def _first(self, kind: Kind, data: Json | None, file: File | None = None) -> None:
        payload: Json = {"type": kind.value} | ({"data": data} if data is not None else {})
        self._answering(self._interaction.id)
        sending = self._wire.create_interaction_response(
            self._interaction.id,
            self._interaction.token,
            session=self._session,
            params=parameters(payload, file),
        )
        await _within(UPLOAD_PATIENCE if file else PATIENCE, sending)

    async def _replace(self, page: Page) -> None:
        """Write `page` over the response, or over the pressed message when that is the response."""
        edit = self._wire.edit_original_interaction_response
        await self._send(edit, parameters(page.body(replacing=True), page.file), (Fate.UNSENT, Fate.UNSURE))

    async def _follow(self, page: Page, hidden: bool) -> None:
        """Send a further message. In doubt, it is sent again only when nobody but the caller would see it twice."""
        again = (Fate.UNSENT, Fate.UNSURE) if hidden else (Fate.UNSENT,)
        sent = parameters(page.body(ephemeral=hidden), page.file)
        await self._send(self._wire.execute_webhook, sent, again, wait=True, with_components=bool(page.components))

    async def _send(
        self,
        request: Callable[..., Awaitable[Any]],
        sent: MultipartParameters,
        again: Container[Fate | None],
        **how: Any,
    ) -> None:
        """Send what follows the first response by `request`, and once more after a fate in `again`."""
        for last in (False, True):
            sending = request(
                self._interaction.application_id,
                self._interaction.token,
                session=self._session,
                payload=sent.payload,
                multipart=sent.multipart,
                files=sent.files,
                **how,
            )
            try:
                await _within(UPLOAD_PATIENCE, sending)
                return
            except Exception as error:
                if last or fate_of(error) not in again:
                    raise

    async def _delete(self) -> None:
        await self._wire.delete_original_interaction_response(
            self._interaction.application_id, self._interaction.token, session=self._session
        )

    # late answers

    async def _say_kept(self) -> None:
        """Send after this answer what came too late for an earlier one."""
        words = texts(Locale.of(str(self._interaction.locale)))("discord.late")
        kept = self._late.next(self._user, words) if self._late is not None else None
        if kept is None:
            return
        try:
            for page in self._within_bounds(render(kept)):
                await self._follow(page, self.ground.company)
        except Exception as error:
            await self._give_up(error)

    async def _saved(self, answer: Answer, error: Exception) -> bool:
        """Keep an answer whose fifteen minutes are over; False where that is not what went wrong."""
        over = fate_of(error) is Fate.OVER and self._deferred is not None
        if self._late is None or not over or not isinstance(answer, Reply):
            return False
        to: UserRef | Place | None = None
        pressed = None
        if not self.ground.company:
            to = self._user  # a private chat: nobody else reads there
        elif answer.public and not self.ground.guest:
            to = place_of(self._interaction)
            if self._edits(answer) and self._pressed is not None:
                pressed = Receipt(to, str(self._pressed.id))
        await self._late.take(answer, self._user, to, pressed, f"late:{self._interaction.id}")
        return True

    @property
    def _user(self) -> UserRef:
        return UserRef(Platform.DISCORD, str(self._interaction.user.id))

    # when nothing helps

    async def _give_up(self, error: Exception) -> None:
        fate = fate_of(error)
        if fate is Fate.OVER:
            log.info("an answer came too late", interaction=self._interaction.id)
        elif fate is Fate.REFUSED or fate is None:
            log.error("an answer could not be shown", error=said(error), exc_info=error if fate is None else None)
            await self._apologise()
        else:
            log.warning("an answer was lost", error=said(error))

    async def _apologise(self) -> None:
        page = render(self._own_words("discord.cannot_show"))[0]
        try:
            await self._say_first(page, edits=False, hidden=self.ground.company)
        except Exception as error:
            log.warning("nothing could be shown", error=said(error))

    def _own_words(self, key: str) -> Reply:
        return Reply((texts(Locale.of(str(self._interaction.locale)))(key),), public=False)


async def _within(seconds: float, sending: Awaitable[Any]) -> None:
    async with asyncio.timeout(seconds):
        await sending
