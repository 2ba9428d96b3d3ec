"""What the checker of exchanges lets pass, and what it doesn't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.contracts import Contract, Request

FOLDER = Path(__file__).parents[1] / "contracts"
ISSUES = "/repos/acme/shop/issues"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(FOLDER / "github-rest.json", FOLDER / "github-rest-more.json")


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", ISSUES, {"state": "all", "labels": "a,b", "per_page": "100", "page": "2"}),
        Request("GET", ISSUES, {"since": "2025-11-23T12:00:00Z"}),
        Request("POST", ISSUES, {}, {"title": "One", "labels": ["a"], "milestone": None}),
        Request("PATCH", f"{ISSUES}/1", {}, {"state": "closed", "state_reason": None}),
        Request("PATCH", f"{ISSUES}/1", {}, {"milestone": None, "type": None, "title": None}),
        Request("POST", f"{ISSUES}/1/labels", {}, {"labels": ["a"]}),
        Request("POST", f"{ISSUES}/1/labels", {}, ["a"]),
        Request("DELETE", f"{ISSUES}/1/labels/a%2Fb"),
        Request("POST", "/repos/acme/shop/milestones", {}, {"title": "One"}),
        Request("GET", "/repos/acme/shop/contents/docs/one.md", {"ref": "main"}),
    ],
)
def test_what_the_description_knows_is_right(contract: Contract, request_: Request) -> None:
    assert contract.of_request(request_) == []


@pytest.mark.parametrize(
    ("request_", "wrong"),
    [
        (Request("GET", "/repos/acme"), "no operation"),
        (Request("PUT", ISSUES), "no operation"),
        (Request("GET", ISSUES, {"label": "a"}), "there is no parameter label"),
        (Request("GET", ISSUES, {"state": "gone"}), "state"),
        (Request("GET", ISSUES, {"since": "yesterday"}), "since"),
        (Request("GET", ISSUES, {"per_page": "101"}), "per_page"),
        (Request("GET", ISSUES, {"per_page": "many"}), "per_page"),
        (Request("GET", ISSUES, {"page": "0"}), "page"),
        (Request("GET", f"{ISSUES}/one"), "issue_number"),
        (Request("GET", ISSUES, {}, {"state": "all"}), "there is to be no body"),
        (Request("POST", ISSUES), "the body is missing"),
        (Request("POST", ISSUES, {}, {"body": "x"}), "'title' is a required property"),
        (Request("POST", ISSUES, {}, {"title": "x", "owner": "y"}), "the body has no key owner"),
        (Request("POST", ISSUES, {}, {"title": "x", "labels": [1]}), "the body.labels[0]"),
        (Request("PATCH", f"{ISSUES}/1", {}, {"state": "shut"}), "the body.state"),
        (Request("POST", f"{ISSUES}/1/labels", {}, {"names": ["a"]}), "the body has no key names"),
        (Request("POST", ISSUES, {}, "<html>"), "is not of type 'object'"),
    ],
)
def test_what_the_description_does_not_know_is_wrong(
    contract: Contract, request_: Request, wrong: str
) -> None:
    assert any(wrong in each for each in contract.of_request(request_))


@pytest.mark.parametrize(
    ("status", "body", "wrong"),
    [
        (200, {"number": 1}, "is a required property"),
        (200, None, "the answer"),
        (201, {}, "the status 201"),
        (404, {"message": 404}, "the answer.message"),
        (304, None, ""),
        (304, {}, "there is to be no body"),
    ],
)
def test_answers_are_held_against_what_is_described(
    contract: Contract, status: int, body: Any, wrong: str
) -> None:
    found = contract.of_answer(Request("GET", f"{ISSUES}/1"), status, body)
    assert any(wrong in each for each in found) if wrong else found == []


@pytest.mark.parametrize("status", [301, 307, 401, 403, 429, 500, 503])
def test_some_answers_are_a_matter_of_the_whole_service(contract: Contract, status: int) -> None:
    request = Request("DELETE", f"{ISSUES}/1/labels/a")
    assert contract.of_answer(request, status, {"message": "Moved Permanently"}) == []


def test_not_modified_is_an_answer_to_a_question_for_it(contract: Contract) -> None:
    assert contract.of_answer(Request("GET", ISSUES), 304, None) != []
    assert contract.of_answer(Request("GET", ISSUES, conditional=True), 304, None) == []


def test_what_was_right_once_is_right_again_and_what_was_wrong_is_wrong_again(
    contract: Contract,
) -> None:
    request = Request("GET", "/repos/acme/shop/labels")
    label = {
        "id": 1,
        "node_id": "LA_1",
        "url": "https://api.github.com/labels/1",
        "name": "bug",
        "description": None,
        "color": "ededed",
        "default": False,
    }
    for _ in range(2):
        assert contract.of_answer(request, 200, [label, label]) == []
        broken = contract.of_answer(request, 200, [label, label | {"name": None}])
        assert broken
        assert all(each.startswith("the answer[1].name: ") for each in broken)
