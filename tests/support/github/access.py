"""What stands between a request and a repository or an issue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from tests.support.github.refusals import RefusalError, moved, not_found

if TYPE_CHECKING:
    from tests.support.github.accounts import Token
    from tests.support.github.calls import Call
    from tests.support.github.records import Issue
    from tests.support.github.store import Repository

_METADATA: Final = re.compile(r"/repos/[^/]+/[^/]+(/assignees(/.*)?|/git/.*)?")
"""What anybody may read who sees the repository; of its contents, that is what those tokens may do that may push."""

_PULLS: Final = re.compile(r"/repos/[^/]+/[^/]+/pulls(?:/.*)?")
_NUMBERED: Final = re.compile(r"/repos/[^/]+/[^/]+/issues/(\d+)(?:/.*)?")
_COMMENT: Final = re.compile(r"/repos/[^/]+/[^/]+/issues/comments/\d+")


def repository(call: Call, owner: str, repo: str) -> Repository:
    """The repository that a request is about."""
    name = f"{owner}/{repo}"
    found = call.store.repository(name)
    if found is None and name.lower() in call.store.renamed:
        renamed = call.store.renamed[name.lower()]
        if sees(call.token, renamed):
            raise _redirect(call, renamed)
    if found is None or not sees(call.token, found):
        raise not_found()
    _signed_on(call.token, found)
    _permitted(call, found)
    if call.writes and found.archived:
        raise RefusalError(403, "Repository was archived so is read-only.")
    return found


def issue(call: Call, home: Repository, number: str, *, below: bool = False) -> Issue:
    """The issue that a request is about.

    Args:
        call: The request.
        home: The repository.
        number: The issue's.
        below: Whether it is about something of the issue, such as its comments, which no redirect leads to.
    """
    key = int(number)
    if key in home.transferred and not below:
        target, now = home.transferred[key]
        if sees(call.token, target) or call.store.redirects_to_unseen:
            raise moved(call.urls.numbered(target, f"/issues/{now}"))
    if key in home.deleted:
        raise RefusalError(410, "This issue was deleted")
    if key not in home.issues or key in home.hidden:
        raise not_found()
    if not home.issues[key].pull_request:
        issues_enabled(home)
    return home.issues[key]


def issues_enabled(home: Repository) -> None:
    """Issues can be disabled; pull requests go on, and lists have no others then."""
    if not home.has_issues:
        raise RefusalError(410, "Issues are disabled for this repo")


def sees(token: Token | None, home: Repository) -> bool:
    """Whether somebody may know that there is this repository."""
    if token is None:
        return not home.private
    return home.role(token.user.login) is not None


def may_change(call: Call, home: Repository, one: Issue) -> None:
    """Others' issues can be changed only by who may push."""
    if home.role(call.user.login) == "read" and one.user.id != call.user.id:
        raise RefusalError(403, "Must have admin rights to Repository.")


def must_push(call: Call, home: Repository) -> None:
    """What is made for the whole repository is made by who may push."""
    if home.role(call.user.login) == "read":
        raise RefusalError(403, "Must have admin rights to Repository.")


def _redirect(call: Call, home: Repository) -> RefusalError:
    rest = call.path.split("/", 4)[4:]
    url = call.urls.numbered(home, f"/{rest[0]}" if rest else "")
    if call.query:
        url = f"{url}?{urlencode(call.query)}"
    return moved(url, 307 if call.writes else 301)


def _signed_on(token: Token | None, home: Repository) -> None:
    organisation = home.owner.login
    if token is not None and organisation.lower() in token.unauthorised:
        raise RefusalError(
            403,
            "Resource protected by organization SAML enforcement. You must grant your Personal"
            " Access token access to this organization.",
            headers={
                "X-GitHub-SSO": f"required; url=https://github.com/orgs/{organisation}/sso"
                "?authorization_request=A"
            },
        )


def _permitted(call: Call, home: Repository) -> None:
    """What the token allows, whatever its owner may do; of the repository itself anybody may read."""
    if call.token is None:
        if call.writes:
            raise RefusalError(401, "Requires authentication")
        return
    if not call.writes and _METADATA.fullmatch(call.path):
        return
    wanted = "write" if call.writes else "read"
    given = {"issues": call.token.issues, "pull_requests": call.token.pull_requests}
    kinds = _kinds(call, home)
    if all(given[kind] not in {"write", wanted} for kind in kinds):
        raise not_accessible(call.token, "; ".join(f"{kind}={wanted}" for kind in kinds))


def _kinds(call: Call, home: Repository) -> tuple[str, ...]:
    """What a request is about, for which one permission is enough: comments and labels are of both."""
    if _PULLS.fullmatch(call.path):
        return ("pull_requests",)
    about, comment = _NUMBERED.fullmatch(call.path), _COMMENT.fullmatch(call.path)
    issue = home.issues.get(int(about[1])) if about else None
    if comment:
        return ("issues", "pull_requests")
    return ("issues", "pull_requests") if issue is not None and issue.pull_request else ("issues",)


def not_accessible(token: Token, wanted: str) -> RefusalError:
    """The token doesn't allow it."""
    kind = "integration" if token.app else "personal access token"
    return RefusalError(
        403,
        f"Resource not accessible by {kind}",
        headers={"X-Accepted-GitHub-Permissions": wanted},
    )
