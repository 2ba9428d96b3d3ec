"""What the double of GitHub keeps: frozen records. A change makes a new one, so that an old state stays what it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

State = Literal["open", "closed"]
Role = Literal["read", "write", "admin"]
DataType = Literal["text", "number", "date", "single_select", "multi_select"]
Value = str | float | tuple[str, ...]
"""Of an issue field: options by their names."""


@dataclass(frozen=True)
class User:
    """An account, of a person, an app or an organisation.

    Attributes:
        id: Its number.
        login: Its name, which is the same in capitals.
        name: What its owner is called in public.
        email: The e-mail address that is public.
        kind: ``User``, ``Bot`` or ``Organization``.
    """

    id: int
    login: str
    name: str = ""
    email: str = ""
    kind: str = "User"


@dataclass(frozen=True)
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(frozen=True)
class Milestone:
    """A milestone; of the time when it is due only the day is kept."""

    id: int
    number: int
    title: str
    creator: User
    created: datetime
    due: date | None = None
    description: str | None = None
    state: State = "open"


@dataclass(frozen=True)
class IssueType:
    """A type that an organisation has for its issues."""

    id: int
    name: str
    description: str | None = None


@dataclass(frozen=True)
class Option:
    """One of the values of a field that is chosen from."""

    id: int
    name: str


@dataclass(frozen=True)
class IssueField:
    """A field that an organisation has for its issues."""

    id: int
    name: str
    data_type: DataType
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Comment:
    """A comment on an issue."""

    id: int
    user: User
    body: str
    created: datetime


@dataclass(frozen=True)
class Touched:
    """A file that a pull request touches.

    Attributes:
        status: What happened to it: ``added``, ``modified``, ``removed``, ``renamed``.
        before: What it was called, if it was renamed.
        blob: Id of its content.
    """

    path: str
    status: str = "modified"
    before: str = ""
    blob: str = "2" * 40


@dataclass(frozen=True)
class Pull:
    """What a pull request has besides what an issue has.

    Attributes:
        head: The branch that is to be merged.
        base: The branch that it is to be merged into.
        commit: What the head was last.
        of: The full name of the repository that the head is in.
        reviewers: Logins of those whose review was asked for.
        teams: Slugs of such teams.
        files: What it touches, where no Git repository says so.
    """

    head: str
    base: str
    commit: str = "0" * 40
    of: str = ""
    draft: bool = False
    merged: datetime | None = None
    reviewers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    files: tuple[Touched, ...] = ()


@dataclass(frozen=True)
class Issue:
    """An issue or a pull request: they are numbered as one.

    Attributes:
        milestone: Its number.
        duplicate_of: Id of the issue that this one says again.
        fields: The values of the organisation's fields, by their ids.
        pull_request: Whether it is one.
        pull: What it has as a pull request, where a test looks at that.
    """

    id: int
    number: int
    user: User
    title: str
    body: str | None
    created: datetime
    updated: datetime
    state: State = "open"
    state_reason: str | None = None
    closed: datetime | None = None
    closed_by: User | None = None
    duplicate_of: int | None = None
    labels: tuple[Label, ...] = ()
    assignees: tuple[User, ...] = ()
    milestone: int | None = None
    type: IssueType | None = None
    fields: Mapping[int, Value] = field(default_factory=dict)
    locked: bool = False
    comments: tuple[Comment, ...] = ()
    pull_request: bool = False
    pull: Pull | None = None
