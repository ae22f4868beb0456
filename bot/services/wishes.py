"""What people ask to be reminded of, and when: words read with the person's own days and the catalogue's names.

It reads and keeps nothing; setting a reminder is the reminders' work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.catalogue import Resource
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.people import Person, Preferences
from bot.core.reminders import LONGEST_TEXT, Quiet, Subject, When, Wish, habits_of
from bot.core.schedule import is_zone
from bot.core.search import read as read_words
from bot.core.series import Asked, Series, Unit
from bot.core.shelf import Shelf
from bot.core.timewords import read as read_time
from bot.core.timewords.heard import Ambiguous, Grain, Habits, NotUnderstood, Once, Recurring, Why
from bot.core.zones import guessed_zone
from bot.i18n import Locale

# What is left of a text when the next unit of a series was asked for says nothing more.
_FILLERS = frozenset(
    ("보기", "듣기", "읽기", "공부", "공부하기", "하기", "watch", "read", "study", "do", "see", "to", "me")
)


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone somebody's times are in; `guessed` says that they have not chosen it.

    `gone` is the one they chose, when there is no such zone any more: times are in UTC until they choose again.
    """

    name: str
    guessed: bool
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A text without a time that is sure enough to act on."""

    why: Why
    subject: Subject


Heard = Wish | tuple[Wish, Wish] | Unread


class Wishes:
    """Understands what people ask for."""

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime], default_zone: str = "UTC") -> None:
        """Know the names of `shelf`; `default_zone` is whose who chose none and whose language tells none."""
        self._shelf, self._clock, self._default_zone = shelf, clock, default_zone

    def zone(self, person: Person | None, language: str | None) -> Zone:
        """Return the zone of somebody whose client speaks `language`."""
        chosen = person.preferences if person else Preferences()
        told = language or (person.language if person else None)
        guess = guessed_zone(told, chosen.locale) or self._default_zone
        if chosen.timezone and not is_zone(chosen.timezone):
            return Zone("UTC", guessed=False, gone=chosen.timezone)
        return Zone(chosen.timezone or guess, chosen.timezone is None)

    def habits(self, person: Person | None, language: str | None) -> Habits:
        """Return the times of somebody's day."""
        return habits_of(person.preferences if person else Preferences(), self.zone(person, language).name)

    def hear(self, words: str, quoted: str, person: Person | None, language: str | None, locale: Locale) -> Heard:
        """Return what `words` ask for; `quoted` is the message they are said about.

        Two wishes: it could be either, and has to be asked.
        """
        habits, now = self.habits(person, language), self._clock()
        asked = self._shelf.series.asked(words)
        heard = read_time(asked.rest if asked else words, now, habits)
        subject = self._subject(asked, heard.rest, quoted, locale)
        match heard:
            case NotUnderstood():
                return Unread(heard.why, subject)
            case Ambiguous(choices):
                first, second = (self._when(choice, habits, person) for choice in choices)
                return Wish(subject, first), Wish(subject, second)
            case Once() | Recurring():
                return Wish(subject, self._when(heard, habits, person))

    def about(self, text: str, locale: Locale) -> Subject:
        """Return the subject of plain words."""
        return self._subject(None, text, "", locale)

    def _when(self, heard: Once | Recurring, habits: Habits, person: Person | None) -> When:
        """Return when it is due; an hour that nobody said keeps out of quiet hours."""
        when = When.of(heard, habits.zone)
        quiet = Quiet.of(person.preferences if person else Preferences())
        return when.awake(quiet, habits.zone) if heard.grain is Grain.DAY else when

    def _subject(self, asked: Asked | None, rest: str, quoted: str, locale: Locale) -> Subject:
        text = " ".join((rest or quoted).split())[:LONGEST_TEXT]
        if asked is not None:
            left = [word for word in text.split() if word.casefold() not in _FILLERS]
            first = asked.series.after(asked.start - 1 if asked.start else None)
            number = first.number if first else None
            return Subject(" ".join(left), asked.series.resource, asked.series.id, number)
        return Subject(text, self._named(text, locale))

    def _named(self, text: str, locale: Locale) -> str | None:
        """Return the row of the catalogue that a text names for sure."""
        series = self._shelf.series.named(text)
        if series is not None:
            return series.resource
        named = read_words(text, self._shelf, locale=locale).named if text else ()
        return next((each.resource for each in named if each.confidence >= SURELY_NAMED), None)

    def series(self, series_id: str | None) -> Series | None:
        """Return a series by its id."""
        return self._shelf.series.get(series_id) if series_id else None

    def series_of(self, resource_id: str) -> Series | None:
        """Return the series that leads through a row of the catalogue."""
        return self._shelf.series.of_resource(self._shelf.catalogue.current(resource_id))

    def resource(self, resource_id: str | None) -> Resource | None:
        """Return a row of the catalogue."""
        return self._shelf.catalogue.get(resource_id) if resource_id else None

    def unit_of(self, subject: Subject) -> Unit | None:
        """Return the unit a series is at."""
        series = self.series(subject.series)
        return series.unit(subject.unit) if series is not None and subject.unit is not None else None
