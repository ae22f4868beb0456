"""Ways towards a topic: what comes before it comes first, and a beginner hears it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.paths import ON_THE_WAY, Need
from bot.core.paths.standing import Passing, Standing, Walker, stand
from bot.core.paths.towards import MOST_STEPS, PAPERS, Way, comes_too_early, towards
from bot.core.people import EntryState, Knows
from bot.core.recommender import Profile
from bot.services import shelf as files

SHELF = files.load()
SHELF.ranks  # noqa: B018 - built once, before examples are timed
TOPICS = [topic.id for topic in SHELF.topics]
topics = st.sampled_from(TOPICS)
languages = st.sampled_from(["ko", "en"])


def walk(topic: str, *, papers: bool = False, **changes: object) -> tuple[Way, Standing]:
    walker = Walker(**changes)  # type: ignore[arg-type]
    way = towards(topic, SHELF, walker, papers=papers)
    return way, stand(way.path, SHELF.catalogue, walker)


def on_the_way(way: Way) -> list[str]:
    return [step.id for step in way.path.steps if step.need in ON_THE_WAY]


@given(topics, languages, st.booleans())
def test_every_step_exists_and_comes_after_what_it_builds_on(topic: str, language: str, papers: bool) -> None:
    way, standing = walk(topic, papers=papers, language=language)
    before: set[str] = set()
    all_topics = {name for step in way.path.steps for name in step.topics}
    for step, stood in zip(way.path.steps, standing.steps, strict=True):
        assert all(row in SHELF.catalogue for row in step.resources)
        assert stood.resource is not None
        needs = {need.topic for name in step.topics for need in SHELF.topics.needs(name)}
        assert needs & all_topics <= before | set(step.topics), step.id
        before |= set(step.topics)


@given(topics, languages)
def test_a_way_ends_with_its_topic_and_holds_what_it_asks_for(topic: str, language: str) -> None:
    way, _ = walk(topic, language=language)
    last = way.path.steps[-1]
    assert last.topics == (topic,)
    taught = {name for step in way.path.steps for name in step.topics}
    assert {need.topic for need in SHELF.topics.needs(topic)} <= taught
    assert len({step.id for step in way.path.steps}) == len(way.path.steps)


@given(topics)
def test_a_way_stays_short(topic: str) -> None:
    asked_directly = len(SHELF.topics.needs(topic))
    assert len(on_the_way(walk(topic)[0])) <= max(MOST_STEPS, asked_directly + 2) + 1  # and Python


@given(topics, st.data())
def test_finishing_something_never_takes_anybody_back_on_a_way(topic: str, data: st.DataObject) -> None:
    way, before = walk(topic)
    rows = sorted({row for step in way.path.steps for row in step.resources})
    finished = data.draw(st.sampled_from(rows))
    walker = Walker({finished: EntryState.DONE})
    after = stand(towards(topic, SHELF, walker).path, SHELF.catalogue, walker)
    assert after.behind >= before.behind


def test_a_beginner_who_asks_for_gnn_hears_what_comes_before() -> None:
    way, standing = walk("graph-ml", language="ko", python=Knows.SOME)
    assert [(step.id, step.need) for step in way.path.steps] == [
        ("python", Need.IF_MISSING),
        ("linear-algebra", Need.WHEN_STUCK),
        ("deep-learning", Need.MAIN),
        ("graph-ml", Need.MAIN),
    ]
    assert standing.now is not None and standing.now.step.id == "deep-learning"
    assert comes_too_early(way, standing, SHELF)


def test_after_a_course_gnn_itself_is_next_and_nothing_is_too_early() -> None:
    way, standing = walk("graph-ml", entries={"stanford-cs231n-2025": EntryState.DONE})
    assert standing.now is not None and standing.now.step.id == "graph-ml"
    assert not comes_too_early(way, standing, SHELF)


@pytest.mark.parametrize("state", [EntryState.SKIMMED, EntryState.DONE, EntryState.GOING])
@pytest.mark.parametrize("seen", ["3b1b-neural-networks", "tf-playground"])
@pytest.mark.parametrize("topic", ["graph-ml", "diffusion-models"])
def test_what_warms_up_for_a_course_is_no_course(topic: str, seen: str, state: EntryState) -> None:
    way, standing = walk(topic, entries={seen: state}, python=Knows.SOME, maths=Knows.NONE, language="ko")
    course = next(stood for stood in standing.steps if "deep-learning" in stood.step.topics)
    assert course.passing is Passing.OPEN
    assert comes_too_early(way, standing, SHELF)


def test_ones_own_course_on_the_topic_counts_though_nobody_lists_it() -> None:
    way, standing = walk("deep-learning", entries={"fleuret-dlc": EntryState.DONE})
    assert standing.steps[-1].passing is Passing.DONE
    assert standing.now is None
    assert way.next


def test_the_way_to_papers_of_a_topic_goes_through_the_topic_to_reading_papers() -> None:
    way, _ = walk("reinforcement-learning", papers=True)
    steps = on_the_way(way)
    assert steps[-2:] == ["reinforcement-learning", PAPERS]
    assert "python" in steps
    assert walk("reinforcement-learning")[0].path.steps[-1].id == "reinforcement-learning"


def test_rl_says_what_it_does_not_teach() -> None:
    """Nobody who wants picture-drawing AI is led through reinforcement learning."""
    assert "reinforcement-learning" not in on_the_way(walk("image-generation")[0])
    assert "diffusion-models" in on_the_way(walk("image-generation")[0])


def test_maths_waits_until_one_is_stuck_unless_maths_is_what_one_wants() -> None:
    algebra = walk("image-generation")[0].path.step("linear-algebra")
    assert algebra is not None and algebra.need is Need.WHEN_STUCK
    for topic in ("convex-optimization", "linear-algebra"):
        own = walk(topic)[0].path.step("linear-algebra")
        assert own is not None and own.need is Need.MAIN


def test_what_one_knows_is_behind_and_does_not_come_next() -> None:
    known = frozenset({"python", "deep-learning", "deep-rl"})
    way = towards("graph-ml", SHELF, Walker(known=known), Profile(known_topics=known))
    standing = stand(way.path, SHELF.catalogue, Walker(known=known))
    assert {each.step.id for each in standing.steps if each.passing is Passing.KNOWN} == {"python", "deep-learning"}
    assert "deep-rl" not in towards("reinforcement-learning", SHELF, Walker(), Profile(known_topics=known)).next


def test_what_one_finished_stays_visible_on_the_way() -> None:
    walker = Walker({"distill-gnn-intro": EntryState.SKIMMED})
    way = towards("graph-ml", SHELF, walker, Profile(done=frozenset({"distill-gnn-intro"})))
    assert stand(way.path, SHELF.catalogue, walker).steps[-1].passing is Passing.SKIMMED


def test_ones_language_chooses_the_first_things() -> None:
    def first(language: str) -> str:
        found = walk("nlp", language=language)[1].steps[-1].resource
        assert found is not None
        return found.id

    assert first("ko") == "wikidocs-dl-nlp"
    assert "en" in SHELF.catalogue[first("en")].languages


def test_a_topic_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        towards("alchemy", SHELF, Walker())
