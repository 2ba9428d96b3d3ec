"""GitHub as the tests have it: what it is asked, what it answers, and whether both are right."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.support.contracts import Contract, Request
from tests.support.doubles.faults import Faults
from tests.support.doubles.violations import ViolationError
from tests.support.doubles.wire import Incoming, Outgoing, written
from tests.support.github import graphql_api, operations, wire
from tests.support.github.accounts import Accounts, App, Token
from tests.support.github.calls import Call, Reply
from tests.support.github.faults import GRAPHQL, MANY, OK, Asked, Fault
from tests.support.github.limits import Limits, exceeded
from tests.support.github.log import Log
from tests.support.github.refusals import RefusalError
from tests.support.github.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.github.accounts import Access
    from tests.support.github.store import Store

_CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
_SIGNED: Final = re.compile(r"/repos/[^/]+/[^/]+/installation|/app/.*")
"""Operations that an app signs itself for."""


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
        self.faults = Faults(MANY)
        self.log = Log()
        self.limits = Limits()
        self.violations: list[str] = []
        self.lag = 0
        self.graphql = True
        self.graphql_error: Mapping[str, Any] | None = None
        self._base_path = base_path
        self._requests = 0

    @property
    def api_url(self) -> str:
        """The API's address."""
        return self.urls.api

    def sign_in(
        self,
        login: str,
        *,
        issues: Access = "write",
        pull_requests: Access = "write",
        unauthorised: Iterable[str] = (),
    ) -> str:
        """A new token of an account.

        Args:
            login: Whose.
            issues: What it may do with issues, whatever the account may.
            pull_requests: What it may do with pull requests, likewise.
            unauthorised: Organisations that want single sign-on, for which it wasn't authorised.
        """
        text = f"github_pat_{len(self.accounts.tokens) + 1:022d}"
        without = frozenset(one.lower() for one in unauthorised)
        user = self.store.add_user(login)
        token = Token(text, user, issues=issues, pull_requests=pull_requests, unauthorised=without)
        return self.accounts.add(token).text

    def workflow(
        self, repository: str, *, issues: Access = "write", pull_requests: Access = "write"
    ) -> str:
        """A token as a workflow in a repository has it: that of an app which can't say who it is."""
        bot = self.store.add_user("github-actions[bot]", kind="Bot")
        self.store.repositories[repository.lower()].roles[bot.login.lower()] = "write"
        text = f"ghs_{len(self.accounts.tokens) + 1:036d}"
        token = Token(text, bot, app=True, issues=issues, pull_requests=pull_requests)
        return self.accounts.add(token).text

    def install_app(
        self, public_key: str, repositories: Iterable[str], *, issues: Access = "write"
    ) -> App:
        """An app that is installed in repositories of one owner, which it may write in from now on."""
        homes = [self.store.repositories[name.lower()] for name in repositories]
        bot = self.store.add_user("syncer-app[bot]", kind="Bot")
        for home in homes:
            home.roles[bot.login.lower()] = "write"
        self.accounts.app = App(
            id=self.store.next_id(),
            client_id="Iv23liSyncerSyncer",
            slug="syncer-app",
            public_key=public_key,
            installation=self.store.next_id(),
            bot=bot,
            account=homes[0].owner,
            repositories=frozenset(home.full_name.lower() for home in homes),
            created=self.store.now,
            issues=issues,
        )
        return self.accounts.app

    # Requests

    def handle(self, incoming: Incoming) -> Outgoing:
        """What a request is answered with. One that isn't right is answered with a 500 that says why."""
        with self.store.lock:
            self._requests += 1
            request = wire.read(incoming, self._base_path, self.store)
            url = f"{self.urls.api}{request.path}"
            asked = Asked(
                request.method, request.path, request.query, request.body, url, self.store.now
            )
            fault = self.faults.choose(asked)
            self.store.remember()
            try:
                reply = self._reply(request, incoming, fault, asked)
            except ViolationError as error:
                told = [f"{request.method} {request.path}: {each}" for each in error.wrong]
                self.violations.extend(told)
                reply, fault = Reply(500, {"message": "; ".join(told)}), OK
            self.log.note(request, incoming.headers, reply, fault)
            return Outgoing(
                reply.status,
                {**self._headers(len(incoming.content)), **reply.headers},
                written(reply.body),
                fault.delivery,
            )

    def _reply(self, request: Request, incoming: Incoming, fault: Fault, asked: Asked) -> Reply:
        wrong = [] if request.path == GRAPHQL else _contract().of_request(request)
        if wrong:
            raise ViolationError(wrong)
        reply = self._carried_out(request, incoming) if fault.effect else Reply(0)
        return fault.answer(asked) if fault.answer is not None else reply

    def _carried_out(self, request: Request, incoming: Incoming) -> Reply:
        who = incoming.headers.get("authorization", "")
        resource = "graphql" if request.path == GRAPHQL else "core"
        free = request.path == "/rate_limit"
        if free or self.limits.left(who, resource, self.store.now):
            reply = wire.tagged(self._answered(request, who), incoming)
        else:
            reply = exceeded(resource)
        if not free and reply.status != 304:
            self.limits.count(who, resource, self.store.now)
        wrong = _contract().of_answer(request, reply.status, reply.body)
        if wrong:
            raise ViolationError(wrong)
        told = self.limits.headers(who, resource, self.store.now)
        return replace(reply, headers={**told, **reply.headers})

    def _answered(self, request: Request, who: str) -> Reply:
        try:
            call = self._call(request, who)
            return self._query(call) if request.path == GRAPHQL else operations.answer(call)
        except RefusalError as refusal:
            return Reply(refusal.status, refusal.body, refusal.headers)
        except graphql_api.QueryError as error:
            raise ViolationError([str(error)]) from error
        except Exception as error:
            # A mistake in the double, or something that it can't do: told at the end, like the others.
            raise ViolationError([traceback.format_exc()]) from error

    def _call(self, request: Request, who: str) -> Call:
        now = self.store.now
        signed = _SIGNED.fullmatch(request.path)
        return Call(
            store=self.store,
            accounts=self.accounts,
            urls=self.urls,
            method=request.method,
            path=request.path,
            query=request.query,
            body=request.body,
            authorization=who or None,
            token=None if signed else self.accounts.token(who, now),
            lag=self.lag,
            limits=self.limits.of(who, now),
        )

    def _query(self, call: Call) -> Reply:
        if not self.graphql:
            raise RefusalError(404, "Not Found")
        if call.token is None:
            raise RefusalError(401, "This endpoint requires you to be authenticated.")
        if self.graphql_error is not None:
            return Reply(200, {"errors": [dict(self.graphql_error)]})
        return graphql_api.answer(call)

    # Answers

    def _headers(self, length: int) -> Mapping[str, str]:
        return {
            "Date": format_datetime(self.store.now, usegmt=True),
            "Content-Type": "application/json; charset=utf-8",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": f"{self._requests:04X}:{length:04X}:0001",
        }


@cache
def _contract() -> Contract:
    return Contract(_CONTRACTS / "github-rest.json", _CONTRACTS / "github-rest-more.json")
