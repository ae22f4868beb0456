"""Groups come, go and change their ids; nothing is posted when the bot joins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.chat.reply import Reply
from bot.chat.router import Router
from bot.chat.stores import Undeliverable
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.telegram.served import Served
from tests.standins import TelegramSim
from tests.standins.recording import Json


def space(chat: Json) -> SpaceRef:
    return SpaceRef(Platform.TELEGRAM, str(chat["id"]))


def owner(sim: TelegramSim) -> UserRef:
    return UserRef(Platform.TELEGRAM, str(sim.user["id"]))


def state_of(life: Served, chat: Json) -> str | None:
    return life.run(life.doors.state(space(chat)))


def settled(sim: TelegramSim) -> None:
    """Everything sent so far has been handled, in a lane of its own chat at least."""
    carol = sim.add_user("Carol")
    sim.send("/start", user=carol)


def test_joining_posts_nothing_and_asks_the_host_in_private(sim: TelegramSim, serve: Callable[..., Served]) -> None:
    life = serve(owners=(owner(sim),))
    group = sim.add_group("Lab", with_bot=False)
    sim.add_bot(group)
    sim.wait_for(lambda s: s.bot_messages())
    assert "Lab" in sim.bot_messages()[0]["text"]
    assert sim.bot_messages(group) == []
    assert state_of(life, group) == "waiting"
    sim.add_bot(group, admin=True)  # a promotion is no arrival
    settled(sim)
    assert len(sim.bot_messages()) == 1


def test_a_waiting_group_is_told_so(sim: TelegramSim, serve: Callable[..., Served]) -> None:
    serve(owners=(owner(sim),))
    bob = sim.add_user("Bob")
    group = sim.add_group("Lab", members=[bob])
    (answer,) = sim.send("/recommend rl", chat=group, user=bob)
    assert answer["text"].startswith("The person who runs this bot has not opened it for this group yet.")


def test_b6_being_removed_and_added_again_is_noted(sim: TelegramSim, serve: Callable[..., Served]) -> None:
    life = serve(owners=(owner(sim),))
    group = sim.add_group("Lab", with_bot=False)
    sim.add_bot(group)
    sim.wait_for(lambda s: s.bot_messages())
    sim.kick_bot(group)
    sim.wait_for(lambda _: state_of(life, group) == "left")
    sim.add_bot(group)
    sim.wait_for(lambda _: state_of(life, group) == "waiting")


def test_b8_a_migrated_group_keeps_its_state_in_any_order_and_twice(
    sim: TelegramSim, serve: Callable[..., Served]
) -> None:
    life = serve(owners=(owner(sim),))
    old = sim.add_group("Lab", kind="group", with_bot=False)
    sim.add_bot(old)
    sim.wait_for(lambda s: s.bot_messages())
    new = sim.migrate(old)
    sim.wait_for(lambda _: state_of(life, new) == "waiting")
    to, since = (update for update in sim.all_updates if "migrate_" in str(update))
    for update in (since, to, to, since):
        sim.raw_update("message", update["message"])
    settled(sim)
    assert state_of(life, new) == "waiting"
    assert state_of(life, old) is None
    assert sim.bot_messages(new) == []


def test_b8_without_following_a_move_the_new_group_would_be_unknown(
    sim: TelegramSim, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""

    async def deaf(*_: object) -> None:
        return

    monkeypatch.setattr(Router, "space_moved", deaf)
    life = serve(owners=(owner(sim),))
    old = sim.add_group("Lab", kind="group", with_bot=False)
    sim.add_bot(old)
    sim.wait_for(lambda s: s.bot_messages())
    new = sim.migrate(old)
    settled(sim)
    assert state_of(life, new) is None


@pytest.mark.parametrize("told_first", [True, False], ids=["told, then met", "met, then told"])
def test_b6_a_removal_is_noted_whether_it_is_told_or_met(
    sim: TelegramSim, serve: Callable[..., Served], told_first: bool
) -> None:
    life = serve(owners=(owner(sim),))
    group = sim.add_group("Lab", with_bot=False)
    sim.add_bot(group)
    sim.wait_for(lambda s: s.bot_messages())
    if told_first:
        sim.kick_bot(group)
        sim.wait_for(lambda _: state_of(life, group) == "left")
    sim.state(group).kicked = True
    with pytest.raises(Undeliverable) as gone:
        life.run(life.adapter.deliver(Place(Platform.TELEGRAM, str(group["id"]), space(group)), Reply(("hi",)), "k"))
    assert gone.value.reason == "gone"
    assert state_of(life, group) == "left"
    if not told_first:
        sim.kick_bot(group)
        settled(sim)
        assert state_of(life, group) == "left"


def test_b8_a_move_to_a_group_that_is_known_already_ends_in_the_same_state(
    sim: TelegramSim, serve: Callable[..., Served]
) -> None:
    life = serve(owners=(owner(sim),))
    old = sim.add_group("Lab", kind="group", with_bot=False)
    sim.add_bot(old)
    sim.wait_for(lambda s: s.bot_messages())
    new = sim.add_group("Lab", members=[sim.add_user("Bob")])
    life.run(life.router.space_arrived(space(new), "Lab"))
    sim.state(old).migrated_to = new["id"]
    where = Place(Platform.TELEGRAM, str(old["id"]), space(old))
    receipt = life.run(life.adapter.deliver(where, Reply(("hi",)), "k"))
    assert receipt.place.channel == str(new["id"])
    assert state_of(life, new) == "waiting"
    assert state_of(life, old) is None


def test_a_group_whose_admins_change_what_we_may_is_written_to_again(sim: TelegramSim, bot: Served) -> None:
    group = sim.add_group("Lab")
    bot.run(bot.outbox.gone(Place(Platform.TELEGRAM, str(group["id"]), space(group))))
    assert bot.outbox.lost(space(group))
    sim.add_bot(group, admin=True)
    sim.wait_for(lambda _: not bot.outbox.lost(space(group)))


def test_somebody_blocking_the_bot_is_no_space(sim: TelegramSim, bot: Served) -> None:
    bob = sim.add_user("Bob")
    sim.block(bob)
    assert sim.send("/start", user=bob)[0]["text"] == "hello en"
