"""The picture of progress: readable, whole, the same in both looks, and written in a font that has our letters."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageColor, ImageFont

from bot.i18n import LOCALES_DIR
from bot.pictures import Column, Figure, Look, Sheet, draw
from bot.pictures.painting import COLOURS, FONTS, MARGIN, WIDTH, paint

FILES = {
    "Pretendard-Regular.otf": "3ffbacde6ab8411f1d2db54bb9b1f0b3ee2a738932033722cf0388c06aed1c93",
    "Pretendard-SemiBold.otf": "c89bc43027dc7cde5726e96223376f8eec09302b2fc1f8147fd5b57cfc376118",
}
EMPTY_WEEK = Column((0,) * 7, 0)
NOTHING = Sheet(
    title="내 공부",
    period="6월 1일 – 11월 25일",
    figures=(Figure("3일", "이번 주 · 2시간 20분"), Figure("104일", "지난 26주"), Figure("141시간", "적어 둔 시간")),
    weekdays=("월", "", "수", "", "금", "", ""),
    columns=(EMPTY_WEEK,) * 26,
    less="적게",
    more="많이",
    bars="주마다 공부한 시간",
    peak="",
)
FULL = replace(
    NOTHING,
    columns=tuple(Column(tuple((week + day) % 5 for day in range(7)), 40 * week, "7월") for week in range(26)),
    peak="16시간 40분",
    finished_title="끝낸 것",
    finished=("밑바닥부터 시작하는 딥러닝 " * 9, "CS231n"),
    rest="그 밖에 3개",
)


def image(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def with_day(week: int, day: int, level: int = 4) -> Sheet:
    days = tuple(level if number == day else 0 for number in range(7))
    columns = tuple(Column(days, 0) if number == week else EMPTY_WEEK for number in range(26))
    return replace(NOTHING, columns=columns)


def changed(one: Sheet, other: Sheet, look: Look) -> tuple[int, int, int, int]:
    """Where two pictures differ: left, top, right, bottom."""
    box = ImageChops.difference(image(paint(one, look)), image(paint(other, look))).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("sheet", [NOTHING, with_day(3, 3), FULL], ids=["empty", "sparse", "full"])
def test_a_picture_is_a_png_wide_enough_for_a_phone_and_small_to_send(sheet: Sheet, look: Look) -> None:
    content = paint(sheet, look)
    assert content.startswith(b"\x89PNG")
    assert len(content) < 100_000
    picture = image(content)
    assert picture.width == WIDTH
    assert 500 < picture.height < 1400


@pytest.mark.parametrize("look", Look)
def test_a_day_is_a_square_of_its_colour_a_week_further_and_a_day_below(look: Look) -> None:
    left, top, right, bottom = changed(NOTHING, with_day(3, 2), look)
    side = right - left
    assert side == bottom - top > 20
    assert image(paint(with_day(3, 2), look)).getpixel((left + side // 2, top + side // 2)) == ImageColor.getrgb(
        COLOURS[look].levels[4]
    )
    further, below = changed(NOTHING, with_day(4, 2), look), changed(NOTHING, with_day(3, 3), look)
    assert (further[1], further[3], below[0], below[2]) == (top, bottom, left, right)
    assert further[0] - left == below[1] - top == side + 7


@pytest.mark.parametrize("look", Look)
def test_nothing_is_drawn_over_the_edges_and_days_to_come_are_not_drawn(look: Look) -> None:
    picture = image(paint(FULL, look))
    ground = ImageColor.getrgb(COLOURS[look].ground)
    for box in ((0, 0, MARGIN - 4, picture.height), (WIDTH - MARGIN + 4, 0, WIDTH, picture.height)):
        assert picture.crop(box).getcolors() == [((box[2] - box[0]) * picture.height, ground)]
    coming = replace(NOTHING, columns=(*NOTHING.columns[:-1], Column((0, 0, 0, None, None, None, None), 0)))
    left, top, right, bottom = changed(NOTHING, coming, look)
    colours = image(paint(coming, look)).crop((left, top, right, bottom)).getcolors()
    assert colours is not None
    [(_, colour)] = colours
    assert colour == ground


@pytest.mark.parametrize("look", Look)
def test_bars_rise_with_the_minutes(look: Look) -> None:
    def drawn(minutes: int) -> int:
        columns = (Column((1, *(0,) * 6), 100), *(EMPTY_WEEK,) * 12, Column((0,) * 7, minutes), *(EMPTY_WEEK,) * 12)
        sheet = replace(NOTHING, columns=columns, peak="")
        without = replace(sheet, columns=(*columns[:13], EMPTY_WEEK, *columns[14:]))
        box = changed(sheet, without, look)
        return box[3] - box[1]

    assert drawn(100) == pytest.approx(2 * drawn(50), abs=1)
    assert 0 < drawn(1) < drawn(50)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [part / 255 for part in ImageColor.getrgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", Look)
def test_words_and_levels_can_be_told_from_the_ground_and_from_each_other(look: Look) -> None:
    colours = COLOURS[look]
    assert contrast(colours.ink, colours.ground) > 7
    assert contrast(colours.quiet, colours.ground) > 4.5
    steps = [contrast(level, colours.ground) for level in colours.levels]
    assert steps == sorted(steps), "also without seeing colours"
    assert all(after / before > 1.1 for before, after in pairwise(steps))


@pytest.mark.parametrize("name", FILES)
def test_the_font_has_every_syllable_and_every_letter_we_use(name: str) -> None:
    font = ImageFont.truetype(FONTS / name, 24, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask("\uffff"))
    ours = {char for file in LOCALES_DIR.glob("*/*.toml") for char in file.read_text(encoding="utf-8") if char > " "}
    syllables = {chr(point) for point in range(0xAC00, 0xD7A4, 7)}
    tofu = [char for char in ours | syllables | set("éüßñ…–·") if bytes(font.getmask(char)) == missing]
    assert missing and tofu == []


def test_the_fonts_are_as_they_were_published_with_their_licence() -> None:
    found = {name: hashlib.sha256((FONTS / name).read_bytes()).hexdigest() for name in FILES}
    assert found == FILES
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence and "Reserved Font Name Pretendard" in licence


async def test_pictures_drawn_at_once_are_those_drawn_alone() -> None:
    sheets = [(sheet, look) for sheet in (NOTHING, FULL) for look in Look] * 3
    drawn = await asyncio.gather(*(draw(sheet, look) for sheet, look in sheets))
    assert list(drawn) == [paint(sheet, look) for sheet, look in sheets]


def test_pillow_is_not_loaded_before_the_first_picture() -> None:
    said = "import sys, bot.app, bot.pictures; print([name for name in sys.modules if name.startswith('PIL')])"
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", said], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
