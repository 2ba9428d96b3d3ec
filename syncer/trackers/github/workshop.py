"""What all writes to a repository share: who sends them, what is known, and how an answer is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.base import ABSENT, Draft, Issue, Moved, Refused, Unknown, Written
from syncer.trackers.github.bodies import LIMIT, clean
from syncer.trackers.github.issues import plain
from syncer.trackers.github.raw import Raw, from_rest
from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.errors import TrackerError
    from syncer.model import Field
    from syncer.trackers.base import Missing, Update
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.issues import Shape
    from syncer.trackers.github.labels import Labels
    from syncer.trackers.github.milestones import Milestones
    from syncer.trackers.github.reading import Reader

Reasons = dict["Field", str]
"""Why values were not taken, by field."""

UNTITLED: Final = Refused("an issue has a title", "Say in the row what is to be done.")
TOO_LONG: Final = Refused(
    f"an issue's text can't be longer than {LIMIT} characters",
    "Shorten the text of the row's other columns, or what was written into the issue.",
)


@dataclass(slots=True)
class Workshop:
    """What writing takes.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        reader: What is known of the issues; what is written is known, too.
        shape: Where things are kept.
        labels: Sees to it that labels exist.
        milestones: Finds and makes milestones.
        issue_type: Type of new issues; empty for none.
        failed: Why nothing more can be written.
    """

    client: Client
    addresses: Addresses
    reader: Reader
    shape: Shape
    labels: Labels
    milestones: Milestones
    issue_type: str = ""
    failed: TrackerError | None = None

    def path(self, number: int | None = None) -> str:
        """The path of all issues, or of one."""
        issues = f"{self.addresses.path}/issues"
        return issues if number is None else f"{issues}/{number}"

    def check_failed(self) -> None:
        """See to it that there is no reason not to write.

        Raises:
            TrackerError: There is one.
        """
        if self.failed is not None:
            raise self.failed

    def taken(
        self, sent: dict[str, Any] | Refused | Unknown, number: int | None = None
    ) -> Raw | Refused | Unknown:
        """The issue in an answer to a write; it is known from now on.

        Args:
            sent: The answer.
            number: The issue that was written; ``None`` for a new one.
        """
        if isinstance(sent, Refused | Unknown):
            return sent
        try:
            raw = from_rest(sent)
        except UnreadableError as error:
            return Unknown(f"the answer can't be read: {error}")
        if not self.addresses.is_here(raw.url) or number not in (None, raw.number):
            return Unknown(f"the answer is about another issue ({raw.url})")
        self.reader.memory.wrote(raw)
        return raw

    def written(self, raw: Raw, asked: Draft | Update, reasons: Reasons) -> Written:
        """The answer of a write: the issue as it is, and why it isn't what was asked for."""
        self.reader.memory.put(raw, direct=True)
        issue = self.shape.issue(raw)
        if asked.owner and not _is_assigned(issue, asked.owner):
            reasons.setdefault("owner", f"{asked.owner} can't be assigned in this repository")
        lacking = tuple(self._lacking(raw, asked)) if isinstance(asked, Draft) else ()
        return Written(issue, _differing(issue, asked, reasons), lacking)

    def _lacking(self, raw: Raw, draft: Draft) -> Iterator[str]:
        """What a new issue hasn't got of what isn't a value of its row."""
        for label in (self.shape.label, *draft.labels):
            if not raw.has_label(label):
                yield f"the label “{label}”"
        if self.issue_type and raw.type.casefold() != self.issue_type.casefold():
            yield f"the type “{self.issue_type}”"
        if self.milestones.fixed and raw.milestone is None:
            yield f"the milestone “{self.milestones.fixed}”"

    def values(
        self, due: str | None, priority: str | None, option: str | None, reasons: Reasons
    ) -> dict[int, str]:
        """New values of issue fields, by id; a priority that there isn't is left out, with a reason."""
        shape = self.shape
        values: dict[int, str] = {}
        if shape.due_field and due is not None:
            values[shape.due_field] = due
        if shape.priority_field and priority is not None:
            known = {one.casefold(): one for one in shape.priorities}
            if priority and priority.casefold() not in known:
                reasons["priority"] = f"there are {', '.join(shape.priorities)}"
            else:
                values[shape.priority_field] = known.get(priority.casefold(), "")
        if shape.states.field and option is not None:
            values[shape.states.field] = option
        return values


def title_of(text: str) -> str:
    """A title as GitHub keeps it."""
    return clean(" ".join(text.split()))


def gone(number: int, why: Missing) -> Refused:
    """Why an issue can't be written that isn't there."""
    if isinstance(why, Moved):
        return Refused(f"#{number} has moved to {why.url}", "Name it there in the row.")
    if why == ABSENT:
        return Refused(f"#{number} was deleted", "Empty the issue cell to have the row filed anew.")
    return Refused(f"#{number} can't be seen", "Look at the number, and at what the token may see.")


def _is_assigned(issue: Issue, account: str) -> bool:
    return plain(account) in {plain(one) for one in (issue.owner, *issue.owners)}


def _differing(issue: Issue, asked: Draft | Update, reasons: Mapping[Field, str]) -> Reasons:
    """The reasons of values that the issue really hasn't got."""
    has: dict[Field, bool] = {
        "owner": not asked.owner or _is_assigned(issue, asked.owner),
        "due": asked.due is None or asked.due == issue.due,
        "priority": asked.priority is None or asked.priority == issue.priority,
        "status": asked.status is None or asked.status in issue.statuses,
    }
    return {name: reason for name, reason in reasons.items() if not has.get(name, False)}
