"""Messages nobody is waiting for: to a person's private chat, a channel, a thread; their later edits; their pins.

A message's nonce is made from its key: Discord returns the first message for a second send within a few minutes, so a
retry after a lost answer doubles nothing. Later than that the chat's own history is asked.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import discord
import structlog

from bot.adapters.discord.chats import PrivateChats
from bot.adapters.discord.exchange import parameters
from bot.adapters.discord.failures import Fate, fate_of, said
from bot.adapters.discord.history import sent_since
from bot.adapters.discord.render import Json, Page, render
from bot.adapters.discord.requests import PATIENCE, UPLOAD_PATIENCE, Requests, unreachable
from bot.adapters.pages import fitted
from bot.chat.limits import shorten
from bot.chat.reply import Reply
from bot.chat.stores import InDoubt, Receipt, Refused, Undeliverable, Unsent
from bot.core.refs import Place, Platform, UserRef

T = TypeVar("T")
log = structlog.get_logger(__name__)

NONCE_CHARACTERS = 25
NONCE_KEPT = timedelta(minutes=2)  # "the past few minutes", says Discord; beyond it the history is asked
HALF_SENT = 1000
CONFIRM_SECONDS = 2.0  # between "there is no such channel" and asking whether that is so
SILENT = 1 << 12  # SUPPRESS_NOTIFICATIONS
THREAD_CHARACTERS = 100
THREAD_MINUTES: Final = 10080  # archived by itself after seven days without a message
HAS_A_THREAD = 160004
WORDLESS_THREAD = "…"
NOTHING_LEFT = "…"  # in a message of several that a changed reply does not need any more


class EmptyReply(ValueError):
    """A post that shows nothing: a mistake in a cog."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is to be delivered, and how."""

    key: str
    pages: Sequence[Page]
    thread_name: str
    doubted_since: datetime | None
    under: Receipt | None
    silent: bool


class Deliveries:
    """Delivers, revises and pins."""

    def __init__(
        self,
        requests: Requests,
        chats: PrivateChats,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Make `requests`, write to people in their `chats`, tell the time by `clock`."""
        self._requests, self._chats, self._clock, self._sleep = requests, chats, clock, sleep
        self._half_sent: dict[str, list[Receipt]] = {}

    async def deliver(
        self,
        client: discord.Client,
        to: UserRef | Place,
        reply: Reply,
        key: str,
        *,
        doubted_since: datetime | None = None,
        under: Receipt | None = None,
        silent: bool = False,
    ) -> Receipt:
        """Send `reply` in as many messages as it takes; the receipt names the last, which carries the buttons.

        Raises what `bot.chat.stores.Outlet.deliver` says.
        """
        pages = render(reply)
        if not pages:
            raise EmptyReply(key)
        errand = _Errand(key, pages, _thread_name(reply, pages), doubted_since, under, silent)
        try:
            receipt = await self._carry(client, to, errand)
        except discord.HTTPException as error:
            if not isinstance(to, UserRef) or not await self._lost_chat(to, error):
                raise unreachable(error) from error
            receipt = await self._carry_anew(client, to, errand)
        if reply.thread and under is None:
            return replace(receipt, thread=await self._open_thread(client, receipt, reply.thread))
        return receipt

    async def _carry(self, client: discord.Client, to: UserRef | Place, errand: _Errand) -> Receipt:
        """Send all of an errand that has not arrived yet."""
        key, pages, since = errand.key, errand.pages, errand.doubted_since
        bodies = [_body(page, nonce_of(key, number), silent=errand.silent) for number, page in enumerate(pages)]
        place = to if isinstance(to, Place) else Place(Platform.DISCORD, await self._chats.of(client, to))
        if errand.under is not None:
            place = await self._below(client, errand.under, place, bodies, errand.thread_name)
        sent = self._half_sent.pop(key, [])
        if not sent and since is not None and self._clock() - since > NONCE_KEPT:
            sent = await self._arrived(client, place, bodies, since)
        return await self._send_all(client, place, key, list(zip(bodies, pages, strict=True)), sent)

    async def _carry_anew(self, client: discord.Client, to: UserRef, errand: _Errand) -> Receipt:
        """Carry it into a chat that is opened now: the one we knew is not ours any more."""
        try:
            return await self._carry(client, to, errand)
        except discord.HTTPException as error:
            await self._lost_chat(to, error)
            raise unreachable(error) from error

    async def _lost_chat(self, to: UserRef, error: discord.HTTPException) -> bool:
        """Forget the chat with somebody when Discord says that it is none of ours; say whether one was known."""
        return fate_of(error) in (Fate.GONE, Fate.FORBIDDEN) and await self._chats.forget(to)

    async def revise(self, client: discord.Client, sent: Receipt, reply: Reply) -> None:
        """Put `reply` in the place of the messages `sent`; `bot.adapters.pages` says what of more or fewer."""
        pages = render(reply)
        if not pages:
            raise EmptyReply(sent.message)
        messages = (*sent.earlier, sent.message)
        if len(pages) > len(messages):
            log.warning("a revised reply takes more messages than it has", messages=len(pages), there=len(messages))
        fitting = fitted(pages, len(messages), _ending, Page(NOTHING_LEFT))
        for message, page in zip(messages, fitting, strict=True):
            try:
                await self._edit(client, _channel(sent.place), message, page)
            except discord.HTTPException as error:
                if message == sent.message or fate_of(error) is not Fate.GONE:
                    raise unreachable(error) from error
                log.info("a part of a reply is gone; the others are revised", message=message)

    async def _edit(self, client: discord.Client, channel: int, message: str, page: Page) -> None:
        def edit() -> Awaitable[Any]:
            params = parameters(page.body(replacing=True), page.file)
            return client.http.edit_message(channel, int(message), params=params)

        await self._awake(client, channel, f"{channel} edit", edit, _patience(page))

    async def pin(self, client: discord.Client, sent: Receipt) -> None:
        """Pin the message `sent`."""
        channel = _channel(sent.place)
        try:
            await self._requests.make(f"{channel} pin", lambda: client.http.pin_message(channel, int(sent.message)))
        except discord.HTTPException as error:
            raise unreachable(error) from error

    # sending

    async def _send_all(
        self, client: discord.Client, place: Place, key: str, parts: Sequence[tuple[Json, Page]], sent: list[Receipt]
    ) -> Receipt:
        """Send the parts that are not `sent` yet; what was sent before a failure is not sent again later."""
        for body, page in parts[len(sent) :]:
            try:
                sent.append(await self._send(client, sent[-1].place if sent else place, body, page))
            except BaseException:
                self._note_half(key, sent)
                raise
        return replace(sent[-1], earlier=tuple(each.message for each in sent[:-1]))

    async def _send(self, client: discord.Client, place: Place, body: Json, page: Page) -> Receipt:
        """Send one message; where the thread is gone or stays closed, into its channel."""
        try:
            return await self._post(client, place, body, page)
        except discord.HTTPException as error:
            if place.thread is None or fate_of(error) not in (Fate.ARCHIVED, Fate.GONE):
                raise
            log.info("a thread cannot be written to; its channel is", thread=place.thread, error=said(error))
        return await self._post(client, replace(place, thread=None), body, page)

    async def _post(self, client: discord.Client, place: Place, body: Json, page: Page) -> Receipt:
        channel = _channel(place)

        def post() -> Awaitable[Any]:
            return client.http.send_message(channel, params=parameters(body, page.file))

        async def post_awake() -> Any:
            return await self._awake(client, channel, str(channel), post, _patience(page))

        try:
            message = await post_awake()
        except discord.HTTPException as error:
            if fate_of(error) is not Fate.GONE or not await self._is_there(client, channel):
                raise
            message = await post_awake()
        return Receipt(place, str(message["id"]))

    async def _awake(
        self, client: discord.Client, channel: int, lane: str, request: Callable[[], Awaitable[T]], patience: float
    ) -> T:
        """Make a request in `channel`, waking a thread that was archived."""
        try:
            return await self._requests.make(lane, request, patience=patience)
        except discord.HTTPException as error:
            if fate_of(error) is not Fate.ARCHIVED:
                raise
            asleep = error
        try:
            await self._requests.make(f"{channel} wake", lambda: client.http.edit_channel(channel, archived=False))
        except discord.HTTPException:
            raise asleep from None
        return await self._requests.make(lane, request, patience=patience)

    async def _is_there(self, client: discord.Client, channel: int) -> bool:
        """Confirm that a channel is gone: Discord has said so in error, and nothing is to be given up for that."""
        await self._sleep(CONFIRM_SECONDS)
        try:
            await self._requests.make(f"{channel} look", lambda: client.http.get_channel(channel))
        except discord.HTTPException as error:
            return fate_of(error) is not Fate.GONE
        return True

    async def _arrived(
        self, client: discord.Client, place: Place, bodies: Sequence[Json], since: datetime
    ) -> list[Receipt]:
        """Return the parts that arrived after all, from the first on without a gap.

        None where nothing can be read: whether anything can be written there, and where else, the sending finds out.
        """
        channel = _channel(place)
        try:
            found = await self._requests.make(
                f"{channel} history", lambda: sent_since(client.http, channel, client.application_id, bodies, since)
            )
        except discord.HTTPException as error:
            if fate_of(error) not in (Fate.GONE, Fate.FORBIDDEN):
                raise
            log.info("the history of a channel cannot be read", channel=channel, error=said(error))
            return []
        return [Receipt(place, message) for message in found]

    def _note_half(self, key: str, sent: list[Receipt]) -> None:
        if not sent:
            return
        if len(self._half_sent) >= HALF_SENT:
            del self._half_sent[next(iter(self._half_sent))]
        self._half_sent[key] = sent

    # threads

    async def _below(
        self, client: discord.Client, under: Receipt, place: Place, bodies: Sequence[Json], name: str
    ) -> Place:
        """Return the thread under a message; where there can be none, the first body becomes an answer to it."""
        at = under.place
        if at.space is not None and at.thread is None:
            thread = under.thread or await self._open_thread(client, under, name)
            if thread is not None:
                return replace(at, thread=thread)
        if at == place:
            reference = {"message_id": under.message, "channel_id": str(_channel(at)), "fail_if_not_exists": False}
            bodies[0]["message_reference"] = reference
        return place

    async def _open_thread(self, client: discord.Client, sent: Receipt, name: str) -> str | None:
        """Return the thread under the message `sent`, opened when there is none; None where none can be opened."""
        channel, message = _channel(sent.place), int(sent.message)

        def start() -> Awaitable[Mapping[str, Any]]:
            opening: Awaitable[Any] = client.http.start_thread_with_message(
                channel, message, name=shorten(name, THREAD_CHARACTERS), auto_archive_duration=THREAD_MINUTES
            )
            return opening

        try:
            return str((await self._requests.make(f"{channel} thread", start))["id"])
        except discord.HTTPException as error:
            if error.code == HAS_A_THREAD:
                return sent.message  # a thread has the id of the message it was opened under
            log.info("no thread can be opened", channel=channel, error=said(error))
        except (InDoubt, Refused, Undeliverable, Unsent) as error:
            log.warning("a thread was not opened", channel=channel, error=said(error))
        return None


def nonce_of(key: str, part: int) -> str:
    """Return the nonce of one part of the delivery `key`: the same for every try."""
    return hashlib.blake2b(f"{key}#{part}".encode(), digest_size=12).hexdigest()[:NONCE_CHARACTERS]


def _body(page: Page, nonce: str, *, silent: bool) -> Json:
    body = page.body(nonce=nonce)
    return body | {"flags": body.get("flags", 0) | SILENT} if silent else body


def _ending(page: Page, last: Page) -> Page:
    return replace(page, components=last.components)


def _channel(place: Place) -> int:
    return int(place.thread or place.channel)


def _patience(page: Page) -> float:
    return UPLOAD_PATIENCE if page.file else PATIENCE


def _thread_name(reply: Reply, pages: Sequence[Page]) -> str:
    first = reply.thread or (reply.cards[0].title if reply.cards else pages[0].content.partition("\n")[0])
    return first.strip() or WORDLESS_THREAD
