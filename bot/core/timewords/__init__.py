"""Time phrases in Korean and English: read into a moment or a rule, and said back in words.

A grammar of our own, driven by tables, pure and without I/O. `read` is the way in, `in_words` the way back.
"""

from bot.core.timewords.heard import Ambiguous, Grain, Habits, Heard, NotUnderstood, Once, Recurring, Why
from bot.core.timewords.reading import read
from bot.core.timewords.saying import date_in_words, days_in_words, in_words, time_in_words, weekday_in_words

__all__ = [
    "Ambiguous",
    "Grain",
    "Habits",
    "Heard",
    "NotUnderstood",
    "Once",
    "Recurring",
    "Why",
    "date_in_words",
    "days_in_words",
    "in_words",
    "read",
    "time_in_words",
    "weekday_in_words",
]
