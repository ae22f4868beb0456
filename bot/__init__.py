"""Moim, a bot for study groups on Discord and Telegram, from its rules up to its command line."""
