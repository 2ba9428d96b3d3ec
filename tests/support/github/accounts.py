"""Who asks: tokens, and the app that gets its tokens for an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import jwt

from tests.support.github.refusals import RefusalError

if TYPE_CHECKING:
    from tests.support.github.records import User

Access = Literal["none", "read", "write"]

_LIFETIME: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(minutes=10)
"""What an app may sign at most."""


@dataclass(frozen=True)
class Token:
    """What somebody proves with who they are.

    Attributes:
        user: Whose it is.
        app: Whether it is an app's.
        issues: What it may do with issues, whatever its user may.
        pull_requests: What it may do with pull requests, likewise.
        unauthorised: Organisations that want single sign-on, for which it wasn't authorised; in lower case.
        expires: When it ends to be good.
    """

    text: str
    user: User
    app: bool = False
    issues: Access = "write"
    pull_requests: Access = "write"
    unauthorised: frozenset[str] = frozenset()
    expires: datetime | None = None


@dataclass(frozen=True)
class App:
    """A GitHub App that is installed once.

    Attributes:
        public_key: In PEM form; the app signs with the other half.
        bot: The account that its writes are shown under.
        repositories: Where it is installed, by full name, in lower case.
        issues: What it may do with issues.
        pull_requests: What it may do with pull requests.
    """

    id: int
    client_id: str
    slug: str
    public_key: str
    installation: int
    bot: User
    account: User
    repositories: frozenset[str]
    created: datetime
    issues: Access = "write"
    pull_requests: Access = "write"


@dataclass
class Accounts:
    """All tokens, and the app if there is one."""

    tokens: dict[str, Token] = field(default_factory=dict)
    app: App | None = None
    issued: int = 0

    def add(self, token: Token) -> Token:
        """From now on this token is good."""
        self.tokens[token.text] = token
        return token

    def token(self, header: str | None, now: datetime) -> Token | None:
        """The token of an ``Authorization`` header; ``None`` for who doesn't say who they are."""
        if not header:
            return None
        token = self.tokens.get(_credential(header))
        if token is None or (token.expires is not None and token.expires <= now):
            raise RefusalError(401, "Bad credentials")
        return token

    def signed_app(self, header: str | None, now: datetime) -> App:
        """The app that signed the ``Authorization`` header."""
        if self.app is None or not header:
            raise RefusalError(401, "A JSON web token could not be decoded")
        try:
            claims = jwt.decode(
                _credential(header),
                self.app.public_key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise RefusalError(401, "A JSON web token could not be decoded") from error
        issued, expires = (
            datetime.fromtimestamp(int(claims[name]), UTC) for name in ("iat", "exp")
        )
        if str(claims.get("iss")) not in (str(self.app.id), self.app.client_id):
            raise RefusalError(404, "Integration not found")
        if issued > now:
            raise RefusalError(401, "'Issued at' claim ('iat') must be an Integer in the past")
        if expires <= now:
            raise RefusalError(401, "'Expiration time' claim ('exp') is too far in the past")
        if expires - now > _LONGEST:
            raise RefusalError(401, "'Expiration time' claim ('exp') is too far in the future")
        return self.app

    def issue_token(self, app: App, now: datetime) -> Token:
        """A new token of an app, good for an hour."""
        self.issued += 1
        text = f"ghs_{self.issued:036d}"
        return self.add(
            Token(
                text,
                app.bot,
                app=True,
                issues=app.issues,
                pull_requests=app.pull_requests,
                expires=now + _LIFETIME,
            )
        )


def _credential(header: str) -> str:
    return header.partition(" ")[2].strip()
