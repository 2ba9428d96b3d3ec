"""Projects: which issues they have, what may be set on them, and who may do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.jira.records import Named, User, Workflow

PERMISSIONS: Final = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "TRANSITION_ISSUES",
    "RESOLVE_ISSUES",
    "SCHEDULE_ISSUES",
    "MODIFY_REPORTER",
    "ADD_COMMENTS",
    "LINK_ISSUES",
    "DELETE_ISSUES",
)
"""What may be done in a project."""

MEMBER: Final = frozenset(PERMISSIONS) - {"MODIFY_REPORTER", "DELETE_ISSUES"}
"""What those who work there may do."""

READER: Final = frozenset({"BROWSE_PROJECTS"})

SCREEN: Final = (
    *("summary", "issuetype", "project", "description", "priority", "labels"),
    *("assignee", "reporter", "components", "duedate"),
)
"""What stands on a screen, unless something else is said."""


@dataclass
class Project:
    """A project.

    Attributes:
        types: The types of its issues; a type that is filed as ``subtasks`` says needs a parent.
        priorities: Those that its issues may have; the first one is given where none is asked for.
        create_screen: The fields that may be set when an issue is filed.
        edit_screen: Those that may be set later.
        screens: Other screens for filing, by the names of types.
        required: Fields without which nothing is filed, besides the summary, and what they are called in an error.
        ignored: Fields that are taken without a word and not set.
        default_assignee: Who gets an issue for which nobody is named; ``None``: nobody.
        roles: What each account may do, by its name; who isn't named may do nothing.
        last: The last number that was given to an issue.
    """

    id: str
    key: str
    name: str
    lead: User
    types: tuple[Named, ...]
    workflow: Workflow
    priorities: tuple[Named, ...] = ()
    components: tuple[Named, ...] = ()
    create_screen: tuple[str, ...] = SCREEN
    edit_screen: tuple[str, ...] = SCREEN
    screens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    subtasks: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    default_assignee: User | None = None
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    last: int = 0

    def may(self, user: User | None, permission: str) -> bool:
        """Whether somebody may do something."""
        return user is not None and permission in self.roles.get(user.name, ())

    def can_have(self, user: User) -> bool:
        """Whether an issue can be assigned to somebody."""
        return user.active and self.may(user, "ASSIGNABLE_USER")

    def screen_for(self, kind: Named) -> tuple[str, ...]:
        """What may be set on a new issue of a type."""
        return self.screens.get(kind.name, self.create_screen)
