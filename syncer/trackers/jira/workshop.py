"""What all writes to a project share, and how an answer is taken: Jira says little, so that it is read again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.base import Draft, Refused, Written
from syncer.trackers.jira.raw import PROPERTY, Raw
from syncer.trackers.jira.seals import TOUCHED, is_touched, is_underway, read, seal_of, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.errors import TrackerError
    from syncer.model import Field, Marker
    from syncer.trackers.base import Issue, Update
    from syncer.trackers.jira.client import Client
    from syncer.trackers.jira.issues import Shape
    from syncer.trackers.jira.metadata import Screen
    from syncer.trackers.jira.reading import Reader
    from syncer.trackers.jira.settings import JiraSettings

Reasons = dict["Field", str]
"""Why values were not taken, by field."""

UNTITLED: Final = Refused("an issue has a title", "Say in the row what is to be done.")


@dataclass(slots=True)
class Workshop:
    """What writing takes.

    Attributes:
        client: Sends the requests.
        reader: What is known of the issues; what is written is known, too.
        settings: The tracker's settings.
        shape: How issues say things.
        screen: What the project takes of a new issue.
        failed: Why nothing more can be written.
    """

    client: Client
    reader: Reader
    settings: JiraSettings
    shape: Shape
    screen: Screen
    failed: TrackerError | None = None

    @property
    def cloud(self) -> bool:
        """Whether it is Jira Cloud."""
        return self.client.deployment() == "cloud"

    def check_failed(self) -> None:
        """See to it that there is no reason not to write.

        Raises:
            TrackerError: There is one.
        """
        if self.failed is not None:
            raise self.failed

    def account(self, owner: str) -> dict[str, str] | None:
        """An account in the form that Jira takes for an assignee; nobody is ``None``."""
        return {"accountId" if self.cloud else "name": owner} if owner else None

    def property(
        self,
        raw: Raw,
        marker: Marker | None,
        changes: Mapping[str, Any],
        way: str | None = None,
    ) -> dict[str, Any] | None:
        """Syncer's property as it is to be with a change; ``None`` for an issue that has none and gets none.

        Args:
            raw: The issue as it is.
            marker: The new marker; ``None`` to keep the one that there is.
            changes: What its seal will say otherwise.
            way: Id of the status that it will be in on its way to another one. One that it is in stays noted as long
                as its status doesn't change.
        """
        held = read(raw.held)
        kept = marker or (held.marker if held else None)
        if kept is None:
            return None
        seal = {TOUCHED: True} if is_touched(raw, held) else seal_of(raw) | dict(changes)
        if way is None and "status" not in changes and is_underway(raw, held) and held is not None:
            way = held.way
        return {"key": PROPERTY, "value": written(kept, seal, way)}

    def written(self, raw: Raw, asked: Draft | Update, reasons: Reasons) -> Written:
        """The answer of a write: the issue as it is, and why it isn't what was asked for."""
        self.reader.put(raw)
        issue = self.shape.issue(raw, cloud=self.cloud)
        lacking = tuple(
            f"the label “{label}”"
            for label in (
                (self.shape.label, *map(label_of, asked.labels)) if isinstance(asked, Draft) else ()
            )
            if not raw.has_label(label)
        )
        return Written(issue, _differing(issue, asked, reasons), lacking)


def title_of(text: str) -> str:
    """A summary as Jira keeps it: one line."""
    spaced = (" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if c.isprintable()).split())


def label_of(text: str) -> str:
    """A label as Jira takes it: without blanks."""
    return "-".join(text.split())


def gone(key: str) -> Refused:
    """Why an issue can't be written that isn't there."""
    return Refused(
        f"{key[:50]} can't be seen: it was deleted, or the token may not see it",
        "Look at the key, and at what the account may see.",
    )


def _differing(issue: Issue, asked: Draft | Update, reasons: Mapping[Field, str]) -> Reasons:
    """The reasons of values that the issue really hasn't got."""
    has: dict[Field, bool] = {
        "owner": not asked.owner or issue.owner.casefold() == asked.owner.casefold(),
        "due": asked.due is None or asked.due == issue.due,
        "priority": not asked.priority
        or asked.priority.casefold()
        in {word.casefold() for word in (issue.priority, *issue.priority_also)},
        "status": asked.status is None or asked.status in issue.statuses,
    }
    return {name: reason for name, reason in reasons.items() if not has.get(name, False)}
