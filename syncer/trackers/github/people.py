"""Who can be assigned: asked in bulk, and only about those who are to get an issue."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.errors import TrackerError
from syncer.trackers.github.client import NoGraphQLError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client

LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})(?:\[bot\])?")
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\".]+")
_AT_ONCE: Final = 50
"""So many questions go into one request."""

_FEW: Final = 5
"""So many accounts are asked about one by one, where that has to be."""

_NEAREST: Final = 20
"""GitHub searches by likeness; a login that isn't among so many is asked about by itself."""


@dataclass(slots=True)
class Assignees:
    """Finds accounts, and remembers them until it is told to forget.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        known: What was found out: the account, or ``None`` for one that can't be assigned.
    """

    client: Client
    addresses: Addresses
    known: dict[str, str | None] = field(default_factory=dict)

    def find(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """See ``Tracker.find_accounts``. What is neither an account nor an e-mail address is left out."""
        logins = {one: one[1:] for one in owners if one[:1] == "@" and LOGIN.fullmatch(one[1:])}
        emails = [one.lstrip("@") for one in owners if _EMAIL.fullmatch(one.lstrip("@"))]
        found = self._by_email([e for e in emails if e not in self.known])
        self._ask({*logins.values(), *filter(None, found.values())})
        for email, login in found.items():
            self.known[email] = self.known.get(login.casefold()) if login else None
        return {
            **{one: self.known.get(login.casefold()) for one, login in logins.items()},
            **{one: self.known.get(one.lstrip("@")) for one in owners if one.lstrip("@") in emails},
        }

    def forget(self) -> None:
        """A new look begins: people come and go."""
        self.known.clear()

    def _ask(self, logins: Iterable[str]) -> None:
        """Find out about these logins."""
        unknown = sorted({one.casefold() for one in logins} - self.known.keys())
        try:
            for some in _batches(unknown):
                self.known |= self._assignable(some)
        except NoGraphQLError:
            if len(unknown) > _FEW:
                self._list()
        for login in unknown:
            if login not in self.known:
                self.known[login] = self._singly(login)

    def _list(self) -> None:
        """Learn of all who can be assigned, where they can't be asked about in bulk."""
        for page in self.client.pages(f"{self.addresses.path}/assignees"):
            for user in page:
                login = str(user.get("login", ""))
                self.known[login.casefold()] = login

    def _assignable(self, logins: Collection[str]) -> dict[str, str | None]:
        """Who of them can be assigned, as far as GitHub's search by likeness can tell."""
        asked = {f"a{n}": login for n, login in enumerate(logins)}
        parts = " ".join(
            f"{name}: assignableUsers(query: {json.dumps(login)}, first: {_NEAREST})"
            " { nodes { login } }"
            for name, login in asked.items()
        )
        owner, name = self.addresses.owner, self.addresses.repository_name
        data, _ = self.client.graphql(
            "query($owner: String!, $name: String!) "
            f"{{ repository(owner: $owner, name: $name) {{ {parts} }} }}",
            {"owner": owner, "name": name},
        )
        found: dict[str, str | None] = {}
        for alias, login in asked.items():
            answer = ((data or {}).get("repository") or {}).get(alias)
            if not isinstance(answer, dict):
                continue
            likely = [str(user.get("login", "")) for user in answer.get("nodes") or () if user]
            exact = [one for one in likely if one.casefold() == login]
            if exact or len(likely) < _NEAREST:
                found[login] = exact[0] if exact else None
        return found

    def _singly(self, login: str) -> str | None:
        """Whether one account can be assigned: 204 or 404 (REST, “Check if a user can be assigned”)."""
        return login if self.client.exists(f"{self.addresses.path}/assignees/{login}") else None

    def _by_email(self, emails: Collection[str]) -> dict[str, str]:
        """The logins of people whose public address this is; empty for nobody, or for more than one."""
        found = dict.fromkeys(emails, "")
        try:
            for some in _batches(emails):
                found |= self._search(some)
        except NoGraphQLError:
            return found
        return found

    def _search(self, emails: Collection[str]) -> dict[str, str]:
        asked = {f"e{n}": email for n, email in enumerate(emails)}
        parts = " ".join(
            f"{name}: search(type: USER, first: 5, query: {json.dumps(f'{email} in:email')})"
            " { nodes { ... on User { login email } } }"
            for name, email in asked.items()
        )
        data, errors = self.client.graphql(f"query {{ {parts} }}", {})
        if errors and not all(error.get("type") == "FORBIDDEN" for error in errors):
            # Nobody found, and not asked, are two things: who isn't found stays unassigned.
            raise TrackerError(
                "GitHub: people could not be looked up by their e-mail addresses",
                remedy="Run syncer again later, or map the addresses under 'people'.",
            )
        found = {}
        for alias, email in asked.items():
            nodes = ((data or {}).get(alias) or {}).get("nodes") or ()
            exact = {
                str(node["login"])
                for node in nodes
                if node and str(node.get("email", "")).casefold() == email.casefold()
            }
            found[email] = exact.pop() if len(exact) == 1 else ""
        return found


def _batches(items: Iterable[str]) -> Iterable[tuple[str, ...]]:
    waiting = iter(items)
    while some := tuple(itertools.islice(waiting, _AT_ONCE)):
        yield some
