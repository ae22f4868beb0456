"""The one table of what Telegram's errors mean: what happened to the request, and what may be done about it.

Its tests are generated from it. Telegram names most refusals in a sentence only (tdlib/telegram-bot-api, Client.cpp;
TDLib); a sentence that is not here says nothing for good, so nobody is given up because of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.request import Flood, NeverSent, ServerTrouble
from bot.chat.stores import InDoubt, Refused, Undeliverable, Unsent


class Fate(Enum):
    """What became of a request."""

    NEVER_SENT = "never sent"  # again, at any time
    WAIT = "wait"  # again, after the wait
    TROUBLE = "trouble"  # the server was sick; most likely nothing happened
    IN_DOUBT = "in doubt"  # it may have been carried out
    MOVED = "moved"  # again, to the new id
    TOPIC_CLOSED = "topic closed"  # again, outside of the topic
    TOPIC_GONE = "topic gone"  # again, outside of the topic, and the topic is never to be asked for again
    MARKUP = "markup"  # again, as plain text
    PICTURE = "picture"  # again, as a document
    WORDLESS = "wordless"  # the message has a caption where a text was to be edited: edit that
    UNCHANGED = "unchanged"  # what was wanted is so already
    NO_MESSAGE = "no message"  # what was to be changed is not there any more
    STALE = "stale"  # the press waited too long; its effect stands
    CLOSED = "closed"  # nobody is reached at this address
    OUTSIDE = "outside"  # we are not in this group any more: the address is closed, and the space knows it
    REFUSED = "refused"  # the message itself is at fault
    UNKNOWN = "unknown"  # refused, for a reason nobody has seen yet
    STOP = "stop"  # nothing will work any more


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: errors of `kind` that say one of the `sentences` (none: all of that kind).

    `reason` is the word for a closed address; `ask` says that a closed address is confirmed by asking for the chat.
    """

    kind: type[TelegramError]
    fate: Fate
    sentences: tuple[str, ...] = ()
    reason: str = ""
    ask: bool = False


# The first row that fits counts. In PTB BadRequest is a NetworkError, so kinds stand from the narrow to the wide.
TABLE: tuple[Row, ...] = (
    Row(Flood, Fate.WAIT),
    Row(NeverSent, Fate.NEVER_SENT),
    Row(ServerTrouble, Fate.TROUBLE),
    Row(ChatMigrated, Fate.MOVED),
    Row(InvalidToken, Fate.STOP),
    Row(EndPointNotFound, Fate.STOP),  # what PTB makes of a 401 to a raw call
    Row(Forbidden, Fate.CLOSED, ("bot was blocked by the user", "user_is_blocked"), "blocked"),
    Row(Forbidden, Fate.CLOSED, ("user is deactivated",), "deactivated"),
    Row(Forbidden, Fate.CLOSED, ("can't initiate conversation",), "closed"),
    Row(Forbidden, Fate.OUTSIDE, ("bot was kicked", "bot is not a member"), "gone"),
    Row(Forbidden, Fate.CLOSED, ("group chat was deleted",), "gone"),
    Row(Forbidden, Fate.CLOSED, ("can't send messages to bots", "chat_write_forbidden"), "forbidden"),
    Row(BadRequest, Fate.CLOSED, ("chat not found", "peer_id_invalid"), "gone", ask=True),
    Row(
        BadRequest,
        Fate.CLOSED,
        (
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_admin_required",
            "_forbidden",  # CHAT_SEND_PLAIN_FORBIDDEN and its kin
        ),
        "forbidden",
    ),
    Row(BadRequest, Fate.TOPIC_CLOSED, ("topic_closed",)),
    Row(BadRequest, Fate.TOPIC_GONE, ("message thread not found", "topic_deleted", "topic_id_invalid")),
    Row(BadRequest, Fate.MARKUP, ("can't parse entities", "can't parse message text", "entity_", "entities_too_long")),
    Row(
        BadRequest,
        Fate.PICTURE,
        ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "photo_save_file_invalid"),
    ),
    Row(BadRequest, Fate.WORDLESS, ("there is no text in the message to edit",)),
    Row(BadRequest, Fate.UNCHANGED, ("message is not modified",)),
    Row(
        BadRequest,
        Fate.NO_MESSAGE,
        ("message to edit not found", "message can't be edited", "message_id_invalid", "message to pin not found"),
    ),
    Row(BadRequest, Fate.STALE, ("query is too old", "query id is invalid", "query_id_invalid")),
    Row(
        BadRequest,
        Fate.REFUSED,
        (
            "is too long",
            "text is empty",
            "text must be non-empty",
            "file must be non-empty",
            "wrong file identifier",
            "button_",
            "inline keyboard",
        ),
    ),
    Row(Conflict, Fate.UNKNOWN),
    Row(Forbidden, Fate.UNKNOWN),
    Row(BadRequest, Fate.UNKNOWN),
    Row(NetworkError, Fate.IN_DOUBT),  # closed without an answer, cut, silent, no JSON
    Row(TelegramError, Fate.IN_DOUBT),
)


def meaning(error: TelegramError) -> Row:
    """Return what `error` means."""
    words = str(error).lower()
    return next(row for row in TABLE if isinstance(error, row.kind) and _says(row, words))


def fate(error: TelegramError) -> Fate:
    """Return what became of the request that ended in `error`."""
    return meaning(error).fate


def _says(row: Row, words: str) -> bool:
    return not row.sentences or any(sentence in words for sentence in row.sentences)


# After these the address itself answers nothing for now: what else there is to say there waits.
OF_THE_ADDRESS = {Fate.NEVER_SENT, Fate.WAIT, Fate.CLOSED, Fate.OUTSIDE, Fate.STOP, Fate.MOVED}


# How a delivery ends after each fate; after those not named here the message itself is at fault.
_ENDS: dict[Fate, Callable[[Row, str], Exception]] = {
    Fate.NEVER_SENT: lambda _, words: Unsent(f"not reached: {words}", everywhere=True),
    Fate.STOP: lambda _, __: Unsent("the token is refused", everywhere=True),  # PTB's own words may spell it out
    Fate.TROUBLE: lambda _, words: InDoubt(words),
    Fate.IN_DOUBT: lambda _, words: InDoubt(words),
    Fate.CLOSED: lambda row, _: Undeliverable(row.reason),
    Fate.OUTSIDE: lambda row, _: Undeliverable(row.reason),
    Fate.NO_MESSAGE: lambda _, __: Undeliverable("gone"),
    Fate.UNKNOWN: lambda _, words: Unsent(words, counts=True),
    Fate.MOVED: lambda _, words: Unsent(words),
}


def outcome(error: TelegramError) -> Exception:
    """Return what a delivery raises for `error`: one of the four ways in which it can end."""
    if isinstance(error, Flood):
        return Unsent(str(error), timedelta(seconds=error.seconds), everywhere=error.everywhere)
    row = meaning(error)
    end = _ENDS.get(row.fate)
    return end(row, str(error)) if end is not None else Refused(str(error))


def sentences() -> Iterator[tuple[Row, str]]:
    """Yield every sentence with its row; what is told by its kind alone has none."""
    for row in TABLE:
        for sentence in row.sentences:
            yield row, sentence
