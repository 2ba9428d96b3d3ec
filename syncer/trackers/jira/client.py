"""Asks Jira, and looks at every answer: a page to log in is no empty project, and half a list is no list.

What is repeated is ``syncer.trackers.http``'s business. Nothing that redirects is followed: Jira's interface doesn't
redirect, but what stands in front of it does. All paths are below ``Client.path``, of version 2: it takes wiki markup,
and it is the one that Cloud and Data Center have in common.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from syncer.errors import TrackerError
from syncer.trackers.answers import is_success, list_in, number_in, object_in
from syncer.trackers.base import Refused, Unknown, Usage
from syncer.trackers.http import AbandonedError, AnswerError, Http
from syncer.trackers.jira.addresses import issue_path
from syncer.trackers.jira.answers import (
    Fetched,
    Rejected,
    bulk_in,
    cloud_page,
    data_in,
    is_nobody,
    server_page,
    written_in,
)
from syncer.trackers.jira.explaining import Explained, clarified, explain
from syncer.trackers.jira.subjects import Subject
from syncer.trackers.replies import Fate, Reply, ReplyError, judge_reply, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from syncer.trackers.jira.wire import Method, Wire
    from syncer.trackers.redaction import Redactor

Deployment = Literal["cloud", "server"]
Outcome = dict[str, Any] | Refused | Unknown | None
"""What a write comes to: what Jira answers, ``None`` if that is nothing, or why it wasn't made."""

PATH: Final = "/rest/api/2"
PAGE: Final = 100
"""So many issues are on a page of Cloud's, and in a bulk read at most."""

SERVER_PAGE: Final = 1000
"""So many are asked for on a page of Data Center's, which gives a thousand as it comes; it may give less."""

_PAGES: Final = 2_000
"""No list has more pages than that; one without an end has."""

_NOT_SHOWN: Final = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_PROPERTIES: Final = 5
"""So many properties come along at most."""


@dataclass
class Client:
    """Sends requests about one project.

    Attributes:
        wire: Sends one request.
        http: What is repeated, how fast is written, and what is kept out of texts.
        project: The project's key, for messages.
        known: The deployment, if it is known already.
        path: Where the interface is, below Jira's address.
    """

    wire: Wire
    http: Http
    project: str
    known: Deployment | Literal[""] = ""
    path: str = PATH
    _rate: dict[str, str] = field(default_factory=dict)

    # Reading

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at a path of the interface.

        Args:
            path: The path, beginning with a slash.
            params: The query; several values of one key are put together with commas.

        Raises:
            AnswerError: The answer is no.
            TrackerError: There was none, it makes no sense, or no other read would fare better.
        """
        return self._read("GET", path, params, None, lambda data: data)

    def get_object(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The JSON object at a path; raises as ``get`` does."""
        found: dict[str, Any] = self._read(
            "GET", path, params, None, lambda data: object_in(data, ())
        )
        return found

    def get_list(self, path: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The list of JSON objects at a path; raises as ``get`` does."""
        found: list[dict[str, Any]] = self._read("GET", path, params, None, list_in)
        return found

    def search(
        self,
        jql: str,
        fields: Sequence[str],
        properties: Sequence[str] = (),
        limit: int | None = None,
        *,
        reconcile: Sequence[int] = (),
    ) -> Iterator[list[dict[str, Any]]]:
        """The pages of what a query finds, to their end or up to a number of issues; raises as ``get`` does.

        Data Center's search has no properties: there, they are missing in what it finds.

        Args:
            jql: The query. It should be bounded, and have an order that stays while pages are turned.
            fields: Ids of the fields that come along.
            properties: Keys of the properties that do.
            limit: How many issues are wanted at most.
            reconcile: Ids of issues that Cloud looks at past its index; at most 50.

        Yields:
            The issues of each page.
        """
        if self.deployment() == "cloud":
            yield from self._search_cloud(jql, fields, properties, limit, reconcile)
        else:
            yield from self._search_server(jql, fields, limit)

    def fetch(
        self, keys: Sequence[str], fields: Sequence[str], properties: Sequence[str] = ()
    ) -> Fetched:
        """The issues with these keys, past every index; raises as ``get`` does.

        One that has moved comes with its new key. What neither comes nor has an error has moved likewise, or was
        named twice: ``fetch_one`` tells which one it is.
        """
        wanted = list(dict.fromkeys(keys))
        if self.deployment() == "cloud":
            return self._fetch_cloud(wanted, fields, properties)
        found = Fetched([], {})
        for key in wanted:
            try:
                found.issues.append(self.fetch_one(key, fields, properties))
            except AnswerError as error:
                if error.reply.status not in _NOT_SHOWN:
                    raise
                found.errors[key] = error.message
        return found

    def fetch_one(
        self, key: str, fields: Sequence[str], properties: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The issue with a key, which may have another one by now; raises as ``get`` does."""
        query = {"fields": fields, "properties": _bounded(properties)}
        found: dict[str, Any] = self._read(
            "GET", issue_path(key), query, None, lambda data: object_in(data, ("key",))
        )
        return found

    def deployment(self) -> Deployment:
        """Whether it is Jira Cloud or a server of one's own; asked once. Raises as ``get`` does."""
        if not self.known:
            told = self._read(
                "GET", "/serverInfo", None, None, lambda data: object_in(data, ("version",))
            )
            cloud = str(told.get("deploymentType")).casefold() == "cloud"
            self.known = "cloud" if cloud else "server"
        return self.known

    # Writing

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        needs: tuple[str, ...] = (),
    ) -> Outcome:
        """What a request is answered with that adds something.

        Args:
            path: The path.
            body: What is sent, or what makes it, see ``put``.
            needs: Keys that the answer must have to count as one. Without any, it may have no content.

        Returns:
            The answer, ``None`` for one without content, ``Rejected`` where Jira says what is wrong by fields.

        Raises:
            TrackerError: Nothing was written, and nothing else could be.
        """
        return self._made("POST", path, body, needs)

    def put(
        self,
        path: str,
        body: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        needs: tuple[str, ...] = (),
    ) -> Outcome:
        """The same for a request that changes something.

        What makes a body is called after all waiting, and once more if it is sent again. If it raises
        ``AbandonedError``, nothing is sent, and its answer is the answer.
        """
        return self._made("PUT", path, body, needs)

    def delete(self, path: str, needs: tuple[str, ...] = ()) -> Outcome:
        """The same for a request that takes something away."""
        return self._write("DELETE", path, None, needs)

    def _made(
        self,
        method: Method,
        path: str,
        body: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        needs: tuple[str, ...],
    ) -> Outcome:
        try:
            return self._write(method, path, body, needs)
        except AbandonedError as abandoned:
            return abandoned.answer

    # Besides

    def usage(self) -> Usage:
        """What the requests since the last ``refresh`` cost, and what is left where Jira says so."""
        left, limit = (
            number_in(self._rate.get(f"x-ratelimit-{name}")) for name in ("remaining", "limit")
        )
        return Usage(
            self.http.spent.calls, left, limit, _moment(self._rate.get("x-ratelimit-reset"))
        )

    def seconds_for(self, writes: int) -> float:
        """How long so many writes take at least."""
        return self.http.pace.estimate(writes, self.http.timing.elapsed())

    @property
    def redact(self) -> Redactor:
        """Takes secrets out of texts."""
        return self.http.redact

    def explained(self, error: AnswerError) -> TrackerError:
        """A no that the caller can't do anything about; it names the remedy."""
        return TrackerError(error.message, remedy=error.remedy)

    def refresh(self) -> None:
        """A new look begins."""
        self.http.refresh()

    def rest(self) -> None:
        """Give back the connection; the next request makes another one."""
        self.wire.rest()

    def close(self) -> None:
        """Give back the connection. Calling it twice is harmless."""
        self.wire.close()

    # Inside

    def _search_cloud(
        self,
        jql: str,
        fields: Sequence[str],
        properties: Sequence[str],
        limit: int | None,
        reconcile: Sequence[int],
    ) -> Iterator[list[dict[str, Any]]]:
        body: dict[str, Any] = {"jql": jql, "fields": list(fields)}
        if properties:
            body["properties"] = _bounded(properties)
        if reconcile:
            body["reconcileIssues"] = list(reconcile)
        body["maxResults"] = PAGE if limit is None else min(PAGE, limit)
        seen = set[str]()
        left = limit
        while left is None or left > 0:
            issues, token = self._read("POST", "/search/jql", None, body, cloud_page)
            issues = issues[:left]
            yield issues
            if not token:
                return
            if token in seen or len(seen) >= _PAGES:
                raise self._endless()
            seen.add(token)
            body["nextPageToken"] = token
            left = None if left is None else left - len(issues)

    def _search_server(
        self, jql: str, fields: Sequence[str], limit: int | None
    ) -> Iterator[list[dict[str, Any]]]:
        start, left = 0, limit
        for _ in range(_PAGES):
            if left is not None and left <= 0:
                return
            size = SERVER_PAGE if left is None else min(SERVER_PAGE, left)
            body = {"jql": jql, "fields": list(fields), "startAt": start, "maxResults": size}
            issues, total = self._read(
                "POST", "/search", None, body, partial(server_page, start=start)
            )
            issues = issues[:left]
            yield issues
            start += len(issues)
            left = None if left is None else left - len(issues)
            if start >= total:
                return
        raise self._endless()

    def _endless(self) -> TrackerError:
        # What has been read by now is not the whole list, and must not pass for it.
        return TrackerError(
            "Jira's list has no end",
            remedy="Run syncer again later; if it stays like this, tell whoever runs the server.",
        )

    def _fetch_cloud(
        self, keys: Sequence[str], fields: Sequence[str], properties: Sequence[str]
    ) -> Fetched:
        found = Fetched([], {})
        for start in range(0, len(keys), PAGE):
            body: dict[str, Any] = {
                "issueIdsOrKeys": list(keys[start : start + PAGE]),
                "fields": list(fields),
            }
            if properties:
                body["properties"] = _bounded(properties)
            issues, errors = self._read("POST", "/issue/bulkfetch", None, body, bulk_in)
            found.issues.extend(issues)
            found.errors.update((k, shown(text, self.redact)) for k, text in errors.items())
        return found

    def _read(
        self,
        method: Method,
        path: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        look: Callable[[Any], Any],
    ) -> Any:
        def request() -> Any:
            reply = self._answer(method, path, params, body)
            if not is_success(reply.status) or is_nobody(reply):
                self._raise_for(method, path, reply)
            return look(data_in(reply))

        return self.http.read(request)

    def _write(
        self,
        method: Method,
        path: str,
        body: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None,
        needs: tuple[str, ...],
    ) -> Outcome:
        def request() -> dict[str, Any] | Refused | None:
            reply = self._answer(method, path, None, body() if callable(body) else body)
            if is_success(reply.status):
                return written_in(reply, needs)
            if not self._is_no(reply):
                raise ReplyError(clarified(reply, self.redact))
            found = self._explain(method, path, reply)
            if found.everywhere:
                raise TrackerError(f"Jira: {found.reason}", remedy=found.remedy)
            return Rejected(
                found.reason, found.remedy, found.fields, found.messages, reply.status, found.data
            )

        return self.http.write(request)

    def _answer(
        self,
        method: Method,
        path: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Reply:
        """What a request is answered with, whatever that is; it is sent once."""
        query = {name: _worded(value) for name, value in (params or {}).items() if value != []}
        reply = self.wire.send(method, self.path + path, params=query, body=body)
        if reply.header("x-ratelimit-limit") is not None:
            self._rate = {n: v for n, v in reply.headers.items() if n.startswith("x-ratelimit-")}
        return reply

    def _is_no(self, reply: Reply) -> bool:
        """Whether an answer that is no success won't be another one later."""
        return judge_reply(reply, self.http.limited).fate is Fate.DENIED

    def _explain(self, method: Method, path: str, reply: Reply) -> Explained:
        return explain(reply, Subject.of(method, path, self.project), self.redact)

    def _raise_for(self, method: Method, path: str, reply: Reply) -> NoReturn:
        """Say what an answer to a read means that is no success."""
        if not is_success(reply.status) and not self._is_no(reply):
            raise ReplyError(clarified(reply, self.redact))
        found = self._explain(method, path, reply)
        if found.everywhere:
            raise TrackerError(f"Jira: {found.reason}", remedy=found.remedy)
        raise AnswerError(f"Jira: {found.reason}", reply, remedy=found.remedy)


def _bounded(properties: Sequence[str]) -> list[str]:
    if len(properties) > _PROPERTIES:
        raise ValueError(f"more than {_PROPERTIES} properties")
    return list(properties)


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value)


def _moment(text: str | None) -> datetime | None:
    """When a limit is reset: a moment, or seconds since 1970."""
    try:
        seconds = number_in(text)
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
