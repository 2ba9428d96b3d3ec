"""The GraphQL API: queries are held against the schema, and what isn't there is an error beside the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from graphql import GraphQLError, GraphQLSyntaxError, execute_sync, parse, validate

from tests.support.github import access, rendering
from tests.support.github import graphql_views as views
from tests.support.github.calls import Call, Reply
from tests.support.github.graphql_schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import DocumentNode

    from tests.support.github.graphql_views import View
    from tests.support.github.records import Issue, User
    from tests.support.github.store import Repository

_NO_ACCESS: Final = "Resource not accessible by "


class QueryError(Exception):
    """A query that GitHub's schema doesn't allow: a mistake of who wrote it."""


def answer(call: Call) -> Reply:
    """The answer to a query.

    Raises:
        QueryError: It doesn't fit the schema, or its variables don't.
    """
    body = call.body
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise QueryError("A query attribute must be specified and must be a string.")
    unknown = body.keys() - {"query", "variables", "operationName"}
    if unknown:
        raise QueryError(f"the body has keys of no use: {sorted(unknown)}")
    result = execute_sync(
        SCHEMA,
        _checked(body["query"]),
        _Root(call).view,
        variable_values=body.get("variables") or {},
        operation_name=body.get("operationName"),
    )
    if result.data is None and result.errors and all(e.path is None for e in result.errors):
        raise QueryError("; ".join(error.message for error in result.errors))
    content: dict[str, Any] = {"data": result.data}
    if result.errors:
        content["errors"] = [_error(error) for error in result.errors]
    return Reply(200, content)


@cache
def _checked(query: str) -> DocumentNode:
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        raise QueryError(error.message) from error
    errors = validate(SCHEMA, document)
    if errors:
        raise QueryError("; ".join(error.message for error in errors))
    return document


def _error(error: GraphQLError) -> dict[str, Any]:
    """An error as GitHub writes it: what kind it is stands beside the message."""
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        raise error.original_error
    formatted: dict[str, Any] = dict(error.formatted)
    extensions = dict(formatted.pop("extensions", {}))
    kind = {"type": extensions.pop("type")} if "type" in extensions else {}
    return {**kind, **formatted, **({"extensions": extensions} if extensions else {})}


class _Root:
    """What a query begins with."""

    def __init__(self, call: Call) -> None:
        self._call = call

    @property
    def view(self) -> View:
        limit = self._call.limits["graphql"]
        return {
            "viewer": {
                **views.user(self._call.urls, self._call.user),
                "login": self._call.user.login,
            },
            "rateLimit": lambda _, **__: {
                **{name: limit[name] for name in ("limit", "remaining", "used")},
                "cost": 1,
                "nodeCount": 0,
                "resetAt": rendering.stamp(datetime.fromtimestamp(limit["reset"], UTC)),
            },
            "repository": self._repository,
            "search": self._search,
        }

    # Repositories

    def _repository(self, _: Any, owner: str, name: str, **asked: bool) -> View:
        call, full_name = self._call, f"{owner}/{name}"
        home = call.store.repository(full_name)
        if home is None and asked.get("followRenames", True):
            home = call.store.renamed.get(full_name.lower())
        if home is None or not access.sees(call.token, home):
            raise views.failing(
                "NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'."
            )
        token = call.token
        if token is not None and home.owner.login.lower() in token.unauthorised:
            raise views.failing(
                "FORBIDDEN",
                "Resource protected by organization SAML enforcement. You must grant your Personal"
                " Access token access to this organization.",
                saml_failure=True,
            )
        return self._view(home)

    def _view(self, home: Repository) -> View:
        urls, role = self._call.urls, home.role(self._call.user.login)
        return {
            "__typename": "Repository",
            "id": rendering.node_id("R", home.id),
            "databaseId": home.id,
            "name": home.name,
            "nameWithOwner": home.full_name,
            "owner": views.user(urls, home.owner),
            "url": urls.page(home),
            "isArchived": home.archived,
            "isDisabled": home.disabled,
            "isPrivate": home.private,
            "hasIssuesEnabled": home.has_issues,
            "viewerPermission": role.upper() if role else None,
            "issue": lambda _, number: self._issue(home, number, "an Issue", (False,)),
            "pullRequest": lambda _, number: self._issue(home, number, "a PullRequest", (True,)),
            "issueOrPullRequest": lambda _, number: self._issue(
                home, number, "an issue or pull request", (False, True)
            ),
            "issues": lambda _, labels=None, **page: self._connection(
                [
                    views.issue(urls, self._call.store, home, one, {})
                    for number, one in sorted(home.issues.items())
                    if not one.pull_request
                    and number not in home.hidden
                    and (labels is None or _is_labelled(one, labels))
                ],
                page,
            ),
            "assignableUsers": lambda _, query=None, **page: self._connection(
                [views.user(urls, user) for user in home.assignable if _matches(user, query or "")],
                page,
            ),
            "labels": lambda _, query=None, **page: self._connection(
                [
                    views.label(label)
                    for label in home.labels.values()
                    if (query or "").lower() in label.name.lower()
                ],
                page,
            ),
            "milestones": lambda _, states=None, **page: self._connection(
                [
                    views.milestone(stone)
                    for stone in home.milestones.values()
                    if states is None or stone.state.upper() in states
                ],
                page,
            ),
        }

    def _issue(self, home: Repository, number: int, what: str, kinds: Sequence[bool]) -> View:
        token = self._call.token
        if token is not None and token.issues == "none":
            kind = "integration" if token.app else "personal access token"
            raise views.failing("FORBIDDEN", f"{_NO_ACCESS}{kind}", saml_failure=False)
        found = home.issues.get(number)
        if (
            found is None
            or number in home.hidden
            or found.pull_request not in kinds
            or not (home.has_issues or found.pull_request)
        ):
            raise views.failing(
                "NOT_FOUND", f"Could not resolve to {what} with the number of {number}."
            )
        return views.issue(self._call.urls, self._call.store, home, found, self._view(home))

    def _connection(self, things: Sequence[View], page: dict[str, Any]) -> View:
        return views.connection(things, page.get("first"), page.get("after"))

    # Search

    def _search(self, _: Any, query: str, type: str, **page: Any) -> View:  # noqa: A002 - its name there
        if type != "USER":
            raise NotImplementedError(f"the double can't search for {type}")
        words = query.split()
        terms = [word for word in words if ":" not in word]
        places = [word.removeprefix("in:") for word in words if word.startswith("in:")]
        found = [
            views.user(self._call.urls, user)
            for user in self._call.store.users.values()
            if user.kind == "User" and terms and all(_found(user, term, places) for term in terms)
        ]
        return {
            **self._connection(found, page),
            "userCount": len(found),
            "issueCount": 0,
        }


def _is_labelled(one: Issue, labels: Sequence[str]) -> bool:
    """Whether an issue has one of these labels."""
    wanted = {label.lower() for label in labels}
    return any(label.name.lower() in wanted for label in one.labels)


def _matches(user: User, query: str) -> bool:
    """By login and name alone: an address of somebody who can be assigned is nobody's business."""
    return query.lower() in user.login.lower() or query.lower() in user.name.lower()


def _found(user: User, term: str, places: Sequence[str]) -> bool:
    term = term.strip('"').lower()
    hits = {
        "login": term in user.login.lower(),
        "name": term in user.name.lower(),
        "email": bool(user.email) and term == user.email.lower(),
    }
    return any(hits[place] for place in places or hits)
