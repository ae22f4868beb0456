"""All that a group read, as files: Markdown for people, JSON for programs (BibTeX is next door).

Counts and the notes people chose to share, and no names. What strangers wrote never becomes markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.papers.paper import Paper, PaperKind
from bot.core.reading import How, NoteKind, Readers

FEWEST_TOO_HARD = 3  # of fewer it would be known who
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&-])")
_BREAKS = re.compile(r"\s+")
_NOT_IN_LINK = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "\n": "", "\r": ""}
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Tally:
    """A candidate and how many approved of it."""

    title: str
    approvals: int


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper that was read: for which meeting, how it came to be picked and why, by how many, with what notes.

    `tally` is how its ballot ended, of so many `voters`; empty without one.
    """

    meets_on: date
    paper: Paper
    kind: PaperKind
    how: How | None
    why: str
    readers: Readers
    notes: tuple[tuple[NoteKind, str], ...] = ()
    tally: tuple[Tally, ...] = ()
    voters: int = 0


def as_markdown(name: str, papers: Sequence[ReadPaper], t: Callable[..., str]) -> str:
    """Return what the group `name` read as a Markdown page; `t` gives the words (`paper.export.*`)."""
    heading = f"# {_plain(t('paper.export.heading', group=name))}"
    return "\n\n".join([heading, *(_chapter(each, t) for each in papers)]) + "\n"


def as_json(name: str, papers: Sequence[ReadPaper]) -> str:
    """Return the same for programs."""
    found = {"group": name, "papers": [_entry(each) for each in papers]}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _chapter(read: ReadPaper, t: Callable[..., str]) -> str:
    paper = read.paper
    title = _plain(paper.title)
    head = f"[{title}]({_address(paper.url)})" if paper.url.startswith(_WEB) else title
    rows = [f"## {read.meets_on.isoformat()} · {head}"]
    by = ", ".join(map(_plain, paper.authors[:20]))
    rows.append(" · ".join(part for part in (by, str(paper.year or ""), t(f"papers.kind.{read.kind.value}")) if part))
    how = t(f"paper.how.{read.how.value}") if read.how is not None else ""
    rows.append(" ".join(part for part in (how, _plain(read.why)) if part))
    rows.append(t("paper.export.readers", finished=read.readers.finished, skimmed=read.readers.skimmed))
    if read.readers.too_hard >= FEWEST_TOO_HARD:
        rows.append(t("paper.export.too_hard", count=read.readers.too_hard))
    if read.tally:
        rows.append(t("paper.export.voters", count=read.voters))
        rows.append("\n".join(f"- {each.approvals} · {_plain(each.title)}" for each in read.tally))
    if read.notes:
        kinds = {NoteKind.NOTE: t("paper.export.note"), NoteKind.QUESTION: t("paper.export.question")}
        rows.append("\n".join(f"- {kinds[kind]}: {_plain(words)}" for kind, words in read.notes))
    return "\n\n".join(row for row in rows if row)


def _entry(read: ReadPaper) -> dict[str, Any]:
    paper = read.paper
    hard = read.readers.too_hard
    return {
        "meeting": read.meets_on.isoformat(),
        "key": paper.key,
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "arxiv": paper.arxiv.id if paper.arxiv is not None else None,
        "doi": paper.doi,
        "topics": list(paper.topics),
        "kind": read.kind.value,
        "difficulty": paper.difficulty.value if paper.difficulty is not None else None,
        "picked_by": read.how.value if read.how is not None else None,
        "why": read.why,
        "readers": {
            "reading": read.readers.reading,
            "finished": read.readers.finished,
            "skimmed": read.readers.skimmed,
            "too_hard": hard if hard >= FEWEST_TOO_HARD else None,
        },
        "ballot": {
            "voters": read.voters,
            "approvals": [{"title": each.title, "approvals": each.approvals} for each in read.tally],
        }
        if read.tally
        else None,
        "notes": [{"kind": kind.value, "text": words} for kind, words in read.notes],
    }


def _plain(words: str) -> str:
    """Return words as one line of Markdown that shows just them."""
    return _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", words).strip())


def _address(url: str) -> str:
    return "".join(_NOT_IN_LINK.get(letter, letter) for letter in url)
