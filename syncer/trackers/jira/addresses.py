"""Where a project's issues are, and what they are called. Pure: asks nobody, and takes any text.

An issue can be moved to another project of its site, and keeps being reachable: so an address of the site, and the long
name, lead to an issue of any project, and the short name to one of the configured project alone.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from syncer.trackers.base import Names

CLOUD: Final = (".atlassian.net", ".jira.com")
"""How the hosts of Jira Cloud end."""

GATEWAY: Final = "api.atlassian.com"
"""The host that Jira Cloud's interface has for tokens with scopes."""

PROJECT: Final = "[A-Z][A-Z0-9_]{0,30}"
"""How the key of a project is written."""

_NUMBER: Final = "[1-9][0-9]{0,9}"
_KEY: Final = rf"({PROJECT}-{_NUMBER})"
_IS_KEY: Final = re.compile(_KEY)
_LONGEST: Final = 2_000
_FLAGS: Final = re.IGNORECASE | re.ASCII
_PATHS: Final = re.compile(
    rf"(?:/browse/|/(?:jira/)?(?:[a-z]+/)?(?:c/)?projects/{PROJECT}/(?:issues|queues/(?:[a-z]+/)?[0-9]+)/){_KEY}/?",
    _FLAGS,
)
_BOARDS: Final = re.compile(
    r"/(?:jira/[a-z]+/[A-Za-z0-9/_-]*|secure/RapidBoard\.jspa|projects/[A-Za-z0-9/_-]*|browse/[A-Za-z0-9_]+/?|issues/?)",
    _FLAGS,
)
_PORTS: Final = {"https": ":443", "http": ":80"}


def is_key(text: str) -> bool:
    """Whether a text is the key of an issue, as Jira writes it."""
    return _IS_KEY.fullmatch(text) is not None


def issue_path(key: str) -> str:
    """The path of an issue in the interface."""
    return f"/issue/{quote(key, safe='')}"


def base_of(url: str) -> str:
    """An address as it is compared with others: small letters in the host, no default port, no slash at its end.

    Raises:
        ValueError: It is no address.
    """
    parts = urlsplit(url.rstrip("/"))
    if not parts.hostname:
        raise ValueError("no address")
    netloc = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ":"))
    return f"{parts.scheme}://{netloc}{parts.path}"


def is_atlassians(url: str) -> bool:
    """Whether an address is one of Jira Cloud's, where Atlassian is who reads a token."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    own = host == GATEWAY or host.endswith(CLOUD)
    return own and parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc


def needs_email(url: str) -> bool:
    """Whether an address is a site's own on Jira Cloud, where a token counts for nothing without its account."""
    return (urlsplit(url).hostname or "").lower().endswith(CLOUD)


class Addresses:
    """The addresses of one project.

    Args:
        site: Address of the pages, with the context path, without a final slash.
        project: Its key.
    """

    def __init__(self, site: str, project: str) -> None:
        self.site = site.rstrip("/")
        self.project = project
        parts = urlsplit(self.site)
        self._scheme, self._path = parts.scheme, parts.path
        self._netloc = base_of(self.site).partition("://")[2].partition("/")[0]
        # Without brackets, which a label can't have.
        self._long = f"{self._netloc}{self._path}".replace("[", "").replace("]", "")
        self._short = re.compile(rf"({re.escape(project)}-{_NUMBER})", _FLAGS)
        self._named = re.compile(rf"{re.escape(self._long)}/{_KEY}", _FLAGS)

    def names(self, key: str) -> Names:
        """How the issue with this key is called."""
        long = f"{self._long}/{key}"
        return Names(key if self._short.fullmatch(key) else long, long, self.url(key))

    def url(self, key: str) -> str:
        """The address of an issue's page."""
        return f"{self.site}/browse/{key}"

    def resolve(self, reference: str) -> str | None:
        """The key of the issue that a reference or an address names, or ``None``."""
        if len(reference) > _LONGEST:
            return None
        match = self._short.fullmatch(reference) or self._named.fullmatch(reference)
        if match is not None:
            return match[1].upper()
        return self._in_address(reference)

    def is_here(self, key: str) -> bool:
        """Whether a key is that of an issue of the configured project."""
        return self._short.fullmatch(key) is not None

    def _in_address(self, reference: str) -> str | None:
        if "://" not in reference or any(c.isspace() or not c.isprintable() for c in reference):
            return None
        try:
            parts = urlsplit(reference)
            if parts.scheme != self._scheme:
                return None
            netloc = base_of(f"{parts.scheme}://{parts.netloc}").partition("://")[2]
            query = parse_qs(parts.query, max_num_fields=50)
        except ValueError:
            return None
        if netloc != self._netloc or not parts.path.startswith(f"{self._path}/"):
            return None
        path = parts.path.removeprefix(self._path)
        match = _PATHS.fullmatch(path)
        if match is None and _BOARDS.fullmatch(path):
            selected = query.get("selectedIssue", [])
            match = _IS_KEY.fullmatch(selected[0].upper()) if len(selected) == 1 else None
        return None if match is None else match[1].upper()
