"""A strict local Telegram Bot API server."""
