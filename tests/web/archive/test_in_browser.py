"""The pages in Debian's Chromium: on a phone and a desk, light and dark, printed, by keyboard, under attack.

The browser starts once; what it saw is asked one thing at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.core.digest.archive import Archive, Front
from bot.i18n import Locale
from bot.web.archive import export, serving
from bot.web.site import application
from tests.standins.browser import DESKTOP, INSTALL, PHONE, Browser, browser, chromium
from tests.web.archive.house import issued_club
from tests.web.archive.sample import ATTACK, WIDE, archive, attack
from tests.web.archive.test_export import Kept

pytestmark = pytest.mark.skipif(chromium() is None, reason=f"needs Chromium: {INSTALL}")

PAGES = ("index.html", "g3/index.html", "g3/index.en.html", "g3/3.html", "g4/3.html", "404.html")
READABLE = 4.5  # WCAG AA, of text against what is behind it
TAPPABLE = 24  # CSS pixels, WCAG 2.2 AA

MEASURE = """(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number)
  const lightness = colour => {
    const linear = c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4
    const [r, g, b] = numbers(colour).map(each => linear(each / 255))
    return .2126 * r + .7152 * g + .0722 * b
  }
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor
      if (numbers(colour)[3] !== 0) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const texts = [...document.querySelectorAll('body *')].filter(each =>
    [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && each.getClientRects().length)
  const contrasts = texts.map(each => {
    const [a, b] = [lightness(getComputedStyle(each).color), lightness(behind(each))].sort((x, y) => y - x)
    return [(a + .05) / (b + .05), each.textContent.trim().slice(0, 40)]
  }).sort((a, b) => a[0] - b[0])
  const lone = [...document.querySelectorAll('nav a, .card, .issues a, summary')].filter(
    each => each.getClientRects().length)
  return {
    width: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
    paper: lightness(getComputedStyle(document.body).backgroundColor),
    styled: getComputedStyle(document.body).maxWidth !== 'none',
    contrast: contrasts[0], smallest: Math.min(...lone.map(each => each.getBoundingClientRect().height), 99),
    letters: Math.min(...texts.map(each => parseFloat(getComputedStyle(each).fontSize))),
    headings: [...document.querySelectorAll('h1, h2, h3')].map(each => Number(each.tagName[1])),
    names: [...document.querySelectorAll('nav')].map(each => each.getAttribute('aria-label')),
  }
})()"""


@dataclass
class Seen:
    """What the browser saw: measures by page, width and whether it was dark; the rest by name."""

    pages: dict[tuple[str, int, bool], dict[str, Any]] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("pages")
    yield asyncio.run(look(folder))


async def look(folder: Path) -> Seen:
    seen, site = Seen(), folder / "site"
    english: Archive = archive(Locale.EN, group=4)
    front = Front(mark="f" * 32, locale=Locale.KO, archives=(archive(), english))
    export.write(site, await export.site(Kept(), front))
    async with browser() as window:
        for page in PAGES:
            for width in (PHONE, DESKTOP):
                for dark in (False, True):
                    await window.open((site / page).as_uri(), width=width, dark=dark)
                    seen.pages[page, width, dark] = await window.value(MEASURE)
        await _walk(window, site, seen)
        seen.asked_for = list(window.asked_for)
        await _attack(window, folder, seen)
        seen.said = list(window.said)
    return seen


async def _walk(window: Browser, site: Path, seen: Seen) -> None:
    """Follow links, press Tab, print."""
    await window.open((site / "index.html").as_uri())
    seen.other["walk"] = [
        (await window.follow(link)).rpartition("/site/")[2]
        for link in (".groups a", ".card", ".around .older a", ".around .all a", ".foot a")
    ]
    await window.open((site / "g3" / "3.html").as_uri(), width=PHONE)
    await window.tab()
    seen.other["first"] = await window.value(
        "[document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0,"
        " getComputedStyle(document.activeElement).outlineStyle]"
    )
    await window.open((site / "g3" / "3.html").as_uri(), media="print", dark=True)
    seen.other["printed"] = await window.value(
        "({left_out: ['.top nav', '.contents', '.around', '.foot'].every("
        "each => getComputedStyle(document.querySelector(each)).display === 'none'),"
        " paper: getComputedStyle(document.body).backgroundColor,"
        " address: getComputedStyle(document.querySelector('h3 a'), '::after').content})"
    )
    seen.other["pdf"] = await window.printed()


async def _attack(window: Browser, folder: Path, seen: Seen) -> None:
    """Look at hostile pages as the bot serves them."""
    async with issued_club(folder) as made:
        async with made.storage.write() as uow:
            for number, text in ((3, ATTACK), (2, WIDE)):
                there = await uow.issues.numbered(made.group.id, number)
                assert there is not None
                await uow.issues.rewrite(there.id, attack(text).issue)
        await made.groups.change(made.group.id, name=ATTACK)
        path = (await made.archives.entrance(made.group.id)).secret_path
        async with TestServer(application([serving.routes(made.archives)])) as server:
            for page in ("", "3.html", "2.html"):
                await window.open(str(server.make_url(f"/{path}{page}")), width=PHONE)
                seen.other[f"attack {page}"] = await window.value(MEASURE)
            seen.other["scripts"] = await window.value("document.scripts.length + document.images.length")


def test_no_page_scrolls_sideways_on_a_phone_or_a_desk(seen: Seen) -> None:
    for page, measure in [*seen.pages.items(), *((k, v) for k, v in seen.other.items() if k.startswith("attack"))]:
        assert measure["width"] <= measure["window"], page


def test_pages_follow_the_reader_into_the_dark(seen: Seen) -> None:
    for (page, width, dark), measure in seen.pages.items():
        assert (measure["paper"] < 0.05) is dark, (page, width)
        assert (measure["paper"] > 0.85) is not dark, (page, width)


def test_everything_can_be_read_and_tapped(seen: Seen) -> None:
    for page, measure in seen.pages.items():
        assert measure["contrast"][0] >= READABLE, (page, measure["contrast"])
        assert measure["letters"] >= 13, page
        assert measure["smallest"] >= TAPPABLE, page


def test_headings_and_landmarks_lead_through_a_page(seen: Seen) -> None:
    for page, measure in seen.pages.items():
        assert measure["headings"][0] == 1, page
        assert all(after - before <= 1 for before, after in pairwise(measure["headings"])), page
        assert all(measure["names"]), page
        assert len(set(measure["names"])) == len(measure["names"]), page


def test_the_style_is_there_from_a_disk_too_and_nothing_else_is_asked_for(seen: Seen) -> None:
    for (page, _, _), measure in seen.pages.items():
        assert measure["styled"], page
    assert seen.asked_for
    assert all(each.startswith("file:///") for each in seen.asked_for)


def test_links_lead_through_the_site(seen: Seen) -> None:
    assert seen.other["walk"] == ["g3/index.html", "g3/3.html", "g3/2.html", "g3/index.html", "g3/index.en.html"]


def test_the_first_tab_offers_to_skip_to_the_text(seen: Seen) -> None:
    assert seen.other["first"] == ["skip", True, "solid"]


def test_on_paper_there_is_the_text_with_its_addresses_in_black_on_white(seen: Seen) -> None:
    assert seen.other["printed"] == {
        "left_out": True,
        "paper": "rgb(255, 255, 255)",
        "address": '" https://arxiv.org/abs/2006.11239"',
    }
    assert seen.other["pdf"].startswith(b"%PDF")
    assert seen.other["pdf"].count(b"/Type /Page\n") in (1, 2)


def test_no_hostile_text_does_anything(seen: Seen) -> None:
    assert seen.said == [], "nothing ran, nothing was refused, nothing was missing"
    assert seen.other["scripts"] == 0
