"""What can go wrong between the program and its database, each with a plain mend for the host, in both languages.

Nothing here knows SQLAlchemy: `failures.py` decides which of these a driver's exception is. No message carries a
password.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from bot.core.errors import Unavailable
from bot.i18n import Bilingual


class StorageError(Unavailable):
    """The database cannot be used, now or at all; `problem` says what happened and `mend` what the host can do.

    A member who meets it is told that nothing was changed.
    """

    def __init__(self, problem: Bilingual, mend: Bilingual) -> None:
        """Hold both texts; `str()` is the English of them."""
        super().__init__()
        self.args = (f"{problem.en} {mend.en}",)
        self.problem = problem
        self.mend = mend


class DatabaseUrlUnknown(StorageError):
    """`DATABASE_URL` is of no kind that this program speaks."""

    def __init__(self, shown: str) -> None:
        """Tell of the address `shown`, which must carry no password."""
        super().__init__(
            Bilingual(f"DATABASE_URL을 알아볼 수 없어요: {shown}", f"DATABASE_URL is not understood: {shown}"),
            Bilingual(
                "sqlite+aiosqlite:///var/moim.db 또는 postgresql+asyncpg://사용자:암호@서버/이름 꼴로 적으세요. "
                "지우면 SQLite를 써요.",
                "Write it as sqlite+aiosqlite:///var/moim.db or postgresql+asyncpg://user:password@host/name, "
                "or unset it to use SQLite.",
            ),
        )


class DatabaseOptionUnknown(StorageError):
    """A PostgreSQL address ends in an option that its driver does not take, or in a value that it does not know."""

    def __init__(self, option: str) -> None:
        """Tell of the `option`, by name."""
        super().__init__(
            Bilingual(
                f"DATABASE_URL 끝의 이 선택 항목은 쓸 수 없어요: {option}",
                f"DATABASE_URL has an option that cannot be used: {option}.",
            ),
            Bilingual(
                "그 항목을 지우세요. 암호화는 sslmode=require 나 sslmode=verify-full 로 골라요.",
                "Leave it out. Encryption is chosen with sslmode=require or sslmode=verify-full.",
            ),
        )


class DriverMissing(StorageError):
    """A PostgreSQL address was given, but its driver is not installed."""

    def __init__(self) -> None:
        """Tell of the missing driver."""
        super().__init__(
            Bilingual("PostgreSQL 드라이버(asyncpg)가 없어요.", "The PostgreSQL driver (asyncpg) is not installed."),
            Bilingual(
                "make run을 다시 실행하면 설치돼요. 아니면 DATABASE_URL을 지우세요. 그러면 SQLite를 써요.",
                "Run make run again, which installs it. Or unset DATABASE_URL to use SQLite.",
            ),
        )


class _OfFile(StorageError):
    """A trouble with the SQLite file or its folder; subclasses are the texts, with the place filled in."""

    problem_text: ClassVar[Bilingual]
    mend_text: ClassVar[Bilingual]

    def __init__(self, path: Path) -> None:
        """Tell of the trouble with `path`."""
        self.path = path
        super().__init__(
            Bilingual(self.problem_text.ko.format(path=path), self.problem_text.en.format(path=path)),
            Bilingual(self.mend_text.ko.format(path=path), self.mend_text.en.format(path=path)),
        )


class DatabaseLocked(_OfFile):
    """Another program held the database for longer than we wait."""

    problem_text = Bilingual(
        "다른 프로그램이 데이터베이스를 쓰고 있어요: {path}", "Another program is holding the database: {path}."
    )
    mend_text = Bilingual(
        "봇이 두 번 켜져 있거나 데이터베이스 도구가 열려 있는지 보고, 하나를 닫은 뒤 다시 켜세요.",
        "Look for a second bot or an open database tool, close it and start again.",
    )


class DatabaseUnreadable(_OfFile):
    """The file is damaged, cut short, or not a database."""

    problem_text = Bilingual(
        "데이터베이스 파일이 망가졌거나 데이터베이스가 아니에요: {path}",
        "The database file is damaged or is not a database: {path}.",
    )
    mend_text = Bilingual(
        "가장 최근 사본을 되돌리세요: moim restore 사본. 사본이 없으면 파일을 옮기기만 해도 새로 시작해요.",
        "Put back your newest copy: moim restore COPY. With no copy, moving the file away starts a new one.",
    )


class DirectoryNotWritable(_OfFile):
    """The folder cannot be made or written to, or the file in it is read-only."""

    problem_text = Bilingual("여기에 쓸 수 없어요: {path}", "This place cannot be written to: {path}.")
    mend_text = Bilingual(
        "봇을 돌리는 사용자에게 쓰기 권한을 주거나, DATABASE_URL로 다른 곳을 고르세요.",
        "Give the user who runs the bot the right to write there, or choose another place with DATABASE_URL.",
    )


class DiskFull(_OfFile):
    """There is no room left, or the disk refused to write."""

    problem_text = Bilingual(
        "디스크에 자리가 없거나 쓰기에 실패했어요: {path}", "The disk is full or refused to write: {path}."
    )
    mend_text = Bilingual(
        "자리를 비우면 저절로 다시 돼요. 이미 저장한 것은 그대로 있어요.",
        "Free some space and it goes on by itself. What was saved before is safe.",
    )


class PostgresUnreachable(StorageError):
    """No PostgreSQL answers at the address."""

    def __init__(self, where: str) -> None:
        """Tell that nothing answers at `where` (host and port)."""
        super().__init__(
            Bilingual(f"PostgreSQL에 연결할 수 없어요: {where}", f"Could not connect to PostgreSQL at {where}."),
            Bilingual(
                "켜져 있나요? 아니면 DATABASE_URL을 지우세요. 그러면 SQLite를 써요.",
                "Is it running? Or unset DATABASE_URL to use SQLite.",
            ),
        )


class PostgresRefused(StorageError):
    """PostgreSQL answers, but not to this user, password or database name."""

    def __init__(self, where: str, reason: str) -> None:
        """Tell why the server at `where` refused, in its own words."""
        super().__init__(
            Bilingual(f"PostgreSQL({where})이 거절했어요: {reason}", f"PostgreSQL at {where} refused: {reason}."),
            Bilingual(
                "DATABASE_URL의 사용자, 암호, 데이터베이스 이름을 확인하세요.",
                "Check the user, the password and the database name in DATABASE_URL.",
            ),
        )


class PostgresForbids(StorageError):
    """PostgreSQL lets this user in, but not work there: since version 15, a new user may make no tables."""

    def __init__(self, where: str, reason: str) -> None:
        """Tell what the server at `where` forbids, in its own words."""
        super().__init__(
            Bilingual(
                f"PostgreSQL({where})이 이 사용자에게 허락하지 않아요: {reason}",
                f"PostgreSQL at {where} does not let this user work: {reason}.",
            ),
            Bilingual(
                "데이터베이스의 주인으로 만드세요: ALTER DATABASE 이름 OWNER TO 사용자;",
                "Make the user the database's owner: ALTER DATABASE name OWNER TO user;",
            ),
        )


class SchemaTooNew(StorageError):
    """The database was written by a newer program."""

    def __init__(self, stored: str, known: str) -> None:
        """Tell which revision is `stored` and which is the newest `known` here."""
        super().__init__(
            Bilingual(
                f"데이터베이스가 이 프로그램보다 새것이에요(저장된 판 {stored}, 아는 판 {known}).",
                f"The database is newer than this program (it has revision {stored}, this program knows {known}).",
            ),
            Bilingual(
                "프로그램을 새로 받거나, 올리기 전에 만든 사본으로 되돌리세요.",
                "Update the program, or put back the copy made before the upgrade.",
            ),
        )


class StorageFailed(StorageError):
    """Anything else the database said no to; nothing of the unit of work was kept."""

    def __init__(self, reason: str) -> None:
        """Tell the database's own `reason`."""
        super().__init__(
            Bilingual(f"저장하지 못했어요: {reason}", f"The database could not do it: {reason}."),
            Bilingual("잠시 뒤에 다시 해 보세요.", "Try again in a while."),
        )


class NotACopy(_OfFile):
    """What should be put back is no whole copy of a database of this program."""

    problem_text = Bilingual(
        "되돌릴 수 있는 사본이 아니에요: {path}", "This is no whole copy of a database of this program: {path}."
    )
    mend_text = Bilingual(
        "moim backup이 만든 파일을 고르세요. 지금 데이터베이스는 그대로 있어요.",
        "Choose a file that moim backup made. The database is as it was.",
    )


class CopiedElsewhere(StorageError):
    """PostgreSQL has its own tools for copies, and only they make one that can be put back."""

    def __init__(self, where: str, address: str) -> None:
        """Tell of the server at `where`, and the lines for its tools with an `address` that has no password."""
        make = f'pg_dump --format=custom --file=moim.dump "{address}"'
        put = f'pg_restore --clean --if-exists --no-owner --single-transaction --dbname="{address}" moim.dump'
        super().__init__(
            Bilingual(
                f"PostgreSQL({where})의 사본은 여기서 만들지 않아요.", f"PostgreSQL at {where} is not copied from here."
            ),
            Bilingual(f"만들기: {make}   되돌리기: {put}", f"Make a copy: {make}   Put it back: {put}"),
        )


class NotAPlaceForCopies(_OfFile):
    """Something that is no copy of a database stands where one should be written."""

    problem_text = Bilingual("이 파일에는 사본을 쓰지 않아요: {path}", "A copy is not written over this file: {path}.")
    mend_text = Bilingual(
        "다른 이름이나 폴더를 고르세요. 아무것도 바뀌지 않았어요.",
        "Choose another name, or a folder. Nothing was changed.",
    )
