"""What the GraphQL API says of each thing: fields by name, those with arguments as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import GraphQLError

from tests.support.github.rendering import due_stamp, node_id, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.github.records import (
        Comment,
        Issue,
        IssueField,
        Label,
        Milestone,
        User,
        Value,
    )
    from tests.support.github.store import Repository, Store
    from tests.support.github.urls import Urls

View = dict[str, Any]

_MOST: Final = 100
_KINDS: Final = {
    "text": "Text",
    "number": "Number",
    "date": "Date",
    "single_select": "SingleSelect",
}


def failing(kind: str, message: str, **extensions: Any) -> GraphQLError:
    """An error of one field, with what it is about."""
    return GraphQLError(message, extensions={"type": kind, **extensions})


def connection(things: Sequence[View], first: int | None, after: str | None) -> View:
    """Some of many things. Without saying how many, only how many there are can be asked."""
    start = int(after) if after else 0
    shown = things[start : start + (first or 0)]

    def bounded(value: Any) -> Callable[..., Any]:
        def resolve(_: Any) -> Any:
            if first is None:
                raise failing(
                    "MISSING_PAGINATION_BOUNDARIES",
                    "You must provide a `first` or `last` value to properly paginate the"
                    " connection.",
                )
            if not 0 <= first <= _MOST:
                raise failing(
                    "EXCESSIVE_PAGINATION",
                    f"Requesting {first} records on the connection exceeds the `first` limit of"
                    f" {_MOST} records.",
                )
            return value

        return resolve

    return {
        "nodes": bounded(shown),
        "totalCount": len(things),
        "pageInfo": bounded(
            {
                "hasNextPage": start + len(shown) < len(things),
                "hasPreviousPage": start > 0,
                "startCursor": str(start),
                "endCursor": str(start + len(shown)),
            }
        ),
    }


def connected(things: Sequence[View]) -> Callable[..., View]:
    """A field that is a connection."""

    def resolve(_: Any, first: int | None = None, after: str | None = None) -> View:
        return connection(things, first, after)

    return resolve


def user(urls: Urls, one: User) -> View:
    """An account. An app's is called without ``[bot]`` here."""
    return {
        "__typename": one.kind,
        "id": node_id("U", one.id),
        "databaseId": one.id,
        "login": one.login.removesuffix("[bot]"),
        "name": one.name or None,
        "email": one.email,
        "url": f"{urls.html}/{one.login}",
    }


def label(one: Label) -> View:
    """A label."""
    return {
        "id": node_id("LA", one.id),
        "name": one.name,
        "color": one.color,
        "description": one.description,
    }


def milestone(one: Milestone) -> View:
    """A milestone."""
    return {
        "id": node_id("MI", one.id),
        "number": one.number,
        "title": one.title,
        "description": one.description,
        "state": one.state.upper(),
        "dueOn": due_stamp(one.due),
    }


def issue(urls: Urls, store: Store, home: Repository, one: Issue, repository: View) -> View:
    """An issue or a pull request."""
    stone = home.milestones.get(one.milestone) if one.milestone else None
    return {
        "__typename": "PullRequest" if one.pull_request else "Issue",
        "id": node_id("PR" if one.pull_request else "I", one.id),
        "databaseId": one.id,
        "fullDatabaseId": str(one.id),
        "number": one.number,
        "title": one.title,
        "body": one.body or "",
        "state": one.state.upper(),
        "stateReason": lambda _, **asked: _reason(one, **asked),
        "closed": one.state == "closed",
        "closedAt": stamp(one.closed),
        "createdAt": stamp(one.created),
        "updatedAt": stamp(one.updated),
        "url": urls.issue_page(home, one.number, pull_request=one.pull_request),
        "locked": one.locked,
        "author": user(urls, one.user),
        "assignees": connected([user(urls, assignee) for assignee in one.assignees]),
        "labels": connected([label(each) for each in one.labels]),
        "milestone": milestone(stone) if stone else None,
        "comments": connected([_comment(urls, comment) for comment in one.comments]),
        "repository": repository,
        "issueType": one.type and {"id": node_id("IT", one.type.id), "name": one.type.name},
        "issueFieldValues": connected(_field_values(store, home, one)),
    }


def _reason(one: Issue, **asked: bool) -> str | None:
    """Who doesn't ask for duplicates is told that they were completed."""
    if one.state_reason is None:
        return None
    if one.state_reason == "duplicate" and not asked.get("enableDuplicate"):
        return "COMPLETED"
    return one.state_reason.upper()


def _comment(urls: Urls, one: Comment) -> View:
    return {
        "id": node_id("IC", one.id),
        "author": user(urls, one.user),
        "body": one.body,
        "createdAt": stamp(one.created),
        "updatedAt": stamp(one.created),
    }


def _field_values(store: Store, home: Repository, one: Issue) -> list[View]:
    fields = {field.id: field for field in store.organisation_of(home).fields}
    return [
        _field_value(fields[number], value)
        for number, value in one.fields.items()
        if number in fields and fields[number].data_type in _KINDS
    ]


def _field_value(field: IssueField, value: Value) -> View:
    kind = _KINDS[field.data_type]
    return {
        "__typename": f"IssueField{kind}Value",
        "id": node_id("IFV", field.id),
        "value": value,
        "name": value,
        "field": {
            "__typename": f"IssueField{kind}",
            "id": node_id("IF", field.id),
            "fullDatabaseId": str(field.id),
            "name": field.name,
        },
    }
