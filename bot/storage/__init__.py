"""Storage: the one place where SQLAlchemy lives. Services open a unit of work, ask, and save; nobody else knows SQL."""

from bot.storage.errors import StorageError
from bot.storage.storage import Clock, Storage
from bot.storage.unit import UnitOfWork

__all__ = ["Clock", "Storage", "StorageError", "UnitOfWork"]
