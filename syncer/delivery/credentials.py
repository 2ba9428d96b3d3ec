"""Gives Git a token without writing it anywhere: not into an address, an argument, a file or Git's configuration.

A credential helper is set through the environment (git-config, ``GIT_CONFIG_COUNT``), for one server only, in the place
of those that Git would ask otherwise. It is a shell's ``echo`` of a variable of that same environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_VARIABLE: Final = "SYNCER_GIT_TOKEN"  # noqa: S105 - the name of one
"""The variable that holds the token in Git's environment, and in no other process's."""

_USER: Final = "x-access-token"
"""Any user will do for GitHub; for a token of an App this one is documented (“Authenticating as an installation”)."""

_HELPER: Final = (
    f'!f() {{ test "$1" = get || exit 0; '
    f"printf 'username={_USER}\\npassword=%s\\n' \"${TOKEN_VARIABLE}\"; }}; f"
)
_COUNT: Final = "GIT_CONFIG_COUNT"


def server_of(url: str) -> str:
    """Scheme, host and port of an address that a token may be sent to; empty for SSH, files and anything else.

    A token goes over HTTPS only, or to this very machine.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}"


def with_token(environment: Mapping[str, str], url: str, token: str) -> dict[str, str]:
    """An environment in which Git has a token for an address.

    Args:
        environment: Git's environment.
        url: The remote's address.
        token: The token; empty for none.

    Returns:
        The environment; as it was, where there is no token or none may be sent to that address.
    """
    server = server_of(url)
    if not token or not server:
        return dict(environment)
    return with_configuration(
        {**environment, TOKEN_VARIABLE: token},
        (
            # An empty one forgets those that are configured elsewhere.
            (f"credential.{server}.helper", ""),
            (f"credential.{server}.helper", _HELPER),
            (f"credential.{server}.useHttpPath", "false"),
            # A checkout leaves a header with a token of its own behind, which would be sent before any helper is asked.
            (f"http.{server}/.extraheader", ""),
        ),
    )


def with_configuration(
    environment: Mapping[str, str], entries: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """An environment in which these keys of Git's configuration are set, after those that it sets already."""
    merged = dict(environment)
    counted = merged.get(_COUNT, "0")
    start = int(counted) if counted.isascii() and counted.isdigit() else 0
    for number, (key, value) in enumerate(entries, start):
        merged[f"GIT_CONFIG_KEY_{number}"] = key
        merged[f"GIT_CONFIG_VALUE_{number}"] = value
    merged[_COUNT] = str(start + len(entries))
    return merged


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}
