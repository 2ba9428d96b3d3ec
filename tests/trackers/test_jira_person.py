"""Somebody works with the issues of the doubles, and syncer's account sees what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.model import Status
from syncer.testing.lab import marker
from syncer.trackers.base import Update
from tests.support.jira.person import JiraPerson

if TYPE_CHECKING:
    from tests.support.jira.client import Client


@pytest.fixture
def person(jira: Client) -> JiraPerson:
    return JiraPerson(jira.double, "PAY", "syncer")


def test_files_and_changes(jira: Client, person: JiraPerson) -> None:
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
    fields = jira.fields(key)
    assert (fields["summary"], fields["description"], fields["labels"]) == ("Two", "More", ["a"])
    assert fields["assignee"]["displayName"] == "Alice Adams"
    assert (fields["duedate"], fields["priority"]["name"]) == ("2025-12-01", "High")
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Won't Do")
    person.change(key, Update(marker(), owner="", due="", status=Status.BLOCKED))
    fields = jira.fields(key)
    assert (fields["assignee"], fields["duedate"], fields["resolution"]) == (None, None, None)
    assert fields["status"]["name"] == "Blocked"
    assert fields["summary"] == "Two"


def test_files_where_something_is_required(jira: Client) -> None:
    key = JiraPerson(jira.double, "OPS", "syncer").file("One")
    assert jira.fields(key)["customfield_10010"]["value"] == "Platform"


def test_comments_and_labels(jira: Client, person: JiraPerson) -> None:
    key = jira.file(labels=["syncer"])
    person.comment(key, "Look")
    assert person.comments(key) == ["Look"]
    person.label(key, "new")
    person.unmark(key)
    assert person.labels(key) == {"new"}
    assert jira.fields(key)["labels"] == ["new"]


def test_spoils_hides_and_deletes(jira: Client, person: JiraPerson) -> None:
    body = jira.draft() | {"properties": [{"key": "syncer", "value": {"item": "0001"}}]}
    key = jira.json(jira.post("/issue", body), 201)["key"]
    person.damage(key)
    value = jira.json(jira.get(f"/issue/{key}/properties/syncer"))["value"]
    assert value != {"item": "0001"}
    person.hide(key)
    assert jira.get(f"/issue/{key}").status_code == (404 if jira.double.store.cloud else 403)
    person.delete(key)
    assert jira.get(f"/issue/{key}").status_code == 404


def test_moves(jira: Client, person: JiraPerson) -> None:
    first, second = jira.file(labels=["syncer"]), jira.file()
    assert person.move(first) == "OPS-1"
    assert jira.json(jira.get(f"/issue/{first}"))["key"] == "OPS-1"
    assert person.labels(first) == {"syncer"}
    assert person.move_away(second) == f"{jira.double.url}/browse/SEC-1"
    assert jira.get(f"/issue/{second}").status_code in (403, 404)


def test_what_a_project_has_not_is_skipped(jira: Client) -> None:
    person = JiraPerson(jira.double, "PAY", "syncer", move_to="", away_to="", priority_field="")
    key = person.file("One")
    for ask in (
        lambda: person.move(key),
        lambda: person.move_away(key),
        lambda: person.change(key, Update(marker(), priority="High")),
    ):
        with pytest.raises(pytest.skip.Exception):
            ask()
