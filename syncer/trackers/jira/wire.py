"""Sends one request to Jira, once, with the ``jira`` package's own client, and hands out the answer as it is.

What that package does by itself beside sending is taken away here: it asks for the server's version when it is made; it
sends a request again that may have been carried out, and sleeps in between; it follows redirections, so that a login
page comes back as a success; it loses an answer whose error isn't written as it expects; and it sets the level of its
own log, into which it writes headers.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import unquote

from syncer import __version__
from syncer.trackers.redaction import RedactingFilter, Redactor
from syncer.trackers.replies import Reply, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jira import JIRA
    from requests import Response

Method = Literal["GET", "POST", "PUT", "DELETE"]

_HEADERS: Final = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    # Without it a write may be taken for one that a strange page makes a browser send.
    "X-Atlassian-Token": "no-check",
    "User-Agent": f"syncer/{__version__}",
}
_LOGS: Final = ("jira", "jira.resilientsession")


@dataclass
class Wire:
    """Sends requests below one address.

    Attributes:
        url: Jira's address, with its context path: ``https://acme.atlassian.net``, ``https://acme.example/jira``.
        token: An API token or a personal access token.
        email: Whose API token it is; empty for a personal access token.
        redact: Takes secrets out of what the package logs.
        timeout: Seconds to wait for a connection, and for each part of an answer.
        verify: Whether certificates are checked; or the file with those that are trusted.
    """

    url: str
    token: str = field(repr=False)
    email: str = field(default="", repr=False)
    redact: Redactor = field(default_factory=Redactor)
    timeout: float = 30.0
    verify: bool | str = True

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        self._filter = RedactingFilter(self.redact)
        for name in _LOGS:
            logging.getLogger(name).addFilter(self._filter)

    def send(
        self,
        method: Method,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The answer to a request, whatever it says. Nothing is followed or repeated.

        Args:
            method: GET and so on.
            path: The path below ``url``, beginning with a slash.
            params: The query.
            body: What is sent as JSON.

        Raises:
            UnreadableError: It is answered, and the answer makes no sense.
            OSError: It isn't answered, or couldn't be sent.
        """
        if any(part in {".", ".."} for part in unquote(path).split("/")):
            raise ValueError("a path leads out of the interface")
        answers: list[tuple[Response, str]] = []

        def keep(answer: Response, *_: object, **__: object) -> None:
            # Without it, nobody tries to work out where it leads.
            answers.append((answer, answer.headers.pop("Location", "")))

        try:
            self._client._session.request(  # noqa: SLF001 - nothing public sends a request of one's own
                method,
                self.url + path,
                params=dict(params or {}),
                data=None if body is None else json.dumps(body).encode(),
                allow_redirects=False,
                hooks={"response": keep},
            )
        except OSError:
            raise
        except Exception:
            # Its own error for an answer that says no, or what came up while it looked for the reason in there.
            if not answers:
                raise
        return _reply(*answers[-1])

    def close(self) -> None:
        """Give back the connections. Calling it twice is harmless."""
        for name in _LOGS:
            logging.getLogger(name).removeFilter(self._filter)
        self.rest()

    def rest(self) -> None:
        """Give back the connections; the next request makes others."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    @cached_property
    def _client(self) -> JIRA:
        # Not at the top: commands that never ask a tracker import this module, and the package takes its time.
        from jira import JIRA

        log = logging.getLogger("jira")
        level = log.level
        try:
            return JIRA(
                server=self.url,
                options={"verify": self.verify, "headers": dict(_HEADERS)},
                basic_auth=(self.email, self.token) if self.email else None,
                token_auth=None if self.email else self.token,
                get_server_info=False,
                max_retries=0,
                timeout=self.timeout,
            )
        finally:
            log.setLevel(level)


def _reply(answer: Response, location: str) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if location:
        headers["location"] = location
    try:
        # JSON is UTF-8, whatever the header says or doesn't say.
        text = answer.content.decode("utf-8", "replace")
    except RuntimeError as error:
        raise UnreadableError(f"{answer.status_code} whose text is lost: {error}") from None
    return Reply(answer.status_code, headers, text)
