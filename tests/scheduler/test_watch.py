"""A12: what dies in the background is started again, told of once, and makes the house unready meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from bot.scheduler import watch as watching
from bot.scheduler.watch import Watch
from tests.scheduler.street import until


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(watching, "WELL_AFTER", 0.05)


class Told:
    def __init__(self) -> None:
        self.deaths: list[str] = []

    async def __call__(self, task: str, error: BaseException) -> None:
        self.deaths.append(f"{task}: {error!r}")


class Mortal:
    """Work that dies a few times."""

    def __init__(self, *deaths: BaseException) -> None:
        self.deaths, self.lives = list(deaths), 0

    async def __call__(self) -> None:
        self.lives += 1
        await asyncio.sleep(0)
        if self.deaths:
            raise self.deaths.pop(0)
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    "death",
    [
        RuntimeError("x"),
        BaseException("y"),
        SystemExit(3),
        KeyboardInterrupt(),
        asyncio.CancelledError(),
        GeneratorExit(),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_a12_whatever_kills_a_task_it_lives_again_and_the_house_is_unready_meanwhile(
    death: BaseException,
) -> None:
    told = Told()
    watch = Watch(told)
    work = Mortal(death)
    task = asyncio.create_task(watch.keep("courier", work))
    await until(lambda: work.lives == 1 and not watch.ready)
    assert watch.down == {"courier"}
    await until(lambda: watch.ready)
    assert work.lives == 2
    assert len(told.deaths) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_that_dies_again_and_again_is_told_of_once() -> None:
    told = Told()
    work = Mortal(*(RuntimeError(str(number)) for number in range(4)))
    task = asyncio.create_task(Watch(told).keep("clock", work))
    await until(lambda: work.lives >= 5)
    assert told.deaths == ["clock: RuntimeError('0')"]
    task.cancel()


async def test_a_house_that_cannot_be_told_keeps_its_task_alive() -> None:
    async def deaf(task: str, error: BaseException) -> None:
        raise ConnectionError

    work = Mortal(RuntimeError("x"))
    task = asyncio.create_task(Watch(deaf).keep("clock", work))
    await until(lambda: work.lives >= 2)
    task.cancel()


async def test_what_is_to_end_everything_is_passed_on() -> None:
    with pytest.raises(LookupError):
        await Watch(passes=(LookupError,)).keep("telegram", Mortal(KeyError("token")))


async def test_work_that_ends_by_itself_is_not_started_again() -> None:
    lives = 0

    async def work() -> None:
        nonlocal lives
        lives += 1

    await Watch().keep("telegram", work)
    assert lives == 1
