"""Sends one request to GitHub's API, once, with PyGithub's client, and hands out the answer as it is.

What PyGithub does by itself beside sending is taken away here, because it is either dangerous or out of our control: it
follows a 301 *without the query*, so that a list comes back without its filter, and raises bare errors where one leads
elsewhere; it sleeps and asks again, without end, while the answer to a GET is 202; it fails after a write was carried
out if a header isn't the number that it should be; it logs headers with tokens in them, and tokens that a service hands
out.
"""

from __future__ import annotations

import logging
import weakref
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import SplitResult, unquote, urlsplit

from syncer import __version__
from syncer.trackers.answers import number_in
from syncer.trackers.redaction import RedactingFilter, Redactor
from syncer.trackers.replies import Reply, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from github.Auth import Auth
    from github.Requester import (
        HTTPRequestsConnectionClass,
        HTTPSRequestsConnectionClass,
        Requester,
        RequestsResponse,
    )

Method = Literal["GET", "POST", "PATCH", "DELETE"]

PER_PAGE: Final = 100
"""The most that GitHub puts on a page."""

_HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
}
_ACCEPTED: Final = 202
_MOVED: Final = 301
_LOCATION: Final = "location"
_HIDDEN_LOCATION: Final = "x-syncer-location"
_PORTS: Final = {"https": 443, "http": 80}


@dataclass
class Wire:
    """Sends requests below one address.

    Attributes:
        url: The API's address: ``https://api.github.com``, ``https://ghe.acme.example/api/v3``.
        redact: Takes secrets out of what PyGithub logs.
        timeout: Seconds to wait for a connection, and for each part of an answer.
        verify: Whether certificates are checked; or the file with those that are trusted.
    """

    url: str
    redact: Redactor = field(default_factory=Redactor)
    timeout: float = 30.0
    verify: bool | str = True

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        self._filter = RedactingFilter(self.redact)
        self._log = logging.getLogger("github.Requester")
        self._log.addFilter(self._filter)
        # Whoever forgets to close one leaves nothing behind.
        weakref.finalize(self, self._log.removeFilter, self._filter)

    def send(
        self,
        method: Method,
        target: str,
        *,
        authorization: str = "",
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        data: object = None,
    ) -> Reply:
        """The answer to a request, whatever it says. Nothing is followed or repeated.

        Args:
            method: GET and so on.
            target: The path below ``url``, beginning with a slash; it may have a query. Or ``graphql_url``.
            authorization: The header of that name.
            params: What is added to the query.
            headers: Further headers.
            data: What is sent as JSON.

        Raises:
            UnreadableError: It is answered, and the answer makes no sense.
            OSError: It isn't answered, or couldn't be sent.
        """
        sent = {**_HEADERS, **(headers or {})}
        if authorization:
            sent["Authorization"] = authorization
        try:
            status, received, text = self._requester.requestJson(
                method,
                target,
                dict(params or {}),
                sent,
                data,
                # It has the two methods that are called.
                cast("HTTPSRequestsConnectionClass", self._connection),
            )
        except OSError:
            raise
        except ValueError as error:
            # Header values that can't be sent or counted; whichever it is, nobody can tell what became of it.
            raise UnreadableError(f"{type(error).__name__}: {error}") from None
        if _HIDDEN_LOCATION in received:
            received[_LOCATION] = received.pop(_HIDDEN_LOCATION)
        return Reply(status, received, text)

    @property
    def graphql_url(self) -> str:
        """Where GraphQL is asked."""
        return str(self._requester.graphql_url)

    def target_of(self, url: str) -> str | None:
        """The path (and query) below ``url`` that an address leads to; ``None`` if it leads elsewhere.

        A service says where to go on: in another place, the token has no business.
        """
        base = urlsplit(self.url)
        try:
            parts = urlsplit(url)
            same = _origin(parts) == _origin(base)
        except ValueError:
            return None
        path = parts.path.removeprefix(base.path)
        inside = parts.path.startswith(f"{base.path}/") and not _leads_up(path)
        if not same or not inside or parts.username is not None or parts.password is not None:
            return None
        return f"{path}?{parts.query}" if parts.query else path

    def close(self) -> None:
        """Give back the connections. Calling it twice is harmless."""
        self._log.removeFilter(self._filter)
        self.rest()

    def rest(self) -> None:
        """Give back the connections; the next request makes others."""
        connection = self.__dict__.pop("_connection", None)
        if connection is not None:
            connection.close()

    @cached_property
    def _requester(self) -> Requester:
        # Not at the top: commands that never ask a tracker import this module, and PyGithub takes its time.
        from github.Requester import Requester

        return Requester(
            auth=_authentication(),
            base_url=self.url,
            timeout=ceil(self.timeout),
            user_agent=f"syncer/{__version__}",
            per_page=PER_PAGE,
            verify=self.verify,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    @cached_property
    def _connection(self) -> _Connection:
        from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

        scheme, host, port = _origin(urlsplit(self.url))
        kind = HTTPSRequestsConnectionClass if scheme == "https" else HTTPRequestsConnectionClass
        return _Connection(
            kind(
                f"[{host}]" if ":" in host else host,
                port,
                # Fractions do no harm: it is handed on to requests.
                timeout=cast("int", self.timeout),
                retry=None,
                pool_size=None,
                verify=self.verify,
            )
        )


class _Connection:
    """PyGithub's connection, whose answers give PyGithub no reason to do anything by itself."""

    def __init__(self, inner: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass) -> None:
        self._inner = inner
        self._verb = ""

    def request(
        self,
        verb: str,
        url: str,
        input: Any,  # noqa: A002 - its name there
        headers: dict[str, str],
        stream: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Keep a request until it is sent."""
        self._verb = verb
        self._inner.request(verb, url, input, headers, stream)

    def getresponse(self) -> RequestsResponse:
        """Send it.

        Raises:
            UnreadableError: A read is answered with “accepted”.
        """
        response = self._inner.getresponse()
        if response.status == _ACCEPTED and self._verb == "GET":
            raise UnreadableError("it will be answered later (202)")
        headers = response.headers
        if response.status == _MOVED and _LOCATION in headers:
            headers[_HIDDEN_LOCATION] = headers.pop(_LOCATION)
        for name in [name for name in headers if name.lower().startswith("x-ratelimit-")]:
            if number_in(headers[name]) is None and not name.lower().endswith("-resource"):
                del headers[name]
        return response

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


def _authentication() -> Auth:
    """Leaves the header as it is, and keeps it out of PyGithub's log."""
    from github.Auth import Auth

    class Given(Auth):
        token_type = ""
        token = ""

        def authentication(self, headers: dict[str, str]) -> None:
            """It is there already."""

    return Given()


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def _leads_up(path: str) -> bool:
    """Whether a path leaves its folder again, in whichever way that is written."""
    return any(part in {".", ".."} for part in unquote(path).replace("\\", "/").split("/"))
