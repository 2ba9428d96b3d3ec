"""The operations on issues, comments, labels and milestones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.github import access, changing, listing, rendering, rendering_issues
from tests.support.github.calls import Call, Reply

if TYPE_CHECKING:
    from tests.support.github.records import Issue
    from tests.support.github.store import Repository


def list_issues(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    shown, headers = listing.page(call, home, listing.issues(call, home))
    return Reply(200, [_issue(call, home, issue) for issue in shown], headers)


def create_issue(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    access.issues_enabled(home)
    issue = changing.create_issue(call.store, home, call.user, call.body)
    url = f"{call.urls.repository(home)}/issues/{issue.number}"
    return Reply(201, _issue(call, home, issue), {"Location": url})


def get_issue(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    return Reply(200, _issue(call, home, access.issue(call, home, number)))


def change_issue(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    issue = access.issue(call, home, number)
    access.may_change(call, home, issue)
    body = call.body or {}
    return Reply(
        200,
        _issue(call, home, changing.change_issue(call.store, home, call.user, issue.number, body)),
    )


def list_comments(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    issue = access.issue(call, home, number, below=True)
    comments = list(issue.comments)
    if "since" in call.query:
        since = datetime.fromisoformat(call.query["since"]).astimezone(UTC)
        comments = [comment for comment in comments if comment.created >= since]
    shown, headers = listing.page(call, home, comments)
    body = [rendering_issues.comment(call.urls, home, issue, comment) for comment in shown]
    return Reply(200, body, headers)


def create_comment(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    issue = access.issue(call, home, number, below=True)
    comment = changing.add_comment(call.store, home, call.user, issue.number, call.body["body"])
    body = rendering_issues.comment(call.urls, home, issue, comment)
    return Reply(201, body, {"Location": body["url"]})


def add_labels(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    issue = access.issue(call, home, number, below=True)
    access.must_push(call, home)
    asked = call.body if isinstance(call.body, list) else (call.body or {}).get("labels", [])
    names = [label if isinstance(label, str) else label["name"] for label in asked]
    return _labels(call, home, changing.add_labels(call.store, home, issue.number, names))


def remove_label(call: Call, owner: str, repo: str, number: str, name: str) -> Reply:
    home = access.repository(call, owner, repo)
    issue = access.issue(call, home, number, below=True)
    access.must_push(call, home)
    return _labels(call, home, changing.remove_label(call.store, home, issue.number, name))


def list_labels(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    shown, headers = listing.page(call, home, list(home.labels.values()))
    return Reply(200, [rendering.label(call.urls, home, label) for label in shown], headers)


def create_label(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    access.must_push(call, home)
    body = rendering.label(call.urls, home, changing.create_label(call.store, home, call.body))
    return Reply(201, body, {"Location": body["url"]})


def list_milestones(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    state = call.query.get("state", "open")
    found = [one for one in home.milestones.values() if state in ("all", one.state)]
    found.sort(key=lambda one: (one.due is None, one.due, one.number))
    if call.query.get("direction", "asc") == "desc":
        found.reverse()
    shown, headers = listing.page(call, home, found)
    return Reply(200, [rendering.milestone(call.urls, home, one) for one in shown], headers)


def create_milestone(call: Call, owner: str, repo: str) -> Reply:
    home = access.repository(call, owner, repo)
    access.must_push(call, home)
    made = changing.create_milestone(call.store, home, call.user, call.body)
    body = rendering.milestone(call.urls, home, made)
    return Reply(201, body, {"Location": body["url"]})


def _issue(call: Call, home: Repository, issue: Issue) -> dict[str, Any]:
    return rendering_issues.issue(call.urls, call.store, home, issue)


def _labels(call: Call, home: Repository, issue: Issue) -> Reply:
    return Reply(200, [rendering.label(call.urls, home, label) for label in issue.labels])
