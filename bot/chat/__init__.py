"""The conversation kit: what a command is and what the bot can say. It knows no platform, no service and no storage."""
