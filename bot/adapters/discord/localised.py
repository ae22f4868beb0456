"""Texts in the shape Discord wants for its own lists: one for each of its locales that we speak."""

from __future__ import annotations

from collections.abc import Callable

from bot.i18n import Locale

# English is set too: Discord shows a person whose language is missing the plain form, which may be Korean.
DISCORD_LOCALES = {"en-US": Locale.EN, "en-GB": Locale.EN, "ko": Locale.KO}


def localised(text: Callable[[Locale], str]) -> dict[str, str]:
    """Return `text` in each of Discord's locales that we speak."""
    return {code: text(locale) for code, locale in DISCORD_LOCALES.items()}
