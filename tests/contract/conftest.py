"""One house on three platforms, each test on every platform that has to keep its promise, and notes of the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.pace import Rate
from bot.adapters.telegram import wire
from tests.contract import checklist
from tests.contract.house import House
from tests.contract.on_console import OnConsole
from tests.contract.on_discord import OnDiscord
from tests.contract.on_telegram import OnTelegram
from tests.contract.people import Platform
from tests.standins import DiscordSim, TelegramSim


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(name): the line of the checklist that the test holds platforms to")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "platform" in metafunc.fixturenames:
        names = checklist.kept_by(_promise_of(metafunc.definition))
        metafunc.parametrize("platform", names, indirect=True, scope="session")


def _promise_of(node: pytest.Item) -> str:
    mark = node.get_closest_marker("promise")
    assert mark is not None, f"{node.nodeid}: which promise is this?"
    return str(mark.args[0])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Note in the report what was tested where; xdist carries these notes to the process that prints."""
    if (mark := item.get_closest_marker("promise")) is not None:
        callspec = getattr(item, "callspec", None)
        platform = callspec.params["platform"] if callspec and "platform" in callspec.params else "all"
        item.user_properties.append(("promise", [mark.args[0], platform]))
    yield


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Nobody is as fast as these people: Telegram has its limits off, and we the pace that keeps us below them."""
    unhurried = Rate(1000, 1.0)
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, pytest.MonkeyPatch.context() as patch:
        for limit in ("WHOLE", "A_CHAT", "A_GROUP"):
            patch.setattr(wire, limit, unhurried)
        opened = House(tmp_path_factory.mktemp("house"), discord, telegram)
        opened.start()
        yield opened
        opened.stop()


@pytest.fixture(scope="session")
def platforms(house: House) -> dict[str, Any]:
    return {each.name: each for each in (OnDiscord(house), OnTelegram(house), OnConsole(house))}


@pytest.fixture(scope="session")
def platform(platforms: dict[str, Platform], request: pytest.FixtureRequest) -> Platform:
    found: Platform = platforms[request.param]
    return found


@pytest.fixture(autouse=True)
def within_the_rules(platforms: dict[str, Platform]) -> Iterator[None]:
    """Whatever a test does: no request breaks a platform's rules, and nobody is notified."""
    yield
    assert [complaint for each in platforms.values() for complaint in each.complaints()] == []
