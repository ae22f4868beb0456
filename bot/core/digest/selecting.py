"""What goes into an issue: what was not shown before, chosen for the group, as its organisers edited it.

A story that they put first comes first whatever speaks for it, and one that they left out never comes. Pure.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.digest.choosing import MOST, Audience, Chosen, Reason, Section, choose, section_of, weigh
from bot.core.digest.items import Item, ItemKind, Story, stories_of
from bot.core.digest.signals import NO_EDIT, Edit

MEMBERS = "members"  # stands for a feed in what members suggested
MORE_TO_CHOOSE: Mapping[Section, int] = {Section.PAPERS: 10, Section.VIDEOS: 6, Section.POSTS: 6}  # in a preview


@dataclass(frozen=True, slots=True)
class Selected:
    """A story of an issue; `reason` is None for one that stands there because an organiser put it first."""

    story: Story
    reason: Reason | None
    edit: Edit = NO_EDIT


def with_suggested(stories: Iterable[Story], suggested: Iterable[Item]) -> tuple[Story, ...]:
    """Return the stories with what members suggested among them: as a mention of the story that it is, or by itself."""
    own = stories_of(suggested)
    if not own:
        return tuple(stories)
    of_sign = {sign: number for number, each in enumerate(own) for sign in _signs(each)}
    found: list[Story] = []
    met: set[int] = set()
    for story in stories:
        numbers = {of_sign[sign] for sign in _signs(story) if sign in of_sign}
        if numbers:
            met |= numbers
            found.append(_joined(story, [each for number in sorted(numbers) for each in own[number].mentions]))
        else:
            found.append(story)
    return (*found, *(each for number, each in enumerate(own) if number not in met))


def select(
    stories: Iterable[Story],
    shown: Container[str],
    group: Audience,
    edits: Mapping[str, Edit],
    now: datetime,
    most: Mapping[Section, int] = MOST,
) -> Mapping[Section, tuple[Selected, ...]]:
    """Return the stories of an issue by section, those that organisers put first in front."""
    first: dict[Section, list[Selected]] = {section: [] for section in Section}
    rest: list[Story] = []
    for story in stories:
        if any(key in shown for key in story.keys):
            continue
        edit = edit_of(story, edits)
        if edit.pinned and not edit.dropped:
            weighed = weigh(story, group, now)
            first[section_of(story)].append(Selected(story, weighed.reason if weighed is not None else None, edit))
        elif not edit.dropped:
            rest.append(story)
    chosen = choose(rest, group, now, most)
    return {section: _together(first[section], chosen[section], edits, most.get(section, 0)) for section in Section}


def edit_of(story: Story, edits: Mapping[str, Edit]) -> Edit:
    """Return what organisers said of a story, by whichever of its signs."""
    return next((edits[key] for key in sorted(story.keys) if key in edits), NO_EDIT) if edits else NO_EDIT


def key_of(story: Story) -> str:
    """Return the sign of a story that buttons carry: the address of what is shown."""
    return story.lead.keys[0]


def _joined(story: Story, suggested: Sequence[Item]) -> Story:
    """Return a story with what members suggested of it; a paper goes before a post that only tells of it."""
    if suggested[0].kind is ItemKind.PAPER and story.kind is not ItemKind.PAPER:
        return Story((*suggested, *story.mentions))
    return Story((*story.mentions, *suggested))


def _signs(story: Story) -> frozenset[str]:
    """Return the signs of a story and of the paper that it tells of; a video about one is another thing to do."""
    about = (each.paper for each in story.mentions if each.paper is not None and each.kind is not ItemKind.VIDEO)
    return story.keys | {f"about:{paper}" for paper in about}


def _together(
    first: Sequence[Selected], chosen: Sequence[Chosen], edits: Mapping[str, Edit], most: int
) -> tuple[Selected, ...]:
    ordered = sorted(first, key=lambda each: (each.story.title, key_of(each.story)))
    others = [Selected(each.story, each.reason, edit_of(each.story, edits)) for each in chosen]
    return (*ordered, *others)[:most]
