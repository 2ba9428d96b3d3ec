"""Somebody who works with the issues of the double does so as people do, and leaves syncer's marker alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Status
from syncer.trackers.base import Update
from tests.support.github.client import ISSUES, client
from tests.support.github.person import GitHubPerson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.client import Client

PATTERN = r"<!-- syncer:marker [^>]* -->"
MARKER = "<!-- syncer:marker 1 2 3 -->"


@pytest.fixture
def api() -> Iterator[Client]:
    with client() as api:
        yield api


@pytest.fixture
def person(api: Client) -> GitHubPerson:
    return GitHubPerson(api.github, "acme/shop", PATTERN)


def seen(api: Client, key: str = "1") -> dict[str, Any]:
    return api.json(api.get(f"{ISSUES}/{key}"))


def test_an_issue_is_filed_by_hand(api: Client, person: GitHubPerson) -> None:
    key = person.file("By hand", body="Text", labels=("urgent", "bug"))
    issue = seen(api, key)
    assert (issue["title"], issue["body"], issue["user"]["login"]) == (
        "By hand",
        "Text",
        "somebody",
    )
    assert person.labels(key) == {"urgent", "bug"}
    assert api.github.log.writes == []


def test_a_text_is_changed_and_the_marker_stays(api: Client, person: GitHubPerson) -> None:
    api.file(body=f"Old, with <!-- syncer:marker forged -->.\n\n{MARKER}\n")
    person.change("1", Update(None, title="Renamed", body="New.\n"))
    issue = seen(api)
    assert (issue["title"], issue["body"]) == ("Renamed", f"New.\n\n\n{MARKER}\n")
    person.change("1", Update(None, body="Newer."))
    assert seen(api)["body"] == f"Newer.\n\n\n{MARKER}\n"


def test_a_text_without_a_marker_is_replaced(api: Client, person: GitHubPerson) -> None:
    key = person.file("By hand")
    person.change(key, Update(None, body="New."))
    assert seen(api, key)["body"] == "New."


def test_owners(api: Client, person: GitHubPerson) -> None:
    api.file(assignees=["alice"])
    person.change("1", Update(None, owner="@bob"))
    assert seen(api)["assignee"]["login"] == "Bob"
    person.change("1", Update(None, owner=""))
    assert seen(api)["assignees"] == []


def test_states(api: Client, person: GitHubPerson) -> None:
    api.file()
    for status, expected in (
        (Status.DONE, ("closed", "completed")),
        (Status.IN_PROGRESS, ("open", "reopened")),
        (Status.BLOCKED, ("open", "reopened")),
        (Status.WONT_DO, ("closed", "not_planned")),
        (Status.NOT_STARTED, ("open", "reopened")),
    ):
        person.change("1", Update(None, status=status))
        assert (seen(api)["state"], seen(api)["state_reason"]) == expected


def test_a_due_date_is_a_milestone_s(api: Client, person: GitHubPerson) -> None:
    api.file()
    for due in ("2025-12-01", "2026-07-01", "2025-12-01"):
        person.change("1", Update(None, due=due))
        assert seen(api)["milestone"]["due_on"][:10] == due
    person.change("1", Update(None, due=""))
    assert seen(api)["milestone"] is None
    assert len(api.get("/repos/acme/shop/milestones").json()) == 2


def test_due_dates_and_priorities_are_values_of_fields(api: Client) -> None:
    store = api.github.store
    store.add_field("acme", "Due", "date")
    store.add_field("acme", "Priority", "single_select", ["High", "Low"])
    person = GitHubPerson(
        api.github, "acme/shop", PATTERN, due_field="Due", priority_field="Priority"
    )
    api.file()

    def values() -> list[str]:
        return [one["value"] for one in seen(api)["issue_field_values"]]

    person.change("1", Update(None, due="2025-12-01", priority="High"))
    assert values() == ["2025-12-01", "High"]
    person.change("1", Update(None, priority="Low"))
    assert values() == ["2025-12-01", "Low"]
    person.change("1", Update(None, due=""))
    assert values() == ["Low"]


def test_a_marker_is_damaged_and_a_label_taken_away(api: Client, person: GitHubPerson) -> None:
    api.file(body=f"Text.\n\n{MARKER}\n", labels=["syncer"])
    person.damage("1")
    assert seen(api)["body"] == "Text.\n\n<!-- syncer:ma -->\n"
    person.unmark("1")
    assert person.labels("1") == set()
    person.label("1", "new")
    assert person.labels("1") == {"new"}


def test_comments(api: Client, person: GitHubPerson) -> None:
    api.file()
    person.comment("1", "First")
    api.post(f"{ISSUES}/1/comments", {"body": "Second"})
    assert person.comments("1") == ["First", "Second"]
    assert api.get(f"{ISSUES}/1/comments").json()[0]["user"]["login"] == "somebody"


def test_issues_go_away(api: Client, person: GitHubPerson) -> None:
    for title in ("One", "Two", "Three"):
        api.file(title)
    person.delete("1")
    person.hide("2")
    address = person.move_away("3")
    assert address == "https://github.com/acme/elsewhere/issues/1"
    statuses = [api.get(f"{ISSUES}/{number}").status_code for number in (1, 2, 3)]
    assert statuses == [410, 404, 301]
    followed = api.ask("GET", f"{ISSUES}/3", allow_redirects=True).json()
    assert followed["html_url"] == address
