"""A laboratory for the conformance suite on the embedded tracker's file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from syncer.testing import Lab, Person
from syncer.trackers import local_records as records
from tests.support.local_issues import NOON, local_tracker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from syncer.trackers.base import Draft, Update
    from syncer.trackers.local import LocalTracker
    from syncer.trackers.local_records import Property

NOW = records.timestamp(NOON)


class LocalPerson(Person):
    """Somebody with the database at hand. Nothing can be hidden or moved there."""

    def __init__(self, path: Path) -> None:
        self._tracker = local_tracker(path)

    def file(self, title: str, *, body: str = "", labels: Collection[str] = ()) -> str:
        with self._tracker._store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO issues (title, status, owner, due, priority, labels, body, created,"
                " updated) VALUES (?, 'Not Started', '', '', '', ?, ?, ?, ?)",
                (title, json.dumps(list(labels)), body, NOW, NOW),
            )
            return str(cursor.lastrowid)

    def change(self, key: str, update: Update) -> None:
        wanted: dict[Property, str | None] = {
            "title": update.title,
            "status": update.status,
            "owner": update.owner,
            "due": update.due,
            "priority": update.priority,
            "body": update.body,
        }
        values = {name: str(value) for name, value in wanted.items() if value is not None}
        with self._tracker._store.writing() as connection:
            records.change(connection, int(key), values, who="person", now=NOW)

    def comment(self, key: str, text: str) -> None:
        with self._tracker._store.writing() as connection:
            records.add_comment(connection, int(key), text, who="person", now=NOW)

    def comments(self, key: str) -> list[str]:
        return [comment.text for comment in self._tracker.desk.show(key).comments]

    def labels(self, key: str) -> set[str]:
        return set(self._tracker.desk.show(key).entry.labels)

    def label(self, key: str, label: str) -> None:
        labels = sorted({*self.labels(key), label})
        with self._tracker._store.writing() as connection:
            connection.execute(
                "UPDATE issues SET labels = ? WHERE number = ?", (json.dumps(labels), int(key))
            )

    def delete(self, key: str) -> None:
        with self._tracker._store.writing() as connection:
            connection.execute("DELETE FROM issues WHERE number = ?", (int(key),))


class LocalLab(Lab):
    """One database file."""

    strangers = (
        *("there#12", "Here#12", "herehere#12", "syncer:there/12", "syncer:here/12/", "here/12"),
        *("acme/here#12", "PAY-7", "https://github.com/acme/here/issues/12", "#999999999999"),
    )

    def __init__(self, path: Path) -> None:
        self._path = path
        self.person = LocalPerson(path)

    def open(self) -> LocalTracker:
        return local_tracker(self._path)

    def fill(self, drafts: Iterable[Draft]) -> None:
        # One transaction: a commit of its own for each would be most of the time that the suite takes.
        with self.open()._store.writing() as connection:
            for draft in drafts:
                values: dict[Property, str] = {
                    "title": draft.title,
                    "status": draft.status,
                    "owner": draft.owner,
                    "due": draft.due,
                    "priority": draft.priority,
                    "body": draft.body,
                }
                records.insert(connection, draft, values, NOW)
