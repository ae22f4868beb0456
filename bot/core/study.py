"""The lines of a study log, as they are kept. What they add up to is for `core.progress`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from bot.core.people import IdentityId

StudyId = NewType("StudyId", int)


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One thing that somebody studied. `day` is in their own day; `minutes` None: they did not say.

    `unit` is the part of the resource, and `source` says where the line came from ("log", "remind:done").
    """

    id: StudyId
    identity_id: IdentityId
    at: datetime
    day: date
    minutes: int | None
    text: str
    resource_id: str | None
    unit: str | None
    source: str
