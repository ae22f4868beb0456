"""The HTTP layer: what each failure of a real server on a real socket means for sending again."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, NetworkError, TelegramError, TimedOut

from bot.adapters.telegram.request import AiohttpRequest, Flood, NeverSent, ServerTrouble

TOKEN = "123456789:AAHcanaryCanaryCanaryCanaryCanary00"
Serve = Callable[[bytes | None], Awaitable[Bot]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A bot whose server answers every request with the same bytes (None: nothing at all, b"": it hangs up)."""
    opened: list[tuple[asyncio.Server, AiohttpRequest]] = []

    async def start(answer: bytes | None) -> Bot:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await asyncio.sleep(5)
            writer.write(answer or b"")
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        request = AiohttpRequest()
        await request.initialize()
        opened.append((server, request))
        return bot_at(server.sockets[0].getsockname()[1], request)

    yield start
    for server, request in opened:
        server.close()
        await request.shutdown()


def bot_at(port: int, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot", request=request, get_updates_request=request)


def http(status: int, body: str, headers: str = "", cut: int = 0) -> bytes:
    length = len(body.encode()) + cut
    return f"HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n{body}".encode()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(502, "<html>Bad Gateway</html>"), ServerTrouble),
        (http(500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}'), ServerTrouble),
        (http(400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'), BadRequest),
        (http(400, '{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1007}}'), ChatMigrated),
        (http(200, "<html>maintenance</html>"), TelegramError),
        (http(200, "[]"), TelegramError),
        (http(200, '{"ok":true,', cut=50), NetworkError),
        (b"", NetworkError),
        (b"SSH-2.0-OpenSSH\r\n", NetworkError),
        (None, TimedOut),
    ],
)
async def test_a_failure_is_told_by_its_meaning(serve: Serve, answer: bytes | None, error: type[Exception]) -> None:
    bot = await serve(answer)
    with pytest.raises(error) as raised:
        await bot.send_message(1, "hi", read_timeout=0.3)
    assert not isinstance(raised.value, NeverSent)
    assert TOKEN not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


@pytest.mark.parametrize(
    ("answer", "seconds", "everywhere"),
    [
        (http(429, '{"ok":false,"description":"x","parameters":{"retry_after":7}}'), 7, False),
        (http(429, '{"ok":false,"description":"x"}', "Retry-After: 3\r\n"), 3, False),
        (http(429, "error code: 1015"), 60, True),
        (http(429, "<html>slow down</html>", "Retry-After: 9\r\n"), 9, True),
    ],
)
async def test_a_flood_is_told_from_the_wall_before_it(
    serve: Serve, answer: bytes, seconds: int, everywhere: bool
) -> None:
    bot = await serve(answer)
    with pytest.raises(Flood) as flood:
        await bot.send_message(1, "hi")
    assert (flood.value.seconds, flood.value.everywhere) == (seconds, everywhere)


async def test_what_was_never_sent_is_known_as_such() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed_port = taken.getsockname()[1]
        request = AiohttpRequest()
        bot = bot_at(closed_port, request)
        with pytest.raises(NeverSent):
            await bot.send_message(1, "before it was opened")
        await request.initialize()
        with pytest.raises(NeverSent) as refused:
            await bot.send_message(1, "hi")
        await request.shutdown()
    assert TOKEN not in f"{refused.value!r} {refused.value.__cause__!r}"


async def test_an_address_that_is_none_is_told_without_the_token() -> None:
    request = AiohttpRequest()
    await request.initialize()
    bot = Bot(TOKEN, base_url="nonsense:/bot", request=request, get_updates_request=request)
    with pytest.raises(NetworkError) as error:
        await bot.send_message(1, "hi")
    await request.shutdown()
    assert TOKEN not in f"{error.value!r} {error.value.__cause__!r}"


async def test_a_redirect_is_not_followed_with_the_token(serve: Serve) -> None:
    bot = await serve(http(302, "", "Location: http://127.0.0.1:1/elsewhere\r\n"))
    with pytest.raises(TelegramError):
        await bot.send_message(1, "hi")


async def test_parameters_travel_as_json() -> None:
    got: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        got.append(await reader.readexactly(length))
        writer.write(http(200, '{"ok":true,"result":true}'))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    request = AiohttpRequest()
    await request.initialize()
    bot = bot_at(server.sockets[0].getsockname()[1], request)
    await bot.do_api_request("sendThing", api_kwargs={"chat_id": 7, "text": "강화", "rows": [{"a": 1}]})
    server.close()
    await request.shutdown()
    assert json.loads(got[0]) == {"chat_id": 7, "text": "강화", "rows": [{"a": 1}]}
