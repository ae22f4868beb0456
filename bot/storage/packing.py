"""How values of the field are put into JSON columns and taken out again.

What an older program put in must be read for ever: a field that is missing has its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import time, timedelta
from typing import Any

from bot.core.ballot import Line, Result
from bot.core.cycle import Shift, Step
from bot.core.digest.issue import PartKind
from bot.core.digest.timing import DigestSettings
from bot.core.groups import GroupSettings
from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, Review

Packed = dict[str, Any]


def pack_settings(settings: GroupSettings) -> Packed:
    """Return what organisers changed, as plain JSON."""
    return {
        "off": sorted(settings.off),
        "shifts": {step.value: _pack_shift(shift) for step, shift in settings.shifts.items()},
        "topics": list(settings.topics),
        "stage": settings.stage,
        "digest": _pack_digest(settings.digest),
    }


def unpack_settings(packed: Mapping[str, Any]) -> GroupSettings:
    """Return what `pack_settings` was given."""
    stage = packed.get("stage")
    return GroupSettings(
        off=frozenset(map(Step, packed.get("off", ()))),
        shifts={Step(step): _unpack_shift(shift) for step, shift in packed.get("shifts", {}).items()},
        topics=tuple(packed.get("topics", ())),
        stage=None if stage is None else Difficulty(stage),
        digest=_unpack_digest(packed.get("digest", {})),
    )


def _pack_digest(chosen: DigestSettings) -> Packed:
    return {
        "on": chosen.on,
        "day": chosen.day,
        "at": chosen.at.isoformat("minutes"),
        "speaks": chosen.speaks,
        "without": sorted(chosen.without),
    }


def _unpack_digest(packed: Mapping[str, Any]) -> DigestSettings:
    usual = DigestSettings()
    at = packed.get("at")
    return DigestSettings(
        on=packed.get("on", usual.on),
        day=packed.get("day", usual.day),
        at=usual.at if at is None else time.fromisoformat(at),
        speaks=packed.get("speaks", usual.speaks),
        without=frozenset(map(PartKind, packed.get("without", ()))),
    )


def _pack_shift(shift: Shift) -> Packed:
    at = None if shift.at is None else shift.at.isoformat("minutes")
    return {"days": shift.days, "at": at, "by": shift.by.total_seconds()}


def _unpack_shift(packed: Mapping[str, Any]) -> Shift:
    at = packed.get("at")
    return Shift(packed["days"], None if at is None else time.fromisoformat(at), timedelta(seconds=packed.get("by", 0)))


def pack_result(result: Result) -> Packed:
    """Return how a ballot ended, as plain JSON: counts, and nobody's vote."""
    lines = [[line.candidate, line.approvals] for line in result.lines]
    return {"lines": lines, "voters": result.voters, "tie": result.tie}


def unpack_result(packed: Mapping[str, Any]) -> Result:
    """Return what `pack_result` was given."""
    return Result(tuple(Line(*line) for line in packed["lines"]), packed["voters"], packed["tie"])


def pack_paper(paper: Paper) -> Packed:
    """Return a paper as the columns of its row."""
    return {
        "key": paper.key,
        "url": paper.url,
        "title": paper.title,
        "state": paper.state.value,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "year": paper.year,
        "published": paper.published,
        "categories": list(paper.categories),
        "topics": list(paper.topics),
        "kind": paper.kind.value,
        "difficulty": paper.difficulty,
        "prerequisites": list(paper.prerequisites),
        "own_prerequisites": paper.own_prerequisites,
        "reviews": [asdict(review) for review in paper.reviews],
        "short": paper.short,
        "code_url": paper.code_url,
        "listed": paper.listed,
    }


def unpack_paper(row: Any) -> Paper:
    """Return the paper in a row of its table."""
    return Paper(
        key=row.key,
        url=row.url,
        title=row.title,
        state=PaperState(row.state),
        authors=tuple(row.authors),
        abstract=row.abstract,
        year=row.year,
        published=row.published,
        categories=tuple(row.categories),
        topics=tuple(row.topics),
        kind=PaperKind(row.kind),
        difficulty=None if row.difficulty is None else Difficulty(row.difficulty),
        prerequisites=tuple(row.prerequisites),
        own_prerequisites=row.own_prerequisites,
        reviews=tuple(Review(**review) for review in row.reviews),
        short=row.short,
        code_url=row.code_url,
        listed=row.listed,
    )
