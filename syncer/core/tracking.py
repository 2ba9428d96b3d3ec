"""What crosses the border between syncer and a tracker: plain data, without a word of how it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.model import Field, Marker, Status

Missing = Literal["absent", "hidden"]
"""Why there is no issue: *absent*, the tracker says that it was deleted; *hidden*, it can't be seen, and nothing may
be assumed."""

ABSENT: Final = "absent"
HIDDEN: Final = "hidden"


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
"""What a tracker says to a write."""


class Directory(Protocol):
    """The part of a tracker that asks nobody: how its issues are called and what they can hold."""

    @property
    def name(self) -> str:
        """The tracker's name in the configuration."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold."""

    def resolve(self, reference: str) -> str | None:
        """The key of the issue that a reference from an issue column or a URL names, or ``None``.

        Knows ``#12``, ``acme/shop#12``, ``PAY-7`` and full URLs of *issues*; a pull request, or an issue of
        another repository or project, is none of its own.
        """

    def names(self, key: str) -> Names:
        """How the issue with this key is called."""
