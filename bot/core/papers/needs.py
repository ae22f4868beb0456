"""What to know before a paper: what a curator wrote of it, else what stands before its topics."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.papers.paper import Paper
from bot.core.topics import TopicMap

MOST = 4  # more is a curriculum, not a preparation


@dataclass(frozen=True, slots=True)
class Needs:
    """Topics to know first, the nearest first. `own`: said of this very paper; otherwise of its topics, to be told."""

    topics: tuple[str, ...] = ()
    own: bool = True


def prerequisites_of(paper: Paper, topics: TopicMap) -> Needs:
    """Return what to know before `paper`; without words of its own, what its topics need, and the topics' parents."""
    own = tuple(each for each in paper.prerequisites if each in topics)
    if own and paper.own_prerequisites:
        return Needs(own[:MOST])
    found: dict[str, None] = {}
    for topic in paper.topics:
        found |= {need.topic: None for need in topics.needs(topic)}
    for topic in paper.topics:
        above = topics.parent(topic)
        if above is not None:
            found |= {need.topic: None for need in topics.needs(above.id)}
    return Needs(tuple(each for each in found if each not in paper.topics)[:MOST], own=False)
