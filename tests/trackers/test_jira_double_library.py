"""The library for Jira gets along with the doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.jira.double import JiraDouble

library = pytest.importorskip("jira")


@pytest.fixture(params=["cloud", "server"])
def double(request: pytest.FixtureRequest) -> Iterator[JiraDouble]:
    """Both of them."""
    cloud = request.param == "cloud"
    doubles = jira_cloud_double if cloud else jira_server_double
    with doubles(furnished(cloud=cloud)) as double:
        yield double


@pytest.fixture
def client(double: JiraDouble) -> Iterator[Any]:
    token = double.sign_in("robot")
    cloud = double.store.cloud
    who = {"basic_auth": ("robot@acme.example", token)} if cloud else {"token_auth": token}
    client = library.JIRA(
        server=double.url, max_retries=0, timeout=60, get_server_info=False, **who
    )
    client.deploymentType = "Cloud" if cloud else "Server"
    yield client
    client.close()


def test_files_finds_and_moves_issues(double: JiraDouble, client: Any) -> None:
    draft = {
        "project": {"key": "PAY"},
        "issuetype": {"name": "Task"},
        "summary": "One",
        "labels": ["syncer"],
    }
    made = client.create_issue(fields=draft)
    assert made.key == "PAY-1"
    (found,) = client.search_issues('project = PAY AND labels = "syncer"')
    assert found.fields.summary == "One"
    client.transition_issue(found, "Done")
    moved = client.issue("PAY-1")
    assert (str(moved.fields.status), str(moved.fields.resolution)) == ("Done", "Done")
    client.add_comment(moved, "Look")
    assert [one.body for one in client.comments(moved)] == ["Look"]
    client.add_issue_property(moved, "syncer", {"item": "0001"})
    assert client.issue_property(moved, "syncer").value.item == "0001"
    moved.update(fields={"summary": "Two"})
    assert double.store.issues[moved.id].values["summary"] == "Two"
    assert double.log.filed == 1


def test_finds_all_pages(double: JiraDouble, client: Any) -> None:
    for number in range(3):
        draft = {"project": {"key": "PAY"}, "issuetype": {"name": "Task"}, "summary": str(number)}
        client.create_issue(fields=draft, prefetch=False)
    assert len(client.search_issues("project = PAY", maxResults=False)) == 3


def test_an_error_says_what_is_wrong(client: Any) -> None:
    draft = {"project": {"key": "OPS"}, "issuetype": {"name": "Incident Action"}, "summary": "x"}
    with pytest.raises(library.JIRAError) as raised:
        client.create_issue(fields=draft)
    assert raised.value.status_code == 400
    assert "Team is required." in str(raised.value)
