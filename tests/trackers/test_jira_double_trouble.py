"""The doubles of Jira let nobody in who shouldn't be, fail as they are told to, and tell who breaks the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.contracts import Request
from tests.support.doubles.violations import ViolationError
from tests.support.jira import faults
from tests.support.jira.accounts import PEOPLE, READ, WRITE
from tests.support.jira.client import client
from tests.support.jira.contract import contract
from tests.support.jira.documents import as_document

if TYPE_CHECKING:
    from tests.support.jira.client import Client
    from tests.support.jira.faults import Fault


class TestWhoAsks:
    def test_wrong_credentials(self, jira: Client) -> None:
        for wrong in (jira.as_("robot", "wrong"), jira.as_("zoe")):
            answer = wrong.get("/myself")
            assert answer.status_code == 401
            assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
            assert not answer.headers["Content-Type"].startswith("application/json")

    def test_a_token_is_good_with_its_own_address_alone(self, jira_cloud: Client) -> None:
        token = jira_cloud.double.sign_in("robot")
        assert jira_cloud.as_("alice", token).get("/myself").status_code == 401
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{jira_cloud.double.url}/rest/api/2/myself"
        assert requests.get(url, headers=headers, timeout=60).status_code == 401

    def test_wrong_credentials_may_count_as_none(self, jira: Client) -> None:
        jira.double.accounts.lets_strangers_in = True
        wrong = jira.as_("robot", "wrong")
        answer = wrong.get("/serverInfo")
        assert answer.status_code == 200
        assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        assert wrong.get("/myself").status_code == 401
        if jira.double.store.cloud:
            refused = wrong.errors(wrong.post("/issue", jira.draft()))
            assert refused == {"project": "valid project is required"}

    def test_nobody_sees_nothing(self, jira: Client) -> None:
        jira.file()
        nobody = jira.as_("nobody", "")
        assert nobody.get("/issue/PAY-1").status_code in (401, 404)
        assert nobody.get("/project/PAY").status_code == 404
        assert nobody.get("/myself").status_code == 401
        filed = nobody.post("/issue", jira.draft())
        assert filed.status_code == (400 if jira.double.store.cloud else 401)
        path = "/search/jql" if jira.double.store.cloud else "/search"
        assert nobody.get(path, jql="project = PAY").status_code == 400

    def test_tokens_with_scopes_are_good_at_the_gateway(self, jira_cloud: Client) -> None:
        jira = jira_cloud.double
        some = jira.sign_in("robot", scopes=[READ, WRITE])
        assert jira_cloud.as_("robot", some).get("/field").status_code == 401
        there = jira_cloud.as_("robot", some, jira.gateway_url)
        filed = there.json(there.post("/issue", jira_cloud.draft()), 201)
        assert filed["self"].startswith(f"{jira.gateway_url}/rest/api/2/issue/")
        assert there.json(there.get("/serverInfo"))["baseUrl"] == jira.url
        refused = there.json(there.get("/myself"), 401)
        assert refused["message"] == "Unauthorized; scope does not match"
        reader = jira_cloud.as_(
            "robot", jira.sign_in("robot", scopes=[READ, PEOPLE]), jira.gateway_url
        )
        assert reader.get("/myself").status_code == 200
        assert reader.post("/issue", jira_cloud.draft()).status_code == 401
        assert reader.post("/search/jql", {"jql": "project = PAY"}).status_code == 200
        wrong = jira_cloud.as_("robot", "wrong", jira.gateway_url)
        assert wrong.get("/field").status_code == 401


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "filed"),
        [(faults.DROPPED_BEFORE, 0), (faults.DROPPED_AFTER, 1), (faults.CUT, 1)],
    )
    def test_a_connection_is_dropped(self, jira: Client, fault: Fault, filed: int) -> None:
        jira.double.faults.next(fault)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            jira.post("/issue", jira.draft())
        assert len(jira.double.store.issues) == filed
        (exchange,) = jira.double.log.creates
        assert (exchange.fault, exchange.carried_out) == (fault.name, bool(filed))

    @pytest.mark.parametrize("fault", [faults.STALLED_BEFORE, faults.STALLED_AFTER])
    def test_an_answer_never_comes(self, jira: Client, fault: Fault) -> None:
        jira.double.faults.next(fault)
        with pytest.raises(requests.Timeout):
            jira.ask("POST", "/issue", jira.draft(), timeout=(60, 0.05))
        assert len(jira.double.store.issues) == fault.effect

    @pytest.mark.parametrize("effect", [False, True])
    def test_errors_and_pages(self, jira: Client, *, effect: bool) -> None:
        jira.double.faults.next(
            faults.server_error(502, effect=effect),
            faults.unavailable(retry_after=7, effect=effect),
            faults.html(effect=effect),
        )
        answers = [jira.post("/issue", jira.draft()) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [502, 503, 200]
        assert answers[1].headers["Retry-After"] == "7"
        assert answers[2].text.startswith("<html>")
        assert len(jira.double.store.issues) == 3 * effect

    def test_limits_captcha_and_conflicts(self, jira: Client) -> None:
        jira.double.faults.next(
            faults.rate_limited(retry_after="5"),
            faults.rate_limited(retry_after=None, reason="jira-quota-global-based"),
            faults.captcha(),
            faults.captcha(401),
            faults.conflict(),
        )
        answers = [jira.post("/issue", jira.draft()) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [429, 429, 403, 401, 409]
        headers = [answer.headers for answer in answers]
        assert (headers[0]["Retry-After"], headers[0]["RateLimit-Reason"]) == (
            "5",
            "jira-burst-based",
        )
        assert "Retry-After" not in headers[1]
        assert headers[2]["X-Seraph-LoginReason"] == "AUTHENTICATION_DENIED"
        assert jira.double.store.issues == {}

    def test_a_redirect_leads_to_the_login_page(self, jira: Client) -> None:
        jira.double.faults.when(faults.creates, faults.login_page(302))
        answer = jira.post("/issue", jira.draft())
        assert answer.status_code == 302
        page = requests.get(answer.headers["Location"], timeout=60)
        assert (page.status_code, page.text[:6]) == (200, "<html>")
        assert jira.file() == "PAY-1"

    def test_faults_by_chance(self, jira: Client) -> None:
        jira.double.faults.sometimes(1, 1.0, applies=faults.writes)
        assert jira.get("/field").status_code == 200
        jira.double.faults.stop()
        assert jira.file() == "PAY-1"


class TestViolations:
    @pytest.mark.parametrize(
        ("method", "path", "body", "wrong"),
        [
            ("GET", "/issue/PAY-1?field=summary", None, "there is no parameter field"),
            ("GET", "/filter", None, "is no operation"),
            ("GET", "/rest/api/latest/field", None, "is no operation"),
            ("POST", "/issue", {"issue": {}}, None),
            ("POST", "/issue", {"fields": {"description": as_document("x")}}, "has a text here"),
            ("POST", "/rest/api/3/issue", {"fields": {"description": "x"}}, "has a document here"),
            ("POST", "/issue/PAY-1/comment", {"body": as_document("x")}, "has a text here"),
            ("POST", "/issue/bulk", {"issueUpdates": [{}] * 51}, "there are more than 50"),
            ("POST", "/issue/bulkfetch", {"issueIdsOrKeys": ["x"] * 101}, "more than 100"),
            ("POST", "/issue/bulkfetch", {"keys": ["x"]}, "the body"),
            ("PUT", "/issue/PAY-1", None, "the body is missing"),
            ("PUT", "/issue/PAY-1", {"transition": {"id": "1"}}, "NotImplementedError"),
        ],
    )
    def test_a_request_that_is_not_right_fails_at_once_and_at_the_end(
        self, method: str, path: str, body: Any, wrong: str | None
    ) -> None:
        def ask() -> None:
            with client() as jira:
                jira.file()
                answer = jira.ask(method, path, body)
                assert answer.status_code == 500
                assert (wrong or "the body has no key") in answer.json()["errorMessages"][0]

        with pytest.raises(ViolationError):
            ask()

    @pytest.mark.parametrize(
        "path",
        ["/search/jql?jql=project=PAY", "/rest/api/3/field", "/priority/search"],
    )
    def test_data_center_has_not_all_of_it(self, path: str) -> None:
        with client(cloud=False, strict=False) as jira:
            assert jira.get(path).status_code == 500
            assert "is no operation" in jira.double.violations[0]

    def test_another_place_on_the_same_server(self) -> None:
        with client(cloud=False, base_path="/jira", strict=False) as jira:
            assert jira.double.url.endswith("/jira")
            assert jira.file() == "PAY-1"
            url = jira.double.url.removesuffix("/jira")
            assert requests.get(f"{url}/rest/api/2/field", timeout=60).status_code == 500


class TestContract:
    ISSUE = "/rest/api/{}/issue/PAY-1"

    @pytest.mark.parametrize(
        ("body", "versions"),
        [
            ({"fields": {"description": "x", "environment": None}}, {2}),
            ({"fields": {"description": as_document("x")}}, {3}),
            ({"update": {"description": [{"set": "x"}]}}, {2}),
            ({"update": {"comment": [{"add": {"body": as_document("x")}}]}}, {3}),
            ({"properties": [{"key": "a", "value": {"fields": {"description": 1}}}]}, {2, 3}),
            ({"fields": {"summary": "x"}}, {2, 3}),
        ],
    )
    def test_version_2_has_a_text_where_version_3_has_a_document(
        self, body: Any, versions: set[int]
    ) -> None:
        for version in (2, 3):
            request = Request("PUT", self.ISSUE.format(version), {}, body)
            right = contract(cloud=True).of_request(request) == []
            assert right is (version in versions)

    def test_answers_of_both_versions(self) -> None:
        for version, text in ((2, "x"), (3, as_document("x"))):
            request = Request("GET", self.ISSUE.format(version))
            for other, right in (("x", text == "x"), (as_document("x"), text != "x")):
                comments = {"comments": [{"body": other}]}
                body = {"id": "1", "fields": {"description": other, "comment": comments}}
                assert (contract(cloud=True).of_answer(request, 200, body) == []) is right

    def test_errors_look_like_errors(self) -> None:
        request = Request("GET", self.ISSUE.format(2))
        right = {"errorMessages": ["No"], "errors": {}}
        assert contract(cloud=True).of_answer(request, 404, right) == []
        assert contract(cloud=True).of_answer(request, 404, {"message": "No"}) != []
        assert contract(cloud=True).of_answer(request, 409, right) != []


def test_the_log_counts(jira: Client) -> None:
    jira.file()
    jira.post("/issue/bulk", {"issueUpdates": [jira.draft()] * 2})
    jira.put("/issue/PAY-1", {"fields": {"summary": "Two"}})
    jira.post("/issue/PAY-1/comment", {"body": "x"})
    jira.search("project = PAY")
    log = jira.double.log
    assert [len(part) for part in (log.reads, log.writes, log.creates)] == [1, 4, 2]
    assert (log.filed, len(log.comments)) == (3, 1)
