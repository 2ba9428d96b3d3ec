"""Where things are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.github.store import Repository


@dataclass(frozen=True)
class Urls:
    """The addresses of the API and of the pages for people.

    Attributes:
        api: Of the API, without a slash at the end.
        html: Of the pages, likewise.
    """

    api: str
    html: str

    def repository(self, repository: Repository) -> str:
        """A repository in the API."""
        return f"{self.api}/repos/{repository.full_name}"

    def numbered(self, repository: Repository, rest: str = "") -> str:
        """A path in a repository by the repository's id: what redirects and links to other pages lead to."""
        return f"{self.api}/repositories/{repository.id}{rest}"

    def page(self, repository: Repository) -> str:
        """A repository's page."""
        return f"{self.html}/{repository.full_name}"

    def issue_page(self, repository: Repository, number: int, *, pull_request: bool = False) -> str:
        """An issue's page."""
        kind = "pull" if pull_request else "issues"
        return f"{self.page(repository)}/{kind}/{number}"
