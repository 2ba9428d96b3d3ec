"""What the REST API says of issues and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github.rendering import Json, issue_type, label, milestone, node_id, stamp, user

if TYPE_CHECKING:
    from tests.support.github.records import Comment, Issue, IssueField, User, Value
    from tests.support.github.store import Repository, Store
    from tests.support.github.urls import Urls

_REACTIONS = ("total_count", "+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def issue(urls: Urls, store: Store, home: Repository, one: Issue) -> Json:
    """An issue or a pull request."""
    url = f"{urls.repository(home)}/issues/{one.number}"
    page = urls.issue_page(home, one.number, pull_request=one.pull_request)
    stone = home.milestones.get(one.milestone) if one.milestone else None
    people = [user(urls, assignee) for assignee in one.assignees]
    fields = {field.id: field for field in store.organisation_of(home).fields}
    return {
        "url": url,
        "repository_url": urls.repository(home),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "id": one.id,
        "node_id": node_id("PR" if one.pull_request else "I", one.id),
        "number": one.number,
        "title": one.title,
        "user": user(urls, one.user),
        "labels": [label(urls, home, each) for each in one.labels],
        "state": one.state,
        "locked": one.locked,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": milestone(urls, home, stone) if stone else None,
        "comments": len(one.comments),
        "created_at": stamp(one.created),
        "updated_at": stamp(one.updated),
        "closed_at": stamp(one.closed),
        "closed_by": user(urls, one.closed_by) if one.closed_by else None,
        "author_association": association(home, one.user),
        "type": issue_type(one.type) if one.type else None,
        "active_lock_reason": None,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "issue_dependencies_summary": dict.fromkeys(
            ("blocked_by", "total_blocked_by", "blocking", "total_blocking"), 0
        ),
        "body": one.body,
        "reactions": _reactions(url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": one.state_reason,
        "issue_field_values": [
            _field_value(fields[number], value)
            for number, value in one.fields.items()
            if number in fields
        ],
        **(
            {"draft": bool(one.pull and one.pull.draft), "pull_request": _pull(urls, home, one)}
            if one.pull_request
            else {}
        ),
    }


def comment(urls: Urls, home: Repository, of: Issue, one: Comment) -> Json:
    """A comment on an issue."""
    url = f"{urls.repository(home)}/issues/comments/{one.id}"
    page = urls.issue_page(home, of.number, pull_request=of.pull_request)
    return {
        "url": url,
        "html_url": f"{page}#issuecomment-{one.id}",
        "issue_url": f"{urls.repository(home)}/issues/{of.number}",
        "id": one.id,
        "node_id": node_id("IC", one.id),
        "user": user(urls, one.user),
        "created_at": stamp(one.created),
        "updated_at": stamp(one.created),
        "body": one.body,
        "author_association": association(home, one.user),
        "reactions": _reactions(url),
        "performed_via_github_app": None,
    }


def association(home: Repository, one: User) -> str:
    """What an account is to a repository."""
    if one.login.lower() == home.owner.login.lower():
        return "OWNER"
    return "MEMBER" if home.roles.get(one.login.lower()) in ("write", "admin") else "NONE"


def _reactions(url: str) -> Json:
    return {"url": f"{url}/reactions", **dict.fromkeys(_REACTIONS, 0)}


def _pull(urls: Urls, home: Repository, one: Issue) -> Json:
    page = urls.issue_page(home, one.number, pull_request=True)
    return {
        "url": f"{urls.repository(home)}/pulls/{one.number}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": stamp(one.pull.merged) if one.pull else None,
    }


def _field_value(field: IssueField, value: Value) -> Json:
    options = {option.name: option.id for option in field.options}
    chosen = [
        {"id": options[name], "name": name, "color": "gray"}
        for name in (value if isinstance(value, tuple) else (value,))
        if name in options
    ]
    rendered: Json = {
        "issue_field_id": field.id,
        "issue_field_name": field.name,
        "node_id": node_id("IFV", field.id),
        "data_type": field.data_type,
        "value": ",".join(value) if isinstance(value, tuple) else value,
    }
    if field.data_type == "single_select":
        rendered["single_select_option"] = chosen[0]
    if field.data_type == "multi_select":
        rendered["multi_select_options"] = chosen
    return rendered
