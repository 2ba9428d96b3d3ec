"""Which repository on GitHub the address of a remote names. Pure, and takes any text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from syncer.trackers.github.addresses import is_repository

_SHORT: Final = re.compile(r"(?:[^@/\s]+@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]{2,}):(?!//)(\S+)")
"""``git@github.com:acme/shop.git`` (git-clone, “GIT URLS”); a single letter before the colon is a drive."""

_WEB: Final = {"https", "http"}
_OTHERS: Final = {"ssh", "git", "git+ssh", "ssh+git"}
_ELSEWHERE: Final = re.compile(
    r"(?:.+\.)?(?:gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com|git\.sr\.ht|dev\.azure\.com|visualstudio\.com"
    r"|sourceforge\.net|googlesource\.com)|git-codecommit\..*",
    re.ASCII,
)
"""Hosts that are known to be no GitHub. Any other one may be an Enterprise Server."""

_OVER_HTTPS: Final = {"ssh.github.com": "github.com"}
"""Where SSH is reached on the port of HTTPS (“Using SSH over the HTTPS port”)."""


@dataclass(frozen=True, slots=True)
class Location:
    """A repository on a GitHub.

    Attributes:
        url: The address of that GitHub's pages.
        repository: ``owner/name``.
    """

    url: str
    repository: str


def location_of(address: str) -> Location | None:
    """The repository that a remote's address names.

    Args:
        address: ``https://HOST/owner/name.git``, ``ssh://git@HOST/owner/name.git``, ``git@HOST:owner/name.git`` and
            the like. A user, a password and SSH's port don't count.

    Returns:
        ``None`` for a folder, a host that is known to be no GitHub, and a path that is no ``owner/name``.
    """
    if "://" in address:
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return None
        scheme, path = parts.scheme.lower(), parts.path
    else:
        short = _SHORT.fullmatch(address)
        if short is None:
            return None
        scheme, host, port, path = "ssh", short[1].strip("[]").lower(), None, short[2]
    host = _OVER_HTTPS.get(host, host)
    repository = unquote(path).strip("/").removesuffix(".git")
    known = scheme in _WEB | _OTHERS and host and not _ELSEWHERE.fullmatch(host)
    if not known or not is_repository(repository):
        return None
    shown = f"[{host}]" if ":" in host else host
    if scheme not in _WEB:
        return Location(f"https://{shown}", repository)
    return Location(f"{scheme}://{shown}{f':{port}' if port else ''}", repository)
