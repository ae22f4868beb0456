"""Everything of the archives as files, gathered without the rest of the house: it may run beside the bot."""

from __future__ import annotations

from bot.app.house import utc_now
from bot.config import Settings
from bot.i18n import Locale
from bot.services.archive import Archives
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.web.archive import export


async def drawn_site(
    settings: Settings, group: str | None = None, *, secret: bool = False, address: str | None = None
) -> dict[str, bytes] | None:
    """Return every file of the archives that everybody may read, `secret`: of the others too.

    `group` is the number or the name of the one group whose archive is wanted: None is returned when it is not public,
    `LookupError` raised when there is none such. `address` is where the files will stand; without it all is relative.
    """
    async with await Storage.open(settings.database_url, clock=utc_now) as storage:
        locale = Locale(settings.default_locale)
        outbox = Outbox(storage, utc_now)
        organisers = Organisers(storage, utc_now, outbox)
        groups = Groups(storage, utc_now, outbox, organisers, settings.zone.key, locale)
        archives = Archives(storage, utc_now, groups, default_locale=locale)
        if group is None:
            return await export.site(archives, await archives.front(secret=secret, address=address))
        number = (await groups.named(group)).id
        openly = await archives.is_public(number)
        if not openly:
            if not secret:
                return None
            await archives.entrance(number)
        archive = await archives.of(number, openly=openly, address=address)
        return None if archive is None else await export.lone_site(archives, archive)
