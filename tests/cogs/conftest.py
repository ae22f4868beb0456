"""The whole house on a database of its own, as a member's turn reaches it, with one host who wants to be asked."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_house
from bot.chat.reply import Answer, Button, Reply
from bot.chat.router import Router
from bot.chat.text import Text, plain
from bot.config import Settings
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from tests.furnished import furnished as furnished_database

HOST = UserRef(Platform.DISCORD, "7")


@pytest.fixture(scope="session")
def catalogue() -> Shelf:
    """Read the catalogue once for all tests: nothing changes it, and its indexes take a while to build."""
    return shelf.load()


@pytest.fixture(scope="session")
def furnished() -> Path:
    """A database into which the papers have been taken."""
    return furnished_database()


@pytest.fixture
async def router(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Router]:
    monkeypatch.chdir(tmp_path)  # no .env of the developer's
    shutil.copy(furnished, tmp_path / "moim.db")
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings) as house:
        yield house.router


def reply_of(answer: Answer) -> Reply:
    """Return `answer`, which must not be a form."""
    assert isinstance(answer, Reply)
    return answer


def words_of(answer: Answer) -> str:
    """Return everything `answer` says, as it is read without markup."""
    reply = reply_of(answer)
    blocks: list[Text] = [reply.text]
    for card in reply.cards:
        blocks += [(card.title,), card.body, (card.footer,)]
    return "\n".join(words for block in blocks if (words := plain(block)))


def buttons_of(answer: Answer) -> dict[str, Button]:
    """Return the buttons of `answer` by their labels."""
    return {button.label: button for row in reply_of(answer).rows for button in row}
