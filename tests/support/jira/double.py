"""Jira as the tests have it: what it is asked, what it answers, and whether both are right."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from tests.support.contracts import Request
from tests.support.doubles.faults import Faults
from tests.support.doubles.violations import ViolationError
from tests.support.doubles.wire import Incoming, Outgoing, parsed, written
from tests.support.jira import accounts, operations
from tests.support.jira.accounts import Accounts, BadCredentialsError, Token
from tests.support.jira.calls import Call, Reply
from tests.support.jira.contract import contract
from tests.support.jira.cursors import Cursors
from tests.support.jira.faults import MANY, OK, Asked, Fault
from tests.support.jira.jql import QueryError
from tests.support.jira.log import Log
from tests.support.jira.refusals import RefusalError
from tests.support.jira.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.jira.accounts import Door
    from tests.support.jira.records import User
    from tests.support.jira.store import Store

CLOUD_ID: Final = "11223344-a1b2-3b33-c444-def123456789"
_GATEWAY: Final = re.compile(r"/ex/jira/([^/]+)(?=/rest/)")
_REST: Final = re.compile(r"/rest/api/([23])(/.*)")
_LOGIN: Final = Reply(
    200, "<html><title>Log in</title></html>", {"Content-Type": "text/html;charset=UTF-8"}
)


class JiraDouble:
    """What a test sees of it.

    Args:
        store: What is there.
        url: Where it listens.
        base_path: Where it begins there, as ``/jira`` on a server of one's own.

    Attributes:
        url: Its address, without a slash at the end; ``/rest/api/2`` and ``/browse`` follow.
        faults: What goes wrong.
        log: What was asked and answered.
        violations: What was wrong with a request or an answer.
        lag: How many requests ago the index of the search is from.
    """

    def __init__(self, store: Store, url: str, base_path: str = "") -> None:
        self.store = store
        self.accounts = Accounts(store.users)
        self.url = f"{url}{base_path}"
        self.faults = Faults(MANY)
        self.log = Log()
        self.violations: list[str] = []
        self.lag = 0
        self._origin = url
        self._base_path = base_path
        self._cursors = Cursors()

    @property
    def gateway_url(self) -> str:
        """Where tokens with scopes are good."""
        return f"{self._origin}/ex/jira/{CLOUD_ID}"

    def sign_in(self, name: str, *, scopes: Iterable[str] | None = None) -> str:
        """A new token of an account: in the cloud one to be sent with its e-mail address, else one to be borne.

        Args:
            name: Whose.
            scopes: What it is good for, at the gateway alone; ``None`` for all that the account may do.
        """
        user = self.store.add_user(name)
        text = f"token-{len(self.accounts.tokens) + 1}-of-{name}"
        good_for = None if scopes is None else frozenset(scopes)
        return self.accounts.add(Token(text, user.name, good_for)).text

    # Requests

    def handle(self, incoming: Incoming) -> Outgoing:
        """What a request is answered with. One that isn't right is answered with a 500 that says why."""
        with self.store.lock:
            door, request = self._read(incoming)
            base = self.gateway_url if door == "gateway" else self.url
            asked = Asked(
                request.method,
                request.path,
                request.query,
                request.body,
                f"{base}{request.path}",
                self.store.now,
            )
            fault = self.faults.choose(asked)
            self.store.remember()
            try:
                reply = self._reply(request, incoming, fault, asked, door)
            except ViolationError as error:
                told = [f"{request.method} {request.path}: {each}" for each in error.wrong]
                self.violations.extend(told)
                reply, fault = Reply(500, {"errorMessages": told, "errors": {}}), OK
            self.log.note(request, incoming.headers, reply, fault)
            headers = {**self._headers(), **reply.headers}
            return Outgoing(reply.status, headers, written(reply.body), fault.delivery)

    def _read(self, incoming: Incoming) -> tuple[Door, Request]:
        """Where a request came in, and what it asks below that."""
        parts = urlsplit(incoming.target)
        door: Door = "site" if self.store.cloud else "server"
        path = parts.path
        match = _GATEWAY.match(path) if self.store.cloud else None
        if match and match[1] == CLOUD_ID:
            door, path = "gateway", path[match.end() :]
        elif path.startswith(f"{self._base_path}/"):
            path = path.removeprefix(self._base_path)
        else:
            path = f"/elsewhere{path}"
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        return door, Request(incoming.method, path, query, parsed(incoming.content))

    def _reply(
        self, request: Request, incoming: Incoming, fault: Fault, asked: Asked, door: Door
    ) -> Reply:
        if request.path == "/login.jsp":
            return _LOGIN
        wrong = contract(cloud=self.store.cloud).of_request(request)
        if wrong:
            raise ViolationError(wrong)
        reply = self._carried_out(request, incoming, door) if fault.effect else Reply(0)
        return fault.answer(asked) if fault.answer is not None else reply

    def _carried_out(self, request: Request, incoming: Incoming, door: Door) -> Reply:
        match = _REST.fullmatch(request.path)
        assert match is not None
        version, path = match.groups()
        headers: Mapping[str, str] = {}
        try:
            token = self.accounts.token(incoming.headers.get("authorization", ""), door)
        except BadCredentialsError:
            if not self.accounts.lets_strangers_in or door == "gateway":
                return accounts.rejected(door)
            token, headers = None, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        scope = accounts.scope_of(request.method, path)
        if token is not None and token.scopes is not None and scope not in token.scopes:
            return accounts.out_of_scope()
        user = self.store.users[token.name] if token else None
        reply = self._answered(request, path, int(version), user, door)
        wrong = contract(cloud=self.store.cloud).of_answer(request, reply.status, reply.body)
        if wrong:
            raise ViolationError(wrong)
        return replace(reply, headers={**self._about(user), **headers, **reply.headers})

    def _answered(
        self, request: Request, path: str, version: int, user: User | None, door: Door
    ) -> Reply:
        call = Call(
            store=self.store,
            urls=Urls(self.gateway_url if door == "gateway" else self.url, self.url, version),
            cursors=self._cursors,
            method=request.method,
            version=3 if version == 3 else 2,
            path=path,
            query=request.query,
            body=request.body,
            asker=user,
            lag=self.lag,
        )
        try:
            return operations.answer(call)
        except RefusalError as refusal:
            return Reply(refusal.status, refusal.body, refusal.headers)
        except QueryError as error:
            raise ViolationError([str(error)]) from error
        except Exception as error:
            # A mistake in the double, or something that it can't do: told at the end, like the others.
            raise ViolationError([traceback.format_exc()]) from error

    # Answers

    def _headers(self) -> Mapping[str, str]:
        return {
            "Date": format_datetime(self.store.now.replace(microsecond=0), usegmt=True),
            "Content-Type": "application/json;charset=UTF-8",
        }

    def _about(self, user: User | None) -> Mapping[str, str]:
        """What an answer says of who asked."""
        if self.store.cloud:
            return {"X-AACCOUNTID": user.account_id} if user else {}
        reason = {"X-Seraph-LoginReason": "OK"} if user else {}
        return {"X-AUSERNAME": user.name if user else "anonymous", **reason}
