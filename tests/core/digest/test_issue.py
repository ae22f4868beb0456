"""An issue is read as it was written, and later ones know what it showed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.issue import Entry, Issue, Part, PartKind, issue_from
from bot.core.people import GroupId
from bot.i18n import Locale

_words = st.text(max_size=20)
_some = st.lists(_words, max_size=3).map(tuple)
_entries = st.builds(
    Entry,
    title=_words,
    line=_words,
    url=st.none() | st.just("https://e.org/1"),
    key=_words,
    signs=_some,
    sources=_some,
    feeds=_some,
    topics=_some,
    minutes=st.none() | st.integers(0, 600),
    language=st.none() | st.sampled_from(("ko", "en")),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    comment=_words,
    pinned=st.booleans(),
)
_issues = st.builds(
    Issue,
    group_id=st.integers(1, 2**40).map(GroupId),
    name=_words,
    number=st.integers(1, 999),
    first=st.dates(),
    last=st.dates(),
    locale=st.sampled_from(Locale),
    headline=_words,
    parts=st.lists(
        st.builds(Part, st.sampled_from(PartKind), st.lists(_entries, max_size=4).map(tuple)), max_size=4
    ).map(tuple),
)


def _issue(*entries: Entry) -> Issue:
    return Issue(
        group_id=GroupId(1),
        name="Thursday",
        number=3,
        first=date(2026, 11, 16),
        last=date(2026, 11, 22),
        locale=Locale.EN,
        headline="Seven read, four finished.",
        parts=(Part(PartKind.PAPERS, entries), Part(PartKind.ASIDE, (Entry(title="", line="ha"),))),
    )


@given(_issues)
def test_what_is_read_is_what_was_written(issue: Issue) -> None:
    assert issue_from(json.loads(json.dumps(issue.to_json()))) == issue


def test_a_part_of_a_later_version_is_left_out() -> None:
    told = _issue(Entry(title="A")).to_json()
    told["parts"].insert(0, {"section": "horoscope", "entries": []})
    told["mood"] = "fine"
    assert issue_from(told) == _issue(Entry(title="A"))


def test_everything_it_shows_is_known_again_by_every_sign() -> None:
    issue = _issue(
        Entry(title="A", key="arxiv:1", signs=("arxiv:1", "at:e.org/1"), at=datetime(2026, 11, 20, tzinfo=UTC))
    )
    assert issue.signs == {"arxiv:1", "at:e.org/1"}
    assert issue.entry("at:e.org/1") is issue.part(PartKind.PAPERS)[0]
    assert issue.entry("") is None


def test_what_is_dropped_takes_its_empty_part_along() -> None:
    issue = _issue(Entry(title="A", key="a")).commented("a", "Chapter 3 is the good one.")
    assert issue.part(PartKind.PAPERS)[0].comment == "Chapter 3 is the good one."
    left = issue.without("a")
    assert [part.section for part in left.parts] == [PartKind.ASIDE]
    assert left.without("") == left
