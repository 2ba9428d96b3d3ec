"""From settings to a repository's pull requests on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from syncer.delivery.credentials import server_of
from syncer.delivery.forge import Forge
from syncer.delivery.location import location_of
from syncer.errors import ConfigurationError
from syncer.trackers.github.addresses import GITHUB, api_of
from syncer.trackers.github.explaining import PULL_REQUESTS
from syncer.trackers.github.opening import connect_for
from syncer.trackers.github.settings import GitHubSettings
from syncer.trackers.http import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.settings import Settings

_CREDENTIALS: Final = (
    "token",
    "app_id",
    "app_private_key",
    "app_private_key_file",
    "app_installation",
)
_CONNECTION: Final = ("ca_bundle", "timeout")
_HERE: Final = "GITHUB_API_URL"


def forge_of_delivery(settings: Settings, address: str, timing: Timing | None = None) -> Forge:
    """The repository that ``delivery`` opens pull requests in. Nothing is sent yet.

    Args:
        settings: The configuration.
        address: The address of the remote that is pushed to.
        timing: How time passes, unless it is as it always does.

    Raises:
        ConfigurationError: It can't be told which repository that is, or there is no token for it.
    """
    delivery = settings.delivery
    found = location_of(address)
    repository = delivery.repository or (found.repository if found else "")
    if not repository:
        raise ConfigurationError(
            f"the remote '{delivery.remote}' is no repository on GitHub, where pull requests are opened",
            remedy="Name the repository (delivery.repository, and delivery.url unless it is on github.com), or choose "
            "another delivery.mode.",
        )
    url = delivery.url or (found.url if found else "")
    return open_forge(settings, repository, url, "the delivery by pull request", timing)


def open_forge(
    settings: Settings, repository: str, url: str, who: str, timing: Timing | None = None
) -> Forge:
    """Pull requests of a repository. Nothing is sent yet.

    Its token is ``delivery.token``, else what a GitHub tracker on the same host has, else the one in the environment,
    if that is for this host.

    Args:
        settings: The configuration.
        repository: ``owner/name``.
        url: GitHub's address, of its pages or of its API; empty for where the workflow runs, or github.com.
        who: What it is for, as a sentence names it.
        timing: How time passes, unless it is as it always does.

    Raises:
        ConfigurationError: That is no repository or no GitHub, there is no token, or PyGithub isn't installed.
    """
    try:
        model = _model(settings, repository, url)
    except ValidationError as error:
        first = error.errors()[0]
        key = {"repository": "delivery.repository", "url": "delivery.url"}.get(
            str(first["loc"][0]) if first["loc"] else "", "delivery.token"
        )
        reason = str(first.get("ctx", {}).get("error", first["msg"]))
        raise ConfigurationError(
            f"{who} can't reach GitHub: {key}: {reason}",
            remedy="Set delivery.repository, delivery.url and SYNCER_DELIVERY__TOKEN to what they are.",
        ) from None
    addresses, client = connect_for(
        who, "SYNCER_DELIVERY__TOKEN", PULL_REQUESTS, model, settings.root, timing or Timing()
    )
    return Forge(addresses, client)


def push_token(settings: Settings, address: str) -> Callable[[], str]:
    """What gives the token to push to an address with: empty for whatever Git is configured for.

    Args:
        settings: The configuration.
        address: The remote's address.

    Raises:
        ConfigurationError: The GitHub App that is configured for that host can't be one.
    """
    if settings.delivery.token is not None:
        token = settings.delivery.token.get_secret_value()
        return lambda: token
    found = location_of(address)
    if found is None or not server_of(address):
        return lambda: ""
    try:
        model = _model(settings, found.repository, found.url)
    except ValidationError:
        return lambda: ""  # that is no GitHub
    if model.app_id:
        return open_forge(settings, found.repository, found.url, "delivery").token
    known = model.token.get_secret_value() if model.token else ""
    return lambda: known


def _model(settings: Settings, repository: str, url: str) -> GitHubSettings:
    given: dict[str, Any] = {"repository": repository}
    given["url"] = url or settings.github_environment.get(_HERE) or GITHUB
    known = _tracker(settings, repository, given["url"])
    if known is not None:
        given |= _values(known, _CONNECTION)
    if settings.delivery.token is not None:
        return GitHubSettings.model_validate(given | {"token": settings.delivery.token})
    if known is not None:
        credentials = _values(known, _CREDENTIALS)
        if known.repository.partition("/")[0].lower() != repository.partition("/")[0].lower():
            # An App is installed for each owner by itself: which installation it is, is found out.
            credentials.pop("app_installation", None)
        return GitHubSettings.model_validate(given | credentials)
    found = GitHubSettings.from_environment(given, settings.github_environment)
    return GitHubSettings.model_validate(given | {key: value for key, (value, _) in found.items()})


def _tracker(settings: Settings, repository: str, url: str) -> GitHubSettings | None:
    """The settings of a GitHub tracker on that host: the one of that very repository, if there is one."""
    try:
        api = api_of(url)
    except ValueError:
        return None
    there = [
        model
        for model in settings.trackers.values()
        if isinstance(model, GitHubSettings)
        and model.url == api
        and (model.token is not None or model.app_id)
    ]
    there.sort(key=lambda model: model.repository.lower() != repository.lower())
    return there[0] if there else None


def _values(model: GitHubSettings, keys: tuple[str, ...]) -> dict[str, Any]:
    found = {key: getattr(model, key) for key in keys}
    return {key: value for key, value in found.items() if value}
