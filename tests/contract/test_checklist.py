"""The checklist is the suite: no line of it without a test, no excuse without a reason, nothing lost in printing."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

from tests.contract import checklist


def promised() -> set[str]:
    """The promises that the tests of this folder hold platforms to."""
    names = [path.stem for path in Path(__file__).parent.glob("test_*.py")]
    modules = [importlib.import_module(f"tests.contract.{name}") for name in names]
    functions = [each for module in modules for _, each in inspect.getmembers(module, inspect.isfunction)]
    marks = [mark for each in functions for mark in getattr(each, "pytestmark", [])]
    return {mark.args[0] for mark in marks if mark.name == "promise"}


def test_every_promise_is_tested_and_every_test_has_a_promise() -> None:
    assert promised() == set(checklist.PROMISES)


def test_every_excuse_has_a_reason_and_a_platform() -> None:
    for promise in checklist.PROMISES.values():
        assert set(promise.exempt) < set(checklist.PLATFORMS), "somebody has to keep it"
        assert all(len(why) > 20 for why in promise.exempt.values())


def test_one_broken_test_breaks_its_promise() -> None:
    found = checklist.fold([("save", "discord", True), ("save", "discord", False), ("save", "telegram", True)])
    (line,) = (line for line in checklist.table(found) if line.startswith(checklist.PROMISES["save"].says))
    assert line.split()[-4:] == ["BROKEN", "done", "not", "run"]
    (shared,) = (line for line in checklist.table({}) if line.startswith(checklist.PROMISES["share"].says))
    assert shared.split()[-4:] == ["not", "run", "exempt", "exempt"]
