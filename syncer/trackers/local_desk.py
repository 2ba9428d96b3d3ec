"""What a person does with the issues of the embedded tracker: look through them, and move them on.

Whatever is changed here goes into the history under *person*, and marks the issue as touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from syncer.errors import ConfigurationError
from syncer.model import Status
from syncer.trackers import local_records as records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from syncer.trackers.local_records import Change, Comment, Entry, Property
    from syncer.trackers.local_store import Store

_REMEDIES: Final[Mapping[Property, str]] = {
    "due": "Write it as 2025-12-31, or `none` to clear it.",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which issues a list shows: those that meet all conditions; ``None`` is no condition.

    Attributes:
        finished: Finished ones, or open ones.
        status: Those with this status.
        owner: Those of this owner, in any case, with or without the ``@``; ``""``: those of nobody.
        overdue_on: Those that are open and were due before this day.
        document: Those of this document, or of all that this pattern (``*``, ``?``) matches.
    """

    finished: bool | None = None
    status: Status | None = None
    owner: str | None = None
    overdue_on: date | None = None
    document: str | None = None

    def admits(self, entry: Entry) -> bool:
        """Whether the list shows this issue."""
        return (
            (self.finished is None or entry.status.finished == self.finished)
            and (self.status is None or entry.status is self.status)
            and (self.owner is None or _same_person(entry.owner, self.owner))
            and (self.overdue_on is None or entry.overdue(self.overdue_on))
            and (self.document is None or _matches(entry.document, self.document))
        )


@dataclass(frozen=True, slots=True)
class Detail:
    """An issue with all that happened to it, oldest first."""

    entry: Entry
    history: list[Change]
    comments: list[Comment]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did to an issue."""

    before: Entry
    after: Entry


class Desk:
    """The issues of one database.

    A change of several issues is one transaction: if one of them doesn't exist, none is changed.

    Args:
        store: The file.
        clock: The time now, aware of its zone; it is kept in UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def entries(self, wanted: Filter) -> Iterator[Entry]:
        """The issues that a filter admits, oldest first.

        Raises:
            TrackerError: The database can't be read.
        """
        after = 0
        while True:
            with self._store.reading() as connection:
                page = [] if connection is None else records.entries_page(connection, after)
            yield from filter(wanted.admits, page)
            if len(page) < records.CHUNK:
                return
            after = int(page[-1].key)

    def show(self, key: str) -> Detail:
        """An issue with its history and comments.

        Raises:
            ConfigurationError: There is no such issue.
            TrackerError: The database can't be read.
        """
        number = records.number(key)
        with self._store.reading() as connection:
            if connection is None or number is None:
                raise self._missing([key])
            entry = records.entry(connection, number)
            if entry is None:
                raise self._missing([key])
            return Detail(
                entry, records.history(connection, number), records.comments(connection, number)
            )

    def set_status(self, keys: Sequence[str], status: Status) -> list[Outcome]:
        """Give issues a status.

        Raises:
            ConfigurationError: There is no such issue.
            TrackerError: The database can't be written; nothing was changed.
        """
        return self._change(keys, lambda _: {"status": status.value})

    def reopen(self, keys: Sequence[str]) -> list[Outcome]:
        """Put finished issues back to *In Progress*; open ones stay as they are.

        Raises:
            ConfigurationError: There is no such issue.
            TrackerError: The database can't be written; nothing was changed.
        """
        return self._change(
            keys, lambda old: {"status": Status.IN_PROGRESS.value} if old.status.finished else {}
        )

    def assign(self, keys: Sequence[str], owner: str) -> list[Outcome]:
        """Give issues an owner, free text; the empty string is nobody.

        Raises:
            ConfigurationError: There is no such issue, or the owner can't be kept.
            TrackerError: The database can't be written; nothing was changed.
        """
        return self._change(keys, lambda _: {"owner": owner})

    def set_due(self, keys: Sequence[str], due: str) -> list[Outcome]:
        """Give issues a due date, ``YYYY-MM-DD``, or with the empty string none.

        Raises:
            ConfigurationError: There is no such issue, or no such date.
            TrackerError: The database can't be written; nothing was changed.
        """
        return self._change(keys, lambda _: {"due": due})

    def _change(
        self, keys: Sequence[str], decide: Callable[[Entry], Mapping[Property, str]]
    ) -> list[Outcome]:
        with self._store.reading() as connection:
            if connection is None:
                raise self._missing(keys)  # a write would create a file just to say so
        now = records.timestamp(self._clock())
        outcomes = []
        with self._store.writing() as connection:
            for entry in self._find(connection, keys):
                values = {name: _checked(name, value) for name, value in decide(entry).items()}
                number = int(entry.key)
                records.change(connection, number, values, who="person", now=now)
                outcomes.append(Outcome(entry, records.entry(connection, number) or entry))
        return outcomes

    def _find(self, connection: sqlite3.Connection, keys: Sequence[str]) -> list[Entry]:
        """The issues with these keys, each once, in the order in which they were named."""
        found: dict[str, Entry | None] = {}
        for key in keys:
            number = records.number(key)
            found[key] = None if number is None else records.entry(connection, number)
        missing = [key for key, entry in found.items() if entry is None]
        if missing:
            raise self._missing(missing)
        return [entry for entry in found.values() if entry is not None]

    def _missing(self, keys: Sequence[str]) -> ConfigurationError:
        named = ", ".join(f"#{key}" for key in dict.fromkeys(keys))
        return ConfigurationError(
            f"there is no issue {named} in {self._store.path}",
            remedy="`syncer issues --all` shows all that there are.",
        )


def _checked(name: Property, value: str) -> str:
    try:
        return records.checked(name, value)
    except records.InvalidValueError as error:
        raise ConfigurationError(f"{value!r} {error}", remedy=_REMEDIES.get(name, "")) from None


def _same_person(one: str, other: str) -> bool:
    return one.removeprefix("@").casefold() == other.removeprefix("@").casefold()


def _matches(document: str, wanted: str) -> bool:
    wanted = wanted.removeprefix("./")
    return document == wanted or fnmatchcase(document, wanted)
