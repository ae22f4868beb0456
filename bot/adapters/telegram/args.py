"""What a message means: a command (whose?), a landing from a deep link, a wish to stop, or plain words.

Pure reading of text; options inside a command are read by the kit. It knows no chat and no person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.chat.args import CANCEL_COMMANDS, CANCEL_WORDS, LONGEST_LINE, Call, parse_call
from bot.chat.press import from_start, unpack
from bot.chat.spec import Command
from bot.core.tokens import TOKEN_MARK

START = "start"
_SLASH = re.compile(r"/([^\s@/]{1,64})(?:@(\w{1,64}))?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Meaning(Enum):
    """What kind of message it is."""

    CALL = "call"
    LANDING = "landing"
    CANCEL = "cancel"
    OTHERS = "others"  # a command for another bot
    UNSAID = "unsaid"  # what Telegram writes in a group for whoever adds the bot by a link: nobody waits for an answer
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message understood. `addressed`: it named this bot; `by_word`: a command called by its bare Korean word."""

    meaning: Meaning
    call: Call | None = None
    payload: str = ""
    addressed: bool = False
    by_word: bool = False


def read(text: str, commands: Sequence[Command], username: str, *, private: bool) -> Heard:
    """Return what `text` means to the bot called `username`; bare words are commands in private chats only."""
    text = unicodedata.normalize("NFC", text[:LONGEST_LINE].strip())  # macOS may write Hangul in parts
    slash = _SLASH.fullmatch(text)
    if slash is not None:
        return _slash(slash[1].casefold(), slash[2], slash[3] or "", commands, username, private=private)
    if not private:
        return Heard(Meaning.WORDS)
    if text in CANCEL_WORDS:
        return Heard(Meaning.CANCEL)
    head, *rest = text.split(maxsplit=1) or [""]
    call = None if head.startswith("/") else parse_call(" ".join((head, *rest)), commands)
    return Heard(Meaning.CALL, call, by_word=True) if call else Heard(Meaning.WORDS)


def _slash(
    name: str, bot: str | None, rest: str, commands: Sequence[Command], username: str, *, private: bool
) -> Heard:
    if bot is not None and bot.casefold() != username.casefold():
        return Heard(Meaning.OTHERS)
    addressed = bot is not None
    if name in CANCEL_COMMANDS | CANCEL_WORDS:
        return Heard(Meaning.CANCEL, addressed=addressed)
    payload = rest.strip()
    if name == START and payload and not private:
        return Heard(Meaning.UNSAID)
    if name == START and _PAYLOAD.fullmatch(payload) and _is_ours(payload):
        return Heard(Meaning.LANDING, payload=payload, addressed=addressed)
    return Heard(Meaning.CALL, parse_call(f"/{name} {rest}", commands), addressed=addressed)


def _is_ours(payload: str) -> bool:
    """Say whether a deep link carries a press of ours; foreign ones (adverts, old links) are a plain hello."""
    wire = from_start(payload)
    return wire is not None and (wire.startswith(TOKEN_MARK) or unpack(wire) is not None)
