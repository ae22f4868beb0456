"""What a person studied: reading what they write down, their own days and weeks, streaks that forgive, sums.

Pure: it knows no storage, no catalogue and no words of ours. `reading` reads one thing,
`entries` a line of several, `days` says where a day ends,
`streaks` and `totals` count.
"""

from bot.core.progress.days import Away, Free, study_day, week_of
from bot.core.progress.entries import MOST_ENTRIES, read_entries
from bot.core.progress.reading import LONGEST, MOST_MINUTES, Said, Trouble, read_line
from bot.core.progress.streaks import DAILY, RESTS, WEEKLY_DAYS, Aim, Streak, aim_of, streak
from bot.core.progress.totals import WEEKS_SHOWN, Studied, Total, Weeks, add_up, first_of_weeks

__all__ = [
    "DAILY", "LONGEST", "MOST_ENTRIES", "MOST_MINUTES", "RESTS", "WEEKLY_DAYS", "WEEKS_SHOWN",
    "Aim", "Away", "Free", "Said", "Streak", "Studied", "Total", "Trouble", "Weeks",
    "add_up", "aim_of", "first_of_weeks", "read_entries", "read_line", "streak", "study_day", "week_of",
]  # fmt: skip
