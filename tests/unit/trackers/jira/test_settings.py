"""What a configuration may say about a project, what is said about one that may not be, and where a token goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import ValidationError

from syncer.errors import ConfigurationError
from syncer.model import Status
from syncer.trackers.http import Timing
from syncer.trackers.jira.opening import connect
from syncer.trackers.jira.settings import JiraSettings

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "hunter2hunter2"  # noqa: S105
EMAIL = "syncer@acme.example"
SITE = "https://acme.atlassian.net"
OWN = "https://jira.acme.example/jira"
GATEWAY = "https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789"


def model(**values: Any) -> JiraSettings:
    return JiraSettings.model_validate({"url": SITE, "project": "PAY"} | values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": ""}, "missing"),
        ({"url": "acme.atlassian.net"}, "address"),
        ({"url": "http://jira.example"}, "https"),
        ({"url": "ftp://jira.example"}, "https"),
        ({"url": "http://127.0.0.1.evil.example"}, "https"),
        ({"url": "https://me:hunter2@jira.example"}, "address"),
        ({"url": "https://jira.example?x=1"}, "address"),
        ({"url": "https://jira.example#x"}, "address"),
        ({"url": "https://jira.example:port"}, "address"),
        ({"url": "https://[::1"}, "address"),
        ({"url": "https://jira.example/a b"}, "address"),
        ({"url": f"{SITE}/jira/software"}, "after the host"),
        ({"url": f"{OWN}/rest/api/2"}, "/rest"),
        ({"url": "https://api.atlassian.com"}, "CLOUDID"),
        ({"url": GATEWAY}, "site"),
        ({"url": GATEWAY, "site": GATEWAY}, "browser"),
        ({"site": "acme"}, "address"),
        ({"project": ""}, "missing"),
        ({"project": "PAY-7"}, "key of a project"),
        ({"project": "P Y"}, "key of a project"),
        ({"project": "1PAY"}, "key of a project"),
        ({"issue_type": " "}, "issue_type"),
        ({"email": "a:b"}, "colon"),
        ({"email": "a b"}, "blank"),
        ({"token": "two words"}, "characters"),
        ({"deployment": "onprem"}, "deployment"),
        ({"deployment": "server"}, "deployment"),
        ({"timeout": 0}, "timeout"),
        ({"label": ""}, "label"),
        ({"label": "two words"}, "label"),
        ({"components": [""]}, "components"),
        ({"parent": "PAY"}, "PAY-1"),
        ({"fields": {"Summary": "x"}}, "the document says it"),
        ({"fields": {"components": ["x"]}}, "`components`"),
        ({"fields": {"Team": "x", "team": "y"}}, "twice"),
        ({"fields": {"Team": {}}}, "one of these keys"),
        ({"fields": {"Team": {"user": "a", "id": "b"}}}, "one of these keys"),
        ({"fields": {"Team": {"self": "a"}}}, "one of these keys"),
        ({"fields": {"Team": {"user": ""}}}, "one of these keys"),
        ({"fields": {"Team": {"id": True}}}, "one of these keys"),
        ({"fields": {"Team": None}}, "neither a text"),
        ({"fields": {"Team": [[1]]}}, "list in a list"),
        ({"fields": {"Team": [None]}}, "neither a text"),
        ({"fields": "[1"}, "dictionary"),
        ({"components": 1}, "list"),
        ({"statuses": {"Doing": ["x"]}}, "statuses"),
        ({"statuses": {"Done": []}}, "no name for Done"),
        ({"statuses": {"Done": ["Closed"], "Won't Do": ["closed"]}}, "twice"),
        ({"resolutions": {"Blocked": "x"}}, "resolutions"),
        ({"resolutions": {"Done": "Done", "Won't Do": "done"}}, "resolutions"),
        ({"transition_fields": {"Done": {"resolution": None}}}, "transition_fields"),
        ({"transition_fields": {"Done": {}, "done": {}}}, "twice"),
        ({"priorities": {"P1": ""}}, "priorities"),
        ({"priorities": {"P1": "High", "p1": "Low"}}, "twice"),
        ({"full_look": -1}, "full_look"),
        ({"tokn": "x"}, "tokn"),
    ],
)
def test_what_can_t_be_is_said(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model(**values)
    told = "\n".join(
        f"{error['loc']} {error['msg']}" for error in caught.value.errors(include_input=False)
    )
    assert said in told
    assert "hunter2" not in told
    assert len(caught.value.errors()) == 1


def test_a_configuration_as_people_write_it() -> None:
    text = f"""
        url: {SITE}/
        project: pay
        issue_type: Action Item
        components: [Payments]
        parent: pay-1
        fields:
          Team: SRE
          customfield_10020: 3
          Start date: 2025-12-01
          Affected: [EU, {{id: 10001}}]
          Lead: {{user: alice@acme.example}}
          Customer visible: true
        statuses: {{Blocked: [Blocked, On Hold], Won't Do: [Rejected]}}
        resolutions: {{Done: Done, Won't Do: Won't Fix}}
        transition_fields: {{Done: {{Root cause: unknown}}}}
        priorities: {{P1: Highest}}
    """
    found = JiraSettings.model_validate(yaml.safe_load(text))
    assert (found.url, found.pages, found.project, found.parent) == (SITE, SITE, "PAY", "PAY-1")
    assert found.fields == {
        "Team": "SRE",
        "customfield_10020": 3,
        "Start date": "2025-12-01",
        "Affected": ["EU", {"id": "10001"}],
        "Lead": {"user": "alice@acme.example"},
        "Customer visible": True,
    }
    assert found.fields["Customer visible"] is True
    assert found.statuses[Status.BLOCKED] == ["Blocked", "On Hold"]
    assert found.resolutions["Won't Do"] == "Won't Fix"
    assert not found.is_gateway


def test_in_the_environment_a_group_of_keys_is_json() -> None:
    found = model(components='["a", "b"]', fields='{"Team": {"id": 1}}', statuses='{"Done": "x"}')
    assert found.components == ["a", "b"]
    assert found.fields == {"Team": {"id": "1"}}
    assert found.statuses == {Status.DONE: ["x"]}
    assert model(components="a").components == ["a"]


def test_the_gateway_has_pages_elsewhere() -> None:
    found = model(url=f"{GATEWAY}/", site=f"{SITE}/")
    assert (found.url, found.pages, found.is_gateway) == (GATEWAY, SITE, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_on_loopback_nobody_else_reads_the_token(host: str) -> None:
    assert model(url=f"http://{host}:8080/jira").url == f"http://{host}:8080/jira"


def test_every_key_is_described() -> None:
    keys = JiraSettings.model_json_schema()["properties"]
    assert [name for name, key in keys.items() if "description" not in key] == ["kind"]


class TestEnvironment:
    @pytest.mark.parametrize(
        ("data", "here", "keys"),
        [
            ({"url": SITE}, "", {"token", "email"}),
            ({"url": SITE}, f"{SITE}:443/", {"token", "email"}),
            ({"url": SITE}, "https://other.atlassian.net", set()),
            ({}, SITE, {"url", "token", "email"}),
            ({}, "", set()),
            ({"url": OWN}, "", set()),
            (
                {"url": OWN},
                OWN.upper().replace("HTTPS", "https").replace("/JIRA", "/jira"),
                {"token"},
            ),
            ({"url": OWN, "deployment": "cloud"}, OWN, {"token", "email"}),
            ({"url": OWN}, SITE, set()),
            ({"url": GATEWAY, "site": SITE}, SITE, {"token", "email"}),
            ({"url": GATEWAY, "site": SITE}, "", {"token", "email"}),
            ({"url": GATEWAY, "site": SITE}, "https://other.atlassian.net", set()),
            ({"url": "https://evil.example", "site": SITE}, SITE, set()),
            ({"url": "https://evil.example", "site": SITE}, "", set()),
            ({"url": "http://acme.atlassian.net"}, SITE, set()),
            ({"url": "http://acme.atlassian.net"}, "", set()),
            ({"url": "https://acme.atlassian.net.evil.example"}, "", set()),
            ({"url": "https://acme.atlassian.net@evil.example"}, "", set()),
            ({"url": "https://["}, SITE, set()),
            ({"url": 12}, "https://[", set()),
            ({"url": SITE, "token": "mine"}, SITE, {"email"}),
            ({"url": SITE, "email": "me@x"}, SITE, {"token"}),
        ],
    )
    def test_a_token_is_for_one_site(self, data: dict[str, Any], here: str, keys: set[str]) -> None:
        found = JiraSettings.from_environment(
            data, {"JIRA_API_TOKEN": TOKEN, "JIRA_EMAIL": EMAIL, "JIRA_URL": here}
        )
        assert set(found) == keys

    def test_the_nearer_name_counts_and_is_told(self) -> None:
        named = {"JIRA_API_TOKEN": "a", "JIRA_TOKEN": "b"}
        found = JiraSettings.from_environment({"url": SITE}, named)
        assert found == {"token": ("a", "JIRA_API_TOKEN")}
        found = JiraSettings.from_environment(
            {"url": SITE}, {"JIRA_API_TOKEN": ""} | {"JIRA_TOKEN": "b"}
        )
        assert found == {"token": ("b", "JIRA_TOKEN")}


def open_it(folder: Path, **values: Any) -> Any:
    return connect("my-pay", model(**values), folder, Timing())


class TestOpening:
    def test_without_a_token_it_says_where_one_goes(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="has no token") as caught:
            open_it(tmp_path)
        for word in ("SYNCER_TRACKERS__MY_PAY__TOKEN", "JIRA_API_TOKEN", "JIRA_EMAIL", "JIRA_URL"):
            assert word in caught.value.remedy
        assert "Browse Projects, Create Issues, Edit Issues, Assign Issues" in caught.value.remedy

    @pytest.mark.parametrize("values", [{}, {"url": "https://x.example", "deployment": "cloud"}])
    def test_on_cloud_a_token_is_somebody_s(self, tmp_path: Path, values: dict[str, Any]) -> None:
        with pytest.raises(ConfigurationError, match="doesn't say whose") as caught:
            open_it(tmp_path, token=TOKEN, **values)
        assert "SYNCER_TRACKERS__MY_PAY__EMAIL" in caught.value.remedy
        assert TOKEN not in str(caught.value)

    @pytest.mark.parametrize(
        "values", [{"url": OWN}, {"url": GATEWAY, "site": SITE, "deployment": "cloud"}]
    )
    def test_elsewhere_it_may_be_borne(self, tmp_path: Path, values: dict[str, Any]) -> None:
        addresses, client = open_it(tmp_path, token=f" {TOKEN}\n", **values)
        assert client.wire.url == values["url"]
        assert (client.wire.token, client.wire.email) == (TOKEN, "")
        assert addresses.site == values.get("site", OWN)
        assert client.known == values.get("deployment", "")
        client.close()

    def test_nothing_is_told_of_a_token(self, tmp_path: Path) -> None:
        _, client = open_it(tmp_path, token=TOKEN, email=EMAIL)
        basic = "c3luY2VyQGFjbWUuZXhhbXBsZTpodW50ZXIyaHVudGVyMg=="
        assert client.redact(f"{TOKEN} {basic}") == "*** ***"
        assert TOKEN not in repr(client)
        assert TOKEN not in repr(model(token=TOKEN))
        assert client.seconds_for(11) == pytest.approx(1.0)
        client.close()

    def test_certificates_are_looked_for_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"ca\.pem"):
            open_it(tmp_path, token=TOKEN, email=EMAIL, ca_bundle="ca.pem")
        (tmp_path / "ca.pem").touch()
        _, client = open_it(tmp_path, token=TOKEN, email=EMAIL, ca_bundle="ca.pem", timeout=7)
        assert client.wire.verify == str(tmp_path / "ca.pem")
        assert client.wire.timeout == 7
        client.close()

    def test_a_package_that_is_missing_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("syncer.trackers.jira.opening.find_spec", lambda _: None)
        with pytest.raises(ConfigurationError, match="jira") as caught:
            open_it(tmp_path, token=TOKEN)
        assert "syncer[jira]" in caught.value.remedy
