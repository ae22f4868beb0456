"""Who writes as a group or a channel is nobody in particular: nothing is kept in that name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.chat.reply import Answer, Reply
from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.people import EntryState
from bot.i18n import Locale
from tests.callers import GROUP, in_group
from tests.chat.club import Club
from tests.stores import House

ADMINS = replace(in_group(GROUP.id, language=None), admin=True, anonymous=True)


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


@pytest.fixture
def router(club_texts: None, house: House) -> Router:
    return Router([Club()], house.stores, clock=house.clock)


@pytest.mark.parametrize("given", [{"note": "milk"}, {"quoted": "what somebody said"}])
async def test_what_would_be_kept_for_one_person_is_asked_for_under_their_own_name(
    router: Router, given: dict[str, Any]
) -> None:
    answer = await router.call(ADMINS, "jot", given)
    assert isinstance(answer, Reply)
    assert "under your own name" in plain(answer.text)
    assert answer.public
    ((mine,),) = answer.rows
    assert mine.landing, "it opens the private chat"
    assert _said(await router.call(in_group("5"), "jot", given)).startswith("jotted")


async def test_what_only_shows_is_shown_and_the_group_can_be_run(router: Router) -> None:
    assert _said(await router.call(ADMINS, "jot", {})) == "the notes"
    assert _said(await router.call(ADMINS, "meet", {"note": "milk"})).startswith("'milk'")
    assert _said(await router.call(ADMINS, "board", {})) == "the board"
    assert _said(await router.call(ADMINS, "rules", {})) == "the rules"


async def test_nobody_is_recognised_in_them(router: Router, house: House) -> None:
    """One admin of many may have been kept under the name of the group before."""
    house.people.meet(ADMINS.user, chose=Locale.KO, entries={"x": EntryState.DONE})
    answer = await router.call(ADMINS, "jot", {"note": "milk"})
    assert "under your own name" in _said(answer)
