"""The file under the embedded tracker: opening it, its schema, transactions, and errors that say what to do.

SQLite with a *rollback journal*, not a write-ahead log: a log needs two more files beside the database, even to read
it, and a dry-run must leave nothing behind; it also doesn't work on a shared volume. Each write is one
``BEGIN IMMEDIATE`` transaction, so that what it looks up stays true until it is committed, and the directory is
synchronised after each commit (``synchronous = EXTRA``): a number that has been written into a document is never given
out again, not even after a power failure.
"""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from syncer.errors import InternalError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

APPLICATION_ID: Final = 0x53594E43
"""``SYNC``: tells a database of syncer's from that of any other program."""

WAIT: Final = 30.0
"""How long to wait for another process's write to end, in seconds."""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE issues (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL CHECK (title <> ''),
            status TEXT NOT NULL CHECK (
                status IN ('Not Started', 'In Progress', 'Blocked', 'Done', 'Won''t Do')
            ),
            owner TEXT NOT NULL,
            due TEXT NOT NULL CHECK (
                due = '' OR due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
            ),
            priority TEXT NOT NULL,
            labels TEXT NOT NULL CHECK (labels LIKE '[%]'),
            body TEXT NOT NULL,
            item TEXT UNIQUE CHECK (item <> ''),
            document TEXT,
            state TEXT,
            touched INTEGER NOT NULL DEFAULT 0 CHECK (touched IN (0, 1)),
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            CHECK ((item IS NULL) = (document IS NULL) AND (item IS NULL) = (state IS NULL))
        )
        """,
        """
        CREATE TABLE history (
            id INTEGER PRIMARY KEY,
            issue INTEGER NOT NULL REFERENCES issues (number) ON DELETE CASCADE,
            at TEXT NOT NULL,
            who TEXT NOT NULL CHECK (who IN ('syncer', 'person')),
            field TEXT NOT NULL CHECK (
                field IN ('title', 'status', 'owner', 'due', 'priority', 'body')
            ),
            old TEXT NOT NULL,
            new TEXT NOT NULL,
            CHECK (old <> new)
        )
        """,
        """
        CREATE TABLE comments (
            id INTEGER PRIMARY KEY,
            issue INTEGER NOT NULL REFERENCES issues (number) ON DELETE CASCADE,
            at TEXT NOT NULL,
            who TEXT NOT NULL CHECK (who IN ('syncer', 'person')),
            text TEXT NOT NULL
        )
        """,
        "CREATE INDEX history_of_issue ON history (issue, id)",
        "CREATE INDEX comments_of_issue ON comments (issue, id)",
    ),
)
"""The steps from an empty file to the present schema; step *n* makes version *n*. One that was released is never
changed, another one is added after it."""


class OutcomeUnknownError(TrackerError):
    """The commit failed at a point where nobody can tell whether it took effect."""


class Store:
    """One database file, opened when it is first needed.

    Args:
        path: The file. It and its directory are created by the first *write*; until then it is simply empty.
        read_only: Never to create or write anything. (Only SQLite's own repair is let through: a write that was
            killed half-way is undone by whoever reads next.)
        wait: How long to wait for another process, in seconds.
        migrations: The schema's steps.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool,
        wait: float = WAIT,
        migrations: Sequence[Sequence[str]] = MIGRATIONS,
    ) -> None:
        self.path = path
        self._read_only = read_only
        self._wait = wait
        self._migrations = migrations
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """One consistent view of the database; ``None`` while there is nothing in it.

        Another process's commit waits until it ends: leave it soon, and never in the hands of a caller.

        Raises:
            TrackerError: The file can't be read.
        """
        with self._explained():
            connection = self._connect(create=False)
            if connection is None:
                yield None
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees no other one's half; committed at its end, undone if anything is raised.

        Raises:
            TrackerError: Nothing was written.
            OutcomeUnknownError: It may or may not have been written.
            InternalError: The store is read-only.
        """
        if self._read_only:
            raise InternalError(f"{self.path}: a write was asked of a read-only tracker")
        with self._explained():
            connection = self._connect(create=True)
            if connection is None:  # pragma: no cover - what was created is there
                raise InternalError(f"{self.path}: it was created, and is not there")
            with self._transaction(connection):
                yield connection

    def close(self) -> None:
        """Give the file back. Calling it twice is harmless."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            _roll_back(connection)
            raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if not connection.in_transaction:
                message = f"{self.path}: the commit failed, and its outcome is unknown: {error}"
                raise OutcomeUnknownError(message, remedy=_LOOK_AGAIN) from error
            _roll_back(connection)
            raise

    def _connect(self, *, create: bool) -> sqlite3.Connection | None:
        """The connection, once there is a schema to work with.

        It is kept only then: an empty file may be filled by another process at any time.
        """
        if self._connection is not None:
            return self._connection
        if self._is_missing():
            if not create:
                return None
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._open(self._mode(create=create))
        try:
            ready = self._prepare(connection, create=create)
        except BaseException as error:
            connection.close()
            if self._read_only and _is_half_written(error):
                self._repair()
                return self._connect(create=create)
            raise
        if not ready:
            connection.close()
            return None
        self._connection = connection
        return connection

    def _is_missing(self) -> bool:
        # Not Path.exists(): it answers no for a directory that may not be searched, and what can't be read must not
        # pass for empty.
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return True
        if not stat.S_ISREG(mode):
            raise TrackerError(f"{self.path} can't be opened: it is not a file", remedy=_OTHER_PATH)
        return False

    def _mode(self, *, create: bool) -> str:
        if self._read_only:
            return "ro"
        return "rwc" if create else "rw"

    def _open(self, mode: str) -> sqlite3.Connection:
        """A connection that hasn't looked at the file yet."""
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=self._wait,
            isolation_level=None,  # transactions are begun and ended here, in so many words
            check_same_thread=False,  # a daemon's syncs follow each other, each in a thread of its own
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _repair(self) -> None:
        """Undo what a killed process has half written, as every reader does that may write."""
        with closing(self._open("rw")) as connection:
            self._version(connection)

    def _prepare(self, connection: sqlite3.Connection, *, create: bool) -> bool:
        """Whether the schema is there; brings an older one up to date."""
        latest = len(self._migrations)
        version = self._version(connection)
        connection.execute("PRAGMA synchronous = EXTRA")
        if version == latest or (version == 0 and not create):
            return version == latest
        if self._read_only:
            raise TrackerError(
                f"{self.path} was written by an older syncer (schema {version}, not {latest})",
                remedy="Run `syncer sync` once: it brings the file up to date.",
            )
        with self._transaction(connection):
            # Another process may have done it while this one waited for its turn.
            for step in range(self._version(connection), latest):
                for statement in self._migrations[step]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {latest}")
        return True

    def _version(self, connection: sqlite3.Connection) -> int:
        """The schema's version, 0 for an empty file; refuses a file that isn't this syncer's to touch."""
        version, application, objects = connection.execute(
            "SELECT (SELECT user_version FROM pragma_user_version),"
            " (SELECT application_id FROM pragma_application_id),"
            " (SELECT count(*) FROM sqlite_master)"
        ).fetchone()
        if application != APPLICATION_ID and (application or version or objects):
            raise TrackerError(f"{self.path} is a database of another program", remedy=_OTHER_PATH)
        if version > len(self._migrations):
            raise TrackerError(
                f"{self.path} was written by a newer syncer"
                f" (schema {version}, this one knows up to {len(self._migrations)})",
                remedy="Upgrade syncer; the file was not changed.",
            )
        return int(version)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explain(error) from error
        except OSError as error:
            raise TrackerError(
                f"{self.path} can't be opened: {error.strerror or error}", remedy=_RIGHTS
            ) from error

    def _explain(self, error: sqlite3.Error) -> TrackerError:
        # The lower byte is the kind of error, the upper ones are its details (sqlite.org/rescode.html).
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            message = f"is locked by another process; waited {self._wait:g} s"
            return TrackerError(f"{self.path} {message}", remedy=_LOCKED)
        message, remedy = _EXPLANATIONS.get(code, ("can't be used", _DAMAGED))
        return TrackerError(f"{self.path} {message} ({error})", remedy=remedy)


def _is_half_written(error: BaseException) -> bool:
    """Whether a file can't be read because its writer was killed, and a read-only connection can't undo that."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK"


def _roll_back(connection: sqlite3.Connection) -> None:
    # A full disk, among others, makes SQLite undo the transaction by itself.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


_LOOK_AGAIN: Final = "Run the command again: it looks at what is there before it writes."
_LOCKED: Final = "Wait until the other syncer has ended, then try again."
_OTHER_PATH: Final = "Set the tracker's `path` to another file, or move this one away."
_RIGHTS: Final = (
    "Make sure that the path is right, and that whoever runs syncer may read and write the file"
    " and its directory."
)
_DAMAGED: Final = "Put a backup in its place, or rescue what is there with `sqlite3 FILE .recover`."
_EXPLANATIONS: Final = {
    sqlite3.SQLITE_NOTADB: ("is not a database", _OTHER_PATH),
    sqlite3.SQLITE_CORRUPT: ("is damaged", _DAMAGED),
    sqlite3.SQLITE_READONLY: ("can't be written", _RIGHTS),
    sqlite3.SQLITE_PERM: ("can't be opened", _RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("can't be opened", _RIGHTS),
    sqlite3.SQLITE_FULL: (
        "can't grow: there is no room left on the disk",
        "Make room, then run the command again; nothing of this write was kept.",
    ),
    sqlite3.SQLITE_IOERR: (
        "can't be read or written: the disk reports an error",
        "Look at the disk and the system's log, then run the command again.",
    ),
}
