"""What a link means: a paper on arXiv, a paper by its DOI, a video, or just a page. Whoever pastes one types no id.

An arXiv paper has many addresses (abstract, PDF, HTML, Hugging Face, alphaXiv and other readers of it): all mean the
same paper, whatever its version. It fetches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 2000  # characters of a text that are looked at

_NEW = r"\d{4}\.\d{4,5}"
_ARCHIVE = r"[a-z][a-z-]{1,15}(?:\.[A-Z]{2})?"
_OLD = rf"{_ARCHIVE}/\d{{7}}"
_ID = re.compile(rf"(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d?))?")
_NAMED = re.compile(rf"arxiv\s*[:/]\s*(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d?))?(?!\d)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"(?<![\w@/.])(?:www\.)?(?:arxiv\.org|youtu\.be|youtube\.com|doi\.org|huggingface\.co)/[^\s<>\"'`]+", re.I
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"'`?#]+")
_TAIL = ".,;:!?)]}>'\"”’」』"
# Readers of arXiv whose addresses hold the id as one part of the path.
_ARXIV_HOSTS = {
    "arxiv.org", "www.arxiv.org", "export.arxiv.org", "browse.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org",
    "alphaxiv.org", "www.alphaxiv.org", "huggingface.co", "hf.co", "www.huggingface.co", "paperswithcode.com",
    "scirate.com", "arxiv-vanity.com", "www.arxiv-vanity.com", "semanticscholar.org", "api.semanticscholar.org",
    "connectedpapers.com", "www.connectedpapers.com", "cn.arxiv.org", "de.arxiv.org", "lanl.arxiv.org",
}  # fmt: skip
_HUGGING_FACE = {"huggingface.co", "hf.co", "www.huggingface.co"}
_DOI_HOSTS = {"doi.org", "dx.doi.org", "www.doi.org"}
_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_NEW}|{_OLD})(?:v\d+)?", re.IGNORECASE)
# What only says where somebody came from.
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid|ref|ref_src|si|feature|mc_cid|mc_eid)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv paper, whatever its version: `1706.03762`, or `cs/0112017` as they were before 2007."""

    id: str

    @property
    def abstract(self) -> str:
        """Return the address of its page."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf(self) -> str:
        """Return the address of its PDF."""
        return f"https://arxiv.org/pdf/{self.id}"

    @property
    def html(self) -> str | None:
        """Return the address of the HTML that arXiv has made since December 2023; None for older papers.

        Not every paper has one: whoever shows it says "if there is one" or has looked.
        """
        return f"https://arxiv.org/html/{self.id}" if "/" not in self.id and self.id[:4] >= "2312" else None


@dataclass(frozen=True, slots=True)
class Doi:
    """A paper by the name its publisher gave it."""

    doi: str

    @property
    def url(self) -> str:
        """Return the address that leads there."""
        return f"https://doi.org/{self.doi}"


@dataclass(frozen=True, slots=True)
class Video:
    """A video on YouTube, by its id; `at` is the second it starts at."""

    id: str
    at: int = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return f"https://youtu.be/{self.id}" + (f"?t={self.at}" if self.at else "")


@dataclass(frozen=True, slots=True)
class WebPage:
    """Any other page. `url` carries nothing that tells who shared it."""

    url: str


LinkTarget = ArxivId | Doi | Video | WebPage


def read_link(text: str) -> LinkTarget | None:
    """Return what the first link in `text` means, None without one. A bare arXiv id or DOI counts as one.

    An arXiv paper wins over other links beside it: who pastes a post about a paper with its number means the paper.
    """
    found = read_links(text)
    return next((each for each in found if isinstance(each, ArxivId)), found[0] if found else None)


def read_links(text: str) -> tuple[LinkTarget, ...]:
    """Return what every link in `text` means, in order, each once."""
    text = text[:LONGEST]
    addresses = [match[0] for match in _ADDRESS.finditer(text)]
    rest = _ADDRESS.sub(" ", text)
    addresses += [f"https://{match[0]}" for match in _BARE_HOST.finditer(rest)]
    rest = _BARE_HOST.sub(" ", rest)
    found: list[LinkTarget | None] = [_of_address(_trimmed(address)) for address in addresses]
    found += [ArxivId(_whole(match["id"])) for match in _NAMED.finditer(rest)]
    rest = _NAMED.sub(" ", rest)
    found += [_of_doi(_trimmed(match[0])) for match in _DOI.finditer(rest)]
    rest = _DOI.sub(" ", rest)
    found += [each for word in rest.split() if (each := _of_word(word.strip(_TAIL + "([{<「『“‘"))) is not None]
    return tuple(dict.fromkeys(each for each in found if each is not None))


def without_links(text: str) -> str:
    """Return what is said in `text` beside its links, in one line."""
    rest = _ADDRESS.sub(" ", text[:LONGEST])
    for pattern in (_BARE_HOST, _NAMED, _DOI):
        rest = pattern.sub(" ", rest)
    said = (word for word in rest.split() if any(letter.isalnum() for letter in word))
    return " ".join(word for word in said if _of_word(word.strip(_TAIL + "([{<「『“‘")) is None)


def host_of(address: str) -> str:
    """Return the host that an address leads to, in small letters, "" for none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def same_place(url: str) -> str:
    """Return `url` in the one form under which the same page is known: no tracking, no fragment, no final slash.

    For telling duplicates; the address that is shown stays as it was given.
    """
    match read_link(url):
        case ArxivId() as paper:
            return paper.abstract
        case Doi() as paper:
            return paper.url.lower()
        case Video() as video:
            return f"https://youtu.be/{video.id}"
        case WebPage() as page:
            parts = urlsplit(page.url)
            host = parts.netloc.lower().removeprefix("www.")
            query = f"?{parts.query}" if parts.query else ""
            return f"https://{host}{parts.path.rstrip('/')}{query}"
        case None:
            return url


def _of_address(address: str) -> LinkTarget | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if not host or "." not in host:
        return None
    path = unquote(parts.path)
    if host in _ARXIV_HOSTS and (paper := _in_path(host, path)) is not None:
        return paper
    if host in _DOI_HOSTS and (match := _DOI.search(path)):
        return _of_doi(_trimmed(match[0]))
    if host == "youtu.be" or host in _YOUTUBE:
        video = _video(host, path, parts.query)
        if video is not None:
            return video
    return WebPage(_without_tracking(address))


def _in_path(host: str, path: str) -> ArxivId | None:
    """Return the paper whose id is a part of `path`."""
    if host in _HUGGING_FACE and not path.startswith("/papers/"):
        return None
    words = path.removesuffix("/").removesuffix(".pdf").removesuffix(".html").split("/")
    for number in range(len(words)):
        for candidate in ("/".join(words[number : number + 2]), words[number]):
            match = _ID.fullmatch(candidate.removeprefix("arXiv:").removeprefix("arxiv:"))
            if match:
                return ArxivId(_whole(match["id"]))
    return None


def _of_doi(doi: str) -> ArxivId | Doi:
    on_arxiv = _ARXIV_DOI.fullmatch(doi)
    return ArxivId(_whole(on_arxiv[1])) if on_arxiv else Doi(doi)


def _of_word(word: str) -> ArxivId | None:
    """Return the paper a bare word is the id of: a month that exists, so that a number of money is none."""
    match = _ID.fullmatch(word)
    if match is None:
        return None
    identity = match["id"]
    digits = identity.partition("/")[2] or identity
    return ArxivId(_whole(identity)) if 1 <= int(digits[2:4]) <= 12 else None


def _whole(identity: str) -> str:
    """Return the id as arXiv writes it: archives in lower case but for their subject class."""
    archive, slash, number = identity.partition("/")
    if not slash:
        return identity
    name, dot, subject = archive.partition(".")
    return f"{name.lower()}{dot}{subject.upper()}/{number}"


def _video(host: str, path: str, query: str) -> Video | None:
    words = [word for word in path.split("/") if word]
    asked = parse_qs(query)
    if host == "youtu.be":
        found = words[0] if words else ""
    elif words and words[0] in ("shorts", "embed", "live", "v"):
        found = words[1] if len(words) > 1 else ""
    else:
        found = asked.get("v", [""])[0]
    at = asked.get("t", asked.get("start", ["0"]))[0].rstrip("s")
    return Video(found, int(at) if at.isdecimal() and len(at) < 7 else 0) if _VIDEO.fullmatch(found) else None


def _trimmed(address: str) -> str:
    """Return `address` without what belongs to the sentence around it; a closing bracket stays when it was opened."""
    while address and address[-1] in _TAIL:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _without_tracking(address: str) -> str:
    parts = urlsplit(address)
    kept = [each for each in parts.query.split("&") if each and not _TRACKING.fullmatch(each.partition("=")[0])]
    return parts._replace(query="&".join(kept)).geturl()
