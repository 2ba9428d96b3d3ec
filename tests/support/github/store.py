"""All that the double of GitHub knows, without a word of HTTP: repositories, users, organisations."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Final

from tests.support.github.records import IssueField, IssueType, Label, Option, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tests.support.github.records import DataType, Issue, Milestone, Role

GHOST: Final = User(10137, "ghost")

_REMEMBERED: Final = 100
"""How many states of the past are kept."""


@dataclass
class Repository:
    """A repository.

    Attributes:
        roles: What each login, in lower case, may do; whoever isn't named may read a repository that isn't private.
        assignable: The users whom an issue can be assigned to.
        issues: By number. Never changed in place: a change puts another mapping here.
        last: The last number that was given to an issue or a pull request.
        deleted: Numbers of the issues that were deleted.
        hidden: Numbers of the issues that can't be seen.
        transferred: Where the issues that were transferred are now: repository and number.
        branches: The commit that each branch is at, where there is no Git repository.
        git: The bare Git repository that has its branches.
        teams: Slugs of the teams that may look at it.
        workflows_may_open: Whether a workflow's own token may open pull requests.
    """

    id: int
    owner: User
    name: str
    created: datetime
    private: bool = False
    archived: bool = False
    disabled: bool = False
    has_issues: bool = True
    roles: dict[str, Role] = field(default_factory=dict)
    assignable: list[User] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    issues: Mapping[int, Issue] = field(default_factory=dict)
    last: int = 0
    deleted: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    transferred: dict[int, tuple[Repository, int]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    git: Path | None = None
    teams: set[str] = field(default_factory=set)
    workflows_may_open: bool = True

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def put(self, issue: Issue) -> Issue:
        """Keep an issue as it is now."""
        self.issues = {**self.issues, issue.number: issue}
        self.last = max(self.last, issue.number)
        return issue

    def role(self, login: str) -> Role | None:
        """What an account may do; ``None`` if it doesn't see that there is such a repository."""
        return self.roles.get(login.lower(), None if self.private else "read")


@dataclass
class Organisation:
    """What an organisation has for the issues of its repositories."""

    fields: list[IssueField] = field(default_factory=list)
    types: list[IssueType] = field(default_factory=list)


class Store:
    """All of it. Whoever changes something holds ``lock``.

    Args:
        clock: What time it is there.
        step: How much later it is after each change, so that no two have the same time.

    Attributes:
        creates_unknown_labels: Whether naming a label that isn't there makes it. For some tokens it is dropped without
            a word since 2025.
        refuses_unassignable: Whether an assignee who can't be assigned is refused, with all else that was asked for;
            or dropped without a word.
        redirects_to_unseen: Whether an issue that was transferred to where an account may not look is answered with
            its new address all the same. The documentation says that it isn't.
    """

    def __init__(
        self, clock: Callable[[], datetime], step: timedelta = timedelta(seconds=1)
    ) -> None:
        self.lock = RLock()
        self.creates_unknown_labels = True
        self.refuses_unassignable = True
        self.redirects_to_unseen = False
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, Repository] = {}
        self.users: dict[str, User] = {}
        self.organisations: dict[str, Organisation] = {}
        self._clock = clock
        self._step = step
        self._passed = timedelta()
        self._ids = itertools.count(1001)
        self._past: deque[dict[int, Mapping[int, Issue]]] = deque(maxlen=_REMEMBERED)

    # Time

    @property
    def now(self) -> datetime:
        """The time there, in whole seconds."""
        return (self._clock().astimezone(UTC) + self._passed).replace(microsecond=0)

    def tick(self) -> datetime:
        """Let the time of a change pass; what time it is then."""
        self._passed += self._step
        return self.now

    def remember(self) -> None:
        """Keep the present state for those who see the past; done once for each request."""
        self._past.append({repository.id: repository.issues for repository in self._all()})

    def as_of(self, repository: Repository, lag: int) -> Mapping[int, Issue]:
        """A repository's issues as they were that many requests ago."""
        if not lag or not self._past:
            return repository.issues
        return self._past[max(0, len(self._past) - 1 - lag)].get(repository.id, {})

    # What there is

    def next_id(self) -> int:
        """An id that nothing has yet."""
        return next(self._ids)

    def add_user(self, login: str, *, name: str = "", email: str = "", kind: str = "User") -> User:
        """A new account; or the one that there is, with what is given in place of what it had."""
        old = self.users.get(login.lower()) or User(self.next_id(), login, kind=kind)
        user = replace(old, name=name or old.name, email=email or old.email)
        self.users[login.lower()] = user
        for repository in self._all():
            for place, one in enumerate(repository.assignable):
                if one.id == user.id:
                    repository.assignable[place] = user
        return user

    def add_organisation(self, login: str) -> Organisation:
        """A new organisation, or the one that there is."""
        self.users[login.lower()] = replace(self.add_user(login), kind="Organization")
        return self.organisations.setdefault(login.lower(), Organisation())

    def add_field(
        self, organisation: str, name: str, data_type: DataType, options: Iterable[str] = ()
    ) -> IssueField:
        """A new field for an organisation's issues."""
        choices = tuple(Option(self.next_id(), option) for option in options)
        made = IssueField(self.next_id(), name, data_type, choices)
        self.add_organisation(organisation).fields.append(made)
        return made

    def add_type(self, organisation: str, name: str) -> IssueType:
        """A new type for an organisation's issues."""
        made = IssueType(self.next_id(), name)
        self.add_organisation(organisation).types.append(made)
        return made

    def add_repository(
        self,
        full_name: str,
        *,
        private: bool = False,
        roles: Mapping[str, Role] | None = None,
        assignable: Iterable[str] = (),
        labels: Iterable[str] = (),
    ) -> Repository:
        """A new repository. Whoever has a role in it or can be assigned there is an account from now on."""
        owner, _, name = full_name.partition("/")
        repository = Repository(self.next_id(), self.add_user(owner), name, self.now, private)
        for login, role in (roles or {}).items():
            self.add_user(login)
            repository.roles[login.lower()] = role
        repository.assignable = [self.add_user(login) for login in assignable]
        for label in labels:
            repository.labels[label.lower()] = Label(self.next_id(), label)
        self.repositories[full_name.lower()] = repository
        return repository

    def repository(self, full_name: str) -> Repository | None:
        """The repository with exactly this name."""
        return self.repositories.get(full_name.lower())

    def repository_by_id(self, number: int) -> Repository | None:
        """The repository with this id."""
        return next((one for one in self._all() if one.id == number), None)

    def organisation_of(self, repository: Repository) -> Organisation:
        """What its owner has for issues: nothing, if that is a person."""
        return self.organisations.get(repository.owner.login.lower(), Organisation())

    def rename(self, old: str, new: str) -> Repository:
        """Rename a repository; the old name leads to it."""
        repository = self.repositories.pop(old.lower())
        owner, _, repository.name = new.partition("/")
        repository.owner = self.add_user(owner)
        self.repositories[new.lower()] = repository
        self.renamed[old.lower()] = repository
        return repository

    def _all(self) -> Iterable[Repository]:
        return self.repositories.values()
