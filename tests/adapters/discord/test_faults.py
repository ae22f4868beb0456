"""What people see when the network or Discord fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.adapters.discord.served import Served
from tests.standins import DiscordSim, NoReply

CALLBACK = "/interactions/*/callback"


def logged(capfd: pytest.CaptureFixture[str]) -> str:
    out, err = capfd.readouterr()
    return out + err


def test_a_rate_limit_only_delays_an_answer(sim: DiscordSim, bot: Served) -> None:
    sim.rate_limit(CALLBACK, "POST", retry_after=0.5)
    assert sim.slash("echo", words="hi").content == "hi"
    assert len(sim.calls(CALLBACK)) == 2


def test_an_outage_of_a_moment_only_delays_an_answer(sim: DiscordSim, bot: Served) -> None:
    sim.fail(CALLBACK, "POST", status=502)
    assert sim.slash("echo", words="hi").content == "hi"


def test_an_answer_that_was_taken_but_never_confirmed_is_shown_once(
    sim: DiscordSim, bot: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    sim.fail(CALLBACK, "POST", lose_response=True)
    sim.slash("echo", words="hi")
    assert sim.slash("echo", words="next").content == "next"
    assert [message["content"] for message in sim.bot_messages()] == ["hi", "next"]
    assert "Traceback" not in logged(capfd)


def test_an_edit_that_was_taken_but_never_confirmed_stands(sim: DiscordSim, bot: Served) -> None:
    first = sim.slash("recommend")
    sim.fail(CALLBACK, "POST", lose_response=True)
    assert sim.press(first.button("More")).content == "page 2"


def test_an_answer_lost_on_its_way_is_sent_again(sim: DiscordSim, bot: Served) -> None:
    sim.fail(CALLBACK, "POST", drop=True)
    assert sim.slash("echo", words="hi").content == "hi"
    sim.assert_clean(ignore={"followup-before-ack"})  # how the bot finds out that it was lost
    sim.reset_log()


@pytest.mark.usefixtures("hasty")
def test_a_deferred_answer_survives_a_lost_deferral_and_a_lost_edit(sim: DiscordSim, bot: Served) -> None:
    sim.fail(CALLBACK, "POST", lose_response=True)
    sim.fail("/webhooks/*/messages/@original", "PATCH", lose_response=True)
    reply = sim.slash("slow", seconds=5)
    assert (reply.content, reply.ephemeral) == ("slowly done", True)


@pytest.mark.usefixtures("hasty")
def test_a_slow_answer_whose_deferral_never_arrived_is_still_tried_as_a_first_one(sim: DiscordSim, bot: Served) -> None:
    sim.fail(CALLBACK, "POST", drop=True)
    assert sim.slash("slow", seconds=5).kind == "message"
    sim.assert_clean(ignore={"followup-before-ack"})
    sim.reset_log()


def test_c12_an_answer_that_comes_too_late_is_one_line_in_the_log(
    sim: DiscordSim, bot: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    sim.deadline = 0.5
    sim.fail(CALLBACK, "POST", status=404, body={"code": 10062, "message": "Unknown interaction"})
    with pytest.raises(NoReply):
        sim.slash("echo", words="hi")
    said = logged(capfd)
    assert "too late" in said
    assert "Traceback" not in said


def test_c13_a_second_acknowledgement_is_nothing_to_talk_about(
    sim: DiscordSim, bot: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    sim.deadline = 0.5
    sim.fail(CALLBACK, "POST", status=400, body={"code": 40060, "message": "already acknowledged"})
    with pytest.raises(NoReply):
        sim.slash("echo", words="hi")
    assert "rror" not in logged(capfd)


@contextmanager
def fifteen_minutes_over(sim: DiscordSim) -> Iterator[None]:
    """What is asked meanwhile is answered after the end of its token, as when the machine slept."""
    sim.token_lifetime = 0.1
    yield
    sim.token_lifetime = 900.0
    sim.assert_clean(ignore={"token-expired"})
    sim.reset_log()


def said_in(sim: DiscordSim) -> list[str]:
    return [message["content"] for message in sim.bot_messages(sim.channel)]


@pytest.mark.usefixtures("hasty")
def test_c14_a_public_answer_whose_token_ended_goes_to_the_channel(sim: DiscordSim, bot: Served) -> None:
    with fifteen_minutes_over(sim):
        sim.slash("slow", seconds=5, shared=1, wait="ack")
        sim.wait_for(lambda s: "slowly done" in said_in(s))
    assert sim.slash("echo", words="next").followups == []
    assert said_in(sim).count("slowly done") == 1


@pytest.mark.usefixtures("hasty")
def test_c14_a_private_answer_whose_token_ended_waits_for_the_persons_next_press(
    sim: DiscordSim, bot: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    def kept_now(_: DiscordSim) -> bool:
        told.append(logged(capfd))
        return "is kept" in "".join(told)

    with fifteen_minutes_over(sim):
        sim.slash("slow", seconds=5, wait="ack")
        while not kept_now(sim):
            time.sleep(0.05)
    assert sim.slash("echo", words="mine", user=sim.join("Bob")).followups == [], "it is for nobody else"
    reply = sim.slash("echo", words="next")
    (kept,) = sim.wait_for(lambda _: reply.followups)
    assert kept["content"] == "This answer took too long to show in time; here it is:\nslowly done"
    assert kept["flags"] & 64, "and for nobody else's eyes"
    assert sim.slash("echo", words="again").followups == [], "once"
    assert "slowly done" not in said_in(sim)


@pytest.mark.usefixtures("hasty")
def test_c14_in_a_private_chat_it_comes_there(sim: DiscordSim, bot: Served) -> None:
    with fifteen_minutes_over(sim):
        sim.slash("slow", seconds=5, dm=True, wait="ack")
        sim.wait_for(lambda s: [m["content"] for m in s.bot_messages(dm_with=s.user)][-1:] == ["slowly done"])


def test_an_answer_that_discord_calls_wrong_becomes_an_apology(
    sim: DiscordSim, bot: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    sim.fail(CALLBACK, "POST", status=400, body={"code": 50035, "message": "Invalid Form Body"})
    reply = sim.slash("echo", words="hi", locale="ko")
    assert reply.ephemeral
    assert reply.content.startswith("답은 있는데")
    assert "could not be shown" in logged(capfd)


@pytest.mark.parametrize("code", [None, 4000])
def test_a_dropped_gateway_resumes_and_misses_nothing(sim: DiscordSim, bot: Served, code: int | None) -> None:
    sim.drop_gateway(code)
    sim.wait_for(lambda s: s.gateway.resumes and s.gateway.connected, timeout=10)
    assert sim.slash("echo", words="back").content == "back"
    assert [granted for _, granted in sim.gateway.resumes] == [True]


@pytest.mark.usefixtures("quick_library")
def test_a_session_that_ended_begins_anew_and_starting_work_is_not_repeated(sim: DiscordSim, bot: Served) -> None:
    sim.forget_sessions()
    sim.drop_gateway(4000)
    sim.wait_for(lambda s: len(s.gateway.identifies) == 2 and s.gateway.connected, timeout=15)
    assert sim.slash("echo", words="back").content == "back"
    assert sim.command_writes == 1


@pytest.mark.usefixtures("hasty")
def test_closing_lets_an_answer_finish_and_turns_new_ones_away(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    bot = serve()
    slow = sim.slash("slow", seconds=12, wait="ack")
    closing = bot.closing()
    late = sim.slash("echo", words="too late", wait="ack")
    assert late.content == "I am restarting. Please try again in a minute."
    closing.result(10)
    assert slow.content == "slowly done"
    assert bot.sample.diary == [("slow",)]
