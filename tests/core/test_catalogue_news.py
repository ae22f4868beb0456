"""What the digest tells of the catalogue: the changes of its days, with where each leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.catalogue import Catalogue, Showing, State, Status
from bot.core.catalogue_news import catalogue_news
from bot.core.changes import Change, ChangeKind, Changes
from bot.core.redirects import Redirect
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual, Locale
from bot.services import shelf
from tests.core.rows import resource, topic

WORDS = Bilingual(ko="바뀌었어요.", en="It changed.")


def change(day: int, *ids: str, kind: ChangeKind = ChangeKind.ADDED) -> Change:
    return Change(id="1", date=date(2026, 11, day), kind=kind, ids=ids, text=WORDS)


OLD = replace(
    resource("old", "rl"), url="https://a.example/old", status=Status(state=State.SUPERSEDED, superseded_by=("new",))
)
NEW = replace(resource("new", "rl"), url="https://a.example/new")
GONE = replace(resource("gone", "rl"), url="https://a.example/gone", status=Status(state=State.RETIRED))
HIDDEN = replace(resource("hidden", "rl"), showing=Showing.NEVER)


def laid_out(*changes: Change) -> Shelf:
    moved = Redirect(id="former", to="new", date=date(2026, 11, 1), why=WORDS)
    books = Catalogue([OLD, NEW, GONE, HIDDEN], [moved])
    return Shelf(books, TopicMap([topic("rl")]), changes=Changes(changes))


def test_the_changes_of_the_days_are_told_the_latest_first_with_both_ends() -> None:
    books = laid_out(*(change(day, "new") for day in (14, 15, 18, 21, 22)))
    told = catalogue_news(books, date(2026, 11, 15), date(2026, 11, 21), Locale.KO)
    assert [each.date.day for each in told] == [21, 18, 15]
    assert {each.text for each in told} == {"바뀌었어요."}


def test_what_was_followed_leads_to_what_follows_it() -> None:
    books = laid_out(change(20, "old", kind=ChangeKind.SUPERSEDED))
    [told] = catalogue_news(books, date(2026, 11, 15), date(2026, 11, 21), Locale.EN)
    assert [row.id for row in told.successors] == ["new"] and told.url == "https://a.example/new"
    assert told.topics == {"rl"}


def test_what_is_retired_leads_nowhere_and_what_is_never_shown_is_not_named() -> None:
    books = laid_out(change(20, "gone", kind=ChangeKind.RETIRED), change(19, "hidden", "rl"))
    gone, hidden = catalogue_news(books, date(2026, 11, 15), date(2026, 11, 21), Locale.EN)
    assert gone.url is None and [row.id for row in gone.rows] == ["gone"]
    assert hidden.rows == () and hidden.url is None


def test_an_id_that_went_is_told_under_the_id_of_today() -> None:
    [told] = catalogue_news(laid_out(change(20, "former", "new")), date(2026, 11, 1), date(2026, 11, 30), Locale.EN)
    assert [row.id for row in told.rows] == ["new"]


def test_a_key_stays_when_words_are_mended_and_no_two_changes_share_one() -> None:
    first = change(20, "new")
    mended = replace(first, text=Bilingual(ko="고쳤어요.", en="Mended."))
    days = (date(2026, 11, 1), date(2026, 11, 30), Locale.EN)
    assert catalogue_news(laid_out(first), *days)[0].key == catalogue_news(laid_out(mended), *days)[0].key
    shipped = catalogue_news(shelf.load(), date.min, date.max, Locale.KO)
    assert shipped and len({each.key for each in shipped}) == len(shipped)
    assert all(len(each.text) <= 120 for each in shipped)
