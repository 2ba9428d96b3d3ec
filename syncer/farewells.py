"""Telling issues that their rows are gone, and closing them where that is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.core.tracking import Refused, Unknown, Written
from syncer.errors import DocumentError, TrackerError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.plan import Change
    from syncer.core.reconciling.removed import Farewell
    from syncer.core.tracking import Answer, Issue, Update
    from syncer.documents import DocumentStore
    from syncer.sending import Sender


@dataclass(slots=True)
class Parting:
    """Carries farewells out, and keeps the account of what came of them.

    Attributes:
        sender: Asks the trackers.
        changes: What was done.
        problems: What could not be.
        changed: Documents that somebody else edited meanwhile: a row may be back.
        failures: Trackers whose answer is unknown.
        left: How many were left because their tracker has failed, by tracker.
    """

    sender: Sender
    store: DocumentStore
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    failures: list[TrackerError] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    def carry_out(self, farewells: Iterable[Farewell]) -> None:
        """Carry out what was planned for documents that still are what they were when they were read.

        No step is taken unless the one before it is known to have taken effect. So an issue that is closed was told
        why, and one that couldn't be written to isn't told in every run.
        """
        for one in farewells:
            if one.document in self.changed or not self._is_unchanged(one):
                continue
            answer = self._say(one)
            if answer is None:
                self.left[one.tracker] += 1
            elif not isinstance(answer, Written):
                self._tell(one, answer)
            elif one.end.status is not None and not answer.issue.status.finished:
                self._problem(one, "the tracker did not take the status")
            else:
                self.changes.append(one.change)

    def _is_unchanged(self, one: Farewell) -> bool:
        try:
            unchanged = self.store.read(one.document).digest == one.digest
        except DocumentError as error:
            self.problems.append(
                Problem(Level.ERROR, one.document, error.line, error.message, error.remedy)
            )
            return False
        if not unchanged:
            self.changed.append(one.document)
        return unchanged

    def _say(self, one: Farewell) -> Answer | None:
        """The answer to the first write that isn't known to have taken effect, or else to the last one."""
        answer = self.sender.send(one.tracker, lambda t: t.update(one.key, one.attempt))
        if isinstance(answer, Written) and not _has(answer.issue, one.attempt):
            # Each run would find no record, and say it again.
            return Refused("it does not keep what was done about the issue")
        if isinstance(answer, Written):
            answer = self.sender.send(one.tracker, lambda t: t.comment(one.key, one.comment))
        if isinstance(answer, Written):
            answer = self.sender.send(one.tracker, lambda t: t.update(one.key, one.end))
        return answer

    def _tell(self, one: Farewell, answer: Refused | Unknown) -> None:
        if isinstance(answer, Unknown):
            self.failures.append(TrackerError(f"{one.tracker}: {answer.reason}"))
            self._problem(one, f"it can't be told whether the tracker did it: {answer.reason}")
        else:
            self._problem(one, f"the tracker refused: {answer.reason}", answer.remedy)

    def _problem(self, one: Farewell, reason: str, remedy: str = "") -> None:
        what = "closed" if one.end.status is not None else "told"
        self.problems.append(
            Problem(
                Level.ERROR,
                one.document,
                one.change.line,
                f"{one.change.issue} could not be {what} after its row was removed: {reason}",
                remedy or "It is tried twice at most; after that it is left to you.",
            )
        )


def _has(issue: Issue, attempt: Update) -> bool:
    """Whether an issue has the record of an attempt."""
    kept, asked = issue.marker, attempt.marker
    return kept is not None and asked is not None and kept.state.removed is asked.state.removed
