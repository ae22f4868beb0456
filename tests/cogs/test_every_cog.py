"""What holds for every command of the house, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.context import Caller
from bot.chat.limits import BUTTON_CHARACTERS, fit
from bot.chat.press import fits
from bot.chat.reply import How, Reply
from bot.chat.router import Router
from bot.chat.spec import Where, check
from bot.core.refs import Platform
from bot.i18n import Locale, texts
from tests.callers import in_group, in_private, on_server
from tests.cogs.conftest import HOST, reply_of, words_of

CALLERS = {
    "in private": in_private(HOST.id),
    "on a server": on_server(HOST.id),
    "in a group": replace(in_group(HOST.id), admin=True),
}


def test_every_command_passes_the_strictest_platform(router: Router) -> None:
    assert router.commands
    assert check(router.commands) == []


async def _open_group(router: Router) -> None:
    await router.space_arrived(CALLERS["in a group"].place.space, "Study")  # type: ignore[arg-type]
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{CALLERS['in a group'].place.channel}")


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
async def test_a_bare_command_answers_with_something_to_press(router: Router, caller: Caller, locale: Locale) -> None:
    await _open_group(router)
    for command in router.commands:
        if command.where is Where.GROUP and caller.place.private:
            continue
        answer = reply_of(await router.call(replace(caller, language=locale.value), command.name, {}))
        assert answer.how is How.NEW
        assert words_of(answer)
        assert answer.rows or answer.menu, command.name


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
async def test_every_button_within_two_taps_is_whole_and_does_something(
    router: Router, caller: Caller, locale: Locale
) -> None:
    """No label is cut, every wire fits, no press is unknown, and every deep link lands."""
    await _open_group(router)
    caller = replace(caller, language=locale.value)
    private = replace(in_private(HOST.id, platform=Platform.TELEGRAM), language=locale.value)
    refusals = {texts(locale)(f"errors.{key}") for key in ("unknown_press", "expired_press", "not_yours")}
    broken = texts(locale)("errors.unexpected", reference="").rstrip()
    seen: set[str] = set()
    answers = [reply_of(await router.call(caller, command.name, {})) for command in router.commands]
    for _ in range(2):
        following: list[Reply] = []
        for answer in answers:
            assert fit(answer) == answer
            wires = {button.wire: button.landing for row in answer.rows for button in row if button.press}
            wires |= dict.fromkeys(answer.menu.wires[:2], False) if answer.menu else {}
            assert all(len(button.label) < BUTTON_CHARACTERS for row in answer.rows for button in row)
            for wire, landing in wires.items():
                assert fits(wire)
                if wire in seen:
                    continue
                seen.add(wire)
                pressed = await (router.land(private, wire) if landing else router.press(caller, wire))
                if isinstance(pressed, Reply):
                    assert words_of(pressed) not in refusals, wire
                    assert not words_of(pressed).startswith(broken), wire
                    following.append(pressed)
        answers = following
    assert len(seen) > 5
