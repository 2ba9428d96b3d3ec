"""Which repositories a webhook is about: what services call things, compared with what the configuration calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from syncer.core.tracking import Directory

_LONGEST: Final = 2_000
_SCP: Final = re.compile(r"(?:[^@/\s]+@)?([^:/\s]+):(?!//)(\S+)")
_ALIASES: Final = {
    "ssh.github.com": "github.com",  # SSH over the port of HTTPS
    "www.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
}


def normal(address: str) -> str:
    """An address of a repository as it is compared with others: host and path, in whatever way it is reached.

    ``git@github.com:acme/shop.git`` and ``https://github.com/Acme/shop`` are both ``github.com/acme/shop``; what has no
    host, as a path or ``acme/shop``, begins with a slash. That some hosts tell capital letters apart is let go: a look
    too many costs little. Empty for what is no address.
    """
    if len(address) > _LONGEST or not address.isprintable():
        return ""
    host, path = "", address
    try:
        if "://" in address:
            parts = urlsplit(address)
            host, path = parts.hostname or "", unquote(parts.path)
        elif match := _SCP.fullmatch(address):
            host, path = match[1], match[2]
    except ValueError:
        return ""
    path = "/".join(part for part in path.lower().split("/") if part).removesuffix(".git")
    host = _ALIASES.get(host.lower(), host.lower())
    return f"{host}/{path}" if path else ""


@dataclass(frozen=True, slots=True)
class Site:
    """A repository that is synced, as webhooks may mean it.

    Attributes:
        addresses: Its addresses; empty where none is known, so that any push may be one to it.
        branch: The branch that is synced; empty for its default one.
        trackers: Names of the trackers that its documents are filed in, as far as that is known.
    """

    addresses: tuple[str, ...]
    branch: str
    trackers: Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Index:
    """All of them.

    Attributes:
        sites: The repositories, by name.
        directories: What knows what issues are called, by the tracker's name.
    """

    sites: Mapping[str, Site] = field(default_factory=dict)
    directories: Mapping[str, Directory] = field(default_factory=dict)

    def pushed(
        self, addresses: Collection[str], branch: str, *, is_default: bool
    ) -> tuple[str, ...]:
        """See ``syncer.daemon.view.Daemon``."""
        named = {normal(address) for address in addresses} - {""}
        return tuple(
            name
            for name, site in sorted(self.sites.items())
            if _is_of(site, named) and _is_on(site, branch, is_default=is_default)
        )

    def touched(self, references: Collection[str]) -> tuple[str, ...]:
        """See ``syncer.daemon.view.Daemon``."""
        known = {
            name
            for name, directory in self.directories.items()
            if any(directory.resolve(reference) is not None for reference in references)
        }
        return tuple(
            name for name, site in sorted(self.sites.items()) if known.intersection(site.trackers())
        )


def _is_of(site: Site, named: set[str]) -> bool:
    own = {normal(address) for address in site.addresses}
    # ``acme/shop`` alone says nothing of a host.
    paths = {f"/{one.partition('/')[2]}" for one in own}
    return not own or bool(own & named) or bool(paths & named)


def _is_on(site: Site, branch: str, *, is_default: bool) -> bool:
    if not branch:
        return True
    return branch == site.branch if site.branch else is_default
