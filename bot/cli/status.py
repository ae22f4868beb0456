"""The verb `status`: what is due, what waits, what failed and why, and how the house stands, in the terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot import cli
from bot.cli.serving import with_settings
from bot.cli.terminal import Terminal
from bot.config import Settings
from bot.core.link_health import TO_MEND, Verdict
from bot.core.refs import UserRef

if TYPE_CHECKING:
    from bot.core.refs import Place
    from bot.services.status import House, Status

_MIB = 1 << 20
SILENT_FROM = timedelta(minutes=2)  # a sign of life comes every half minute


def status(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print how the house stands; also while the bot runs."""

    async def tell(settings: Settings) -> int:
        from bot import app
        from bot.cli.running import who_runs

        found = await app.status(settings)
        if arguments.alive:
            return cli.OK if _is_alive(found) else cli.FOUND
        runs = await who_runs(settings.database_url)
        if arguments.json:
            terminal.say(json.dumps(_as_json(found, runs), ensure_ascii=False, indent=2))
            return cli.OK
        for line in _Lines(terminal, settings).of(found, runs):
            terminal.say(line)
        return cli.OK

    return with_settings(tell, terminal)


def _is_alive(status: Status) -> bool:
    last = status.house.alive_at if status.house else None
    return last is not None and status.at - last < SILENT_FROM


class _Lines:
    """The status, line by line."""

    def __init__(self, terminal: Terminal, settings: Settings) -> None:
        self._t, self._zone = terminal.text, settings.zone

    def of(self, status: Status, runs: tuple[str, ...]) -> Iterator[str]:
        t = self._t
        yield t("host.status.runs", what=", ".join(runs)) if runs else t("host.status.stopped")
        if status.house is not None:
            yield from self._house(status.house)
        yield t("host.status.due") if status.due else t("host.status.nothing_due")
        for due in status.due:
            yield f"  {self._local(due.at)}  {due.kind}" + (f"  {due.group}" if due.group else "")
        yield t("host.status.letters")
        for state, count in sorted(status.counts.items()):
            yield f"  {state.value}: {count}"
        yield t("host.status.failed") if status.failures else t("host.status.nothing_failed")
        for failure in status.failures:
            why = f"{failure.state.value}: {failure.reason}"
            yield f"  {self._local(failure.at)}  {failure.kind}  {_to(failure.to)}  {why}"
        if status.unreachable:
            yield t("host.status.unreachable")
        for lost in status.unreachable:
            yield f"  {_to(lost.to)}  {lost.reason}  {self._local(lost.since)}"

    def _house(self, house: House) -> Iterator[str]:
        t = self._t
        yield t("host.status.version", version=cli.version(), revision=house.revision)
        for lease in house.leading:
            if lease.holds:
                yield t("host.status.leads", what=lease.what, who=lease.who)
        yield t("host.status.alive", at=self._local(house.alive_at))
        yield t("host.status.backup", at=self._local(house.backup_at), file=house.backup or "-")
        yield t("host.status.chores", day=house.chores_on or "-")
        if house.size is not None and house.free is not None:
            yield t("host.status.disk", size=f"{house.size / _MIB:.1f}", free=f"{house.free // _MIB:,}")
        if any(house.links.get(each) for each in TO_MEND):
            dead, moved = (house.links.get(each, 0) for each in (Verdict.DEAD, Verdict.MOVED))
            yield t("host.status.links", dead=dead, moved=moved)

    def _local(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}" if at is not None else "-"


def _to(to: UserRef | Place) -> str:
    return str(to) if isinstance(to, UserRef) else f"{to.platform.value}:{to.channel}"


def _as_json(status: Status, runs: tuple[str, ...]) -> dict[str, Any]:
    house = status.house
    return {
        "at": status.at.isoformat(),
        "running": list(runs),
        "due": [{"at": each.at.isoformat(), "kind": each.kind, "group": each.group} for each in status.due],
        "letters": {state.value: count for state, count in sorted(status.counts.items())},
        "failures": [
            {
                "at": each.at.isoformat(),
                "kind": each.kind,
                "to": _to(each.to),
                "state": each.state.value,
                "reason": each.reason,
            }
            for each in status.failures
        ],
        "reasons": dict(status.reasons),
        "unreachable": [
            {"to": _to(each.to), "reason": each.reason, "since": each.since.isoformat()} for each in status.unreachable
        ],
        "leases": [{"what": each.what, "who": each.who, "holds": each.holds} for each in house.leading]
        if house
        else [],
        "alive_at": house.alive_at.isoformat() if house and house.alive_at else None,
        "chores_on": house.chores_on if house else None,
        "backup": house.backup if house else None,
        "backup_at": house.backup_at.isoformat() if house and house.backup_at else None,
        "version": cli.version(),
        "revision": house.revision if house else None,
        "database_bytes": house.size if house else None,
        "disk_free_bytes": house.free if house else None,
        "links": {verdict.value: count for verdict, count in sorted(house.links.items())} if house else {},
    }
