from __future__ import annotations

import pytest

from syncer.core.markdown import parse_blocks
from syncer.core.reading.references import Reference, is_prose, link_urls, read_reference
from tests.support.reading import WORDS

DEFINITIONS = {
    found.key: found
    for found in parse_blocks(
        '[#12]: https://example.org/issues/12 "sync 1"\n[PAY-7]: <https://jira.example.org/PAY-7>\n'
    ).definitions
}


def reference(cell: str) -> Reference | None:
    return read_reference(cell, DEFINITIONS, WORDS)


@pytest.mark.parametrize(
    ("cell", "text", "url", "label"),
    [
        ("[#12]", "#12", "https://example.org/issues/12", "#12"),
        ("[ #12 ]", "#12", "https://example.org/issues/12", "#12"),
        ("[pay-7]", "pay-7", "https://jira.example.org/PAY-7", "pay-7"),
        ("[#12][]", "#12", "https://example.org/issues/12", "#12"),
        ("[the issue][#12]", "the issue", "https://example.org/issues/12", "#12"),
        ("[#9](https://example.org/issues/9)", "#9", "https://example.org/issues/9", None),
        ("**[#9](https://example.org/issues/9)**", "#9", "https://example.org/issues/9", None),
        ("https://example.org/9", "https://example.org/9", "https://example.org/9", None),
        ("<https://example.org/9>", "https://example.org/9", "https://example.org/9", None),
        ("[x#5](https://example.org/5) **TODO**", "x#5", "https://example.org/5", None),
        ("tracked in [#12], #13", "#12", "https://example.org/issues/12", "#12"),
    ],
)
def test_a_link_is_a_reference(cell: str, text: str, url: str, label: str | None) -> None:
    assert reference(cell) == Reference(text, url, label)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("#12", "#12"),
        ("PAY-7", "PAY-7"),
        ("`PAY-7`", "PAY-7"),
        ("acme/shop#12", "acme/shop#12"),
        ("Issue #12", "#12"),
        ("GitHub issue: #49", "#49"),
        ("Jira Issue No: PAY-7", "PAY-7"),
        ("(Jira Issue No: PAY-7)**TODO**", "PAY-7"),
        ("#12 (duplicate of #9)", "#12"),
        ("[#99]", "#99"),
        ("**TODO** PAY-7", "PAY-7"),
    ],
)
def test_the_name_of_an_issue_is_a_reference(cell: str, name: str) -> None:
    found = reference(cell)
    assert found == Reference(name)
    assert found is not None
    assert found.names_issue


@pytest.mark.parametrize("cell", ["PR #12", "#12, #13", "see the backlog", "none", "Bug 5554823"])
def test_other_words_are_kept_and_name_no_issue(cell: str) -> None:
    found = reference(cell)
    assert found == Reference(cell)
    assert found is not None
    assert not found.names_issue


@pytest.mark.parametrize(
    "cell", ["", "\u2014", "-", "TBD", "?", "#000", "ROOSE-XXX", "**DONE**", "TODO", "\u672a\u5b9a"]
)
def test_a_cell_that_says_nothing_means_that_an_issue_is_to_be_filed(cell: str) -> None:
    assert reference(cell) is None


@pytest.mark.parametrize("cell", ["n/a", "N/A", "n/a **DONE**", "Not applicable", "*n/a*"])
def test_not_applicable_means_never_to_be_filed(cell: str) -> None:
    found = reference(cell)
    assert found is not None
    assert found.skip


def test_a_pull_request_is_passed_over_for_an_issue_beside_it() -> None:
    cell = "[PR](https://example.org/pull/3), [#9](https://example.org/issues/9)"
    assert reference(cell) == Reference("#9", "https://example.org/issues/9")
    alone = reference("[PR](https://example.org/pull/3)")
    assert alone == Reference("PR", "https://example.org/pull/3")


def test_several_issues_are_none_that_could_be_told() -> None:
    cell = "[#8](https://example.org/issues/8) and [#9](https://example.org/issues/9)"
    assert reference(cell) == Reference("#8 and #9")
    twice = "[#9](https://example.org/issues/9) [again](https://example.org/issues/9)"
    assert reference(twice) == Reference("#9", "https://example.org/issues/9")


def test_links_of_other_cells_are_listed_with_their_definitions_resolved() -> None:
    cell = "see [this](https://a.example), [#12], [nothing] and `https://b.example`"
    assert link_urls(cell, DEFINITIONS) == ["https://a.example", "https://example.org/issues/12"]
    assert link_urls("no link", DEFINITIONS) == []
    assert link_urls("[leads nowhere]()", DEFINITIONS) == []


def test_a_link_that_leads_nowhere_is_words() -> None:
    assert reference("[#9]()") == Reference("#9")


def test_a_column_of_sentences_names_no_issues() -> None:
    assert is_prose(["The pool was too small for the load", "", "No alert fired"])
    assert not is_prose(["", "\u2014", "none yet"])
    assert not is_prose(["The pool was too small for the load", "#12"])
    assert not is_prose([])
