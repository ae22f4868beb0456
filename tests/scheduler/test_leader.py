"""One process leads, the next waits quietly and takes over; who was frozen finds out."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.core.errors import Unavailable
from bot.scheduler import leader
from bot.scheduler.leader import Lease, Superseded, is_alive, this_process
from tests.scheduler.street import Clock, Street, until


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "RENEWED_EVERY", 0.02)
    monkeypatch.setattr(leader, "ASKED_EVERY", 0.02)


class Worker:
    """Notes when it leads."""

    def __init__(self, street: Street, holder: str, name: str = "telegram") -> None:
        self.lease = Lease(street.storage, street.clock, name, holder)
        self.fences: list[int] = []
        self.leads = asyncio.Event()
        self.end = asyncio.Event()

    async def work(self, fence: int) -> None:
        self.fences.append(fence)
        self.leads.set()
        try:
            await self.end.wait()
        finally:
            self.leads.clear()

    def start(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.lease.lead(self.work))


async def soon(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), 5)


def elsewhere(number: int) -> str:
    return f"other-machine/boot/1/{number}/1/abcd"


async def test_a8_of_two_processes_one_leads_and_the_other_waits_until_it_is_given_back(street: Street) -> None:
    first, second = Worker(street, this_process()), Worker(street, this_process())
    one = first.start()
    await soon(first.leads)
    two = second.start()
    await asyncio.sleep(0.2)
    assert not second.leads.is_set()
    first.end.set()
    await one
    await soon(second.leads)
    assert second.fences[0] > first.fences[0]
    second.end.set()
    await two


async def test_a_dead_holder_on_this_machine_is_replaced_at_once(street: Street) -> None:
    code = "from bot.scheduler.leader import this_process; print(this_process())"
    ran = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], capture_output=True, check=True)
    dead = ran.stdout.decode().strip()
    assert not is_alive(dead)
    await street.lead("telegram", dead)
    worker = Worker(street, this_process())
    task = worker.start()
    await soon(worker.leads)
    worker.end.set()
    await task


async def test_a_holder_elsewhere_is_replaced_when_its_lease_runs_out(street: Street, clock: Clock) -> None:
    async with street.storage.write() as uow:
        await uow.leases.take("telegram", elsewhere(1), clock(), clock() + leader.TTL)
    worker = Worker(street, this_process())
    task = worker.start()
    await asyncio.sleep(0.1)
    assert not worker.leads.is_set()
    clock.leap(seconds=16)
    await soon(worker.leads)
    worker.end.set()
    await task


async def test_a_leader_keeps_its_lease_by_renewing_it(street: Street, clock: Clock) -> None:
    worker = Worker(street, this_process())
    task = worker.start()
    await soon(worker.leads)
    held = None
    for _ in range(10):
        clock.leap(seconds=10)
        async with asyncio.timeout(10):
            while held is None or held.expires_at <= clock() + timedelta(seconds=10):
                await asyncio.sleep(0.01)
                async with street.storage.read() as uow:
                    held = await uow.leases.holder("telegram")
    assert held is not None
    assert worker.fences == [held.fence]
    worker.end.set()
    await task


async def test_a9_a_leader_that_was_frozen_stops_its_work_when_another_took_over(street: Street, clock: Clock) -> None:
    worker = Worker(street, elsewhere(1))
    task = worker.start()
    await soon(worker.leads)
    clock.leap(seconds=60)
    await street.lead("telegram", elsewhere(2))
    await until(lambda: not worker.leads.is_set() and worker.lease.fence is None)
    assert not worker.lease.fresh
    clock.leap(days=36501)
    await soon(worker.leads)
    assert len(worker.fences) == 2, "and leads again when the other is gone"
    worker.end.set()
    await task


async def test_work_that_hears_first_that_it_was_superseded_waits_again(street: Street) -> None:
    lease = Lease(street.storage, street.clock, "scheduler", this_process())
    times = 0

    async def work(fence: int) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise Superseded("scheduler")

    await asyncio.wait_for(lease.lead(work), 5)
    assert times == 2


async def test_what_the_work_raises_is_passed_on_and_the_lease_given_back(street: Street, clock: Clock) -> None:
    lease = Lease(street.storage, street.clock, "discord", this_process())

    async def work(fence: int) -> None:
        raise RuntimeError("a refused token")

    with pytest.raises(RuntimeError, match="a refused token"):
        await lease.lead(work)
    async with street.storage.read() as uow:
        held = await uow.leases.holder("discord")
    assert held is not None
    assert held.expires_at <= clock()


async def test_without_storage_a_leader_goes_on(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else can take the lease either, and members are answered without storage, too."""
    worker = Worker(street, this_process())
    task = worker.start()
    await soon(worker.leads)

    async def down(self: Lease) -> bool:
        raise Unavailable

    monkeypatch.setattr(Lease, "_renewed", down)
    await asyncio.sleep(0.2)
    assert worker.leads.is_set()
    worker.end.set()
    await task


def test_a_lease_that_was_not_renewed_lately_is_not_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = Lease(None, Clock(), "telegram", "me")  # type: ignore[arg-type]  # asks no storage
    lease.fence, lease._renewed_at = 1, leader._running_time()
    assert lease.fresh
    lease._renewed_at -= timedelta(seconds=60).total_seconds()  # SIGSTOP, or a lid closed
    assert not lease.fresh


def test_only_processes_of_this_machine_can_be_known_to_be_dead() -> None:
    assert is_alive(this_process())
    assert is_alive(elsewhere(1))
    *place, pid, born, word = this_process().split("/")
    assert not is_alive("/".join([*place, pid, str(int(born) + 1), word])), "a later process has its number"
