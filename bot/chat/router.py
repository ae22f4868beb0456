"""The one door in: every call, press, form, completion and notice of every platform goes through here.

The router finds the handler, types its arguments, knows the caller in one read, asks whether the space is open and
hands back a reply that is within limits and whose buttons carry their wires. It turns every failure into a polite
sentence. It knows no platform.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot.chat.codec import handed_over, seal, without
from bot.chat.cog import Cog, Completion, OfferHandler, PostHandler, PressHandler, SubmitHandler
from bot.chat.context import Caller, Context
from bot.chat.limits import BUTTONS_IN_ROW, ROWS, TooLarge
from bot.chat.press import Press, from_start, is_name, unpack
from bot.chat.reply import Answer, Button, Choice, How, Offers, Reply
from bot.chat.spec import Access, Audience, Command, Where, check
from bot.chat.stores import Doors, Meetings, Outlet, Tokens, Undeliverable, Visitors
from bot.chat.values import arguments, clean, clean_answers, is_clean, option_value
from bot.core.errors import (
    ExpiredPress,
    NotAllowed,
    NotHere,
    NotOrganiser,
    NotYours,
    SpaceRefused,
    SpaceWaits,
    Told,
    Unavailable,
    UnknownCommand,
    UnknownPress,
)
from bot.core.people import Person
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.tokens import TOKEN_MARK
from bot.i18n import Locale

log = structlog.get_logger(__name__)
K = TypeVar("K")
V = TypeVar("V")

INLINE = "inline"  # the one source of offers for other chats
CALL = "call"  # the press that runs a command: `call|recommend|rl`
NAME_SHOWN = 32  # characters of an unknown command that are said back
WAITING_POST = "doors.waiting"


class BadCommands(ValueError):
    """Commands that a platform would refuse, or things declared twice or not at all: `findings`, one line each."""

    def __init__(self, findings: list[str]) -> None:
        """Carry the `findings`."""
        super().__init__("\n".join(findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Stores:
    """The doors into the rest of the house that the router needs."""

    visitors: Visitors
    tokens: Tokens
    doors: Doors
    meetings: Meetings | None = None


class Router:
    """Routes one conversation's turns to the cogs."""

    def __init__(
        self,
        cogs: Iterable[Cog],
        stores: Stores,
        *,
        clock: Callable[[], datetime],
        default_locale: Locale = Locale.EN,
    ) -> None:
        """Read what the `cogs` declare. Raises `BadCommands` when one of them could not work."""
        self._stores, self._clock, self._default_locale = stores, clock, default_locale
        self._commands: dict[str, tuple[Command, Callable[..., Awaitable[Answer]]]] = {}
        self._presses: dict[str, tuple[PressHandler, Callable[..., Awaitable[Answer]]]] = {}
        self._submissions: dict[str, tuple[SubmitHandler, Callable[..., Awaitable[Reply]]]] = {}
        self._completions: dict[tuple[str, str], Callable[[Context, str], tuple[Choice, ...]]] = {}
        self._posts: dict[str, Callable[..., Awaitable[Reply]]] = {}
        self._inline: dict[str, Callable[[Context, str, int], Offers]] = {}
        self.outlets: dict[Platform, Outlet] = {}
        self._asking: set[SpaceRef] = set()  # spaces whose hosts are being asked just now
        self._errands: set[asyncio.Task[None]] = set()
        findings: list[str] = []
        for cog in cogs:
            self._read(cog, findings)
        findings += [*check(self.commands), *self._lacking()]
        if findings:
            raise BadCommands(findings)

    def _read(self, cog: Cog, findings: list[str]) -> None:
        for declared, method in cog.declared():
            match declared:
                case Command():
                    _note(self._commands, declared.name, (declared, method), findings)
                case PressHandler():
                    _note(self._presses, declared.name, (declared, method), findings)
                case SubmitHandler():
                    _note(self._submissions, declared.name, (declared, method), findings)
                case Completion():
                    _note(self._completions, (cog.name, declared.name), method, findings)
                case PostHandler():
                    _note(self._posts, declared.name, method, findings)
                case OfferHandler():
                    _note(self._inline, INLINE, method, findings)

    def _lacking(self) -> Iterator[str]:
        for name in (*self._presses, *self._submissions):
            if not is_name(name):
                yield f"{name}: not a name that a press can carry"
        for command in self.commands:
            for option in command.options:
                if option.completes and (command.cog, option.completes) not in self._completions:
                    yield f"/{command.name}: no completion {option.completes!r} for {option.name!r}"

    @property
    def commands(self) -> tuple[Command, ...]:
        """Return every command, in the order of declaration."""
        return tuple(command for command, _ in self._commands.values())

    def opens_form(self, wire: str) -> bool:
        """Say whether pressing `wire` opens a form, which some platforms must know before anything else happens.

        A press kept under a token never opens one: looking it up may take longer than a platform waits.
        """
        press = unpack(wire)
        handler = self._presses.get(press.name) if press else None
        return handler is not None and handler[0].opens_form

    def is_for_organisers(self, wire: str) -> bool:
        """Say whether `wire` leads to what organisers may do: a platform that must ask who they are asks only then.

        A command is told as the press that runs it. A press kept under a token is never for organisers.
        """
        press = unpack(wire)
        if press is None:
            return False
        if press.name == CALL:
            command = self._commands.get(press.args[0]) if press.args else None
            return command is not None and command[0].access is Access.ORGANISER
        handler = self._presses.get(press.name)
        return handler is not None and handler[0].access is Access.ORGANISER

    def is_private(self, name: str) -> bool:
        """Say whether the answer to command `name` is for the caller alone; so are answers to unknown commands."""
        found = self._commands.get(name)
        return found is None or found[0].audience is Audience.PRIVATE

    # the doors in

    async def call(self, caller: Caller, name: str, given: Mapping[str, Any]) -> Answer:
        """Run command `name` with the options `given` (already typed by the adapter where the platform can)."""
        return await self._turn(caller, f"/{name[:NAME_SHOWN]}", lambda ctx: self._call(ctx, name, given))

    async def press(self, caller: Caller, wire: str) -> Answer:
        """Answer a pressed button."""
        return await self._turn(caller, "press", lambda ctx: self._press(ctx, wire))

    async def land(self, caller: Caller, payload: str) -> Answer:
        """Answer a deep link: the press in its `payload`, as a message of its own.

        Anybody can write a deep link, so only commands and presses that say so (`lands`) can be reached by one.
        """

        async def landed(ctx: Context) -> Answer:
            answer = await self._press(ctx, self._wire_of_start(payload), landing=True)
            return replace(answer, how=How.NEW) if isinstance(answer, Reply) else answer

        return await self._turn(caller, "landing", landed)

    async def submit(self, caller: Caller, wire: str, answers: Mapping[str, str]) -> Answer:
        """Take the `answers` of a form."""
        return await self._turn(caller, "form", lambda ctx: self._submit(ctx, wire, answers))

    async def tell(self, caller: Caller, write: Callable[[Context], Answer]) -> Answer:
        """Return what the adapter itself says (a form's question, a hint), in the caller's language and sealed."""

        async def told(ctx: Context) -> Answer:
            return write(ctx)

        return await self._turn(caller, "hint", told)

    def complete(self, caller: Caller, name: str, option: str, typed: str) -> tuple[Choice, ...]:
        """Return at most 25 suggestions while somebody types; never waits, never raises."""
        found = self._commands.get(name)
        spec = next((o for o in found[0].options if o.name == option), None) if found else None
        if found is None or spec is None or spec.completes is None:
            return ()
        ctx = self._context(caller, None)
        try:
            return self._completions[found[0].cog, spec.completes](ctx, clean(typed))[:25]
        except Exception:
            log.exception("completion failed", command=name, option=option)
            return ()

    async def offer(self, caller: Caller, typed: str, offset: int = 0) -> Offers:
        """Return what `caller` may send into a chat that we do not see; nothing of the caller but the language counts.

        Never raises: whoever types there is not talking to the bot yet.
        """
        offering = self._inline.get(INLINE)
        if offering is None:
            return Offers()
        try:
            known = await self._known(replace(caller, private_answers=False))
            ctx = replace(known, person=None, impersonal=True)
            return await self._sealed_offers(ctx, offering(ctx, clean(typed), max(offset, 0)))
        except Exception:
            log.exception("nothing could be offered", platform=caller.user.platform.value)
            return Offers()

    async def post(self, name: str, to: Caller, **payload: Any) -> Reply:
        """Write the post `name` for the reader `to`."""
        ctx = await self._known(to)
        reply = await self._sealed(ctx, await self._posts[name](ctx, **payload))
        assert isinstance(reply, Reply)  # noqa: S101 - posts are declared to return replies
        return reply

    # spaces

    async def space_arrived(self, space: SpaceRef, title: str) -> None:
        """The bot was added to `space`. Nothing is said there; the hosts are asked when they want to be."""
        if space in self._asking:
            return
        self._asking.add(space)
        try:
            news = await self._stores.doors.arrived(space, title)
            key = f"waiting:{space.platform}:{space.id}"
            payload = {"space": news.space, "title": news.title}
            if await self._write_to(news.owners, WAITING_POST, key, payload):
                await self._stores.doors.asked(space)
        finally:
            self._asking.discard(space)

    async def space_left(self, space: SpaceRef) -> None:
        """The bot was removed from `space`."""
        await self._stores.doors.left(space)

    async def space_moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """The platform changed the id of a space."""
        await self._stores.doors.moved(old, new)

    # the hosts

    def tell_hosts(self, post: str, key: str, *, unreached: Callable[[], Awaitable[None]], **payload: Any) -> None:
        """Have `post` written to every host, on the side: whoever's turn this is does not wait.

        `key` is stable for the same news; `unreached` is run when none of them could be reached.
        """

        async def errand() -> None:
            if not await self._write_to(self._stores.doors.owners, post, key, payload):
                await unreached()

        self._on_the_side(post, errand())

    def _on_the_side(self, what: str, errand: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for; `finish` waits for it. What goes wrong is logged."""

        async def run() -> None:
            try:
                await errand
            except Exception:
                log.exception("an errand failed", what=what)

        task = asyncio.create_task(run(), name=what)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def finish(self, seconds: float = 5.0) -> None:
        """Wait for what is done on the side, at most so long; the rest is given up."""
        if self._errands:
            _, late = await asyncio.wait(self._errands, timeout=seconds)
            for task in late:
                task.cancel()

    async def _write_to(self, owners: Iterable[UserRef], post: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Write a post to hosts; say whether one of them was reached."""
        return any(await asyncio.gather(*(self._letter(owner, post, f"{key}:{owner.id}", payload) for owner in owners)))

    async def _letter(self, owner: UserRef, post: str, key: str, payload: Mapping[str, Any]) -> bool:
        outlet = self.outlets.get(owner.platform)
        if outlet is None:
            log.warning("a host cannot be asked: their platform is not running", owner=str(owner))
            return False
        reader = Caller(owner, Place(owner.platform, owner.id))
        try:
            await outlet.deliver(owner, await self.post(post, reader, **payload), key)
        except Undeliverable as gone:
            log.warning("a host could not be asked", owner=str(owner), reason=gone.reason)
        except Exception:  # neither the other hosts nor whoever is waiting for an answer shall suffer
            log.exception("a host could not be asked", owner=str(owner))
        else:
            return True
        return False

    # one turn

    async def _sealed_offers(self, ctx: Context, offers: Offers) -> Offers:
        found = [replace(each, reply=await self._handed_over(ctx, each.reply)) for each in offers.found]
        if offers.instead is None:
            return replace(offers, found=tuple(found))
        way = await self._handed_over(ctx, Reply(rows=((offers.instead,),)))
        return replace(offers, found=tuple(found), instead=way.rows[0][0])

    async def _handed_over(self, ctx: Context, reply: Reply) -> Reply:
        sealed = await self._sealed(ctx, handed_over(reply))
        assert isinstance(sealed, Reply)  # noqa: S101 - offers are declared to hold replies
        return sealed

    async def _sealed(self, ctx: Context, answer: Answer) -> Answer:
        sealed, kept = seal(
            answer,
            landing=not ctx.caller.private_answers,
            shares=ctx.caller.shares,
            asker=str(ctx.caller.user),
        )
        self._check_forms(kept.values())
        if not kept:
            return sealed
        try:
            await self._stores.tokens.keep(kept, ctx.now)
        except Unavailable as error:
            log.error("long presses cannot be kept: their buttons are left out", error=str(error))
            return without(sealed, kept)
        return sealed

    def _check_forms(self, long_wires: Iterable[str]) -> None:
        """Refuse a form behind a token: some platforms must know that a form opens before a token is looked up."""
        for wire in long_wires:
            if self.opens_form(wire):
                raise TooLarge(f"the press {wire[:40]!r} opens a form and must fit a button")

    async def _turn(self, caller: Caller, what: str, run: Callable[[Context], Awaitable[Answer]]) -> Answer:
        ctx = self._context(caller, None)
        try:
            ctx = await self._known(caller)
            await self._pass_door(ctx)
            self._note_meeting(ctx)
            return await self._sealed(ctx, await run(ctx))
        except Told as told:
            if isinstance(told, Unavailable):
                log.error("a turn was refused: storage", what=what, error=str(told))
            return Reply((ctx.t(told.key, **told.values_of_text),), how=_how_of_error(ctx), public=False)
        except Exception:
            reference = secrets.token_hex(3)
            log.exception("a turn failed", what=what, reference=reference, platform=caller.user.platform.value)
            return Reply((ctx.t("errors.unexpected", reference=reference),), public=False)

    def _context(self, caller: Caller, person: Person | None) -> Context:
        chosen = person.preferences.locale if person else None
        told = caller.language or (person.language if person else None)  # nobody's client speaks when we write first
        locale = chosen or Locale.of(told, self._default_locale)
        impersonal = not caller.private_answers and not caller.place.private
        return Context(caller, person, locale, self._clock(), impersonal)

    async def _known(self, caller: Caller) -> Context:
        """Return the caller's context; without storage everybody is a stranger, and reading the catalogue goes on."""
        try:
            person = await self._stores.visitors.visitor(caller.user)
        except Unavailable as error:
            log.error("nobody can be recognised: storage", error=str(error))
            person = None
        return self._context(caller, person)

    def _note_meeting(self, ctx: Context) -> None:
        """Note on the side that somebody we know was met in a space; strangers are not written down for asking."""
        meetings, caller = self._stores.meetings, ctx.caller
        if meetings is not None and ctx.person is not None and caller.place.space is not None:
            self._on_the_side("a meeting", meetings.note_member(caller.user, caller.place))

    async def _pass_door(self, ctx: Context) -> None:
        space = ctx.caller.place.space
        if space is None or self._stores.doors.is_host(ctx.caller.user):
            return
        state = await self._stores.doors.state(space)
        if state in (None, "left", "waiting"):  # added (again) while we were down, or perhaps no host was reached yet
            await self.space_arrived(space, "")
            state = await self._stores.doors.state(space)
        if state != "approved":
            raise SpaceRefused if state == "refused" else SpaceWaits

    async def _call(self, ctx: Context, name: str, given: Mapping[str, Any]) -> Answer:
        found = self._commands.get(name)
        if found is None:
            raise UnknownCommand(command=clean(name)[:NAME_SHOWN])
        command, method = found
        self._allow(ctx, command)
        options = {
            option.name: option_value(option, given[option.name], command.option_word(option, ctx.locale))
            for option in command.options
            if given.get(option.name) not in (None, "")
        }
        answer = await method(ctx, **options)
        if isinstance(answer, Reply) and answer.public is None:
            answer = replace(answer, public=command.audience is Audience.PUBLIC or ctx.impersonal)
        elsewhere = command.audience is Audience.PRIVATE and command.where is not Where.GROUP
        if ctx.impersonal and elsewhere and isinstance(answer, Reply):
            answer = _with_mine(ctx, answer, name, [str(options.get(o.name, "")) for o in command.options])
        return answer

    def _allow(self, ctx: Context, command: Command) -> None:
        if command.where is Where.GROUP and ctx.caller.place.private:
            raise NotHere(command=command.name)
        self._admit(ctx, command.access)

    def _admit(self, ctx: Context, access: Access) -> None:
        if access is Access.ALL or self._stores.doors.is_host(ctx.caller.user):
            return
        if access is Access.HOST:
            raise NotAllowed
        if not ctx.caller.admin:
            raise NotOrganiser

    async def _press(self, ctx: Context, wire: str, *, landing: bool = False) -> Answer:
        press = await self._opened(ctx, wire)
        if press.name == CALL:
            return await self._call_again(ctx, press)
        found = self._presses.get(press.name)
        if found is None or (landing and not found[0].lands):
            raise UnknownPress
        handler, method = found
        self._admit(ctx, handler.access)
        answer = await method(ctx, *arguments(handler.types, press.args))
        return _in_private(ctx, answer) if isinstance(answer, Reply) else answer

    async def _call_again(self, ctx: Context, press: Press) -> Answer:
        name, *args = press.args or ("",)
        found = self._commands.get(name)
        if found is None or len(args) > len(found[0].options):
            raise UnknownPress
        options = {option.name: arg for option, arg in zip(found[0].options, args, strict=False)}
        answer = await self._call(ctx, name, options)
        return _in_private(ctx, replace(answer, how=How.EDIT)) if isinstance(answer, Reply) else answer

    async def _opened(self, ctx: Context, wire: str) -> Press:
        if not is_clean(wire):
            raise UnknownPress
        if wire.startswith(TOKEN_MARK):
            kept = await self._stores.tokens.wire(wire, ctx.now)
            if kept is None:
                raise ExpiredPress
            wire = kept
        press = unpack(wire)
        if press is None:
            raise UnknownPress
        if press.owner is not None and press.owner != ctx.caller.user.id:
            raise NotYours
        return press

    async def _submit(self, ctx: Context, wire: str, answers: Mapping[str, str]) -> Answer:
        press = await self._opened(ctx, wire)
        found = self._submissions.get(press.name)
        if found is None:
            raise UnknownPress
        handler, method = found
        answer = await method(ctx, *arguments(handler.types, press.args), answers=clean_answers(answers))
        return _in_private(ctx, answer)

    def _wire_of_start(self, payload: str) -> str:
        wire = from_start(payload)
        if wire is None:
            raise UnknownPress
        return wire


def _note(table: dict[K, V], key: K, declared: V, findings: list[str]) -> None:
    if key in table:
        findings.append(f"{key}: declared twice")
    table[key] = declared


def _how_of_error(ctx: Context) -> How:
    """Refusals under a public message are a toast, so that nobody else's message changes."""
    return How.TOAST if ctx.caller.on_public else How.NEW


def _in_private(ctx: Context, answer: Answer) -> Answer:
    """A public message is nobody's to change unless the handler says so: answer the presser alone instead."""
    if not isinstance(answer, Reply) or answer.public:
        return answer
    if answer.public is None and ctx.impersonal and answer.how is not How.TOAST:
        return replace(answer, public=True)
    changes = answer.how is How.EDIT and ctx.caller.on_public
    return replace(answer, how=How.NEW if changes else answer.how, public=False)


def _with_mine(ctx: Context, reply: Reply, name: str, args: list[str]) -> Reply:
    """Add the door to the caller's own answer, in the private chat, under an impersonal one."""
    while args and not args[-1]:
        args.pop()
    mine = Button(ctx.t("kit.mine"), Press.of(CALL, name, *args), personal=True)
    rows = tuple(row for row in reply.rows if row)
    full = len(rows) + (reply.menu is not None) >= ROWS
    if full and rows and len(rows[-1]) < BUTTONS_IN_ROW:
        return replace(reply, rows=(*rows[:-1], (*rows[-1], mine)))
    return replace(reply, rows=(*rows, (mine,)))
