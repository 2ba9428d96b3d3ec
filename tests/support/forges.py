"""Pull requests of a repository on the double of GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from syncer.delivery.forge import Forge
from syncer.trackers.github.explaining import PULL_REQUESTS
from syncer.trackers.github.opening import connect_for
from syncer.trackers.github.settings import GitHubSettings
from tests.support.github_lab import SHOP, Clock

if TYPE_CHECKING:
    from tests.support.github.double import GitHubDouble

VARIABLE = "SYNCER_DELIVERY__TOKEN"


def open_forge(github: GitHubDouble, token: str, clock: Clock | None = None) -> Forge:
    """The shop's pull requests, with a clock that only waiting moves."""
    model = GitHubSettings.model_validate(
        {"repository": SHOP, "url": github.api_url, "token": token, "timeout": 2.0}
    )
    timing = (clock or Clock()).timing
    addresses, client = connect_for("the delivery", VARIABLE, PULL_REQUESTS, model, Path(), timing)
    return Forge(addresses, client)
