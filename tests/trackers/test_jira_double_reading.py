"""The doubles of Jira say what there is, what it takes to file an issue, and who there is."""

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


class TestWhatThereIs:
    def test_the_server_says_what_it_is(self, api: Client) -> None:
        nobody = api.as_("nobody", "")
        info = nobody.json(nobody.get("/serverInfo"))
        cloud = api.jira.store.cloud
        assert info["deploymentType"] == ("Cloud" if cloud else "Server")
        assert info["baseUrl"] == api.jira.url

    def test_accounts_have_what_identifies_them_there(self, api: Client) -> None:
        me = api.json(api.get("/myself"))
        user = api.jira.store.users["robot"]
        if api.jira.store.cloud:
            assert me["accountId"] == user.account_id
            assert "name" not in me
        else:
            assert (me["name"], me["key"]) == ("robot", user.key)
            assert "accountId" not in me

    def test_fields(self, api: Client) -> None:
        fields = {one["name"]: one for one in api.json(api.get("/field"))}
        assert fields["Team"]["id"] == "customfield_10010"
        assert fields["Team"]["schema"]["type"] == "option"
        assert fields["Summary"]["custom"] is False

    def test_what_it_takes_to_file_an_issue(self, api: Client) -> None:
        name, part = ("issueTypes", "fields") if api.jira.store.cloud else ("values",) * 2
        path = "/issue/createmeta/OPS/issuetypes"
        types = {one["name"]: one for one in api.json(api.get(path))[name]}
        assert types["Sub-task"]["subtask"]
        path += f"/{types['Incident Action']['id']}"
        page = api.json(api.get(path, maxResults=200))
        fields = {one["fieldId"]: one for one in page[part]}
        assert page["total"] == len(fields)
        assert fields["customfield_10010"]["required"]
        options = fields["customfield_10010"]["allowedValues"]
        assert [one["value"] for one in options] == ["Platform", "Payments"]
        assert [one["name"] for one in fields["priority"]["allowedValues"]] == ["Low", "High"]
        assert not fields["duedate"]["required"]
        assert "reporter" not in fields, "robot may not say who reports"
        second = api.json(api.get(path, startAt=1, maxResults=2))
        assert [one["fieldId"] for one in second[part]] == list(fields)[1:3]
        for wrong in ("/issue/createmeta/SEC/issuetypes", f"{path}9"):
            assert api.get(wrong).status_code in (400, 404)

    def test_projects(self, api: Client) -> None:
        project = api.json(api.get("/project/OPS"))
        assert project["issueTypes"][0]["name"] == "Incident Action"
        assert project["lead"]["displayName"] == "Alice Adams"
        kinds = api.json(api.get("/project/OPS/statuses"))
        names = [one["name"] for one in kinds[0]["statuses"]]
        assert names == ["To Do", "In Progress", "Blocked", "Done"]
        assert api.get("/project/SEC").status_code == 404

    def test_priorities(self, cloud: Client, server: Client) -> None:
        ops = cloud.jira.store.projects["OPS"]
        some = cloud.json(cloud.get("/priority/search", projectId=ops.id))
        assert [one["name"] for one in some["values"]] == ["High", "Low"]
        assert len(cloud.json(cloud.get("/priority/search"))["values"]) == 4
        assert len(server.json(server.get("/priority"))) == 4


class TestPeople:
    def names(self, api: Client, path: str, text: str, **more: Any) -> list[str]:
        name = "query" if api.jira.store.cloud else "username"
        found = api.json(api.get(path, **{name: text}, **more))
        return [one["displayName"] for one in found]

    def test_what_begins_a_name_finds_it(self, api: Client) -> None:
        path = "/user/search"
        both = ["Alice Adams", "Alice Adamson"]
        for text in ("alice", "ALICE ADAMS", "adam"):
            assert self.names(api, path, text) == both
        assert self.names(api, path, "lice") == []
        assert self.names(api, path, "alicia@acme.example") == ["Alice Adamson"]

    def test_addresses_may_be_hidden(self, cloud: Client) -> None:
        (bob,) = cloud.json(cloud.get("/user/search", query="bob"))
        assert "emailAddress" not in bob
        assert self.names(cloud, "/user/search", "bob@acme.example") == ["Bob Brown"]
        cloud.jira.store.finds_hidden_addresses = False
        assert self.names(cloud, "/user/search", "bob@acme.example") == []

    def test_who_can_have_an_issue(self, api: Client) -> None:
        path = "/user/assignable/search"
        everyone = self.names(api, path, "", project="PAY")
        assert "Alice Adamson" in everyone
        assert "Gwen Guest" not in everyone
        assert "Alice Adamson" not in self.names(api, path, "", project="OPS")
        key = api.file()
        assert self.names(api, path, "carol", issueKey=key) == ["Carol Clark"]
        assert api.get(path).status_code == 400
        assert api.get(path, project="SEC").status_code == 404

    def test_those_who_are_not_active(self, cloud: Client, server: Client) -> None:
        assert self.names(cloud, "/user/search", "zoe") == ["Zoe Zander"]
        assert self.names(server, "/user/search", "zoe") == []
        assert self.names(server, "/user/search", "zoe", includeInactive="true") == ["Zoe Zander"]
