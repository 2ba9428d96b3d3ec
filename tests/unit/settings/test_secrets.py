"""All that is secret in a configuration is known, so that it can be kept out of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.errors import ConfigurationError
from syncer.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """\
documents: {paths: ["*.md"]}
tracker: shop
trackers:
  shop: {kind: github, repository: acme/shop, app_id: 7}
  pay: {kind: jira, url: "https://acme.atlassian.net", project: PAY, email: bot@acme.example}
repositories:
  shop: {url: "https://github.com/acme/shop.git", delivery: {mode: commit}}
"""

VARIABLES = {
    "SYNCER_TRACKERS__SHOP__APP_PRIVATE_KEY": "a private key",
    "SYNCER_TRACKERS__PAY__TOKEN": "a token for jira".replace(" ", "-"),
    "SYNCER_DELIVERY__TOKEN": "a token for git",
    "SYNCER_DAEMON__WEBHOOKS__GITHUB_SECRET": "one of GitHub's webhooks",
    "SYNCER_DAEMON__WEBHOOKS__JIRA_SECRET": "one of Jira's webhooks",
    "GITHUB_TOKEN": "not used here at all",
    "DEPLOY_PASSWORD": "nobody knows",
    "USE_TOKEN": "yes",
    "GITHUB_TOKEN_FILE": "/run/secrets/github",
    "HOME": "/home/somebody",
}


def test_all_of_them_are_known(tmp_path: Path) -> None:
    (tmp_path / "syncer.yaml").write_text(CONFIGURATION)
    settings = load_settings(working=tmp_path, environment=VARIABLES)
    assert set(settings.secrets) == {
        "a private key",
        "a-token-for-jira",
        "bot@acme.example:a-token-for-jira",
        "a token for git",
        "one of GitHub's webhooks",
        "one of Jira's webhooks",
        "not used here at all",
        "nobody knows",
    }
    assert "one of" not in repr(settings)


def test_the_delivery_of_one_repository_has_one_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "syncer.yaml").write_text(CONFIGURATION)
    variables = VARIABLES | {"SYNCER_REPOSITORIES__SHOP__DELIVERY__TOKEN": "for the shop alone"}
    settings = load_settings(working=tmp_path, environment=variables)
    assert "for the shop alone" in settings.secrets


@pytest.mark.parametrize("service", ["GITHUB", "JIRA"])
def test_a_secret_of_webhooks_that_can_be_guessed_is_refused(tmp_path: Path, service: str) -> None:
    variable = f"SYNCER_DAEMON__WEBHOOKS__{service}_SECRET"
    load_settings(working=tmp_path, environment={variable: "s" * 16})
    with pytest.raises(ConfigurationError) as error:
        load_settings(working=tmp_path, environment={variable: "sesame sesame s"})
    assert f"{variable}: " in error.value.message
    assert "has fewer than 16 characters" in error.value.message
    assert "sesame" not in str(error.value)
