"""F11: who may do what. Every command and press there is, for every role, allowed only where it is written here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import pytest

from bot.app import house as building
from bot.chat.cog import Cog, PressHandler, SubmitHandler
from bot.chat.context import Caller
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Form
from bot.chat.router import CALL, Router
from bot.chat.spec import Access, Command
from bot.config import Settings
from bot.core.shelf import Shelf
from bot.i18n import Locale, texts
from bot.services import shelf
from tests.callers import in_group, in_private, on_server
from tests.cogs.conftest import HOST, words_of

MEMBER, ADMIN, OWNER = "member", "admin", "host"
EVERYBODY = frozenset((MEMBER, ADMIN, OWNER))
ORGANISERS = frozenset((ADMIN, OWNER))
HOSTS = frozenset((OWNER,))

OF_ORGANISERS = """
    /manage manage.handled manage.links manage.status
    su.who su.pick su.preview su.start
    mtg.when mtg.day mtg.time mtg.typed mtg.told mtg.later mtg.place mtg.placed
    pst.show pst.choose
    fst.show fst.paper fst.link fst.linked fst.wait
    org.panel org.now org.card
    prt.show prt.step prt.turn prt.shift prt.usual
    rst.ask rst.pause rst.until rst.paused rst.wake rst.over rst.end
    ppl.show ppl.call ppl.give ppl.down ppl.leave
    bsc.show bsc.rename bsc.renamed bsc.city bsc.cited bsc.zone bsc.speak bsc.level bsc.topic
    cnd.show cnd.one cnd.pin cnd.veto cnd.vetoed cnd.restore cnd.reads cnd.listed
    cht.show cht.code cht.join cht.joined cht.look cht.answer cht.part_with cht.parted
    dec.waiting dec.look dec.approve dec.decline
    paper.kind paper.kinds ph.exports
    ed.panel ed.turn ed.empty ed.day ed.hour ed.moved ed.now ed.skip ed.parts ed.section ed.preview ed.list ed.story
    ed.pin ed.drop ed.say ed.said ed.out ed.sent ed.add ed.added ed.take ed.put_back
    fd.panel fd.one fd.hear fd.drop fd.undrop fd.add fd.added
    ar.show ar.ask ar.open ar.another ar.renew
    trn.show trn.ask trn.swap trn.cancel trn.cancelled
"""

WRITTEN = {
    **dict.fromkeys(OF_ORGANISERS.split(), ORGANISERS),
    "doors.approve": HOSTS,
    "doors.refuse": HOSTS,
    "reports.fixed": HOSTS,
    "reports.still": HOSTS,
}
"""Whatever is not here is for everybody."""

REFUSED = {texts(Locale.EN)(f"errors.{key}") for key in ("not_allowed", "not_organiser")}
WORDS = {"platform": "discord", "space": "900", "resource": "cs231n", "value": "papers", "what": "goal"}


@dataclass
class House:
    """The router, and everything its cogs declare."""

    router: Router
    commands: list[Command]
    presses: list[PressHandler]
    submissions: list[SubmitHandler]


@pytest.fixture
async def house(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    cogs: list[Cog] = []
    build = building.build_cogs

    def built(*parts: object) -> list[Cog]:
        cogs[:] = build(*parts)  # type: ignore[arg-type]
        return cogs

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    monkeypatch.setattr(building, "build_cogs", built)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with building.open_house(settings) as opened:
        everything = [declared for cog in cogs for declared, _ in cog.declared()]
        for place in (on_server().place, in_group().place):
            assert place.space is not None
            await opened.router.space_arrived(place.space, "Study")
            wire = pack(Press.of("doors.approve", place.platform, place.space.id))
            await opened.router.press(in_private(HOST.id), wire)
        yield House(
            opened.router,
            [each for each in everything if isinstance(each, Command)],
            [each for each in everything if isinstance(each, PressHandler)],
            [each for each in everything if isinstance(each, SubmitHandler)],
        )


def _who(role: str, place: Caller) -> Caller:
    """Somebody of this role; the host runs the bot from Discord, an admin may come from either platform."""
    number = HOST.id if role == OWNER else "5"
    return replace(place, user=replace(place.user, id=number), admin=role == ADMIN)


PLACES = {"in private": in_private(), "on a server": on_server(), "under a public message": on_server(on_public=True)}
MATRIX = pytest.mark.parametrize("role", sorted(EVERYBODY))
WHERE = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


def _argument(kind: type) -> str:
    return str(next(iter(kind))) if issubclass(kind, StrEnum) else "0" if kind is int else "cs231n"


def _wire(press: PressHandler | SubmitHandler) -> str:
    return pack(Press(press.name, tuple(_argument(kind) for kind in press.types)))


def _refused(answer: object) -> bool:
    return not isinstance(answer, Form) and words_of(answer) in REFUSED  # type: ignore[arg-type]


@MATRIX
async def test_f11_a_command_is_run_by_those_it_is_written_for(house: House, role: str) -> None:
    caller = _who(role, on_server())
    for command in house.commands:
        allowed = role in WRITTEN.get(f"/{command.name}", EVERYBODY)
        assert _refused(await house.router.call(caller, command.name, {})) is not allowed, command.name
        again = pack(Press.of(CALL, command.name))
        assert _refused(await house.router.press(caller, again)) is not allowed, again


@pytest.mark.parametrize("role", [MEMBER, ADMIN])  # the host of this house is on Discord
async def test_f11_in_a_telegram_group_too(house: House, role: str) -> None:
    caller = _who(role, in_group())
    for command in house.commands:
        allowed = role in WRITTEN.get(f"/{command.name}", EVERYBODY)
        assert _refused(await house.router.call(caller, command.name, {})) is not allowed, command.name


@MATRIX
@WHERE
async def test_f11_a_press_is_obeyed_by_those_it_is_written_for(house: House, role: str, place: Caller) -> None:
    caller = _who(role, place)
    for press in house.presses:
        allowed = role in WRITTEN.get(press.name, EVERYBODY)
        assert _refused(await house.router.press(caller, _wire(press))) is not allowed, press.name


@MATRIX
async def test_f11_a_form_is_taken_from_those_it_is_written_for(house: House, role: str) -> None:
    caller = _who(role, on_server())
    for submission in house.submissions:
        allowed = role in WRITTEN.get(submission.name, EVERYBODY)
        answer = await house.router.submit(caller, _wire(submission), {})
        assert _refused(answer) is not allowed, submission.name


@MATRIX
async def test_f11_nothing_that_is_reserved_can_be_pressed_by_a_link(house: House, role: str) -> None:
    unknown = texts(Locale.EN)("errors.unknown_press")
    for press in house.presses:
        if WRITTEN.get(press.name, EVERYBODY) == EVERYBODY or press.lands:  # such a one only shows, and refuses above
            continue
        payload = to_start(_wire(press))
        assert payload is not None
        assert words_of(await house.router.land(_who(role, in_private()), payload)) == unknown, press.name


async def test_f11_everything_written_exists_and_says_so_itself(house: House) -> None:
    declared: list[PressHandler | SubmitHandler] = [*house.presses, *house.submissions]
    said = {f"/{each.name}": each.access for each in house.commands} | {each.name: each.access for each in declared}
    assert WRITTEN.keys() <= said.keys()
    of_access = {Access.ORGANISER: ORGANISERS, Access.HOST: HOSTS}
    assert {name: of_access[access] for name, access in said.items() if access is not Access.ALL} == WRITTEN


async def test_f11_help_lists_to_each_what_they_may(house: House) -> None:
    for role in EVERYBODY:
        said = words_of(await house.router.press(_who(role, on_server()), "help.all"))
        assert ("/manage" in said) is (role in WRITTEN["/manage"])
