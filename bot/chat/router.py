"""The one door in: every call, press, form, completion and notice of every platform goes through here.

The router finds the handler, types its arguments, knows the caller in one read, asks whether the space is open and
hands back a reply that is within limits and whose buttons carry their wires. It turns every failure into a polite
sentence. It knows no platform.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.chat.audience import how_of_error, in_private, with_mine
from bot.chat.cog import Cog
from bot.chat.context import Caller, Context
from bot.chat.letters import Letters
from bot.chat.oneself import as_oneself, is_personal, needs_oneself
from bot.chat.press import CALL, Press, from_start, unpack
from bot.chat.registry import INLINE, BadCommands, Registry
from bot.chat.reply import Answer, Choice, How, Offers, Reply
from bot.chat.sealing import Sealing
from bot.chat.spec import Access, Audience, Command, Where
from bot.chat.stores import Doors, Mail, Meetings, Organisers, Reach, Tokens, Visitors
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

ANSWERED, REFUSED, FAILED = "answered", "refused", "failed"
_TELLING = frozenset(("press", "form"))  # turns in which people say something that is kept
NAME_SHOWN = 32  # characters of an unknown command that are said back


@dataclass(frozen=True, slots=True)
class Stores:
    """The doors into the rest of the house that the router needs."""

    visitors: Visitors
    tokens: Tokens
    doors: Doors
    meetings: Meetings | None = None
    reach: Reach | None = None
    organisers: Organisers | None = None
    mail: Mail | None = None


class Router(Registry):
    """Routes one conversation's turns to what the cogs declare."""

    def __init__(
        self,
        cogs: Iterable[Cog],
        stores: Stores,
        *,
        clock: Callable[[], datetime],
        default_locale: Locale = Locale.EN,
    ) -> None:
        """Read what the `cogs` declare. Raises `BadCommands` when one of them could not work."""
        super().__init__(cogs)
        self._stores, self._clock, self._default_locale = stores, clock, default_locale
        self._sealing = Sealing(stores.tokens, self.opens_form, self.acts)
        self._letters = Letters(stores.doors, self.post, stores.mail)
        self.outlets = self._letters.outlets
        self.turned: Callable[[Platform, str], None] | None = None  # who counts how turns end

    # the doors in

    async def call(self, caller: Caller, name: str, given: Mapping[str, Any]) -> Answer:
        """Run command `name` with the options `given` (already typed by the adapter where the platform can)."""
        return await self._turn(caller, f"/{name[:NAME_SHOWN]}", lambda ctx: self._call(ctx, name, given))

    async def press(self, caller: Caller, wire: str) -> Answer:
        """Answer a pressed button."""
        return await self._turn(caller, "press", lambda ctx: self._press(ctx, wire))

    async def land(self, caller: Caller, payload: str) -> Answer:
        """Answer a deep link: the press in its `payload`, as a message of its own.

        Anybody can write a deep link, so only presses that say so (`lands`) can be reached by one, and a command with
        words only where it says so; bare, every command only shows.
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
            return await self._sealing.offers(ctx, offering(ctx, clean(typed), max(offset, 0)))
        except Exception:
            log.exception("nothing could be offered", platform=caller.user.platform.value)
            return Offers()

    async def post(self, name: str, to: Caller, **payload: Any) -> Reply | None:
        """Write the post `name` for the reader `to`; None when there is nothing to say any more."""
        return await self._write(await self._known(to), name, payload)

    async def compose(self, name: str, to: Caller, person: Person | None, payload: Mapping[str, Any]) -> Reply | None:
        """Write the post `name` for a reader of whom all is read already. Raises `KeyError` for an unknown post."""
        return await self._write(self._context(to, person), name, payload)

    async def _write(self, ctx: Context, name: str, payload: Mapping[str, Any]) -> Reply | None:
        written = await self._posts[name](ctx, **payload)
        if written is None:
            return None
        reply = await self._sealing.answer(ctx, written)
        assert isinstance(reply, Reply)  # noqa: S101 - posts are declared to return replies
        return reply

    # spaces

    async def space_arrived(self, space: SpaceRef, title: str) -> None:
        """The bot was added to `space`. Nothing is said there; the hosts are asked when they want to be."""
        self._note_reach(space)
        await self._letters.ask_about(space, title)

    async def space_left(self, space: SpaceRef) -> None:
        """The bot was removed from `space`."""
        await self._stores.doors.left(space)

    async def space_moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """The platform changed the id of a space."""
        await self._stores.doors.moved(old, new)

    async def place_gone(self, place: Place) -> None:
        """A channel or thread of a space was deleted: what goes there waits, and the hosts are told once."""
        if self._stores.reach is not None:
            await self._stores.reach.gone(place)

    async def place_back(self, space: SpaceRef) -> None:
        """Something changed in `space` that may let us write there again. Costs nothing when nothing is held back."""
        self._note_reach(space)

    # the hosts

    def tell_hosts(self, post: str, key: str, *, unreached: Callable[[], Awaitable[None]], **payload: Any) -> None:
        """Have `post` written to every host, on the side; see `Letters.tell_hosts`."""
        self._letters.tell_hosts(post, key, unreached=unreached, **payload)

    async def finish(self, seconds: float = 5.0) -> None:
        """Wait for what is done on the side, at most so long; the rest is given up."""
        await self._letters.finish(seconds)

    # one turn

    async def _turn(self, caller: Caller, what: str, run: Callable[[Context], Awaitable[Answer]]) -> Answer:
        ctx, outcome = None, ANSWERED
        try:
            ctx = await self._known(caller)
            await self._pass_door(ctx)
            self._note_meeting(ctx)
            self._note_life(ctx.caller)
            answer = await run(ctx)
            if ctx.person is None and what in _TELLING:  # this very turn may have made somebody of them
                self._note_meeting(ctx, known=True)
            return await self._sealing.answer(ctx, answer)
        except Told as told:
            outcome, untaken = REFUSED, isinstance(told, Unavailable)
            if untaken:
                log.error("a turn was refused: storage", what=what, error=str(told))
            ctx = ctx or self._context(caller, None)
            said = ctx.t(told.key, **told.values_of_text)
            return Reply((said,), how=how_of_error(ctx), public=False, untaken=untaken)
        except Exception:
            outcome = FAILED
            ctx = ctx or self._context(caller, None)
            reference = secrets.token_hex(3)
            log.exception("a turn failed", what=what, reference=reference, platform=caller.user.platform.value)
            return Reply((ctx.t("errors.unexpected", reference=reference),), public=False)
        finally:
            if self.turned is not None:
                self.turned(caller.user.platform, outcome)

    def _context(self, caller: Caller, person: Person | None) -> Context:
        chosen = person.preferences.locale if person else None
        told = caller.language or (person.language if person else None)  # nobody's client speaks when we write first
        locale = chosen or Locale.of(told, self._default_locale)
        impersonal = not caller.private_answers and not caller.place.private
        return Context(caller, person, locale, self._clock(), impersonal)

    async def _known(self, caller: Caller) -> Context:
        """Return the caller's context; without storage everybody is a stranger, and reading the catalogue goes on.

        Whoever is anonymous is one always.
        """
        if caller.anonymous:
            return self._context(caller, None)
        try:
            person = await self._stores.visitors.visitor(caller.user)
        except Unavailable as error:
            log.error("nobody can be recognised: storage", error=str(error))
            person = None
        return self._context(caller, person)

    def _note_meeting(self, ctx: Context, *, known: bool = False) -> None:
        """Note on the side that somebody we know was met in a space; strangers are not written down for asking."""
        meetings, caller = self._stores.meetings, ctx.caller
        if meetings is not None and (known or ctx.person is not None) and caller.place.space is not None:
            self._letters.on_the_side("a meeting", meetings.note_member(caller.user, caller.place))

    def _note_life(self, caller: Caller) -> None:
        """Note that a person is here, and their space where it is one chat: where it is many, a turn tells of one."""
        self._note_reach(caller.user)
        space = caller.place.space
        if space is not None and space.id == caller.place.channel:
            self._note_reach(space)

    def _note_reach(self, who: UserRef | SpaceRef) -> None:
        """Note on the side that somebody, or some space, that no letter reached is here."""
        reach = self._stores.reach
        if reach is not None and reach.lost(who):
            self._letters.on_the_side("found again", self._found_again(reach, who))

    async def _found_again(self, reach: Reach, who: UserRef | SpaceRef) -> None:
        """Let letters go out to them again, and ask a host what they could not be asked."""
        await reach.found(who)
        if isinstance(who, UserRef) and self._stores.doors.is_host(who):
            for space in await self._stores.doors.waiting():
                await self._letters.ask_about(space, "")

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
        await self._allow(ctx, command)
        options = {
            option.name: option_value(option, given[option.name], command.option_word(option, ctx.locale))
            for option in command.all_options
            if given.get(option.name) not in (None, "")
        }
        if needs_oneself(ctx, command, options):
            return as_oneself(ctx, command)
        answer = await method(ctx, **options)
        if isinstance(answer, Reply) and answer.public is None:
            answer = replace(answer, public=command.audience is Audience.PUBLIC or ctx.impersonal)
        if ctx.impersonal and is_personal(command) and isinstance(answer, Reply):
            again = [str(options.get(o.name, "")) for o in command.options] if command.lands else []
            answer = with_mine(ctx, answer, name, again)
        return answer

    async def _allow(self, ctx: Context, command: Command) -> None:
        if command.where is Where.GROUP and ctx.caller.place.private:
            raise NotHere(command=command.name)
        await self._admit(ctx, command.access)

    async def _admit(self, ctx: Context, access: Access) -> None:
        if access is Access.ALL or self._stores.doors.is_host(ctx.caller.user):
            return
        if access is Access.HOST:
            raise NotAllowed
        if not await self.organises(ctx):
            raise NotOrganiser

    async def organises(self, ctx: Context) -> bool:
        """Say whether the platform lets the caller manage this space, or an organiser named them.

        In private: whether they were named for any group; which one, the cog asks.
        """
        if ctx.caller.admin:
            return True
        named = self._stores.organisers
        return named is not None and ctx.person is not None and await named.organises(ctx.person, ctx.caller.place)

    async def _press(self, ctx: Context, wire: str, *, landing: bool = False) -> Answer:
        press = await self._opened(ctx, wire)
        if press.name == CALL:
            return await self._call_again(ctx, press, landing=landing)
        found = self._presses.get(press.name)
        if found is None or (landing and not found[0].lands):
            raise UnknownPress
        handler, method = found
        await self._admit(ctx, handler.access)
        answer = await method(ctx, *arguments(handler.types, press.args))
        return in_private(ctx, answer) if isinstance(answer, Reply) else answer

    async def _call_again(self, ctx: Context, press: Press, *, landing: bool) -> Answer:
        name, *args = press.args or ("",)
        found = self._commands.get(name)
        if found is None or len(args) > len(found[0].options) or (landing and any(args) and not found[0].lands):
            raise UnknownPress
        options = {option.name: arg for option, arg in zip(found[0].options, args, strict=False)}
        answer = await self._call(ctx, name, options)
        return in_private(ctx, replace(answer, how=How.EDIT)) if isinstance(answer, Reply) else answer

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
        await self._admit(ctx, handler.access)
        answer = await method(ctx, *arguments(handler.types, press.args), answers=clean_answers(answers))
        return in_private(ctx, answer)

    def _wire_of_start(self, payload: str) -> str:
        wire = from_start(payload)
        if wire is None:
            raise UnknownPress
        return wire


__all__ = ["CALL", "BadCommands", "Router", "Stores"]
