"""What organisers are asked in private when nobody seems to use their group: it says what was silent, and truly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.text import plain
from tests.callers import in_private
from tests.cogs.club import club_in


@pytest.mark.parametrize(
    ("more", "said"), [({}, "for two meetings"), ({"issues": 4}, "the last 4 digests of 목요 논문")]
)
async def test_the_question_says_what_was_silent(
    furnished: Path, tmp_path: Path, more: dict[str, int], said: str
) -> None:
    async with club_in(tmp_path, furnished) as club:
        caller: Caller = in_private("1", language="en")
        reply = await club.house.router.compose("ritual.rest", caller, None, {"group": club.group.id, **more})
    assert isinstance(reply, Reply)
    assert said in plain(reply.text)
    assert len(reply.rows[0]) == 3
