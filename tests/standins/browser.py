"""Debian's Chromium without a screen, spoken to over its DevTools protocol: one start for all pages looked at."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp

INSTALL = "apt-get install -y chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
PHONE, DESKTOP = 360, 1280  # CSS pixels
STARTED_WITHIN, LOADED_WITHIN = 60.0, 30.0  # seconds


def chromium() -> str | None:
    """The program's path; None where it is not installed."""
    return shutil.which("chromium")


class Browser:
    """One window. `said` collects what pages complain about: refused by the policy, missing, thrown."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._session: str | None = None
        self.said: list[str] = []
        self.asked_for: list[str] = []

    async def open(self, address: str, *, width: int = DESKTOP, dark: bool = False, media: str = "screen") -> None:
        """Show a page and wait until it stands."""
        phone = width < 600
        await self._do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self._do("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._loaded.clear()
        await self._do("Page.navigate", url=address)
        async with asyncio.timeout(LOADED_WITHIN):
            await self._loaded.wait()

    async def value(self, script: str) -> Any:
        """What a line of JavaScript gives in the page."""
        told = await self._do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def follow(self, selector: str) -> str:
        """Click on a link and return the address of the page that it led to."""
        self._loaded.clear()
        await self.value(f"document.querySelector({json.dumps(selector)}).click()")
        async with asyncio.timeout(LOADED_WITHIN):
            await self._loaded.wait()
        return str(await self.value("location.href"))

    async def tab(self) -> None:
        """Press the Tab key."""
        for kind in ("keyDown", "keyUp"):
            await self._do("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    async def picture(self) -> bytes:
        """The whole page as a PNG."""
        told = await self._do("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(told["data"])

    async def printed(self) -> bytes:
        """The page as it is printed on A4."""
        told = await self._do("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(told["data"])

    async def _begin(self) -> None:
        target = await self._do("Target.createTarget", url="about:blank")
        attached = await self._do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Network"):
            await self._do(f"{domain}.enable")

    async def _do(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        call: dict[str, Any] = {"id": number, "method": method, "params": params}
        await self._socket.send_json(call | ({"sessionId": self._session} if self._session else {}))
        async with asyncio.timeout(LOADED_WITHIN):
            return await answer

    async def _listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                waiting = self._waiting.pop(told["id"])
                if "error" in told:
                    waiting.set_exception(RuntimeError(told["error"]["message"]))
                else:
                    waiting.set_result(told.get("result", {}))
            elif told["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif told["method"] == "Log.entryAdded":
                self.said.append(told["params"]["entry"]["text"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.said.append(told["params"]["exceptionDetails"]["text"])
            elif told["method"] == "Page.javascriptDialogOpening":
                self.said.append(f"dialog: {told['params']['message']}")
            elif told["method"] == "Network.requestWillBeSent":
                self.asked_for.append(told["params"]["request"]["url"])


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium with an empty profile, and end it with the block."""
    program = chromium()
    assert program is not None, INSTALL
    with tempfile.TemporaryDirectory(prefix="moim-chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            *FLAGS,
            f"--user-data-dir={profile}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(STARTED_WITHIN):
                address = await _address(process)
            async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
                made = Browser(socket)
                listening = asyncio.create_task(made._listen())
                try:
                    await made._begin()
                    yield made
                finally:
                    listening.cancel()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        _, found, address = line.decode("utf-8", "replace").strip().partition("DevTools listening on ")
        if found:
            return address
    raise RuntimeError("Chromium ended before it listened")
