"""What a no means, in words that name the remedy, and without what a hostile service would like to have shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.trackers.jira.explaining import Explained, by_name, clarified, explain, limited
from syncer.trackers.jira.subjects import Subject
from syncer.trackers.redaction import Redactor
from syncer.trackers.replies import Reply

SECRET = "hunter2hunter2"  # noqa: S105
REDACT = Redactor([SECRET])
HTML = "<html><body>Log in</body></html>"
DENIED = {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}
CAPTCHA = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x/login.jsp"}


def explained(
    status: int,
    said: Any = "",
    headers: dict[str, str] | None = None,
    method: str = "PUT",
    path: str = "/issue/PAY-7",
) -> Explained:
    text = said if isinstance(said, str) else json.dumps(said)
    return explain(Reply(status, headers or {}, text), Subject.of(method, path, "PAY"), REDACT)


def says(*messages: str, **errors: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": errors}


@pytest.mark.parametrize(
    ("found", "reason", "remedy", "everywhere"),
    [
        (explained(400, says(duedate="is wrong")), "accepted: duedate: is wrong", "", False),
        (explained(400, says(x="X is required.")), "X is required", "`transition_fields`", False),
        (explained(400, says(x="It is not on the appropriate screen")), "x: It", "screens", False),
        (
            explained(400, says("You need the Schedule Issues permission")),
            "Schedule Issues",
            "permission Schedule Issues",
            False,
        ),
        (explained(400), "it isn't accepted", "", False),
        (
            explained(400, says(project="no"), method="POST", path="/issue"),
            "project PAY: project: no",
            "`issue_type`",
            True,
        ),
        (explained(400, says(project="no")), "it isn't accepted", "", False),
        (explained(401), "credentials aren't accepted", "`email`", True),
        (explained(401, HTML), "aren't accepted (a page of HTML)", "`email`", True),
        (explained(401, "", {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}), "cred", "tok", True),
        (explained(401, "", DENIED), "CAPTCHA", "browser", True),
        (explained(403, HTML, DENIED), "CAPTCHA", "browser", True),
        (explained(403, HTML, CAPTCHA), "CAPTCHA", "browser", True),
        (
            explained(401, "", {"X-Seraph-LoginReason": "AUTHORISATION_FAILED"}),
            "may not use this Jira",
            "access to Jira",
            True,
        ),
        (explained(403, says("XSRF check failed")), "forged", "X-Atlassian-Token", True),
        (explained(403, says("IP allowlist says no")), "IP allow list", "address", True),
        (explained(403, says("Basic auth is disabled")), "password", "personal access", True),
        (explained(403, HTML), "in front of Jira", "proxy", True),
        (explained(403, "RBAC: access denied"), "in front of Jira", "proxy", True),
        (explained(403), "permission Edit Issues", "Add Comments", False),
        (explained(403, says("You lack the link issues permission")), "Link Issues", "", False),
        (explained(403, method="POST", path="/issue"), "Create Issues", "Browse", True),
        (explained(403, method="GET", path="/project/PAY"), "Browse Projects", "Browse", True),
        (explained(403, method="POST", path="/other"), "isn't allowed", "Browse", False),
        (explained(404), "no issue PAY-7, or the account can't see it", "deleted", False),
        (explained(404, HTML), "no Jira at this address", "context path", True),
        (explained(404, method="GET", path="/project/PAY"), "no project PAY", "`project`", True),
        (explained(404, says("no user"), method="GET", path="/user"), "(no user)", "", False),
        (
            explained(404, HTML, method="POST", path="/issue/bulkfetch"),
            "Jira Cloud has",
            "deployment: server",
            True,
        ),
        (explained(409, says("busy")), "409 Conflict (busy)", "", False),
        (explained(410), "issue PAY-7 is gone", "Empty", False),
        (explained(410, method="POST", path="/search"), "no longer", "deployment: cloud", True),
        (explained(413), "too large", "Shorten", False),
        (
            explained(302, "", {"Location": "https://acme.example/login.jsp?os_destination=x"}),
            "log in at acme.example (302)",
            "single sign-on",
            True,
        ),
        (
            explained(301, "", {"Location": "https://new.example/x"}),
            "new.example (301)",
            "`url`",
            True,
        ),
        (explained(307, "", {"Location": "https://["}), "another address (307)", "`url`", True),
        (explained(302), "another address (302)", "`url`", True),
    ],
)
def test_what_an_answer_means(
    found: Explained, reason: str, remedy: str, *, everywhere: bool
) -> None:
    assert reason in found.reason
    assert remedy in found.remedy
    assert found.everywhere is everywhere


@pytest.mark.parametrize(
    ("method", "path", "permission", "issue"),
    [
        ("POST", "/issue", "Create Issues", ""),
        ("POST", "/issue/bulk", "Create Issues", ""),
        ("POST", "/issue/bulkfetch", "Browse Projects", ""),
        ("POST", "/search/jql", "Browse Projects", ""),
        ("PUT", "/issue/PAY-7", "Edit Issues", "PAY-7"),
        ("PUT", "/issue/PAY-7/properties/syncer", "Edit Issues", "PAY-7"),
        ("PUT", "/issue/PAY-7/assignee", "Assign Issues", "PAY-7"),
        ("POST", "/issue/PAY-7/transitions", "Transition Issues", "PAY-7"),
        ("POST", "/issue/PAY-7/comment", "Add Comments", "PAY-7"),
        ("POST", "/issue/PAY-7/remotelink", "Link Issues", "PAY-7"),
        ("POST", "/issueLink", "Link Issues", ""),
        ("GET", "/issue/createmeta/PAY/issuetypes", "Browse Projects", ""),
        ("GET", "/issue/PAY%2D7?fields=x", "Browse Projects", "PAY-7"),
        ("GET", "/user/assignable/search", "Browse users and groups", ""),
        ("DELETE", "/issue/PAY-7/properties/syncer", "Edit Issues", "PAY-7"),
        ("POST", "/unheard/of", "", ""),
    ],
)
def test_what_a_request_is_about(method: str, path: str, permission: str, issue: str) -> None:
    about = Subject.of(method, path, "PAY")
    assert (about.permission, about.issue) == (permission, issue)


def test_fields_are_called_by_their_names() -> None:
    errors = {"customfield_1": "is required", "duedate": "is wrong"}
    assert by_name(errors, {"customfield_1": "Team"}) == "Team: is required; duedate: is wrong"
    many = by_name({f"f{number}": "no" for number in range(99)}, {})
    assert many.endswith("f9: no; …")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("jira-quota-tenant-based", "this site's hourly quota"),
        ("Jira-Burst-Based", "too many requests within a second"),
        ("jira-something-new", "jira-something-new"),
        (f"x\n{SECRET}", "x ***"),
        ("", "slow down"),
    ],
)
def test_why_a_limit_is_reached(reason: str, words: str) -> None:
    headers = {"RateLimit-Reason": reason, "Retry-After": "3"}
    told = clarified(Reply(429, headers, '{"message": "slow down"}'), REDACT)
    assert (told.status, told.text, told.header("retry-after")) == (429, words, "3")


def test_a_missing_permission_is_no_limit() -> None:
    assert limited(Reply(429))
    assert not limited(Reply(403, {"X-RateLimit-Remaining": "0"}, "rate limit"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HTML, "Jira is down, starting, or under maintenance (a page of HTML)"),
        ("", "Jira is down, starting, or under maintenance"),
        (f'{{"errorMessage": "reindexing {SECRET}"}}', "maintenance (reindexing ***)"),
    ],
)
def test_maintenance(text: str, words: str) -> None:
    assert clarified(Reply(503, {}, text), REDACT).text.endswith(words)


HOSTILE = [
    f"{SECRET}\nERROR: forged\r\x1b[31m\u202e\u200b" + "x" * 50_000,
    "x" * 290 + SECRET,
    f"Authorization: Basic {SECRET}1",
    f"{SECRET} is required",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 410, 413, 422, 451, 599])
@pytest.mark.parametrize("form", ["plain", "message", "errors", "errorMessages", "key"])
def test_hostile_words_are_one_bounded_line(text: str, status: int, form: str) -> None:
    said = {
        "plain": text,
        "message": {"message": text},
        "errors": {"errors": {"f": text}},
        "errorMessages": {"errorMessages": [text] * 50},
        "key": {"errors": {f"{number} {text}": text for number in range(200)}},
    }[form]
    headers = {"Location": f"https://x/login?{text}", "RateLimit-Reason": text}
    found = explained(status, said, headers)
    again = clarified(Reply(status, headers, text), REDACT).text
    told = [found.reason, found.remedy, *found.messages, *found.fields, *found.fields.values()]
    for one in (*told, again):
        assert SECRET not in one
        assert one.isprintable()
        assert len(one) < 700
    assert len(found.fields) <= 100
    assert SECRET not in repr(found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    status=st.integers(300, 600),
    said=st.text() | st.dictionaries(st.sampled_from(["errors", "errorMessages", "message"]), JSON),
    path=st.sampled_from(["/issue", "/issue/PAY-7", "/search", "/project/PAY", "/x"]),
)
def test_whatever_is_said_is_explained(status: int, said: Any, path: str) -> None:
    found = explained(status, said, method="POST", path=path)
    assert found.reason
    assert "\n" not in found.reason
