"""How a feature declares itself: a `Cog` with decorated methods, read into commands, presses, submissions and posts.

A command's options are the method's parameters after the context, their types the options' types. A cog never sees a
platform or SQL; what it needs it is given when `app` builds it.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from bot.chat.reply import Answer, Choice, Reply
from bot.chat.spec import Access, Audience, Command, Option, Where

Handler = Callable[..., Awaitable[Answer]]
Method = TypeVar("Method", bound=Callable[..., Any])
_MARK = "_declares"


@dataclass(frozen=True, slots=True)
class Completes:
    """Marks a text option whose values are suggested by the cog's completion `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """Marks the range of an `int` option, both ends included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class FromMessage:
    """Marks what a command takes from the message it is called on; nobody types it and no platform lists it."""


@dataclass(frozen=True, slots=True)
class PressHandler:
    """A method that answers presses named `<cog>.<name>`; `types` are those of its arguments.

    `lands` says that a deep link may press it, `access` who may.
    """

    name: str
    method: str
    types: tuple[type, ...]
    opens_form: bool = False
    lands: bool = False
    access: Access = Access.ALL


@dataclass(frozen=True, slots=True)
class SubmitHandler:
    """A method that takes a form's answers: the press's arguments, then `answers`. `access` says from whom."""

    name: str
    method: str
    types: tuple[type, ...]
    access: Access = Access.ALL


@dataclass(frozen=True, slots=True)
class Completion:
    """A method that suggests values while somebody types."""

    name: str
    method: str


@dataclass(frozen=True, slots=True)
class PostHandler:
    """A method that writes what nobody asked for just now: a notice, later the scheduled posts."""

    name: str
    method: str


@dataclass(frozen=True, slots=True)
class OfferHandler:
    """A method that offers messages for other chats while somebody types there."""

    method: str


Declared = Command | PressHandler | SubmitHandler | Completion | PostHandler | OfferHandler


def command(
    *,
    audience: Audience = Audience.PRIVATE,
    where: Where = Where.ANYWHERE,
    access: Access = Access.ALL,
    menu_private: int | None = None,
    menu_group: int | None = None,
    on_message: bool = False,
    lands: bool = False,
    talk: bool = True,
) -> Callable[[Method], Method]:
    """Declare the method as the command of its own name.

    `lands`: a deep link may run it with words, so with words too it must only show; bare, every command only shows.
    `talk`: plain words after its Korean word are for it; not where they rather ask about something else.
    """

    def declare(method: Method) -> Method:
        name = method.__name__
        spec = Command(
            name,
            "",
            name,
            (),
            audience,
            where,
            access,
            menu_private=menu_private,
            menu_group=menu_group,
            on_message=on_message,
            lands=lands,
            talk=talk,
        )
        return _mark(method, spec)

    return declare


def press(*, opens_form: bool = False, lands: bool = False, access: Access = Access.ALL) -> Callable[[Method], Method]:
    """Declare the method as the answer to presses of its own name, by those who have `access`.

    `opens_form`: it returns a `Form`, always. `lands`: a deep link may press it, so it must only show; anybody can
    write such a link and have somebody else follow it.
    """
    return lambda method: _mark(method, PressHandler(method.__name__, method.__name__, (), opens_form, lands, access))


@overload
def submission(method: Method) -> Method: ...


@overload
def submission(*, access: Access) -> Callable[[Method], Method]: ...


def submission(method: Method | None = None, *, access: Access = Access.ALL) -> Method | Callable[[Method], Method]:
    """Declare the method as the taker of a form's answers, from those who have `access`."""

    def declare(method: Method) -> Method:
        return _mark(method, SubmitHandler(method.__name__, method.__name__, (), access))

    return declare if method is None else declare(method)


def completion(method: Method) -> Method:
    """Declare the method `(ctx, typed) -> tuple[Choice, ...]` as a source of suggestions. It must not wait."""
    return _mark(method, Completion(method.__name__, method.__name__))


def post(method: Method) -> Method:
    """Declare the method as the writer of a post of its own name."""
    return _mark(method, PostHandler(method.__name__, method.__name__))


def inline(method: Method) -> Method:
    """Declare the method `(ctx, typed, offset) -> Offers` as what is offered for other chats. It must not wait.

    The whole house has one at most. Its context is impersonal and knows no person: who will read is anybody.
    """
    return _mark(method, OfferHandler(method.__name__))


def _mark(method: Method, declared: Declared) -> Method:
    setattr(method, _MARK, declared)
    return method


class Cog:
    """One feature. Subclasses set `name`, the file of their texts and the first word of their presses.

    `short` replaces the first word in presses that carry much: the wire has 64 bytes.
    """

    name: ClassVar[str]
    short: ClassVar[str] = ""

    def declared(self) -> list[tuple[Declared, Callable[..., Any]]]:
        """Return everything the cog declares, completed from the methods' signatures, with the bound methods."""
        found: list[tuple[Declared, Callable[..., Any]]] = []
        for name in dict.fromkeys(name for kind in reversed(type(self).__mro__) for name in vars(kind)):
            declared = getattr(getattr(type(self), name), _MARK, None)
            if declared is not None:
                method = getattr(self, name)
                found.append((self._completed(declared, method), method))
        return found

    def _completed(self, declared: Declared, method: Callable[..., Any]) -> Declared:
        match declared:
            case Command():
                options, message = _options(method)
                return replace(declared, cog=self.name, options=options, message=message)
            case PressHandler() | SubmitHandler():
                name = f"{self.short or self.name}.{declared.name}"
                return replace(declared, name=name, types=_argument_types(method))
            case PostHandler():
                return replace(declared, name=f"{self.name}.{declared.name}")
            case Completion() | OfferHandler():
                return declared


def _parameters(method: Callable[..., Any]) -> list[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(method, include_extras=True)
    given = [p for p in inspect.signature(method).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    return [(parameter, hints[parameter.name]) for parameter in given[1:]]  # the first is the context


def _argument_types(method: Callable[..., Any]) -> tuple[type, ...]:
    return tuple(_read(hint)[0] for _, hint in _parameters(method))


def _options(method: Callable[..., Any]) -> tuple[tuple[Option, ...], Option | None]:
    """Return the options of a command, and apart from them the one that only a message fills."""
    options: list[Option] = []
    message: Option | None = None
    for parameter, hint in _parameters(method):
        if any(isinstance(mark, FromMessage) for mark in _read(hint)[1]):
            message = _option(parameter, hint)
        else:
            options.append(_option(parameter, hint))
    return tuple(options), message


def _option(parameter: inspect.Parameter, hint: Any) -> Option:
    if parameter.default is parameter.empty:
        raise TypeError(f"the option {parameter.name!r} needs a default: a bare command answers too")
    kind, marks = _read(hint)
    completes = next((mark.name for mark in marks if isinstance(mark, Completes)), None)
    bounds = next((mark for mark in marks if isinstance(mark, Bounds)), None)
    return Option(
        parameter.name,
        kind,
        completes,
        least=bounds.least if bounds else None,
        most=bounds.most if bounds else None,
    )


def _read(hint: Any) -> tuple[type, tuple[Any, ...]]:
    """Return the plain type of `Annotated[T | None, ...]` or `Annotated[T, ...] | None`, and the marks."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return _read(inner)[0], tuple(marks)
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [arg for arg in get_args(hint) if arg is not type(None)]
        if len(kinds) == 1:
            return _read(kinds[0])
    if not (isinstance(hint, type) and (hint in (str, int) or issubclass(hint, StrEnum))):
        raise TypeError(f"an option or argument is str, int or a StrEnum, not {hint!r}")
    return hint, ()


__all__ = [
    "Answer", "Bounds", "Choice", "Cog", "Completes", "FromMessage", "Reply",
    "command", "completion", "inline", "post", "press", "submission",
]  # fmt: skip
