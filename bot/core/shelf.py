"""Everything there is to study, together: catalogue, topics, method, paths, series, and the indexes built once.

Made at start and read by everyone; when a host's own rows change, it takes over another's parts, all at one moment. It
does not know where the rows came from.
"""

from __future__ import annotations

from functools import cached_property

from bot.core.catalogue import Catalogue
from bot.core.changes import Changes
from bot.core.language.lexicon import Lexicon
from bot.core.language.words import forget_words
from bot.core.methods import Methods
from bot.core.paths import Paths
from bot.core.ranks import Ranks
from bot.core.series import AllSeries
from bot.core.topics import TopicMap


class Shelf:
    """The catalogue with its topics, methods and paths. The two indexes are built at the first question, then kept."""

    def __init__(
        self,
        catalogue: Catalogue,
        topics: TopicMap,
        methods: Methods | None = None,
        paths: Paths | None = None,
        changes: Changes | None = None,
        series: AllSeries | None = None,
    ) -> None:
        """Hold the parts."""
        self.catalogue = catalogue
        self.topics = topics
        self.methods = methods or Methods()
        self.paths = paths or Paths()
        self.changes = changes or Changes()
        self.series = series or AllSeries()

    def become(self, other: Shelf) -> None:
        """Hold the parts of `other` from now on, its indexes too: whoever keeps this shelf sees them at once."""
        self.__dict__ = dict(other.__dict__)

    def current(self, resource_id: str) -> str:
        """Return the id under which a row is found now; an id that never went is itself."""
        return self.catalogue.current(resource_id)

    def open(self) -> None:
        """Build the indexes now, so that the first question of somebody waiting does not pay for it."""
        _ = self.lexicon, self.ranks
        forget_words()  # those of the whole catalogue are not asked for again

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words by which topics and resources are known."""
        return Lexicon(self.topics, self.catalogue)

    @cached_property
    def ranks(self) -> Ranks:
        """What can be said of every resource before anyone asks."""
        return Ranks(self.topics, self.catalogue)
