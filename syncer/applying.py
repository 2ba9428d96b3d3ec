"""Applying documents' plans: the tracker is asked first, and what it answered is written back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.core import remarks
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.settling import settle
from syncer.core.tracking import Draft, Refused, Unknown, Written
from syncer.core.writing.editing import edited, settled_by
from syncer.errors import DocumentError, SyncerError, TrackerError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from syncer.batching import Planned
    from syncer.core.matching.duplicates import Duplicate
    from syncer.core.plan import Change
    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.core.reconciling.decision import Decision
    from syncer.core.reconciling.documentplan import Entry, Rules
    from syncer.core.tracking import Answer
    from syncer.core.writing.editing import Settled
    from syncer.documents import DocumentStore, Source
    from syncer.sending import Sender
    from syncer.trackers.base import Tracker

_LOOKED_UP: Final = "The next run looks it up before anything is repeated."


@dataclass(slots=True)
class Applier:
    """Applies plans, and keeps the account of what came of them.

    Attributes:
        sender: Asks the trackers.
        changes: What was done.
        problems: What could not be.
        changed: Documents that somebody else edited meanwhile.
        failures: Trackers that failed.
        written: Documents that were written.
        left: How many changes were left because their tracker has failed, by tracker.
        accounts: What the trackers said about who owners are, by tracker.
    """

    sender: Sender
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
    left: Counter[str] = field(default_factory=Counter)
    accounts: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    def apply(self, group: Sequence[Planned]) -> None:
        """Apply the plans of documents that still are what they were when they were read.

        Issues that are filed in bulk come last, so that what was filed is written back before anything else is asked.
        """
        opened = [one for one in map(self._open, group) if one is not None]
        in_bulk: dict[str, list[tuple[_Open, int]]] = {}
        for one in opened:
            for number, entry in enumerate(one.entries):
                if self._is_filed_in_bulk(entry):
                    in_bulk.setdefault(entry.tracker, []).append((one, number))
                else:
                    one.settled[number] = self._send(entry)
        for name, places in in_bulk.items():
            drafts = [_draft(one.entries[number]) for one, number in places]
            answers = self.sender.file(name, drafts)
            for (one, number), answer in zip(places, answers, strict=True):
                one.settled[number] = self._settled(one.entries[number], answer)
        for one in opened:
            settled = [s for number in sorted(one.settled) if (s := one.settled[number])]
            if settled:
                self._write_back(one.source, settled)

    def heal(self, duplicates: Iterable[Duplicate]) -> None:
        """Close issues that were filed twice. The comment comes first, so that none is closed without a reason."""
        for one in duplicates:
            if one.document in self.changed:
                continue
            answer = self._close(one)
            if answer is None:
                self.left[one.tracker] += 1
            elif isinstance(answer, Written):
                self.changes.append(one.change)
            else:
                message = f"{one.change.issue} could not be closed as a duplicate: {answer.reason}"
                self._problem(
                    one.document, 0, message, "The next run that files issues tries it again."
                )
                if isinstance(answer, Unknown):
                    self._failure(one.tracker, answer.reason)

    def report_failed(self, before: Collection[str]) -> None:
        """Tell which trackers failed as a whole, and how much was left because of that.

        Args:
            before: Trackers whose failure has been told already.
        """
        for name, error in self.sender.failed.items():
            if name not in before:
                self._failure(name, error.message, error.remedy, error.wait)
            count = self.left[name]
            if count:
                self.problems.append(remarks.unwritable(name, error.message, error.remedy, count))

    def _close(self, duplicate: Duplicate) -> Answer | None:
        name, key = duplicate.tracker, duplicate.key
        answer = self.sender.send(name, lambda t: t.comment(key, duplicate.comment))
        if not isinstance(answer, Written):
            return answer
        return self.sender.send(name, lambda t: t.update(key, duplicate.update))

    def _open(self, planned: Planned) -> _Open | None:
        """The document, if it still is what it was when it was read."""
        try:
            source = self.store.read(planned.path)
        except DocumentError as error:
            self._problem(planned.path, error.line, error.message, error.remedy)
            return None
        if source.digest != planned.digest:
            self.changed.append(planned.path)
            return None
        return _Open(source, planned.plan.entries)

    def _is_filed_in_bulk(self, entry: Entry) -> bool:
        at_once = self.trackers[entry.tracker].capabilities.creates_at_once
        return isinstance(entry.decision.operation, Draft) and at_once > 1

    def _send(self, entry: Entry) -> Settled | None:
        """Ask the tracker for what an entry needs; ``None`` if it didn't happen."""
        key, operation = entry.decision.key, entry.decision.operation
        if operation is None:
            return self._done(entry, entry.decision)
        if isinstance(operation, Draft):
            return self._settled(
                entry, self.sender.send(entry.tracker, lambda t: t.create(operation))
            )
        assert key is not None  # noqa: S101 - what is updated has a key
        return self._settled(
            entry, self.sender.send(entry.tracker, lambda t: t.update(key, operation))
        )

    def _settled(self, entry: Entry, answer: Answer | None) -> Settled | None:
        """Take the answer to what an entry needed; ``None`` if it wasn't done."""
        row = entry.decision.row
        if answer is None:
            self.left[entry.tracker] += 1
            return None
        if isinstance(answer, Refused):
            message = f"the tracker refused: {answer.reason}"
            self._problem(row.document, row.line, message, answer.remedy)
            return None
        if isinstance(answer, Unknown):
            message = f"it can't be told whether the tracker took the change: {answer.reason}"
            self._failure(entry.tracker, answer.reason, _LOOKED_UP)
            self._problem(row.document, row.line, message, _LOOKED_UP)
            return None
        found = self.accounts.get(entry.tracker, {})
        lens = Lens(self.trackers[entry.tracker], self.rules.people, found)
        settled = settle(entry.decision, answer.issue, lens, answer.refused)
        self.problems.extend(p for p in settled.problems if p not in entry.decision.problems)
        name = self.trackers[entry.tracker].names(answer.issue.key).short
        self.problems += [
            remarks.lacking(row.document, row.line, name, what) for what in answer.lacking
        ]
        return self._done(entry, replace(settled, problems=()))

    def _done(self, entry: Entry, decision: Decision) -> Settled:
        change = decision.change(Lens(self.trackers[entry.tracker], self.rules.people))
        if change is not None:
            self.changes.append(change)
        return settled_by(entry, decision, self.trackers)

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

    def _failure(
        self, tracker: str, reason: str, remedy: str = "", wait: float | None = None
    ) -> None:
        """Note that a tracker failed; what failed for the same reason again is the same failure."""
        message = f"{tracker}: {reason}"
        if all(known.message != message for known in self.failures):
            self.failures.append(TrackerError(message, remedy=remedy, wait=wait))


@dataclass(slots=True)
class _Open:
    """A document that is being applied, with what came of its entries, by their number."""

    source: Source
    entries: Sequence[Entry]
    settled: dict[int, Settled | None] = field(default_factory=dict)


def _draft(entry: Entry) -> Draft:
    operation = entry.decision.operation
    assert isinstance(operation, Draft)  # noqa: S101 - only those are filed
    return operation
