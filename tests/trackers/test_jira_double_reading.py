"""The doubles of Jira say what there is, what it takes to file an issue, and who there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.jira.client import Client


class TestWhatThereIs:
    def test_the_server_says_what_it_is(self, jira: Client) -> None:
        nobody = jira.as_("nobody", "")
        info = nobody.json(nobody.get("/serverInfo"))
        cloud = jira.double.store.cloud
        assert info["deploymentType"] == ("Cloud" if cloud else "Server")
        assert info["baseUrl"] == jira.double.url

    def test_accounts_have_what_identifies_them_there(self, jira: Client) -> None:
        me = jira.json(jira.get("/myself"))
        user = jira.double.store.users["robot"]
        if jira.double.store.cloud:
            assert me["accountId"] == user.account_id
            assert "name" not in me
        else:
            assert (me["name"], me["key"]) == ("robot", user.key)
            assert "accountId" not in me

    def test_fields(self, jira: Client) -> None:
        fields = {one["name"]: one for one in jira.json(jira.get("/field"))}
        assert fields["Team"]["id"] == "customfield_10010"
        assert fields["Team"]["schema"]["type"] == "option"
        assert fields["Summary"]["custom"] is False

    def test_what_it_takes_to_file_an_issue(self, jira: Client) -> None:
        name, part = ("issueTypes", "fields") if jira.double.store.cloud else ("values",) * 2
        path = "/issue/createmeta/OPS/issuetypes"
        types = {one["name"]: one for one in jira.json(jira.get(path))[name]}
        assert types["Sub-task"]["subtask"]
        path += f"/{types['Incident Action']['id']}"
        page = jira.json(jira.get(path, maxResults=200))
        fields = {one["fieldId"]: one for one in page[part]}
        assert page["total"] == len(fields)
        assert fields["customfield_10010"]["required"]
        options = fields["customfield_10010"]["allowedValues"]
        assert [one["value"] for one in options] == ["Platform", "Payments"]
        assert [one["name"] for one in fields["priority"]["allowedValues"]] == ["Low", "High"]
        assert not fields["duedate"]["required"]
        assert "reporter" not in fields, "robot may not say who reports"
        second = jira.json(jira.get(path, startAt=1, maxResults=2))
        assert [one["fieldId"] for one in second[part]] == list(fields)[1:3]
        for wrong in ("/issue/createmeta/SEC/issuetypes", f"{path}9"):
            assert jira.get(wrong).status_code in (400, 404)

    def test_projects(self, jira: Client) -> None:
        project = jira.json(jira.get("/project/OPS"))
        assert project["issueTypes"][0]["name"] == "Incident Action"
        assert project["lead"]["displayName"] == "Alice Adams"
        kinds = jira.json(jira.get("/project/OPS/statuses"))
        names = [one["name"] for one in kinds[0]["statuses"]]
        assert names == ["To Do", "In Progress", "Blocked", "Done"]
        assert jira.get("/project/SEC").status_code == 404

    def test_priorities(self, jira_cloud: Client, jira_server: Client) -> None:
        ops = jira_cloud.double.store.projects["OPS"]
        some = jira_cloud.json(jira_cloud.get("/priority/search", projectId=ops.id))
        assert [one["name"] for one in some["values"]] == ["High", "Low"]
        assert len(jira_cloud.json(jira_cloud.get("/priority/search"))["values"]) == 4
        assert len(jira_server.json(jira_server.get("/priority"))) == 4


class TestPeople:
    def names(self, jira: Client, path: str, text: str, **more: Any) -> list[str]:
        name = "query" if jira.double.store.cloud else "username"
        found = jira.json(jira.get(path, **{name: text}, **more))
        return [one["displayName"] for one in found]

    def test_what_begins_a_name_finds_it(self, jira: Client) -> None:
        path = "/user/search"
        both = ["Alice Adams", "Alice Adamson"]
        for text in ("alice", "ALICE ADAMS", "adam"):
            assert self.names(jira, path, text) == both
        assert self.names(jira, path, "lice") == []
        assert self.names(jira, path, "alicia@acme.example") == ["Alice Adamson"]

    def test_addresses_may_be_hidden(self, jira_cloud: Client) -> None:
        (bob,) = jira_cloud.json(jira_cloud.get("/user/search", query="bob"))
        assert "emailAddress" not in bob
        assert self.names(jira_cloud, "/user/search", "bob@acme.example") == ["Bob Brown"]
        jira_cloud.double.store.finds_hidden_addresses = False
        assert self.names(jira_cloud, "/user/search", "bob@acme.example") == []

    def test_who_can_have_an_issue(self, jira: Client) -> None:
        path = "/user/assignable/search"
        everyone = self.names(jira, path, "", project="PAY")
        assert "Alice Adamson" in everyone
        assert "Gwen Guest" not in everyone
        assert "Alice Adamson" not in self.names(jira, path, "", project="OPS")
        key = jira.file()
        assert self.names(jira, path, "carol", issueKey=key) == ["Carol Clark"]
        assert jira.get(path).status_code == 400
        assert jira.get(path, project="SEC").status_code == 404

    def test_those_who_are_not_active(self, jira_cloud: Client, jira_server: Client) -> None:
        assert self.names(jira_cloud, "/user/search", "zoe") == ["Zoe Zander"]
        assert self.names(jira_server, "/user/search", "zoe") == []
        assert self.names(jira_server, "/user/search", "zoe", includeInactive="true") == [
            "Zoe Zander"
        ]
