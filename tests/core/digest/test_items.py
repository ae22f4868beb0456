"""One story for what is one, and nothing twice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.items import Item, ItemKind, merge, paper_of, stories_of, unshown

DAY = datetime(2026, 11, 20, tzinfo=UTC)
TITLE = "Attention Is Not All You Need for Planning"
ARXIV = Item(source="arxiv-cs-lg", url="https://arxiv.org/abs/2611.00001v2", title=TITLE, kind=ItemKind.PAPER,
             paper="arxiv:2611.00001", guid="oai:arXiv.org:2611.00001v2", published=DAY, topics=("nlp",))  # fmt: skip
DAILY = Item(source="hf-daily", url="https://huggingface.co/papers/2611.00001", title=TITLE, kind=ItemKind.PAPER,
             paper="arxiv:2611.00001", published=DAY - timedelta(hours=3))  # fmt: skip
BLOG = Item(source="lab", url="https://lab.example/post?utm_source=x",
            title="[Paper] Attention is not all you need, for planning",
            published=DAY + timedelta(days=2), topics=("llm-agents",))  # fmt: skip
VIDEO = Item(
    source="tube", url="https://youtu.be/abcdefghijk", title=TITLE, kind=ItemKind.VIDEO, paper="arxiv:2611.00001"
)


def test_a_paper_from_arxiv_a_list_and_a_blog_is_one_story_with_three_mentions() -> None:
    (story,) = stories_of([BLOG, DAILY, ARXIV])
    assert story.sources == ("hf-daily", "arxiv-cs-lg", "lab")
    assert (story.kind, story.published) == (ItemKind.PAPER, DAY - timedelta(hours=3))
    assert story.topics == ("nlp", "llm-agents")
    assert story == merge([ARXIV, BLOG, DAILY])


def test_an_entry_that_two_categories_carry_is_told_of_once() -> None:
    crossed = replace(ARXIV, source="arxiv-cs-cl")
    listed = replace(ARXIV, source="a-list", guid=ARXIV.url)
    (story,) = stories_of([ARXIV, crossed])
    assert (len(story.sources), story.voices) == (2, 1)
    (story,) = stories_of([ARXIV, crossed, listed, replace(listed, source="another-list")])
    assert story.voices == 3


def test_a_video_about_a_paper_is_another_thing_to_do() -> None:
    assert len(stories_of([ARXIV, VIDEO])) == 2


def test_a_post_that_tells_of_a_paper_belongs_to_it_whatever_its_title() -> None:
    post = replace(BLOG, title="Our new work", paper="arxiv:2611.00001")
    assert len(stories_of([post, ARXIV])) == 1


def test_one_address_with_tracking_is_one_story() -> None:
    other = replace(
        BLOG, source="news", url="https://www.lab.example/post/#top", title="Something else", published=None
    )
    assert len(stories_of([BLOG, other])) == 1


@pytest.mark.parametrize(
    ("one", "other", "stories"),
    [
        ("GPT-5 technical report by the team", "GPT-6 technical report by the team", 2),
        ("Lecture notes on learning part 1", "Lecture notes on learning part 2", 2),
        ("A survey of large language models", "A Survey of Large Language Models.", 1),
        ("Weekly update", "Weekly update", 2),
        ("확산 모델로 하는 음성 합성 연구", "[논문] 확산 모델로 하는 음성 합성 연구", 1),
        ("Scaling laws for neural language models", "Scaling vision for robot learning models", 2),
    ],
)
def test_titles_are_one_only_when_they_are_near_enough(one: str, other: str, stories: int) -> None:
    first = Item(source="a", url="https://a.example/1", title=one)
    assert len(stories_of([first, Item(source="b", url="https://b.example/1", title=other)])) == stories


def test_two_papers_of_one_title_stay_two() -> None:
    twin = replace(ARXIV, url="https://arxiv.org/abs/2611.00002", paper="arxiv:2611.00002", guid="")
    assert len(stories_of([ARXIV, twin])) == 2
    assert len(stories_of([ARXIV, twin, BLOG])) == 2


def test_a_column_that_is_always_called_the_same_is_new_every_week() -> None:
    column = Item(source="a", url="https://a.example/1", title="What we read in the lab", published=DAY)
    following = replace(column, url="https://a.example/2", published=DAY + timedelta(days=7))
    assert len(stories_of([column, following])) == 2
    assert unshown(stories_of([following]), {key for each in stories_of([column]) for key in each.keys})


@pytest.mark.parametrize(
    "again",
    [
        replace(ARXIV, guid="new", url="https://arxiv.org/pdf/2611.00001v3"),
        DAILY,
        replace(BLOG, guid="changed"),
        replace(BLOG, url="https://lab.example/renamed", guid="changed"),
    ],
)
def test_what_was_shown_is_known_again_whatever_a_feed_changes_of_it(again: Item) -> None:
    shown = {key for story in stories_of([ARXIV, BLOG]) for key in story.keys}
    assert unshown(stories_of([again]), shown) == ()
    assert unshown(stories_of([again]), set()) != ()


ITEMS = st.lists(
    st.builds(
        Item,
        source=st.sampled_from("abc"),
        url=st.integers(0, 8).map(lambda n: f"https://e.org/{n}"),
        title=st.sampled_from(
            [TITLE, BLOG.title, "Short", "Another title of some words", "Yet another title of words"]
        ),
        kind=st.sampled_from(ItemKind),
        guid=st.sampled_from(["", "1", "2"]),
        paper=st.sampled_from([None, "arxiv:2611.00001", "arxiv:2611.00002"]),
        published=st.none() | st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)),
    ),
    max_size=12,
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_every_item_is_in_exactly_one_story_and_their_order_does_not_matter(
    items: list[Item], chance: random.Random
) -> None:
    stories = stories_of(items)
    assert sorted(map(repr, (item for story in stories for item in story.mentions))) == sorted(map(repr, set(items)))
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert stories_of(shuffled) == stories


@given(ITEMS)
def test_no_story_is_shown_twice(items: list[Item]) -> None:
    shown = {key for story in stories_of(items) for key in story.keys}
    assert unshown(stories_of(items), shown) == ()


def test_signs_are_short_enough_to_be_looked_up_and_still_tell_apart() -> None:
    long = [replace(BLOG, url=f"https://lab.example/{'글' * 1900}/{number}", guid="g" * 900) for number in range(2)]
    one, other = (each.keys for each in long)
    assert all(len(sign.encode()) < 2000 for sign in (*one, *other))
    assert one[0] != other[0]
    assert one[0].startswith("at:https://lab.example/")
    assert one == replace(long[0], title=BLOG.title).keys


def test_only_links_to_papers_are_papers() -> None:
    assert paper_of("https://arxiv.org/pdf/2611.00001v3") == "arxiv:2611.00001"
    assert paper_of("https://example.org/2611.00001") is None
