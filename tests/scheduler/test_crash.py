"""A process that dies at the worst moments: nothing is lost, and nothing is sent twice where the platform can tell.

A process dies here by being dropped with everything it had in memory; SIGKILL at random moments is in tests/e2e.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.stores import Receipt
from bot.core.outbox import Delivery, Letter, LetterState
from bot.core.refs import Platform, UserRef
from bot.scheduler.leader import Superseded
from bot.storage.queries.leases import Leases
from bot.storage.queries.outbox import Outbox
from tests.scheduler.street import ALICE, BOB, START, Clock, Edge, Street, open_street, until

NUMBER = 30


def people(platform: Platform) -> Iterable[UserRef]:
    return (UserRef(platform, str(number)) for number in range(100, 100 + NUMBER))


async def claimed_and_killed(file: Path, clock: Clock, user: UserRef) -> None:
    """A process that takes a letter up and dies before it sends."""
    async with open_street(file, clock) as street:
        await street.remind_of("due", START, user=user)
        await street.fall()
        courier = await street.courier(user.platform)
        edge = street.edges[user.platform]
        edge.deliver = _never  # type: ignore[method-assign]
        assert await courier.turn(street.fences[user.platform.value]) == 1


async def _never(*_: object, **__: object) -> Receipt:
    return await asyncio.Future[Receipt]()


@pytest.mark.parametrize("user", [ALICE, BOB], ids=["discord", "telegram"])
async def test_a1_killed_between_claim_and_send_it_is_sent_once(file: Path, clock: Clock, user: UserRef) -> None:
    await claimed_and_killed(file, clock, user)
    async with open_street(file, clock) as street:
        await street.carry()
        assert len(street.edges[user.platform].messages) == 1, "at once, not after the lease"
        await street.carry()
        assert await street.states() == {LetterState.SENT: 1}


async def test_a1_control_marked_before_it_is_sent_it_would_be_lost(
    file: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = Outbox.lease

    async def marking(self: Outbox, *args: Any, **more: Any) -> tuple[Letter, ...]:
        taken = await lease(self, *args, **more)
        await self.sent([Delivery(each.id, each.attempt, clock(), _place(each), "?") for each in taken])
        return taken

    monkeypatch.setattr(Outbox, "lease", marking)
    await claimed_and_killed(file, clock, ALICE)
    async with open_street(file, clock) as street:
        await street.carry()
        assert street.discord.messages == []


def _place(letter: Letter) -> Any:
    from bot.core.refs import Place

    return Place(letter.platform, letter.lane)


async def accepted_and_killed(file: Path, clock: Clock, user: UserRef) -> Edge:
    """A process that dies when the platform has the message and the answer is on its way."""
    async with open_street(file, clock) as street:
        await street.remind_of("due", START, user=user)
        await street.fall()
        edge = street.edges[user.platform]
        edge.hold = asyncio.Event()
        courier = await street.courier(user.platform)
        await courier.turn(street.fences[user.platform.value])
        await until(lambda: edge.messages)
    edge.hold = None
    return edge


async def test_a2_on_discord_what_was_accepted_before_the_kill_is_there_once(file: Path, clock: Clock) -> None:
    edge = await accepted_and_killed(file, clock, ALICE)
    edge._at_once.clear()
    async with open_street(file, clock) as street:
        street.edges[Platform.DISCORD] = edge
        await street.carry()
        assert edge.texts == ["due"]
        assert len(edge.requests) == 2, "sent again, under the same key"
        assert await street.states() == {LetterState.SENT: 1}


async def test_a2_control_without_the_nonce_it_would_be_there_twice(file: Path, clock: Clock) -> None:
    edge = await accepted_and_killed(file, clock, ALICE)
    edge._at_once.clear()
    edge.guards = False
    async with open_street(file, clock) as street:
        street.edges[Platform.DISCORD] = edge
        await street.carry()
        assert len(edge.texts) == 2


async def test_a2_on_telegram_it_is_sent_again_marked_and_shown_in_the_log(file: Path, clock: Clock) -> None:
    edge = await accepted_and_killed(file, clock, BOB)
    edge._at_once.clear()
    async with open_street(file, clock) as street:
        street.edges[Platform.TELEGRAM] = edge
        await street.carry()
        assert edge.texts == ["due", "due | again"]
        async with street.storage.read() as uow:
            (letter,) = (await uow.outbox.by_key([edge.messages[0].key])).values()
        assert letter.state is LetterState.SENT
        assert letter.doubted_since is not None, "the log shows that it may have come twice"


async def some_turns(file: Path, clock: Clock, edges: dict[Platform, Edge], chance: random.Random) -> None:
    """A process that lives for a random while."""
    async with open_street(file, clock) as street:
        street.edges |= edges
        for edge in edges.values():
            edge._at_once.clear()
        for _ in range(chance.randrange(1, 6)):
            await street.fall()
            for platform in edges:
                courier = street.couriers.get(platform) or await street.courier(platform, in_flight=8)
                await courier.turn(street.fences[platform.value])
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(3))
async def test_a3_killed_at_random_moments_nothing_is_lost(file: Path, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    edges = {Platform.DISCORD: Edge(guards=True), Platform.TELEGRAM: Edge(guards=False)}
    async with open_street(file, clock) as street:
        for platform in edges:
            for user in people(platform):
                await street.remind_of(f"for {user}", START, user=user)
    kills = 0
    while True:
        await some_turns(file, clock, edges, chance)
        kills += 1
        async with open_street(file, clock) as street:
            if (await street.states()).get(LetterState.SENT, 0) == 2 * NUMBER:
                break
        assert kills < 200
    discord, telegram = (sorted(edge.texts) for edge in edges.values())
    assert discord == sorted(f"for {user}" for user in people(Platform.DISCORD)), "each once"
    assert {text.partition(" |")[0] for text in telegram} == {f"for {user}" for user in people(Platform.TELEGRAM)}
    assert len(telegram) - NUMBER <= 8 * kills, "at most what was in flight"
    assert sum("again" not in text for text in telegram) == NUMBER, "a second one says that it is"


async def test_a3_control_timers_in_memory_would_lose_them(
    file: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `reclaim` and within the lease, what a dead process had taken up waits for somebody who never comes."""

    async def nothing(*_: object) -> int:
        return 0

    monkeypatch.setattr(Outbox, "reclaim", nothing)
    await claimed_and_killed(file, clock, ALICE)
    async with open_street(file, clock) as street:
        await street.carry()
        assert street.discord.messages == []


async def test_a9_a_courier_that_was_frozen_takes_nothing_up_and_overwrites_nothing(
    street: Street, clock: Clock
) -> None:
    await street.remind_of("once", START)
    await street.fall()
    held = street.discord.hold = asyncio.Event()
    frozen = await street.courier(Platform.DISCORD)
    old = street.fences["discord"]
    await frozen.turn(old)
    await until(lambda: street.discord.messages)

    awake = await street.courier(Platform.DISCORD)  # it found the letter leased by somebody gone
    street.discord._at_once.clear()
    street.discord.hold = None
    await awake.turn(street.fences["discord"])
    await awake.drain()
    await awake.turn(street.fences["discord"])
    [sent] = (await street.letters(street.discord.messages[0].key)).values()

    street.discord._at_once.append("1")
    held.set()
    await frozen.drain()
    await street.write_to(UserRef(Platform.DISCORD, "9"), "new", "new")
    with pytest.raises(Superseded):
        await frozen.turn(old)
    assert (await street.letters(sent.key))[sent.key] == sent
    assert street.discord.texts == ["once"]


async def test_a9_control_without_the_fence_it_would_go_on(
    street: Street, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr(Leases, "check", always)
    frozen = await street.courier(Platform.DISCORD)
    old = street.fences["discord"]
    await street.courier(Platform.DISCORD)
    await street.write_to(UserRef(Platform.DISCORD, "9"), "new", "new")
    assert await frozen.turn(old) == 1


async def test_a_courier_whose_lease_is_stale_sends_nothing(street: Street, clock: Clock) -> None:
    await street.write_to(ALICE, "x", "x")
    courier = await street.courier(Platform.DISCORD)
    courier._fresh = lambda: False
    await courier.turn(street.fences["discord"])
    await courier.drain()
    assert street.discord.requests == []
