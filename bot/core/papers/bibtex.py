"""Papers as BibTeX, as a reference manager reads them: keys that stay the same, nothing that breaks the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.core.papers.paper import Paper

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SMALL = {"a", "an", "the", "on", "of", "for", "in", "to", "and", "with", "via", "from", "is", "are", "all", "you"}
_WORD = re.compile(r"[a-z0-9]+")


def bibtex(papers: Iterable[Paper]) -> str:
    """Return one entry a paper, in the given order; two that would share a key are told apart by a letter."""
    seen: dict[str, int] = {}
    entries = []
    for paper in papers:
        key = cite_key(paper)
        seen[key] = count = seen.get(key, 0) + 1
        entries.append(_entry(paper, key if count == 1 else f"{key}{_letters(count - 1)}"))
    return "\n".join(entries)


def cite_key(paper: Paper) -> str:
    """Return `vaswani2017attention`: the first author's family name, the year, the first word that says something."""
    family = _ascii(_family(paper.authors[0])) if paper.authors else "anonymous"
    words = _WORD.findall(_ascii(paper.title))
    word = next((each for each in words if each not in _SMALL and not each.isdigit()), "")
    return f"{family or 'anonymous'}{paper.year or ''}{word}"


def _entry(paper: Paper, key: str) -> str:
    fields = {
        "title": f"{{{_escaped(paper.title)}}}",  # a second pair of braces keeps the capitals
        "author": " and ".join(map(_escaped, paper.authors)),
        "year": str(paper.year or ""),
        "url": paper.url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
    }
    if paper.arxiv is not None:
        fields |= {"eprint": paper.arxiv.id, "archiveprefix": "arXiv"}
        fields |= {"primaryclass": paper.categories[0]} if paper.categories else {}
    if paper.doi is not None:
        fields["doi"] = paper.doi
    kind = "misc" if paper.doi is None else "article"
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{body}\n}}\n"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(text.split()))


def _family(name: str) -> str:
    return name.partition(",")[0] if "," in name else name.rpartition(" ")[2]


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9 ]+", "" if " " not in folded else " ", folded).strip()


def _letters(number: int) -> str:
    """Return `a`, `b` ... `z`, `aa` for 1, 2 ... 26, 27."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found
