"""Are the stand-ins as strict as the platforms, and do the real libraries live with them?

The first half drives discord.py and python-telegram-bot in a process of their own; the second sends raw
requests that must be refused, or accepted, without any bot.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.standins import BotProcess, DiscordSim, DriverError, FloodLimits, NoReply, TelegramSim, descriptions
from tests.standins.descriptions import ROOT
from tests.standins.telegram_api import entities

Json = dict[str, Any]
StartBot = Callable[..., BotProcess]
needs_descriptions = pytest.mark.skipif(descriptions.note() is not None, reason=descriptions.note() or "")


def client(name: str) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "standins" / "clients" / name)]


@needs_descriptions
def test_requests_are_checked_against_the_official_descriptions() -> None:
    assert DiscordSim().schema is not None
    assert TelegramSim().schema is not None


# ---------------------------------------------------------------- discord.py
@pytest.fixture(scope="module")
def discord_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DiscordSim, BotProcess]]:
    with DiscordSim() as sim:
        bot = BotProcess(client("discord_client.py"), [sim], tmp_path_factory.mktemp("discord"))
        bot.start()
        bot.wait_ready()
        yield sim, bot
        bot.finish()


@pytest.fixture
def sim(discord_world: tuple[DiscordSim, BotProcess]) -> Iterator[DiscordSim]:
    sim, bot = discord_world
    assert bot.running, bot.output()[-2000:]
    yield sim
    sim.faults.clear()
    sim.reset_log()


@pytest.fixture
def bot(discord_world: tuple[DiscordSim, BotProcess]) -> BotProcess:
    return discord_world[1]


def test_a_slash_command_is_answered_in_the_language_of_its_person(sim: DiscordSim) -> None:
    reply = sim.slash("recommend", topic="rl", count=2, locale="ko")
    assert (reply.kind, reply.content, reply.embeds[0]["title"]) == ("message", "추천: rl x2", "Rl")
    assert reply.ack_seconds < 1
    assert "because" in reply.text()
    assert sim.slash("recommend", topic="rl", dm=True).content == "Pick: rl x1"
    sim.assert_clean()


def test_a_client_does_not_let_through_what_the_command_forbids(sim: DiscordSim) -> None:
    for said, options in {
        "required": {},
        "outside its limits": {"topic": "x"},
        "wants type": {"topic": "rl", "count": "many"},
        "unknown option": {"topic": "rl", "colour": "red"},
    }.items():
        with pytest.raises(DriverError, match=said):
            sim.slash("recommend", options=options)
    with pytest.raises(DriverError, match="no command"):
        sim.slash("nonsense")
    with pytest.raises(DriverError, match="may not use"):
        sim.slash("moderate")
    with pytest.raises(DriverError, match="not available in direct messages"):
        sim.slash("moderate", dm=True)
    assert sim.slash("moderate", user=sim.join("mod", permissions=1 << 13)).content == "moderated"


def test_autocompletion_offers_choices(sim: DiscordSim) -> None:
    assert [c["value"] for c in sim.autocomplete("recommend", "topic", "rob")] == ["robotics"]
    assert sim.autocomplete("recommend", "topic", "zzz") == []
    sim.assert_clean()


def test_buttons_and_selects_answer_edit_and_defer(sim: DiscordSim) -> None:
    reply = sim.slash("recommend", topic="graphs")
    saved = sim.press(reply.button("Save"), message=reply.message)
    assert (saved.ephemeral, saved.content) == (True, "saved")
    assert sim.press(reply.button("Next"), message=reply.message).kind == "update"
    assert reply.content == "another one"
    assert sim.press("card:quiet", message=reply.message).kind == "deferred_update"
    assert reply.content == "quietly changed"
    assert sim.select("card:rate", "4", message=reply.message).content == "rated 4"
    with pytest.raises(DriverError, match="not among"):
        sim.select("card:rate", "9", message=reply.message)
    sim.assert_clean()


def test_nobody_else_sees_an_ephemeral_answer(sim: DiscordSim) -> None:
    mine = sim.slash("digest")
    assert not sim.world.visible(mine.message, sim.join("bob")["id"])
    assert sim.world.visible(mine.message, sim.user["id"])


def test_a_deferred_answer_comes_with_its_file_and_follow_up(sim: DiscordSim) -> None:
    reply = sim.slash("digest")
    assert (reply.kind, reply.ephemeral, reply.content) == ("deferred", True, "the digest")
    sim.wait_for(lambda _: len(reply.followups) == 1)
    assert reply.followups[0]["content"] == "and one more"
    assert [(f.filename, f.data) for f in reply.files] == [("d.ics", b"BEGIN:VCALENDAR")]
    sim.assert_clean()


def test_a_modal_is_filled_in_by_label_or_id(sim: DiscordSim) -> None:
    opened = sim.slash("note")
    assert opened.kind == "modal"
    assert sim.submit(opened, Subject="Attention", level="expert").content == "noted: Attention / expert"
    with pytest.raises(DriverError, match="required"):
        sim.submit(sim.slash("note"), level="expert")
    with pytest.raises(DriverError, match="no field"):
        sim.submit(sim.slash("note"), subject="x", level="expert", other="y")
    sim.assert_clean()


def test_subcommands_context_menus_threads_and_messages(sim: DiscordSim) -> None:
    assert sim.slash("group create", name="rl", mentor=sim.user).content == "group rl of Alice, private=False"
    assert sim.context_menu("Save paper", sim.say("read this")).content == "saved 'read this'"
    sim.slash("discuss", title="why?")
    thread = sim.wait_for(lambda s: next((c for c in s.world.channels.values() if c.get("name") == "why?"), None))
    sim.wait_for(lambda s: s.bot_messages(thread))
    assert sim.slash("post", text="hello", times=2).content == "done"
    assert [m["content"] for m in sim.bot_messages()[-2:]] == ["hello 0", "hello, edited"]
    sim.assert_clean()


def test_permissions_and_closed_direct_messages_refuse(sim: DiscordSim) -> None:
    quiet = sim.new_channel("quiet")
    for permissions, outcome in (("send_messages", "403 50013"), ("view_channel", "403 50001")):
        sim.forbid(quiet, permissions)
        assert sim.slash("post", text="x", channel=quiet).content == outcome
    sim.forbid(quiet)
    assert sim.slash("post", text="x", channel=quiet).content == "done"
    shy = sim.join("shy")
    assert sim.slash("private", user=shy).content == "sent"
    assert sim.bot_messages(dm_with=shy)[0]["content"] == "psst"
    sim.world.dm_closed.add(shy["id"])
    assert sim.slash("private", user=shy).content == "closed: 50007"
    sim.assert_clean()


def test_servers_and_channels_come_and_go(sim: DiscordSim, bot: BotProcess) -> None:
    bot.wait_output("READY")  # until then discord.py takes a new server for one it had
    other = sim.new_guild("Other", locale="ja")
    bot.wait_output("JOINED Other")
    assert sim.slash("recommend", topic="rl", guild=other).content == "Pick: rl x1"
    sim.outage(other)
    sim.outage(other, over=True)
    sim.delete_channel(sim.new_channel("old", guild=other))
    bot.wait_output("CHANNEL GONE old")
    sim.remove_bot(other)
    bot.wait_output("REMOVED Other")
    assert bot.output().count("JOINED") == bot.output().count("REMOVED") == 1


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("long", {"schema", "rule"}),
        ("twice", {"double-ack"}),
        ("early", {"followup-before-ack"}),
        ("late", {"late-ack"}),
    ],
)
def test_what_the_library_lets_through_is_caught(sim: DiscordSim, how: str, code: set[str]) -> None:
    sim.deadline = 0.5
    try:
        if how == "twice":
            sim.slash("bad", how=how)
        else:
            with pytest.raises(NoReply, match="did not respond"):
                sim.slash("bad", how=how)
        sim.wait_for(lambda s: s.violations)
    finally:
        sim.deadline = 3.0
    assert {v.code for v in sim.violations} <= code
    with pytest.raises(AssertionError, match="contract violations"):
        sim.assert_clean()


def test_a_429_is_waited_out_by_the_library(sim: DiscordSim) -> None:
    for scope in ("user", "global"):
        sim.reset_log()
        sim.rate_limit("/channels/*/messages", "POST", retry_after=0.3, scope=scope)
        started = time.monotonic()
        assert sim.slash("post", text=scope).content == "done"
        assert time.monotonic() - started >= 0.3
        assert [r.status for r in sim.calls("/channels/*/messages", "POST")] == [429, 200]
    sim.assert_clean()


def test_enforced_buckets_are_read_from_their_headers(sim: DiscordSim) -> None:
    sim.limits.sizes["POST /channels/{channel_id}/messages"] = (2, 0.5)
    sim.enforce_limits = True
    try:
        assert sim.slash("post", text="burst", times=5, timeout=10).content == "done"
    finally:
        sim.enforce_limits = False
    sent = sim.calls("/channels/*/messages", "POST")
    assert {r.status for r in sent} == {200}
    assert sent[-1].at - sent[0].at >= 1
    sim.assert_clean()


def test_a_server_error_is_retried_and_a_lost_answer_leaves_its_message(sim: DiscordSim) -> None:
    sim.fail("/channels/*/messages", "POST", status=502)
    assert sim.slash("post", text="again").content == "done"
    assert [r.status for r in sim.calls("/channels/*/messages", "POST")] == [502, 200]
    sim.fail("/channels/*/messages", "POST", lose_response=True)
    assert sim.slash("post", text="once").content == "lost"
    assert [m["content"] for m in sim.bot_messages()].count("once 0") == 1


@pytest.mark.parametrize("how", ["cut", "closed with 4000", "asked to reconnect"])
def test_a_lost_gateway_is_resumed_and_nothing_is_missed(sim: DiscordSim, how: str) -> None:
    before = len(sim.gateway.resumes)
    if how == "asked to reconnect":
        sim.ask_reconnect()
    else:
        sim.drop_gateway(4000 if "4000" in how else None)
    sim.wait_for(lambda s: len(s.gateway.resumes) > before and s.gateway.connected, timeout=10)
    assert sim.gateway.resumes[-1][1]
    assert sim.slash("recommend", topic="rl").content == "Pick: rl x1"
    sim.assert_clean()


def test_a_lost_session_is_identified_anew(sim: DiscordSim) -> None:
    before = len(sim.gateway.identifies)
    sim.forget_sessions()
    sim.drop_gateway()
    sim.wait_for(lambda s: len(s.gateway.identifies) > before and s.gateway.connected, timeout=15)
    assert not sim.gateway.resumes[-1][1]
    assert sim.slash("recommend", topic="rl").content == "Pick: rl x1"


def test_a_button_lives_through_a_crash(sim: DiscordSim, bot: BotProcess) -> None:
    reply = sim.slash("recommend", topic="rl")
    bot.kill()
    bot.start()
    bot.wait_ready()
    assert sim.press("card:save", message=reply.message).content == "saved"


def test_the_fixtures_run_a_bot_against_both_stand_ins(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    bot_process(discord, argv=client("discord_client.py"))
    other = bot_process(telegram, argv=client("telegram_client.py"))
    assert discord.slash("recommend", topic="rl").content == "Pick: rl x1"
    assert telegram.send("/start")[0]["text"] == "Hello there"
    other.stop(expect=0)
    other.start()
    other.wait_ready()
    assert telegram.send("/start")[0]["text"] == "Hello there"


def test_a_process_that_ends_by_itself_is_shown_with_its_output(tmp_path: Path) -> None:
    with DiscordSim() as sim:
        env = {"DISCORD_TOKEN": "not.the.token-of-this-bot"}
        bot = BotProcess(client("discord_client.py"), [sim], tmp_path, env)
        bot.start()
        with pytest.raises(NoReply, match="Improper token has been passed"):
            bot.wait_ready()
        assert {v.code for v in sim.violations} == {"auth"}


def test_a_token_left_behind_is_found(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "import os; open('leak.txt', 'w').write(os.environ['MY_TOKEN'][9:])"]
    bot = BotProcess(argv, [], tmp_path, {"MY_TOKEN": "12345678:secret-half-of-it"})
    bot.start()
    assert bot.wait_exit() == 0
    with pytest.raises(AssertionError, match=r"leak\.txt contains the secret"):
        bot.finish()


# ---------------------------------------------------------------- python-telegram-bot
@pytest.fixture(scope="module")
def telegram_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TelegramSim, BotProcess]]:
    with TelegramSim(flood=None) as sim:
        bot = BotProcess(client("telegram_client.py"), [sim], tmp_path_factory.mktemp("telegram"))
        bot.start()
        bot.wait_ready()
        yield sim, bot
        bot.finish()


@pytest.fixture
def tg(telegram_world: tuple[TelegramSim, BotProcess]) -> Iterator[TelegramSim]:
    sim, bot = telegram_world
    assert bot.running, bot.output()[-2000:]
    yield sim
    sim.faults.clear()
    sim.reset_log()


@pytest.fixture
def tg_bot(telegram_world: tuple[TelegramSim, BotProcess]) -> BotProcess:
    return telegram_world[1]


def test_menus_are_set_by_language_and_scope(tg: TelegramSim) -> None:
    assert tg.my_commands()[0]["description"] == "Recommend a paper"
    assert tg.my_commands("ko")[0]["description"] == "논문 추천"
    assert tg.my_commands(scope="all_group_chats")[0]["command"] == "topic"


def test_commands_deep_links_and_languages(tg: TelegramSim) -> None:
    [hello] = tg.start_link("rec-rl_1")
    assert hello["text"] == "Hello rec-rl_1"
    assert hello["entities"][0] == {"type": "bold", "offset": 6, "length": 8}
    ji_min = tg.add_user("지민", language_code="ko", started=False)
    assert tg.send("/recommend rl", user=ji_min)[0]["text"] == "추천: rl for 지민"
    with pytest.raises(DriverError, match="deep link"):
        tg.start_link("두 낱말")
    tg.assert_clean()


def test_presses_are_answered_and_edit_in_place(tg: TelegramSim) -> None:
    [shown] = tg.send("/recommend rl")
    pressed = tg.press("Save", message=shown)
    assert (pressed.text, pressed.seconds < 1) == ("saved", True)
    pressed = tg.press("next:7", message=shown)
    tg.wait_for(lambda _: pressed.edits)
    assert (shown["text"], pressed.text) == ("another one", None)
    with pytest.raises(DriverError, match="no inline button"):
        tg.press("Next", message=shown)
    tg.assert_clean()


def test_a_second_answer_to_a_press_is_a_violation(tg: TelegramSim) -> None:
    tg.send("/recommend rl")
    tg.press("Twice")
    tg.wait_for(lambda s: s.violations)
    assert [v.code for v in tg.violations] == ["double-answer"]


def test_files_pins_edits_and_deletions(tg: TelegramSim) -> None:
    photo, document = tg.send("/files", expect=2)
    assert (photo["caption"], photo["caption_entities"][0]["type"]) == ("cover", "italic")
    assert tg.message_files(document)[0].filename == "digest.ics"
    group = tg.add_group("Tidy", bot_admin=True)
    first, second = tg.send("/tidy", chat=group, expect=2)
    tg.wait_for(lambda s: second["message_id"] not in s.state(group).messages)
    assert "reply_markup" not in first
    assert tg.state(group).pinned == [first["message_id"]]
    assert tg.actions[-1][1:] == (group["id"], "typing")
    tg.assert_clean()


def test_topics_anonymous_admins_and_membership(tg: TelegramSim) -> None:
    forum = tg.add_group("Forum", forum=True, bot_admin=True)
    thread = tg.add_topic(forum, "Papers")
    [answer] = tg.send("/recommend rl", chat=forum, thread=thread, anonymous=True)
    assert (answer["message_thread_id"], answer["text"]) == (thread, "Pick: rl for Forum")
    [welcome] = tg.send("/topic Maths", chat=forum)
    assert tg.state(forum).topics[welcome["message_thread_id"]]["name"] == "Maths"
    assert tg.send("/admins", chat=forum)[0]["text"] == "['Alice', 'Moim'] administrator"
    with pytest.raises(DriverError, match="no administrator"):
        tg.send("/admins", chat=tg.add_group("Other", owner=tg.add_user("Bob")), anonymous=True)
    tg.assert_clean()


def test_privacy_mode_hides_the_talk_of_a_group(tg: TelegramSim) -> None:
    group = tg.add_group("Quiet")
    before = len(tg.all_updates)
    tg.send("good morning", chat=group, expect=0)
    tg.send("/start@other_bot", chat=group, expect=0)
    assert len(tg.all_updates) == before
    assert tg.send("/start@moim_bot", chat=group)[0]["text"] == "Hello there"


def test_inline_mode_answers(tg: TelegramSim) -> None:
    (result,) = tg.inline("a query")
    assert result["input_message_content"] == {"message_text": "a query"}
    assert tg.choose_inline(result, tg.chat)["text"] == "a query"
    tg.assert_clean()
    tg.world.about_me["supports_inline_queries"] = False
    with pytest.raises(DriverError, match="inline mode is off"):
        tg.inline("a query")


def write(tg: TelegramSim, bot: BotProcess, chat_id: int, times: int = 1) -> str:
    """The outcome of the client's sending to a chat."""
    seen = bot.output().count("WROTE")
    tg.send(f"/write {chat_id} {times}", expect=0)
    tg.wait_for(lambda _: bot.output().count("WROTE") > seen)
    return bot.output().rsplit("WROTE ", 1)[1].strip()


def test_chats_that_refuse(tg: TelegramSim, tg_bot: BotProcess) -> None:
    stranger = tg.add_user("Eve", started=False)
    assert "can't initiate conversation" in write(tg, tg_bot, stranger["id"])
    tg.send("/start", user=stranger)
    tg.block(stranger)
    assert "bot was blocked by the user" in write(tg, tg_bot, stranger["id"])
    group = tg.add_group("Leaving")
    tg.kick_bot(group)
    tg_bot.wait_output("MEMBER kicked")
    assert "bot was kicked from the supergroup chat" in write(tg, tg_bot, group["id"])
    assert "Chat not found" in write(tg, tg_bot, -4242)
    old = tg.add_group("Basic", kind="group")
    new = tg.migrate(old)
    assert f"New chat id: {new['id']}" in write(tg, tg_bot, old["id"])
    assert write(tg, tg_bot, new["id"]) == "sent"
    tg.assert_clean()


def test_flood_limits_bite(tg: TelegramSim, tg_bot: BotProcess) -> None:
    bob = tg.add_user("Bob")
    tg.flood_limits = FloodLimits(chat_burst=2)
    try:
        assert write(tg, tg_bot, bob["id"], times=3) == "RetryAfter: Flood control exceeded. Retry in 1 seconds"
        assert "Retry in 1 seconds" in write(tg, tg_bot, bob["id"]) or tg.violations
    finally:
        tg.flood_limits = None


def test_an_update_may_come_twice_and_polling_survives_errors(tg: TelegramSim) -> None:
    bob = tg.add_user("Bob")
    tg.send("/start", user=bob)
    tg.fail("getUpdates", status=502)
    tg.redeliver()
    tg.wait_for(lambda s: len(s.bot_messages(s.world.chats[bob["id"]])) == 2, timeout=10)
    assert tg.send("/start", user=bob, timeout=10)


# ---------------------------------------------------------------- raw requests
def http(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    data = json.dumps(body).encode() if body is not None else None
    head = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(url, data, head | (headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            raw = answer.read()
            return answer.status, json.loads(raw) if raw else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def without_descriptions(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("MOIM_SPECS", str(tmp_path_factory.mktemp("nothing")))


@pytest.fixture(scope="module", params=["with descriptions", "without descriptions"])
def described(request: pytest.FixtureRequest) -> bool:
    if request.param == "with descriptions" and (note := descriptions.note()):
        pytest.skip(note)
    return bool(request.param == "with descriptions")


@pytest.fixture(scope="module")
def bare_discord(described: bool) -> Iterator[DiscordSim]:
    with DiscordSim() as sim:
        if not described:
            sim.schema = None
        yield sim


@pytest.fixture
def call(bare_discord: DiscordSim) -> Callable[..., tuple[int, Any]]:
    bare_discord.reset_log()
    head = {
        "Authorization": f"Bot {bare_discord.world.token}",
        "User-Agent": "DiscordBot (https://example.org, 1)",
    }

    def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return http(method, f"{bare_discord.base_url}/api/v10{path}", body, head)

    return call


def button(**more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x", **more}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def select(*values: str, **more: Any) -> Json:
    options = [{"label": f"{v} {i}", "value": v} for i, v in enumerate(values)]
    return row({"type": 3, "custom_id": "s", "options": options, **more})


GOOD_MESSAGES: list[Json] = [
    {"content": "x" * 2000},
    {"content": "x", "allowed_mentions": {"parse": [], "users": [5]}},
    {"embeds": [{"title": "t" * 256, "description": "d" * 4096, "fields": [{"name": "n", "value": "v"}]}]},
    {"content": "c", "components": [row(button(), button(custom_id="y")), select("a", "b")]},
    {"content": "x", "nonce": "n", "enforce_nonce": True},
]
BAD_MESSAGES: dict[str, Json] = {
    "long text": {"content": "x" * 2001},
    "empty": {"content": ""},
    "wrong type": {"content": 5},
    "long title": {"embeds": [{"title": "t" * 257}]},
    "long field": {"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]},
    "empty field": {"embeds": [{"fields": [{"name": "n", "value": ""}]}]},
    "embeds too long together": {"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]},
    "many embeds": {"embeds": [{"title": "x"}] * 11},
    "long label": {"content": "x", "components": [row(button(label="x" * 81))]},
    "long custom id": {"content": "x", "components": [row(button(custom_id="c" * 101))]},
    "same custom id": {"content": "x", "components": [row(button(), button())]},
    "six in a row": {"content": "x", "components": [row(*[button(custom_id=str(i)) for i in range(6)])]},
    "six rows": {"content": "x", "components": [row(button(custom_id=str(i))) for i in range(6)]},
    "no row": {"content": "x", "components": [button()]},
    "link without address": {"content": "x", "components": [row({"type": 2, "style": 5, "label": "x"})]},
    "button without a face": {"content": "x", "components": [row({"type": 2, "style": 1, "custom_id": "q"})]},
    "same option": {"content": "x", "components": [select("a", "a")]},
    "many options": {"content": "x", "components": [select(*map(str, range(26)))]},
    "too many to choose": {"content": "x", "components": [select("a", max_values=2)]},
    "ephemeral outside": {"content": "x", "flags": 64},
    "mention twice": {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "file not sent": {"content": "x", "attachments": [{"id": 0, "filename": "a.txt"}]},
    "picture not sent": {"embeds": [{"image": {"url": "attachment://nothing.png"}}]},
}


@pytest.mark.parametrize("body", GOOD_MESSAGES)
def test_good_messages_pass(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]], body: Json) -> None:
    status, answer = call("POST", f"/channels/{bare_discord.channel['id']}/messages", body)
    assert status == 200, answer
    bare_discord.assert_clean()


@pytest.mark.parametrize("body", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_bad_messages_are_refused(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]], body: Json) -> None:
    status, answer = call("POST", f"/channels/{bare_discord.channel['id']}/messages", body)
    assert (status, answer["code"] in (50035, 50006)) == (400, True), answer
    assert [v.code in ("schema", "rule") for v in bare_discord.violations] == [True]
    assert not bare_discord.crashes


COMMAND: Json = {
    "name": "recommend",
    "description": "d",
    "name_localizations": {"ko": "추천"},
    "options": [{"type": 3, "name": "topic", "description": "d", "required": True}],
}
OPTION: Json = {"type": 3, "name": "a", "description": "d"}
CHOICES = [{"name": str(i), "value": str(i)} for i in range(26)]
BAD_COMMANDS: dict[str, Json] = {
    "capital": {**COMMAND, "name": "Recommend"},
    "space": {**COMMAND, "name": "two words"},
    "long name": {**COMMAND, "name": "x" * 33},
    "long description": {**COMMAND, "description": "d" * 101},
    "no description": {**COMMAND, "description": ""},
    "unknown language": {**COMMAND, "name_localizations": {"korean": "추천"}},
    "space in Korean": {**COMMAND, "name_localizations": {"ko": "추천 하기"}},
    "required last": {**COMMAND, "options": [OPTION, {**OPTION, "name": "b", "required": True}]},
    "many options": {**COMMAND, "options": [{**OPTION, "name": f"o{i}"} for i in range(26)]},
    "many choices": {**COMMAND, "options": [{**OPTION, "choices": CHOICES}]},
    "choices and completion": {
        **COMMAND,
        "options": [{**OPTION, "autocomplete": True, "choices": CHOICES[:2]}],
    },
    "too large": {
        **COMMAND,
        "options": [
            {
                **OPTION,
                "name": f"o{i}",
                "choices": [{"name": f"{j}" + "n" * 90, "value": "v" * 90} for j in range(5)],
            }
            for i in range(10)
        ],
    },
}


def test_a_good_list_of_commands_passes(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]]) -> None:
    path = f"/applications/{bare_discord.world.app_id}/commands"
    assert call("PUT", path, [COMMAND])[0] == 200
    assert call("GET", path)[1][0]["name"] == "recommend"
    assert bare_discord.command("추천")["name"] == "recommend"
    bare_discord.assert_clean()


@pytest.mark.parametrize("command", BAD_COMMANDS.values(), ids=BAD_COMMANDS)
def test_bad_commands_are_refused(
    bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]], command: Json
) -> None:
    status, answer = call("PUT", f"/applications/{bare_discord.world.app_id}/commands", [command])
    assert (status, answer["code"]) == (400, 50035)
    assert bare_discord.violations


@needs_descriptions
def test_unknown_fields_are_refused(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]]) -> None:
    if bare_discord.schema is None:
        pytest.skip("schema checks skipped: only the descriptions know every field")
    path = f"/channels/{bare_discord.channel['id']}/messages"
    for body in ({"content": "x", "contents": "y"}, {"embeds": [{"title": "x", "colour": 1}]}):
        assert call("POST", path, body)[0] == 400
    assert {v.code for v in bare_discord.violations} == {"schema"}


def test_routes_authorisation_and_version(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]]) -> None:
    base, agent = bare_discord.base_url, {"User-Agent": "DiscordBot (x, 1)"}
    assert call("GET", "/nothing")[0] == 404
    assert http("GET", f"{base}/api/v10/users/@me", headers=agent)[0] == 401
    assert http("GET", f"{base}/api/v9/users/@me")[1]["code"] == 50041
    assert call("POST", "/channels/abc/messages", {"content": "x"})[1]["code"] == 50035
    codes = ["unknown-route", "auth", "api-version", "schema"]
    assert [v.code for v in bare_discord.violations] == codes
    assert call("GET", "/channels/999/messages")[1]["code"] == 10003
    assert len(bare_discord.violations) == len(codes)  # a world error is no violation


def test_impatience_after_a_429_is_a_violation(bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]]) -> None:
    path = f"/channels/{bare_discord.channel['id']}/messages"
    bare_discord.rate_limit("/channels/*/messages", "POST", retry_after=0.5)
    assert call("POST", path, {"content": "x"})[0] == 429
    time.sleep(0.15)
    assert call("POST", path, {"content": "x"})[0] == 429
    assert bare_discord.violations[-1].code == "ratelimit-ignored"
    time.sleep(0.5)
    assert call("POST", path, {"content": "x"})[0] == 200


def test_a_nonce_finds_the_message_whose_answer_was_lost(
    bare_discord: DiscordSim, call: Callable[..., tuple[int, Any]]
) -> None:
    path = f"/channels/{bare_discord.channel['id']}/messages"
    body = {"content": "once", "nonce": "abc", "enforce_nonce": True}
    bare_discord.fail("/channels/*/messages", "POST", lose_response=True)
    with pytest.raises((urllib.error.URLError, ConnectionError, HTTPException)):
        call("POST", path, body)
    assert call("POST", path, body)[0] == 200
    assert [m["content"] for m in bare_discord.bot_messages()].count("once") == 1


IDENTIFY: Json = {"op": 2, "d": {"intents": 1, "properties": {}}}


@pytest.mark.parametrize(
    ("payloads", "code"),
    [
        ([{"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}}], 4004),
        ([{"op": 2, "d": {"intents": 1 << 15, "properties": {}}}], 4014),
        ([{"op": 2, "d": {"intents": 1}}], 4013),
        ([{"op": 3, "d": {}}], 4003),
        ([IDENTIFY, IDENTIFY], 4005),
        ([IDENTIFY, {"op": 99, "d": {}}], 4001),
        ([{"d": {}}], 4002),
    ],
)
async def test_the_gateway_closes_on_what_breaks_its_rules(
    bare_discord: DiscordSim, payloads: list[Json], code: int
) -> None:
    url = f"{bare_discord.gateway.url}?v=10&encoding=json"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        assert (await ws.receive_json())["op"] == 10
        for payload in payloads:
            data = {"token": bare_discord.world.token, **payload["d"]}
            await ws.send_json(payload | {"d": data})
        while not ws.closed:
            await ws.receive()
        assert ws.close_code == code


# -- Telegram
@pytest.fixture(scope="module")
def bare_telegram(described: bool) -> Iterator[TelegramSim]:
    with TelegramSim(flood=None) as sim:
        if not described:
            sim.schema = None
        yield sim


@pytest.fixture
def api(bare_telegram: TelegramSim) -> Callable[..., tuple[int, Any]]:
    bare_telegram.reset_log()

    def api(method: str, **params: Any) -> tuple[int, Any]:
        return http("POST", f"{bare_telegram.base_url}/bot{bare_telegram.world.token}/{method}", params)

    return api


def keyboard(**button: str) -> Json:
    return {"reply_markup": {"inline_keyboard": [[button]]}}


def bold(offset: int, length: int) -> Json:
    return {"entities": [{"type": "bold", "offset": offset, "length": length}]}


GOOD_CALLS: list[tuple[str, Json]] = [
    ("sendMessage", {"text": "x" * 4096}),
    ("sendMessage", {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}),
    ("sendMessage", {"text": "x", **keyboard(text="t", callback_data="가" * 21)}),
    ("sendMessage", {"text": "🙂굵게", **bold(2, 2)}),
    ("sendMessage", {"text": "12", "disable_notification": True}),
    ("sendChatAction", {"action": "typing"}),
    ("setMyCommands", {"commands": [{"command": "start", "description": "시작"}], "language_code": "ko"}),
]
BAD_CALLS: list[tuple[str, Json, str]] = [
    ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"text": "🙂" * 2049}, "message is too long"),
    ("sendMessage", {"text": "  "}, "message text is empty"),
    ("sendMessage", {}, "text"),
    ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag corresponding to start tag"),
    ("sendMessage", {"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Unmatched end tag at byte offset 7"),
    ("sendMessage", {"text": "1 < 2", "parse_mode": "HTML"}, "Unsupported start tag"),
    ("sendMessage", {"text": "a.b", "parse_mode": "MarkdownV2"}, "Character '.' is reserved"),
    ("sendMessage", {"text": "x", "parse_mode": "XML"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "abc", **bold(2, 5)}, "ends after the end of the text"),
    ("sendMessage", {"text": "🙂x", **bold(1, 1)}, "in a middle of a UTF-16 symbol"),
    ("sendMessage", {"text": "x", **keyboard(text="t", callback_data="x" * 65)}, "callback_data|BUTTON_DATA"),
    ("sendMessage", {"text": "x", **keyboard(text="t", callback_data="가" * 22)}, "callback_data|BUTTON_DATA"),
    ("sendMessage", {"text": "x", **keyboard(text="t")}, "Text buttons are unallowed"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "t"}]}}, "reply_markup|malformed"),
    ("sendMessage", {"text": "x", "disable_notification": "perhaps"}, "disable_notification"),
    ("sendPhoto", {"photo": "nosuchfile"}, "wrong file identifier"),
    ("sendChatAction", {"action": "dancing"}, "wrong parameter action"),
    ("setMyCommands", {"commands": [{"command": "Start", "description": "d"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}, "description|DESCRIPTION"),
    ("setMyCommands", {"commands": [], "language_code": "korean"}, "invalid language code"),
]


@pytest.mark.parametrize(("method", "params"), GOOD_CALLS)
def test_good_calls_pass(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]], method: str, params: Json
) -> None:
    chat = {} if method == "setMyCommands" else {"chat_id": bare_telegram.chat["id"]}
    status, answer = api(method, **chat, **params)
    assert status == 200, answer
    bare_telegram.assert_clean()


@pytest.mark.parametrize(("method", "params", "said"), BAD_CALLS)
def test_bad_calls_are_refused(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]], method: str, params: Json, said: str
) -> None:
    chat = {} if method == "setMyCommands" else {"chat_id": bare_telegram.chat["id"]}
    status, answer = api(method, **chat, **params)
    assert status == 400
    assert any(part in answer["description"] for part in said.split("|")), answer
    assert [v.code in ("schema", "rule", "language-code") for v in bare_telegram.violations] == [True]
    assert not bare_telegram.crashes


def test_unknown_methods_parameters_and_tokens(bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]) -> None:
    assert api("sendMesage")[1]["description"] == "Not Found"
    assert http("GET", f"{bare_telegram.base_url}/bot1:x/getMe")[0] == 401
    codes = ["unknown-method", "auth"]
    if bare_telegram.schema:
        answer = api("sendMessage", chat_id=bare_telegram.chat["id"], text="x", disable_web_page_preview=True)
        assert "unknown parameter" in answer[1]["description"]
        codes.append("schema")
    assert [v.code for v in bare_telegram.violations] == codes


def test_groups_refuse_what_rights_forbid(bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]) -> None:
    group = bare_telegram.add_group("Lab", forum=True)
    thread, state = bare_telegram.add_topic(group, "Papers"), bare_telegram.state(group)
    post = {"chat_id": group["id"], "text": "x"}
    message_id = api("sendMessage", **post, message_thread_id=thread)[1]["result"]["message_id"]
    pin = api("pinChatMessage", chat_id=group["id"], message_id=message_id)
    assert "not enough rights" in pin[1]["description"]
    assert "not found" in api("sendMessage", **post, message_thread_id=thread + 50)[1]["description"]
    state.topics[thread]["closed"] = True
    assert "TOPIC_CLOSED" in api("sendMessage", **post, message_thread_id=thread)[1]["description"]
    state.muted = True
    assert "not enough rights to send" in api("sendMessage", **post)[1]["description"]
    bare_telegram.assert_clean()


def test_a_stale_query_and_a_vanished_message_are_no_violations(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]
) -> None:
    assert "query is too old" in api("answerCallbackQuery", callback_query_id="1")[1]["description"]
    answer = api("editMessageText", chat_id=bare_telegram.chat["id"], message_id=999_999, text="x")
    assert "message to edit not found" in answer[1]["description"]
    bare_telegram.assert_clean()


def test_an_edit_that_changes_nothing_is_refused(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]
) -> None:
    chat_id = bare_telegram.chat["id"]
    message_id = api("sendMessage", chat_id=chat_id, text="same")[1]["result"]["message_id"]
    answer = api("editMessageText", chat_id=chat_id, message_id=message_id, text="same")
    assert "message is not modified" in answer[1]["description"]
    assert [v.code for v in bare_telegram.violations] == ["rule"]


def test_impatience_after_a_flood_wait_is_a_violation(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]
) -> None:
    chat_id = bare_telegram.add_user("Eve")["id"]
    bare_telegram.flood_limits = FloodLimits(chat_burst=1)
    try:
        assert api("sendMessage", chat_id=chat_id, text="1")[0] == 200
        status, answer = api("sendMessage", chat_id=chat_id, text="2")
        assert (status, answer["parameters"]) == (429, {"retry_after": 1})
        time.sleep(0.2)
        assert api("sendMessage", chat_id=chat_id, text="3")[0] == 429
        assert [v.code for v in bare_telegram.violations] == ["flood-ignored"]
        time.sleep(1.0)
        assert api("sendMessage", chat_id=chat_id, text="4")[0] == 200
    finally:
        bare_telegram.flood_limits = None


def test_updates_are_confirmed_by_offset_and_a_second_poller_ends_the_first(
    bare_telegram: TelegramSim, api: Callable[..., tuple[int, Any]]
) -> None:
    bare_telegram.send("hi", expect=0)
    first = api("getUpdates")[1]["result"]
    assert api("getUpdates")[1]["result"] == first  # not confirmed yet
    after = first[-1]["update_id"] + 1
    assert api("getUpdates", offset=after)[1]["result"] == []
    polls = bare_telegram.polls
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(api, "getUpdates", offset=after, timeout=3)
        bare_telegram.wait_for(lambda s: s.polls > polls)
        api("getUpdates", offset=after)
        assert waiting.result()[0] == 409


def test_entities_come_from_tdlib_in_utf16_units() -> None:
    assert entities.parse("🙂 <b>굵게</b>", "HTML")[1] == [{"type": "bold", "offset": 3, "length": 2}]
    found = entities.detect("/start@moim_bot see https://example.org @alice_k #papers a@example.org")
    assert [e["type"] for e in found] == ["bot_command", "url", "mention", "hashtag", "email"]
