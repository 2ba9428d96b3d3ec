"""All that a double of Jira knows, without a word of HTTP: accounts, projects, fields, issues."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from tests.support.jira.projects import MEMBER, Project
from tests.support.jira.records import SYSTEM_FIELDS, Field, Named, Status, User, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.support.jira.records import Category, Issue, IssueLink, Kind

START: Final = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)

_REMEMBERED: Final = 100
"""How many states of the past are kept."""


class Store:
    """A Jira.

    Args:
        clock: What time it is.
        cloud: Whether it is in the cloud.
        step: How much time a change takes.

    Attributes:
        lock: Held by whoever reads or changes something.
        issues: By their ids. Never changed in place: a change puts another mapping here.
        moved: Ids of issues by the keys that they had.
        hidden: Ids of issues that have a level of security: syncer's account can't see them.
        unfetchable: Ids of issues that a read of many leaves out for now, and what it says of them.
        allows_unassigned: Whether an issue may be nobody's.
        finds_hidden_addresses: Whether an account is found by its whole e-mail address where its owner hides that.
        refuses_unknown_keys: Whether a query that names an unknown issue fails; else it finds nothing.
        link_types: Of links between issues: name, and what it is called in both directions.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: START,
        *,
        cloud: bool = True,
        step: timedelta = timedelta(seconds=1),
    ) -> None:
        self.cloud = cloud
        self.lock = RLock()
        self.users: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.fields: dict[str, Field] = {field.id: field for field in SYSTEM_FIELDS}
        self.priorities: list[Named] = []
        self.resolutions: list[Named] = []
        self.statuses: list[Status] = []
        self.issues: Mapping[str, Issue] = {}
        self.moved: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.unfetchable: dict[str, str] = {}
        self.links: list[IssueLink] = []
        self.link_types = {
            "Duplicate": ("is duplicated by", "duplicates"),
            "Relates": ("relates to",) * 2,
        }
        self.allows_unassigned = True
        self.finds_hidden_addresses = True
        self.refuses_unknown_keys = True
        self._clock = clock
        self._step = step
        self._passed = timedelta()
        self._ids = itertools.count(10001)
        self._fields = itertools.count(10010)
        self._past: deque[Mapping[str, Issue]] = deque(maxlen=_REMEMBERED)

    # Time

    @property
    def now(self) -> datetime:
        """The time there."""
        return self._clock().astimezone(UTC) + self._passed

    def tick(self) -> datetime:
        """Let the time of a change pass; what time it is then."""
        self._passed += self._step
        return self.now

    def wait(self, time: timedelta) -> None:
        """Let some time pass."""
        self._passed += time

    def remember(self) -> None:
        """Keep the present state for those who see the past; done once for each request."""
        self._past.append(self.issues)

    def as_of(self, lag: int) -> Mapping[str, Issue]:
        """The issues as they were that many requests ago."""
        if not lag or not self._past:
            return self.issues
        return self._past[max(0, len(self._past) - 1 - lag)]

    # What there is

    def next_id(self) -> str:
        """An id that nothing has yet."""
        return str(next(self._ids))

    def add_user(
        self,
        name: str,
        display_name: str = "",
        *,
        email: str | None = None,
        shows_email: bool = True,
        active: bool = True,
        time_zone: str = "UTC",
    ) -> User:
        """A new account, or the one that there is; the address is made of the name unless it is given."""
        if name not in self.users:
            number = self.next_id()
            self.users[name] = User(
                name=name,
                key=f"JIRAUSER{number}",
                account_id=f"5b10a2844c20165700e{number}",
                display_name=display_name or name.capitalize(),
                email=f"{name}@acme.example" if email is None else email,
                shows_email=shows_email,
                active=active,
                time_zone=time_zone,
            )
        return self.users[name]

    def change_user(self, name: str, **changes: Any) -> User:
        """Change an account; issues that it has or has filed stay with it."""
        self.users[name] = replace(self.users[name], **changes)
        return self.users[name]

    def add_priority(self, name: str) -> Named:
        """A new priority, less urgent than those before."""
        self.priorities.append(Named(str(len(self.priorities) + 1), name))
        return self.priorities[-1]

    def add_resolution(self, name: str) -> Named:
        """A new resolution."""
        self.resolutions.append(Named(self.next_id(), name))
        return self.resolutions[-1]

    def add_status(self, name: str, category: Category) -> Status:
        """A new status."""
        self.statuses.append(Status(self.next_id(), name, category))
        return self.statuses[-1]

    def add_field(self, name: str, kind: Kind, options: Iterable[str] = ()) -> Field:
        """A new field, called ``customfield_10010`` and so on. It isn't on any screen yet."""
        choices = tuple(Named(self.next_id(), option) for option in options)
        made = Field(f"customfield_{next(self._fields)}", name, kind, choices, custom=True)
        self.fields[made.id] = made
        return made

    def add_project(
        self,
        key: str,
        name: str,
        *,
        types: Iterable[str],
        workflow: Workflow,
        members: Iterable[str] = (),
        priorities: Iterable[str] | None = None,
        components: Iterable[str] = (),
        **more: Any,
    ) -> Project:
        """A new project.

        Args:
            key: What its issues' keys begin with.
            name: What it is called.
            types: Names of the types of its issues.
            workflow: How they move.
            members: Accounts that may work there.
            priorities: Names of the priorities that its issues may have, the default first; else all of them.
            components: Its components.
            more: See ``Project``.
        """
        names = [one.name for one in self.priorities] if priorities is None else list(priorities)
        chosen = {one.name: one for one in self.priorities}
        accounts = [self.add_user(member) for member in members]
        project = Project(
            id=self.next_id(),
            key=key,
            name=name,
            lead=accounts[0] if accounts else self.add_user("lead"),
            types=tuple(Named(self.next_id(), one) for one in types),
            workflow=workflow,
            priorities=tuple(chosen[one] for one in names),
            components=tuple(Named(self.next_id(), one) for one in components),
            roles={account.name: MEMBER for account in accounts},
            **more,
        )
        self.projects[key] = project
        return project

    # What is found

    def project(self, id_or_key: str) -> Project | None:
        """The project with this id or key."""
        for project in self.projects.values():
            if id_or_key in (project.id, project.key):
                return project
        return None

    def issue(self, id_or_key: str) -> Issue | None:
        """The issue with this id, with this key, or with a key that it had."""
        key = id_or_key.upper()
        number = self.moved.get(key, key)
        if number in self.issues:
            return self.issues[number]
        return next((issue for issue in self.issues.values() if issue.key == key), None)

    def user(self, text: str) -> User | None:
        """The account that goes by an id, a name, a display name or an address."""
        for user in self.users.values():
            if text in (user.account_id, user.name, user.key, user.display_name, user.email):
                return user
        return None

    def put(self, issue: Issue) -> Issue:
        """Have this issue in place of the one with its id."""
        self.issues = {**self.issues, issue.id: issue}
        return issue

    def remove(self, issue: Issue) -> None:
        """Have an issue no longer."""
        self.issues = {key: one for key, one in self.issues.items() if key != issue.id}
