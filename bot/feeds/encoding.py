"""The letters of a document, whatever encoding it claims: what is UTF-8 is UTF-8, else what was declared counts.

Korean pages still come in EUC-KR, declared or not. Only encodings of texts are ever tried.
"""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"""<\?xml[^<>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_OF_TEXTS = re.compile(
    r"utf-?(?:8|16|32)(?:-?[lb]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|cp949|uhc|euc-?kr|"
    r"ks_?c_?5601(?:-1987)?|euc-?jp|shift_?jis|gb2312|gbk|gb18030|big5|koi8-[ru]|iso-2022-(?:kr|jp)",
    re.IGNORECASE,
)
_KOREAN = re.compile(r"euc-?kr|ks_?c_?5601|uhc|cp949", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def in_wide_letters(body: bytes) -> bytes:
    """Return `body` in UTF-8 when it is written in two or four bytes a letter, and as it is otherwise."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            rest = body[len(mark) :]
            return rest if name == "utf-8" else rest.decode(name, "replace").encode("utf-8", "replace")
    for start, name in _UNMARKED:
        if body.startswith(start):
            return body.decode(name, "replace").encode("utf-8", "replace")
    return body


def letters_of(body: bytes, content_type: str = "", declared_in: bytes = b"") -> str:
    """Return the text of `body`, which is not in wide letters; what fits nothing is replaced, so it never fails."""
    claims = _claims(declared_in or body[:1000], content_type)
    escaped = [claim for claim in claims if claim.startswith("iso-2022")]  # looks like ASCII, so it is asked first
    for name in (*escaped, "utf-8", *claims, "cp949"):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode(claims[0] if claims else "utf-8", "replace")


def _claims(head: bytes, content_type: str) -> list[str]:
    found = [match[1].decode("ascii") for match in (_DECLARED.search(head),) if match]
    found += [match[1] for match in (_CHARSET.search(content_type),) if match]
    known = (name.lower() for name in found if _OF_TEXTS.fullmatch(name) and not name.lower().startswith("utf-"))
    return ["cp949" if _KOREAN.match(name) else name for name in known if _exists(name)]


def _exists(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
