"""A reply as what Discord shows: one page for each message, each within Discord's limits, nothing dropped.

Text comes first, then the cards as embeds, the file, the menu and the buttons. What does not fit into one message
goes on in the next; the last one carries the file and the components. Pure: it knows no connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bot.adapters.discord.markdown import clean, shorten, split
from bot.chat.limits import shorten as cut_short
from bot.chat.reply import Button, Card, File, Menu, Reply, Style
from bot.chat.text import Link, Mention, Text, lines, text
from bot.core.refs import Platform

# Discord's developer documentation, "Message" and "Components", read in 2026. Characters are code points.
CONTENT_CHARACTERS = 2000
EMBEDS, EMBED_CHARACTERS = 10, 6000  # a message's; the characters of all its embeds together
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS, FOOTER_CHARACTERS = 256, 4096, 2048
BUTTON_URL_CHARACTERS, EMBED_URL_CHARACTERS = 512, 2048
MENTIONS = 100  # accounts one message may notify
ALT_CHARACTERS = 1024
FILE_BYTES = 10 * 1024 * 1024

EPHEMERAL = 1 << 6
MENU_ID = "|menu"  # no wire starts like this; the wires are the options' values
TWIN = "\u2063"  # an invisible separator: what follows it only tells two buttons with the same press apart
INVISIBLE = "\u200b"  # a message needs some content; buttons alone are none

ROW, BUTTON, SELECT = 1, 2, 3
LINK_STYLE = 5
STYLES = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 4}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One message to be. `mentions` are the accounts it notifies, and nobody else."""

    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    file: File | None = None
    mentions: tuple[str, ...] = ()

    def body(self, *, ephemeral: bool = False, replacing: bool = False, nonce: str | None = None) -> Json:
        """Return the request's body. `replacing`: it takes the place of another message, whose parts must go."""
        body: Json = {"allowed_mentions": {"parse": [], "users": list(self.mentions)}}
        parts = {"content": self.content, "embeds": list(self.embeds), "components": list(self.components)}
        body |= {name: part for name, part in parts.items() if part or replacing}
        if self.file:
            body["attachments"] = [_attachment(self.file)]
        elif replacing:
            body["attachments"] = []
        if ephemeral:
            body["flags"] = EPHEMERAL
        if nonce:
            body |= {"nonce": nonce, "enforce_nonce": True}
        return body


def render(reply: Reply) -> list[Page]:
    """Return `reply` as the messages it takes, in order; none for a reply that shows nothing."""
    words = _all_words(reply)
    contents = split(words, CONTENT_CHARACTERS)
    batches = list(_batches(embed for card in reply.cards for embed in _embeds(card)))
    file = reply.file if reply.file and len(reply.file.content) <= FILE_BYTES else None
    components = _components(reply)
    pages = [Page(content, mentions=_mentioned(words, content)) for content in contents]
    if batches:
        joint = pages.pop() if pages else Page()
        pages.append(Page(joint.content, batches[0], mentions=joint.mentions))
        pages += [Page(embeds=batch) for batch in batches[1:]]
    if file or components:
        last = pages.pop() if pages else Page("" if file else INVISIBLE)
        pages.append(Page(last.content, last.embeds, components, file, last.mentions))
    return pages


def wire_of(custom_id: str) -> str:
    """Return the wire that a pressed component carries."""
    return custom_id.split(TWIN, 1)[0]


def label(words: str) -> str:
    """Return `words` for a place that draws no markup: a button, a menu, a form, a footer."""
    return clean(words)


def _all_words(reply: Reply) -> Text:
    """Return the reply's text and what has no better place: a file's text form, addresses nothing else can hold."""
    rows = [reply.text]
    rows += [_spelled(b.label, b.url) for row in reply.rows for b in row if b.url and not _holds(b.url)]
    rows += [_spelled(c.title, c.url) for c in reply.cards if c.url and not _holds(c.url, EMBED_URL_CHARACTERS)]
    file = reply.file
    if file and not (_is_picture(file) and len(file.alt) <= ALT_CHARACTERS and len(file.content) <= FILE_BYTES):
        rows.append(text(file.alt))
    return lines(*rows)


def _holds(url: str, limit: int = BUTTON_URL_CHARACTERS) -> bool:
    return len(url) <= limit and url.startswith(("https://", "http://"))


def _spelled(words: str, url: str) -> Text:
    return text(Link(words, url)) if url.startswith(("https://", "http://")) else text(f"{words} {url}")


def _mentioned(words: Text, content: str) -> tuple[str, ...]:
    called = (node for node in words if isinstance(node, Mention) and not node.quiet)
    users = (node.user for node in called if node.user.platform is Platform.DISCORD)
    return tuple(dict.fromkeys(user.id for user in users if f"<@{user.id}>" in content))[:MENTIONS]


# cards


def _embeds(card: Card) -> Iterator[Json]:
    """Yield the embeds of one card: more than one when its lines are long."""
    title = shorten(card.title, TITLE_CHARACTERS)
    footer = label(card.footer).strip()
    words = card.body
    if len(footer) > FOOTER_CHARACTERS:
        words, footer = lines(words, card.footer), ""
    room = min(DESCRIPTION_CHARACTERS, EMBED_CHARACTERS - len(title) - len(footer))
    parts = split(words, room, embedded=True) or [""]
    for number, part in enumerate(parts):
        embed: Json = {}
        if number == 0 and title:
            embed["title"] = title
            if card.url and _holds(card.url, EMBED_URL_CHARACTERS):
                embed["url"] = card.url
        if part:
            embed["description"] = part
        if number == len(parts) - 1 and footer:
            embed["footer"] = {"text": footer}
        if embed:
            yield embed


def _batches(embeds: Iterable[Json]) -> Iterator[tuple[Json, ...]]:
    batch: list[Json] = []
    size = 0
    for embed in embeds:
        length = embed_length(embed)
        if batch and (len(batch) == EMBEDS or size + length > EMBED_CHARACTERS):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(embed)
        size += length
    if batch:
        yield tuple(batch)


def embed_length(embed: Json) -> int:
    """Return the characters of `embed` that count towards a message's limit."""
    footer: Json = embed.get("footer", {})
    return sum(len(part) for part in (embed.get("title", ""), embed.get("description", ""), footer.get("text", "")))


# components


def _components(reply: Reply) -> tuple[Json, ...]:
    seen: dict[str, int] = {}
    rows = [_select(reply.menu)] if reply.menu else []
    rows += [[_button(button, seen) for button in row if not button.url or _holds(button.url)] for row in reply.rows]
    return tuple({"type": ROW, "components": row} for row in rows if row)


def _button(button: Button, seen: dict[str, int]) -> Json:
    shown = label(button.label)
    if button.url:
        return {"type": BUTTON, "style": LINK_STYLE, "label": shown, "url": button.url}
    return {
        "type": BUTTON,
        "style": STYLES[button.style],
        "label": shown,
        "custom_id": _unique(button.wire, seen),
    }


def _select(menu: Menu) -> list[Json]:
    seen: dict[str, int] = {}
    options = [
        {"label": label(choice.label), "value": _unique(wire, seen)}
        | ({"description": label(choice.hint)} if choice.hint else {})
        for choice, wire in zip(menu.choices, menu.wires, strict=True)
    ]
    select: Json = {"type": SELECT, "custom_id": MENU_ID, "options": options}
    if menu.most > 1:
        select["max_values"] = min(menu.most, len(options))
    if menu.placeholder:
        select["placeholder"] = label(menu.placeholder)
    return [select]


def _unique(wire: str, seen: dict[str, int]) -> str:
    """Return `wire`, told apart from others with the same press: Discord refuses a message with twins."""
    seen[wire] = count = seen.get(wire, 0) + 1
    return wire if count == 1 else f"{wire}{TWIN}{count}"


# files


def _is_picture(file: File) -> bool:
    return PurePath(file.name).suffix.lower() in PICTURES


def _attachment(file: File) -> Json:
    attachment: Json = {"id": 0, "filename": file.name}
    if _is_picture(file):
        attachment["description"] = cut_short(label(file.alt), ALT_CHARACTERS)
    return attachment
