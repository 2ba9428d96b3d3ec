"""What the doubles of Jira keep: frozen records. A change makes a new one, so that an old state stays what it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Category = Literal["new", "indeterminate", "done"]
Kind = Literal[
    "string",
    "text",
    "user",
    "labels",
    "priority",
    "option",
    "options",
    "number",
    "date",
    "datetime",
    "components",
    "resolution",
    "issuetype",
    "project",
    "status",
]
"""What a field holds; see ``values.py``."""


@dataclass(frozen=True)
class User:
    """An account.

    Attributes:
        name: What it is called in the double and signs in as on Data Center.
        key: Its name within Data Center, which stays when it is renamed.
        account_id: What it goes by in the cloud.
        display_name: What its owner is called.
        shows_email: Whether its owner lets others see the address; that is asked in the cloud alone.
    """

    name: str
    key: str
    account_id: str
    display_name: str
    email: str
    shows_email: bool = True
    active: bool = True
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Status:
    """Where an issue may stand."""

    id: str
    name: str
    category: Category


@dataclass(frozen=True)
class Transition:
    """A way from one status to another.

    Attributes:
        sources: Ids of the statuses that it starts at; ``None`` for all, the one that it leads to among them.
        screen: Fields that may be set on the way.
        required: Those of them that have to be.
        resolution: Which resolution it gives, unless one is asked for; empty: it clears it; ``None``: it lets it be.
    """

    id: str
    name: str
    to: Status
    sources: frozenset[str] | None = None
    screen: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    resolution: str | None = None


@dataclass(frozen=True)
class Workflow:
    """How issues come from one status to another; they begin with the first status."""

    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]


@dataclass(frozen=True)
class Named:
    """A priority, a resolution, a component, an option of a field, or a type of issues."""

    id: str
    name: str


@dataclass(frozen=True)
class Field:
    """A field that issues may have.

    Attributes:
        options: What there is to choose from.
        custom: Whether somebody has added it.
    """

    id: str
    name: str
    kind: Kind
    options: tuple[Named, ...] = ()
    custom: bool = False


@dataclass(frozen=True)
class Comment:
    """A comment on an issue; the text is wiki markup."""

    id: str
    author: User
    body: str
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class RemoteLink:
    """A link from an issue to somewhere else."""

    id: int
    global_id: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class IssueLink:
    """A link between two issues, by their ids."""

    id: str
    kind: str
    inward: str
    outward: str


@dataclass(frozen=True)
class Issue:
    """An issue.

    Attributes:
        id: Its number in the whole of Jira, which it keeps.
        key: What it is called in its project.
        project: The project's key.
        type: Of the issue.
        values: What its fields hold, by their ids; see ``values.py``. Texts are wiki markup.
        properties: What programs keep at it.
    """

    id: str
    key: str
    project: str
    type: Named
    status: Status
    creator: User
    created: datetime
    updated: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    resolved: datetime | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    remote_links: tuple[RemoteLink, ...] = ()

    @property
    def number(self) -> int:
        """Its number in its project."""
        return int(self.key.rpartition("-")[2])

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels."""
        return tuple(self.values.get("labels", ()))


_SYSTEM: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("summary", "Summary", "string"),
    ("description", "Description", "text"),
    ("environment", "Environment", "text"),
    ("issuetype", "Issue Type", "issuetype"),
    ("project", "Project", "project"),
    ("priority", "Priority", "priority"),
    ("assignee", "Assignee", "user"),
    ("reporter", "Reporter", "user"),
    ("labels", "Labels", "labels"),
    ("components", "Components", "components"),
    ("duedate", "Due date", "date"),
    ("resolution", "Resolution", "resolution"),
    ("status", "Status", "status"),
)

SYSTEM_FIELDS: Final = tuple(Field(name, shown, kind) for name, shown, kind in _SYSTEM)
"""The fields that every Jira has; what is only read is left out here."""
