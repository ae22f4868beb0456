"""The composition root: builds everything, starts and stops it in order. The only folder that knows everyone.

What only one way of running needs (a platform's library, above all) is imported there, so that the other ways start
without it.
"""

from bot.app.adapters import build_adapter, build_adapters
from bot.app.hosting import (
    Foreseen,
    foreseen,
    found_links,
    open_reports,
    simulate,
    status,
    sync_commands,
    upgrade,
)
from bot.app.house import House, build_cogs, open_house, utc_now
from bot.app.parts import (
    Part,
    Watched,
    amiss,
    carrier,
    clockwork,
    desk_of,
    manner_of,
    rounds,
    station,
    times_held,
    website,
)
from bot.app.serving import ask, console, listen, run, say_goodbye, serve_until_told

__all__ = [
    "Foreseen",
    "House",
    "Part",
    "Watched",
    "amiss",
    "ask",
    "build_adapter",
    "build_adapters",
    "build_cogs",
    "carrier",
    "clockwork",
    "console",
    "desk_of",
    "foreseen",
    "found_links",
    "listen",
    "manner_of",
    "open_house",
    "open_reports",
    "rounds",
    "run",
    "say_goodbye",
    "serve_until_told",
    "simulate",
    "station",
    "status",
    "sync_commands",
    "times_held",
    "upgrade",
    "utc_now",
    "website",
]
