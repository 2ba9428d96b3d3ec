"""Who syncer is on GitHub: the bearer of a token, or an App that makes itself tokens, each for an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Protocol

from syncer.errors import ConfigurationError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.explaining import Permissions
    from syncer.trackers.github.settings import GitHubSettings
    from syncer.trackers.github.wire import Method
    from syncer.trackers.redaction import Redactor

_EARLY: Final = timedelta(minutes=5)
"""A token is renewed so long before it ends: a request takes its time, and clocks differ."""

_LATER: Final = (
    "Run syncer again later; if it stays like this, look at what stands between it and GitHub."
)
_PERSONAL: Final = ("ghp_", "github_pat_", "gho_", "ghu_")
"""How tokens begin that act for a person (“GitHub's token formats”)."""


class Credentials(Protocol):
    """What a client sends along."""

    @property
    def is_personal(self) -> bool:
        """Whether they act for a person, who may be allowed less than the token."""

    @property
    def account(self) -> str:
        """What the service counts requests by, for comparisons; no secret can be told from it."""

    def token(self) -> str:
        """A token that is valid now.

        Raises:
            TrackerError: There is none to be had.
        """

    def renew(self) -> bool:
        """A token was turned away; whether there may be another one."""


@dataclass(frozen=True)
class Token:
    """A token that somebody has made."""

    secret: str = field(repr=False)

    @property
    def is_personal(self) -> bool:
        """Whether it acts for a person."""
        return self.secret.startswith(_PERSONAL)

    @property
    def account(self) -> str:
        """A digest of it."""
        return sha256(self.secret.encode()).hexdigest()

    def token(self) -> str:
        """It."""
        return self.secret

    def renew(self) -> bool:
        """There is no other one."""
        return False


@dataclass
class App:
    """An App: a private key makes a statement that is valid for minutes, which gets a token for an hour.

    Attributes:
        app_id: The App's id.
        key: Its private key, as PEM.
        addresses: The repository that it is for.
        ask: Sends a request with a token: method, path, token, body.
        redact: Learns of every token before it is used.
        now: The present, in UTC.
        installation: Its installation; 0 to find that of the repository.
    """

    app_id: str
    key: str = field(repr=False)
    addresses: Addresses
    ask: Callable[[Method, str, str, dict[str, Any] | None], dict[str, Any]]
    redact: Redactor
    now: Callable[[], datetime]
    installation: int = 0
    is_personal: bool = field(default=False, init=False)
    _token: str = field(default="", repr=False)
    _until: datetime | None = None

    @property
    def account(self) -> str:
        """The App; each of its installations has a budget of its own, so this is on the safe side."""
        return f"app {self.app_id}"

    def token(self) -> str:
        """A token of its installation, made anew shortly before the last one ends."""
        if self._until is None or self.now() >= self._until - _EARLY:
            self._make()
        return self._token

    def renew(self) -> bool:
        """The last token is not valid any more, whatever was said about it."""
        self._until = None
        return True

    def _make(self) -> None:
        statement = self._statement()
        self.redact.learn(statement)
        if not self.installation:
            found = self.ask("GET", f"{self.addresses.path}/installation", statement, None)
            self.installation = _number(found)
        made = self.ask(
            "POST",
            f"/app/installations/{self.installation}/access_tokens",
            statement,
            {"repositories": [self.addresses.repository_name]},
        )
        token, until = made.get("token"), _moment(made.get("expires_at"))
        if not isinstance(token, str) or not token or until is None:
            raise TrackerError("GitHub's answer to the App has no token in it", remedy=_LATER)
        self.redact.learn(token)
        self._token, self._until = token, until

    def _statement(self) -> str:
        """A statement that it is this App, signed with its key (RFC 7519, RS256), for nine minutes."""
        import jwt
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        # GitHub's clock may be behind, and it takes none that is valid for more than ten minutes.
        began = int(self.now().timestamp()) - 60
        claims = {"iat": began, "exp": began + 600, "iss": self.app_id}
        try:
            key = load_pem_private_key(self.key.encode(), password=None)
            if isinstance(key, RSAPrivateKey):
                return jwt.encode(claims, key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError, UnsupportedAlgorithm):
            # Without what the library says: it may quote the key.
            pass
        raise TrackerError(
            "the App's private key can't be used",
            remedy="It is a PEM file that GitHub made: -----BEGIN RSA PRIVATE KEY----- and so on.",
        )


def key_of(settings: GitHubSettings, root: Path) -> str:
    """The App's private key.

    Raises:
        ConfigurationError: The file can't be read.
    """
    if settings.app_private_key is not None:
        # A variable of one line may have its line ends written out.
        return settings.app_private_key.get_secret_value().replace("\\n", "\n").strip() + "\n"
    path = root / (settings.app_private_key_file or "")
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no PEM file"
        raise ConfigurationError(
            f"the App's private key {path} can't be read: {reason}",
            remedy="Name the file that GitHub made (app_private_key_file), and give the right to read it.",
        ) from None


def no_credentials(who: str, variable: str, permissions: Permissions) -> ConfigurationError:
    """There is neither a token nor an App.

    Args:
        who: Who needs one, as a sentence names it.
        variable: The environment variable for its token.
        permissions: What it needs.
    """
    return ConfigurationError(
        f"{who} has no token",
        remedy=f"Set GITHUB_TOKEN or {variable}, or name an App (app_id). {permissions.remedy}",
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(found: dict[str, Any]) -> int:
    number = found.get("id")
    if not isinstance(number, int):
        # Not as an unreadable answer: that would be taken for the answer to the request that wants the token.
        raise TrackerError("GitHub's answer has no id of the App's installation", remedy=_LATER)
    return number
