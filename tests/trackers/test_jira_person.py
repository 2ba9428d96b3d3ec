"""Somebody works with the issues of the doubles, and syncer's account sees what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.model import Status
from syncer.testing.lab import marker
from syncer.trackers.base import Update
from tests.support.jira.client import client
from tests.support.jira.person import JiraPerson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.jira.client import Client


@pytest.fixture(params=["cloud", "server"])
def api(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Both of them."""
    with client(cloud=request.param == "cloud") as api:
        yield api


@pytest.fixture
def person(api: Client) -> JiraPerson:
    return JiraPerson(api.jira, "PAY", "syncer")


def test_files_and_changes(api: Client, person: JiraPerson) -> None:
    key = person.file("One", body="Text", labels=["a"])
    update = Update(
        marker=marker(),
        title="Two",
        body="More",
        owner="alice",
        due="2025-12-01",
        priority="High",
        status=Status.WONT_DO,
    )
    person.change(key, update)
    fields = api.fields(key)
    assert (fields["summary"], fields["description"], fields["labels"]) == ("Two", "More", ["a"])
    assert fields["assignee"]["displayName"] == "Alice Adams"
    assert (fields["duedate"], fields["priority"]["name"]) == ("2025-12-01", "High")
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Won't Do")
    person.change(key, Update(marker(), owner="", due="", status=Status.BLOCKED))
    fields = api.fields(key)
    assert (fields["assignee"], fields["duedate"], fields["resolution"]) == (None, None, None)
    assert fields["status"]["name"] == "Blocked"
    assert fields["summary"] == "Two"


def test_files_where_something_is_required(api: Client) -> None:
    key = JiraPerson(api.jira, "OPS", "syncer").file("One")
    assert api.fields(key)["customfield_10010"]["value"] == "Platform"


def test_comments_and_labels(api: Client, person: JiraPerson) -> None:
    key = api.file(labels=["syncer"])
    person.comment(key, "Look")
    assert person.comments(key) == ["Look"]
    person.label(key, "new")
    person.unmark(key)
    assert person.labels(key) == {"new"}
    assert api.fields(key)["labels"] == ["new"]


def test_spoils_hides_and_deletes(api: Client, person: JiraPerson) -> None:
    body = api.draft() | {"properties": [{"key": "syncer", "value": {"item": "0001"}}]}
    key = api.json(api.post("/issue", body), 201)["key"]
    person.damage(key)
    value = api.json(api.get(f"/issue/{key}/properties/syncer"))["value"]
    assert value != {"item": "0001"}
    person.hide(key)
    assert api.get(f"/issue/{key}").status_code == (404 if api.jira.store.cloud else 403)
    person.delete(key)
    assert api.get(f"/issue/{key}").status_code == 404


def test_moves(api: Client, person: JiraPerson) -> None:
    first, second = api.file(labels=["syncer"]), api.file()
    assert person.move(first) == "OPS-1"
    assert api.json(api.get(f"/issue/{first}"))["key"] == "OPS-1"
    assert person.labels(first) == {"syncer"}
    assert person.move_away(second) == f"{api.jira.url}/browse/SEC-1"
    assert api.get(f"/issue/{second}").status_code in (403, 404)


def test_what_a_project_has_not_is_skipped(api: Client) -> None:
    person = JiraPerson(api.jira, "PAY", "syncer", move_to="", away_to="", priority_field="")
    key = person.file("One")
    for ask in (
        lambda: person.move(key),
        lambda: person.move_away(key),
        lambda: person.change(key, Update(marker(), priority="High")),
    ):
        with pytest.raises(pytest.skip.Exception):
            ask()
