"""What goes into an issue: what organisers say of a story holds, what members suggested meets what feeds brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.digest.choosing import Audience, Section, Why
from bot.core.digest.items import Item, ItemKind, Story, stories_of
from bot.core.digest.selecting import MEMBERS, edit_of, key_of, select, with_suggested
from bot.core.digest.signals import LESS, MORE, Edit, Signal, leanings, savers
from bot.core.people import GroupId, PersonId

NOW = datetime(2026, 12, 6, 1, tzinfo=UTC)


def stories(count: int, **more: object) -> tuple[Story, ...]:
    values = {"source": "feed", "published": NOW - timedelta(days=1), **more}
    return stories_of(
        Item(url=f"https://e.org/{n}", title=f"Thing {n} of kind {n * 7} in place {n * 11}", **values)  # type: ignore[arg-type]
        for n in range(count)
    )


def chosen(found: tuple[Story, ...], edits: dict[str, Edit], shown: frozenset[str] = frozenset()) -> list[str]:
    return [each.story.title for each in select(found, shown, Audience(), edits, NOW)[Section.POSTS]]


def test_what_is_put_first_comes_first_even_when_nothing_speaks_for_it() -> None:
    old = stories(1, published=None)
    found = (*stories(4)[1:], *old)
    edits = {key_of(old[0]): Edit(pinned=True)}
    (first, *_) = select(found, frozenset(), Audience(), edits, NOW)[Section.POSTS]
    assert (first.story, first.reason, first.edit.pinned) == (old[0], None, True)


def test_what_is_left_out_never_comes_by_whichever_of_its_signs() -> None:
    found = stories(3)
    for sign in found[0].keys:
        assert found[0].title not in chosen(found, {sign: Edit(dropped=True)})
        assert found[0].title not in chosen(found, {sign: Edit(pinned=True, dropped=True)})
        assert edit_of(found[0], {sign: Edit(comment="x")}).comment == "x"


def test_what_was_shown_does_not_come_even_when_it_is_put_first() -> None:
    found = stories(2)
    sign = key_of(found[0])
    assert chosen(found, {sign: Edit(pinned=True)}, frozenset([sign])) == [found[1].title]


def test_what_a_member_suggests_is_a_mention_of_the_story_that_it_is() -> None:
    paper = Item(
        source="list", url="https://arxiv.org/abs/2611.00001", title="A paper of some length here", kind=ItemKind.PAPER,
        paper="arxiv:2611.00001",
    )  # fmt: skip
    same = Item(
        source=MEMBERS, url="https://arxiv.org/pdf/2611.00001v3", title="2611.00001", kind=ItemKind.PAPER,
        paper="arxiv:2611.00001",
    )  # fmt: skip
    other = Item(source=MEMBERS, url="https://e.org/own", title="Something else entirely")
    found = with_suggested(stories_of([paper]), [same, other])
    assert [each.sources for each in found] == [("list", MEMBERS), (MEMBERS,)]
    group = Audience(suggested=dict.fromkeys([*same.keys, *other.keys], 1))
    picked = select(found, frozenset(), group, {}, NOW)
    reasons = [each.reason for section in picked.values() for each in section]
    assert [each.why for each in reasons if each is not None] == [Why.SUGGESTED, Why.SUGGESTED]


def test_a_suggested_paper_and_a_post_that_tells_of_it_are_one_story() -> None:
    about = Item(source="blog", url="https://e.org/post", title="What we learned of it", paper="arxiv:2611.00001")
    watched = Item(
        source="tube", url="https://youtu.be/abcdefghijk", title="It", kind=ItemKind.VIDEO, paper=about.paper
    )
    paper = Item(
        source=MEMBERS, url="https://arxiv.org/abs/2611.00001", title="A paper", kind=ItemKind.PAPER, paper=about.paper
    )
    found = with_suggested([*stories_of([about]), *stories_of([watched])], [paper])
    assert [[each.title for each in story.mentions] for story in found] == [["A paper", about.title], ["It"]]


def said(person: int, leaning: int, number: int = 1, *, saved: bool = False) -> Signal:
    at = NOW if saved else None
    return Signal(GroupId(1), PersonId(person), f"at:{number}", "A", None, ("nlp", "llm"), ("blog",), at, leaning)


def test_nobody_counts_twice_and_the_most_decide() -> None:
    assert leanings([said(1, LESS, n) for n in range(5)]) == {"blog": -1, "nlp": -1}
    assert leanings([said(1, LESS), said(2, MORE), said(3, MORE)])["blog"] == 1
    assert savers([said(1, 0, saved=True), said(2, 0, saved=True), said(3, 0)]) == {"at:1": 2}
