"""Another way for a reminder whose address cannot be reached: never silence, and never a private text in public.

It decides inside the courier's own transaction, so it awaits nothing but the unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.outbox import Letter, NewLetter
from bot.core.people import Identity
from bot.core.refs import UserRef
from bot.core.reminders import KIND
from bot.core.schedule import NOTICE
from bot.i18n import Locale
from bot.storage.unit import UnitOfWork

WAITS_POST = "remind.waits"
_BESIDE, _HERE = "~", "~here"  # ends of keys: a letter sent another way


async def fallback(uow: UnitOfWork, letter: Letter, reason: str) -> Sequence[NewLetter]:
    """Return what goes out instead of a reminder whose address cannot be reached.

    First another account of the same person, with the text; then the place where it was set, if they allowed it,
    without. In the transaction in which the address is found out.
    """
    if letter.kind != KIND or letter.identity_id is None or not isinstance(letter.to, UserRef):
        return ()
    identity = await _account(uow, letter)
    if identity is None:
        return ()
    tried = letter.key.split(_BESIDE)[1:]
    for other in await uow.people.identities(identity.person_id):
        key = f"{letter.key}{_BESIDE}{other.id}"
        if other.user != letter.to and str(other.id) not in tried and await uow.unreachable.get(other.user) is None:
            return (_another_way(letter, key, other.user),)
    schedule = await uow.schedules.get(letter.schedule_id) if letter.schedule_id is not None else None
    if schedule is None or not schedule.fallback or schedule.origin is None:
        return ()
    return (
        NewLetter(
            f"{letter.key}{_HERE}",
            NOTICE,
            schedule.origin,
            WAITS_POST,
            {
                "user": str(identity.user) if identity.user.platform is schedule.origin.platform else None,
                "locale": await _language(uow, identity),
            },
            identity_id=letter.identity_id,
            schedule_id=letter.schedule_id,
            due_at=letter.due_at,
        ),
    )


async def _account(uow: UnitOfWork, letter: Letter) -> Identity | None:
    """Return the account a letter is for."""
    assert isinstance(letter.to, UserRef)  # noqa: S101 - asked for before
    return await uow.people.of_identity(letter.to)


async def _language(uow: UnitOfWork, identity: Identity) -> str:
    """Return the language of whoever an account belongs to: a place speaks none, and this call is for them."""
    person = await uow.people.visitor(identity.user)
    chosen = person.preferences.locale if person is not None else None
    return (chosen or Locale.of(identity.language)).value


def _another_way(letter: Letter, key: str, to: UserRef) -> NewLetter:
    return NewLetter(
        key,
        letter.kind,
        to,
        letter.post,
        letter.payload,
        identity_id=letter.identity_id,
        schedule_id=letter.schedule_id,
        due_at=letter.due_at,
        was_down=letter.was_down,
    )
