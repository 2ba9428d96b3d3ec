"""What the REST API says of users, repositories, labels, milestones and organisations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from tests.support.github.days import hours_to_pacific

if TYPE_CHECKING:
    from datetime import date

    from tests.support.github.accounts import App
    from tests.support.github.records import IssueField, IssueType, Label, Milestone, User
    from tests.support.github.store import Repository
    from tests.support.github.urls import Urls

Json = dict[str, Any]

_USER_LISTS: Final = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}
_REPOSITORY_LISTS: Final = (
    *[
        "archive",
        "assignees",
        "blobs",
        "branches",
        "collaborators",
        "comments",
        "commits",
        "compare",
        "contents",
    ],
    *[
        "contributors",
        "deployments",
        "downloads",
        "events",
        "forks",
        "git_commits",
        "git_refs",
        "git_tags",
    ],
    *[
        "hooks",
        "issue_comment",
        "issue_events",
        "issues",
        "keys",
        "labels",
        "languages",
        "merges",
        "milestones",
    ],
    *[
        "notifications",
        "pulls",
        "releases",
        "stargazers",
        "statuses",
        "subscribers",
        "subscription",
        "tags",
    ],
    *["teams", "trees"],
)
_SWITCHED_OFF: Final = ("has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads")
_COUNTS: Final = (
    *["forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count"],
    *["watchers", "watchers_count", "network_count", "subscribers_count"],
)


def stamp(moment: datetime | None) -> str | None:
    """A time as the API writes it."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def due_stamp(due: date | None) -> str | None:
    """The beginning of a day in California."""
    return None if due is None else f"{due.isoformat()}T{hours_to_pacific(due):02d}:00:00Z"


def node_id(kind: str, number: int) -> str:
    """The id of a thing in GraphQL."""
    return f"{kind}_kwDO{number:08d}"


def user(urls: Urls, one: User) -> Json:
    """An account as it stands in other answers."""
    url = f"{urls.api}/users/{one.login}"
    return {
        "login": one.login,
        "id": one.id,
        "node_id": node_id("U", one.id),
        "avatar_url": f"{urls.html}/avatars/u/{one.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{urls.html}/{one.login}",
        **{key: f"{url}/{path}" for key, path in _USER_LISTS.items()},
        "type": one.kind,
        "site_admin": False,
        "user_view_type": "public",
    }


def own_user(urls: Urls, one: User, now: datetime) -> Json:
    """An account as its owner sees it."""
    unknown = ("bio", "blog", "company", "hireable", "location")
    counts = (
        *("followers", "following", "public_gists", "public_repos", "collaborators"),
        *("disk_usage", "owned_private_repos", "private_gists", "total_private_repos"),
    )
    return {
        **user(urls, one),
        "user_view_type": "private",
        **dict.fromkeys(unknown),
        **dict.fromkeys(counts, 0),
        "email": one.email or None,
        "name": one.name or None,
        "two_factor_authentication": True,
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }


def repository(urls: Urls, one: Repository, role: str | None) -> Json:
    """A repository, and what may be done there."""
    url, page = urls.repository(one), urls.page(one)
    rights = ("admin", "maintain", "push", "triage", "pull")
    given = {"admin": 0, "write": 2, "read": 4}.get(role or "", len(rights))
    return {
        "id": one.id,
        "node_id": node_id("R", one.id),
        "name": one.name,
        "full_name": one.full_name,
        "owner": user(urls, one.owner),
        "private": one.private,
        "html_url": page,
        "description": None,
        "fork": False,
        "url": url,
        **{f"{path}_url": f"{url}/{path.replace('_', '/')}" for path in _REPOSITORY_LISTS},
        "clone_url": f"{page}.git",
        "git_url": f"{page}.git",
        "ssh_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "default_branch": "main",
        **dict.fromkeys(_COUNTS, 0),
        "open_issues_count": sum(issue.state == "open" for issue in one.issues.values()),
        "has_issues": one.has_issues,
        **dict.fromkeys(_SWITCHED_OFF, False),
        "archived": one.archived,
        "disabled": one.disabled,
        "pushed_at": stamp(one.created),
        "created_at": stamp(one.created),
        "updated_at": stamp(one.created),
        "permissions": {right: number >= given for number, right in enumerate(rights)},
    }


def label(urls: Urls, home: Repository, one: Label) -> Json:
    """A label of a repository."""
    return {
        "id": one.id,
        "node_id": node_id("LA", one.id),
        "url": f"{urls.repository(home)}/labels/{one.name.replace(' ', '%20')}",
        "name": one.name,
        "description": one.description,
        "color": one.color,
        "default": False,
    }


def milestone(urls: Urls, home: Repository, one: Milestone) -> Json:
    """A milestone of a repository."""
    url = f"{urls.repository(home)}/milestones/{one.number}"
    states = [issue.state for issue in home.issues.values() if issue.milestone == one.number]
    return {
        "url": url,
        "html_url": f"{urls.page(home)}/milestone/{one.number}",
        "labels_url": f"{url}/labels",
        "id": one.id,
        "node_id": node_id("MI", one.id),
        "number": one.number,
        "state": one.state,
        "title": one.title,
        "description": one.description,
        "creator": user(urls, one.creator),
        "open_issues": states.count("open"),
        "closed_issues": states.count("closed"),
        "created_at": stamp(one.created),
        "updated_at": stamp(one.created),
        "closed_at": stamp(one.created) if one.state == "closed" else None,
        "due_on": due_stamp(one.due),
    }


def issue_type(one: IssueType) -> Json:
    """A type of an organisation's issues."""
    return {
        "id": one.id,
        "node_id": node_id("IT", one.id),
        "name": one.name,
        "description": one.description,
    }


def issue_field(one: IssueField) -> Json:
    """A field of an organisation's issues."""
    options = [{"id": option.id, "name": option.name} for option in one.options]
    return {
        "id": one.id,
        "node_id": node_id("IF", one.id),
        "name": one.name,
        "description": None,
        "data_type": one.data_type,
        "visibility": "all",
        **({"options": options} if options else {}),
    }


def installation(urls: Urls, app: App) -> Json:
    """Where and with which permissions an app is installed."""
    url = f"{urls.api}/app/installations/{app.installation}"
    return {
        "id": app.installation,
        "account": user(urls, app.account),
        "app_id": app.id,
        "client_id": app.client_id,
        "app_slug": app.slug,
        "target_id": app.account.id,
        "target_type": app.account.kind,
        "repository_selection": "selected",
        "single_file_name": None,
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{urls.api}/installation/repositories",
        "html_url": f"{urls.html}/settings/installations/{app.installation}",
        "events": [],
        "permissions": permissions(app),
        "created_at": stamp(app.created),
        "updated_at": stamp(app.created),
        "suspended_by": None,
        "suspended_at": None,
    }


def permissions(app: App) -> Json:
    """What an app may do."""
    given = {"issues": app.issues, "pull_requests": app.pull_requests}
    return {"metadata": "read", **{name: what for name, what in given.items() if what != "none"}}
