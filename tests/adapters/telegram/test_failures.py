"""The table of errors, row by row: what a delivery ends in, how many requests it makes, what it does not give up."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden

from bot.adapters.telegram import failures
from bot.adapters.telegram.failures import Fate, Row
from bot.chat.reply import File, Reply
from bot.chat.stores import InDoubt, Refused, Undeliverable, Unsent
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim

STATUS = {Forbidden: (403, "Forbidden"), BadRequest: (400, "Bad Request")}
# What a delivery ends in after a refusal, and the requests to send it made; None: it arrives after all.
ENDS: dict[Fate, tuple[type[Exception] | None, int]] = {
    Fate.CLOSED: (Undeliverable, 1),
    Fate.OUTSIDE: (Undeliverable, 1),
    Fate.NO_MESSAGE: (Undeliverable, 1),
    Fate.REFUSED: (Refused, 1),
    Fate.STALE: (Refused, 1),
    Fate.UNCHANGED: (Refused, 1),
    Fate.WORDLESS: (Refused, 1),
    Fate.TOPIC_CLOSED: (None, 2),
    Fate.TOPIC_GONE: (None, 2),
    Fate.MARKUP: (None, 2),
    Fate.PICTURE: (None, 2),
}
NETWORK: dict[str, tuple[dict[str, Any], type[Exception], int]] = {
    "500": ({"status": 500, "body": "<html>"}, InDoubt, 1),
    "502": ({"status": 502}, InDoubt, 1),
    "503": ({"status": 503}, InDoubt, 1),
    "cut before it was carried out": ({"drop": True}, InDoubt, 1),
    "b13, cut after it was carried out": ({"lose_response": True}, InDoubt, 1),
    "no JSON": ({"status": 200, "body": "<html>", "headers": {"Content-Type": "text/html"}}, InDoubt, 1),
    "b2, a wall of HTML": ({"status": 429, "body": "error code: 1015", "headers": {"Retry-After": "90"}}, Unsent, 1),
    "a proxy's 404": ({"status": 404, "body": "<html>", "headers": {"Content-Type": "text/html"}}, InDoubt, 1),
    "b5, an unknown 403": ({"status": 403, "body": "Forbidden: something new"}, Unsent, 1),
    "b5, an unknown 400": ({"status": 400, "body": "Bad Request: something new"}, Unsent, 1),
}
PHOTO = Reply(file=File("a.png", b"png", "a chart"))


def at(row: Row, sim: TelegramSim) -> tuple[Place, Reply, str]:
    """Where a refusal of this row would be met, with what, and by which method."""
    group = sim.add_group("Lab", forum=True)
    thread = str(sim.add_topic(group, "Papers")) if row.fate in (Fate.TOPIC_CLOSED, Fate.TOPIC_GONE) else None
    place = Place(Platform.TELEGRAM, str(group["id"]), SpaceRef(Platform.TELEGRAM, str(group["id"])), thread)
    return (place, PHOTO, "sendPhoto") if row.fate is Fate.PICTURE else (place, Reply(("a <b",)), "sendMessage")


@pytest.mark.parametrize(
    ("row", "sentence"), tuple(failures.sentences()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_sentence_ends_as_the_table_says(sim: TelegramSim, bot: Served, row: Row, sentence: str) -> None:
    status, prefix = STATUS[row.kind]
    place, reply, method = at(row, sim)
    sim.fail(method, status=status, body=f"{prefix}: {sentence}")
    if row.ask:
        sim.fail("getChat", status=status, body=f"{prefix}: {sentence}")
    ends, requests = ENDS[row.fate]
    if ends is None:
        bot.run(bot.adapter.deliver(place, reply, "k"))
    else:
        with pytest.raises(ends) as raised:
            bot.run(bot.adapter.deliver(place, reply, "k"))
        if isinstance(raised.value, Undeliverable):
            assert raised.value.reason == (row.reason or "gone")
    assert len(sim.calls("send[MPD]*")) == requests


@pytest.mark.parametrize(("fault", "ends", "requests"), NETWORK.values(), ids=NETWORK)
def test_what_the_network_does_ends_as_the_table_says(
    sim: TelegramSim, bot: Served, fault: dict[str, Any], ends: type[Exception], requests: int
) -> None:
    sim.fail("sendMessage", **fault)
    with pytest.raises(ends) as ended:
        bot.run(bot.adapter.deliver(UserRef(Platform.TELEGRAM, str(sim.user["id"])), Reply(("hi",)), "k"))
    if isinstance(ended.value, Unsent):
        assert ended.value.counts == ("something new" in str(fault["body"])), "such a letter dies some day"
    assert len(sim.calls("sendMessage")) == requests


def test_a_chat_that_is_only_said_not_to_exist_is_asked_for_first(sim: TelegramSim, bot: Served) -> None:
    sim.fail("sendMessage", status=400, body="Bad Request: chat not found")
    to = UserRef(Platform.TELEGRAM, str(sim.user["id"]))
    with pytest.raises(Unsent, match="yet it is there"):
        bot.run(bot.adapter.deliver(to, Reply(("hi",)), "k"))
    bot.run(bot.adapter.deliver(to, Reply(("hi",)), "k"))
    assert sim.bot_messages()[0]["text"] == "hi"


def test_every_row_can_be_met() -> None:
    """A row behind a wider one would never count."""
    for row in failures.TABLE:
        for sentence in row.sentences:
            assert failures.meaning(row.kind(sentence)) is row
