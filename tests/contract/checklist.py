"""What an adapter promises, and which platform is excused from what, with the reason.

The idea is Home Assistant's quality scale: the list is data, the suite prints it with what it found. A platform is
finished when every line of it reads "done" or "exempt".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

PLATFORMS = ("discord", "telegram", "console")

ONE_READER = "a terminal has one reader, and no group"


@dataclass(frozen=True)
class Promise:
    """One line of the checklist. `exempt` says for a platform why the promise cannot mean anything there."""

    says: str
    exempt: Mapping[str, str] = field(default_factory=dict)


PROMISES = {
    "private": Promise("a command in private is answered"),
    "language": Promise("it speaks the language of the person's client"),
    "same": Promise("the same question shows the same resources, in the same order, everywhere"),
    "options": Promise("level, language and kind narrow the picks"),
    "details": Promise("a number opens the details, back returns"),
    "more": Promise("more and earlier turn the pages in place"),
    "save": Promise("a press sets, and undo takes it back"),
    "again": Promise(
        "an older answer's buttons still work, and pressing twice is pressing once",
        {"console": "what can be typed are the newest answer's offers"},
    ),
    "not for me": Promise("what is set aside is not suggested again"),
    "broken": Promise("a broken link is noted once, in one line for the presser"),
    "list": Promise("what one keeps is found again in one's own list, and a card leads back to it"),
    "stuck": Promise("who is stuck is asked once and given one small thing"),
    "thumbs": Promise("what is finished can be judged, and the word taken back"),
    "search": Promise("what somebody names is found: one hit is its card, several are a list"),
    "map": Promise("without a topic there is a map to choose from"),
    "form": Promise("a form takes one's own words, and can be left"),
    "settings": Promise("a choice of one's own is changed by taps or one's own words, in place, and undone"),
    "file": Promise("a file arrives, with what is in it in words"),
    "delete": Promise("everything of a person is deleted after one question"),
    "unknown": Promise("an unknown topic offers the three nearest"),
    "ambiguous": Promise("an ambiguous word gives picks and asks what was meant"),
    "complete": Promise(
        "topics are suggested while one types",
        {
            "telegram": "clients send nothing before the message is sent; near words are understood instead",
            "console": "lines come whole; near words are understood instead",
        },
    ),
    "hello": Promise("start and help lead to the first answer"),
    "unknown command": Promise("an unknown command is answered politely"),
    "share": Promise(
        "one's own answer can be shown to all, without anything personal, and taken back",
        {
            "telegram": "in a group the answer is the impersonal one, seen by all, already",
            "console": ONE_READER,
        },
    ),
    "paper": Promise(
        "the paper of the week is one post with four buttons, each the presser's own",
        {"console": ONE_READER},
    ),
    "digest": Promise(
        "the week's digest is one post; what is behind its buttons is the presser's own",
        {"console": ONE_READER},
    ),
    "carry": Promise(
        "a question can be carried into a chat without the bot, without anything personal",
        {
            "discord": "there is no way to type into another chat; people bring the bot along instead, see test_guest",
            "console": ONE_READER,
        },
    ),
    "alone": Promise("what is for one person is never seen by others", {"console": ONE_READER}),
    "forged": Promise("stale and forged buttons are refused politely and do nothing"),
    "not yours": Promise(
        "another person's button is refused politely",
        {
            "telegram": "in a group personal buttons open the private chat; of those that act, cogs/test_suggest tells",
            "console": ONE_READER,
        },
    ),
    "hostile": Promise("hostile input is answered politely, pings nobody, breaks nothing"),
    "slow": Promise(
        "an answer that takes long is the same answer",
        {"console": "a terminal simply waits"},
    ),
    "wander": Promise("whatever is pressed in whatever order, an answer comes"),
    "restart": Promise(
        "buttons, menus and forms work after a restart",
        {"console": "its answers end with the process, and there is nothing left to press"},
    ),
    "deliver": Promise("what nobody is waiting for arrives, with working buttons"),
    "undeliverable": Promise(
        "a closed address is told as such",
        {"console": "a terminal that is open takes everything"},
    ),
}


def kept_by(name: str) -> tuple[str, ...]:
    """Return the platforms that have to keep the promise `name`."""
    return tuple(platform for platform in PLATFORMS if platform not in PROMISES[name].exempt)


def table(found: Mapping[tuple[str, str], bool]) -> Iterator[str]:
    """Yield the checklist with what was `found` for (promise, platform): True kept, False broken, absent not run."""
    wide = max(len(promise.says) for promise in PROMISES.values())
    yield f"{'the adapter contract':{wide}}  " + "  ".join(f"{platform:8}" for platform in PLATFORMS)
    for name, promise in PROMISES.items():
        states = (_state(name, platform, found) for platform in PLATFORMS)
        yield f"{promise.says:{wide}}  " + "  ".join(f"{state:8}" for state in states)
    for name, promise in PROMISES.items():
        yield from (f"exempt, {platform}, {name}: {why}" for platform, why in promise.exempt.items())


def _state(name: str, platform: str, found: Mapping[tuple[str, str], bool]) -> str:
    if platform in PROMISES[name].exempt:
        return "exempt"
    kept = found.get((name, platform))
    return "not run" if kept is None else "done" if kept else "BROKEN"


def fold(results: Iterable[tuple[str, str, bool]]) -> dict[tuple[str, str], bool]:
    """Return for (promise, platform) whether every one of its tests passed."""
    found: dict[tuple[str, str], bool] = {}
    for name, platform, passed in results:
        found[name, platform] = found.get((name, platform), True) and passed
    return found
