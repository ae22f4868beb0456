"""The program `moim`: reads the command line and hands over to the verb.

Each verb lives in a module of its own, imported only when it is called, so that `moim --version` needs neither platform
nor database. What goes wrong ends here, in one line with the mend.
"""

from __future__ import annotations

import argparse
import gc
import importlib
from collections.abc import Sequence
from typing import Any

from bot.cli.terminal import Terminal

OK, FOUND, USAGE, CONFIGURATION, INTERRUPTED = 0, 1, 2, 78, 130
"""Exit codes. 78 is EX_CONFIG of sysexits.h: service managers are told not to start again on it."""

LANGUAGES = ("ko", "en")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (the process's own by default) and return its exit code."""
    gc.disable()  # nearly all that a start makes stays: looking for what does not is a seventh of its time
    try:
        return _main(argv)
    finally:
        gc.enable()


def _main(argv: Sequence[str] | None) -> int:
    terminal = Terminal()
    arguments = _parser(terminal).parse_args(argv)
    if arguments.version:
        terminal.say(f"moim {version()}")
        return OK
    module, act = arguments.act.split(":")
    try:
        return int(getattr(importlib.import_module(module), act)(arguments, terminal))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough (`moim ask ... | head -1`)
        terminal.hang_up()
        return OK
    except Exception as error:
        from bot.cli.failures import tell

        return tell(error, terminal)


def _parser(terminal: Terminal) -> argparse.ArgumentParser:
    text = terminal.text
    parser = argparse.ArgumentParser(prog="moim", description=text("host.help.moim"), allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help=text("host.help.version"))
    parser.set_defaults(act="bot.cli.serving:run")
    verbs = parser.add_subparsers(metavar=text("host.help.verb"), title=text("host.help.verbs"))

    def verb(of: Any, name: str, key: str, act: str) -> argparse.ArgumentParser:
        words = text(f"host.help.{key}")
        added: argparse.ArgumentParser = of.add_parser(name, help=words, description=words, allow_abbrev=False)
        added.set_defaults(act=f"bot.cli.{act}")
        return added

    verb(verbs, "run", "run", "serving:run")
    verb(verbs, "console", "console", "serving:console")
    ask = verb(verbs, "ask", "ask", "serving:ask")
    ask.add_argument("text", nargs="+", metavar="TEXT", help=text("host.help.ask_text"))
    ask.add_argument("--locale", choices=LANGUAGES, help=text("host.help.ask_locale"))
    ask.add_argument("--json", action="store_true", help=text("host.help.ask_json"))
    ask.add_argument("--user", metavar="ID", default="0", help=text("host.help.ask_user"))
    verb(verbs, "init", "init", "init:init")
    check = verb(verbs, "check", "check", "check:check")
    check.add_argument("--offline", action="store_true", help=text("host.help.check_offline"))
    status = verb(verbs, "status", "status", "status:status")
    status.add_argument("--json", action="store_true", help=text("host.help.status_json"))
    status.add_argument("--alive", action="store_true", help=text("host.help.status_alive"))
    backup = verb(verbs, "backup", "backup", "backup:backup")
    backup.add_argument("to", nargs="?", metavar="TO", help=text("host.help.backup_to"))
    restore = verb(verbs, "restore", "restore", "backup:restore")
    restore.add_argument("file", metavar="FILE", help=text("host.help.restore_file"))
    verb(verbs, "reports", "reports", "upkeep:reports")
    simulate = verb(verbs, "simulate", "simulate", "simulate:simulate")
    simulate.add_argument("--days", type=float, default=14, metavar="N", help=text("host.help.simulate_days"))
    simulate.add_argument("--group", metavar="GROUP", help=text("host.help.simulate_group"))
    simulate.add_argument("--json", action="store_true", help=text("host.help.simulate_json"))
    _nested(verbs, verb, text)
    return parser


def _nested(verbs: Any, verb: Any, text: Any) -> None:
    """Add the verbs that consist of two words."""

    def family(name: str) -> Any:
        words = text(f"host.help.{name}")
        parser = verbs.add_parser(name, help=words, description=words, allow_abbrev=False)
        return parser.add_subparsers(metavar=text("host.help.verb"), required=True)

    evaluate = family("evaluate")
    recommend = verb(evaluate, "recommend", "evaluate_recommend", "catalogue:evaluate_recommend")
    recommend.add_argument("file", metavar="FILE", help=text("host.help.evaluate_file"))
    recommend.add_argument("--json", action="store_true", help=text("host.help.evaluate_json"))
    digest = verb(evaluate, "digest", "evaluate_digest", "digest:evaluate_digest")
    digest.add_argument("--json", action="store_true", help=text("host.help.evaluate_json"))
    times = verb(evaluate, "times", "evaluate_times", "times:evaluate_times")
    times.add_argument("file", metavar="FILE", help=text("host.help.evaluate_phrases"))
    times.add_argument("--json", action="store_true", help=text("host.help.evaluate_json"))
    export = verb(family("export"), "site", "export_site", "export:export_site")
    export.add_argument("folder", metavar="DIR", help=text("host.help.export_folder"))
    export.add_argument("--group", metavar="GROUP", help=text("host.help.export_group"))
    export.add_argument("--private", action="store_true", help=text("host.help.export_private"))
    export.add_argument("--url", metavar="URL", help=text("host.help.export_url"))
    catalogue = family("data")
    verb(catalogue, "check", "data_check", "catalogue:check")
    changes = verb(catalogue, "changes", "data_changes", "catalogue:changes")
    changes.add_argument("--since", metavar="DATE", help=text("host.help.data_since"))
    links = verb(catalogue, "links", "data_links", "links:links")
    links.add_argument("--json", action="store_true", help=text("host.help.data_links_json"))
    verb(catalogue, "schema", "data_schema", "catalogue:write_schemas")
    sync = verb(family("commands"), "sync", "commands_sync", "upkeep:sync_commands")
    sync.add_argument("--force", action="store_true", help=text("host.help.commands_force"))
    verb(family("db"), "upgrade", "db_upgrade", "upkeep:upgrade")


def version() -> str:
    """Return this program's version."""
    from importlib import metadata

    try:
        return metadata.version("moim")
    except metadata.PackageNotFoundError:
        return "(not installed)"
