"""What the bot can say: a reply and its parts. A closed vocabulary that every adapter draws natively.

A part enters only when two cogs need it and both platforms can draw it or a fallback is written down. Renderers match
exhaustively; nothing is dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from bot.chat.press import Press
from bot.chat.text import Text, blocks, require_web_address

_ACTS = 3  # what a button can do: one of them


class How(Enum):
    """How a reply meets the message it answers."""

    NEW = "new"  # a message of its own
    EDIT = "edit"  # in place of the message whose button was pressed
    TOAST = "toast"  # one short line for the presser alone; the message stays as it is


class Style(Enum):
    """How a button looks where the platform has colours."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a `press`, a web address, or words to `share`.

    `share` lets the presser choose another chat and ask there with these words (Telegram's inline mode). Where nothing
    can be asked in other chats the router leaves such a button out, so no other platform needs a drawing of it.
    `personal` says that its answer is for the presser alone: under a public message it opens the private chat where a
    platform cannot answer in private. `wire` is what the platform carries and `landing` says that it is the payload of
    a deep link; the router fills both in.
    """

    label: str
    press: Press | None = None
    url: str | None = None
    style: Style = Style.PLAIN
    personal: bool = False
    share: str | None = None
    wire: str = ""
    landing: bool = False

    def __post_init__(self) -> None:
        """Refuse a button that does nothing or two things, or leads elsewhere than to the web."""
        if (self.press is None) + (self.url is None) + (self.share is None) != _ACTS - 1:
            raise ValueError("a button has a press, an address or words to share, one of them")
        if self.url is not None:
            require_web_address(self.url)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu or of an autocompletion: what is shown, what is meant."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """One of many: a select on Discord, buttons on Telegram. The choice's value becomes the press's last argument.

    With `most` over 1, so many may be chosen at once where a platform has that (a select). Each is a press of its own,
    in order, and the answer to the last is shown: only for presses that say how things stand.
    """

    placeholder: str
    press: Press
    choices: tuple[Choice, ...]
    wires: tuple[str, ...] = ()  # one a choice, filled in by the router
    most: int = 1


@dataclass(frozen=True, slots=True)
class Card:
    """A titled block: an embed on Discord, a bold heading and its lines on Telegram."""

    title: str
    lines: tuple[Text, ...] = ()
    url: str | None = None
    footer: str = ""

    def __post_init__(self) -> None:
        """Refuse a title that leads elsewhere than to the web."""
        if self.url is not None:
            require_web_address(self.url)

    @property
    def body(self) -> Text:
        """Return the lines as one text, as every platform draws them."""
        return blocks(*self.lines)


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over: a picture, an export. `alt` is its text form, always sent with it."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `text` comes first, then the cards, the file, the menu and the rows of buttons.

    `shown` are the ids of the resources it shows, in order, for those who test or script the bot.
    `public` lets one answer to a private command be seen by all (a share); None follows the command.
    `thread` names a thread to open under a delivered message, where the platform has threads.
    `mine` is what opens the asker's own version of an impersonal answer; None: the same question, asked again.
    `untaken` says that storage was away: nothing of what was said is kept, and the same may be said again.
    """

    text: Text = ()
    cards: tuple[Card, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    menu: Menu | None = None
    file: File | None = None
    how: How = How.NEW
    public: bool | None = None
    shown: tuple[str, ...] = ()
    thread: str | None = None
    mine: Press | None = None
    untaken: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One line or paragraph that a form asks for. `limit` counts characters."""

    name: str
    label: str
    placeholder: str = ""
    long: bool = False
    required: bool = True
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Form:
    """A few questions: a modal on Discord, one after another elsewhere. `submit` gets the answers by field name."""

    title: str
    submit: Press
    fields: tuple[Field, ...] = field(default=())
    wire: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A message that somebody may send into another chat, and how it looks in the list to choose from."""

    title: str
    hint: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be sent into a chat where the bot need not be. Everybody there reads it, so it is never personal.

    `next` is the offset of the offers after these, None at the end. `instead` leads to the private chat when there is
    nothing to choose from.
    """

    found: tuple[Offer, ...] = ()
    next: int | None = None
    instead: Button | None = None


Answer = Reply | Form
