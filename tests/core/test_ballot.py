"""The rules of the ballot, against a slow count."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.ballot import MOST_CANDIDATES, Candidate, Vote, approvals, slate, tally

BEGAN = datetime(2026, 12, 1, tzinfo=UTC)


def moment(minutes: int) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


candidates = st.lists(st.integers(0, 50), min_size=2, max_size=8).map(
    lambda ages: [Candidate(number, moment(age)) for number, age in enumerate(ages, 1)]
)
votes = st.lists(
    st.builds(Vote, st.integers(1, 6), st.integers(1, 9), st.booleans(), st.integers(0, 30).map(moment)),
    max_size=40,
    unique_by=lambda vote: (vote.person, vote.candidate, vote.at),
)


def slow_count(found: list[Candidate], said: list[Vote]) -> dict[int, int]:
    counts = {}
    for candidate in found:
        counts[candidate.id] = 0
        for person in {vote.person for vote in said}:
            mine = [vote for vote in said if vote.person == person and vote.candidate == candidate.id]
            if mine and max(mine, key=lambda vote: vote.at).approves:
                counts[candidate.id] += 1
    return counts


@given(candidates, votes)
def test_the_tally_equals_a_slow_count(found: list[Candidate], said: list[Vote]) -> None:
    result = tally(found, said)
    assert {line.candidate: line.approvals for line in result.lines} == slow_count(found, said)


@given(candidates, votes, st.randoms())
def test_the_order_of_presses_does_not_matter(found: list[Candidate], said: list[Vote], chance: random.Random) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert tally(found, shuffled) == tally(found, said)


@given(candidates, votes)
def test_a_person_counts_once_however_often_they_press(found: list[Candidate], said: list[Vote]) -> None:
    result = tally(found, [*said, *said])
    assert result == tally(found, said)
    assert result.voters <= len({vote.person for vote in said})
    assert all(line.approvals <= result.voters for line in result.lines)


@given(candidates, votes)
def test_a_withdrawn_nomination_changes_nothing_else(found: list[Candidate], said: list[Vote]) -> None:
    without = tally(found[1:], said)
    kept = [line for line in tally(found, said).lines if line.candidate != found[0].id]
    assert list(without.lines) == kept


@given(candidates, votes)
def test_a_tie_goes_to_the_earlier_nomination(found: list[Candidate], said: list[Vote]) -> None:
    age = {each.id: (each.nominated_at, each.id) for each in found}
    lines = tally(found, said).lines
    for better, worse in itertools.pairwise(lines):
        assert better.approvals > worse.approvals or age[better.candidate] < age[worse.candidate]


def test_a_vote_can_be_changed_and_the_later_stands() -> None:
    said = [Vote(1, 1, True, moment(0)), Vote(1, 1, False, moment(1)), Vote(1, 2, True, moment(2))]
    assert approvals(said) == {1: frozenset({2})}


def test_nobody_approving_is_no_winner() -> None:
    found = [Candidate(1, moment(0)), Candidate(2, moment(1))]
    result = tally(found, [Vote(1, 1, False, moment(2))])
    assert (result.winner, result.voters, result.tie) == (None, 0, False)


def test_one_candidate_is_no_ballot() -> None:
    only = Candidate(1, moment(0))
    assert slate([only]) == ((), (only,))


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=2, max_size=30))
def test_at_most_ten_stand_the_pinned_first_and_the_rest_wait(ages: list[tuple[int, bool]]) -> None:
    nominated = [Candidate(number, moment(age), pinned) for number, (age, pinned) in enumerate(ages)]
    standing, waiting = slate(nominated)
    assert len(standing) == min(MOST_CANDIDATES, len(nominated))
    assert {*standing, *waiting} == set(nominated) and len(standing) + len(waiting) == len(nominated)
    assert [each.pinned for each in (*standing, *waiting)] == sorted((each.pinned for each in nominated), reverse=True)
