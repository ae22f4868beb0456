"""What can go wrong in a way a person can be told.

Each error names the text that says it (`key` in the locale files) and the values the text needs; whoever speaks to the
person looks it up in their language. Programming errors are not here: they are bugs and are logged.
"""

from __future__ import annotations


class Told(Exception):
    """A refusal with a polite sentence. `key` is a locale key, `values` fill its slots."""

    key = "errors.unexpected"

    def __init__(self, **values: object) -> None:
        """Carry the `values` of the sentence."""
        super().__init__(self.key, values)
        self.values_of_text = values


class UnknownPress(Told):
    """A button whose data means nothing to this version (or was forged)."""

    key = "errors.unknown_press"


class ExpiredPress(Told):
    """A button whose stored data has passed its end date."""

    key = "errors.expired_press"


class NotYours(Told):
    """A button bound to somebody else."""

    key = "errors.not_yours"


class UnknownCommand(Told):
    """A command that does not exist. Values: `command`."""

    key = "errors.unknown_command"


class NotHere(Told):
    """A command that works elsewhere only. Values: `command`."""

    key = "errors.not_here"


class BadOption(Told):
    """An option's value that does not fit. Values: `option`, `value`."""

    key = "errors.bad_option"


class NotAllowed(Told):
    """Something reserved for the host or an organiser."""

    key = "errors.not_allowed"


class NotOrganiser(Told):
    """Something for those who run the group: whom the platform lets manage it."""

    key = "errors.not_organiser"


class SpaceWaits(Told):
    """The server or group still waits for the host's tap."""

    key = "errors.space_waits"


class SpaceRefused(Told):
    """The host decided not to open the bot for this server or group."""

    key = "errors.space_refused"


class Unavailable(Told):
    """Storage cannot be reached or written just now; nothing was changed."""

    key = "errors.unavailable"
