"""Ids that went: the row that is found under them, and every id that was ever public."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.catalogue import Catalogue
from bot.core.paths.standing import Walker, stand
from bot.core.redirects import Redirect, problems_of
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual
from tests.core.rows import resource, topic

PUBLIC_IDS = (Path(__file__).parent / "data" / "public-ids.txt").read_text(encoding="utf-8").split()


def redirect(old: str, to: str) -> Redirect:
    why = Bilingual(ko="같은 강의라 합쳤어요.", en="They were one course.")
    return Redirect(id=old, to=to, date=date(2026, 11, 25), why=why)


def books(*redirects: Redirect) -> Catalogue:
    return Catalogue([resource("one", "rl"), resource("two", "rl")], redirects)


@pytest.mark.parametrize("public", PUBLIC_IDS)
def test_an_id_that_was_public_once_finds_something_for_ever(public: str, shelf: Shelf) -> None:
    assert shelf.catalogue.get(public) or shelf.methods.get(public), "give it a line in data/redirects.toml"


def test_the_list_of_public_ids_holds_what_was_ever_given() -> None:
    assert len(PUBLIC_IDS) == len(set(PUBLIC_IDS)) >= 446


def test_an_old_id_finds_the_row_of_today_and_is_no_row_itself() -> None:
    catalogue = books(redirect("old", "one"))
    assert catalogue.get("old") is catalogue["old"] is catalogue["one"]
    assert catalogue.current("old") == "one" and catalogue.current("two") == "two"
    assert catalogue.former("one") == ("old",) and catalogue.former("two") == ()
    assert "old" not in catalogue
    assert [row.id for row in catalogue] == ["one", "two"]


def test_chains_are_followed_and_what_leads_nowhere_finds_nothing() -> None:
    catalogue = books(redirect("oldest", "older"), redirect("older", "two"), redirect("lost", "gone"))
    assert catalogue.current("oldest") == "two"
    assert catalogue.former("two") == ("oldest", "older")
    assert catalogue.get("lost") is None


def test_a_circle_ends() -> None:
    catalogue = books(redirect("a", "b"), redirect("b", "a"), redirect("c", "c"))
    assert catalogue.get("a") is catalogue.get("b") is catalogue.get("c") is None


def test_an_id_with_a_row_of_its_own_is_that_row() -> None:
    assert books(redirect("one", "two"))["one"].id == "one"


def test_what_leads_nowhere_or_hides_a_row_is_named() -> None:
    rows = {"one", "two"}
    wrong = [redirect("one", "two"), redirect("lost", "gone"), redirect("a", "b"), redirect("b", "a")]
    found = [(problem.row, problem.key) for problem in problems_of([redirect("old", "one"), *wrong], rows)]
    assert found == [("one", ""), ("lost", "to"), ("a", "to"), ("b", "to")]


def test_an_old_id_that_is_typed_or_comes_with_a_link_is_the_row_of_today() -> None:
    some = Shelf(books(redirect("old-course", "one")), TopicMap([topic("rl")]))
    assert [named.resource for named in read("old-course", some).named] == ["one"]


def test_a_path_that_names_an_old_id_goes_on(shelf: Shelf) -> None:
    path = next(iter(shelf.paths))
    named = next(each for step in path.steps for each in step.resources)
    renamed = [resource("new-name", shelf.catalogue[named].topic)]
    kept = [row for row in shelf.catalogue if row.id != named]
    standing = stand(path, Catalogue([*renamed, *kept], [redirect(named, "new-name")]), Walker())
    rows = {each.resource.id for each in standing.steps if each.resource}
    assert named not in rows and "new-name" in rows


def test_the_code_of_an_id_finds_its_row_even_when_the_id_went(shelf: Shelf) -> None:
    before, after = books(), books(redirect("old", "one"))
    assert before.code("one").isupper() and before.code("one") == after.code("one")
    assert after.get(after.code("one")) is after.get(after.code("old")) is after.get("one")
    assert before.get(after.code("old")) is None
    assert all(shelf.catalogue[shelf.catalogue.code(row.id)] is row for row in shelf.catalogue)


def test_ids_that_share_a_code_go_by_their_own_names() -> None:
    rows = [resource(f"row-{number}", "rl") for number in range(60_000)]
    catalogue = Catalogue(rows)
    lone = [row.id for row in rows if catalogue.code(row.id) == row.id]
    assert lone, "so many rows must meet somewhere"
    assert all(catalogue[catalogue.code(row.id)] is row for row in rows)
