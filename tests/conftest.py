"""What a run of the tests prints at its end. It stands here because a process that only collects results, as with
xdist, reads no other conftest."""

from __future__ import annotations

import hypothesis
import pytest

from tests.contract import checklist

pytest_plugins = ["tests.postgres"]

# `make test` tries the same few examples each time, and never by the clock: what makes it fail is a change. `make soak`
# looks for new ones, long.
hypothesis.settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("quick")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the adapters' checklist with what the contract suite found, if it ran."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    results = [
        (name, each, report.passed)
        for report in reports
        for key, value in getattr(report, "user_properties", [])
        if key == "promise"
        for name, platform in [value]
        for each in (checklist.kept_by(name) if platform == "all" else [platform])
    ]
    if results:
        terminalreporter.write_line("")
        for line in checklist.table(checklist.fold(results)):
            terminalreporter.write_line(line)
