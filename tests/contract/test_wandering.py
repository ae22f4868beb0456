"""People who press whatever comes to hand: every walk ends in answers, never in an apology or in silence."""

from __future__ import annotations

import random

import pytest

from bot.adapters.discord import inbound
from bot.adapters.telegram import turns
from bot.i18n import Locale
from tests.contract.people import Person, Platform, Seen
from tests.contract.test_refusals import polite

STEPS = 40
TOPICS = [
    "rl",
    "강화학습 입문",
    "추론",
    "딥러닝 책",
    "no such thing at all",
    "수학",
    "RL 말고",
    "무료 강의",
    "paper reading",
]


class Walk:
    """One person's walk; `trail` tells how it came to where it is."""

    def __init__(self, platform: Platform, seed: int) -> None:
        self.chance = random.Random(seed)
        person = platform.newcomer(self.chance.choice(list(Locale)))
        company = platform.name != "console" and self.chance.random() < 0.4
        self.person: Person = platform.in_company(person) if company else person
        self.reaches_back = platform.name != "console"  # a terminal offers the newest answer's buttons only
        self.answers: list[Seen] = []
        self.trail: list[str] = []

    def step(self) -> Seen:
        """Press something, or ask anew."""
        if not self.answers or self.chance.random() < 0.2:
            command = self.chance.choice(["recommend", "recommend", "recommend", "help", "start"])
            words = self.chance.choice(["", *TOPICS]) if command == "recommend" else ""
            self.trail.append(f"/{command} {words}")
            return self.person.call(command, words)
        older = self.reaches_back and self.chance.random() < 0.15
        answer = self.chance.choice(self.answers) if older else self.answers[-1]
        offer = self.chance.choice(answer.offers)
        self.trail.append(f"[{offer}]")
        return self.person.take(offer, on=answer)

    def fill(self) -> Seen:
        """Answer the form that opened."""
        self.trail.append("(own words)")
        return self.person.fill(self.chance.choice(TOPICS))

    def whole(self) -> list[Seen]:
        """Walk to the end; every answer on the way."""
        seen = []
        for _ in range(STEPS):
            seen.append(self.step())
            while seen[-1].form:
                seen.append(self.fill())
            if seen[-1].offers:
                self.answers.append(seen[-1])
        return seen


@pytest.mark.promise("slow")
def test_an_answer_that_takes_long_is_the_same_answer(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn counts as slow: Discord defers it, Telegram stops the spinner before there is an answer."""
    quick = [(seen.words, seen.offers, seen.edited) for seen in Walk(platform, 7).whole()]
    monkeypatch.setattr(inbound, "DEFER_AFTER", 0.0)
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.0)
    slow = [(seen.words, seen.offers, seen.edited) for seen in Walk(platform, 7).whole()]
    assert slow == quick


@pytest.mark.promise("wander")
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_pressed_an_answer_comes(platform: Platform, seed: int) -> None:
    walk = Walk(platform, seed)
    for _ in range(STEPS):
        seen = walk.step()
        while seen.form:
            seen = walk.fill()
        unchanged = walk.trail[-1].startswith("[") and seen == Seen("")  # the same pressed twice changes nothing
        assert polite(seen) or unchanged, f"{seen} after {walk.trail}"
        if seen.offers:
            walk.answers.append(seen)
