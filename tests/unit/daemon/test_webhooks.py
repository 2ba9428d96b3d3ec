"""A webhook says which of the configured repositories to look at, and nothing else."""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from syncer.daemon.webhooks import Outcome, Service
from syncer.settings.keys import WebhookKeys
from tests.support import deliveries
from tests.support.deliveries import Sent
from tests.support.watched import GITHUB_SECRET, Watched

if TYPE_CHECKING:
    from syncer.daemon.webhooks import Webhooks


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def webhooks(watched: Watched) -> Webhooks:
    return watched.webhooks()


def take(webhooks: Webhooks, sent: Sent, service: Service = "github") -> Outcome:
    return webhooks.take(service, sent.headers, sent.body)


class TestGitHub:
    def test_a_push_to_the_branch_asks_for_a_look(
        self, watched: Watched, webhooks: Webhooks
    ) -> None:
        assert take(webhooks, deliveries.push()) is Outcome.ACCEPTED
        assert watched.asked == ["shop"]
        addresses = {
            "acme/shop",
            "https://github.com/acme/shop",
            "https://github.com/acme/shop.git",
            "git@github.com:acme/shop.git",
        }
        assert watched.told == [(frozenset(addresses), "main", True)]

    def test_whether_it_is_the_default_branch_is_said(
        self, watched: Watched, webhooks: Webhooks
    ) -> None:
        take(webhooks, deliveries.push(default_branch="trunk"))
        assert [(branch, default) for _, branch, default in watched.told] == [("main", False)]

    @pytest.mark.parametrize(
        "ref", ["refs/syncer/lease", "refs/tags/main", "refs/heads", "main", "", "refs/pull/1/head"]
    )
    def test_what_is_no_branch_is_not_looked_up(
        self, watched: Watched, webhooks: Webhooks, ref: str
    ) -> None:
        assert take(webhooks, deliveries.push(ref)) is Outcome.IGNORED
        assert watched.told == []

    def test_another_branch_is_nothing_to_look_at(
        self, watched: Watched, webhooks: Webhooks
    ) -> None:
        assert take(webhooks, deliveries.push("refs/heads/syncer/action-items")) is Outcome.IGNORED
        assert watched.told[0][1] == "syncer/action-items"
        assert watched.asked == []

    @pytest.mark.parametrize("action", ["opened", "closed", "deleted", "pinned", 7])
    def test_any_change_of_an_issue_asks_for_a_look(
        self, watched: Watched, webhooks: Webhooks, action: object
    ) -> None:
        assert take(webhooks, deliveries.issue(action=action)) is Outcome.ACCEPTED
        assert watched.asked == ["shop"]
        names = {"acme/shop#12", "https://github.com/acme/shop/issues/12"}
        assert watched.told == [(frozenset(names), "", False)]

    @pytest.mark.parametrize("event", ["ping", "star", "issue_comment", "pull_request", "💥"])
    def test_other_events_are_ignored(
        self, watched: Watched, webhooks: Webhooks, event: str
    ) -> None:
        sent = deliveries.github(event, {"repository": deliveries.REPOSITORY})
        assert take(webhooks, sent) is Outcome.IGNORED
        assert not watched.asked
        assert not watched.told


class TestJira:
    @pytest.mark.parametrize("event", ["created", "updated", "deleted"])
    def test_a_change_of_an_issue_asks_for_a_look(
        self, watched: Watched, webhooks: Webhooks, event: str
    ) -> None:
        sent = deliveries.jira_issue(event=f"jira:issue_{event}")
        assert take(webhooks, sent, "jira") is Outcome.ACCEPTED
        assert watched.asked == ["shop"]
        assert watched.told == [(frozenset({"PAY-7"}), "", False)]

    def test_one_of_another_project_does_not(self, watched: Watched, webhooks: Webhooks) -> None:
        assert take(webhooks, deliveries.jira_issue("OPS-1"), "jira") is Outcome.IGNORED
        assert watched.asked == []

    @pytest.mark.parametrize("event", ["comment_created", "sprint_started", ""])
    def test_other_events_are_ignored(
        self, watched: Watched, webhooks: Webhooks, event: str
    ) -> None:
        assert take(webhooks, deliveries.jira_issue(event=event), "jira") is Outcome.IGNORED
        assert watched.told == []


class TestSignatures:
    @pytest.mark.parametrize("header", [None, "", "sha256=0", "sha1=2f"])
    def test_without_a_good_one_nothing_is_even_read(
        self, watched: Watched, webhooks: Webhooks, header: str | None
    ) -> None:
        sent = deliveries.push()
        del sent.headers["x-hub-signature-256"]
        if header is not None:
            sent.headers["x-hub-signature-256"] = header
        assert take(webhooks, sent) is Outcome.BAD_SIGNATURE
        assert not watched.asked
        assert not watched.told

    def test_the_secret_of_one_service_is_not_that_of_the_other(self, webhooks: Webhooks) -> None:
        sent = deliveries.jira({"webhookEvent": "jira:issue_updated"}, secret=GITHUB_SECRET)
        assert take(webhooks, sent, "jira") is Outcome.BAD_SIGNATURE

    def test_githubs_older_signature_counts_for_nothing(self, webhooks: Webhooks) -> None:
        sent = deliveries.push()
        sent.headers["x-hub-signature"] = sent.headers.pop("x-hub-signature-256")
        assert take(webhooks, sent) is Outcome.BAD_SIGNATURE

    def test_a_byte_more_is_another_body(self, webhooks: Webhooks) -> None:
        sent = deliveries.push()
        assert take(webhooks, Sent(sent.body + b"\n", sent.headers)) is Outcome.BAD_SIGNATURE

    def test_a_secret_that_was_changed_counts_from_then_on(self, watched: Watched) -> None:
        webhooks = watched.webhooks()
        webhooks.keys = lambda: WebhookKeys(github_secret=SecretStr("another secret of ours"))
        assert take(webhooks, deliveries.push()) is Outcome.BAD_SIGNATURE
        assert webhooks.secret("jira") == ""


class TestReplay:
    def test_the_same_once_more_does_nothing(self, watched: Watched, webhooks: Webhooks) -> None:
        assert take(webhooks, deliveries.push()) is Outcome.ACCEPTED
        assert take(webhooks, deliveries.push()) is Outcome.REPEATED
        assert watched.asked == ["shop"]

    def test_not_even_under_another_id(self, watched: Watched, webhooks: Webhooks) -> None:
        for delivery in ("1", "2"):
            sent = deliveries.push()
            sent.headers["x-github-delivery"] = delivery
            take(webhooks, sent)
        assert watched.asked == ["shop"]

    def test_another_event_is_no_repetition(self, watched: Watched, webhooks: Webhooks) -> None:
        """Jira Data Center may give all of a webhook's deliveries one id."""
        for key in ("PAY-7", "PAY-8"):
            assert take(webhooks, deliveries.jira_issue(key), "jira") is Outcome.ACCEPTED
        assert watched.asked == ["shop", "shop"]

    def test_after_an_hour_it_is_forgotten(self, watched: Watched, webhooks: Webhooks) -> None:
        take(webhooks, deliveries.push())
        watched.clock.waits.append(3600)
        assert take(webhooks, deliveries.push()) is Outcome.ACCEPTED


MALFORMED = [
    b"",
    b"null",
    b"[]",
    b'"push"',
    b"{",
    b"\xff\xfe{}",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"ref": ' + b"9" * 100_000 + b"}",
    b'{"ref": "refs/heads/main"}',
    b'{"ref": "refs/heads/main", "repository": []}',
]


class TestMalformed:
    @pytest.mark.parametrize("body", MALFORMED, ids=lambda body: body[:24].decode("latin-1"))
    def test_a_push_that_is_none(self, watched: Watched, webhooks: Webhooks, body: bytes) -> None:
        assert take(webhooks, deliveries.github("push", body)) is Outcome.MALFORMED
        assert watched.asked == []

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"issue": {"number": 12}},
            {"issue": {"number": "12"}, "repository": deliveries.REPOSITORY},
            {"issue": {"number": 0}, "repository": deliveries.REPOSITORY},
            {"issue": {"number": True}, "repository": deliveries.REPOSITORY},
            {"issue": {"number": 10**300}, "repository": deliveries.REPOSITORY},
            {"issue": None, "repository": deliveries.REPOSITORY},
        ],
    )
    def test_an_issue_that_is_none(
        self, watched: Watched, webhooks: Webhooks, said: object
    ) -> None:
        assert take(webhooks, deliveries.github("issues", said)) is Outcome.MALFORMED
        assert watched.asked == []

    @pytest.mark.parametrize(
        "key", ["", "PAY", "-7", "PAY-", "PAY-7\n", 7, None, "P" * 3000 + "-7"]
    )
    def test_an_issue_of_jira_without_a_key(self, webhooks: Webhooks, key: object) -> None:
        said = {"webhookEvent": "jira:issue_updated", "issue": {"key": key}}
        assert take(webhooks, deliveries.jira(said), "jira") is Outcome.MALFORMED

    @pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
    def test_another_content_type(self, webhooks: Webhooks, kind: str) -> None:
        sent = deliveries.push()
        sent.headers["content-type"] = kind
        assert take(webhooks, sent) is Outcome.MALFORMED

    def test_an_event_without_its_name(self, webhooks: Webhooks) -> None:
        sent = deliveries.push()
        del sent.headers["x-github-event"]
        assert take(webhooks, sent) is Outcome.MALFORMED

    def test_overlong_names_are_left_out(self, watched: Watched, webhooks: Webhooks) -> None:
        take(webhooks, deliveries.push(html_url="h" * 3000, ssh_url=["a"], clone_url=None))
        assert watched.told[0][0] == {"acme/shop"}


class TestTelling:
    def test_all_are_counted(self, webhooks: Webhooks) -> None:
        unsigned = deliveries.push(number=1)
        del unsigned.headers["x-hub-signature-256"]
        for sent in (deliveries.push(), deliveries.push(), unsigned, deliveries.issue()):
            take(webhooks, sent)
        take(webhooks, deliveries.jira(b"?"), "jira")
        webhooks.turned_down("jira", Outcome.TOO_LARGE)
        assert +Counter(webhooks.counts) == {
            ("github", "accepted"): 2,
            ("github", "repeated"): 1,
            ("github", "bad-signature"): 1,
            ("jira", "malformed"): 1,
            ("jira", "too-large"): 1,
        }
        assert len(webhooks.counts) == 2 * len(Outcome)

    def test_what_is_not_taken_is_told_once_a_minute_and_without_a_word_of_it(
        self, watched: Watched, webhooks: Webhooks, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "syncer")
        said = json.dumps({"ref": "MARK", "repository": {"full_name": "MARK"}}).encode()
        hostile = Sent(said, {"x-github-event": "MARK\n", "x-hub-signature-256": "MARK"})
        for _ in range(100):
            take(webhooks, hostile)
        assert len(caplog.records) == 1
        watched.clock.waits.append(60)
        take(webhooks, hostile)
        assert len(caplog.records) == 2
        assert "for github is not taken: bad-signature" in caplog.text
        assert "MARK" not in caplog.text

    def test_who_is_looked_at_is_told_in_the_configurations_words(
        self, webhooks: Webhooks, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "syncer")
        take(webhooks, deliveries.push())
        assert caplog.messages == ["a webhook of github asks for a look at shop"]
