"""Where things are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Urls:
    """The addresses of the API and of the pages for people.

    Attributes:
        api: Of what a request came in at, without a slash at the end: ``/rest/api`` follows.
        site: Of the pages, likewise.
        version: Of the API.
    """

    api: str
    site: str
    version: int = 2

    def rest(self, path: str) -> str:
        """Something in the API."""
        return f"{self.api}/rest/api/{self.version}{path}"

    def browse(self, key: str) -> str:
        """An issue's page."""
        return f"{self.site}/browse/{key}"
