"""The doubles of Jira do what Jira does, over HTTP, and tell who asks for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.jira.client import Client


def person(jira: Client, name: str) -> dict[str, Any]:
    """An account as requests name it."""
    user = jira.double.store.users[name]
    return {"accountId": user.account_id} if jira.double.store.cloud else {"name": user.name}


class TestFiling:
    def test_an_issue_has_what_it_was_filed_with(self, jira: Client) -> None:
        body = jira.draft(
            summary=" One ",
            description="h1. What happened",
            labels=["b", "a"],
            duedate="2025-12-01",
            assignee=person(jira, "alice"),
            priority={"name": "High"},
        )
        body["properties"] = [{"key": "syncer", "value": {"item": "0001"}}]
        filed = jira.json(jira.post("/issue", body), 201)
        assert filed["key"] == "PAY-1"
        assert filed["self"] == f"{jira.double.url}/rest/api/2/issue/{filed['id']}"
        issue = jira.json(jira.get("/issue/pay-1", properties="syncer,other"))
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

    def test_what_is_missing_is_named_field_by_field(self, jira: Client) -> None:
        body = jira.draft("OPS", "Incident Action")
        del body["fields"]["summary"]
        team = "customfield_10010"
        assert jira.errors(jira.post("/issue", body)) == {
            "summary": "You must specify a summary of the issue.",
            team: "Team is required.",
        }
        filed = jira.draft("OPS", "Incident Action", **{team: {"value": "Payments"}})
        key = jira.json(jira.post("/issue", filed), 201)["key"]
        fields = jira.fields(key)
        assert fields[team]["value"] == "Payments"
        assert fields["assignee"]["displayName"] == "Carol Clark"
        assert fields["priority"]["name"] == "Low"

    def test_what_is_not_on_the_screen_is_refused(self, jira: Client) -> None:
        body = jira.draft("OPS", "Task", duedate="2025-12-01")
        assert jira.errors(jira.post("/issue", body)) == {
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
        self, jira: Client, fields: dict[str, Any], wrong: str
    ) -> None:
        ((name, message),) = jira.errors(jira.post("/issue", jira.draft(**fields))).items()
        assert name == next(iter(fields))
        assert wrong in message
        assert jira.double.store.issues == {}

    def test_who_can_be_assigned(self, jira: Client) -> None:
        guest = person(jira, "guest")
        refused = jira.errors(jira.post("/issue", jira.draft(assignee=guest)))
        assert "cannot be assigned issues" in refused["assignee"]
        nobody = dict.fromkeys(guest, "nobody")
        refused = jira.errors(jira.post("/issue", jira.draft(assignee=nobody)))
        assert refused["assignee"] == "User 'nobody' does not exist."

    def test_several_are_filed_at_once_and_fail_alone(self, jira: Client) -> None:
        drafts = [jira.draft(), jira.draft(labels=["a b"]), jira.draft(summary="Three")]
        body = jira.json(jira.post("/issue/bulk", {"issueUpdates": drafts}), 201)
        assert [issue["key"] for issue in body["issues"]] == ["PAY-1", "PAY-2"]
        (error,) = body["errors"]
        assert (error["failedElementNumber"], error["status"]) == (1, 400)
        assert "labels" in error["elementErrors"]["errors"]
        assert jira.double.log.filed == 3
        failed = jira.json(jira.post("/issue/bulk", {"issueUpdates": [drafts[1]]}), 400)
        assert failed["issues"] == []

    def test_rights(self, jira: Client) -> None:
        guest = jira.as_("guest")
        assert guest.post("/issue", jira.draft()).status_code == 403
        jira.file()
        assert guest.put("/issue/PAY-1", {"fields": {"summary": "x"}}).status_code == 403
        assert guest.json(guest.get("/issue/PAY-1/transitions"))["transitions"] == []
        assert guest.post("/issue/PAY-1/comment", {"body": "x"}).status_code == 400
        names = "CREATE_ISSUES,BROWSE_PROJECTS"
        query = {"permissions": names} if jira.double.store.cloud else {}
        told = guest.json(guest.get("/mypermissions", projectKey="PAY", **query))["permissions"]
        assert told["BROWSE_PROJECTS"]["havePermission"]
        assert not told["CREATE_ISSUES"]["havePermission"]


class TestChanging:
    def test_what_is_named_changes_and_the_rest_stays(self, jira: Client) -> None:
        jira.file(labels=["a", "b"], description="Text")
        assert (
            jira.put(
                "/issue/PAY-1",
                {
                    "fields": {"summary": "Two", "assignee": person(jira, "bob")},
                    "update": {"labels": [{"add": "c"}, {"remove": "a"}]},
                    "properties": [{"key": "syncer", "value": [1]}],
                },
            ).status_code
            == 204
        )
        fields = jira.fields("PAY-1")
        assert (fields["summary"], fields["labels"]) == ("Two", ["b", "c"])
        assert fields["description"] == "Text"
        assert fields["assignee"]["displayName"] == "Bob Brown"
        assert fields["updated"] == "2025-11-23T12:00:02.000+0000"
        kept = jira.json(jira.get("/issue/PAY-1/properties/syncer"))
        assert kept == {"key": "syncer", "value": [1]}

    def test_values_are_cleared(self, jira: Client) -> None:
        jira.file(duedate="2025-12-01", assignee=person(jira, "bob"), description="x")
        empty = {"duedate": None, "assignee": None, "description": ""}
        jira.put("/issue/PAY-1", {"fields": empty})
        fields = jira.fields("PAY-1")
        assert [fields[name] for name in empty] == [None, None, None]

    def test_one_wrong_value_and_nothing_changes(self, jira: Client) -> None:
        jira.file()
        body = {
            "fields": {"summary": "Two", "labels": ["a b"], "resolution": {"name": "Done"}},
            "properties": [{"key": "syncer", "value": 1}],
        }
        assert set(jira.errors(jira.put("/issue/PAY-1", body))) == {"labels", "resolution"}
        issue = jira.issue("PAY-1")
        assert (issue.values["summary"], issue.properties) == ("One", {})

    def test_a_field_in_both_ways_is_refused(self, jira: Client) -> None:
        jira.file()
        body = {"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}
        assert "labels" in jira.errors(jira.put("/issue/PAY-1", body))

    def test_an_edit_answers_with_the_issue_in_the_cloud(self, jira_cloud: Client) -> None:
        jira_cloud.file()
        answer = jira_cloud.put("/issue/PAY-1", {"fields": {"summary": "Two"}}, returnIssue="true")
        assert jira_cloud.json(answer)["fields"]["summary"] == "Two"

    def test_somebody_may_be_assigned_past_the_screen(self, jira: Client) -> None:
        jira.double.store.projects["PAY"].edit_screen = ("summary",)
        jira.file()
        bob = person(jira, "bob")
        refused = jira.put("/issue/PAY-1", {"fields": {"assignee": bob}})
        assert "not on the appropriate screen" in jira.errors(refused)["assignee"]
        assert jira.put("/issue/PAY-1/assignee", bob).status_code == 204
        assert jira.fields("PAY-1")["assignee"]["displayName"] == "Bob Brown"
        nobody = dict.fromkeys(bob)
        assert jira.put("/issue/PAY-1/assignee", nobody).status_code == 204
        assert jira.fields("PAY-1")["assignee"] is None
        guest = person(jira, "guest")
        assert "assignee" in jira.errors(jira.put("/issue/PAY-1/assignee", guest))

    def test_a_project_may_drop_a_value_without_a_word(self, jira: Client) -> None:
        jira.double.store.projects["PAY"].ignored = frozenset({"assignee"})
        key = jira.file(assignee=person(jira, "bob"))
        assert jira.fields(key)["assignee"] is None

    def test_custom_fields(self, jira: Client) -> None:
        store = jira.double.store
        made = {
            "number": store.add_field("Cost", "number"),
            "user": store.add_field("Reviewer", "user"),
            "datetime": store.add_field("Started", "datetime"),
            "text": store.add_field("Notes", "text"),
            "string": store.add_field("Ticket", "string"),
            "options": store.fields["customfield_10011"],
        }
        project = store.projects["PAY"]
        project.create_screen = (*project.create_screen, *(one.id for one in made.values()))
        values: dict[str, Any] = {
            "number": 2.5,
            "user": person(jira, "guest"),
            "datetime": "2025-11-23T10:00:00.000+0100",
            "text": "h2. Notes",
            "string": "T1",
            "options": [{"value": "Day"}, {"value": "Night"}],
        }
        key = jira.file(**{made[kind].id: value for kind, value in values.items()})
        fields = jira.fields(key)
        assert fields[made["user"].id]["displayName"] == "Gwen Guest"
        assert [one["value"] for one in fields[made["options"].id]] == ["Day", "Night"]
        for kind in ("number", "datetime", "text", "string"):
            assert fields[made[kind].id] == values[kind]
        wrong: dict[str, Any] = {made["number"].id: "2", made["options"].id: [{"value": "Noon"}]}
        assert set(jira.errors(jira.post("/issue", jira.draft(**wrong)))) == set(wrong)


class TestTransitions:
    def test_everywhere_from_everywhere(self, jira: Client) -> None:
        jira.file()
        assert jira.move("PAY-1", "Declined").status_code == 204
        fields = jira.fields("PAY-1")
        assert fields["status"]["statusCategory"]["key"] == "done"
        assert fields["resolution"]["name"] == "Won't Do"
        assert fields["resolutiondate"] == "2025-11-23T12:00:02.000+0000"
        jira.move("PAY-1", "In Progress")
        fields = jira.fields("PAY-1")
        assert (fields["resolution"], fields["resolutiondate"]) == (None, None)

    def test_step_by_step(self, jira: Client) -> None:
        key = jira.file("OPS", issuetype={"name": "Task"})
        path = f"/issue/{key}/transitions"
        ways = jira.json(jira.get(path, expand="transitions.fields"))["transitions"]
        assert [way["name"] for way in ways] == ["Start work", "Block"]
        assert [way["isGlobal"] for way in ways] == [False, True]
        refused = jira.errors(jira.move(key, "Resolve"))
        assert refused == ["Transition id '99' is not valid for this issue."]
        early = jira.post(path, {"transition": {"id": "41"}})
        assert "not valid for the current state" in jira.errors(early)[0]
        assert jira.move(key, "Start work").status_code == 204
        resolve = next(
            way
            for way in jira.json(jira.get(path, expand="transitions.fields"))["transitions"]
            if way["name"] == "Resolve"
        )
        assert resolve["hasScreen"]
        field = resolve["fields"]["resolution"]
        assert field["required"]
        assert [one["name"] for one in field["allowedValues"]] == ["Done", "Won't Do", "Duplicate"]
        assert jira.errors(jira.move(key, "Resolve")) == {"resolution": "Resolution is required."}
        wrong = {"resolution": {"name": "Nonsense"}}
        assert jira.move(key, "Resolve", fields=wrong).status_code == 400
        moved = jira.move(
            key,
            "Resolve",
            fields={"resolution": {"name": "Duplicate"}},
            update={"comment": [{"add": {"body": "Was done elsewhere."}}]},
            properties=[{"key": "syncer", "value": 2}],
        )
        assert moved.status_code == 204
        issue = jira.issue(key)
        assert issue.values["resolution"].name == "Duplicate"
        assert issue.properties == {"syncer": 2}
        assert [one.body for one in issue.comments] == ["Was done elsewhere."]

    def test_nothing_is_set_without_a_screen(self, jira: Client) -> None:
        jira.file()
        refused = jira.move("PAY-1", "Done", fields={"resolution": {"name": "Done"}})
        assert "not on the appropriate screen" in jira.errors(refused)["resolution"]
        assert jira.issue("PAY-1").status.name == "To Do"
        comment = {"comment": [{"add": {"body": "x"}}]}
        assert jira.move("PAY-1", "Done", update=comment).status_code == 204
        assert jira.issue("PAY-1").comments == ()

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, "Missing 'transition' identifier"),
            ({"transition": {"id": "Done"}}, "'transition' identifier must be an integer"),
        ],
    )
    def test_a_transition_goes_by_its_number(
        self, jira: Client, body: dict[str, Any], wrong: str
    ) -> None:
        jira.file()
        assert jira.errors(jira.post("/issue/PAY-1/transitions", body)) == [wrong]


class TestAtAnIssue:
    def test_comments(self, jira: Client) -> None:
        jira.file()
        made = jira.json(jira.post("/issue/PAY-1/comment", {"body": "*Look*"}), 201)
        assert (made["body"], made["author"]["displayName"]) == ("*Look*", "Robot")
        listed = jira.json(jira.get("/issue/PAY-1/comment"))
        assert (listed["total"], listed["comments"]) == (1, [made])
        assert jira.fields("PAY-1")["comment"]["comments"] == [made]
        assert "comment" in jira.errors(jira.post("/issue/PAY-1/comment", {"body": " "}))

    def test_properties(self, jira: Client) -> None:
        jira.file()
        path = "/issue/PAY-1/properties/syncer"
        before = jira.fields("PAY-1")["updated"]
        assert jira.get(path).status_code == 404
        assert jira.put(path, {"any": ["thing"]}).status_code == 201
        assert jira.put(path, {"any": "thing"}).status_code == 200
        assert jira.json(jira.get(path))["value"] == {"any": "thing"}
        assert jira.fields("PAY-1")["updated"] == before
        assert jira.put(path, "x" * 32_766).status_code == 200
        assert "too long" in jira.errors(jira.put(path, "x" * 32_767))[0]
        body = jira.draft() | {"properties": [{"key": "syncer", "value": "x" * 32_767}]}
        assert "too long" in jira.errors(jira.post("/issue", body))[0]
        assert jira.ask("DELETE", path).status_code == 204
        assert jira.ask("DELETE", path).status_code == 404

    def test_links_to_elsewhere_are_known_by_their_ids(self, jira: Client) -> None:
        jira.file()
        link = {"globalId": "one", "object": {"url": "https://docs.example/1", "title": "One"}}
        made = jira.json(jira.post("/issue/PAY-1/remotelink", link), 201)
        link["object"] = {"url": "https://docs.example/2", "title": "Two"}
        assert jira.json(jira.post("/issue/PAY-1/remotelink", link), 200)["id"] == made["id"]
        (shown,) = jira.json(jira.get("/issue/PAY-1/remotelink"))
        assert shown["object"]["title"] == "Two"

    def test_links_between_issues(self, jira: Client) -> None:
        jira.file()
        jira.file()
        body = {
            "type": {"name": "Duplicate"},
            "inwardIssue": {"key": "PAY-1"},
            "outwardIssue": {"key": "PAY-2"},
        }
        assert jira.post("/issueLink", body).status_code == 201
        (link,) = jira.fields("PAY-1")["issuelinks"]
        assert link["outwardIssue"]["key"] == "PAY-2"
        (link,) = jira.fields("PAY-2")["issuelinks"]
        assert link["inwardIssue"]["key"] == "PAY-1"
        assert jira.post("/issueLink", body | {"type": {"name": "Other"}}).status_code == 404
        assert jira.post("/issueLink", body | {"inwardIssue": {"key": "PAY-9"}}).status_code == 404


def test_version_3_has_documents_for_texts(jira_cloud: Client) -> None:
    def document(text: str) -> dict[str, Any]:
        content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
        return {"type": "doc", "version": 1, "content": content}

    body = jira_cloud.draft(description=document("One"))
    jira_cloud.json(jira_cloud.post("/rest/api/3/issue", body), 201)
    assert jira_cloud.fields("PAY-1")["description"] == "One"
    third = jira_cloud.json(jira_cloud.get("/rest/api/3/issue/PAY-1"))
    assert third["fields"]["description"] == document("One")
    made = jira_cloud.post("/rest/api/3/issue/PAY-1/comment", {"body": document("Two")})
    assert jira_cloud.json(made, 201)["body"] == document("Two")
    assert jira_cloud.issue("PAY-1").comments[0].body == "Two"
