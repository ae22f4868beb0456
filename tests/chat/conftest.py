"""The kit with the test club in it: its texts beside the house's own, a router on stores in memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import i18n
from bot.chat.router import Router
from tests.chat.club import Club
from tests.stores import House

CLUB_TEXTS = Path(__file__).parent / "locales"
Write = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def _locales(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("texts") / "locales"
    shutil.copytree(i18n.LOCALES_DIR, folder)
    shutil.copytree(CLUB_TEXTS, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "LOCALES_DIR", folder)
        i18n.texts.cache_clear()
        yield folder
    i18n.texts.cache_clear()


@pytest.fixture(scope="module")
def club_texts(_locales: Path) -> None:
    """Give the test club its texts."""


@pytest.fixture
def write_texts(_locales: Path) -> Iterator[Write]:
    """Write files of texts, `write(language, area, toml)`; after the test everything is as it was."""
    before: dict[Path, bytes | None] = {}

    def write(language: str, area: str, toml: str) -> None:
        file = _locales / language / f"{area}.toml"
        before.setdefault(file, file.read_bytes() if file.exists() else None)
        file.write_text(toml, encoding="utf-8")
        i18n.texts.cache_clear()

    yield write
    for file, content in before.items():
        file.unlink() if content is None else file.write_bytes(content)
    i18n.texts.cache_clear()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def router(club_texts: None, house: House) -> Router:
    return Router([Club()], house.stores, clock=house.clock)
