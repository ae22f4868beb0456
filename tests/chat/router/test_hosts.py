"""Letters to the hosts, written on the side: whoever's turn it is waits for none of it."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.refs import Platform, UserRef
from tests.chat.club import Club
from tests.stores import Gate, House, Postbox

ANN, BEN = UserRef(Platform.DISCORD, "7"), UserRef(Platform.TELEGRAM, "8")


class Told:
    """A house with two hosts, their mail, and how often nobody was reached."""

    def __init__(self) -> None:
        self.house = House(gate=Gate((ANN, BEN)))
        self.router = Router([Club()], self.house.stores, clock=self.house.clock)
        self.mail = {platform: Postbox() for platform in (Platform.DISCORD, Platform.TELEGRAM)}
        self.router.outlets |= self.mail
        self.missed = 0

    def tell(self, post: str = "club.notice") -> None:
        self.router.tell_hosts(post, "news:1", unreached=self._missed, title="news")

    async def _missed(self) -> None:
        self.missed += 1


@pytest.fixture
def told(club_texts: None) -> Told:
    return Told()


async def test_every_host_gets_the_letter_in_their_own_language_under_a_stable_key(told: Told) -> None:
    told.house.people.meet(BEN, language="ko")
    told.tell()
    assert [box.sent for box in told.mail.values()] == [[], []], "nobody waits for it"
    await told.router.finish()
    letters = [letter for box in told.mail.values() for letter in box.sent]
    assert [(to, plain(reply.text), key) for to, reply, key in letters] == [
        (ANN, "en: news", "news:1:7"),
        (BEN, "ko: news", "news:1:8"),
    ]
    assert told.missed == 0


async def test_one_host_who_was_reached_is_enough(told: Told) -> None:
    told.mail[Platform.DISCORD].closed = "closed_dm"
    with capture_logs() as logs:
        told.tell()
        await told.router.finish()
    assert told.missed == 0
    assert [line["reason"] for line in logs] == ["closed_dm"]


async def test_when_nobody_was_reached_that_is_told(told: Told) -> None:
    told.mail[Platform.DISCORD].closed = "closed_dm"
    told.mail[Platform.TELEGRAM].failing = OSError("reset by peer")
    with capture_logs():
        told.tell()
        await told.router.finish()
    assert told.missed == 1


async def test_a_letter_that_cannot_be_written_harms_nobody(told: Told) -> None:
    with capture_logs() as logs:
        told.tell("club.no_such_post")
        await told.router.finish()
    assert {line["log_level"] for line in logs} == {"error"}
    assert told.missed == 1


async def test_the_end_waits_for_letters_but_not_for_ever(told: Told) -> None:
    class Slow:
        async def deliver(self, *letter: object) -> None:
            await asyncio.sleep(60)

    told.router.outlets |= {Platform.DISCORD: Slow(), Platform.TELEGRAM: Slow()}  # type: ignore[dict-item]
    told.tell()
    await told.router.finish(0.05)
    await asyncio.sleep(0)
    assert told.missed == 0
