"""Plain requests to the doubles, for the tests that are about the doubles themselves."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.support.jira.double import JiraDouble
    from tests.support.jira.records import Issue


class Client:
    """Somebody with a token, or without one.

    Attributes:
        double: What is asked.
    """

    def __init__(
        self, double: JiraDouble, name: str, token: str, session: requests.Session, base: str
    ) -> None:
        self.double = double
        self._session = session
        self._base = base
        self._auth: tuple[str, str] | None = None
        self._headers: dict[str, str] = {}
        if token and double.store.cloud:
            self._auth = (f"{name}@acme.example", token)
        elif token:
            self._headers["Authorization"] = f"Bearer {token}"

    def as_(self, name: str, token: str | None = None, base: str = "") -> Client:
        """The same as somebody else, with this token or a new one; with an empty one as nobody."""
        text = self.double.sign_in(name) if token is None else token
        return Client(self.double, name, text, self._session, base or self._base)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """What a request is answered with, of version 2 unless the path says more; redirects aren't followed."""
        whole = path if path.startswith(("/rest", "/login")) else f"/rest/api/2{path}"
        options = {"timeout": 60, "allow_redirects": False} | more
        return self._session.request(
            method,
            f"{self._base}{whole}",
            json=body,
            headers=self._headers,
            auth=self._auth,
            **options,
        )

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.ask("POST", path, body)

    def put(self, path: str, body: Any, **query: Any) -> requests.Response:
        return self.ask("PUT", path, body, params=query)

    @staticmethod
    def json(answer: requests.Response, status: int = 200) -> Any:
        """The body of an answer that has to have a status."""
        assert answer.status_code == status, answer.text
        return answer.json()

    def errors(self, answer: requests.Response, status: int = 400) -> Any:
        """What an answer says is wrong with each field; or, with none, what it says."""
        body = self.json(answer, status)
        return body["errors"] or body["errorMessages"]

    # What most tests do

    def draft(self, project: str = "PAY", kind: str = "Task", **fields: Any) -> dict[str, Any]:
        """What files an issue."""
        values = {"project": {"key": project}, "issuetype": {"name": kind}, "summary": "One"}
        return {"fields": values | fields}

    def file(self, project: str = "PAY", **fields: Any) -> str:
        """File an issue; its key."""
        return str(self.json(self.post("/issue", self.draft(project, **fields)), 201)["key"])

    def fields(self, key: str) -> dict[str, Any]:
        """What an issue holds."""
        fields = self.json(self.get(f"/issue/{key}"))["fields"]
        assert isinstance(fields, dict)
        return fields

    def issue(self, key: str) -> Issue:
        """An issue as the double has it."""
        found = self.double.store.issue(key)
        assert found is not None
        return found

    def search(self, jql: str, **more: Any) -> list[str]:
        """Keys of the issues that are found, on one page."""
        path = "/search/jql" if self.double.store.cloud else "/search"
        body = self.json(self.get(path, jql=jql, fields="key", **more))
        return [issue["key"] for issue in body["issues"]]

    def move(self, key: str, transition: str, **more: Any) -> requests.Response:
        """Ask for a transition by its name."""
        ways = self.json(self.get(f"/issue/{key}/transitions"))["transitions"]
        ids = {way["name"]: way["id"] for way in ways}
        body = {"transition": {"id": ids.get(transition, "99")}, **more}
        return self.post(f"/issue/{key}/transitions", body)


@contextmanager
def client(
    *, cloud: bool = True, clock: Callable[[], datetime] | None = None, **options: Any
) -> Iterator[Client]:
    """The account ``robot`` in a Jira with three projects."""
    store = furnished(cloud=cloud, clock=clock) if clock else furnished(cloud=cloud)
    double = jira_cloud_double if cloud else jira_server_double
    with double(store, **options) as jira, requests.Session() as session:
        yield Client(jira, "robot", jira.sign_in("robot"), session, jira.url)
