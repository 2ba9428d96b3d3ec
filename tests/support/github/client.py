"""Plain requests to the double, for the tests that are about the double itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from tests.support.github.server import github_double

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.double import GitHubDouble

SHOP = "/repos/acme/shop"
ISSUES = f"{SHOP}/issues"


class Client:
    """Somebody with a token, or without one.

    Attributes:
        github: What is asked.
    """

    def __init__(self, github: GitHubDouble, token: str, session: requests.Session) -> None:
        self.github = github
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def as_(self, token: str) -> Client:
        """The same as somebody else."""
        return Client(self.github, token, self._session)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """What a request is answered with; redirects aren't followed."""
        url = path if path.startswith("http") else f"{self.github.api_url}{path}"
        headers = self._headers | more.pop("headers", {})
        options = {"timeout": 60, "allow_redirects": False} | more
        return self._session.request(method, url, json=body, headers=headers, **options)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.ask("POST", path, body)

    def patch(self, path: str, body: Any) -> requests.Response:
        return self.ask("PATCH", path, body)

    def file(self, title: str = "One", **values: Any) -> dict[str, Any]:
        """File an issue in the shop; what it is."""
        return self.json(self.post(ISSUES, {"title": title, **values}), 201)

    def change(self, number: int, **values: Any) -> dict[str, Any]:
        """Change an issue of the shop; what it is then."""
        return self.json(self.patch(f"{ISSUES}/{number}", values))

    def titles(self, **query: Any) -> list[str]:
        """What the listed issues are called."""
        return [issue["title"] for issue in self.get(ISSUES, **query).json()]

    def query(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """What a query with GraphQL is answered with."""
        url = self.github.api_url.removesuffix("/v3") + "/graphql"
        return self.json(self.post(url, {"query": query, "variables": variables}))

    @staticmethod
    def json(answer: requests.Response, status: int = 200) -> dict[str, Any]:
        """The body of an answer that has to have a status."""
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert isinstance(body, dict)
        return body


@contextmanager
def client(**options: Any) -> Iterator[Client]:
    """Somebody who may push to ``acme/shop``, of a double that has nothing else."""
    with github_double(**options) as github, requests.Session() as session:
        github.store.add_repository(
            "acme/shop",
            roles={"robot": "write", "owner": "admin", "reader": "read"},
            assignable=("alice", "Bob"),
            labels=("bug",),
        )
        yield Client(github, github.sign_in("robot"), session)
