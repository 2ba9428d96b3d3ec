"""What crosses the border between syncer and a tracker: plain data, without a word of how it is sent."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.model import Field, Marker

LABEL: Final = "syncer"
"""The label that tells the issues which syncer filed, unless the settings of a tracker name another one."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An issue that has left its tracker for a place that it doesn't reach: another repository, a discussion.

    Attributes:
        url: Where it is now. Another configured tracker may resolve it.
        is_issue: Whether that is an issue; a pull request has a number like one, and is none.
    """

    url: str
    is_issue: bool = True


Missing = Literal["absent", "hidden"] | Moved
"""Why there is no issue: *absent*, the tracker says that it was deleted; *hidden*, it can't be seen, and nothing may
be assumed; or it has moved out of reach."""

ABSENT: Final = "absent"
HIDDEN: Final = "hidden"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a tracker can hold and do, asked before anything is sent.

    Attributes:
        fields: Fields with a native place. One that is missing here belongs to the document and is shown in the
            issue's text.
        free_owner: Whether the owner is free text (any words are taken) rather than one account.
        updates_text: Whether the managed block of an existing issue may be rewritten.
        title_limit: Longest title that it takes, in characters.
        statuses: Meanings that it keeps apart. For any other it has a state that *agrees* with it: see
            ``Issue.statuses``.
        atomic_create: Whether ``create`` looks the item id up and files the issue in one stroke, so that it may be
            repeated, and two runs at once file one issue. Elsewhere the second look is what heals.
        reads_at_once: About how many issues one request reads; 1 where each takes its own.
        creates_at_once: How many issues one request files.
        mentions: Whether ``@name`` in the owner that an issue's text shows is to reach whom it names.
        starts_when_assigned: Whether a new issue that somebody has counts as *In Progress*.
    """

    fields: frozenset[Field]
    free_owner: bool
    updates_text: bool
    title_limit: int
    statuses: frozenset[Status] = frozenset(Status)
    atomic_create: bool = False
    reads_at_once: int = 100
    creates_at_once: int = 1
    mentions: bool = False
    starts_when_assigned: bool = False


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
        key: The tracker's own id of the issue, as stable text: ``12``, ``PAY-7``. The present one, where it has moved.
        title: Its title.
        status: The meaning that a document would be given for its state.
        statuses: All meanings that its state agrees with (an open GitHub issue agrees with *Blocked*, too).
        owner: The account that has it, or the free text; empty if nobody.
        due: ``YYYY-MM-DD``, or empty.
        priority: Its priority's name, or empty.
        body: Its text *without the marker*, wherever that is kept. Empty where the tracker's capabilities say that
            texts aren't updated, because nobody will ask for it.
        marker: What syncer wrote on it; ``None`` for an issue that syncer didn't file, one without the label, or one
            whose marker a person has damaged.
        created: When it was filed, in UTC.
        touched: Whether a person has commented on it or changed it since it was filed. A tracker that can't tell
            says yes, which keeps syncer from closing it.
        owners: Where several accounts can have an issue: the others that do.
        owner_name: What a document calls an owner whom nobody has mapped, where that isn't ``@`` and the account.
        owner_also: What else the configuration may call the owner's account: an e-mail address, a name.
        priority_also: What else documents call its priority, where several of their words stand for one.
        untold: Fields with a native place whose value can't be told at the moment; they are left alone.
        underway: Whether syncer itself left it in its status on the way to another one, which it has yet to reach:
            nobody means this one.
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
    owners: tuple[str, ...] = ()
    owner_name: str = ""
    owner_also: tuple[str, ...] = ()
    priority_also: tuple[str, ...] = ()
    untold: frozenset[Field] = frozenset()
    underway: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue to be filed. Empty strings mean: nothing to set.

    Attributes:
        title: Its title, in one line, no longer than the tracker takes.
        body: Its text; the tracker adds the marker where it keeps it.
        status: What it is to be. Where a new issue can only be open, a second request sees to that, and if that fails
            the answer shows the issue as it is.
        owner: The account, or the free text.
        due: ``YYYY-MM-DD``.
        priority: Its priority's name.
        labels: Labels that it gets *besides* syncer's own, which the tracker adds by itself.
        marker: What says whose it is, sent in the same request.
        severity: How severe its incident was, as the document says it.
    """

    title: str
    body: str
    status: Status
    owner: str
    due: str
    priority: str
    labels: tuple[str, ...]
    marker: Marker
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """The fields to change of an issue; ``None`` leaves one alone, an empty string clears it.

    Attributes:
        marker: The new marker; ``None`` for an issue that has none and gets none, because a person filed it.
        title: The new title.
        status: What it is to be. Where that takes a request of its own, each of them carries the marker.
        owner: The account, or the free text.
        due: ``YYYY-MM-DD``.
        priority: Its priority's name.
        body: The whole new text, without the marker.
        body_was: The text that ``body`` was made from. If the issue has another one by now, but for line ends, a
            person was faster: ``body`` is dropped, and the rest of the update goes on.
        owner_was: The account in whose place ``owner`` comes; others that have the issue, too, keep it. ``None``
            where it replaces all.
        duplicate_of: Key of the issue that this one is a duplicate of; it goes with a status that finishes it.
    """

    marker: Marker | None
    title: str | None = None
    status: Status | None = None
    owner: str | None = None
    due: str | None = None
    priority: str | None = None
    body: str | None = None
    body_was: str | None = None
    owner_was: str | None = None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A write that took effect.

    Attributes:
        issue: The issue as the tracker's answer shows it: what it *has*, never what it was asked for.
        refused: Why a field of the draft or update was not taken, by field; the rest was.
        lacking: What else the issue hasn't got that it should have: “the label post-mortem”.
    """

    issue: Issue
    refused: Mapping[Field, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A write that the tracker said no to: nothing changed there, and it isn't worth repeating as it is.

    Attributes:
        reason: What it said, without secrets; completes “the tracker refused: …”.
        remedy: What the reader can do about it: the permission, field or setting by its name.
    """

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A write whose outcome can't be told: it is looked up before anything is repeated.

    Attributes:
        reason: Why, without secrets: “no answer within 30 s”.
    """

    reason: str


Answer = Written | Refused | Unknown
"""What a tracker says to a write."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a plan would write to one tracker.

    Attributes:
        creates: Issues to be filed.
        updates: Writes to issues that are there.
        comments: Comments to be added.
    """

    creates: int = 0
    updates: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What the requests to a tracker cost.

    Attributes:
        calls: How many were sent since the look began.
        left: How many more the service takes until ``reset``; ``None`` if it doesn't say.
        limit: How many it takes altogether in one such stretch of time.
        reset: When it starts to count anew, in UTC.
    """

    calls: int
    left: int | None = None
    limit: int | None = None
    reset: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a workload will take.

    Attributes:
        calls: About how many requests.
        seconds: How long they take at least, because of the pace that the service asks for.
    """

    calls: int
    seconds: float = 0.0


class Directory(Protocol):
    """The part of a tracker that asks nobody: how its issues are called and what they can hold."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The tracker's name in the configuration."""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What it can hold."""

    @abstractmethod
    def resolve(self, reference: str) -> str | None:
        """The key of the issue that a reference from an issue column or a URL names, or ``None``.

        Knows ``#12``, ``acme/shop#12``, ``PAY-7`` and full URLs of *issues*; a pull request, or an issue of
        another repository or project, is none of its own. Any text at all may come: it must not raise.
        """

    @abstractmethod
    def names(self, key: str) -> Names:
        """How the issue with this key is called. Each of the three resolves back to the key."""
