"""GitHub as the tests have it: what it is asked, what it answers, and whether both are right."""

from __future__ import annotations

import hashlib
import json
import re
import traceback
from dataclasses import dataclass, replace
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from tests.support.contracts import Contract, Request
from tests.support.github import graphql_api, operations
from tests.support.github.accounts import Accounts, App, Token
from tests.support.github.calls import Call, Reply
from tests.support.github.faults import Asked, Delivery, Fault, Faults
from tests.support.github.limits import Limits
from tests.support.github.log import Exchange, Log
from tests.support.github.refusals import RefusalError
from tests.support.github.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.github.accounts import Access
    from tests.support.github.store import Store

_CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
_SIGNED: Final = re.compile(r"/repos/[^/]+/[^/]+/installation|/app/.*")
"""Operations that an app signs itself for."""


@dataclass(frozen=True)
class Incoming:
    """A request as it came in; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: str


@dataclass(frozen=True)
class Outgoing:
    """An answer as it goes out, and what becomes of it on the way."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    delivery: Delivery


class GitHubDouble:
    """What a test sees of it.

    Args:
        store: What is there.
        url: Where it listens.
        base_path: Where its API begins there, as ``/api/v3`` on a server of one's own.
        html_url: Where the pages for people are.

    Attributes:
        faults: What goes wrong.
        log: What was asked and answered.
        limits: How many requests are left.
        violations: What was wrong with a request or an answer.
        lag: How many requests ago the lists of issues are from.
        graphql: Whether there is GraphQL.
        graphql_error: An error that all queries are answered with, such as
            ``{"type": "INTERNAL", "message": "Something went wrong"}``.
    """

    def __init__(self, store: Store, url: str, base_path: str, html_url: str) -> None:
        self.store = store
        self.accounts = Accounts()
        self.urls = Urls(f"{url}{base_path}", html_url)
        self.faults = Faults()
        self.log = Log()
        self.limits = Limits()
        self.violations: list[str] = []
        self.lag = 0
        self.graphql = True
        self.graphql_error: Mapping[str, Any] | None = None
        self._base_path = base_path
        self._graphql_path = f"{base_path.removesuffix('/v3')}/graphql"
        self._requests = 0

    @property
    def api_url(self) -> str:
        """The API's address."""
        return self.urls.api

    def sign_in(
        self, login: str, *, issues: Access = "write", unauthorised: Iterable[str] = ()
    ) -> str:
        """A new token of an account.

        Args:
            login: Whose.
            issues: What it may do with issues, whatever the account may.
            unauthorised: Organisations that want single sign-on, for which it wasn't authorised.
        """
        text = f"github_pat_{len(self.accounts.tokens) + 1:022d}"
        without = frozenset(one.lower() for one in unauthorised)
        user = self.store.add_user(login)
        return self.accounts.add(Token(text, user, issues=issues, unauthorised=without)).text

    def install_app(
        self, public_key: str, repositories: Iterable[str], *, issues: Access = "write"
    ) -> App:
        """An app that is installed in repositories of one owner, which it may write in from now on."""
        names = [name.lower() for name in repositories]
        bot = self.store.add_user("syncer-app[bot]", kind="Bot")
        for name in names:
            self.store.repositories[name].roles[bot.login.lower()] = "write"
        self.accounts.app = App(
            id=self.store.next_id(),
            client_id="Iv23liSyncerSyncer",
            slug="syncer-app",
            public_key=public_key,
            installation=self.store.next_id(),
            bot=bot,
            account=self.store.repositories[names[0]].owner,
            repositories=frozenset(names),
            created=self.store.now,
            issues=issues,
        )
        return self.accounts.app

    # Requests

    def handle(self, incoming: Incoming) -> Outgoing:
        """What a request is answered with. One that isn't right is answered with a 500 that says why."""
        with self.store.lock:
            self._requests += 1
            request, is_query = self._read(incoming)
            asked = Asked(
                request.method,
                request.path,
                f"{self.urls.api}{request.path}",
                self.store.now,
            )
            fault = self.faults.choose(asked)
            self.store.remember()
            reply, carried_out = self._reply(request, incoming, is_query=is_query, fault=fault)
            outgoing = self._outgoing(reply, incoming, fault)
            self._note(request, incoming, reply, outgoing, carried_out=carried_out, fault=fault)
            return outgoing

    def _read(self, incoming: Incoming) -> tuple[Request, bool]:
        parts = urlsplit(incoming.target)
        is_query = parts.path == self._graphql_path
        path = "/graphql" if is_query else parts.path.removeprefix(self._base_path)
        match = re.fullmatch(r"/repositories/(\d+)(/.*)?", path)
        if match:
            home = self.store.repository_by_id(int(match[1]))
            path = f"/repos/{home.full_name if home else '-/-'}{match[2] or ''}"
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        try:
            body = json.loads(incoming.content) if incoming.content else None
        except ValueError:
            body = incoming.content
        conditional = "if-none-match" in incoming.headers
        return Request(incoming.method, path, query, body, conditional), is_query

    def _reply(
        self, request: Request, incoming: Incoming, *, is_query: bool, fault: Fault
    ) -> tuple[Reply, bool]:
        """The answer, and whether the request was carried out."""
        wrong = [] if is_query else _contract().of_request(request)
        if wrong:
            return self._violated(request, wrong), False
        reply = Reply(0)
        if fault.effect:
            try:
                reply = self._carried_out(request, incoming, is_query=is_query)
            except graphql_api.QueryError as error:
                return self._violated(request, [str(error)]), False
            except Exception:  # noqa: BLE001 - told at the end
                return self._violated(request, [traceback.format_exc()]), False
        if fault.answer is not None:
            now = self.store.now
            url = f"{self.urls.api}{request.path}"
            return fault.answer(Asked(request.method, request.path, url, now)), fault.effect
        return reply, fault.effect

    def _carried_out(self, request: Request, incoming: Incoming, *, is_query: bool) -> Reply:
        who = incoming.headers.get("authorization", "")
        resource = "graphql" if is_query else "core"
        free = request.path == "/rate_limit"
        try:
            if not free:
                self.limits.check(who, resource, self.store.now)
            call = self._call(request, incoming, who)
            reply = self._query(call) if is_query else operations.answer(call)
        except RefusalError as refusal:
            reply = Reply(refusal.status, refusal.body, refusal.headers)
        reply = _tagged(reply, request, incoming)
        if reply.status != 304 and not free:
            self.limits.count(who, resource, self.store.now)
        if not is_query:
            wrong = _contract().of_answer(request, reply.status, reply.body)
            if wrong:
                return self._violated(request, wrong)
        return replace(
            reply,
            headers={**self.limits.headers(who, resource, self.store.now), **reply.headers},
        )

    def _call(self, request: Request, incoming: Incoming, who: str) -> Call:
        now = self.store.now
        signed = _SIGNED.fullmatch(request.path)
        authorization = incoming.headers.get("authorization")
        limits = dict(self.limits.of(who, now))
        if request.path == "/graphql":
            limits["graphql"] |= {"resetAt": self.limits.reset_at(who, "graphql", now)}
        return Call(
            store=self.store,
            accounts=self.accounts,
            urls=self.urls,
            method=request.method,
            path=request.path,
            query=request.query,
            body=request.body,
            authorization=authorization,
            token=None if signed else self.accounts.token(authorization, now),
            lag=self.lag,
            limits=limits,
        )

    def _query(self, call: Call) -> Reply:
        if not self.graphql:
            raise RefusalError(404, "Not Found")
        if call.token is None:
            raise RefusalError(401, "This endpoint requires you to be authenticated.")
        if self.graphql_error is not None:
            return Reply(200, {"errors": [dict(self.graphql_error)]})
        return graphql_api.answer(call)

    def _violated(self, request: Request, wrong: list[str]) -> Reply:
        told = [f"{request.method} {request.path}: {each}" for each in wrong]
        self.violations.extend(told)
        return Reply(500, {"message": "; ".join(told)})

    # Answers

    def _outgoing(self, reply: Reply, incoming: Incoming, fault: Fault) -> Outgoing:
        body = reply.body
        content = b"" if body is None else body.encode() if isinstance(body, str) else _json(body)
        headers = {
            "Date": format_datetime(self.store.now, usegmt=True),
            "Content-Type": "application/json; charset=utf-8",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": f"{self._requests:04X}:{len(incoming.content):04X}:0001",
            **reply.headers,
        }
        violated = reply.status == 500 and fault.answer is None
        delivery = Delivery.WHOLE if violated else fault.delivery
        return Outgoing(reply.status, headers, content, delivery)

    def _note(
        self,
        request: Request,
        incoming: Incoming,
        reply: Reply,
        outgoing: Outgoing,
        *,
        carried_out: bool,
        fault: Fault,
    ) -> None:
        sent = outgoing.delivery in (Delivery.WHOLE, Delivery.CUT)
        self.log.exchanges.append(
            Exchange(
                request.method,
                request.path,
                request.query,
                request.body,
                incoming.headers,
                reply.status if sent else 0,
                reply.body,
                "" if fault.name == "ok" else fault.name,
                carried_out,
            )
        )


@cache
def _contract() -> Contract:
    return Contract(_CONTRACTS / "github-rest.json", _CONTRACTS / "github-rest-more.json")


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _tagged(reply: Reply, request: Request, incoming: Incoming) -> Reply:
    """An answer to a read with a tag, or word that it is the one that the client has."""
    if request.method != "GET" or reply.status != 200:
        return reply
    tag = f'W/"{hashlib.sha256(_json(reply.body)).hexdigest()}"'
    if incoming.headers.get("if-none-match") == tag:
        return Reply(304, None, {"ETag": tag})
    return replace(reply, headers={**reply.headers, "ETag": tag})
