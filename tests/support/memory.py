"""Documents in memory, and trackers that misbehave on request: the engine's two sides, without files or a network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer import vocabularies
from syncer.core.reconciling.documentplan import Rules
from syncer.core.tracking import ABSENT, Refused, Unknown, Written
from syncer.documents import Source
from syncer.errors import DocumentError, TrackerError
from syncer.sync import Job
from tests.support.making import NOW, FakeDirectory, issue
from tests.support.tacit import Tacit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from syncer.core.tracking import Answer, Draft, Issue, Missing, Update
    from syncer.documents import DocumentStore
    from syncer.trackers.base import Tracker

VOCABULARY = vocabularies.load()


@dataclass
class MemoryStore:
    """Documents by path. ``before_replace`` runs right before a document is compared and replaced."""

    texts: dict[str, str]
    unreadable: set[str] = field(default_factory=set)
    before_replace: Callable[[str], None] = lambda _: None
    read_only: bool = False

    def paths(self) -> list[str]:
        return sorted({*self.texts, *self.unreadable})

    def read(self, path: str) -> Source:
        if path in self.unreadable:
            raise DocumentError("the document is not UTF-8", remedy="Save it as UTF-8.", line=3)
        text = self.texts[path]
        return Source(path, text, hashlib.sha256(text.encode()).hexdigest())

    def exists(self, path: str) -> bool:
        # As in a folder: there is no telling of what is no path of a document.
        return path in self.texts or path in self.unreadable or "//" in path

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        assert not self.read_only, "a preview writes nothing"
        self.before_replace(path)
        if self.read(path).digest != expected_digest:
            return False
        self.texts[path] = text
        return True


@dataclass
class MemoryTracker(Tacit, FakeDirectory):
    """A tracker that keeps issues in a dictionary, counts what is asked of it, and fails when it is told to.

    Attributes:
        issues: What it has.
        calls: What was asked of it, in order: ``create``, ``update``, ``read``, ``marked``.
        broken: Whether it can't be read.
        answer: Decides what becomes of the next writes; ``None`` for the usual.
        drops: Fields that it silently doesn't take.
    """

    issues: dict[str, Issue] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    broken: bool = False
    answer: Callable[[str], Answer | None] = lambda _: None
    drops: frozenset[str] = frozenset()
    read_only: bool = False

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self._asked("read")
        return {key: self.issues.get(key, ABSENT) for key in keys}

    def marked(self) -> Iterable[Issue]:
        self._asked("marked")
        return [i for i in self.issues.values() if i.marker is not None]

    def create(self, draft: Draft) -> Answer:
        self._writes("create")
        told = self.answer("create")
        if isinstance(told, Refused):
            return told
        key = str(len(self.issues) + 1)
        made = issue(
            key,
            title=draft.title,
            status=draft.status,
            owner="" if "owner" in self.drops else draft.owner,
            due=draft.due,
            priority=draft.priority,
            body=draft.body,
            marker=draft.marker,
        )
        self.issues[key] = made
        return told or Written(made)

    def update(self, key: str, update: Update) -> Answer:
        self._writes("update")
        told = self.answer("update")
        if isinstance(told, Refused | Unknown):
            return told
        old = self.issues[key]
        given = {
            name: getattr(update, name)
            for name in ("title", "owner", "due", "priority", "body")
            if getattr(update, name) is not None and name not in self.drops
        }
        new = replace(old, **given, marker=update.marker or old.marker)
        if update.status is not None:
            new = replace(new, status=update.status, statuses=frozenset({update.status}))
        self.issues[key] = new
        return Written(new)

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        return map(self.create, drafts)

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        del drafts, updates
        self._asked("check")
        return ()

    def refresh(self) -> None:
        """Nothing is remembered."""

    def comment(self, key: str, text: str) -> Answer:
        assert text
        self._writes("comment")
        return self.answer("comment") or Written(self.issues[key])

    def close(self) -> None:
        """Nothing is open."""

    def _asked(self, what: str) -> None:
        self.calls.append(what)
        if self.broken:
            raise TrackerError(f"{self.name} does not answer", remedy="Try again later.")

    def _writes(self, what: str) -> None:
        assert not self.read_only, "a preview writes nothing"
        self._asked(what)


def job(
    store: DocumentStore,
    *trackers: Tracker,
    rules: Rules | None = None,
    route: Callable[[str], str] | None = None,
    now: datetime = NOW,
) -> Job:
    """A job on these two sides; the first tracker is the default one."""
    return Job(
        store=store,
        trackers={tracker.name: tracker for tracker in trackers},
        route=route or (lambda _: trackers[0].name),
        vocabulary=VOCABULARY,
        rules=rules or Rules(),
        clock=lambda: now,
        max_characters=100_000,
        max_line=10_000,
        progress=lambda *_: None,
    )
