"""Draws the pages and the feed of an archive from what the service gathered.

Every value is escaped by the templates, whoever wrote it; a template that asks for what it was not given fails. Nothing
here reads a file of a group, a database or the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.core.digest.archive import Archive, Front, Listed
from bot.core.digest.issue import NEWS, Entry, Issue, KeptIssue, PartKind
from bot.core.schedule import zone_or_utc
from bot.core.timewords import date_in_words, days_in_words, in_words
from bot.i18n import Locale, Texts, texts
from bot.web.archive.plain import host_said, language_of, one_line, other, plain, web_address

FEED_ISSUES = 12
MOST_BODIES = 200  # of some 6 kB each
KEPT = 16  # drawn lists and feeds that are kept: what they are drawn from says whether they are still right
INDEX, FEED, CALENDAR, STYLE, ICON = "index.html", "atom.xml", "calendar.ics", "style.css", "icon.svg"
# The pages have no script and nothing of anybody else's: whatever slipped into them could do nothing.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


def issue_file(number: int) -> str:
    """Return the name of an issue's page."""
    return f"{number}.html"


def index_file(locale: Locale, own: Locale) -> str:
    """Return the name of an index in a language; `own` is the one that has the plain name."""
    return INDEX if locale is own else f"index.{locale.value}.html"


def folder_of(archive: Archive) -> str:
    """Return the name of an archive's folder beside others."""
    return f"g{archive.group_id}"


def issue_page(archive: Archive, kept: KeptIssue) -> str:
    """Return the page of one issue, in the language it was written in."""
    issue = kept.issue
    older, newer = archive.around(issue.number)
    about = issue.headline or texts(issue.locale)("archive.about")
    return _template("issue.html").render(
        _page(archive, issue.locale, issue_title(issue), about),
        issue=issue,
        span=days_in_words(issue.first, issue.last, issue.locale),
        parts=_parts(issue, archive.zone),
        older=older,
        newer=newer,
    )


@lru_cache(maxsize=KEPT)
def index_page(archive: Archive, locale: Locale) -> str:
    """Return the list of a group's issues, in a language of ours; each issue speaks its own."""
    t = texts(locale)
    latest, earlier = archive.issues[:1], archive.issues[1:]
    years: dict[int, list[Listed]] = {}
    for each in earlier:
        years.setdefault(each.last.year, []).append(each)
    return _template("index.html").render(
        _page(archive, locale, archive.name, t("archive.about")),
        latest=latest[0] if latest else None,
        years=years,
        count=len(archive.issues),
        **_turn(locale, archive.locale),
    )


@lru_cache(maxsize=KEPT)
def front_page(front: Front, locale: Locale) -> str:
    """Return the list of groups that everybody may read."""
    t = texts(locale)
    return _template("front.html").render(
        _frame(locale, t("archive.home.title"), t("archive.home.about"), secret=False),
        archives=front.archives,
        folder=folder_of,
        **_turn(locale, front.locale),
    )


def notice_page(kind: str, locale: Locale, style: str) -> str:
    """Return what is said instead of a page, `missing` or `closed`, in both languages, `locale` first.

    `style` leads to the style sheet from there.
    """
    said = [(each, texts(each)) for each in (locale, other(locale))]
    title = texts(locale)(f"archive.{kind}.title")
    return _template("notice.html").render(_frame(locale, title, title, secret=True), said=said, kind=kind, style=style)


@lru_cache(maxsize=KEPT)
def feed(archive: Archive, issues: tuple[KeptIssue, ...]) -> str:
    """Return a group's issues as an Atom feed (RFC 4287), the newest first."""
    t = texts(archive.locale)
    return _feed(archive.mark, archive.name, t("archive.about"), archive.locale, archive.address, [(archive, issues)])


@lru_cache(maxsize=KEPT)
def front_feed(front: Front, issues: tuple[tuple[Archive, tuple[KeptIssue, ...]], ...]) -> str:
    """Return the issues of several groups as one feed."""
    t = texts(front.locale)
    title, about = t("archive.home.title"), t("archive.home.about")
    return _feed(front.mark, title, about, front.locale, front.address, issues, apart=True)


def issue_title(issue: Issue) -> str:
    """Return what an issue is called where its group is not known."""
    t = texts(issue.locale)
    return t("archive.title", name=issue.name, issue=t("archive.issue", number=issue.number))


@cache
def style() -> bytes:
    """Return the style sheet."""
    return (files(__package__) / "templates" / STYLE).read_bytes()


@cache
def icon() -> bytes:
    """Return the sign of the pages."""
    return (files(__package__) / "templates" / ICON).read_bytes()


# what the templates are given


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry as it is drawn: `facts` are what stands under it."""

    entry: Entry
    href: str | None
    language: str | None
    when: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """A part as it is drawn."""

    kind: PartKind
    title: str
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Posting:
    """An issue in a feed."""

    id: str
    title: str
    href: str
    kept: KeptIssue
    sent_at: datetime
    group: str
    body: str


def _parts(issue: Issue, zone: str) -> tuple[_Section, ...]:
    t = texts(issue.locale)
    return tuple(
        _Section(
            part.section,
            t(f"digest.part.{part.section.value}"),
            tuple(_line(t, zone, issue, part.section, entry) for entry in part.entries),
        )
        for part in issue.parts
        if part.entries
    )


def _line(t: Texts, zone: str, issue: Issue, section: PartKind, entry: Entry) -> _Line:
    href, language = web_address(entry.url), language_of(entry.language)
    at = entry.at.astimezone(zone_or_utc(zone)) if entry.at is not None else None
    when = in_words(at, issue.locale, today=issue.last) if at is not None and section is PartKind.DATES else ""
    facts = [host_said(href)]
    if entry.sources:
        facts.append(t("archive.via", sources=", ".join(map(one_line, entry.sources))))
    if entry.minutes:
        facts.append(t("digest.watch" if section is PartKind.VIDEOS else "digest.minutes", count=entry.minutes))
    if language is not None and language != issue.locale and f"archive.language.{language}" in t:
        facts.append(t(f"archive.language.{language}"))
    if at is not None and section in NEWS:
        facts.append(date_in_words(at.date(), issue.locale, today=issue.last))
    return _Line(entry, href, language if language != issue.locale else None, when, tuple(filter(None, facts)))


def _frame(locale: Locale, title: str, about: str, *, secret: bool) -> dict[str, Any]:
    """Return what every page is given."""
    return {
        "t": texts(locale),
        "locale": locale,
        "title": one_line(title),
        "about": one_line(about),
        "secret": secret,
        "policy": POLICY,
        "span_of": lambda each: days_in_words(each.first, each.last, locale),
        "file_of": issue_file,
    }


def _page(archive: Archive, locale: Locale, title: str, about: str) -> dict[str, Any]:
    """Return what every page of a group is given."""
    return _frame(locale, title, about, secret=not archive.public) | {
        "archive": archive,
        "home": index_file(locale, archive.locale),
    }


def _turn(locale: Locale, own: Locale) -> dict[str, Any]:
    """Return the other language, the name of the page in it, and what it calls itself."""
    turn = other(locale)
    return {"turn": turn, "turn_file": index_file(turn, own), "turn_name": texts(turn)(f"archive.language.{turn}")}


def _feed(
    mark: str,
    title: str,
    about: str,
    locale: Locale,
    address: str | None,
    issues: Sequence[tuple[Archive, Sequence[KeptIssue]]],
    *,
    apart: bool = False,
) -> str:
    posted = [(archive, kept, sent) for archive, some in issues for kept in some if (sent := kept.sent_at) is not None]
    newest = sorted(posted, key=lambda each: each[2], reverse=True)[:FEED_ISSUES]
    postings = [
        _Posting(
            uuid5(UUID(archive.mark), str(kept.number)).urn,
            issue_title(kept.issue),
            f"{address or ''}{folder_of(archive) + '/' if apart else ''}{issue_file(kept.number)}",
            kept,
            sent,
            archive.name,
            _body(kept.issue, archive.zone),
        )
        for archive, kept, sent in newest
    ]
    return _template("feed.xml").render(
        id=UUID(mark).urn,
        title=title,
        about=about,
        locale=locale,
        home=f"{address or ''}{INDEX}" if address is None else address,
        itself=f"{address or ''}{FEED}",
        updated=max(
            (each for _, kept, _ in newest if (each := kept.updated_at) is not None),
            default=datetime.fromisoformat("1970-01-01T00:00:00+00:00"),
        ),
        postings=postings,
    )


@lru_cache(maxsize=MOST_BODIES)
def _body(issue: Issue, zone: str) -> str:
    """Return an issue as a feed holds it; a feed has the same ones for weeks."""
    return _template("posting.html").render(t=texts(issue.locale), parts=_parts(issue, zone))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["one_line"] = one_line
    made.filters["stamp"] = _stamp
    return made


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _shown(value: Any) -> Any:
    """Return a value as a page may hold it, before it is escaped."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _stamp(at: datetime) -> str:
    """Return an aware moment as RFC 3339 writes it."""
    return at.isoformat(timespec="seconds")
