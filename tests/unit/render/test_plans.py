"""A plan as text, Markdown and JSON: what a reader sees, and what hostile text can't do."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.limits import Refusal
from syncer.core.plan import Change, Conflict, FieldChange, Kind, Plan, Tally
from syncer.model import Level, Problem
from syncer.render import Format, render

CREATE = Change(
    Kind.CREATE,
    "pm/one.md",
    10,
    "Alert on queue depth",
    "here",
    "",
    "",
    {
        "action": FieldChange("", "Alert on queue depth", "tracker"),
        "owner": FieldChange("", "@alice", "tracker"),
    },
)
UPDATE = Change(
    Kind.UPDATE,
    "pm/one.md",
    11,
    "Write a runbook",
    "here",
    "#7",
    "syncer:here/7",
    {
        "due": FieldChange("2025-12-01", "2025-12-09", "tracker"),
        "status": FieldChange("Not Started", "Done", "document"),
    },
)
CONFLICT = Conflict(
    "pm/two.md", 4, "Rotate keys", "here", "#9", "due", "2025-01-01", "2025-02-02", "2025-03-03", ""
)
PROBLEM = Problem(Level.WARNING, "pm/two.md", 5, "odd status", "Use one of the known words.")
PLAN = Plan((CREATE, UPDATE), (CONFLICT,), (PROBLEM,), Tally(documents=2, items=3, finished=4))
FORMATS: list[Format] = ["text", "markdown", "json"]


def test_the_text_reads_like_a_diff() -> None:
    assert render(PLAN, "text", done=False) == (
        "pm/one.md\n"
        "  + Alert on queue depth  line 10, new issue in here\n"
        "      owner     @alice\n"
        "  ~ Write a runbook  line 11, updates #7 syncer:here/7\n"
        "      due       2025-12-01 → 2025-12-09  (issue follows the document)\n"
        "      status    Not Started → Done  (document follows the issue)\n"
        "\n"
        "pm/two.md\n"
        "  ! Rotate keys  line 4, #9\n"
        "      due       conflict: 2025-02-02 in the document, 2025-03-03 in the issue, "
        "agreed: 2025-01-01; nothing is written until a person decides\n"
        "\n"
        "pm/two.md:5: warning: odd status\n"
        "    Use one of the known words.\n"
        "\n"
        "4 rows not filed: finished when first seen (documents.file_finished)\n"
        "1 to file, 1 to update, 1 conflict (1 for a person to decide), 1 problem. "
        "3 action items in 2 documents.\n"
        f"Plan {PLAN.checksum}\n"
    )


def test_nothing_to_do_is_one_line() -> None:
    plan = Plan(tally=Tally(documents=1, items=1))
    assert render(plan, "text", done=False) == "nothing to do. 1 action item in 1 document.\n"
    assert render(plan, "text", done=True) == "nothing changed. 1 action item in 1 document.\n"


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" not in render(PLAN, "text", done=False)
    assert "\x1b[" in render(PLAN, "text", done=False, color=True)


def test_a_refusal_comes_after_the_plan() -> None:
    text = render(PLAN, "text", done=False, refusals=[Refusal("too much", "Use --force.")])
    assert text.endswith("\nRefused: too much.\n  Use --force.\n")


def test_json_is_one_object_with_the_documented_keys() -> None:
    data = json.loads(render(PLAN, "json", done=False))
    assert data["schema"] == 1
    assert data["checksum"] == PLAN.checksum
    assert (data["documents"], data["items"]) == (2, 3)
    assert data["changes"][1]["kind"] == "update"
    assert data["changes"][1]["fields"]["due"] == {
        "old": "2025-12-01",
        "new": "2025-12-09",
        "side": "tracker",
    }
    assert data["conflicts"][0]["tracker_value"] == "2025-03-03"
    assert data["conflicts"][0]["winner"] == ""
    assert data["problems"][0] == {
        "level": "warning",
        "document": "pm/two.md",
        "line": 5,
        "message": "odd status",
        "remedy": "Use one of the known words.",
    }


def test_markdown_is_a_table_for_each_document() -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(render(PLAN, "markdown", done=False))
    assert html.count("<table>") == 2
    assert "<td>Alert on queue depth</td>" in html
    assert "<td>a person decides</td>" in html
    assert PLAN.checksum in html


HOSTILE = [
    "\x1b]8;;http://evil\x07click\x1b]8;;\x07",
    "\x1b[2Jgone",
    "one\ntwo",
    "\u202egnp.exe",
    "<img src=x onerror=alert(1)>",
    "<!-- -->",
    "a | b",
    "@everyone",
    "[link](javascript:alert(1))",
    "::error file=x::injected",
]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(form: Format, text: str) -> None:
    fields = {"owner": FieldChange(text, text, "tracker")}
    change = replace(UPDATE, action=text, document=text, issue=text, url=text, fields=fields)
    conflict = replace(CONFLICT, action=text, document_value=text, tracker_value=text, base=text)
    problem = Problem(Level.ERROR, text, 1, text, text)
    shown = render(Plan((change,), (conflict,), (problem,)), form, done=False)
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
    assert "\x9b" not in shown
    assert "\u202e" not in shown
    assert not any(line.startswith("two") for line in shown.splitlines())
    if form == "markdown":
        html = cmarkgfm.github_flavored_markdown_to_html(shown)
        assert "<img" not in html
        assert "href" not in html
        assert "@everyone" not in html


@pytest.mark.parametrize(
    "text",
    [
        "Fix #12",
        "fixes: acme/shop#12",
        "Closes gh-12",
        "resolve https://github.com/acme/shop/issues/12",
        "see https://github.com/acme/shop/pull/12",
    ],
)
def test_what_would_close_an_issue_in_a_pull_request_is_no_reference(text: str) -> None:
    change = replace(UPDATE, action=text, issue="#12")
    shown = render(Plan((change,)), "markdown", done=True)
    assert not re.search(r"(#|gh-|issues/|pull/)12", shown, re.IGNORECASE)
    assert "12" in shown


@given(st.text(), st.text())
def test_any_text_keeps_to_its_line(action: str, value: str) -> None:
    change = replace(UPDATE, action=action, fields={"owner": FieldChange("", value, "tracker")})
    assert render(Plan((change,)), "text", done=False).count("\n") == 6
