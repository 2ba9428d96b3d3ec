"""A no in plain words: what is wrong, what to do, and whether it is so everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.trackers.github.explaining import Explained, Subject, explain, limited
from syncer.trackers.redaction import Redactor
from syncer.trackers.replies import Reply

SHOP = Subject("acme/shop")
ISSUE = Subject("acme/shop", "12")


def told(
    status: int, message: str = "", about: Subject = SHOP, /, *, headers: Any = None, **more: Any
) -> Explained:
    """What an answer of GitHub's means."""
    body = json.dumps({"message": message, "documentation_url": "https://docs.github.com", **more})
    return explain(Reply(status, headers or {}, body), about, Redactor(["hunter2"]))


def test_a_missing_permission_is_named_as_github_names_it() -> None:
    accepted = {"X-Accepted-GitHub-Permissions": "issues=write; pull_requests=write"}
    found = told(403, "Resource not accessible by integration", headers=accepted)
    assert "issues=write; pull_requests=write" in found.reason
    assert "permissions: issues: write" in found.remedy
    assert "Issues: Read and write" in found.remedy
    assert found.everywhere


@pytest.mark.parametrize("header", ["", "see https://evil.example", "a=b\n" * 100, "a=b; " * 100])
def test_a_permission_that_is_none_is_not_repeated(header: str) -> None:
    found = told(403, "no", headers={"X-Accepted-GitHub-Permissions": header})
    assert "permission issues=write" in found.reason
    assert "evil" not in f"{found}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://github.com/orgs/acme/sso?authorization_request=A1", True),
        ("https://ghe.example/orgs/acme/sso", True),
        ("http://github.com/orgs/acme/sso", False),
        ("https://github.com.evil.example/sso", False),
        ("https://github.com@evil.example/sso", False),
        ("https://evil@github.com/sso", False),
        ("https://github.com:8443/sso", False),
        ("https://evil.example/?https://github.com/", False),
        ("https://[", False),
        ("https://github.com/\u202esso", False),
        ("https://github.com/" + "x" * 1000, False),
    ],
)
def test_only_an_address_of_github_s_own_is_shown(url: str, *, shown: bool) -> None:
    header = {"X-GitHub-SSO": f"required; url={url}"}
    about = Subject("acme/shop", host="ghe.example")
    found = told(403, "Resource protected by organization SAML enforcement.", about, headers=header)
    assert "single sign-on" in found.reason
    assert (url in found.remedy) is shown
    assert found.remedy


@pytest.mark.parametrize(
    ("status", "message", "reason", "everywhere"),
    [
        (401, "Bad credentials", "credentials aren't accepted", True),
        (403, "the `acme` organization has an IP allow list enabled", "IP allow list", True),
        (403, "Repository was archived so is read-only.", "acme/shop is archived", True),
        (403, "Unable to create comment because issue is locked.", "issue #12", False),
        (404, "Not Found", "no issue #12 of acme/shop", False),
        (410, "This issue was deleted", "was deleted", False),
        (410, "Issues are disabled for this repo", "switched off", True),
        (301, "Moved Permanently", "was transferred", False),
        (307, "", "renamed or transferred", True),
        (451, "Repository access blocked", "legal reasons", True),
        (409, "Conflict", "409 Conflict", False),
    ],
)
def test_what_is_said_of_an_issue(
    status: int, message: str, reason: str, *, everywhere: bool
) -> None:
    found = told(status, message, ISSUE)
    assert reason in found.reason
    assert found.everywhere is everywhere


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (404, "Not Found", "no repository acme/shop"),
        (410, "Gone", "acme/shop is gone"),
        (301, "Moved Permanently", "acme/shop was renamed"),
        (403, "the conversation is locked", "permission"),
    ],
)
def test_what_is_said_of_the_repository_holds_everywhere(
    status: int, message: str, reason: str
) -> None:
    found = told(status, message)
    assert reason in found.reason
    assert found.remedy
    assert found.everywhere


def test_each_field_that_isn_t_taken_is_named() -> None:
    errors = [
        {"resource": "Issue", "field": "title", "code": "missing_field"},
        {"resource": "Issue", "field": "assignees", "code": "invalid", "message": "can't\nbe"},
        "something else",
    ]
    found = told(422, "Validation Failed", ISSUE, errors=errors)
    assert found.reason.endswith(
        "Validation Failed: title missing_field; assignees invalid can't be; something else"
    )
    assert not found.everywhere


@pytest.mark.parametrize("errors", [None, "one", 1, {}, {"a": 1}, [[]], [None], [{}] * 1000])
def test_errors_may_be_anything(errors: Any) -> None:
    assert len(told(422, "Validation Failed", errors=errors).reason) < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    status=st.integers(100, 999),
    body=st.text()
    | JSON.map(json.dumps)
    | st.builds(
        lambda message, errors: json.dumps({"message": message, "errors": errors}), JSON, JSON
    ),
    headers=st.dictionaries(
        st.sampled_from(["X-GitHub-SSO", "X-Accepted-GitHub-Permissions"]), st.text()
    ),
    about=st.sampled_from([SHOP, ISSUE]),
)
def test_any_answer_becomes_a_short_line(
    status: int, body: str, headers: dict[str, str], about: Subject
) -> None:
    reply = Reply(status, headers, body)
    limited(reply)
    found = explain(reply, about, Redactor(["hunter2"]))
    assert found.reason
    for text in (found.reason, found.remedy):
        assert len(text) < 1000
        assert "\n" not in text
        assert "\x1b" not in text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 451, 500])
def test_a_secret_is_taken_out_before_the_rest_is_cut(status: int) -> None:
    for padding in range(285, 305):
        found = told(status, "x" * padding + " hunter2")
        assert "hunt" not in f"{found}"


@pytest.mark.parametrize(
    ("status", "message", "is_limit"),
    [
        (403, "You have triggered an abuse detection mechanism. Please wait.", True),
        (403, "You have exceeded a secondary rate limit.", True),
        (429, "", True),
        (403, "Resource not accessible by integration", False),
        (404, "abuse detection", False),
    ],
)
def test_a_rate_limit_is_no_missing_permission(
    status: int, message: str, *, is_limit: bool
) -> None:
    assert limited(Reply(status, {}, json.dumps({"message": message}))) is is_limit
