"""Discord, over discord.py: the only package that imports it, and only when Discord is on. It knows no service."""
