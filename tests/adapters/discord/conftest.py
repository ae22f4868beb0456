"""The sample cog's texts beside the real ones, a stand-in for Discord, and the adapter serving it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from discord import Client
from discord.backoff import ExponentialBackoff

from bot import i18n
from bot.adapters.discord import inbound
from tests.adapters.discord import sample
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim


@pytest.fixture(scope="package", autouse=True)
def sample_texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    real, folder = i18n.LOCALES_DIR, tmp_path_factory.mktemp("locales") / "locales"
    shutil.copytree(real, folder)
    for language, words in sample.TEXTS.items():
        (folder / language / "sample.toml").write_text(words, encoding="utf-8")
        with (folder / language / "choices.toml").open("a", encoding="utf-8") as choices:
            choices.write(sample.CHOICES[language])
    i18n.LOCALES_DIR = folder
    i18n.texts.cache_clear()
    yield
    i18n.LOCALES_DIR = real
    i18n.texts.cache_clear()


@pytest.fixture
def sim() -> Iterator[DiscordSim]:
    with DiscordSim() as standing:
        yield standing
        standing.assert_clean()


@pytest.fixture
def serve(sim: DiscordSim, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    lives: list[Served] = []

    def start(*, wait: bool = True, **how: Any) -> Served:
        lives.append(Served(sim, tmp_path, **how))
        return lives[-1].start(wait=wait)

    yield start
    for life in lives:
        life.stop()


@pytest.fixture
def bot(serve: Callable[..., Served]) -> Served:
    return serve()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are deferred after a fifth of a second, to save the tests' time; one test keeps the real figure."""
    monkeypatch.setattr(inbound, "DEFER_AFTER", 0.2)


@pytest.fixture
def quick_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py's own waits before reconnecting and identifying again, up to five seconds, are cut short."""

    async def at_once(*_: object, **__: object) -> None:
        return

    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.2)
    monkeypatch.setattr(Client, "before_identify_hook", at_once)
