"""What is missing in a run that was there before: rows, whole documents, and what keeps syncer from being sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.core.matching.mentions import mentioned_by_rows
from syncer.core.reconciling.removed import Surroundings
from syncer.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from syncer.core.matching.identity import IssueId, MarkerIndex
    from syncer.core.matching.linkreading import Reading
    from syncer.core.tracking import Directory


@dataclass(slots=True)
class Losses:
    """Gathers over all documents of a run what speaks against taking a row for gone.

    Attributes:
        partial: Whether the run looks at some of the documents only.
        unread: Documents that couldn't be read.
    """

    partial: bool
    unread: set[str] = field(default_factory=set)
    _mentioned: set[IssueId] = field(default_factory=set)
    _keepers: dict[IssueId, set[str]] = field(default_factory=dict)

    def look_at(self, reading: Reading, trackers: Sequence[Directory]) -> None:
        """Take in a document.

        Args:
            reading: The document.
            trackers: All configured trackers, the document's own first.
        """
        document = reading.document
        self._mentioned |= mentioned_by_rows(reading, trackers)
        for issue in reading.kept.keys() - reading.named:
            self._keepers.setdefault(issue, set()).add(document.path)
        if any(problem.level is Level.ERROR for problem in document.problems):
            self.unread.add(document.path)

    def surroundings(self) -> Surroundings:
        """What speaks against it, once all documents were looked at."""
        return Surroundings(self.partial, tuple(self.unread), self._mentioned, self._keepers)

    def vanished(
        self, indexes: Iterable[MarkerIndex], exists: Callable[[str], bool]
    ) -> Iterator[str]:
        """The documents that are gone while issues of theirs are open, as far as the lists of issues tell.

        Args:
            indexes: The lists of the issues that syncer filed, as far as the run has asked for them.
            exists: Whether there may be a document at a path.
        """
        for path in {path for index in indexes for path in index.documents_of_lost()}:
            if not exists(path):
                yield path
