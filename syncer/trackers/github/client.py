"""Asks GitHub, and looks at every answer: a page of HTML is no empty issue, and half a list is no list.

What is repeated is ``syncer.trackers.http``'s business. A read that is redirected is followed within the interface: an
issue that was transferred, a repository that was renamed. So callers compare the addresses in what they get with the
repository that they asked about (``Addresses.is_here``). A write isn't followed anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from syncer.errors import TrackerError
from syncer.trackers.answers import is_success, json_in, list_in, number_in, object_in
from syncer.trackers.base import Refused, Unknown, Usage
from syncer.trackers.github.addresses import pages_of
from syncer.trackers.github.answers import Got, next_page
from syncer.trackers.github.explaining import ISSUES, Explained, Permissions, Subject, explain
from syncer.trackers.http import AbandonedError, AnswerError, Http
from syncer.trackers.replies import Fate, Reply, ReplyError, UnreadableError, judge_reply, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from syncer.trackers.github.auth import Credentials
    from syncer.trackers.github.wire import Method, Wire
    from syncer.trackers.redaction import Redactor

T = TypeVar("T")

PAGE: Final = 100
"""So many entries are on a page; GitHub gives no more."""

_FOLLOWED: Final = {301, 302, 307, 308}
_ISSUE: Final = re.compile(r"/repos/[^/]+/[^/]+/(issues|pulls)/([0-9]+)(?=[/?]|\Z)")
_KINDS: Final = {"issues": "issue", "pulls": "pull request"}
_TROUBLE: Final = "something went wrong while executing"
"""How GraphQL says that it ran out of time, with the status of a success."""

_HOPS: Final = 5
"""So many requests may come of one read that is redirected."""

_NO_GRAPHQL: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
}


_GONE: Final = object()
_LIMITED: Final = {"RATE_LIMIT", "RATE_LIMITED"}
"""What GraphQL calls a limit that is reached; GitHub has used both."""


class NoGraphQLError(Exception):
    """This GitHub, or this token, has no GraphQL interface."""


@dataclass
class Client:
    """Sends requests about one repository.

    Attributes:
        wire: Sends one request.
        credentials: What is sent along.
        http: What is repeated, how fast is written, and what is kept out of texts.
        repository: The repository, for messages.
        permissions: What the credentials need, for messages.
    """

    wire: Wire
    credentials: Credentials
    http: Http
    repository: str
    permissions: Permissions = ISSUES
    _rate: dict[str, str] = field(default_factory=dict)

    # Reading

    def get(
        self, path: str, params: Mapping[str, Any] | None = None, etag: str | None = None
    ) -> Got:
        """What is at a path of the interface, or at an address below it.

        Raises:
            AnswerError: The answer is no.
            TrackerError: There was none, or it makes no sense.
        """
        headers = {"If-None-Match": etag} if etag else {}

        def request() -> Got:
            reply = self._fetch(path, params, headers)
            unchanged = reply.status == HTTPStatus.NOT_MODIFIED
            return Got(None if unchanged else json_in(reply), reply.headers)

        return self._read(request)

    def get_object(self, path: str) -> dict[str, Any]:
        """The JSON object at a path; raises as ``get`` does."""
        return self._read(lambda: object_in(json_in(self._fetch(path)), ()))

    def get_list(self, path: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The list of JSON objects at a path; raises as ``get`` does."""
        return self._read(lambda: list_in(json_in(self._fetch(path, params))))

    def exists(self, path: str) -> bool:
        """Whether there is something at a path that answers without content, or with 404."""
        try:
            self._read(lambda: self._fetch(path))
        except AnswerError as error:
            if error.reply.status == HTTPStatus.NOT_FOUND:
                return False
            raise
        return True

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """The pages of a list, a hundred entries each, to its end; raises as ``get`` does.

        Yields:
            The entries of each page.
        """
        for got in self.answers(path, params):
            yield got.data

    def answers(
        self, path: str, params: Mapping[str, Any] | None = None, etag: str | None = None
    ) -> Iterator[Got]:
        """The same with headers. With a tag, the first answer's data may be ``None``, and there is no other."""
        got = self._page(path, {**(params or {}), "per_page": PAGE}, etag)
        seen = set[str]()
        while True:
            yield got
            following = next_page(got.headers.get("link", ""))
            if got.data is None or not following:
                return
            where = self._inside(following)
            if where in seen:
                # What has been read by now is not the whole list, and must not pass for it.
                raise TrackerError(
                    "GitHub's list goes round in a circle",
                    remedy="Run syncer again later; if it stays like this, tell whoever runs the server.",
                )
            seen.add(where)
            got = self._page(where, {}, None)

    def graphql(
        self, query: str, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """What a query is answered with: its data, as far as there are any, and its errors.

        Raises:
            NoGraphQLError: There is no such interface.
            TrackerError: There was no answer.
        """
        if not query.startswith("query"):
            raise ValueError("only queries are sent: a read may be repeated")

        def request() -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
            body = {"query": query, "variables": dict(variables)}
            reply = self._answer("POST", self.wire.graphql_url, body=body)
            if not is_success(reply.status):
                self._raise_for(self.wire.graphql_url, reply)
            answer = object_in(json_in(reply), ())
            told, data = answer.get("errors"), answer.get("data")
            errors = (
                [error for error in told if isinstance(error, dict)]
                if isinstance(told, list)
                else []
            )
            if any(error.get("type") in _LIMITED for error in errors):
                raise ReplyError(Reply(HTTPStatus.TOO_MANY_REQUESTS, reply.headers, reply.text))
            if isinstance(data, dict):
                return data, errors
            if not errors or any(_TROUBLE in str(error.get("message")).lower() for error in errors):
                raise UnreadableError("neither data nor a reason that would last")
            return None, errors

        try:
            return self._read(request)
        except AnswerError as error:
            if error.reply.status in _NO_GRAPHQL:
                raise NoGraphQLError from None
            raise

    # Writing

    def post(
        self, path: str, body: Mapping[str, Any], *, needs: tuple[str, ...] = ()
    ) -> dict[str, Any] | Refused | Unknown:
        """What a request is answered with that adds something.

        Args:
            path: The path.
            body: What is sent.
            needs: Keys that the answer must have to count as one.

        Raises:
            TrackerError: Nothing was written, and nothing else could be.
        """
        return self._write("POST", path, body, lambda data: object_in(data, needs))

    def patch(
        self, path: str, make: Callable[[], Mapping[str, Any]], *, needs: tuple[str, ...] = ()
    ) -> dict[str, Any] | Refused | Unknown | None:
        """The same for a request that changes something, which may have to wait.

        Args:
            path: The path.
            make: Makes what is sent, after all waiting, and once more if it is sent again. If it raises
                ``AbandonedError``, nothing is sent, and its answer is the answer.
            needs: Keys that the answer must have to count as one.

        Raises:
            TrackerError: Nothing was written, and nothing else could be.
        """
        try:
            return self._write("PATCH", path, make, lambda data: object_in(data, needs))
        except AbandonedError as abandoned:
            return abandoned.answer

    def post_list(
        self, path: str, body: Mapping[str, Any]
    ) -> list[dict[str, Any]] | Refused | Unknown:
        """The same as ``post`` where the answer is a list."""
        return self._write("POST", path, body, list_in)

    def delete_label(self, path: str) -> list[dict[str, Any]] | Refused | Unknown | None:
        """The same for taking a label away, answered with those that are left; ``None`` if it is gone already."""

        def look(data: Any) -> list[dict[str, Any]] | None:
            return None if data is _GONE else list_in(data)

        return self._write("DELETE", path, None, look, may_be_gone=True)

    # Besides

    def usage(self) -> Usage:
        """What the requests since the last ``refresh`` cost, and what is left."""
        left, limit, reset = (
            number_in(self._rate.get(f"x-ratelimit-{name}"))
            for name in ("remaining", "limit", "reset")
        )
        moment = None if reset is None else datetime.fromtimestamp(reset, UTC)
        return Usage(self.http.spent.calls, left, limit, moment)

    def seconds_for(self, writes: int) -> float:
        """How long so many writes take at least."""
        return self.http.pace.estimate(writes, self.http.timing.elapsed())

    @property
    def redact(self) -> Redactor:
        """Takes secrets out of texts."""
        return self.http.redact

    def shares_account(self, other: Client) -> bool:
        """Whether GitHub counts the writes of both together."""
        same = self.credentials.account == other.credentials.account
        return same and self.wire.url == other.wire.url

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

    def _page(self, where: str, query: Mapping[str, Any], etag: str | None) -> Got:
        headers = {"If-None-Match": etag} if etag else {}

        def request() -> Got:
            reply = self._fetch(where, query, headers)
            unchanged = reply.status == HTTPStatus.NOT_MODIFIED
            return Got(None if unchanged else list_in(json_in(reply)), reply.headers)

        try:
            return self._read(request)
        except AnswerError as error:
            raise self.explained(error) from None

    def _read(self, request: Callable[[], T]) -> T:
        try:
            return self.http.read(request)
        except AnswerError as error:
            if error.reply.status != HTTPStatus.UNAUTHORIZED:
                raise
            refused = error
        if self.credentials.renew():
            try:
                return self.http.read(request)
            except AnswerError as error:
                refused = error
        raise self.explained(refused)

    def _write(
        self,
        method: Method,
        path: str,
        make: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None,
        look: Callable[[Any], T],
        *,
        may_be_gone: bool = False,
    ) -> T | Refused | Unknown:
        renewed = False

        def request() -> T | Refused:
            nonlocal renewed
            body = make() if callable(make) else make
            reply = self._answer(method, path, body=body)
            if reply.status == HTTPStatus.UNAUTHORIZED and not renewed:
                # Turned away before it was looked at: with another token it may be sent again.
                renewed = True
                if self.credentials.renew():
                    reply = self._answer(method, path, body=body)
            if is_success(reply.status):
                return look(json_in(reply))
            if may_be_gone and reply.status == HTTPStatus.NOT_FOUND:
                return look(_GONE)
            if not self._is_no(reply):
                raise ReplyError(reply)
            found = self._explain(path, reply)
            if found.everywhere:
                raise TrackerError(f"GitHub: {found.reason}", remedy=found.remedy)
            return Refused(found.reason, found.remedy)

        return self.http.write(request)

    def _is_no(self, reply: Reply) -> bool:
        """Whether an answer that is no success won't be another one later."""
        return judge_reply(reply, self.http.limited).fate is Fate.DENIED

    def _explain(self, path: str, reply: Reply) -> Explained:
        issue = _ISSUE.match(path)
        about = Subject(
            self.repository,
            issue[2] if issue else "",
            urlsplit(pages_of(self.wire.url)).hostname or "",
            _KINDS[issue[1]] if issue else "",
            self.permissions,
        )
        return explain(reply, about, self.redact)

    def _raise_for(self, path: str, reply: Reply) -> NoReturn:
        """Say what an answer to a read means that is no success."""
        if not self._is_no(reply):
            raise ReplyError(reply)
        found = self._explain(path, reply)
        raise AnswerError(f"GitHub: {found.reason}", reply, remedy=found.remedy)

    def _fetch(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """What is there, or where that leads to; a reply that is no success is raised."""
        where, query = path, params
        for _ in range(_HOPS):
            reply = self._answer("GET", where, params=query, headers=headers)
            location = reply.header("Location")
            if reply.status not in _FOLLOWED or location is None:
                break
            # The new address has the query in it. A list without one would come without its filter.
            where, query = self._inside(location), None
        unchanged = bool(headers) and reply.status == HTTPStatus.NOT_MODIFIED
        if not is_success(reply.status) and not unchanged:
            self._raise_for(path, reply)
        return reply

    def _answer(
        self,
        method: Method,
        where: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> Reply:
        """What a request is answered with, whatever that is; it is sent once."""
        reply = self.wire.send(
            method,
            where,
            authorization=f"Bearer {token or self.credentials.token()}",
            params=params,
            headers=headers,
            data=body,
        )
        names = {name.lower(): value for name, value in reply.headers.items()}
        resource = "core" if where.startswith("/") else "graphql"
        if names.get("x-ratelimit-resource", resource) == "core" and "x-ratelimit-limit" in names:
            self._rate = {n: v for n, v in names.items() if n.startswith("x-ratelimit-")}
        return Reply(reply.status, names, reply.text)

    def ask_as(
        self, method: Method, path: str, token: str, body: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The answer to a request with another token, which may be repeated: the way in which tokens are made.

        Raises:
            TrackerError: There is none.
        """

        def request() -> dict[str, Any]:
            reply = self._answer(method, path, body=body, token=token)
            if not is_success(reply.status):
                self._raise_for(path, reply)
            return object_in(json_in(reply), ())

        try:
            return self.http.read(request)
        except AnswerError as error:
            reason = error.message.removeprefix("GitHub: ")
            if error.reply.status == HTTPStatus.NOT_FOUND:
                reason = (
                    f"it isn't installed in {self.repository}, or doesn't have that installation"
                )
            raise TrackerError(
                f"GitHub gives the App no token: {reason}",
                remedy="See that the App is installed there, that it isn't suspended, and that app_id and its key "
                "belong together.",
            ) from None

    def _inside(self, url: str) -> str:
        """Where an address leads within the interface; nowhere else has the token any business."""
        target = self.wire.target_of(url)
        if target is None:
            raise TrackerError(
                f"GitHub says to go on at an address that isn't its own ({shown(url, self.redact)})",
                remedy="Look at `url` in the tracker's settings, and at what stands between syncer and GitHub.",
            )
        return target
