"""What a configuration may say about a repository, and what is said about one that may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from syncer.errors import ConfigurationError
from syncer.settings import load_settings
from syncer.settings.showing import effective, schema
from syncer.trackers.github.opening import connect
from syncer.trackers.github.settings import GitHubSettings
from syncer.trackers.http import Timing

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.settings import Settings

TOKEN = "hunter2hunter2"  # noqa: S105


def model(**values: Any) -> GitHubSettings:
    return GitHubSettings.model_validate({"repository": "acme/shop"} | values)


def load(folder: Path, text: str = "", **environment: str) -> Settings:
    """A configuration with one tracker."""
    (folder / "syncer.yaml").write_text(f"trackers: {{shop: {{kind: github{text}}}}}\n")
    return load_settings(working=folder, environment=environment)


def loaded(folder: Path, text: str = ", repository: acme/shop", **environment: str) -> Any:
    """Its tracker's settings."""
    return load(folder, text, **environment).trackers["shop"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"repository": "acme"}, "owner/name"),
        ({"repository": "https://github.com/acme/shop"}, "owner/name"),
        ({"repository": "acme/.."}, "owner/name"),
        ({"url": "github.com"}, "address"),
        ({"url": "http://ghe.example"}, "https"),
        ({"url": "ftp://ghe.example"}, "https"),
        ({"url": "http://127.0.0.1.evil.example"}, "https"),
        ({"url": "https://me:hunter2@ghe.example"}, "address"),
        ({"url": "https://@ghe.example"}, "address"),
        ({"url": "https://ghe.example?x=1"}, "address"),
        ({"url": "https://ghe.example#x"}, "address"),
        ({"url": "https://ghe.example:port"}, "address"),
        ({"url": "https://ghe.example:0"}, "address"),
        ({"url": "https://[::1"}, "address"),
        ({"url": "https://ghe.example/a b"}, "address"),
        ({"label": ""}, "label"),
        ({"label": "a,b"}, "label"),
        ({"label": "x" * 51}, "label"),
        ({"timeout": 0}, "timeout"),
        ({"full_look": -1}, "full_look"),
        ({"app_id": 1}, "app_private_key"),
        ({"app_id": 1, "app_private_key": "x", "app_private_key_file": "y"}, "one of"),
        ({"app_private_key": "x"}, "app_id"),
        ({"app_private_key_file": "x"}, "app_id"),
        ({"app_installation": 1}, "app_id"),
        ({"token": TOKEN, "app_id": 1, "app_private_key": "x"}, "token"),
        ({"due_field": "Due", "due_milestones": True}, "due_milestones"),
        ({"milestone": "M", "due_milestones": True}, "milestone"),
        ({"status_labels": {"Done": "done"}}, "Not Started"),
        ({"status_labels": {"Blocked": "a", "In Progress": "A"}}, "two statuses"),
        ({"status_labels": {"Blocked": "Syncer"}}, "label"),
        ({"status_field": "S", "status_options": {"Done": "x"}}, "Not Started"),
        ({"status_options": {"Blocked": "x"}}, "status_field"),
        (
            {
                "status_labels": {"Blocked": "b"},
                "status_field": "S",
                "status_options": {"Blocked": "b"},
            },
            "status_field",
        ),
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


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9", "[::1]"])
def test_on_loopback_nobody_else_reads_the_token(host: str) -> None:
    assert model(url=f"http://{host}:8080").url == f"http://{host}:8080/api/v3"


def test_an_address_of_pages_becomes_the_interface_s() -> None:
    assert model(url="https://github.com").url == "https://api.github.com"
    assert model(url="https://ghe.example/").url == "https://ghe.example/api/v3"


def test_an_app_s_id_may_be_a_number_or_a_client_id() -> None:
    for given in (34, "34", "Iv1.abc"):
        assert model(app_id=given, app_private_key="x").app_id == str(given)


class TestEnvironment:
    def test_a_workflow_s_own_token_is_taken_and_told_but_not_shown(self, tmp_path: Path) -> None:
        settings = load(tmp_path, ", repository: acme/shop", GITHUB_TOKEN=TOKEN)
        shown = effective(settings)
        assert "    token: '**********'  # GITHUB_TOKEN" in shown.splitlines()
        assert TOKEN not in shown
        assert TOKEN not in repr(settings.trackers)

    @pytest.mark.parametrize(
        ("environment", "taken"),
        [
            ({"SYNCER_TRACKERS__SHOP__TOKEN": "a", "GITHUB_TOKEN": "b", "GH_TOKEN": "c"}, "a"),
            ({"GITHUB_TOKEN": "b", "GH_TOKEN": "c"}, "b"),
            ({"GITHUB_TOKEN": "", "GH_TOKEN": "c"}, "c"),
        ],
    )
    def test_the_nearest_token_counts(
        self, tmp_path: Path, environment: dict[str, str], taken: str
    ) -> None:
        assert loaded(tmp_path, **environment).token.get_secret_value() == taken

    def test_a_token_is_for_one_server(self, tmp_path: Path) -> None:
        elsewhere = ", repository: acme/shop, url: 'https://ghe.example'"
        assert loaded(tmp_path, elsewhere, GITHUB_TOKEN=TOKEN).token is None
        there = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://ghe.example/api/v3"}
        assert loaded(tmp_path, elsewhere, **there).token.get_secret_value() == TOKEN
        github = ", repository: acme/shop, url: 'https://github.com'"
        assert loaded(tmp_path, github, **there).token is None

    @pytest.mark.parametrize("url", ["https://[", "https://x:port", "12", "[a]"])
    def test_an_address_that_is_none_is_told(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(ConfigurationError, match="url"):
            loaded(tmp_path, f", repository: acme/shop, url: {url!r}", GITHUB_TOKEN=TOKEN)
        with pytest.raises(ConfigurationError, match="url"):
            loaded(tmp_path, GITHUB_TOKEN=TOKEN, GITHUB_API_URL=url)

    def test_a_workflow_knows_its_repository(self, tmp_path: Path) -> None:
        here = {"GITHUB_REPOSITORY": "acme/here", "GITHUB_API_URL": "https://ghe.example/api/v3"}
        found = loaded(tmp_path, "", **here)
        assert (found.repository, found.url) == ("acme/here", "https://ghe.example/api/v3")
        assert loaded(tmp_path, **here).repository == "acme/shop"

    def test_an_app_goes_before_the_workflow_s_token(self, tmp_path: Path) -> None:
        text = ", repository: acme/shop, app_id: 34, app_private_key_file: key.pem"
        assert loaded(tmp_path, text, GITHUB_TOKEN=TOKEN).token is None

    @pytest.mark.parametrize("key", ["token", "app_private_key"])
    def test_a_secret_in_the_file_is_turned_down_without_being_quoted(
        self, tmp_path: Path, key: str
    ) -> None:
        with pytest.raises(ConfigurationError, match="secret") as caught:
            load(tmp_path, f", repository: acme/shop, {key}: {TOKEN}")
        assert TOKEN not in str(caught.value)

    def test_the_schema_has_no_place_for_a_secret(self) -> None:
        keys = schema()["$defs"]["GitHubSettings"]["properties"]
        assert {"token", "app_private_key"}.isdisjoint(keys)
        assert "app_private_key_file" in keys


class TestOpening:
    def test_a_configuration_can_be_shown_without_a_token_and_not_worked_with(
        self, tmp_path: Path
    ) -> None:
        found = loaded(tmp_path)
        with pytest.raises(ConfigurationError, match="has no token") as caught:
            connect("my-shop", found, tmp_path, Timing())
        assert "GITHUB_TOKEN" in caught.value.remedy
        assert "SYNCER_TRACKERS__MY_SHOP__TOKEN" in caught.value.remedy
        assert "issues: write" in caught.value.remedy

    def test_certificates_are_looked_for_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"ca\.pem"):
            connect("shop", model(token=TOKEN, ca_bundle="ca.pem"), tmp_path, Timing())

    def test_a_package_that_is_missing_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("syncer.trackers.github.opening.find_spec", lambda _: None)
        with pytest.raises(ConfigurationError, match="PyGithub") as caught:
            connect("shop", model(token=TOKEN), tmp_path, Timing())
        assert "syncer[github]" in caught.value.remedy

    @pytest.mark.parametrize("text", [f" {TOKEN}\n", f"{TOKEN}\r\n"])
    def test_a_line_end_is_no_part_of_a_token(self, tmp_path: Path, text: str) -> None:
        _, client = connect("shop", model(token=text), tmp_path, Timing())
        assert client.credentials.token() == TOKEN
        assert TOKEN not in client.redact(f"no: {TOKEN}.")

    @pytest.mark.parametrize("text", ["two words", "caf\u00e9", "a\nb", "\u201cquoted\u201d"])
    def test_what_can_t_be_a_token_is_told_without_being_quoted(
        self, tmp_path: Path, text: str
    ) -> None:
        with pytest.raises(ConfigurationError, match="token") as caught:
            loaded(tmp_path, SYNCER_TRACKERS__SHOP__TOKEN=text)
        assert text not in str(caught.value)
