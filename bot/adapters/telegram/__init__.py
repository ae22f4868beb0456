"""Telegram, over python-telegram-bot. The only place that imports `telegram`, and only when Telegram is served."""
