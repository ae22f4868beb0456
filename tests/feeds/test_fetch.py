"""Fetching from strangers: polite to those who serve, wary of those who would harm."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.feeds.errors import BadStatus, FetchFailed, Forbidden, TooLarge, TooSlow, Unpackable, Unreachable
from bot.feeds.fetch import Fetcher, is_public
from tests.feeds.server import Served, raw, serving

SIZE = 200_000


def anywhere(_address: str, _port: int) -> bool:
    return True


@pytest.fixture
async def web_server() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(reachable=anywhere, pace={"127.0.0.1": 0.0}, seconds=1.0, size=SIZE) as opened:
        yield opened


async def test_a_page_comes_with_what_the_next_visit_needs(web_server: Served, fetcher: Fetcher) -> None:
    url = web_server.say("/feed", b"news", ETag='"v1"', Last_Modified="Mon, 02 Nov 2026 09:00:00 GMT")
    page = await fetcher.get(url)
    assert (page.body, page.etag, page.modified) == (b"news", '"v1"', "Mon, 02 Nov 2026 09:00:00 GMT")
    await fetcher.get(url, etag=page.etag, modified=page.modified)
    again = web_server.asked[-1][1].headers
    assert (again["If-None-Match"], again["If-Modified-Since"]) == (page.etag, page.modified)
    assert "Moim" in again["User-Agent"]


async def test_what_has_not_changed_is_not_sent_again(web_server: Served, fetcher: Fetcher) -> None:
    page = await fetcher.get(web_server.say("/feed", status=304))
    assert page.unchanged and page.body == b""


async def test_a_move_for_good_is_remembered_and_a_passing_one_is_not(web_server: Served, fetcher: Fetcher) -> None:
    there = web_server.say("/there", b"here")
    for_good = await fetcher.get(web_server.say("/moved", status=301, Location="/there"))
    passing = await fetcher.get(web_server.say("/passing", status=302, Location="/there"))
    mixed = await fetcher.get(web_server.say("/mixed", status=302, Location="/moved"))
    assert (for_good.url, for_good.moved_to) == (there, there)
    assert (passing.url, passing.moved_to, mixed.moved_to) == (there, None, None)


async def test_a_circle_of_redirects_ends(web_server: Served, fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        await fetcher.get(web_server.say("/round", status=302, Location="/round"))


async def test_a_refusal_says_how_long_to_stay_away(web_server: Served, fetcher: Fetcher) -> None:
    with pytest.raises(BadStatus) as seconds:
        await fetcher.get(web_server.say("/busy", status=429, Retry_After="120"))
    with pytest.raises(BadStatus) as for_ever:
        await fetcher.get(web_server.say("/busy", status=503, Retry_After="Fri, 01 Jan 2100 00:00:00 GMT"))
    with pytest.raises(BadStatus) as nonsense:
        await fetcher.get(web_server.say("/busy", status=503, Retry_After="soon"))
    with pytest.raises(BadStatus) as absurd:
        await fetcher.get(web_server.say("/busy", status=503, Retry_After="Fri, 31 Dec 99999999999 23:59:59 GMT"))
    assert absurd.value.wait is None
    assert (seconds.value.status, seconds.value.wait) == (429, timedelta(minutes=2))
    assert (for_ever.value.wait, nonsense.value.wait) == (timedelta(days=1), None)


async def test_a_host_is_asked_one_thing_at_a_time_and_not_too_often(web_server: Served) -> None:
    url = web_server.say("/feed", b"x")
    async with Fetcher(reachable=anywhere, pace={"127.0.0.1": 0.2}) as fetcher:
        await asyncio.gather(*(fetcher.get(url) for _ in range(3)))
    times = [at for at, _ in web_server.asked]
    assert all(later - earlier >= 0.19 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://user:word@example.org/",
        "http://",
        "//x",
        "http://[::1",
        "x" * 5000,
    ],
)
async def test_f4_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    async with Fetcher(reachable=anywhere) as fetcher:
        with pytest.raises(Forbidden):
            await fetcher.get(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1"],
)
async def test_f4_a_machine_of_our_own_is_refused_before_it_is_connected_to(web_server: Served, host: str) -> None:
    web_server.say("/secret", b"secret")

    def public_but_for_the_port(address: str, _port: int) -> bool:
        return is_public(address, 80)

    async with Fetcher(reachable=public_but_for_the_port, seconds=2.0) as fetcher:
        with pytest.raises(Forbidden):
            await fetcher.get(f"http://{host}:{web_server.port}/secret")
    assert web_server.asked == []


async def test_f4_without_the_guard_the_same_machine_would_answer(web_server: Served) -> None:
    url = web_server.say("/secret", b"secret")
    async with Fetcher(reachable=anywhere) as fetcher:
        assert (await fetcher.get(url)).body == b"secret"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "http://10.0.0.1/"]
)
async def test_f4_a_redirect_to_a_private_place_is_refused(web_server: Served, target: str) -> None:
    url = web_server.say("/open", status=302, Location=target)

    def ours_or_public(address: str, port: int) -> bool:
        return port == web_server.port or is_public(address, port)

    async with Fetcher(reachable=ours_or_public, seconds=2.0) as fetcher:
        with pytest.raises(Forbidden):
            await fetcher.get(url)


async def test_f4_a_name_that_turns_private_between_two_looks_is_refused(
    web_server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is made on the address of the very connection, so it does not matter what a name meant before."""
    answers = iter([[("93.184.216.34", 80)], [("127.0.0.1", 80)]])

    async def resolve(*_args: Any, **_kwargs: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", at) for at in next(answers)]

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    next(answers)  # somebody looked the name up before us and found it public
    async with Fetcher(seconds=2.0) as fetcher:
        with pytest.raises(Forbidden):
            await fetcher.get("http://rebinding.example/")


@pytest.mark.parametrize(
    ("address", "port", "public"),
    [
        ("93.184.216.34", 443, True),
        ("93.184.216.34", 22, False),
        ("2606:2800:220:1::1", 443, True),
        ("10.1.2.3", 80, False),
        ("100.64.0.1", 80, False),
        ("169.254.169.254", 80, False),
        ("224.0.0.1", 80, False),
        ("fe80::1%eth0", 80, False),
        ("fd00::1", 80, False),
        ("::ffff:10.0.0.1", 80, False),
        ("2002:7f00:0001::", 80, False),
        ("64:ff9b:1::7f00:1", 80, False),
        ("::127.0.0.1", 80, False),
        ("fec0::1", 80, False),
        ("192.88.99.1", 80, False),
        ("nonsense", 80, False),
    ],
)
def test_which_machines_are_public(address: str, port: int, public: bool) -> None:
    assert is_public(address, port) is public


async def test_f2_a_bomb_is_stopped_while_it_unfolds(web_server: Served, fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"0" * 40_000_000)
    assert len(bomb) < SIZE
    with pytest.raises(TooLarge):
        await fetcher.get(web_server.say("/bomb", bomb, Content_Encoding="gzip"))


async def test_f2_negative_control_without_the_limit_it_would_unfold(web_server: Served) -> None:
    url = web_server.say("/bomb", gzip.compress(b"0" * 40_000_000), Content_Encoding="gzip")
    async with Fetcher(reachable=anywhere, size=50_000_000) as unguarded:
        assert len((await unguarded.get(url)).body) == 40_000_000


async def test_f2_members_behind_each_other_count_together(web_server: Served, fetcher: Fetcher) -> None:
    member = gzip.compress(b"1" * (SIZE // 4))
    page = await fetcher.get(web_server.say("/three", member * 3, Content_Encoding="gzip"))
    assert len(page.body) == 3 * (SIZE // 4)
    with pytest.raises(TooLarge):
        await fetcher.get(web_server.say("/five", member * 5, Content_Encoding="gzip"))


async def test_a_body_that_is_just_long_is_stopped_too(web_server: Served, fetcher: Fetcher) -> None:
    with pytest.raises(TooLarge):
        await fetcher.get(web_server.say("/long", b"1" * (SIZE + 1)))


@pytest.mark.parametrize(("packing", "body"), [("br", b"x"), ("gzip", b"no gzip at all"), ("gzip, gzip", b"x")])
async def test_what_cannot_be_unpacked_is_told(web_server: Served, fetcher: Fetcher, packing: str, body: bytes) -> None:
    with pytest.raises(Unpackable):
        await fetcher.get(web_server.say("/packed", body, Content_Encoding=packing))


async def test_f3_a_slow_drip_ends_in_time(fetcher: Fetcher) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with raw(drip) as url:
        with pytest.raises(TooSlow):
            await fetcher.get(url)


async def test_f3_negative_control_without_the_limit_a_drip_is_waited_for() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
        for _ in range(20):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.6 / 20)

    async with raw(drip) as url:
        async with Fetcher(reachable=anywhere, seconds=0.3) as guarded:
            with pytest.raises(TooSlow):
                await guarded.get(url)
        async with Fetcher(reachable=anywhere, seconds=60) as unguarded:
            assert len((await unguarded.get(url)).body) == 20


async def test_f3_endless_chunks_end_at_the_limit(fetcher: Fetcher) -> None:
    async def chunks(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            await writer.drain()

    async with raw(chunks) as url:
        with pytest.raises(TooLarge):
            await fetcher.get(url)


async def test_f3_huge_headers_are_refused(fetcher: Fetcher) -> None:
    async def headers(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n")
        await writer.drain()

    async with raw(headers) as url:
        with pytest.raises(Unreachable):
            await fetcher.get(url)


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
async def test_what_is_no_whole_answer_is_unreachable(fetcher: Fetcher, said: bytes) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()

    async with raw(talk) as url:
        with pytest.raises(Unreachable):
            await fetcher.get(url)


async def test_a_closed_port_is_unreachable_and_says_nothing_of_the_address(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable) as failed:
        await fetcher.get(f"http://127.0.0.1:{port}/?key=secret")
    assert "secret" not in str(failed.value)


async def test_one_slow_host_keeps_no_other_waiting(web_server: Served, fetcher: Fetcher) -> None:
    async def never(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        raise AssertionError

    web_server.answers["/never"] = never
    slow = asyncio.create_task(fetcher.get(web_server.address + "/never"))
    await asyncio.sleep(0.05)
    quick = web_server.say("/quick", b"x").replace("127.0.0.1", "localhost")
    assert (await asyncio.wait_for(fetcher.get(quick), 0.5)).body == b"x"
    with pytest.raises(FetchFailed):
        await slow


# a look at whether there is a page


async def test_a_look_asks_for_the_head_alone(web_server: Served, fetcher: Fetcher) -> None:
    page = await fetcher.look(web_server.say("/page", b"x" * 100_000))
    assert (page.status, page.body) == (200, b"")
    assert [request.method for _, request in web_server.asked] == ["HEAD"]


async def test_a_server_that_does_not_know_a_head_is_asked_for_the_first_bytes(
    web_server: Served, fetcher: Fetcher
) -> None:
    seen: list[tuple[str, str | None]] = []

    async def picky(request: web.Request) -> web.StreamResponse:
        seen.append((request.method, request.headers.get("Range")))
        return web.Response(status=405) if request.method == "HEAD" else web.Response(body=b"y" * 100_000)

    web_server.answers["/picky"] = picky
    page = await fetcher.look(f"{web_server.address}/picky")
    assert page.status == 200
    assert seen == [("HEAD", None), ("GET", "bytes=0-1023")]


async def test_a_look_follows_moves_and_tells_what_is_gone(web_server: Served, fetcher: Fetcher) -> None:
    there = web_server.say("/there", b"here")
    page = await fetcher.look(web_server.say("/moved", status=301, Location="/there"))
    assert page.moved_to == there
    with pytest.raises(BadStatus) as gone:
        await fetcher.look(web_server.say("/gone", status=410))
    assert gone.value.status == 410


async def test_a_server_that_asks_for_patience_is_not_asked_twice(web_server: Served, fetcher: Fetcher) -> None:
    with pytest.raises(BadStatus):
        await fetcher.look(web_server.say("/busy", status=429))
    assert len(web_server.asked) == 1
