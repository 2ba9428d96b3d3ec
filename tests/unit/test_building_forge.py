"""Which repository pull requests are opened in, and with whose token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncer.building_forge import forge_of_delivery, open_forge
from syncer.errors import ConfigurationError
from syncer.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.settings import Settings

REMOTE = "git@github.com:acme/shop.git"
OWN = "tracker-token-1"
DELIVERY = "delivery-token-1"
WORKFLOW = "workflow-token-1"
JIRA = "trackers: {here: {kind: local}}"
SHOP = "trackers: {shop: {kind: github, repository: acme/shop}}"


@pytest.fixture
def settings(tmp_path: Path) -> Any:
    def load(text: str = JIRA, **environment: str) -> Settings:
        (tmp_path / "syncer.yaml").write_text(text)
        return load_settings(working=tmp_path, environment=environment)

    return load


def sees_to(settings: Settings, remote: str = REMOTE) -> tuple[str, str]:
    """The repository's address, and the token."""
    forge = forge_of_delivery(settings, remote)
    return forge.pages, forge.token()


def test_it_is_the_remote_s_with_the_token_of_the_environment(settings: Any) -> None:
    found = sees_to(settings(GITHUB_TOKEN=WORKFLOW))
    assert found == ("https://github.com/acme/shop", WORKFLOW)
    assert sees_to(settings(GH_TOKEN=WORKFLOW))[1] == WORKFLOW


def test_it_is_the_one_that_is_named(settings: Any) -> None:
    text = f"{JIRA}\ndelivery: {{repository: acme/docs, url: https://ghe.acme.example}}"
    loaded = settings(text, SYNCER_DELIVERY__TOKEN=DELIVERY)
    for remote in (REMOTE, "/srv/git/shop.git"):
        assert sees_to(loaded, remote) == ("https://ghe.acme.example/acme/docs", DELIVERY)


def test_delivery_s_own_token_comes_first_and_a_tracker_s_second(settings: Any) -> None:
    tracker = {"SYNCER_TRACKERS__SHOP__TOKEN": OWN, "GITHUB_TOKEN": WORKFLOW}
    assert sees_to(settings(SHOP, **tracker))[1] == OWN
    assert sees_to(settings(SHOP, **tracker, SYNCER_DELIVERY__TOKEN=DELIVERY))[1] == DELIVERY


def test_of_several_trackers_that_of_the_very_repository_counts(settings: Any) -> None:
    text = """\
tracker: docs
trackers:
  docs: {kind: github, repository: acme/docs}
  shop: {kind: github, repository: Acme/Shop}
"""
    tokens = {"SYNCER_TRACKERS__DOCS__TOKEN": "docs-token", "SYNCER_TRACKERS__SHOP__TOKEN": OWN}
    loaded = settings(text, **tokens)
    assert sees_to(loaded)[1] == OWN
    assert sees_to(loaded, "https://github.com/acme/wiki.git")[1] == "docs-token"


def test_a_token_goes_to_no_other_host(settings: Any) -> None:
    remote = "https://ghe.acme.example/acme/shop.git"
    loaded = settings(SHOP, SYNCER_TRACKERS__SHOP__TOKEN=OWN, GITHUB_TOKEN=WORKFLOW)
    with pytest.raises(ConfigurationError, match="the delivery by pull request has no token") as no:
        forge_of_delivery(loaded, remote)
    assert "SYNCER_DELIVERY__TOKEN" in no.value.remedy
    assert "contents: write, pull-requests: write" in no.value.remedy
    here = settings(GITHUB_TOKEN=WORKFLOW, GITHUB_API_URL="https://ghe.acme.example/api/v3")
    assert sees_to(here, remote) == ("https://ghe.acme.example/acme/shop", WORKFLOW)


def test_an_app_of_a_tracker_s_is_looked_for_where_the_repository_is(settings: Any) -> None:
    text = """\
trackers: {shop: {kind: github, repository: acme/shop, app_id: 7, app_installation: 42}}
"""
    key = {"SYNCER_TRACKERS__SHOP__APP_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----"}
    loaded = settings(text, **key)
    installations = [
        forge_of_delivery(loaded, remote)._client.credentials.installation  # type: ignore[attr-defined]
        for remote in ("https://github.com/acme/wiki.git", "https://github.com/other/wiki.git")
    ]
    assert installations == [42, 0]


def test_a_remote_that_is_no_repository_on_github_says_what_to_name(settings: Any) -> None:
    for remote in ("/srv/git/shop.git", "https://gitlab.com/acme/shop.git"):
        with pytest.raises(ConfigurationError, match="'origin' is no repository on GitHub") as no:
            forge_of_delivery(settings(GITHUB_TOKEN=WORKFLOW), remote)
        assert "delivery.repository" in no.value.remedy
        assert "delivery.url" in no.value.remedy


@pytest.mark.parametrize(
    ("repository", "url", "key"),
    [
        ("acme", "", "delivery.repository"),
        ("acme/shop", "github.com", "delivery.url"),
        ("acme/shop", "http://ghe.acme.example", "delivery.url"),
    ],
)
def test_what_is_no_repository_or_address_is_told_with_its_key(
    settings: Any, repository: str, url: str, key: str
) -> None:
    loaded = settings(SYNCER_DELIVERY__TOKEN=DELIVERY)
    with pytest.raises(ConfigurationError, match=key) as told:
        open_forge(loaded, repository, url, "the comment")
    assert DELIVERY not in str(told.value)


def test_a_token_that_is_none_is_told_without_it(settings: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"delivery\.token") as told:
        forge_of_delivery(settings(SYNCER_DELIVERY__TOKEN="two words"), REMOTE)  # noqa: S106
    assert "two words" not in str(told.value)


def test_without_pygithub_it_says_what_to_install(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncer.trackers.github.opening.find_spec", lambda _: None)
    with pytest.raises(
        ConfigurationError, match=r"delivery by pull request needs .*PyGithub"
    ) as no:
        forge_of_delivery(settings(GITHUB_TOKEN=WORKFLOW), REMOTE)
    assert "syncer[github]" in no.value.remedy
