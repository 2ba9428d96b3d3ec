"""What a sync works with: built objects, and never a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from syncer.core.reading.postmortem import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.core.reconciling.documentplan import Rules
    from syncer.documents import DocumentStore, Source
    from syncer.permission import Permission
    from syncer.trackers.base import Tracker


class Progress(Protocol):
    """Is told how far a step has come."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """``done`` of ``total`` are through ``step``; within a step, ``done`` never becomes less.

        Of ``reading`` they are documents, of ``syncing`` writes to trackers and documents.
        """


@dataclass(frozen=True, slots=True)
class Job:
    """All that a sync needs, built; nothing in it is a setting.

    Attributes:
        store: Where the documents are.
        trackers: The configured trackers, by name.
        route: Name of the tracker for new issues of the document at a path.
        vocabulary: The words to read with.
        rules: How to reconcile.
        clock: The present, in UTC.
        max_characters: Longest document that is read.
        max_line: Longest line.
        progress: Is told how far it has come.
        permission: Is asked before each write to a tracker; ``None`` if nothing speaks against one.
        partial: Whether the documents are some of those that there are, so that a row may be in another one.
    """

    store: DocumentStore
    trackers: Mapping[str, Tracker]
    route: Callable[[str], str]
    vocabulary: Vocabulary
    rules: Rules
    clock: Callable[[], datetime]
    max_characters: int
    max_line: int
    progress: Progress
    partial: bool = False
    permission: Permission | None = None

    def parse(self, source: Source) -> PostMortem:
        """The document that a source holds."""
        return parse(
            source.text,
            source.path,
            self.vocabulary,
            max_characters=self.max_characters,
            max_line=self.max_line,
        )

    def trackers_for(self, path: str) -> list[Tracker]:
        """All trackers, the one that the document at ``path`` is routed to first."""
        routed = self.trackers[self.route(path)]
        return [routed, *(t for t in self.trackers.values() if t is not routed)]
