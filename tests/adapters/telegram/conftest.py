"""The sample cog's texts beside the real ones, a stand-in for Telegram, and the adapter serving it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.sample import texts_beside_the_real_ones
from tests.adapters.telegram.sample import TEXTS
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim


@pytest.fixture(scope="package", autouse=True)
def sample_texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with texts_beside_the_real_ones(tmp_path_factory.mktemp("locales") / "locales", TEXTS):
        yield


@pytest.fixture
def sim() -> Iterator[TelegramSim]:
    with TelegramSim() as standing:
        yield standing
        standing.assert_clean()


@pytest.fixture
def life() -> type[Served]:
    return Served
