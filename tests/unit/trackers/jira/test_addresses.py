"""Names lead back to the issue; everything else leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncer.core.state import format_definition
from syncer.model import State
from syncer.testing.naming import STRANGERS
from syncer.trackers.jira.addresses import (
    Addresses,
    base_of,
    is_atlassians,
    is_key,
    issue_path,
    needs_email,
)

PAY = Addresses("https://acme.atlassian.net", "PAY")
SERVER = Addresses("https://acme.example:8443/jira", "A_1")
LOCAL = Addresses("http://[::1]:8080", "PAY")
ALL = st.sampled_from([PAY, SERVER, LOCAL])
NUMBERS = st.integers(1, 9_999_999_999).map(str)
TAILS = st.sampled_from(["", "/", "?a=b", "#comment-1", "/#x", "?focusedCommentId=1"])


@given(addresses=ALL, number=NUMBERS, tail=TAILS)
def test_every_name_leads_back(addresses: Addresses, number: str, tail: str) -> None:
    key = f"{addresses.project}-{number}"
    names = addresses.names(key)
    assert names.short == key
    for name in (names.short, key.lower(), names.long, names.long.upper(), names.url + tail):
        assert addresses.resolve(name) == key
    assert addresses.is_here(key)


@given(addresses=ALL, key=st.from_regex(r"[A-Z][A-Z0-9_]{1,8}-[1-9][0-9]{0,8}", fullmatch=True))
def test_an_issue_that_has_moved_on_its_site_has_names(addresses: Addresses, key: str) -> None:
    names = addresses.names(key)
    assert {addresses.resolve(name) for name in (names.short, names.long, names.url)} == {key}
    for label in (names.short, names.long):
        assert format_definition(label, names.url, State(1)).startswith(f"[{label}]: ")


@given(
    addresses=ALL, text=st.text() | st.from_regex(r"(https://)?[A-Za-z/.:#%@?\[\]-]{0,30}[0-9]*")
)
@example(PAY, "https://[")
@example(PAY, "https://acme.atlassian.net:port/browse/PAY-1")
@example(PAY, "PAY-" + "9" * 100_000)
@example(PAY, "https://acme.atlassian.net/browse/PAY-1?" + " " * 100_000)
@example(PAY, "https://acme.atlassian.net/issues/?" + "a=1&" * 400)
def test_any_text_can_be_asked_about(addresses: Addresses, text: str) -> None:
    key = addresses.resolve(text)
    if key is not None:
        assert addresses.resolve(addresses.names(key).url) == key
    addresses.is_here(text)
    is_key(text)
    is_atlassians(text)


@pytest.mark.parametrize("text", STRANGERS)
def test_what_is_nobody_s_leads_nowhere(text: str) -> None:
    assert [one.resolve(text) for one in (PAY, SERVER, LOCAL)] == [None] * 3


@pytest.mark.parametrize(
    "path",
    [
        "/browse/PAY-7",
        "/browse/pay-7/",
        "/browse/PAY-7?focusedCommentId=1#comment-1",
        "/browse/PAY-7?selectedIssue=PAY-8",
        "/projects/PAY/issues/PAY-7?filter=allissues",
        "/jira/software/c/projects/PAY/issues/PAY-7",
        "/jira/software/projects/PAY/boards/1?selectedIssue=PAY-7",
        "/jira/software/c/projects/PAY/boards/1/backlog?view=x&selectedIssue=pay-7",
        "/jira/core/projects/PAY/board?selectedIssue=PAY-7",
        "/jira/servicedesk/projects/PAY/queues/custom/1/PAY-7",
        "/secure/RapidBoard.jspa?rapidView=1&selectedIssue=PAY-7&quickFilter=2",
        "/projects/PAY/board?selectedIssue=PAY-7",
    ],
)
def test_every_page_that_shows_one_issue_leads_to_it(path: str) -> None:
    assert PAY.resolve(f"https://ACME.atlassian.net{path}") == "PAY-7"
    assert PAY.resolve(f"https://acme.atlassian.net:443{path}") == "PAY-7"
    here = Addresses("https://acme.example:8443/jira", "PAY")
    assert here.resolve(f"https://acme.example:8443/jira{path}") == "PAY-7"
    assert here.resolve(f"https://acme.example:8443{path}") is None or path.startswith("/jira/")


@pytest.mark.parametrize(
    "text",
    [
        "SHOP-7",
        "PAY-07",
        "PAY-0",
        "PAY7",
        "PAY-7x",
        "XPAY-7",
        "PAY-7\n",
        " PAY-7",
        "PAY-\u0661",
        "PA\u212a-1",
        "[PAY-7]",
        "other.atlassian.net/PAY-7",
        "acme.atlassian.net/browse",
        "https://acme.atlassian.net/PAY-7",
        "https://acme.atlassian.net/browse/PAY",
        "https://acme.atlassian.net/browse/PAY-7/x",
        "https://acme.atlassian.net/browse/PAY-7 x",
        "https://acme.atlassian.net/browse/PAY-7\n",
        "https://acme.atlassian.net/browse/../browse/PAY-7",
        "https://acme.atlassian.net/browse/PAY-7,PAY-8",
        "https://acme.atlassian.net/rest/api/2/issue/PAY-7",
        "https://acme.atlassian.net/wiki/spaces/X?selectedIssue=PAY-7",
        "https://acme.atlassian.net/projects/PAY/board?selectedIssue=PAY-7&selectedIssue=PAY-8",
        "https://acme.atlassian.net/projects/PAY/board?selectedIssue=",
        "http://acme.atlassian.net/browse/PAY-7",
        "https://acme.atlassian.net:8443/browse/PAY-7",
        "https://me@acme.atlassian.net/browse/PAY-7",
        "https://acme.atlassian.net@evil.example/browse/PAY-7",
        "https://acme.atlassian.net.evil.example/browse/PAY-7",
        "https://acmeXatlassian.net/browse/PAY-7",
        "https://acme.example/jira/browse/PAY-7",
    ],
)
def test_what_is_somebody_else_s_leads_nowhere(text: str) -> None:
    assert PAY.resolve(text) is None


def test_a_long_name_is_no_other_tracker_s() -> None:
    other = Addresses("https://other.atlassian.net", "PAY")
    server = Addresses("https://acme.example/jira", "PAY")
    assert PAY.names("PAY-7").long == "acme.atlassian.net/PAY-7"
    assert server.names("PAY-7").long == "acme.example/jira/PAY-7"
    assert server.names("PAY-7").url == "https://acme.example/jira/browse/PAY-7"
    assert {one.resolve("acme.atlassian.net/PAY-7") for one in (other, server)} == {None}


def test_a_short_name_is_the_project_s_alone() -> None:
    assert PAY.names("SHOP-3").short == "acme.atlassian.net/SHOP-3"
    assert PAY.resolve("https://acme.atlassian.net/browse/SHOP-3") == "SHOP-3"
    assert not PAY.is_here("SHOP-3")


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://ACME.example:443/jira/", "https://acme.example/jira"),
        ("http://localhost:80", "http://localhost"),
        ("https://acme.example:8443", "https://acme.example:8443"),
    ],
)
def test_addresses_are_compared_as_they_are_meant(url: str, base: str) -> None:
    assert base_of(url) == base


@pytest.mark.parametrize("url", ["", "x", "https://", "https://[", "/a"])
def test_what_is_no_address_has_no_base(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        base_of(url)


@pytest.mark.parametrize(
    ("url", "theirs"),
    [
        ("https://acme.atlassian.net", True),
        ("https://acme.jira.com", True),
        ("https://api.atlassian.com/ex/jira/1", True),
        ("http://acme.atlassian.net", False),
        ("https://acme.atlassian.net:8443", False),
        ("https://me@acme.atlassian.net", False),
        ("https://acme.atlassian.net.evil.example", False),
        ("https://evilatlassian.net", False),
        ("https://api.atlassian.com.evil.example", False),
        ("https://jira.acme.example", False),
        ("", False),
    ],
)
def test_who_reads_a_token(url: str, *, theirs: bool) -> None:
    assert is_atlassians(url) is theirs


def test_the_gateway_knows_a_token_without_its_account() -> None:
    assert needs_email("https://acme.atlassian.net")
    assert not needs_email("https://api.atlassian.com/ex/jira/1")


def test_a_key_is_no_way_to_another_path() -> None:
    assert issue_path("PAY-7") == "/issue/PAY-7"
    assert issue_path("a/b?c#d") == "/issue/a%2Fb%3Fc%23d"
