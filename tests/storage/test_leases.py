"""Leases: one holder at a time, taken over at once from the dead, and never again by whoever slept through the loss."""

from __future__ import annotations

import asyncio

from bot.storage import Storage
from bot.storage.rows import Lease
from tests.storage.moments import MINUTE, NOW, clock

UNTIL = NOW + MINUTE


async def test_a_lease_has_one_holder_until_it_runs_out(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.leases.holder("discord") is None
        assert await uow.leases.take("discord", "a", NOW, UNTIL) == 1
        assert await uow.leases.take("discord", "b", NOW, UNTIL) is None
        assert await uow.leases.take("telegram", "b", NOW, UNTIL) == 1
        assert await uow.leases.holder("discord") == Lease("discord", "a", 1, UNTIL)
        assert await uow.leases.take("discord", "b", UNTIL, UNTIL + MINUTE) == 2
        assert await uow.leases.holder("discord") == Lease("discord", "b", 2, UNTIL + MINUTE)


async def test_a9_a_holder_that_slept_through_the_loss_finds_its_fence_gone(storage: Storage) -> None:
    async with storage.write() as uow:
        fence = await uow.leases.take("discord", "frozen", NOW, UNTIL)
        assert fence is not None
        assert await uow.leases.check("discord", fence)
        taken = await uow.leases.take("discord", "awake", UNTIL, UNTIL + MINUTE)
        assert taken is not None
        assert not await uow.leases.check("discord", fence)
        assert await uow.leases.check("discord", taken)
        assert not await uow.leases.renew("discord", "frozen", UNTIL, UNTIL + 9 * MINUTE)
        assert not await uow.leases.release("discord", "frozen")
        assert not await uow.leases.check("somewhere", 1)


async def test_a_lease_that_is_renewed_stays(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.leases.take("discord", "a", NOW, UNTIL)
        assert await uow.leases.renew("discord", "a", NOW, UNTIL + MINUTE)
        assert await uow.leases.take("discord", "b", UNTIL, UNTIL + MINUTE) is None
        assert await uow.leases.check("discord", 1)
        # It ran out and nobody took it meanwhile: nothing happened in between.
        assert await uow.leases.renew("discord", "a", UNTIL + 5 * MINUTE, UNTIL + 6 * MINUTE)


async def test_a_lease_that_was_let_go_is_taken_at_once_under_a_new_fence(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.leases.take("discord", "a", NOW, UNTIL)
        assert await uow.leases.release("discord", "a")
        assert await uow.leases.take("discord", "b", NOW, UNTIL) == 2
        assert await uow.leases.take("discord", "b", NOW, UNTIL) == 3  # the same process anew: its old work is void


async def test_a8_of_many_that_want_it_at_once_one_gets_it(url: str) -> None:
    async with await Storage.open(url, clock=clock) as one, await Storage.open(url, clock=clock) as two:

        async def take(storage: Storage, holder: str) -> int | None:
            async with storage.write() as uow:
                return await uow.leases.take("discord", holder, NOW, UNTIL)

        got = await asyncio.gather(*(take((one, two)[number % 2], str(number)) for number in range(12)))
        assert sorted(fence for fence in got if fence is not None) == [1]
