"""A bare python-telegram-bot: `/ping` answers a word, `/recommend` a card with buttons after one read."""

from __future__ import annotations

import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler

from tests.bench.bots.notebook import language, opened

logging.basicConfig(level=logging.WARNING)
BUTTONS = (("Save", "save:7"), ("Next", "next:7"), ("Rate", "rate:7"))


async def ping(update: Update, _context: Any) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("pong")


async def recommend(update: Update, context: Any) -> None:
    assert update.effective_message is not None and update.effective_user is not None
    chosen = await language(context.bot_data["notebook"], "telegram", update.effective_user.id)
    topic = " ".join(context.args or ()) or "anything"
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data) for label, data in BUTTONS]])
    await update.effective_message.reply_text(
        f"{chosen or 'en'}: <b>{topic}</b>\nA paper about it\n<i>because</i>", parse_mode="HTML", reply_markup=keyboard
    )


async def pressed(update: Update, _context: Any) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("saved")


async def set_up(app: Any) -> None:
    app.bot_data["stack"] = stack = AsyncExitStack()
    app.bot_data["notebook"] = await stack.enter_async_context(opened(Path("notebook.db")))
    await app.bot.set_my_commands([BotCommand("recommend", "Recommend something"), BotCommand("ping", "Echo")])


async def tidy_up(app: Any) -> None:
    await app.bot_data["stack"].aclose()


def main() -> None:
    base = os.environ["TELEGRAM_API_BASE"]
    builder = Application.builder().token(os.environ["TELEGRAM_TOKEN"]).post_init(set_up).post_shutdown(tidy_up)
    app = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    app.add_handler(CommandHandler("ping", ping))
    app.add_handler(CommandHandler("recommend", recommend))
    app.add_handler(CallbackQueryHandler(pressed))
    app.run_polling(allowed_updates=Update.ALL_TYPES, timeout=10)


if __name__ == "__main__":
    main()
