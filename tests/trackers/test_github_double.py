"""The double of GitHub keeps to GitHub's rules. That its answers fit the description, it sees to itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from github import Auth, Github

from tests.support.clock import FakeClock
from tests.support.github import changing
from tests.support.github.client import ISSUES, SHOP, client
from tests.support.github.server import START, github_double

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.client import Client


@pytest.fixture
def api() -> Iterator[Client]:
    with client() as api:
        yield api


def names(things: list[dict[str, Any]], key: str = "name") -> list[str]:
    return [thing[key] for thing in things]


class TestIssues:
    def test_an_issue_is_filed_and_read_back(self, api: Client) -> None:
        filed = api.file(body="Text", labels=["BUG"], assignees=["ALICE"])
        assert filed["number"] == 1
        assert (filed["title"], filed["body"], filed["state"]) == ("One", "Text", "open")
        assert (names(filed["labels"]), names(filed["assignees"], "login")) == (["bug"], ["alice"])
        assert filed["user"]["login"] == "robot"
        assert filed["html_url"] == "https://github.com/acme/shop/issues/1"
        assert api.json(api.get(f"{ISSUES}/1")) == filed

    def test_only_what_is_named_changes(self, api: Client) -> None:
        filed = api.file(body="Text", labels=["bug"], assignees=["alice"])
        changed = api.change(1, title="Two")
        assert changed["updated_at"] > filed["updated_at"]
        assert changed | {"title": "One", "updated_at": filed["updated_at"]} == filed
        assert api.change(1, title="Two") == changed, "and nothing if it is so already"

    def test_labels_and_assignees_are_replaced(self, api: Client) -> None:
        api.file(labels=["bug"], assignees=["alice"])
        changed = api.change(1, labels=["late"], assignees=["bob"])
        assert names(changed["labels"]) == ["late"]
        assert names(changed["assignees"], "login") == ["Bob"]
        cleared = api.change(1, labels=[], assignees=[])
        assert (cleared["labels"], cleared["assignees"], cleared["assignee"]) == ([], [], None)

    def test_who_cannot_be_assigned_is_refused_with_all_else(self, api: Client) -> None:
        asked = {"title": "x", "assignees": ["alice", "nobody"]}
        (error,) = api.json(api.post(ISSUES, asked), 422)["errors"]
        assert (error["field"], error["code"], error["value"]) == ("assignees", "invalid", "nobody")
        api.file()
        assert api.patch(f"{ISSUES}/1", asked).status_code == 422

    def test_or_dropped_and_so_are_too_many(self, api: Client) -> None:
        store = api.github.store
        store.refuses_unassignable = False
        many = [f"user-{number}" for number in range(12)]
        store.repositories["acme/shop"].assignable.extend(map(store.add_user, many))
        filed = api.file(assignees=["nobody", *many])
        assert names(filed["assignees"], "login") == many[:10]

    def test_an_unknown_label_is_made_or_dropped(self, api: Client) -> None:
        (made,) = api.file(labels=["new"])["labels"]
        assert (made["name"], made["color"]) == ("new", "ededed")
        api.github.store.creates_unknown_labels = False
        assert names(api.file(labels=["newer", "bug"])["labels"]) == ["bug"]

    def test_without_the_right_to_push_all_but_texts_is_dropped(self, api: Client) -> None:
        reader = api.as_(api.github.sign_in("reader"))
        asked: dict[str, Any] = {
            "labels": ["bug", "new"],
            "assignees": ["alice"],
            "type": "Task",
            "milestone": 9,
        }
        filed = reader.file(body="Text", **asked)
        assert (filed["labels"], filed["assignees"], filed["type"]) == ([], [], None)
        changed = reader.change(1, title="Mine", **asked)
        assert (changed["title"], changed["labels"]) == ("Mine", [])
        assert names(api.get(f"{SHOP}/labels").json()) == ["bug"]

    @pytest.mark.parametrize("title", ["", " \n", "x" * 257])
    def test_a_title_that_is_not_taken(self, api: Client, title: str) -> None:
        refused = api.json(api.post(ISSUES, {"title": title}), 422)
        assert refused["errors"][0]["field"] == "title"
        api.file("ü" * 256)
        assert api.patch(f"{ISSUES}/1", {"title": title}).status_code == 422

    def test_a_body_has_a_limit_and_no_nul(self, api: Client) -> None:
        refused = api.json(api.post(ISSUES, {"title": "x", "body": "x" * 65_537}), 422)
        assert "65536" in refused["errors"][0]["message"]
        assert api.file(body="x" * 65_536)["body"] == "x" * 65_536
        assert api.file(body="a\0b")["body"] == "ab"
        assert api.file()["body"] is None

    def test_a_refused_change_changes_nothing(self, api: Client) -> None:
        filed = api.file()
        asked = {"title": "x", "body": "y", "milestone": 99, "labels": ["new"], "state": "closed"}
        assert api.patch(f"{ISSUES}/1", asked).status_code == 422
        assert api.json(api.get(f"{ISSUES}/1")) == filed
        assert names(api.get(f"{SHOP}/labels").json()) == ["bug"]

    def test_pull_requests_are_numbered_with_the_issues_and_listed(self, api: Client) -> None:
        api.file()
        store = api.github.store
        home = store.repositories["acme/shop"]
        content = {"title": "Two"}
        changing.create_issue(store, home, store.add_user("robot"), content, pull_request=True)
        assert api.file("Three")["number"] == 3
        listed = api.get(ISSUES).json()
        assert [("pull_request" in one, one["title"]) for one in listed] == [
            (False, "Three"),
            (True, "Two"),
            (False, "One"),
        ]


class TestStates:
    @pytest.mark.parametrize("reason", ["completed", "not_planned", "duplicate"])
    def test_an_issue_is_closed_for_a_reason_and_reopened(self, api: Client, reason: str) -> None:
        api.file()
        closed = api.change(1, state="closed", state_reason=reason)
        assert (closed["state"], closed["state_reason"]) == ("closed", reason)
        assert closed["closed_by"]["login"] == "robot"
        assert closed["closed_at"] is not None
        opened = api.change(1, state="open")
        assert (opened["state"], opened["state_reason"]) == ("open", "reopened")
        assert (opened["closed_at"], opened["closed_by"]) == (None, None)

    def test_without_a_reason_it_was_completed(self, api: Client) -> None:
        assert api.file()["state_reason"] is None
        assert api.change(1, state="closed")["state_reason"] == "completed"

    def test_a_reason_alone_counts_for_nothing(self, api: Client) -> None:
        filed = api.file()
        assert api.change(1, state_reason="not_planned") == filed
        closed = api.change(1, state="closed", state_reason="completed")
        assert api.change(1, state="closed", state_reason="not_planned") == closed

    def test_a_duplicate_names_an_issue_that_is_there(self, api: Client) -> None:
        original = api.file()["id"]
        api.file("Two")
        asked = {"state": "closed", "state_reason": "duplicate"}
        wrong = asked | {"duplicate_issue_id": 999_999}
        assert api.patch(f"{ISSUES}/2", wrong).status_code == 422
        assert api.change(2, **asked, duplicate_issue_id=original)["state_reason"] == "duplicate"


class TestOtherThings:
    def test_comments(self, api: Client) -> None:
        filed = api.file()
        made = api.json(api.post(f"{ISSUES}/1/comments", {"body": "First"}), 201)
        api.post(f"{ISSUES}/1/comments", {"body": "Second"})
        assert names(api.get(f"{ISSUES}/1/comments").json(), "body") == ["First", "Second"]
        since = api.get(f"{ISSUES}/1/comments", since=made["created_at"]).json()
        assert names(since, "body") == ["First", "Second"]
        after = api.json(api.get(f"{ISSUES}/1"))
        assert (after["comments"], after["updated_at"] > filed["updated_at"]) == (2, True)
        assert api.post(f"{ISSUES}/1/comments", {"body": " "}).status_code == 422

    def test_labels(self, api: Client) -> None:
        made = api.json(api.post(f"{SHOP}/labels", {"name": "Late", "color": "ff0000"}), 201)
        assert made["color"] == "ff0000"
        refused = api.json(api.post(f"{SHOP}/labels", {"name": "LATE"}), 422)
        assert refused["errors"][0]["code"] == "already_exists"
        api.file(labels=["bug"])
        added = api.post(f"{ISSUES}/1/labels", {"labels": ["late"]})
        assert names(added.json()) == ["bug", "Late"]
        assert names(api.post(f"{ISSUES}/1/labels", ["bug"]).json()) == ["bug", "Late"]
        assert names(api.ask("DELETE", f"{ISSUES}/1/labels/BUG").json()) == ["Late"]
        assert api.ask("DELETE", f"{ISSUES}/1/labels/bug").status_code == 404

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ("2025-12-01T08:00:00Z", "2025-12-01T08:00:00Z"),
            ("2025-12-01T20:30:00Z", "2025-12-01T08:00:00Z"),
            ("2025-12-01T00:00:00Z", "2025-11-30T08:00:00Z"),
            ("2025-07-01T12:00:00Z", "2025-07-01T07:00:00Z"),
        ],
    )
    def test_milestones_keep_the_day_in_california(
        self, api: Client, asked: str, kept: str
    ) -> None:
        body = {"title": "Soon", "due_on": asked}
        made = api.json(api.post(f"{SHOP}/milestones", body), 201)
        assert made["due_on"] == kept
        assert api.post(f"{SHOP}/milestones", body).status_code == 422
        assert api.file(milestone=1)["milestone"]["due_on"] == kept
        assert api.get(f"{SHOP}/milestones").json()[0]["open_issues"] == 1
        assert api.change(1, milestone=None)["milestone"] is None

    def test_assignees(self, api: Client) -> None:
        assert names(api.get(f"{SHOP}/assignees").json(), "login") == ["alice", "Bob"]
        assert api.get(f"{SHOP}/assignees/BOB").status_code == 204
        assert api.get(f"{SHOP}/assignees/robot").status_code == 404

    def test_fields_of_an_organisation(self, api: Client) -> None:
        store = api.github.store
        due = store.add_field("acme", "Due", "date")
        priority = store.add_field("acme", "Priority", "single_select", ["High", "Low"])
        fields = api.get("/orgs/acme/issue-fields").json()
        assert names(fields) == ["Due", "Priority"]
        assert names(fields[1]["options"]) == ["High", "Low"]
        values = [
            {"field_id": due.id, "value": "2025-12-01"},
            {"field_id": priority.id, "value": "high"},
        ]
        filed = api.file(issue_field_values=values)
        assert names(filed["issue_field_values"], "value") == ["2025-12-01", "High"]
        fewer = api.change(1, issue_field_values=values[:1])
        assert names(fewer["issue_field_values"], "value") == ["2025-12-01"], "they are replaced"
        for wrong in ({"field_id": 9, "value": "x"}, {"field_id": priority.id, "value": "None"}):
            asked = {"issue_field_values": [wrong]}
            assert api.patch(f"{ISSUES}/1", asked).status_code == 422

    def test_types_of_an_organisation(self, api: Client) -> None:
        assert api.get("/orgs/acme/issue-types").status_code == 404
        api.github.store.add_type("acme", "Task")
        assert names(api.get("/orgs/acme/issue-types").json()) == ["Task"]
        assert api.file(type="task")["type"]["name"] == "Task"
        assert api.change(1, type=None)["type"] is None
        assert api.patch(f"{ISSUES}/1", {"type": "Epic"}).status_code == 422

    def test_the_repository_and_who_asks(self, api: Client) -> None:
        rights = api.json(api.get(SHOP))["permissions"]
        assert (rights["push"], rights["admin"]) == (True, False)
        reader = api.as_(api.github.sign_in("reader"))
        assert reader.json(reader.get("/repos/ACME/Shop"))["permissions"]["push"] is False
        assert api.json(api.get("/user"))["login"] == "robot"


class TestLists:
    def test_filters(self, api: Client) -> None:
        api.file("One", labels=["bug"], assignees=["alice"])
        api.file("Two", labels=["bug", "late"])
        api.file("Three")
        third = api.change(3, state="closed")
        assert api.titles() == ["Two", "One"]
        assert api.titles(state="all", direction="asc") == ["One", "Two", "Three"]
        assert api.titles(state="closed") == ["Three"]
        assert api.titles(labels="Bug,LATE") == ["Two"]
        assert api.titles(assignee="alice") == ["One"]
        assert api.titles(assignee="none") == ["Two"]
        assert api.titles(creator="alice") == []
        assert api.titles(state="all", since=third["updated_at"]) == ["Three"]
        api.post(f"{ISSUES}/1/comments", {"body": "x"})
        assert api.titles(sort="updated") == ["One", "Two"]
        assert api.titles(sort="comments", direction="asc") == ["Two", "One"]

    def test_pages_are_linked_until_the_last_one(self, api: Client) -> None:
        for number in range(5):
            api.file(str(number))
        query = {"per_page": 2, "direction": "asc", "state": "all"}
        answer = api.get(ISSUES, **query)
        found = []
        while True:
            found += names(answer.json(), "title")
            if "next" not in answer.links:
                break
            assert answer.links["last"]["url"].endswith("page=3")
            answer = api.get(answer.links["next"]["url"])
        assert found == ["0", "1", "2", "3", "4"]
        assert api.get(ISSUES, page=9).json() == []

    def test_what_has_not_changed_costs_nothing(self, api: Client) -> None:
        api.file()
        answer = api.get(ISSUES)
        headers = {"If-None-Match": answer.headers["ETag"]}
        again = api.ask("GET", ISSUES, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        left = "X-RateLimit-Remaining"
        assert again.headers[left] == answer.headers[left]
        api.change(1, title="Two")
        assert api.ask("GET", ISSUES, headers=headers).status_code == 200


class TestApps:
    @pytest.fixture(scope="class")
    @staticmethod
    def key() -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, 2048)

    @staticmethod
    def signed(key: rsa.RSAPrivateKey, issuer: str, expires: int = 540) -> str:
        now = int(START.timestamp())
        return jwt.encode({"iat": now - 60, "exp": now + expires, "iss": issuer}, key, "RS256")

    def test_an_app_gets_a_token_that_is_good_for_an_hour(self, key: rsa.RSAPrivateKey) -> None:
        clock = FakeClock()
        with client(clock=lambda: clock.now) as api:
            public = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            app = api.github.install_app(public.decode(), ["acme/shop"])
            signer = api.as_(self.signed(key, str(app.id)))
            number = signer.json(signer.get(f"{SHOP}/installation"))["id"]
            path = f"/app/installations/{number}/access_tokens"
            made = signer.json(signer.post(path, None), 201)
            assert made["expires_at"] == "2025-11-23T13:00:00Z"
            bot = api.as_(made["token"])
            assert bot.file(labels=["bug"])["user"]["login"] == "syncer-app[bot]"
            assert bot.get("/user").status_code == 403
            clock.waits.append(3600)
            assert bot.get(SHOP).status_code == 401
            assert api.github.log.writes == api.github.log.creates

    @pytest.mark.parametrize(
        ("issuer", "expires", "status"),
        [("", -1, 401), ("", 3600, 401), ("another", 540, 404)],
    )
    def test_what_an_app_signs_has_to_be_right(
        self, api: Client, key: rsa.RSAPrivateKey, issuer: str, expires: int, status: int
    ) -> None:
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        app = api.github.install_app(public.decode(), ["acme/shop"])
        signer = api.as_(self.signed(key, issuer or app.client_id, expires))
        assert signer.get(f"{SHOP}/installation").status_code == status
        forged = api.as_(self.signed(rsa.generate_private_key(65537, 2048), str(app.id)))
        assert forged.get(f"{SHOP}/installation").status_code == 401


@pytest.mark.parametrize("base_path", ["", "/api/v3"])
def test_pygithub_works_with_it(base_path: str) -> None:
    with github_double(base_path=base_path, html_url="https://github.acme.example") as double:
        double.store.add_repository("acme/shop", roles={"robot": "write"}, assignable=["alice"])
        with Github(
            base_url=double.api_url,
            auth=Auth.Token(double.sign_in("robot")),
            retry=None,
            per_page=2,
            seconds_between_requests=0,
            seconds_between_writes=0,
        ) as github:
            repository = github.get_repo("acme/shop")
            for title in ("One", "Two", "Three"):
                repository.create_issue(title, labels=["syncer"], assignees=["alice"])
            issue = repository.get_issue(1)
            issue.edit(title="Renamed", state="closed", state_reason="not_planned")
            issue.create_comment("Why not.")
            issue.add_to_labels("late")
            listed = repository.get_issues(state="all", labels=["syncer"], direction="asc")
            assert [one.title for one in listed] == ["Renamed", "Two", "Three"]
            assert [one.body for one in issue.get_comments()] == ["Why not."]
            assert issue.state_reason == "not_planned"
            assert issue.html_url == "https://github.acme.example/acme/shop/issues/1"
            _, answer = github.requester.graphql_query("{ viewer { login } }", {})
            assert answer["data"] == {"viewer": {"login": "robot"}}
            assert repository.get_issue(1).updated_at > datetime(2025, 11, 23, 12, tzinfo=UTC)
        assert len(double.log.creates) == 3
        assert len(double.log.comments) == 1
