"""Makes a feed's document small enough to be read: at most so many items, so many bytes, so many tags, so deep.

It looks at bytes from left to right and never builds a tree, so that a document made to hurt is known before a parser
sees it. The bytes are in an encoding in which ASCII stands for itself.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from bot.feeds.errors import Unreadable

MOST = 200  # items from either end: some feeds put the newest last
BUDGET = 2 * 2**20  # bytes that are given to the parser
LARGE = 200 * 2**10  # bytes of an item from which on its contents are left out
DEEPEST = 400  # open tags; broken documents never close some
MOST_TAGS = 40_000
_HEAD = 256 * 2**10  # bytes before the first item
_MOST_BOXES, _MOST_NAMES, _MOST_COMMAS, _MOST_QUOTES = 60_000, 60_000, 600_000, 400_000  # of JSON, texts included
_MARK = re.compile(rb"<(?:(!\[CDATA\[)|(!--)|((?:\w{1,20}:)?(?:item|entry))(?=[\s/>]))")
_CLOSED = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>")
_CONTENT = re.compile(rb"<(content:encoded|content|description|summary)(?=[\s>])")
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*>")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[]{0,2000}(.)", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(rb"<!(?:ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)


def cut_down(body: bytes) -> bytes:
    """Return what of `body` is to be parsed. Raises `Unreadable` for a document that tries to harm."""
    body = _without_doctype(body)
    starts = _starts(body)
    if not starts:
        small = body[:BUDGET]
        _refuse_harm(small)
        return small
    spans = [body[start:end] for start, end in _chosen(starts, len(body))]
    last = spans[-1]
    closed = max(_CLOSED.finditer(last), key=re.Match.end, default=None)
    tail = last[closed.end() :][-1024:] if closed else b""
    spans[-1] = last[: closed.end()] if closed else last
    kept = _within_budget(spans)
    small = b"".join((body[: starts[0]][:_HEAD], *kept, tail))
    _refuse_harm(small)
    return small


def refuse_crowd(body: bytes) -> None:
    """Raise `Unreadable` for JSON of more parts than any feed has: read, each takes many times the bytes it is."""
    crowded = body.count(b"{") + body.count(b"[") > _MOST_BOXES or body.count(b'":') > _MOST_NAMES
    if crowded or body.count(b",") > _MOST_COMMAS or body.count(b'"') > _MOST_QUOTES:
        raise Unreadable("too many parts")


def _without_doctype(body: bytes) -> bytes:
    """Return `body` without a plain document type; one that declares anything of its own is refused."""
    head = body[:_HEAD]
    if _ENTITY.search(head.partition(b"<![CDATA[")[0]):
        raise Unreadable("a document type with entities")
    match = _DOCTYPE.search(head.partition(b"<![CDATA[")[0])
    if match is None:
        return body
    if match[1] != b">":
        raise Unreadable("a document type of its own")
    return body[: match.start()] + body[match.end() :]


def _starts(body: bytes) -> Sequence[int]:
    """Return where items start, passing over what is quoted."""
    found, at = array("I"), 0
    while (match := _MARK.search(body, at)) is not None:
        at = match.end()
        if match[3] is not None:
            found.append(match.start())
            continue
        end = body.find(b"]]>" if match[1] else b"-->", at)
        if end < 0:
            break
        at = end + 3
    return found


def _chosen(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    count = len(starts)
    numbers = range(count) if count <= 2 * MOST else [*range(MOST), *range(count - MOST, count)]
    return [(starts[number], starts[number + 1] if number + 1 < count else end) for number in numbers]


def _within_budget(spans: Sequence[bytes]) -> list[bytes]:
    """Return the items that fit, alternately from the start and from the end; a large one without its contents."""
    slim = [each if len(each) <= LARGE else _without_contents(each) for each in spans]
    kept: dict[int, bytes] = {}
    left = BUDGET
    for step in range(len(slim)):
        number = step // 2 if step % 2 == 0 else len(slim) - 1 - step // 2
        if len(slim[number]) <= left:
            kept[number] = slim[number]
            left -= len(slim[number])
    return [kept[number] for number in sorted(kept)]


def _without_contents(item: bytes) -> bytes:
    """Return an item without its long texts."""
    parts, at = [], 0
    while (match := _CONTENT.search(item, at)) is not None:
        end = item.find(b"</" + match[1], match.end())
        close = item.find(b">", end) + 1 if end >= 0 else 0
        if not close:
            break
        parts.append(item[at : match.start()])
        at = close
    slim = b"".join((*parts, item[at:]))
    return slim if len(slim) <= LARGE else b""


def _refuse_harm(small: bytes) -> None:
    """Raise `Unreadable` for more tags, or deeper ones, than any feed has."""
    depth = 0
    parts = _unquoted(small)
    if sum(part.count(b"<") for part in parts) > MOST_TAGS:
        raise Unreadable("too many tags")
    for part in parts:
        for match in _TAG.finditer(part):
            if match[1]:
                depth = max(0, depth - 1)
            elif not match[0].endswith((b"/>", b"?>")):
                depth += 1
            if depth > DEEPEST:
                raise Unreadable("nested too deep")


def _unquoted(text: bytes) -> list[bytes]:
    first, *rest = text.split(b"<![CDATA[")
    return [first, *(part.partition(b"]]>")[2] for part in rest)]
