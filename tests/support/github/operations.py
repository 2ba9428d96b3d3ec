"""Which operation a request asks for, and those that aren't about issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.support.doubles.table import Table
from tests.support.github import access, issue_operations, listing, pull_operations, rendering
from tests.support.github.calls import Call, Reply
from tests.support.github.refusals import RefusalError, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.store import Organisation


def answer(call: Call) -> Reply:
    """Carry out a request.

    Raises:
        RefusalError: It is refused.
        NotImplementedError: The double doesn't know that operation.
    """
    return _OPERATIONS.answer(call.method, call.path, call)


def get_repository(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    role = home.role(call.token.user.login) if call.token else "read"
    return Reply(200, rendering.repository(call.urls, home, role))


def list_assignees(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    shown, headers = listing.page(call, home, home.assignable)
    return Reply(200, [rendering.user(call.urls, user) for user in shown], headers)


def check_assignee(call: Call, owner: str, repo: str, login: str) -> Reply:
    home = access.repository(call, owner, repo)
    if all(user.login.lower() != login.lower() for user in home.assignable):
        raise not_found()
    return Reply(204)


def list_issue_fields(call: Call, organisation: str) -> Reply:
    fields = _organisation(call, organisation).fields
    return Reply(200, [rendering.issue_field(one) for one in fields])


def list_issue_types(call: Call, organisation: str) -> Reply:
    types = _organisation(call, organisation).types
    return Reply(200, [rendering.issue_type(one) for one in types])


def get_rate_limit(call: Call) -> Reply:
    return Reply(200, {"resources": call.limits, "rate": call.limits["core"]})


def get_own_user(call: Call) -> Reply:
    if call.token is not None and call.token.app:
        raise RefusalError(403, "Resource not accessible by integration")
    return Reply(200, rendering.own_user(call.urls, call.user, call.now))


def get_installation(call: Call, owner: str, repo: str) -> Reply:
    app = call.accounts.signed_app(call.authorization, call.now)
    if f"{owner}/{repo}".lower() not in app.repositories:
        raise not_found()
    return Reply(200, rendering.installation(call.urls, app))


def create_access_token(call: Call, number: str) -> Reply:
    app = call.accounts.signed_app(call.authorization, call.now)
    if int(number) != app.installation:
        raise not_found()
    token = call.accounts.issue_token(app, call.now)
    body = {
        "token": token.text,
        "expires_at": rendering.stamp(token.expires),
        "permissions": rendering.permissions(app),
        "repository_selection": "selected",
    }
    return Reply(201, body)


def _organisation(call: Call, login: str) -> Organisation:
    found = call.store.organisations.get(login.lower())
    if found is None:
        raise not_found()
    return found


def _table() -> Table:
    repo = "/repos/([^/]+)/([^/]+)"
    issue = rf"{repo}/issues/(\d+)"
    its, pull, pulls = issue_operations, rf"{repo}/pulls/(\d+)", pull_operations
    operations: list[tuple[str, str, Callable[..., Reply]]] = [
        ("GET", repo, get_repository),
        ("GET", f"{repo}/issues", its.list_issues),
        ("POST", f"{repo}/issues", its.create_issue),
        ("GET", issue, its.get_issue),
        ("PATCH", issue, its.change_issue),
        ("GET", f"{issue}/comments", its.list_comments),
        ("POST", f"{issue}/comments", its.create_comment),
        ("POST", f"{issue}/labels", its.add_labels),
        ("DELETE", f"{issue}/labels/([^/]+)", its.remove_label),
        ("PATCH", rf"{repo}/issues/comments/(\d+)", pulls.change_comment),
        ("GET", f"{repo}/pulls", pulls.list_pulls),
        ("POST", f"{repo}/pulls", pulls.create_pull),
        ("PATCH", pull, pulls.change_pull),
        ("GET", f"{pull}/files", pulls.list_files),
        ("POST", f"{pull}/requested_reviewers", pulls.ask_for_reviews),
        ("GET", rf"{repo}/git/commits/([0-9a-f]{{40}})", pulls.get_commit),
        ("GET", f"{repo}/labels", its.list_labels),
        ("POST", f"{repo}/labels", its.create_label),
        ("GET", f"{repo}/milestones", its.list_milestones),
        ("POST", f"{repo}/milestones", its.create_milestone),
        ("GET", f"{repo}/assignees", list_assignees),
        ("GET", f"{repo}/assignees/([^/]+)", check_assignee),
        ("GET", f"{repo}/installation", get_installation),
        ("GET", "/orgs/([^/]+)/issue-fields", list_issue_fields),
        ("GET", "/orgs/([^/]+)/issue-types", list_issue_types),
        ("POST", r"/app/installations/(\d+)/access_tokens", create_access_token),
        ("GET", "/rate_limit", get_rate_limit),
        ("GET", "/user", get_own_user),
    ]
    return Table(operations)


_OPERATIONS: Final = _table()
