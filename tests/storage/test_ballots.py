"""Ballots: opened once, one vote a person whichever app they press in, closed once."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot.core.ballot import Line, Result, ranked, tally
from bot.core.reading import BallotId, NominationId
from bot.storage import Storage
from tests.storage.club import MEETING, MEETS_ON, WEEK, founded, nominated
from tests.storage.moments import MINUTE, NOW

CLOSES = NOW + timedelta(days=3)


async def test_a_cycle_has_one_ballot_however_often_it_is_opened(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b, c = [each.id for each in await nominated(uow, club, "a", "b", "c")]
        ballot = await uow.ballots.open(club.cycle.id, [b, a], CLOSES, NOW)
        assert ballot.candidates == (b, a)
        assert await uow.ballots.open(club.cycle.id, [c], CLOSES + WEEK, NOW + MINUTE) == ballot
        assert await uow.ballots.of(club.cycle.id) == await uow.ballots.get(ballot.id) == ballot
        assert [each.id for each in await uow.ballots.candidates(ballot.id)] == [b, a]
        following = await uow.cycles.of(club.group.id, MEETS_ON + WEEK, MEETING + WEEK)
        assert await uow.ballots.of(following.id) is None
        assert await uow.ballots.get(BallotId(999)) is None


async def test_presses_approve_and_can_be_taken_back(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b, c = [each.id for each in await nominated(uow, club, "a", "b", "c")]
        ballot = await uow.ballots.open(club.cycle.id, [a, b], CLOSES, NOW)
        jiwoo = club.jiwoo
        assert await uow.ballots.vote(ballot.id, jiwoo.id, {a: True}, NOW)
        assert await uow.ballots.vote(ballot.id, jiwoo.id, {b: True}, NOW + MINUTE)
        assert await uow.ballots.vote(ballot.id, jiwoo.id, {a: False, c: True}, NOW + 2 * MINUTE)  # c does not stand
        assert await uow.ballots.vote(ballot.id, jiwoo.id, {}, NOW + 2 * MINUTE)
        assert await uow.ballots.mine(ballot.id, jiwoo.person_id) == {b}
        assert await uow.ballots.mine(ballot.id, club.minsu.person_id) == frozenset()
        assert {vote.candidate for vote in await uow.ballots.votes(ballot.id)} == {a, b}


async def test_two_accounts_of_a_person_are_one_vote_and_the_later_word_stands(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        nominations = await nominated(uow, club, "a", "b")
        a, b = [each.id for each in nominations]
        ballot = await uow.ballots.open(club.cycle.id, [a, b], CLOSES, NOW)
        await uow.ballots.vote(ballot.id, club.minsu.id, {a: True, b: True}, NOW)
        await uow.ballots.vote(ballot.id, club.minsu_there.id, {a: False, b: True}, NOW + MINUTE)
        await uow.ballots.vote(ballot.id, club.jiwoo.id, {a: True}, NOW)
        assert await uow.ballots.mine(ballot.id, club.minsu.person_id) == {b}
        assert await uow.ballots.voters(ballot.id) == 2
        result = tally([each.candidate for each in nominations], await uow.ballots.votes(ballot.id))
        assert result == Result((Line(a, 1), Line(b, 1)), voters=2, tie=True)

        alone = await uow.people.part(club.minsu_there.id, NOW)
        assert await uow.ballots.mine(ballot.id, club.minsu.person_id) == {a, b}
        assert await uow.ballots.mine(ballot.id, alone) == {b}
        assert await uow.ballots.voters(ballot.id) == 3


async def test_the_database_counts_as_the_rules_do(storage: Storage) -> None:
    draw = random.Random(5)
    async with storage.write() as uow:
        club = await founded(uow)
        nominations = await nominated(uow, club, "a", "b", "c", "d")
        slate = [each.id for each in nominations]
        ballot = await uow.ballots.open(club.cycle.id, slate, CLOSES, NOW)
        assert await uow.ballots.counts(ballot.id, slate) == ({}, 0)
        for _ in range(60):
            account = draw.choice((club.minsu, club.minsu_there, club.jiwoo))
            said = {draw.choice(slate): draw.random() < 0.5}
            await uow.ballots.vote(ballot.id, account.id, said, NOW + draw.randrange(3) * MINUTE)
            left = draw.sample(nominations, draw.randint(0, 4))
            counts, voters = await uow.ballots.counts(ballot.id, [each.id for each in left])
            candidates = [each.candidate for each in left]
            assert ranked(candidates, counts, voters) == tally(candidates, await uow.ballots.votes(ballot.id))


async def test_a_ballot_closes_once_and_takes_no_vote_afterwards(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b = [each.id for each in await nominated(uow, club, "a", "b")]
        ballot = await uow.ballots.open(club.cycle.id, [a, b], CLOSES, NOW)
        await uow.ballots.vote(ballot.id, club.jiwoo.id, {a: True}, NOW)
        assert await uow.ballots.move(ballot.id, CLOSES + MINUTE)
        result = Result((Line(a, 1), Line(b, 0)), voters=1, tie=False)
        closed = await uow.ballots.close(ballot.id, result, CLOSES)
        assert (closed.closes_at, closed.closed_at, closed.result) == (CLOSES + MINUTE, CLOSES, result)
        assert await uow.ballots.close(ballot.id, Result((), 0, tie=False), CLOSES + MINUTE) == closed
        assert not await uow.ballots.vote(ballot.id, club.jiwoo.id, {b: True}, CLOSES + MINUTE)
        assert not await uow.ballots.move(ballot.id, CLOSES + WEEK)
        assert await uow.ballots.mine(ballot.id, club.jiwoo.person_id) == {a}
        assert not await uow.ballots.vote(BallotId(999), club.jiwoo.id, {a: True}, NOW)
        with pytest.raises(LookupError):
            await uow.ballots.close(BallotId(999), result, NOW)


async def test_a_closed_ballot_stays_as_it_was_whoever_leaves(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b = [each.id for each in await nominated(uow, club, "a", "b")]
        ballot = await uow.ballots.open(club.cycle.id, [a, b], CLOSES, NOW)
        await uow.ballots.vote(ballot.id, club.jiwoo.id, {a: True}, NOW)
        closed = await uow.ballots.close(ballot.id, Result((Line(a, 1), Line(b, 0)), 1, tie=False), CLOSES)
        await uow.own.erase([club.jiwoo.user])
        assert await uow.ballots.get(ballot.id) == closed
        assert await uow.ballots.votes(ballot.id) == ()
        nominations = await uow.ballots.candidates(ballot.id)
        assert [(each.id, each.identity_id, each.why) for each in nominations] == [(a, None, ""), (b, None, "")]


async def test_what_is_withdrawn_stays_among_the_candidates_and_nothing_else_changes(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        a, b, c = await nominated(uow, club, "a", "b", "c")
        ballot = await uow.ballots.open(club.cycle.id, [a.id, b.id, c.id], CLOSES, NOW)
        for candidate in (a, b):
            await uow.ballots.vote(ballot.id, club.minsu.id, {candidate.id: True}, NOW)
        await uow.nominations.withdraw(a.id, club.jiwoo.person_id)
        standing = await uow.ballots.candidates(ballot.id)
        assert [each.id for each in standing] == [a.id, b.id, c.id]
        open_now = {each.id for each in await uow.nominations.open(club.group.id)}
        left = [each.candidate for each in standing if each.id in open_now]
        result = tally(left, await uow.ballots.votes(ballot.id))
        assert result == Result((Line(b.id, 1), Line(c.id, 0)), voters=1, tie=False)


async def test_many_candidates_keep_their_order(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        slate = [each.id for each in await nominated(uow, club, *map(str, range(10)))][::-1]
        ballot = await uow.ballots.open(club.cycle.id, slate, CLOSES, NOW)
        await uow.ballots.vote(ballot.id, club.jiwoo.id, dict.fromkeys(slate, True), NOW)
        assert await uow.ballots.mine(ballot.id, club.jiwoo.person_id) == frozenset(map(NominationId, slate))
    async with storage.read() as uow:
        assert await uow.ballots.get(ballot.id) == ballot
