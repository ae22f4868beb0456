"""`/manage`, the sources: which a group has and how they are, one more by whatever address, one left out or away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import House
from bot.chat.reply import Form
from bot.core.groups import Group
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.news import News
from tests.callers import on_server
from tests.cogs.conftest import buttons_of, reply_of
from tests.cogs.month import Member
from tests.feeds.server import Served, serving
from tests.services.test_news import blog, post
from tests.web.archive.house import ORGANISER, Issued, issued_house

DAY = timedelta(days=1)
READ_LATER = timedelta(days=2)


@dataclass
class Town:
    """A house with a group of which the topic has one source, and a server of feeds that may be asked."""

    house: House
    made: Issued
    served: Served
    group: Group
    news: News

    def organiser(self, language: str = "ko") -> Member:
        return Member(self.house.router, on_server(ORGANISER.id, language=language))

    async def add(self, member: Member, typed: str) -> str:
        """Press *add*, type, and read the answer."""
        assert member.seen is not None
        form = await member.router.press(member.caller, buttons_of(member.seen)["소식통 더하기"].wire)
        assert isinstance(form, Form)
        answer = reply_of(await member.router.submit(member.caller, form.wire, {"address": typed}))
        return member._read(answer)


@pytest.fixture
async def town(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with serving() as served, _opened(tmp_path, served) as town:
        yield town


@asynccontextmanager
async def _opened(folder: Path, served: Served) -> AsyncIterator[Town]:
    async with issued_house(folder, fetch_trusted=(("127.0.0.1", served.port),)) as (house, made):
        assert house.services is not None
        yield Town(house, made, served, made.group, house.services.news)


async def panel(town: Town) -> Member:
    """The organiser at the panel of sources, by the way of the buttons."""
    jisoo = town.organiser()
    await jisoo.call("manage")
    await jisoo.take("소식")
    await jisoo.take("소식통")
    return jisoo


async def test_the_sources_are_listed_and_turned_over(town: Town) -> None:
    jisoo = await panel(town)
    sources = await town.news.sources(town.group)
    assert jisoo.words.startswith(f"소식통 · 목요 논문\n소식통 {len(sources)}곳을 읽어요.")
    assert sources[0].title in jisoo.words
    before = jisoo.words
    await jisoo.take("뒤")
    assert f"9. {sources[8].title}" in jisoo.words
    assert await jisoo.take("앞") == before


async def test_a_source_is_added_by_its_page_and_stands_first(town: Town) -> None:
    town.served.say("/feed.xml", blog(post(1), post(2), title="분자 블로그"))
    town.served.say(
        "/", b"<html><link rel=alternate type=application/atom+xml href=/feed.xml>", Content_Type="text/html"
    )
    jisoo = await panel(town)
    said = await town.add(jisoo, f"여기 좋아요 {town.served.address}")
    assert said.startswith("분자 블로그를 더했어요. 글 2개가 있어요.")
    assert "1. 분자 블로그 · 직접 더함" in said
    assert (await town.add(jisoo, f"{town.served.address}/feed.xml")).startswith("분자 블로그는 이미 소식통에 있어요.")
    said = await jisoo.take("1")
    assert "직접 더한 소식통이에요.\n마지막 응답: " in said


async def test_what_is_left_out_is_marked_and_comes_back(town: Town) -> None:
    jisoo = await panel(town)
    title = (await town.news.sources(town.group))[0].title
    await jisoo.take("1")
    assert jisoo.offers == ["빼기", "돌아가기"], "what comes with the topics is not to be taken away"
    assert (await jisoo.take("빼기")).startswith("뺐어요.")
    assert [each.title for each in await town.news.sources(town.group) if each.muted] == [title]
    assert f"1. {title} · 뺐어요" in await jisoo.take("돌아가기")
    await jisoo.take("1")
    assert (await jisoo.take("다시 듣기")).startswith("다시 들어요.")
    assert "뺐어요" not in await jisoo.take("돌아가기")


async def test_taking_one_away_can_be_undone(town: Town) -> None:
    town.served.say("/feed", blog(post(1), title="분자 블로그"))
    jisoo = await panel(town)
    await town.add(jisoo, f"{town.served.address}/feed")
    await jisoo.take("1")
    said = await jisoo.take("지우기")
    assert said.startswith("분자 블로그를 지웠어요.")
    assert "직접 더함" not in said
    assert "1. 분자 블로그 · 직접 더함" in await jisoo.take("되돌리기")


async def test_another_groups_source_is_not_given_by_its_number(town: Town) -> None:
    town.served.say("/feed", blog(post(1), title="분자 블로그"))
    jisoo = await panel(town)
    await town.add(jisoo, f"{town.served.address}/feed")
    (own,) = [each for each in await town.news.sources(town.group) if each.own]
    assert own.feed is not None
    assert await town.news.drop(town.group, own.key)
    press = f"fd.undrop|{town.group.id}|{own.feed.id}"
    assert (await jisoo.press(f"{press}|guess")).startswith("그 소식통은 이제 없어요.")
    assert "분자 블로그" in await jisoo.press(f"{press}|{own.code}")


async def test_a_button_of_a_source_that_is_gone_says_so(town: Town) -> None:
    jisoo = await panel(town)
    assert (await jisoo.press(f"fd.one|{town.group.id}|nothing")).startswith("그 소식통은 이제 없어요.")
    assert (await jisoo.press(f"fd.hear|{town.group.id}|nothing|0")).startswith("그 소식통은 이제 없어요.")
    assert (await jisoo.press(f"fd.drop|{town.group.id}|nothing")).startswith("그 소식통은 이제 없어요.")
    assert (await jisoo.press(f"fd.undrop|{town.group.id}|999|nothing")).startswith("그 소식통은 이제 없어요.")


async def test_one_that_does_not_answer_says_since_when(town: Town) -> None:
    town.served.say("/feed", blog(post(1), title="분자 블로그"))
    jisoo = await panel(town)
    await town.add(jisoo, f"{town.served.address}/feed")
    for source in await town.news.sources(town.group):  # no other is to be asked
        if not source.own:
            await town.news.mute(town.group, source.key, ORGANISER)
    town.served.say("/feed", status=500)
    for _ in range(4):
        town.made.clock.now += READ_LATER
        await town.news.read_due()
    said = await jisoo.press(f"fd.panel|{town.group.id}|0")
    assert "지금 1곳이 응답하지 않아요." in said
    assert "1. 분자 블로그 · 직접 더함 · " in said and "부터 응답이 없어요." in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("그 블로그요", "주소를 찾지 못했어요."),
        ("http://10.0.0.1/feed", "누구에게나 열린 주소가 아니어서 읽지 않아요."),
        ("{address}/none", "그 주소에는 이제 아무것도 없어요."),
        ("{address}/page", "그 페이지에서 피드를 찾지 못했어요."),
        ("{address}/secret", "그 사이트가 봇이 읽는 것을 막고 있어요."),
    ],
)
async def test_what_cannot_be_added_is_told_with_another_try_at_hand(town: Town, typed: str, said: str) -> None:
    town.served.say("/page", b"<html><body>words</body></html>", Content_Type="text/html")
    town.served.say("/secret", status=403)
    jisoo = await panel(town)
    assert (await town.add(jisoo, typed.format(address=town.served.address))).startswith(said)
    assert jisoo.offers[0] == "다른 주소로"


async def test_what_a_feed_calls_itself_never_acts(town: Town) -> None:
    title = "&lt;b&gt;@everyone&lt;/b&gt; [x](javascript:y) \u202egnp"
    town.served.say("/feed", blog(post(1), title=title))
    jisoo = await panel(town)
    said = await town.add(jisoo, f"{town.served.address}/feed")
    assert "<b>" not in said and "\u202e" not in said
