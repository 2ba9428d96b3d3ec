"""The double of GitHub answers queries as the public schema has them, and says beside the rest what isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.github import changing, faults
from tests.support.github.client import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.client import Client
    from tests.support.github.store import Repository

ISSUE = """
fragment all on Issue {
  id number title body state stateReason(enableDuplicate: true) createdAt updatedAt url locked
  author { login } assignees(first: 10) { nodes { login } } labels(first: 10) { nodes { name } }
  milestone { number title dueOn } comments { totalCount } repository { nameWithOwner }
  issueType { name }
}
"""


@pytest.fixture
def api() -> Iterator[Client]:
    with client() as api:
        yield api


@pytest.fixture
def shop(api: Client) -> Repository:
    return api.github.store.repositories["acme/shop"]


def ask(api: Client, fields: str, more: str = "") -> dict[str, Any]:
    return api.query(f'{{ repository(owner: "acme", name: "shop") {{ {fields} }} }} {more}')


def test_an_issue_is_as_the_other_api_has_it(api: Client) -> None:
    api.post("/repos/acme/shop/milestones", {"title": "Soon", "due_on": "2025-12-01T12:00:00Z"})
    api.github.store.add_type("acme", "Task")
    api.file(body="Text", labels=["bug"], assignees=["bob"], milestone=1, type="Task")
    api.post("/repos/acme/shop/issues/1/comments", {"body": "x"})
    rest = api.change(1, state="closed", state_reason="not_planned")
    issue = ask(api, "issue(number: 1) { ...all }", ISSUE)["data"]["repository"]["issue"]
    assert issue == {
        "id": rest["node_id"],
        "number": 1,
        "title": "One",
        "body": "Text",
        "state": "CLOSED",
        "stateReason": "NOT_PLANNED",
        "createdAt": rest["created_at"],
        "updatedAt": rest["updated_at"],
        "url": rest["html_url"],
        "locked": False,
        "author": {"login": "robot"},
        "assignees": {"nodes": [{"login": "Bob"}]},
        "labels": {"nodes": [{"name": "bug"}]},
        "milestone": {"number": 1, "title": "Soon", "dueOn": "2025-12-01T08:00:00Z"},
        "comments": {"totalCount": 1},
        "repository": {"nameWithOwner": "acme/shop"},
        "issueType": {"name": "Task"},
    }


def test_a_duplicate_is_told_only_to_who_asks(api: Client) -> None:
    api.file()
    api.change(1, state="closed", state_reason="duplicate")
    issue = "issue(number: 1) { a: stateReason b: stateReason(enableDuplicate: true) }"
    answer = ask(api, issue)
    assert answer["data"]["repository"]["issue"] == {"a": "COMPLETED", "b": "DUPLICATE"}


def test_values_of_fields(api: Client) -> None:
    due = api.github.store.add_field("acme", "Due", "date")
    api.file(issue_field_values=[{"field_id": due.id, "value": "2025-12-01"}])
    answer = ask(
        api,
        """issue(number: 1) { issueFieldValues(first: 10) { nodes {
            ... on IssueFieldDateValue { value field { ... on IssueFieldDate { name } } } } } }""",
    )
    nodes = answer["data"]["repository"]["issue"]["issueFieldValues"]["nodes"]
    assert nodes == [{"value": "2025-12-01", "field": {"name": "Due"}}]


def test_what_is_not_there_is_an_error_beside_the_rest(api: Client, shop: Repository) -> None:
    for title in ("One", "Two", "Three", "Four"):
        api.file(title)
    store = api.github.store
    changing.delete(store, shop, 2)
    shop.hidden.add(3)
    changing.transfer(store, shop, 4, store.add_repository("acme/other"))
    aliases = " ".join(f"i{number}: issue(number: {number}) {{ title }}" for number in range(1, 6))
    answer = ask(api, aliases)
    assert answer["data"]["repository"] == {"i1": {"title": "One"}} | dict.fromkeys(
        ("i2", "i3", "i4", "i5")
    )
    assert [error["type"] for error in answer["errors"]] == ["NOT_FOUND"] * 4
    assert answer["errors"][0]["path"] == ["repository", "i2"]
    assert answer["errors"][0]["message"] == "Could not resolve to an Issue with the number of 2."


def test_a_pull_request_is_no_issue(api: Client, shop: Repository) -> None:
    store = api.github.store
    content = {"title": "One"}
    changing.create_issue(store, shop, store.add_user("robot"), content, pull_request=True)
    answer = ask(
        api, "a: issue(number: 1) { title } b: issueOrPullRequest(number: 1) { __typename }"
    )
    assert answer["data"]["repository"] == {"a": None, "b": {"__typename": "PullRequest"}}
    assert [error["path"] for error in answer["errors"]] == [["repository", "a"]]


def test_the_repository(api: Client, shop: Repository) -> None:
    fields = "nameWithOwner isArchived isDisabled hasIssuesEnabled viewerPermission"
    expected = {
        "nameWithOwner": "acme/shop",
        "isArchived": False,
        "isDisabled": False,
        "hasIssuesEnabled": True,
        "viewerPermission": "WRITE",
    }
    assert ask(api, fields)["data"]["repository"] == expected
    shop.archived, shop.has_issues = True, False
    changed = expected | {"isArchived": True, "hasIssuesEnabled": False}
    assert ask(api, fields)["data"]["repository"] == changed
    api.github.store.rename("acme/shop", "acme/store")
    renamed = changed | {"nameWithOwner": "acme/store"}
    assert ask(api, fields)["data"]["repository"] == renamed
    query = '{ repository(owner: "acme", name: "shop", followRenames: false) { name } }'
    assert api.query(query)["errors"][0]["type"] == "NOT_FOUND"


def test_people(api: Client) -> None:
    store = api.github.store
    store.add_user("carol", name="Carol", email="carol@acme.example")
    store.add_user("dora", name="Dora")
    store.add_user("Alice", name="Alice A.", email="alice@acme.example")
    answer = ask(api, 'assignableUsers(query: "ALI", first: 10) { nodes { name } totalCount }')
    users = answer["data"]["repository"]["assignableUsers"]
    assert users == {"nodes": [{"name": "Alice A."}], "totalCount": 1}
    search = "query($text: String!) { search(query: $text, type: USER, first: 5) { nodes { ... on User { login } } } }"
    found = api.query(search, text="carol@acme.example in:email")
    assert found["data"]["search"]["nodes"] == [{"login": "carol"}]
    for text in ("carol@acme in:email", "Dora in:email"):
        assert api.query(search, text=text)["data"]["search"]["nodes"] == []


def test_labels_and_milestones_of_the_repository(api: Client) -> None:
    api.post("/repos/acme/shop/milestones", {"title": "Soon", "due_on": "2025-12-01T12:00:00Z"})
    answer = ask(
        api,
        "labels(first: 100) { nodes { name } pageInfo { hasNextPage } }"
        " milestones(first: 100, states: OPEN) { nodes { title dueOn } }",
    )
    assert answer["data"]["repository"] == {
        "labels": {"nodes": [{"name": "bug"}], "pageInfo": {"hasNextPage": False}},
        "milestones": {"nodes": [{"title": "Soon", "dueOn": "2025-12-01T08:00:00Z"}]},
    }


def test_lists_have_to_be_bounded(api: Client) -> None:
    for bounds, kind in (("", "MISSING"), ("(first: 101)", "EXCESSIVE")):
        answer = ask(api, f"labels{bounds} {{ nodes {{ name }} }}")
        assert answer["errors"][0]["type"].startswith(kind)


def test_errors_of_the_whole(api: Client) -> None:
    query = "{ rateLimit { limit remaining resetAt } }"
    assert api.query(query)["data"]["rateLimit"]["remaining"] == 5000
    api.github.graphql_error = {"message": "Something went wrong while executing your query."}
    assert api.query(query) == {"errors": [api.github.graphql_error]}
    api.github.graphql_error = None
    api.github.faults.next(faults.primary_limit())
    assert api.query(query)["errors"][0]["type"] == "RATE_LIMITED"
    api.github.limits.limit = 2
    assert api.query(query)["errors"][0]["type"] == "RATE_LIMITED"
    api.github.graphql = False
    api.github.limits.limit = 5000
    assert api.post("/graphql", {"query": query}).status_code == 404


def test_who_may_ask(api: Client) -> None:
    api.file()
    assert api.as_("").post("/graphql", {"query": "{ viewer { login } }"}).status_code == 401
    assert api.as_("wrong").post("/graphql", {"query": "{ viewer { login } }"}).status_code == 401
    github = api.github
    nothing = ask(api.as_(github.sign_in("robot", issues="none")), "issue(number: 1) { title }")
    assert nothing["data"]["repository"] == {"issue": None}
    assert nothing["errors"][0]["type"] == "FORBIDDEN"
    outside = ask(api.as_(github.sign_in("robot", unauthorised=["acme"])), "name")
    assert outside["data"] == {"repository": None}
    assert outside["errors"][0]["extensions"] == {"saml_failure": True}
