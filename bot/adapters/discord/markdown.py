"""The text tree as Discord's Markdown, and long text cut into parts that each stand alone.

Whatever a member or the catalogue supplies shows as it is and never acts: markup, mentions, invitations, addresses.
Parts are cut between whole characters and whole marks, so no escape and no markup is ever torn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, assert_never
from urllib.parse import quote

from bot.chat.text import LONGEST, Bold, Code, Formula, Link, Mention, Moment, MomentStyle, Node, Text, bounded
from bot.core.refs import Platform, UserRef

BOLD, CODE = "**", "`"
APART = "\u200b"  # a space without width: two codes side by side would end each other
_MOMENT_FORMATS = {MomentStyle.TIME: "t", MomentStyle.DATE: "D", MomentStyle.BOTH: "f"}

# Control characters, halves of surrogate pairs, and the marks that turn the direction of everything after them.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# Every character that may act, and then why it does here: a pattern that begins with a set is found four times as fast.
_ACTING = re.compile(
    r"[\\*_`\[<@#:/~|.](?:"
    r"(?<=[\\*_`\[])"
    r"|(?<=<)(?=[@#:/a-zA-Z])|(?<=<[@#:/])"  # mentions, emoji, commands, moments, addresses
    r"|(?<=~)(?=~)|(?<=~~)|(?<=\|)(?=\|)|(?<=\|\|)"  # one of them is only a character
    r"|(?<=@)(?=everyone|here)"
    r"|(?<=:)(?=//|\w+:)"  # an address that would turn into a link with a preview, an emoji by name
    r"|(?<=\.)(?=gg/)|(?<=discord\.)(?=com/)|(?<=discordapp\.)(?=com/)"  # invitations show a card without any scheme
    r")"
)
_LINE_START = re.compile(r"^([ \t]*)(?:(#{1,3}|-#|>{1,3}|-)(?=\s|$)|(\d{1,9})(?=\.(?:\s|$)))", re.MULTILINE)
# One character with what belongs to it: its escape, combining marks, joined emoji. Bounded, for stacked marks.
_CHARACTER = re.compile(
    r"(?:\\.|[^\\]|\\)(?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
    r"|\u200d[^\s\\]?){0,12}",
    re.DOTALL,
)
_SYMBOL = re.compile(".", re.DOTALL)
_WORD, _LINE, _PARAGRAPH = 1, 2, 3  # kinds of cuts, better ones higher
_URL_SAFE = "/:?#@!$&+,;=%~.-"  # what may stand in an address; brackets, quotes and marks would end it or act
_SAFE_ADDRESS = re.compile(rf"[\w{re.escape(_URL_SAFE)}]*", re.ASCII)  # almost every one: nothing to quote
_BREAKS = ("\n", "\n\n")


class _Piece(NamedTuple):
    """Markdown between the marks `wrap`. One with a `plain` form is not to be cut, unless nothing else helps.

    The `plain` form is still to be escaped: it is hardly ever needed.
    """

    wrap: str
    text: str
    plain: str = ""


def clean(words: str) -> str:
    """Return `words` without what no text may hold: control characters, direction overrides, stray line ends."""
    if words.isprintable() or words in _BREAKS:  # most are, and it takes no time to see
        return words
    return _UNSHOWABLE.sub("", _LINE_ENDS.sub("\n", words))


def escape(words: str, *, line_start: bool = True) -> str:
    """Return `words` in Markdown that shows exactly them. `line_start`: they begin a line."""
    return _escaped(clean(words), line_start=line_start)


def _escaped(cleaned: str, *, line_start: bool) -> str:
    escaped = _ACTING.sub(r"\\\g<0>", cleaned)
    if line_start:
        return _guard(escaped)
    head, newline, tail = escaped.partition("\n")
    return head + newline + _guard(tail)


def draw(words: Text, *, embedded: bool = False) -> str:
    """Return the whole of `words` in Markdown. `embedded`: inside an embed, where addresses never show a preview."""
    return _join(_pieces(words, embedded))


def split(words: Text, limit: int, *, embedded: bool = False) -> list[str]:
    """Return `words` in Markdown parts of at most `limit` characters, cut at paragraphs, lines, words, characters.

    White space at the cuts and ends is dropped, as Discord itself does; parts that show nothing are left out.
    """
    pieces = _pieces(words, embedded)
    whole = _join(pieces).strip()
    if len(whole) <= limit:
        return [whole] if whole else []
    atoms = _atoms(pieces, limit)
    parts: list[str] = []
    start = 0
    while start < len(atoms):
        end = _furthest(atoms, start, limit - 1)  # one for the escape that a new first line may need
        cut = end if end == len(atoms) else _cut(atoms, start, end)
        part = _part(atoms[start:cut])
        if part:
            parts.append(part)
        start = cut
    return parts


def shorten(words: str, limit: int) -> str:
    """Return one line of `words`, escaped, in at most `limit` characters, the cut shown by an ellipsis."""
    escaped = escape(" ".join(clean(words[:LONGEST]).split()))
    if len(escaped) <= limit:
        return escaped
    kept = ""
    for found in _CHARACTER.finditer(escaped):
        if len(kept) + len(found[0]) >= limit:
            break
        kept += found[0]
    return kept.rstrip() + "…"


def _guard(lines: str) -> str:
    """Escape what would make a line a heading, a quotation or a list item."""
    return _LINE_START.sub(_escape_start, lines)


def _escape_start(found: re.Match[str]) -> str:
    before, mark, number = found.groups()
    return f"{before}\\{mark}" if mark else f"{before}{number}\\"


def _pieces(words: Text, embedded: bool) -> list[_Piece]:
    """Return `words` as pieces of Markdown. Neighbours are joined before they are escaped: no mark forms across two."""
    raw = [piece for node in _fewer(bounded(words)) if (piece := _raw(node, embedded)).text]
    pieces: list[_Piece] = []
    for (wrap, whole), run in groupby(raw, key=lambda piece: (piece.wrap, bool(piece.plain))):
        if whole:
            pieces += run
        elif wrap == CODE:
            for number, code in enumerate(run):
                pieces += [_Piece("", APART)] * bool(number) + _wrapped(CODE, code.text)
        elif wrap == BOLD:
            bold = "".join([piece.text for piece in run])
            pieces += _wrapped(BOLD, _ACTING.sub(r"\\\g<0>", bold))  # no line begins inside the marks
        else:
            text = "".join([piece.text for piece in run])
            pieces += [_Piece("", _escaped(text, line_start=_begins_line(pieces)))]
    return [piece for piece in pieces if piece.text]


def _fewer(words: Text) -> Iterator[Node]:
    """Yield the nodes of `words`, neighbouring plain ones as one."""
    plain: list[str] = []
    for node in words:
        if isinstance(node, str):
            plain.append(node)
            continue
        if plain:
            yield "".join(plain)
            plain = []
        yield node
    if plain:
        yield "".join(plain)


def _begins_line(pieces: Sequence[_Piece]) -> bool:
    for piece in reversed(pieces):
        if piece.text.rpartition("\n")[2].strip():
            return False
        if "\n" in piece.text:
            return True
    return True


def _raw(node: Node, embedded: bool) -> _Piece:
    """Return one node: a whole mark, or text that is still to be escaped."""
    match node:
        case str():
            return _Piece("", clean(node))
        case Bold(words):
            return _Piece(BOLD, clean(words))
        case Code(words) | Formula(words):
            # There is no escape inside code: what holds its mark is shown as plain text.
            return _Piece("" if CODE in words else CODE, clean(words))
        case Link(words, url):
            return _Piece("", _link(words, url, embedded), plain=f"{words} {url}")
        case Mention(user, name, quiet):
            return _mention(user, clean(name if quiet else f"@{name}"))
        case Moment(at, _, style):
            shown = f"<t:{int(at.timestamp())}:{_MOMENT_FORMATS[style]}>"
            return _Piece("", shown, plain=shown)
        case _:
            assert_never(node)


def _mention(user: UserRef, name: str) -> _Piece:
    if user.platform is Platform.DISCORD and user.id.isdecimal():
        return _Piece("", f"<@{user.id}>", plain=name)
    return _Piece("", name)


def _wrapped(wrap: str, words: str) -> list[_Piece]:
    """Return `words` with every line wrapped by itself: marks do not reach over line ends everywhere."""
    pieces: list[_Piece] = []
    for number, line in enumerate(words.split("\n")):
        if number:
            pieces.append(_Piece("", "\n"))
        pieces.append(_Piece(wrap if line.strip() else "", line))
    return pieces


def _link(words: str, url: str, embedded: bool) -> str:
    address = url if _SAFE_ADDRESS.fullmatch(url) else quote(clean(url), safe=_URL_SAFE)
    label = " ".join(clean(words).split())
    if not label or label == url:
        return f"<{address}>"
    target = address if embedded else f"<{address}>"  # the brackets keep a message from showing a preview
    return f"[{_label(label)}]({target})"


def _label(words: str) -> str:
    """Escape a link's label. Square brackets become wide ones: Discord finds no link behind uneven ones."""
    return escape(words.replace("[", "［").replace("]", "］"), line_start=False)


def _join(pieces: Sequence[_Piece]) -> str:
    return "".join(
        [wrap + "".join([piece.text for piece in run]) + wrap for wrap, run in groupby(pieces, key=_wrap_of)]
    )


def _wrap_of(piece: _Piece) -> str:
    return piece.wrap


def _atoms(pieces: Sequence[_Piece], limit: int) -> list[_Piece]:
    return [atom for piece in pieces for atom in _broken(piece, limit)]


def _broken(piece: _Piece, limit: int) -> Iterator[_Piece]:
    if piece.plain and len(piece.text) < limit:
        yield piece
        return
    pattern = _SYMBOL if piece.wrap == CODE else _CHARACTER
    whole = escape(piece.plain, line_start=False) if piece.plain else piece.text
    for found in pattern.finditer(whole):
        yield _Piece(piece.wrap, found[0])


def _furthest(atoms: Sequence[_Piece], start: int, room: int) -> int:
    """Return the largest end so that the atoms from `start` to it fit into `room`; at least one atom."""
    length, wrap = 0, ""
    for index in range(start, len(atoms)):
        atom = atoms[index]
        if atom.wrap != wrap:
            length += len(wrap) + len(atom.wrap)
            wrap = atom.wrap
        length += len(atom.text)
        if length + len(wrap) > room and index > start:
            return index
    return len(atoms)


def _cut(atoms: Sequence[_Piece], start: int, end: int) -> int:
    """Return where to cut: at the last paragraph, else line, of the second half; else the last word; else `end`."""
    half = start + (end - start) // 2
    best: dict[int, int] = {}
    for index in range(end, start, -1):
        if index <= half and best:
            break
        rank = _rank(atoms[index - 1].text, atoms[index].text)
        if rank:
            best.setdefault(rank if index > half else _WORD, index)
    return best.get(_PARAGRAPH) or best.get(_LINE) or best.get(_WORD) or end


def _rank(before: str, after: str) -> int:
    ends = (before == "\n") + (after == "\n")
    return ends + 1 if ends else int(before.isspace() or after.isspace())


def _part(atoms: Sequence[_Piece]) -> str:
    """Return the Markdown of one part. What stood inside a line may now begin one, and is escaped."""
    first, last = 0, len(atoms)
    while first < last and atoms[first].text.isspace():
        first += 1
    while last > first and atoms[last - 1].text.isspace():
        last -= 1
    return _guard(_join(atoms[first:last]))
