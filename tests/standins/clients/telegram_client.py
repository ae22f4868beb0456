"""A small python-telegram-bot bot that uses what ours uses, to prove the stand-in against the real library.

Run as a script with TELEGRAM_TOKEN and TELEGRAM_API_BASE in the environment.
"""

from __future__ import annotations

import io
import logging
import os
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

logging.basicConfig(level=logging.WARNING)


def told(update: Update) -> Message:
    assert update.effective_message is not None
    return update.effective_message


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=f"{x.lower()}:7") for x in labels]])


async def start(update: Update, context: Any) -> None:
    name = context.args[0] if context.args else "there"
    await told(update).reply_html(f"Hello <b>{name}</b>")


async def recommend(update: Update, context: Any) -> None:
    message, user = told(update), update.effective_user
    word = "추천" if user and user.language_code == "ko" else "Pick"
    by = message.sender_chat.title if message.sender_chat else user and user.first_name
    topic = " ".join(context.args or []) or "anything"
    markup = keyboard("Save", "Next", "Twice")
    await message.reply_text(f"{word}: {topic} for {by}", reply_markup=markup, do_quote=False)


async def pressed(update: Update, _context: Any) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "next:7":
        await query.answer()
        await query.edit_message_text("another one", reply_markup=keyboard("Save"))
    elif query.data == "twice:7":
        await query.answer("a")
        await query.answer("b")
    else:
        await query.answer("saved", show_alert=True)


async def files(update: Update, _context: Any) -> None:
    picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64))
    await told(update).reply_photo(picture, caption="<i>cover</i>", parse_mode="HTML")
    await told(update).reply_document(io.BytesIO(b"BEGIN:VCALENDAR"), filename="digest.ics")


async def tidy(update: Update, context: Any) -> None:
    """Chat action, pin, edit the keyboard away, delete."""
    message = told(update)
    await message.reply_chat_action("typing")
    first = await message.reply_text("first", reply_markup=keyboard("Save"))
    await first.pin()
    await first.edit_reply_markup(None)
    second = await message.reply_text("second")
    await second.delete()


async def admins(update: Update, context: Any) -> None:
    chat = update.effective_chat
    assert chat is not None
    found = await chat.get_administrators()
    mine = await chat.get_member(context.bot.id)
    await told(update).reply_text(f"{[a.user.first_name for a in found]} {mine.status}")


async def topic(update: Update, context: Any) -> None:
    chat = update.effective_chat
    assert chat is not None
    made = await chat.create_forum_topic(" ".join(context.args))
    await context.bot.send_message(chat.id, "welcome", message_thread_id=made.message_thread_id)


async def write(update: Update, context: Any) -> None:
    """Send a text to a chat by its id and say how it went."""
    chat_id, times = int(context.args[0]), int(context.args[1])
    try:
        for i in range(times):
            await context.bot.send_message(chat_id, f"note {i}")
        outcome = "sent"
    except TelegramError as error:
        outcome = f"{type(error).__name__}: {error}"
    print("WROTE", outcome, flush=True)


async def inline(update: Update, _context: Any) -> None:
    query = update.inline_query
    assert query is not None
    article = InlineQueryResultArticle("1", "A paper", InputTextMessageContent(query.query))
    await query.answer([article], cache_time=0)


async def member(update: Update, _context: Any) -> None:
    change = update.my_chat_member
    assert change is not None
    print("MEMBER", change.new_chat_member.status, flush=True)


async def moved(update: Update, _context: Any) -> None:
    print("MOVED", told(update).migrate_to_chat_id, flush=True)


async def failed(_update: object, context: Any) -> None:
    print("ERROR", type(context.error).__name__, context.error, flush=True)


async def set_up(app: Any) -> None:
    await app.bot.set_my_commands([BotCommand("recommend", "Recommend a paper")])
    await app.bot.set_my_commands([BotCommand("recommend", "논문 추천")], language_code="ko")
    groups = BotCommandScopeAllGroupChats()
    await app.bot.set_my_commands([BotCommand("topic", "Open a topic")], scope=groups)


def main() -> None:
    base = os.environ["TELEGRAM_API_BASE"]
    builder = Application.builder().token(os.environ["TELEGRAM_TOKEN"]).post_init(set_up)
    app = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    for command in (start, recommend, files, tidy, admins, topic, write):
        app.add_handler(CommandHandler(command.__name__, command))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(InlineQueryHandler(inline))
    app.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, moved))
    app.add_handler(ChatMemberHandler(member, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_error_handler(failed)
    app.run_polling(allowed_updates=Update.ALL_TYPES, timeout=10)


if __name__ == "__main__":
    main()
