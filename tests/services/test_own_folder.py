"""The host's own folder while the bot runs: what is written there shows at once, in every process, mistakes apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import House, open_house
from bot.config import Settings
from bot.core.reading import Suggestion, SuggestionKind
from bot.core.recommender import recommend
from bot.core.refs import Platform, UserRef
from bot.core.search import read
from bot.services import shelf
from bot.services.own_folder import APPROVED, Approved, OwnFolder
from bot.services.own_rows import ROWS, OwnRow, add_row

ROW = OwnRow(
    "our-lecture", "Our lecture", "course", ("graph-ml",), "ko", "https://example.org/a", "우리 강의예요.",
    "Our lecture.", date(2026, 11, 25),
)  # fmt: skip
ANN = UserRef(Platform.DISCORD, "1")
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


async def test_a_row_shows_at_once_to_whoever_keeps_the_shelf(tmp_path: Path) -> None:
    books = shelf.load(overlay=tmp_path)
    books.open()
    own = OwnFolder(books, tmp_path)
    assert not await own.refresh()
    await own.add(ROW)
    assert books.catalogue["our-lecture"].title == "Our lecture"
    assert recommend(read("our lecture", books), books).picks[0].resource.id == "our-lecture"
    assert not await own.refresh(), "it was read once"


async def test_a_row_that_another_process_wrote_shows_with_the_next_look(tmp_path: Path) -> None:
    books = shelf.load(overlay=tmp_path)
    own = OwnFolder(books, tmp_path)
    add_row(tmp_path, ROW)
    assert await own.refresh()
    assert "our-lecture" in books.catalogue
    (tmp_path / ROWS).unlink()
    (tmp_path / "changes.toml").unlink()
    assert await own.refresh()
    assert "our-lecture" not in books.catalogue, "what the host took out is gone as well"


async def test_a_folder_with_a_mistake_stays_as_it_was_read_before_and_is_told_once(tmp_path: Path) -> None:
    books = shelf.load(overlay=tmp_path)
    own = OwnFolder(books, tmp_path)
    await own.add(ROW)
    good = (tmp_path / ROWS).read_text("utf-8")
    (tmp_path / ROWS).write_text(good + "\n[half", encoding="utf-8")
    with capture_logs() as logs:
        assert not await own.refresh()
        assert not await own.refresh()
    assert [each["event"] for each in logs] == ["catalogue overlay kept as it was read before"]
    assert "our-lecture" in books.catalogue
    (tmp_path / ROWS).write_text(good.replace("Our lecture.", "Ours."), encoding="utf-8")
    assert await own.refresh()
    assert books.catalogue["our-lecture"].note.en == "Ours."


def _settings(tmp_path: Path, folder: str) -> Settings:
    return Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", catalogue_overlay=str(tmp_path / folder))


async def _suggested(house: House, url: str, title: str) -> Suggestion:
    async with house.storage.write() as uow:
        identity = await uow.people.meet(ANN, "en", NOW)
        suggestion, _ = await uow.suggestions.add(None, identity.id, SuggestionKind.RESOURCE, url, title, "", NOW)
    return suggestion


def _titles(house: House) -> set[str]:
    assert house.services is not None
    found = (house.services.library.resource(f"{word}-s{number}") for word in ("one", "two") for number in (1, 2))
    return {each.title for each in found if each is not None}


async def test_what_one_process_approves_the_others_recommend_seconds_later(tmp_path: Path) -> None:
    async with (
        open_house(_settings(tmp_path, "own"), clock=lambda: NOW) as here,
        open_house(_settings(tmp_path, "own"), clock=lambda: NOW) as there,
    ):
        assert here.services is not None and there.services is not None
        suggestion = await _suggested(here, "https://example.org/one", "One")
        assert await here.services.suggestions.approve(suggestion.id, ANN, "en")
        assert _titles(here) == {"One"} and _titles(there) == set()
        assert await there.services.own.refresh()
        assert _titles(there) == {"One"}


async def test_a_machine_with_a_folder_of_its_own_writes_what_was_approved_elsewhere(tmp_path: Path) -> None:
    now = NOW
    async with (
        open_house(_settings(tmp_path, "a"), clock=lambda: now) as here,
        open_house(_settings(tmp_path, "b"), clock=lambda: now) as there,
    ):
        assert here.services is not None and there.services is not None
        first = await _suggested(here, "https://example.org/one", "One")
        await here.services.suggestions.approve(first.id, ANN, "en")
        now += timedelta(hours=1)
        assert await there.services.suggestions.catch_up() == 0, "what was before belongs to the folder already"
        second = await _suggested(here, "https://example.org/two", "Two")
        await here.services.suggestions.approve(second.id, ANN, "en")
        assert await there.services.suggestions.catch_up() == 1
        assert _titles(here) == {"One", "Two"} and _titles(there) == {"Two"}
        now += timedelta(hours=1)
        assert await there.services.suggestions.catch_up() == 0

        (tmp_path / "b" / ROWS).unlink()
        (tmp_path / "b" / "changes.toml").unlink()
        await there.services.own.refresh()
        assert await there.services.suggestions.catch_up() == 0, "what the host took out does not come back"
        assert _titles(there) == set()


@pytest.mark.parametrize("kept", ["", "yesterday\n"])
async def test_a_note_that_cannot_be_read_counts_as_none(tmp_path: Path, kept: str) -> None:
    (tmp_path / APPROVED).write_text(kept, encoding="ascii")
    own = OwnFolder(shelf.load(), tmp_path)
    assert own.approved() == Approved()
    own.note_approved(Approved(NOW, frozenset((3, 1))))
    assert own.approved() == Approved(NOW, frozenset((1, 3)))
