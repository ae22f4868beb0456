"""The feeds in the data folder, and what is said of a mistake in one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
import tomli

from bot.core.digest.sources import FeedStatus, feeds_for
from bot.services import shelf
from bot.services.shelf import DATA_DIR, schemas
from bot.services.shelf.feeds import load_feeds


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the project's data folder that a test may spoil."""
    shutil.copytree(DATA_DIR, tmp_path / "data")
    return tmp_path / "data"


def test_a_channel_is_asked_without_its_shorts_and_a_category_by_its_name() -> None:
    rows = {each.id: each for each in load_feeds()}
    assert rows["yannic-kilcher"].address == (
        "https://www.youtube.com/feeds/videos.xml?playlist_id=UULFZHmQk67mSJgfCCTn7xBfew"
    )
    assert rows["arxiv-cs-lg"].address == "https://rss.arxiv.org/rss/cs.LG"
    assert rows["substack-pattern"].address is None


def test_what_is_dead_or_has_no_feed_is_kept_and_never_asked() -> None:
    gone = [each for each in load_feeds() if each.status in (FeedStatus.DEAD, FeedStatus.NO_FEED)]
    assert gone and all(each.address is None for each in gone)


def test_a_group_gets_the_feeds_of_its_topics_and_languages() -> None:
    feeds = load_feeds()
    korean = {each.id for each in feeds_for(feeds, {"study-skills", "robotics"}, {"ko"})}
    assert "milkclouds" in korean, "the article's own author"
    assert "arxiv-cs-ro" not in korean
    assert "arxiv-cs-ro" in {each.id for each in feeds_for(feeds, {"robotics"}, {"ko", "en"})}
    assert feeds_for(feeds, set(), {"ko", "en"}) == ()


def test_three_lines_are_enough_for_a_feed(data: Path) -> None:
    with (data / "feeds.toml").open("a", encoding="utf-8") as file:
        file.write('\n[ours]\ntitle = "Ours"\nurl = "https://example.org/feed"\ntopics = ["robotics"]\n')
    assert shelf.check(data) == []
    assert "ours" in {each.id for each in load_feeds(data)}


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        ('url = "http://example.org/f"\ntopics = ["robotics"]', "url", "right form"),
        ('url = "https://example.org/f"\ntopics = ["robotic"]', "topics", "no topic 'robotic'"),
        ('url = "https://distill.pub/rss.xml"\ntopics = ["robotics"]', "url", "the address of distill"),
        ('topics = ["robotics"]', "url", "is missing"),
        ('url = "https://example.org/f"', "topics", "is missing"),
        ('url = "https://example.org/f"\narxiv = "cs.XX"\ntopics = ["robotics"]', "arxiv", "url already"),
        ('channel = "@handle"\ntopics = ["robotics"]', "channel", "right form"),
        ('url = "https://example.org/f"\ntopics = ["robotics"]\nstatus = "tired"', "status", "none of"),
    ],
)
def test_a_mistake_is_found_with_its_line(data: Path, lines: str, key: str, words: str) -> None:
    path = data / "feeds.toml"
    start = len(path.read_text(encoding="utf-8").splitlines()) + 2
    with path.open("a", encoding="utf-8") as file:
        file.write(f'\n[wrong]\ntitle = "Wrong"\n{lines}\n')
    (found,) = shelf.check(data)
    assert (found.file, found.row, found.key) == ("data/feeds.toml", "wrong", key)
    assert found.line >= start and words in found.message


def test_starting_reads_no_feeds_and_a_wrong_row_is_left_out(data: Path) -> None:
    path = data / "feeds.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('kind = "papers"', 'kind = "paper"', 1), encoding="utf-8")
    assert shelf.load(data).catalogue
    assert len(load_feeds(data)) == len(load_feeds()) - 1


def test_the_schema_accepts_the_projects_own_file() -> None:
    table = tomli.loads((DATA_DIR / "feeds.toml").read_text(encoding="utf-8"))
    jsonschema_rs.validate(schemas()["feeds.json"], json.loads(json.dumps(table, default=str)))
