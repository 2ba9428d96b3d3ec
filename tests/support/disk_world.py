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
from syncer.trackers.base import Issue, Update
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_store import Store
from tests.support.forwarding import Choosy
from tests.support.interruptions import Wire, WiredStore, WiredTracker
from tests.support.local_issues import NOON, local_tracker
from tests.support.local_lab import LocalPerson
from tests.support.memory import job
from tests.support.worlds import CONSENT, Contents

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from syncer.core.plan import Plan

_STEPS: Final = frozenset({"rename", "unlink", "fchmod", "fsync"})
"""What the replacement of a file asks of the system, besides making a new one."""

_READS: Final = ("SELECT", "PRAGMA", "BEGIN\n")


class DiskWorld:
    """See ``World``.

    Args:
        root: The folder; it need not be there yet.
        folders: Where a copy may be made; each one that it gives is new.
    """

    def __init__(self, root: Path, folders: Iterator[Path]) -> None:
        self._root = root
        self._folders = folders
        self._database = root / ".syncer" / "issues.db"

    def copy(self) -> Self:
        copy = type(self)(next(self._folders), self._folders)
        shutil.copytree(self._root, copy._root)
        return copy

    def run(self, wire: Wire) -> Plan:
        store = WiredStore(Folder(self._root, ["pm/*.md"]), wire)
        tracker = LocalTracker("here", _WiredDatabase(self._database, wire), lambda: NOON)
        with closing(tracker), patch.object(files, "os", _WiredSystem(wire)):
            return run(job(store, WiredTracker(Choosy(tracker), wire)), CONSENT).plan

    def contents(self) -> Contents:
        issues = self.issues()
        with closing(local_tracker(self._database)) as tracker:
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
        """Every file in the documents' folder, what a killed run has left behind included."""
        return {
            file.relative_to(self._root).as_posix(): file.read_bytes().decode()
            for file in sorted(self._root.glob("pm/*"))
        }

    def issues(self) -> Mapping[str, Issue]:
        with closing(local_tracker(self._database)) as tracker:
            found = tracker.read([str(number) for number in range(1, 40)])
        return {key: issue for key, issue in found.items() if isinstance(issue, Issue)}

    def write(self, path: str, text: str) -> None:
        file = self._root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def file(self, title: str) -> str:
        return f"#{LocalPerson(self._database).file(title)}"

    def edit(self, issue: str, /, **values: str) -> None:
        (key,) = (key for key, one in self.issues().items() if one.title == issue)
        asked: dict[str, Any] = dict(values)
        if "status" in asked:
            asked["status"] = Status(asked["status"])
        LocalPerson(self._database).change(key, Update(marker=None, **asked))


class _WiredDatabase(Store):
    """The embedded tracker's file at the other end of a wire."""

    def __init__(self, path: Path, wire: Wire) -> None:
        super().__init__(path, read_only=False)
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
