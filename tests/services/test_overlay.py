"""A host's own folder over the shipped catalogue: what it adds and replaces, and that a mistake in it stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.recommender import recommend
from bot.core.search import read
from bot.i18n import Locale
from bot.services.shelf import DATA_DIR, check, check_overlay, load

ROW = """
[{id}]
title = "Notes of our seminar"
kind = "article"
topics = ["{topic}"]
stage = "before"
languages = ["ko"]
url = "https://example.org/notes"
note.ko = "우리 세미나에서 함께 적은 노트예요."
note.en = "The notes our seminar took together."
sure = "high"
verified = 2026-11-25
"""
TOPIC = """
[topics.beekeeping]
name.ko = "양봉"
name.en = "Beekeeping"
definition.ko = "벌을 치는 일이에요. 꿀을 얻을 수 있어요."
definition.en = "Keeping bees. You get honey."
"""
REDIRECT = """
[our-old-notes]
to = "our-notes"
date = 2026-11-25
why.ko = "이름을 바꿨어요."
why.en = "It was renamed."
"""
CHANGE = """
[[changes]]
date = 2026-11-25
kind = "added"
ids = ["our-notes"]
text.ko = "세미나 노트를 더했어요."
text.en = "The seminar notes came in."
"""
OURS = ROW.format(id="our-notes", topic="deep-learning")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files of an overlay, by their names with `__` for a slash, and return its folder."""

    def to(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / "own" / (name.replace("__", "/") + ".toml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "own"

    return to


def test_without_a_folder_everything_is_as_shipped(tmp_path: Path) -> None:
    assert check(overlay=tmp_path / "none") == check_overlay(tmp_path / "none") == []
    assert len(load(overlay=tmp_path / "none").catalogue) == len(load().catalogue)


def test_an_empty_folder_is_sound(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Ours.", encoding="utf-8")
    assert check(overlay=tmp_path) == []


def test_a_new_row_is_added_and_recommended_whatever_its_file_is_called(write: Write) -> None:
    own = write(resources__ours=OURS)
    shelf = load(overlay=own)
    assert check(overlay=own) == []
    assert len(shelf.catalogue) == len(load().catalogue) + 1
    assert recommend(read("our-notes", shelf, locale=Locale.KO), shelf).picks[0].resource.id == "our-notes"


def test_a_row_with_a_shipped_id_replaces_it_in_its_place(write: Write) -> None:
    shelf = load(overlay=write(resources__ours=ROW.format(id="colah-blog", topic="rnn")))
    assert shelf.catalogue["colah-blog"].title == "Notes of our seminar"
    assert [row.id for row in shelf.catalogue] == [row.id for row in load().catalogue]


def test_more_words_of_a_topic_are_understood_and_its_own_stay(write: Write) -> None:
    shelf = load(overlay=write(topics='[topics.reinforcement-learning]\naliases.ko = ["당근과 채찍"]\n'))
    for words in ("당근과 채찍", "강화학습"):
        assert read(words, shelf).topics[0].topic == "reinforcement-learning"


def test_a_word_that_another_topic_had_is_the_hosts_to_give(write: Write) -> None:
    own = write(topics='[topics.nlp]\naliases.en = ["reinforcement learning course", "RL"]\n')
    assert check(overlay=own) == []
    assert read("rl", load(overlay=own)).topics[0].topic == "nlp"


def test_a_topic_of_ones_own_holds_rows_of_ones_own(write: Write) -> None:
    own = write(topics=TOPIC, resources__bees=ROW.format(id="bees", topic="beekeeping"))
    shelf = load(overlay=own)
    assert check(overlay=own) == []
    assert [topic.id for topic in shelf.topics][-1] == "beekeeping"
    assert recommend(read("양봉", shelf), shelf).picks[0].resource.id == "bees"


def test_redirects_and_changes_of_ones_own_join_the_shipped_ones(write: Write) -> None:
    own = write(resources__ours=OURS, redirects=REDIRECT, changes=CHANGE)
    shelf = load(overlay=own)
    row = shelf.catalogue.get("our-old-notes")
    assert row is not None and row.id == "our-notes"
    assert len(shelf.changes) == len(load().changes) + 1


@pytest.mark.parametrize(
    ("files", "row", "words"),
    [
        ({"resources__ours": OURS.replace('kind = "article"', 'kind = "diary"')}, "our-notes", "none of"),
        ({"resources__ours": OURS.replace("deep-learning", "nowhere")}, "our-notes", "no topic 'nowhere'"),
        ({"resources__ours": "[our-notes"}, "", "not valid TOML"),
        ({"resources__a": OURS, "resources__b": OURS}, "our-notes", "already"),
        ({"topics": '[topics.rnm]\naliases.ko = ["알앤엔"]\n'}, "topics.rnm", "is missing"),
        ({"topics": "[topics.rnn]\naliases.ko = 3\n"}, "topics.rnn", "should be a"),
        ({"topics": '[topics.rnn]\naliases.ko = ["!!"]\n'}, "topics.rnn", "no letter"),
        ({"topics": "topics = 3\n[words.stop]\nko = []\n"}, "words", "not a known table"),
        ({"topics": "ambiguous = []\n"}, "ambiguous", "should be a table"),
        ({"redirects": REDIRECT}, "our-old-notes", "leads to no row"),
        (
            {"redirects": REDIRECT.replace("our-old-notes", "d2l").replace('"our-notes"', '"cs50p"')},
            "d2l",
            "still a row",
        ),
        ({"changes": CHANGE}, "changes.1", "nothing with the id 'our-notes'"),
        ({"changes": "[rows]\n"}, "", "nothing else"),
        ({"changes": CHANGE.replace("added", "sung")}, "changes.1", "none of"),
        ({"methods": ""}, "", "not read here"),
        ({"resource__ours": OURS}, "", "not read here"),
    ],
)
def test_a_mistake_is_named_in_the_hosts_own_file_and_the_bot_starts_without_the_folder(
    write: Write, files: dict[str, str], row: str, words: str
) -> None:
    own = write(**files)
    found = check_overlay(own)
    assert found == check(overlay=own)
    assert any(finding.row == row and words in finding.message for finding in found), found
    assert all(finding.file.startswith(own.as_posix()) and finding.line >= 1 for finding in found)
    with capture_logs() as logs:
        shelf = load(overlay=own)
    assert len(shelf.catalogue) == len(load().catalogue)
    [said] = logs
    assert said["event"] == "catalogue overlay left out"
    assert (said["folder"], said["mistakes"]) == (own.as_posix(), len(found))
    assert said["first"] == str(found[0])


def test_the_line_of_a_mistake_is_the_one_of_the_key(write: Write) -> None:
    own = write(resources__ours=OURS.replace('kind = "article"', 'kind = "diary"'), changes=CHANGE * 2 + CHANGE[:-30])
    lines = {finding.file.rpartition("/")[2]: finding.line for finding in check(overlay=own)}
    assert lines["ours.toml"] == 4
    assert lines["changes.toml"] > 14


def test_a_folder_that_cannot_be_read_as_one_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").mkdir()
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "ours.toml").write_bytes(b"\xff\xfe")
    assert len(check_overlay(tmp_path)) == 2
    assert len(load(overlay=tmp_path).catalogue) == len(load().catalogue)


def test_what_is_wrong_in_the_shipped_files_is_not_blamed_on_the_host(write: Write, tmp_path: Path) -> None:
    own = write(resources__ours=OURS)
    assert check(tmp_path / "nothing", own) != []
    assert all("own/" not in finding.file for finding in check_overlay(own, DATA_DIR))
