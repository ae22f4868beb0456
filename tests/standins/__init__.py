"""Strict local stand-ins for Discord and Telegram, and the bot as a separate process.

Every request of the bot is held against the official descriptions where they are at hand
(`descriptions.note()` says when not) and against the documented limits in any case.
"""

from .bot_process import BotProcess
from .discord_api.sim import DiscordSim
from .recording import DriverError, NoReply, Upload
from .telegram_api.flood import FloodLimits
from .telegram_api.sim import TelegramSim

__all__ = ["BotProcess", "DiscordSim", "DriverError", "FloodLimits", "NoReply", "TelegramSim", "Upload"]
