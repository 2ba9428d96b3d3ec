"""Where a repository's issues are, and what they are called. Pure: asks nobody, and takes any text."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from syncer.errors import TrackerError
from syncer.trackers.base import Names

GITHUB: Final = "https://api.github.com"
"""Address of github.com's interface."""

_SERVER_PATH: Final = "/api/v3"
_PORTS: Final = {"https": ":443", "http": ":80"}
_NUMBER: Final = "([1-9][0-9]{0,8})"
_REPOSITORY: Final = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}))/([A-Za-z0-9._-]{1,100})")
_LONGEST: Final = 2_000


def is_repository(name: str) -> bool:
    """Whether a text is ``owner/name`` of a repository."""
    match = _REPOSITORY.fullmatch(name)
    return match is not None and match[2] not in (".", "..") and not match[2].endswith(".git")


def api_of(url: str) -> str:
    """The address of the interface of a GitHub, from that or from the address of its pages.

    ``https://github.com`` has ``https://api.github.com``, a ``https://acme.ghe.com`` has ``https://api.acme.ghe.com``,
    and an Enterprise Server ``https://HOST/api/v3``.
    """
    parts = urlsplit(url.rstrip("/"))
    host = (parts.hostname or "").lower()
    if host in ("github.com", "www.github.com", "api.github.com"):
        return GITHUB
    # As GitHub itself writes it, in the addresses that this is compared with.
    netloc = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ":"))
    if host.endswith(".ghe.com"):
        netloc = f"api.{netloc.removeprefix('api.')}"
        return f"{parts.scheme}://{netloc}{parts.path}"
    return f"{parts.scheme}://{netloc}{parts.path or _SERVER_PATH}"


def pages_of(api: str) -> str:
    """The address of a GitHub's pages, from that of its interface."""
    if api == GITHUB:
        return "https://github.com"
    parts = urlsplit(api)
    if (parts.hostname or "").endswith(".ghe.com"):
        return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"
    return f"{parts.scheme}://{parts.netloc}"


class Addresses:
    """The addresses of one repository.

    Args:
        api: Address of the interface, without a final slash.
        repository: ``owner/name``.
    """

    def __init__(self, api: str, repository: str) -> None:
        self.api = api
        self.repository = repository
        self.pages = pages_of(api)
        host = re.escape(urlsplit(self.pages).netloc)
        base = f"{re.escape(urlsplit(self.pages).scheme)}://"
        name = re.escape(repository)
        www = r"(?:www\.)?" if self.api == GITHUB else ""
        flags = re.IGNORECASE | re.ASCII
        self._forms = [
            re.compile(pattern, flags)
            for pattern in (
                rf"#{_NUMBER}",
                rf"{name}#{_NUMBER}",
                rf"{base}{www}{host}/{name}/issues/{_NUMBER}/?(?:[?#]\S*)?",
            )
        ]
        self._page = re.compile(rf"{base}{host}/{name}/(?:issues|pull)/[0-9]+", flags)

    @property
    def owner(self) -> str:
        """The account that the repository belongs to."""
        return self.repository.partition("/")[0]

    @property
    def repository_name(self) -> str:
        """The repository's name without its owner."""
        return self.repository.partition("/")[2]

    @property
    def path(self) -> str:
        """The repository's path in the interface."""
        return f"/repos/{quote(self.owner, safe='')}/{quote(self.repository_name, safe='')}"

    def names(self, key: str) -> Names:
        """How the issue with this number is called."""
        url = f"{self.pages}/{self.repository}/issues/{key}"
        return Names(f"#{key}", f"{self.repository}#{key}", url)

    def resolve(self, reference: str) -> str | None:
        """The number of the issue that a reference or an address names, or ``None``."""
        if len(reference) > _LONGEST:
            return None
        matches = (form.fullmatch(reference) for form in self._forms)
        return next((match[1] for match in matches if match is not None), None)

    def is_here(self, url: str) -> bool:
        """Whether the address of a page is that of an issue or pull request of this repository."""
        return self._page.fullmatch(url) is not None

    def check_here(self, url: str) -> None:
        """See to it that what was listed for this repository is of this repository.

        Raises:
            TrackerError: It has another name now. Reads are led there, but writes are not.
        """
        if not self.is_here(url):
            raise self.renamed("/".join(urlsplit(url).path.split("/")[1:3]))

    def renamed(self, present: str) -> TrackerError:
        """The repository has another name now; GitHub leads reads there, and drops writes."""
        return TrackerError(
            f"{self.repository} has been renamed or transferred: it is {present} now",
            remedy=f"Change `repository` in the tracker's settings to {present}.",
        )
