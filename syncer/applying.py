"""Applying a document's plan: the tracker is asked first, and what it answered is written back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.reconcile import settle
from syncer.core.tracking import Draft, Refused, Unknown, Update, Written
from syncer.core.writing.editing import Settled, addresses, edited
from syncer.errors import DocumentError, SyncerError, TrackerError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from syncer.core.matching.duplicates import Duplicate
    from syncer.core.plan import Change
    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.core.reconciling.documentplan import DocumentPlan, Entry, Rules
    from syncer.core.reconciling.reconcile import Decision
    from syncer.core.tracking import Answer
    from syncer.documents import DocumentStore, Source
    from syncer.trackers.base import Tracker


@dataclass(slots=True)
class Applier:
    """Applies plans, and keeps the account of what came of them.

    Attributes:
        changes: What was done.
        problems: What could not be.
        changed: Documents that somebody else edited meanwhile.
        failures: Trackers that failed.
        written: Documents that were written.
    """

    store: DocumentStore
    trackers: Mapping[str, Tracker]
    vocabulary: Vocabulary
    rules: Rules
    parse: Callable[[Source], PostMortem]
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    failures: list[TrackerError] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def apply(self, path: str, digest: str, plan: DocumentPlan) -> None:
        """Apply the plan of the document at ``path``, if it still is what it was when it was read."""
        try:
            source = self.store.read(path)
        except DocumentError as error:
            self.problems.append(
                Problem(Level.ERROR, path, error.line, error.message, error.remedy)
            )
            return
        if source.digest != digest:
            self.changed.append(path)
            return
        settled = [one for one in map(self._send, plan.entries) if one is not None]
        if settled:
            self._write_back(source, settled)

    def heal(self, duplicates: Iterable[Duplicate]) -> None:
        """Close issues that were filed twice. The comment comes first, so that none is closed without a reason."""
        for one in duplicates:
            if one.document in self.changed:
                continue
            tracker = self.trackers[one.tracker]
            answer: Answer = Unknown("")
            for write in (
                partial(tracker.comment, one.key, one.comment),
                partial(tracker.update, one.key, one.update),
            ):
                try:
                    answer = write()
                except TrackerError as error:
                    answer = Unknown(error.message)
                if not isinstance(answer, Written):
                    break
            if isinstance(answer, Written):
                self.changes.append(one.change)
            else:
                message = f"{one.change.issue} could not be closed as a duplicate: {answer.reason}"
                self._problem(
                    one.document, 0, message, "The next run that files issues tries it again."
                )
                if isinstance(answer, Unknown):
                    self.failures.append(TrackerError(f"{tracker.name}: {answer.reason}"))

    def _send(self, entry: Entry) -> Settled | None:
        """Ask the tracker for what an entry needs; ``None`` if it didn't happen."""
        tracker = self.trackers[entry.tracker]
        lens = Lens(tracker, self.rules.people)
        decision = entry.decision
        if decision.operation is not None:
            answered = self._ask(tracker, entry)
            if answered is None:
                return None
            decision = answered
        assert decision.key is not None  # noqa: S101 - only a create has none, and it was answered
        key = decision.key
        change = decision.change(lens)
        if change is not None:
            self.changes.append(change)
        return Settled(
            item=entry.item,
            names=tracker.names(key),
            is_issue=addresses(tracker, key, decision.former),
            decision=decision,
        )

    def _ask(self, tracker: Tracker, entry: Entry) -> Decision | None:
        decision = entry.decision
        operation = decision.operation
        answer: Answer
        try:
            if isinstance(operation, Draft):
                answer = tracker.create(operation)
            else:
                assert isinstance(operation, Update)  # noqa: S101 - the only other operation
                assert decision.key is not None  # noqa: S101 - what is updated has a key
                answer = tracker.update(decision.key, operation)
        except TrackerError as error:
            answer = Unknown(error.message)
        row = decision.row
        if isinstance(answer, Refused):
            message = f"the tracker refused: {answer.reason}"
            self._problem(row.document, row.line, message, answer.remedy)
            return None
        if isinstance(answer, Unknown):
            message = f"it can't be told whether the tracker took the change: {answer.reason}"
            remedy = "The next run looks it up before anything is repeated."
            self.failures.append(TrackerError(f"{tracker.name}: {answer.reason}", remedy=remedy))
            self._problem(row.document, row.line, message, remedy)
            return None
        settled = settle(decision, answer.issue, Lens(tracker, self.rules.people))
        self.problems.extend(p for p in settled.problems if p not in decision.problems)
        return replace(settled, problems=())

    def _write_back(self, source: Source, settled: list[Settled]) -> None:
        path = source.path
        try:
            text = edited(
                self.parse(source),
                settled,
                self.vocabulary,
                add_columns=self.rules.add_columns,
            )
            if text == source.text:
                return
            if self.store.replace(path, source.digest, text):
                self.written.append(path)
            else:
                self.changed.append(path)
        except SyncerError as error:
            line = error.line if isinstance(error, DocumentError) else 0
            self._problem(path, line, error.message, error.remedy)

    def _problem(self, path: str, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(Level.ERROR, path, line, message, remedy))
