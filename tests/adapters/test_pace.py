"""How fast we send: below the platform's limits, close to them, and never at the cost of somebody who waits."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable

import pytest

from bot.adapters.pace import Held, Lane, Pace, Rate

ALONE = (Rate(1, 0.0),)
CHAT, GROUP = (Rate(1, 1.0),), (Rate(1, 1.0), Rate(20, 60.0))
DISCORD, TELEGRAM = Rate(50, 1.0), Rate(30, 1.0)
TRIP = 0.08  # seconds from a request to its answer


class Leaping:
    """A clock that stands still while anything happens, and leaps to the next sleeper when nothing does."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._count), woken))
        await woken

    async def run(self, *work: Awaitable[None]) -> None:
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(8):
                await asyncio.sleep(0)
            self._leap()
        for task in tasks:
            task.result()

    def _leap(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            return
        self.now = self._sleepers[0][0]
        while self._sleepers and self._sleepers[0][0] <= self.now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)


class Platform:
    """Takes requests somewhere in the middle of their round trip, and notes when."""

    def __init__(self, clock: Leaping, pace: Pace) -> None:
        self.clock, self.pace = clock, pace
        self.taken: list[tuple[float, str]] = []

    async def send(self, lane: Lane | None, *, urgent: bool = False) -> None:
        async with self.pace.turn(lane, urgent=urgent):
            early = TRIP * (len(self.taken) % 5) / 5  # the way there is not always as long
            await self.clock.sleep(early)
            self.taken.append((self.clock.now, lane.name if lane else ""))
            await self.clock.sleep(TRIP - early)

    async def ask(self, at: float, lane: Lane) -> None:
        await self.clock.sleep(at)
        await self.send(lane, urgent=True)

    def most(self, seconds: float, lane: str | None = None) -> int:
        """Return the most requests that were taken in any `seconds`."""
        times = sorted(at for at, name in self.taken if lane in (None, name))
        return max(sum(start <= at < start + seconds for at in times[i : i + 99]) for i, start in enumerate(times))


Made = Callable[[Rate, int], tuple[Leaping, Pace, Platform]]


@pytest.fixture
def made() -> Made:
    def make(whole: Rate, kept: int = 0) -> tuple[Leaping, Pace, Platform]:
        clock = Leaping()
        pace = Pace(whole, kept=kept, clock=clock, sleep=clock.sleep)
        return clock, pace, Platform(clock, pace)

    return make


@pytest.mark.parametrize(("whole", "rates"), [(DISCORD, ALONE), (TELEGRAM, CHAT)], ids=["discord", "telegram"])
async def test_two_thousand_leave_close_to_the_floor_and_never_above_it(
    made: Made, whole: Rate, rates: tuple[Rate, ...]
) -> None:
    clock, _, platform = made(whole, 5)
    await clock.run(*(platform.send(Lane(f"chat {i}", rates)) for i in range(2000)))
    floor = 2000 / whole.number
    assert clock.now <= floor * (1 + TRIP) * 1.05
    assert platform.most(1.0) <= whole.number


async def test_a_group_takes_twenty_a_minute_and_other_chats_do_not_notice(made: Made) -> None:
    clock, _, platform = made(TELEGRAM, 0)
    to_group = [platform.send(Lane("group", GROUP)) for _ in range(50)]
    others = [platform.send(Lane(f"chat {i}", CHAT)) for i in range(300)]
    await clock.run(*to_group, *others)
    assert platform.most(60.0, "group") <= 20
    assert platform.most(1.0, "group") == 1
    assert max(at for at, lane in platform.taken if lane != "group") < 300 / 30 * 1.2


async def test_c3_a_held_lane_waits_and_only_that_one(made: Made) -> None:
    clock, pace, platform = made(DISCORD, 0)
    pace.hold(20.0, "busy")
    await clock.run(platform.send(Lane("busy", ALONE)), platform.send(Lane("other", ALONE)))
    taken = {lane: at for at, lane in platform.taken}
    assert taken["other"] < 1 < 20 <= taken["busy"]
    assert pace.holds == 1


async def test_c1_a_held_platform_lets_nobody_through(made: Made) -> None:
    clock, pace, platform = made(DISCORD, 5)
    pace.hold(3.0)
    await clock.run(*(platform.send(Lane(f"{i}", ALONE), urgent=i % 2 == 0) for i in range(1000)))
    assert min(at for at, _ in platform.taken) >= 3.0
    assert platform.most(1.0) <= 50


async def test_a_hold_that_is_too_long_is_said_at_once_also_to_those_who_wait_already(made: Made) -> None:
    clock, pace, platform = made(Rate(1, 1.0), 0)

    async def refused() -> None:
        with pytest.raises(Held) as held:
            await platform.send(Lane("b", ALONE))
        assert held.value.everywhere
        assert 500 < held.value.seconds <= 600

    async def hold() -> None:
        await clock.sleep(0.5)
        pace.hold(600.0)

    await clock.run(platform.send(Lane("a", ALONE)), refused(), hold())
    with pytest.raises(Held):
        await platform.send(Lane("c", ALONE))
    assert clock.now < 2


async def test_people_who_wait_go_first_and_find_slots_kept_for_them(made: Made) -> None:
    clock, _, platform = made(TELEGRAM, 5)
    asking = [platform.ask(5 + i / 5, Lane(f"person {i}", CHAT)) for i in range(50)]
    broadcast = [platform.send(Lane(f"chat {i}", CHAT)) for i in range(600)]
    await clock.run(*asking, *broadcast)
    asked_at = {f"person {i}": 5 + i / 5 for i in range(50)}
    delays = [at - asked_at[lane] for at, lane in platform.taken if lane in asked_at]
    assert len(delays) == 50
    assert max(delays) <= TRIP + 0.1  # the first one finds every slot lent, and waits for the next to come back
    assert sorted(delays)[40] <= TRIP
    assert platform.most(1.0) <= 30


async def test_a_crowd_of_people_finds_as_many_slots_as_it_took_before(made: Made) -> None:
    """They ask before a broadcast, fall silent for three seconds, and go on in its midst: nobody waits for it."""
    clock, _, platform = made(TELEGRAM, 5)
    times = [i / 17 for i in range(34)] + [5 + i / 17 for i in range(34)]
    asking = [platform.ask(at, Lane(f"person {i}", CHAT)) for i, at in enumerate(times)]

    async def broadcast(number: int) -> None:
        await clock.sleep(4.9)
        await platform.send(Lane(f"chat {number}", CHAT))

    await clock.run(*asking, *(broadcast(number) for number in range(300)))
    delays = [at - times[int(lane.split()[1])] for at, lane in platform.taken if lane.startswith("person")]
    assert len(platform.taken) == 68 + 300
    assert max(delays) <= TRIP
    assert platform.most(1.0) <= 30
    lasted = max(at for at, lane in platform.taken if lane.startswith("chat")) - 4.9
    assert lasted < 25, "what nobody waits for goes on meanwhile, and takes the slots again when they are gone"


async def test_a_full_lane_takes_no_slot_of_the_platform_while_it_waits(made: Made) -> None:
    clock, _, platform = made(Rate(2, 1.0), 0)
    await clock.run(*(platform.send(Lane("slow", (Rate(1, 10.0),))) for _ in range(3)), platform.send(Lane("free")))
    taken = dict(reversed([(lane, at) for at, lane in platform.taken]))
    assert taken["free"] < 1


async def test_whoever_gives_up_waiting_leaves_the_way_free(made: Made) -> None:
    clock, _, platform = made(Rate(1, 1.0), 0)
    first, second = (asyncio.create_task(platform.send(Lane("a", ALONE))) for _ in range(2))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await clock.run(first, platform.send(Lane("a", ALONE)))
    assert len(platform.taken) == 2
    assert platform.most(1.0) == 1


async def test_a_failed_request_counts_like_any_other(made: Made) -> None:
    clock, pace, platform = made(Rate(1, 1.0), 0)
    with pytest.raises(ConnectionError):
        async with pace.turn():
            raise ConnectionError
    await clock.run(platform.send(None))
    assert platform.taken[0][0] >= 1.0


async def test_lanes_at_rest_are_forgotten(made: Made) -> None:
    clock, pace, platform = made(Rate(1000, 0.1), 0)
    for first in range(0, 3000, 500):
        await clock.run(*(platform.send(Lane(f"chat {i}", CHAT)) for i in range(first, first + 500)))
        await clock.run(clock.sleep(2.0))
    assert pace.lanes <= 1100
