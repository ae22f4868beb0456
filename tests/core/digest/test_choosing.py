"""What is chosen for a group, and that every reason given for it is true."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.choosing import MOST, Audience, Chosen, Section, Why, choose, section_of
from bot.core.digest.items import Item, ItemKind, Story, merge, stories_of
from bot.core.digest.taste import learn, words_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TASTE = learn([("Agents that plan", True)] * 8 + [("Videos of cats", False)] * 20)


def story(number: int = 1, title: str = "Something of interest", **more: object) -> Story:
    values = {"source": f"s{number}", "published": NOW - timedelta(days=1)} | more
    return merge([Item(url=f"https://e.org/{number}", title=f"{title} {number}", **values)])  # type: ignore[arg-type]


def one(chosen: Story, group: Audience) -> Chosen | None:
    return next((each for found in choose([chosen], group, NOW).values() for each in found), None)


def why(chosen: Story, group: Audience) -> tuple[Why, str | int] | None:
    found = one(chosen, group)
    return (found.reason.why, found.reason.value) if found else None


def test_each_reason_is_told_with_what_it_rests_on() -> None:
    mentioned = merge([*story(1).mentions, *story(2).mentions])
    key = next(iter(story().keys))
    assert why(story(topics=("nlp", "llm")), Audience(topics={"llm": 1.0})) == (Why.TOPIC, "llm")
    assert why(mentioned, Audience()) == (Why.MENTIONS, 2)
    assert why(story(), Audience(suggested={key: 2}, saved={key: 3})) == (Why.SUGGESTED, 2)
    assert why(story(), Audience(saved={key: 3})) == (Why.SAVED, 3)
    assert why(story(title="Agents plan"), Audience(taste=TASTE)) in (
        (Why.TASTE, "plan"),
        (Why.TASTE, "agent"),
    )
    assert why(story(), Audience(followed=frozenset({"s1"}))) == (Why.FOLLOWED, "s1")
    assert why(story(), Audience()) == (Why.NEW, 1)


def test_of_what_nothing_true_can_be_said_nothing_is_shown() -> None:
    assert one(story(published=NOW - timedelta(days=30)), Audience()) is None
    assert one(story(published=NOW + timedelta(days=300)), Audience()) is None
    assert one(story(published=None), Audience()) is None


def test_nobody_is_shown_what_is_in_no_language_of_theirs() -> None:
    assert one(story(language="en"), Audience(languages=frozenset({"ko"}))) is None
    assert one(story(language=None), Audience(languages=frozenset({"ko"}))) is not None


def test_sections_are_small_and_varied() -> None:
    many = [story(n, f"Title{n} {n * 7} words{n}", kind=kind, source="one" if n % 9 else "two", topics=("nlp",))
            for kind in (ItemKind.PAPER, ItemKind.VIDEO, ItemKind.POST, ItemKind.REPOSITORY)
            for n in range(30)]  # fmt: skip
    found = choose(many, Audience(topics={"nlp": 1.0}), NOW)
    assert {section: len(chosen) for section, chosen in found.items()} == dict(MOST)
    for chosen in found.values():
        assert {each.story.lead.source for each in chosen} == {"one", "two"}


def test_less_of_a_source_or_topic_sets_it_back_and_beginners_get_what_others_named() -> None:
    liked, other = story(1, topics=("nlp",)), story(2, topics=("rnn",))
    group = Audience(topics={"nlp": 1.0, "rnn": 0.9})
    assert _first([liked, other], group) == liked
    assert _first([liked, other], Audience(topics=group.topics, less=frozenset({"nlp"}))) == other
    alone = story(3, "One thing", kind=ItemKind.PAPER, topics=("nlp",))
    assert one(alone, Audience(topics=group.topics, beginners=True)).score < one(alone, group).score  # type: ignore[union-attr]


def _first(stories: list[Story], group: Audience) -> Story:
    return choose(stories, group, NOW)[Section.POSTS][0].story


TOPICS = ["nlp", "llm", "rnn"]
STORIES = st.lists(
    st.builds(
        Item,
        source=st.sampled_from("abcd"),
        url=st.integers(0, 30).map(lambda n: f"https://e.org/{n}"),
        title=st.sampled_from(
            ["Planning agents at work", "Cats on video", "A title of some words", "다른 제목의 글이에요"]
        ),
        kind=st.sampled_from(ItemKind),
        language=st.sampled_from(["ko", "en", None]),
        topics=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True).map(tuple),
        published=st.none() | st.integers(-20, 20).map(lambda n: NOW + timedelta(days=n)),
    ),
    max_size=25,
).map(stories_of)
COUNTS = st.dictionaries(st.integers(0, 30).map(lambda n: f"at:https://e.org/{n}"), st.integers(1, 9), max_size=4)
GROUPS = st.builds(
    Audience,
    topics=st.dictionaries(st.sampled_from(TOPICS), st.floats(0, 1)),
    languages=st.sampled_from([frozenset({"ko"}), frozenset({"ko", "en"})]),
    taste=st.sampled_from([TASTE, learn([])]),
    saved=COUNTS,
    suggested=COUNTS,
    followed=st.frozensets(st.sampled_from("abcd")),
    less=st.frozensets(st.sampled_from([*TOPICS, *"abcd"])),
    beginners=st.booleans(),
)


def holds(chosen: Chosen, group: Audience) -> bool:
    """Say whether the reason is true, looking only at the story and the group."""
    tale, value = chosen.story, chosen.reason.value
    age = (NOW - tale.published).days if tale.published is not None else -1
    true = {
        Why.SUGGESTED: value in [group.suggested.get(key) for key in tale.keys],
        Why.SAVED: value in [group.saved.get(key) for key in tale.keys],
        Why.TASTE: value in words_of(tale.title) and group.taste.weights.get(str(value), 0) > 0,
        Why.TOPIC: value in tale.topics and group.topics.get(str(value), 0) > 0,
        Why.MENTIONS: value == tale.voices > 1,
        Why.FOLLOWED: value in group.followed and value in tale.sources,
        Why.NEW: 0 <= age <= 7 and age == value,
    }
    return true[chosen.reason.why]


@given(STORIES, GROUPS, st.randoms(use_true_random=False))
def test_every_reason_is_true_and_the_order_does_not_matter(
    stories: tuple[Story, ...], group: Audience, chance: random.Random
) -> None:
    found = choose(stories, group, NOW)
    for section, chosen in found.items():
        assert len(chosen) <= MOST[section]
        assert all(section_of(each.story) is section and holds(each, group) for each in chosen)
    shuffled = list(stories)
    chance.shuffle(shuffled)
    assert choose(shuffled, group, NOW) == found
