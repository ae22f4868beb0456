"""What a group likes: what it follows and said, and what its choices have in common; nobody is named in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.catalogue import Level
from bot.core.digest.choosing import Audience
from bot.core.digest.issue import NEWS
from bot.core.digest.items import Item
from bot.core.digest.signals import LESS, MORE, Signal, leanings, savers
from bot.core.digest.sources import languages_of
from bot.core.digest.taste import NO_TASTE, Taste, learn
from bot.core.groups import Group, Member
from bot.core.papers.paper import Difficulty
from bot.core.people import Person
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services.digest.kept import SPOKEN_FOR, Kept
from bot.services.library import profile_of

LEAST_WORDS = 8  # titles that were chosen, and that were not, below which a group has no taste yet
_FOLLOWED, _STEP, _LEAST, _MOST = 0.9, 0.1, 0.3, 1.0  # a topic's weight, and how far each voice moves it


def audience_of(
    group: Group,
    kept: Kept,
    books: Shelf,
    locale: Locale,
    suggested: Iterable[Item],
    followed: frozenset[str],
    now: datetime,
) -> Audience:
    """Return whom an issue is for, in `locale` and what else members speak, with all that moves its choice `now`.

    `suggested` is what members put up, `followed` the sources that the group added.
    """
    signals = [each for each in kept.signals if each.saved_at is None or now - each.saved_at < SPOKEN_FOR]
    voices = leanings(signals)
    return Audience(
        topics={topic: _weight(voices.get(topic, 0)) for topic in _followed_topics(group, books)},
        languages=languages_of(locale) | _spoken(kept.members),
        taste=_taste(kept, signals),
        saved={**kept.listed, **savers(signals)},
        suggested=dict.fromkeys((key for each in suggested for key in each.keys), 1),
        followed=followed,
        less=frozenset(about for about, voice in voices.items() if voice < 0),
        beginners=are_beginners(group, kept.persons),
    )


def _followed_topics(group: Group, books: Shelf) -> list[str]:
    """Return what a group chose, with everything below it."""
    chosen = frozenset(group.settings.topics)
    topics = books.topics
    return [each.id for each in topics if each.id in chosen or chosen.intersection(topics.ancestors(each.id))]


def are_beginners(group: Group, persons: Iterable[Person]) -> bool:
    """Say whether the group stands at the start: as its organisers see it, or as most of those who said anything do."""
    if group.settings.stage is not None:
        return group.settings.stage is Difficulty.BEGINNER
    said = [profile_of(each) for each in persons if each.preferences.python or each.preferences.maths]
    return bool(said) and 2 * sum(each.level is Level.BEGINNER for each in said) > len(said)


def _taste(kept: Kept, signals: Sequence[Signal]) -> Taste:
    """Return what the titles have in common that the group chose, beside those it was shown; at first there is none.

    What members put up counts, and once more when it got votes.
    """
    ids = {each.paper_id for each in kept.cycles} | {each.paper_id for each in kept.nominations if each.identity_id}
    chosen = {each.paper.title for each in kept.papers.values() if each.id in ids}
    chosen |= {each.title for each in signals if each.saved_at is not None or each.leaning == MORE}
    passed = {each.title for each in signals if each.leaning == LESS}
    for issue in kept.issues:
        passed |= {entry.title for part in NEWS for entry in issue.issue.part(part)}
    passed -= chosen
    if min(len(chosen), len(passed)) < LEAST_WORDS:
        return NO_TASTE
    voted = {each.paper_id for each in kept.nominations if each.id in kept.voted}
    approved = [each.paper.title for each in kept.papers.values() if each.id in voted]
    liked = sorted([*chosen, *approved])
    return learn([*((title, True) for title in liked), *((title, False) for title in sorted(passed))])


def _weight(voices: int) -> float:
    return min(_MOST, max(_LEAST, _FOLLOWED + _STEP * voices))


def _spoken(members: Iterable[Member]) -> frozenset[str]:
    chosen = (each.preferences.locale for each in members)
    return frozenset(locale.value for locale in chosen if locale is not None)
