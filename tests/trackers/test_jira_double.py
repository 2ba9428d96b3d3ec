"""The doubles of Jira do what Jira does, over HTTP, and tell who asks for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.jira.client import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.jira.client import Client


@pytest.fixture(params=["cloud", "server"])
def api(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Both of them."""
    with client(cloud=request.param == "cloud") as api:
        yield api


@pytest.fixture
def cloud() -> Iterator[Client]:
    with client(cloud=True) as api:
        yield api


@pytest.fixture
def server() -> Iterator[Client]:
    with client(cloud=False) as api:
        yield api


def person(api: Client, name: str) -> dict[str, Any]:
    """An account as requests name it."""
    user = api.jira.store.users[name]
    return {"accountId": user.account_id} if api.jira.store.cloud else {"name": user.name}


class TestFiling:
    def test_an_issue_has_what_it_was_filed_with(self, api: Client) -> None:
        body = api.draft(
            summary=" One ",
            description="h1. What happened",
            labels=["b", "a"],
            duedate="2025-12-01",
            assignee=person(api, "alice"),
            priority={"name": "High"},
        )
        body["properties"] = [{"key": "syncer", "value": {"item": "0001"}}]
        filed = api.json(api.post("/issue", body), 201)
        assert filed["key"] == "PAY-1"
        assert filed["self"] == f"{api.jira.url}/rest/api/2/issue/{filed['id']}"
        issue = api.json(api.get("/issue/pay-1", properties="syncer,other"))
        assert issue["properties"] == {"syncer": {"item": "0001"}}
        fields = issue["fields"]
        assert fields["summary"] == "One"
        assert fields["description"] == "h1. What happened"
        assert fields["labels"] == ["a", "b"]
        assert fields["duedate"] == "2025-12-01"
        assert fields["assignee"]["displayName"] == "Alice Adams"
        assert fields["reporter"]["displayName"] == "Robot"
        assert fields["priority"]["name"] == "High"
        assert fields["status"]["name"] == "To Do"
        assert fields["status"]["statusCategory"]["key"] == "new"
        assert fields["resolution"] is None
        assert fields["created"] == fields["updated"] == "2025-11-23T12:00:01.000+0000"

    def test_what_is_missing_is_named_field_by_field(self, api: Client) -> None:
        body = api.draft("OPS", "Incident Action")
        del body["fields"]["summary"]
        team = "customfield_10010"
        assert api.errors(api.post("/issue", body)) == {
            "summary": "You must specify a summary of the issue.",
            team: "Team is required.",
        }
        filed = api.draft("OPS", "Incident Action", **{team: {"value": "Payments"}})
        key = api.json(api.post("/issue", filed), 201)["key"]
        fields = api.fields(key)
        assert fields[team]["value"] == "Payments"
        assert fields["assignee"]["displayName"] == "Carol Clark"
        assert fields["priority"]["name"] == "Low"

    def test_what_is_not_on_the_screen_is_refused(self, api: Client) -> None:
        body = api.draft("OPS", "Task", duedate="2025-12-01")
        assert api.errors(api.post("/issue", body)) == {
            "duedate": "Field 'duedate' cannot be set. It is not on the appropriate screen, or unknown."
        }

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"labels": ["a b"]}, "The label 'a b' contains spaces which is invalid."),
            ({"labels": "a"}, "data was not an array"),
            ({"duedate": "2025-13-01"}, "Error parsing date string: 2025-13-01"),
            ({"priority": {"name": "Urgent"}}, "The priority selected is invalid."),
            ({"summary": "a\nb"}, "The summary is invalid because it contains newline"),
            ({"summary": "a" * 256}, "Summary must be less than 255 characters."),
            ({"description": "a" * 32_768}, "32,767 characters"),
            ({"issuetype": {"name": "Epic"}}, "Specify a valid issue type"),
            ({"project": {"key": "SEC"}}, "project is required"),
            ({"components": [{"name": "None"}]}, "The components selected is invalid."),
        ],
    )
    def test_values_that_are_not_taken(
        self, api: Client, fields: dict[str, Any], wrong: str
    ) -> None:
        ((name, message),) = api.errors(api.post("/issue", api.draft(**fields))).items()
        assert name == next(iter(fields))
        assert wrong in message
        assert api.jira.store.issues == {}

    def test_who_can_be_assigned(self, api: Client) -> None:
        guest = person(api, "guest")
        refused = api.errors(api.post("/issue", api.draft(assignee=guest)))
        assert "cannot be assigned issues" in refused["assignee"]
        nobody = dict.fromkeys(guest, "nobody")
        refused = api.errors(api.post("/issue", api.draft(assignee=nobody)))
        assert refused["assignee"] == "User 'nobody' does not exist."

    def test_several_are_filed_at_once_and_fail_alone(self, api: Client) -> None:
        drafts = [api.draft(), api.draft(labels=["a b"]), api.draft(summary="Three")]
        body = api.json(api.post("/issue/bulk", {"issueUpdates": drafts}), 201)
        assert [issue["key"] for issue in body["issues"]] == ["PAY-1", "PAY-2"]
        (error,) = body["errors"]
        assert (error["failedElementNumber"], error["status"]) == (1, 400)
        assert "labels" in error["elementErrors"]["errors"]
        assert api.jira.log.filed == 3
        failed = api.json(api.post("/issue/bulk", {"issueUpdates": [drafts[1]]}), 400)
        assert failed["issues"] == []

    def test_rights(self, api: Client) -> None:
        guest = api.as_("guest")
        assert guest.post("/issue", api.draft()).status_code == 403
        api.file()
        assert guest.put("/issue/PAY-1", {"fields": {"summary": "x"}}).status_code == 403
        assert guest.json(guest.get("/issue/PAY-1/transitions"))["transitions"] == []
        assert guest.post("/issue/PAY-1/comment", {"body": "x"}).status_code == 400
        names = "CREATE_ISSUES,BROWSE_PROJECTS"
        query = {"permissions": names} if api.jira.store.cloud else {}
        told = guest.json(guest.get("/mypermissions", projectKey="PAY", **query))["permissions"]
        assert told["BROWSE_PROJECTS"]["havePermission"]
        assert not told["CREATE_ISSUES"]["havePermission"]
