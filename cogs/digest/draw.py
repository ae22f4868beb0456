"""Draws an issue: one screen in the chat, what is behind its buttons, one story with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Bold, Link, Moment, Text, lines, plain, text
from bot.core.digest.issue import NEWS, Entry, Issue, KeptIssue, PartKind
from bot.core.digest.signals import LESS, MORE, NEITHER
from bot.core.groups import Group
from bot.core.schedule import zone_or_utc
from bot.core.timewords import date_in_words, days_in_words
from bot.services.digest import Own, code_of_issue, code_of_sign
from cogs.reading_words import spoken_in

LONGEST_SCREEN = 1400  # characters of an issue in the chat: one screen of a phone, and a little
LONGEST_URL = 500  # in a list; Discord counts what is not seen, and the story's own card leads there all the same
TITLE, LONG_TITLE, COMMENT = 80, 200, 100
LONGEST_CARD_URL = 2048  # of the title of a Discord embed
SHOWN: Mapping[PartKind, int] = {PartKind.PAPERS: 2, PartKind.VIDEOS: 1, PartKind.POSTS: 1, PartKind.DATES: 2}
ON_SCREEN = (PartKind.PAPER, *NEWS, PartKind.CATALOGUE, PartKind.DATES)
REST = tuple(kind for kind in PartKind if kind not in NEWS)
SOURCES = 3
NOTHING_SAID = Own()


class Behind(StrEnum):
    """What a button under an issue opens. The values travel in buttons."""

    PAPERS = "papers"
    VIDEOS = "videos"
    POSTS = "posts"
    REST = "rest"

    @property
    def kinds(self) -> tuple[PartKind, ...]:
        """Return the parts it opens."""
        return REST if self is Behind.REST else (PartKind(self.value),)


class Lean(StrEnum):
    """Whether somebody would have more of such. The values travel in buttons."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"

    @property
    def voice(self) -> int:
        """Return it as it is counted."""
        return {Lean.MORE: MORE, Lean.LESS: LESS, Lean.NEITHER: NEITHER}[self]


def title_of(ctx: Context, issue: Issue) -> str:
    """Return what an issue is called."""
    return ctx.t("digest.title", name=issue.name, number=issue.number)


def span_of(ctx: Context, issue: Issue) -> str:
    """Return the days that an issue tells of."""
    return days_in_words(issue.first, issue.last, ctx.locale)


def draw_issue(ctx: Context, kept: KeptIssue, group: Group, zone: str, page: str | None = None) -> Reply:
    """Return an issue as everybody sees it, all in its own language: the first of each part, buttons for the rest."""
    ctx = spoken_in(ctx, kept.issue.locale)
    card = Card(title_of(ctx, kept.issue), screen(ctx, kept.issue, zone), url=page)
    return Reply(cards=(card,), rows=(buttons(ctx, kept, group),))


def screen(ctx: Context, issue: Issue, zone: str) -> tuple[Text, ...]:
    """Return what of an issue is shown at once; what does not fit on the screen is behind the buttons."""
    parts = [text(f"{span_of(ctx, issue)}\n", issue.headline)]
    nothing_new = not any(issue.part(kind) for kind in NEWS)
    kinds = (*ON_SCREEN, PartKind.CHANGES) if nothing_new else ON_SCREEN
    parts += [_part(ctx, issue, kind, zone) for kind in kinds]
    shown: list[Text] = []
    for part in parts:
        if part and sum(map(_length, (*shown, part))) <= LONGEST_SCREEN:
            shown.append(part)
    return tuple(shown)


def buttons(ctx: Context, kept: KeptIssue, group: Group) -> tuple[Button, ...]:
    """Return a button for each part that has stories, and one for the rest."""
    code = code_of_issue(kept, group)
    found = []
    for behind in Behind:
        count = sum(len(kept.issue.part(kind)) for kind in behind.kinds)
        if count:
            label = ctx.t(f"digest.short.{behind.value}", count=count)
            found.append(Button(label, Press.of("dg.part", code, behind), personal=True))
    return tuple(found)


def draw_part(ctx: Context, kept: KeptIssue, group: Group, zone: str, behind: Behind) -> Reply:
    """Return what is behind a button: everything of a part, each story with a number to do something about it."""
    code = code_of_issue(kept, group)
    back = Button(ctx.t("digest.read.back"), Press.of("dg.open", code), personal=True)
    told = spoken_in(ctx, kept.issue.locale)  # its sentences are in that language already
    if behind is Behind.REST:
        return Reply(
            cards=(Card(title_of(told, kept.issue), tuple(_rest(told, kept.issue, zone))),),
            rows=(_see(ctx, kept.issue), (back,)),
            how=How.EDIT,
        )
    kind = behind.kinds[0]
    entries = kept.issue.part(kind)
    rows = tuple(_listed(told, number, each, zone) for number, each in enumerate(entries, 1))
    numbers = tuple(
        Button(str(number), Press.of("dg.one", code, code_of_sign(each.key)), personal=True)
        for number, each in enumerate(entries, 1)
    )
    card = Card(told.t(f"digest.part.{kind.value}"), rows)
    return Reply(cards=(card,), rows=(numbers, (back,)), how=How.EDIT)


def draw_story(
    ctx: Context,
    kept: KeptIssue,
    group: Group,
    zone: str,
    entry: Entry,
    own: Own = NOTHING_SAID,
    *,
    said: str = "",
    member: bool = True,
) -> Reply:
    """Return one story with its buttons; `member`: they may put it up in the group."""
    code, sign = code_of_issue(kept, group), code_of_sign(entry.key)
    told = spoken_in(ctx, kept.issue.locale)
    body = [text(facts(told, entry, zone)), text(entry.line), _comment(told, entry, LONG_TITLE)]
    if own.saved and not said:
        body.append(text(ctx.t("digest.story.is_saved")))
    if own.saved:
        save = Button(ctx.t("digest.story.unsave"), Press.of("dg.unsave", code, sign), personal=True)
    else:
        save = Button(ctx.t("digest.story.save"), Press.of("dg.save", code, sign), style=Style.PRIMARY, personal=True)
    first, behind = [save], _behind_of(kept.issue, entry)
    if member and entry.url is not None and behind is not None:
        label = ctx.t("digest.story.paper" if behind is Behind.PAPERS else "digest.story.up")
        first.append(Button(label, Press.of("sg.paper", group.id, entry.url, ""), personal=True))
    leans = (Lean.NEITHER,) if own.leaning else (Lean.MORE, Lean.LESS)
    second = [
        Button(ctx.t(f"digest.story.{lean.value}"), Press.of("dg.lean", code, sign, lean), personal=True)
        for lean in leans
    ]
    back = Button(ctx.t("digest.read.back"), Press.of("dg.part", code, behind or Behind.REST), personal=True)
    url = entry.url if entry.url is not None and len(entry.url) <= LONGEST_CARD_URL else None
    card = Card(shorten(entry.title, LONG_TITLE), tuple(filter(None, body)), url=url)
    return Reply(text(said), cards=(card,), rows=(tuple(first), (*second, back)), how=How.EDIT)


def facts(ctx: Context, entry: Entry, zone: str) -> str:
    """Return who brought a story, how long it takes and when it came out."""
    told = [", ".join(entry.sources[:SOURCES])]
    if entry.minutes:
        told.append(ctx.t("digest.minutes", count=entry.minutes))
    if entry.at is not None:
        told.append(ctx.t("digest.published", date=_date(ctx, entry.at, zone)))
    return " · ".join(each for each in told if each)


def name_of(entry: Entry, longest: int = TITLE) -> Link | Bold:
    """Return the title of a story, leading to it."""
    title = shorten(" ".join(entry.title.split()), longest)
    fits = entry.url is not None and len(entry.url) <= LONGEST_URL
    return Link(title, entry.url) if fits and entry.url is not None else Bold(title)


def _part(ctx: Context, issue: Issue, kind: PartKind, zone: str) -> Text:
    """Return the first of a part under its name, for the screen."""
    entries = issue.part(kind)
    if not entries:
        return ()
    if kind is PartKind.PAPER:
        entries = tuple(each for each in entries if each.title and each.at is not None) or entries
    most = SHOWN.get(kind, 1)
    rows = [_brief(ctx, each, zone) for each in entries[:most]]
    more = len(entries) - most if kind in (*NEWS, PartKind.CHANGES) else 0
    name = text(Bold(ctx.t(f"digest.part.{kind.value}")), f" · {ctx.t('digest.more', count=more)}" if more > 0 else "")
    return lines(name, *rows)


def _brief(ctx: Context, entry: Entry, zone: str) -> Text:
    """Return an entry in a line or two."""
    if not entry.title:
        return text("• ", entry.line, *_when(entry, zone))
    said = shorten(entry.line, TITLE * 2)
    return lines(text("• ", name_of(entry), " · ", said, *_when(entry, zone)), _comment(ctx, entry, COMMENT))


def _when(entry: Entry, zone: str) -> Text:
    """Return the moment of a meeting or a ballot's end; of a story, when it came out is a fact like others."""
    return text(" · ", Moment(entry.at, zone)) if entry.at is not None and not entry.key else ()


def _listed(ctx: Context, number: int, entry: Entry, zone: str) -> Text:
    pinned = f" · {ctx.t('digest.pinned')}" if entry.pinned else ""
    head = text(Bold(f"{number}."), " ", name_of(entry, LONG_TITLE), pinned)
    return lines(head, entry.line, facts(ctx, entry, zone), _comment(ctx, entry, LONG_TITLE))


def _rest(ctx: Context, issue: Issue, zone: str) -> Iterable[Text]:
    for kind in REST:
        entries = issue.part(kind)
        if entries:
            rows = [_brief(ctx, each, zone) for each in entries]
            yield lines(text(Bold(ctx.t(f"digest.part.{kind.value}"))), *rows)


def _see(ctx: Context, issue: Issue) -> tuple[Button, ...]:
    """Return the way to the card of what the catalogue offers, where it can be saved and begun."""
    return tuple(
        Button(ctx.t("digest.story.see"), Press.of("rec.card", each.key.removeprefix("row:"), 0, ""), personal=True)
        for each in issue.part(PartKind.CATALOGUE)[:1]
        if each.key.startswith("row:")
    )


def _comment(ctx: Context, entry: Entry, longest: int) -> Text:
    return text(ctx.t("digest.comment", text=shorten(entry.comment, longest))) if entry.comment else ()


def _behind_of(issue: Issue, entry: Entry) -> Behind | None:
    return next((each for each in Behind if any(entry in issue.part(kind) for kind in each.kinds)), None)


def _date(ctx: Context, at: datetime, zone: str) -> str:
    local = zone_or_utc(zone)
    return date_in_words(at.astimezone(local).date(), ctx.locale, ctx.now.astimezone(local).date())


def _length(words: Text) -> int:
    """Return how many characters are read on the screen: addresses are not."""
    return len(plain(tuple(each.text if isinstance(each, Link) else each for each in words)))
