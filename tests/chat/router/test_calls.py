"""Commands: their options typed, their doors, and the polite refusals."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.reply import Answer, How, Reply
from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from tests.callers import in_group, in_private, on_server
from tests.chat.club import SECRET, Club, Kind, Level
from tests.stores import Gate, House

HOST = UserRef(Platform.DISCORD, "7")


def _said(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    return plain(answer.text)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "None, None, None, None"),
        ({"note": "rl", "level": "beginner", "hour": "9"}, f"'rl', {Level.BEGINNER!r}, 9, None"),
        ({"note": "rl", "level": Level.ADVANCED, "hour": 23}, f"'rl', {Level.ADVANCED!r}, 23, None"),
        ({"note": "", "hour": None, "kind": "video-channel"}, f"None, None, None, {Kind.VIDEO!r}"),
        ({"unheard_of": "x", "hour": 0}, "None, None, 0, None"),
    ],
)
async def test_options_reach_the_cog_with_their_types(router: Router, given: dict[str, Any], said: str) -> None:
    assert _said(await router.call(in_private(), "meet", given)) == said


@pytest.mark.parametrize("hour", [-1, 24, "-1", "24", 10**30, "9.5", "nine", "９시", None.__class__, ["9"], "9" * 5000])
async def test_a_number_out_of_bounds_is_refused_by_name(router: Router, hour: Any) -> None:
    answer = await router.call(in_private(), "meet", {"hour": hour})
    assert _said(answer).startswith("I do not understand ")
    assert _said(answer).endswith(" for hour.")
    assert len(_said(answer)) < 100


@pytest.mark.parametrize(
    ("language", "said"), [("en", "I do not understand x for level."), ("ko", "난이도에 x는 쓸 수 없어요.")]
)
async def test_an_unknown_choice_is_refused_in_the_callers_words(router: Router, language: str, said: str) -> None:
    assert _said(await router.call(in_private(language=language), "meet", {"level": "x"})) == said


async def test_an_unknown_command_is_told_politely_and_alone(router: Router) -> None:
    answer = await router.call(in_private(), "fly", {})
    assert answer == Reply(("I do not know /fly. /help lists what I can do.",), public=False)


async def test_a_group_command_says_so_in_private_and_works_in_a_group(router: Router) -> None:
    assert _said(await router.call(in_private(), "vote", {})) == "/vote works in a group."
    assert _said(await router.call(on_server(), "vote", {})) == "vote"


async def test_a_hosts_command_is_for_hosts(club_texts: None, house: House) -> None:
    house.gate = Gate([HOST])
    router = Router([Club()], house.stores, clock=house.clock)
    assert _said(await router.call(in_private("8"), "keys", {})) == "Only the person who runs this bot can do that."
    assert _said(await router.call(in_private(HOST.id), "keys", {})) == "the keys"


async def test_a_crash_is_told_with_a_reference_and_logged_once(router: Router) -> None:
    with capture_logs() as logs:
        answer = await router.call(in_private(), "crash", {"note": "mine"})
    assert isinstance(answer, Reply)
    assert answer.public is False
    (line,) = logs
    assert (line["log_level"], line["what"], line["platform"]) == ("error", "/crash", "discord")
    assert _said(answer).endswith(f": {line['reference']}")
    assert len(line["reference"]) == 6
    assert SECRET not in _said(answer)
    assert "mine" not in repr({key: value for key, value in line.items() if key != "exc_info"})


async def test_a_store_that_fails_is_told_like_a_crash(router: Router, house: House) -> None:
    async def gone(user: UserRef) -> None:
        raise OSError(SECRET)

    house.people.visitor = gone  # type: ignore[method-assign]
    with capture_logs() as logs:
        answer = await router.call(in_private(language="ko"), "meet", {})
    assert len(logs) == 1
    assert _said(answer).startswith("저희 쪽에서 문제가 생겼어요.")
    assert SECRET not in _said(answer)


async def test_the_language_is_the_chosen_one_then_the_clients_then_the_houses(club_texts: None, house: House) -> None:
    router = Router([Club()], house.stores, clock=house.clock, default_locale=Locale.KO)
    house.people.meet(UserRef(Platform.DISCORD, "2"), chose=Locale.EN, language="ko")
    refusals = {
        in_private("1", language="en-GB"): "I do not know",
        in_private("1", language="fr"): "/fly: 모르는",
        in_private("1", language=None): "/fly: 모르는",
        in_private("2", language="ko"): "I do not know",
    }
    for caller, refusal in refusals.items():
        assert _said(await router.call(caller, "fly", {})).startswith(refusal)


async def test_an_adapters_own_words_are_said_in_the_callers_language_and_sealed(router: Router) -> None:
    answer = await router.tell(in_private(language="ko"), lambda ctx: Reply((ctx.t("kit.cancelled"),)))
    assert _said(answer) == "그만뒀어요."


@pytest.mark.parametrize(("name", "private"), [("meet", True), ("board", False), ("fly", True)])
def test_adapters_can_ask_who_will_see_an_answer(router: Router, name: str, private: bool) -> None:
    assert router.is_private(name) is private


async def test_a_private_answer_is_private_and_a_public_one_public(router: Router) -> None:
    for caller in (in_private(), on_server()):
        meet, board = await router.call(caller, "meet", {}), await router.call(caller, "board", {})
        assert isinstance(meet, Reply) and isinstance(board, Reply)
        assert (meet.public, board.public) == (False, True)
        assert (meet.how, board.how) == (How.NEW, How.NEW)


def test_suggestions_are_at_most_25(router: Router) -> None:
    choices = router.complete(in_private(), "meet", "note", "rl")
    assert len(choices) == 25
    assert choices[0].label == "rl 0"


@pytest.mark.parametrize(("name", "option"), [("meet", "level"), ("meet", "nothing"), ("nothing", "note"), ("", "")])
def test_nothing_is_suggested_where_nothing_completes(router: Router, name: str, option: str) -> None:
    assert router.complete(in_private(), name, option, "x") == ()


def test_a_completion_that_breaks_suggests_nothing_and_is_logged_once(router: Router) -> None:
    with capture_logs() as logs:
        assert router.complete(in_private(), "meet", "note", "crash") == ()
    assert [line["event"] for line in logs] == ["completion failed"]


async def test_a_post_is_written_in_the_readers_language_and_sealed(router: Router, house: House) -> None:
    house.people.meet(UserRef(Platform.TELEGRAM, "5"), language="ko-KR")
    reply = await router.post(
        "club.notice", in_private("5", platform=Platform.TELEGRAM, language=None), title="긴 제목 " * 9
    )
    assert reply is not None
    assert plain(reply.text).startswith("ko: 긴 제목")
    assert reply.rows[0][0].wire.startswith("~")
    assert len(house.wires) == 1


async def test_a_group_that_reads_along_gets_the_impersonal_answer(router: Router) -> None:
    answer = await router.call(in_group(), "meet", {})
    assert isinstance(answer, Reply)
    assert answer.public is True


async def test_what_only_a_message_fills_comes_beside_what_is_typed(router: Router) -> None:
    for caller in (in_private(), in_private(language="ko")):
        answer = await router.call(caller, "jot", {"note": "x", "quoted": "a message"})
        assert _said(answer) == "jotted 'x' about 'a message'"
