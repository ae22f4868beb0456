"""Starting and stopping, without a platform: adapters here are as slow and as deaf as a platform can make them."""

from __future__ import annotations

import asyncio
import gc
import os
import signal

import pytest

from bot.adapters.contract import CannotServe
from bot.app import listen, serve_until_told
from bot.app.garbage import settled
from bot.chat.reply import Reply
from bot.chat.stores import Receipt
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Bilingual

SOON = 5.0


class Edge:
    """The edge of the house: an adapter whose platform does what the test says."""

    platform = Platform.CONSOLE

    def __init__(self, *, refuses: bool = False, sticks: bool = False) -> None:
        self.refuses, self.sticks = refuses, sticks
        self.served, self.closed = False, False

    async def serve(self) -> None:
        if self.refuses:
            raise CannotServe(Bilingual(ko="다른 토큰을 쓰세요", en="take another token"))
        self.served = True
        try:
            await asyncio.sleep(3600)  # between two tries to connect: closing does not wake it
        finally:
            self.served = False

    async def close(self) -> None:
        if self.sticks:
            raise RuntimeError("it sticks")
        self.closed = True

    async def sync(self, force: bool = False) -> str:
        return "nothing"

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str) -> Receipt:
        raise ConnectionError


async def test_sigterm_ends_adapters_that_sleep_between_two_tries_to_connect() -> None:
    adapters = [Edge(), Edge()]
    serving = asyncio.create_task(serve_until_told(adapters, listen()))
    await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, SOON)
    assert all(adapter.closed for adapter in adapters)


async def test_one_platform_that_cannot_be_served_ends_the_other_and_says_why() -> None:
    healthy = Edge()
    with pytest.raises(ExceptionGroup) as failed:
        await asyncio.wait_for(serve_until_told([healthy, Edge(refuses=True)], listen()), SOON)
    assert [str(error) for error in failed.value.exceptions] == ["take another token"]
    assert healthy.closed


async def test_one_that_cannot_be_closed_keeps_no_other_from_ending_in_order() -> None:
    told, edges = listen(), [Edge(sticks=True), Edge()]
    serving = asyncio.create_task(serve_until_told(edges, told))
    await asyncio.sleep(0.05)
    told.set()
    await asyncio.wait_for(serving, SOON)
    assert edges[1].closed and not any(edge.served for edge in edges)


async def test_a_signal_while_the_house_is_still_being_opened_is_not_lost() -> None:
    told = listen()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.05)
    adapter = Edge()
    await asyncio.wait_for(serve_until_told([adapter], told), SOON)
    assert adapter.closed


async def test_what_a_start_loaded_is_out_of_the_garbage_collectors_sight() -> None:
    gc.disable()
    try:
        async with settled():
            assert gc.isenabled()
            assert gc.get_freeze_count() > 10_000
            assert len(gc.get_objects()) < 10_000
    finally:
        gc.enable()
        gc.unfreeze()
