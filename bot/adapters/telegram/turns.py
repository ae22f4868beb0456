"""How an answer meets the message it answers: a new message, an edit in place, a toast, the first question of a form.

Every pressed button is answered exactly once, at once when the work takes long. It knows no update; who asked and
where is handed in as a `Scene`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import structlog
from telegram import Bot, ForceReply
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.adapters.telegram.failures import Fate, fate
from bot.adapters.telegram.forms import Complaint, Interviews, Progress, question
from bot.adapters.telegram.render import Part, landing, render, toast
from bot.adapters.telegram.request import Flood, NeverSent
from bot.adapters.telegram.wire import ANSWER, Target, Wire
from bot.chat.context import Caller, Context
from bot.chat.limits import TOAST_UNITS, units
from bot.chat.press import to_start, unpack
from bot.chat.reply import Answer, Button, Form, How, Reply
from bot.chat.router import Router
from bot.chat.text import Mention

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.5  # a person who sees nothing for longer presses again
TYPING_SECONDS = 4.5  # Telegram shows "typing" for five
ALERT_CHARACTERS = 80  # a longer toast is gone before it is read: it waits for a tap instead
PLACEHOLDER_CHARACTERS = 64
HELLO = "hello"  # the payload of a deep link that only opens the private chat


class Query:
    """One pressed button that waits for its answer; only the first answer goes out."""

    def __init__(self, bot: Bot, query_id: str) -> None:
        """Answer `query_id` through `bot`."""
        self._bot, self._id = bot, query_id
        self._answer: asyncio.Task[None] | None = None

    @property
    def answered(self) -> bool:
        """Say whether an answer is on its way or was given."""
        return self._answer is not None

    async def answer(self, words: str = "", *, open_: str | None = None) -> None:
        """Stop the spinner, with a line for the presser, or `open_` a link of ours. A stale query is no error."""
        if self._answer is None:
            self._answer = asyncio.create_task(self._go(words, open_))
        await asyncio.shield(self._answer)

    async def _go(self, words: str, link: str | None) -> None:
        alert = len(words) > ALERT_CHARACTERS or None
        for _ in range(2):
            try:
                await self._bot.answer_callback_query(self._id, text=words or None, show_alert=alert, url=link)
            except NeverSent:
                continue
            except TelegramError as error:
                log.log(
                    10 if fate(error) is Fate.STALE else 30, "a press could not be answered", error=type(error).__name__
                )
            return


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an answer goes. `pressed` is the message to edit, `again` the press that asks the same in private.

    `answering` is awaited when the answer is about to leave: from then on the update counts as handled.
    """

    caller: Caller
    target: Target
    reply_to: int | None = None
    pressed: int | None = None
    query: Query | None = None
    again: str = ""
    answering: Callable[[], Awaitable[None]] | None = None


class Turns:
    """Shows the answers of turns."""

    def __init__(self, router: Router, wire: Wire, interviews: Interviews, username: str) -> None:
        """Send through `wire`, in the name of the bot `username`."""
        self._router, self._wire, self._interviews, self._username = router, wire, interviews, username

    async def give(self, scene: Scene, turn: Awaitable[Answer]) -> str:
        """Wait for `turn` and show its answer; return the toast that was shown, if any."""
        watch = asyncio.create_task(self._watch(scene))
        try:
            with _reported():
                return await self._show(scene, await turn)
            return ""
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            if scene.query is not None:
                await scene.query.answer()

    async def ask(self, scene: Scene, progress: Progress, complaint: Complaint | None = None) -> None:
        """Ask the open question of a form (again, after a `complaint`)."""
        with _reported():
            await self._ask(scene, progress, complaint)
        if scene.query is not None:
            await scene.query.answer()

    async def _ask(self, scene: Scene, progress: Progress, complaint: Complaint | None = None) -> None:
        private = scene.caller.place.private
        to = None if private or scene.query is None else Mention(scene.caller.user, scene.caller.name)
        asked = await self._router.tell(scene.caller, lambda ctx: question(ctx, progress, to=to, complaint=complaint))
        assert isinstance(asked, Reply) and progress.open is not None  # noqa: S101 - questions are replies
        hint = (progress.open.placeholder or progress.open.label)[:PLACEHOLDER_CHARACTERS]
        ask = None if private else ForceReply(selective=True, input_field_placeholder=hint)
        prompt = await self._send(scene, render(asked, self._username), ask)
        await self._interviews.keep(scene.caller, replace(progress, prompt=prompt))

    async def _watch(self, scene: Scene) -> None:
        """Let the person know that something is being done when it takes longer."""
        await asyncio.sleep(PATIENCE_SECONDS)
        if scene.query is not None:
            await scene.query.answer()
        while True:
            await self._wire.typing(scene.target)
            await asyncio.sleep(TYPING_SECONDS)

    async def _show(self, scene: Scene, answer: Answer) -> str:
        if isinstance(answer, Form):
            await self._begin(scene, answer)
            return ""
        words = self._toast_of(scene, answer)
        if words and scene.query is not None:
            await _leaving(scene)
            await scene.query.answer(words)
            return words
        if self._is_secret(scene, answer):
            await self._in_private(scene, answer)
            return ""
        parts = render(answer, self._username)
        if answer.how is How.EDIT and scene.pressed is not None and parts and parts[0].file is None:
            await self._edit(scene, scene.pressed, parts)
        else:
            await self._send(scene, parts)
        return ""

    def _toast_of(self, scene: Scene, answer: Reply) -> str | None:
        """Return the line that only the presser shall see, where Telegram can still show one."""
        if scene.query is None or scene.query.answered:
            return None
        alone = answer.how is How.TOAST or (answer.public is False and not scene.caller.place.private)
        return toast(answer) if alone else None

    def _is_secret(self, scene: Scene, answer: Reply) -> bool:
        """Say whether the answer is for one person but would be read by many; mere words are refusals, said openly."""
        alone = answer.public is False or (answer.how is How.TOAST and scene.query is not None)
        more = answer.cards or answer.rows or answer.menu or answer.file
        too_long = answer.how is How.TOAST and toast(answer) is None
        return alone and not scene.caller.place.private and bool(more or too_long)

    async def _begin(self, scene: Scene, form: Form) -> None:
        if scene.caller.anonymous:  # nobody could be told apart when the answers come
            await self._point_to_private(scene)
            return
        await self._ask(scene, Progress.of(form))

    async def _in_private(self, scene: Scene, answer: Reply) -> None:
        """Give a presser in a group their own answer: in the private chat, and where that is closed, the way there."""
        if scene.query is None:
            await self._point_to_private(scene)
            return
        parts = render(answer, self._username)
        alone = Target(int(scene.caller.user.id))
        try:
            for part in parts:
                await self._wire.send(alone, part, urgency=ANSWER, before=scene.answering)
        except (Forbidden, BadRequest):  # they never opened the private chat, or closed it
            await self._show_the_way(scene, scene.query, answer, parts)
            return
        line = await self._router.tell(scene.caller, lambda ctx: Reply((ctx.t("telegram.in_private"),)))
        assert isinstance(line, Reply)  # noqa: S101 - written above
        await scene.query.answer(toast(line) or "")

    async def _show_the_way(self, scene: Scene, query: Query, answer: Reply, parts: list[Part]) -> None:
        """Say it in an alert when that holds all of it; else open the private chat, on the answer where that may be."""
        words = " ".join(part.bare for part in parts)
        if units(words) <= TOAST_UNITS and not (answer.rows or answer.menu or answer.file):
            await query.answer(words)
            return
        payload = to_start(scene.again) if self._router.lands(scene.again) else None
        await query.answer(open_=landing(self._username, payload or HELLO))

    async def _point_to_private(self, scene: Scene) -> None:
        """Answer a command with a button that asks the same in the private chat."""
        press = unpack(scene.again)

        def write(ctx: Context) -> Reply:
            rows = ((Button(ctx.t("kit.mine"), press, personal=True),),) if press else ()
            return Reply((ctx.t("telegram.in_private"),), rows=rows, public=True)

        line = await self._router.tell(scene.caller, write)
        assert isinstance(line, Reply)  # noqa: S101 - written above
        await self._send(scene, render(line, self._username))

    async def _edit(self, scene: Scene, message: int, parts: list[Part]) -> None:
        try:
            await self._wire.edit(scene.target, message, parts[0], before=scene.answering)
        except (BadRequest, ChatMigrated) as error:
            log.info("a message could not be changed; sent anew", because=str(error))
            await self._send(scene, parts)
            return
        await self._send(scene, parts[1:])

    async def _send(self, scene: Scene, parts: list[Part], ask: ForceReply | None = None) -> int | None:
        """Send all parts, the first as an answer to the asking message; return the id of the last.

        A part that fails does not take the later ones with it; the first failure is raised at the end.
        """
        sent: int | None = None
        failure: NetworkError | None = None
        for number, part in enumerate(parts):
            reply_to = scene.reply_to if number == 0 else None
            asking = ask if number == len(parts) - 1 else None
            try:
                message = await self._wire.send(
                    scene.target, part, urgency=ANSWER, reply_to=reply_to, ask=asking, before=scene.answering
                )
                sent = message.message_id
            except NetworkError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return sent


async def _leaving(scene: Scene) -> None:
    if scene.answering is not None:
        await scene.answering()


@contextmanager
def _reported() -> Iterator[None]:
    """Turn what Telegram refuses or the network loses into one line of the log: nobody can be told any more."""
    try:
        yield
    except Forbidden:
        log.info("an answer has nowhere to go: the chat is closed to us")
    except Flood as flood:
        log.warning("an answer was given up: flood wait too long", seconds=flood.seconds)
    except BadRequest as error:
        log.error("Telegram refused an answer", error=str(error))
    except NetworkError as error:
        log.warning("an answer is lost or in doubt", error=str(error))
    except TelegramError as error:
        log.error("an answer failed", error=str(error))
