"""What a tracker is to the rest of syncer: a small protocol, and the data that crosses it.

A tracker *must*

- write the marker in the same request as every other write that it makes to an issue, so that no crash can part
  them;
- answer with what it *has* after a write, read from the service's own answer, never with what it was asked for;
- say ``Unknown`` when it can't tell whether a write took effect (a dropped connection, a time-out), and never
  send that write again by itself.

A tracker *must not*

- replace labels, clear an assignee, or touch anything of an issue that an ``Update`` doesn't name;
- count an issue as marked unless it carries syncer's label, which outsiders can't set;
- treat a page, or an answer that it couldn't read, as an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from syncer.model import Field, Marker, Status

ABSENT: Literal["absent"] = "absent"
"""The issue was deleted: the tracker says so, it isn't merely out of sight."""

HIDDEN: Literal["hidden"] = "hidden"
"""The issue can't be seen: gone, or not visible to the token. Nothing may be assumed."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a tracker can hold, asked before anything is sent.

    Attributes:
        fields: Fields with a native place. One that is missing here belongs to the document and is shown in the
            issue's text.
        free_owner: Whether the owner is free text (any words are taken) rather than one account.
        updates_text: Whether the managed block of an existing issue may be rewritten.
        title_limit: Longest title that it takes, in characters.
    """

    fields: frozenset[Field]
    free_owner: bool
    updates_text: bool
    title_limit: int


@dataclass(frozen=True, slots=True)
class Names:
    """How an issue is called.

    Attributes:
        short: Label where the tracker is the default one: ``#12``, ``PAY-7``.
        long: Label that no other tracker or repository shares: ``acme/shop#12``.
        url: Address that resolves back to the issue.
    """

    short: str
    long: str
    url: str


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it was observed.

    Attributes:
        key: The tracker's own id of the issue, as stable text: ``12``, ``PAY-7``.
        title: Its title.
        status: The meaning that a document would be given for its state.
        statuses: All meanings that its state agrees with (an open GitHub issue agrees with *Blocked*, too).
        owner: The account that has it, or the free text; empty if nobody.
        due: ``YYYY-MM-DD``, or empty.
        priority: Its priority's name, or empty.
        body: Its text, as Markdown or whatever the tracker takes; may be empty where it was not asked for.
        marker: What syncer wrote on it; ``None`` for an issue that syncer didn't file, or one without the label.
        created: When it was filed, in UTC.
        touched: Whether a person has commented on it or changed it since it was filed.
    """

    key: str
    title: str
    status: Status
    statuses: frozenset[Status]
    owner: str
    due: str
    priority: str
    body: str
    marker: Marker | None
    created: datetime
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue to be filed. Empty strings mean: nothing to set."""

    title: str
    body: str
    status: Status
    owner: str
    due: str
    priority: str
    labels: tuple[str, ...]
    marker: Marker


@dataclass(frozen=True, slots=True)
class Update:
    """The fields to change of an issue; ``None`` leaves one alone, an empty string clears it."""

    marker: Marker | None
    title: str | None = None
    status: Status | None = None
    owner: str | None = None
    due: str | None = None
    priority: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A write that took effect.

    Attributes:
        issue: The issue as the tracker's answer shows it.
        refused: Why a field of the draft or update was not taken, by field; the rest was.
    """

    issue: Issue
    refused: Mapping[Field, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A write that the tracker said no to: nothing changed there."""

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A write whose outcome can't be told: it is looked up before anything is repeated."""

    reason: str


Answer = Written | Refused | Unknown


class Tracker(Protocol):
    """An issue tracker. ``name`` is the one that the configuration gives it."""

    @property
    def name(self) -> str:
        """The tracker's name in the configuration."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold."""

    def resolve(self, reference: str) -> str | None:
        """The key of the issue that a reference from an issue column or a URL names, or ``None``.

        Pure: asks nobody. Knows ``#12``, ``acme/shop#12``, ``PAY-7`` and full URLs of *issues*; a pull request,
        or an issue of another repository or project, is none of its own.
        """

    def names(self, key: str) -> Names:
        """How the issue with this key is called. Pure."""

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Literal["absent", "hidden"]]:
        """The issues with these keys, in as few requests as there can be.

        Answers for every key. An issue that has moved is returned under the key that was asked for and carries
        its new one.

        Raises:
            TrackerError: The tracker couldn't be read; nothing is known.
        """

    def marked(self) -> Iterable[Issue]:
        """Every issue that carries a marker and syncer's label, oldest first.

        Raises:
            TrackerError: The list couldn't be read to its end.
        """

    def create(self, draft: Draft) -> Answer:
        """File an issue. A tracker that can look up the marker atomically returns the issue that has it."""

    def update(self, key: str, update: Update) -> Answer:
        """Change the named fields of an issue, and its marker, in one request."""

    def comment(self, key: str, text: str) -> Answer:
        """Add a comment to an issue."""

    def close(self) -> None:
        """Give back connections and files. Calling it twice is harmless."""
