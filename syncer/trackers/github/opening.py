"""From the settings to a client: credentials, how fast is written, what is put up with."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from syncer.errors import ConfigurationError
from syncer.trackers.github.addresses import Addresses
from syncer.trackers.github.auth import App, Token, key_of, no_credentials
from syncer.trackers.github.client import Client
from syncer.trackers.github.explaining import ISSUES, limited
from syncer.trackers.github.wire import Wire
from syncer.trackers.http import Http, Patience
from syncer.trackers.pace import Budget, Pace
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.trackers.github.explaining import Permissions
    from syncer.trackers.github.settings import GitHubSettings
    from syncer.trackers.http import Timing

GAP: Final = 1.0
"""Seconds between two writes (REST, “Best practices”: wait at least one second between mutative requests)."""

BUDGETS: Final = (Budget(80, 60.0), Budget(500, 3600.0))
"""So many requests that create content a minute and an hour (REST, “Rate limits”, secondary ones)."""


def connect(
    name: str, settings: GitHubSettings, root: Path, timing: Timing
) -> tuple[Addresses, Client]:
    """What a tracker works with. Nothing is sent yet.

    Args:
        name: What the configuration calls it.
        settings: Its settings.
        root: Where relative paths start from.
        timing: How time passes.

    Raises:
        ConfigurationError: There is no token, a key or certificate can't be read, or PyGithub isn't installed.
    """
    variable = f"SYNCER_TRACKERS__{name.upper().replace('-', '_')}__TOKEN"
    return connect_for(f"the tracker '{name}'", variable, ISSUES, settings, root, timing)


def connect_for(
    who: str,
    variable: str,
    permissions: Permissions,
    settings: GitHubSettings,
    root: Path,
    timing: Timing,
) -> tuple[Addresses, Client]:
    """The same for whoever else works with a repository on GitHub.

    Args:
        who: As a sentence names it.
        variable: The environment variable for its token.
        permissions: What its token needs.
        settings: Where, and with which credentials.
        root: Where relative paths start from.
        timing: How time passes.

    Raises:
        ConfigurationError: As for ``connect``.
    """
    if find_spec("github") is None:
        # It is imported with the first request, because that takes its time.
        raise ConfigurationError(
            f"{who} needs a package that isn't installed (PyGithub)",
            remedy="Install it with `pip install 'syncer[github]'`.",
        )
    addresses = Addresses(settings.url, settings.repository)
    secrets = [s.get_secret_value() for s in (settings.token, settings.app_private_key) if s]
    redact = Redactor(secrets)
    http = Http(
        service="GitHub",
        redact=redact,
        patience=Patience(limited=60.0),
        pace=Pace(GAP, BUDGETS),
        timing=timing,
        limited=limited,
    )
    client = Client(
        wire=_wire(settings, root, redact),
        credentials=Token(settings.token.get_secret_value() if settings.token else ""),
        http=http,
        repository=settings.repository,
        permissions=permissions,
    )
    if settings.app_id:
        client.credentials = App(
            app_id=settings.app_id,
            key=key_of(settings, root),
            addresses=addresses,
            ask=client.ask_as,
            redact=redact,
            now=timing.now,
            installation=settings.app_installation or 0,
        )
    elif settings.token is None:
        raise no_credentials(who, variable, permissions)
    return addresses, client


def _wire(settings: GitHubSettings, root: Path, redact: Redactor) -> Wire:
    verify: bool | str = True
    if settings.ca_bundle is not None:
        path = root / settings.ca_bundle
        if not path.is_file():
            raise ConfigurationError(
                f"there is no file {path}", remedy="Name the certificates in `ca_bundle`."
            )
        verify = str(path)
    return Wire(settings.url, redact, settings.timeout, verify)
