"""`/manage`: what organisers see of broken links and of how things stand, and who else is told who can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import House, open_house
from bot.chat.reply import How
from bot.chat.router import Router
from bot.config import Settings
from bot.core.cycle import Picks, Rhythm
from bot.core.outbox import LetterState, NewLetter
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import NewSchedule
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.troubles import Trouble
from cogs.manage._status import KINDS
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of

ADMIN = replace(on_server("1"), admin=True)
LINKS = {"what": "links"}
DEAD, UNDELIVERED = LetterState.DEAD, LetterState.UNDELIVERED
NOW, DAY = datetime.now(UTC), timedelta(days=1)
REFUSED = "The people who run this group can do that: its admins on Telegram, whoever has Manage Server on Discord."


@pytest.fixture
async def open_router(house: House) -> Router:
    return house.router


@pytest.fixture
async def house(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The whole house, with two spaces that its host opened."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings) as opened:
        for space in (GUILD, GROUP):
            await opened.router.space_arrived(space, "Lab")
            await opened.router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
        yield opened


async def _report(router: Router, *resources: str, user: str = "50") -> None:
    for resource in resources:
        await router.press(in_private(user), f"rec.broken|{resource}")
    await router.finish()


async def test_with_nothing_to_do_it_says_so(open_router: Router) -> None:
    panel = await open_router.call(ADMIN, "manage", LINKS)
    assert words_of(panel).startswith("Broken links\nNothing to look at just now.")
    assert list(buttons_of(panel)) == ["Look again", "Back"]


async def test_open_reports_stand_with_how_many_and_what_could_take_their_place(open_router: Router) -> None:
    await _report(open_router, "d2l", "stanford-cs231n-2017")
    await _report(open_router, "stanford-cs231n-2017", user="51")
    said = words_of(await open_router.call(ADMIN, "manage", LINKS))
    assert "2 links are said to be broken" in said
    assert said.index("2 people say so, since") < said.index("One person says so, since"), "most people first"
    assert "Instead: " in said


async def test_handled_closes_one_in_place_and_a_new_report_brings_it_back(open_router: Router) -> None:
    await _report(open_router, "d2l", "cs50p")
    panel = await open_router.call(ADMIN, "manage", LINKS)
    assert list(buttons_of(panel)) == ["1 is handled", "2 is handled", "Look again", "Back"]
    first = buttons_of(panel)["1 is handled"].wire
    closed = reply_of(await open_router.press(ADMIN, first))
    assert closed.how is How.EDIT
    assert "One link is said to be broken" in words_of(closed)
    assert words_of(await open_router.press(ADMIN, first)) == words_of(closed), "a second tap"
    await _report(open_router, "d2l")
    assert "2 links are said to be broken" in words_of(await open_router.call(ADMIN, "manage", LINKS))


async def test_members_are_told_who_can(open_router: Router) -> None:
    assert words_of(await open_router.call(on_server("2"), "manage", {})) == REFUSED
    assert words_of(await open_router.press(on_server("2"), "manage.handled|d2l")) == REFUSED
    assert words_of(await open_router.call(replace(in_private(), admin=True), "manage", {})) == (
        "/manage works in a group."
    )


async def test_a_telegram_group_may_read_it_and_its_admins_press_there(open_router: Router) -> None:
    await _report(open_router, "d2l")
    admin = replace(in_group("1"), admin=True)
    panel = reply_of(await open_router.call(admin, "manage", LINKS))
    assert panel.public
    assert not any(button.landing for button in buttons_of(panel).values())
    pressed = replace(admin, on_public=True)
    closed = reply_of(await open_router.press(pressed, buttons_of(panel)["1 is handled"].wire))
    assert (closed.how, closed.public) == (How.EDIT, True)


async def test_help_lists_it_for_those_who_can(open_router: Router) -> None:
    def listed(answer: object) -> bool:
        return "/manage" in words_of(answer)  # type: ignore[arg-type]

    assert listed(await open_router.press(ADMIN, "help.all"))
    assert not listed(await open_router.press(on_server("2"), "help.all"))
    assert not listed(await open_router.press(in_private(), "help.all"))


async def test_reports_of_rows_that_went_can_be_closed(open_router: Router) -> None:
    assert "is handled" in words_of(await open_router.press(ADMIN, "manage.handled|long-gone-row"))


# how things stand


async def _something_happened(house: House) -> None:
    """A reminder, a letter to a person and one to this server that both were not sent, and a group with a date."""
    place = Place(Platform.DISCORD, "10", GUILD)
    async with house.storage.write() as uow:
        minsu = await uow.people.meet(UserRef(Platform.DISCORD, "5551234"), "en", NOW)
        await uow.schedules.add(NewSchedule("reminder", NOW + DAY, {"text": "a secret plan"}, minsu.id), NOW)
        group = await uow.groups.create("Vision club", NOW)
        space = await uow.spaces.of(GUILD)
        assert space is not None
        await uow.groups.settle(group.id, space.id, None)
        await uow.schedules.add(NewSchedule("notice", NOW + 2 * DAY, group_id=group.id), NOW)
        await uow.outbox.put(
            [
                NewLetter("a", "notice", UserRef(Platform.DISCORD, "5551234"), "p", state=DEAD, reason="it broke"),
                NewLetter("b", "notice", place, "p", state=UNDELIVERED, reason="forbidden"),
            ],
            NOW,
        )
        await uow.unreachable.mark(place, "forbidden", NOW)
        await uow.unreachable.mark(UserRef(Platform.DISCORD, "5551234"), "closed", NOW)


async def test_an_organiser_sees_what_concerns_the_group_and_nothing_else(house: House) -> None:
    await _something_happened(house)
    said = words_of(await house.router.call(ADMIN, "manage", {"what": "status"}))
    assert "news (Vision club)" in said
    assert "Not sent in the last seven days: 1" in said and "1 × forbidden" in said
    assert "Out of reach: 0 private chats, 1 channels." in said
    for hidden in ("it broke", "secret", "5551234", "a reminder", "Database", "Running"):
        assert hidden not in said


async def test_what_is_due_is_what_comes_in_words_and_on_the_groups_clock(house: House) -> None:
    """A group that does not vote, in a chat without topics, and then asleep: nobody waits for what never happens."""
    assert house.services is not None
    groups, there = house.services.groups, replace(in_group("1", language="ko"), admin=True)
    local = NOW.astimezone(ZoneInfo("Asia/Seoul")).replace(tzinfo=None, hour=21, minute=0, second=0, microsecond=0)
    rhythm = Rhythm(local + 3 * DAY, "Asia/Seoul")
    drafted = await groups.draft(there.place, there.user, "ko", rhythm=rhythm, picks=Picks.ORGANISER)
    await groups.start(drafted.id)
    said = words_of(await house.router.call(there, "manage", {"what": "status"}))
    assert "한 주 소식 (Lab)" in said
    assert "(Asia/Seoul)" in said
    for never in ("digest.week", "투표 마감", "스레드에 한 줄", "UTC"):
        assert never not in said
    await groups.rest(drafted.id)
    assert "예정된 것이 없어요" in words_of(await house.router.call(there, "manage", {"what": "status"}))
    for_host = words_of(await house.router.call(in_private(HOST.id, language="ko"), "manage", {"what": "status"}))
    assert "예정된 것이 없어요" in for_host


def test_everything_that_falls_due_has_words(house: House) -> None:
    assert house.services is not None
    assert {*house.services.planners} <= set(KINDS)


async def test_a_host_sees_the_whole_and_nobodys_name_or_words(house: House) -> None:
    await _something_happened(house)
    for caller, how in ((on_server(HOST.id), "call"), (in_private(HOST.id), "press")):
        if how == "call":
            answer = await house.router.call(caller, "manage", {"what": "상태"})
        else:
            answer = await house.router.press(caller, "manage.status")
        said = words_of(answer)
        assert "a reminder" in said and "news (Vision club)" in said
        assert "Not sent in the last seven days: 2" in said
        assert "Out of reach: 1 private chats, 1 channels." in said
        assert "There is no backup yet." in said and "Database: " in said
        assert "secret" not in said and "5551234" not in said


async def test_members_do_not_see_how_things_stand(house: House) -> None:
    assert words_of(await house.router.press(on_server("2"), "manage.status")) == REFUSED
    assert words_of(await house.router.call(on_server("2"), "manage", {"what": "status"})) == REFUSED
    stranger = replace(in_private("2"), admin=True)
    assert words_of(await house.router.press(stranger, "manage.status")) == "/manage works in a group."


async def test_nothing_to_tell_is_said_in_few_words(open_router: Router) -> None:
    said = words_of(await open_router.press(ADMIN, "manage.status"))
    assert said == "How things stand\nNothing is due.\nNothing failed in the last seven days."


@pytest.mark.parametrize(
    ("post", "payload"),
    [
        ("disk", {"free": "3"}),
        ("storage", {}),
        ("token", {"platform": "discord", "why_en": "No.", "why_ko": "안 돼요."}),
        ("backup", {"why_en": "No.", "why_ko": "안 돼요."}),
        ("flood", {"count": "7"}),
        ("dead", {"count": "7"}),
        ("clock", {"seconds": "+80"}),
    ],
)
async def test_every_trouble_is_told_in_both_languages(post: str, payload: dict[str, str], router: Router) -> None:
    assert post in set(Trouble)
    said: dict[str, str] = {}
    for language in ("en", "ko"):
        notice = await router.post(f"notices.{post}", in_private(HOST.id, language=language), **payload)
        assert notice is not None
        said[language] = words_of(notice)
    assert said["en"] != said["ko"]
    assert all("{" not in words for words in said.values())
