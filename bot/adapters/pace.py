"""Keeps what we send below a platform's limits, so that it never has to refuse: lanes by chat, then one global window.

Windows are anchored to the response: a slot is free again some seconds after the answer to the request that used it,
because nobody knows when within the round trip the platform counted it. Nothing here knows a platform; only asyncio.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

LENT_AFTER = 10.0  # seconds without anybody waiting until the slots kept for people are lent
BURST = 5  # what nobody waits for leaves evenly; at most a fifth of the window at once after a pause
PATIENCE = 30.0  # seconds: a longer hold is not waited for
_FEW_LANES = 256


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` requests under way or answered in the last `seconds`. `Rate(1, 0)` is one at a time."""

    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One chat (or whatever else the platform counts apart) and the rates it has to itself."""

    name: str
    rates: tuple[Rate, ...] = ()


class Held(Exception):
    """The platform asked for more quiet than is worth waiting for. Nothing was sent."""

    def __init__(self, seconds: float, *, everywhere: bool) -> None:
        """Carry the `seconds` left, and whether the whole platform or only the lane is held."""
        super().__init__(f"held for {seconds:.0f} s more")
        self.seconds, self.everywhere = seconds, everywhere


class Pace:
    """Grants turns to send."""

    def __init__(
        self,
        whole: Rate,
        *,
        kept: int = 0,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Keep the platform's `whole` rate; leave `kept` of its slots to people who wait, while there are any.

        To the `kept` come as many as people took at most in a window lately, so that a crowd of them waits for nothing;
        as many as `kept` always go to what nobody waits for.

        `clock` is monotonic, in seconds; `sleep` waits on the same clock.
        """
        self._clock, self._sleep, self._patience = clock, sleep, patience
        self._whole = _Gate((whole,), self._clock, self._sleep, kept=kept, gap=whole.seconds / whole.number)
        self._lanes: dict[str, _Gate] = {}
        self._sweep_at = _FEW_LANES
        self.holds = 0  # how often the platform had to ask for quiet; each is a bug of ours

    @asynccontextmanager
    async def turn(self, lane: Lane | None = None, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for the lane, then for the platform; send inside the block, and leave it when the answer is there.

        `urgent`: somebody is looking at the screen. Raises `Held` instead of waiting for longer than the patience.
        """
        gate = None if lane is None else self._gate(lane)
        if gate is not None:
            await self._enter(gate, urgent=urgent)
        try:
            await self._enter(self._whole, urgent=urgent)
        except BaseException:
            if gate is not None:
                gate.leave(sent=False)
            raise
        try:
            yield
        finally:
            self._whole.leave(urgent=urgent)
            if gate is not None:
                gate.leave()

    def hold(self, seconds: float, lane: str | None = None) -> None:
        """Let nothing more go, in this lane or at all, for so long: the platform asked for it (a 429)."""
        self.holds += 1
        self.rest(seconds, lane)

    def rest(self, seconds: float, lane: str | None = None) -> None:
        """Let nothing more go for so long, without anybody having had to ask: a bucket is known to be empty."""
        gate = self._whole if lane is None else self._gate(Lane(lane))
        gate.close(seconds, self._patience, everywhere=lane is None)

    def held(self, lane: str | None = None) -> float:
        """Return for how many seconds nothing may go yet; 0 when it may."""
        gate = self._whole if lane is None else self._lanes.get(lane)
        return 0.0 if gate is None else gate.closed

    @property
    def lanes(self) -> int:
        """Return how many lanes are remembered."""
        return len(self._lanes)

    def _gate(self, lane: Lane) -> _Gate:
        if len(self._lanes) >= self._sweep_at:
            self._lanes = {name: gate for name, gate in self._lanes.items() if not gate.idle}
            self._sweep_at = max(_FEW_LANES, 2 * len(self._lanes))
        gate = self._lanes.get(lane.name)
        if gate is None:
            gate = self._lanes[lane.name] = _Gate(lane.rates, self._clock, self._sleep)
        gate.has(lane.rates)
        return gate

    async def _enter(self, gate: _Gate, *, urgent: bool) -> None:
        if gate.closed > self._patience:
            raise Held(gate.closed, everywhere=gate is self._whole)
        await gate.enter(urgent=urgent)


class _Window:
    """The slots of one rate: those under way, and when those answered are free again."""

    __slots__ = ("_answered", "_rate", "_under_way")

    def __init__(self, rate: Rate) -> None:
        self._rate, self._under_way = rate, 0
        self._answered: deque[float] = deque()

    def free(self, now: float) -> int:
        while self._answered and self._answered[0] <= now:
            self._answered.popleft()
        return self._rate.number - self._under_way - len(self._answered)

    def take(self) -> None:
        self._under_way += 1

    def give_back(self, now: float, *, sent: bool) -> None:
        self._under_way -= 1
        if sent and self._rate.seconds:
            self._answered.append(now + self._rate.seconds)

    def next_free(self, now: float, needed: int) -> float | None:
        """Return when `needed` slots are free, or None when that hangs on requests under way."""
        missing = needed - self.free(now)
        if missing <= 0:
            return now
        return self._answered[missing - 1] if missing <= len(self._answered) else None


class _Shares:
    """Which slots of a window are people's: `kept`, and as many as a crowd took at most lately, for it comes again."""

    def __init__(self, rate: Rate, kept: int) -> None:
        self._rate, self._kept = rate, kept
        self._others = _Window(rate)  # the slots that nobody waited for
        self._taken: deque[float] = deque()  # when people took theirs, in the last window
        self._most: deque[tuple[float, int]] = deque()  # (when, how many), only what no later moment surpasses

    def take(self, now: float, *, urgent: bool) -> None:
        if not urgent:
            self._others.take()
            return
        while self._taken and self._taken[0] <= now - self._rate.seconds:
            self._taken.popleft()
        self._taken.append(now)
        number = len(self._taken)
        while self._most and self._most[-1][1] <= number:
            self._most.pop()
        self._most.append((now, number))

    def give_back(self, now: float, *, sent: bool, urgent: bool) -> None:
        if not urgent:
            self._others.give_back(now, sent=sent)

    def next_free(self, now: float) -> float | None:
        """Return when the others may take one more while people are here, or None when that hangs on their requests."""
        while self._most and self._most[0][0] <= now - LENT_AFTER:
            self._most.popleft()
        peoples = self._kept + (self._most[0][1] if self._most else 0)
        return self._others.next_free(now, 1 + min(peoples, self._rate.number - self._kept))


class _Gate:
    """Lets through as many as its rates allow: people who wait first, then in order."""

    def __init__(
        self,
        rates: tuple[Rate, ...],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        *,
        kept: int = 0,
        gap: float = 0.0,
    ) -> None:
        self._rates, self._clock, self._sleep, self._gap = rates, clock, sleep, gap
        self._windows = [_Window(rate) for rate in rates]
        self._shares = _Shares(rates[0], kept) if kept else None
        self._burst = max((rate.number for rate in rates), default=0) // BURST * gap
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()
        self._entering = 0  # inside, or on the way in: such a gate is not to be forgotten
        self._closed_until = self._people_until = self._next_patient = float("-inf")
        self._alarm: asyncio.Task[None] | None = None
        self._rings_at = float("inf")

    def has(self, rates: tuple[Rate, ...]) -> None:
        """Take the rates of a lane that was only held so far."""
        if rates and not self._rates:
            self._rates, self._windows = rates, [_Window(rate) for rate in rates]
            for window in self._windows:
                for _ in range(self._entering):
                    window.take()

    @property
    def closed(self) -> float:
        return max(0.0, self._closed_until - self._clock())

    @property
    def idle(self) -> bool:
        now = self._clock()
        rested = all(window.free(now) == rate.number for window, rate in zip(self._windows, self._rates, strict=True))
        return not self._entering and now >= self._closed_until and rested and not (self._urgent or self._patient)

    async def enter(self, *, urgent: bool) -> None:
        now = self._clock()
        if urgent:
            self._people_until = now + LENT_AFTER
        waiting = self._urgent if urgent else self._patient
        if not waiting and self._opens(now, urgent=urgent) == now:
            self._take(now, urgent=urgent)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(sent=False, urgent=urgent)
            else:
                self._let_in()
            raise

    def leave(self, *, sent: bool = True, urgent: bool = False) -> None:
        now = self._clock()
        self._entering -= 1
        for window in self._windows:
            window.give_back(now, sent=sent)
        if self._shares is not None:
            self._shares.give_back(now, sent=sent, urgent=urgent)
        self._let_in()

    def close(self, seconds: float, patience: float, *, everywhere: bool) -> None:
        self._closed_until = max(self._closed_until, self._clock() + seconds)
        if self.closed > patience:
            for waiting in (self._urgent, self._patient):
                for turn in waiting:
                    if not turn.done():
                        turn.set_exception(Held(self.closed, everywhere=everywhere))
                waiting.clear()
        self._let_in()

    def _take(self, now: float, *, urgent: bool) -> None:
        self._entering += 1
        for window in self._windows:
            window.take()
        if self._shares is not None:
            self._shares.take(now, urgent=urgent)
        if not urgent and self._gap:
            self._next_patient = max(self._next_patient, now - self._burst) + self._gap

    def _opens(self, now: float, *, urgent: bool) -> float | None:
        """Return when the next may enter: now, later, or None when that hangs on requests under way."""
        if self._closed_until > now:
            return self._closed_until
        times = [window.next_free(now, 1) for window in self._windows]
        if not urgent:
            times.append(max(now, self._next_patient))
            if self._shares is not None and now < self._people_until:
                times.append(self._shares.next_free(now))
        known = [at for at in times if at is not None]
        return max(known, default=now) if len(known) == len(times) else None

    def _let_in(self) -> None:
        """Let in whoever may enter, and set the alarm for whoever may enter next."""
        now, next_at = self._clock(), float("inf")
        for waiting, urgent in ((self._urgent, True), (self._patient, False)):
            while waiting:
                if waiting[0].done():  # cancelled
                    waiting.popleft()
                    continue
                at = self._opens(now, urgent=urgent)
                if at != now:
                    next_at = min(next_at, float("inf") if at is None else at)
                    if not urgent and self._shares is not None and now < self._people_until:
                        next_at = min(next_at, self._people_until)  # what is kept now is lent then
                    break
                self._take(now, urgent=urgent)
                waiting.popleft().set_result(None)
            if waiting and urgent and self._opens(now, urgent=True) is None:
                break  # nobody overtakes people who wait
        self._ring(next_at)

    def _ring(self, at: float) -> None:
        if at >= self._rings_at:
            return  # it rings early enough; too early does no harm
        if self._alarm is not None:
            self._alarm.cancel()
        self._rings_at = at
        self._alarm = asyncio.create_task(self._wake(at), name="pace")

    async def _wake(self, at: float) -> None:
        await self._sleep(max(0.0, at - self._clock()))
        self._alarm, self._rings_at = None, float("inf")
        self._let_in()
