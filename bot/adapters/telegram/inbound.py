"""Telegram's updates as turns of a conversation: who speaks, where, in which language, and what they mean.

In groups only commands and answers to our own questions are looked at. Everything goes through the router; nothing of
an update is kept or logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace

import structlog
from telegram import Bot, CallbackQuery, Chat, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from bot.adapters.telegram.args import Heard, Meaning, read
from bot.adapters.telegram.extras.inline import InlineMode
from bot.adapters.telegram.forms import CANCEL_FORM, SKIP, SKIP_SIGN, Complaint, Interviews, Progress, take
from bot.adapters.telegram.rights import Rights
from bot.adapters.telegram.scenes import GROUPS, is_in, scene_of, scene_of_press, space_of
from bot.adapters.telegram.taps import Taps
from bot.adapters.telegram.turns import Query, Scene, Turns
from bot.chat.args import Call
from bot.chat.context import Caller, Context
from bot.chat.limits import shorten
from bot.chat.press import Press, pack, unpack
from bot.chat.reply import Answer, Button, How, Reply
from bot.chat.router import CALL, Router
from bot.chat.spec import Command
from bot.core.errors import Unavailable

log = structlog.get_logger(__name__)

LOOK_UP = "recommend"  # what plain words in a private chat are offered as
LOOK_UP_CHARACTERS = 200
MOST_TITLES = 10_000


class Inbound:
    """Understands updates."""

    def __init__(self, router: Router, turns: Turns, interviews: Interviews, bot: Bot) -> None:
        """Answer through `turns`; `bot` has been introduced to Telegram already and knows its name."""
        self._router, self._turns, self._interviews, self._bot = router, turns, interviews, bot
        self._inline = InlineMode(router, bot)
        self._commands = {command.name: command for command in router.commands}
        self._taps = Taps()
        self._rights = Rights(bot, router)
        self._titles: dict[int, str] = {}  # of the groups that called in this process

    async def handle(self, update: Update, arrived: float, answering: Callable[[], Awaitable[None]]) -> None:
        """Answer one update, which came at `arrived` on the loop's clock; `answering` hears when an answer leaves."""
        turn = f"{self._bot.id}:{update.update_id}"
        if update.message is not None:
            await self._message(update.message, turn, answering)
        elif update.callback_query is not None:
            await self._press(update.callback_query, turn, arrived, answering)
        elif update.inline_query is not None:
            await self._inline.answer(update.inline_query)
        elif update.my_chat_member is not None:
            await self._membership(update.my_chat_member)

    # messages

    async def _message(self, message: Message, turn: str, answering: Callable[[], Awaitable[None]]) -> None:
        if message.migrate_to_chat_id is not None:
            await self._router.space_moved(space_of(message.chat.id), space_of(message.migrate_to_chat_id))
            return
        if message.migrate_from_chat_id is not None:
            await self._router.space_moved(space_of(message.migrate_from_chat_id), space_of(message.chat.id))
            return
        scene = scene_of(message, shares=self._bot.supports_inline_queries)
        if scene is None:
            return
        scene = replace(scene, caller=replace(scene.caller, turn=turn), answering=answering)
        words = message.text or message.caption or ""
        private = message.chat.type == ChatType.PRIVATE
        heard = read(words, self._router.commands, self._bot.username, private=private)
        try:
            await self._said(scene, message, heard, words)
        except Unavailable as error:
            await self._refuse(scene, error)

    async def _said(self, scene: Scene, message: Message, heard: Heard, words: str) -> None:
        match heard.meaning:
            case Meaning.OTHERS | Meaning.UNSAID:
                return
            case Meaning.CANCEL:
                await self._cancel(scene)
            case Meaning.LANDING:
                await self._interviews.leave(scene.caller)
                await self._turns.give(scene, self._router.land(scene.caller, heard.payload))
            case Meaning.CALL if heard.call is not None:
                await self._called(scene, message, heard, heard.call)
            case _:
                await self._words(scene, message, words)

    async def _called(self, scene: Scene, message: Message, heard: Heard, call: Call) -> None:
        if heard.by_word and (progress := await self._perhaps_asked(scene, message)) is not None:
            await self._take(scene, progress, message.text)
            return
        command = self._commands.get(call.command)
        if command is None and not scene.caller.place.private and not heard.addressed:
            return  # another bot's command, most likely
        await self._interviews.leave(scene.caller)
        await self._know(message.chat)
        options = _with_replied(command, call.options, message) if command else call.options
        scene = _with_again(scene, command, options)
        await self._turns.give(scene, self._call(scene.caller, call.command, options))

    async def _call(self, caller: Caller, name: str, options: Mapping[str, str]) -> Answer:
        caller = await self._rights.known(caller, f"{CALL}|{name}")
        return await self._router.call(caller, name, options)

    async def _words(self, scene: Scene, message: Message, words: str) -> None:
        progress = await self._asked(scene, message)
        if progress is not None:
            await self._take(scene, progress, words or None)
            return
        if not scene.caller.place.private or not _is_content(message):
            return
        await self._turns.give(scene, self._router.tell(scene.caller, lambda ctx: self._hint(ctx, words.strip())))

    def _hint(self, ctx: Context, words: str) -> Reply:
        """What to say to plain words: where to begin, and the one thing they may have meant."""
        command = self._commands.get(LOOK_UP)
        if not words or command is None or not command.options:
            return Reply((ctx.t("telegram.no_words"),))
        offer = ctx.t("telegram.look_up", words=shorten(" ".join(words.split()), 24))
        press = Press.of(CALL, LOOK_UP, words[:LOOK_UP_CHARACTERS])
        return Reply((ctx.t("telegram.hint"),), rows=((Button(offer, press),),))

    # forms

    async def _asked(self, scene: Scene, message: Message) -> Progress | None:
        """Return the form whose open question the message answers, if it is an answer."""
        replied = message.reply_to_message
        ours = replied is not None and replied.from_user is not None and replied.from_user.id == self._bot.id
        if not scene.caller.place.private and not ours:
            return None
        progress = await self._interviews.pending(scene.caller)
        if progress is None or scene.caller.place.private:
            return progress
        return progress if replied is not None and replied.message_id == progress.prompt else None

    async def _perhaps_asked(self, scene: Scene, message: Message) -> Progress | None:
        """As `_asked`; when that cannot be known, a word that calls a command is taken for one."""
        try:
            return await self._asked(scene, message)
        except Unavailable as error:
            log.error("a form cannot be read: storage", error=str(error))
            return None

    async def _take(self, scene: Scene, progress: Progress, words: str | None) -> None:
        try:
            progress = take(progress, words)
        except Complaint as complaint:
            await self._turns.ask(scene, progress, complaint)
            return
        if progress.open is not None:
            await self._turns.ask(scene, progress)
            return
        await self._turns.give(scene, self._submitted(scene.caller, progress))

    async def _submitted(self, caller: Caller, progress: Progress) -> Answer:
        """Hand the answers in and only then forget the form: killed in between, the same turn comes again.

        What could not be taken stays as it was before the last answer, which can then be given again.
        """
        caller = await self._rights.known(caller, progress.wire)
        answer = await self._router.submit(caller, progress.wire, progress.answers)
        if not (isinstance(answer, Reply) and answer.untaken):
            await self._interviews.leave(caller)
        return answer

    async def _cancel(self, scene: Scene) -> None:
        key = "kit.cancelled" if await self._interviews.end(scene.caller) else "kit.nothing_to_cancel"
        await self._turns.give(scene, self._router.tell(scene.caller, lambda ctx: Reply((ctx.t(key),))))

    async def _refuse(self, scene: Scene, error: Unavailable) -> None:
        """Say that a form could not be read or kept just now."""

        def refuse(_: Context) -> Reply:
            raise error

        await self._turns.give(scene, self._router.tell(scene.caller, refuse))

    # presses

    async def _press(
        self, pressed: CallbackQuery, turn: str, arrived: float, answering: Callable[[], Awaitable[None]]
    ) -> None:
        wire = pressed.data or ""
        tap = self._taps.press(pressed, wire, arrived)
        if tap is None:
            return
        scene = scene_of_press(pressed, Query(self._bot, pressed.id), shares=self._bot.supports_inline_queries)
        scene = replace(scene, caller=replace(scene.caller, turn=turn), answering=answering, again=wire)
        if tap.repeated and scene.query is not None:
            await scene.query.answer(tap.toast)
            return
        press = unpack(wire)
        try:
            if press is not None and press.name in (SKIP, CANCEL_FORM):
                await self._form_press(scene, press)
            else:
                tap.toast = await self._turns.give(scene, self._pressed(scene.caller, wire))
        except Unavailable as error:
            await self._refuse(scene, error)

    async def _pressed(self, caller: Caller, wire: str) -> Answer:
        return await self._router.press(await self._rights.known(caller, wire), wire)

    async def _form_press(self, scene: Scene, press: Press) -> None:
        progress = await self._interviews.pending(scene.caller)
        if progress is None or (press.name == SKIP and press.args != (str(progress.at),)):
            expired = self._router.tell(
                scene.caller, lambda ctx: Reply((ctx.t("errors.expired_press"),), how=How.TOAST)
            )
            await self._turns.give(scene, expired)
        elif press.name == SKIP:
            await self._take(scene, progress, SKIP_SIGN)
        else:
            await self._cancel(scene)

    # spaces

    async def _know(self, chat: Chat) -> None:
        """Tell the router of a group nobody told us of: we may have been away when it took us in or was renamed."""
        title = chat.title or ""
        if chat.type not in GROUPS or self._titles.get(chat.id) == title:
            return
        with suppress(Unavailable):  # the next call tells it
            await self._router.space_arrived(space_of(chat.id), title)
            if len(self._titles) >= MOST_TITLES:
                self._titles.clear()
            self._titles[chat.id] = title

    async def _membership(self, change: ChatMemberUpdated) -> None:
        if change.chat.type not in GROUPS:
            return
        was, now = is_in(change.old_chat_member), is_in(change.new_chat_member)
        if now and was:  # what we may do there changed
            await self._router.place_back(space_of(change.chat.id))
        elif now:
            await self._router.space_arrived(space_of(change.chat.id), change.chat.title or "")
        elif was:
            await self._router.space_left(space_of(change.chat.id))


def _is_content(message: Message) -> bool:
    """Say whether a person sent something, as opposed to Telegram telling what happened."""
    return message.effective_attachment is not None or bool(message.text)


def _with_replied(command: Command, options: dict[str, str], message: Message) -> dict[str, str]:
    """Give a command said in reply to a message that message's text, when it takes one and was not given its words."""
    replied = message.reply_to_message
    if not command.on_message or replied is None or command.of_message.name in options:
        return options
    words = replied.text or replied.caption
    return {command.of_message.name: words, **options} if words else options


def _with_again(scene: Scene, command: Command | None, options: dict[str, str]) -> Scene:
    if command is None:
        return scene
    args = [options.get(option.name, "") for option in command.options]
    while args and not args[-1]:
        args.pop()
    again = pack(Press.of(CALL, command.name, *args))
    return replace(scene, again=again)
