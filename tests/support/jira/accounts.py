"""Who asks: tokens, and what they are good for."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tests.support.doubles.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.jira.records import User

READ: Final = "read:jira-work"
WRITE: Final = "write:jira-work"
PEOPLE: Final = "read:jira-user"
ALL: Final = frozenset({READ, WRITE, PEOPLE})

Door = Literal["site", "gateway", "server"]
"""Where a request came in."""


class BadCredentialsError(Exception):
    """Somebody said who they are, and it isn't so."""


@dataclass(frozen=True)
class Token:
    """A token of an account.

    Attributes:
        name: The account's.
        scopes: What it is good for; ``None`` for all that the account may do. One with scopes is good at the gateway
            alone.
    """

    text: str
    name: str
    scopes: frozenset[str] | None = None


@dataclass
class Accounts:
    """All tokens, by their texts.

    Attributes:
        users: The accounts by their names, as they are now.
        lets_strangers_in: Whether wrong credentials count as none, as the cloud has it for much of what it answers;
            only a header says so.
    """

    users: Mapping[str, User]
    tokens: dict[str, Token] = field(default_factory=dict)
    lets_strangers_in: bool = False

    def add(self, token: Token) -> Token:
        """Make a token good."""
        self.tokens[token.text] = token
        return token

    def token(self, authorization: str, door: Door) -> Token | None:
        """Whose a request is; ``None`` for one that doesn't say.

        Raises:
            BadCredentialsError: It says something else than it may.
        """
        if not authorization:
            return None
        kind, _, content = authorization.partition(" ")
        token = self._bearer(content) if door == "server" else self._basic(content)
        if kind != ("Bearer" if door == "server" else "Basic") or token is None:
            raise BadCredentialsError
        if not self.users[token.name].active or (token.scopes is not None and door != "gateway"):
            raise BadCredentialsError
        return token

    def _bearer(self, content: str) -> Token | None:
        return self.tokens.get(content)

    def _basic(self, content: str) -> Token | None:
        try:
            email, _, text = base64.b64decode(content, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        token = self.tokens.get(text)
        return token if token and self.users[token.name].email == email else None


def scope_of(method: str, path: str) -> str:
    """Which scope a request needs."""
    if path.startswith(("/myself", "/user/")):
        return PEOPLE
    reads = method == "GET" or path in ("/search/jql", "/issue/bulkfetch")
    return READ if reads else WRITE


def rejected(door: Door) -> Reply:
    """The answer to wrong credentials."""
    if door == "gateway":
        return Reply(401, {"code": 401, "message": "Unauthorized"})
    return Reply(401, "Client must be authenticated to access this resource.", failed_headers())


def out_of_scope() -> Reply:
    """The answer to a token that isn't good for what is asked."""
    return Reply(401, {"code": 401, "message": "Unauthorized; scope does not match"})


def failed_headers() -> Mapping[str, str]:
    """What says that the credentials are wrong."""
    return {
        "X-Seraph-LoginReason": "AUTHENTICATED_FAILED",
        "WWW-Authenticate": 'OAuth realm="https%3A%2F%2Facme.example"',
        "Content-Type": "text/html;charset=UTF-8",
    }
