"""What may stand in a page, a feed or a calendar: any text without what breaks them, and addresses of the web alone.

Escaping is the templates' and the calendar's own; here is what no escape helps against.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.core.papers.links import host_of
from bot.i18n import Locale

# Characters that XML 1.0 forbids, marks that turn the direction of everything after them, what no font draws.
_BREAKING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_BLANK = re.compile(r"[\t\r ]+")
_IN_ADDRESS = re.compile(r"[^\x21-\x7e\xa1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\"<>\\^`{|}]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def plain(text: str) -> str:
    """Return `text` without what would break a page or the line it stands in; its line breaks stay."""
    return _BLANK.sub(" ", _BREAKING.sub("", text)).strip(" ")


def one_line(text: str) -> str:
    """Return `text` in one line."""
    return " ".join(plain(text).split())


def web_address(address: str | None) -> str | None:
    """Return an address that may become a link: of the web, whole, without blanks; None for every other."""
    if address is None or _IN_ADDRESS.search(address) or _BREAKING.search(address):
        return None
    try:
        parts = urlsplit(address)
        leads = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    return address if leads else None


def host_said(address: str | None) -> str:
    """Return where an address leads, as people say it: `arxiv.org`; "" for none."""
    known = web_address(address)
    return host_of(known).removeprefix("www.") if known is not None else ""


def language_of(code: str | None) -> str | None:
    """Return a language's code as a page names it; None for what is none."""
    return code if code is not None and _LANGUAGE.fullmatch(code) else None


def other(locale: Locale) -> Locale:
    """Return the other of our languages."""
    return Locale.EN if locale is Locale.KO else Locale.KO
