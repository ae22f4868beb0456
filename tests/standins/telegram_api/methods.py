"""The methods of the Bot API that our bot may call, each with Telegram's refusals.

Parameters are typed already. The wordings come from tdlib/telegram-bot-api (Client.cpp) and TDLib.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from ..recording import Json, Upload
from . import entities
from .routing import TgError, allowed_chat, bad, broken, command_scope, method

if TYPE_CHECKING:
    from .server import TelegramServer as Sim

TEXT_MAX, CAPTION_MAX = 4096, 1024  # UTF-16 units, after entities parsing
PHOTO_MAX, FILE_MAX = 10 * 1024 * 1024, 50 * 1024 * 1024  # bots/api: sending files
QUERY_LIFE = 15 * 60.0  # seconds a callback query can be answered
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
ACTIONS = re.compile(r"typing|upload_(photo|video|voice|document)|record_(video|voice)|choose_sticker|find_location")
BUTTON_ACTS = (
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay"
)


# -- texts and keyboards
def formatted(p: Json, key: str, entities_key: str, most: int, too_long: str) -> Json:
    """The text and entities a message will show."""
    text, given = p.get(key) or "", p.get(entities_key) or []
    try:
        if p.get("parse_mode"):
            text, given = entities.parse(text, p["parse_mode"])
        entities.check(text, given)
    except entities.ParseError as error:
        raise broken(str(error)) from None
    if entities.utf16(text) > most:
        raise broken(too_long)
    if len(given) > entities.MOST:
        raise broken(f"{len(given)} entities, of which Telegram would drop all after {entities.MOST}")
    found = entities.complete(given, text)
    return {key: text} | ({entities_key: found} if found else {})


def text_of(p: Json) -> Json:
    content = formatted(p, "text", "entities", TEXT_MAX, "message is too long")
    if not content["text"].strip():
        raise broken("message text is empty")
    return content


def caption_of(p: Json) -> Json:
    if not p.get("caption"):
        return {}
    return formatted(p, "caption", "caption_entities", CAPTION_MAX, "message caption is too long")


def check_markup(markup: Json | None) -> None:
    rows = (markup or {}).get("inline_keyboard") or []
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise broken("reply markup is too long")
    for button in (b for row in rows for b in row):
        acts = [act for act in BUTTON_ACTS.split() if act in button]
        if not button.get("text"):
            raise broken("BUTTON_TEXT_INVALID")
        if len(acts) != 1:
            raise broken(
                "Text buttons are unallowed in the inline keyboard"
                if not acts
                else "can't parse inline keyboard button: exactly one optional field must be used"
            )
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise broken("BUTTON_DATA_INVALID")
        if "url" in button and not re.match(r"(https?|tg)://|[\w.-]+\.[a-z]{2,}(/|$)", button["url"]):
            raise broken(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


# -- sending
def post(sim: Sim, p: Json, chat: Json, content: Json) -> Json:
    """Put a message of the bot into a chat; common to all send methods."""
    markup = p.get("reply_markup") or {}
    check_markup(markup)
    message = sim.world.new_message(chat, sim.world.me, _topic(sim, p, chat) | _answered(sim, p, chat) | content)
    if "inline_keyboard" in markup:
        message["reply_markup"] = markup
    if p.get("protect_content"):
        message["has_protected_content"] = True
    return sim.world.store(chat, message)


def _topic(sim: Sim, p: Json, chat: Json) -> Json:
    thread = p.get("message_thread_id")
    if thread is None:
        return {}
    topic = sim.world.state(chat).topics.get(thread)
    if topic is None:
        raise bad("message thread not found")
    if topic.get("closed") and not sim.world.is_admin(chat, sim.world.me["id"]):
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _answered(sim: Sim, p: Json, chat: Json) -> Json:
    reply = p.get("reply_parameters") or {"message_id": p.get("reply_to_message_id")}
    if reply["message_id"] is None:
        return {}
    other = sim.world.find_message(chat, reply["message_id"])
    if other is not None:
        return {"reply_to_message": {k: v for k, v in other.items() if k != "reply_to_message"}}
    if not reply.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {}


@method("sendMessage", "chat_id text")
def send_message(sim: Sim, p: Json) -> Json:
    chat = allowed_chat(sim, p, "send")
    kept = {key: p[key] for key in ("link_preview_options",) if p.get(key)}
    return post(sim, p, chat, text_of(p) | kept)


def _send_file(sim: Sim, p: Json, kind: str, most: int) -> Json:
    chat, value = allowed_chat(sim, p, "send"), p[kind]
    if isinstance(value, Upload):
        if not value.data:
            raise broken("file must be non-empty")
        if len(value) > most:
            raise TgError(413, "Request Entity Too Large", broken=True)
        info = sim.world.keep_file(value, kind)
    elif value in sim.world.files:
        info = sim.world.files[value][0]
    else:
        raise broken("wrong file identifier/HTTP URL specified")
    return post(sim, p, chat, sim.world.media(kind, info) | caption_of(p))


@method("sendPhoto", "chat_id photo")
def send_photo(sim: Sim, p: Json) -> Json:
    return _send_file(sim, p, "photo", PHOTO_MAX)


@method("sendDocument", "chat_id document")
def send_document(sim: Sim, p: Json) -> Json:
    return _send_file(sim, p, "document", FILE_MAX)


@method("sendChatAction", "chat_id action")
def chat_action(sim: Sim, p: Json) -> bool:
    chat = allowed_chat(sim, p)
    if not ACTIONS.fullmatch(p["action"]):
        raise broken("wrong parameter action in request")
    sim.actions.append((time.monotonic(), chat["id"], p["action"]))
    return True


# -- changing what was sent
def _own(sim: Sim, p: Json, chat: Json) -> Json:
    message = sim.world.find_message(chat, p["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != sim.world.me["id"]:
        raise bad("message can't be edited")
    return message


def _edit(sim: Sim, p: Json, change: Json, replaces: str = "") -> Any:
    """`replaces`: the fields, separated by spaces, that `change` stands for."""
    check_markup(p.get("reply_markup"))
    if p.get("inline_message_id"):
        return True
    if p.get("chat_id") is None or p.get("message_id") is None:
        raise broken("message identifier is not specified")
    chat = allowed_chat(sim, p)
    message = _own(sim, p, chat)
    if replaces and replaces.split()[0] == "text" and "text" not in message:
        raise bad("there is no text in the message to edit")
    dropped = {*replaces.split(), "reply_markup", "edit_date"}
    new = {k: v for k, v in message.items() if k not in dropped} | change
    if (p.get("reply_markup") or {}).get("inline_keyboard"):
        new["reply_markup"] = p["reply_markup"]
    if {k: v for k, v in message.items() if k != "edit_date"} == new:
        raise broken(NOT_MODIFIED)
    message.clear()
    message.update(new, edit_date=int(time.time()))
    sim.world.state(chat).edits.append(message)
    return message


@method("editMessageText", "text")
def edit_text(sim: Sim, p: Json) -> Any:
    return _edit(sim, p, text_of(p), "text entities")


@method("editMessageCaption")
def edit_caption(sim: Sim, p: Json) -> Any:
    return _edit(sim, p, caption_of(p), "caption caption_entities")


@method("editMessageReplyMarkup")
def edit_markup(sim: Sim, p: Json) -> Any:
    return _edit(sim, p, {})


@method("deleteMessage", "chat_id message_id")
def delete_message(sim: Sim, p: Json) -> bool:
    chat = allowed_chat(sim, p)
    message = sim.world.find_message(chat, p["message_id"])
    if message is None:
        raise bad("message to delete not found")
    mine = message["from"]["id"] == sim.world.me["id"] or chat["type"] == "private"
    if not mine and not sim.world.is_admin(chat, sim.world.me["id"]):
        raise bad("message can't be deleted")
    del sim.world.state(chat).messages[p["message_id"]]
    return True


@method("pinChatMessage", "chat_id message_id")
def pin(sim: Sim, p: Json) -> bool:
    chat = allowed_chat(sim, p, "not enough rights to manage pinned messages in the chat")
    if sim.world.find_message(chat, p["message_id"]) is None:
        raise bad("message to pin not found")
    sim.world.state(chat).pinned.append(p["message_id"])
    return True


@method("unpinChatMessage", "chat_id")
def unpin(sim: Sim, p: Json) -> bool:
    pinned = sim.world.state(allowed_chat(sim, p, "not enough rights to manage pinned messages in the chat")).pinned
    ident = p.get("message_id", pinned[-1] if pinned else None)
    if ident not in pinned:
        raise bad("message to unpin not found")
    pinned.remove(ident)
    return True


# -- queries
@method("answerCallbackQuery", "callback_query_id")
def answer_callback(sim: Sim, p: Json) -> bool:
    query = sim.queries.get(p["callback_query_id"])
    if query is None or query.answer is not None or time.monotonic() - query.asked > QUERY_LIFE:
        if query is not None and query.answer is not None:
            sim.violate("double-answer", "answerCallbackQuery", f"{query.text!r} was already answered")
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(p.get("text") or "") > 200:
        raise broken("MESSAGE_TOO_LONG")
    query.settle({"text": p.get("text"), "show_alert": bool(p.get("show_alert")), "url": p.get("url")})
    return True


@method("answerInlineQuery", "inline_query_id results")
def answer_inline(sim: Sim, p: Json) -> bool:
    query = sim.queries.get(p["inline_query_id"])
    if query is None or query.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    results = p["results"]
    if not sim.world.about_me["supports_inline_queries"]:
        raise bad("USER_BOT_INVALID")
    if len(results) > 50:
        raise broken("RESULTS_TOO_MUCH")
    if len((p.get("next_offset") or "").encode()) > 64:
        raise broken("NEXT_OFFSET_INVALID")
    _check_way_to_private(p.get("button"))
    if len({r["id"] for r in results}) != len(results):
        raise broken("RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(result)
    query.settle(p)
    return True


def _check_result(result: Json) -> None:
    if not 1 <= len(str(result["id"]).encode()) <= 64:
        raise broken("RESULT_ID_INVALID")
    check_markup(result.get("reply_markup"))
    content = result.get("input_message_content")
    if result["type"] == "article" and not str(result.get("title") or "").strip():
        raise broken("RESULT_TITLE_EMPTY")
    if result["type"] == "article" and not content:
        raise broken("SEND_MESSAGE_TYPE_INVALID")
    if content and "message_text" in content:
        text_of(content | {"text": content["message_text"]})


def _check_way_to_private(button: Json | None) -> None:
    """The button above the results: words, and a payload as in a deep link."""
    if button is None:
        return
    if not button.get("text"):
        raise broken("BUTTON_TEXT_INVALID")
    if ("web_app" in button) == ("start_parameter" in button):
        raise broken("exactly one of the optional fields must be used in InlineQueryResultsButton")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "_")):
        raise broken("START_PARAM_INVALID")


# -- the bot itself
@method("getMe")
def get_me(sim: Sim, p: Json) -> Json:
    return sim.world.about_me


@method("getWebhookInfo")
def webhook_info(sim: Sim, p: Json) -> Json:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(sim.updates)}


@method("setWebhook", "url")
def set_webhook(sim: Sim, p: Json) -> bool:
    """Taken note of in the record of requests; whoever tests plays Telegram and calls."""
    if not p["url"].startswith("https://"):
        raise broken("bad webhook: HTTPS url must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", p.get("secret_token", "-")):
        raise broken("secret token contains unallowed characters")
    return True


@method("deleteWebhook")
def delete_webhook(sim: Sim, p: Json) -> bool:
    if p.get("drop_pending_updates"):
        sim.updates.clear()
    return True


@method("setMyCommands", "commands")
def set_commands(sim: Sim, p: Json) -> bool:
    if len(p["commands"]) > 100:
        raise broken("BOT_COMMANDS_TOO_MUCH")
    for c in p["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", c["command"]):
            raise broken("BOT_COMMAND_INVALID")
        if not 1 <= len(c["description"]) <= 256:
            raise broken("BOT_COMMAND_DESCRIPTION_INVALID")
    code = p.get("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        sim.violate("language-code", "setMyCommands", f"{code!r} is not a two-letter ISO 639-1 code")
        raise bad("invalid language code specified")
    chat_id = (p.get("scope") or {}).get("chat_id")
    if chat_id is not None and sim.world.find_chat(chat_id) is None:
        raise bad("chat not found")
    sim.commands[command_scope(p)] = p["commands"]
    return True


@method("getMyCommands")
def get_commands(sim: Sim, p: Json) -> list[Json]:
    return sim.commands.get(command_scope(p), [])


@method("deleteMyCommands")
def delete_commands(sim: Sim, p: Json) -> bool:
    sim.commands.pop(command_scope(p), None)
    return True


# -- chats and topics
@method("getChat", "chat_id")
def get_chat(sim: Sim, p: Json) -> Json:
    gifts = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
    about: Json = {"accent_color_id": 0, "max_reaction_count": 11}
    chat = allowed_chat(sim, p)
    if chat["type"] != "private":
        about["permissions"] = sim.world.permissions(chat)
    return chat | about | {"accepted_gift_types": dict.fromkeys(gifts.split(), True)}


@method("getChatAdministrators", "chat_id")
def administrators(sim: Sim, p: Json) -> list[Json]:
    chat = allowed_chat(sim, p)
    if chat["type"] == "private":
        raise bad("there are no administrators in the private chat")
    return [sim.world.member(chat, u) for u in sim.world.state(chat).members if sim.world.is_admin(chat, u)]


@method("getChatMember", "chat_id user_id")
def chat_member(sim: Sim, p: Json) -> Json:
    chat = allowed_chat(sim, p)
    if p["user_id"] not in sim.world.users:
        raise bad("invalid user_id specified")
    return sim.world.member(chat, p["user_id"])


@method("leaveChat", "chat_id")
def leave(sim: Sim, p: Json) -> bool:
    del sim.world.state(allowed_chat(sim, p)).members[sim.world.me["id"]]
    return True


@method("createForumTopic", "chat_id name")
def create_topic(sim: Sim, p: Json) -> Json:
    chat = allowed_chat(sim, p, "not enough rights to create a topic")
    if not chat.get("is_forum"):
        raise bad("the chat is not a forum")
    if not 1 <= len(p["name"]) <= 128:
        raise broken("TOPIC_TITLE_EMPTY" if not p["name"] else "topic name is too long")
    return sim.world.add_topic(chat, p["name"])
