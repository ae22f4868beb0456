"""What both stand-ins are: a server on a loopback port in its own loop thread, driven by blocking calls.

A method marked `@driver` is written once as a coroutine and called from a test as an ordinary function.
"""
# ruff: noqa: ASYNC109 - how long a person waits is part of what a driver promises

from __future__ import annotations

import asyncio
import functools
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Iterable
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from aiohttp import BodyPartReader, web

from .recording import PATIENCE, Fault, Json, NoReply, Request, Upload, Violation

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Simulator")


class Driver(Generic[S, P, R]):
    """A coroutine of a simulator as a blocking call; the coroutine itself stays at `.coroutine`."""

    def __init__(self, act: Callable[Concatenate[S, P], Coroutine[Any, Any, R]]) -> None:
        self.coroutine = act
        functools.update_wrapper(self, act)

    def __call__(self, sim: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if threading.current_thread() is sim._thread:
            raise RuntimeError("drivers block: call them from the test, not from the simulator's loop")
        return asyncio.run_coroutine_threadsafe(self.coroutine(sim, *args, **kwargs), sim._loop).result()

    @overload
    def __get__(self, sim: None, kind: type) -> Self: ...

    @overload
    def __get__(self, sim: S, kind: type) -> Callable[P, R]: ...

    def __get__(self, sim: S | None, kind: type) -> Self | Callable[P, R]:
        return self if sim is None else MethodType(self, sim)


def driver(act: Callable[Concatenate[S, P], Coroutine[Any, Any, R]]) -> Driver[S, P, R]:
    """Write a method once, as a coroutine; with keywords of any name, `self` must be positional only."""
    return Driver(act)


class Simulator:
    """Serving, recording, faults and waiting; a platform adds `_serve`."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.violations: list[Violation] = []
        self.unimplemented: list[Request] = []  # gaps of the stand-in, not faults of the bot
        self.self_check: list[str] = []  # own answers that break the official description
        self.crashes: list[str] = []
        self.faults: list[Fault] = []
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=type(self).__name__, daemon=True)
        self._tick = asyncio.Event()

    # -- life
    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _open(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._guarded, access_log=None), shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=512).start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        await self._runner.cleanup()

    async def _guarded(self, http: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._serve(http)
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception:
            self.crashes.append(traceback.format_exc())
            raise

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

    # -- recording
    def violate(self, code: str, where: str, detail: str, request: Request | None = None) -> None:
        self.violations.append(Violation(code, where, detail, request))

    def calls(self, path: str, method: str | None = None) -> list[Request]:
        """The recorded requests whose path, template or Telegram method matches the glob."""
        return [r for r in self.requests if method in (None, r.method) and r.named(path)]

    def assert_clean(self, ignore: Iterable[str] = ()) -> None:
        """Nothing held against the bot, and nothing against the stand-in itself."""
        ignored = set(ignore)
        bad = [str(v) for v in self.violations if v.code not in ignored]
        bad += [f"[not modelled by the stand-in] {r.where}" for r in self.unimplemented]
        bad += [f"[the stand-in answered wrongly] {problem}" for problem in dict.fromkeys(self.self_check)]
        assert not self.crashes, "the stand-in crashed:\n" + self.crashes[0]
        assert not bad, "contract violations:\n  " + "\n  ".join(bad[:40])

    def reset_log(self) -> None:
        for log in (self.requests, self.violations, self.unimplemented, self.self_check):
            log.clear()

    # -- faults
    def fail(self, path: str = "*", method: str = "*", **how: Any) -> Fault:
        """`sim.fail("/channels/*/messages", "POST", status=502, times=2)`; see `Fault`."""
        self.faults.append(Fault(path, method, **how))
        return self.faults[-1]

    async def _hit_fault(self, http: web.BaseRequest, request: Request) -> Fault | None:
        """The fault that takes this request, its delay served; a cut connection is the end of it."""
        fault = next((f for f in self.faults if f.takes(request)), None)
        if fault is None:
            return None
        await asyncio.sleep(fault.delay)
        if fault.drop:
            cut(http)
        return fault

    # -- waiting
    def wake(self) -> None:
        """Something changed: let every waiter look again."""
        tick, self._tick = self._tick, asyncio.Event()
        tick.set()

    async def _until(self, ready: Callable[[], Any], timeout: float, what: str) -> Any:
        end = time.monotonic() + timeout
        while not (value := ready()):
            tick, left = self._tick, end - time.monotonic()
            if left <= 0:
                raise NoReply(f"{what} (waited {timeout:g} s)")
            try:
                await asyncio.wait_for(tick.wait(), min(left, 0.25))
            except TimeoutError:
                continue
        return value

    @driver
    async def wait_for(
        self, ready: Callable[[Any], Any], timeout: float = PATIENCE, message: str = "it did not happen"
    ) -> Any:
        """Wait until `ready(sim)` is truthy and return it."""
        return await self._until(lambda: ready(self), timeout, message)


async def read_form(http: web.BaseRequest) -> tuple[Json, list[Upload]]:
    """The text fields and the files of a multipart body."""
    fields: Json = {}
    uploads: list[Upload] = []
    async for part in await http.multipart():
        assert isinstance(part, BodyPartReader), "nested multipart bodies are not sent by any library"
        name, data = part.name or "", bytes(await part.read())
        if part.filename is None:
            fields[name] = data.decode()
        else:
            uploads.append(Upload(name, part.filename, part.headers.get("Content-Type", ""), data))
    return fields, uploads


def cut(http: web.BaseRequest) -> None:
    """Abort the connection without an answer."""
    if http.transport is not None:
        http.transport.abort()
    raise ConnectionResetError("cut on purpose")
