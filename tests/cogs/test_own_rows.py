"""A host's own folder as a member meets it: its rows, ids that went, and what changed lately, on the card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_house, utc_now
from bot.chat.router import Router
from bot.config import Settings
from bot.core.changes import RECENT
from tests.callers import in_private
from tests.cogs.month import Member

CHANGE = """
[[changes]]
date = {date}
kind = "corrected"
ids = ["colah-blog"]
text.ko = "{text}"
text.en = "{text}"
"""


@pytest.fixture
async def router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Router]:
    own = tmp_path / "var" / "catalogue"
    own.mkdir(parents=True)
    (own / "redirects.toml").write_text(
        '[old-colah]\nto = "colah-blog"\ndate = 2026-11-25\nwhy.ko = "합쳤어요."\nwhy.en = "Joined."\n',
        encoding="utf-8",
    )
    today = utc_now().date()
    changes = [
        CHANGE.format(date=today, text="The year was put right."),
        CHANGE.format(date=today - RECENT * 2, text="That was long ago."),
    ]
    (own / "changes.toml").write_text("".join(changes), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db")
    async with open_house(settings) as house:
        yield house.router


async def test_a_button_drawn_before_a_row_was_renamed_still_works_to_the_end(router: Router) -> None:
    member = Member(router, in_private())
    await member.press("rec.card|old-colah|0|x")
    assert "colah's blog" in member.words
    await member.press("rec.put|going|old-colah|0|x")
    assert {"Finished", "I'm stuck", "Undo"} <= set(member.offers)
    await member.press("rec.card|colah-blog|0|x")
    assert "Finished" in member.offers, "it is one row under both ids"
    await member.press("rec.put|done|old-colah|0|x")
    await member.take("Undo")
    assert "I'm stuck" in member.offers, "it is under way again"


async def test_what_changed_lately_stands_on_the_card_and_what_is_long_ago_does_not(router: Router) -> None:
    member = Member(router, in_private())
    await member.press("rec.card|colah-blog|0|x")
    assert f"{utc_now():%Y-%m-%d}: The year was put right." in member.words
    assert "long ago" not in member.words
