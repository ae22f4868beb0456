"""The steps from an empty database to today's tables, run by Alembic, which is imported only when there is one to take.

Every program start compares the stored revision with `REVISIONS`, without Alembic; a test keeps the two together. A
step is one transaction on both databases: after a crash the schema is the old one or the new one.
"""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")
"""Every revision this program knows, the first to the last."""

HEAD = REVISIONS[-1]
"""The revision that the tables of this program are at."""
