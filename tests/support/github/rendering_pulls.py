"""What the REST API says of pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.support.github import branches
from tests.support.github.rendering import Json, label, node_id, repository, stamp, user
from tests.support.github.rendering_issues import association

if TYPE_CHECKING:
    from tests.support.github.branches import Commit
    from tests.support.github.records import Issue, Touched
    from tests.support.github.store import Repository, Store
    from tests.support.github.urls import Urls

_COUNTS: Final = ("additions", "deletions", "changed_files", "commits", "review_comments")
_LINKS: Final = {
    "issue": "issues/{}",
    "comments": "issues/{}/comments",
    "commits": "pulls/{}/commits",
    "review_comments": "pulls/{}/comments",
    "review_comment": "pulls/comments{{/number}}",
    "self": "pulls/{}",
}


def pull(urls: Urls, store: Store, home: Repository, one: Issue, *, whole: bool) -> Json:
    """A pull request, as a list has it or as a whole."""
    assert one.pull is not None
    url = f"{urls.repository(home)}/pulls/{one.number}"
    page = urls.issue_page(home, one.number, pull_request=True)
    links = {
        name: f"{urls.repository(home)}/{path.format(one.number)}" for name, path in _LINKS.items()
    }
    links["statuses"] = f"{urls.repository(home)}/statuses/{one.pull.commit}"
    links["html"] = page
    named = {f"{name}_url": link for name, link in links.items() if name not in ("self", "html")}
    origin = store.repositories[one.pull.of.lower()]
    known = (store.users.get(login.lower()) for login in one.pull.reviewers)
    return {
        "url": url,
        "id": one.id,
        "node_id": node_id("PR", one.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **named,
        "number": one.number,
        "state": one.state,
        "locked": one.locked,
        "title": one.title,
        "user": user(urls, one.user),
        "body": one.body,
        # Here the description of the API has no null.
        "labels": [
            {**label(urls, home, each), "description": each.description or ""}
            for each in one.labels
        ],
        "milestone": None,
        "created_at": stamp(one.created),
        "updated_at": stamp(one.updated),
        "closed_at": stamp(one.closed),
        "merged_at": stamp(one.pull.merged),
        "merge_commit_sha": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [user(urls, each) for each in known if each],
        "requested_teams": [_team(urls, home, slug, whole=whole) for slug in one.pull.teams],
        "head": _side(urls, origin, one.pull.head, one.pull.commit),
        "base": _side(urls, home, one.pull.base, branches.head(home, one.pull.base) or "0" * 40),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": association(home, one.user),
        "auto_merge": None,
        "draft": one.pull.draft,
        **(_more(one) if whole else {}),
    }


def file(urls: Urls, home: Repository, one: Touched) -> Json:
    """A file that a pull request touches."""
    page = urls.page(home)
    return {
        "sha": one.blob,
        "filename": one.path,
        "status": one.status,
        "additions": 1,
        "deletions": 1,
        "changes": 2,
        "blob_url": f"{page}/blob/0/file",
        "raw_url": f"{page}/raw/0/file",
        "contents_url": f"{urls.repository(home)}/contents/file",
        **({"previous_filename": one.before} if one.before else {}),
    }


def commit(urls: Urls, home: Repository, one: Commit) -> Json:
    """A commit."""
    person = {"name": "Somebody", "email": "somebody@acme.example", "date": one.date}
    unsigned = dict.fromkeys(("signature", "payload", "verified_at"))
    return {
        **_commit(urls, home, one.identity),
        "node_id": node_id("C", 0),
        "author": person,
        "committer": person,
        "tree": {"sha": one.tree, "url": f"{urls.repository(home)}/git/trees/{one.tree}"},
        "message": one.message,
        "parents": [_commit(urls, home, parent) for parent in one.parents],
        "verification": {"verified": False, "reason": "unsigned", **unsigned},
    }


def _commit(urls: Urls, home: Repository, identity: str) -> Json:
    return {
        "sha": identity,
        "url": f"{urls.repository(home)}/git/commits/{identity}",
        "html_url": f"{urls.page(home)}/commit/{identity}",
    }


def _more(one: Issue) -> Json:
    assert one.pull is not None
    return {
        **dict.fromkeys(_COUNTS, 0),
        "comments": len(one.comments),
        "merged": one.pull.merged is not None,
        "mergeable": None,
        "mergeable_state": "unknown",
        "merged_by": None,
        "maintainer_can_modify": False,
    }


def _side(urls: Urls, of: Repository, branch: str, commit: str) -> Json:
    """The branch that is to be merged, or the one that it is to be merged into."""
    return {
        "label": f"{of.owner.login}:{branch}",
        "ref": branch,
        "sha": commit,
        "user": user(urls, of.owner),
        "repo": repository(urls, of, "read"),
    }


def _team(urls: Urls, home: Repository, slug: str, *, whole: bool) -> Json:
    url = f"{urls.api}/organizations/{home.owner.id}/team/{slug}"
    return {
        "id": len(slug),
        "node_id": node_id("T", len(slug)),
        "url": url,
        "members_url": f"{url}/members{{/member}}",
        "name": slug,
        "description": None,
        "permission": "pull",
        "privacy": "closed",
        "html_url": f"{urls.html}/orgs/{home.owner.login}/teams/{slug}",
        "repositories_url": f"{url}/repos",
        "slug": slug,
        "type": "organization",
        **({} if whole else {"parent": None}),
    }
