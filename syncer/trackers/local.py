"""The embedded tracker: issues in one SQLite file, for trying syncer out and for teams without a tracker.

It has a native place for everything that an action item has. Whoever can write the file is trusted: there are no
outsiders, so that every issue with a marker counts as marked. Filing looks the item id up and inserts in one
transaction, and the id is unique in the schema: two processes that file the same item get the same issue.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal
from urllib.parse import quote

import pydantic

from syncer.model import FIELDS, Field
from syncer.trackers import local_records as records
from syncer.trackers.base import (
    ABSENT,
    Answer,
    Capabilities,
    Draft,
    Issue,
    Missing,
    Names,
    Refused,
    Tracker,
    Unknown,
    Update,
    Written,
)
from syncer.trackers.local_desk import Desk
from syncer.trackers.local_records import timestamp
from syncer.trackers.local_store import OutcomeUnknownError, Store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from syncer.trackers.local_records import Property

_CAPABILITIES: Final = Capabilities(
    fields=frozenset(FIELDS),
    free_owner=True,
    updates_text=True,
    title_limit=records.TITLE_LIMIT,
    atomic_create=True,
    reads_at_once=records.CHUNK,
)
_FIELD_OF: Final[Mapping[Property, Field]] = {
    "title": "action",
    "status": "status",
    "owner": "owner",
    "due": "due",
    "priority": "priority",
}
_TEXT_REMEDY: Final = "Change the text of the action item."


class LocalSettings(pydantic.BaseModel, extra="forbid", frozen=True):
    """What the configuration says about an embedded tracker."""

    kind: Literal["local"] = "local"
    path: Path = pydantic.Field(
        default=Path(".syncer/issues.db"),
        description="The database file, relative to the root; the first issue creates it.",
    )


class LocalTracker(Tracker):
    """Issues in a SQLite file.

    Args:
        name: The tracker's name in the configuration.
        store: The file.
        clock: The time now, aware of its zone; it is kept in UTC.
    """

    settings_model: ClassVar[type[pydantic.BaseModel]] = LocalSettings

    def __init__(self, name: str, store: Store, clock: Callable[[], datetime]) -> None:
        self._name = name
        self._store = store
        self._clock = clock
        # A name is usually a plain word already; quoting keeps the URL one word whatever it is.
        self._address = f"syncer:{quote(name, safe='')}/"

    @classmethod
    def open(
        cls,
        name: str,
        settings: LocalSettings,
        *,
        root: Path,
        clock: Callable[[], datetime],
        read_only: bool,
    ) -> LocalTracker:
        """The tracker with these settings. Touches no file: the first read or write does."""
        return cls(name, Store(root / settings.path, read_only=read_only), clock)

    @property
    def name(self) -> str:
        """The tracker's name in the configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Everything; an owner is free text."""
        return _CAPABILITIES

    @property
    def path(self) -> Path:
        """The database file; it may not be there yet."""
        return self._store.path

    @property
    def desk(self) -> Desk:
        """The same issues as a person works with them."""
        return Desk(self._store, self._clock)

    def resolve(self, reference: str) -> str | None:
        """The key that ``#12``, ``here#12`` or ``syncer:here/12`` names; ``None`` for anything else."""
        for prefix in ("#", f"{self._name}#", self._address):
            number = reference.removeprefix(prefix)
            if number != reference and records.NUMBER.fullmatch(number):
                return number
        return None

    def names(self, key: str) -> Names:
        """``#12``, ``here#12`` and ``syncer:here/12``."""
        return Names(f"#{key}", f"{self._name}#{key}", f"{self._address}{key}")

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """The issues with these keys, all as of one moment; see ``Tracker.read``.

        There is nobody that an issue could be hidden from: one that isn't in the file is absent.
        """
        answers: dict[str, Issue | Missing] = dict.fromkeys(keys, ABSENT)
        numbers = [int(key) for key in answers if records.NUMBER.fullmatch(key)]
        with self._store.reading() as connection:
            if connection is not None:
                for issue in records.issues(connection, numbers):
                    answers[issue.key] = issue
        return answers

    def marked(self) -> Iterator[Issue]:
        """Every issue with a marker, oldest first; see ``Tracker.marked``.

        Read page by page: whoever consumes it slowly keeps no other process from writing.
        """
        after = 0
        while True:
            with self._store.reading() as connection:
                page = [] if connection is None else records.marked_page(connection, after)
            yield from page
            if len(page) < records.CHUNK:
                return
            after = int(page[-1].key)

    def create(self, draft: Draft) -> Answer:
        """File an issue, or answer with the one that has the marker's item id already, as it is.

        Raises:
            TrackerError: The database can't be written; nothing was filed.
        """
        values, complaints = _check(
            {
                "title": draft.title,
                "status": draft.status.value,
                "owner": draft.owner,
                "due": draft.due,
                "priority": draft.priority,
                "body": draft.body,
            }
        )
        for name in ("title", "body"):
            if name in complaints:
                return Refused(f"the {name} {complaints[name]}", _TEXT_REMEDY)
        now = timestamp(self._clock())

        def file(connection: sqlite3.Connection) -> Answer:
            number = records.number_of_item(connection, draft.marker.item)
            if number is not None:
                return Written(_existing(connection, number))
            number = records.insert(connection, draft, values, now)
            return Written(_existing(connection, number), _by_field(complaints))

        return self._write(file)

    def update(self, key: str, update: Update) -> Answer:
        """Change the named fields of an issue, and its marker, in one transaction.

        Raises:
            TrackerError: The database can't be written; nothing was changed.
        """
        wanted: dict[Property, str | None] = {
            "title": update.title,
            "status": None if update.status is None else update.status.value,
            "owner": update.owner,
            "due": update.due,
            "priority": update.priority,
            "body": update.body,
        }
        values, complaints = _check(
            {name: text for name, text in wanted.items() if text is not None}
        )
        if "body" in complaints:
            return Refused(f"the body {complaints['body']}", _TEXT_REMEDY)
        now = timestamp(self._clock())
        marker = update.marker

        def change(connection: sqlite3.Connection, number: int) -> Answer:
            owner = None if marker is None else records.number_of_item(connection, marker.item)
            if owner not in (None, number):
                return Refused(f"its item id is that of issue #{owner} already")
            if update.body_was not in (None, records.body(connection, number)):
                values.pop("body", None)
            records.change(connection, number, values, who="syncer", now=now, marker=marker)
            return Written(_existing(connection, number), _by_field(complaints))

        return self._write_to(key, change)

    def comment(self, key: str, text: str) -> Answer:
        """Add a comment to an issue.

        Raises:
            TrackerError: The database can't be written; nothing was added.
        """
        try:
            text = records.checked("body", text)
        except records.InvalidValueError as error:
            return Refused(f"the comment {error}")
        now = timestamp(self._clock())

        def add(connection: sqlite3.Connection, number: int) -> Answer:
            records.add_comment(connection, number, text, who="syncer", now=now)
            return Written(_existing(connection, number))

        return self._write_to(key, add)

    def rest(self) -> None:
        """Give the file back; the next call opens it again."""
        self._store.close()

    def close(self) -> None:
        """Give the file back. Calling it twice is harmless."""
        self._store.close()

    def _write_to(self, key: str, work: Callable[[sqlite3.Connection, int], Answer]) -> Answer:
        def find(connection: sqlite3.Connection) -> Answer:
            number = records.number(key)
            if number is None or not records.exists(connection, number):
                return Refused(f"there is no issue #{key} in {self._store.path}")
            return work(connection, number)

        return self._write(find)

    def _write(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer:
        try:
            with self._store.writing() as connection:
                return work(connection)
        except OutcomeUnknownError as error:
            return Unknown(error.message)


def _check(
    wanted: Mapping[Property, str],
) -> tuple[dict[Property, str], dict[Property, str]]:
    """The values that can be kept, and what is wrong with the others."""
    values: dict[Property, str] = {}
    complaints: dict[Property, str] = {}
    for name, value in wanted.items():
        try:
            values[name] = records.checked(name, value)
        except records.InvalidValueError as error:
            complaints[name] = str(error)
    return values, complaints


def _by_field(complaints: Mapping[Property, str]) -> dict[Field, str]:
    return {
        _FIELD_OF[name]: f"{reason}" for name, reason in complaints.items() if name in _FIELD_OF
    }


def _existing(connection: sqlite3.Connection, number: int) -> Issue:
    """An issue that this transaction has found or made."""
    return next(records.issues(connection, [number]))
