"""Whoever is stuck gets the smallest thing that helps now, never a textbook."""

from __future__ import annotations

import pytest

from bot.core.catalogue import Approach, Article, Catalogue, Kind, Level, Showing, State, Status, Strength, Sureness
from bot.core.scoring import Profile
from bot.core.shelf import Shelf
from bot.core.stuck import Trait, Trouble, hints, hours_of_a_piece, troubles
from bot.core.topics import TopicMap
from bot.i18n import Bilingual, Locale
from tests.core.rows import resource, topic

SMALL = frozenset((Kind.COURSE, Kind.ARTICLE, Kind.NOTEBOOK, Kind.SITE, Kind.BLOG, Kind.VIDEO_CHANNEL))


def _units(words: str) -> Bilingual:
    return Bilingual.same(words)


def _little(*rows: object, course: object | None = None) -> Shelf:
    """A shelf with one course on deep learning, which asks for linear algebra and Python, and `rows`."""
    topics = TopicMap(
        [
            topic("math"),
            topic("linear-algebra", parent="math"),
            topic("calculus", parent="math"),
            topic("python"),
            topic("deep-learning", "python", "linear-algebra"),
            topic("cnn", "deep-learning", parent="deep-learning"),
        ]
    )
    stuck = course or resource("course", "deep-learning", prerequisites=("linear-algebra", "python"))
    return Shelf(Catalogue([stuck, *rows]), topics)  # type: ignore[list-item]


def _ids(shelf: Shelf, trouble: Trouble, profile: Profile | None = None, reader: str = "en") -> list[str]:
    found = hints(shelf.catalogue["course"], trouble, shelf, profile or Profile(), reader=reader)
    return [hint.resource.id for hint in found]


# the real catalogue


@pytest.mark.parametrize("reader", [locale.value for locale in Locale])
def test_whatever_anyone_may_be_stuck_with_the_answer_is_small_and_readable(shelf: Shelf, reader: str) -> None:
    stuck_in = [row for row in shelf.catalogue if row.showing is Showing.OFFERED and row.topics]
    lacking = []
    for row in stuck_in:
        for trouble in troubles(row, shelf, reader):
            found = hints(row, trouble, shelf, reader=reader)
            lacking += [] if found else [(row.id, trouble.value)]
            for hint in found:
                assert hint.resource.kind in SMALL
                assert hint.resource.id != row.id
                assert hint.resource.level is not Level.ADVANCED
                assert hint.resource.link
                assert {reader, "en"} & {*hint.resource.languages, *hint.resource.subtitles}
    wanting = [row for row, trouble in lacking if trouble not in (Trouble.LANGUAGE, Trouble.MUCH)]
    assert wanting == [], "maths and code are only asked about where there is something for them"
    assert len(lacking) < 0.1 * len(stuck_in)


def test_the_maths_of_the_first_deep_learning_book_is_a_short_film_with_korean_subtitles(shelf: Shelf) -> None:
    first = hints(shelf.catalogue["d2l"], Trouble.MATHS, shelf, reader="ko")[0]
    assert first.resource.id == "3b1b-linear-algebra"
    assert first.topic == "linear-algebra"
    assert {Trait.SHORT, Trait.VISUAL, Trait.SUBTITLES} <= set(first.traits)
    assert first.piece, "one film of it is enough"


def test_the_language_is_helped_by_something_in_korean_on_the_same_topic(shelf: Shelf) -> None:
    stuck_in = shelf.catalogue["fastai-part1"]
    assert Trouble.LANGUAGE in troubles(stuck_in, shelf, "ko")
    first = hints(stuck_in, Trouble.LANGUAGE, shelf, reader="ko")[0]
    assert "ko" in first.resource.languages
    assert first.topic == stuck_in.topic
    assert Trait.LANGUAGE in first.traits


def test_the_same_piece_in_another_language_is_no_other_help(shelf: Shelf) -> None:
    found = [hint.resource.id for hint in hints(shelf.catalogue["d2l"], Trouble.CODE, shelf, reader="ko")]
    assert found[0] == "pytorch-tutorials-kr" and "pytorch-tutorials" not in found
    assert "pytorch-tutorials" in [
        hint.resource.id for hint in hints(shelf.catalogue["d2l"], Trouble.CODE, shelf, reader="en")
    ]


def test_only_a_piece_of_one_sitting_has_its_minutes_told(shelf: Shelf) -> None:
    found = [
        hint
        for row in shelf.catalogue
        for trouble in troubles(row, shelf, "ko")
        for hint in hints(row, trouble, shelf, reader="ko")
    ]
    assert {hint.minutes is not None and hint.minutes <= 75 for hint in found if hint.unit is not None} == {True}
    assert all(hint.minutes is None or 5 <= hint.minutes <= 75 for hint in found)
    assert all(hint.piece for hint in found if hint.minutes is not None)


def test_most_first_hints_name_a_piece_of_half_an_hour_at_most(shelf: Shelf) -> None:
    firsts = [
        found[0]
        for row in shelf.catalogue
        for trouble in (Trouble.MATHS, Trouble.CODE)
        if trouble in troubles(row, shelf, "ko") and (found := hints(row, trouble, shelf, reader="ko"))
    ]
    small = [hint for hint in firsts if hint.unit is not None and hint.minutes is not None and hint.minutes <= 30]
    assert len(small) > 0.9 * len(firsts)


def test_a_program_that_does_not_run_is_helped_by_the_library_and_not_by_maths(shelf: Shelf) -> None:
    stuck_in = shelf.catalogue["llms-from-scratch"]
    assert hints(stuck_in, Trouble.CODE, shelf, reader="ko")[0].topic == "pytorch"


def test_it_is_quick_enough_to_answer_a_tap(shelf: Shelf) -> None:
    shelf.ranks  # noqa: B018 - built at start
    for row in shelf.catalogue:
        assert len(hints(row, Trouble.MATHS, shelf)) < 60


# the rules


def test_what_there_is_to_be_stuck_with_depends_on_the_resource() -> None:
    shelf = _little(resource("film", "linear-algebra"), course=resource("course", "python"))
    assert troubles(shelf.catalogue["course"], shelf, "en") == (Trouble.CODE, Trouble.MUCH)
    assert troubles(shelf.catalogue["course"], shelf, "ko") == (Trouble.CODE, Trouble.LANGUAGE, Trouble.MUCH)
    assert troubles(shelf.catalogue["film"], shelf, "en") == (Trouble.MATHS, Trouble.MUCH)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in SMALL])
def test_a_textbook_a_list_or_a_tool_is_never_the_answer(kind: Kind) -> None:
    shelf = _little(resource("big", "linear-algebra", kind=kind, approach=(Approach.VISUAL, Approach.GENTLE)))
    assert _ids(shelf, Trouble.MATHS) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"level": Level.ADVANCED},
        {"showing": Showing.WHEN_NAMED},
        {"url": None},
        {"sure": Sureness.LOW},
        {"status": Status(state=State.RETIRED)},
        {"status": Status(state=State.SUPERSEDED)},
        {"article": Article(strength=Strength.NOT_RECOMMENDED, section="x")},
        {"languages": ("ja",)},
        {"prerequisites": ("deep-learning",)},
        {"kind": Kind.SITE},
    ],
    ids=str,
)
def test_what_is_hard_gone_doubtful_or_asks_for_the_topic_itself_is_left_out(changes: dict[str, object]) -> None:
    shelf = _little(resource("film", "linear-algebra", **changes), resource("plain", "linear-algebra"))
    assert _ids(shelf, Trouble.MATHS) == ["plain"]


def test_what_the_person_has_behind_them_or_dislikes_is_not_offered() -> None:
    shelf = _little(resource("a", "linear-algebra"), resource("b", "linear-algebra"), resource("c", "linear-algebra"))
    profile = Profile(done=frozenset(("a",)), not_for_me=frozenset(("b",)))
    assert _ids(shelf, Trouble.MATHS, profile) == ["c"]


def test_the_smallest_piece_comes_first_and_pictures_beat_words() -> None:
    shelf = _little(
        resource("long", "linear-algebra", units=_units("34 lectures")),
        resource("short", "linear-algebra", units=_units("16 videos")),
        resource("drawn", "linear-algebra", units=_units("34 lectures"), approach=(Approach.VISUAL,)),
        resource("known-long", "linear-algebra", hours=24.0),
    )
    assert _ids(shelf, Trouble.MATHS) == ["drawn", "short", "long", "known-long"]


def test_the_readers_own_language_comes_first_then_subtitles() -> None:
    shelf = _little(
        resource("english", "linear-algebra"),
        resource("subtitled", "linear-algebra", subtitles=("ko",)),
        resource("korean", "linear-algebra", languages=("ko",)),
    )
    assert _ids(shelf, Trouble.MATHS, reader="ko") == ["korean", "subtitled", "english"]
    assert _ids(shelf, Trouble.MATHS, reader="en") == ["english", "subtitled"]


def test_what_is_asked_for_directly_comes_before_what_lies_deeper() -> None:
    shelf = _little(
        resource("deeper", "linear-algebra", approach=()),
        resource("direct", "calculus"),
        course=resource("course", "cnn", prerequisites=("calculus",)),
    )
    assert _ids(shelf, Trouble.MATHS) == ["direct", "deeper"]
    assert [hint.topic for hint in hints(shelf.catalogue["course"], Trouble.MATHS, shelf)] == [
        "calculus",
        "linear-algebra",
    ]


def test_the_reason_why_a_topic_is_needed_comes_with_it() -> None:
    shelf = _little(resource("film", "linear-algebra"), resource("own", "deep-learning"))
    (hint,) = hints(shelf.catalogue["course"], Trouble.MATHS, shelf)
    assert hint.why is not None and hint.why.en == "It is needed first."
    assert hints(shelf.catalogue["course"], Trouble.MUCH, shelf)[0].why is None


def test_too_much_at_once_is_helped_by_the_same_topic_first() -> None:
    shelf = _little(resource("film", "linear-algebra"), resource("own", "deep-learning"))
    assert _ids(shelf, Trouble.MUCH)[0] == "own"


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"units": _units("16 videos")}, 0.25),
        ({"units": _units("about 8 videos (Transformer chapters added in 2024)")}, 0.25),
        ({"units": _units("34 lectures")}, 1.25),
        ({"units": _units("12 videos"), "hours": 3.0}, 0.25),
        ({"units": _units("1 video, 3.5 hours"), "hours": 3.5}, 3.5),
        ({"units": _units("several courses")}, 1.5),
        ({"units": _units("0 videos")}, 1.5),
        ({"hours": 2.0}, 2.0),
        ({"kind": Kind.ARTICLE}, 0.5),
        ({"kind": Kind.TEXTBOOK}, 2.0),
        ({"kind": Kind.SITE, "units": _units("6 chapters")}, 0.5),
    ],
    ids=str,
)
def test_a_piece_is_judged_by_its_name(changes: dict[str, object], hours: float) -> None:
    assert hours_of_a_piece(resource("row", "python", **changes)) == pytest.approx(hours)
