"""An issue in words: each sentence is true of what it stands beside, and counts and never names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.catalogue_news import CatalogueNews
from bot.core.changes import ChangeKind
from bot.core.digest.choosing import Audience, Section
from bot.core.digest.fetching import Health
from bot.core.digest.issue import NEWS, PartKind, issue_from
from bot.core.digest.items import Item, ItemKind, Story, merge
from bot.core.digest.selecting import key_of, select
from bot.core.digest.signals import Edit
from bot.core.digest.taste import learn, words_of
from bot.core.digest.writing import Material, Read, quiet_line, write
from bot.core.people import GroupId
from bot.i18n import Locale, texts
from tests.core.rows import resource

NOW = datetime(2026, 12, 6, 1, tzinfo=UTC)
EN, KO = texts(Locale.EN), texts(Locale.KO)
TASTE = learn([("Agents that plan", True)] * 10 + [("Videos of cats", False)] * 30)
EMPTY = Material(
    group_id=GroupId(1),
    name="Thursday",
    number=3,
    first=date(2026, 11, 30),
    last=date(2026, 12, 6),
    locale=Locale.EN,
    zone="Asia/Seoul",
    titles={"s0": "Blog zero", "s1": "Blog one", "s2": "Blog two"},
    topic_name=lambda topic: f"<{topic}>",
)

_items = st.builds(
    Item,
    source=st.sampled_from(("s0", "s1", "s2")),
    url=st.integers(0, 20).map(lambda number: f"https://e.org/{number}"),
    title=st.sampled_from(("Agents plan ahead", "Cats", "A word on graphs", "")),
    kind=st.sampled_from(ItemKind),
    published=st.none() | st.integers(0, 20).map(lambda days: NOW - timedelta(days=days)),
    topics=st.sets(st.sampled_from(("nlp", "llm", "rl"))).map(tuple),
)
_stories = st.lists(st.lists(_items, min_size=1, max_size=3).map(merge), max_size=12)
_groups = st.builds(
    Audience,
    topics=st.dictionaries(st.sampled_from(("nlp", "rl")), st.floats(0.3, 1.0)),
    taste=st.just(TASTE),
    suggested=st.dictionaries(st.integers(0, 20).map(lambda number: f"at:https://e.org/{number}"), st.integers(1, 4)),
    followed=st.sets(st.sampled_from(("s0", "s1"))).map(frozenset),
)


def is_true(line: str, story: Story, group: Audience) -> bool:
    """Say whether a reason is true of a story, told from nothing but its sentence."""
    suggested = max((group.suggested.get(key, 0) for key in story.keys), default=0)
    truths = {
        "Put up by one of you.": suggested == 1,
        f"Put up by {suggested} of you.": suggested > 1,
        f"Told of by {story.voices} sources.": story.voices > 1,
        **{f"On a topic of yours: <{topic}>.": topic in group.topics for topic in story.topics},
        **{
            f"From a source that you added: {EMPTY.titles[source]}.": source in group.followed
            for source in story.sources
        },
        **{
            f"Its title shares a word with what you chose: {word}.": any(
                TASTE.weights.get(stem, 0) > 0 for stem in words_of(word)
            )
            for word in story.title.split()
        },
    }
    if story.published is not None:
        day = (story.published + timedelta(hours=9)).date()
        month = {11: "November", 12: "December"}[day.month]
        truths[f"It came out on {day.day} {month}."] = NOW - story.published <= timedelta(days=7)
    return truths.get(line, False)


@settings(max_examples=150, deadline=None)
@given(_stories, _groups)
def test_every_reason_that_is_written_is_true(found: list[Story], group: Audience) -> None:
    issue = write(replace(EMPTY, selected=select(found, frozenset(), group, {}, NOW)), EN)
    by_key = {key_of(story): story for story in found}
    for kind in NEWS:
        for entry in issue.part(kind):
            candidates = [story for story in found if key_of(story) == entry.key and story.title == entry.title]
            assert any(is_true(entry.line, story, group) for story in candidates), entry.line
            assert entry.key in by_key
    assert issue_from(issue.to_json()) == issue


def test_what_an_organiser_chose_says_so_and_nothing_that_is_not_so() -> None:
    old = merge([Item(source="s0", url="https://e.org/1", title="Cats")])
    edits = {key_of(old): Edit(pinned=True, comment="For the pictures.")}
    issue = write(replace(EMPTY, selected=select([old], frozenset(), Audience(), edits, NOW)), EN)
    (entry,) = issue.part(PartKind.POSTS)
    assert (entry.line, entry.comment) == ("Chosen by your organisers.", "For the pictures.")


@pytest.mark.parametrize("t", [EN, KO], ids=["en", "ko"])
def test_a_week_in_one_line(t: object) -> None:
    def line(**material: object) -> str:
        return write(replace(EMPTY, **material), t).headline  # type: ignore[arg-type]

    korean = t is KO
    past = Read("A", None, NOW, through=4, skimmed=1)
    assert line() == ("조용한 한 주였어요." if korean else "A quiet week.")
    assert line(past=past, notes=2) == (
        "4명이 논문을 마쳤어요. 노트 2개를 나눴어요."
        if korean
        else "This week 4 people came to the end of the paper, 2 notes were shared."
    )
    assert line(nominated=1) == (
        "읽을 후보가 1편 올라왔어요." if korean else "This week one candidate to read came up."
    )


def test_a_fortnight_is_not_called_a_week() -> None:
    fortnight = replace(EMPTY, first=date(2026, 11, 23), readers=1)
    assert write(fortnight, EN).headline == "Since the last issue one person opened the paper."
    first = replace(fortnight, number=1)
    assert write(first, EN).headline == "Since the group began one person opened the paper."
    still = replace(first, readers=0)
    assert (write(still, EN).headline, write(still, KO).headline) == (
        "It was quiet since the group began.",
        "첫 소식이 나오기까지 조용했어요.",
    )
    assert write(fortnight, KO).headline == "1명이 논문을 펼쳤어요."
    assert write(replace(fortnight, readers=0), EN).headline == "It was quiet since the last issue."
    assert write(replace(fortnight, readers=0), KO).headline == "그동안 조용했어요."


def test_a_silence_is_told_by_its_weekday_and_later_by_its_date() -> None:
    ailing = [
        ("Blog zero", NOW - timedelta(days=5), Health.SILENT),
        ("Blog one", NOW - timedelta(days=30), Health.SILENT),
        ("Blog two", NOW - timedelta(days=3), Health.GONE),
    ]
    korean = replace(EMPTY, locale=Locale.KO, ailing=ailing)
    assert [each.line for each in write(korean, KO).part(PartKind.HEALTH)] == [
        "화요일부터 응답이 없어요.",
        "11월 6일부터 응답이 없어요.",
        "목요일에 문을 닫았다고 했어요. 그래도 한 주에 한 번은 물어봐요.",
    ]
    assert quiet_line(ailing, KO).endswith("소식통 3곳이 응답하지 않고 있어요.")


def test_a_change_is_called_by_what_its_link_opens() -> None:
    old, new = replace(resource("old"), url="https://e.org/old"), replace(resource("new"), url="https://e.org/new")
    change = CatalogueNews(
        "change:1", NOW.date(), ChangeKind.SUPERSEDED, "New came after Old.", (old,), (new,), new.url
    )
    (entry,) = write(replace(EMPTY, changes=[change]), EN).part(PartKind.CHANGES)
    assert (entry.title, entry.url, entry.line) == (new.name(Locale.EN), new.url, "New came after Old.")
    (entry,) = write(replace(EMPTY, changes=[replace(change, successors=(), url=None)]), EN).part(PartKind.CHANGES)
    assert (entry.title, entry.url) == (old.name(Locale.EN), None)


def test_a_week_is_empty_when_nobody_did_anything_and_nothing_came() -> None:
    assert EMPTY.is_empty
    assert replace(EMPTY, aside=("seed", "aside:seed#0"), ailing=[("Blog zero", NOW, Health.SILENT)]).is_empty
    assert not replace(EMPTY, notes=1).is_empty
    story = merge([Item(source="s0", url="https://e.org/1", title="Cats", published=NOW)])
    found = select([story], frozenset(), Audience(), {}, NOW)
    assert found[Section.POSTS]
    assert not replace(EMPTY, selected=found).is_empty


def test_parts_that_are_not_wanted_are_not_written_and_nothing_of_them_counts_as_shown() -> None:
    material = replace(EMPTY, aside=("seed", "aside:seed#0"))
    assert write(material, EN).signs == {"aside:seed#0"}
    assert write(material, EN, frozenset({PartKind.ASIDE})).signs == frozenset()
