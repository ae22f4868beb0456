"""The gateway's session: over lost connections and restarts, never begun too often. Cases A5 to A7, C15 to C18."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from discord.http import Route

from bot.adapters.discord import gateway, lean
from bot.adapters.discord.answered import KEPT, Answered
from bot.adapters.discord.gateway import Budget
from bot.adapters.discord.lean import LeanClient, UnderWay
from bot.core.refs import Place, Platform, SpaceRef
from bot.services.memory import Memory
from bot.storage import Storage
from tests.adapters.discord.served import Served
from tests.adapters.served import now
from tests.standins import DiscordSim, NoReply

CALLBACK = "/interactions/*/callback"
A_DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far the session has come is kept almost at once."""
    monkeypatch.setattr(gateway, "KEPT_EVERY", 0.05)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """People who wait for their answers elsewhere than the test."""
    with ThreadPoolExecutor() as people:
        yield people


def resumed(sim: DiscordSim) -> list[bool]:
    return [granted for _, granted in sim.gateway.resumes]


# over a restart


def test_a6_a_restart_goes_on_with_the_session_and_answers_what_came_meanwhile(
    sim: DiscordSim, serve: Callable[..., Served], pool: ThreadPoolExecutor
) -> None:
    serve().stop()
    asked = pool.submit(sim.slash, "echo", words="meanwhile")
    time.sleep(0.2)
    serve()
    assert asked.result(5).content == "meanwhile"
    assert sim.slash("echo", words="after").content == "after"
    assert (len(sim.gateway.identifies), resumed(sim)) == (1, [True])


def _answer_once_and_die(sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch) -> None:
    """The place that is kept lies before what was answered."""
    first = serve()
    monkeypatch.setattr(gateway.Gateway, "_save", _nothing)
    assert sim.slash("echo", words="once").content == "once"
    first.stop()


def test_a6_what_was_answered_before_the_restart_is_not_done_again(
    sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place that was kept lies before an interaction that was answered: the kill came in between."""
    _answer_once_and_die(sim, serve, monkeypatch)
    monkeypatch.undo()
    again = serve()
    assert sim.slash("echo", words="next").content == "next"
    assert [message["content"] for message in sim.bot_messages()] == ["once", "next"]
    assert again.sample.diary == [("echo", "next")]


def test_a6_what_two_restarts_ago_was_answered_is_not_done_again(
    sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second resumption hands over the end of the first among the rest: what follows it came before, too."""
    _answer_once_and_die(sim, serve, monkeypatch)
    second = serve()
    assert sim.slash("echo", words="twice").content == "twice"
    second.stop()
    third = serve()
    assert sim.slash("echo", words="next").content == "next"
    assert third.sample.diary == [("echo", "next")]
    assert [message["content"] for message in sim.bot_messages()] == ["once", "twice", "next"]


def test_a6_the_control_answers_twice(
    sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: without the notes of what was answered, it is done again."""
    monkeypatch.setattr(Answered, "note", lambda *_: None)
    _answer_once_and_die(sim, serve, monkeypatch)
    again = serve()
    sim.wait_for(lambda s: again.sample.diary == [("echo", "once")])
    sim.wait_for(lambda s: len(s.calls(CALLBACK)) == 2)
    sim.assert_clean(ignore={"double-ack"})
    sim.reset_log()


def test_notes_of_answers_outlive_the_process_and_stay_small(tmp_path: Path) -> None:
    first = Answered(tmp_path / "var" / "answered")
    for number in range(1, 2 * KEPT + 10):
        first.note(number)
    again = Answered(tmp_path / "var" / "answered")
    assert again.before(2 * KEPT + 9)
    assert not again.before(KEPT - 1)
    again.note(10**6)
    third = Answered(tmp_path / "var" / "answered")
    assert third.before(10**6)
    assert third.before(2 * KEPT + 9)
    assert (tmp_path / "var" / "answered").stat().st_size == KEPT * 8
    for notes in (first, again, third):
        notes.close()


def test_where_no_notes_can_be_kept_the_bot_works_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    notes = Answered(tmp_path / "file" / "answered")
    notes.note(7)
    assert not notes.before(7)


async def _nothing(_: object) -> None:
    return None


def test_a6_what_is_too_old_to_be_answered_is_passed_over(
    sim: DiscordSim, serve: Callable[..., Served], pool: ThreadPoolExecutor
) -> None:
    serve().stop()
    asked = pool.submit(sim.slash, "echo", words="too old")
    time.sleep(3.3)
    serve()
    with pytest.raises(NoReply):
        asked.result(5)
    assert not sim.calls(CALLBACK)


def test_a6_where_the_bot_is_a_member_it_answers_as_one_after_a_restart(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    serve().stop()
    again = serve()
    sim.wait_for(lambda s: s.calls("/users/@me/guilds"))
    guild = sim.new_guild("Other")
    sim.wait_for(lambda s: again.knows(guild.id) == "here")
    sim.remove_bot(guild)
    sim.wait_for(lambda s: again.knows(guild.id) == "left")


@pytest.mark.usefixtures("quick_library")
def test_a7_a_session_that_is_gone_is_one_new_session(
    sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "AFTER_INVALID", (1.0, 1.2))
    serve().stop()
    sim.forget_sessions()
    serve()
    assert sim.slash("echo", words="hi").content == "hi"
    assert (len(sim.gateway.identifies), resumed(sim)) == (2, [False])
    assert 1.0 <= sim.gateway.identifies[1] - sim.gateway.resumes[0][0] <= 5.0


def test_an_event_that_is_being_dealt_with_holds_the_place_that_is_kept() -> None:
    under_way = UnderWay()
    assert under_way.done_until(7) == 7
    under_way.begin(1, 5)
    under_way.begin(2, 6)
    under_way.end(2)
    assert under_way.done_until(7) == 4
    under_way.end(1)
    assert under_way.done_until(7) == 7


# the budget


class Counted:
    """A budget over a real database, and how long it made us wait."""

    def __init__(self, memory: Memory, sim: DiscordSim) -> None:
        self.memory, self.sim, self.waits = memory, sim, list[float]()
        self.budget = Budget(memory, self.sleep)
        self.relief = False  # Discord gives new sessions again after the first wait

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.relief:
            self.sim.gateway.sessions_a_day = 1000

    async def begin(self, client: LeanClient) -> float:
        """Begin a session as a process does; returns the seconds it waited."""
        self.waits.clear()
        await self.budget.wait(client)
        await self.memory.identified()
        return sum(self.waits)


@pytest.fixture
async def client(sim: DiscordSim, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LeanClient]:
    """A client that is logged in and not connected."""
    monkeypatch.setattr(Route, "BASE", sim.env()["DISCORD_API_BASE"])
    client = LeanClient()
    await client.login(sim.world.token)
    yield client
    await client.close()


async def test_a5_a_crash_loop_of_a_day_leaves_nine_hundred_sessions(
    sim: DiscordSim, tmp_path: Path, client: LeanClient
) -> None:
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=now) as storage:
        seconds, begun = 0.0, 0
        while seconds < A_DAY:
            counted = Counted(Memory(storage, now), sim)  # a new process every time, which falls over at once
            seconds += await counted.begin(client)
            begun += 1
            assert seconds or begun <= gateway.FREE, "the first starts of a day wait for nothing"
    assert 50 < begun <= 100


async def test_a5_what_discord_says_is_left_counts_more_than_our_own_count(
    sim: DiscordSim, tmp_path: Path, client: LeanClient
) -> None:
    sim.gateway.sessions_a_day = 900
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=now) as storage:
        counted = Counted(Memory(storage, now), sim)
        assert await counted.begin(client) == 0.0  # the first of a day asks nobody
        counted.relief = True
        assert await counted.begin(client) == gateway.ASKED_AGAIN


# lost connections


class BackInTheMiddle(Memory):
    """Notes where the session stands while its connection comes back, some turns of the loop before that ends."""

    session_back: Callable[[], None]
    turns: int

    async def keep_session(self, session_id: str, seq: int, resume_url: str) -> None:
        await asyncio.sleep(0.01)
        self.session_back()
        for _ in range(self.turns):
            await asyncio.sleep(0)


@pytest.mark.parametrize("turns", range(6))
async def test_it_ends_though_the_connection_came_back_that_very_moment(
    tmp_path: Path, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "KEPT_EVERY", 60)
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=now) as storage:
        client, memory = LeanClient(), BackInTheMiddle(storage, now)
        client.ws = SimpleNamespace(session_id="s", sequence=1, gateway="wss://gateway.example")  # type: ignore[assignment]
        client.leaving = True
        session = gateway.Gateway(client, memory)
        memory.session_back, memory.turns = session.back, turns
        async with asyncio.timeout(5):
            await session.run()


@pytest.mark.parametrize(
    "code", [None, 1000, 1001, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009], ids=lambda code: str(code or "cut")
)
@pytest.mark.usefixtures("quick_library")
def test_c15_a_connection_closed_in_any_way_is_resumed(
    sim: DiscordSim, bot: Served, pool: ThreadPoolExecutor, code: int | None
) -> None:
    sim.drop_gateway(code)
    asked = pool.submit(sim.slash, "echo", words="while away")
    assert asked.result(5).content == "while away"
    assert resumed(sim) == [True]
    assert len(sim.gateway.identifies) == 1
    assert bot.failure is None


@pytest.mark.parametrize("how", ["op 7", "op 9 true"])
@pytest.mark.usefixtures("quick_library")
def test_c15_asked_to_reconnect_we_resume(sim: DiscordSim, bot: Served, how: str) -> None:
    if how == "op 7":
        sim.ask_reconnect()
    else:
        sim.invalidate_session(resumable=True)
    sim.wait_for(lambda s: s.gateway.resumes and s.gateway.connected)
    assert sim.slash("echo", words="back").content == "back"
    assert (len(sim.gateway.identifies), resumed(sim)) == (1, [True])


@pytest.mark.usefixtures("quick_library")
def test_c15_a_session_declared_invalid_is_begun_anew_once(sim: DiscordSim, bot: Served) -> None:
    sim.invalidate_session(resumable=False)
    sim.wait_for(lambda s: len(s.gateway.identifies) == 2 and s.gateway.connected)
    assert sim.slash("echo", words="back").content == "back"
    assert resumed(sim) == []


def test_c15_a_connection_that_says_nothing_any_more_is_given_up_and_resumed(
    sim: DiscordSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "HEARTBEAT_SECONDS", 1.0)
    sim.gateway.heartbeat_interval, sim.gateway.ack_heartbeats = 0.5, False
    serve()
    sim.wait_for(lambda s: s.gateway.resumes, timeout=10)
    sim.gateway.ack_heartbeats = True
    sim.wait_for(lambda s: s.gateway.connected, timeout=10)
    assert sim.slash("echo", words="back").content == "back"
    assert all(resumed(sim))


@pytest.mark.usefixtures("quick_library")
def test_c17_ready_twice_is_starting_work_once(sim: DiscordSim, bot: Served) -> None:
    sim.forget_sessions()
    sim.drop_gateway(4000)
    sim.wait_for(lambda s: len(s.gateway.identifies) == 2 and s.gateway.connected)
    assert sim.slash("echo", words="back").content == "back"
    assert sim.command_writes == 1
    assert len(sim.calls("/applications/*/commands", "PUT")) == 1


# places


def test_c18_two_thousand_servers_lost_at_once_are_not_left(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    guilds = [sim.world.add_guild(f"guild {i}") for i in range(2000)]
    bot = serve()
    sim.outage(guilds[0], over=True)
    known = [sim.new_guild(f"new {i}") for i in range(20)]
    sim.wait_for(lambda s: all(bot.knows(guild.id) == "here" for guild in known))
    for guild in guilds + known:
        sim.outage(guild)
    assert sim.slash("echo", words="still").content == "still"
    for guild in guilds + known:
        sim.outage(guild, over=True)
    assert sim.slash("echo", words="here", guild=known[7]).content == "here"
    assert {bot.knows(guild.id) for guild in known} == {"here"}
    assert "left" not in {bot.knows(guild.id) for guild in guilds}


def test_c7_a_deleted_channel_is_told_with_its_thread(
    sim: DiscordSim, bot: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Place] = []

    async def note(place: Place) -> None:
        told.append(place)

    monkeypatch.setattr(bot.router, "place_gone", note)
    thread = sim.world.add_thread(sim.channel, "papers", owner_id=sim.world.app_id)
    sim.delete_channel(thread)
    sim.delete_channel(sim.channel)
    sim.wait_for(lambda s: len(told) == 2)
    space = SpaceRef(Platform.DISCORD, sim.guild.id)
    whole = Place(Platform.DISCORD, sim.channel["id"], space)
    assert told == [Place(Platform.DISCORD, sim.channel["id"], space, thread["id"]), whole]


def test_c10_changed_rights_are_told(sim: DiscordSim, bot: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[SpaceRef] = []

    async def note(space: SpaceRef) -> None:
        told.append(space)

    monkeypatch.setattr(bot.router, "place_back", note)
    sim.forbid(sim.channel, "send_messages")
    sim.join("bob", permissions=1 << 13)
    sim.wait_for(lambda s: len(told) == 2)
    assert set(told) == {SpaceRef(Platform.DISCORD, sim.guild.id)}
