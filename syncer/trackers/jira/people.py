"""Who somebody is in Jira: found by account, exact e-mail address or exact name, never by how a name begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.trackers.jira.raw import account_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from syncer.trackers.jira.client import Client
    from syncer.trackers.jira.raw import Account

_MOST: Final = 50
"""So many likely people are looked at; somebody who isn't among them isn't meant."""


@dataclass(slots=True)
class People:
    """Finds people who can be assigned in a project, and remembers them until it is told to forget.

    Attributes:
        client: Sends the requests.
        project: The project's key.
        known: What was found out: the account's id, or ``None``.
    """

    client: Client
    project: str
    known: dict[str, str | None] = field(default_factory=dict)

    def find(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """See ``Tracker.find_accounts``. Jira answers about one at a time."""
        for owner in sorted(set(owners) - self.known.keys()):
            self.known[owner] = self._find(owner.removeprefix("@"), named=owner[:1] != "@")
        return {owner: self.known[owner] for owner in owners}

    def forget(self) -> None:
        """A new look begins: people come and go."""
        self.known.clear()

    def _find(self, text: str, *, named: bool) -> str | None:
        cloud = self.client.deployment() == "cloud"
        if not text or len(text) > 255 or not text.isprintable():
            return None
        query = {
            "project": self.project,
            "maxResults": _MOST,
            "query" if cloud else "username": text,
        }
        found = self.client.get_list("/user/assignable/search", query)
        people = [account_of(one) for one in found]
        if cloud and not named and not any(one.id == text for one in people):
            by_id = {"project": self.project, "accountId": text, "maxResults": _MOST}
            if ":" in text or len(text) >= 20:
                people += [
                    account_of(one)
                    for one in self.client.get_list("/user/assignable/search", by_id)
                ]
        exact = {one.id for one in people if one.active and _is(one, text, named=named)}
        return exact.pop() if len(exact) == 1 else None


def _is(one: Account, text: str, *, named: bool) -> bool:
    """Whether somebody is meant; a name that a document has is none to log in with."""
    wanted = text.casefold()
    return wanted in {one.email.casefold(), one.name.casefold()} or (
        not named and wanted == one.id.casefold()
    )
