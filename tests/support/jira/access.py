"""What a request may see and do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.jira.refusals import RefusalError, no_issue, no_project

if TYPE_CHECKING:
    from tests.support.jira.calls import Call
    from tests.support.jira.projects import Project
    from tests.support.jira.records import Issue


def sees(call: Call, issue: Issue) -> bool:
    """Whether whoever asks can see an issue."""
    return issue.id not in call.store.hidden and home(call, issue).may(
        call.asker, "BROWSE_PROJECTS"
    )


def home(call: Call, issue: Issue) -> Project:
    """The project of an issue."""
    return call.store.projects[issue.project]


def issue(call: Call, id_or_key: str) -> Issue:
    """The issue that a path names.

    Raises:
        RefusalError: There is none, or it can't be seen. The cloud doesn't say which.
    """
    found = call.store.issue(id_or_key)
    if found is not None and sees(call, found):
        return found
    if call.store.cloud:
        raise no_issue()
    if found is None:
        raise RefusalError(404, "Issue Does Not Exist")
    if call.asker is None:
        raise RefusalError(
            401, "You do not have the permission to see the specified issue.", "Login Required"
        )
    raise RefusalError(403, "You do not have the permission to see the specified issue.")


def project(call: Call, id_or_key: str) -> Project:
    """The project that a path names.

    Raises:
        RefusalError: There is none, or it can't be seen.
    """
    found = call.store.project(id_or_key)
    if found is None or not found.may(call.asker, "BROWSE_PROJECTS"):
        raise no_project(id_or_key)
    return found


def needs(call: Call, project: Project, permission: str, message: str, status: int = 403) -> None:
    """Let nobody past who may not do something.

    Raises:
        RefusalError: They may not.
    """
    if not project.may(call.asker, permission):
        raise RefusalError(status, message)
