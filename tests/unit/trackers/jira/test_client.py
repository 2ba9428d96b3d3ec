"""What is taken for an answer, how lists are read to their end, and what is said when there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AnswerError
from syncer.trackers.jira.answers import Rejected
from tests.support.contracts import Contract, Request

if TYPE_CHECKING:
    from responses import RequestsMock

    from syncer.trackers.jira.client import Client
    from tests.support.clock import FakeClock

CLOUD = "https://acme.atlassian.net/rest/api/2"
SERVER = "https://acme.example/jira/rest/api/2"
SECRET = "hunter2hunter2"  # noqa: S105
ISSUE: dict[str, Any] = {"id": "10007", "key": "PAY-7", "fields": {"summary": "One"}}
HTML = "<!DOCTYPE html><html><title>Log in</title></html>"
NO_JSON = [HTML, "", "null", '{"key": ', "[" * 100_000]
FAILED = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
LOGIN = {"Location": "https://sso.acme.example/login?to=x"}
CONTRACT = Contract(Path(__file__).parents[3] / "contracts" / "jira-cloud-v3.json")


def sent(mocked: RequestsMock, number: int = 0) -> Any:
    """What was in a request."""
    body = mocked.calls[number].request.body
    assert isinstance(body, str | bytes)
    return json.loads(body)


def check_contract(mocked: RequestsMock, answer: Any) -> None:
    """Every request, and an answer to it, are as Jira describes them."""
    for number, call in enumerate(mocked.calls):
        path = str(call.request.url).removeprefix("https://acme.atlassian.net")
        asked = Request("POST", path.replace("/api/2/", "/api/3/"), body=sent(mocked, number))
        assert CONTRACT.of_request(asked) == []
        assert CONTRACT.of_answer(asked, 200, answer) == []


class TestReading:
    def test_it_is_sent_as_what_it_is(self, client: Client, mocked: RequestsMock) -> None:
        mocked.get(f"{CLOUD}/field", json=[{"id": "duedate"}])
        params = {"expand": ["a", "b"], "flag": True, "none": [], "n": 1}
        assert client.get_list("/field", params) == [{"id": "duedate"}]
        assert mocked.calls[0].request.url == f"{CLOUD}/field?expand=a%2Cb&flag=true&n=1"

    @pytest.mark.parametrize("body", [*NO_JSON, "{}", "[1]"])
    def test_what_is_no_list_is_asked_for_again(
        self, client: Client, mocked: RequestsMock, body: str
    ) -> None:
        mocked.get(f"{CLOUD}/field", body=body)
        mocked.get(f"{CLOUD}/field", json=[])
        assert client.get_list("/field") == []

    @pytest.mark.parametrize("body", [*NO_JSON, "[]", "1"])
    def test_what_is_no_object_is_never_one(
        self, client: Client, mocked: RequestsMock, body: str
    ) -> None:
        mocked.get(f"{CLOUD}/issue/PAY-7", body=body)
        with pytest.raises(TrackerError, match="can't be read"):
            client.get_object("/issue/PAY-7")

    def test_a_page_to_log_in_is_told(self, client: Client, mocked: RequestsMock) -> None:
        mocked.get(f"{CLOUD}/myself", body=HTML)
        with pytest.raises(TrackerError, match="a page of HTML, such as one to log in"):
            client.get_object("/myself")

    @pytest.mark.parametrize("status", [301, 302, 303, 307])
    def test_a_way_to_a_page_to_log_in_is_not_gone(
        self, client: Client, mocked: RequestsMock, status: int
    ) -> None:
        mocked.get(f"{CLOUD}/myself", status=status, headers=LOGIN)
        with pytest.raises(TrackerError, match=r"log in at sso\.acme\.example"):
            client.get_object("/myself")
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize("status", [200, 404])
    def test_an_answer_to_nobody_is_none(
        self, client: Client, mocked: RequestsMock, status: int
    ) -> None:
        empty = {"issues": [], "isLast": True}
        mocked.post(f"{CLOUD}/search/jql", status=status, json=empty, headers=FAILED)
        with pytest.raises(TrackerError, match="credentials aren't accepted") as caught:
            list(client.search("project = PAY", []))
        assert not isinstance(caught.value, AnswerError)
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize("told", [{"X-AACCOUNTID": "5b10"}, {"X-AUSERNAME": "syncer"}])
    def test_whoever_is_known_is_somebody(
        self, client: Client, mocked: RequestsMock, told: dict[str, str]
    ) -> None:
        mocked.get(f"{CLOUD}/myself", json={"accountId": "5b10"}, headers=FAILED | told)
        assert client.get_object("/myself") == {"accountId": "5b10"}

    def test_data_center_says_when_somebody_is_nobody(
        self, server: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(f"{SERVER}/project/PAY", json={}, headers={"X-AUSERNAME": "anonymous"})
        with pytest.raises(TrackerError, match="credentials aren't accepted"):
            server.get_object("/project/PAY")

    def test_a_no_keeps_its_status(self, client: Client, mocked: RequestsMock) -> None:
        gone = {"errorMessages": ["Issue does not exist or you do not have permission to see it."]}
        mocked.get(f"{CLOUD}/issue/PAY-7", status=404, json=gone)
        with pytest.raises(AnswerError, match="there is no issue PAY-7, or the account") as caught:
            client.fetch_one("PAY-7", ["summary"])
        assert caught.value.reply.status == 404
        assert "Browse Projects" in caught.value.remedy

    def test_a_post_that_only_reads_is_repeated(
        self, client: Client, mocked: RequestsMock, clock: FakeClock
    ) -> None:
        mocked.post(f"{CLOUD}/search/jql", status=502)
        mocked.post(f"{CLOUD}/search/jql", body=requests.ConnectionError("reset"))
        mocked.post(f"{CLOUD}/search/jql", json={"issues": [ISSUE]})
        assert list(client.search("x", [])) == [[ISSUE]]
        assert clock.waits == [0.5, 1]
        assert (client.http.spent.reads, client.http.spent.writes) == (3, 0)

    def test_maintenance_is_told_for_what_it_is(self, client: Client, mocked: RequestsMock) -> None:
        mocked.get(f"{CLOUD}/myself", status=503, body=HTML)
        with pytest.raises(TrackerError, match=r"maintenance \(a page of HTML\)") as caught:
            client.get_object("/myself")
        assert "later" in caught.value.remedy

    def test_a_limit_says_why_and_is_waited_for(
        self, client: Client, mocked: RequestsMock, clock: FakeClock
    ) -> None:
        late = {"Retry-After": "7", "RateLimit-Reason": "jira-burst-based"}
        mocked.get(f"{CLOUD}/myself", status=429, headers=late)
        mocked.get(f"{CLOUD}/myself", status=429, headers=late | {"Retry-After": "3600"})
        with pytest.raises(TrackerError, match="too many requests within a second") as caught:
            client.get_object("/myself")
        assert "for another 3600 s" in caught.value.message
        assert clock.waits == [7]


class TestOnce:
    @pytest.mark.parametrize(
        ("told", "deployment"),
        [("Cloud", "cloud"), ("Server", "server"), ("Data Center", "server"), (None, "server")],
    )
    def test_which_jira_it_is(
        self, client: Client, mocked: RequestsMock, told: str | None, deployment: str
    ) -> None:
        client.known = ""
        mocked.get(f"{CLOUD}/serverInfo", json={"version": "10.3.1", "deploymentType": told})
        assert [client.deployment(), client.deployment()] == [deployment] * 2
        assert len(mocked.calls) == 1

    def test_what_is_known_isn_t_asked(self, client: Client, server: Client) -> None:
        assert (client.deployment(), server.deployment()) == ("cloud", "server")


class TestSearchOnCloud:
    def test_it_goes_on_to_its_end(self, client: Client, mocked: RequestsMock) -> None:
        url = f"{CLOUD}/search/jql"
        mocked.post(url, json={"issues": [ISSUE], "nextPageToken": "a", "isLast": False})
        mocked.post(url, json={"issues": [], "nextPageToken": "b"})
        mocked.post(url, json={"issues": [{"key": "PAY-8"}]})
        pages = list(client.search("project = PAY", ["summary"], ["syncer"], reconcile=[10007]))
        assert pages == [[ISSUE], [], [{"key": "PAY-8"}]]
        first = {
            "jql": "project = PAY",
            "fields": ["summary"],
            "properties": ["syncer"],
            "reconcileIssues": [10007],
            "maxResults": 100,
        }
        assert sent(mocked) == first
        assert sent(mocked, 1) == first | {"nextPageToken": "a"}
        assert sent(mocked, 2) == first | {"nextPageToken": "b"}
        check_contract(mocked, {"issues": [ISSUE], "nextPageToken": "a", "isLast": False})

    def test_the_last_page_may_have_a_token(self, client: Client, mocked: RequestsMock) -> None:
        last = {"issues": [ISSUE], "nextPageToken": "a", "isLast": True}
        mocked.post(f"{CLOUD}/search/jql", json=last)
        assert list(client.search("x", [])) == [[ISSUE]]
        assert len(mocked.calls) == 1

    def test_a_list_that_goes_round_in_a_circle_is_no_whole_one(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.post(f"{CLOUD}/search/jql", json={"issues": [ISSUE], "nextPageToken": "a"})
        with pytest.raises(TrackerError, match="no end"):
            list(client.search("x", []))
        assert len(mocked.calls) == 2

    def test_a_list_without_an_end_comes_to_one(
        self, client: Client, mocked: RequestsMock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("syncer.trackers.jira.client._PAGES", 3)
        for number in range(9):
            page = {"issues": [], "nextPageToken": f"t{number}"}
            mocked.post(f"{CLOUD}/search/jql", json=page)
        mocked.assert_all_requests_are_fired = False
        with pytest.raises(TrackerError, match="no end"):
            list(client.search("x", []))
        assert len(mocked.calls) == 4

    @pytest.mark.parametrize(("limit", "calls", "found"), [(0, 0, 0), (1, 1, 1), (3, 2, 3)])
    def test_no_more_than_is_wanted(
        self, client: Client, mocked: RequestsMock, limit: int, calls: int, found: int
    ) -> None:
        mocked.assert_all_requests_are_fired = False
        page = [{"key": "PAY-1"}, {"key": "PAY-2"}]
        mocked.post(f"{CLOUD}/search/jql", json={"issues": page, "nextPageToken": "a"})
        mocked.post(f"{CLOUD}/search/jql", json={"issues": page, "nextPageToken": "b"})
        assert sum(map(len, client.search("x", [], limit=limit))) == found
        assert len(mocked.calls) == calls

    @pytest.mark.parametrize(
        "page",
        [
            {},
            {"issues": None},
            {"issues": {}},
            {"issues": [1]},
            {"issues": [{}]},
            {"issues": [{"key": 7}]},
            {"issues": [], "isLast": False},
            {"issues": [], "nextPageToken": 1},
        ],
    )
    def test_a_page_that_can_t_be_read_is_no_empty_one(
        self, client: Client, mocked: RequestsMock, page: Any
    ) -> None:
        mocked.post(f"{CLOUD}/search/jql", json=page)
        with pytest.raises(TrackerError, match="can't be read"):
            list(client.search("x", []))

    def test_a_query_that_isn_t_one_is_told(self, client: Client, mocked: RequestsMock) -> None:
        wrong = {"errorMessages": ["The value 'PAY' does not exist for the field 'project'."]}
        mocked.post(f"{CLOUD}/search/jql", status=400, json=wrong)
        with pytest.raises(AnswerError, match="'PAY' does not exist"):
            list(client.search("x", []))

    def test_a_data_center_that_is_none_is_told(self, client: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{CLOUD}/search/jql", status=404, body=HTML)
        with pytest.raises(TrackerError, match="Jira Cloud") as caught:
            list(client.search("x", []))
        assert "deployment: server" in caught.value.remedy

    def test_there_are_bounds(self, client: Client) -> None:
        with pytest.raises(ValueError, match="properties"):
            list(client.search("x", [], list("abcdef")))


class TestSearchOnDataCenter:
    def test_it_goes_on_to_its_end(self, server: Client, mocked: RequestsMock) -> None:
        url = f"{SERVER}/search"
        mocked.post(url, json={"startAt": 0, "total": 3, "issues": [ISSUE, {"key": "PAY-8"}]})
        mocked.post(url, json={"startAt": 2, "total": 3, "issues": [{"key": "PAY-9"}]})
        pages = list(server.search("project = PAY", ["summary"], ["syncer"]))
        assert pages == [[ISSUE, {"key": "PAY-8"}], [{"key": "PAY-9"}]]
        first = {"jql": "project = PAY", "fields": ["summary"], "startAt": 0, "maxResults": 1000}
        assert sent(mocked) == first
        assert sent(mocked, 1) == first | {"startAt": 2}

    def test_none_is_a_page_of_none(self, server: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{SERVER}/search", json={"startAt": 0, "total": 0, "issues": []})
        assert list(server.search("x", [])) == [[]]

    def test_no_more_than_is_wanted(self, server: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{SERVER}/search", json={"startAt": 0, "total": 9, "issues": [ISSUE]})
        assert list(server.search("x", [], limit=1)) == [[ISSUE]]
        assert sent(mocked)["maxResults"] == 1

    @pytest.mark.parametrize(
        "page",
        [
            {"issues": []},
            {"issues": [], "total": "3"},
            {"issues": [], "total": 3},
            {"issues": [ISSUE], "total": 3, "startAt": 1},
        ],
    )
    def test_half_a_list_is_none(self, server: Client, mocked: RequestsMock, page: Any) -> None:
        mocked.post(f"{SERVER}/search", json=page)
        with pytest.raises(TrackerError, match="can't be read"):
            list(server.search("x", []))

    def test_a_cloud_that_is_none_is_told(self, server: Client, mocked: RequestsMock) -> None:
        removed = {"errorMessages": ["The requested API has been removed."]}
        mocked.post(f"{SERVER}/search", status=410, json=removed)
        with pytest.raises(TrackerError, match="has been removed") as caught:
            list(server.search("x", []))
        assert "deployment: cloud" in caught.value.remedy


class TestFetching:
    def test_cloud_answers_for_a_hundred_at_once(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        errors = [{"id": "PAY-2", "errorMessage": f"Not found\n{SECRET}"}]
        mocked.post(f"{CLOUD}/issue/bulkfetch", json={"issues": [ISSUE], "issueErrors": errors})
        mocked.post(f"{CLOUD}/issue/bulkfetch", json={"issues": [{"key": "PAY-101"}]})
        keys = [f"PAY-{number}" for number in range(1, 102)]
        issues, told = client.fetch([*keys, "PAY-1"], ["summary"], ["syncer"])
        assert issues == [ISSUE, {"key": "PAY-101"}]
        assert told == {"PAY-2": "Not found ***"}
        wanted = [len(sent(mocked, number)["issueIdsOrKeys"]) for number in (0, 1)]
        assert wanted == [100, 1]
        check_contract(mocked, {"issues": [ISSUE], "issueErrors": errors})

    @pytest.mark.parametrize(
        "page", [{}, {"issues": [1]}, {"issues": [], "issueErrors": {"a": 1}}, []]
    )
    def test_what_makes_no_sense_is_no_answer(
        self, client: Client, mocked: RequestsMock, page: Any
    ) -> None:
        mocked.post(f"{CLOUD}/issue/bulkfetch", json=page)
        with pytest.raises(TrackerError, match="can't be read"):
            client.fetch(["PAY-1"], [])

    def test_data_center_is_asked_for_each(self, server: Client, mocked: RequestsMock) -> None:
        query = "?fields=summary%2Cstatus&properties=syncer"
        mocked.get(f"{SERVER}/issue/PAY-7{query}", json=ISSUE)
        mocked.get(f"{SERVER}/issue/PAY-8{query}", status=404, json={"errorMessages": ["no"]})
        mocked.get(f"{SERVER}/issue/PAY-9{query}", status=403, json={"errorMessages": ["no"]})
        keys = ["PAY-7", "PAY-8", "PAY-7", "PAY-9"]
        issues, told = server.fetch(keys, ["summary", "status"], ["syncer"])
        assert issues == [ISSUE]
        assert list(told) == ["PAY-8", "PAY-9"]

    def test_nothing_is_asked_for_nothing(self, client: Client, server: Client) -> None:
        assert client.fetch([], []) == server.fetch([], []) == ([], {})

    def test_one_that_has_no_jira_behind_it_is_not_missing(
        self, server: Client, mocked: RequestsMock
    ) -> None:
        mocked.get(f"{SERVER}/issue/PAY-7", status=404, body=HTML)
        with pytest.raises(TrackerError, match="no Jira at this address"):
            server.fetch(["PAY-7"], ["summary"])


def creating(client: Client) -> Any:
    return client.post("/issue", {"fields": {}}, ("key",))


def editing(client: Client) -> Any:
    return client.put("/issue/PAY-7", {"fields": {}})


class TestWriting:
    def test_the_answer_is_what_it_is(self, client: Client, mocked: RequestsMock) -> None:
        mocked.post(f"{CLOUD}/issue", status=201, json=ISSUE)
        mocked.put(f"{CLOUD}/issue/PAY-7", status=204)
        mocked.delete(f"{CLOUD}/issue/PAY-7/properties/syncer", status=204)
        assert creating(client) == ISSUE
        assert editing(client) is None
        assert client.delete("/issue/PAY-7/properties/syncer") is None
        assert mocked.calls[2].request.body is None

    def test_a_property_may_be_answered_with_nothing(
        self, client: Client, mocked: RequestsMock
    ) -> None:
        mocked.put(f"{CLOUD}/issue/PAY-7/properties/syncer", status=201)
        assert client.put("/issue/PAY-7/properties/syncer", {}) is None

    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    @pytest.mark.parametrize("body", [*NO_JSON, "{}", '{"key": null}', "[]"])
    def test_half_an_answer_is_no_success_and_not_sent_again(
        self, client: Client, mocked: RequestsMock, body: str, status: int
    ) -> None:
        mocked.post(f"{CLOUD}/issue", body=body, status=status)
        assert isinstance(creating(client), Unknown)
        assert len(mocked.calls) == 1

    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [(200, HTML, "text/html"), (200, "", "text/html"), (202, "", "application/json")],
    )
    def test_a_page_is_no_success_either_where_none_is_needed(
        self, client: Client, mocked: RequestsMock, status: int, body: str, kind: str
    ) -> None:
        mocked.put(f"{CLOUD}/issue/PAY-7", status=status, body=body, content_type=kind)
        assert isinstance(editing(client), Unknown)

    @pytest.mark.parametrize(
        "trouble", [requests.ConnectionError("reset"), requests.ReadTimeout("late"), 500, 502, 503]
    )
    def test_what_may_have_been_carried_out_is_not_sent_again(
        self, client: Client, mocked: RequestsMock, trouble: Exception | int
    ) -> None:
        late = {"Retry-After": "1"}
        if isinstance(trouble, int):
            mocked.post(f"{CLOUD}/issue", status=trouble, body=HTML, headers=late)
        else:
            mocked.post(f"{CLOUD}/issue", body=trouble)
        assert isinstance(creating(client), Unknown)
        assert len(mocked.calls) == 1

    def test_what_was_turned_away_is_sent_again(
        self, client: Client, mocked: RequestsMock, clock: FakeClock
    ) -> None:
        mocked.post(f"{CLOUD}/issue", status=429, headers={"Retry-After": "3"})
        mocked.post(f"{CLOUD}/issue", body=requests.ConnectTimeout("no"))
        mocked.post(f"{CLOUD}/issue", status=201, json=ISSUE)
        assert creating(client) == ISSUE
        assert clock.waits == [3, 1]

    def test_what_is_wrong_is_told_by_fields(self, client: Client, mocked: RequestsMock) -> None:
        errors = {
            "customfield_10010": f"Team is required. {SECRET}",
            "duedate": "Field 'duedate' cannot be set. It is not on the appropriate screen, or unknown.",
        }
        said = {"errorMessages": ["Not today."], "errors": errors}
        mocked.post(f"{CLOUD}/issue", status=400, json=said)
        answer = creating(client)
        assert isinstance(answer, Rejected)
        assert isinstance(answer, Refused)
        assert answer.status == 400
        assert answer.fields["customfield_10010"] == "Team is required. ***"
        assert list(answer.fields) == ["customfield_10010", "duedate"]
        assert answer.messages == ("Not today.",)
        assert answer.data == said
        assert answer.reason.startswith("it isn't accepted: Not today.; customfield_10010: Team")
        assert "screen" in answer.remedy
        assert SECRET not in f"{answer}"

    @pytest.mark.parametrize("status", [403, 404, 409, 410, 413, 422])
    def test_what_concerns_one_issue_concerns_that_alone(
        self, client: Client, mocked: RequestsMock, status: int
    ) -> None:
        mocked.put(f"{CLOUD}/issue/PAY-7", status=status, json={"errorMessages": ["No."]})
        answer = editing(client)
        assert isinstance(answer, Rejected)
        assert answer.status == status
        assert "No." in answer.reason

    @pytest.mark.parametrize(
        ("status", "said", "headers", "match"),
        [
            (401, "", {}, "aren't accepted"),
            (403, "", {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}, "CAPTCHA"),
            (403, {"message": "The IP address has been rejected"}, {}, "IP allow list"),
            (403, {"errorMessages": ["No."]}, {}, "permission Create Issues"),
            (404, {"errorMessages": ["No."]}, {}, "no project PAY"),
            (400, {"errors": {"project": "valid project is required"}}, {}, "filed in project PAY"),
            (400, {"errors": {"issuetype": "is invalid"}}, {}, "filed in project PAY"),
            (302, "", LOGIN, "log in"),
        ],
    )
    def test_what_all_others_would_meet_stops_everything(
        self,
        client: Client,
        mocked: RequestsMock,
        status: int,
        said: Any,
        headers: dict[str, str],
        match: str,
    ) -> None:
        text = said if isinstance(said, str) else json.dumps(said)
        mocked.post(f"{CLOUD}/issue", status=status, body=text, headers=headers)
        with pytest.raises(TrackerError, match=match) as caught:
            creating(client)
        assert caught.value.remedy
        assert len(mocked.calls) == 1

    def test_writes_keep_their_distance(
        self, mocked: RequestsMock, client: Client, clock: FakeClock
    ) -> None:
        from syncer.trackers.pace import Pace

        client.http.pace = Pace(0.1)
        mocked.put(f"{CLOUD}/issue/PAY-7", status=204)
        editing(client)
        editing(client)
        assert clock.waits == [0.1]
        assert client.seconds_for(11) == pytest.approx(1.1)


class TestUsage:
    @pytest.mark.parametrize("reset", ["2025-11-24T16:00:00Z", "1764000000"])
    def test_calls_are_counted_and_the_limit_is_what_jira_says(
        self, client: Client, mocked: RequestsMock, reset: str
    ) -> None:
        rates = {"X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "20"}
        mocked.get(f"{CLOUD}/myself", json={}, headers=rates | {"X-RateLimit-Reset": reset})
        client.get_object("/myself")
        usage = client.usage()
        assert (usage.calls, usage.left, usage.limit) == (1, 20, 350)
        assert usage.reset is not None
        assert usage.reset.timestamp() == 1764000000
        client.refresh()
        assert client.usage().calls == 0

    @pytest.mark.parametrize("odd", ["many", "-1", "²", "inf", ""])
    def test_what_is_no_number_is_none(
        self, client: Client, mocked: RequestsMock, odd: str
    ) -> None:
        names = ("Limit", "Remaining", "Reset")
        odds = {f"X-RateLimit-{name}": odd for name in names}
        mocked.get(f"{CLOUD}/myself", json={}, headers=odds)
        client.get_object("/myself")
        usage = client.usage()
        assert (usage.left, usage.limit, usage.reset) == (None, None, None)


def test_no_secret_is_told(client: Client, mocked: RequestsMock) -> None:
    basic = "c3luY2VyQGFjbWUuZXhhbXBsZTpodW50ZXIyaHVudGVyMg=="
    words = f"no: {SECRET}, Basic {basic}"
    mocked.get(f"{CLOUD}/myself", status=401, json={"message": words})
    mocked.put(f"{CLOUD}/issue/PAY-7", status=500, body=words)
    with pytest.raises(TrackerError) as caught:
        client.get_object("/myself")
    answer = editing(client)
    for text in (str(caught.value), f"{answer}", repr(client)):
        assert SECRET not in text
        assert basic not in text
