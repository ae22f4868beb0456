"""The details card: verbs that set, help for who is stuck, thumbs and marks, and what the group may see of them."""

from __future__ import annotations

import pytest

from bot.app import utc_now
from bot.chat.press import Press, pack
from bot.chat.reply import How
from bot.chat.router import Router
from bot.core.people import EntryState
from bot.core.refs import SpaceRef
from cogs.card.way import Home, Way
from tests.callers import GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.stores import Postbox

CARD = "rec.card|d2l|0|deep learning"
OTHERS = ("mit-18-06", "3b1b-linear-algebra", "cs50p")


@pytest.fixture
def member(router: Router) -> Member:
    return Member(router, in_private())


@pytest.fixture
def mail(router: Router) -> Postbox:
    box = Postbox()
    router.outlets[HOST.platform] = box
    return box


async def _open_guild(router: Router, space: SpaceRef = GUILD) -> None:
    await router.space_arrived(space, "Study")
    await router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")


async def test_the_verbs_follow_what_was_said(member: Member) -> None:
    await member.press(CARD)
    assert member.offers == ["Save", "Start", "Not for me", "Remind me", "Link broken?", "Back"]
    await member.take("Start")
    assert member.offers == [
        "Finished",
        "Skimmed",
        "I'm stuck",
        "Not for me",
        "Undo",
        "Remind me",
        "Link broken?",
        "Back",
    ]
    await member.take("Finished")
    assert member.offers == ["Seen it myself", "Good", "Not so good", "Undo", "Remind me", "Link broken?", "Back"]
    assert "You finished this." in member.words
    await member.take("Undo")
    assert "I'm stuck" in member.offers, "it is under way again"
    await member.take("Skimmed")
    assert {"Seen it myself", "Good", "Not so good"} <= set(member.offers), "skimming counts"


async def test_a_thumb_sets_and_undo_sets_the_one_before(member: Member) -> None:
    await member.press("rec.put|done|d2l|0|x")
    await member.take("Good")
    assert "Noted that it was good." in member.words
    assert "Good" not in member.offers
    await member.take("Not so good")
    assert "Noted that it was not so good." in member.words
    await member.take("Undo")
    assert "Noted that it was good." in member.words
    await member.press("rec.thumb|none|d2l|0|x")
    assert "Noted" not in member.words


@pytest.mark.parametrize("wire", ["rec.thumb|up|d2l|0|x", "rec.seen|yes|d2l|0|x", "rec.put|going|d2l|0|x"])
async def test_a_second_tap_says_the_same_and_undo_ends_before_it(member: Member, wire: str) -> None:
    assert await member.press(wire) == await member.press(wire)
    await member.take("Undo")
    assert "Noted" not in member.words and "You have started" not in (member.words if "put" not in wire else "")


async def test_seen_it_myself_is_said_and_taken_back(member: Member) -> None:
    await member.press("rec.put|done|d2l|0|x")
    await member.take("Seen it myself")
    assert "Your group sees only how many have." in member.words
    assert "Seen it myself" not in member.offers
    await member.press(CARD)
    assert "Noted that you have seen it yourself." in member.words, "it lasts"
    await member.press("rec.seen|no|d2l|0|x")
    assert "Noted" not in member.words


@pytest.mark.parametrize(
    "wire",
    [
        "rec.thumb|loved|d2l|0|x",
        "rec.thumb|up|no-such-row|0|x",
        "rec.seen|maybe|d2l|0|x",
        "rec.seen|yes|no-such-row|0|x",
        "rec.stuck|no-such-row|0|x",
        "rec.help|cats|0|d2l|0|x",
        "rec.help|maths|0|no-such-row|0|x",
        "rec.undo|loved|d2l|0|x",
    ],
)
async def test_forged_and_stale_presses_are_refused(member: Member, wire: str) -> None:
    assert "older version" in await member.press(wire)


# three things open


async def _start(member: Member, *ids: str) -> None:
    for resource in ids:
        await member.press(f"rec.put|going|{resource}|0|x")


async def test_a_third_open_thing_is_started_and_one_is_offered_to_be_finished_first(member: Member) -> None:
    await _start(member, *OTHERS[:2])
    assert "finish one first" not in member.words
    await _start(member, "d2l")
    assert "You have started this." in member.words, "it never forbids"
    assert "That makes 3 under way. Shall we finish one first?" in member.words
    assert {"MIT 18.06 Linear Algebra", "Essence of Linear Algebra", "Dive into Deep Learning"} <= set(member.offers)
    await member.take("MIT 18.06 Linear Algebra")
    assert "Finished" in member.offers
    await member.take("Back")
    assert member.words.startswith("My list")


async def test_of_more_than_three_the_longest_open_are_offered(member: Member) -> None:
    await _start(member, *OTHERS, "d2l")
    assert "That makes 4 under way." in member.words
    assert "MIT 18.06 Linear Algebra" in member.offers and "Dive into Deep Learning" not in member.offers


async def test_looking_again_or_finishing_one_does_not_ask_again(member: Member) -> None:
    await _start(member, *OTHERS)
    await member.press(CARD)
    assert "finish one first" not in member.words
    await member.press(f"rec.put|done|{OTHERS[0]}|0|x")
    assert "finish one first" not in member.words


# stuck


async def test_stuck_asks_once_and_gives_a_short_film_with_its_why(router: Router) -> None:
    member = Member(router, in_private(language="ko"))
    await member.press("rec.put|going|d2l|0|x")
    await member.take("막혔어요")
    assert "Dive into Deep Learning: 어디에서 막혔어요?" in member.words
    assert member.offers == ["수학", "코드", "영어", "한꺼번에 너무 많아요", "돌아가기"]
    await member.take("수학")
    assert member.seen is not None and member.seen.shown == ("3b1b-linear-algebra",)
    for said in (
        "벡터란 대체 무엇인가 (",
        "· 10분쯤",
        "이것 하나면 지금은 충분해요.",
        "선형대수를 다뤄요.",
        "그림으로 보여 줘요.",
        "한국어 자막이 있어요.",
    ):
        assert said in member.words
    assert "글쓴이는" in member.words, "the article's own word for it, as its author's view"
    assert member.seen.how is How.EDIT
    await member.take("다른 것")
    assert member.seen.shown != ("3b1b-linear-algebra",)
    await member.take("돌아가기")
    assert "시작한 자료예요." in member.words


async def test_there_is_an_end_to_what_helps_and_it_is_no_blame(member: Member) -> None:
    await member.press("rec.help|maths|99|d2l|0|x")
    assert member.words == "I know of nothing smaller yet. It is fine to leave it here for today."
    assert member.offers == ["Back"]


@pytest.mark.parametrize(
    ("resource", "trouble", "piece", "minutes", "url"),
    [
        ("modu-dl-season2", "code", "텐서", 10, "https://tutorials.pytorch.kr/beginner/basics/tensorqs_tutorial.html"),
        ("stanford-cs224w-2021", "code", "변수, 식, 문장", 20, "https://www.py4e.com/html3/02-variables"),
        ("stanford-cs224w-2021", "maths", "벡터란 대체 무엇인가", 10, "https://www.3blue1brown.com/lessons/vectors"),
    ],
)
async def test_what_helps_is_one_named_piece_with_its_minutes(
    router: Router, resource: str, trouble: str, piece: str, minutes: int, url: str
) -> None:
    answer = await router.press(in_private(language="ko"), f"rec.help|{trouble}|0|{resource}|0|x")
    assert f"{piece} ({url}) · {minutes}분쯤\n이것 하나면 지금은 충분해요." in words_of(answer)
    assert buttons_of(answer)["열기"].url == url


async def test_a_whole_site_is_never_said_to_be_enough(router: Router) -> None:
    said = words_of(await router.press(in_private(language="ko"), "rec.help|language|0|modu-dl-season2|0|x"))
    assert "혁펜하임" in said and "다 볼 필요는 없어요." in said and "이것 하나면" not in said


async def test_the_reasons_for_a_small_thing_are_sentences(router: Router) -> None:
    said = words_of(await router.press(in_private(language="ko"), "rec.help|maths|0|stanford-cs224w-2021|0|x"))
    assert "왜: 선형대수를 다뤄요. 그래프를 인접 행렬과 라플라시안으로 적어요. 한 편이 짧아요." in said


async def test_being_stuck_leaves_no_trace(member: Member) -> None:
    await member.press("rec.stuck|d2l|0|x")
    await member.press("rec.help|maths|0|d2l|0|x")
    await member.press(CARD)
    assert member.offers[0] == "Save", "nothing was said of it"


async def test_in_a_group_where_all_read_the_way_to_help_is_in_private(router: Router) -> None:
    await _open_guild(router, in_group().place.space)  # type: ignore[arg-type]
    listed = await router.call(in_group(), "recommend", {"topic": "deep learning"})
    assert all(button.landing for label, button in buttons_of(listed).items() if label.isdigit())


# the group


async def _finish(router: Router, user: str, thumb: str = "none") -> None:
    there = on_server(user)
    for verb in ("put|done", "seen|yes", f"thumb|{thumb}"):
        await router.press(there, f"rec.{verb}|d2l|0|x")
        await router.finish()


@pytest.fixture
async def guild(router: Router) -> Router:
    await _open_guild(router)
    return router


async def test_the_groups_own_mark_counts_people_and_names_nobody(guild: Router) -> None:
    reader = Member(guild, on_server("99", language="ko"))
    assert "우리 모임" not in await reader.press(CARD)
    for user in ("1", "2", "3"):
        await _finish(guild, user)
    said = await reader.press(CARD)
    month = f"{utc_now():%Y-%m}"
    assert f"우리 모임 3명 확인, {month}" in said
    assert "평가" not in said, "nobody has rated it"


@pytest.mark.parametrize(
    ("thumbs", "said"),
    [
        (("up", "up"), None),
        (("up", "up", "up"), "3 of our group have rated it, and rather like it."),
        (("up", "down", "up"), "3 of our group have rated it, and are of two minds."),
        (("down", "down", "down"), "3 of our group have rated it, and rather do not like it."),
    ],
)
async def test_thumbs_are_told_from_three_people_on(guild: Router, thumbs: tuple[str, ...], said: str | None) -> None:
    for user, thumb in enumerate(thumbs, 1):
        await _finish(guild, str(user), thumb)
    card = words_of(await guild.press(on_server("99"), CARD))
    assert (said in card) if said else ("rated" not in card)


async def test_in_private_a_member_sees_their_groups_mark_and_a_stranger_none(guild: Router) -> None:
    for user in ("1", "2", "3"):
        await _finish(guild, user)
    assert "Seen by 3 of our group" in words_of(await guild.press(in_private("1"), CARD))
    assert "Seen by" not in words_of(await guild.press(in_private("99"), CARD))


# the way back


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        (Way.from_home(Home.LIST, 5), Press.of("mylist.turn", 5, "")),
        (Way.from_home(Home.SEARCH, 8, "cs231n"), Press.of("search.turn", 8, "cs231n")),
        (Way(3, "rl"), Press.of("rec.turn", 3, "rl")),
        (Way(3, "\x1e?doors"), Press.of("rec.turn", 3, "?doors")),
        (Way(0, "\x1e"), Press.of("rec.turn", 0, "")),
    ],
)
def test_back_leads_only_to_where_cards_are_opened_from(asked: Way, back: Press) -> None:
    assert asked.back() == back
    assert Way(asked.offset, asked.asked).back() == back


def test_the_longest_verb_on_a_usual_row_still_fits_a_button() -> None:
    way = Way.from_home(Home.LIST, 10)
    assert len(pack(way.press("rec.put", EntryState.NOT_FOR_ME.value, "linear-algebra-for-ai-choo")).encode()) <= 64


# broken links


async def test_the_first_report_of_a_link_reaches_the_host_once(router: Router, mail: Postbox) -> None:
    for user in ("1", "2", "1"):
        toast = reply_of(await router.press(in_private(user), "rec.broken|d2l"))
        assert toast.how is How.TOAST
    await router.finish()
    ((to, letter, key),) = mail.sent
    assert (to, key) == (HOST, "broken:d2l:7")
    assert words_of(letter).startswith("Dive into Deep Learning (https://d2l.ai/)\nSomebody says for the first time")
    assert list(buttons_of(letter)) == ["Fixed", "Still the same"]


async def test_a_letter_that_reached_nobody_is_written_again(router: Router, mail: Postbox) -> None:
    mail.closed = "closed_dm"
    await router.press(in_private("1"), "rec.broken|d2l")
    await router.finish()
    mail.closed = None
    await router.press(in_private("2"), "rec.broken|d2l")
    await router.finish()
    assert len(mail.sent) == 1


async def test_the_host_says_what_they_did(router: Router, mail: Postbox) -> None:
    await router.press(in_private("1"), "rec.broken|stanford-cs231n-2017")
    await router.finish()
    letter = mail.sent[0][1]
    host = in_private(HOST.id)
    still = reply_of(await router.press(host, buttons_of(letter)["Still the same"].wire))
    assert still.how is How.EDIT
    assert "It stays on the list: moim reports" in words_of(still)
    assert list(buttons_of(still)) == ["Fixed"]
    fixed = await router.press(host, buttons_of(still)["Fixed"].wire)
    assert "Noted as fixed." in words_of(fixed)
    assert words_of(fixed) == words_of(await router.press(host, buttons_of(letter)["Fixed"].wire)), "a second tap"
    await router.press(in_private("1"), "rec.broken|stanford-cs231n-2017")
    await router.finish()
    assert len(mail.sent) == 2, "broken again is news again"


@pytest.mark.parametrize("verb", ["fixed", "still"])
async def test_nobody_else_closes_a_report(router: Router, verb: str) -> None:
    await router.press(in_private("1"), "rec.broken|d2l")
    refused = await router.press(in_private("1"), f"reports.{verb}|d2l")
    assert words_of(refused) == "Only the person who runs this bot can do that."


async def test_without_a_link_there_is_nothing_to_report(router: Router) -> None:
    assert "older version" in words_of(await router.press(in_private("1"), "rec.broken|no-such-row"))


async def test_the_list_of_picks_tells_the_groups_mark_and_leans_towards_it(guild: Router) -> None:
    reader = on_server("99")
    before = reply_of(await guild.call(reader, "recommend", {"topic": "deep learning"}))
    assert "of our group" not in words_of(before)
    for user in ("1", "2", "3", "4"):
        for verb in ("put|saved", "seen|yes", "thumb|up"):
            await guild.press(on_server(user), f"rec.{verb}|{before.shown[1]}|0|x")
            await guild.finish()
    after = reply_of(await guild.call(reader, "recommend", {"topic": "deep learning"}))
    assert "seen by 4 of our group" in words_of(after)
    assert after.shown.index(before.shown[1]) <= 1
    elsewhere = reply_of(await guild.call(in_private("99"), "recommend", {"topic": "deep learning"}))
    assert elsewhere.shown == before.shown, "a stranger in private has no group"
