"""Reads the `words` tables of `topics.toml`: the words by which a question names a level, a kind, a language and so on.

It knows which tables and keys there are; what the words do is the core's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.catalogue import Approach, Kind, Level
from bot.core.tables import Problem
from bot.core.topics import Marks, Words
from bot.services.shelf.files import Problems

_SIDES = frozenset(("before", "after"))
_KEYS: Mapping[str, frozenset[str]] = {
    "level": frozenset(Level),
    "language": frozenset(("ko", "en")),
    "kind": frozenset(Kind),
    "approach": frozenset(Approach),
    "cost": frozenset(("free",)),
    "means": _SIDES,
    "context": _SIDES,
    "negation": _SIDES,
    "ahead": _SIDES,
    "too-hard": _SIDES,
    "done": _SIDES,
    "gone": _SIDES,
    "stop": frozenset(("ko", "en")),
}


def read_words(section: Mapping[str, Any]) -> tuple[Words, Problems]:
    """Read the tables under `words`, with what is wrong in them; a wrong one is left out."""
    problems: Problems = []
    read: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in _KEYS}
    for name, table in section.items():
        keys = _KEYS.get(name)
        if keys is None or not isinstance(table, dict):
            problems.append(Problem(f"words.{name}", "", "is not a known table"))
            continue
        for key, words in table.items():
            if key not in keys:
                problems.append(Problem(f"words.{name}", key, "is not a known key"))
            elif not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
                problems.append(Problem(f"words.{name}", key, "should be a list of words"))
            else:
                read[name][key] = tuple(words)
    return _words(read), problems


def _words(read: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Words:
    return Words(
        level={Level(key): words for key, words in read["level"].items()},
        language=read["language"],
        kind={Kind(key): words for key, words in read["kind"].items()},
        approach={Approach(key): words for key, words in read["approach"].items()},
        free=read["cost"].get("free", ()),
        means=Marks(**read["means"]),
        context=Marks(**read["context"]),
        negation=Marks(**read["negation"]),
        ahead=Marks(**read["ahead"]),
        too_hard=Marks(**read["too-hard"]),
        done=Marks(**read["done"]),
        gone=Marks(**read["gone"]),
        stop=read["stop"].get("ko", ()) + read["stop"].get("en", ()),
    )
