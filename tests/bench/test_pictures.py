"""What a picture costs, against the plainest way to send one of that size. Run by `make bench`."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from bot.pictures import Look
from bot.pictures.painting import paint
from tests.bench.figures import Figure, slowest_usual
from tests.pictures.test_painting import FULL

pytestmark = pytest.mark.bench
# What a card may cost as a multiple of its control: about twice what was measured in November 2026.
CARD, CARD_GOAL_MS = 1.5, 11.0


def _blank(size: tuple[int, int]) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "white").save(content, "PNG")
    return content.getvalue()


def test_a_card_is_drawn_in_the_time_of_an_empty_picture(keep: Callable[[Figure], None]) -> None:
    size = Image.open(BytesIO(paint(FULL, Look.DARK))).size
    ours, control = slowest_usual(lambda look: paint(FULL, look), lambda _: _blank(size), list(Look), rounds=20)
    keep(Figure("drawing a progress card", ours, "an empty PNG of that size, Pillow", control, CARD, goal=CARD_GOAL_MS))
