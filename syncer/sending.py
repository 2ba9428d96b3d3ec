"""Writing to trackers that may fail: what they answer, and when one isn't asked any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.core.tracking import Unknown, Written
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from syncer.core.tracking import Answer, Draft
    from syncer.permission import Permission
    from syncer.trackers.base import Tracker

IN_DOUBT: Final = 3
"""So many requests in a row without a clear answer, and a tracker counts as failed: each may have taken effect."""


@dataclass(slots=True)
class Sender:
    """Sends writes, and none to a tracker that has failed as a whole.

    Attributes:
        trackers: All configured trackers, by name.
        failed: Trackers that as a whole can't be written, and why.
        answered: Is called after each write that had an answer, whatever it was.
        permission: Is asked before each write.
    """

    trackers: Mapping[str, Tracker]
    failed: dict[str, TrackerError] = field(default_factory=dict)
    answered: Callable[[], None] = lambda: None
    permission: Permission | None = None
    _doubts: dict[str, int] = field(default_factory=dict)

    def send(self, name: str, write: Callable[[Tracker], Answer]) -> Answer | None:
        """What a tracker answers to a write; ``None`` if it wasn't carried out, because the tracker has failed."""
        if name in self.failed:
            return None
        try:
            self._ask()
            answer = write(self.trackers[name])
        except TrackerError as error:
            self.failed[name] = error
            return None
        self._judge(name, [answer])
        self.answered()
        return answer

    def file(self, name: str, drafts: Sequence[Draft]) -> list[Answer | None]:
        """File issues, as many at once as the tracker can; the answer to each draft, in order, as for ``send``."""
        size = self.trackers[name].capabilities.creates_at_once
        answers: list[Answer | None] = []
        for start in range(0, len(drafts), size):
            answers += self._file(name, drafts[start : start + size])
        return answers

    def _file(self, name: str, drafts: Sequence[Draft]) -> list[Answer | None]:
        answers: list[Answer] = []
        if name not in self.failed:
            try:
                self._ask()
                for draft, answer in zip(
                    drafts, self.trackers[name].create_all(drafts), strict=False
                ):
                    answers.append(_fitting(draft, answer))
                    self.answered()
            except TrackerError as error:
                self.failed[name] = error
            else:
                answers += [Unknown("there was no answer")] * (len(drafts) - len(answers))
                self._judge(name, answers)
        return [*answers, *[None] * (len(drafts) - len(answers))]

    def _ask(self) -> None:
        if self.permission is not None:
            self.permission.check()

    def _judge(self, name: str, answers: Sequence[Answer]) -> None:
        """Count the requests in a row of which nothing is known."""
        in_doubt = all(isinstance(answer, Unknown) for answer in answers)
        self._doubts[name] = self._doubts.get(name, 0) + 1 if in_doubt else 0
        if self._doubts[name] >= IN_DOUBT:
            self.failed[name] = TrackerError(
                f"{IN_DOUBT} requests in a row had no clear answer",
                remedy="Look at whether the service is up before you run syncer again.",
            )


def _fitting(draft: Draft, answer: Answer) -> Answer:
    """The answer to a draft. One about another item's issue would give the row a link that isn't its own."""
    if isinstance(answer, Written):
        marker = answer.issue.marker
        if marker is not None and marker.item != draft.marker.item:
            return Unknown(f"the answer is about another item's issue, {answer.issue.key}")
    return answer
