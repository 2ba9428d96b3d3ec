"""From the settings to a client: credentials, how fast is written, what is put up with."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from syncer.errors import ConfigurationError
from syncer.trackers.http import Http, Patience
from syncer.trackers.jira.addresses import Addresses, needs_email
from syncer.trackers.jira.client import Client
from syncer.trackers.jira.explaining import limited
from syncer.trackers.jira.subjects import PERMISSIONS
from syncer.trackers.jira.wire import Wire
from syncer.trackers.pace import Pace
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.trackers.http import Timing
    from syncer.trackers.jira.settings import JiraSettings

GAP: Final = 0.1
"""Seconds between two writes. Jira asks for no pace; its burst limits and a server's nodes are spared all the same."""


def connect(
    name: str, settings: JiraSettings, root: Path, timing: Timing
) -> tuple[Addresses, Client]:
    """What a tracker works with. Nothing is sent yet.

    Args:
        name: What the configuration calls it.
        settings: Its settings.
        root: Where relative paths start from.
        timing: How time passes.

    Raises:
        ConfigurationError: There is no token or e-mail address, a certificate can't be found, or the ``jira`` package
            isn't installed.
    """
    if find_spec("jira") is None:
        # It is imported with the first request, because that takes its time.
        raise ConfigurationError(
            f"the tracker '{name}' needs a package that isn't installed (jira)",
            remedy="Install it with `pip install 'syncer[jira]'`.",
        )
    token = _token(name, settings)
    redact = Redactor([token, f"{settings.email}:{token}"])
    http = Http(
        service="Jira",
        redact=redact,
        patience=Patience(limited=10.0),
        pace=Pace(GAP),
        timing=timing,
        limited=limited,
    )
    wire = Wire(
        url=settings.url,
        token=token,
        email=settings.email,
        redact=redact,
        timeout=settings.timeout,
        verify=_certificates(settings, root),
    )
    client = Client(wire, http, settings.project, settings.deployment)
    return Addresses(settings.pages, settings.project), client


def _token(name: str, settings: JiraSettings) -> str:
    prefix = f"SYNCER_TRACKERS__{name.upper().replace('-', '_')}__"
    if settings.token is None:
        raise ConfigurationError(
            f"the tracker '{name}' has no token",
            remedy=f"Set {prefix}TOKEN, or JIRA_URL, JIRA_API_TOKEN and, for Jira Cloud, JIRA_EMAIL (a token that is "
            "for another JIRA_URL is never sent; on a server of one's own, JIRA_URL must name it). "
            + PERMISSIONS,
        )
    if not settings.email and (needs_email(settings.url) or _is_plain_cloud(settings)):
        raise ConfigurationError(
            f"the tracker '{name}' has a token and doesn't say whose: Jira Cloud wants the e-mail address, too",
            remedy=f"Set `email` in its settings, {prefix}EMAIL or JIRA_EMAIL to the address of the token's account.",
        )
    return settings.token.get_secret_value()


def _is_plain_cloud(settings: JiraSettings) -> bool:
    return settings.deployment == "cloud" and not settings.is_gateway


def _certificates(settings: JiraSettings, root: Path) -> bool | str:
    if settings.ca_bundle is None:
        return True
    path = root / settings.ca_bundle
    if not path.is_file():
        raise ConfigurationError(
            f"there is no file {path}", remedy="Name the certificates in `ca_bundle`."
        )
    return str(path)
