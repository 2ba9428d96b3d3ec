"""What is taken for an answer, what is followed, and what is said when there is none."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import requests

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.github.client import NoGraphQLError
from syncer.trackers.http import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from responses import RequestsMock

    from syncer.trackers.github.client import Client
    from tests.support.clock import FakeClock

API = "https://api.github.com:443"
ISSUES = "/repos/acme/shop/issues"
SECRET = "hunter2hunter2"  # noqa: S105
ISSUE = {"number": 12, "title": "One"}
HTML = "<html><title>Log in</title></html>"
NO_JSON = [HTML, "", "null", '{"number": 1', "[" * 100_000]


def link(url: str) -> dict[str, str]:
    return {"Link": f'<{url}>; rel="next", <https://api.github.com/x>; rel="last"'}


def sent(mocked: RequestsMock) -> Any:
    """What the first request had in it."""
    body = mocked.calls[0].request.body
    assert isinstance(body, str | bytes)
    return json.loads(body)


class TestReading:
    def test_it_is_sent_as_what_it_is(self, client: Client, mocked: RequestsMock) -> None:
        mocked.get(f"{API}{ISSUES}", json=[ISSUE])
        assert client.get_list(ISSUES, {"state": "all", "labels": "a b"}) == [ISSUE]
        request = mocked.calls[0].request
        assert request.url == f"{API}{ISSUES}?labels=a+b&state=all"
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        assert "syncer/" in str(request.headers["User-Agent"])
        assert request.headers["Accept"] == "application/vnd.github+json"

    @pytest.mark.parametrize("body", [*NO_JSON, "{}", "[1]"])
    def test_what_is_no_list_is_asked_for_again(
        self, client: Client, mocked: RequestsMock, body: str
    ) -> None:
        mocked.get(f"{API}{ISSUES}", body=body)
        mocked.get(f"{API}{ISSUES}", json=[ISSUE])
        assert client.get_list(ISSUES) == [ISSUE]

    @pytest.mark.parametrize("body", [*NO_JSON, "[]", "1"])
    def test_what_is_no_object_is_never_an_issue(
        self, client: Client, mocked: RequestsMock, body: str
    ) -> None:
        mocked.get(f"{API}{ISSUES}/12", body=body)
        with pytest.raises(TrackerError, match="can't be read"):
            client.get_object(f"{ISSUES}/12")

    def test_what_has_not_changed_is_told_by_its_tag(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(f"{API}{ISSUES}", json=[ISSUE], headers={"ETag": 'W/"1"'})
        mocked.get(f"{API}{ISSUES}", status=304)
        first = client.get(ISSUES)
        assert (first.data, first.etag) == ([ISSUE], 'W/"1"')
        assert client.get(ISSUES, etag=first.etag).data is None
        assert mocked.calls[1].request.headers["If-None-Match"] == 'W/"1"'

    def test_unchanged_is_no_answer_to_a_question_without_a_tag(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(f"{API}{ISSUES}", status=304)
        with pytest.raises(AnswerError):
            client.get(ISSUES)

    def test_there_is_something_or_not(self, client: Client, mocked: RequestsMock) -> None:
        mocked.get(f"{API}/a", status=204)
        mocked.get(f"{API}/b", status=404, json={"message": "Not Found"})
        mocked.get(f"{API}/c", status=403, json={"message": "Not accessible"})
        assert client.exists("/a")
        assert not client.exists("/b")
        with pytest.raises(AnswerError):
            client.exists("/c")

    def test_an_answer_that_is_put_off_is_asked_for_again_at_our_pace(
        self, client: Client, mocked: RequestsMock, clock: FakeClock
    ) -> None:
        mocked.get(f"{API}{ISSUES}", status=202, json=[])
        mocked.get(f"{API}{ISSUES}", json=[ISSUE])
        assert client.get_list(ISSUES) == [ISSUE]
        assert clock.waits == [0.5]

    def test_a_no_says_what_can_be_done_and_keeps_its_status(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(f"{API}{ISSUES}", status=404, json={"message": "Not Found"})
        with pytest.raises(AnswerError, match="no repository acme/shop") as caught:
            client.get_list(ISSUES)
        assert caught.value.reply.status == 404
        assert "issues: write" in caught.value.remedy


class TestRedirections:
    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_read_follows_with_the_query_of_the_new_address(
        self, client: Client, mocked: RequestsMock, status: int
    ) -> None:
        there = "https://api.github.com/repositories/1/issues?state=all&labels=syncer&per_page=100"
        mocked.get(f"{API}{ISSUES}", status=status, headers={"Location": there})
        mocked.get(f"{API}/repositories/1/issues", json=[ISSUE])
        assert list(client.pages(ISSUES, {"state": "all", "labels": "syncer"})) == [[ISSUE]]
        query = "labels=syncer&per_page=100&state=all"
        assert mocked.calls[1].request.url == f"{API}/repositories/1/issues?{query}"

    @pytest.mark.parametrize("status", [301, 302])
    @pytest.mark.parametrize(
        "there",
        [
            "https://evil.example/repos/acme/shop",
            "http://api.github.com/repos/acme/shop",
            "https://api.github.com:8443/repos/acme/shop",
            "https://api.github.com@evil.example/",
            "https://x@api.github.com/repos/acme/shop",
            "https://api.github.com/repos/../../x",
            "https://api.github.com/%2e%2E/x",
            "//api.github.com/x",
            "",
        ],
    )
    def test_a_read_follows_nowhere_else(
        self, client: Client, mocked: RequestsMock, there: str, status: int
    ) -> None:
        mocked.get(f"{API}{ISSUES}", status=status, headers={"Location": there})
        with pytest.raises(TrackerError, match="isn't its own"):
            client.get_list(ISSUES)
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize("there", ["https://[", "https://api.github.com:x/", "https://\x00/"])
    def test_an_address_may_be_none(self, client: Client, mocked: RequestsMock, there: str) -> None:
        mocked.get(f"{API}{ISSUES}", status=301, headers={"Location": there})
        with pytest.raises(TrackerError):
            client.get_list(ISSUES)

    def test_a_read_is_not_led_around_for_ever(self, client: Client, mocked: RequestsMock) -> None:
        here = f"https://api.github.com{ISSUES}"
        mocked.get(f"{API}{ISSUES}", status=301, headers={"Location": here})
        with pytest.raises(AnswerError, match="renamed"):
            client.get_list(ISSUES)
        assert len(mocked.calls) == 5

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_write_to_a_renamed_repository_stops_everything(
        self, client: Client, mocked: RequestsMock, status: int
    ) -> None:
        there = "https://api.github.com/repositories/1/issues"
        mocked.post(f"{API}{ISSUES}", status=status, headers={"Location": there})
        with pytest.raises(TrackerError, match="acme/shop was renamed") as caught:
            client.post(ISSUES, {"title": "One"}, needs=("number",))
        assert "`repository`" in caught.value.remedy
        assert len(mocked.calls) == 1

    def test_a_write_to_a_transferred_issue_concerns_that_alone(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        there = "https://api.github.com/repositories/2/issues/3"
        mocked.patch(f"{API}{ISSUES}/12", status=301, headers={"Location": there})
        answer = client.patch(f"{ISSUES}/12", lambda: {"title": "One"})
        assert isinstance(answer, Refused)
        assert "issue #12 of acme/shop" in answer.reason
        assert len(mocked.calls) == 1


class TestPages:
    def test_they_are_followed_as_they_are_linked(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        following = "https://api.github.com/repositories/1/issues?after=Y3Vyc29yOjE%3D&page=2"
        mocked.get(f"{API}{ISSUES}", json=[ISSUE], headers=link(following))
        mocked.get(f"{API}/repositories/1/issues", json=[{"number": 13}])
        assert list(client.pages(ISSUES, {"state": "all"})) == [[ISSUE], [{"number": 13}]]
        assert mocked.calls[0].request.url == f"{API}{ISSUES}?per_page=100&state=all"
        query = "after=Y3Vyc29yOjE%3D&page=2"
        assert mocked.calls[1].request.url == f"{API}/repositories/1/issues?{query}"

    def test_a_list_that_goes_round_in_a_circle_is_no_whole_one(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        following = f"https://api.github.com{ISSUES}?page=2"
        mocked.get(f"{API}{ISSUES}", json=[ISSUE], headers=link(following))
        with pytest.raises(TrackerError, match="circle"):
            list(client.pages(ISSUES))
        assert len(mocked.calls) == 2

    def test_a_list_goes_on_nowhere_else(self, client: Client, mocked: RequestsMock) -> None:
        elsewhere = link("https://evil.example/?token=hunter2hunter2")
        mocked.get(f"{API}{ISSUES}", json=[ISSUE], headers=elsewhere)
        with pytest.raises(TrackerError, match="isn't its own") as caught:
            list(client.pages(ISSUES))
        assert SECRET not in str(caught.value)

    def test_a_page_that_can_t_be_read_is_no_empty_one(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(
            f"{API}{ISSUES}", json=[ISSUE], headers=link(f"https://api.github.com{ISSUES}?page=2")
        )
        mocked.get(f"{API}{ISSUES}", json={"message": "Server busy"})
        pages = client.pages(ISSUES)
        assert next(pages) == [ISSUE]
        with pytest.raises(TrackerError, match="can't be read"):
            next(pages)


def posting(client: Client) -> Any:
    return client.post(ISSUES, {"title": "One"}, needs=("number",))


def patching(client: Client) -> Any:
    return client.patch(f"{ISSUES}/12", lambda: {"title": "One"}, needs=("number",))


class TestWriting:
    def test_the_answer_is_the_issue(self, client: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{API}{ISSUES}", json=ISSUE, status=201)
        assert posting(client) == ISSUE
        assert sent(mocked) == {"title": "One"}

    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    @pytest.mark.parametrize("body", [*NO_JSON, "{}", '{"number": null}', "[]"])
    def test_half_an_answer_is_no_success_and_not_sent_again(
        self, client: Client, mocked: RequestsMock, body: str, status: int
    ) -> None:
        mocked.post(f"{API}{ISSUES}", body=body, status=status)
        assert isinstance(posting(client), Unknown)
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize(
        "trouble", [requests.ConnectionError("reset"), requests.ReadTimeout("late"), 500, 502, 503]
    )
    def test_what_may_have_been_carried_out_is_not_sent_again(
        self, client: Client, mocked: RequestsMock, trouble: Exception | int
    ) -> None:
        if isinstance(trouble, int):
            mocked.post(f"{API}{ISSUES}", status=trouble, body=HTML)
        else:
            mocked.post(f"{API}{ISSUES}", body=trouble)
        assert isinstance(posting(client), Unknown)
        assert len(mocked.calls) == 1

    def test_a_header_that_is_no_number_loses_no_answer(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        odd = {
            "X-RateLimit-Limit": "many",
            "X-RateLimit-Remaining": "inf",
            "X-RateLimit-Reset": "²",
        }
        mocked.post(f"{API}{ISSUES}", json=ISSUE, status=201, headers=odd)
        assert posting(client) == ISSUE
        assert client.usage().left is None

    @pytest.mark.parametrize(
        "limit",
        [
            {"status": 429, "json": {}},
            {"status": 403, "json": {}, "headers": {"Retry-After": "60"}},
            {"status": 403, "json": {"message": "You have triggered an abuse detection mechanism"}},
            {"status": 403, "json": {"message": "You have exceeded a secondary rate limit"}},
        ],
    )
    def test_a_rate_limit_is_waited_for(
        self, client: Client, mocked: RequestsMock, clock: FakeClock, limit: dict[str, Any]
    ) -> None:
        mocked.post(f"{API}{ISSUES}", **limit)
        mocked.post(f"{API}{ISSUES}", json=ISSUE, status=201)
        assert posting(client) == ISSUE
        assert clock.waits == [60]

    @pytest.mark.parametrize("write", [posting, patching])
    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (401, "Bad credentials"),
            (403, "Resource not accessible by integration"),
            (403, "Repository was archived so is read-only."),
            (403, "Resource protected by organization SAML enforcement."),
            (403, "the `acme` organization has an IP allow list enabled"),
            (410, "Issues has been disabled in this repository."),
            (451, "Repository access blocked"),
            (307, ""),
        ],
    )
    def test_what_every_write_would_meet_stops_them_all(
        self,
        client: Client,
        mocked: RequestsMock,
        write: Callable[[Client], Any],
        status: int,
        message: str,
    ) -> None:
        method, path = ("POST", ISSUES) if write is posting else ("PATCH", f"{ISSUES}/12")
        mocked.add(method, f"{API}{path}", status=status, json={"message": f"{message} {SECRET}"})
        with pytest.raises(TrackerError) as caught:
            write(client)
        assert caught.value.remedy
        assert SECRET not in str(caught.value)
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (404, "Not Found"),
            (410, "This issue was deleted"),
            (422, "Validation Failed"),
            (403, "Unable to create comment because issue is locked."),
            (400, "Problems parsing JSON"),
        ],
    )
    def test_what_concerns_one_issue_is_said_of_that_alone(
        self, client: Client, mocked: RequestsMock, status: int, message: str
    ) -> None:
        mocked.patch(f"{API}{ISSUES}/12", status=status, json={"message": f"{message} {SECRET}"})
        answer = patching(client)
        assert isinstance(answer, Refused)
        assert SECRET not in answer.reason
        assert len(mocked.calls) == 1

    def test_lists_are_answers_to_some_writes(self, client: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{API}{ISSUES}/12/labels", json=[{"name": "a"}])
        mocked.delete(f"{API}{ISSUES}/12/labels/a", json=[])
        assert client.post_list(f"{ISSUES}/12/labels", {"labels": ["a"]}) == [{"name": "a"}]
        assert client.delete_label(f"{ISSUES}/12/labels/a") == []


class TestGraphQL:
    QUERY = "query { viewer { login } }"

    def answer(self, mocked: RequestsMock, **answer: Any) -> None:
        mocked.post(f"{API}/graphql", json=answer)

    def test_data_and_errors_come_together(self, client: Client, mocked: RequestsMock) -> None:
        error = {"type": "NOT_FOUND", "path": ["b"]}
        self.answer(mocked, data={"a": 1, "b": None}, errors=[error])
        assert client.graphql(self.QUERY, {"n": 1}) == ({"a": 1, "b": None}, [error])
        assert sent(mocked) == {"query": self.QUERY, "variables": {"n": 1}}

    def test_it_counts_as_a_read(self, client: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{API}/graphql", status=502)
        self.answer(mocked, data={})
        assert client.graphql(self.QUERY, {}) == ({}, [])
        assert (client.http.spent.reads, client.http.spent.writes) == (2, 0)

    def test_nothing_else_than_queries_is_sent(self, client: Client) -> None:
        with pytest.raises(ValueError, match="only queries"):
            client.graphql("mutation { x }", {})

    def test_a_success_may_be_a_rate_limit(
        self, client: Client, mocked: RequestsMock, clock: FakeClock
    ) -> None:
        limited = [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]
        self.answer(mocked, data=None, errors=limited)
        self.answer(mocked, data={})
        assert client.graphql(self.QUERY, {}) == ({}, [])
        assert clock.waits == [60]

    @pytest.mark.parametrize(
        "answer",
        [
            {
                "data": None,
                "errors": [{"message": "Something went wrong while executing your query"}],
            },
            {"data": None},
            {"errors": []},
            {},
        ],
    )
    def test_an_answer_without_data_or_reason_is_asked_for_again(
        self, client: Client, mocked: RequestsMock, answer: dict[str, Any]
    ) -> None:
        self.answer(mocked, **answer)
        self.answer(mocked, data={"a": 1})
        assert client.graphql(self.QUERY, {}) == ({"a": 1}, [])

    def test_a_reason_that_lasts_is_handed_out(self, client: Client, mocked: RequestsMock) -> None:
        error = {"type": "NOT_FOUND", "message": "Could not resolve to a Repository"}
        self.answer(mocked, data=None, errors=[error])
        assert client.graphql(self.QUERY, {}) == (None, [error])

    @pytest.mark.parametrize("status", [400, 403, 404, 405])
    def test_there_may_be_none(self, client: Client, mocked: RequestsMock, status: int) -> None:
        mocked.post(f"{API}/graphql", status=status, json={"message": "Not Found"})
        with pytest.raises(NoGraphQLError):
            client.graphql(self.QUERY, {})

    def test_a_wrong_token_is_no_missing_interface(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.post(f"{API}/graphql", status=401, json={"message": f"Bad credentials {SECRET}"})
        with pytest.raises(TrackerError, match="aren't accepted") as caught:
            client.graphql(self.QUERY, {})
        assert SECRET not in str(caught.value)


class TestUsage:
    def test_calls_are_counted_and_the_limit_is_what_github_says(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        rates = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4990",
            "X-RateLimit-Reset": "1764000000",
            "X-RateLimit-Resource": "core",
        }
        graphql = {**rates, "X-RateLimit-Remaining": "1", "X-RateLimit-Resource": "graphql"}
        mocked.get(f"{API}{ISSUES}", json=[], headers=rates)
        mocked.post(f"{API}/graphql", json={"data": {}}, headers=graphql)
        client.get_list(ISSUES)
        client.graphql("query { viewer { login } }", {})
        usage = client.usage()
        assert (usage.calls, usage.left, usage.limit) == (2, 4990, 5000)
        assert usage.reset is not None
        assert usage.reset.timestamp() == 1764000000


def test_no_secret_gets_into_a_log(
    client: Client, mocked: RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="github.Requester")
    handed_out = {"token": "something-new", "said": SECRET}
    mocked.get(f"{API}{ISSUES}/1", json=handed_out, headers={"X-Echo": SECRET})
    mocked.get(f"{API}{ISSUES}/1", status=500, body=f"no: Bearer {SECRET}")
    mocked.get(f"{API}{ISSUES}/1", json={})
    client.get_object(f"{ISSUES}/1")
    client.get_object(f"{ISSUES}/1")
    assert "api.github.com" in caplog.text
    assert SECRET not in caplog.text
    assert "something-new" not in caplog.text
    assert SECRET not in repr(client)
