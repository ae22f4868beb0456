"""What a group read, as files: all of it, without names, and whatever strangers wrote stays words."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from bot.core.papers.export import ReadPaper, Tally, as_json, as_markdown
from bot.core.papers.paper import Paper, PaperKind
from bot.core.reading import How, NoteKind, Readers
from bot.i18n import Locale, texts
from tests.core.hostile import HOSTILE

ATTENTION = Paper(
    "arxiv:1706.03762", "https://arxiv.org/abs/1706.03762", "Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"), year=2017,
)  # fmt: skip
READ = ReadPaper(
    date(2026, 11, 26), ATTENTION, PaperKind.METHOD, How.VOTE, "늘 궁금했어요", Readers(1, 3, 2, 3, 6),
    ((NoteKind.NOTE, "그림 1이 전부예요"), (NoteKind.QUESTION, "왜 나누나요?")),
    (Tally("Attention Is All You Need", 5), Tally("ResNet", 2)), 7,
)  # fmt: skip
T = texts(Locale.KO)


def test_markdown_has_everything_in_words() -> None:
    page = as_markdown("논문 모임", [READ], T)
    assert page.startswith("# 논문 모임이 읽은 논문\n")
    assert "## 2026-11-26 · [Attention Is All You Need](https://arxiv.org/abs/1706.03762)" in page
    assert "Ashish Vaswani, Noam Shazeer · 2017 · 방법" in page
    assert "투표로 골랐어요. 늘 궁금했어요" in page
    assert "끝냄 3명, 훑음 2명" in page
    assert "너무 어려움 3명" in page
    assert "- 5 · Attention Is All You Need" in page
    assert "- 노트: 그림 1이 전부예요" in page
    assert "- 질문: 왜 나누나요?" in page


def test_json_has_the_same_for_programs() -> None:
    found = json.loads(as_json("논문 모임", [READ]))
    (paper,) = found["papers"]
    assert found["group"] == "논문 모임"
    assert (paper["meeting"], paper["arxiv"], paper["kind"]) == ("2026-11-26", "1706.03762", "method")
    assert paper["readers"] == {"reading": 1, "finished": 3, "skimmed": 2, "too_hard": 3}
    assert paper["ballot"]["voters"] == 7
    assert paper["notes"][1] == {"kind": "question", "text": "왜 나누나요?"}


def test_that_it_was_too_hard_for_one_or_two_is_told_nowhere() -> None:
    few = ReadPaper(READ.meets_on, ATTENTION, PaperKind.METHOD, How.VOTE, "", Readers(too_hard=2))
    assert "너무 어려움" not in as_markdown("모임", [few], T)
    assert json.loads(as_json("모임", [few]))["papers"][0]["readers"]["too_hard"] is None


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_strangers_wrote_never_becomes_markup(words: str) -> None:
    paper = Paper("x:1", "https://x.org/a(b) c", words, authors=(words,))
    read = ReadPaper(READ.meets_on, paper, PaperKind.UNSURE, None, words, Readers(), ((NoteKind.NOTE, words),))
    page = as_markdown(words, [read], T)
    assert len(re.findall(r"^#", page, re.MULTILINE)) == 2, "one heading for the group, one for the paper"
    assert re.findall(r"(?<!\\)\]\(([^)]*)\)", page) == ["https://x.org/a%28b%29%20c"]
    assert not re.search(r"(?<!\\)[<`]", page)
    assert json.loads(as_json(words, [read]))["papers"][0]["title"] == words


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    paper = Paper("x:1", "javascript:alert(1)", "X")
    page = as_markdown("모임", [ReadPaper(READ.meets_on, paper, PaperKind.UNSURE, None, "", Readers())], T)
    assert "](" not in page
