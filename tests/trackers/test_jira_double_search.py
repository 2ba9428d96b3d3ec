"""The doubles of Jira find what Jira finds, as late as Jira does, and read many issues at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.doubles.violations import ViolationError
from tests.support.jira import changing, jql
from tests.support.jira.client import client
from tests.support.jira.store import START

if TYPE_CHECKING:
    from tests.support.jira.client import Client


class TestQueries:
    def test_what_is_asked_for_is_found(self, jira: Client) -> None:
        for labels in (["syncer"], ["SYNCER", "b"], ["syncers"], []):
            jira.file(labels=labels)
        jira.file("OPS", issuetype={"name": "Task"}, labels=["syncer"])
        marked = 'project = PAY AND labels = "syncer" ORDER BY created ASC, id ASC'
        assert jira.search(marked) == ["PAY-1", "PAY-2"]
        assert jira.search("project = Payments and labels in (b, 'syncers')") == ["PAY-3", "PAY-2"]
        assert jira.search("labels = syncer order by key desc") == ["PAY-2", "PAY-1", "OPS-1"]
        assert jira.search("project in (PAY, OPS) AND key in (PAY-4, ops-1)") == ["OPS-1", "PAY-4"]
        assert jira.search('issuekey > "PAY-2" ORDER BY key ASC') == ["PAY-3", "PAY-4"]
        assert jira.search("key <= PAY-2 ORDER BY key ASC") == ["PAY-1", "PAY-2"]
        second = jira.issue("PAY-2")
        beyond = jira.search(f"id > {second.id} ORDER BY id ASC")
        assert beyond == ["PAY-3", "PAY-4"], "of the project of the issue with that id alone"

    def test_times_are_those_of_who_asks_to_the_minute(self, jira: Client) -> None:
        carol = jira.as_("carol")
        jira.file()
        for number in (2, 3):
            jira.double.store.wait(START + timedelta(minutes=number) - jira.double.store.now)
            jira.file()
        bound = 'updated >= "2025/11/23 12:02" ORDER BY created ASC'
        assert jira.search(bound) == ["PAY-2", "PAY-3"]
        assert carol.search(bound) == []
        assert carol.search(bound.replace("12:02", "07:03")) == ["PAY-3"]
        assert jira.search('created < "2025-11-23 12:02"') == ["PAY-1"]
        assert jira.search("created >= -2m") == ["PAY-3", "PAY-2"]
        assert jira.search('created >= "2025-11-24"') == []

    @pytest.mark.parametrize(
        ("query", "wrong"),
        [
            ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
            ("project = SEC", "The value 'SEC' does not exist for the field 'project'."),
            ("label = syncer", "Field 'label' does not exist or you do not have permission"),
            ("key = PAY-9", "An issue with key 'PAY-9' does not exist for field 'key'."),
            ("key in (PAY-1, PAY-9)", "An issue with key 'PAY-9' does not exist"),
            ("issuekey >= PAY-9", "An issue with key 'PAY-9' does not exist"),
            ("id > 9", "A value with ID '9' does not exist for field 'id'."),
            ("key = nonsense", "The issue key 'nonsense' for field 'key' is invalid."),
            ("labels > a", "The operator '>' is not supported by the 'labels' field."),
            ('updated >= "23.11.2025"', "Date value '23.11.2025' for field 'updated' is invalid."),
            ("project = PAY ORDER BY rang", "Not able to sort using field 'rang'."),
        ],
    )
    def test_what_there_is_not_fails_the_query(self, jira: Client, query: str, wrong: str) -> None:
        jira.file()
        path = "/search/jql" if jira.double.store.cloud else "/search"
        (message,) = jira.errors(jira.get(path, jql=query))
        assert wrong in message

    def test_unknown_keys_may_find_nothing_instead(self, jira: Client) -> None:
        jira.file()
        jira.double.store.refuses_unknown_keys = False
        assert jira.search("key in (PAY-1, PAY-9)") == ["PAY-1"]
        assert jira.search("key > PAY-9") == []

    def test_data_center_may_be_told_to_let_unknown_keys_pass(self, jira_server: Client) -> None:
        jira_server.file()
        query = "key in (PAY-1, PAY-9)"
        assert jira_server.search(query, validateQuery="false") == ["PAY-1"]
        body = {"jql": query, "validateQuery": False, "fields": ["key"]}
        assert jira_server.json(jira_server.post("/search", body))["total"] == 1

    def test_a_query_has_to_be_bounded_in_the_cloud(
        self, jira_cloud: Client, jira_server: Client
    ) -> None:
        for query in ("", "ORDER BY created"):
            assert "Unbounded" in jira_cloud.errors(jira_cloud.get("/search/jql", jql=query))[0]
        jira_server.file()
        assert jira_server.search("ORDER BY created") == ["PAY-1"]

    @pytest.mark.parametrize(
        "query",
        [
            "project = PAY OR project = OPS",
            "labels != a",
            "text ~ a",
            "assignee = currentUser()",
            "project = PAY AND",
            "project = PAY PAY",
            'labels = "a',
            "labels = and",
            r'labels = "\q"',
            "labels in ()",
            "labels in (a",
            "order created",
            "created = -1d",
            "status = Done",
            "project = PAY ORDER BY status",
            "project = PAY ORDER BY",
            "Team = Payments",
        ],
    )
    def test_what_is_not_understood_fails_the_test(self, query: str) -> None:
        def ask() -> None:
            with client() as jira:
                assert jira.get("/search/jql", jql=query).status_code == 500

        with pytest.raises(ViolationError):
            ask()

    def test_quoted_values(self) -> None:
        query = jql.parse(r"""labels in ("a\"b", 'c\'d', "\\", "é", "\u00e9", "x y", e-f)""")
        (clause,) = query.clauses
        assert clause.values == ('a"b', "c'd", "\\", "é", "é", "x y", "e-f")


class TestPages:
    def test_tokens_lead_on(self, jira_cloud: Client) -> None:
        for _ in range(5):
            jira_cloud.file()
        query: dict[str, Any] = {"jql": "project = PAY ORDER BY key ASC", "maxResults": 2}
        first = jira_cloud.json(jira_cloud.get("/search/jql", **query))
        assert [set(issue) for issue in first["issues"]] == [{"id"}, {"id"}]
        assert not first["isLast"]
        second = jira_cloud.json(
            jira_cloud.post("/search/jql", query | {"nextPageToken": first["nextPageToken"]})
        )
        third = jira_cloud.json(
            jira_cloud.get(
                "/search/jql", **query, nextPageToken=second["nextPageToken"], fields="key"
            )
        )
        assert [issue["key"] for issue in third["issues"]] == ["PAY-5"]
        assert third["isLast"]
        assert "nextPageToken" not in third
        wrong = query | {"jql": "project = OPS", "nextPageToken": first["nextPageToken"]}
        assert jira_cloud.get("/search/jql", **wrong).status_code == 400

    def test_a_page_with_fields_is_short(self, jira_cloud: Client) -> None:
        store = jira_cloud.double.store
        home, robot = store.projects["PAY"], store.users["robot"]
        for _ in range(101):
            changing.create(store, home, home.types[0], robot, {"fields": {"summary": "x"}})
        for fields, count in (("id", 101), ("key", 101), ("summary", 100), ("*all", 100)):
            query = {"jql": "project = PAY", "fields": fields, "maxResults": 5000}
            assert len(jira_cloud.json(jira_cloud.get("/search/jql", **query))["issues"]) == count

    def test_properties_come_along(self, jira_cloud: Client) -> None:
        body = jira_cloud.draft() | {"properties": [{"key": "syncer", "value": 1}]}
        jira_cloud.post("/issue", body)
        query = {"jql": "project = PAY", "fields": "summary,labels"}
        names = [f"p{number}" for number in range(4)]
        found = jira_cloud.json(
            jira_cloud.get("/search/jql", **query, properties=["syncer", *names])
        )
        (issue,) = found["issues"]
        assert issue["properties"] == {"syncer": 1}
        assert set(issue["fields"]) == {"summary", "labels"}
        many = ",".join(["syncer", "p4", *names])
        assert jira_cloud.get("/search/jql", **query, properties=many).status_code == 400

    def test_numbers_lead_on_at_data_center(self, jira_server: Client) -> None:
        for _ in range(3):
            jira_server.file()
        page = {"jql": "project = PAY ORDER BY key ASC", "startAt": 1, "maxResults": 1}
        for answer in (jira_server.get("/search", **page), jira_server.post("/search", page)):
            body = jira_server.json(answer)
            assert (body["startAt"], body["maxResults"], body["total"]) == (1, 1, 3)
            (issue,) = body["issues"]
            assert issue["key"] == "PAY-2"
            assert "properties" not in issue
            assert "summary" in issue["fields"]
            assert "comment" not in issue["fields"]

    def test_the_old_search_is_gone_from_the_cloud(self, jira_cloud: Client) -> None:
        for answer in (
            jira_cloud.get("/search", jql="project = PAY"),
            jira_cloud.post("/search", {}),
        ):
            assert "has been removed" in jira_cloud.errors(answer, 410)[0]


class TestLag:
    def test_the_search_is_late_and_the_rest_is_not(self, jira: Client) -> None:
        jira.double.lag = 3
        jira.file(labels=["a"])
        assert [jira.search("project = PAY") for _ in range(4)] == [[], [], [], ["PAY-1"]]
        jira.put("/issue/PAY-1", {"fields": {"labels": ["b"]}})
        assert jira.search("labels = a") == ["PAY-1"]
        assert jira.fields("PAY-1")["labels"] == ["b"]

    def test_named_issues_are_looked_at_as_they_are(self, jira_cloud: Client) -> None:
        jira_cloud.double.lag = 50
        jira_cloud.file(labels=["a"])
        number = jira_cloud.issue("PAY-1").id
        assert jira_cloud.search("labels = a") == []
        assert jira_cloud.search("labels = a", reconcileIssues=number) == ["PAY-1"]
        assert jira_cloud.search("labels = b", reconcileIssues=number) == []
        many = ",".join(str(one) for one in range(51))
        answer = jira_cloud.get("/search/jql", jql="labels = a", reconcileIssues=many)
        assert answer.status_code == 400


class TestReadingMany:
    def test_those_that_are_not_there_are_left_out(self, jira_cloud: Client) -> None:
        for _ in range(5):
            jira_cloud.file()
        store = jira_cloud.double.store
        changing.delete(store, jira_cloud.issue("PAY-1"))
        store.hidden.add(jira_cloud.issue("PAY-2").id)
        moved = changing.move(store, jira_cloud.issue("PAY-3"), store.projects["OPS"])
        store.unfetchable[jira_cloud.issue("PAY-4").id] = "Try again later."
        asked = ["PAY-5", "pay-5", "PAY-4", "PAY-3", "PAY-2", "PAY-1", "NO-1", "x"]
        body = {"issueIdsOrKeys": asked, "fields": ["summary"], "properties": ["syncer"]}
        found = jira_cloud.json(jira_cloud.post("/issue/bulkfetch", body))
        assert [issue["key"] for issue in found["issues"]] == ["OPS-1", "PAY-5"]
        assert found["issues"][0]["id"] == moved.id
        (error,) = found["issueErrors"]
        assert error == {"id": jira_cloud.issue("PAY-4").id, "errorMessage": "Try again later."}
        assert jira_cloud.double.log.reads[-1].path.endswith("/bulkfetch")

    def test_moved_deleted_and_hidden_issues_by_their_keys(self, jira: Client) -> None:
        for _ in range(3):
            jira.file()
        store = jira.double.store
        store.hidden.add(jira.issue("PAY-1").id)
        changing.move(store, jira.issue("PAY-2"), store.projects["OPS"])
        changing.move(store, jira.issue("PAY-3"), store.projects["SEC"])
        assert jira.json(jira.get("/issue/PAY-2"))["key"] == "OPS-1"
        hidden = 404 if store.cloud else 403
        assert [jira.get(f"/issue/PAY-{number}").status_code for number in (1, 3, 4)] == [
            hidden,
            hidden,
            404,
        ]
        assert jira.search("key = PAY-2") == ["OPS-1"]
        assert jira.search("project = OPS") == ["OPS-1"]
        assert jira.file() == "PAY-4"
