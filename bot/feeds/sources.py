"""Where papers, pages and feeds are asked for: arXiv's interface, and any address, through one polite way to fetch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.core.papers.links import host_of
from bot.feeds.arxiv import OFFICIAL, PACE_SECONDS, Arxiv
from bot.feeds.fetch import Fetcher, is_public

_ARXIV_HOSTS = (host_of(OFFICIAL), "rss.arxiv.org", "arxiv.org")


@dataclass(frozen=True, slots=True)
class Sources:
    """Both, to be closed together."""

    arxiv: Arxiv
    fetcher: Fetcher

    async def close(self) -> None:
        """Let go of every connection."""
        await self.fetcher.close()


def open_sources(arxiv: str | None = None, trusted: Collection[tuple[str, int]] = ()) -> Sources:
    """Return the sources: arXiv at another address than its own, if any; `trusted` may be fetched from though private.

    Nothing is connected yet.
    """
    base = arxiv or OFFICIAL
    allowed = frozenset(trusted)

    def reachable(address: str, port: int) -> bool:
        return (address, port) in allowed or is_public(address, port)

    pace = dict.fromkeys(_ARXIV_HOSTS, PACE_SECONDS)
    if arxiv is not None:
        pace[host_of(base)] = 0.0  # a mirror of the host's own need not be spared
    pace |= {address: 0.0 for address, _ in allowed}
    fetcher = Fetcher(reachable=reachable, pace=pace)
    return Sources(Arxiv(fetcher, base), fetcher)
