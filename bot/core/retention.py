"""What is kept, about whom, and for how long: the one table that `/privacy` tells and that storage is held to.

A new table of the database that has no rule here, or a personal one that export and delete would miss, fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

PRESS_KEPT = timedelta(days=90)  # how long a button with a long meaning can be pressed
PRESS_GRACE = timedelta(days=7)  # and how long a late press hears "expired" rather than "unknown"
FORM_KEPT = timedelta(hours=1)
CODE_KEPT = timedelta(hours=1)  # how long a code that connects accounts or chats can be typed
LETTER_KEPT = timedelta(days=90)  # what was sent, and what ended
BACKUP_KEPT = timedelta(days=28)  # the bot's own backups, and the copies it makes before it changes something
ITEM_KEPT = timedelta(days=60)  # what feeds brought
UPDATE_KEPT = timedelta(hours=24)  # as long as Telegram delivers an update again


class Whose(Enum):
    """What a row has to do with a person."""

    THEIRS = "theirs"  # it is about them: exported, deleted with them
    NAMES_THEM = "names them"  # it is about something else and says who decided: exported, the name taken out
    NOBODYS = "nobody's"  # it says nothing of anybody


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that is kept. `name` is the key of its words, `tables` are where storage has it.

    `lasts` is the longest it stays by itself; None: until the person takes it back or deletes everything.
    """

    name: str
    tables: tuple[str, ...]
    whose: Whose
    lasts: timedelta | None = None


RULES = (
    Rule("account", ("people", "identities"), Whose.THEIRS),
    Rule("list", ("entries",), Whose.THEIRS),
    Rule("opinions", ("opinions",), Whose.THEIRS),
    Rule("reports", ("reports",), Whose.THEIRS),
    Rule("members", ("members",), Whose.THEIRS),
    Rule("reminders", ("schedules",), Whose.THEIRS),
    Rule("study", ("study", "aways"), Whose.THEIRS),
    Rule("roles", ("organisers", "memberships", "presenters"), Whose.THEIRS),
    Rule("votes", ("votes",), Whose.THEIRS),
    Rule("reading", ("readers",), Whose.THEIRS),
    Rule("notes", ("notes", "note_terms"), Whose.THEIRS),
    Rule("codes", ("codes",), Whose.THEIRS, CODE_KEPT),
    Rule("digest", ("signals", "openings"), Whose.THEIRS),
    Rule("letters", ("outbox",), Whose.THEIRS, LETTER_KEPT),
    Rule("unreachable", ("unreachable",), Whose.THEIRS, LETTER_KEPT),
    Rule("questions", ("tokens",), Whose.THEIRS, PRESS_KEPT + PRESS_GRACE),
    Rule("forms", ("forms",), Whose.THEIRS, FORM_KEPT),
    Rule("spaces", ("spaces",), Whose.NAMES_THEM),
    Rule("nominations", ("nominations", "suggestions"), Whose.NAMES_THEM),
    Rule("feeds", ("group_feeds",), Whose.NAMES_THEM),
    Rule("updates", ("seen",), Whose.NOBODYS, UPDATE_KEPT),
    Rule("groups", ("groups", "homes", "cycles", "ballots", "candidates", "agendas"), Whose.NOBODYS),
    Rule("issues", ("issues", "shown", "edits", "archives"), Whose.NOBODYS),
    Rule("papers", ("papers", "paper_terms", "listings"), Whose.NOBODYS),
    Rule("news", ("items",), Whose.NOBODYS, ITEM_KEPT),
    Rule("sources", ("feeds", "item_signs"), Whose.NOBODYS),
    Rule("upkeep", ("sessions", "identifies", "marks", "leases", "link_checks"), Whose.NOBODYS),
)


def tables_of(*whose: Whose) -> frozenset[str]:
    """Return the tables whose rows have this to do with a person."""
    return frozenset(table for rule in RULES if rule.whose in whose for table in rule.tables)
