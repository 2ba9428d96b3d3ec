"""The double of GitHub refuses, redirects, lags and fails as it is told to, and tells who breaks its rules."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.clock import FakeClock
from tests.support.doubles.violations import ViolationError
from tests.support.github import changing, faults
from tests.support.github.client import ISSUES, SHOP, client
from tests.support.github.server import github_double

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.client import Client
    from tests.support.github.faults import Fault
    from tests.support.github.store import Repository


@pytest.fixture
def api() -> Iterator[Client]:
    with client() as api:
        yield api


@pytest.fixture
def shop(api: Client) -> Repository:
    return api.github.store.repositories["acme/shop"]


class TestRefusals:
    def test_an_archived_repository_can_only_be_read(self, api: Client, shop: Repository) -> None:
        api.file()
        shop.archived = True
        assert api.json(api.get(SHOP))["archived"] is True
        assert api.get(f"{ISSUES}/1").status_code == 200
        refused = api.json(api.patch(f"{ISSUES}/1", {"title": "x"}), 403)
        assert refused["message"] == "Repository was archived so is read-only."

    def test_issues_can_be_disabled(self, api: Client, shop: Repository) -> None:
        api.file()
        shop.has_issues = False
        assert api.json(api.get(SHOP))["has_issues"] is False
        assert api.titles() == [], "a list has pull requests only, and doesn't say why"
        comments = f"{ISSUES}/1/comments"
        for answer in (api.get(f"{ISSUES}/1"), api.post(ISSUES, {"title": "x"}), api.get(comments)):
            assert answer.json()["message"] == "Issues are disabled for this repo"
            assert answer.status_code == 410

    def test_a_renamed_repository_redirects(self, api: Client) -> None:
        api.file()
        shop = api.github.store.rename("acme/shop", "acme/store")
        moved = api.get(f"{ISSUES}/1")
        assert moved.status_code == 301
        assert moved.headers["Location"] == f"{api.github.api_url}/repositories/{shop.id}/issues/1"
        assert api.json(api.get(moved.headers["Location"]))["repository_url"].endswith("acme/store")
        assert api.get(ISSUES, state="all").headers["Location"].endswith("/issues?state=all")
        redirected = api.post(ISSUES, {"title": "Two"})
        assert redirected.status_code == 307
        filed = api.json(api.post(redirected.headers["Location"], {"title": "Two"}), 201)
        assert filed["html_url"] == "https://github.com/acme/store/issues/2"

    def test_a_transferred_issue_redirects(self, api: Client, shop: Repository) -> None:
        api.file(labels=["bug"])
        store = api.github.store
        other = store.add_repository("acme/other", private=True, roles={"robot": "read"})
        changing.transfer(store, shop, 1, other)
        for answer in (api.get(f"{ISSUES}/1"), api.patch(f"{ISSUES}/1", {"title": "x"})):
            assert answer.status_code == 301
        followed = api.ask("GET", f"{ISSUES}/1", allow_redirects=True).json()
        assert (followed["html_url"], followed["labels"]) == (
            "https://github.com/acme/other/issues/1",
            [],
        )
        assert api.get(f"{ISSUES}/1/comments").status_code == 404
        assert api.titles(state="all") == []

    def test_a_transfer_to_where_nobody_may_look_is_a_miss(
        self, api: Client, shop: Repository
    ) -> None:
        api.file()
        store = api.github.store
        changing.transfer(store, shop, 1, store.add_repository("acme/secret", private=True))
        assert api.get(f"{ISSUES}/1").status_code == 404
        store.redirects_to_unseen = True
        moved = api.get(f"{ISSUES}/1")
        assert moved.status_code == 301
        assert api.get(moved.headers["Location"]).status_code == 404

    def test_deleted_and_hidden_issues(self, api: Client, shop: Repository) -> None:
        api.file()
        api.file("Two")
        changing.delete(api.github.store, shop, 1)
        shop.hidden.add(2)
        gone = api.json(api.get(f"{ISSUES}/1"), 410)
        assert gone["message"] == "This issue was deleted"
        for number in (2, 3):
            assert api.get(f"{ISSUES}/{number}").status_code == 404
        assert api.titles() == []
        assert api.file()["number"] == 3

    def test_who_may_not_push_changes_nobody_else_s_issue(self, api: Client) -> None:
        api.file()
        reader = api.as_(api.github.sign_in("reader"))
        assert reader.patch(f"{ISSUES}/1", {"title": "x"}).status_code == 403
        assert reader.post(f"{SHOP}/labels", {"name": "x"}).status_code == 403
        assert reader.post(f"{ISSUES}/1/labels", ["x"]).status_code == 403
        assert reader.post(f"{ISSUES}/1/comments", {"body": "x"}).status_code == 201

    def test_a_locked_issue_takes_comments_of_those_who_push(
        self, api: Client, shop: Repository
    ) -> None:
        api.file()
        changing.touch(api.github.store, shop, shop.issues[1], locked=True)
        reader = api.as_(api.github.sign_in("reader"))
        assert reader.post(f"{ISSUES}/1/comments", {"body": "x"}).status_code == 403
        assert api.post(f"{ISSUES}/1/comments", {"body": "x"}).status_code == 201

    def test_a_token_may_have_fewer_rights_than_its_owner(self, api: Client) -> None:
        api.file()
        reading = api.as_(api.github.sign_in("robot", issues="read"))
        assert reading.get(f"{ISSUES}/1").status_code == 200
        refused = reading.post(ISSUES, {"title": "x"})
        assert refused.status_code == 403
        assert refused.json()["message"] == "Resource not accessible by personal access token"
        assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
        nothing = api.as_(api.github.sign_in("robot", issues="none"))
        assert nothing.get(ISSUES).headers["X-Accepted-GitHub-Permissions"] == "issues=read"
        assert nothing.get(SHOP).status_code == 200

    def test_single_sign_on(self, api: Client) -> None:
        unauthorised = api.as_(api.github.sign_in("robot", unauthorised=["Acme"]))
        refused = unauthorised.get(SHOP)
        assert refused.status_code == 403
        assert refused.headers["X-GitHub-SSO"].startswith("required; url=")

    def test_strangers(self, api: Client, shop: Repository) -> None:
        wrong, nobody = api.as_("wrong"), api.as_("")
        assert wrong.json(wrong.get(SHOP), 401)["message"] == "Bad credentials"
        assert nobody.get(ISSUES).status_code == 200
        assert nobody.post(ISSUES, {"title": "x"}).status_code == 401
        shop.private = True
        assert nobody.get(ISSUES).status_code == 404
        assert api.as_(api.github.sign_in("stranger")).get(SHOP).status_code == 404


class TestLag:
    def test_lists_are_late_and_single_issues_are_not(self, api: Client) -> None:
        api.github.lag = 2
        api.file("One", labels=["bug"])
        api.change(1, title="Two")
        assert api.titles() == []
        assert api.titles(labels="bug") == ["One"]
        assert api.json(api.get(f"{ISSUES}/1"))["title"] == "Two"
        assert api.titles(labels="bug") == ["Two"]

    def test_a_filed_issue_is_not_in_the_next_lists(self, api: Client) -> None:
        api.github.lag = 3
        api.file()
        assert [api.titles() for _ in range(5)] == [[], [], [], ["One"], ["One"]]


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "filed"),
        [
            (faults.DROPPED_BEFORE, 0),
            (faults.DROPPED_AFTER, 1),
            (faults.CUT, 1),
        ],
    )
    def test_a_connection_is_dropped(self, api: Client, fault: Fault, filed: int) -> None:
        api.github.faults.next(fault)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            api.post(ISSUES, {"title": "x"})
        assert len(api.titles()) == filed
        (exchange,) = api.github.log.creates
        assert (exchange.fault, exchange.carried_out) == (fault.name, bool(filed))

    @pytest.mark.parametrize("fault", [faults.STALLED_BEFORE, faults.STALLED_AFTER])
    def test_an_answer_never_comes(self, api: Client, fault: Fault) -> None:
        api.github.faults.next(fault)
        with pytest.raises(requests.Timeout):
            api.ask("POST", ISSUES, {"title": "x"}, timeout=(60, 0.05))
        assert len(api.titles()) == fault.effect

    @pytest.mark.parametrize("effect", [False, True])
    def test_an_error_of_the_server_and_a_page(self, api: Client, *, effect: bool) -> None:
        api.github.faults.next(
            faults.server_error(503, effect=effect), faults.OK, faults.html(effect=effect)
        )
        assert api.post(ISSUES, {"title": "x"}).status_code == 503
        assert len(api.titles()) == effect
        page = api.post(ISSUES, {"title": "x"})
        assert (page.status_code, page.text[:6]) == (200, "<html>")
        assert len(api.titles()) == 2 * effect

    @pytest.mark.parametrize("status", [403, 429])
    def test_limits(self, api: Client, status: int) -> None:
        api.github.faults.next(
            faults.primary_limit(status, seconds=90),
            faults.secondary_limit(status, retry_after=7),
            faults.secondary_limit(status, retry_after=None),
        )
        first, second, third = (api.post(ISSUES, {"title": "x"}) for _ in range(3))
        assert {first.status_code, second.status_code, third.status_code} == {status}
        assert first.headers["X-RateLimit-Remaining"] == "0"
        now = int(api.github.store.now.timestamp())
        assert first.headers["X-RateLimit-Reset"] == str(now + 90)
        assert "secondary rate limit" in second.json()["message"]
        assert (second.headers["Retry-After"], third.headers.get("Retry-After")) == ("7", None)
        assert api.titles() == []

    def test_redirects(self, api: Client) -> None:
        elsewhere = "http://127.0.0.1:1"
        api.github.faults.next(faults.redirect(307), faults.redirect(301, elsewhere))
        assert api.post(ISSUES, {"title": "x"}).headers["Location"].endswith(ISSUES)
        moved = api.get(ISSUES)
        assert (moved.status_code, moved.headers["Location"]) == (301, f"{elsewhere}{ISSUES}")

    def test_faults_for_requests_of_a_kind(self, api: Client) -> None:
        api.github.faults.when(lambda asked: asked.body == {"title": "y"}, faults.html())
        api.github.faults.when(faults.creates, faults.server_error(), times=2)
        assert api.get(ISSUES).status_code == 200
        answers = [api.post(ISSUES, {"title": "x"}).status_code for _ in range(3)]
        assert answers == [502, 502, 201]
        assert api.post(ISSUES, {"title": "y"}).text.startswith("<html>")
        met = [fault.name for fault, _ in api.github.faults.met]
        assert met == ["502 before", "502 before", "html before"]

    def test_faults_by_chance_are_the_same_for_the_same_seed(self) -> None:
        def statuses() -> list[int]:
            with client() as api:
                api.github.faults.sometimes(7, 0.5, [faults.server_error(), faults.html()])
                found = [api.get(ISSUES).status_code for _ in range(20)]
                api.github.faults.stop()
                assert api.get(ISSUES).status_code == 200
                return [*found, len(api.github.faults.met)]

        assert statuses() == statuses()
        assert Counter(statuses())[502] > 0

    def test_requests_are_used_up(self) -> None:
        clock = FakeClock()
        with client(clock=lambda: clock.now) as api:
            api.github.limits.limit = 2
            left = [api.get(ISSUES).headers["X-RateLimit-Remaining"] for _ in range(2)]
            assert left == ["1", "0"]
            refused = api.get(ISSUES)
            assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
            assert api.json(api.get("/rate_limit"))["rate"]["remaining"] == 0
            clock.waits.append(3600)
            assert api.get(ISSUES).status_code == 200


class TestViolations:
    @pytest.mark.parametrize(
        ("method", "path", "body", "wrong"),
        [
            ("GET", f"{ISSUES}?state=shut", None, "the parameter state"),
            ("POST", ISSUES, {"title": "x", "owner": "y"}, "the body has no key owner"),
            ("GET", f"{SHOP}/wiki", None, "is no operation"),
            ("GET", f"{ISSUES}?mentioned=alice", None, "NotImplementedError"),
            ("POST", "/graphql", {"query": "{ nonsense }"}, "Cannot query field"),
            ("POST", "/graphql", {"query": "query($n: Int!) { viewer { login } }"}, "'$n'"),
            ("POST", "/graphql", {"query": "{"}, "Syntax Error"),
        ],
    )
    def test_a_request_that_is_not_right_fails_at_once_and_at_the_end(
        self, method: str, path: str, body: Any, wrong: str
    ) -> None:
        def ask() -> None:
            with client() as api:
                answer = api.ask(method, path, body)
                assert answer.status_code == 500
                assert wrong in answer.json()["message"]

        with pytest.raises(ViolationError, match=path.partition("?")[0]) as raised:
            ask()
        assert wrong in str(raised.value)

    def test_what_was_wrong_is_added_to_what_a_test_says(self) -> None:
        def fail() -> None:
            with client() as api:
                api.get(f"{SHOP}/wiki")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError) as raised:
            fail()
        assert raised.value.__notes__ == [f"GET {SHOP}/wiki: GET {SHOP}/wiki is no operation"]

    def test_a_wrong_path_below_another_address_is_no_operation(self) -> None:
        with github_double(base_path="/api/v3", strict=False) as double:
            url = double.api_url.removesuffix("/api/v3")
            for path in ("/repos/acme/shop", "/api/v3/graphql", "/graphql"):
                assert requests.get(f"{url}{path}", timeout=60).status_code == 500
            assert len(double.violations) == 3


def test_the_log_counts(api: Client) -> None:
    api.file()
    api.change(1, title="Two")
    api.post(f"{ISSUES}/1/comments", {"body": "x"})
    api.titles()
    api.query("{ viewer { login } }")
    log = api.github.log
    assert [len(part) for part in (log.reads, log.queries, log.writes)] == [2, 1, 3]
    assert [one.body for one in log.creates] == [{"title": "One"}]
    assert [one.status for one in log.comments] == [201]
    log.clear()
    assert log.exchanges == []


def test_requests_at_once_are_answered_one_after_the_other(api: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        filed = list(pool.map(lambda title: api.file(str(title))["number"], range(40)))
    assert sorted(filed) == list(range(1, 41))


def test_a_double_is_closed_while_its_clients_hold_on(api: Client) -> None:
    with client() as other:
        other.titles()
    with pytest.raises(requests.ConnectionError):
        other.titles()
