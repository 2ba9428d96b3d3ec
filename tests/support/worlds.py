"""What outlives a run, documents and issues, in memory and on disk: to be copied, run on, and compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, Self

from syncer.core.limits import Limits
from syncer.model import Status
from syncer.running import Consent, run
from syncer.sync import Job, survey
from tests.support.forwarding import Choosy, ReadOnly
from tests.support.interruptions import Wire, WiredStore, WiredTracker
from tests.support.making import NOW
from tests.support.memory import MemoryStore, job
from tests.support.model_tracker import Entry, ModelTracker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.plan import Plan
    from syncer.core.tracking import Issue
    from syncer.trackers.base import Tracker

CONSENT = Consent(Limits(), force=True)


@dataclass(frozen=True)
class Contents:
    """All that is there.

    Attributes:
        documents: Their texts by path, with whatever else lies beside them.
        issues: The issues by their keys.
        past: What else is known of each of them, its history for one.
        comments: Which issue was told what. A set: between a comment and the close that it explains a run may die, and
            the next one says it again rather than close an issue without a word.
    """

    documents: Mapping[str, str]
    issues: Mapping[str, Issue]
    past: Mapping[str, object]
    comments: frozenset[tuple[str, str]]

    def without_numbers(self) -> Contents:
        """The same for two runs that have filed in another order.

        A filing that failed is made up for behind those that came after it. So the numbers are others, with the times
        of filing, and definitions are added in another order.
        """
        names = {
            key: issue.marker.item if issue.marker else issue.title
            for key, issue in self.issues.items()
        }
        return Contents(
            {path: _renamed(text, names) for path, text in self.documents.items()},
            {names[key]: replace(issue, key="", created=NOW) for key, issue in self.issues.items()},
            {names[key]: past for key, past in self.past.items()},
            frozenset((names[key], _renamed(text, names)) for key, text in self.comments),
        )


_NUMBER: Final = re.compile(r"(SHOP-|#|/issues/|here/)(\d+)")


def _renamed(text: str, names: Mapping[str, str]) -> str:
    text = _NUMBER.sub(lambda match: match[1] + names.get(match[2], match[2]), text)
    lines = text.splitlines(keepends=True)
    # The last line of a document need not have an end, whichever definition it is.
    definitions = iter(sorted(line.rstrip("\r\n") for line in lines if line.startswith("[")))
    return "".join(
        next(definitions) + line[len(line.rstrip("\r\n")) :] if line.startswith("[") else line
        for line in lines
    )


Front = Callable[["Tracker"], "Tracker"]
"""Puts something in front of a tracker."""


class World(Protocol):
    """See above. Nothing of a run is left in it but what the run has written."""

    def copy(self) -> Self:
        """The same once more, independent of this one."""

    def run(self, wire: Wire, consent: Consent = CONSENT) -> Plan:
        """One run of a process of its own; what it has done and told."""

    def preview(self) -> Plan:
        """What a run would do. Whoever writes meanwhile fails the test."""

    def contents(self) -> Contents:
        """All that is there."""

    def texts(self) -> Mapping[str, str]:
        """The documents."""

    def issues(self) -> Mapping[str, Issue]:
        """The issues by key."""

    def write(self, path: str, text: str) -> None:
        """A person saves a document."""

    def file(self, title: str) -> str:
        """A person files an issue; how it is called."""

    def edit(self, key: str, /, **values: str) -> None:
        """A person changes an issue."""


class MemoryWorld:
    """Documents and a model tracker."""

    def __init__(
        self, texts: Mapping[str, str], tracker: ModelTracker, front: Front = Choosy
    ) -> None:
        self._texts = dict(texts)
        self._front = front
        self.tracker = tracker

    def __repr__(self) -> str:
        return f"{self._texts} {self.issues()}"

    def copy(self) -> Self:
        entries = {uid: Entry(uid, list(entry.past)) for uid, entry in self.tracker.entries.items()}
        tracker = replace(
            self.tracker,
            entries=entries,
            keys=dict(self.tracker.keys),
            comments=list(self.tracker.comments),
        )
        return type(self)(self._texts, tracker, self._front)

    def run(self, wire: Wire, consent: Consent = CONSENT) -> Plan:
        store = WiredStore(MemoryStore(self._texts), wire)
        return run(job(store, WiredTracker(self._front(self.tracker), wire)), consent).plan

    def job(self) -> Job:
        """What a run works with, to be taken through its steps."""
        return job(MemoryStore(self._texts), self._front(self.tracker))

    def preview(self) -> Plan:
        store = MemoryStore(self._texts, read_only=True)
        return survey(job(store, ReadOnly(self.tracker))).plan

    def contents(self) -> Contents:
        comments = frozenset((str(uid), text) for uid, text in self.tracker.comments)
        return Contents(dict(self._texts), self.issues(), {}, comments)

    def texts(self) -> Mapping[str, str]:
        return dict(self._texts)

    def issues(self) -> Mapping[str, Issue]:
        return {issue.key: issue for issue in self.tracker.live().values()}

    def write(self, path: str, text: str) -> None:
        self._texts[path] = text

    def file(self, title: str) -> str:
        return self.tracker.names(self.tracker.file(title)).short

    def edit(self, key: str, /, **values: str) -> None:
        status = {"status": Status(values.pop("status"))} if "status" in values else {}
        self.tracker.edit(self.tracker.keys[key], **values, **status)
