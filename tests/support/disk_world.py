"""Documents and issues on disk: the embedded tracker's file beside the documents of a folder.

A run can be cut at every step of a file's replacement and of a transaction: before each of them, which is after the
one before it, and after the last one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Self, cast
from unittest.mock import patch

from syncer.documents import Folder, files
from syncer.model import Status
from syncer.running import run
from syncer.sync import survey
from syncer.trackers.base import Issue, Update
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_desk import Filter
from syncer.trackers.local_store import Store
from tests.support.forwarding import Choosy, ReadOnly
from tests.support.interruptions import Wire, WiredStore, WiredTracker
from tests.support.local_issues import NOON, local_tracker
from tests.support.local_lab import LocalPerson
from tests.support.memory import job
from tests.support.worlds import CONSENT, Contents, Front

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from syncer.core.plan import Plan
    from syncer.running import Consent

_STEPS: Final = frozenset({"rename", "unlink", "fchmod", "fsync"})
"""What the replacement of a file asks of the system, besides making a new one."""

_READS: Final = ("SELECT", "PRAGMA", "BEGIN\n", "ROLLBACK")
"""Statements that change nothing: what isn't committed is rolled back, if not by this process then by the next one."""


class DiskWorld:
    """See ``World``.

    Args:
        root: The folder; it need not be there yet.
        folders: Where a copy may be made; each one that it gives is new.
        front: Puts something in front of the tracker.
    """

    def __init__(self, root: Path, folders: Iterator[Path], front: Front = Choosy) -> None:
        self._root = root
        self._folders = folders
        self._front = front
        self._database = root / ".syncer" / "issues.db"

    def copy(self) -> Self:
        copy = type(self)(next(self._folders), self._folders, self._front)
        shutil.copytree(self._root, copy._root)
        return copy

    def run(self, wire: Wire, consent: Consent = CONSENT) -> Plan:
        store = WiredStore(self._folder(), wire)
        tracker = LocalTracker("here", _WiredDatabase(self._database, wire), lambda: NOON)
        with closing(tracker), patch.object(files, "os", _WiredSystem(wire)):
            return run(job(store, WiredTracker(self._front(tracker), wire)), consent).plan

    def preview(self) -> Plan:
        # On a dead wire, the first step of any write ends the test.
        dead = Wire(dead=True)
        database = _WiredDatabase(self._database, dead, read_only=True)
        tracker = LocalTracker("here", database, lambda: NOON)
        with closing(tracker), patch.object(files, "os", _WiredSystem(dead)):
            return survey(job(self._folder(), ReadOnly(tracker))).plan

    def _folder(self) -> Folder:
        return Folder(self._root, ["pm/**/*.md"])

    def contents(self) -> Contents:
        issues = self.issues()
        with closing(local_tracker(self._database, read_only=True)) as tracker:
            details = {key: tracker.desk.show(key) for key in issues}
        return Contents(
            self.texts(),
            issues,
            {key: (detail.entry.labels, detail.history) for key, detail in details.items()},
            frozenset(
                (key, one.text) for key, detail in details.items() for one in detail.comments
            ),
        )

    def texts(self) -> Mapping[str, str]:
        """Every file but the database, what a killed run has left behind included."""
        return {
            file.relative_to(self._root).as_posix(): file.read_bytes().decode()
            for file in sorted(self._root.rglob("*"))
            if file.is_file() and file != self._database
        }

    def issues(self) -> Mapping[str, Issue]:
        with closing(local_tracker(self._database, read_only=True)) as tracker:
            found = tracker.read([entry.key for entry in tracker.desk.entries(Filter())])
        return {key: issue for key, issue in found.items() if isinstance(issue, Issue)}

    def write(self, path: str, text: str) -> None:
        file = self._root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def file(self, title: str) -> str:
        return f"#{LocalPerson(self._database).file(title)}"

    def edit(self, key: str, /, **values: str) -> None:
        asked: dict[str, Any] = dict(values)
        if "status" in asked:
            asked["status"] = Status(asked["status"])
        LocalPerson(self._database).change(key, Update(marker=None, **asked))


class _WiredDatabase(Store):
    """The embedded tracker's file at the other end of a wire."""

    def __init__(self, path: Path, wire: Wire, *, read_only: bool = False) -> None:
        super().__init__(path, read_only=read_only)
        self._wire = wire

    def _open(self, mode: str) -> sqlite3.Connection:
        return cast("sqlite3.Connection", _WiredConnection(super()._open(mode), self._wire))


class _WiredConnection:
    """A connection whose writing statements cross the wire; the rest goes through."""

    def __init__(self, inner: sqlite3.Connection, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if "synchronous" in statement:
            # What survives a power failure is not what this is about, and waiting for the disk is most of the time.
            return self._inner.execute("PRAGMA synchronous = OFF")
        if f"{statement}\n".lstrip().startswith(_READS):
            return self._inner.execute(statement, *values)
        what = " ".join(statement.split()[:3])
        self._wire.cross(f"before {what}")
        cursor = self._inner.execute(statement, *values)
        if what == "COMMIT":
            self._wire.cross("after COMMIT")
        return cursor

    def executemany(self, statement: str, values: Any) -> sqlite3.Cursor:
        self._wire.cross("before several rows")
        return self._inner.executemany(statement, values)


class _WiredSystem:
    """The system's calls, of which those that change files cross the wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        return self._wired(name) if name in _STEPS else getattr(os, name)

    def open(self, name: str, flags: int, *rest: Any, **more: Any) -> int:
        if not flags & os.O_CREAT:
            return os.open(name, flags, *rest, **more)
        self._wire.cross(f"before making {name}")
        return os.open(name, flags, *rest, **more)

    def _wired(self, name: str) -> Callable[..., None]:
        def call(*arguments: Any, **more: Any) -> None:
            self._wire.cross(f"before {name}")
            if name != "fsync":
                getattr(os, name)(*arguments, **more)
            if name == "rename":
                self._wire.cross("after rename")

        return call
