"""The doubles of Jira at the edges: limits, operations on values, who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncer.testing.lab import marker
from syncer.trackers.base import Update
from tests.support.jira.person import JiraPerson

if TYPE_CHECKING:
    from tests.support.jira.client import Client


class TestOperations:
    def test_values_are_added_and_removed(self, jira: Client) -> None:
        store = jira.double.store
        project = store.projects["PAY"]
        project.edit_screen = (*project.edit_screen, "customfield_10011")
        jira.file(components=[{"name": "API"}], labels=["a"])
        update = {
            "components": [{"remove": {"name": "API"}}],
            "customfield_10011": [{"add": {"value": "Day"}}, {"add": {"value": "Night"}}],
            "labels": [{"set": ["c"]}, {"add": "b"}],
            "summary": [{"set": "Two"}],
            "comment": [{"add": {"body": "Changed."}}],
        }
        assert jira.put("/issue/PAY-1", {"update": update}).status_code == 204
        fields = jira.fields("PAY-1")
        assert (fields["components"], fields["labels"]) == ([], ["b", "c"])
        assert [one["value"] for one in fields["customfield_10011"]] == ["Day", "Night"]
        assert fields["summary"] == "Two"
        assert [one["body"] for one in fields["comment"]["comments"]] == ["Changed."]

    def test_not_every_field_takes_every_operation(self, jira: Client) -> None:
        jira.file()
        body = {"update": {"summary": [{"add": "x"}]}}
        refused = jira.errors(jira.put("/issue/PAY-1", body))
        assert refused == {"summary": "Field 'summary' does not support operation 'add'."}

    def test_a_comment_that_is_not_taken_stops_the_change(self, jira: Client) -> None:
        jira.file()
        long = {"update": {"comment": [{"add": {"body": "x" * 32_768}}]}}
        refused = jira.put("/issue/PAY-1", long | {"fields": {"summary": "Two"}})
        assert "comment" in jira.errors(refused)
        assert jira.issue("PAY-1").values["summary"] == "One"
        assert "comment" in jira.errors(jira.post("/issue/PAY-1/comment", {"body": "x" * 32_768}))


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("summary", None, "You must specify a summary"),
        ("summary", 1, "must be a string"),
        ("assignee", "alice", "expected an object"),
        ("labels", ["x" * 256], "exceeds the maximum length"),
        ("components", {"name": "API"}, "data was not an array"),
        ("priority", "High", "Could not find valid 'id' or 'name'"),
        ("duedate", 20251201, "Error parsing date string"),
        ("customfield_10010", {"value": "None"}, "Option value 'None' is not valid"),
        ("customfield_10010", {"id": "1"}, "Option id '1' is not valid"),
        ("customfield_10011", {"value": "Day"}, "data was not an array"),
        ("status", {"name": "Done"}, "not on the appropriate screen"),
    ],
)
def test_values_that_are_not_taken(jira: Client, field: str, value: Any, wrong: str) -> None:
    body = jira.draft("OPS", "Incident Action", customfield_10010={"value": "Platform"})
    body["fields"][field] = value
    assert wrong in jira.errors(jira.post("/issue", body))[field]


def test_an_empty_date_is_none_and_an_option_goes_by_its_id(jira: Client) -> None:
    option = jira.double.store.fields["customfield_10010"].options[1]
    body = jira.draft("OPS", "Incident Action", customfield_10010={"id": option.id}, duedate="")
    key = jira.json(jira.post("/issue", body), 201)["key"]
    fields = jira.fields(key)
    assert (fields["customfield_10010"]["value"], fields["duedate"]) == ("Payments", None)


def test_somebody_who_is_not_active(jira: Client) -> None:
    store = jira.double.store
    reviewer = store.add_field("Reviewer", "user")
    project = store.projects["PAY"]
    project.create_screen = (*project.create_screen, reviewer.id)
    zoe = store.users["zoe"]
    body = jira.draft()
    body["fields"][reviewer.id] = (
        {"accountId": zoe.account_id} if store.cloud else {"name": zoe.name}
    )
    refused = jira.errors(jira.post("/issue", body))
    assert "is not active" in refused[reviewer.id]


def test_who_gets_an_issue_by_itself(jira: Client) -> None:
    name = "accountId" if jira.double.store.cloud else "name"
    automatic = jira.draft("OPS", "Incident Action", customfield_10010={"value": "Platform"})
    automatic["fields"]["assignee"] = {name: "-1"}
    key = jira.json(jira.post("/issue", automatic), 201)["key"]
    assert jira.fields(key)["assignee"]["displayName"] == "Carol Clark"
    jira.double.store.allows_unassigned = False
    refused = jira.put(f"/issue/{key}", {"fields": {"assignee": None}})
    assert jira.errors(refused) == {"assignee": "Issues must be assigned."}


def test_a_sub_task_wants_a_parent(jira: Client) -> None:
    body = jira.draft("OPS", "Sub-task", customfield_10010={"value": "Platform"})
    assert "parent" in jira.errors(jira.post("/issue", body))


def test_a_property_has_a_short_name(jira: Client) -> None:
    jira.file()
    answer = jira.put(f"/issue/PAY-1/properties/{'x' * 256}", 1)
    assert "255 characters" in jira.errors(answer)[0]


def test_deleting_takes_a_right(jira: Client) -> None:
    jira.file()
    assert jira.ask("DELETE", "/issue/PAY-1").status_code == 403
    roles = jira.double.store.projects["PAY"].roles
    roles["robot"] |= {"DELETE_ISSUES"}
    assert jira.ask("DELETE", "/issue/PAY-1").status_code == 204
    assert jira.get("/issue/PAY-1").status_code == 404


def test_a_field_takes_a_right(jira: Client) -> None:
    roles = jira.double.store.projects["PAY"].roles
    roles["robot"] -= {"SCHEDULE_ISSUES", "ASSIGN_ISSUES", "TRANSITION_ISSUES", "LINK_ISSUES"}
    refused = jira.errors(jira.post("/issue", jira.draft(duedate="2025-12-01")))
    assert "not on the appropriate screen" in refused["duedate"]
    jira.file()
    assert jira.put("/issue/PAY-1/assignee", {}).status_code == 403
    assert jira.move("PAY-1", "Done").status_code == 400
    link = {"object": {"url": "https://docs.example/1", "title": "One"}}
    assert jira.post("/issue/PAY-1/remotelink", link).status_code == 403


def test_one_transition_of_all(jira: Client) -> None:
    jira.file()
    found = jira.json(jira.get("/issue/PAY-1/transitions", transitionId="41"))
    assert [way["name"] for way in found["transitions"]] == ["Done"]


def test_fields_that_are_left_out(jira: Client) -> None:
    jira.file()
    fields = jira.json(jira.get("/issue/PAY-1", fields="*all,-comment,-summary"))["fields"]
    assert "status" in fields
    assert not fields.keys() & {"comment", "summary"}
    fields = jira.json(jira.get("/issue/PAY-1", fields="-comment"))["fields"]
    assert "summary" in fields
    properties = jira.json(jira.get("/issue/PAY-1", properties="*all"))["properties"]
    assert properties == {}


class TestPeopleAndRights:
    def test_the_cloud_knows_no_names(self, jira_cloud: Client) -> None:
        refused = jira_cloud.errors(jira_cloud.get("/user/search", username="alice"))
        assert "GDPR" in refused[0]
        alice = jira_cloud.double.store.users["alice"]
        found = jira_cloud.json(jira_cloud.get("/user/search", accountId=alice.account_id))
        assert [one["displayName"] for one in found] == ["Alice Adams"]
        assert jira_cloud.get("/user/search").status_code == 400

    def test_data_center_finds_all_by_a_dot(self, jira_server: Client) -> None:
        found = jira_server.json(jira_server.get("/user/search", username="."))
        assert len(found) == 6
        page = jira_server.json(
            jira_server.get("/user/search", username=".", startAt=1, maxResults=2)
        )
        assert page == found[1:3]

    def test_rights_anywhere_and_on_an_issue(self, jira: Client) -> None:
        jira.file()
        query = {"permissions": "EDIT_ISSUES"} if jira.double.store.cloud else {}
        for where in (
            {},
            {"issueKey": "PAY-1"},
            {"projectId": jira.double.store.projects["PAY"].id},
        ):
            told = jira.json(jira.get("/mypermissions", **query, **where))["permissions"]
            assert told["EDIT_ISSUES"]["havePermission"]
        assert jira.get("/mypermissions", **query, projectKey="SEC").status_code == 404

    def test_the_cloud_wants_to_know_which_rights(self, jira_cloud: Client) -> None:
        assert jira_cloud.get("/mypermissions").status_code == 400
        refused = jira_cloud.errors(jira_cloud.get("/mypermissions", permissions="BROWSE"))
        assert refused == ["Unrecognized permission: BROWSE"]


def test_labels_of_the_whole_cloud(jira_cloud: Client) -> None:
    jira_cloud.file(labels=["b", "a"])
    assert jira_cloud.json(jira_cloud.get("/label"))["values"] == ["a", "b"]


def test_a_person_sets_a_priority_of_their_own(jira: Client) -> None:
    urgency = jira.double.store.add_field("Urgency", "option", ["Now", "Later"])
    person = JiraPerson(jira.double, "PAY", "syncer", priority_field=urgency.id)
    key = person.file("One")
    person.change(key, Update(marker(), priority="Now"))
    assert jira.fields(key)[urgency.id]["value"] == "Now"
    person.change(key, Update(marker(), priority=""))
    assert jira.issue(key).values[urgency.id] is None
