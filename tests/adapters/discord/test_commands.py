"""The commands as they are registered with Discord."""

from __future__ import annotations

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.adapters.discord.commands import by_name, fingerprint, payload
from bot.chat.spec import Command
from bot.i18n import Locale
from tests.adapters.discord.sample import Sample
from tests.standins.discord_api.commands import check_command_list


def declared() -> tuple[Command, ...]:
    return tuple(found for found, _ in Sample().declared() if isinstance(found, Command))


@pytest.mark.parametrize("names", Locale)
def test_the_commands_have_their_form(names: Locale, snapshot: SnapshotAssertion) -> None:
    entries = payload(declared(), names)
    assert list(check_command_list(entries)) == []
    assert entries == snapshot


def test_the_fingerprint_changes_with_any_text_and_with_nothing_else() -> None:
    entries = payload(declared(), Locale.EN)
    assert fingerprint(entries) == fingerprint(payload(declared(), Locale.EN))
    assert fingerprint(entries) != fingerprint(payload(declared(), Locale.KO))
    assert fingerprint(entries) != fingerprint(payload([replace(declared()[0], options=())], Locale.EN))


def test_a_command_is_found_by_its_plain_name_and_by_the_name_it_is_registered_under() -> None:
    found = by_name(declared(), Locale.KO)
    assert found["추천"].name == found["recommend"].name == "recommend"
    assert "추천" not in by_name(declared(), Locale.EN)
