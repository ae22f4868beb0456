"""`/manage`, the archive: its address, who may read it, and that nobody but an organiser changes that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import House
from bot.chat.router import Router
from bot.core.errors import NotOrganiser
from bot.core.groups import Group
from bot.core.shelf import Shelf
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.services.archive import Archives
from tests.callers import on_server
from tests.cogs.conftest import buttons_of, words_of
from tests.cogs.month import Member
from tests.web.archive.house import ORGANISER, issued_house

BASE = "https://moim.example.org"


@dataclass
class Town:
    """The house and what its group has."""

    house: House
    group: Group
    archives: Archives


@pytest.fixture
async def issued(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with issued_house(tmp_path, web_url=BASE) as (house, made):
        yield Town(house, made.group, made.archives)


def organiser(router: Router) -> Member:
    return Member(router, on_server(ORGANISER.id, language="ko"))


async def test_the_panel_tells_where_the_pages_are_and_that_they_are_private(issued: Town) -> None:
    jisoo = organiser(issued.house.router)
    await jisoo.call("manage")
    await jisoo.take("소식")
    said = await jisoo.take("소식 모음")
    entrance = await issued.archives.entrance(issued.group.id)
    address = f"{BASE}/g/{entrance.word}/"
    assert said.startswith(f"소식 모음 · 목요 논문\n나온 호: 3\n주소: {address}")
    assert f"피드: {address}atom.xml\n달력: {address}calendar.ics" in said
    assert "주소를 아는 사람만 볼 수 있어요." in said
    assert jisoo.offers == ["열어 보기", "공개하기", "새 주소", "돌아가기"]
    assert jisoo.seen is not None
    assert buttons_of(jisoo.seen)["열어 보기"].url == address


async def test_making_it_public_asks_first_and_one_tap_takes_it_back(issued: Town) -> None:
    jisoo = organiser(issued.house.router)
    await jisoo.press(f"ar.show|{issued.group.id}")
    assert "검색에도 나올 수 있어요" in await jisoo.take("공개하기")
    assert not await issued.archives.is_public(issued.group.id), "asking publishes nothing"
    question = jisoo.seen
    said = await jisoo.take("공개하기")
    assert said.startswith("공개했어요.")
    assert f"주소: {BASE}/g{issued.group.id}/\n" in said
    assert await issued.archives.is_public(issued.group.id)
    public = jisoo.seen
    jisoo.seen = question
    assert await jisoo.take("공개하기") == said, "a second tap undoes nothing"
    jisoo.seen = public
    assert (await jisoo.take("비공개로")).startswith("다시 비공개예요.")
    assert not await issued.archives.is_public(issued.group.id)


async def test_a_new_address_asks_first_and_a_second_tap_makes_no_third(issued: Town) -> None:
    before = await issued.archives.entrance(issued.group.id)
    jisoo = organiser(issued.house.router)
    await jisoo.press(f"ar.show|{issued.group.id}")
    assert "지금 주소는 더 열리지 않아요." in await jisoo.take("새 주소")
    assert await issued.archives.entrance(issued.group.id) == before, "asking renews nothing"
    question = jisoo.seen
    said = await jisoo.take("새 주소 만들기")
    after = await issued.archives.entrance(issued.group.id)
    assert after.word != before.word
    assert f"{BASE}/g/{after.word}/" in said
    jisoo.seen = question
    assert await jisoo.take("새 주소 만들기") == said
    assert await issued.archives.entrance(issued.group.id) == after


@pytest.mark.parametrize("wire", ["ar.show|{}", "ar.ask|{}", "ar.open|{}|yes", "ar.another|{}", "ar.renew|{}|abc"])
async def test_nobody_else_sees_or_changes_it(issued: Town, wire: str) -> None:
    before = await issued.archives.entrance(issued.group.id)
    refused = await issued.house.router.press(on_server("2"), wire.format(issued.group.id))
    assert words_of(refused) == texts(Locale.EN)(NotOrganiser.key)
    assert before.word not in words_of(refused)
    assert await issued.archives.entrance(issued.group.id) == before


async def test_an_organiser_of_another_language_reads_their_own(issued: Town) -> None:
    sam = Member(issued.house.router, on_server(ORGANISER.id, language="en"))
    assert "Whoever has the address." in await sam.press(f"ar.show|{issued.group.id}")


@pytest.mark.parametrize(
    ("settings", "said"),
    [({}, "이 봇은 아직 페이지를 내보내지 않아요."), ({"web_port": 8123}, "주소: http://127.0.0.1:8123/g/")],
)
async def test_without_an_address_for_people_it_says_who_can_change_that(
    catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, int], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with issued_house(tmp_path, **settings) as (house, made):
        jisoo = organiser(house.router)
        shown = await jisoo.press(f"ar.show|{made.group.id}")
        assert said in shown
        assert "WEB_URL" in shown
        assert "열어 보기" not in jisoo.offers
        assert await made.archives.link(made.group.id, 3) is None, "no message leads people to this machine alone"
