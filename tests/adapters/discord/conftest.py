"""The sample cog's texts beside the real ones, a stand-in for Discord, and the adapter serving it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from discord.backoff import ExponentialBackoff

from bot.adapters.discord import gateway, inbound
from tests.adapters.discord.sample import TEXTS
from tests.adapters.discord.served import Served
from tests.adapters.sample import texts_beside_the_real_ones
from tests.standins import DiscordSim


@pytest.fixture(scope="package", autouse=True)
def sample_texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with texts_beside_the_real_ones(tmp_path_factory.mktemp("locales") / "locales", TEXTS):
        yield


@pytest.fixture
def sim() -> Iterator[DiscordSim]:
    with DiscordSim() as standing:
        yield standing
        standing.assert_clean()


@pytest.fixture
def life() -> type[Served]:
    return Served


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are deferred after a fifth of a second, to save the tests' time; one test keeps the real figure."""
    monkeypatch.setattr(inbound, "DEFER_AFTER", 0.2)


@pytest.fixture
def quick_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits before reconnecting and identifying again, up to five seconds, are cut short."""
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.2)
    monkeypatch.setattr(gateway, "AFTER_INVALID", (0.1, 0.2))
